//! One image in the middle: what it stands on, itself, what stands on it. At most forty images around it; what is left out
//! is counted and opens.

use rusqlite::Connection;
use std::collections::BTreeMap;

use super::words;
use crate::case::project::ProjectError;
use crate::case::query::pages::{GroupBy, values};
use crate::cli::words::counted;
use crate::command::Call;
use crate::graph::draw::how;
use crate::graph::{Descendants, EdgeId, Focus, Link, NodeId, NodeKind, focus};
use crate::model::lineage::Confidence;
use crate::model::verdict::Verdict;
use crate::tui::data::lineage::Kept;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::link;
use crate::tui::view::sheet::Entry;
use crate::tui::view::signs::{sign, slot_of};
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line, Span};

/// Images around the one in the middle at most.
pub const MOST: usize = 40;

/// Columns where the zones stand one below the other.
pub const COLUMNS: &[Column] = &[
    Column::new("IMAGE", 38, 60).cut(Cut::Middle).growing(3),
    Column::new("HOW WE KNOW", 18, 44).growing(2).dropped(1),
    Column::new("ON IT", 6, 6).right().dropped(2),
    Column::new("RUNS", 5, 6).right(),
];

/// One of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// What the image stands on.
    Below,
    /// The image.
    Image,
    /// What stands right on it.
    Above,
}

impl Zone {
    /// From the left to the right.
    pub const ALL: [Zone; 3] = [Zone::Below, Zone::Image, Zone::Above];
}

/// The answer to [`super::data::Around`].
#[derive(Debug)]
pub struct Zoned {
    /// As it was asked for.
    pub asked: String,
    /// Its id.
    pub id: String,
    /// Name, digest, verdict.
    pub title: String,
    /// For the way back.
    pub crumb: String,
    /// Zone by zone.
    pub items: Vec<Item>,
}

/// A line of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which zone.
    pub zone: Zone,
    /// A heading leads nowhere and is no image.
    pub heading: bool,
    key: String,
    /// Columns it stands further in.
    pub indent: u16,
    verdict: Option<Verdict>,
    /// The name, or what is to be said.
    pub text: String,
    /// How it is known.
    pub how: String,
    doubtful: bool,
    on_it: String,
    /// Places that run it.
    pub runs: String,
    link: Option<Call>,
    told: Told,
}

impl Item {
    fn plain(zone: Zone, key: &str, text: impl Into<String>) -> Item {
        Item {
            zone,
            heading: false,
            key: format!("{zone:?} {key}"),
            indent: 2,
            verdict: None,
            text: text.into(),
            how: String::new(),
            doubtful: false,
            on_it: String::new(),
            runs: String::new(),
            link: None,
            told: Told::new(),
        }
    }

    fn heading(zone: Zone, text: impl Into<String>) -> Item {
        let text = text.into();
        Item { heading: true, indent: 0, ..Item::plain(zone, &format!("head {text}"), text.clone()) }
    }

    /// Sign and name.
    pub fn line(&self) -> Line<'_> {
        let mut spans = vec![Span::plain(" ".repeat(usize::from(self.indent.min(24))))];
        if let Some(verdict) = self.verdict {
            spans.push(Span::new(sign(verdict), slot_of(verdict)));
            spans.push(Span::plain(" "));
        }
        spans.push(Span { text: self.text.as_str().into(), slot: self.heading.then_some(Slot::Header) });
        Line { spans }
    }

    /// How it is known, standing out where that is doubtful.
    pub fn proof(&self) -> Line<'_> {
        match self.doubtful {
            true => Line::new(format!("~ {}", self.how), Slot::Warning),
            false => Line::new(self.how.as_str(), Slot::Muted),
        }
    }
}

impl Entry for Item {
    fn key(&self) -> String {
        self.key.clone()
    }

    fn cells(&self) -> Vec<Line<'_>> {
        vec![self.line(), self.proof(), Line::plain(self.on_it.as_str()), Line::plain(self.runs.as_str())]
    }

    fn link(&self) -> Option<Call> {
        self.link.clone()
    }

    fn no_link(&self) -> &'static str {
        "this line leads nowhere; images do"
    }

    fn told(&self) -> Told {
        // A heading keeps the pane where it is.
        if self.told.is_empty() { vec![("", self.text.clone())] } else { self.told.clone() }
    }
}

/// Everything around an image.
pub fn zoned(conn: &Connection, kept: &Kept, node: NodeId, asked: &str) -> Result<Zoned, ProjectError> {
    let shown = focus(kept.graph(), node, MOST);
    let mut items = below(kept, node, &shown);
    items.extend(image(kept, node, &shown));
    items.extend(above(conn, kept, node, &shown)?);
    let verdict = kept.verdict(node).map_or_else(String::new, |verdict| format!("   {}", verdict.shown()));
    let id = kept.graph().node(node).map_or_else(String::new, |facts| facts.id.to_string());
    let named = words::named(kept, node);
    Ok(Zoned { asked: asked.to_owned(), id, title: format!("{named}{verdict}"), crumb: named, items })
}

/// A node with the edge that leads there.
fn linked(kept: &Kept, zone: Zone, node: NodeId, edge: EdgeId, counts: Descendants) -> Item {
    let graph = kept.graph();
    let known = graph.edge(edge);
    let how = how(graph, Link::Edge(edge));
    let runs = graph.node(node).map_or(0, |facts| facts.weight.running);
    let kind = known.map_or("", |edge| edge.kind.as_str());
    let number = |count: u32| if count == 0 { String::new() } else { count.to_string() };
    let verdict = kept.verdict(node);
    let told = vec![
        ("image", words::named(kept, node)),
        ("verdict", verdict.map_or_else(String::new, |verdict| verdict.shown().to_owned())),
        ("how", how.clone()),
        ("on it", words::counts(counts)),
        ("Enter", "puts it into the middle".to_owned()),
    ];
    Item {
        verdict,
        doubtful: known.is_some_and(|edge| edge.confidence < Confidence::STRONG || edge.status.as_str() != "direct"),
        how,
        on_it: number(counts.images),
        runs: number(runs),
        link: words::link_to(kept, node),
        told,
        ..Item::plain(zone, &format!("{kind} {:?}", graph.node(node).map(|facts| facts.id)), words::named(kept, node))
    }
}

fn below(kept: &Kept, node: NodeId, shown: &Focus) -> Vec<Item> {
    let mut items = vec![Item::heading(Zone::Below, "STANDS ON")];
    for (steps, edge, base) in &shown.below {
        let counts = kept.tree.outline.descendants(*base);
        let indent = u16::try_from(2 * steps).unwrap_or(u16::MAX);
        items.push(Item { indent, ..linked(kept, Zone::Below, *base, *edge, counts) });
    }
    if shown.below_more > 0 {
        let text = format!("... and {} further down", counted(u64::from(shown.below_more), "image"));
        let open =
            kept.graph().node(node).map(|facts| Call { id: "graph.why".to_owned(), argument: facts.id.to_string() });
        items.push(Item { link: open, ..Item::plain(Zone::Below, "more", text) });
    }
    let standing = kept.graph().node(node).map_or("", |facts| words::standing(facts.standing));
    if !standing.is_empty() && shown.below.is_empty() {
        items.push(Item::plain(Zone::Below, "standing", standing));
    }
    items
}

fn image(kept: &Kept, node: NodeId, shown: &Focus) -> Vec<Item> {
    let graph = kept.graph();
    let mut items = vec![Item::heading(Zone::Image, "THIS IMAGE")];
    let Some(facts) = graph.node(node) else { return items };
    let id = facts.id.to_string();
    let counts = words::counts(shown.image.1);
    let verdict = kept.verdict(node);
    let tell = facts.known.then(|| link::image(&id));
    items.push(Item {
        verdict,
        link: tell.clone(),
        told: vec![
            ("image", words::named(kept, node)),
            ("id", id.clone()),
            ("Enter", "shows everything about it".into()),
        ],
        runs: facts.weight.running.to_string(),
        on_it: shown.image.1.images.to_string(),
        ..Item::plain(Zone::Image, "name", words::named(kept, node))
    });
    let mut say = |key: &str, text: String, link: Option<Call>| {
        items.push(Item { link, indent: 4, ..Item::plain(Zone::Image, key, text) });
    };
    if let Some(verdict) = verdict {
        let why = Some(Call { id: "graph.why".to_owned(), argument: id.clone() });
        say("verdict", format!("{} (Enter: why)", verdict.shown()), why);
    }
    if facts.known {
        let places = Call { id: "images.show".to_owned(), argument: format!("{id} workloads") };
        let text = format!("{} running, {}", facts.weight.running, counted(u64::from(facts.weight.uses), "use"));
        say("places", text, Some(places));
    } else {
        say("places", known_by(facts.kind).to_owned(), None);
    }
    match facts.layers {
        Some(layers) => say("layers", counted(u64::from(layers), "layer"), words::layers(kept, node)),
        None => say("layers", "layers not known".to_owned(), None),
    }
    if facts.disputed {
        say("disputed", "said to stand on nothing, and its layers say otherwise".to_owned(), None);
    }
    if !counts.is_empty() {
        say("on it", format!("{counts} (Enter: which)"), Some(link::outline(&id)));
    }
    items
}

fn known_by(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Virtual => "layers that several images share and that no image that was read is",
        NodeKind::Build => "what a Dockerfile builds",
        _ => "known by what others say of it alone: it stands in no list of images",
    }
}

fn above(conn: &Connection, kept: &Kept, node: NodeId, shown: &Focus) -> Result<Vec<Item>, ProjectError> {
    let counts = words::counts(shown.image.1);
    let title = if counts.is_empty() { "ON IT".to_owned() } else { format!("ON IT  {counts}") };
    let mut items = vec![Item::heading(Zone::Above, title)];
    if shown.above.is_empty() {
        items.push(Item::plain(Zone::Above, "none", "nothing that is known stands on it"));
        return Ok(items);
    }
    for (group, members) in grouped(conn, kept, shown)? {
        // One group alone needs no head.
        if !group.is_empty() {
            let text = format!("{group}  {}", members.len());
            items.push(Item { indent: 1, ..Item::heading(Zone::Above, text) });
        }
        items.extend(members.into_iter().map(|(edge, child, counts)| linked(kept, Zone::Above, child, edge, counts)));
    }
    if shown.above_more > 0 {
        let (more, hidden) = (counted(u64::from(shown.above_more), "image"), shown.hidden);
        let text = format!("... +{more} more right on it: {} in all, {} running", hidden.images, hidden.running);
        let open = kept.graph().node(node).map(|facts| link::outline(&facts.id.to_string()));
        items.push(Item { link: open, ..Item::plain(Zone::Above, "more", text) });
    }
    Ok(items)
}

type Member = (EdgeId, NodeId, Descendants);

/// By owner where any is told, else by namespace; one group has no name where all are alike.
fn grouped(conn: &Connection, kept: &Kept, shown: &Focus) -> Result<Vec<(String, Vec<Member>)>, ProjectError> {
    let id = |node: NodeId| kept.graph().node(node).map_or_else(String::new, |facts| facts.id.to_string());
    let ids: Vec<String> = shown.above.iter().map(|(_, child, _)| id(*child)).collect();
    let mut by = (GroupBy::Owner, values(conn, GroupBy::Owner, &ids)?);
    if by.1.values().all(String::is_empty) {
        by = (GroupBy::Namespace, values(conn, GroupBy::Namespace, &ids)?);
    }
    let mut groups: BTreeMap<(bool, String), Vec<Member>> = BTreeMap::new();
    for member in &shown.above {
        let value = by.1.get(&id(member.1)).cloned().unwrap_or_default();
        // What nobody answers for stands last.
        groups.entry((value.is_empty(), by.0.title(&value))).or_default().push(*member);
    }
    let alone = groups.len() == 1;
    let name = |title: String| if alone { String::new() } else { title };
    Ok(groups.into_iter().map(|((_, title), members)| (name(title), members)).collect())
}
