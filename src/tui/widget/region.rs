//! Where things were drawn.
//!
//! Owns the answer to "what is under the pointer". The same value gives page size and the place of the terminal's
//! cursor.

use ratatui::layout::{Position, Rect};

/// What a draw put where. `Part` names the parts of one kind of piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regions<Part> {
    /// All that was drawn on.
    pub area: Rect,
    /// Where the content scrolls; its height is the page.
    pub body: Rect,
    /// Where the terminal's cursor belongs, when the piece has the keys and text is typed into it.
    pub cursor: Option<Position>,
    /// How far the content is and can be scrolled sideways, in the piece's own unit; the state keeps no more than that.
    pub shift: usize,
    parts: Vec<(Rect, Part)>,
}

impl<Part> Regions<Part> {
    /// Nothing is drawn in `area` yet.
    pub fn new(area: Rect) -> Self {
        Regions { area, body: area, cursor: None, shift: usize::MAX, parts: Vec::new() }
    }

    /// Notes a part; later ones lie above earlier ones.
    pub fn add(&mut self, area: Rect, part: Part) {
        if !area.is_empty() {
            self.parts.push((area, part));
        }
    }

    /// The topmost part at a place.
    pub fn hit(&self, at: Position) -> Option<&Part> {
        self.parts.iter().rev().find(|(area, _)| area.contains(at)).map(|(_, part)| part)
    }

    /// True when the place is on this piece, on a part or not: the wheel acts on what is under the pointer.
    pub fn contains(&self, at: Position) -> bool {
        self.area.contains(at)
    }

    /// All parts with their places, as drawn.
    pub fn parts(&self) -> impl Iterator<Item = (Rect, &Part)> {
        self.parts.iter().map(|(area, part)| (*area, part))
    }

    /// Where a part is.
    pub fn find(&self, wanted: impl Fn(&Part) -> bool) -> Option<Rect> {
        self.parts.iter().find(|(_, part)| wanted(part)).map(|(area, _)| *area)
    }
}

/// The first `rows` rows of an area, and the rest.
pub fn split_top(area: Rect, rows: u16) -> (Rect, Rect) {
    let top = rows.min(area.height);
    let rest = Rect { y: area.y.saturating_add(top), height: area.height - top, ..area };
    (Rect { height: top, ..area }, rest)
}

/// The area without its last `rows` rows, and those.
pub fn split_bottom(area: Rect, rows: u16) -> (Rect, Rect) {
    let (rest, bottom) = split_top(area, area.height.saturating_sub(rows));
    (rest, bottom)
}

/// The area without its last `columns` columns, and those.
pub fn split_right(area: Rect, columns: u16) -> (Rect, Rect) {
    let right = columns.min(area.width);
    let rest = Rect { width: area.width - right, ..area };
    (rest, Rect { x: area.x.saturating_add(rest.width), width: right, ..area })
}

/// One row of an area, counted from its top; empty when there is none.
pub fn row(area: Rect, at: u16) -> Rect {
    if at >= area.height {
        Rect { height: 0, ..area }
    } else {
        Rect { y: area.y.saturating_add(at), height: 1, ..area }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topmost_part_is_hit() {
        let mut regions = Regions::new(Rect::new(0, 0, 10, 3));
        regions.add(Rect::new(0, 0, 10, 3), 'a');
        regions.add(Rect::new(2, 1, 3, 1), 'b');
        regions.add(Rect::new(2, 1, 0, 1), 'c');
        assert_eq!(regions.hit(Position::new(2, 1)), Some(&'b'));
        assert_eq!(regions.hit(Position::new(5, 1)), Some(&'a'));
        assert_eq!(regions.hit(Position::new(10, 1)), None);
        assert_eq!(regions.find(|part| *part == 'c'), None);
    }

    #[test]
    fn splits_keep_every_row_and_column() {
        let area = Rect::new(1, 2, 5, 4);
        assert_eq!(split_top(area, 9).1.height, 0);
        assert_eq!(split_bottom(area, 1), (Rect::new(1, 2, 5, 3), Rect::new(1, 5, 5, 1)));
        assert_eq!(split_right(area, 2), (Rect::new(1, 2, 3, 4), Rect::new(4, 2, 2, 4)));
        assert_eq!(row(area, 3).y, 5);
        assert!(row(area, 4).is_empty());
    }
}
