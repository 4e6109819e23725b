//! The lineage of the open case, built once and shared by all questions about it.
//!
//! Owns how long it is kept: as long as the readings that tell of lineage are the same. Building it takes seconds in a
//! large case, so that it happens on a reader of its own (see [`super::Question::needs_lineage`]); what came of it never
//! changes and can be looked at from anywhere.

use rusqlite::Connection;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::Desk;
use crate::case::events::judgements::NAMED;
use crate::case::events::kinds::RETRACTED;
use crate::case::project::ProjectError;
use crate::cli::words::counted;
use crate::graph::{Lineage, NodeId, NodeKind, Outline};
use crate::model::id::Id;
use crate::model::verdict::Verdict;
use crate::work::lineage::{Known, LayersStand};

/// Which image stands on which, and what is asked of it again and again.
#[derive(Debug)]
pub struct Tree {
    /// The graph, with the claims and the sources that it was made of.
    pub known: Arc<Known>,
    /// The bases, by what stands on them.
    pub outline: Outline,
    /// The nodes at the top of the outline that anything is linked to, those that most stands on first.
    pub bases: Vec<NodeId>,
    /// Images that nothing is linked to, by name.
    pub loose: Vec<NodeId>,
    /// Images of the inventory.
    pub images: u64,
    /// Images whose layers are known.
    pub with_layers: u64,
    layers: HashMap<NodeId, LayersStand>,
}

impl Tree {
    /// Where the layers of an image are told; a virtual node's are nobody's.
    pub fn layers_stand(&self, node: NodeId) -> Option<LayersStand> {
        self.layers.get(&node).copied()
    }

    /// True for an image that nothing is linked to.
    pub fn is_loose(&self, node: NodeId) -> bool {
        is_alone(&self.known.graph, &self.outline, node)
    }

    /// True where anything stands on anything.
    pub fn has_edges(&self) -> bool {
        self.known.graph.edges().next().is_some()
    }
}

/// The lineage with the verdicts of one moment. Cheap to hand on.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The lineage.
    pub tree: Arc<Tree>,
    verdicts: Arc<Vec<Option<Verdict>>>,
}

impl Kept {
    /// The graph.
    pub fn graph(&self) -> &Lineage {
        &self.tree.known.graph
    }

    /// The verdict of an image; none without an indicator, and for what stands in no list.
    pub fn verdict(&self, node: NodeId) -> Option<Verdict> {
        self.verdicts.get(node as usize).copied().flatten()
    }

    /// The node of an image's id, as the lists show it.
    pub fn find(&self, id: &str) -> Option<NodeId> {
        self.graph().find(Id::parse(id)?.0)
    }

    /// What is bad or suspected and stands on nothing that is: where the ways to all others begin.
    pub fn origins(&self) -> Vec<NodeId> {
        let graph = self.graph();
        let is_open = |node: NodeId| matches!(self.verdict(node), Some(Verdict::Bad | Verdict::Suspect));
        let passed_on = |node: NodeId| graph.parents(node).any(|(_, edge)| is_open(edge.parent));
        graph.nodes().map(|(node, _)| node).filter(|node| is_open(*node) && !passed_on(*node)).collect()
    }
}

/// How far the building has come, told while it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Building(pub String);

/// What is kept, and of which state.
#[derive(Debug, Default)]
pub struct Shelf(RefCell<Option<Held>>);

#[derive(Debug)]
struct Held {
    /// SQLite's count of changes by others, as this connection tells it.
    seen: i64,
    stamp: Stamp,
    kept: Kept,
}

/// What a graph depends on: how many sources, the last one's number, what they tell in all, mirrors, and what responders
/// call layers that no known image is.
type Stamp = [i64; 7];

impl Shelf {
    /// Forgets it: another case is on the desk.
    pub fn clear(&self) {
        self.0.replace(None);
    }

    /// The lineage as the case stands now, built where it is another one.
    pub fn kept(&self, desk: &Desk) -> Result<Kept, String> {
        let conn = desk.conn()?;
        self.current(conn, desk).map_err(|error| error.to_string())
    }

    fn current(&self, conn: &Connection, desk: &Desk) -> Result<Kept, ProjectError> {
        let seen = conn.pragma_query_value(None, "data_version", |row| row.get(0))?;
        if let Some(held) = self.0.borrow().as_ref().filter(|held| held.seen == seen) {
            return Ok(held.kept.clone());
        }
        // Of one moment, whoever writes meanwhile.
        let moment = conn.unchecked_transaction()?;
        let stamp = stamp(&moment)?;
        // Taken, so that in a large case the old one is not kept beside the new one for longer than a view needs it.
        let before = self.0.take().filter(|held| held.stamp == stamp).map(|held| held.kept.tree);
        let tree = match before {
            Some(tree) => tree,
            None => Arc::new(build(&moment, desk)?),
        };
        let kept = Kept { verdicts: Arc::new(verdicts(&moment, &tree.known.graph)?), tree };
        self.0.replace(Some(Held { seen, stamp, kept: kept.clone() }));
        Ok(kept)
    }
}

fn stamp(conn: &Connection) -> Result<Stamp, ProjectError> {
    let sources = "SELECT count(*), coalesce(max(id), 0), coalesce(sum(facts), 0), coalesce(sum(as_of / 1000000), 0),
                   (SELECT count(*) FROM p_claim), (SELECT count(*) FROM p_mirror),
                   (SELECT count(*) FROM event WHERE kind IN (?1, ?2)) FROM p_source";
    let row = |r: &rusqlite::Row<'_>| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?]);
    Ok(conn.prepare_cached(sources)?.query_row([NAMED, RETRACTED], row)?)
}

fn build(conn: &Connection, desk: &Desk) -> Result<Tree, ProjectError> {
    let images: i64 = conn.query_row("SELECT count(*) FROM p_image", [], |r| r.get(0))?;
    let all = counted(images.unsigned_abs(), "image");
    desk.tell(Building(format!("reading what is told of the lineage of {all} (1 of 3)")));
    let (known, layers) = Known::read_telling(conn, || {
        desk.tell(Building(format!("putting the layers of {all} side by side (2 of 3)")));
    })?;
    let graph = &known.graph;
    desk.tell(Building(format!("counting what stands on what, {all} (3 of 3)")));
    let outline = Outline::new(graph);
    let listed = known.listed() as u64;
    let with_layers =
        graph.nodes().filter(|(_, node)| node.kind == NodeKind::Image && node.known && node.layers.is_some()).count();
    let roots = outline.roots().iter().copied();
    let (mut loose, bases): (Vec<NodeId>, Vec<NodeId>) = roots.partition(|node| is_alone(graph, &outline, *node));
    loose.sort_by(|a, b| graph.name(*a).cmp(graph.name(*b)).then(a.cmp(b)));
    let (known, with_layers) = (Arc::new(known), with_layers as u64);
    Ok(Tree { known, outline, bases, loose, images: listed, with_layers, layers })
}

fn is_alone(graph: &Lineage, outline: &Outline, node: NodeId) -> bool {
    outline.children(node).is_empty() && graph.parents(node).next().is_none() && graph.children(node).next().is_none()
}

fn verdicts(conn: &Connection, graph: &Lineage) -> Result<Vec<Option<Verdict>>, ProjectError> {
    let mut found = vec![None; graph.len()];
    let mut statement = conn.prepare_cached("SELECT ident, verdict FROM p_image WHERE verdict <> 0")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let node = Id::parse(row.get_ref(0)?.as_str().unwrap_or_default()).and_then(|id| graph.find(id.0));
        if let Some(place) = node.and_then(|node| found.get_mut(node as usize)) {
            *place = Verdict::from_number(row.get(1)?);
        }
    }
    Ok(found)
}
