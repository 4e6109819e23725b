//! A page to read: help, messages. Lines with a heading, keys and words; it scrolls.

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A heading.
    Heading(String),
    /// Keys or a time, and what they stand for.
    Pair(String, String),
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub rows: Vec<Row>,
    /// The first line that shows.
    pub offset: usize,
}

/// The pane's name in regions.
pub const PANE: &str = "page";

impl Page {
    /// A page from its start.
    pub fn new(title: &str, rows: Vec<Row>) -> Page {
        Page { title: title.to_owned(), rows, offset: 0 }
    }

    /// Scrolls; false where the command is none of scrolling.
    pub fn command(&mut self, id: &str, page: usize) -> bool {
        scroll(&mut self.offset, id, self.rows.len(), page)
    }
}

/// Moves the first line that shows; false where the command is none of scrolling.
pub fn scroll(offset: &mut usize, id: &str, rows: usize, page: usize) -> bool {
    let last = rows.saturating_sub(page);
    *offset = match id {
        "table.down" => *offset + 1,
        "table.up" => offset.saturating_sub(1),
        "table.page-down" => *offset + page,
        "table.page-up" => offset.saturating_sub(page),
        "table.top" => 0,
        "table.bottom" => last,
        _ => return false,
    }
    .min(last);
    true
}
