//! The checklist on the command line.

use hullbreach::cli::Exit;
use serde_json::Value;

use super::{by_id, done, events, json};
use crate::cli::{evidence_id, exercise, piped};
use crate::support::{START, World};

const HOUR: i64 = 3_600_000_000;

fn task(env: &hullbreach::env::Env, id: &str) -> Value {
    by_id(&json(env, &["checklist"])["tasks"], id).clone()
}

#[test]
fn done_needs_evidence_and_waived_is_never_counted_as_done() {
    let world = World::new();
    let env = exercise(&world);
    piped(&env, &["checklist", "done", "D4"]).ended(Exit::Usage);
    let wrong = piped(&env, &["checklist", "done", "D4", "--evidence", "feedbeef01"]).ended(Exit::Failed);
    assert!(wrong.stderr.contains("evidence"), "{}", wrong.stderr);
    let id = evidence_id(&env, "prod-eu/pods-0750.json");
    done(&env, &["checklist", "done", "d4", "--evidence", &id[..12]]);
    let listed = task(&env, "D4");
    assert_eq!(
        (listed["state"].as_str(), listed["evidence"][0].as_str()),
        (Some("done"), Some(format!("sha256:{id}").as_str()))
    );
    piped(&env, &["checklist", "waive", "C2"]).ended(Exit::Usage);
    done(&env, &["checklist", "waive", "C2", "--reason", "the registry is not ours"]);
    let list = json(&env, &["checklist"]);
    let first = list["phases"].as_array().unwrap().iter().find(|phase| phase["phase"] == "first-hour").unwrap();
    assert_eq!((first["done"].as_u64(), first["waived"].as_u64()), (Some(1), Some(1)));
    done(&env, &["checklist", "reopen", "D4", "--reason", "a registry was forgotten"]);
    assert_eq!(task(&env, "D4")["state"], "open");
    assert!(done(&env, &["checklist"]).stdout.contains("0 of 11 done, 1 waived"));
}

#[test]
fn claims_end_by_themselves_and_mine_follows_roles() {
    let world = World::new();
    let env = exercise(&world);
    let mine =
        |env: &hullbreach::env::Env| json(env, &["checklist", "list", "--mine"])["tasks"].as_array().unwrap().len();
    assert_eq!(mine(&env), 0);
    done(&env, &["declare", "--role", "legal=ana", "--role", "scribe=bo"]);
    let legal = mine(&env);
    assert!(legal >= 7, "{legal}");
    done(&env, &["checklist", "claim", "C1", "--for", "30m"]);
    assert_eq!((mine(&env), task(&env, "C1")["state"].as_str()), (legal + 1, Some("claimed")));
    done(&env, &["checklist", "claim", "D2", "--as", "bo"]);
    let again = piped(&env, &["checklist", "claim", "D2", "--as", "ana"]).ended(Exit::Done);
    let said = format!("{}{}", again.stdout, again.stderr);
    assert!(said.contains("ana has it now; bo had claimed it"), "{said}");
    assert_eq!(task(&env, "D2")["claimed_by"], serde_json::json!(["ana"]));
    assert_eq!(mine(&env), legal + 2, "claimed by ana, though the scribe's");
    for wrong in ["soon", "0h", "49h", "-1h"] {
        piped(&env, &["checklist", "claim", "C1", &format!("--for={wrong}")]).ended(Exit::Usage);
    }
    world.set_clock(START + HOUR);
    assert_eq!(task(&env, "C1")["state"], "open");
}

#[test]
fn added_tasks_of_a_file_nest_and_bad_ones_are_refused_whole() {
    let world = World::new();
    let env = exercise(&world);
    let file = "id = \"own\"\ntitle = \"Own\"\n[[task]]\nid = \"own.1\"\nstage = \"recovery\"\ntitle = \"Sweep the plants\"\n\
                role = \"cluster\"\ndue = \"2d\"\n[[task]]\nid = \"own.2\"\nstage = \"recovery\"\ntitle = \"Line 3\"\nparent = \"own.1\"\n";
    std::fs::write(world.cases().join("own.toml"), file).unwrap();
    std::fs::write(world.cases().join("bad.toml"), file.replace("2d", "soon")).unwrap();
    let before = events(&env);
    let bad = piped(&env, &["checklist", "add", "--from", "bad.toml"]).ended(Exit::Failed);
    assert!(bad.stderr.contains("own.1") && bad.stderr.contains("soon"), "{}", bad.stderr);
    assert_eq!(events(&env), before);
    done(&env, &["checklist", "add", "--from", "own.toml"]);
    let parent = task(&env, "own.1");
    assert_eq!((parent["blocked_by"][0].as_str(), parent["added"].as_bool()), (Some("own.2"), Some(true)));
    assert_eq!(task(&env, "own.2")["depth"], 1);
    let circle = piped(&env, &["checklist", "add", "cyc", "--parent", "D14", "--after", "D14"]).ended(Exit::Usage);
    assert!(circle.stderr.contains("waits for itself"), "{}", circle.stderr);
    let typed =
        json(&env, &["checklist", "add", "Call the plant", "--phase", "containment", "--after", "d1", "--due", "1h"]);
    let id = typed["ids"][0].as_str().unwrap();
    assert_eq!(task(&env, id)["blocked_by"][0], "D1");
    // One undo takes a file's tasks back whole.
    done(&env, &["undo"]);
    done(&env, &["undo"]);
    assert!(json(&env, &["checklist"])["tasks"].as_array().unwrap().iter().all(|task| task["added"] == false));
}

#[test]
fn a_task_of_running_images_is_done_when_none_runs() {
    let world = World::new();
    let env = exercise(&world);
    let window = ["--window", "02:00Z..07:00Z"];
    done(&env, &[&["indicator", "add", "harbourline/monitoring-agent:1.5.0", "--state", "bad"][..], &window].concat());
    let members = task(&env, "V1")["members"].clone();
    assert!(members["total"].as_u64() > Some(0) && members["done"].as_u64() < members["total"].as_u64(), "{members}");
    let refused = piped(&env, &["checklist", "done", "V1", "--evidence", "all clear"]).ended(Exit::Failed);
    assert!(refused.stderr.contains("members are done"), "{}", refused.stderr);
}
