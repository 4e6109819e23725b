//! The outline: bases by what stands on them, opened level by level.
//!
//! Owns where one is in it, what is open, and what a filter leaves of it. Rows are named by image, so that they are found
//! again when the lineage was built anew.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

use super::words;
use crate::cli::words::counted;
use crate::graph::draw::how;
use crate::graph::{EdgeStatus, Link, NodeId};
use crate::model::id::Id;
use crate::model::lineage::Confidence;
use crate::tui::data::lineage::{Kept, Tree as Lineage};
use crate::tui::regions::Regions;
use crate::tui::theme::{Glyph, Slot};
use crate::tui::view::below::{Below, Told};
use crate::tui::view::{Look, pane};
use crate::tui::widget::tree::{Label, Nodes, Outline, OutlineRow, Path, Step, Tree, TreeState};
use crate::tui::widget::{Line, Move, Span};

/// Its pane, and the signs in it that open a row.
pub const PANE: &str = "graph.tree";
/// As above.
pub const SIGNS: &str = "graph.signs";
/// From this height on the marked node stands in full below.
const ROOMY: u16 = 16;
/// From this width on a row says how it is known that it stands there.
const WIDE: u16 = 110;
/// Images that can be marked: two are compared.
const MOST_MARKED: usize = 2;

/// A node of the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// An image, an index or layers that no image is.
    Node(Id),
    /// All images that have no base and nothing on them.
    Loose,
}

/// The lineage as nodes of an outline.
pub struct Forest<'k> {
    /// What there is.
    pub tree: &'k Lineage,
    /// What of it is shown, by node; none for all.
    pub keep: Option<&'k [bool]>,
}

impl Forest<'_> {
    fn is_kept(&self, node: NodeId) -> bool {
        self.keep.is_none_or(|keep| keep.get(node as usize).copied().unwrap_or(false))
    }

    fn place(&self, node: NodeId) -> Option<Place> {
        self.tree.known.graph.node(node).map(|facts| Place::Node(facts.id))
    }

    fn below(&self, place: &Place) -> &[NodeId] {
        match place {
            Place::Loose => &self.tree.loose,
            Place::Node(id) => {
                let node = self.tree.known.graph.find(id.0);
                node.map_or(&[], |node| self.tree.outline.children(node))
            }
        }
    }
}

impl Nodes for Forest<'_> {
    type Node = Place;

    fn roots(&self) -> Vec<Place> {
        let bases = self.tree.bases.iter().copied();
        let based = bases.filter(|node| self.is_kept(*node)).filter_map(|node| self.place(node));
        let loose = self.has_children(&Place::Loose).then_some(Place::Loose);
        based.chain(loose).collect()
    }

    fn children(&self, place: &Place) -> Vec<Place> {
        let below = self.below(place).iter().copied();
        below.filter(|node| self.is_kept(*node)).filter_map(|node| self.place(node)).collect()
    }

    fn has_children(&self, place: &Place) -> bool {
        self.below(place).iter().any(|node| self.is_kept(*node))
    }
}

/// What a filter leaves: worked out by a reader.
#[derive(Debug)]
pub struct Fits {
    /// The filter.
    pub filter: String,
    /// Of which lineage.
    pub tree: Arc<Lineage>,
    /// By node: it fits, or something that fits stands on it.
    pub keep: Vec<bool>,
    /// How many fit.
    pub found: u64,
    /// The rows, all that leads to one that fits open.
    pub outline: Outline<Place>,
}

/// Its state.
#[derive(Debug, Default)]
pub struct Bases {
    kept: Option<Kept>,
    outline: Outline<Place>,
    state: TreeState<Place>,
    fits: Option<Fits>,
    marks: Vec<Id>,
}

impl Bases {
    /// What is shown.
    pub fn kept(&self) -> Option<&Kept> {
        self.kept.as_ref()
    }

    /// The lineage came, maybe the same again.
    pub fn take(&mut self, kept: Kept) {
        let same = self.kept.as_ref().is_some_and(|own| Arc::ptr_eq(&own.tree, &kept.tree));
        self.kept = Some(kept);
        if !same {
            // A filter is asked for anew; until then all is shown.
            self.fits = None;
            self.rebuild();
        }
    }

    /// What a filter leaves came; an answer about another lineage is of no use.
    pub fn filtered(&mut self, fits: Fits) {
        if self.kept.as_ref().is_some_and(|kept| Arc::ptr_eq(&kept.tree, &fits.tree)) {
            self.fits = Some(fits);
            self.follow();
        }
    }

    /// Everything is shown again.
    pub fn unfilter(&mut self) {
        self.fits = None;
        self.follow();
    }

    fn follow(&mut self) {
        let outline = self.fits.as_ref().map_or(&self.outline, |fits| &fits.outline);
        self.state.reconcile(outline);
    }

    fn rebuild(&mut self) {
        if let Some(kept) = &self.kept {
            self.outline.rebuild(&Forest { tree: &kept.tree, keep: None });
            self.follow();
        }
    }

    /// Shows one node with what stands right on it.
    pub fn reveal(&mut self, node: NodeId) {
        let Some(kept) = &self.kept else { return };
        let graph = kept.graph();
        let mut way: Vec<Place> = Vec::new();
        let mut at = Some(node);
        while let Some(facts) = at.and_then(|node| graph.node(node)).filter(|_| way.len() <= graph.len()) {
            way.push(Place::Node(facts.id));
            at = at.and_then(|node| graph.main_base(node)).map(|(_, edge)| edge.parent);
        }
        way.reverse();
        let forest = Forest { tree: &kept.tree, keep: None };
        if way.len() == 1 && kept.tree.is_loose(node) {
            way.insert(0, Place::Loose);
        }
        let path: Path<Place> = way.into();
        self.fits = None;
        self.outline.reveal(&path, &forest);
        self.outline.expand(&path, &forest);
        let row = self.outline.index_of(&path);
        self.state.reconcile(&self.outline);
        if let Some(row) = row {
            self.state.apply(Move::To(row), &self.outline);
        }
    }

    /// Moves; none where the command is none of moving.
    pub fn moved(&mut self, id: &str, regions: &Regions) -> Option<bool> {
        let movement = pane::movement(id, 1)?;
        self.state.seen(&pane::seen(regions, PANE));
        let outline = self.fits.as_ref().map_or(&self.outline, |fits| &fits.outline);
        Some(self.state.apply(movement, outline))
    }

    /// Opens or closes the row at the marker.
    pub fn step(&mut self, step: Step) -> bool {
        let Bases { kept: Some(kept), fits, outline, state, .. } = self else { return false };
        match fits {
            Some(Fits { keep, outline, .. }) => {
                state.step(step, outline, &Forest { tree: &kept.tree, keep: Some(keep) })
            }
            None => state.step(step, outline, &Forest { tree: &kept.tree, keep: None }),
        }
    }

    /// Puts the marker on a row; true when it was there before.
    pub fn click(&mut self, row: u64) -> bool {
        let before = self.state.selected() == Some(row);
        let outline = self.fits.as_ref().map_or(&self.outline, |fits| &fits.outline);
        self.state.apply(Move::To(row), outline);
        before
    }

    /// The node at the marker.
    pub fn marked(&self) -> Option<Place> {
        self.state.path().and_then(|path| path.last()).copied()
    }

    /// Its id, where it is one of an image.
    pub fn id(&self) -> Option<Id> {
        match self.marked()? {
            Place::Node(id) => Some(id),
            Place::Loose => None,
        }
    }

    /// Turns the mark of the node at the marker over; of more than two the oldest goes.
    pub fn mark(&mut self) -> bool {
        let Some(id) = self.id() else { return false };
        if self.marks.contains(&id) {
            self.marks.retain(|own| *own != id);
        } else {
            self.marks.push(id);
            self.marks.drain(..self.marks.len().saturating_sub(MOST_MARKED));
        }
        true
    }

    /// The two to be compared: those marked, else the marked one and the one at the marker.
    pub fn pair(&self) -> Option<(Id, Id)> {
        match (self.marks.as_slice(), self.id()) {
            ([first, second], _) => Some((*first, *second)),
            ([first], Some(here)) if *first != here => Some((*first, here)),
            _ => None,
        }
    }

    /// True with a row.
    pub fn has_rows(&self) -> bool {
        self.state.selected().is_some()
    }

    /// True with a marked row.
    pub fn has_marks(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Forgets the marks.
    pub fn unmark(&mut self) {
        self.marks.clear();
    }

    /// One line about it.
    pub fn head(&self) -> String {
        let Some(kept) = &self.kept else { return String::new() };
        let tree = &kept.tree;
        let mut parts = vec![
            counted(tree.images, "image"),
            counted(tree.bases.len() as u64, "base"),
            format!("{} alone", tree.loose.len()),
        ];
        let rejected = tree.known.graph.rejected().len() as u64;
        if rejected > 0 {
            parts.push(format!("{} set aside", counted(rejected, "claim")));
        }
        if let Some(fits) = &self.fits {
            parts.push(format!("filter {}: {} found", fits.filter, fits.found));
        }
        let outline = self.fits.as_ref().map_or(&self.outline, |fits| &fits.outline);
        if outline.is_cut() {
            parts.push(format!("only {} rows are shown", outline.total()));
        }
        if !self.marks.is_empty() {
            parts.push(format!("{} marked", self.marks.len()));
        }
        format!(" {}", parts.join("   "))
    }

    /// Draws it.
    pub fn draw(&self, building: &str, below: &Below, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let nothing = self.kept.as_ref().and_then(words::nothing);
        let told = self.told();
        let panes = below.panes(area, if told.is_empty() { u16::MAX } else { ROOMY });
        let outline = self.fits.as_ref().map_or(&self.outline, |fits| &fits.outline);
        let nothing = nothing.unwrap_or_else(|| "No image fits the filter.\nEsc shows all again.".to_owned());
        let empty = if self.kept.is_none() { building } else { &nothing };
        let width = panes.first.width;
        let label = |row: &OutlineRow<Place>| self.label(row, width);
        let tree = Tree { outline, label, focused: true, empty };
        let drawn = tree.draw(&self.state, look.theme, panes.first, buffer);
        let mut regions = pane::tree_hits(&drawn, PANE, SIGNS);
        regions.extend(below.draw(&panes, &told, look, area, buffer));
        regions
    }

    fn label(&self, row: &OutlineRow<Place>, width: u16) -> Label<'static> {
        let Some(kept) = &self.kept else { return Label::default() };
        let id = match row.node() {
            Some(Place::Node(id)) => *id,
            Some(Place::Loose) => {
                let count = counted(kept.tree.loose.len() as u64, "image");
                let line =
                    Line::new(format!("{count} alone: no base is known, and nothing stands on them"), Slot::Header);
                return Label { line, right: Line::default() };
            }
            None => return Label::default(),
        };
        let Some(node) = kept.graph().find(id.0) else { return Label::default() };
        let mut spans = Vec::new();
        if self.marks.contains(&id) {
            spans.push(Span::new(format!("{} ", Glyph::Mark.text(true)), Slot::Marked));
        }
        // Half of the room at least is left for what stands on the right.
        let columns = usize::from(width).saturating_sub(2 * row.depth().min(12) + 38).max(16);
        spans.extend(words::line(kept, node, columns).spans);
        Label { line: Line { spans }, right: self.right(kept, node, width) }
    }

    /// What stands on it, and how it is known what it stands on.
    fn right(&self, kept: &Kept, node: NodeId, width: u16) -> Line<'static> {
        let graph = kept.graph();
        let counts = words::counts(kept.tree.outline.descendants(node));
        let mut line = match graph.node(node) {
            Some(facts) if counts.is_empty() && facts.weight.running > 0 => {
                Line::new(format!("{} running", facts.weight.running), Slot::Muted)
            }
            _ => Line::plain(counts),
        };
        if let Some((number, edge)) = graph.main_base(node).filter(|_| width >= WIDE) {
            let doubtful = edge.confidence < Confidence::STRONG || edge.status != EdgeStatus::Direct;
            let text = how(graph, Link::Edge(number));
            let slot = if doubtful { Slot::Warning } else { Slot::Muted };
            let sign = if doubtful { "~ " } else { "" };
            line = line.and(format!("  {sign}{text}"), slot);
        }
        line
    }

    /// All that is known of the node at the marker.
    fn told(&self) -> Told {
        let (Some(kept), Some(id)) = (&self.kept, self.id()) else { return Told::new() };
        let graph = kept.graph();
        let Some(node) = graph.find(id.0) else { return Told::new() };
        let Some(facts) = graph.node(node) else { return Told::new() };
        let base = graph.main_base(node);
        let stands = base.map_or_else(
            || words::standing(facts.standing).to_owned(),
            |(number, edge)| format!("{}  ({})", words::named(kept, edge.parent), how(graph, Link::Edge(number))),
        );
        let others: Vec<String> = graph
            .parents(node)
            .filter(|(number, edge)| graph.is_drawn(edge) && base.is_none_or(|(own, _)| own != *number))
            .map(|(number, edge)| format!("{}  ({})", words::named(kept, edge.parent), how(graph, Link::Edge(number))))
            .collect();
        vec![
            ("image", words::named(kept, node)),
            ("verdict", kept.verdict(node).map_or_else(String::new, |verdict| verdict.shown().to_owned())),
            ("stands on", stands),
            ("took from", others.join("\n")),
            ("on it", words::counts(kept.tree.outline.descendants(node))),
            (
                "runs",
                if facts.weight.running > 0 {
                    counted(u64::from(facts.weight.running), "place")
                } else {
                    String::new()
                },
            ),
        ]
    }
}
