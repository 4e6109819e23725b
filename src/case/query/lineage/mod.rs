//! Everything that evidence says of lineage, in one pass: what the graph is built from.
//!
//! Digests are put together into images by what is proved: named in one record, config and manifest. Claims stay as the
//! evidence makes them, and a tag is never resolved: which image a claim means, and which claims become edges, is for the
//! graph. Nothing here decides.

mod built;
mod compiled;
mod graph;
mod nodes;
mod numbers;
mod stacks;

pub use compiled::{CHAIN, CHUNK, Compiled, Stands, compiled, is_kept, is_to_be_kept, kept_bytes, nodes, state};
pub use graph::graph;
pub use numbers::{MADE_BELOW, node_numbers};
pub use stacks::Stacks;

use rusqlite::{Connection, Row};
use std::collections::HashMap;

use crate::case::project::{ProjectError, edge_kind, layer_kind, packed};
use crate::model::digest::{Digest, DigestKind};
use crate::model::fact::Spot;
use crate::model::lineage::{Confidence, EdgeKind, LayerKind, LineageClaim, Member, Named, ProofKind};
use crate::model::time::Micros;
use nodes::Nodes;

/// All there is. Rows are in an order that depends on what they say alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineageFacts {
    /// Every image of the inventory, and each other of which digests are told.
    pub images: Vec<ImageRow>,
    /// Every layer once; chains name them by their place here.
    pub layers: Vec<Digest>,
    /// Layers of images.
    pub chains: Vec<ChainRow>,
    /// Images that indexes list, each once; the spot is empty.
    pub members: Vec<Member>,
    /// What is said to stand on what.
    pub claims: Vec<ClaimRow>,
    /// Where it is from; chains and claims name these by their place.
    pub sources: Vec<SourceRow>,
}

/// An image, or an index that is no image's alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageRow {
    /// As in the images list: 32 hex digits of the primary digest, or of a hash over the name where no digest is known.
    pub id: String,
    /// Canonical name; empty where it is called nothing.
    pub name: String,
    /// All its digests, the primary one first; empty where none is known.
    pub digests: Vec<(Digest, DigestKind)>,
    /// Canonical names it was seen under, sorted: the tag was asked for and this is what came.
    pub references: Vec<String>,
    /// What else it can be shown as where it has no name: what claims call it, else its index and its platform. Nothing
    /// follows from it.
    pub label: String,
    /// `os/architecture`, where indexes tell it and agree.
    pub platform: Option<String>,
    /// It is in the images list: used somewhere, or seen.
    pub listed: bool,
    /// Places that use or used it.
    pub uses: u64,
    /// Places that run it as of their latest reading.
    pub running: u64,
    /// Distinct workloads among its places.
    pub workloads: u64,
}

/// The layers of one image, as one piece of evidence tells them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainRow {
    /// Whose, by its place in [`LineageFacts::images`]; `None` for a config whose digest nobody knows.
    pub image: Option<u32>,
    /// What the layers are named by.
    pub kind: LayerKind,
    /// Places in [`LineageFacts::layers`], lowest first.
    pub layers: Vec<u32>,
    /// A number for each history entry, equal for equal ones; empty where the history is not known.
    pub history: Vec<u64>,
    /// The config's `created`.
    pub created: Option<Micros>,
    /// The record says that layers were merged.
    pub flattened: bool,
    /// `os/architecture` beside the layers.
    pub platform: Option<String>,
    /// Place in [`LineageFacts::sources`].
    pub source: u32,
    /// Where it stands in the evidence.
    pub spot: Spot,
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRow {
    /// As the evidence makes it; its spot counts from the start of the evidence.
    pub claim: LineageClaim,
    /// Place in [`LineageFacts::sources`].
    pub source: u32,
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

/// Facts with the numbers that their images have in the projections. The numbers depend on the order of arrival.
#[derive(Debug, Clone, Default)]
pub struct Numbered {
    /// What evidence says.
    pub facts: LineageFacts,
    /// The number of each of [`LineageFacts::images`]: of its primary digest, or of its name, turned negative.
    pub numbers: Vec<i64>,
}

/// Reads everything.
pub fn lineage(conn: &Connection) -> Result<LineageFacts, ProjectError> {
    Ok(numbered(conn)?.facts)
}

/// Reads everything, and says which image has which number.
pub fn numbered(conn: &Connection) -> Result<Numbered, ProjectError> {
    let mut nodes = Nodes::load(conn)?;
    let sources = Sources::load(conn)?;
    let (layers, mut chains) = chains(conn, &mut nodes, &sources)?;
    let mut claims = claims(conn, &mut nodes, &sources)?;
    built::claims(conn, &sources, &mut claims)?;
    claims.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    // One Dockerfile in several projects says the same again.
    claims.dedup();
    let members = nodes.members()?;
    let (images, moved, numbers) = nodes.finish(conn)?;
    for chain in &mut chains {
        chain.image = chain.image.and_then(|at| moved.get(at as usize)).copied();
    }
    let facts = LineageFacts { images, layers, chains, members, claims, sources: sources.rows };
    Ok(Numbered { facts, numbers })
}

type SortKey<'c> = (&'c Named, &'c Named, ProofKind, Option<EdgeKind>, &'c Option<Digest>, (u32, u64, &'c str));

fn sort_key(row: &ClaimRow) -> SortKey<'_> {
    let claim = &row.claim;
    let place = (row.source, claim.spot.offset, claim.spot.pointer.as_str());
    (&claim.child, &claim.parent, claim.proof, claim.kind, &claim.top_layer, place)
}

/// A place in a list.
fn place(length: usize) -> Result<u32, ProjectError> {
    u32::try_from(length).map_err(|_| ProjectError::Damaged("more rows of lineage than can be numbered".to_owned()))
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
            sources.places.insert(r.get(0)?, place(sources.rows.len())?);
            sources.rows.push(SourceRow { evidence: r.get(1)?, path: r.get(2)?, format: r.get(3)? });
        }
        Ok(sources)
    }

    fn place(&self, number: i64) -> Result<u32, ProjectError> {
        let damaged = || ProjectError::Damaged(format!("a fact of lineage names the unknown source {number}"));
        self.places.get(&number).copied().ok_or_else(damaged)
    }
}

/// The three columns from `first`: pointer, offset, length.
fn spot(r: &Row<'_>, first: usize) -> Result<Spot, ProjectError> {
    let whole = |column| r.get::<_, i64>(column).map(i64::unsigned_abs);
    Ok(Spot { pointer: r.get(first)?, offset: whole(first + 1)?, length: whole(first + 2)? })
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
        let platform = platform.filter(|platform| !platform.is_empty());
        found.push(ChainRow {
            image: nodes.image(conn, r.get(0)?, r.get(1)?, platform.as_deref())?,
            kind: layer_kind(r.get(3)?),
            layers: layers.places(r.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?)?,
            history: packed::entries(r.get_ref(5)?.as_blob().map_err(rusqlite::Error::from)?),
            created: r.get::<_, Option<i64>>(6)?.map(Micros),
            flattened: r.get(7)?,
            platform,
            source: sources.place(r.get(8)?)?,
            spot: spot(r, 9)?,
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
                    let place = place(self.all.len())?;
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
        "SELECT c.child, cw.text, cp.text, c.parent, pw.text, pp.text, c.kind, c.proof, t.text, c.confidence, c.listed,
         c.source, c.pointer, c.offset, c.length FROM p_claim c
         LEFT JOIN p_written cw ON cw.id = c.child_written LEFT JOIN p_written pw ON pw.id = c.parent_written
         LEFT JOIN p_text cp ON cp.id = c.child_platform LEFT JOIN p_text pp ON pp.id = c.parent_platform
         LEFT JOIN p_text t ON t.id = c.top",
    )?;
    let mut found = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let proof = usize::try_from(r.get::<_, i64>(7)?).ok().and_then(|at| ProofKind::ALL.get(at)).copied();
        let top: Option<String> = r.get(8)?;
        let claim = LineageClaim {
            child: nodes.named(r, 0)?,
            parent: nodes.named(r, 3)?,
            kind: edge_kind(r.get(6)?),
            proof: proof.ok_or_else(|| ProjectError::Damaged("a claim of lineage of an unknown kind".to_owned()))?,
            confidence: Confidence::new(r.get(9)?),
            of: r.get(10)?,
            top_layer: top.and_then(|top| Digest::parse(&top).ok()),
            spot: spot(r, 12)?,
        };
        found.push(ClaimRow { claim, source: sources.place(r.get(11)?)? });
    }
    Ok(found)
}
