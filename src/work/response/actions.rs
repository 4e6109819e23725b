//! What an alert ticks off: from the state of tasks and roles, never by hand.

use super::board::Board;
use crate::model::task::{Duty, TaskState};
use crate::respond::incident::Action;

/// The guide's five, then those that responders named.
pub fn actions(board: &Board) -> Vec<Action> {
    let done = |id: &str| board.checklist.get(id).is_some_and(|task| task.state == TaskState::Done);
    let plays = |duty: Duty| board.incident.roles.contains_key(&duty);
    let identified = !board.numbers.verdicts.is_empty();
    let guide = [
        ("Vulnerability scanning complete", done("G1")),
        ("Affected systems identified", identified && (done("D10") || done("D12"))),
        ("Communications escalated", done("N8")),
        ("Incident response team engaged", plays(Duty::Commander)),
        ("Legal/compliance notified", done("N1") || plays(Duty::Legal)),
    ];
    let own = board.incident.actions.iter().map(|text| Action { text: text.clone(), done: true });
    guide.into_iter().map(|(text, done)| Action { text: text.to_owned(), done }).chain(own).collect()
}
