//! The visible rows of a tree, flat and in order.
//!
//! Owns what is expanded. A thing may stand in several places (an image has several bases), so a row is named by its
//! path from the root. Cycles, depth and number of rows are bounded: whatever the nodes say, this ends.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Branch;

/// Rows shown at most; the rest is counted as left out.
pub const MOST_ROWS: usize = 50_000;

/// Levels shown at most.
pub const MOST_DEPTH: usize = 64;

/// A row's name: the nodes from the root down to it.
pub type Path<N> = Arc<[N]>;

/// What has children.
pub trait Nodes {
    /// A node's name. Compare whole ids, not hashes.
    type Node: Clone + Ord;

    /// The nodes at the top.
    fn roots(&self) -> Vec<Self::Node>;

    /// The nodes below one.
    fn children(&self, node: &Self::Node) -> Vec<Self::Node>;

    /// True when there are nodes below.
    fn has_children(&self, node: &Self::Node) -> bool {
        !self.children(node).is_empty()
    }
}

/// One visible row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineRow<N> {
    /// Its name.
    pub path: Path<N>,
    /// What is below.
    pub branch: Branch,
    /// True when it is the last below its parent.
    pub last: bool,
    /// Bit `n` is set when a guide of level `n` passes by.
    pub(super) guides: u64,
    /// True when it stands below itself: it is not followed further.
    pub repeats: bool,
}

impl<N> OutlineRow<N> {
    /// 0 at the top.
    pub fn depth(&self) -> usize {
        self.path.len().saturating_sub(1)
    }

    /// The node itself.
    pub fn node(&self) -> Option<&N> {
        self.path.last()
    }
}

/// What is expanded, and the rows that follow from it.
#[derive(Debug, Clone)]
pub struct Outline<N> {
    expanded: BTreeSet<Path<N>>,
    rows: Vec<OutlineRow<N>>,
    full: bool,
}

impl<N> Default for Outline<N> {
    fn default() -> Self {
        Outline { expanded: BTreeSet::new(), rows: Vec::new(), full: false }
    }
}

impl<N: Clone + Ord> Outline<N> {
    /// The visible rows.
    pub fn rows(&self) -> &[OutlineRow<N>] {
        &self.rows
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.rows.len() as u64
    }

    /// A visible row.
    pub fn row(&self, index: u64) -> Option<&OutlineRow<N>> {
        self.rows.get(usize::try_from(index).ok()?)
    }

    /// Where a path is shown.
    pub fn index_of(&self, path: &Path<N>) -> Option<u64> {
        self.rows.iter().position(|row| row.path == *path).map(|at| at as u64)
    }

    /// True when rows were left out, because there are more than [`MOST_ROWS`].
    pub fn is_cut(&self) -> bool {
        self.full
    }

    /// Makes the rows anew: after the nodes or what is expanded changed.
    pub fn rebuild(&mut self, nodes: &impl Nodes<Node = N>) {
        self.rows.clear();
        self.full = false;
        let mut waiting = Vec::new();
        push_level(&mut waiting, &[], nodes.roots(), 0);
        while let Some((path, last, guides)) = waiting.pop() {
            if self.rows.len() >= MOST_ROWS {
                self.full = true;
                return;
            }
            let Some(node) = path.last() else { continue };
            let repeats = path.iter().rev().skip(1).any(|above| above == node);
            let deeper = path.len() < MOST_DEPTH && !repeats && nodes.has_children(node);
            let branch = match (deeper, self.expanded.contains(&path)) {
                (false, _) => Branch::Leaf,
                (true, false) => Branch::Collapsed,
                (true, true) => Branch::Expanded,
            };
            if branch == Branch::Expanded {
                let own = if last { guides } else { guides | 1 << path.len().saturating_sub(1).min(63) };
                push_level(&mut waiting, &path, nodes.children(node), own);
            }
            self.rows.push(OutlineRow { path, branch, last, guides, repeats });
        }
    }

    /// Shows what is below a row.
    pub fn expand(&mut self, path: &Path<N>, nodes: &impl Nodes<Node = N>) {
        self.expanded.insert(path.clone());
        self.rebuild(nodes);
    }

    /// Hides what is below a row.
    pub fn collapse(&mut self, path: &Path<N>, nodes: &impl Nodes<Node = N>) {
        self.expanded.remove(path);
        self.rebuild(nodes);
    }

    /// Shows everything below a row, as far as [`MOST_ROWS`] and [`MOST_DEPTH`] allow.
    pub fn expand_below(&mut self, path: &Path<N>, nodes: &impl Nodes<Node = N>) {
        self.expand_from(vec![path.clone()], nodes);
    }

    /// Shows everything, as far as [`MOST_ROWS`] and [`MOST_DEPTH`] allow.
    pub fn expand_all(&mut self, nodes: &impl Nodes<Node = N>) {
        // The first root is taken first.
        self.expand_from(nodes.roots().into_iter().rev().map(|root| below(&[], root)).collect(), nodes);
    }

    fn expand_from(&mut self, mut waiting: Vec<Path<N>>, nodes: &impl Nodes<Node = N>) {
        let mut budget = MOST_ROWS;
        while let Some(path) = waiting.pop() {
            let Some(node) = path.last() else { continue };
            let repeats = path.iter().rev().skip(1).any(|above| above == node);
            if repeats || path.len() >= MOST_DEPTH {
                continue;
            }
            let children = nodes.children(node);
            let Some(left) = budget.checked_sub(children.len()) else { break };
            budget = left;
            if !children.is_empty() {
                waiting.extend(children.into_iter().map(|child| below(&path, child)));
                self.expanded.insert(path);
            }
        }
        self.rebuild(nodes);
    }

    /// Hides everything below the rows at the top.
    pub fn collapse_all(&mut self, nodes: &impl Nodes<Node = N>) {
        self.expanded.clear();
        self.rebuild(nodes);
    }

    /// Shows the way down to a path, so that it becomes a row.
    pub fn reveal(&mut self, path: &Path<N>, nodes: &impl Nodes<Node = N>) {
        for length in 1..path.len().min(MOST_DEPTH) {
            self.expanded.insert(path.iter().take(length).cloned().collect());
        }
        self.rebuild(nodes);
    }

    /// The row that a row stands below.
    pub fn parent(&self, index: u64) -> Option<u64> {
        let row = self.row(index)?;
        let above = self.rows.get(..usize::try_from(index).ok()?)?;
        above.iter().rposition(|other| other.path.len() < row.path.len()).map(|at| at as u64)
    }
}

/// Children wait in reverse, so that the first is taken first.
fn push_level<N: Clone>(waiting: &mut Vec<(Path<N>, bool, u64)>, above: &[N], children: Vec<N>, guides: u64) {
    for (at, child) in children.into_iter().rev().enumerate().take(MOST_ROWS) {
        waiting.push((below(above, child), at == 0, guides));
    }
}

fn below<N: Clone>(above: &[N], child: N) -> Path<N> {
    above.iter().cloned().chain([child]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything divides: below `n` are `10n + 1` to `10n + 3`; 13 leads back to 1.
    struct Tens;

    impl Nodes for Tens {
        type Node = u32;

        fn roots(&self) -> Vec<u32> {
            vec![1, 2]
        }

        fn children(&self, node: &u32) -> Vec<u32> {
            match node {
                13 => vec![1],
                n if *n < 100 => (1..4).map(|digit| n * 10 + digit).collect(),
                _ => Vec::new(),
            }
        }
    }

    fn path(nodes: &[u32]) -> Path<u32> {
        nodes.into()
    }

    fn nodes(outline: &Outline<u32>) -> Vec<u32> {
        outline.rows().iter().filter_map(|row| row.node().copied()).collect()
    }

    #[test]
    fn rows_follow_what_is_expanded() {
        let mut outline = Outline::default();
        outline.rebuild(&Tens);
        assert_eq!(nodes(&outline), [1, 2]);
        outline.expand(&path(&[1]), &Tens);
        outline.expand(&path(&[1, 12]), &Tens);
        assert_eq!(nodes(&outline), [1, 11, 12, 121, 122, 123, 13, 2]);
        assert_eq!((outline.parent(4), outline.parent(2), outline.parent(0)), (Some(2), Some(0), None));
        let guides: Vec<u64> = outline.rows().iter().map(|row| row.guides).collect();
        assert_eq!(guides, [0, 1, 1, 3, 3, 3, 1, 0]);
        outline.collapse(&path(&[1]), &Tens);
        assert_eq!(nodes(&outline), [1, 2]);
        outline.expand(&path(&[1]), &Tens);
        assert_eq!(outline.total(), 8, "what was expanded below is remembered");
        outline.reveal(&path(&[2, 22, 221]), &Tens);
        assert!(outline.index_of(&path(&[2, 22, 221])).is_some());
    }

    #[test]
    fn everything_is_shown_at_once_and_circles_end() {
        let mut outline = Outline::default();
        outline.expand_all(&Tens);
        let all = nodes(&outline);
        assert_eq!((all[..4].to_vec(), all.len()), (vec![1, 11, 111, 112], 2 + 6 + 6 * 3 - 3 + 1));
    }

    #[test]
    fn cycles_end() {
        let mut outline = Outline::default();
        outline.expand_below(&path(&[1]), &Tens);
        let again = outline.index_of(&path(&[1, 13, 1])).and_then(|at| outline.row(at)).unwrap();
        assert!(again.repeats && again.branch == Branch::Leaf);
    }

    #[test]
    fn endless_trees_are_cut() {
        struct Endless;
        impl Nodes for Endless {
            type Node = u64;
            fn roots(&self) -> Vec<u64> {
                vec![1]
            }
            fn children(&self, node: &u64) -> Vec<u64> {
                vec![node * 2 % 1_000_003, (node * 2 + 1) % 1_000_003]
            }
        }
        let mut outline = Outline::default();
        outline.expand_below(&[1].into(), &Endless);
        assert!(outline.rows().len() <= MOST_ROWS + 1 && outline.rows().len() > 1_000);
        assert!(outline.rows().iter().all(|row| row.path.len() <= MOST_DEPTH));
    }
}
