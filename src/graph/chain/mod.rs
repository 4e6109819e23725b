//! The chain index: which stacks of layers are whole images, and which are only shared.
//!
//! Owns the comparison of layers. The immediate base of an image is the image with the deepest whole chain that is a
//! strict prefix of its own; a stack that images share and that is nobody's whole chain is a point of its own. Never
//! compares chains of two kinds, and never takes two images with a common stack for parent and child.
//!
//! Chains are sorted and their common prefixes fold them into a tree that has only the points that matter, at most two
//! for each chain: no stack is hashed to be compared.

mod id;
mod layers;

pub use id::{chain_id, chain_ids};
pub use layers::LayerId;
pub(super) use layers::{Layers, key};

use super::lists::Lists;

/// No point, no number.
pub(super) const NONE: u32 = u32::MAX;

/// A stack of layers that is somebody's whole chain or where chains part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// How many layers.
    pub depth: u32,
    /// The next point below; [`NONE`] at the bottom.
    parent: u32,
    /// A chain that begins with this stack.
    pub sample: u32,
    /// Images that count and have this stack, as their whole chain or below it.
    pub sharers: u32,
    /// How many different ways those images go on from here.
    branches: u32,
    /// It is somebody's whole chain.
    whole: bool,
}

impl Point {
    /// A stack that several images share and that is nobody's whole chain.
    pub(super) fn is_virtual(&self) -> bool {
        !self.whole && self.branches >= 2
    }

    fn matters(&self) -> bool {
        self.whole || self.branches >= 2
    }
}

/// All chains of one kind, by number; the empty chain says that none is known.
#[derive(Debug, Clone, Default)]
pub(super) struct ChainIndex {
    points: Vec<Point>,
    /// The point that is a chain's whole stack; [`NONE`] for the empty chain.
    whole: Vec<u32>,
    /// The chains whose whole stack a point is.
    at: Lists,
}

impl ChainIndex {
    /// Builds the index. `counts` tells which chains count as sharers: one that is known to stand on nothing has its
    /// lowest layers in common with others by chance.
    pub(super) fn new(chains: &Lists, counts: impl Fn(u32) -> bool) -> ChainIndex {
        let mut order: Vec<u32> = (0..chains.len() as u32).filter(|chain| !chains.of(*chain).is_empty()).collect();
        order.sort_by(|a, b| chains.of(*a).cmp(chains.of(*b)).then(a.cmp(b)));
        let mut growing = Growing { points: Vec::new(), stack: Vec::new(), whole: vec![NONE; chains.len()] };
        let mut before: &[u32] = &[];
        for chain in order {
            let layers = chains.of(chain);
            let shared = before.iter().zip(layers).take_while(|(a, b)| a == b).count() as u32;
            growing.close_to(shared, chain);
            growing.add(chain, layers.len() as u32, counts(chain));
            before = layers;
        }
        growing.close_to(0, NONE);
        let at = by_point(growing.points.len(), &growing.whole);
        ChainIndex { points: growing.points, whole: growing.whole, at }
    }

    /// How many points there are, and which of them each chain is.
    pub(super) fn wholes(&self) -> (usize, &[u32]) {
        (self.at.len(), &self.whole)
    }

    /// An index that knows which chains are the same, and not what is below them; `None` where a chain is no point.
    pub(super) fn of_wholes(points: usize, whole: Vec<u32>) -> Option<ChainIndex> {
        // Every point but those where chains part is somebody's whole chain: there are at most two for each chain.
        let known = whole.iter().filter(|point| **point != NONE);
        if points > 2 * whole.len() || !known.into_iter().all(|point| (*point as usize) < points) {
            return None;
        }
        let at = by_point(points, &whole);
        Some(ChainIndex { points: Vec::new(), whole, at })
    }

    /// Every point, those that do not matter too.
    pub(super) fn points(&self) -> impl Iterator<Item = (u32, &Point)> {
        self.points.iter().enumerate().map(|(at, point)| (at as u32, point))
    }

    /// A point.
    pub(super) fn point(&self, number: u32) -> Option<&Point> {
        self.points.get(number as usize)
    }

    /// The point that is the whole stack of a chain.
    pub(super) fn whole(&self, chain: u32) -> Option<u32> {
        self.whole.get(chain as usize).copied().filter(|point| *point != NONE)
    }

    /// The chains whose whole stack a point is: one image, or several with the same layers.
    pub(super) fn chains_at(&self, point: u32) -> &[u32] {
        self.at.of(point)
    }

    /// The deepest point that is a strict prefix of another.
    pub(super) fn below(&self, point: u32) -> Option<u32> {
        let mut at = self.point(point)?.parent;
        while let Some(below) = self.point(at) {
            if below.matters() {
                return Some(at);
            }
            at = below.parent;
        }
        None
    }
}

/// The chains of each point.
fn by_point(points: usize, whole: &[u32]) -> Lists {
    let wholes = whole.iter().enumerate().filter(|(_, point)| **point != NONE);
    Lists::group(points, wholes.map(|(chain, point)| (*point, chain as u32)))
}

/// The tree while sorted chains are added to it; the stack holds the points below the chain added last.
struct Growing {
    points: Vec<Point>,
    stack: Vec<u32>,
    whole: Vec<u32>,
}

impl Growing {
    /// Closes every point deeper than `depth`. Where two chains part between points, a new one is made.
    fn close_to(&mut self, depth: u32, chain: u32) {
        while let Some(top) = self.stack.last().copied() {
            if self.points[top as usize].depth <= depth {
                return;
            }
            self.stack.pop();
            let below = self.stack.last().copied();
            let below_depth = below.map_or(0, |point| self.points[point as usize].depth);
            let parent = match below {
                _ if below_depth < depth => self.open(depth, chain),
                Some(below) => below,
                None => NONE,
            };
            self.fold(top, parent);
        }
    }

    /// Tells the point below what a closed point has.
    fn fold(&mut self, closed: u32, parent: u32) {
        let sharers = self.points[closed as usize].sharers;
        self.points[closed as usize].parent = parent;
        if let Some(parent) = self.points.get_mut(parent as usize) {
            parent.sharers += sharers;
            parent.branches += u32::from(sharers > 0);
        }
    }

    fn open(&mut self, depth: u32, sample: u32) -> u32 {
        let number = self.points.len() as u32;
        self.points.push(Point { depth, parent: NONE, sample, sharers: 0, branches: 0, whole: false });
        self.stack.push(number);
        number
    }

    /// Adds a chain whose layers below the top are all on the stack.
    fn add(&mut self, chain: u32, depth: u32, counts: bool) {
        let same = self.stack.last().copied().filter(|top| self.points[*top as usize].depth == depth);
        let point = same.unwrap_or_else(|| self.open(depth, chain));
        self.whole[chain as usize] = point;
        let point = &mut self.points[point as usize];
        point.whole = true;
        point.sharers += u32::from(counts);
    }
}

#[cfg(test)]
mod tests;
