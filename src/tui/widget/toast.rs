//! Short messages that come and go, and the list of those that went.
//!
//! Owns what is shown and for how long; the time is told from outside. Errors stay until they are taken away, because a
//! tired reader may look elsewhere just then.

use std::collections::VecDeque;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::time::Micros;
use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::widget::region::row;
use crate::tui::widget::{Cut, Line, Painter, Regions, Side};

/// Messages kept in the history.
const MOST_KEPT: usize = 500;

/// Messages shown at once.
const MOST_SHOWN: usize = 3;

/// How long a message that is no error is shown.
const SHOWN_FOR: i64 = 6_000_000;

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Worth knowing.
    Info,
    /// Something worked.
    Success,
    /// Something needs attention.
    Warning,
    /// Something failed.
    Error,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// When it came last.
    pub at: Micros,
    /// How grave it is.
    pub tone: Tone,
    /// One sentence: what, where, what next.
    pub text: String,
    /// How often it came in a row.
    pub times: u32,
    /// True while it may be shown.
    live: bool,
}

/// The messages, the newest last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Toasts {
    all: VecDeque<Toast>,
}

impl Tone {
    /// The sign beside it, and its style.
    pub fn sign(self) -> (Glyph, Slot) {
        match self {
            Tone::Info => (Glyph::Info, Slot::Accent),
            Tone::Success => (Glyph::Success, Slot::Success),
            Tone::Warning => (Glyph::Warning, Slot::Warning),
            Tone::Error => (Glyph::Error, Slot::Error),
        }
    }
}

impl Toast {
    fn is_shown(&self, now: Micros) -> bool {
        self.live && (self.tone == Tone::Error || now.0.saturating_sub(self.at.0) < SHOWN_FOR)
    }
}

impl Toasts {
    /// A message came. The same as the last one is counted, not repeated.
    pub fn push(&mut self, at: Micros, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        if let Some(last) = self.all.back_mut().filter(|last| last.text == text && last.tone == tone) {
            (last.at, last.times, last.live) = (at, last.times.saturating_add(1), true);
            return;
        }
        if self.all.len() >= MOST_KEPT {
            self.all.pop_front();
        }
        self.all.push_back(Toast { at, tone, text, times: 1, live: true });
    }

    /// All that are kept, the newest first.
    pub fn history(&self) -> impl Iterator<Item = &Toast> {
        self.all.iter().rev()
    }

    /// What is shown now: the gravest, then the newest, at most three.
    pub fn shown(&self, now: Micros) -> Vec<&Toast> {
        let mut shown: Vec<&Toast> = self.all.iter().rev().filter(|toast| toast.is_shown(now)).collect();
        shown.sort_by_key(|toast| std::cmp::Reverse(toast.tone));
        shown.truncate(MOST_SHOWN);
        shown
    }

    /// Takes away what is shown; it stays in the history.
    pub fn dismiss(&mut self) {
        self.all.iter_mut().for_each(|toast| toast.live = false);
    }

    /// When the next one goes by itself: the next time a frame is due for this.
    pub fn next_change(&self, now: Micros) -> Option<Micros> {
        let passing = self.all.iter().filter(|toast| toast.tone != Tone::Error && toast.is_shown(now));
        passing.map(|toast| Micros(toast.at.0.saturating_add(SHOWN_FOR))).min()
    }

    /// Paints what is shown at the bottom of an area, the gravest lowest; the part is its place, 0 the lowest.
    pub fn draw(&self, now: Micros, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<usize> {
        let shown = self.shown(now);
        let rows = u16::try_from(shown.len()).unwrap_or(0);
        let (_, place) = super::region::split_bottom(area, rows);
        let mut painter = Painter::new(theme, place, buffer);
        let place = painter.area();
        let mut regions = Regions::new(place);
        for (y, (at, toast)) in (0..place.height).rev().zip(shown.into_iter().enumerate()) {
            let line = row(place, y);
            let (glyph, slot) = toast.tone.sign();
            painter.fill(line, painter.style(slot));
            let times = if toast.times > 1 { format!(" (x{})", toast.times) } else { String::new() };
            let text = format!(" {} {}{times}", theme.glyph(glyph), toast.text);
            painter.line(line, &Line::plain(text), painter.style(slot), Cut::End, Side::Left);
            regions.add(line, at);
        }
        regions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn errors_stay_and_the_rest_passes() {
        let mut toasts = Toasts::default();
        toasts.push(Micros(0), Tone::Error, "import failed");
        toasts.push(Micros(SECOND), Tone::Info, "copied");
        toasts.push(Micros(2 * SECOND), Tone::Info, "copied");
        assert_eq!(toasts.next_change(Micros(2 * SECOND)), Some(Micros(8 * SECOND)));
        let texts =
            |toasts: &Toasts, at| -> Vec<String> { toasts.shown(Micros(at)).iter().map(|t| t.text.clone()).collect() };
        assert_eq!(texts(&toasts, 3 * SECOND), ["import failed", "copied"]);
        assert_eq!(texts(&toasts, 8 * SECOND), ["import failed"]);
        assert_eq!(toasts.next_change(Micros(8 * SECOND)), None);
        toasts.dismiss();
        assert!(texts(&toasts, 8 * SECOND).is_empty());
        let history: Vec<(&str, u32)> = toasts.history().map(|toast| (toast.text.as_str(), toast.times)).collect();
        assert_eq!(history, [("copied", 2), ("import failed", 1)]);
    }

    #[test]
    fn the_history_is_bounded() {
        let mut toasts = Toasts::default();
        (0..2_000).for_each(|n| toasts.push(Micros(n), Tone::Info, n.to_string()));
        assert_eq!((toasts.history().count(), toasts.shown(Micros(2_000)).len()), (MOST_KEPT, MOST_SHOWN));
    }
}
