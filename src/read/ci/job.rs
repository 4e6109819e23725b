//! What is being taken out of one CI file: its jobs in the making, and the bounds that all of them share.
//!
//! A job's image can stand outside the job: in `default:`, in a job it extends, behind an alias. Spots are therefore
//! kept from the start of the document, and only made relative to the job once all of them are known to stand in it.

use std::collections::{BTreeMap, BTreeSet};

use super::given::Taken;
use crate::model::fact::{Item, Mark, Object, Role, Spot, Use};
use crate::model::given::Given;
use crate::model::text::scrub;
use crate::read::Segment;
use crate::read::outcome::Outcome;
use crate::read::tree::{MAX_TEXT, Node, cut};

/// Most uses taken out of one document, aliases and matrices expanded. The largest files that people write have a few
/// hundred.
const MAX_USES: usize = 20_000;
/// Most jobs of one document.
pub(super) const MAX_JOBS: usize = 5_000;
/// Most notes of one document.
const MAX_NOTES: usize = 100;

/// One document of a CI file.
pub(super) struct File<'o> {
    /// The document's pointer; empty for the first.
    pub pointer: String,
    length: u64,
    uses: usize,
    given: usize,
    out: &'o mut Outcome,
}

/// An image as it is written, and what it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Image {
    /// As written.
    pub as_written: String,
    /// With its variables replaced; `None` where it has none.
    pub resolved: Option<String>,
    /// The variables that nothing in the file defines.
    pub needs: BTreeSet<String>,
}

impl Image {
    /// A text without variables.
    pub fn plain(text: impl Into<String>) -> Self {
        Image { as_written: text.into(), ..Image::default() }
    }
}

/// A node with its pointer from the document's root.
#[derive(Debug, Clone)]
pub(super) struct At<'t> {
    pub node: Node<'t>,
    pub pointer: String,
}

impl<'t> At<'t> {
    pub fn root(node: Node<'t>) -> Self {
        At { node, pointer: String::new() }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<At<'t>> {
        self.node.get(key).map(|node| At { node, pointer: format!("{}/{}", self.pointer, escape(key)) })
    }

    /// The members of an object whose keys are scalars; merge keys are left out, for what they name is merged already.
    pub fn members(&self) -> impl Iterator<Item = (String, At<'t>)> + '_ {
        self.node.members().filter_map(|(key, node)| {
            let key = key.string().filter(|key| key != "<<")?;
            let pointer = format!("{}/{}", self.pointer, escape(&key));
            Some((key, At { node, pointer }))
        })
    }

    /// The elements of an array.
    pub fn elements(&self) -> impl Iterator<Item = At<'t>> + '_ {
        self.node.elements().enumerate().map(|(i, node)| At { node, pointer: format!("{}/{i}", self.pointer) })
    }
}

/// A key as a JSON pointer's token (RFC 6901).
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

impl<'o> File<'o> {
    pub fn new(source: &str, segment: &Segment, out: &'o mut Outcome) -> Self {
        File { pointer: segment.pointer.clone(), length: source.len() as u64, uses: 0, given: 0, out }
    }

    /// Counts what could not be understood; the pointer counts from the document's root.
    pub fn reject(&mut self, pointer: &str, reason: impl Into<String>) {
        let locator = format!("{}{pointer}", self.pointer);
        self.out.reject(locator, reason);
    }

    /// Something a responder should know though nothing was rejected. Data in it is scrubbed here.
    pub fn note(&mut self, note: &str) {
        if self.out.said.notes.len() < MAX_NOTES {
            self.out.said.notes.insert(scrub(note).into_owned());
        }
    }
}

/// A job, or an action's description, in the making.
pub(super) struct Job<'t> {
    at: At<'t>,
    object: Object,
    uses: Vec<Use>,
    given: Vec<Given>,
}

impl<'t> Job<'t> {
    /// A job at a node.
    pub fn new(kind: &str, namespace: &str, name: &str, at: At<'t>) -> Self {
        let (namespace, name) = (cut(namespace.into()), cut(name.into()));
        let object = Object { kind: kind.to_owned(), namespace, name, ..Object::default() };
        Job { at, object, uses: Vec::new(), given: Vec::new() }
    }

    /// A detail that later rooms reason about; an empty one is left out.
    pub fn detail(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value.filter(|text| !text.is_empty()) {
            self.object.details.insert(key.to_owned(), scrub(&value).into_owned().into());
        }
    }

    /// Adds a use. `at` is where the text stands; `skip` says how many bytes of it come before the name (`docker://`).
    /// Nothing for an empty name; a reject for one that cannot be kept.
    pub fn add(&mut self, file: &mut File<'_>, role: Role, name: &str, image: Image, at: &At<'_>, skip: usize) {
        let effective = image.resolved.as_deref().unwrap_or(&image.as_written);
        if effective.trim().is_empty() && image.needs.is_empty() {
            return;
        }
        if let Some(reason) = unusable(&image.as_written).or_else(|| unusable(effective)) {
            return file.reject(&at.pointer, reason);
        }
        file.uses += 1;
        if file.uses > MAX_USES {
            if file.uses == MAX_USES + 1 {
                file.reject(&at.pointer, format!("more than the limit of {MAX_USES} images in one file"));
            }
            return;
        }
        let mut spot = at.node.spot(0, at.pointer.clone());
        // Where bytes and text differ (escapes), the prefix cannot be told in bytes.
        if spot.length == (image.as_written.len() + skip) as u64 {
            spot.offset += skip as u64;
            spot.length -= skip as u64;
        }
        let needs = image.needs.into_iter().collect();
        let name = cut(name.into());
        self.uses.push(Use { resolved: image.resolved, needs, ..Use::new(role, name, image.as_written, spot) });
    }

    /// Marks all uses.
    pub fn mark(&mut self, mark: &Mark) {
        for place in &mut self.uses {
            place.marks.push(mark.clone());
        }
    }

    /// Adds the credentials that it is given.
    pub fn give(&mut self, file: &mut File<'_>, taken: Taken) {
        let found = taken.into_found();
        let room = MAX_USES.saturating_sub(file.given);
        file.given += found.len();
        self.given.extend(found.into_iter().take(room));
    }

    /// Whether it names anything.
    pub fn is_empty(&self) -> bool {
        self.uses.is_empty()
    }

    /// Hands the item over. Where a use stands outside of the job, the item stands for the whole document.
    pub fn finish(mut self, file: &mut File<'_>) {
        let own = self.at.node.spot(0, self.at.pointer.clone());
        let (start, end) = (own.offset, own.offset + own.length);
        let inside =
            |s: &Spot| s.offset >= start && s.offset + s.length <= end && tail(&s.pointer, &self.at.pointer).is_some();
        let spot = if self.uses.iter().all(|place| inside(&place.spot)) {
            for place in &mut self.uses {
                place.spot.offset -= start;
                place.spot.pointer = tail(&place.spot.pointer, &self.at.pointer).unwrap_or_default().to_owned();
            }
            Spot { pointer: format!("{}{}", file.pointer, own.pointer), ..own }
        } else {
            Spot { pointer: file.pointer.clone(), offset: 0, length: file.length }
        };
        // A credential never makes the item a larger one: what tells jobs apart is where they stand.
        let above = spot.pointer.strip_prefix(&file.pointer).unwrap_or_default().to_owned();
        let (start, end) = (spot.offset, spot.offset + spot.length);
        for given in &mut self.given {
            let at = &mut given.spot;
            match tail(&at.pointer, &above).filter(|_| at.offset >= start && at.offset + at.length <= end) {
                Some(rest) => (at.pointer, at.offset) = (rest.to_owned(), at.offset - start),
                None => {
                    at.pointer = format!("{}{}", file.pointer, at.pointer);
                    given.outside = Some(start);
                }
            }
        }
        file.out.items.push(Item {
            spot,
            object: Some(self.object),
            uses: self.uses,
            given: self.given,
            ..Item::default()
        });
    }
}

/// The part of a pointer below another one.
fn tail<'p>(pointer: &'p str, above: &str) -> Option<&'p str> {
    pointer.strip_prefix(above).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Why a text in an image's place is not kept; variables may stand in it.
pub(super) fn unusable(text: &str) -> Option<&'static str> {
    if text.len() > MAX_TEXT {
        Some("the image name is longer than 4096 bytes")
    } else if text.chars().any(char::is_control) {
        Some("the image name holds control characters")
    } else {
        None
    }
}

/// Most variables of one job.
const MAX_VARIABLES: usize = 2_000;

/// The literal values of mappings of variables, the first mapping winning; a value may be a map with `value` (GitLab).
pub(super) fn literals<'t>(mappings: impl Iterator<Item = At<'t>>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let pairs = mappings.flat_map(|at| at.members().take(MAX_VARIABLES).collect::<Vec<_>>());
    for (key, at) in pairs.take(MAX_VARIABLES) {
        if let Some(value) = at.node.string().or_else(|| at.node.string_at("value")) {
            found.entry(key).or_insert(value);
        }
    }
    found
}

/// Whether a text was, or holds, a secret that was replaced at capture: it can never stand for a part of a name.
pub(super) fn is_redacted(text: &str) -> bool {
    text.contains("[redacted]")
}
