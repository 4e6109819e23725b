//! What a search finds: something with a name, and where it leads.

use std::sync::Arc;

use crate::cli::words::middle;
use crate::command::Call;
use crate::tui::theme::Slot;
use crate::tui::view::below::Told;
use crate::tui::view::sheet::Entry;
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line};

/// What kind of thing it is; the order in which equally good ones are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A view.
    View,
    /// An image, by a name, a tag or a digest.
    Image,
    /// A workload.
    Workload,
    /// A namespace.
    Namespace,
    /// A context.
    Context,
    /// A host on which something was seen.
    Host,
    /// A piece of evidence.
    Evidence,
    /// An event.
    Event,
    /// A command.
    Command,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 9] = [
        Kind::View,
        Kind::Image,
        Kind::Workload,
        Kind::Namespace,
        Kind::Context,
        Kind::Host,
        Kind::Evidence,
        Kind::Event,
        Kind::Command,
    ];

    /// The word for one of them.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::View => "view",
            Kind::Image => "image",
            Kind::Workload => "workload",
            Kind::Namespace => "namespace",
            Kind::Context => "context",
            Kind::Host => "host",
            Kind::Evidence => "evidence",
            Kind::Event => "event",
            Kind::Command => "command",
        }
    }
}

/// Something that may be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// What is searched, and shown.
    pub name: String,
    /// What else there is to say.
    pub more: String,
    /// Where it leads.
    pub call: Call,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The thing.
    pub item: Item,
    /// How well it fits; more is better.
    pub score: u32,
    /// What was searched for.
    pub wanted: Arc<str>,
}

/// Columns of the list.
pub const COLUMNS: &[Column] = &[
    Column::new("", 9, 9),
    Column::new("FOUND", 28, 60).cut(Cut::With(middle)).growing(3),
    Column::new("", 16, 50).growing(1).dropped(1),
];

impl Hit {
    /// The best first; of equally good ones by kind and name.
    pub fn rank(&self) -> (std::cmp::Reverse<u32>, Kind, &str, &str) {
        (std::cmp::Reverse(self.score), self.item.kind, &self.item.name, &self.item.call.argument)
    }
}

impl Entry for Hit {
    fn key(&self) -> String {
        format!("{} {} {}", self.item.kind.as_str(), self.item.call, self.item.name)
    }

    fn cells(&self) -> Vec<Line<'_>> {
        let word = self.wanted.split_whitespace().next().unwrap_or_default();
        vec![
            Line::new(self.item.kind.as_str(), Slot::Muted),
            Line::with_found(&self.item.name, word),
            Line::new(self.item.more.as_str(), Slot::Muted),
        ]
    }

    fn link(&self) -> Option<Call> {
        Some(self.item.call.clone())
    }

    fn told(&self) -> Told {
        vec![(self.item.kind.as_str(), self.item.name.clone()), ("", self.item.more.clone())]
    }
}
