//! When images are due and by which rule, in the list of images: the same as the list of priorities tells.

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::{Value, json};

use super::{row, verified};
use crate::cli::{exercise, piped};
use crate::support::World;

fn images(env: &Env, words: &[&str]) -> Vec<Value> {
    let said = piped(env, &[&["images", "--json"], words].concat()).ended(Exit::Done).json();
    said["images"].as_array().unwrap().clone()
}

/// The ids of a list, sorted.
fn ids<'r>(rows: impl IntoIterator<Item = &'r Value>) -> Vec<String> {
    let mut ids: Vec<String> = rows.into_iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn due_and_rule_are_shown_sorted_and_filtered() {
    let world = World::new();
    let env = exercise(&world);
    let all = piped(&env, &["triage", "--json"]).ended(Exit::Done).json()["images"].as_array().unwrap().clone();
    let listed = images(&env, &["--sort", "due"]);
    assert_eq!(ids(&all), ids(&listed));
    for image in &listed {
        let told = all.iter().find(|row| row["id"] == image["id"]).unwrap();
        assert_eq!((&image["due"], &image["rule"]), (&told["due"], &told["rule"]), "{image}");
    }
    let due: Vec<&str> = listed.iter().filter_map(|row| row["due"].as_str()).collect();
    assert!(due.len() > 10 && due.is_sorted(), "{due:?}");

    let rule = all.first().unwrap()["rule"].as_str().unwrap();
    let by_rule = images(&env, &["--filter", &format!("rule:{rule}")]);
    assert_eq!(ids(&by_rule), ids(all.iter().filter(|row| row["rule"] == rule)));
    let middle = due[due.len() / 2];
    for (sign, early) in [("<", true), (">=", false)] {
        let found = images(&env, &["--filter", &format!("due:{sign}{middle}")]);
        let wanted = all.iter().filter(|row| row["due"].as_str().is_some_and(|due| (due < middle) == early));
        assert_eq!(ids(&found), ids(wanted), "{sign}");
    }
    piped(&env, &["images", "--filter", "due:<soon"]).ended(Exit::Usage);
}

#[test]
fn a_pause_and_a_word_by_hand_stand_in_the_list() {
    let world = World::new();
    let env = exercise(&world);
    let first = images(&env, &["--sort", "due", "--limit", "1"])[0]["id"].as_str().unwrap().to_owned();
    piped(&env, &["triage", "pause", &first, "--reason", "waits for the vendor"]).ended(Exit::Done);
    piped(&env, &["triage", "set", &first, "--priority", "P3", "--reason", "isolated"]).ended(Exit::Done);
    assert_eq!(ids(&images(&env, &["--filter", "due:paused"])), std::slice::from_ref(&first));
    assert_eq!(ids(&images(&env, &["--filter", "rule:\"by hand\" due:paused"])), std::slice::from_ref(&first));
    assert_ne!(images(&env, &["--sort", "due", "--limit", "1"])[0]["id"], json!(first));
    assert_eq!(images(&env, &["--sort", "due"]).last().unwrap()["id"], json!(first), "what is paused stands last");
    assert_eq!(
        images(&env, &["--filter", "due:>2000-01-01"]).iter().filter(|row| row["id"] == json!(first)).count(),
        0
    );
    assert_eq!(row(&env, &first)["due"], json!(null));
    verified(&env);
}

#[test]
fn the_table_of_verdicts_shows_the_worse_of_both_lenses_as_the_terminal_does() {
    let world = World::new();
    let env = exercise(&world);
    let found = piped(&env, &["matrix", "--json"]).ended(Exit::Done).json();
    let text = piped(&env, &["matrix"]).ended(Exit::Done).stdout;
    let row = text.lines().find(|line| line.starts_with("NOT KNOWN")).unwrap();
    let cells = found["compromise"].as_array().unwrap().iter().filter(|cell| cell["verdict"] == "not-known");
    let wanted: Vec<String> =
        cells.map(|cell| format!("{}:{}", cell["priority"].as_str().unwrap(), cell["images"])).collect();
    assert!(
        wanted.len() > 2 && wanted.iter().all(|cell| row.split_whitespace().any(|word| word == cell)),
        "{row} {wanted:?}"
    );
    assert!(text.contains("Compromise, worse wins") && text.contains("or is scheduled to"), "{text}");
}
