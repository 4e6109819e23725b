//! View 0, no case: make one, open one, try the exercise; cases that were open before.

mod data;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::path::PathBuf;

use super::{Around, Look, Reply, View, ViewRow, pane};
use crate::command::when::Conditions;
use crate::command::{Call, Danger, Spec};
use crate::tui::data::deeds::NewCase;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::Regions;
use crate::tui::theme::Slot as Meaning;
use crate::tui::widget::table::{Bar, Column, Row, Rows, Table, TableState};
use crate::tui::widget::{Cut, Line};

/// Its row.
pub const ROW: ViewRow =
    ViewRow { id: "start", title: "Start", commands: COMMANDS, make: || Box::new(Start::default()) };

const COMMANDS: &[Spec] = &[Spec::terminal(
    "start.here",
    "Case from this folder",
    "Make a case named after this folder and import what lies in it",
)
.danger(Danger::Changes)
.when("view:start")];

const RECENT: Slot = "start.recent";
const PANE: &str = "start.list";

/// What can be chosen before the cases, with its key's command.
const CHOICES: [(&str, &str, &str); 4] = [
    ("New case", "app.palette case.new", "type its file and what it is about"),
    ("Open a case", "app.palette case.open", "type its path"),
    ("From this folder", "start.here", "make a case here and import what lies in it"),
    ("Exercise", "case.demo", "a made-up breach, to try all of it"),
];

const COLUMNS: &[Column] =
    &[Column::new("BEGIN WITH", 16, 24).cut(Cut::Middle), Column::new("", 20, 50).cut(Cut::Start).growing(1)];

/// Its state.
#[derive(Debug)]
struct Start {
    recent: Vec<PathBuf>,
    folder: PathBuf,
    state: TableState<String>,
}

impl Default for Start {
    fn default() -> Self {
        let mut state = TableState::default();
        // The choices are there at once, whatever becomes of the list of cases.
        state.select(0, &Offers(&[]));
        Start { recent: Vec::new(), folder: PathBuf::new(), state }
    }
}

/// The choices, and the cases that were open before.
struct Offers<'s>(&'s [PathBuf]);

impl Rows for Offers<'_> {
    type Key = String;

    fn total(&self) -> u64 {
        (CHOICES.len() + self.0.len()) as u64
    }

    fn row(&self, index: u64) -> Option<Row<'_, String>> {
        let index = usize::try_from(index).ok()?;
        let (key, title, told) = match CHOICES.get(index) {
            Some((title, line, help)) => ((*line).to_owned(), (*title).to_owned(), (*help).to_owned()),
            None => {
                let path = self.0.get(index - CHOICES.len())?;
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let folder = path.parent().map_or_else(String::new, |folder| folder.display().to_string());
                (path.display().to_string(), name, format!("opened before, in {folder}"))
            }
        };
        Some(Row::Item { key, cells: vec![Line::plain(title), Line::new(told, Meaning::Muted)], slot: None })
    }
}

impl Start {
    fn marked(&self) -> usize {
        self.state.selected().and_then(|row| usize::try_from(row).ok()).unwrap_or(0)
    }

    fn open(&self, row: usize, reply: &mut Reply) {
        match (CHOICES.get(row), self.recent.get(row.wrapping_sub(CHOICES.len()))) {
            (Some((_, line, _)), _) => reply.call(line),
            (None, Some(path)) => {
                reply.calls.push(Call { id: "case.open".to_owned(), argument: path.to_string_lossy().into_owned() });
            }
            (None, None) => {}
        }
    }

    fn here(&self, reply: &mut Reply) {
        let Some(name) = self.folder.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            return reply.say(Tone::Warning, "this folder has no name; make a case with n");
        };
        let file = self.folder.join(format!("{name}.case"));
        reply.act(NewCase { file, title: name, import: vec![self.folder.clone()] });
    }
}

impl View for Start {
    fn refresh(&mut self, reply: &mut Reply) {
        reply.ask(RECENT, data::Recent, false);
    }

    fn modes(&self) -> &'static [&'static str] {
        &["start", "table"]
    }

    fn conditions(&self, conditions: &mut Conditions) {
        conditions.set("rows", true);
    }

    fn command(&mut self, call: &Call, around: Around<'_>, reply: &mut Reply) -> bool {
        match call.id.as_str() {
            "table.open" => self.open(self.marked(), reply),
            "start.here" => self.here(reply),
            id => {
                let Some(movement) = pane::movement(id, 1) else { return false };
                self.state.seen(&pane::seen(around.regions, PANE));
                reply.changed = self.state.apply(movement, &Offers(&self.recent));
            }
        }
        true
    }

    fn answer(&mut self, _: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        if let Some(Ok(answer)) = answer
            && let Ok(found) = answer.downcast::<data::Found>()
        {
            reply.changed = self.recent != found.recent;
            (self.recent, self.folder) = (found.recent, found.folder);
            let offers = Offers(&self.recent);
            self.state.reconcile(&offers, |key| (0..offers.total()).find(|row| offers.key(*row).as_ref() == Some(key)));
        }
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        self.state.select(row as u64, &Offers(&self.recent));
        reply.changed = true;
        self.open(self.marked(), reply);
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut lines = Cursor::new(area);
        let style = |slot| look.theme.style(slot);
        put(buffer, lines.line(), "", style(Meaning::Base));
        let title = " Incident response for breached registries, images and publishers";
        put(buffer, lines.line(), title, style(Meaning::Title));
        put(buffer, lines.line(), "", style(Meaning::Base));
        let offers = Offers(&self.recent);
        let table = Table { bar: Bar::Row, ..Table::new(COLUMNS, &offers) };
        pane::table_hits(&table.draw(&self.state, look.theme, lines.rest(), buffer), PANE, COLUMNS, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::view::Reply;

    #[test]
    fn every_choice_is_a_command_and_recent_cases_open() {
        let start =
            Start { recent: vec!["/tmp/hub.case".into()], folder: "/tmp/dumps".into(), state: TableState::default() };
        let table = crate::tui::commands();
        for row in 0..CHOICES.len() {
            let mut reply = Reply::default();
            start.open(row, &mut reply);
            assert!(table.get(&reply.calls[0].id).is_some_and(|spec| spec.in_terminal()), "{row}");
        }
        let mut reply = Reply::default();
        start.open(4, &mut reply);
        assert_eq!(reply.calls[0].to_string(), "case.open /tmp/hub.case");
        let mut reply = Reply::default();
        start.here(&mut reply);
        assert!(format!("{:?}", reply.effects).contains("/tmp/dumps/dumps.case"), "{:?}", reply.effects);
    }
}
