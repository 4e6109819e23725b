//! The exercise as `demo` leaves it: its images are exactly those worked out by hand.

use hullbreach::case::query::filter::Filter;
use hullbreach::case::query::image::image;
use hullbreach::case::query::images::{Sort, images};
use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;
use hullbreach::env::Env;
use hullbreach::model::reference::Reference;
use std::collections::BTreeSet;
use std::path::Path;

use super::{columns, exercise, on_terminal, piped};
use crate::support::World;
use crate::words::{
    EXERCISE_BAD, EXERCISE_EVENTS, EXERCISE_FIELDS, EXERCISE_IMAGES, EXERCISE_NODE_CACHE, EXERCISE_PROJECTS,
    EXERCISE_SCANNED, name_of,
};

fn set(lists: &[&[&str]]) -> BTreeSet<String> {
    lists.iter().copied().flatten().map(|name| (*name).to_owned()).collect()
}

#[test]
fn images_of_the_exercise_are_those_worked_out_by_hand() {
    let world = World::new();
    let env = exercise(&world);
    let list = piped(&env, &["images", "--json"]).ended(Exit::Done).json();
    let case = Case::open(Path::new(&env.vars["HULLBREACH_CASE"]), Access::Read, &env).unwrap();
    let (mut asked, mut only_seen) = (BTreeSet::new(), BTreeSet::new());
    for row in list["images"].as_array().unwrap() {
        let detail = image(case.conn(), row["id"].as_str().unwrap()).unwrap();
        for place in &detail.uses {
            let text = place.resolved.as_ref().unwrap_or(&place.as_written);
            asked.insert(Reference::parse(text).map_or_else(|_| text.clone(), |r| name_of(&r)));
        }
        if detail.uses.is_empty() {
            only_seen.extend(detail.sightings.iter().map(|s| name_of(&Reference::parse(&s.as_written).unwrap())));
        }
    }
    // A node's bare digests go by the image's other names; Docker's dangling images have none.
    asked.retain(|name| name != "<none>@<none>" && name != "<none>:<none>");
    let expected = set(&[EXERCISE_IMAGES, EXERCISE_FIELDS, EXERCISE_NODE_CACHE, EXERCISE_PROJECTS, &[EXERCISE_BAD]]);
    let missing: Vec<_> = expected.difference(&asked).collect();
    let kept_by_digest = |name: &&String| name.contains("@sha256:");
    let invented: Vec<_> = asked.difference(&expected).filter(|name| !kept_by_digest(name)).collect();
    assert!(missing.is_empty() && invented.is_empty(), "missing {missing:?}, invented {invented:?}");
    assert_eq!(only_seen, set(&[EXERCISE_EVENTS, EXERCISE_SCANNED]));
    let all = images(case.conn(), &Filter::All, Sort::default(), None).unwrap();
    assert_eq!(all.len(), list["images"].as_array().unwrap().len());
}

#[test]
fn demo_says_the_situation_first_and_in_sixty_lines() {
    let world = World::new();
    let env = columns(&world.ana(), 80);
    let dir = world.root().join("demo");
    let said = on_terminal(&env, &["demo", "--dir", dir.to_str().unwrap()]).ended(Exit::Done);
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert!(lines.len() <= 60, "{} lines", lines.len());
    assert!(lines[0].contains("Exercise:") && said.stdout.contains("unknown never means safe"), "{}", said.stdout);
    let again = piped(&env, &["demo", "--dir", dir.to_str().unwrap()]).ended(Exit::Failed);
    assert!(again.stderr.contains("exercise.case"), "{}", again.stderr);
}

#[test]
fn what_demo_proposes_works() {
    let world = World::new();
    let mut env = world.ana();
    let dir = world.root().join("demo");
    let said = piped(&env, &["demo", "--dir", dir.to_str().unwrap()]).ended(Exit::Done).stdout;
    env.vars.insert("HULLBREACH_CASE".to_owned(), dir.join("exercise.case").to_str().unwrap().to_owned());
    let proposed: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("      hullbreach ")).collect();
    assert_eq!(proposed.len(), 5, "{said}");
    for line in proposed {
        let words: Vec<&str> = line.split("  ").next().unwrap().split(' ').collect();
        let said = piped(&env, &words);
        assert!(matches!(said.exit, Exit::Done | Exit::Gaps), "{words:?}: {}", said.stderr);
        assert!(!said.stdout.contains("no image fits"), "{words:?}");
    }
}

/// Nodes of another runtime report other digests for several tags; that proves nothing, and only one tag was pushed again.
#[test]
fn only_the_tag_that_was_pushed_again_may_have_moved() {
    let world = World::new();
    let env = exercise(&world);
    let names = |filter: &str| -> std::collections::BTreeSet<String> {
        let said = piped(&env, &["images", "--json", "--filter", filter]).json();
        let images = said["images"].as_array().unwrap();
        images.iter().map(|i| i["name"].as_str().unwrap().to_owned()).collect()
    };
    let moved = names("moved:likely or moved:yes");
    assert_eq!(moved.into_iter().collect::<Vec<_>>(), ["docker.io/harbourline/monitoring-agent:1.5.0"]);
    assert!(names("moved:uncomparable").contains("docker.io/harbourline/rate-limiter:3.2.1"));
}

#[test]
fn its_picture_is_the_same_whenever_it_is_made() {
    let (one, other) = (World::new(), World::new());
    other.set_clock(crate::support::START + 86_400_000_000);
    let state = |env: &Env| piped(env, &["verify", "--json"]).json()["state"].clone();
    assert_eq!(state(&exercise(&one)), state(&exercise(&other)));
    // Played, only the folder of what came in differs, and what is made of it.
    let (one, other) = (tabletop(&one), tabletop(&other));
    for command in ["checklist", "credentials", "clocks", "indicator", "triage"] {
        let said = |env: &Env| piped(env, &[command]).stdout;
        assert_eq!(said(&one), said(&other), "{command}");
    }
}

/// The exercise as it was played.
fn tabletop(world: &World) -> Env {
    let mut env = world.ana();
    let dir = world.root().join("tabletop");
    piped(&env, &["demo", "--dir", dir.to_str().unwrap()]).ended(Exit::Done);
    env.vars.insert("HULLBREACH_CASE".to_owned(), dir.join("exercise.case").to_str().unwrap().to_owned());
    // Long after it: asked of an exercise, the time is the exercise's.
    world.set_clock(crate::support::START + 300 * 86_400_000_000);
    env
}

/// The story of 2019 to its end: tokens of automatic builds were stolen, one of our own tags was overwritten with them, and
/// who responded declared it, found it, proved the tokens dead, and wrote down what to do better.
#[test]
fn played_it_is_a_finished_tabletop() {
    let world = World::new();
    let env = tabletop(&world);
    let situation = piped(&env, &["situation", "--json"]).json();
    assert_eq!(situation["incident"]["status"], "contained", "{situation:#}");
    let said = piped(&env, &["situation"]).stdout;
    for words in [
        "now 2026-03-17 12:20Z  contained",
        "indicators: 2 bad",
        "first-hour 11/11",
        "overdue 0",
        "9 of 32 proved dead",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let clocks = piped(&env, &["clocks"]).stdout;
    let state = |name: &str| clocks.lines().find(|l| l.starts_with(name)).unwrap().split_whitespace().nth(1).unwrap();
    assert_eq!([state("nis2-warning"), state("gdpr-authority")], ["met", "running"]);
    // The push that no notice told of, out of Docker Hub's audit log, and what it is held to be.
    let image = piped(&env, &["image", "ecdb24db"]).stdout;
    assert!(image.contains("push     2026-03-17 03:41Z") && image.contains("verdict  BAD"), "{image}");
    let credentials = piped(&env, &["credentials"]).stdout;
    let line = credentials.lines().find(|line| line.contains("autobuild-link")).unwrap();
    assert!(line.contains("proved dead 2026-03-17 09:51Z"), "{credentials}");
    assert!(piped(&env, &["note"]).stdout.contains("What helped"), "the review is missing");
}

/// Whoever would rather play it has the same files at hand, and nothing of it was said yet.
#[test]
fn it_can_be_begun_from_the_start() {
    let world = World::new();
    let env = exercise(&world);
    let said = piped(&env, &["situation"]).stdout;
    assert!(said.contains("not declared") && said.contains("first-hour 0/11"), "{said}");
    let folder = Path::new(&env.vars["HULLBREACH_CASE"]).with_file_name("tabletop");
    let notice = folder.join("notice.eml").to_str().unwrap().to_owned();
    let proposed = piped(&env, &["indicator", "import", &notice]).ended(Exit::Done).stdout;
    assert!(proposed.contains("alpine:3.19"), "{proposed}");
}
