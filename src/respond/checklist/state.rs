//! Where one task stands, from what was said of it.

use crate::model::record::Record;
use crate::model::task::{TaskSpec, TaskState};
use crate::model::time::Micros;

/// What responders said of a task.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Said {
    /// The state that was said; open where nothing was.
    pub state: Option<TaskState>,
    /// Who claimed it, sorted, without claims that are over.
    pub claimed_by: Vec<String>,
    /// Until when the last claim stands.
    pub until: Option<Micros>,
    /// What proves that it is done.
    pub evidence: Vec<String>,
    /// Why it is waived, or open again.
    pub reason: Option<String>,
    /// Who said the state last.
    pub by: Option<String>,
    /// When they did.
    pub at: Option<Micros>,
    /// Words that stand side by side and differ.
    pub conflicts: Vec<String>,
}

/// What counts of a task's words at a time: the least complete state, with claims that are over left out.
pub(super) fn said(record: Option<&Record>, now: Micros) -> Said {
    let Some(record) = record else { return Said::default() };
    let standing = record.standing::<TaskState>("state");
    let mut state = standing.iter().map(|(_, state)| *state).min();
    let mut claims: Vec<(&str, Micros)> = Vec::new();
    for (word, said) in &standing {
        let until = word.says.get("until").and_then(serde_json::Value::as_i64).map(Micros);
        if let (TaskState::Claimed, Some(until)) = (said, until)
            && until > now
        {
            let who = word.says.get("who").and_then(serde_json::Value::as_str).unwrap_or(&word.author);
            claims.push((who, until));
        }
    }
    claims.sort_unstable();
    if state == Some(TaskState::Claimed) && claims.is_empty() {
        state = Some(TaskState::Open);
    }
    let last = standing.last().map(|(word, _)| *word);
    Said {
        state,
        until: claims.iter().map(|(_, until)| *until).max(),
        claimed_by: claims.into_iter().map(|(who, _)| who.to_owned()).collect(),
        evidence: record.members("evidence").into_iter().collect(),
        reason: record.latest("reason"),
        by: last.map(|word| word.author.clone()),
        at: last.map(|word| word.at),
        conflicts: record.clashes(&["state", "due", "role"]),
    }
}

/// The spec of a task with what was changed of it; for a task that somebody added, all of it. None where a record tells
/// of no task that there is.
pub(super) fn spec(carried: Option<&TaskSpec>, record: Option<&Record>) -> Option<TaskSpec> {
    let added = record.and_then(|record| record.latest::<TaskSpec>("spec"));
    let added = added.filter(|spec| record.is_some_and(|record| record.id == spec.id));
    let mut spec = carried.cloned().or_else(|| added.filter(|spec| super::template::check(spec).is_ok()))?;
    if let Some(record) = record {
        spec.due = record.latest("due").unwrap_or(spec.due);
        spec.role = record.latest("role").or(spec.role);
        spec.title = record.latest("title").unwrap_or(spec.title);
    }
    Some(spec)
}
