//! What responders say by hand, over the exercise.

use hullbreach::cli::Exit;
use serde_json::json;

use super::{row, told, verified};
use crate::cli::{exercise, piped};
use crate::support::World;

const AUTH: &str = "registry.harbourline.example:5000/edge/auth-gateway:3.2.1";

#[test]
fn the_guides_words_make_the_guides_priorities() {
    let world = World::new();
    let env = exercise(&world);
    let rows = [
        ("critical", "easy", "internet", "P0"),
        ("critical", "medium", "internet", "P0"),
        ("high", "medium", "internal", "P1"),
        ("medium", "hard", "internal", "P2"),
        ("low", "n/a", "dev-only", "P3"),
    ];
    for (criticality, exploitability, exposure, priority) in rows {
        let words = [
            format!("criticality={criticality}"),
            format!("exploitability={exploitability}"),
            format!("exposure={exposure}"),
        ];
        let mut line = vec!["assess", AUTH, "--reason", "as the guide has it"];
        line.extend(words.iter().map(String::as_str));
        piped(&env, &line).ended(Exit::Done);
        let told = told(&env, AUTH);
        assert!(told.starts_with(&format!("{priority} {criticality} {exploitability} {exposure}")), "{told}");
    }
    verified(&env);
}

#[test]
fn an_override_shows_the_computed_one_asks_again_and_is_undone() {
    let world = World::new();
    let env = exercise(&world);
    let computed = row(&env, AUTH)["priority"].clone();
    let refused = piped(&env, &["triage", "set", AUTH, "--priority", "P9", "--reason", "x"]);
    refused.ended(Exit::Usage);
    piped(&env, &["triage", "set", AUTH, "--priority", "P3", "--reason", " "]).ended(Exit::Usage);
    let line = ["triage", "set", AUTH, "--priority", "P3", "--reason", "isolated", "--json"];
    let planned = piped(&env, &[&line[..], &["--dry-run"]].concat()).ended(Exit::Done).json();
    assert_eq!((planned["dry_run"].clone(), row(&env, AUTH)["overridden"].clone()), (json!(true), json!(false)));
    let said = piped(&env, &line).ended(Exit::Done).json();
    assert_eq!((&said["preview"], said["preview"]["lowered"].clone()), (&planned["preview"], json!(1)));
    let set = row(&env, AUTH);
    assert_eq!((&set["priority"], &set["computed"], &set["asks_again"]), (&json!("P3"), &computed, &json!(false)));
    verified(&env);

    // Its facts are others: it asks, and nothing is hidden.
    piped(&env, &["assess", AUTH, "exploitability=easy", "--reason", "seen attacked"]).ended(Exit::Done);
    let again = row(&env, AUTH);
    assert_eq!(
        (&again["priority"], &again["computed"], &again["asks_again"]),
        (&json!("P3"), &json!("P0"), &json!(true))
    );
    let next = piped(&env, &["triage", "next", "--json"]).ended(Exit::Done).json();
    assert_eq!(next["questions"][0]["question"], "look-again");
    let why = piped(&env, &["explain", AUTH]).ended(Exit::Done).stdout;
    assert!(why.contains("by hand; computed P0") && why.contains("isolated"), "{why}");

    piped(&env, &["undo", said["event"].as_str().unwrap()]).ended(Exit::Done);
    let undone = row(&env, AUTH);
    assert_eq!((&undone["priority"], &undone["overridden"]), (&json!("P0"), &json!(false)));
    verified(&env);
}

#[test]
fn a_pause_needs_a_reason_and_gives_back_only_the_time_it_lasted() {
    let world = World::new();
    let env = exercise(&world);
    let due = row(&env, AUTH)["due"].clone();
    piped(&env, &["triage", "pause", AUTH]).ended(Exit::Usage);
    piped(&env, &["triage", "pause", AUTH, "--reason", "waits for the vendor"]).ended(Exit::Done);
    let paused = row(&env, AUTH);
    assert_eq!((&paused["due"], &paused["paused"]), (&json!(null), &json!(true)));
    verified(&env);
    piped(&env, &["triage", "resume", AUTH, "--reason", "it came"]).ended(Exit::Done);
    let resumed = row(&env, AUTH);
    assert_eq!(resumed["paused"], json!(false));
    assert!(resumed["due"].as_str() >= due.as_str(), "{resumed}");
    verified(&env);
}

#[test]
fn many_at_once_are_one_action_and_one_undo() {
    let world = World::new();
    let env = crate::indicators::exercise(&world);
    let before = piped(&env, &["matrix", "--json"]).ended(Exit::Done).json();
    let all = piped(&env, &["triage", "--json"]).ended(Exit::Done).json();
    // The least urgent ones.
    let last = all["images"].as_array().unwrap().iter().rev().take(5);
    let ids: Vec<String> = last.map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    let mut line = vec!["triage", "set", "--priority", "P0", "--reason", "all of them", "--json"];
    line.extend(ids.iter().map(String::as_str));
    piped(&env, &line).ended(Exit::Done);
    let after = piped(&env, &["matrix", "--json"]).ended(Exit::Done).json();
    assert_eq!(after["totals"]["P0"].as_u64().unwrap(), before["totals"]["P0"].as_u64().unwrap() + 5);
    assert_eq!(after["overridden"].as_u64().unwrap(), before["overridden"].as_u64().unwrap() + 5);
    piped(&env, &["undo"]).ended(Exit::Done);
    assert_eq!(piped(&env, &["matrix", "--json"]).ended(Exit::Done).json()["totals"], before["totals"]);
}

#[test]
fn the_matrix_holds_every_image_once_and_cells_lead_to_them() {
    let world = World::new();
    let env = exercise(&world);
    let matrix = piped(&env, &["matrix", "--json"]).ended(Exit::Done).json();
    let images = piped(&env, &["images", "--json"]).ended(Exit::Done).json()["images"].as_array().unwrap().len() as u64;
    let cells = matrix["cells"].as_array().unwrap();
    let sum: u64 = cells.iter().map(|cell| cell["images"].as_u64().unwrap()).sum();
    let totals: u64 = ["P0", "P1", "P2", "P3"].iter().map(|p| matrix["totals"][*p].as_u64().unwrap()).sum();
    assert_eq!((sum, totals, matrix["images"].as_u64().unwrap()), (images, images, images));
    for cell in cells {
        let word = |key: &str| cell[key].as_str().unwrap();
        let filter = format!(
            "criticality:{} exploitability:{} exposure:{}",
            word("criticality"),
            word("exploitability"),
            word("exposure")
        );
        let found =
            piped(&env, &["images", "--json", "--filter", &filter, "--sort", "priority"]).ended(Exit::Done).json();
        let found = found["images"].as_array().unwrap();
        assert_eq!(found.len() as u64, cell["images"].as_u64().unwrap(), "{filter}");
        assert_eq!(found[0]["priority"], cell["priority"], "{filter}");
    }
}
