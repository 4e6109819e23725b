//! Where things were drawn: page sizes and mouse hits come from the same value that drew them.

use ratatui::layout::{Position, Rect};

use crate::command::Call;

/// What stands under the pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hit {
    /// A click does this.
    Call(Call),
    /// A row of the view's pane, by its place in the list.
    Row(&'static str, usize),
    /// The pane itself, for the wheel.
    Pane(&'static str),
    /// The line between two panes, and the area of both: it can be dragged.
    Line(&'static str, Rect),
}

/// One frame's places. What was pushed later lies in front.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Regions {
    hits: Vec<(Rect, Hit)>,
    /// Where the cursor blinks, while text is typed.
    pub cursor: Option<Position>,
}

impl Regions {
    /// Something that can be hit.
    pub fn push(&mut self, area: Rect, hit: Hit) {
        self.hits.push((area, hit));
    }

    /// What lies in front there.
    pub fn at(&self, column: u16, row: u16) -> Option<&Hit> {
        let here = Position::new(column, row);
        self.hits.iter().rev().find(|(area, _)| area.contains(here)).map(|(_, hit)| hit)
    }

    /// Rows of a pane; at least one.
    pub fn page(&self, pane: &str) -> usize {
        usize::from(self.area(pane).height).max(1)
    }

    /// Where a pane is; empty where it is not shown.
    pub fn area(&self, pane: &str) -> Rect {
        let own = |(area, hit): &(Rect, Hit)| matches!(hit, Hit::Pane(name) if *name == pane).then_some(*area);
        self.hits.iter().find_map(own).unwrap_or_default()
    }

    /// True where a pane is shown.
    pub fn has(&self, pane: &str) -> bool {
        self.hits.iter().any(|(_, hit)| matches!(hit, Hit::Pane(name) if *name == pane))
    }

    /// The pane under a place, whatever lies in front of it there.
    pub fn pane_at(&self, column: u16, row: u16) -> Option<&'static str> {
        let here = Position::new(column, row);
        self.hits.iter().rev().filter(|(area, _)| area.contains(here)).find_map(|(_, hit)| match hit {
            Hit::Pane(name) | Hit::Row(name, _) => Some(*name),
            Hit::Call(_) | Hit::Line(..) => None,
        })
    }

    /// Adds what another part drew, in front.
    pub fn extend(&mut self, other: Regions) {
        self.hits.extend(other.hits);
        self.cursor = other.cursor.or(self.cursor);
    }
}
