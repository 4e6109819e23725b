//! A drawing as SVG that opens in any browser, without scripts, fonts or anything else from outside.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{Mark, Selection, how, label};
use crate::graph::layout::{BOX_HIGH, Layout, Line, Place, layout};
use crate::graph::lineage::Lineage;
use crate::graph::node::{Edge, EdgeStatus, NodeId, NodeKind};
use crate::graph::query::reach::Link;
use crate::model::lineage::{Confidence, EdgeKind};
use crate::model::text::width;

/// Columns of a name, and pixels of a column.
const NAME: usize = 46;
const LETTER: f64 = 6.7;
const MARGIN: i32 = 16;
/// Room for title and legend.
const HEAD: i32 = 52;

const STYLE: &str = "text{font:11px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1b1f27}\
.t{font-size:14px;font-weight:bold}.l{fill:#5b6472}\
rect{fill:#f6f8fa;stroke:#8a94a3}.v rect{stroke-dasharray:4 3;fill:#fff}.o rect{fill:#fff}\
.bad rect{fill:#ffd7d5;stroke:#b3261e;stroke-width:2}.proven rect{fill:#ffe9c7;stroke:#b3261e}\
.likely rect{fill:#fff6d6;stroke:#9a6700}.open rect{fill:#eee7fb;stroke:#6639ba}\
path{fill:none;stroke:#6b7685;stroke-width:1.2}.build-input{stroke-dasharray:6 3}.frontend{stroke-dasharray:2 3}\
.weak{stroke:#b7bfca;stroke-width:.8}.conflict{stroke:#b3261e}\
path:hover{stroke:#0969da;stroke-width:2.5}g:hover>rect,g:target>rect,a:hover rect{stroke:#0969da;stroke-width:2.5}";

/// The selection as an SVG document. A node leads to its base when it is clicked, and says what is known of it when it
/// is pointed at.
pub fn svg(graph: &Lineage, selection: &Selection, title: &str, mark: &dyn Fn(NodeId) -> Mark) -> String {
    let (drawing, body) = drawn(graph, selection, mark);
    let mut out = String::with_capacity(body.len() + 4_000);
    head(&drawing, selection, title, &mut out);
    out.push_str(&body);
    out.push_str("</g>\n</svg>\n");
    out
}

/// The inside of an SVG for a page that has a style of its own: no style, no title, no background.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// The elements: a node is `g` with `id="n-ID"`, an edge `path` with `data-c` and `data-p`, the ids of child and parent.
    pub body: String,
}

/// The same drawing as [`svg`], without what makes it a document.
pub fn figure(graph: &Lineage, selection: &Selection, mark: &dyn Fn(NodeId) -> Mark) -> Figure {
    let (drawing, body) = drawn(graph, selection, mark);
    Figure { width: drawing.width, height: drawing.height, body }
}

fn drawn(graph: &Lineage, selection: &Selection, mark: &dyn Fn(NodeId) -> Mark) -> (Layout, String) {
    let labels: Vec<String> = selection.nodes.iter().map(|node| text_of(graph, *node, mark(*node))).collect();
    let widths: Vec<i32> = labels.iter().map(|label| (width(label) as f64 * LETTER) as i32 + 14).collect();
    let place: HashMap<NodeId, u32> = selection.nodes.iter().copied().zip(0..).collect();
    let lines: Vec<Line> = selection.edges.iter().map(|number| line(graph, &place, *number)).collect();
    let drawing = layout(&widths, &lines);
    let mut out = String::with_capacity(400 * (labels.len() + lines.len()));
    for (number, route) in selection.edges.iter().zip(&drawing.routes) {
        if let Some(edge) = graph.edge(*number) {
            write_edge(graph, edge, *number, route, &mut out);
        }
    }
    for (at, node) in selection.nodes.iter().enumerate() {
        if let (Some(place), Some(wide), Some(label)) = (drawing.places.get(at), widths.get(at), labels.get(at)) {
            write_node(graph, *node, mark(*node), Shown { place: *place, wide: *wide, label }, &mut out);
        }
    }
    (drawing, out)
}

fn text_of(graph: &Lineage, node: NodeId, mark: Mark) -> String {
    let unknown = graph.node(node).is_some_and(|facts| facts.kind == NodeKind::Virtual);
    format!("{}{}{}", mark.sign(), if unknown { "[?] " } else { "" }, label(graph, node, NAME))
}

fn line(graph: &Lineage, place: &HashMap<NodeId, u32>, number: u32) -> Line {
    let at = |node: NodeId| place.get(&node).copied().unwrap_or(u32::MAX);
    let edge = graph.edge(number);
    edge.map_or(Line { child: u32::MAX, parent: u32::MAX, group: 0 }, |edge| Line {
        child: at(edge.child),
        parent: at(edge.parent),
        group: edge.kind as u8 | u8::from(edge.confidence < Confidence::STRONG) << 2,
    })
}

fn head(drawing: &Layout, selection: &Selection, title: &str, out: &mut String) {
    let (wide, high) = ((drawing.width + 2 * MARGIN).max(760), drawing.height + HEAD + 2 * MARGIN);
    let title = escaped(title);
    let left_out = match selection.left_out {
        0 => String::new(),
        count => format!(", {count} more not drawn"),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n\
         <rect width=\"100%\" height=\"100%\" style=\"fill:#fff;stroke:none\"/>\n\
         <text class=\"t\" x=\"{MARGIN}\" y=\"24\">{title}</text>\n\
         <text class=\"l\" x=\"{MARGIN}\" y=\"42\">{} nodes, {} edges{left_out}. Bases are on the left. Line: base; dashes: \
         build input; dots: frontend; pale: below 0.70; [?] and dashed box: unknown base</text>\n\
         <g transform=\"translate({MARGIN},{})\">",
        selection.nodes.len(),
        selection.edges.len(),
        HEAD + MARGIN / 2,
    );
}

fn how_words(graph: &Lineage, edge: &Edge, number: u32) -> String {
    let (child, parent) = (graph.name(edge.child), graph.name(edge.parent));
    format!("{child} on {parent}: {}", how(graph, Link::Edge(number)))
}

fn write_edge(graph: &Lineage, edge: &Edge, number: u32, route: &[Place], out: &mut String) {
    let Some((first, rest)) = route.split_first() else { return };
    let id = |node: NodeId| graph.node(node).map_or_else(String::new, |facts| facts.id.to_string());
    let kind = match edge.kind {
        EdgeKind::Base => "base",
        EdgeKind::BuildInput => "build-input",
        EdgeKind::Frontend => "frontend",
    };
    let weak = if edge.confidence < Confidence::STRONG { " weak" } else { "" };
    let conflict = if edge.status == EdgeStatus::Conflict { " conflict" } else { "" };
    let (child, parent) = (id(edge.child), id(edge.parent));
    let _ = write!(
        out,
        "<path class=\"{kind}{weak}{conflict}\" data-c=\"{child}\" data-p=\"{parent}\" d=\"M{} {}",
        first.x, first.y
    );
    let mut from = *first;
    for (at, to) in rest.iter().enumerate() {
        // Between columns lines are curved, through a column they run straight.
        if at % 2 == 0 {
            let middle = (from.x + to.x) / 2;
            let _ = write!(out, "C{middle} {} {middle} {} {} {}", from.y, to.y, to.x, to.y);
        } else {
            let _ = write!(out, "H{}", to.x);
        }
        from = *to;
    }
    out.push_str("\"><title>");
    escape(&how_words(graph, edge, number), out);
    out.push_str("</title></path>\n");
}

struct Shown<'l> {
    place: Place,
    wide: i32,
    label: &'l str,
}

fn write_node(graph: &Lineage, node: NodeId, mark: Mark, shown: Shown<'_>, out: &mut String) {
    let Some(facts) = graph.node(node) else { return };
    let kind = match mark {
        Mark::Bad => "bad",
        Mark::Proven => "proven",
        Mark::Likely => "likely",
        Mark::CannotTell => "open",
        Mark::None if facts.kind == NodeKind::Virtual => "v",
        Mark::None if !facts.known => "o",
        Mark::None => "i",
    };
    let base = graph.main_base(node).and_then(|(_, edge)| graph.node(edge.parent)).map_or(facts.id, |base| base.id);
    let Shown { place: Place { x, y }, wide, label } = shown;
    let _ = write!(out, "<a href=\"#n-{base}\"><g id=\"n-{}\" class=\"{kind}\"><title>", facts.id);
    escape(graph.name(node), out);
    if let Some(layers) = facts.layers {
        let _ = write!(out, ", {layers} layers");
    }
    if facts.weight.running > 0 {
        let _ = write!(out, ", {} running", facts.weight.running);
    }
    let _ = write!(
        out,
        "</title><rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{BOX_HIGH}\" rx=\"3\"/><text x=\"{}\" y=\"{}\">",
        x + 7,
        y + 13
    );
    escape(label, out);
    out.push_str("</text></g></a>\n");
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&crate::model::text::scrub(text), &mut out);
    out
}

/// Escapes text for XML. What XML does not allow at all was scrubbed before.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}
