//! Drawing: a function of the model, the theme and the size. Nothing changes here; what was drawn where is returned.
//!
//! ```text
//! case, severity, TLP, clocks          head
//! [1 Images] 2 Coverage ...            tabs
//! ----------------------------------
//! the view, under its overlays         body
//! ---------------- or what was said    toast
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
use super::model::toast::Tone;
use super::regions::Regions;
use super::theme::{Slot, Theme};
use super::view::Look;
use paint::{Cursor, put, rule};

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
    rule(buffer, lines.line(), theme.ascii(), theme.style(Slot::Border));
    let (bar_line, toast_line) = (lines.last(), lines.last());
    let body = lines.rest();
    if let Some(shown) = model.front() {
        regions.extend(shown.view.draw(Look { theme, now: model.settings.now }, body, buffer));
    }
    said(model, theme, toast_line, buffer);
    bar::bar(model, theme, bar_line, buffer, &mut regions);
    if let Some(front) = model.overlays.last() {
        regions.cursor = None;
        regions.extend(overlay::draw(front, model, theme, body, buffer));
    }
    if !model.pending.is_empty() {
        overlay::which_key(model, theme, body, buffer);
    }
    regions
}

/// The newest word, or a rule.
fn said(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    match model.toasts.shown() {
        None => rule(buffer, area, theme.ascii(), theme.style(Slot::Border)),
        Some(toast) => {
            // The word says it too: colour is never the only sign.
            let (word, slot) = match toast.tone {
                Tone::Info => ("", Slot::Accent),
                Tone::Warning => ("warning: ", Slot::Warning),
                Tone::Error => ("failed: ", Slot::Error),
            };
            put(buffer, area, &format!(" {word}{}", toast.text), theme.style(slot));
        }
    }
}
