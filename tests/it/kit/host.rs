//! A whole machine: everything that an engine and its journal say is read.

use hullbreach::cli::Exit;

use super::{Machine, source};
use crate::support::command::{arg, run};

const DOCKER: &str = r#"case "$*" in
  --version) echo 'Docker version 28' ;;
  *events*) cat <<'END'
{"status":"pull","id":"nginx:1.27","Type":"image","Action":"pull","Actor":{"ID":"nginx:1.27","Attributes":{"name":"nginx"}},"scope":"local","time":1763521921,"timeNano":1763521921000000000}
{"Type":"image","Action":"delete","Actor":{"ID":"sha256:aa","Attributes":{"name":"old:1"}},"time":1763521999}
END
  ;;
  *'compose ls'*) echo '[{"Name":"shop","Status":"running(3)","ConfigFiles":"/srv/shop/compose.yaml"}]' ;;
  *info*) echo '{"IndexConfigs":{},"InsecureRegistryCIDRs":["127.0.0.0/8"],"Mirrors":["https://mirror.corp:5000/"]}' ;;
  *) ;;
esac"#;

const JOURNAL: &str = r#"cat <<'END'
2025-11-19T03:12:01+0000 n1 containerd[812]: time="x" level=info msg="PullImage \"docker.io/library/redis:7\" returns image reference \"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""
END"#;

#[test]
fn all_that_a_machine_answers_is_read() {
    let machine = Machine::bare();
    machine.tool("docker", DOCKER).tool("journalctl", JOURNAL);
    let said = String::from_utf8(machine.run("host", &[]).stderr).unwrap();
    let folder = machine.unpacked();
    let manifest = super::manifest(&folder);
    let host = manifest.lines().find_map(|line| line.strip_prefix("host\t")).unwrap();
    assert!(said.contains(&format!(".tar.gz --context '{host}'")), "{said}");
    for id in ["docker-pulls", "docker-compose", "docker-registries", "journal-pulls"] {
        assert_eq!(source(&folder, id)[..2], ["ok", "0"], "{id}");
    }
    let env = machine.world.ana();
    let case = arg(&machine.world.root().join("host.case"));
    run(&env, ["new", &case, "--title", "T"]).expect(Exit::Done);
    let imported = run(&env, ["-c", &case, "import", &arg(&folder)]).expect(Exit::Done);
    let said = format!("{}{}", imported.out(), imported.err());
    assert!(said.contains("hullbreach mirror add mirror.corp:5000=docker.io"), "{said}");
    assert!(said.contains("the compose project shop is running(3), from /srv/shop/compose.yaml"), "{said}");
    for (image, tag) in [("docker.io/library/nginx:1.27", "nginx"), ("docker.io/library/redis:7", "redis")] {
        let found = run(&env, ["-c", &case, "image", image, "--json"]).expect(Exit::Done).json();
        assert_eq!(found["image"]["name"], image, "{tag}");
        assert_eq!(found["image"]["uses"], 0, "a pull is no use");
    }
}
