//! Tasks, credentials and deadlines as rows.

use std::sync::Arc;

use super::{Line, Picture};
use crate::cli::words::when;
use crate::command::Call;
use crate::model::clock::{AWARE, ClockState};
use crate::model::given::Stand;
use crate::model::task::{Duty, STAGES, TaskState};
use crate::model::time::Micros;
use crate::respond::checklist::TaskView;
use crate::respond::clock::{ADVICE, ClockView};
use crate::respond::credentials::CredentialView;
use crate::respond::left;
use crate::tui::theme::Slot;
use crate::tui::view::link;
use crate::tui::view::response::rows::Row;
use crate::work::response::Board;

/// The checklist.
pub fn tasks(board: &Board, person: &str) -> Picture {
    let next: Vec<&str> = board.checklist.next().iter().map(|task| task.id.as_str()).collect();
    let place = |id: &str| next.iter().position(|other| *other == id);
    let stages = board.checklist.stages();
    let (mut head, mut line) = (Vec::new(), String::new());
    for stage in stages.iter().filter(|stage| stage.total > 0) {
        let waived = if stage.waived > 0 { format!(" ({} waived)", stage.waived) } else { String::new() };
        let text = format!("{} {}/{}{waived}", stage.phase, stage.done, stage.total);
        if line.len() + text.len() > 74 {
            head.push((std::mem::take(&mut line), Slot::Title));
        }
        line = if line.is_empty() { text } else { format!("{line} | {text}") };
    }
    head.push((line, Slot::Title));
    let tasks = &board.checklist.tasks;
    let mine = tasks.iter().filter(|task| task.is_open() && task.is_of(person)).count();
    let overdue = tasks.iter().filter(|task| task.overdue).count();
    let slot = if overdue > 0 { Slot::Warning } else { Slot::Base };
    head.push((format!("yours {mine} | overdue {overdue} | what is waived is never counted as done"), slot));
    let rows = tasks.iter().map(|task| Arc::new(task_row(task, place(&task.id), person, board.now))).collect();
    Picture { left: head, rows, ..Picture::default() }
}

fn task_row(task: &TaskView, next: Option<usize>, person: &str, now: Micros) -> Row {
    let time = task.due_at.filter(|_| task.is_open()).map_or_else(String::new, |due| left(now, due));
    let (state, slot) = match task.state {
        TaskState::Done => ("done".to_owned(), Some(Slot::Success)),
        TaskState::Waived => ("waived".to_owned(), Some(Slot::Muted)),
        TaskState::Claimed => ("claimed".to_owned(), Some(Slot::Accent)),
        TaskState::Open if !task.blocked_by.is_empty() => ("waits".to_owned(), Some(Slot::Muted)),
        TaskState::Open => ("open".to_owned(), None),
    };
    let mut what = format!("{}{}", "  ".repeat(task.depth.min(4)), task.title);
    if let Some(members) = task.members.filter(|members| members.total > 0) {
        what = format!("[{} of {}] {what}", members.done, members.total);
    }
    let who = if task.claimed_by.is_empty() { task.assigned.join(", ") } else { task.claimed_by.join(", ") };
    let conflict = if task.conflicts.is_empty() { "" } else { "! " };
    let until = task.claimed_until.as_deref().map_or_else(String::new, |until| format!(" until {}", when(until)));
    Row {
        key: task.id.clone(),
        cells: vec![
            (format!("{conflict}{}", task.id), (!task.conflicts.is_empty()).then_some(Slot::Warning)),
            (state, slot),
            (time, task.overdue.then_some(Slot::Error)),
            (task.role.map_or_else(String::new, |role| role.as_str().to_owned()), None),
            (who, None),
            (what, None),
        ],
        slot: (task.state >= TaskState::Waived).then_some(Slot::Muted),
        link: task.evidence.iter().find_map(|evidence| leads(evidence)),
        told: vec![
            ("task", format!("{} {}", task.id, task.title)),
            ("how", task.help.clone()),
            ("closes it", task.closes.clone()),
            ("evidence", task.evidence.join("\n")),
            ("reason", task.reason.clone().unwrap_or_default()),
            ("waits for", task.blocked_by.join(", ")),
            ("claimed", format!("{}{until}", task.claimed_by.join(", "))),
            ("conflict", task.conflicts.join("\n")),
            ("due", task.due.as_deref().map_or_else(String::new, when)),
            ("stage", format!("{}  {}  {}", task.phase, task.nist, task.csf)),
        ],
        parts: [next.map(|_| "next"), (task.is_open() && task.is_of(person)).then_some("mine")]
            .into_iter()
            .flatten()
            .collect(),
        next,
        groups: groups(task),
        ..Row::default()
    }
}

/// A task's stage and its role, in the order in which both are worked through.
fn groups(task: &TaskView) -> Vec<(usize, String)> {
    let stage = STAGES.iter().position(|stage| *stage == task.phase).unwrap_or(STAGES.len());
    let role = task.role.and_then(|role| Duty::ALL.iter().position(|other| *other == role)).unwrap_or(Duty::ALL.len());
    let named = task.role.map_or("anybody", Duty::as_str);
    vec![(stage, task.phase.clone()), (role, named.to_owned())]
}

/// Where evidence leads that is in the case.
fn leads(evidence: &str) -> Option<Call> {
    let event = evidence.strip_prefix("event:").map(link::event);
    event.or_else(|| Some(link::evidence(evidence.strip_prefix("sha256:")?, 0, 0)))
}

/// The credentials.
pub fn credentials(board: &Board) -> Picture {
    let all = &board.credentials;
    let members = all.members(None);
    let mut head: Vec<Line> = vec![(
        format!("{} of {} proved dead: done is when the old one was tried and refused", members.done, members.total),
        Slot::Title,
    )];
    let open: Vec<&str> = all.questions.iter().filter(|q| q.is_open()).map(|q| q.kind.as_str()).collect();
    if !open.is_empty() {
        head.push((format!("nobody was asked about: {}", open.join(", ")), Slot::Warning));
    }
    Picture {
        left: head,
        rows: all.credentials.iter().map(credential_row).map(Arc::new).collect(),
        ..Picture::default()
    }
}

fn credential_row(credential: &CredentialView) -> Row {
    let slot = match credential.state() {
        "proved dead" => Some(Slot::Success),
        "open" => Some(Slot::Warning),
        "dismissed" => Some(Slot::Muted),
        _ => Some(Slot::Accent),
    };
    let worst = match credential.worst {
        Some("bad") => Some(Slot::VerdictBad),
        Some("suspect") => Some(Slot::VerdictSuspect),
        _ => None,
    };
    let time = |at: &Option<String>| at.as_deref().map_or_else(String::new, when);
    let used = if credential.used_by == 0 { String::new() } else { credential.used_by.to_string() };
    Row {
        key: credential.id.clone(),
        cells: vec![
            (credential.state().to_owned(), slot),
            (credential.kind.as_str().to_owned(), None),
            (credential.name.clone(), None),
            (credential.scope.clone(), None),
            (used, None),
            (credential.worst.unwrap_or_default().to_owned(), worst),
            (credential.owner.clone().unwrap_or_default(), None),
        ],
        slot: None,
        link: credential.evidence.iter().find_map(|evidence| leads(evidence)).or_else(|| stands(credential)),
        told: vec![
            ("name", format!("{} {} {}", credential.kind.as_str(), credential.scope, credential.name)),
            ("owner", credential.owner.clone().unwrap_or_default()),
            ("kept", credential.location.clone().unwrap_or_default()),
            ("used by", credential.places.join("\n")),
            ("more", credential.said.join("\n")),
            ("named in", named_in(credential)),
            ("revoked", time(&credential.revoked)),
            ("reissued", time(&credential.reissued)),
            ("dead", time(&credential.proved_dead)),
            ("evidence", credential.evidence.join("\n")),
            ("dismissed", credential.dismissed.clone().unwrap_or_default()),
            ("conflict", credential.conflicts.join("\n")),
            ("command", format!("hullbreach credentials set {} ...", credential.id.get(..8).unwrap_or_default())),
        ],
        parts: credential.is_open().then_some("open").into_iter().collect(),
        name: credential.name.clone(),
        ..Row::default()
    }
}

/// The first place where a file names it.
fn stands(credential: &CredentialView) -> Option<Call> {
    credential.stands.iter().find_map(|stand| {
        let (offset, length) = (i64::try_from(stand.offset).ok()?, i64::try_from(stand.length).ok()?);
        Some(link::evidence(stand.evidence.as_deref()?.trim_start_matches("sha256:"), offset, length))
    })
}

fn named_in(credential: &CredentialView) -> String {
    let line = |stand: &Stand| format!("{} {}", stand.path, stand.locator);
    credential.stands.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The deadlines.
pub fn clocks(board: &Board) -> Picture {
    let clocks = &board.clocks;
    let aware = clocks.trigger(AWARE);
    let aware = match aware.and_then(|aware| aware.at.as_deref()) {
        Some(at) => {
            let source = aware.and_then(|aware| aware.source.clone()).filter(|source| !source.is_empty());
            let slot = if source.is_some() { Slot::Title } else { Slot::Warning };
            let source = source.unwrap_or_else(|| "(who says so? hullbreach declare --aware-source WHO)".to_owned());
            (format!("aware {} {source}", when(at)), slot)
        }
        None => {
            ("awareness is not stated: hullbreach clocks start aware --at TIME --source WHO".to_owned(), Slot::Warning)
        }
    };
    let mut head = vec![aware];
    let open: Vec<&str> = clocks
        .triggers
        .iter()
        .filter(|t| t.at.is_none() && !t.denied && t.id != AWARE)
        .map(|t| t.id.as_str())
        .collect();
    if !open.is_empty() {
        head.push((format!("not answered: {}", open.join(", ")), Slot::Base));
    }
    for contested in clocks.triggers.iter().filter_map(|t| t.contested.as_ref().map(|text| (t, text))) {
        head.push((format!("{} is contested, the earliest counts: {}", contested.0.id, contested.1), Slot::Warning));
    }
    let rows = clocks.clocks.iter().map(|clock| Arc::new(clock_row(clock, board.now))).collect();
    Picture { left: head, rows, foot: vec![(ADVICE.to_owned(), Slot::Muted)], ..Picture::default() }
}

fn clock_row(clock: &ClockView, now: Micros) -> Row {
    let slot = match clock.state {
        ClockState::Missed => Some(Slot::Error),
        ClockState::Running if clock.soon => Some(Slot::Warning),
        ClockState::Running => Some(Slot::Accent),
        ClockState::Met => Some(Slot::Success),
        ClockState::NotStarted | ClockState::NotApplicable => None,
    };
    let runs = matches!(clock.state, ClockState::Running | ClockState::Missed);
    let time = clock.due_at.filter(|_| runs).map_or_else(String::new, |due| left(now, due));
    let state = if clock.late { "met late" } else { clock.state.as_str() };
    Row {
        key: clock.id.clone(),
        cells: vec![
            (clock.id.clone(), None),
            (state.to_owned(), slot),
            (clock.due.as_deref().map_or_else(String::new, when), None),
            (time, slot.filter(|_| clock.soon)),
            (format!("{}: {}", clock.regime, clock.title), None),
        ],
        slot: (clock.state == ClockState::NotApplicable).then_some(Slot::Muted),
        link: clock.evidence.iter().find_map(|evidence| leads(evidence)),
        told: vec![
            ("what", format!("{}: {}", clock.regime, clock.title)),
            ("why", clock.why.clone()),
            (
                "runs",
                format!(
                    "{} from {} {}",
                    clock.offset,
                    clock.trigger,
                    clock.started.as_deref().map_or_else(String::new, when)
                ),
            ),
            ("due", clock.due_local.clone().unwrap_or_default()),
            ("met", clock.met.as_deref().map_or_else(String::new, when)),
            ("evidence", clock.evidence.join("\n")),
            ("tell", clock.content.join("\n")),
            ("source", clock.authority()),
            ("note", clock.note.clone()),
            ("conflict", clock.conflicts.join("\n")),
        ],
        parts: (clock.state != ClockState::NotApplicable).then_some("applies").into_iter().collect(),
        name: clock.waits_for.clone().unwrap_or_else(|| clock.id.clone()),
        ..Row::default()
    }
}
