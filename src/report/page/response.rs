//! The tables of the response: decisions, deadlines, tasks, credentials.

use std::borrow::Cow;

use super::{Anchor, Cell, Column, Row};
use crate::report::model::{Clock, Credential, Decision, Task};

pub(super) const DECISIONS: &[Column] = &[
    Column::text("urgency", "When"),
    Column::text("text", "What"),
    Column::text("role", "Role"),
    Column::text("who", "Who"),
    Column::text("due", "By"),
];

pub(super) const CLOCKS: &[Column] = &[
    Column::text("state", "State"),
    Column::text("regime", "Regime"),
    Column::text("title", "What"),
    Column::text("due", "Due (UTC)"),
    Column::text("due_local", "Due there"),
    Column::text("trigger", "Runs from"),
    Column::text("offset", "Time"),
    Column::text("why", "Why"),
    Column::text("met", "Met"),
    Column::text("evidence", "Evidence"),
    Column::text("source", "Rule"),
];

pub(super) const TASKS: &[Column] = &[
    Column::text("state", "State"),
    Column::text("id", "Task"),
    Column::text("title", "What"),
    Column::text("phase", "Phase"),
    Column::text("role", "Role"),
    Column::text("who", "Who"),
    Column::text("due", "Due (UTC)"),
    Column::text("members", "Parts done"),
    Column::text("evidence", "Evidence"),
    Column::text("reason", "Reason"),
    Column::text("at", "Said at"),
    Column::text("by", "Said by"),
];

pub(super) const CREDENTIALS: &[Column] = &[
    Column::text("state", "State"),
    Column::text("worst", "Worst image"),
    Column::text("kind", "Kind"),
    Column::text("name", "Name"),
    Column::text("scope", "Where it is valid"),
    Column::number("used_by", "Used by"),
    Column::text("owner", "Owner"),
    Column::text("revoked", "Revoked"),
    Column::text("reissued", "Reissued"),
    Column::text("proved_dead", "Proved dead"),
    Column::text("evidence", "Evidence"),
    Column::text("dismissed", "Dismissed"),
];

fn proofs(evidence: &[String]) -> Cell<'_> {
    if evidence.is_empty() { Cell::Empty } else { Cell::Proofs(evidence) }
}

pub(super) fn decision(it: &Decision) -> Row<'_> {
    Row::of(vec![
        Cell::text(it.urgency.as_str()),
        Cell::text(it.text.as_str()),
        Cell::text(it.role.as_str()),
        Cell::text(it.who.as_str()),
        Cell::time(it.due),
    ])
}

pub(super) fn clock(it: &Clock) -> Row<'_> {
    let state = if it.late { format!("{}, late", it.state) } else { it.state.clone() };
    let cells = vec![
        Cell::text(state),
        Cell::text(it.regime.as_str()),
        Cell::text(it.title.as_str()),
        Cell::time(it.due),
        Cell::maybe(it.due_local.as_ref()),
        Cell::text(it.trigger.as_str()),
        Cell::text(it.offset.as_str()),
        Cell::text(it.why.as_str()),
        Cell::maybe(it.met.as_ref()),
        proofs(&it.evidence),
        Cell::text(it.source.as_str()),
    ];
    Row { anchor: Some(Anchor::of("clock", &it.id)), ..Row::of(cells) }
}

pub(super) fn task(it: &Task) -> Row<'_> {
    let state = match (it.overdue, it.blocked_by.is_empty()) {
        (true, _) => format!("{}, OVERDUE", it.state),
        (false, false) if it.state == "open" => format!("open, waits for {}", it.blocked_by.join(", ")),
        _ => it.state.clone(),
    };
    let cells = vec![
        Cell::text(state),
        Cell::Code(Cow::Borrowed(&it.id)),
        Cell::text(it.title.as_str()),
        Cell::text(it.phase.as_str()),
        Cell::maybe(it.role.as_ref()),
        Cell::text(it.who.join(", ")),
        Cell::time(it.due),
        it.members.map_or(Cell::Empty, |[done, total]| Cell::text(format!("{done} of {total}"))),
        proofs(&it.evidence),
        Cell::maybe(it.reason.as_ref()),
        Cell::time(it.at),
        Cell::maybe(it.by.as_ref()),
    ];
    Row { anchor: Some(Anchor::of("task", &it.id)), ..Row::of(cells) }
}

pub(super) fn credential(it: &Credential) -> Row<'_> {
    let cells = vec![
        Cell::text(it.state.as_str()),
        Cell::maybe(it.worst.as_ref()),
        Cell::text(it.kind.as_str()),
        Cell::Code(Cow::Borrowed(&it.name)),
        Cell::text(it.scope.as_str()),
        Cell::Count(it.used_by),
        Cell::maybe(it.owner.as_ref()),
        Cell::maybe(it.revoked.as_ref()),
        Cell::maybe(it.reissued.as_ref()),
        Cell::maybe(it.proved_dead.as_ref()),
        proofs(&it.evidence),
        Cell::maybe(it.dismissed.as_ref()),
    ];
    Row { anchor: it.id.as_deref().map(|id| Anchor::of("credential", id)), ..Row::of(cells) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_shown_short_and_words_never() {
        let words = "ticket 4711 of the data protection authority, received by mail".to_owned();
        let proof = [words.clone(), format!("sha256:{}", "ab".repeat(32)), "cd".repeat(32)];
        let cell = proofs(&proof);
        assert_eq!(cell.shown(), format!("{words}, sha256:{}, {}", "ab".repeat(8), "cd".repeat(8)));
        assert_eq!(cell.plain(), proof.join(", "));
    }
}
