//! A marker in a list of known length: moving it, and which rows show. Pure numbers, clamped.

/// A marker and the first row that shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marker {
    /// The marked row.
    pub at: usize,
}

impl Marker {
    /// Does what a `table.` command says; false where it is none of moving.
    pub fn command(&mut self, id: &str, rows: usize, page: usize) -> bool {
        let last = rows.saturating_sub(1);
        self.at = match id {
            "table.down" => self.at.saturating_add(1),
            "table.up" => self.at.saturating_sub(1),
            "table.page-down" => self.at.saturating_add(page),
            "table.page-up" => self.at.saturating_sub(page),
            "table.top" => 0,
            "table.bottom" => last,
            _ => return false,
        }
        .min(last);
        true
    }

    /// The first row to show so that the marker is in sight, in the middle where it can be.
    pub fn offset(&self, rows: usize, height: usize) -> usize {
        self.at.saturating_sub(height / 2).min(rows.saturating_sub(height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_stays_in_the_list_and_in_sight() {
        let mut marker = Marker::default();
        for (command, wanted) in
            [("up", 0), ("down", 1), ("page-down", 11), ("bottom", 19), ("down", 19), ("page-up", 9), ("top", 0)]
        {
            assert!(marker.command(&format!("table.{command}"), 20, 10));
            assert_eq!(marker.at, wanted, "{command}");
        }
        assert!(!marker.command("table.open", 20, 10));
        for (at, rows, height, wanted) in
            [(0, 20, 10, 0), (10, 20, 10, 5), (19, 20, 10, 10), (3, 4, 10, 0), (0, 0, 0, 0)]
        {
            assert_eq!(Marker { at }.offset(rows, height), wanted);
        }
    }
}
