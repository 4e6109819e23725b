//! Folding beside the storing is a shorter way to the same rows, or no way at all.

use proptest::prelude::*;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::pods::{bulky, dumps, list, one, pod, write};
use crate::support::evidence::say;
use crate::support::{START, World, assert_clean, new};
use hullbreach::case::{Case, project};
use hullbreach::collect::walk::walk;
use hullbreach::model::acquisition::{Origin, OriginKind};
use hullbreach::model::time::Micros;
use hullbreach::work::import::{Content, Input, Options, Progress, Report, Silent, import_in};

/// A file of a folder, of an hour of the day.
#[derive(Debug, Clone)]
struct Given {
    path: String,
    bytes: Vec<u8>,
    hour: i64,
}

fn given(path: &str, bytes: impl Into<Vec<u8>>, hour: i64) -> Given {
    Given { path: path.to_owned(), bytes: bytes.into(), hour }
}

/// The files of a folder, as the command line lists them.
fn listed(folder: &Path) -> Vec<Input> {
    let sources = walk(&[folder.to_owned()], folder).unwrap().sources.into_iter().map(|source| Input {
        origin: Origin {
            kind: OriginKind::File,
            host: "laptop".into(),
            root: source.origin_root.clone(),
            path: source.path.clone(),
        },
        modified: source.modified,
        bytes: Some(source.bytes),
        content: Content::File(source),
        context: None,
        as_of: None,
    });
    sources.collect()
}

/// A case at a fixed moment: the rows then depend on what is imported, and on nothing else.
fn still_case(world: &World) -> Case {
    let mut env = world.ana();
    env.clock = Arc::new(|| (Micros(START), 0));
    Case::create(&world.path(), &new("Hub breached"), &env).unwrap()
}

fn import(case: &mut Case, inputs: Vec<Input>, options: &Options, folds: bool) -> Report {
    import_in(case, inputs, options, &Silent, &AtomicBool::new(false), folds).unwrap()
}

/// Imports both ways, each into a case of its own: both must come to the same. Whether it was folded beside.
#[track_caller]
fn both_ways(all: &[Given], options: &Options) -> bool {
    let (files, world, other) = (World::new(), World::new(), World::new());
    let folder = dumps(&files);
    for Given { path, bytes, hour } in all {
        write(&folder.join(path), bytes, *hour);
    }
    let (mut beside, mut after) = (still_case(&world), still_case(&other));
    let options = &Options { steady: true, ..options.clone() };
    let report = import(&mut beside, listed(&folder), options, true);
    let expected = import(&mut after, listed(&folder), options, false);
    assert!(!expected.folded_beside);
    let rows = |case: &Case| project::dump_hash(case.conn()).unwrap();
    assert_eq!(rows(&beside), rows(&after), "the rows differ");
    assert_eq!(Report { folded_beside: false, ..report.clone() }, expected);
    assert!(beside.is_current().unwrap());
    assert_clean(&world.verify());
    report.folded_beside
}

const COMPOSE: &str = "services:\n  web:\n    image: shop/web:${TAG:-1}\n    build: .\n  db:\n    image: postgres:16\n";
const DOCKERFILE: &str = "ARG BASE=node:20\nFROM golang:1.22 AS build\nRUN make\nFROM $BASE\nCOPY --from=build /a /a\n";

/// Small files of many kinds, one of them in several documents, some that nobody reads.
fn small() -> Vec<Given> {
    let pods = list(&[pod("web", "a", "u1", "n1", "shop/a:1", 1), pod("web", "b", "u2", "n2", "shop/b:1", 2)]);
    let deployment = |n: i32| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{n}}}\nspec:\n  template:\n    spec:\n      \
             containers:\n      - name: c\n        image: shop/d:{n}\n"
        )
    };
    vec![
        given("pods.json", pods.to_string(), 3),
        given("api/compose.yaml", COMPOSE, 1),
        given("api/Dockerfile", DOCKERFILE, 1),
        given("api/.env", "TAG=7\n", 2),
        given("letter.txt", "Dear all, this is a letter.\n", 2),
        given("empty.json", "", 2),
        given("same/pods.json", pods.to_string(), 4),
        given("deploy.yaml", [deployment(0), deployment(1), deployment(2)].join("---\n"), 5),
    ]
}

#[test]
fn small_files_come_to_the_same_rows() {
    assert!(both_ways(&small(), &Options::default()));
}

#[test]
fn large_lists_come_to_the_same_rows_beside_small_files() {
    let mut all = vec![given("a/one.json", one("first"), 1), given("b/large.json", bulky("large", 400, 6_000), 6)];
    all.extend(small());
    all.push(given("z/larger.json", bulky("larger", 300, 8_000), 7));
    assert!(both_ways(&all, &Options::default()));
    let options = Options { clock_offset: 90, partial: true, context: Some("prod".into()), ..Options::default() };
    assert!(both_ways(&all, &options));
    assert!(both_ways(&all, &Options { keep_raw: true, ..Options::default() }));
}

#[test]
fn what_is_known_too_late_is_folded_afterwards() {
    let large = given("large.json", bulky("large", 60, 6_000), 2);
    let again = Given { path: "again.json".into(), ..large.clone() };
    // Which of two lists of one time counts depends on ids that are known at their ends.
    assert!(!both_ways(&[large.clone(), again], &Options::default()));
    // A file that is older than what stands in it.
    assert!(!both_ways(&[Given { hour: -200 * 24, ..large.clone() }], &Options::default()));
    assert!(both_ways(&[large], &Options::default()));
}

#[test]
fn what_has_no_time_of_its_own_is_folded_afterwards() {
    let world = World::new();
    let bytes = bulky("large", 60, 6_000);
    let input = Input {
        origin: Origin { kind: OriginKind::Stdin, host: "laptop".into(), root: String::new(), path: "-".into() },
        content: Content::Reader(Box::new(std::io::Cursor::new(bytes))),
        modified: None,
        bytes: None,
        context: None,
        as_of: None,
    };
    let mut case = world.new_case();
    let report = import(&mut case, vec![input], &Options::default(), true);
    assert_eq!((report.folded_beside, report.uses.total), (false, 60));
    assert_clean(&world.verify());
}

#[test]
fn a_case_with_evidence_is_folded_afterwards() {
    let world = World::new();
    let folder = dumps(&world);
    write(&folder.join("pods.json"), one("first"), 1);
    let mut case = world.new_case();
    assert!(import(&mut case, listed(&folder), &Options::default(), true).folded_beside);
    write(&folder.join("more.json"), one("more"), 9);
    let report = import(&mut case, listed(&folder), &Options::default(), true);
    assert_eq!((report.folded_beside, report.uses.total), (false, 2));
    assert_clean(&world.verify());
}

/// Another process does something while the import goes on.
struct Meanwhile<'w>(&'w World, fn(&mut Case));

impl Progress for Meanwhile<'_> {
    fn source(&self, _: &str) {
        self.1(&mut self.0.open("bob"));
    }

    fn bytes(&self, _: u64) {}
}

#[track_caller]
fn not_lost(meanwhile: fn(&mut Case)) {
    let world = World::new();
    let folder = dumps(&world);
    write(&folder.join("pods.json"), one("first"), 1);
    let mut case = world.new_case();
    let (progress, cancel) = (Meanwhile(&world, meanwhile), AtomicBool::new(false));
    let report = import_in(&mut case, listed(&folder), &Options::default(), &progress, &cancel, true).unwrap();
    assert_eq!((report.folded_beside, report.uses.total), (false, 1));
    assert!(case.is_current().unwrap());
    assert_clean(&world.verify());
}

#[test]
fn what_another_process_says_or_folds_meanwhile_is_not_lost() {
    not_lost(|case| {
        say(case, "seen it");
    });
    not_lost(|case| case.refresh().unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_files_come_the_rows_are_the_same(
        picked in prop::collection::vec((0..10_usize, 0..6_i64), 1..8),
        partial in any::<bool>(),
    ) {
        let mut pool = small();
        pool.push(given("large.json", bulky("large", 12, 8_000), 0));
        pool.push(given("other.json", bulky("other", 12, 8_000), 0));
        let place = |(n, (which, hour)): (usize, &(usize, i64))| {
            let one = &pool[*which];
            Given { path: format!("{}/{}", n % 3, one.path), hour: *hour, ..one.clone() }
        };
        let all: Vec<Given> = picked.iter().enumerate().map(place).collect();
        both_ways(&all, &Options { partial, ..Options::default() });
    }
}
