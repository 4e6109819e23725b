//! Everything that evidence says of lineage, in one pass and by dense numbers: what the graph is built from.
//!
//! Digests are resolved to images by what is proved: named in one record, config and manifest, contained in an index and of
//! its platform. A tag is never resolved: a name without a digest is a node of its own, and beside it stands which images
//! were seen under it.

mod built;
mod nodes;

use rusqlite::{Connection, Row};
use std::collections::HashMap;

use super::image::Locator;
use crate::case::project::{ProjectError, edge_kind, layer_kind, packed};
use crate::model::digest::{Digest, DigestKind};
use crate::model::lineage::{Confidence, EdgeKind, LayerKind, Named, ProofKind};
use crate::model::time::Micros;
use nodes::Nodes;

/// All there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineageFacts {
    /// Images, indexes and names: every image of the inventory, and whatever else lineage speaks of. Others name them by
    /// their place here.
    pub nodes: Vec<NodeRow>,
    /// Every layer once; chains name them by their place here.
    pub layers: Vec<Digest>,
    /// Layers of images.
    pub chains: Vec<ChainRow>,
    /// Images that indexes contain, each once.
    pub members: Vec<MemberRow>,
    /// What is said to stand on what.
    pub claims: Vec<ClaimRow>,
    /// Images that were seen under a name that is a node.
    pub candidates: Vec<CandidateRow>,
    /// Where it is from; chains and claims name these by their place.
    pub sources: Vec<SourceRow>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRow {
    /// As in the images list: 32 hex digits of the primary digest, or of a hash over the name where no digest is known.
    pub id: String,
    /// Canonical name, where it is called anything.
    pub name: String,
    /// Its primary digest.
    pub digest: Option<Digest>,
    /// What that digest names.
    pub kind: DigestKind,
    /// `os/architecture`, as indexes have it.
    pub platform: Option<String>,
    /// It is in the images list: used somewhere, or seen.
    pub listed: bool,
}

/// The layers of one image, as one piece of evidence tells them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainRow {
    /// Whose; `None` for a config whose digest nobody knows.
    pub node: Option<u32>,
    /// What the layers are named by.
    pub kind: LayerKind,
    /// Places in [`LineageFacts::layers`], lowest first.
    pub layers: Vec<u32>,
    /// A word for each history entry, where the history is known.
    pub history: Vec<String>,
    /// The config's `created`.
    pub created: Option<Micros>,
    /// The record says that layers were merged.
    pub flattened: bool,
    /// `os/architecture` beside the layers.
    pub platform: Option<String>,
    /// Where it stands.
    pub at: At,
}

/// An image in an index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberRow {
    /// The index.
    pub index: u32,
    /// The image.
    pub image: u32,
    /// `os/architecture`, where the index tells it.
    pub platform: Option<String>,
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRow {
    /// Who stands on the other.
    pub child: u32,
    /// Whom it stands on; `None` for `scratch`: nothing.
    pub parent: Option<u32>,
    /// As the evidence names the parent; empty where it names a digest alone.
    pub parent_as_written: String,
    /// `None` where base and build input are not told apart.
    pub kind: Option<EdgeKind>,
    /// How it is known.
    pub proof: ProofKind,
    /// How far this claim alone is trusted.
    pub confidence: Confidence,
    /// How many parents the same statement lists.
    pub of: u16,
    /// The child's layer that is the parent's topmost.
    pub top_layer: Option<Digest>,
    /// Where it stands.
    pub at: At,
}

/// An image that was seen under a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CandidateRow {
    /// The node of the name.
    pub name: u32,
    /// The image.
    pub image: u32,
    /// The tag was asked for and this is what came; else both only stand in one reference.
    pub seen: bool,
}

/// Where a fact stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// Place in [`LineageFacts::sources`].
    pub source: u32,
    /// In the evidence.
    pub locator: Locator,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Its path, relative to the import root.
    pub path: String,
    /// The format it was read as.
    pub format: String,
}

/// Reads everything. Rows are in an order that depends on what they say alone.
pub fn lineage(conn: &Connection) -> Result<LineageFacts, ProjectError> {
    let mut nodes = Nodes::load(conn)?;
    let sources = Sources::load(conn)?;
    let (layers, mut chains) = chains(conn, &mut nodes, &sources)?;
    let mut claims = claims(conn, &mut nodes, &sources)?;
    built::claims(conn, &mut nodes, &sources, &mut claims)?;
    let members = nodes.members()?;
    let candidates = nodes.candidates(conn)?;
    chains.sort_by(|a, b| key(&nodes, a.node, &a.at, &sources).cmp(&key(&nodes, b.node, &b.at, &sources)));
    claims.sort_by(|a, b| {
        let one = |c: &ClaimRow| (c.parent_as_written.clone(), c.kind, c.proof, c.confidence);
        key(&nodes, Some(a.child), &a.at, &sources)
            .cmp(&key(&nodes, Some(b.child), &b.at, &sources))
            .then_with(|| one(a).cmp(&one(b)))
    });
    // One Dockerfile under several projects says the same again.
    claims.dedup();
    Ok(LineageFacts { nodes: nodes.rows, layers, chains, members, claims, candidates, sources: sources.rows })
}

/// What rows are sorted by: the image, and where the fact stands.
fn key<'k>(
    nodes: &'k Nodes,
    node: Option<u32>,
    at: &'k At,
    sources: &'k Sources,
) -> (&'k str, Option<&'k str>, &'k str, i64, &'k str) {
    let id = node.and_then(|node| nodes.rows.get(node as usize)).map_or("", |row| row.id.as_str());
    let source = sources.rows.get(at.source as usize);
    let evidence = source.and_then(|s| s.evidence.as_deref());
    (id, evidence, source.map_or("", |s| s.path.as_str()), at.locator.offset, at.locator.pointer.as_str())
}

/// The readings, by their numbers.
struct Sources {
    rows: Vec<SourceRow>,
    places: HashMap<i64, u32>,
}

impl Sources {
    fn load(conn: &Connection) -> Result<Self, ProjectError> {
        let mut statement = conn.prepare("SELECT id, evidence, path, format FROM p_source ORDER BY acquisition")?;
        let mut sources = Sources { rows: Vec::new(), places: HashMap::new() };
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            sources.places.insert(r.get(0)?, nodes::place(sources.rows.len())?);
            sources.rows.push(SourceRow { evidence: r.get(1)?, path: r.get(2)?, format: r.get(3)? });
        }
        Ok(sources)
    }

    /// The four columns from `first`: source, pointer, offset, length.
    fn at(&self, r: &Row<'_>, first: usize) -> Result<At, ProjectError> {
        let locator = Locator { pointer: r.get(first + 1)?, offset: r.get(first + 2)?, length: r.get(first + 3)? };
        self.spot(r.get(first)?, locator)
    }

    fn spot(&self, number: i64, locator: Locator) -> Result<At, ProjectError> {
        let damaged = || ProjectError::Damaged(format!("a fact of lineage names the unknown source {number}"));
        let source = self.places.get(&number).copied().ok_or_else(damaged)?;
        Ok(At { source, locator })
    }
}

fn chains(
    conn: &Connection,
    nodes: &mut Nodes,
    sources: &Sources,
) -> Result<(Vec<Digest>, Vec<ChainRow>), ProjectError> {
    let mut statement = conn.prepare(
        "SELECT c.digest, c.written, p.text, c.kind, c.layers, c.history, c.created, c.flattened, c.source, c.pointer,
         c.offset, c.length FROM p_chain c LEFT JOIN p_text p ON p.id = c.platform ORDER BY c.key",
    )?;
    let (mut layers, mut found) = (Layers::default(), Vec::new());
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let platform: Option<String> = r.get(2)?;
        let node = nodes.image(conn, r.get(0)?, r.get(1)?, platform.as_deref())?;
        found.push(ChainRow {
            node,
            kind: layer_kind(r.get(3)?),
            layers: layers.places(r.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?)?,
            history: packed::words(r.get_ref(5)?.as_blob().map_err(rusqlite::Error::from)?),
            created: r.get::<_, Option<i64>>(6)?.map(Micros),
            flattened: r.get(7)?,
            platform,
            at: sources.at(r, 8)?,
        });
    }
    Ok((layers.all, found))
}

/// Layers met so far.
#[derive(Default)]
struct Layers {
    all: Vec<Digest>,
    places: HashMap<Vec<u8>, u32>,
}

impl Layers {
    fn places(&mut self, packed: &[u8]) -> Result<Vec<u32>, ProjectError> {
        let damaged = || ProjectError::Damaged("the layers of an image are none".to_owned());
        let each = packed::each(packed).ok_or_else(damaged)?;
        let mut places = Vec::with_capacity(each.len());
        for bytes in each {
            places.push(match self.places.get(bytes) {
                Some(place) => *place,
                None => {
                    let place = nodes::place(self.all.len())?;
                    self.all.push(packed::layer(bytes).ok_or_else(damaged)?);
                    self.places.insert(bytes.to_vec(), place);
                    place
                }
            });
        }
        Ok(places)
    }
}

fn claims(conn: &Connection, nodes: &mut Nodes, sources: &Sources) -> Result<Vec<ClaimRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT c.child, c.child_written, cp.text, c.parent, c.parent_written, pp.text, w.text, c.kind, c.proof, t.text,
         c.confidence, c.listed, c.source, c.pointer, c.offset, c.length FROM p_claim c
         LEFT JOIN p_written w ON w.id = c.parent_written LEFT JOIN p_text cp ON cp.id = c.child_platform
         LEFT JOIN p_text pp ON pp.id = c.parent_platform LEFT JOIN p_text t ON t.id = c.top",
    )?;
    let mut found = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let [child_platform, parent_platform]: [Option<String>; 2] = [r.get(2)?, r.get(5)?];
        let Some(child) = nodes.image(conn, r.get(0)?, r.get(1)?, child_platform.as_deref())? else { continue };
        let (parent, parent_written): (i64, i64) = (r.get(3)?, r.get(4)?);
        let as_written: String = r.get::<_, Option<String>>(6)?.unwrap_or_default();
        let parent = match parent == 0 && as_written == Named::SCRATCH {
            true => None,
            false => nodes.image(conn, parent, parent_written, parent_platform.as_deref())?,
        };
        if parent.is_none() && as_written != Named::SCRATCH {
            continue;
        }
        let proof = usize::try_from(r.get::<_, i64>(8)?).ok().and_then(|at| ProofKind::ALL.get(at)).copied();
        let top: Option<String> = r.get(9)?;
        found.push(ClaimRow {
            child,
            parent,
            parent_as_written: as_written,
            kind: edge_kind(r.get(7)?),
            proof: proof.ok_or_else(|| ProjectError::Damaged("a claim of an unknown kind".to_owned()))?,
            confidence: Confidence::new(r.get(10)?),
            of: r.get(11)?,
            top_layer: top.filter(|top| !top.is_empty()).and_then(|top| Digest::parse(&top).ok()),
            at: sources.at(r, 12)?,
        });
    }
    Ok(found)
}
