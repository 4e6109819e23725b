//! What images stand on, from the bytes of each format to what the graph is built from.

mod archives;
mod attestations;
mod built;
mod corpus;
mod fold;
mod hostile;
mod images;
mod kept;
mod measure;
mod reports;
mod sboms;

use hullbreach::model::digest::{Digest, RelationKind};
use hullbreach::model::document::Lineage;
use hullbreach::model::fact::Item;
use hullbreach::model::lineage::{LayerChain, LineageClaim};
use hullbreach::model::reading::Reject;
use hullbreach::read::{
    Collected, Collector, Detection, Format, Hints, Limits, SegmentKind, Splitter, detect, read_with,
};
use hullbreach::work::import::redact_as_read;

/// Digests of one letter each.
fn sha(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

fn digest(letter: char) -> Digest {
    Digest::parse(&sha(letter)).unwrap()
}

struct Whole {
    format: Format,
    items: Vec<Item>,
    rejects: Vec<Reject>,
    collected: Collected,
    /// The stored copy.
    stored: String,
}

/// Splits, redacts and reads as an import does.
fn read_as(format: Format, text: &str) -> Whole {
    let limits = Limits::default();
    let (mut segments, mut splitter) = (Vec::new(), Splitter::new(format, limits));
    let mut error = splitter.push(text.as_bytes(), &mut segments).err();
    error = splitter.finish(&mut segments).err().or(error);
    let mut collector = Collector::new(format);
    let (mut items, mut rejects, mut stored) = (Vec::new(), Vec::new(), Vec::new());
    for segment in &segments {
        let base = stored.len();
        redact_as_read(format, segment, &mut stored);
        let bytes = &stored[base..];
        if segment.kind == SegmentKind::Glue {
            collector.glue(bytes);
            continue;
        }
        let outcome = read_with(format, segment, bytes, &Hints::default(), &limits);
        collector.add(&outcome);
        rejects.extend(outcome.rejects);
        items.extend(outcome.items.into_iter().map(|mut item| {
            item.spot.offset += base as u64;
            item
        }));
    }
    if let Some(error) = &error {
        collector.broken(error);
    }
    Whole { format, items, rejects, collected: collector.finish(false), stored: String::from_utf8(stored).unwrap() }
}

fn word(text: &str) -> Result<Format, String> {
    match detect(text.as_bytes(), true, "") {
        Detection::Known(format) => Ok(format),
        Detection::Unknown { reason, .. } => Err(reason),
    }
}

#[track_caller]
fn read(text: &str) -> Whole {
    read_as(word(text).unwrap(), text)
}

impl Whole {
    fn lineages(&self) -> impl Iterator<Item = &Lineage> {
        self.items.iter().filter_map(|item| item.lineage.as_deref())
    }

    fn chains(&self) -> Vec<&LayerChain> {
        self.lineages().flat_map(|lineage| &lineage.chains).collect()
    }

    fn claims(&self) -> Vec<&LineageClaim> {
        self.lineages().flat_map(|lineage| &lineage.claims).collect()
    }

    /// `child -> parent kind proof confidence` of each claim, digests by their first letter.
    fn brief(&self) -> Vec<String> {
        let shown = |claim: &&LineageClaim| {
            let named = |named: &hullbreach::model::lineage::Named| {
                let digest = named.digest.as_ref().map(|d| format!("@{}", &d.hex()[..1])).unwrap_or_default();
                let platform = named.platform.as_ref().map(|p| format!(" ({p})")).unwrap_or_default();
                format!("{}{digest}{platform}", named.as_written)
            };
            let kind = claim.kind.map_or("?", |kind| kind.as_str());
            let of = if claim.of == 1 { String::new() } else { format!(" of {}", claim.of) };
            let (child, parent) = (named(&claim.child), named(&claim.parent));
            format!("{child} -> {parent} {kind} {} {}{of}", claim.proof.as_str(), claim.confidence)
        };
        self.claims().iter().map(shown).collect()
    }

    /// `as written digest's first letter` of each sighting.
    fn names(&self) -> Vec<String> {
        let all = self.items.iter().flat_map(|item| &item.sightings);
        all.map(|s| format!("{} {}", s.as_written, s.digest.get(7..8).unwrap_or("-"))).collect()
    }

    fn relations(&self) -> Vec<(RelationKind, String, String)> {
        let all = self.items.iter().flat_map(|item| &item.relations);
        all.map(|r| (r.kind, r.a.hex()[..1].to_owned(), r.b.hex()[..1].to_owned())).collect()
    }

    /// The bytes of the stored copy that each claim points at.
    fn pointed(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for item in &self.items {
            for claim in item.lineage.iter().flat_map(|lineage| &lineage.claims) {
                let start = (item.spot.offset + claim.spot.offset) as usize;
                found.push(&self.stored[start..start + claim.spot.length as usize]);
            }
        }
        found
    }

    fn reasons(&self) -> Vec<String> {
        self.rejects.iter().map(|r| format!("{} {}", r.locator, r.reason)).collect()
    }
}

/// The first letters of a chain's layers.
fn layers(chain: &LayerChain) -> String {
    chain.layers.iter().map(|layer| layer.hex()[..1].to_owned()).collect()
}
