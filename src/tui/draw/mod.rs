//! Drawing: a function of the model, the theme and the size. Nothing changes here; what was drawn where is returned.
//!
//! ```text
//! case, severity, TLP, clocks          head
//! [1 Images] 2 Coverage ...            tabs
//! ----------------------------------
//! the view, under its overlays         body
//! ---------------- or what was said    toasts
//! keys ...        state, writers, work bar
//! ```

pub mod bar;
pub mod head;
pub mod overlay;
pub mod paint;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::model::Model;
use super::regions::Regions;
use super::theme::{Slot, Theme};
use super::view::Look;
use super::widget::Painter;
use paint::{Cursor, put};

/// The smallest screen on which anything makes sense.
pub const MIN_WIDTH: u16 = 30;
/// As above.
pub const MIN_HEIGHT: u16 = 8;

/// Draws one frame.
pub fn draw(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions {
    let area = area.intersection(buffer.area);
    let regions = parts(model, theme, area, buffer);
    if theme.ascii() {
        paint::only_ascii(buffer, area);
    }
    regions
}

fn parts(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions {
    buffer.set_style(area, theme.style(Slot::Base));
    let mut regions = Regions::default();
    if area.width < MIN_WIDTH || area.height < MIN_HEIGHT {
        put(buffer, area, &format!("too small: {MIN_WIDTH}x{MIN_HEIGHT} needed"), theme.style(Slot::Warning));
        return regions;
    }
    let mut lines = Cursor::new(area);
    head::case_line(model, theme, lines.line(), buffer);
    head::tab_line(model, theme, lines.line(), buffer, &mut regions);
    rule(theme, lines.line(), buffer);
    let (bar_line, rule_line) = (lines.last(), lines.last());
    let body = lines.rest();
    if let Some(shown) = model.front() {
        regions.extend(shown.view.draw(Look { theme, now: model.settings.now }, body, buffer));
    }
    rule(theme, rule_line, buffer);
    bar::bar(model, theme, bar_line, buffer, &mut regions);
    if let Some(front) = model.overlays.last() {
        regions.cursor = None;
        regions.extend(overlay::draw(front, model, theme, body, buffer));
    }
    if !model.pending.is_empty() {
        overlay::which_key(model, theme, body, buffer);
    }
    // What was said stands on the rule, and over the body's last lines where there is more of it.
    let said = Rect { height: body.height + rule_line.height, ..body };
    model.toasts.draw(model.settings.now, theme, said, buffer);
    regions
}

/// A line between parts.
fn rule(theme: &Theme, place: Rect, buffer: &mut Buffer) {
    Painter::new(theme, place, buffer).rule(place, Slot::Border);
}
