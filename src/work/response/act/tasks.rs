//! Words on tasks.

use serde_json::{Map, Value, json};

use super::{Planned, one_line};
use crate::case::responding::Statement;
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::collect::redact::redact_text;
use crate::model::record::Thing;
use crate::model::task::TaskState;
use crate::model::time::Micros;
use crate::respond::checklist::TaskView;
use crate::work::response::{Board, proof};

/// A word on a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskWord {
    /// Somebody does it, until then.
    Claim {
        /// Who.
        who: String,
        /// Until when.
        until: Micros,
    },
    /// It is done; what proves it, as it was typed.
    Done(Vec<String>),
    /// It will not be done: why.
    Waive(String),
    /// It is open again: why.
    Reopen(String),
}

/// What a word on a task comes to; texts are redacted here.
pub fn task_word(case: &Case, state: &State, named: &str, word: &TaskWord) -> Result<Planned, CaseError> {
    let board = Board::of(case, state)?;
    let unknown = || format!("{}: no such task; `hullbreach checklist` lists them", redact_text(named));
    let task = board.checklist.get(named.trim()).ok_or_else(|| CaseError::Refused(unknown()))?;
    match word {
        TaskWord::Claim { who, until } => claim(task, who, *until),
        TaskWord::Done(evidence) => done(case, state, task, evidence),
        TaskWord::Waive(reason) => plain(task, TaskState::Waived, "is waived, which is not done", reason),
        TaskWord::Reopen(reason) => plain(task, TaskState::Open, "is open again", reason),
    }
}

fn claim(task: &TaskView, who: &str, until: Micros) -> Result<Planned, CaseError> {
    if !task.is_open() {
        return Err(CaseError::Refused(format!("{} is {}; reopen it first", task.id, task.state.as_str())));
    }
    let others = task.claimed_by.iter().filter(|other| *other != who);
    // Of one device the later word counts, of two at once both stand: which it will be is not known here.
    let notes = others.map(|other| format!("{who} has it now; {other} had claimed it")).collect();
    let says = json!({"state": TaskState::Claimed, "who": who, "until": until});
    let statement = Statement::new(Thing::Task, &task.id, &says)?;
    Ok(Planned {
        statement,
        text: format!("{} is {who}'s until {}: {}", task.id, until.to_minute(), task.title),
        notes,
    })
}

fn done(case: &Case, state: &State, task: &TaskView, evidence: &[String]) -> Result<Planned, CaseError> {
    if let Some(members) = task.members.filter(|members| members.done < members.total) {
        return Err(CaseError::Refused(format!(
            "{}: {} of {} members are done; it is done by itself when all are (or waive it, with a reason)",
            task.id, members.done, members.total
        )));
    }
    if evidence.is_empty() {
        return Err(CaseError::Refused(format!("{}: done needs evidence, or waive it with a reason", task.id)));
    }
    let mut says = Map::from_iter([("state".to_owned(), json!(TaskState::Done))]);
    let mut proofs = Vec::new();
    for typed in evidence {
        let proof = proof(case, state, typed)?;
        says.insert(format!("evidence:{proof}"), Value::Bool(true));
        proofs.push(proof);
    }
    let notes = match task.blocked_by.as_slice() {
        [] => Vec::new(),
        open => vec![format!("what comes before it is still open: {}", open.join(", "))],
    };
    let statement = Statement::new(Thing::Task, &task.id, &says)?;
    Ok(Planned { statement, text: format!("{} is done: {} ({})", task.id, task.title, proofs.join(", ")), notes })
}

fn plain(task: &TaskView, state: TaskState, words: &str, reason: &str) -> Result<Planned, CaseError> {
    let reason = one_line(&format!("the reason for {}", task.id), reason)?;
    let statement = Statement::new(Thing::Task, &task.id, &json!({"state": state, "reason": reason}))?;
    Ok(Planned { statement, text: format!("{} {words}: {} ({reason})", task.id, task.title), notes: Vec::new() })
}
