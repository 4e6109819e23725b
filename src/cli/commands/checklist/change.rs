//! What is said of tasks.

use serde_json::json;

use crate::case::responding::Statement;
use crate::cli::commands::new::line;
use crate::cli::commands::said::{Change, file_text, named, seen_first};
use crate::cli::response_args::{AddTaskArgs, ClaimArgs, DoneArgs, ReasonArgs};
use crate::cli::{Context, Failure, Outcome};
use crate::collect::redact::redact_text;
use crate::model::id::Id;
use crate::model::record::Thing;
use crate::model::task::{Duty, TaskSpec, parse_due};
use crate::model::time::Micros;
use crate::respond::checklist::{TaskView, check, own_template, placed};
use crate::respond::clock::{Holidays, deadline};
use crate::work::response::{Board, TaskWord, task_word};

/// The largest file of tasks, in bytes.
const LARGEST: u64 = 1 << 20;
/// The longest claim, in microseconds: two days. A longer one is an assignment, which is what roles are for.
const LONGEST_CLAIM: i64 = 48 * 3_600_000_000;

/// `checklist add`.
pub fn add(args: &AddTaskArgs, context: &mut Context<'_, '_>) -> Outcome {
    let text = args.from.as_ref().map(|file| file_text(file, LARGEST, context)).transpose()?;
    let change = Change::begin(context)?;
    let board = Board::of(&change.case, &change.state)?;
    let known: Vec<TaskSpec> = board.checklist.tasks.iter().map(as_spec).collect();
    let tasks = match (text, &args.from) {
        (Some(text), Some(file)) => {
            let template = own_template(&redact_text(&text), &known);
            template.map_err(|error| Failure::new(format!("{}: {error}; nothing was stored", file.display())))?.task
        }
        _ => vec![typed(args, change.case.new_id()?, &known)?],
    };
    let (mut statements, mut lines) = (Vec::new(), Vec::new());
    for task in &tasks {
        statements.push(Statement::new(Thing::Task, &task.id, &json!({ "spec": task }))?);
        lines.push(format!("task {}: {}", task.id, task.title));
    }
    if tasks.is_empty() {
        return Err(Failure::new("no [[task]] in the file; nothing was stored"));
    }
    change.say_and_end(statements, &lines, context)
}

/// A known task, as far as a new one may refer to it.
fn as_spec(task: &TaskView) -> TaskSpec {
    TaskSpec {
        id: task.id.clone(),
        stage: task.phase.clone(),
        nist: String::new(),
        csf: String::new(),
        role: task.role,
        due: String::new(),
        title: task.title.clone(),
        evidence: String::new(),
        help: String::new(),
        // What is done keeps nobody waiting.
        after: task.blocked_by.clone(),
        parent: task.parent.clone(),
        set: None,
        clock: None,
    }
}

/// The task that was typed.
fn typed(args: &AddTaskArgs, id: Id, known: &[TaskSpec]) -> Result<TaskSpec, Failure> {
    let refer = |named: &String| {
        let found = known.iter().find(|task| task.id.eq_ignore_ascii_case(named));
        found.map(|task| task.id.clone()).ok_or_else(|| unknown(named))
    };
    let role = match &args.role {
        Some(word) => Some(
            Duty::parse(word)
                .ok_or_else(|| Failure::usage(format!("--role {word}: no such role; one of {}", Duty::words())))?,
        ),
        None => None,
    };
    let task = TaskSpec {
        id: format!("t-{}", id.to_string().chars().take(8).collect::<String>()),
        stage: args.phase.clone(),
        nist: String::new(),
        csf: String::new(),
        role,
        due: args.due.clone().unwrap_or_default(),
        title: line("the task", args.title.as_deref().unwrap_or_default())?,
        evidence: args.closes.as_deref().map(|text| line("what closes it", text)).transpose()?.unwrap_or_default(),
        help: String::new(),
        after: args.after.iter().map(refer).collect::<Result<_, _>>()?,
        parent: args.parent.as_ref().map(refer).transpose()?,
        set: None,
        clock: None,
    };
    check(&task).and_then(|()| placed(&task, known)).map_err(|error| Failure::usage(error.to_string()))?;
    Ok(task)
}

/// `checklist claim`.
pub fn claim(args: &ClaimArgs, context: &mut Context<'_, '_>) -> Outcome {
    let who = line("the person", args.who.as_deref().unwrap_or(&context.env.user))?;
    let until = until(&args.how_long, context.env.now())?;
    say(&args.task, &TaskWord::Claim { who, until }, context)
}

/// When a claim ends that is typed as `30m` or `4h`.
fn until(typed: &str, now: Micros) -> Result<Micros, Failure> {
    let wrong = || Failure::usage(format!("--for {typed}: write 30m or 4h, at most 48h"));
    let (offset, minutes) = parse_due(typed).ok_or_else(wrong)?;
    let until = deadline(now, offset, chrono_tz::Tz::UTC, &Holidays::new()).ok_or_else(wrong)?;
    let until = Micros(until.0.saturating_add(i64::from(minutes) * 60_000_000));
    let long = until.0.saturating_sub(now.0);
    if long > 0 && long <= LONGEST_CLAIM { Ok(until) } else { Err(wrong()) }
}

/// `checklist done`.
pub fn done(args: &DoneArgs, context: &mut Context<'_, '_>) -> Outcome {
    named(&args.evidence)?;
    seen_first(args.evidence.iter().map(String::as_str), args.yes, context)?;
    say(&args.task, &TaskWord::Done(args.evidence.clone()), context)
}

/// `checklist waive`.
pub fn waive(args: &ReasonArgs, context: &mut Context<'_, '_>) -> Outcome {
    seen_first([args.reason.as_str()], args.yes, context)?;
    say(&args.task, &TaskWord::Waive(line("the reason", &args.reason)?), context)
}

/// `checklist reopen`.
pub fn reopen(args: &ReasonArgs, context: &mut Context<'_, '_>) -> Outcome {
    seen_first([args.reason.as_str()], args.yes, context)?;
    say(&args.task, &TaskWord::Reopen(line("the reason", &args.reason)?), context)
}

fn say(named: &str, word: &TaskWord, context: &mut Context<'_, '_>) -> Outcome {
    let change = Change::begin(context)?;
    let planned = task_word(&change.case, &change.state, named, word)?;
    planned.notes.iter().for_each(|note| context.out.note(note));
    change.say_and_end(vec![planned.statement], &[planned.text], context)
}

fn unknown(named: &str) -> Failure {
    Failure::new(format!("{}: no such task; `hullbreach checklist` lists them", redact_text(named)))
}
