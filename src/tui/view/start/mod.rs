//! View 0, no case: make one, open one, try the exercise; cases that were open before.

mod data;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::path::PathBuf;

use super::list::Marker;
use super::{Around, Look, Reply, View, ViewRow};
use crate::command::when::Conditions;
use crate::command::{Call, Danger, Spec};
use crate::tui::data::deeds::NewCase;
use crate::tui::draw::paint::{Cursor, put};
use crate::tui::message::{Answer, Slot};
use crate::tui::model::toast::Tone;
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::Slot as Meaning;

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

/// Its state.
#[derive(Debug, Default)]
struct Start {
    recent: Vec<PathBuf>,
    folder: PathBuf,
    marker: Marker,
}

impl Start {
    fn rows(&self) -> usize {
        CHOICES.len() + self.recent.len()
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
        let before = self.marker;
        match call.id.as_str() {
            "table.open" => self.open(self.marker.at, reply),
            "start.here" => self.here(reply),
            id if self.marker.command(id, self.rows(), around.regions.page(PANE)) => {
                reply.changed = before != self.marker;
            }
            _ => return false,
        }
        true
    }

    fn answer(&mut self, _: Slot, answer: Option<Result<Answer, String>>, reply: &mut Reply) {
        if let Some(Ok(answer)) = answer
            && let Ok(found) = answer.downcast::<data::Found>()
        {
            reply.changed = self.recent != found.recent;
            (self.recent, self.folder) = (found.recent, found.folder);
            self.marker.at = self.marker.at.min(self.rows() - 1);
        }
    }

    fn click(&mut self, _: &'static str, row: usize, reply: &mut Reply) {
        self.marker.at = row.min(self.rows() - 1);
        reply.changed = true;
        self.open(self.marker.at, reply);
    }

    fn draw(&self, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
        let mut regions = Regions::default();
        let mut cursor = Cursor::new(area);
        let style = |slot| look.theme.style(slot);
        put(buffer, cursor.line(), "", style(Meaning::Base));
        put(
            buffer,
            cursor.line(),
            " Incident response for breached registries, images and publishers",
            style(Meaning::Title),
        );
        put(buffer, cursor.line(), "", style(Meaning::Base));
        regions.push(cursor.rest(), Hit::Pane(PANE));
        let height = usize::from(cursor.rest().height).saturating_sub(usize::from(!self.recent.is_empty()));
        for row in (self.marker.offset(self.rows(), height)..self.rows()).take(height) {
            if row == CHOICES.len() {
                put(buffer, cursor.line(), " recent cases", style(Meaning::Muted));
            }
            let line = cursor.line();
            let text = match (CHOICES.get(row), self.recent.get(row.wrapping_sub(CHOICES.len()))) {
                (Some((title, _, help)), _) => format!("{title:<20}{help}"),
                (None, path) => path.map_or_else(String::new, |path| path.display().to_string()),
            };
            let (mark, slot) = if row == self.marker.at { (">", Meaning::Selected) } else { (" ", Meaning::Base) };
            put(buffer, line, &format!("{mark}{text}"), style(slot));
            regions.push(line, Hit::Row(PANE, row));
        }
        regions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::view::Reply;

    #[test]
    fn every_choice_is_a_command_and_recent_cases_open() {
        let start =
            Start { recent: vec!["/tmp/hub.case".into()], folder: "/tmp/dumps".into(), marker: Marker::default() };
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
