//! Deadlines on the command line.

use hullbreach::cli::Exit;
use serde_json::Value;

use super::{by_id, done, events, json};
use crate::cli::{exercise, piped};
use crate::support::{START, World};

const HOUR: i64 = 3_600_000_000;

fn state(env: &hullbreach::env::Env, id: &str) -> (String, Value) {
    let clocks = json(env, &["clocks"]);
    let clock = by_id(&clocks["clocks"], id);
    (clock["state"].as_str().unwrap().to_owned(), clock["due"].clone())
}

#[test]
fn a_clock_waits_runs_is_met_and_its_follower_starts() {
    let world = World::new();
    let env = exercise(&world);
    assert_eq!(state(&env, "nis2-notification"), ("not-started".into(), Value::Null));
    done(&env, &["clocks", "--check"]);
    done(&env, &["clocks", "start", "significant", "--at", "07:55Z", "--source", "ciso"]);
    // From awareness at 07:40Z, not from the determination.
    assert_eq!(state(&env, "nis2-warning"), ("running".into(), "2026-03-18T07:40:00Z".into()));
    assert_eq!(state(&env, "nis2-notification").1, "2026-03-20T07:40:00Z");
    assert_eq!(state(&env, "nis2-final").0, "not-started");
    world.set_clock(START + 72 * HOUR);
    let no = piped(&env, &["clocks", "--check"]).ended(Exit::No);
    assert!(no.stderr.contains("missed or due soon"), "{}", no.stderr);
    assert_eq!(state(&env, "nis2-warning").0, "missed");
    let met = ["clocks", "met", "nis2-notification", "--at", "2026-03-20T06:00Z", "--evidence", "receipt 4711"];
    done(&env, &met);
    assert_eq!(state(&env, "nis2-notification").0, "met");
    assert_eq!(state(&env, "nis2-final"), ("running".into(), "2026-04-20T05:00:00Z".into()), "a month in Brussels");
    let clocks = json(&env, &["clocks"]);
    let met = by_id(&clocks["clocks"], "nis2-notification");
    assert_eq!((&met["evidence"][0], &met["late"]), (&Value::from("receipt 4711"), &Value::from(false)));
    assert!(clocks["advice"].as_str().unwrap().starts_with("not legal advice"));
}

#[test]
fn awareness_can_be_stated_again_and_its_history_stays() {
    let world = World::new();
    let env = exercise(&world);
    done(&env, &["clocks", "start", "aware", "--at", "06:00Z", "--source", "pager of the night shift"]);
    let clocks = json(&env, &["clocks"]);
    let aware = by_id(&clocks["triggers"], "aware");
    assert_eq!(aware["at"], "2026-03-17T06:00:00Z");
    assert_eq!(aware["history"].as_array().unwrap().len(), 2);
    assert_eq!(aware["history"][0]["at"], "2026-03-17T07:40:00Z");
    done(&env, &["undo"]);
    assert_eq!(by_id(&json(&env, &["clocks"])["triggers"], "aware")["at"], "2026-03-17T07:40:00Z");
}

#[test]
fn own_deadlines_holidays_and_denials() {
    let world = World::new();
    let env = exercise(&world);
    let rules = "[[clock]]\nid = \"bank\"\nregime = \"contract\"\ntitle = \"Tell the bank\"\ntrigger = \"material\"\ncount = 2\n\
                 unit = \"business-days\"\ncalendar = \"us\"\napplies_if = \"us\"\nsource = \"clause 7\"\nas_of = \"2026-03-01\"\n";
    std::fs::write(world.cases().join("own.toml"), rules).unwrap();
    std::fs::write(world.cases().join("days.txt"), "2026-03-18 a day off\n").unwrap();
    std::fs::write(world.cases().join("bad.toml"), rules.replace("material", "rain")).unwrap();
    let before = events(&env);
    let bad = piped(&env, &["clocks", "add", "--from", "bad.toml"]).ended(Exit::Failed);
    assert!(bad.stderr.contains("bad.toml") && bad.stderr.contains("rain"), "{}", bad.stderr);
    piped(&env, &["clocks", "add", "--from", "own.toml", "--dry-run"]).ended(Exit::Done);
    assert_eq!(events(&env), before, "nothing is stored by either");
    done(&env, &["clocks", "add", "--from", "own.toml"]);
    done(&env, &["clocks", "start", "material", "--at", "08:00Z", "--source", "board"]);
    assert_eq!(state(&env, "bank").1, "2026-03-19T23:59:59.999999Z");
    done(&env, &["clocks", "holidays", "us", "days.txt"]);
    assert_eq!(state(&env, "bank").1, "2026-03-20T23:59:59.999999Z");
    done(&env, &["clocks", "deny", "bank", "--reason", "not our bank"]);
    assert_eq!(state(&env, "bank").0, "not-applicable");
    done(&env, &["clocks", "deny", "personal-data", "--reason", "counsel: none in scope"]);
    assert_eq!(state(&env, "gdpr-authority").0, "not-applicable");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let world = World::new();
    let env = exercise(&world);
    let table: &[(&[&str], Exit, &str)] = &[
        (&["clocks", "start", "nonsense", "--at", "08:00Z", "--source", "x"], Exit::Failed, "clocks --all"),
        (&["clocks", "start", "aware", "--at", "then", "--source", "x"], Exit::Usage, "not a time"),
        (&["clocks", "start", "aware", "--at", "08:00Z", "--source", " "], Exit::Usage, "source is empty"),
        (&["clocks", "start", "aware", "--at", "2028-01-01T00:00Z", "--source", "x"], Exit::Usage, "still to come"),
        (&["clocks", "met", "nis2-final", "--at", "08:00Z", "--evidence", ""], Exit::Usage, "evidence is empty"),
        (&["clocks", "met", "nis2-final", "--at", "2027-01-01", "--evidence", "x"], Exit::Usage, "still to come"),
        (&["clocks", "met", "nis2-final", "--at", "08:00Z", "--evidence", "abcdef123"], Exit::Failed, "evidence"),
        (&["clocks", "met", "nis2-final", "--at", "08:00Z"], Exit::Usage, "--evidence"),
        (&["clocks", "holidays", "mars", "x.txt"], Exit::Failed, "x.txt"),
    ];
    let before = events(&env);
    for (line, exit, says) in table {
        let said = piped(&env, line).ended(*exit);
        assert!(said.stderr.contains(says), "{line:?}: {}", said.stderr);
    }
    assert_eq!(events(&env), before);
}
