//! The table of what a user can do. Command line, palette, keymap, key bar, help and the reference are made from it.
//!
//! A row says what a command is called, what it does, where it works and how dangerous it is; it never runs anything:
//! the command line runs `cli::commands`, the terminal hands the row's id to `tui::update`. A view brings the rows of
//! its own commands along (`tui::view`), all others stand in [`table`].

pub mod table;
pub mod when;

/// Where a command can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// On the command line only.
    CommandLine,
    /// In the terminal only.
    Terminal,
    /// In both.
    Both,
}

/// What a command may do to a case. Read-only mode takes away everything but [`Danger::None`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Danger {
    /// Nothing is changed.
    None,
    /// Events are appended, or a file is made; it can be taken back.
    Changes,
    /// Bytes are gone afterwards; it cannot be taken back.
    Destroys,
}

/// One argument, as a person types it after the command's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// What stands for it, as `FILE`; `...` at its end means all the rest of the line.
    pub name: &'static str,
    /// What it is.
    pub help: &'static str,
    /// The command means nothing without it.
    pub required: bool,
}

/// One thing that a user can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Its name in the keymap and the palette: an area and a word, as `images.sort`.
    pub id: &'static str,
    /// Its words on the command line, as `evidence show`; empty where it has none.
    pub words: &'static str,
    /// A few words for the key bar and the palette.
    pub title: &'static str,
    /// One line for the help, the command line and the reference; no full stop at its end.
    pub help: &'static str,
    /// Where it can be given.
    pub scope: Scope,
    /// What it may do.
    pub danger: Danger,
    /// When it means something in the terminal, in the words of [`when`]; empty for always.
    pub when: &'static str,
    /// What may be typed after its name in the terminal. The command line's flags are clap's.
    pub arguments: &'static [Argument],
}

impl Spec {
    /// A terminal command that changes nothing and takes no argument.
    pub const fn terminal(id: &'static str, title: &'static str, help: &'static str) -> Spec {
        Spec { id, words: "", title, help, scope: Scope::Terminal, danger: Danger::None, when: "", arguments: &[] }
    }

    /// A command of the command line that changes nothing.
    pub const fn line(id: &'static str, words: &'static str, title: &'static str, help: &'static str) -> Spec {
        Spec { words, scope: Scope::CommandLine, ..Spec::terminal(id, title, help) }
    }

    /// The same, in the terminal as well.
    pub const fn both(self) -> Spec {
        Spec { scope: Scope::Both, ..self }
    }

    /// The same, with what it may do.
    pub const fn danger(self, danger: Danger) -> Spec {
        Spec { danger, ..self }
    }

    /// The same, only where the condition holds.
    pub const fn when(self, when: &'static str) -> Spec {
        Spec { when, ..self }
    }

    /// The same, with arguments.
    pub const fn takes(self, arguments: &'static [Argument]) -> Spec {
        Spec { arguments, ..self }
    }

    /// True where it can be given on the command line.
    pub fn on_command_line(&self) -> bool {
        self.scope != Scope::Terminal
    }

    /// True where it can be given in the terminal.
    pub fn in_terminal(&self) -> bool {
        self.scope != Scope::CommandLine
    }

    /// True where read-only mode leaves it.
    pub fn allowed(&self, read_only: bool) -> bool {
        !read_only || self.danger == Danger::None
    }

    /// True where it cannot be given without an argument.
    pub fn needs_argument(&self) -> bool {
        self.arguments.iter().any(|argument| argument.required)
    }
}

/// All commands, in the order of help and reference.
#[derive(Debug, Clone)]
pub struct Table {
    rows: Vec<&'static Spec>,
}

impl Table {
    /// The rows of [`table`], and after them those that views bring along.
    pub fn new(views: impl IntoIterator<Item = &'static [Spec]>) -> Table {
        let rows = table::AREAS.iter().copied().chain(views).flatten().collect();
        Table { rows }
    }

    /// Every row.
    pub fn rows(&self) -> impl Iterator<Item = &'static Spec> + '_ {
        self.rows.iter().copied()
    }

    /// The row of that id.
    pub fn get(&self, id: &str) -> Option<&'static Spec> {
        self.rows.iter().copied().find(|row| row.id == id)
    }

    /// The row of those words on the command line.
    pub fn by_words(&self, words: &str) -> Option<&'static Spec> {
        self.rows().find(|row| row.on_command_line() && row.words == words)
    }
}

/// A command with what was typed after its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The row's id.
    pub id: String,
    /// The rest of the line, trimmed; empty for none.
    pub argument: String,
}

impl Call {
    /// Splits `images.sort name` at the first blank.
    pub fn parse(line: &str) -> Call {
        let line = line.trim();
        let (id, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        Call { id: id.to_owned(), argument: argument.trim().to_owned() }
    }
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.argument.is_empty() { f.write_str(&self.id) } else { write!(f, "{} {}", self.id, self.argument) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_a_name_and_the_rest() {
        let call = Call::parse("  case.new hub.case  Docker Hub ");
        assert_eq!((call.id.as_str(), call.argument.as_str()), ("case.new", "hub.case  Docker Hub"));
        assert_eq!(call.to_string(), "case.new hub.case  Docker Hub");
        assert_eq!(Call::parse("app.quit").to_string(), "app.quit");
        assert_eq!(Call::parse("").to_string(), "");
    }

    #[test]
    fn rows_are_well_formed() {
        let table = Table::new([]);
        let mut seen = std::collections::BTreeSet::new();
        for row in table.rows() {
            assert!(seen.insert(row.id), "{} twice", row.id);
            let (area, word) = row.id.split_once('.').unwrap();
            let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            assert!(plain(area) && plain(word), "{}", row.id);
            assert!(!row.title.is_empty() && row.title.len() <= 24, "{}", row.id);
            assert!(!row.help.is_empty() && !row.help.ends_with('.') && row.help.is_ascii(), "{}", row.id);
            assert_eq!(row.words.is_empty(), !row.on_command_line(), "{}", row.id);
            assert!(when::Expression::parse(row.when).is_ok(), "{}: {}", row.id, row.when);
        }
    }
}
