//! The palette: commands by any part of their name, arguments typed behind it.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::command::{Call, Table};
use crate::tui::line::Line;

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

/// The palette's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    /// What is typed.
    pub line: Line,
    entries: Vec<Entry>,
    found: Vec<usize>,
    /// The marked one among those found.
    pub marked: usize,
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
        let mut line = Line::new(typed);
        if !typed.is_empty() {
            line.insert(" ");
        }
        let mut palette = Palette { line, entries, found: Vec::new(), marked: 0 };
        palette.changed();
        palette
    }

    /// The commands that fit, best first.
    pub fn found(&self) -> Vec<&Entry> {
        self.found.iter().filter_map(|at| self.entries.get(*at)).collect()
    }

    /// The command whose whole name is typed, and is followed by a blank or nothing.
    pub fn named(&self) -> Option<&Entry> {
        let id = self.line.text().split_whitespace().next()?;
        self.entries.iter().find(|entry| entry.call.id == id && entry.call.argument.is_empty())
    }

    /// Types or pastes.
    pub fn insert(&mut self, text: &str) {
        self.line.insert(text);
        self.changed();
    }

    /// An `input.` or `table.` command; false where it knows none of that name.
    pub fn command(&mut self, id: &str) -> bool {
        let last = self.found.len().saturating_sub(1);
        match id {
            "table.down" => self.marked = (self.marked + 1).min(last),
            "table.up" => self.marked = self.marked.saturating_sub(1),
            "input.complete" => self.complete(),
            _ if self.line.command(id) => self.changed(),
            _ => return false,
        }
        true
    }

    /// Enter was pressed.
    pub fn accept(&mut self) -> Accepted {
        let typed = Call::parse(self.line.text());
        if let Some(entry) = self.named() {
            if entry.needs.is_none() || !typed.argument.is_empty() {
                return Accepted::Call(typed);
            }
            self.complete();
            return Accepted::More;
        }
        let Some(entry) = self.found().get(self.marked).map(|entry| (*entry).clone()) else { return Accepted::Nothing };
        if entry.needs.is_none() {
            return Accepted::Call(entry.call);
        }
        self.complete();
        Accepted::More
    }

    fn complete(&mut self) {
        let name = match (self.named(), self.found().get(self.marked)) {
            (Some(_), _) => self.line.text().trim_end().to_owned(),
            (None, Some(entry)) => entry.call.to_string(),
            (None, None) => return,
        };
        self.line = Line::new(&format!("{name} "));
        self.changed();
    }

    /// Finds again what fits.
    fn changed(&mut self) {
        self.marked = 0;
        if let Some(named) = self.named().map(|entry| entry.call.clone()) {
            self.found =
                (0..self.entries.len()).filter(|at| self.entries.get(*at).is_some_and(|e| e.call == named)).collect();
            return;
        }
        let typed: String = self.line.text().chars().take(MATCHED).collect();
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
        assert_eq!(palette.line.text(), "case.new ");
        assert_eq!(palette.accept(), Accepted::More, "a file is needed");
        palette.insert("hub.case Docker Hub");
        assert_eq!(palette.accept(), Accepted::Call(Call::parse("case.new hub.case Docker Hub")));
    }

    #[test]
    fn the_marked_one_is_taken() {
        let mut palette = palette("");
        palette.command("table.down");
        assert_eq!(palette.accept(), Accepted::Call(Call::parse("app.redraw")));
        for _ in 0..10 {
            palette.command("table.down");
        }
        assert_eq!(palette.accept(), Accepted::Call(Call::parse("view.go images")));
    }

    #[test]
    fn a_long_paste_is_bounded() {
        let mut palette = palette("");
        palette.insert(&"a".repeat(1 << 20));
        assert!(palette.line.text().len() <= crate::tui::message::MAX_PASTE && palette.found().is_empty());
    }
}
