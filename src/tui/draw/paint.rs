//! Lines that belong to no piece: the head, the bar, titles. They go through the same door as every piece,
//! [`crate::tui::widget::paint`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::tui::widget::paint::styled;

/// One line of text in an area, cut to it; the style fills the whole line.
pub fn put(buffer: &mut Buffer, area: Rect, text: &str, style: Style) {
    let area = Rect { height: area.height.min(1), ..area }.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    buffer.set_style(area, style);
    write(buffer, area, text, style);
}

/// Text at the start of an area, over what stands there; says how many columns it took.
pub fn write(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    // What stands below the text keeps its colours where the text names none.
    let below = buffer.cell((area.x, area.y)).map_or_else(Style::default, ratatui::buffer::Cell::style);
    styled(buffer, area, text, below.patch(style))
}

/// Writes ASCII over everything that is not: what was cut off is marked with `~`, any other sign becomes `?`.
pub fn only_ascii(buffer: &mut Buffer, area: Rect) {
    for position in area.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position)
            && !cell.symbol().is_ascii()
        {
            let sign = if cell.symbol() == "…" { "~" } else { "?" };
            cell.set_symbol(sign);
        }
    }
}

/// Lines of an area from top to bottom; past its end they are empty.
#[derive(Debug, Clone, Copy)]
pub struct Cursor {
    rest: Rect,
}

impl Cursor {
    /// From the top of an area.
    pub fn new(area: Rect) -> Cursor {
        Cursor { rest: area }
    }

    /// The next line.
    pub fn line(&mut self) -> Rect {
        let line = Rect { height: self.rest.height.min(1), ..self.rest };
        self.rest.y = self.rest.y.saturating_add(line.height);
        self.rest.height -= line.height;
        line
    }

    /// The last line of what is left.
    pub fn last(&mut self) -> Rect {
        let height = self.rest.height.min(1);
        self.rest.height -= height;
        Rect { y: self.rest.y.saturating_add(self.rest.height), height, ..self.rest }
    }

    /// What is left.
    pub fn rest(&self) -> Rect {
        self.rest
    }
}
