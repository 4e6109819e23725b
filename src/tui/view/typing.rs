//! The filter while it is typed: checked at every key, completed from fields and from what the case knows.

use crate::case::query::filter::Filter;
use crate::case::query::filter::complete::{Cue, cue};
use crate::tui::data::{Desk, Question};
use crate::tui::message::{Answer, Slot};
use crate::tui::view::{Reply, pane};
use crate::tui::widget::input::{Completion, Edit, InputState, Problem};

/// A filter that is being typed.
#[derive(Debug)]
pub struct Typing {
    /// The line.
    pub input: InputState,
}

/// What became of a command.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed {
    /// It is none of typing.
    Unknown,
    /// Nothing but the cursor or the choice moved.
    Moved,
    /// The text is another.
    Changed,
    /// Take the filter.
    Accepted(String),
    /// Leave it as it was.
    Cancelled,
}

impl Typing {
    /// Begins with the filter that holds.
    pub fn new(filter: &str) -> Typing {
        let mut typing = Typing { input: InputState::new(filter) };
        typing.check();
        typing
    }

    /// Text was typed or pasted.
    pub fn insert(&mut self, text: &str) {
        self.input.apply(Edit::Paste(text.to_owned()));
        self.check();
    }

    /// An `input.` command.
    pub fn command(&mut self, id: &str) -> Typed {
        let chosen = self.input.completion().is_some_and(|completion| completion.chosen.is_some());
        match id {
            "input.accept" if chosen => self.complete(),
            "input.accept" if self.input.problem.is_some() => Typed::Moved,
            "input.accept" => Typed::Accepted(self.input.text().trim().to_owned()),
            "input.cancel" if chosen => {
                self.input.apply(Edit::EndCompletion);
                Typed::Moved
            }
            "input.cancel" => Typed::Cancelled,
            "input.complete" if self.input.completion().is_some_and(|c| c.items.len() == 1) => {
                self.input.apply(Edit::NextCompletion);
                self.complete()
            }
            "input.complete" => {
                self.input.apply(Edit::NextCompletion);
                Typed::Moved
            }
            id => match pane::edit(id) {
                None => Typed::Unknown,
                Some(edit) => {
                    let changed = self.input.apply(edit).changed;
                    self.check();
                    if changed { Typed::Changed } else { Typed::Moved }
                }
            },
        }
    }

    /// What is typed at the cursor.
    pub fn cue(&self) -> Option<Cue> {
        cue(self.input.text(), self.input.cursor())
    }

    /// Asks for values that could stand at the cursor, where only the case knows them.
    pub fn ask(&self, slot: Slot, reply: &mut Reply) {
        if let Some(cue) = self.cue().filter(|cue| cue.field.is_some() && cue.fixed().is_none()) {
            reply.ask(slot, Values(cue), true);
        }
    }

    /// Offers what could stand there; an answer that comes too late is left out.
    pub fn offer(&mut self, cue: &Cue, items: Vec<String>) {
        if self.cue().as_ref() != Some(cue) || items.contains(&cue.begun) {
            return;
        }
        let items = items.into_iter().map(|item| (item, String::new())).collect();
        self.input.offer(Completion { replaces: cue.replaces.clone(), items, chosen: None });
    }

    fn complete(&mut self) -> Typed {
        self.input.apply(Edit::Complete);
        self.check();
        Typed::Changed
    }

    /// Says what is wrong at its column, and offers what needs no question.
    fn check(&mut self) {
        let text = self.input.text();
        self.input.problem = Filter::parse(text).err().map(|error| {
            let start = text.char_indices().nth(error.column.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
            let end = text.get(start..).and_then(|rest| rest.find(' ')).map_or(text.len(), |at| start + at);
            // What is wrong at the end has no letter of its own: the last one stands for it.
            let start = if start < end { start } else { text.char_indices().next_back().map_or(0, |(at, _)| at) };
            Problem { range: start..end.max(start), message: error.reason }
        });
        if let Some(cue) = self.cue()
            && let Some(items) = cue.fixed()
            && !(cue.field.is_none() && cue.begun.is_empty())
        {
            self.offer(&cue, items);
        }
    }
}

/// Values that could stand in the filter.
#[derive(Debug, Clone)]
struct Values(Cue);

/// The answer to [`Typing::ask`].
#[derive(Debug)]
pub struct Offered(pub Cue, pub Vec<String>);

impl Question for Values {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let values = self.0.values(desk.conn()?).map_err(|e| e.to_string())?;
        Ok(Box::new(Offered(self.0.clone(), values)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_underlined_and_not_taken() {
        let mut typing = Typing::new("");
        typing.insert("running:lots api");
        let problem = typing.input.problem.clone().unwrap();
        assert_eq!(&typing.input.text()[problem.range], "lots");
        assert!(problem.message.contains("whole number"), "{}", problem.message);
        assert_eq!(typing.command("input.accept"), Typed::Moved);
        typing.command("input.clear");
        typing.insert("running:>0 ");
        assert_eq!(typing.command("input.accept"), Typed::Accepted("running:>0".to_owned()));
        let mut typing = Typing::new("running:");
        assert!(typing.input.problem.is_some() && typing.command("input.left") == Typed::Moved);
    }

    #[test]
    fn fields_and_fixed_values_are_completed() {
        let mut typing = Typing::new("");
        typing.insert("reso");
        assert_eq!(typing.command("input.complete"), Typed::Changed);
        assert_eq!(typing.input.text(), "resolved:");
        typing.insert("y");
        assert_eq!(typing.command("input.complete"), Typed::Changed);
        assert_eq!(typing.input.text(), "resolved:yes");
        typing.insert(" r");
        assert_eq!(typing.command("input.complete"), Typed::Moved, "there are several");
        assert_eq!(typing.command("input.cancel"), Typed::Moved, "only the choice");
        assert_eq!(typing.command("input.cancel"), Typed::Cancelled);
    }

    #[test]
    fn a_late_answer_is_left_out() {
        let mut typing = Typing::new("");
        typing.insert("registry:d");
        let cue = typing.cue().unwrap();
        typing.insert("x");
        typing.offer(&cue, vec!["docker.io".to_owned()]);
        assert!(typing.input.completion().is_none());
        typing.offer(&typing.cue().unwrap(), vec!["dx.io".to_owned()]);
        assert!(typing.input.completion().is_some());
    }
}
