//! Every project file of the corpus is read, or named with its reason.

use std::collections::BTreeMap;

use hullbreach::cli::Exit;

use super::folder;
use crate::cli::piped;
use crate::support::World;

/// Imports a folder; the number of files by format, and of those that are not read by the reason.
fn sweep(name: &str) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    let report = piped(&env, &["import", "--json", folder(name).to_str().unwrap()]).json();
    let (mut read, mut unread) = (BTreeMap::new(), BTreeMap::new());
    for row in report["evidence"].as_array().unwrap() {
        *read.entry(row["format"].as_str().unwrap().to_owned()).or_default() += 1;
        for reject in row["rejected"].as_array().unwrap() {
            assert!(!reject["reason"].as_str().unwrap().is_empty(), "{row}");
        }
    }
    for row in report["unrecognised"].as_array().unwrap() {
        let reason = row["reason"].as_str().unwrap();
        assert!(!reason.is_empty(), "{row}");
        *unread.entry(reason.to_owned()).or_default() += 1;
    }
    let all = super::files(&folder(name)).len();
    assert_eq!(read.values().sum::<usize>() + unread.values().sum::<usize>(), all, "a file of {name} is not named");
    piped(&env, &["verify"]).ended(Exit::Done);
    (read, unread)
}

fn pairs(counts: &BTreeMap<String, usize>) -> Vec<(&str, usize)> {
    counts.iter().map(|(word, n)| (word.as_str(), *n)).collect()
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_projects() {
    let (read, unread) = sweep("projects");
    let formats = [("compose-yaml", 39), ("dockerfile", 48), ("environment-file", 4), ("kubernetes-yaml", 64)];
    assert_eq!(pairs(&read), formats);
    let skaffold = "a tool's own configuration (`kind: Config`, as Skaffold's): it holds no objects";
    assert_eq!(pairs(&unread), [(skaffold, 1)]);
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_dockerfiles() {
    let (read, unread) = sweep("dockerfiles");
    assert_eq!(pairs(&read), DOCKERFILES);
    let expected: usize = UNREAD.iter().map(|(_, n)| n).sum();
    assert_eq!(unread.values().sum::<usize>(), expected, "{unread:#?}");
    for (reason, n) in UNREAD {
        let found: usize = unread.iter().filter(|(said, _)| said.contains(reason)).map(|(_, n)| n).sum();
        assert_eq!(found, *n, "{reason}: {unread:#?}");
    }
}

/// What the builders' own test files are.
const DOCKERFILES: &[(&str, usize)] = &[("dockerfile", 94)];

/// Those that no reader knows, by a part of the reason.
const UNREAD: &[(&str, usize)] = &[("plain text that no reader knows", 33), ("comments only", 1)];
