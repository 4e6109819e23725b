//! What a tree remembers between draws.
//!
//! Owns the marker, which follows a path across refreshes, and the text that is looked for.

use super::{Branch, Nodes, Outline, Path};
use crate::tui::widget::{Move, Regions, Scroll};

/// What can be done to the row at the marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Shows what is below; on an expanded row, goes to the first row below.
    Open,
    /// Hides what is below; on a leaf or a collapsed row, goes to its parent.
    Close,
    /// Open or close.
    Toggle,
    /// Shows everything below.
    OpenBelow,
    /// Hides everything everywhere.
    CloseAll,
    /// Goes to the parent.
    Parent,
}

/// The state of a tree whose nodes are named by `N`.
#[derive(Debug, Clone)]
pub struct TreeState<N> {
    scroll: Scroll,
    path: Option<Path<N>>,
    find: String,
}

impl<N> Default for TreeState<N> {
    fn default() -> Self {
        TreeState { scroll: Scroll::default(), path: None, find: String::new() }
    }
}

impl<N: Clone + Ord> TreeState<N> {
    /// The index of the selected row; `None` without rows.
    pub fn selected(&self) -> Option<u64> {
        (self.scroll.total() > 0).then(|| self.scroll.selected())
    }

    /// The path of the selected row.
    pub fn path(&self) -> Option<&Path<N>> {
        self.path.as_ref()
    }

    /// Where the window stands.
    pub fn scroll(&self) -> &Scroll {
        &self.scroll
    }

    /// The text that is looked for; empty: none.
    pub fn finding(&self) -> &str {
        &self.find
    }

    /// Takes the page height from the last draw.
    pub fn seen<Part>(&mut self, regions: &Regions<Part>) {
        self.scroll.seen(regions);
    }

    /// Moves; true when anything changed.
    pub fn apply(&mut self, movement: Move, outline: &Outline<N>) -> bool {
        if self.scroll.total() != outline.total() {
            self.scroll.set_total(outline.total());
        }
        let moved = self.scroll.apply(movement);
        self.path = self.selected().and_then(|row| outline.row(row)).map(|row| row.path.clone());
        moved
    }

    /// After the outline changed: finds the marked row by its path, or the nearest above it that is still shown.
    pub fn reconcile(&mut self, outline: &Outline<N>) {
        let path = self.path.take().unwrap_or_else(|| [].into());
        let shown = (1..=path.len()).rev().find_map(|length| {
            let above: Path<N> = path.iter().take(length).cloned().collect();
            outline.index_of(&above)
        });
        self.scroll.settle(shown.unwrap_or(self.scroll.selected()), outline.total());
        self.path = self.selected().and_then(|row| outline.row(row)).map(|row| row.path.clone());
    }

    /// Opens, closes or leaves the row at the marker; true when anything changed.
    pub fn step(&mut self, step: Step, outline: &mut Outline<N>, nodes: &impl Nodes<Node = N>) -> bool {
        let Some(at) = self.selected() else { return false };
        let Some((path, branch)) = outline.row(at).map(|row| (row.path.clone(), row.branch)) else { return false };
        match (step, branch) {
            (Step::Open | Step::Toggle, Branch::Collapsed) => outline.expand(&path, nodes),
            (Step::Close | Step::Toggle, Branch::Expanded) => outline.collapse(&path, nodes),
            (Step::Open, Branch::Expanded) => return self.apply(Move::Down(1), outline),
            (Step::OpenBelow, Branch::Collapsed | Branch::Expanded) => outline.expand_below(&path, nodes),
            (Step::CloseAll, _) => outline.collapse_all(nodes),
            (Step::Parent, _) | (Step::Close, Branch::Leaf | Branch::Collapsed) => {
                return outline.parent(at).is_some_and(|parent| self.apply(Move::To(parent), outline));
            }
            (Step::Open | Step::Toggle | Step::OpenBelow, _) => return false,
        }
        self.reconcile(outline);
        true
    }

    /// Looks for a text while it is typed, from the marker on and around the end; true when a row has it. `text` says
    /// what a node is called.
    pub fn find<T: AsRef<str>>(&mut self, wanted: &str, outline: &Outline<N>, text: impl Fn(&N) -> T) -> bool {
        wanted.clone_into(&mut self.find);
        self.hop(0, true, outline, text)
    }

    /// The next row with the text, or the one before.
    pub fn find_next<T: AsRef<str>>(&mut self, forward: bool, outline: &Outline<N>, text: impl Fn(&N) -> T) -> bool {
        self.hop(1, forward, outline, text)
    }

    /// Ends looking.
    pub fn end_find(&mut self) {
        self.find.clear();
    }

    fn hop<T: AsRef<str>>(&mut self, first: u64, forward: bool, outline: &Outline<N>, text: impl Fn(&N) -> T) -> bool {
        let total = outline.total();
        let wanted = self.find.to_lowercase();
        if total == 0 || wanted.is_empty() {
            return false;
        }
        let start = self.scroll.selected().min(total - 1);
        let has = |index: &u64| {
            let node = outline.row(*index).and_then(|row| row.node());
            node.is_some_and(|node| text(node).as_ref().to_lowercase().contains(&wanted))
        };
        let away = |by: u64| if forward { (start + by) % total } else { (start + total - by % total) % total };
        let Some(found) = (first..total + first).map(away).find(has) else { return false };
        self.apply(Move::To(found), outline);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Words;

    impl Nodes for Words {
        type Node = &'static str;

        fn roots(&self) -> Vec<&'static str> {
            vec!["debian", "alpine"]
        }

        fn children(&self, node: &&'static str) -> Vec<&'static str> {
            match *node {
                "debian" => vec!["node", "python"],
                "node" => vec!["pay/api", "web/edge"],
                _ => Vec::new(),
            }
        }
    }

    fn opened() -> (TreeState<&'static str>, Outline<&'static str>) {
        let (mut state, mut outline) = (TreeState::default(), Outline::default());
        outline.rebuild(&Words);
        state.reconcile(&outline);
        state.step(Step::OpenBelow, &mut outline, &Words);
        (state, outline)
    }

    fn name(state: &TreeState<&'static str>) -> &'static str {
        state.path().and_then(|path| path.last().copied()).unwrap_or("")
    }

    #[test]
    fn steps_open_close_and_climb() {
        let (mut state, mut outline) = opened();
        assert_eq!(outline.total(), 6);
        state.apply(Move::Down(2), &outline);
        assert_eq!(name(&state), "pay/api");
        let table = [
            (Step::Open, "pay/api", 6, false),
            (Step::Close, "node", 6, true),
            (Step::Close, "node", 4, true),
            (Step::Open, "node", 6, true),
            (Step::Open, "pay/api", 6, true),
            (Step::CloseAll, "debian", 2, true),
            (Step::Parent, "debian", 2, false),
            (Step::Toggle, "debian", 4, true),
        ];
        for (step, wanted, rows, changed) in table {
            assert_eq!(state.step(step, &mut outline, &Words), changed, "{step:?}");
            assert_eq!((name(&state), outline.total()), (wanted, rows), "{step:?}");
        }
    }

    #[test]
    fn finding_goes_around_both_ways() {
        let (mut state, outline) = opened();
        let text = |node: &&'static str| (*node).to_owned();
        assert!(state.find("P", &outline, text));
        assert_eq!(name(&state), "pay/api");
        assert!(state.find("PY", &outline, text));
        assert_eq!(name(&state), "python");
        assert!(state.find("a", &outline, text));
        let mut seen = vec![name(&state)];
        for forward in [true, true, false] {
            assert!(state.find_next(forward, &outline, text));
            seen.push(name(&state));
        }
        assert_eq!(seen, ["alpine", "debian", "pay/api", "debian"]);
        assert!(!state.find("zz", &outline, text));
        state.end_find();
        assert!(!state.find_next(true, &outline, text));
    }
}
