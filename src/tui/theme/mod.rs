//! Styles by meaning. Minimal: modifiers only, so that nothing is ever said by colour alone.

use ratatui::style::{Modifier, Style};

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// Plain text.
    Base,
    /// Less important.
    Muted,
    /// The marked row.
    Selected,
    /// A heading.
    Title,
    /// A key that can be pressed.
    Key,
    /// Something is missing or doubtful.
    Warning,
    /// Something failed.
    Error,
    /// Lines between parts.
    Border,
    /// Where the eye should go.
    Accent,
}

/// Styles for one terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    ascii: bool,
}

/// What the terminal can do and the user wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wishes {
    /// NO_COLOR is set and not empty.
    pub no_colour: bool,
    /// `--ascii`, or a locale without UTF-8.
    pub ascii: bool,
}

/// A line of a theme file that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong; safe to show.
    pub reason: String,
}

impl Theme {
    /// The theme of that name; there is one, without colour.
    pub fn named(name: &str) -> Option<Theme> {
        (name == "mono").then_some(Theme { ascii: false })
    }

    /// The theme for a terminal.
    pub fn choose(_: Option<&str>, _: Option<&str>, wishes: Wishes) -> (Theme, Vec<Warning>) {
        (Theme { ascii: wishes.ascii }, Vec::new())
    }

    /// The same with ASCII lines and marks, or with Unicode ones.
    #[must_use]
    pub fn with_ascii(self, ascii: bool) -> Theme {
        Theme { ascii }
    }

    /// The style of a meaning, to be patched over [`Slot::Base`].
    pub fn style(&self, slot: Slot) -> Style {
        let modifier = match slot {
            Slot::Base => Modifier::empty(),
            Slot::Muted | Slot::Border => Modifier::DIM,
            Slot::Selected => Modifier::REVERSED,
            Slot::Title | Slot::Key | Slot::Accent => Modifier::BOLD,
            Slot::Warning => Modifier::UNDERLINED,
            Slot::Error => Modifier::BOLD.union(Modifier::REVERSED),
        };
        Style::reset().add_modifier(modifier)
    }

    /// Only ASCII in lines and marks.
    pub fn ascii(&self) -> bool {
        self.ascii
    }
}
