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
