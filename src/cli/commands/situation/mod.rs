//! `situation`: the first screen as text.

mod numbers;

use serde_json::json;

use crate::case::Case;
use crate::case::query::situation::{Burndown, burndown};
use crate::case::query::totals::totals;
use crate::case::state::State;
use crate::cli::out::Tone;
use crate::cli::words::{counted, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::clock::{AWARE, ClockState};
use crate::model::indicator::Window;
use crate::model::task::{Duty, TaskState};
use crate::model::time::Micros;
use crate::respond::clock::ADVICE;
use crate::respond::left;
use crate::respond::situation::{Decision, Urgency};
use crate::work::response::{Board, newest};

/// Points of the course of priorities.
const POINTS: u16 = 24;
/// Newest words that are shown.
const NEWEST: usize = 5;
/// Windows that are shown.
const WINDOWS: usize = 3;

/// Shows it.
pub fn run(context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let (state, _) = case.state()?;
    let board = Board::of(&case, &state)?;
    if context.out.json {
        document(&case, &board, &state, context)?;
    } else {
        let course = burndown(case.conn(), board.began, board.now, POINTS)?;
        print(&board, &state, &course, context)?;
    }
    Ok(Exit::Done)
}

fn document(case: &Case, board: &Board, state: &State, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let credentials = board.credentials.members(None);
    let person = context.env.user.as_str();
    let tasks = &board.checklist.tasks;
    let mine = tasks.iter().filter(|task| task.is_open() && task.is_of(person)).count();
    let blocked = tasks.iter().filter(|task| task.is_open() && !task.blocked_by.is_empty()).count();
    let overdue = tasks.iter().filter(|task| task.overdue).count();
    let open = |clock: &&crate::respond::clock::ClockView| clock.state != ClockState::NotApplicable;
    context.out.document(&json!({
        "title": board.title,
        "now": board.now.rfc3339(),
        "incident": board.incident,
        "aware": board.clocks.trigger(AWARE),
        "indicators": board.indicators,
        "windows": windows(state),
        "totals": totals(case.conn())?,
        "verdicts": board.numbers.verdicts,
        "priorities": board.numbers.priorities,
        "running_priorities": board.numbers.running_priorities,
        "p0": board.urgent,
        "burndown": burndown(case.conn(), board.began, board.now, POINTS)?,
        "trust": board.numbers.trust,
        "decisions": board.decisions,
        "clocks": board.clocks.clocks.iter().filter(open).collect::<Vec<_>>(),
        "tasks": { "phases": board.checklist.stages(), "mine": mine, "blocked": blocked, "overdue": overdue },
        "credentials": { "total": credentials.total, "proved_dead": credentials.done },
        "conflicts": board.conflicts,
        "newest": newest(state, NEWEST),
        "state": board.fingerprint,
    }))
}

fn print(board: &Board, state: &State, course: &Burndown, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    head(board, state, context)?;
    if board.numbers.images == 0 {
        numbers::steps(board, context)?;
    } else {
        numbers::verdicts(board, context)?;
        numbers::over_time(course, context)?;
        context.out.line("")?;
        numbers::trust(board, context)?;
    }
    context.out.line("")?;
    decisions(&board.decisions, board.now, context)?;
    context.out.line("")?;
    clocks(board, context)?;
    tasks(board, context)?;
    let members = board.credentials.members(None);
    let text = format!("{} of {} proved dead", members.done, members.total);
    context.out.labelled(Tone::Plain, "creds", &text)?;
    for conflict in &board.conflicts {
        context.out.labelled(Tone::Warn, "conflict", &format!("{}: {}", conflict.about, conflict.text))?;
    }
    for (n, entry) in newest(state, NEWEST).iter().enumerate() {
        let label = if n == 0 { "newest" } else { "" };
        let text = format!("{} {}: {}", when(&entry.at), entry.author, entry.text.replace('\n', " "));
        context.out.labelled(Tone::Plain, label, &text)?;
    }
    let short: String = board.fingerprint.chars().take(8).collect();
    context.out.labelled(Tone::Muted, "state", &format!("{short}  ({ADVICE})"))
}

fn head(board: &Board, state: &State, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let incident = &board.incident;
    let severity = incident.severity.as_deref().unwrap_or("severity not stated").to_uppercase();
    context.out.toned(Tone::Strong, &format!("{}  {severity}  {}", board.title, incident.tlp))?;
    let aware = board.clocks.trigger(AWARE).and_then(|trigger| trigger.at.as_deref());
    // As in the terminal, time counts from awareness.
    let passed = aware.and_then(Micros::parse_rfc3339);
    let passed = passed.map_or_else(String::new, |at| format!("  T+{}", left(at, board.now)));
    let aware = aware.map_or_else(|| "aware: not stated".to_owned(), |at| format!("aware {}", when(at)));
    let declared = incident.since.map(|declared| format!("declared {}", when(&declared.rfc3339())));
    let since = declared.unwrap_or_else(|| "not declared".to_owned());
    context.out.line(&format!("{aware}{passed}  {since}  now {}  {}", when(&board.now.rfc3339()), incident.status))?;
    let counts: Vec<String> = board.indicators.iter().map(|(state, n)| format!("{n} {state}")).collect();
    let indicators = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
    let windows: Vec<String> = windows(state).into_iter().take(WINDOWS).collect();
    let windows = if windows.is_empty() { String::new() } else { format!("; {}", windows.join("; ")) };
    context.out.line(&format!("indicators: {indicators}{windows}"))?;
    let lead = format!("leads: {}  scribe: {}", incident.who(Duty::Commander), incident.who(Duty::Scribe));
    let talk = incident.channel.as_deref().map_or_else(String::new, |channel| format!("  talk: {channel}"));
    context.out.line(&format!("{lead}{talk}"))?;
    context.out.line("")
}

/// Each window of an open indicator, with its target and who says so.
fn windows(state: &State) -> Vec<String> {
    let with = state.indicators.entries.iter().filter(|entry| entry.open);
    let shown = |entry: &crate::case::indicators::Entry, window: &Window| {
        let source = entry.source.as_deref().map_or_else(String::new, |source| format!(" ({source})"));
        format!("{} {} {}{source}", entry.indicator.target, entry.indicator.state.as_str(), window.shown())
    };
    with.filter_map(|entry| Some(shown(entry, entry.indicator.window.as_ref()?))).collect()
}

fn decisions(list: &[Decision], now: Micros, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    context.out.toned(Tone::Strong, "DECIDE NOW")?;
    if list.is_empty() {
        context.out.line("  nothing needs a decision")?;
    }
    for decision in list {
        let tone = match decision.urgency {
            Urgency::Now => Tone::Bad,
            Urgency::Soon => Tone::Warn,
            Urgency::Ask => Tone::Plain,
        };
        let time = decision.due_at.map_or_else(String::new, |due| format!("  left {}", left(now, due)));
        let text = format!(
            "{:<2} {}  [{}: {}]{time}",
            decision.urgency.sign(),
            decision.text,
            decision.role.as_str(),
            decision.who
        );
        context.out.toned(tone, &format!("  {text}"))?;
        context.out.toned(Tone::Muted, &format!("     {}", decision.open))?;
    }
    Ok(())
}

fn clocks(board: &Board, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let shown = board
        .clocks
        .clocks
        .iter()
        .filter(|clock| matches!(clock.state, ClockState::Running | ClockState::Missed | ClockState::Met));
    let mut any = false;
    for clock in shown {
        any = true;
        let time = clock.due_at.filter(|_| clock.state != ClockState::Met);
        let time = time.map_or_else(String::new, |due| format!(" left {}", left(board.now, due)));
        let tone = match clock.state {
            ClockState::Missed => Tone::Bad,
            ClockState::Running if clock.soon => Tone::Warn,
            ClockState::Met => Tone::Good,
            _ => Tone::Plain,
        };
        context.out.labelled(
            tone,
            "clock",
            &format!("{} {}{time}: {}", clock.regime, clock.state.as_str(), clock.title),
        )?;
    }
    if !any {
        let waiting = board.clocks.clocks.iter().filter(|clock| clock.state == ClockState::NotStarted).count() as u64;
        context.out.labelled(
            Tone::Plain,
            "clock",
            &format!("none runs; {} not started", counted(waiting, "deadline")),
        )?;
    }
    Ok(())
}

fn tasks(board: &Board, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let stages: Vec<String> = board
        .checklist
        .stages()
        .iter()
        .map(|stage| format!("{} {}/{}", stage.phase, stage.done, stage.total))
        .collect();
    let person = context.env.user.clone();
    let tasks = &board.checklist.tasks;
    let count = |wanted: &dyn Fn(&crate::respond::checklist::TaskView) -> bool| {
        tasks.iter().filter(|task| wanted(task)).count()
    };
    let mine = count(&|task| task.is_open() && task.is_of(&person));
    let blocked = count(&|task| task.is_open() && !task.blocked_by.is_empty());
    let (overdue, waived) = (count(&|task| task.overdue), count(&|task| task.state == TaskState::Waived));
    context.out.labelled(Tone::Plain, "tasks", &stages.join(", "))?;
    let tone = if overdue > 0 { Tone::Bad } else { Tone::Plain };
    context.out.labelled(tone, "", &format!("yours {mine}, blocked {blocked}, overdue {overdue}, waived {waived}"))
}
