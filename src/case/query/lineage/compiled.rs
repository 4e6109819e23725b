//! The graph of a case with what leads back from it to images and evidence, built from the facts or read as it was kept.
//!
//! Owns the form in which it is kept, and which state of the projections that belongs to: as long as the sources are the
//! same, so is the graph. How much hangs on an image and what responders call it is read anew each time. What is kept is a
//! cache: where it is missing, of another state or damaged, the graph is built, and nobody sees a difference but the time.

use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;

use super::stacks::Stacks;
use super::{ClaimRow, ImageRow, LineageFacts, Numbered, SourceRow, Sources, graph, node_numbers, numbered};
use crate::case::judgements::Judgement;
use crate::case::project::{ProjectError, judged_by_hand, packed};
use crate::graph::{Lineage, NodeId, Reader, Weight, Writer};
use crate::model::digest::{Digest, DigestKind};
use crate::model::fact::Spot;
use crate::model::id::Id;
use crate::model::judgement::Field;

/// The form of what is kept. Another number is never read.
const FORM: u64 = 1;

/// Bytes of one row at most.
pub const CHUNK: usize = 4 << 20;

const KINDS: [DigestKind; 4] = [DigestKind::Index, DigestKind::Manifest, DigestKind::Config, DigestKind::Unknown];

/// So many images are worth a thread.
const MANY: usize = 10_000;

/// What stands before the ChainID of layers that a judgement is about.
pub const CHAIN: &str = "chain:";

/// Where a claim stands: the place of its source in [`Compiled::sources`], and the spot in it.
pub type Stands = (u32, Spot);

/// The graph and all that leads back from it.
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    /// Which image stands on which.
    pub graph: Lineage,
    /// Every image; names it was seen under and its platform went into the graph and are not told here.
    pub images: Vec<ImageRow>,
    /// The number of each of them in the projections.
    pub of_rows: Vec<i64>,
    /// Where the claims stand, by their numbers.
    pub claims: Vec<Stands>,
    /// What evidence tells of layers.
    pub stacks: Stacks,
    /// Where it is from.
    pub sources: Vec<SourceRow>,
    /// The number of each node in the projections.
    pub numbers: Vec<i64>,
    /// By node: the place of its image in [`Compiled::images`]. Not kept: it is worked out with the weights.
    pub rows: Vec<Option<u32>>,
}

/// What tells one state of the sources from another. Sources are only ever added to projections: where one is taken away
/// or replaced, all of them are folded anew, and what was kept goes with them.
pub fn state(conn: &Connection) -> Result<Vec<u8>, ProjectError> {
    let row = "SELECT count(*), coalesce(max(id), 0) FROM p_source";
    let (count, last): (i64, i64) = conn.query_row(row, [], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let mut state = Writer::new();
    [FORM, count.unsigned_abs(), last.unsigned_abs()].into_iter().for_each(|number| state.number(number));
    Ok(state.end())
}

/// Whether the graph is kept as the sources are now.
pub fn is_kept(conn: &Connection) -> Result<bool, ProjectError> {
    let kept = conn.query_row("SELECT bytes FROM p_lineage WHERE n = 0", [], |r| r.get::<_, Vec<u8>>(0)).optional()?;
    Ok(kept.is_some_and(|kept| state(conn).is_ok_and(|state| state == kept)))
}

/// Whether it is worth the writing to keep the graph before it is asked: it is not kept yet, and takes long to build.
pub fn is_to_be_kept(conn: &Connection) -> Result<bool, ProjectError> {
    const LARGE: i64 = 5_000;
    let images: i64 = conn.query_row("SELECT count(*) FROM p_image", [], |r| r.get(0))?;
    Ok(images >= LARGE && !is_kept(conn)?)
}

/// The graph as it is kept, else built. `halfway` is called when what it takes is read.
pub fn compiled(conn: &Connection, halfway: impl FnOnce()) -> Result<Compiled, ProjectError> {
    let kept = if is_kept(conn)? { Compiled::of_bytes(conn, &kept_bytes(conn)?)? } else { None };
    let mut compiled = match kept {
        Some(kept) => {
            halfway();
            kept
        }
        None => Compiled::built(conn, halfway)?,
    };
    compiled.weigh(conn)?;
    for (chain, name) in names(conn)? {
        compiled.graph.call(&chain, &name);
    }
    Ok(compiled)
}

/// What responders call layers that no known image is. Where an image turned out to have just these, its own name counts.
fn names(conn: &Connection) -> Result<Vec<(Digest, String)>, ProjectError> {
    let said = judged_by_hand(conn)?.entries.into_iter().filter(|entry| entry.field == Field::Name);
    let name = |entry: Judgement| {
        let chain = Digest::parse(entry.subject.strip_prefix(CHAIN)?).ok()?;
        Some((chain, entry.counts()?.value.clone()?))
    };
    Ok(said.filter_map(name).collect())
}

/// All bytes that are kept, in one piece.
pub fn kept_bytes(conn: &Connection) -> Result<Vec<u8>, ProjectError> {
    let total: i64 =
        conn.query_row("SELECT coalesce(sum(length(bytes)), 0) FROM p_lineage WHERE n > 0", [], |r| r.get(0))?;
    let mut bytes = Vec::with_capacity(usize::try_from(total).unwrap_or(0));
    let mut statement = conn.prepare("SELECT bytes FROM p_lineage WHERE n > 0 ORDER BY n")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        bytes.extend_from_slice(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
    }
    Ok(bytes)
}

impl Compiled {
    /// The graph of all facts, without weights.
    pub fn built(conn: &Connection, halfway: impl FnOnce()) -> Result<Compiled, ProjectError> {
        let Numbered { facts, numbers: of_rows } = numbered(conn)?;
        halfway();
        let graph = graph(&facts);
        let numbers = node_numbers(conn, &graph, &facts, &of_rows)?;
        let LineageFacts { images, layers, chains, claims, sources, .. } = facts;
        let stacks = Stacks::of(&graph, &layers, chains);
        let bare = |row: ImageRow| ImageRow {
            references: Vec::new(),
            platform: None,
            listed: false,
            uses: 0,
            running: 0,
            workloads: 0,
            ..row
        };
        let images = images.into_iter().map(bare).collect();
        let claims = claims.into_iter().map(|ClaimRow { claim, source }| (source, claim.spot)).collect();
        Ok(Compiled { graph, images, of_rows, claims, stacks, sources, numbers, rows: Vec::new() })
    }

    fn placed(&self) -> Vec<Option<u32>> {
        let mut rows = vec![None; self.graph.len()];
        for (at, image) in (0_u32..).zip(&self.images) {
            let node = Id::parse(&image.id).and_then(|id| self.graph.find(id.0));
            if let Some(row) = node.and_then(|node| rows.get_mut(node as usize)) {
                // Of two that have one id, the graph took the first.
                row.get_or_insert(at);
            }
        }
        rows
    }

    /// Fills in how much hangs on each image.
    fn weigh(&mut self, conn: &Connection) -> Result<(), ProjectError> {
        // Where nodes stand is worked out beside what is asked of the case.
        let many = self.images.len() >= MANY;
        let (rows, weights) = std::thread::scope(|scope| {
            let rows = many.then(|| scope.spawn(|| self.placed()));
            let weights = weights(conn, &self.of_rows);
            (rows.and_then(|thread| thread.join().ok()), weights)
        });
        self.rows = rows.unwrap_or_else(|| self.placed());
        for (at, [uses, running, workloads]) in weights? {
            if let Some(row) = self.images.get_mut(at) {
                (row.listed, row.uses, row.running, row.workloads) = (true, uses, running, workloads);
            }
        }
        let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        for (node, row) in (0..).zip(&self.rows) {
            if let Some(row) = row.and_then(|row| self.images.get(row as usize)) {
                self.graph.weigh(node, Weight { uses: few(row.uses), running: few(row.running) });
            }
        }
        Ok(())
    }

    /// The bytes to keep: the same for the same facts in the same projections.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.bytes(&self.graph.to_bytes());
        out.lists(self.images.iter().map(|image| image.id.as_str()));
        out.lists(self.images.iter().map(|image| image.name.as_str()));
        out.lists(self.images.iter().map(digests));
        out.lists(self.images.iter().map(kinds));
        let longs = |numbers: &[i64]| numbers.iter().map(|number| number.cast_unsigned()).collect::<Vec<u64>>();
        [&self.of_rows, &self.numbers].into_iter().for_each(|numbers| out.longs(longs(numbers).into_iter()));
        out.words(self.claims.iter().map(|(source, _)| *source));
        out.longs(self.claims.iter().map(|(_, spot)| spot.offset));
        out.longs(self.claims.iter().map(|(_, spot)| spot.length));
        out.lists(self.claims.iter().map(|(_, spot)| spot.pointer.as_str()));
        self.stacks.put(&mut out);
        out.end()
    }

    fn of_bytes(conn: &Connection, bytes: &[u8]) -> Result<Option<Compiled>, ProjectError> {
        let Some(mut kept) = of_bytes(bytes) else {
            tracing::warn!("the lineage that was kept is damaged and is built anew");
            return Ok(None);
        };
        kept.sources = Sources::load(conn)?.rows;
        Ok(Some(kept))
    }
}

/// Uses, those that run, and workloads of each image that is listed, by its place.
fn weights(conn: &Connection, of_rows: &[i64]) -> Result<Vec<(usize, [u64; 3])>, ProjectError> {
    let mut places: Vec<(i64, usize)> = (0..).zip(of_rows).map(|(at, number)| (*number, at)).collect();
    places.sort_unstable();
    let mut statement = conn.prepare("SELECT id, uses, running, workloads FROM p_image ORDER BY id")?;
    let mut rows = statement.query([])?;
    let (mut weights, mut ahead) = (Vec::with_capacity(places.len()), places.as_slice());
    while let Some(r) = rows.next()? {
        let image: i64 = r.get(0)?;
        ahead = ahead.get(ahead.iter().take_while(|(number, _)| *number < image).count()..).unwrap_or_default();
        let count = |column| r.get::<_, i64>(column).map(|n| n.max(0) as u64);
        if let Some((_, at)) = ahead.first().filter(|(number, _)| *number == image) {
            weights.push((*at, [count(1)?, count(2)?, count(3)?]));
        }
    }
    Ok(weights)
}

fn digests(image: &ImageRow) -> Vec<u8> {
    let digests: Vec<_> = image.digests.iter().map(|(digest, _)| digest.clone()).collect();
    if digests.is_empty() { Vec::new() } else { packed::layers(&digests) }
}

fn kinds(image: &ImageRow) -> Vec<u8> {
    let place = |kind: &DigestKind| KINDS.iter().position(|known| known == kind).map_or(0, |at| at as u8);
    image.digests.iter().map(|(_, kind)| place(kind)).collect()
}

/// An image's id and name.
type Called<'a> = (&'a str, &'a str);
/// Its digests and their kinds, as they are kept.
type Packed<'a> = (&'a [u8], &'a [u8]);

fn of_bytes(bytes: &[u8]) -> Option<Compiled> {
    let mut from = Reader::new(bytes);
    let graph = Lineage::from_bytes(from.bytes()?)?;
    let (ids, names, digests, kinds) = (from.texts()?, from.texts()?, from.lists()?, from.lists()?);
    let image = |((id, name), (digests, kinds)): (Called<'_>, Packed<'_>)| {
        let digests = match digests {
            [] => Vec::new(),
            packed => packed::each(packed)?.into_iter().map(packed::layer).collect::<Option<Vec<_>>>()?,
        };
        let kinds: Option<Vec<DigestKind>> = kinds.iter().map(|kind| KINDS.get(usize::from(*kind)).copied()).collect();
        let digests = digests.into_iter().zip(kinds?).collect();
        Some(ImageRow { id: id.to_owned(), name: name.to_owned(), digests, ..ImageRow::default() })
    };
    let images: Option<Vec<ImageRow>> =
        ids.into_iter().zip(names).zip(digests.into_iter().zip(kinds)).map(image).collect();
    let longs = |from: &mut Reader<'_>| Some(from.longs()?.into_iter().map(u64::cast_signed).collect::<Vec<i64>>());
    let (of_rows, numbers) = (longs(&mut from)?, longs(&mut from)?);
    let (sources, offsets, lengths, pointers) = (from.words()?, from.longs()?, from.longs()?, from.texts()?);
    let claims = sources.into_iter().zip(offsets).zip(lengths).zip(pointers);
    let claim = |(((source, offset), length), pointer): (((u32, u64), u64), &str)| {
        (source, Spot { pointer: pointer.to_owned(), offset, length })
    };
    let claims = claims.map(claim).collect();
    let stacks = Stacks::take(&mut from)?;
    let whole = from.is_at_end() && numbers.len() == graph.len();
    let (sources, rows) = (Vec::new(), Vec::new());
    let kept = Compiled { graph, images: images?, of_rows, claims, stacks, sources, numbers, rows };
    whole.then_some(kept).filter(|kept| kept.of_rows.len() == kept.images.len())
}

/// The node of each number.
pub fn nodes(numbers: &[i64]) -> HashMap<i64, NodeId> {
    (0..).zip(numbers).map(|(node, number)| (*number, node)).collect()
}
