//! Configuration as kubectl reads it, and who one is there.

use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::server::{Reply, Server, recording};
use super::setting::{Named, Setting};
use hullbreach::cli::Exit;

fn script(setting: &Setting, name: &str, text: &str) -> PathBuf {
    let path = setting.world.root().join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A server that takes one token only.
fn guarded(token: &'static str) -> Server {
    Server::with(move |question| {
        (question.authorization != format!("Bearer {token}"))
            .then(|| Reply::json(401, recording("error-401-bad-token")))
    })
}

fn with_plugin(server: &Server, text: &str, more: serde_json::Value) -> Setting {
    let mut setting = Setting::bare();
    script(&setting, "plugin", text);
    let mut exec = json!({"apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin", "interactiveMode": "IfAvailable"});
    exec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let path = setting.write("kubeconfig", &[Named { user: json!({"exec": exec}), ..Named::of("prod", server) }]);
    setting.env.vars.insert("KUBECONFIG".into(), path.to_str().unwrap().into());
    setting
}

#[test]
fn a_plugin_hands_out_a_token_and_sees_what_kubectl_would_show_it() {
    let server = guarded("from-the-plugin");
    let text = "test \"$WHO\" = ana && test \"$1\" = token || exit 3\n\
        case \"$KUBERNETES_EXEC_INFO\" in *ExecCredential*https://127.0.0.1*) ;; *) exit 4;; esac\n\
        echo '{\"status\":{\"token\":\"from-the-plugin\"}}'";
    let more = json!({"args": ["token"], "env": [{"name": "WHO", "value": "ana"}], "provideClusterInfo": true});
    let ran = with_plugin(&server, text, more).collect(&["--json"]).expect(Exit::Done);
    assert!(ran.err().contains("as prod (exec plugin)"), "{}", ran.err());
    assert!(!ran.out().contains("from-the-plugin") && !ran.err().contains("from-the-plugin"));
}

#[test]
fn a_token_that_runs_out_is_got_anew() {
    let server = Server::with(|question| {
        (question.bare() == "/api/v1/nodes" && question.authorization != "Bearer second")
            .then(|| Reply::json(401, recording("error-401-bad-token")))
    });
    let text = "if test -e used; then echo '{\"status\":{\"token\":\"second\"}}'; else touch used; echo '{\"status\":{\"token\":\"first\"}}'; fi";
    with_plugin(&server, text, json!({})).collect(&[]).expect(Exit::Done);
    assert_eq!(server.asked()[0].authorization, "Bearer first");
}

#[test]
fn a_plugin_that_is_stuck_is_stopped_with_its_children() {
    let server = Server::recorded();
    let setting = with_plugin(
        &server,
        "echo 'open https://login.example and enter ABCD' >&2\nsleep 600 & echo $! > child\nwait",
        json!({}),
    );
    let ran = setting.collect(&["--plugin-time", "1", "--json"]).expect(Exit::Failed);
    let gaps = ran.json()["gaps"].to_string();
    assert!(gaps.contains("gave no credentials within 1 s and was stopped"), "{gaps}");
    assert!(gaps.contains("open https://login.example and enter ABCD"), "{gaps}");
    assert_eq!(server.asked().len(), 0);
    let child = fs::read_to_string(setting.world.cases().join("child")).unwrap();
    let state = fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
    assert!(!cfg!(target_os = "linux") || state.is_empty() || state.contains(") Z "), "still there: {state}");
}

#[test]
fn a_plugin_that_fails_says_why_without_its_secrets() {
    let server = Server::recorded();
    let text = "echo 'token=ghp_0123456789abcdefghijABCDEFGHIJ012345 session expired' >&2; echo '{\"status\":{\"token\":\"half\"'; exit 1";
    let ran = with_plugin(&server, text, json!({})).collect(&["--json"]).expect(Exit::Failed);
    let gaps = ran.json()["gaps"].to_string();
    assert!(gaps.contains("failed (exit status: 1)") && gaps.contains("session expired"), "{gaps}");
    assert!(!gaps.contains("ghp_") && !gaps.contains("half"), "{gaps}");
    let missing = json!({"command": "./nowhere", "installHint": "brew install it"});
    let ran = with_plugin(&server, "", missing).collect(&["--json"]).expect(Exit::Failed);
    assert!(ran.json()["gaps"].to_string().contains("brew install it"), "{}", ran.out());
}

#[test]
fn a_token_file_is_read_without_its_line_end() {
    let server = guarded("of-a-file");
    let setting = Setting::bare();
    fs::write(setting.world.root().join("token"), "of-a-file\n").unwrap();
    let named = Named { user: json!({"tokenFile": "token"}), ..Named::of("prod", &server) };
    let path = setting.write("config", &[named]);
    setting.collect(&["--kubeconfig", path.to_str().unwrap()]).expect(Exit::Done);
}

#[test]
fn files_of_the_list_are_merged_and_never_written() {
    let server = Server::recorded();
    let mut setting = Setting::bare();
    let one = setting.write("one", &[Named::of("first", &server)]);
    let two = setting.write(
        "two",
        &[Named::of("second", &server), Named { server: "https://256.0.0.1".into(), ..Named::of("first", &server) }],
    );
    let before = (fs::read(&one).unwrap(), fs::read(&two).unwrap());
    for path in [&one, &two] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o400)).unwrap();
    }
    let list = format!("{}::{}:{}", one.display(), setting.world.root().join("nowhere").display(), two.display());
    setting.env.vars.insert("KUBECONFIG".into(), list);
    let ran = setting.collect(&["--all-contexts", "--json"]).expect(Exit::Done);
    let names: Vec<_> = ran.json()["contexts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["context"].clone(), row["server"].clone()))
        .collect();
    assert_eq!(names, [(json!("first"), json!(server.address())), (json!("second"), json!(server.address()))]);
    let ran = setting.collect(&["--context", "third"]).expect(Exit::Failed);
    assert!(ran.err().contains("there is no context third; there are: first, second"), "{}", ran.err());
    assert_eq!((fs::read(&one).unwrap(), fs::read(&two).unwrap()), before);
}

#[test]
fn what_is_no_configuration_is_told_without_its_lines() {
    let mut setting = Setting::bare();
    let ran = setting.collect(&[]).expect(Exit::Failed);
    assert!(
        ran.err().contains("no cluster is configured: looked in") && ran.err().contains("--kubeconfig"),
        "{}",
        ran.err()
    );
    let path = setting.world.root().join("broken");
    setting.env.vars.insert("KUBECONFIG".into(), path.to_str().unwrap().into());
    for text in [
        "users: [{name: a, user: {token: s3cr3tv4lue",
        "clusters: 7\nusers: s3cr3tv4lue",
        "\u{0}s3cr3tv4lue",
        "a: &a [*a, s3cr3tv4lue]",
    ] {
        fs::write(&path, text).unwrap();
        let ran = setting.collect(&[]).expect(Exit::Failed);
        assert!(!ran.err().contains("s3cr3tv4lue"), "{}", ran.err());
    }
    fs::write(&path, json!({"contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}]}).to_string())
        .unwrap();
    let ran = setting.collect(&[]).expect(Exit::Failed);
    assert!(ran.err().contains("no context is chosen") && ran.err().contains(": a"), "{}", ran.err());
    let ran = setting.collect(&["--context", "a"]).expect(Exit::Failed);
    assert!(ran.err().contains("context a: its cluster c is not configured"), "{}", ran.err());
}

#[test]
fn a_pod_without_files_asks_its_own_cluster() {
    let mut setting = Setting::bare();
    setting.env.vars.insert("KUBERNETES_SERVICE_HOST".into(), "10.96.0.1".into());
    setting.env.vars.insert("KUBERNETES_SERVICE_PORT".into(), "443".into());
    let ran = setting.collect(&["--dry-run"]).expect(Exit::Done);
    assert!(
        ran.out().starts_with("context in-cluster: cluster in-cluster at https://10.96.0.1:443, as service account"),
        "{}",
        ran.out()
    );
}

#[test]
fn a_dry_run_asks_nothing_and_runs_no_plugin() {
    let server = Server::recorded();
    let setting = with_plugin(&server, "touch ran", json!({}));
    let ran = setting.collect(&["--dry-run"]).expect(Exit::Done);
    assert!(
        ran.out().contains("  GET /api/v1/events?limit=500") && ran.out().contains("names only, never contents"),
        "{}",
        ran.out()
    );
    assert_eq!(server.asked().len(), 0);
    assert!(!setting.world.cases().join("ran").exists());
    let plan = setting.collect(&["--dry-run", "--json"]).expect(Exit::Done).json();
    assert!(plan["dry_run"] == true && plan["plan"].as_array().unwrap().len() > 20);
}

#[test]
fn a_certificate_that_is_not_checked_is_told_and_recorded() {
    let server = Server::named("elsewhere.example", |_| None);
    let setting = Setting::bare();
    let path = setting
        .write("config", &[Named { user: json!({"token": "a", "as": "auditor"}), ..Named::of("prod", &server) }]);
    let mut config: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    config["clusters"][0]["cluster"] = json!({"server": server.address(), "insecure-skip-tls-verify": true});
    fs::write(&path, config.to_string()).unwrap();
    let ran = setting.collect(&["--kubeconfig", path.to_str().unwrap()]).expect(Exit::Done);
    let first = ran.err();
    assert!(
        first.contains("(the server's certificate is not checked), as prod (token), acting as auditor;"),
        "{first}"
    );
    let case = setting.world.open("ana");
    let (state, _) = case.state().unwrap();
    let recorded = |name: &str| state.sources.values().all(|s| s.acquisition.options.contains_key(name));
    assert!(recorded("connection") && recorded("collection"));
}

#[test]
fn a_proxy_is_gone_through() {
    let server = Server::recorded();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let mut stream = listener.accept().unwrap().0;
        let mut bytes = [0; 512];
        let read = stream.read(&mut bytes).unwrap();
        let _ = tell.send(String::from_utf8_lossy(&bytes[..read]).into_owned());
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
    let setting = Setting::bare();
    let path = setting.write("config", &[Named::of("prod", &server)]);
    let mut config: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    config["clusters"][0]["cluster"]["proxy-url"] = json!(format!("http://127.0.0.1:{port}"));
    fs::write(&path, config.to_string()).unwrap();
    setting.collect(&["--kubeconfig", path.to_str().unwrap(), "--retries", "0"]).expect(Exit::Failed);
    let asked = told.recv_timeout(std::time::Duration::from_secs(10)).unwrap();
    assert!(asked.starts_with(&format!("CONNECT 127.0.0.1:{}", server.port)), "{asked}");
    assert_eq!(server.asked().len(), 0);
}
