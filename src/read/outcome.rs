//! What one segment gave: items, rejects, the newest time stated, and what it said of the whole it is part of.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::attestation;
use super::bake;
use super::ci;
use super::compose;
use super::engine;
use super::environment;
use super::helm;
use super::image;
use super::kubernetes;
use super::machines;
use super::pulls;
use super::report;
use super::sbom;
use super::text;
use super::tree::{Tree, TreeError, parse_json, parse_yaml, tree_of_events};
use super::{Format, Hints, Limits, Segment, SegmentKind};
use crate::model::fact::Item;
use crate::model::reading::Reject;
use crate::model::time::Micros;
use crate::model::yaml_events::YamlEvent;

/// What one segment gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What was read, in the order of the bytes. Each item's spot counts from the segment's first byte.
    pub items: Vec<Item>,
    /// What could not be understood, by full pointer or line.
    pub rejects: Vec<Reject>,
    /// The newest time stated inside, in fields that state when something was seen or done.
    pub newest: Option<Micros>,
    /// The sums of a log of pulls, with what came before lent in.
    pub(super) log: Option<Box<pulls::Sum>>,
    /// What it says of the reading it is part of.
    pub(super) said: Said,
}

/// What a segment or the glue around segments says of the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Things a responder should know.
    pub notes: BTreeSet<String>,
    /// Why the whole cannot be more than partial.
    pub partial: BTreeSet<String>,
    /// API failures.
    pub refusals: Vec<Refused>,
    /// Lists that stood in it.
    pub lists: Vec<ListSaid>,
    /// Objects that stood in no list.
    pub loose: u64,
}

/// An API's or a tool's refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    /// Refused for want of rights, rather than failed.
    pub denied: bool,
    /// The message.
    pub message: String,
}

/// A list's own metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ListSaid {
    /// `kind`, empty where the list ends before it says so.
    pub kind: String,
    /// `metadata.resourceVersion`, where it is not empty.
    pub version: Option<String>,
    /// `metadata.continue` or `remainingItemCount` says that there is more.
    pub continues: bool,
}

impl Outcome {
    pub(super) fn reject(&mut self, locator: String, reason: impl Into<String>) {
        self.rejects.push(Reject { locator, reason: reason.into() });
    }
}

/// Reads one segment. Glue gives nothing.
pub fn read_segment(format: Format, segment: &Segment, limits: &Limits) -> Outcome {
    read_bytes(format, segment, &segment.bytes, limits)
}

/// Reads bytes that stand for a segment's own: its redacted copy, wherever that is kept.
pub fn read_bytes(format: Format, segment: &Segment, bytes: &[u8], limits: &Limits) -> Outcome {
    read_with(format, segment, bytes, &Hints::default(), limits)
}

/// As [`read_bytes`], with what a responder said of the evidence.
pub fn read_with(format: Format, segment: &Segment, bytes: &[u8], hints: &Hints, limits: &Limits) -> Outcome {
    read_told(format, segment, bytes, None, hints, limits)
}

/// Reads a segment of a log of pulls into the sums of what came before it, which begins at `base`.
pub(super) fn read_log(
    (format, segment, bytes): (Format, &Segment, &[u8]),
    (mut log, base): (Box<pulls::Sum>, u64),
    hints: &Hints,
    limits: &Limits,
) -> Outcome {
    let mut out = Outcome::default();
    if segment.kind == SegmentKind::Item {
        let source = readable(bytes);
        if matches!(source, Cow::Owned(_)) {
            out.reject(segment.pointer.clone(), "bytes that are no UTF-8 text were read as question marks");
        }
        log.begin_segment(base);
        if format == Format::PullTable {
            pulls::read_table(&source, segment, hints, &mut log, &mut out);
        } else {
            pulls::read_json((format, &source, segment), hints, limits, &mut log, &mut out);
        }
        log.join_much();
    }
    out.log = Some(log);
    out
}

/// As [`read_with`], with what a parser told of these very bytes, where one read them before.
pub fn read_told(
    format: Format,
    segment: &Segment,
    bytes: &[u8],
    told: Option<&[YamlEvent]>,
    hints: &Hints,
    limits: &Limits,
) -> Outcome {
    let mut out = Outcome::default();
    if segment.kind == SegmentKind::Glue {
        return out;
    }
    if format.is_pull_log() {
        return read_log((format, segment, bytes), (Box::default(), 0), hints, limits);
    }
    let source = readable(bytes);
    if matches!(source, Cow::Owned(_)) {
        out.reject(segment.pointer.clone(), "bytes that are no UTF-8 text were read as question marks");
    }
    match format {
        Format::KubernetesJson => match parse_json(&source, limits) {
            Ok(tree) => kubernetes::read(tree.root(), segment, limits, &mut out),
            Err(error) => out.reject(segment.pointer.clone(), error.reason),
        },
        Format::KubernetesYaml => match yaml_tree(&source, told, limits) {
            Ok(tree) => kubernetes::read(tree.root(), segment, limits, &mut out),
            Err(_) if source.contains("{{") => kubernetes::read_template(&source, segment, &mut out),
            Err(error) => out.reject(segment.pointer.clone(), error.reason),
        },
        Format::ImageTable => text::read_table(&source, segment, &mut out),
        Format::ReferenceList => text::read_list(&source, segment, &mut out),
        Format::KubectlTable => text::read_people_table(&source, segment, &mut out),
        Format::Refusal => text::read_refusal(&source, limits, &mut out),
        Format::Dockerfile => super::dockerfile::read(&source, limits, &mut out),
        Format::ComposeYaml => match yaml_tree(&source, told, limits) {
            Ok(tree) => compose::read(&source, tree.root(), segment, limits, &mut out),
            Err(error) => out.reject(segment.pointer.clone(), error.reason),
        },
        Format::ComposeJson => match parse_json(&source, limits) {
            Ok(tree) => compose::read(&source, tree.root(), segment, limits, &mut out),
            Err(error) => out.reject(segment.pointer.clone(), error.reason),
        },
        Format::Environment => environment::read(&source, segment, &mut out),
        Format::GithubActions | Format::GitlabCi | Format::CircleCi | Format::AzurePipelines => {
            ci::read(format, &source, segment, limits, &mut out);
        }
        Format::Woodpecker | Format::Bitbucket => ci::read(format, &source, segment, limits, &mut out),
        Format::HelmValues => helm::read(&source, segment, limits, &mut out),
        Format::BakeHcl => bake::read_hcl(&source, segment, limits, &mut out),
        Format::BakeJson => bake::read_json(&source, segment, limits, &mut out),
        Format::EngineJson => engine::read(&source, segment, limits, &mut out),
        Format::EngineTable => engine::read_table(&source, segment, &mut out),
        Format::EngineLog => engine::read_journal(&source, segment, &mut out),
        Format::RegistryMirrors => engine::read_mirrors(&source, segment, &mut out),
        Format::MachineTable | Format::OwnerTable => machines::read_table(format, &source, segment, hints, &mut out),
        Format::KitManifest => super::kit::read(&source, segment, &mut out),
        Format::MachineJson => machines::read_json(&source, segment, hints, limits, &mut out),
        Format::SecretNames | Format::PullSecretNames => {
            kubernetes::names::read(format, &source, segment, limits, &mut out);
        }
        // What it names is proposed to a responder, never taken for a fact.
        Format::Notice => {}
        images => read_images(images, &source, segment, limits, &mut out),
    }
    out
}

/// What tells of images themselves, not of places that use them.
fn read_images(format: Format, source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    match format {
        Format::ImageJson => image::read(source, segment, limits, out),
        Format::RegistryAnswers => super::registry::read(source, segment, limits, out),
        Format::Attestation => attestation::read(source, segment, limits, out),
        Format::SpdxJson | Format::CyclonedxJson => sbom::read(format, source, segment, limits, out),
        _ => report::read(format, source, segment, limits, out),
    }
}

fn yaml_tree<'s>(source: &'s str, told: Option<&[YamlEvent]>, limits: &Limits) -> Result<Tree<'s>, TreeError> {
    told.map_or_else(|| parse_yaml(source, limits), |told| tree_of_events(source, told, limits))
}

/// The bytes as text of the same length: bytes that are no UTF-8 become question marks, so that all offsets stay.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    let mut fixed = match std::str::from_utf8(bytes) {
        Ok(text) => return Cow::Borrowed(text),
        Err(_) => bytes.to_vec(),
    };
    let mut from = 0;
    while let Err(error) = std::str::from_utf8(fixed.get(from..).unwrap_or_default()) {
        let bad = from + error.valid_up_to();
        let length = error.error_len().unwrap_or(fixed.len().saturating_sub(bad)).max(1);
        from = bad + length;
        if let Some(part) = fixed.get_mut(bad..from.min(bytes.len())) {
            part.fill(b'?');
        }
        from = from.min(bytes.len());
    }
    Cow::Owned(String::from_utf8(fixed).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_bytes_keep_every_offset() {
        assert_eq!(readable("é".as_bytes()), "é");
        assert_eq!(readable(b"a\xffb\xe2\x82"), "a?b??");
        assert_eq!(readable(b"\xf0\x9f\x98x"), "???x");
    }
}
