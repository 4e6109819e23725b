//! What to find out next: images with a question, what an answer would change most first.

use super::list::{Item, List, Plan};
use super::text::priority_slot;
use crate::case::query::triage::queue::{Question, QueueRow};
use crate::cli::words::{counted, short_name};
use crate::model::time::Micros;
use crate::tui::view::below::Told;
use crate::tui::widget::table::Column;
use crate::tui::widget::{Cut, Line};

/// Questions that are listed.
pub const MOST: usize = 1_000;
/// Its name in regions.
pub const PANE: &str = "matrix.queue";

const COLUMNS: &[Column] = &[
    Column::new("NOW", 3, 3),
    Column::new("MAY BE", 6, 6),
    Column::new("IMAGE", 20, 40).cut(Cut::With(short_name)).growing(2),
    Column::new("RUNS", 4, 5).right().dropped(1),
    Column::new("WHAT TO FIND OUT", 20, 60).growing(3),
];

/// The list.
pub type Queue = List<QueueRow>;

/// How it is drawn.
pub fn plan(read: bool) -> Plan<'static> {
    let empty = if read { "Nothing that is not known would change a priority." } else { "reading ..." };
    Plan { columns: COLUMNS, pinned: 1, name: PANE, title: String::new(), over: 0, empty, roomy: 12 }
}

/// One line about it.
pub fn head(queue: &Queue, read: bool) -> String {
    if !read {
        return " reading ...".to_owned();
    }
    let n = queue.items().len();
    let first = if n >= MOST { ", the first" } else { "" };
    format!(" WHAT TO FIND OUT NEXT   {}{first}, what an answer would change most first", counted(n as u64, "question"))
}

/// From the most urgent to the least urgent that an answer could make it; `-` where no answer moves it.
fn span(row: &QueueRow) -> String {
    if row.worst == row.best { "-".to_owned() } else { format!("{}-{}", row.worst, row.best) }
}

impl Item for QueueRow {
    fn key(&self) -> String {
        format!("{} {:?}", self.id, self.question)
    }

    fn image_of(key: &str) -> &str {
        key.split_once(' ').map_or(key, |(image, _)| image)
    }

    fn cells(&self, _: Micros) -> Vec<Line<'_>> {
        vec![
            Line::new(self.priority.as_str(), priority_slot(self.priority)),
            Line::new(span(self), priority_slot(self.worst)),
            Line::plain(self.name.as_str()),
            Line::plain(self.running.to_string()),
            Line::plain(self.question.shown()),
        ]
    }

    fn told(&self, _: Micros) -> Told {
        let answers = match self.question {
            Question::LookAgain => "y says what changed; s sets it again, or leaves it to the policy with computed",
            Question::Verdict => "import its layers (docker inspect), its Dockerfile or a pull log",
            Question::Scan => "import a report, or run `hullbreach scan`; a exploitability=... says it by hand",
            Question::Criticality => "a criticality=... says it by hand; a label or an owners' file tells it for good",
            Question::Exposure => "collect the services of its cluster; a exposure=... says it by hand",
        };
        let may = match self.worst == self.best {
            true => "no answer moves it".to_owned(),
            false => format!("{} at worst, {} at best; now {}", self.worst, self.best, self.priority),
        };
        vec![
            ("image", self.name.clone()),
            ("question", self.question.shown().to_owned()),
            ("may be", may),
            ("answer", answers.to_owned()),
            ("runs", counted(self.running, "place")),
        ]
    }
}
