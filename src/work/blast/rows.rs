//! The rows of the answer: images with who answers for them, workloads, credentials.

use rusqlite::Connection;
use std::cmp::Reverse;
use std::collections::HashMap;

use super::asks::{self, Asked};
use super::counted::{counts, of_rank};
use super::starts::Starts;
use super::{Counts, ReachedCredential};
use crate::case::beside;
use crate::case::project::ProjectError;
use crate::case::query::holds::{Holding, are_many, reached as credentials_of};
use crate::case::query::image::WorkloadCell;
use crate::case::query::owners::Owners;
use crate::case::query::reached::{
    ComesBack, Listed, NamespaceCell, Places, Waiting, first_place, listed, places, waiting,
};
use crate::graph::draw::link_words;
use crate::graph::{Blast, Link, Missing, NodeId, Reach};
use crate::model::digest::{Digest, DigestKind};
use crate::model::lineage::Confidence;
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;
use crate::work::lineage::Known;

/// An image that is reached, or of which it cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachedImage {
    /// Its node in the graph.
    pub node: NodeId,
    /// Its id, as in the images list.
    pub id: String,
    /// Its canonical name; where it has none, what else tells it from others.
    pub name: String,
    /// Its primary digest, where one is known.
    pub digest: Option<String>,
    /// How surely it is reached.
    pub reach: Reach,
    /// Why it cannot be told; `None` for what is reached.
    pub missing: Option<Missing>,
    /// The command that only reads and would tell; `None` where none can.
    pub fetch: Option<String>,
    /// How it is known, in words: the last step of the way.
    pub how: String,
    /// The confidence of the weakest step; `None` where it cannot be told.
    pub confidence: Option<Confidence>,
    /// Steps from what is meant; 0 for what is meant itself.
    pub distance: u32,
    /// Places that run it.
    pub running: u64,
    /// Distinct workloads.
    pub workloads: u64,
    /// Who answers for it; `None` where nobody said.
    pub owner: Option<String>,
    /// Its verdict by the open indicators; `None` without one.
    pub verdict: Option<Verdict>,
    /// How urgent it is; `None` while nobody judged it.
    pub priority: Option<Priority>,
}

/// A workload that uses such an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachedWorkload {
    /// The workload.
    pub cell: WorkloadCell,
    /// How surely the surest of its images is reached.
    pub reach: Reach,
    /// Places in it that run one of them.
    pub running: u64,
    /// The node of its surest image: what the way to it goes through.
    pub image: Option<NodeId>,
}

/// All rows and counts.
pub(super) struct Gathered {
    pub images: Vec<ReachedImage>,
    pub workloads: Vec<ReachedWorkload>,
    pub namespaces: Vec<NamespaceCell>,
    pub credentials: Vec<ReachedCredential>,
    pub comes_back: Vec<ComesBack>,
    pub counts: Counts,
}

/// Ids of images named beside a place from which they come back.
const NAMED: usize = 5;

/// `judged`: an open indicator says just what is asked, so that what was cleared is cleared of it, too.
pub(super) fn gather(
    conn: &Connection,
    (known, ahead): (&Known, Option<Ahead>),
    starts: &Starts,
    blast: &Blast,
    judged: bool,
) -> Result<Gathered, ProjectError> {
    let ranked = ranked(known, starts, blast);
    let mut rows = listed(conn, ranked.keys().copied())?;
    let before = rows.len();
    rows.retain(|number, row| {
        let open = ranked.get(number).is_some_and(|(_, reach, _)| *reach == Reach::CannotTell);
        !(judged && open && row.verdict < 0)
    });
    let cleared = (before - rows.len()) as u64;
    let rank = |number: &i64| ranked.get(number).map_or(0, |(_, reach, _)| *reach as u8);
    let ranks: HashMap<i64, u8> = rows.keys().map(|number| (*number, rank(number))).collect();
    let reached = above_nothing(&ranks);
    let (places, Away { waiting, images }, holding) = asked(conn, (known, ahead), blast, &ranked, (&rows, &ranks))?;
    let using =
        places.workloads.iter().filter(|place| place.rank > 0).map(|place| (place.number, place.rank)).collect();
    let credentials = credentials_of(conn, &reached, &using, holding)?;
    let credentials: Vec<ReachedCredential> = credentials
        .into_iter()
        .map(|(cell, (rank, objects))| ReachedCredential { cell, proven: rank == Reach::Proven as u8, objects })
        .collect();
    let mut counts = counts(&images, &places, &credentials, &waiting, &rows, &reached);
    (counts.excluded, counts.cleared) = (u64::from(blast.excluded), cleared);
    counts.unlisted = unlisted(known, blast);
    (counts.uncomparable, counts.uncomparable_running) = (starts.uncomparable.images, starts.uncomparable.running);
    Ok(Gathered {
        workloads: workloads(known, &places, &ranked),
        namespaces: namespaces(&places),
        comes_back: comes_back(known, conn, &waiting, &places, &images)?,
        images,
        credentials,
        counts,
    })
}

/// Images that are reached and stand in no list: evidence tells of them, and of no place that has them.
fn unlisted(known: &Known, blast: &Blast) -> u64 {
    let is_one = |node| known.image(node).is_some_and(|image| !image.listed);
    blast.reached.iter().filter(|found| is_one(found.node)).count() as u64
}

/// Images that are reached.
fn above_nothing(ranks: &HashMap<i64, u8>) -> HashMap<i64, u8> {
    ranks.iter().filter(|(_, rank)| **rank > 0).map(|(number, rank)| (*number, *rank)).collect()
}

/// Where the images are used, and what is asked beside that: of many places on another thread. What objects hold is told
/// where it was read on the way.
fn asked(
    conn: &Connection,
    (known, ahead): (&Known, Option<Ahead>),
    blast: &Blast,
    ranked: &HashMap<i64, Ranked>,
    (rows, ranks): (&Rows, &HashMap<i64, u8>),
) -> Result<(Places, Away, Option<Holding>), ProjectError> {
    let reached = above_nothing(ranks);
    let ahead = match ahead {
        None if are_many(conn, &reached)? => beside(conn).map(|conn| Ahead { conn, holding: None }),
        ahead => ahead,
    };
    let away = |conn: &Connection| Away::ask(conn, (known, blast), ranked, rows, &reached);
    let beside = |ahead: Ahead| -> Result<(Away, Option<Holding>), ProjectError> {
        Ok((away(&ahead.conn)?, Some(ahead.held()?)))
    };
    let (here, there) = std::thread::scope(|scope| {
        let there = ahead.map(|ahead| scope.spawn(|| beside(ahead)));
        (places(conn, ranks), there.and_then(|thread| thread.join().ok()))
    });
    let (away, holding) = there.unwrap_or_else(|| Ok((away(conn)?, None)))?;
    Ok((here?, away, holding))
}

/// Objects of a case in which so much hangs on one image, perhaps, that it is read before anything is asked.
const LARGE: i64 = 50_000;

/// Whether what objects hold is worth being read before it is known whether it is needed.
pub(super) fn is_large(conn: &Connection) -> Result<bool, ProjectError> {
    let last: Option<i64> = conn.query_row("SELECT max(id) FROM p_object", [], |r| r.get(0))?;
    Ok(last.is_some_and(|last| last > LARGE))
}

/// A second connection, and what was read by it already.
pub(super) struct Ahead {
    conn: Connection,
    holding: Option<Holding>,
}

impl Ahead {
    /// Reads what every object holds.
    pub fn read(conn: Connection) -> Result<Ahead, ProjectError> {
        conn.execute_batch("BEGIN")?;
        let holding = Some(Holding::read(&conn)?);
        Ok(Ahead { conn, holding })
    }

    fn held(self) -> Result<Holding, ProjectError> {
        self.holding.map_or_else(|| Holding::read(&self.conn), Ok)
    }
}

/// What is asked beside the places.
struct Away {
    waiting: Waiting,
    images: Vec<ReachedImage>,
}

impl Away {
    fn ask(
        conn: &Connection,
        (known, blast): (&Known, &Blast),
        ranked: &HashMap<i64, Ranked>,
        rows: &Rows,
        reached: &HashMap<i64, u8>,
    ) -> Result<Away, ProjectError> {
        Ok(Away { waiting: waiting_of(conn, rows, reached)?, images: images(conn, known, blast, ranked, rows)? })
    }
}

/// Rows of the images list, by number.
type Rows = HashMap<i64, Listed>;

fn waiting_of(conn: &Connection, rows: &Rows, reached: &HashMap<i64, u8>) -> Result<Waiting, ProjectError> {
    let reached = rows.iter().filter(|(number, _)| reached.contains_key(number));
    waiting(conn, &reached.map(|(number, listed)| (*number, listed.clone())).collect())
}

/// The rows of all images: the surest first, then those that run most.
fn images(
    conn: &Connection,
    known: &Known,
    blast: &Blast,
    ranked: &HashMap<i64, Ranked>,
    rows: &Rows,
) -> Result<Vec<ReachedImage>, ProjectError> {
    let mut images = Vec::with_capacity(rows.len());
    let owners = Owners::load(conn)?;
    let bad = asks::unread(known, blast);
    let bad = bad.as_ref().map(|(name, digest)| Asked { name, digest: digest.as_deref() });
    for (number, row) in rows {
        let Some((node, reach, missing)) = ranked.get(number).copied() else { continue };
        let mut found = image(conn, known, &owners, blast, (*number, node, reach, missing), row)?;
        let own = Asked { name: &found.name, digest: found.digest.as_deref() };
        found.fetch = missing.and_then(|missing| asks::fetch(missing, own, bad));
        images.push(found);
    }
    images.sort_by(|a, b| {
        let key = |i: &ReachedImage| (Reverse(i.reach), Reverse(i.running), i.missing, i.distance);
        key(a).cmp(&key(b)).then_with(|| (&a.name, &a.id).cmp(&(&b.name, &b.id)))
    });
    Ok(images)
}

/// Node, how surely, and what is missing.
type Ranked = (NodeId, Reach, Option<Missing>);

/// Every image with a row in the list that is reached or open, by number.
fn ranked(known: &Known, starts: &Starts, blast: &Blast) -> HashMap<i64, Ranked> {
    let mut ranked = HashMap::new();
    let mut take = |node: NodeId, reach: Reach, missing: Option<Missing>| {
        // A CI action stands on nothing: it is told only where it is meant.
        let is_action = |name: &str| missing.is_some() && name.starts_with(crate::model::action::PREFIX);
        if known.image(node).is_some_and(|image| image.listed && !is_action(&image.name)) {
            ranked.extend(known.number(node).map(|number| (number, (node, reach, missing))));
        }
    };
    for (node, missing) in &blast.cannot_tell {
        take(*node, Reach::CannotTell, Some(*missing));
    }
    for found in &blast.reached {
        take(found.node, found.reach, None);
    }
    // Indexes are no images of one platform, but a place may run what only an index is known of.
    for found in blast.search.all().filter(|found| found.distance > 0 && found.reach > Reach::CannotTell) {
        take(found.node, found.reach, None);
    }
    for node in &starts.bad {
        take(*node, Reach::Proven, None);
    }
    ranked
}

fn image(
    conn: &Connection,
    known: &Known,
    owners: &Owners,
    blast: &Blast,
    (number, node, reach, missing): (i64, NodeId, Reach, Option<Missing>),
    row: &Listed,
) -> Result<ReachedImage, ProjectError> {
    let graph = &known.graph;
    let found = blast.search.of(node).filter(|_| missing.is_none());
    let how = match (missing, found.map(|found| found.distance)) {
        (Some(missing), _) => missing.reason().to_owned(),
        (None, None | Some(0)) => "what is named itself".to_owned(),
        (None, Some(_)) => {
            let last = blast.search.path(node).last().map_or(Link::Start, |(_, link)| *link);
            link_words(graph, last)
        }
    };
    let image = known.image(node);
    let digests = image.map(|image| image.digests.as_slice()).unwrap_or_default();
    // A registry answers for manifests and indexes; a config's digest is shown where there is no other.
    let pulled = digests.iter().find(|(_, kind)| *kind != DigestKind::Config).or(digests.first());
    let name = image.map(|image| image.name.clone()).unwrap_or_default();
    let owner = owners.of(conn, number, &name, [&row.registry, &row.repository])?;
    Ok(ReachedImage {
        node,
        id: image.map(|image| image.id.clone()).unwrap_or_default(),
        name: shown_name(conn, number, name, pulled.map(|(digest, _)| digest))?,
        digest: pulled.map(|(digest, _)| digest.to_string()),
        reach,
        missing,
        fetch: None,
        how,
        confidence: found.map(|found| found.confidence),
        distance: found.map_or(0, |found| found.distance),
        running: row.running,
        workloads: row.workloads,
        owner,
        verdict: Verdict::from_number(row.verdict),
        priority: Priority::from_number(row.priority),
    })
}

/// What an image is shown as. Nodes and engines keep images that were called something once and are called `<none>` now.
fn shown_name(conn: &Connection, number: i64, name: String, digest: Option<&Digest>) -> Result<String, ProjectError> {
    if !name.is_empty() && !name.starts_with("<none>") {
        return Ok(name);
    }
    Ok(match (digest, first_place(conn, number)?) {
        (Some(digest), _) => digest.to_string(),
        (None, Some(place)) => format!("no name and no digest, at {place}"),
        (None, None) => "no name and no digest".to_owned(),
    })
}

fn workloads(known: &Known, places: &Places, ranked: &HashMap<i64, Ranked>) -> Vec<ReachedWorkload> {
    let told = |place: &crate::case::query::reached::WorkloadPlace| ReachedWorkload {
        cell: place.cell.clone(),
        reach: of_rank(place.rank),
        running: place.running,
        image: ranked.get(&place.image).map(|(node, ..)| *node).or_else(|| known.node(place.image)),
    };
    let mut all: Vec<ReachedWorkload> = places.workloads.iter().map(told).collect();
    all.sort_by_key(|workload| (Reverse(workload.reach), Reverse(workload.running)));
    all
}

fn namespaces(places: &Places) -> Vec<NamespaceCell> {
    let reached = places.namespaces.iter().filter(|(_, (rank, _))| *rank > 0);
    reached.map(|(cell, _)| cell.clone()).collect()
}

/// Caches, jobs and replica sets with what waits in them; and caches that pull what they lack.
fn comes_back(
    known: &Known,
    conn: &Connection,
    waiting: &Waiting,
    places: &Places,
    images: &[ReachedImage],
) -> Result<Vec<ComesBack>, ProjectError> {
    const KINDS: [&str; 3] = ["ci-builder", "node-cache", "old-replicaset"];
    let id = |number: &i64| known.node(*number).and_then(|node| known.image(node)).map(|image| image.id.clone());
    let mut all = Vec::new();
    for ([kind, context, namespace, name], numbers) in &waiting.places {
        let Some(kind) = KINDS.into_iter().find(|known| known == kind) else { continue };
        let images = numbers.iter().take(NAMED).filter_map(id).collect();
        let [context, namespace, name] = [context, namespace, name].map(String::clone);
        all.push(ComesBack { kind, context, namespace, name, images });
    }
    for place in places.workloads.iter().filter(|place| place.rank > 0 && place.cell.kind == "CronJob") {
        let WorkloadCell { context, namespace, name, .. } = place.cell.clone();
        let images = id(&place.image).into_iter().collect();
        all.push(ComesBack { kind: "cron-job", context, namespace, name, images });
    }
    all.extend(super::below::pull_through(conn, images)?);
    all.sort();
    Ok(all)
}
