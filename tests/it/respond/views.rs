//! The views of the response over the exercise: keys in, screens out.

use hullbreach::env::Env;
use hullbreach::tui::stage::Stage;
use hullbreach::tui::theme::Theme;
use hullbreach::work::exercise;

use super::{by_id, done, json};
use crate::cli::exercise;
use crate::support::World;

fn stage(env: &Env, size: (u16, u16)) -> Stage {
    let mut stage = Stage::new(&exercise::time(env), Theme::named("mono").unwrap(), size);
    stage.open(std::path::Path::new(&env.vars["HULLBREACH_CASE"]));
    stage
}

#[track_caller]
fn shows(stage: &mut Stage, wanted: &[&str]) {
    let text = stage.text();
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted:?} is not in\n{text}");
    }
}

fn breached(world: &World) -> Env {
    let env = exercise(world);
    let window = ["--window", "02:00Z..07:00Z"];
    done(&env, &[&["indicator", "add", "harbourline/monitoring-agent:1.5.0", "--state", "bad"][..], &window].concat());
    env
}

#[test]
fn the_situation_shows_what_to_decide_and_leads_there() {
    let world = World::new();
    let env = breached(&world);
    for size in [(80, 24), (120, 40)] {
        let mut stage = stage(&env, size);
        stage.call("view.go situation");
        shows(
            &mut stage,
            &["CAN I TRUST THIS PICTURE?", "!! BAD", "DECIDE NOW", "running BAD: isolate", "CLOCKS", "TASKS"],
        );
    }
    // However small the screen, it draws.
    for size in [(40, 12), (12, 5), (1, 1)] {
        let mut stage = stage(&env, size);
        stage.call("view.go situation");
        stage.text();
    }
}

#[test]
fn a_task_is_claimed_and_done_with_keys() {
    let world = World::new();
    let env = breached(&world);
    let mut stage = stage(&env, (120, 40));
    stage.call("view.go tasks");
    stage.press("g g");
    shows(&mut stage, &["D1", "Declare the incident", "first-hour 0/11"]);
    stage.press("c");
    shows(&mut stage, &["claimed"]);
    // Done without evidence is not taken.
    stage.press("d Enter");
    shows(&mut stage, &["what proves it"]);
    stage.type_text("ticket");
    stage.press("Enter");
    shows(&mut stage, &["first-hour 1/11", "done"]);
    let task = by_id(&json(&env, &["checklist"])["tasks"], "D1").clone();
    assert_eq!((&task["state"], &task["evidence"][0]), (&"done".into(), &"ticket".into()));
    stage.press("j w");
    stage.type_text("no");
    stage.press("Enter");
    shows(&mut stage, &["(1 waived)"]);
    stage.press("o");
    shows(&mut stage, &["next"]);
}

#[test]
fn what_is_pasted_is_seen_redacted_before_it_is_stored() {
    const TOKEN: &str = "ghp_0123456789abcdefghij0123456789abcdefAB";
    let world = World::new();
    let env = breached(&world);
    let mut stage = stage(&env, (120, 40));
    stage.call("view.go tasks");
    stage.press("g g d");
    stage.type_text(&format!("curl -H 'Authorization: Bearer {TOKEN}' hub: 401"));
    stage.press("Enter");
    shows(&mut stage, &["a secret was replaced", "hub: 401"]);
    assert_eq!(by_id(&json(&env, &["checklist"])["tasks"], "D1")["state"], "open");
    assert!(!stage.text().contains(TOKEN));
    stage.press("Enter");
    shows(&mut stage, &["first-hour 1/11"]);
    // Proofs that credentials are dead are pasted too.
    stage.call("view.go creds");
    stage.press("g g");
    stage.call("creds.dead");
    stage.type_text(&format!("docker login -p {TOKEN}: denied"));
    stage.press("Enter");
    shows(&mut stage, &["a secret was replaced", "denied"]);
    stage.press("Esc");
    assert!(
        json(&env, &["credentials"])["credentials"].as_array().unwrap().iter().all(|row| row["proved_dead"].is_null())
    );
    let log = json(&env, &["log"]).to_string();
    assert!(!log.contains(TOKEN) && log.contains("D1"));
}

#[test]
fn an_incident_is_declared_and_awareness_stated_with_keys() {
    let world = World::new();
    let path = world.cases().join("bare.case");
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".into(), path.display().to_string());
    done(&env, &["new", path.to_str().unwrap(), "--title", "Bare"]);
    let mut stage = Stage::new(&env, Theme::named("mono").unwrap(), (120, 40));
    stage.open(&path);
    stage.call("view.go situation");
    // The head has the label that an unlabelled case takes.
    shows(&mut stage, &["TLP:AMBER+STRICT", "NOT DECLARED", "1 [ ] state when you became aware"]);
    stage.press("Enter");
    shows(&mut stage, &["aware", "it is a legal fact"]);
    stage.type_text("vendor mail");
    stage.press("Enter");
    shows(&mut stage, &["neither is ever inferred"]);
    stage.press("a");
    stage.type_text("2025-01-01T00:00Z vendor mail");
    stage.press("Enter");
    shows(&mut stage, &["aware 2025-01-01 00:00Z vendor mail"]);
    stage.call("tasks.declare");
    stage.type_text("severity=critical commander=ana,bob channel=war room 2");
    stage.press("Enter");
    let incident = json(&env, &["situation"])["incident"].clone();
    assert_eq!((&incident["severity"], &incident["channel"]), (&"critical".into(), &"war room 2".into()));
    assert_eq!(incident["roles"]["commander"], serde_json::json!(["ana", "bob"]));
    assert!(incident["declared"].is_string(), "{incident}");
    // What is no key is refused, and nothing is said.
    let before = super::events(&env);
    stage.press("D");
    stage.type_text("boss=ana");
    stage.press("Enter");
    shows(&mut stage, &["KEY=VALUE"]);
    assert_eq!(super::events(&env), before);
}

#[test]
fn tasks_stand_by_phase_and_by_role() {
    let world = World::new();
    let env = breached(&world);
    let mut stage = stage(&env, (120, 40));
    stage.call("view.go tasks");
    stage.press("g g b p");
    shows(&mut stage, &["by phase", "first-hour  11", "D1"]);
    // On a head nothing can be said.
    stage.press("g g c");
    assert_eq!(by_id(&json(&env, &["checklist"])["tasks"], "D1")["state"], "open");
    stage.press("j c");
    shows(&mut stage, &["claimed"]);
    stage.press("b r g g");
    shows(&mut stage, &["by role", "commander  "]);
    stage.press("b b g g");
    let text = stage.text();
    assert!(!text.contains("by role") && !text.contains("first-hour  11"), "{text}");
    stage.press("?");
    shows(&mut stage, &["by phase or by role"]);
}

#[test]
fn credentials_deadlines_and_the_timeline_are_there() {
    let world = World::new();
    let env = breached(&world);
    done(&env, &["clocks", "start", "significant", "--at", "08:00Z", "--source", "ciso"]);
    done(&env, &["timeline", "add", "plant 7 called", "--lane", "learned"]);
    let mut stage = stage(&env, (120, 40));
    stage.call("view.go creds");
    shows(&mut stage, &["proved dead", "pull-secret", "nobody was asked about"]);
    stage.call("view.go clocks");
    shows(&mut stage, &["nis2-warning", "running", "not legal advice", "aware 2026-03-17 07:40Z"]);
    stage.call("view.go time");
    stage.press("G");
    shows(&mut stage, &["plant 7 called", "learned"]);
}

#[test]
fn what_is_declared_stands_in_the_head() {
    let world = World::new();
    let env = exercise(&world);
    done(
        &env,
        &["declare", "--severity", "medium", "--tlp", "red", "--aware", "06:00Z", "--aware-source", "night shift"],
    );
    let mut stage = stage(&env, (120, 40));
    shows(&mut stage, &["MEDIUM", "TLP:RED", "aware 06:00Z"]);
}

#[test]
fn a_count_of_the_situation_opens_its_rows() {
    let world = World::new();
    let env = breached(&world);
    let mut stage = stage(&env, (120, 40));
    stage.call("view.go situation");
    let bad = json(&env, &["situation"])["verdicts"][0].clone();
    assert_eq!(bad["verdict"], "bad");
    stage.press("g g Enter");
    shows(&mut stage, &["verdict:bad", &format!("{} images", bad["images"])]);
    // Its second count is of those that run.
    stage.call("view.go situation");
    stage.press("g g Right Right Enter");
    shows(&mut stage, &["verdict:bad running:>0"]);
    stage.call("view.go situation");
    stage.press("G Enter");
    shows(&mut stage, &["[9 Proof"]);
}

#[test]
fn a_case_without_images_says_what_to_do_first() {
    let world = World::new();
    let env = exercise(&world);
    world.new_case();
    let mut stage = Stage::new(&exercise::time(&env), Theme::named("mono").unwrap(), (80, 24));
    stage.open(&world.path());
    stage.call("view.go situation");
    shows(&mut stage, &["No images yet", "[ ] collect what runs", "[ ] state when you became aware", "DECIDE NOW"]);
    let mut empty = env.clone();
    empty.vars.insert("HULLBREACH_CASE".to_owned(), world.path().to_str().unwrap().to_owned());
    let said = done(&empty, &["situation"]).stdout;
    assert!(said.contains("No images yet") && said.contains("hullbreach indicator import"), "{said}");
}

#[test]
fn credentials_deadlines_and_entries_are_answered_with_keys() {
    let world = World::new();
    let env = breached(&world);
    let mut stage = stage(&env, (120, 40));
    stage.call("view.go creds");
    stage.press("g g d");
    stage.type_text("08:00Z");
    stage.press("Enter");
    shows(&mut stage, &["what proves it?"]);
    stage.press("g g d");
    stage.type_text("08:00Z ticket-7: 401 from the registry");
    stage.press("Enter");
    let credentials = json(&env, &["credentials"])["credentials"].clone();
    let dead: Vec<&serde_json::Value> =
        credentials.as_array().unwrap().iter().filter(|one| one["proved_dead"].is_string()).collect();
    assert_eq!(dead.len(), 1, "{credentials}");
    assert_eq!(dead[0]["evidence"][0], "ticket-7: 401 from the registry");
    assert!(dead[0]["proved_dead"].as_str().unwrap().starts_with("2026-03-17T08:00"));
    // What a deadline waits for is stated with who says so, and never by itself.
    stage.call("view.go clocks");
    stage.press("/");
    stage.type_text("nis2-warning");
    stage.press("Enter s");
    stage.type_text("08:10Z");
    stage.press("Enter");
    shows(&mut stage, &["who or what says so"]);
    stage.press("s");
    stage.type_text("08:10Z the ciso");
    stage.press("Enter");
    let clocks = json(&env, &["clocks"]);
    assert_eq!(by_id(&clocks["clocks"], "nis2-warning")["state"], "running");
    assert_eq!(by_id(&clocks["triggers"], "significant")["source"], "the ciso");
    stage.press("d");
    stage.type_text("receipt 12");
    stage.press("Enter");
    assert_eq!(by_id(&json(&env, &["clocks"])["clocks"], "nis2-warning")["state"], "met");
    stage.call("view.go time");
    stage.press("a");
    stage.type_text("happened 03:41Z the tag was pushed again");
    stage.press("Enter /");
    stage.type_text("pushed again");
    stage.press("Enter g g");
    shows(&mut stage, &["the tag was pushed again"]);
    let own = json(&env, &["timeline", "--own"]);
    assert_eq!(own["entries"][0]["lane"], "happened");
    assert!(own["entries"][0]["at"].as_str().unwrap().starts_with("2026-03-17T03:41"));
    stage.press("x");
    stage.type_text("it was another tag");
    stage.press("Enter");
    assert_eq!(json(&env, &["timeline", "--own"])["entries"][0]["retracted"], true);
    // The time may stand before the lane.
    stage.press("a");
    stage.type_text("04:10Z learned the vendor's mail names the digest");
    stage.press("Enter");
    let last = &json(&env, &["timeline", "--own"])["entries"][1];
    assert_eq!((&last["lane"], &last["text"]), (&"learned".into(), &"the vendor's mail names the digest".into()));
}

#[test]
fn the_timeline_shows_what_is_near_and_calls_things_by_their_names() {
    let world = World::new();
    let env = breached(&world);
    done(&env, &["checklist", "claim", "D1"]);
    let mut stage = stage(&env, (120, 40));
    stage.call("view.go time");
    stage.press("G");
    shows(&mut stage, &["task D1 Declare the incident"]);
    let all = json(&env, &["timeline"])["entries"].as_array().unwrap().len();
    stage.press("G z z z");
    shows(&mut stage, &["ten minutes"]);
    stage.press("Z Z Z");
    let text = stage.text();
    assert!(all > 5 && !text.contains("ten minutes") && !text.contains("an hour"), "{text}");
    // Nothing in a line of the timeline is a raw id or a fraction of a second.
    for entry in json(&env, &["timeline"])["entries"].as_array().unwrap() {
        let text = entry["text"].as_str().unwrap();
        let raw = |word: &str| word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(!text.split([' ', ':', ',']).any(raw), "{text}");
    }
}

#[test]
fn an_exercise_plays_at_its_own_time_whenever_it_is_opened() {
    let world = World::new();
    let mut env = exercise(&world);
    let later = hullbreach::model::time::Micros::parse_rfc3339("2026-11-22T10:00:00Z").unwrap();
    env.clock = std::sync::Arc::new(move || (later, 0));
    let now = |env: &Env| json(env, &["situation"])["now"].as_str().unwrap().to_owned();
    assert!(now(&env).starts_with("2026-03-17T"), "{}", now(&env));
    let text = done(&env, &["situation"]).stdout;
    assert!(!text.contains("left -"), "nothing is over yet: {text}");
    // What is said in it is said at its time, and its time goes on from there.
    done(&env, &["timeline", "add", "somebody called"]);
    let entries = json(&env, &["timeline", "--own"]);
    assert!(entries["entries"][0]["at"].as_str().unwrap().starts_with("2026-03-17T"));
    // Any other case has the time of its machine.
    world.new_case();
    env.vars.insert("HULLBREACH_CASE".to_owned(), world.path().to_str().unwrap().to_owned());
    assert!(now(&env).starts_with("2026-11-22T"));
}
