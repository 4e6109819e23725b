//! The palette: commands by any part of their name, arguments typed behind it.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::command::{Call, Table};
use crate::tui::theme::Slot;
use crate::tui::view::pane;
use crate::tui::widget::input::{Edit, InputState};
use crate::tui::widget::table::{Column, Row, Rows, TableState};
use crate::tui::widget::{Line, Regions};

/// The most characters of the line that are matched against names; no name is longer.
const MATCHED: usize = 60;

/// A command that can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it runs.
    pub call: Call,
    /// A few words.
    pub title: String,
    /// Keys that do the same; empty for none.
    pub keys: String,
    /// It means nothing without more behind it: the first argument's name.
    pub needs: Option<&'static str>,
}

/// What is shown of a command.
pub const COLUMNS: &[Column] = &[
    Column::new("DOES", 12, 26),
    Column::new("COMMAND", 12, 24).growing(1),
    Column::new("KEYS", 6, 10).right().dropped(1),
];

/// The palette's state.
#[derive(Debug)]
pub struct Palette {
    /// What is typed.
    pub input: InputState,
    /// Which of those found is marked.
    pub state: TableState<String>,
    entries: Vec<Entry>,
    found: Vec<usize>,
}

/// The commands that fit, as rows.
#[derive(Debug)]
pub struct Found<'p>(&'p Palette);

impl Rows for Found<'_> {
    type Key = String;

    fn total(&self) -> u64 {
        self.0.found.len() as u64
    }

    fn row(&self, index: u64) -> Option<Row<'_, String>> {
        let entry = self.0.entry(index)?;
        let cells = vec![
            Line::plain(entry.title.as_str()),
            Line::plain(entry.call.to_string()),
            Line::new(entry.keys.as_str(), Slot::Key),
        ];
        Some(Row::Item { key: entry.call.to_string(), cells, slot: None })
    }
}

/// What accepting leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// Give this command.
    Call(Call),
    /// The line was completed; something has to be typed behind it.
    More,
    /// Nothing is called so.
    Nothing,
}

impl Palette {
    /// A palette over those commands, with a beginning typed already.
    pub fn new(entries: Vec<Entry>, typed: &str) -> Palette {
        let text = if typed.is_empty() { String::new() } else { format!("{typed} ") };
        let (input, state) = (InputState::new(&text), TableState::default());
        let mut palette = Palette { input, state, entries, found: Vec::new() };
        palette.changed();
        palette
    }

    /// The commands that fit, best first.
    pub fn found(&self) -> Vec<&Entry> {
        self.found.iter().filter_map(|at| self.entries.get(*at)).collect()
    }

    /// The same as the rows of a table.
    pub fn rows(&self) -> Found<'_> {
        Found(self)
    }

    fn entry(&self, place: u64) -> Option<&Entry> {
        self.entries.get(*self.found.get(usize::try_from(place).ok()?)?)
    }

    fn marked(&self) -> Option<&Entry> {
        self.entry(self.state.selected()?)
    }

    /// The command whose whole name is typed, and is followed by a blank or nothing.
    pub fn named(&self) -> Option<&Entry> {
        let id = self.input.text().split_whitespace().next()?;
        self.entries.iter().find(|entry| entry.call.id == id && entry.call.argument.is_empty())
    }

    /// Types or pastes.
    pub fn insert(&mut self, text: &str) {
        self.input.apply(Edit::Paste(text.to_owned()));
        self.changed();
    }

    /// An `input.` or `table.` command; false where it knows none of that name. `seen` is the list as it was drawn.
    pub fn command(&mut self, id: &str, seen: &Regions<()>) -> bool {
        if id == "input.complete" {
            self.complete();
        } else if let Some(edit) = pane::edit(id) {
            if self.input.apply(edit).changed {
                self.changed();
            }
        } else if let Some(movement) = pane::movement(id, 1) {
            // The state is moved over rows that are lent from the palette itself.
            let mut state = std::mem::take(&mut self.state);
            state.seen(seen);
            state.apply(movement, &self.rows());
            self.state = state;
        } else {
            return false;
        }
        true
    }

    /// Enter was pressed.
    pub fn accept(&mut self) -> Accepted {
        let typed = Call::parse(self.input.text());
        if let Some(entry) = self.named() {
            if entry.needs.is_none() || !typed.argument.is_empty() {
                return Accepted::Call(typed);
            }
            self.complete();
            return Accepted::More;
        }
        let Some(entry) = self.marked().cloned() else { return Accepted::Nothing };
        if entry.needs.is_none() {
            return Accepted::Call(entry.call);
        }
        self.complete();
        Accepted::More
    }

    fn complete(&mut self) {
        let name = match (self.named(), self.marked()) {
            (Some(_), _) => self.input.text().trim_end().to_owned(),
            (None, Some(entry)) => entry.call.to_string(),
            (None, None) => return,
        };
        self.input.set_text(&format!("{name} "));
        self.changed();
    }

    /// Finds again what fits.
    fn changed(&mut self) {
        self.find();
        let mut state = TableState::default();
        state.select(0, &self.rows());
        self.state = state;
    }

    fn find(&mut self) {
        if let Some(named) = self.named().map(|entry| entry.call.clone()) {
            self.found =
                (0..self.entries.len()).filter(|at| self.entries.get(*at).is_some_and(|e| e.call == named)).collect();
            return;
        }
        let typed: String = self.input.text().chars().take(MATCHED).collect();
        let pattern = Pattern::parse(&typed, CaseMatching::Ignore, Normalization::Smart);
        let (mut matcher, mut buffer) = (Matcher::new(Config::DEFAULT), Vec::new());
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let name = format!("{} {}", entry.title, entry.call);
            if let Some(score) = pattern.score(Utf32Str::new(&name, &mut buffer), &mut matcher) {
                scored.push((score, at));
            }
        }
        scored.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        self.found = scored.into_iter().map(|(_, at)| at).collect();
    }
}

/// What a command's arguments are, for the line below what is typed.
pub fn arguments(id: &str, commands: &Table) -> String {
    let Some(row) = commands.get(id) else { return String::new() };
    let argument = |a: &crate::command::Argument| match a.required {
        true => format!("{}: {}", a.name, a.help),
        false => format!("[{}]: {}", a.name, a.help),
    };
    row.arguments.iter().map(argument).collect::<Vec<_>>().join("   ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(call: &str, title: &str, needs: Option<&'static str>) -> Entry {
        Entry { call: Call::parse(call), title: title.to_owned(), keys: String::new(), needs }
    }

    fn seen() -> Regions<()> {
        Regions::new(ratatui::layout::Rect::new(0, 0, 60, 10))
    }

    fn palette(typed: &str) -> Palette {
        let entries = vec![
            entry("app.quit", "Quit", None),
            entry("app.redraw", "Redraw", None),
            entry("case.new", "New case", Some("FILE")),
            entry("view.go images", "Go to Images", None),
        ];
        let mut palette = Palette::new(entries, "");
        palette.insert(typed);
        palette
    }

    #[test]
    fn any_part_of_a_name_finds_it() {
        for (typed, wanted) in
            [("quit", "app.quit"), ("newca", "case.new"), ("images", "view.go images"), ("REDR", "app.redraw")]
        {
            assert_eq!(palette(typed).found()[0].call.to_string(), wanted, "{typed}");
        }
        assert_eq!(palette("").found().len(), 4);
        assert_eq!(palette("zzz").accept(), Accepted::Nothing);
    }

    #[test]
    fn arguments_follow_the_name() {
        let mut palette = palette("new");
        assert_eq!(palette.accept(), Accepted::More);
        assert_eq!(palette.input.text(), "case.new ");
        assert_eq!(palette.accept(), Accepted::More, "a file is needed");
        palette.insert("hub.case Docker Hub");
        assert_eq!(palette.accept(), Accepted::Call(Call::parse("case.new hub.case Docker Hub")));
    }

    #[test]
    fn the_marked_one_is_taken() {
        let mut palette = palette("");
        palette.command("table.down", &seen());
        assert_eq!(palette.accept(), Accepted::Call(Call::parse("app.redraw")));
        for _ in 0..10 {
            palette.command("table.down", &seen());
        }
        assert_eq!(palette.accept(), Accepted::Call(Call::parse("view.go images")));
    }

    #[test]
    fn a_long_paste_is_bounded() {
        let mut palette = palette("");
        palette.insert(&"a".repeat(1 << 20));
        assert!(palette.input.text().len() <= crate::tui::widget::input::MOST_BYTES && palette.found().is_empty());
    }
}
