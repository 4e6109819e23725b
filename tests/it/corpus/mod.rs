//! Sweeps over real files: recordings of an API server and manifests of other projects. They need the folder that
//! `HULLBREACH_CORPUS` names, so they are ignored where it is not given.

mod damaged;
mod manifests;
mod projects;
mod recordings;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hullbreach::case::query::filter::Filter;
use hullbreach::case::query::image::image;
use hullbreach::case::query::images::{Sort, images};
use hullbreach::case::{Access, Case};
use hullbreach::model::reading::Status;
use hullbreach::model::reference::Reference;

use crate::cli::piped;
use crate::support::World;
use crate::words::name_of;

/// A folder of the corpus.
fn folder(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("HULLBREACH_CORPUS").expect("HULLBREACH_CORPUS")).join(name)
}

/// Every file below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// What a case of one file holds.
struct Seen {
    status: Status,
    reason: String,
    continues: bool,
    /// What specs and lists ask for, as named in expectations.
    asked: BTreeSet<String>,
    /// Kept on nodes.
    kept: BTreeSet<String>,
    /// Every name in the inventory.
    all: BTreeSet<String>,
}

/// Imports one file into a case of its own.
fn import(file: &Path) -> Seen {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    let said = piped(&env, &["import", "--json", file.to_str().unwrap()]);
    let report = said.json();
    let unread =
        report["unrecognised"].as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap().to_owned());
    let unread: Vec<String> = unread.collect();
    assert_eq!(report["evidence"].as_array().unwrap().len() + unread.len(), 1, "{}: {report}", file.display());
    let case = Case::open(&world.path(), Access::Read, &env).unwrap();
    let (state, _) = case.state().unwrap();
    let reading = state.sources.values().find_map(|source| source.reading.clone());
    let mut seen = Seen {
        status: reading.as_ref().map_or(Status::Unrecognised, |r| r.status),
        reason: reading.as_ref().map_or_else(|| unread.concat(), |r| r.reason.clone()),
        continues: reading.is_some_and(|r| r.scope.continues),
        asked: BTreeSet::new(),
        kept: BTreeSet::new(),
        all: BTreeSet::new(),
    };
    for row in images(case.conn(), &Filter::All, Sort::default(), None).unwrap() {
        seen.add(&case, &row.id);
    }
    seen
}

impl Seen {
    fn add(&mut self, case: &Case, id: &str) {
        let detail = image(case.conn(), id).unwrap();
        let digest = detail.image.digests.first().map(|d| d.value.clone()).unwrap_or_default();
        for name in &detail.names {
            let tagged = Reference::parse(&name.name).is_ok_and(|r| r.tag().is_some() || r.digest().is_some());
            self.all.insert(if tagged { name.name.clone() } else { format!("{}@{digest}", name.name) });
        }
        for place in detail.uses {
            let name = Reference::parse(&place.as_written).map_or_else(|_| place.as_written.clone(), |r| name_of(&r));
            if place.role == "node-cache" {
                self.kept.insert(name)
            } else {
                self.asked.insert(name)
            };
        }
    }
}

/// Fails where a set is not as expected, saying what is missing and what is too much.
#[track_caller]
fn assert_same<'a>(what: &str, found: &BTreeSet<String>, expected: impl IntoIterator<Item = &'a str>) -> bool {
    let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
    if *found != expected {
        eprintln!("{what}: missing {:?}, too much {:?}", &expected - found, found - &expected);
    }
    *found == expected
}
