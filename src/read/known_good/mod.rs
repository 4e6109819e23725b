//! Lists of what is known to be good: names and the digests they led to before. Lockfiles, lists that `crane digest` or
//! `docker buildx imagetools` printed, kustomizations, release notes, statements of provenance.
//!
//! Many tools write such lists and no standard tells how, so what is read is what can be meant in one way only: a name and
//! a digest in one reference, in one record, or alone together in one line. Signatures are kept with the text and never
//! checked here, and it is said so.

mod lines;
mod signed;
mod tree;

use std::collections::BTreeSet;

use super::lineage::reference;
use super::outcome::Outcome;
use super::pulls;
use super::tree::{parse_json_whole, parse_yaml};
use super::{Limits, Segment};
use crate::model::digest::{Digest, DigestKind};
use crate::model::fact::{Item, Spot};
use crate::model::known_good::Known;
use crate::model::reference::Reference;

/// Most entries of one list.
const MOST: usize = 100_000;

/// Entries in the making.
#[derive(Debug, Default)]
struct Found {
    entries: Vec<Known>,
    seen: BTreeSet<(String, Digest)>,
    full: bool,
}

impl Found {
    /// Adds an entry; a name without a tag is of no release, unless the digest stands in the reference itself.
    fn add(&mut self, name: &str, digest: &Digest, kind: DigestKind, spot: Spot) {
        let bare = name.split('@').next().unwrap_or_default().trim();
        let is_name = Reference::parse(bare).is_ok() && bare.len() <= 512 && Digest::parse(bare).is_err();
        if !is_name || !self.seen.insert((bare.to_owned(), digest.clone())) {
            return;
        }
        if self.entries.len() >= MOST {
            self.full = true;
            return;
        }
        self.entries.push(Known { as_written: bare.to_owned(), digest: digest.clone(), kind, spot });
    }
}

/// Reads a whole list.
pub(super) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let mut found = Found::default();
    let start = source.trim_start_matches('\u{feff}').trim_start();
    if let Some(note) = signed::note(source) {
        out.said.notes.insert(note);
    }
    let text = signed::text(source);
    let parsed = match () {
        () if start.starts_with(['{', '[']) => json(source, limits, &mut found),
        () if pulls::known_table(source, &mut |name, digest, spot| {
            found.add(name, digest, DigestKind::Unknown, spot)
        }) =>
        {
            true
        }
        () => match parse_yaml(&text, limits) {
            Ok(tree) if tree.root().is_some_and(tree::is_document) => {
                tree.root().into_iter().for_each(|root| tree::read(root, limits, &mut found));
                !found.entries.is_empty()
            }
            _ => false,
        },
    };
    if !parsed {
        lines::read(&text, &mut found);
    }
    if found.entries.is_empty() {
        let reason = "no image with a tag and a digest: write one a line, as registry.example/team/app:1.2@sha256:…";
        return out.reject(segment.pointer.clone(), reason);
    }
    if found.full {
        out.reject(segment.pointer.clone(), format!("more than the limit of {MOST} entries; the rest is not read"));
    }
    let spot = Spot { pointer: segment.pointer.clone(), offset: 0, length: source.len() as u64 };
    out.items.push(Item { spot, known: found.entries, ..Item::default() });
}

/// One document, or one a line.
fn json(source: &str, limits: &Limits, found: &mut Found) -> bool {
    let source = source.trim_start_matches('\u{feff}');
    if let Ok(tree) = parse_json_whole(source, limits) {
        tree.root().into_iter().for_each(|root| tree::read(root, limits, found));
        return !found.entries.is_empty();
    }
    let mut offset = 0;
    for line in source.split_inclusive('\n') {
        if let Ok(tree) = parse_json_whole(line, limits) {
            let before = found.entries.len();
            tree.root().into_iter().for_each(|root| tree::read(root, limits, found));
            found.entries.iter_mut().skip(before).for_each(|entry| entry.spot.offset += offset);
        }
        offset += line.len() as u64;
    }
    !found.entries.is_empty()
}

/// A name out of a package URL, or as it is.
fn name_of(text: &str) -> Option<String> {
    match text.starts_with("pkg:") {
        true => super::lineage::purl(text).map(|named| named.as_written),
        false => reference(text).map(|named| named.as_written),
    }
}

/// The entries of a list, before it is kept anywhere.
pub fn entries(text: &str) -> Vec<Known> {
    let segment = Segment { kind: super::SegmentKind::Item, pointer: String::new(), list: None, bytes: Vec::new() };
    let mut out = Outcome::default();
    read(text, &segment, &Limits::default(), &mut out);
    out.items.into_iter().flat_map(|item| item.known).collect()
}
