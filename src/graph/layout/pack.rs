//! Connected parts: which there are, and where each goes in the whole drawing.

use super::{Line, Part, Place, ROW_HIGH};

/// Small parts stand beside each other up to this width, or that of the widest part.
const AT_LEAST_WIDE: i32 = 1_600;
/// Room between parts.
const APART: i32 = 40;

/// The nodes and lines of each connected part, those with most nodes first.
pub(super) fn parts(count: usize, lines: &[Line], usable: impl Fn(&Line) -> bool) -> Vec<(Vec<u32>, Vec<u32>)> {
    let mut root: Vec<u32> = (0..count as u32).collect();
    for line in lines.iter().filter(|line| usable(line)) {
        let (a, b) = (find(&mut root, line.child), find(&mut root, line.parent));
        root[a.max(b) as usize] = a.min(b);
    }
    let mut place = vec![u32::MAX; count];
    let mut parts: Vec<(Vec<u32>, Vec<u32>)> = Vec::new();
    for node in 0..count as u32 {
        let root = find(&mut root, node) as usize;
        if place[root] == u32::MAX {
            place[root] = parts.len() as u32;
            parts.push(Default::default());
        }
        parts[place[root] as usize].0.push(node);
    }
    for (number, line) in (0..).zip(lines).filter(|(_, line)| usable(line)) {
        let root = find(&mut root, line.child) as usize;
        parts[place[root] as usize].1.push(number);
    }
    parts.sort_by_key(|(nodes, _)| (std::cmp::Reverse(nodes.len()), nodes.first().copied()));
    parts
}

/// The number that stands for a node's part, with the way there shortened.
fn find(root: &mut [u32], mut node: u32) -> u32 {
    while root[node as usize] != node {
        let above = root[root[node as usize] as usize];
        root[node as usize] = above;
        node = above;
    }
    node
}

/// Where each part goes: rows from the top, in the order of the parts.
pub(super) fn arrange(parts: &[Part]) -> Vec<Place> {
    let widest = parts.iter().map(|part| part.width).max().unwrap_or(0).max(AT_LEAST_WIDE);
    let (mut x, mut y, mut high) = (0, 0, 0);
    let mut corners = Vec::with_capacity(parts.len());
    for part in parts {
        if x > 0 && x + part.width > widest {
            y += high + if high > ROW_HIGH { APART } else { 0 };
            (x, high) = (0, 0);
        }
        corners.push(Place { x, y });
        x += part.width + APART;
        high = high.max(part.height);
    }
    corners
}
