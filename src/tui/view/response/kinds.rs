//! What tells the four lists apart.

use crate::cli::words::middle;
use crate::tui::message::Slot;
use crate::tui::widget::Cut;
use crate::tui::widget::table::Column;

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Who does what by when.
    Tasks,
    /// Which secrets are dead.
    Credentials,
    /// Which deadlines run.
    Clocks,
    /// What happened, what was learned, what was done.
    Time,
}

const TASKS: &[Column] = &[
    Column::new("TASK", 4, 11),
    Column::new("STATE", 7, 8),
    Column::new("LEFT", 6, 8).right(),
    Column::new("ROLE", 8, 14).dropped(1),
    Column::new("WHO", 6, 12).dropped(2),
    Column::new("WHAT", 30, 80).growing(1),
];
const CREDENTIALS: &[Column] = &[
    Column::new("STATE", 11, 12),
    Column::new("KIND", 14, 16).dropped(1),
    Column::new("NAME", 16, 36).cut(Cut::With(middle)).growing(2),
    Column::new("SCOPE", 10, 24).cut(Cut::With(middle)).dropped(3),
    Column::new("USED BY", 7, 8).right(),
    Column::new("BESIDE", 8, 9),
    Column::new("OWNER", 6, 14).dropped(2),
];
const CLOCKS: &[Column] = &[
    Column::new("CLOCK", 14, 28).growing(1),
    Column::new("STATE", 11, 14),
    Column::new("DUE", 17, 17),
    Column::new("LEFT", 6, 8).right(),
    Column::new("WHAT", 20, 50).growing(2).dropped(1),
];
const TIME: &[Column] = &[
    // One cell in front for the sign of a time that is known about.
    Column::new("AT", 18, 18),
    Column::new("LANE", 8, 8),
    Column::new("WHAT", 30, 80).growing(1),
    Column::new("WHO", 4, 12).dropped(1),
];

impl Kind {
    /// Its question's slot.
    pub fn slot(self) -> Slot {
        match self {
            Kind::Tasks => "tasks.picture",
            Kind::Credentials => "creds.picture",
            Kind::Clocks => "clocks.picture",
            Kind::Time => "time.picture",
        }
    }

    /// What a note about a row is about.
    pub fn named(self, key: &str) -> String {
        match self {
            Kind::Tasks => format!("task:{key}"),
            Kind::Credentials => format!("credential:{key}"),
            Kind::Clocks => format!("clock:{key}"),
            // What the case recorded by itself is known by its event.
            Kind::Time if key.contains(':') => key.to_owned(),
            Kind::Time => format!("entry:{key}"),
        }
    }

    /// Its list's name in regions.
    pub fn pane(self) -> &'static str {
        match self {
            Kind::Tasks => "tasks.list",
            Kind::Credentials => "creds.list",
            Kind::Clocks => "clocks.list",
            Kind::Time => "time.list",
        }
    }

    /// Its tables of the keymap.
    pub fn modes(self) -> &'static [&'static str] {
        match self {
            Kind::Tasks => &["tasks", "table"],
            Kind::Credentials => &["creds", "table"],
            Kind::Clocks => &["clocks", "table"],
            Kind::Time => &["time", "table"],
        }
    }

    /// Its columns.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Kind::Tasks => TASKS,
            Kind::Credentials => CREDENTIALS,
            Kind::Clocks => CLOCKS,
            Kind::Time => TIME,
        }
    }

    /// The parts of its list, all of it first.
    pub fn parts(self) -> &'static [&'static str] {
        match self {
            Kind::Tasks => &["all", "next", "mine"],
            Kind::Credentials => &["all", "open"],
            Kind::Clocks => &["all", "applies"],
            Kind::Time => &["all", "happened", "learned", "did", "written", "since"],
        }
    }

    /// By what its rows can be put together, in the order of [`super::rows::Row::groups`].
    pub fn groups(self) -> &'static [&'static str] {
        match self {
            Kind::Tasks => &["phase", "role"],
            Kind::Credentials | Kind::Clocks | Kind::Time => &[],
        }
    }

    /// What stands in an empty list.
    pub fn empty(self) -> &'static str {
        match self {
            Kind::Tasks => "No task is like that.",
            Kind::Credentials => "No credential is known.\nhullbreach credentials import FILE --kind KIND",
            Kind::Clocks => "No deadline is known.",
            Kind::Time => "Nothing is recorded yet.\nhullbreach timeline add TEXT --at TIME",
        }
    }
}
