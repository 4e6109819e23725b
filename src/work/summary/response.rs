//! The response of a report: decisions, deadlines, tasks, credentials, conflicts.

use super::line;
use crate::model::time::Micros;
use crate::report::model::{Clock, Conflict, Credential, Decision, Task};
use crate::respond::checklist::TaskView;
use crate::respond::clock::ClockView;
use crate::respond::credentials::CredentialView;
use crate::work::response::Board;

pub(super) fn decisions(board: &Board) -> Vec<Decision> {
    let decision = |it: &crate::respond::situation::Decision| Decision {
        urgency: format!("{:?}", it.urgency).to_lowercase(),
        text: line(&it.text),
        role: it.role.as_str().to_owned(),
        who: if it.who == "-" { String::new() } else { line(&it.who) },
        due: it.due_at,
    };
    board.decisions.iter().map(decision).collect()
}

pub(super) fn clocks(board: &Board) -> Vec<Clock> {
    board.clocks.clocks.iter().map(clock).collect()
}

fn clock(it: &ClockView) -> Clock {
    Clock {
        id: line(&it.id),
        regime: line(&it.regime),
        title: line(&it.title),
        state: it.state.as_str().to_owned(),
        trigger: line(&it.trigger),
        offset: line(&it.offset),
        due: it.due_at,
        due_local: it.due_local.as_deref().map(line),
        why: line(&it.why),
        met: it.met.clone(),
        late: it.late,
        evidence: it.evidence.iter().map(|proof| line(proof)).collect(),
        source: line(&it.authority()),
    }
}

pub(super) fn tasks(board: &Board) -> Vec<Task> {
    board.checklist.tasks.iter().map(task).collect()
}

fn task(it: &TaskView) -> Task {
    let who = if it.claimed_by.is_empty() { &it.assigned } else { &it.claimed_by };
    Task {
        id: line(&it.id),
        title: line(&it.title),
        phase: line(&it.phase),
        role: it.role.map(|role| role.as_str().to_owned()),
        who: who.iter().map(|person| line(person)).collect(),
        state: it.state.as_str().to_owned(),
        due: it.due_at,
        overdue: it.overdue,
        evidence: it.evidence.iter().map(|proof| line(proof)).collect(),
        reason: it.reason.as_deref().map(line),
        by: it.by.as_deref().map(line),
        at: it.at.as_deref().and_then(Micros::parse_rfc3339),
        members: it.members.map(|members| [members.done, members.total]),
        blocked_by: it.blocked_by.iter().map(|id| line(id)).collect(),
    }
}

pub(super) fn credentials(board: &Board) -> Vec<Credential> {
    board.credentials.credentials.iter().map(credential).collect()
}

fn credential(it: &CredentialView) -> Credential {
    let credential = Credential {
        id: None,
        kind: it.kind.as_str().to_owned(),
        name: line(&it.name),
        scope: line(&it.scope),
        owner: it.owner.as_deref().map(line),
        used_by: it.used_by,
        worst: it.verdict.map(|verdict| verdict.shown().to_owned()),
        state: it.state().to_owned(),
        revoked: it.revoked.clone(),
        reissued: it.reissued.clone(),
        proved_dead: it.proved_dead.clone(),
        evidence: it.evidence.iter().map(|proof| line(proof)).collect(),
        dismissed: it.dismissed.as_deref().map(line),
    };
    let id = (!credential.is_personal()).then(|| it.id.clone());
    Credential { id, ..credential }
}

/// What must be asked of credentials, and was not answered.
pub(super) fn unasked(board: &Board) -> Vec<String> {
    let open = board.credentials.questions.iter().filter(|question| question.is_open());
    open.map(|question| question.question.to_owned()).collect()
}

/// Words that differ anywhere but in entries of the timeline.
pub(super) fn conflicts(board: &Board) -> Vec<Conflict> {
    let conflict = |it: &crate::work::response::Conflict| Conflict { about: line(&it.about), what: line(&it.text) };
    board.conflicts.iter().map(conflict).collect()
}
