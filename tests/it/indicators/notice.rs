//! A notice proposes; only a responder adds.

use std::ffi::OsString;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use hullbreach::cli::{Exit, Next, Streams, run_or_open};
use hullbreach::env::Env;

use super::exercise;
use crate::cli::{piped, with_input};
use crate::support::World;

const NOTICE: &str = "From: security@hub.example\r\nSubject: Unauthorized push\r\nDate: Tue, 17 Mar 2026 07:38:00 +0000\r\n\r\n\
Between 02:00Z and 07:00Z on 2026-03-17 somebody pushed a tag again:\r\n\
harbourline/monitoring-agent:1.5.0\r\n\
It calls c2[.]example. token: ghp_0123456789abcdefghijABCDEFGHIJ012345\r\n";

fn indicators(env: &Env) -> usize {
    piped(env, &["indicator", "list", "--json"]).json()["indicators"].as_array().unwrap().len()
}

#[test]
fn what_is_named_is_printed_as_commands_and_nothing_is_applied() {
    let world = World::new();
    let env = exercise(&world);
    let before = piped(&env, &["images", "--json"]).json();
    let said = with_input(&env, &["indicator", "import", "-", "--json"], NOTICE.as_bytes()).ended(Exit::Done).json();
    let proposals = said["proposals"].as_array().unwrap();
    assert_eq!(proposals.len(), 1, "{proposals:?}");
    assert_eq!(proposals[0]["target"], "tag:docker.io/harbourline/monitoring-agent:1.5.0");
    assert_eq!(proposals[0]["window"], "2026-03-17T02:00Z..2026-03-17T07:00Z");
    assert_eq!(said["hosts"], serde_json::json!(["c2.example"]));
    assert_eq!(indicators(&env), 0);
    assert_eq!(piped(&env, &["images", "--json"]).json(), before, "what a notice names is no part of the inventory");

    // The notice is evidence, without its secret, and the printed command is the one to give.
    let kept = piped(&env, &["evidence", "show", said["evidence"].as_str().unwrap()]).ended(Exit::Done).stdout;
    assert!(kept.contains("somebody pushed") && !kept.contains("ghp_0123456789"), "{kept}");
    let command = proposals[0]["command"].as_str().unwrap();
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    piped(&env, &words).ended(Exit::Done);
    assert_eq!(indicators(&env), 1);
    assert!(piped(&env, &["verify", "--json"]).ended(Exit::Done).json()["ok"].as_bool().unwrap());
}

#[test]
fn text_for_people_is_what_a_shell_would_take() {
    let world = World::new();
    let env = exercise(&world);
    std::fs::write(env.current_dir.join("a notice.txt"), "bad: quay.io/a/b:1 and registry.corp.azurecr.io/x\n")
        .unwrap();
    let said = piped(&env, &["indicator", "import", "a notice.txt"]).ended(Exit::Done).stdout;
    assert!(
        said.contains("\nhullbreach indicator add tag:quay.io/a/b:1 --state suspect --source 'a notice.txt'\n"),
        "{said}"
    );
    assert_eq!(indicators(&env), 0);
    let missing = piped(&env, &["indicator", "import", "nothing.txt"]).ended(Exit::Failed);
    assert!(missing.stderr.contains("nothing.txt"), "{}", missing.stderr);
    let dry = piped(&env, &["indicator", "import", "a notice.txt", "--dry-run"]).ended(Exit::Done).stdout;
    assert!(!dry.contains("kept as evidence"), "{dry}");
}

#[test]
fn on_a_terminal_each_proposal_is_confirmed_by_itself() {
    let world = World::new();
    let env = exercise(&world);
    let notice = "quay.io/a/b:1\nquay.io/a/c:2\nquay.io/a/d:3\nquay.io/a/e:4\n";
    std::fs::write(env.current_dir.join("notice.txt"), notice).unwrap();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let streams = Streams {
        stdin: Some(Box::new(Cursor::new(b"y\nno\n\nq\ny\n".to_vec()))),
        stdout: &mut stdout,
        stderr: &mut stderr,
        stdout_is_terminal: true,
        stderr_is_terminal: true,
        cancel: Arc::new(AtomicBool::new(false)),
    };
    let line = ["hullbreach", "indicator", "import", "notice.txt"].map(OsString::from);
    let next = run_or_open(line, &env, streams, true);
    assert_eq!(next, Next::Ended(Exit::Done), "{}", String::from_utf8_lossy(&stderr));
    let listed = piped(&env, &["indicator", "list", "--json"]).json();
    let targets: Vec<&str> =
        listed["indicators"].as_array().unwrap().iter().map(|row| row["target"].as_str().unwrap()).collect();
    assert_eq!(targets, ["tag:quay.io/a/b:1"], "only a plain yes adds");
    assert!(String::from_utf8_lossy(&stdout).contains("1 of 4 proposals added"));
}
