//! The exercise as `demo` leaves it: its images are exactly those worked out by hand.

use hullbreach::case::query::filter::Filter;
use hullbreach::case::query::image::image;
use hullbreach::case::query::images::{Sort, images};
use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;
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
    let state = |world: &World| piped(&exercise(world), &["verify", "--json"]).json()["state"].clone();
    assert_eq!(state(&one), state(&other));
}
