//! The list of tasks.

use serde_json::json;

use crate::cli::out::Tone;
use crate::cli::response_args::TasksArgs;
use crate::cli::table::{Table, text, word};
use crate::cli::words::counted;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::task::{Duty, STAGES, TaskState};
use crate::model::time::Micros;
use crate::respond::checklist::{StageCount, TaskView};
use crate::respond::left;
use crate::work::response::Board;

/// Lists them.
pub fn run(args: &TasksArgs, context: &mut Context<'_, '_>) -> Outcome {
    let role = match &args.role {
        Some(word) => Some(
            Duty::parse(word)
                .ok_or_else(|| Failure::usage(format!("--role {word}: no such role; one of {}", Duty::words())))?,
        ),
        None => None,
    };
    if let Some(phase) = args.phase.as_deref().filter(|phase| !STAGES.contains(phase)) {
        return Err(Failure::usage(format!("--phase {phase}: no such stage; one of {}", STAGES.join(", "))));
    }
    let case = locate::for_questions(context)?;
    let board = Board::of(&case, &case.current()?)?;
    let person = context.env.user.as_str();
    let all: Vec<&TaskView> = if args.next { board.checklist.next() } else { board.checklist.tasks.iter().collect() };
    let wanted: Vec<&TaskView> = all
        .into_iter()
        .filter(|task| !args.mine || task.is_of(person))
        .filter(|task| !args.open || task.is_open())
        .filter(|task| role.is_none() || task.role == role)
        .filter(|task| args.phase.as_deref().is_none_or(|phase| task.phase == phase))
        .collect();
    let stages = board.checklist.stages();
    if context.out.json {
        context.out.document(&json!({ "tasks": wanted, "phases": stages, "now": board.now.rfc3339() }))?;
        return Ok(Exit::Done);
    }
    if args.next {
        rows(&wanted, board.now, context)?;
    } else {
        for stage in &stages {
            let of: Vec<&TaskView> = wanted.iter().copied().filter(|task| task.phase == stage.phase).collect();
            if !of.is_empty() {
                context.out.toned(Tone::Strong, &heading(stage))?;
                rows(&of, board.now, context)?;
                context.out.line("")?;
            }
        }
    }
    conflicts(&wanted, context)?;
    if wanted.is_empty() {
        context.out.line("no task is like that; hullbreach checklist lists all of them")?;
    }
    Ok(Exit::Done)
}

/// A stage with how it stands; what is waived is counted apart.
fn heading(stage: &StageCount) -> String {
    let waived = if stage.waived > 0 { format!(", {} waived", stage.waived) } else { String::new() };
    format!("{}  {} of {} done{waived}", stage.phase, stage.done, stage.total)
}

fn rows(tasks: &[&TaskView], now: Micros, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let mut table = Table::new(&[word("TASK"), word("STATE"), word("LEFT"), word("ROLE").dropped(1), text("WHAT")]);
    for task in tasks {
        table.row(tone(task), cells(task, now));
    }
    table.print(context.out)
}

fn cells(task: &TaskView, now: Micros) -> Vec<String> {
    let time = task.due_at.filter(|_| task.is_open()).map_or_else(String::new, |due| left(now, due));
    let mut what = format!("{}{}", "  ".repeat(task.depth), task.title);
    let by = task.claimed_by.join(", ");
    if task.state == TaskState::Claimed {
        what = format!("{what} [{by}]");
    }
    if let Some(members) = task.members.filter(|members| members.total > 0) {
        what = format!("{what} [{} of {}]", members.done, members.total);
    }
    if task.is_open() && !task.blocked_by.is_empty() {
        what = format!("{what} (after {})", task.blocked_by.join(", "));
    }
    let why = match task.state {
        TaskState::Done => task.evidence.join(", "),
        TaskState::Waived => task.reason.clone().unwrap_or_default(),
        _ => String::new(),
    };
    if !why.is_empty() {
        what = format!("{what}: {why}");
    }
    let role = task.role.map_or_else(String::new, |role| role.as_str().to_owned());
    vec![task.id.clone(), task.state.as_str().to_owned(), time, role, what]
}

fn tone(task: &TaskView) -> Tone {
    match task.state {
        TaskState::Done => Tone::Good,
        TaskState::Waived => Tone::Muted,
        _ if task.overdue => Tone::Bad,
        _ if !task.blocked_by.is_empty() => Tone::Muted,
        _ => Tone::Plain,
    }
}

fn conflicts(tasks: &[&TaskView], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    for task in tasks {
        for conflict in &task.conflicts {
            context.out.labelled(
                Tone::Warn,
                "conflict",
                &format!("{}: {conflict}; the least complete counts", task.id),
            )?;
        }
    }
    let overdue = tasks.iter().filter(|task| task.overdue).count() as u64;
    if overdue > 0 {
        context.out.toned(Tone::Bad, &format!("{} overdue", counted(overdue, "task")))?;
    }
    Ok(())
}
