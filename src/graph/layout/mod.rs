//! A layered drawing: bases on the left, what stands on them to the right.
//!
//! Owns where nodes stand and how edges run, in whole pixels, for any graph of boxes of one height. The method is that
//! of Sugiyama, Tagawa and Toda (IEEE Trans. SMC 11 (1981)): columns by longest path, a bend in every column that an
//! edge passes, sweeps that reduce crossings, and places that straighten edges. Effort is bounded by counted steps, not
//! by a clock, so that the same graph is drawn the same everywhere. Knows nothing of images.

mod bends;
mod columns;
mod crossings;
mod pack;
mod places;
mod sweeps;

use super::lists::Lists;

/// Height of a box, and of the room it takes.
pub const BOX_HIGH: i32 = 18;
const ROW_HIGH: i32 = 24;
/// Room that an edge takes where it passes a column.
const BEND_HIGH: i32 = 8;
/// Room between columns for edges to run.
const BETWEEN: i32 = 70;

/// An edge to draw. Edges of one group from one parent run together where they pass columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The node on the right.
    pub child: u32,
    /// The node on the left.
    pub parent: u32,
    /// Lines of different groups never run together.
    pub group: u8,
}

/// Where a box stands: its left upper corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

/// The drawing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// Size of the whole.
    pub width: i32,
    /// Size of the whole.
    pub height: i32,
    /// Where each box stands.
    pub places: Vec<Place>,
    /// For each line the points it runs through, from the parent's right side to the child's left side; empty for lines
    /// from a node to itself or to none.
    pub routes: Vec<Vec<Place>>,
    /// How often lines cross between neighbouring columns.
    pub crossings: u64,
}

/// One connected part, laid out from 0, 0.
struct Part {
    nodes: Vec<u32>,
    lines: Vec<u32>,
    places: Vec<Place>,
    routes: Vec<Vec<Place>>,
    width: i32,
    height: i32,
}

/// Lays out boxes of the given widths.
pub fn layout(widths: &[i32], lines: &[Line]) -> Layout {
    let count = widths.len() as u32;
    let usable = |line: &Line| line.child < count && line.parent < count && line.child != line.parent;
    let mut drawing = Layout {
        places: vec![Place::default(); widths.len()],
        routes: vec![Vec::new(); lines.len()],
        ..Layout::default()
    };
    let mut parts = Vec::new();
    for (nodes, of_part) in pack::parts(widths.len(), lines, usable) {
        parts.push(part(widths, lines, nodes, of_part, &mut drawing.crossings));
    }
    let corners = pack::arrange(&parts);
    for (part, corner) in parts.into_iter().zip(corners) {
        drawing.width = drawing.width.max(corner.x + part.width);
        drawing.height = drawing.height.max(corner.y + part.height);
        let moved = |place: Place| Place { x: place.x + corner.x, y: place.y + corner.y };
        for (node, place) in part.nodes.iter().zip(part.places) {
            drawing.places[*node as usize] = moved(place);
        }
        for (line, route) in part.lines.iter().zip(part.routes) {
            drawing.routes[*line as usize] = route.into_iter().map(moved).collect();
        }
    }
    drawing
}

fn part(widths: &[i32], lines: &[Line], nodes: Vec<u32>, of_part: Vec<u32>, crossings: &mut u64) -> Part {
    let number: std::collections::HashMap<u32, u32> = nodes.iter().copied().zip(0..).collect();
    let local = |node: u32| number.get(&node).copied().unwrap_or(0);
    let inner: Vec<Line> = of_part
        .iter()
        .map(|line| lines[*line as usize])
        .map(|line| Line { child: local(line.child), parent: local(line.parent), ..line })
        .collect();
    let column = columns::columns(nodes.len(), &inner);
    let bent = bends::bend(&column, &inner);
    let (order, crossed) = sweeps::order(&bent);
    *crossings += crossed;
    let wide: Vec<i32> = nodes.iter().map(|node| widths[*node as usize]).collect();
    let lefts = lefts(&column, &wide, bent.columns);
    let middles = places::middles(&bent, &order);
    let places: Vec<Place> = (0..nodes.len())
        .map(|node| Place { x: lefts[column[node] as usize], y: middles[node] - BOX_HIGH / 2 })
        .collect();
    let routes = inner.iter().zip(&bent.through).map(|(line, through)| {
        let (parent, child) = (line.parent as usize, line.child as usize);
        let mut route = vec![Place { x: places[parent].x + wide[parent], y: middles[parent] }];
        for bend in through {
            let at = bent.column[*bend as usize] as usize;
            let y = middles[*bend as usize];
            let right = lefts.get(at + 1).map_or(lefts[at], |next| next - BETWEEN);
            route.extend([Place { x: lefts[at], y }, Place { x: right, y }]);
        }
        route.push(Place { x: places[child].x, y: middles[child] });
        route
    });
    let routes = routes.collect();
    let width = places.iter().zip(&wide).map(|(place, wide)| place.x + wide).max().unwrap_or(0);
    let height = middles.iter().map(|middle| middle + ROW_HIGH / 2).max().unwrap_or(0);
    Part { nodes, lines: of_part, places, routes, width, height }
}

/// The left side of each column.
fn lefts(column: &[u32], wide: &[i32], columns: usize) -> Vec<i32> {
    let mut widest = vec![0; columns];
    for (column, wide) in column.iter().zip(wide) {
        widest[*column as usize] = widest[*column as usize].max(*wide);
    }
    let mut x = 0;
    widest
        .into_iter()
        .map(|wide| {
            let left = x;
            x += wide + BETWEEN;
            left
        })
        .collect()
}

/// What is ordered and placed: boxes, then bends, in columns, with lines only between neighbouring columns.
struct Bent {
    /// How many of the first vertices are boxes.
    boxes: usize,
    columns: usize,
    /// The column of each vertex.
    column: Vec<u32>,
    /// Neighbours to the left and to the right.
    left: Lists,
    right: Lists,
    /// For each line the bends it runs through, from left to right.
    through: Vec<Vec<u32>>,
}

#[cfg(test)]
mod tests;
