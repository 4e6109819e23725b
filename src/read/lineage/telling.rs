//! An item of lineage in the making, with the helpers that keep its spots relative and its texts bounded.

use crate::model::digest::{Digest, RelationKind};
use crate::model::document::Lineage;
use crate::model::fact::{Item, Relation, Sighting, SightingKind, Spot};
use crate::model::finding::Report;
use crate::model::lineage::{EdgeKind, LayerChain, LayerKind, LineageClaim, Named, ProofKind};
use crate::model::reading::Reject;
use crate::model::time::Micros;
use crate::read::names;
use crate::read::outcome::Outcome;
use crate::read::tree::{Kind, Node};

/// Most facts of one item; a hostile document could else multiply what it names.
const MOST: u64 = 50_000;

/// An item in the making.
pub(in crate::read) struct Telling<'o> {
    pub lineage: Lineage,
    relations: Vec<Relation>,
    sightings: Vec<Sighting>,
    /// What it says of vulnerabilities and packages.
    pub reports: Vec<Report>,
    /// First byte of the item's document in its segment.
    base: u64,
    spot: Spot,
    /// Where all facts stand while a document is read that stands coded in a string.
    inside: Option<Spot>,
    full: bool,
    out: &'o mut Outcome,
}

impl<'o> Telling<'o> {
    /// Of the document at `node`, whose pointer in the evidence is `pointer`.
    pub fn new(node: Node<'_>, pointer: &str, out: &'o mut Outcome) -> Self {
        Telling {
            lineage: Lineage::default(),
            relations: Vec::new(),
            sightings: Vec::new(),
            reports: Vec::new(),
            base: node.start(),
            spot: node.spot(0, pointer.to_owned()),
            inside: None,
            full: false,
            out,
        }
    }

    /// First byte of the item's document in its segment.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// Where all facts stand, while a document is read that stands coded in a string.
    pub fn inside(&self) -> Option<Spot> {
        self.inside.clone()
    }

    /// Where a node stands, relative to the item.
    pub fn spot(&self, node: Node<'_>, pointer: String) -> Spot {
        self.inside.clone().unwrap_or_else(|| node.spot(self.base, pointer))
    }

    /// Reads what stands coded in the string at `node`: its facts stand where the string does.
    pub fn within(&mut self, node: Node<'_>, pointer: String, read: impl FnOnce(&mut Self)) {
        let outer = self.inside.clone();
        self.inside = Some(self.spot(node, pointer));
        read(self);
        self.inside = outer;
    }

    /// Counts what could not be understood; `pointer` is relative to the item.
    pub fn reject(&mut self, pointer: &str, reason: impl Into<String>) {
        let inner = self.inside.as_ref().map_or(pointer, |spot| &spot.pointer);
        self.out.rejects.push(Reject { locator: format!("{}{inner}", self.spot.pointer), reason: reason.into() });
    }

    /// Something a responder should know though nothing was rejected.
    pub fn note(&mut self, note: impl Into<String>) {
        if self.out.said.notes.len() < 100 {
            self.out.said.notes.insert(note.into());
        }
    }

    /// A time of RFC 3339. `newest`: it tells when something was seen or done, so that the evidence is no older.
    pub fn time(&mut self, node: Option<Node<'_>>, newest: bool) -> Option<Micros> {
        let time = node.and_then(|n| Micros::parse_rfc3339(&n.text()?)).filter(|time| time.0 > 0)?;
        if newest {
            self.out.newest = self.out.newest.max(Some(time));
        }
        Some(time)
    }

    fn has_room(&mut self) -> bool {
        let stated = self.lineage.facts() + (self.relations.len() + self.sightings.len()) as u64;
        if stated < MOST {
            return true;
        }
        if !self.full {
            self.full = true;
            self.reject("", format!("it states more than the limit of {MOST} facts; the rest is not read"));
        }
        false
    }

    /// Adds the layers of an image of which no more is told; why they are no chain is rejected. An empty list tells nothing.
    pub fn chain(
        &mut self,
        image: &Named,
        kind: LayerKind,
        layers: Result<Vec<Digest>, String>,
        spot: Spot,
    ) -> Option<&mut LayerChain> {
        let layers = match layers {
            Ok(layers) if layers.is_empty() => return None,
            Ok(layers) => layers,
            Err(reason) => {
                self.reject(&spot.pointer, reason);
                return None;
            }
        };
        let (history, created, flattened) = (Vec::new(), None, false);
        self.lineage.chains.push(LayerChain { image: image.clone(), kind, layers, history, created, flattened, spot });
        self.lineage.chains.last_mut()
    }

    /// Adds a plain claim; it may be changed while the reference lives.
    pub fn claim(
        &mut self,
        child: &Named,
        parent: Named,
        kind: Option<EdgeKind>,
        proof: ProofKind,
        spot: &Spot,
    ) -> Option<&mut LineageClaim> {
        if parent == Named::default() || !self.has_room() {
            return None;
        }
        self.lineage.claims.push(LineageClaim::new(child.clone(), parent, kind, proof, spot.clone()));
        self.lineage.claims.last_mut()
    }

    /// Adds a relation between two digests.
    pub fn relate(&mut self, kind: RelationKind, a: &Digest, b: &Digest, spot: &Spot) {
        let known = |r: &Relation| r.kind == kind && r.a == *a && r.b == *b;
        if a != b && !self.relations.iter().rev().take(100).any(known) && self.has_room() {
            self.relations.push(Relation { kind, a: a.clone(), b: b.clone(), spot: spot.clone() });
        }
    }

    /// Adds that a record names an image so. A name that cannot be kept is rejected.
    pub fn see(&mut self, as_written: &str, digest: Option<&Digest>, spot: &Spot) {
        if let Some(reason) = names::refusal(as_written) {
            return self.reject(&spot.pointer, reason);
        }
        if as_written.is_empty() || !self.has_room() {
            return;
        }
        self.sightings.push(Sighting {
            kind: SightingKind::Record,
            as_written: as_written.to_owned(),
            digest: digest.map(Digest::to_string).unwrap_or_default(),
            host: String::new(),
            user: String::new(),
            from: None,
            to: None,
            count: 1,
            spot: spot.clone(),
        });
    }

    /// Hands the item over; nothing where it says nothing.
    pub fn finish(self) {
        let (lineage, relations, sightings) = (self.lineage.kept(), self.relations, self.sightings);
        let reports = self.reports;
        if lineage.is_some() || !relations.is_empty() || !sightings.is_empty() || !reports.is_empty() {
            self.out.items.push(Item { spot: self.spot, relations, sightings, lineage, reports, ..Item::default() });
        }
    }
}

/// The digest at a key.
pub(in crate::read) fn digest_at(node: Node<'_>, key: &str) -> Option<Digest> {
    Digest::parse(&node.get(key)?.text()?).ok()
}

/// The layers of an array, each found in its element by `of`; `Err` holds why they are no chain. A list that is not whole is
/// none: it would look like another image's.
pub(in crate::read) fn digests<'t>(
    list: Node<'t>,
    of: impl Fn(Node<'t>) -> Option<Digest>,
) -> Result<Vec<Digest>, String> {
    let most = LayerChain::MOST;
    if list.kind() != Kind::Array {
        return Err("layers that are no list".to_owned());
    }
    let mut found = Vec::new();
    for (at, element) in list.elements().enumerate() {
        if at >= most {
            return Err(format!("more than the limit of {most} layers: an image has at most 127"));
        }
        found.push(of(element).ok_or_else(|| format!("layer {at} has no digest, so that the layers are no chain"))?);
    }
    Ok(found)
}
