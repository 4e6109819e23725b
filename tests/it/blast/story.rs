//! The exercise's second story: the alpine base was re-pointed for five hours, and its tree lights up.

use std::collections::BTreeMap;

use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;
use hullbreach::env::Env;
use hullbreach::work::blast::{Reach, open_questions, reach, reach_side_by_side};
use hullbreach::work::lineage::Known;
use serde_json::Value;

use crate::cli::{exercise, piped};
use crate::support::World;

const ALPINE: &str = "tag:docker.io/library/alpine:3.19";
const TEAM: &str = "registry.harbourline.example:5000/shopfloor/";

/// Verdict and whether a digest is known of each image of the team and of alpine:3.19, by its short name.
fn verdicts(env: &Env) -> BTreeMap<String, Vec<(String, bool)>> {
    let images = piped(env, &["images", "--json"]).ended(Exit::Done).json();
    let mut found: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for row in images["images"].as_array().unwrap() {
        let name = row["name"].as_str().unwrap();
        let short = name.strip_prefix(TEAM).or(name.strip_prefix("docker.io/library/").filter(|n| *n == "alpine:3.19"));
        if let Some(short) = short {
            let verdict = row["verdict"].as_str().unwrap().to_owned();
            found.entry(short.to_owned()).or_default().push((verdict, row["resolved"].as_bool().unwrap()));
        }
    }
    found.values_mut().for_each(|rows| rows.sort());
    found
}

#[test]
fn its_tree_is_bad_one_image_predates_and_three_cannot_be_told() {
    let world = World::new();
    let env = exercise(&world);
    let one = |verdict: &str, resolved| vec![(verdict.to_owned(), resolved)];
    let two = |a: &str, b: &str, c: bool| vec![(a.to_owned(), false), (b.to_owned(), c)];
    let mut alpine = two("bad", "bad", true);
    alpine.push(("predates".to_owned(), true));
    let expected = BTreeMap::from([
        // The name alone, what the build took at 03:12Z, and what ran for a week before.
        ("alpine:3.19".to_owned(), alpine),
        ("base:3".to_owned(), one("bad", true)),
        ("kiosk:3.4".to_owned(), one("bad", true)),
        ("till:3.4".to_owned(), two("bad", "bad", true)),
        ("relay:2.0".to_owned(), one("bad", false)),
        ("scale:1.9".to_owned(), one("predates", true)),
        ("report:1".to_owned(), one("not-known", true)),
        ("backup:9".to_owned(), one("not-known", true)),
        ("printer:5".to_owned(), one("not-known", false)),
    ]);
    assert_eq!(verdicts(&env), expected);
    // Nothing else of the inventory is touched: the rest ran before, or cannot be told.
    let bad = piped(&env, &["images", "--json", "--filter", "verdict:bad"]).json();
    assert_eq!(bad["images"].as_array().unwrap().len(), 7);
    assert!(piped(&env, &["verify", "--json"]).ended(Exit::Done).json()["ok"].as_bool().unwrap());
}

#[test]
fn each_verdict_says_from_whom_it_came_and_across_what() {
    let world = World::new();
    let env = exercise(&world);
    let first = |image: &str| {
        let found = piped(&env, &["image", image, "--json"]).ended(Exit::Done).json();
        let reason = found["findings"][0]["reasons"][0].clone();
        let name = reason["name"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
        (reason["because"].as_str().unwrap().to_owned(), name, reason["text"].as_str().unwrap().to_owned())
    };
    let told = |because: &str, name: &str, text: &str| (because.to_owned(), name.to_owned(), text.to_owned());
    assert_eq!(first("shopfloor/kiosk"), told("passed-on", "base:3", "passed on from its base, confidence 0.97"));
    assert_eq!(first("shopfloor/base"), told("passed-on", "alpine:3.19", "passed on from its base, confidence 0.97"));
    let input = "passed on from a build input of it, confidence 0.85";
    assert_eq!(first("shopfloor/relay"), told("passed-on", "alpine:3.19", input));
    assert_eq!(first("shopfloor/scale").0, "ran-before");
}

/// The rows of a list by the short names of their images, with one field each.
fn field(rows: &Value, field: &str) -> Vec<String> {
    let short = |row: &Value| row["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    rows.as_array().unwrap().iter().map(|row| format!("{} {}", short(row), row[field])).collect()
}

#[test]
fn blast_says_what_is_proven_what_likely_and_what_would_tell() {
    let world = World::new();
    let env = exercise(&world);
    let found = piped(&env, &["blast", "alpine:3.19", "--json"]).ended(Exit::Done).json();
    let target = &found["targets"][0];
    assert_eq!((target["target"].as_str(), target["state"].as_str()), (Some(ALPINE), Some("bad")));
    assert_eq!(target["window"], "2026-03-17T02:00:00Z..2026-03-17T07:00:00Z", "the indicator's");
    let parts: Vec<&str> =
        target["history"].as_array().unwrap().iter().map(|step| step["part"].as_str().unwrap()).collect();
    assert_eq!(parts, ["was", "meant"]);
    assert_eq!(
        field(&found["images"], "reach"),
        [
            "kiosk:3.4 \"proven\"",
            "till:3.4 \"proven\"",
            "alpine:3.19 \"proven\"",
            "base:3 \"proven\"",
            "alpine:3.19 \"likely\"",
            "relay:2.0 \"likely\"",
            "till:3.4 \"likely\"",
        ]
    );
    assert_eq!(field(&found["images"], "distance")[..4], ["kiosk:3.4 2", "till:3.4 2", "alpine:3.19 0", "base:3 1"]);
    let path: Vec<&str> =
        found["images"][0]["path"].as_array().unwrap().iter().map(|step| step["how"].as_str().unwrap()).collect();
    assert_eq!(path, ["", "layer 1 equal", "layers 1-3 equal"]);
    let why = field(&found["cannot_tell"], "why");
    for expected in [
        "report:1 \"no layers and no base known\"",
        "backup:9 \"one layer: from scratch or squashed\"",
        "printer:5 \"tag only, no digest\"",
    ] {
        assert!(why.iter().any(|row| row == expected), "{expected}: {why:?}");
    }
    assert!(!why.iter().any(|row| row.starts_with("scale")), "it ran before, and its layers exclude it");
    let report =
        found["cannot_tell"].as_array().unwrap().iter().find(|r| r["name"].as_str().unwrap().contains("report"));
    assert!(report.unwrap()["fetch"].as_str().unwrap().starts_with("skopeo inspect --raw 'docker://"), "{report:?}");
    let counts = &found["counts"];
    assert_eq!((counts["images"]["proven"].as_u64(), counts["images"]["likely"].as_u64()), (Some(4), Some(3)));
    assert_eq!((counts["running"].as_u64(), counts["cached"].as_u64()), (Some(2), Some(2)));
    let names: Vec<&str> =
        found["credentials"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["shopfloor-push", "builder"], "names of what the build could use, never values");
    assert_eq!(found["comes_back"][0]["kind"], "node-cache");
}

#[test]
fn the_text_is_that_of_the_screen_and_safe() {
    let world = World::new();
    let env = exercise(&world);
    let text = piped(&env, &["blast", ALPINE]).ended(Exit::Done).stdout;
    for line in [
        "MEANT dd713a63",
        "REACHES",
        "= layers 1-3 equal",
        "~ build input: dockerfile",
        "CANNOT TELL",
        "would tell: the digest that runs",
        "kubectl get pods -A -o json | hullbreach import -",
        "WHAT CAN COME BACK",
        "why      docker.io/library/alpine:3.19 -> ",
        "excluded 2 images by their layers",
    ] {
        assert!(text.contains(line), "{line:?} is missing in:\n{text}");
    }
    assert_eq!(piped(&env, &["blast"]).ended(Exit::Done).stdout, text, "all open indicators are this one");
}

#[test]
fn an_answer_is_the_same_whether_it_is_read_side_by_side_or_not() {
    let world = World::new();
    let env = exercise(&world);
    let case = Case::open(std::path::Path::new(&env.vars["HULLBREACH_CASE"]), Access::Read, &env).unwrap();
    let conn = case.conn();
    let parts = |found: &Reach| {
        (
            (found.images.clone(), found.workloads.clone(), found.namespaces.clone()),
            (found.credentials.clone(), found.comes_back.clone(), found.counts),
        )
    };
    let questions = || open_questions(conn).unwrap();
    let one = reach(conn, Known::read(conn).unwrap().into(), questions()).unwrap();
    assert!(one.images.len() > 60 && one.credentials.len() > 1, "{:?}", one.counts);
    assert_eq!(parts(&one), parts(&reach_side_by_side(conn, questions()).unwrap()));
    assert!(conn.is_autocommit(), "the look at the file is over");
}
