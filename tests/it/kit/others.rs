use std::fs;

use super::{Machine, assert_code, manifest, source};
use crate::support::command::{arg, run};
use hullbreach::cli::Exit;

const DOCKER: &str = r#"case "$*" in
  'ps --all'*) echo c0ffee ;;
  'image ls'*) printf 'sha256:aa\nsha256:aa\n' ;;
  'container inspect c0ffee') cat <<'END'
[
    {
        "Id": "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00",
        "Created": "2026-03-17T06:00:00Z",
        "Name": "/web",
        "State": {"Status": "running", "Running": true, "StartedAt": "2026-03-17T06:00:01Z"},
        "Image": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "Config": {
            "Env": [
                "TOKEN=a]b\"c",
                "]=x"
            ],
            "Image": "redis:7"
        }
    }
]
END
  ;;
  'image inspect sha256:aa') echo '[{"Id":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","RepoTags":["redis:7"],"RepoDigests":[]}]' ;;
  --version) echo 'Docker version 28' ;;
  *) ;;
esac"#;

#[test]
fn a_host_is_collected_and_imported() {
    let machine = Machine::bare();
    machine.tool("docker", DOCKER);
    assert_code(&machine.run("host", &[("HULLBREACH_KIT_NO_ENV", "1")]), 3);
    let folder = machine.unpacked();
    assert_eq!(source(&folder, "docker-containers")[..2], ["ok", "0"]);
    assert_eq!(source(&folder, "podman-images")[..2], ["skipped", "podman is not on this machine"]);
    let containers = fs::read_to_string(folder.join("docker-containers.json")).unwrap();
    assert!(containers.contains("TOKEN=[withheld]") && !containers.contains("a]b"), "{containers}");
    assert!(serde_json::from_str::<serde_json::Value>(&containers).is_ok());
    assert_eq!(machine.images(&folder), ["docker.io/library/redis:7"]);
}

#[test]
fn an_engine_that_refuses_is_denied() {
    let machine = Machine::bare();
    let words = "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock";
    machine.tool("docker", &format!("[ \"$*\" = --version ] || {{ echo '{words}' >&2; exit 1; }}"));
    assert_code(&machine.run("host", &[]), 3);
    let folder = machine.unpacked();
    let (status, reason) = machine.covered(&folder, "docker-images.err");
    assert_eq!(status, "denied");
    assert!(reason.contains("permission denied"), "{reason}");
}

#[test]
fn without_any_tool_the_archive_says_so() {
    for role in ["cluster", "registry", "scm"] {
        let machine = Machine::bare();
        assert_code(&machine.run(role, &[]), 3);
        let folder = machine.unpacked();
        assert!(manifest(&folder).contains("\tskipped\t"));
        let (status, reason) = machine.covered(&folder, "collection.err");
        assert_eq!(status, "failed");
        assert!(reason.contains(&format!("nothing was collected for the role {role}")), "{reason}");
    }
}

#[test]
fn build_files_of_a_checkout_are_copied_and_no_environment_file() {
    let machine = Machine::bare();
    let checkout = machine.world.root().join("pay");
    fs::create_dir_all(checkout.join("a b")).unwrap();
    fs::write(checkout.join("a b/Dockerfile"), "FROM golang:1.22\n").unwrap();
    fs::write(checkout.join("compose.yaml"), "services:\n  web:\n    image: redis:7\n").unwrap();
    fs::write(checkout.join(".env"), "PASSWORD=x\n").unwrap();
    fs::write(checkout.join("main.go"), "package main\n").unwrap();
    machine.tool(
        "git",
        "case \"$*\" in *ls-files*) printf 'a b/Dockerfile\\ncompose.yaml\\n.env\\nmain.go\\ngone/Dockerfile\\n' ;; *) echo git 2 ;; esac",
    );
    machine.run("ci", &[("KIT_CHECKOUTS", &arg(&checkout))]);
    let folder = machine.unpacked();
    let place = folder.join("checkouts/pay");
    assert!(place.join("a b/Dockerfile").exists() && place.join("compose.yaml").exists());
    assert!(!place.join(".env").exists() && !place.join("main.go").exists());
    assert_eq!(machine.images(&folder), ["docker.io/library/golang:1.22", "docker.io/library/redis:7"]);
}

#[test]
fn pages_are_asked_until_one_is_empty_and_logins_stay_out_of_sight() {
    let machine = Machine::bare();
    machine.tool(
        "curl",
        r#"case "$*" in
  *--head*) printf 'HTTP/2 200\ndate: Sun, 22 Nov 2026 01:00:00 GMT\n' ;;
  *auditlog-exts*page=1) echo '[{"id":2}]' ;;
  *auditlog-exts*page=2) echo '[{"id":1}]' ;;
  *auditlog-exts*) echo '[]' ;;
  *) echo 'curl: (22) The requested URL returned error: 403' >&2; exit 22 ;;
esac"#,
    );
    let settings = [("KIT_HARBOR", "https://harbor.example.org"), ("KIT_CURL_CONFIG", "/home/ana/curl login")];
    assert_code(&machine.run("registry", &settings), 3);
    let folder = machine.unpacked();
    assert_eq!(fs::read_to_string(folder.join("harbor-audit.json")).unwrap().split_whitespace().count(), 2);
    assert!(manifest(&folder).contains("server-date\thttps://harbor.example.org/api/v2.0/ping\tSun, 22 Nov"));
    assert_eq!(machine.covered(&folder, "harbor-repositories.err").0, "denied");
    assert!(machine.calls().iter().any(|call| call.contains("--config /home/ana/curl login ")));
}

#[test]
fn the_script_of_all_roles_asks_for_one() {
    let machine = Machine::bare();
    let file = machine.world.root().join("kit-all.sh");
    let written = run(&machine.world.ana(), ["kit"]).expect(Exit::Done);
    fs::write(&file, &written.stdout).unwrap();
    // `script` finds the file of that name.
    let asked = machine.run("all", &[]);
    assert_code(&asked, 2);
    let said = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert!(["cluster", "host", "registry", "ci", "scm"].iter().all(|role| said.contains(role)), "{said}");
    assert!(machine.archives().is_empty());
    assert_code(&machine.script("all", &[]).arg("scm").output().unwrap(), 3);
    assert!(machine.archives()[0].to_str().unwrap().contains("hullbreach-scm-"));
}

#[test]
fn the_command_writes_once_and_lists_its_table() {
    let machine = Machine::bare();
    let env = machine.world.ana();
    let file = arg(&machine.out.join("kit.sh"));
    run(&env, ["kit", "-o", &file, "--dry-run"]).expect(Exit::Done);
    assert!(!machine.out.join("kit.sh").exists());
    run(&env, ["kit", "-o", &file]).expect(Exit::Done);
    let again = run(&env, ["kit", "-o", &file]).expect(Exit::Failed);
    assert!(again.err().contains("exists already"), "{}", again.err());
    let table = run(&env, ["kit", "--role", "scm", "--json"]).expect(Exit::Done).json();
    let sources = table["sources"].as_array().unwrap();
    assert!(sources.iter().all(|row| row["role"] == "scm") && sources.len() > 5);
    let all = run(&env, ["kit", "--json"]).json();
    assert!(all["sources"].as_array().unwrap().len() > sources.len());
    run(&env, ["kit", "--role", "nobody"]).expect(Exit::Usage);
}
