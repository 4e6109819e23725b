//! The timeline on the command line.

use hullbreach::cli::Exit;
use serde_json::Value;

use super::{done, events, json};
use crate::cli::{exercise, piped, with_input};
use crate::support::World;

fn own(env: &hullbreach::env::Env) -> Vec<Value> {
    json(env, &["timeline", "--own"])["entries"].as_array().unwrap().clone()
}

#[test]
fn entries_are_revised_and_struck_and_what_the_case_knows_is_there_by_itself() {
    let world = World::new();
    let env = exercise(&world);
    let line = [
        "timeline",
        "add",
        "agent",
        "pushed",
        "again",
        "--at",
        "2026-03-17 04:41",
        "--zone",
        "Europe/Berlin",
        "--skew",
        "60",
    ];
    done(&env, &line);
    let entry = own(&env).remove(0);
    assert_eq!(entry["at"], "2026-03-17T03:40:00Z", "in Berlin, by a clock that ran a minute ahead");
    assert_eq!((&entry["written"], &entry["precision"]), (&"2026-03-17 04:41".into(), &"minute".into()));
    let id = entry["id"].as_str().unwrap().to_owned();
    done(&env, &["timeline", "edit", &id[..8], "--text", "agent:1.5.0 pushed again", "--tlp", "red", "--privileged"]);
    let entry = own(&env).remove(0);
    assert_eq!(
        (&entry["text"], &entry["tlp"], &entry["at"]),
        (&"agent:1.5.0 pushed again".into(), &"TLP:RED".into(), &"2026-03-17T03:40:00Z".into())
    );
    assert_eq!(entry["privileged"], true);
    done(&env, &["timeline", "retract", &id[..8], "--reason", "another agent"]);
    let entry = own(&env).remove(0);
    assert_eq!((&entry["retracted"], &entry["reason"]), (&true.into(), &"another agent".into()));
    assert!(done(&env, &["timeline"]).stdout.contains("(struck: another agent)"));

    let window = ["--window", "02:00Z..07:00Z"];
    done(&env, &[&["indicator", "add", "harbourline/monitoring-agent:1.5.0", "--state", "bad"][..], &window].concat());
    let all = json(&env, &["timeline"]);
    let texts: Vec<&str> =
        all["entries"].as_array().unwrap().iter().map(|entry| entry["text"].as_str().unwrap()).collect();
    for wanted in ["monitoring-agent:1.5.0 first ran at", "(bad) begins", "got ", "case \"Exercise"] {
        assert!(texts.iter().any(|text| text.contains(wanted)), "{wanted} in {texts:#?}");
    }
    let at: Vec<&str> = all["entries"].as_array().unwrap().iter().map(|entry| entry["at"].as_str().unwrap()).collect();
    assert!(at.is_sorted(), "{at:?}");
    let recorded = all["entries"].as_array().unwrap().iter().find(|entry| entry["automatic"] == true).unwrap();
    let recorded = recorded["id"].as_str().unwrap();
    let refused = piped(&env, &["timeline", "retract", recorded, "--reason", "x"]).ended(Exit::Failed);
    assert!(refused.stderr.contains("by itself"), "{}", refused.stderr);
}

#[test]
fn an_import_counts_what_it_rejects_and_can_be_taken_back_or_destroyed() {
    let world = World::new();
    let env = exercise(&world);
    let file = "message,datetime,timestamp_desc\npushed with password=hunter2secret,2026-03-17T03:41:00Z,push\n,2026-03-17,x\nlate,never,x\n";
    std::fs::write(world.cases().join("hub.csv"), file).unwrap();
    let before = events(&env);
    let planned = piped(&env, &["timeline", "import", "hub.csv", "--dry-run", "--json"]).ended(Exit::Gaps).json();
    assert_eq!((planned["entries"].as_u64(), planned["rejected"].as_u64(), events(&env)), (Some(1), Some(2), before));
    let said = piped(&env, &["timeline", "import", "hub.csv", "--tlp", "amber"]).ended(Exit::Gaps);
    assert!(
        said.stdout.contains("1 entries, 2 rejected") && said.stdout.contains("line:3: no message"),
        "{}",
        said.stdout
    );
    let entry = own(&env).remove(0);
    assert_eq!((&entry["tlp"], &entry["evidence"][0]), (&"TLP:AMBER".into(), &"hub.csv line:2".into()));
    assert!(!entry.to_string().contains("hunter2"), "{entry}");
    assert!(entry["text"].as_str().unwrap().starts_with("push: pushed with password="));
    // One imported entry is revised.
    let id = entry["id"].as_str().unwrap().to_owned();
    done(&env, &["timeline", "edit", &id, "--lane", "learned"]);
    assert_eq!(own(&env)[0]["lane"], "learned");
    super::whole(&env);
    // The text can be destroyed; then the entries are gone, and the case is whole.
    let log = json(&env, &["log", "--kind", "entries.imported"]);
    let summary = log["events"][0]["summary"].as_str().unwrap();
    let blob = summary.split("sha256:").nth(1).unwrap().split(',').next().unwrap();
    done(&env, &["expunge", blob, "--reason", "a secret"]);
    assert!(own(&env).is_empty());
    super::whole(&env);
}

#[test]
fn files_that_are_no_timeline_are_refused() {
    let world = World::new();
    let env = exercise(&world);
    for (input, says) in
        [("", "no header"), ("a,b\n1,2\n", "there is no column `message`"), ("message,datetime\n,\n", "no entry in it")]
    {
        let said = with_input(&env, &["timeline", "import", "-"], input.as_bytes()).ended(Exit::Failed);
        assert!(said.stderr.contains(says), "{}", said.stderr);
    }
    piped(&env, &["timeline", "add", "x", "--at", "then"]).ended(Exit::Usage);
    piped(&env, &["timeline", "retract", "abcdef", "--reason", ""]).ended(Exit::Usage);
    piped(&env, &["timeline", "add", "x", "--evidence", ""]).ended(Exit::Usage);
    piped(&env, &["timeline", "add", "x", "--at", "08:00", "--zone", "Mars/Base"]).ended(Exit::Usage);
    piped(&env, &["timeline", "add", "x", "--skew", "5"]).ended(Exit::Usage);
}

#[test]
fn what_is_pasted_with_a_secret_in_it_is_shown_before_it_is_stored() {
    let world = World::new();
    let env = exercise(&world);
    let pasted = "message,datetime,tlp\npushed with password=hunter2secret,2026-03-17T03:41:00Z,board only\n";
    let before = events(&env);
    let shown = with_input(&env, &["timeline", "import", "-"], pasted.as_bytes()).ended(Exit::Done);
    assert!(shown.stderr.contains("--yes") && !shown.stdout.contains("hunter2"), "{}", shown.stderr);
    assert_eq!(events(&env), before);
    let said = with_input(&env, &["timeline", "import", "-", "--yes"], pasted.as_bytes()).ended(Exit::Done);
    assert!(said.stdout.contains("label cannot be read"), "{}", said.stdout);
    assert_eq!(own(&env)[0]["tlp"], "TLP:RED", "what is not known is not safe");
    // What nothing was taken out of is stored at once.
    let plain = "message,datetime\npulled,2026-03-17T03:42:00Z\n";
    with_input(&env, &["timeline", "import", "-"], plain.as_bytes()).ended(Exit::Done);
    assert_eq!(own(&env).len(), 2);
}
