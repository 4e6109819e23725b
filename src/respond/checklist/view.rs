//! All tasks of a case: where each stands, what holds it up, what is next.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

use super::state::{Said, said, spec};
use super::template::carried;
use crate::model::clock::ClockState;
use crate::model::record::{Records, Thing};
use crate::model::task::{Duty, STAGES, TaskSpec, TaskState, parse_due};
use crate::model::time::Micros;
use crate::respond::clock::{Clocks, Holidays, deadline};

/// How many members of a set are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Members {
    /// Done.
    pub done: u64,
    /// In all.
    pub total: u64,
}

/// What a checklist is worked out from, beside the records.
pub struct Inputs<'i> {
    /// What due times count from: the declaration, else the beginning of the case.
    pub zero: Micros,
    /// Now.
    pub now: Micros,
    /// The deadlines.
    pub clocks: &'i Clocks,
    /// The sets that tasks are bound to, by name.
    pub sets: &'i BTreeMap<String, Members>,
    /// Who plays which part.
    pub roles: &'i BTreeMap<Duty, BTreeSet<String>>,
}

/// A task with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskView {
    /// Its id.
    pub id: String,
    /// What is to be done.
    pub title: String,
    /// The stage of the response.
    pub phase: String,
    /// The phase of NIST SP 800-61r2.
    pub nist: String,
    /// The category of the NIST Cybersecurity Framework.
    pub csf: String,
    /// The role that does it.
    pub role: Option<Duty>,
    /// Who plays that role.
    pub assigned: Vec<String>,
    /// Where it stands.
    pub state: TaskState,
    /// When it is due, RFC 3339.
    pub due: Option<String>,
    /// It is open and due.
    pub overdue: bool,
    /// Who claimed it.
    pub claimed_by: Vec<String>,
    /// Until when the claim stands, RFC 3339.
    pub claimed_until: Option<String>,
    /// What proves that it is done.
    pub evidence: Vec<String>,
    /// What would.
    pub closes: String,
    /// Why it is waived, or open again.
    pub reason: Option<String>,
    /// Who said its state.
    pub by: Option<String>,
    /// When, RFC 3339.
    pub at: Option<String>,
    /// The members of its set that are done; none where it has no set.
    pub members: Option<Members>,
    /// Open tasks that come before it, and open parts of it.
    pub blocked_by: Vec<String>,
    /// The task it is a part of.
    pub parent: Option<String>,
    /// How deep it is nested.
    pub depth: usize,
    /// How, in a command or a sentence.
    pub help: String,
    /// Words that stand side by side and differ.
    pub conflicts: Vec<String>,
    /// Somebody added it.
    pub added: bool,
    /// The due time as a number.
    #[serde(skip)]
    pub due_at: Option<Micros>,
    /// When its state was said, as a number.
    #[serde(skip)]
    pub said_at: Option<Micros>,
}

impl TaskView {
    /// Neither done nor waived.
    pub fn is_open(&self) -> bool {
        self.state < TaskState::Waived
    }

    /// Whether somebody is to do it: they claimed it, or nobody did and it is their role's.
    pub fn is_of(&self, person: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|who| who.eq_ignore_ascii_case(person));
        named(&self.claimed_by) || (self.claimed_by.is_empty() && named(&self.assigned))
    }
}

/// How many tasks of a stage stand where.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct StageCount {
    /// The stage.
    pub phase: String,
    /// Done, with evidence.
    pub done: u64,
    /// Waived; never counted as done.
    pub waived: u64,
    /// In all.
    pub total: u64,
}

/// The checklist of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checklist {
    /// By stage, then in the order of the template; parts follow what they are a part of.
    pub tasks: Vec<TaskView>,
}

impl Checklist {
    /// What the records come to.
    pub fn of(records: &Records, inputs: &Inputs<'_>) -> Checklist {
        let carried = carried();
        let known: BTreeSet<&str> = carried.iter().map(|task| task.id.as_str()).collect();
        let mut specs: Vec<(TaskSpec, bool)> = Vec::new();
        for task in &carried {
            specs.extend(spec(Some(task), records.get(Thing::Task, &task.id)).map(|spec| (spec, false)));
        }
        let mut own: Vec<&crate::model::record::Record> =
            records.all(Thing::Task).filter(|record| !known.contains(record.id.as_str())).collect();
        own.sort_by_key(|record| (record.words.first().map(|word| word.at), &record.id));
        specs.extend(own.into_iter().filter_map(|record| Some((spec(None, Some(record))?, true))));
        let mut tasks: Vec<TaskView> =
            specs.into_iter().map(|(spec, added)| view(spec, added, records, inputs)).collect();
        hold_up(&mut tasks);
        Checklist { tasks: nested(tasks) }
    }

    /// The task of an id, whatever its case.
    pub fn get(&self, id: &str) -> Option<&TaskView> {
        self.tasks.iter().find(|task| task.id.eq_ignore_ascii_case(id))
    }

    /// What to do next: open, nothing before it open, the first due first.
    pub fn next(&self) -> Vec<&TaskView> {
        let mut next: Vec<&TaskView> =
            self.tasks.iter().filter(|task| task.is_open() && task.blocked_by.is_empty()).collect();
        next.sort_by_key(|task| task.due_at.unwrap_or(Micros(i64::MAX)));
        next
    }

    /// How the stages stand.
    pub fn stages(&self) -> Vec<StageCount> {
        let of = |stage: &str| {
            let tasks = || self.tasks.iter().filter(|task| task.phase == stage);
            let count = |state| tasks().filter(|task| task.state == state).count() as u64;
            StageCount {
                phase: stage.to_owned(),
                done: count(TaskState::Done),
                waived: count(TaskState::Waived),
                total: tasks().count() as u64,
            }
        };
        STAGES.into_iter().map(of).collect()
    }
}

fn view(spec: TaskSpec, added: bool, records: &Records, inputs: &Inputs<'_>) -> TaskView {
    let said = said(records.get(Thing::Task, &spec.id), inputs.now);
    let members = members(&spec, inputs);
    let state = state(&said, members);
    let due_at = due(&spec, inputs);
    let assigned = spec.role.and_then(|role| inputs.roles.get(&role)).cloned().unwrap_or_default();
    TaskView {
        state,
        due: due_at.map(Micros::rfc3339),
        overdue: state < TaskState::Waived && due_at.is_some_and(|due| due < inputs.now),
        assigned: assigned.into_iter().collect(),
        claimed_by: if state == TaskState::Claimed { said.claimed_by } else { Vec::new() },
        claimed_until: said.until.filter(|_| state == TaskState::Claimed).map(Micros::rfc3339),
        evidence: said.evidence,
        reason: said.reason,
        by: said.by,
        at: said.at.map(Micros::rfc3339),
        conflicts: said.conflicts,
        members,
        blocked_by: spec.after,
        id: spec.id,
        title: spec.title,
        phase: spec.stage,
        nist: spec.nist,
        csf: spec.csf,
        role: spec.role,
        closes: spec.evidence,
        parent: spec.parent,
        depth: 0,
        help: spec.help,
        added,
        due_at,
        said_at: said.at,
    }
}

/// A set decides: it is done when every member is, whatever was said; and said to be done it is not while one is open.
fn state(said: &Said, members: Option<Members>) -> TaskState {
    let state = said.state.unwrap_or(TaskState::Open);
    match members {
        Some(members) if members.total > 0 && members.done == members.total && state != TaskState::Waived => {
            TaskState::Done
        }
        Some(members) if members.done < members.total && state == TaskState::Done => TaskState::Open,
        _ => state,
    }
}

fn members(spec: &TaskSpec, inputs: &Inputs<'_>) -> Option<Members> {
    if let Some(clock) = &spec.clock {
        return of_clocks(inputs.clocks, |id| id == clock);
    }
    let set = spec.set.as_deref()?;
    match set.strip_prefix("clocks:") {
        // A regime's early warning, notification or final report: its clocks end so.
        Some(step) => of_clocks(inputs.clocks, |id| {
            id.strip_suffix(step).is_some_and(|rest| rest.ends_with('-'))
                || (step == "notification" && id == "gdpr-authority")
        }),
        None => Some(inputs.sets.get(set).copied().unwrap_or_default()),
    }
}

/// Deadlines that apply, and how many of them are met.
fn of_clocks(clocks: &Clocks, wanted: impl Fn(&str) -> bool) -> Option<Members> {
    let applies = clocks.clocks.iter().filter(|clock| clock.state != ClockState::NotApplicable && wanted(&clock.id));
    let mut members = Members::default();
    for clock in applies {
        members.total += 1;
        members.done += u64::from(clock.state == ClockState::Met);
    }
    Some(members)
}

fn due(spec: &TaskSpec, inputs: &Inputs<'_>) -> Option<Micros> {
    let of_clock = spec.clock.as_deref().and_then(|id| inputs.clocks.get(id)).and_then(|clock| clock.due_at);
    let of_clocks = spec.set.as_deref().and_then(|set| set.strip_prefix("clocks:")).and_then(|step| {
        let open = inputs.clocks.clocks.iter().filter(|clock| clock.state != ClockState::Met);
        let of_step =
            open.filter(|clock| clock.id.ends_with(step) || (step == "notification" && clock.id == "gdpr-authority"));
        of_step.filter_map(|clock| clock.due_at).min()
    });
    if of_clock.or(of_clocks).is_some() {
        return of_clock.or(of_clocks);
    }
    let (offset, minutes) = parse_due(&spec.due)?;
    let due = deadline(inputs.zero, offset, chrono_tz::Tz::UTC, &Holidays::new())?;
    Some(Micros(due.0.saturating_add(i64::from(minutes) * 60_000_000)))
}

/// What holds each task up: of what comes before it and of its parts, those that are open.
fn hold_up(tasks: &mut [TaskView]) {
    let open: BTreeSet<String> = tasks.iter().filter(|task| task.is_open()).map(|task| task.id.clone()).collect();
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for task in tasks.iter().filter(|task| task.is_open()) {
        if let Some(parent) = &task.parent {
            parts.entry(parent.clone()).or_default().push(task.id.clone());
        }
    }
    for task in tasks {
        task.blocked_by.retain(|before| open.contains(before));
        task.blocked_by.extend(parts.remove(&task.id).unwrap_or_default());
    }
}

/// By stage, each part after what it is a part of. A part of nothing that is there stands for itself.
fn nested(tasks: Vec<TaskView>) -> Vec<TaskView> {
    let place = |task: &TaskView| STAGES.iter().position(|stage| *stage == task.phase).unwrap_or(STAGES.len());
    let ids: BTreeSet<String> = tasks.iter().map(|task| task.id.clone()).collect();
    let mut below: BTreeMap<String, Vec<TaskView>> = BTreeMap::new();
    let mut top = Vec::new();
    for task in tasks {
        match task.parent.clone().filter(|parent| ids.contains(parent)) {
            Some(parent) => below.entry(parent).or_default().push(task),
            None => top.push(task),
        }
    }
    top.sort_by_key(place);
    let mut open: Vec<(usize, TaskView)> = top.into_iter().rev().map(|task| (0, task)).collect();
    let mut all = Vec::new();
    while let Some((depth, mut task)) = open.pop() {
        let parts = below.remove(&task.id).unwrap_or_default();
        open.extend(parts.into_iter().rev().map(|part| (depth + 1, part)));
        task.depth = depth;
        all.push(task);
    }
    // Parts of one another only: a file cannot say so, but two responders at once can.
    all.extend(below.into_values().flatten());
    all
}
