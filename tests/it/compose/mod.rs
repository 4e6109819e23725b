//! Compose files from their bytes to what a project comes to: detected, redacted, read and joined as an import does it,
//! in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // In a test a panic is the report.

mod builds;
mod corpus;
mod features;
mod hostile;
mod include;
mod naive;
mod reading;
mod redaction;
mod variables;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::rc::Rc;

use hullbreach::model::fact::{Item, Use};
use hullbreach::model::reading::Reject;
use hullbreach::model::recipe::Recipe;
use hullbreach::read::{Detection, Format, Limits, Segment, SegmentKind, Splitter, detect, read_segment};
use hullbreach::resolve::project::{Joined, join};
use hullbreach::work::import::redact_as_read;

/// One file as an import leaves it.
#[derive(Debug, Clone)]
pub struct Read {
    pub format: Option<Format>,
    pub stored: Vec<u8>,
    pub items: Vec<Item>,
    pub rejects: Vec<Reject>,
}

impl Read {
    pub fn recipe(&self) -> Option<&Recipe> {
        self.items.iter().find_map(|item| item.recipe.as_ref())
    }
}

/// Detects, splits, redacts and reads a file.
pub fn read(path: &str, bytes: &[u8]) -> Read {
    read_within(path, bytes, &Limits::default())
}

pub fn read_within(path: &str, bytes: &[u8], limits: &Limits) -> Read {
    let mut read = Read { format: None, stored: Vec::new(), items: Vec::new(), rejects: Vec::new() };
    let Detection::Known(format) = detect(bytes, true, path) else { return read };
    read.format = Some(format);
    let mut segments = Vec::new();
    let mut splitter = Splitter::new(format, *limits);
    let _ = splitter.push(bytes, &mut segments);
    let _ = splitter.finish(&mut segments);
    for segment in segments {
        let base = read.stored.len() as u64;
        let mut clean = Vec::new();
        redact_as_read(format, &segment, &mut clean);
        read.stored.extend_from_slice(&clean);
        if segment.kind == SegmentKind::Glue {
            continue;
        }
        let outcome = read_segment(format, &Segment { bytes: clean, ..segment }, limits);
        read.rejects.extend(outcome.rejects);
        read.items.extend(outcome.items.into_iter().map(|mut item| {
            item.spot.offset += base;
            item
        }));
    }
    read
}

/// Files by their paths.
#[derive(Debug, Clone, Default)]
pub struct Files(pub BTreeMap<String, Read>);

impl Files {
    /// Files that must be known and read without rejects.
    pub fn of(files: &[(&str, &str)]) -> Files {
        let mut read = Files::default();
        for (path, text) in files {
            let file = self::read(path, text.as_bytes());
            assert!(file.format.is_some(), "{path} is not known");
            assert_eq!(file.rejects, [], "{path}");
            read.0.insert((*path).to_owned(), file);
        }
        read
    }

    /// Joins one of them.
    pub fn join(&self, path: &str) -> Joined {
        self.join_with(path, &[])
    }

    pub fn join_with(&self, path: &str, args: &[(&str, &str)]) -> Joined {
        let args = args.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let recipe = self.0.get(path).and_then(Read::recipe).unwrap_or_else(|| panic!("{path} has no recipe"));
        let mut find = |path: &str| -> Result<Option<Rc<Recipe>>, Infallible> {
            Ok(self.0.get(path).and_then(Read::recipe).cloned().map(Rc::new))
        };
        let Ok(joined) = join(path, recipe, &args, &mut find);
        joined
    }

    /// The stored bytes that a use of a join stands on.
    pub fn text_at(&self, path: &str, used: &Use) -> String {
        let file = self.0.get(path).unwrap();
        let base = file.items.first().unwrap().spot.offset;
        let start = (base + used.spot.offset) as usize;
        String::from_utf8_lossy(file.stored.get(start..start + used.spot.length as usize).unwrap()).into_owned()
    }
}

/// What a use says in one line: `role name image [needs] marks`.
pub fn said(used: &Use) -> String {
    let mut line =
        format!("{} {} {}", used.role.as_str(), used.name, used.resolved.as_deref().unwrap_or(&used.as_written));
    if !used.needs.is_empty() {
        line += &format!(" needs {}", used.needs.join(","));
    }
    for mark in &used.marks {
        line += &format!(" {mark}");
    }
    line
}

/// Every use of a join, each with the last part of its file's path, sorted.
pub fn uses(joined: &Joined) -> Vec<String> {
    let mut lines: Vec<String> = joined
        .items
        .iter()
        .flat_map(|standing| {
            let file = standing.path.rsplit('/').next().unwrap().to_owned();
            standing.item.uses.iter().map(move |used| format!("{file}: {}", said(used)))
        })
        .collect();
    lines.sort();
    lines
}

/// The project's name.
pub fn project(joined: &Joined) -> &str {
    let object = joined.items.first().and_then(|standing| standing.item.object.as_ref()).expect("an item");
    assert_eq!(object.kind, "ComposeProject");
    &object.name
}

/// Files with one compose file at `/p/compose.yaml`, joined; nothing may be missing or wrong.
pub fn joined(text: &str) -> Joined {
    let joined = Files::of(&[("/p/compose.yaml", text)]).join("/p/compose.yaml");
    assert_eq!(joined.problems, []);
    joined
}
