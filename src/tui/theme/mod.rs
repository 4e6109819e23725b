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
    /// Confirmed bad.
    Bad,
    /// Suspect.
    Suspect,
    /// Well.
    Ok,
    /// Lines between parts.
    Border,
    /// Where the eye should go.
    Accent,
}

/// Styles for one terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    ascii: bool,
}

impl Theme {
    /// Modifiers and no colour.
    pub fn mono(ascii: bool) -> Theme {
        Theme { ascii }
    }

    /// The style of a meaning.
    pub fn style(&self, slot: Slot) -> Style {
        let modifier = match slot {
            Slot::Base | Slot::Ok => Modifier::empty(),
            Slot::Muted | Slot::Border => Modifier::DIM,
            Slot::Selected => Modifier::REVERSED,
            Slot::Title | Slot::Key | Slot::Suspect | Slot::Accent => Modifier::BOLD,
            Slot::Warning => Modifier::UNDERLINED,
            Slot::Error | Slot::Bad => Modifier::BOLD.union(Modifier::REVERSED),
        };
        Style::reset().add_modifier(modifier)
    }

    /// Only ASCII in lines and marks.
    pub fn ascii(&self) -> bool {
        self.ascii
    }
}
