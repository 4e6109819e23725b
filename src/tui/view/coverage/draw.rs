//! What coverage looks like: how much was read, the tabs, and the list of each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Coverage, PANE, TABS, fits, rows};
use crate::cli::words::{age, counted};
use crate::command::Call;
use crate::model::time::Micros;
use crate::tui::draw::paint::{Cursor, put, write};
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::Slot as Meaning;
use crate::tui::view::{Look, facts, pane};
use crate::tui::widget::input::Input;

impl Coverage {
    /// Draws all of it.
    pub(super) fn draw_all(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let first = lines.line();
        if let Some(open) = &self.rejects {
            put(buffer, first, &open.title, look.theme.style(Meaning::Title));
            let columns = (facts::COLUMNS, PANE, "reading ...");
            return open.page.draw(columns, &self.below, look, lines.rest(), buffer);
        }
        let mut regions = self.draw_head(look, first, buffer);
        let against = lines.line();
        put(buffer, against, &self.against(), look.theme.style(Meaning::Base));
        regions.push(against, Hit::Call(Call::parse("coverage.tab one-liner")));
        regions.extend(self.draw_tabs(look, lines.line(), buffer));
        regions.extend(self.draw_list(look, lines.rest(), buffer));
        if let Some(prompt) = &self.typing {
            let input = Input { prompt: "import ", placeholder: "files and folders; Tab completes", focused: true };
            let drawn = input.draw(&prompt.input, look.theme, first, buffer);
            input.draw_completions(&prompt.input, look.theme, first, area, buffer);
            regions.cursor = drawn.cursor;
        }
        regions
    }

    /// How many sources there are of each state, how old they are, and what shows them.
    fn head(&self) -> Vec<(String, Option<Call>)> {
        let Some(read) = &self.read else { return vec![("reading ...".to_owned(), None)] };
        let only = |word: &str| Some(Call { id: "coverage.sources".to_owned(), argument: word.to_owned() });
        let mut parts = vec![(counted(read.sources.len() as u64, "source"), only("all"))];
        for word in ["read", "partial", "denied", "failed", "unrecognised", "rejected"] {
            let count = read.sources.iter().filter(|row| fits(row, word)).count();
            let text = if word == "rejected" { format!("{count} with rejects") } else { format!("{count} {word}") };
            parts.extend((count > 0).then(|| (text, only(word))));
        }
        let times = read.sources.iter().filter_map(|row| Micros::parse_rfc3339(&row.as_of));
        parts.extend(times.min().map(|at| (format!("oldest {}", age(read.now, at)), None)));
        parts
    }

    /// Another line: what the one-liner would have found.
    fn against(&self) -> String {
        let Some(compared) = &self.one_liner else { return " comparing with the usual one-liner ...".to_owned() };
        let (found, missed) = (compared.result.found.len(), compared.result.missed.len());
        if found + missed == 0 {
            return " nothing to compare yet".to_owned();
        }
        format!(" the usual one-liner finds {found} of {} images and misses {missed}", found + missed)
    }

    fn draw_head(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut regions = Regions::default();
        put(buffer, area, "", look.theme.style(Meaning::Title));
        let mut rest = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(1), ..area };
        for (text, call) in self.head() {
            let used = write(buffer, rest, &text, look.theme.style(Meaning::Title));
            if let Some(call) = call {
                regions.push(Rect { width: used, ..rest }, Hit::Call(call));
            }
            let used = used.saturating_add(3).min(rest.width);
            rest = Rect { x: rest.x.saturating_add(used), width: rest.width - used, ..rest };
        }
        regions
    }

    fn draw_tabs(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let count = |n: usize| if n == 0 { String::new() } else { n.to_string() };
        let only = match self.only.as_str() {
            "all" => String::new(),
            "context:" => " of no named context".to_owned(),
            only => format!(" {}", only.replace("context:", "of ")),
        };
        let names = [
            (TABS[0], format!("{}{only}", count(self.sources.entries().len()))),
            (TABS[1], count(self.contexts.entries().len())),
            (TABS[2], count(self.gaps.entries().len())),
            (TABS[3], count(self.outside.entries().len())),
            (TABS[4], String::new()),
        ];
        pane::tabs(&names, self.tab, "coverage.tab", look, area, buffer)
    }

    fn draw_list(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let below = &self.below;
        let none = match (&self.read, self.only.as_str()) {
            (None, _) => "reading ...",
            (Some(_), "all") => "Nothing was read yet.\ni imports files and folders.",
            (Some(_), _) => "No source is of that kind.\no a shows all.",
        };
        let uncompared = if self.one_liner.is_some() {
            "Nothing to compare yet.\ni imports files and folders."
        } else {
            "comparing ..."
        };
        let whole = "Nothing that was read asks for more.";
        let inside = "Builds get nothing from outside but images, as far as their files were read.";
        match self.tab {
            0 => self.sources.draw((rows::SOURCES, PANE, none), below, look, area, buffer),
            1 => self.contexts.draw((rows::CONTEXTS, PANE, none), below, look, area, buffer),
            2 => self.gaps.draw((rows::GAPS, PANE, whole), below, look, area, buffer),
            3 => self.outside.draw((rows::OUTSIDE, PANE, inside), below, look, area, buffer),
            _ => self.compared.draw((rows::ONE_LINER, PANE, uncompared), below, look, area, buffer),
        }
    }
}
