//! `handover`: what was said since somebody left, and what is open.

use serde_json::json;
use std::collections::BTreeMap;

use super::new::line;
use super::said::{Change, seen_first};
use crate::case::query::triage::CauseGroup;
use crate::case::responding::Statement;
use crate::case::state::State;
use crate::cli::commands::new::not_a_time;
use crate::cli::out::Tone;
use crate::cli::response_args::HandoverArgs;
use crate::cli::words::{counted, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::clock::ClockState;
use crate::model::record::Thing;
use crate::model::task::TaskState;
use crate::model::time::Micros;
use crate::respond::handover::left_at;
use crate::respond::left;
use crate::respond::timeline::EntryView;
use crate::work::response::{Board, since, urgent_groups, words_of};

/// Groups of P0 that are shown.
const GROUPS: usize = 12;
/// Entries that are shown.
const SHOWN: usize = 40;

/// Shows it, and with a note hands over.
pub fn run(args: &HandoverArgs, context: &mut Context<'_, '_>) -> Outcome {
    match &args.note {
        Some(note) => {
            seen_first([note.as_str()], args.yes, context)?;
            hand_over(note, context)
        }
        None => show(args, context),
    }
}

fn hand_over(note: &str, context: &mut Context<'_, '_>) -> Outcome {
    let note = line("the note", note)?;
    let change = Change::begin(context)?;
    let board = Board::of(&change.case, &change.state)?;
    let id = change.case.new_id()?.to_string();
    let overdue = board.checklist.tasks.iter().filter(|task| task.overdue).count();
    let clocks = board.clocks.clocks.iter().filter(|clock| clock.state == ClockState::Running).count();
    let says = json!({
        "note": note, "state": board.fingerprint, "overdue": overdue, "clocks": clocks, "conflicts": board.conflicts.len(),
        "p0": board.urgent.images,
    });
    let text = format!(
        "handed over: {note} ({} P0, {overdue} overdue, {clocks} deadlines run, {} conflicts)",
        board.urgent.images,
        board.conflicts.len()
    );
    change.say_and_end(vec![Statement::new(Thing::Handover, id, &says)?], &[text], context)
}

/// What somebody who comes back must know.
struct Since {
    at: Micros,
    /// It was worked out from their own words, or said.
    known: bool,
    entries: Vec<EntryView>,
    authors: BTreeMap<String, u64>,
}

fn show(args: &HandoverArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let (state, _) = case.state()?;
    let board = Board::of(&case, &state)?;
    let person = context.env.user.clone();
    let stated = match &args.since {
        Some(typed) => Some(Micros::parse_stated(typed, board.now).ok_or_else(|| not_a_time("--since", typed))?),
        None => left_at(&words_of(&state, &person), board.now),
    };
    let since = gather(&state, stated, board.began);
    let (_, groups) = urgent_groups(&case)?;
    if context.out.json {
        document(&since, &board, &groups, &state, context)?;
    } else {
        print(&since, &state, context)?;
        urgent(&board, &groups, context)?;
        open(&board, context)?;
    }
    Ok(Exit::Done)
}

fn gather(state: &State, stated: Option<Micros>, began: Micros) -> Since {
    let at = stated.unwrap_or(Micros(began.0.saturating_sub(1)));
    let entries = since(state, at);
    let mut authors = BTreeMap::new();
    entries.iter().for_each(|entry| *authors.entry(entry.author.clone()).or_default() += 1);
    Since { at, known: stated.is_some(), entries, authors }
}

/// Handover notes, the newest first: when, who, what.
fn notes(state: &State) -> Vec<(Micros, String, String)> {
    let mut notes: Vec<(Micros, String, String)> = state
        .response
        .all(Thing::Handover)
        .filter_map(|record| {
            let first = record.words.first()?;
            let note: String = record.latest("note")?;
            Some((first.at, first.author.clone(), note))
        })
        .collect();
    notes.sort_by_key(|note| std::cmp::Reverse(note.0));
    notes
}

fn document(
    since: &Since,
    board: &Board,
    groups: &[CauseGroup],
    state: &State,
    context: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    let claims: Vec<_> = board.checklist.tasks.iter().filter(|task| task.state == TaskState::Claimed).collect();
    let overdue: Vec<_> = board.checklist.tasks.iter().filter(|task| task.overdue).collect();
    let running: Vec<_> = board
        .clocks
        .clocks
        .iter()
        .filter(|clock| matches!(clock.state, ClockState::Running | ClockState::Missed))
        .collect();
    let notes: Vec<_> = notes(state)
        .into_iter()
        .map(|(at, author, note)| json!({"at": at.rfc3339(), "author": author, "note": note}))
        .collect();
    context.out.document(&json!({
        "since": since.at.rfc3339(), "since_known": since.known, "now": board.now.rfc3339(), "authors": since.authors,
        "entries": since.entries, "decisions": board.decisions, "clocks": running, "claims": claims, "overdue": overdue,
        "conflicts": board.conflicts, "notes": notes, "verdicts": board.numbers.verdicts,
        "priorities": board.numbers.priorities, "p0": { "counts": board.urgent, "groups": groups }, "state": board.fingerprint,
    }))
}

fn print(since: &Since, state: &State, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let from = if since.known {
        format!("since you left, {}", when(&since.at.rfc3339()))
    } else {
        "since the case began".to_owned()
    };
    let authors: Vec<String> = since.authors.iter().map(|(author, n)| format!("{author} {n}")).collect();
    let words = match since.entries.len() as u64 {
        0 => "nothing was said".to_owned(),
        many => format!("{} was said ({})", counted(many, "thing"), authors.join(", ")),
    };
    let words = if since.entries.len() > 1 { words.replacen(" was said", " were said", 1) } else { words };
    context.out.toned(Tone::Strong, &format!("{from}: {words}"))?;
    if let Some((at, author, note)) = notes(state).first() {
        context.out.labelled(Tone::Strong, "handover", &format!("{} {author}: {note}", when(&at.rfc3339())))?;
    }
    let hidden = since.entries.len().saturating_sub(SHOWN);
    if hidden > 0 {
        context.out.toned(
            Tone::Muted,
            &format!("  {hidden} earlier ones: hullbreach timeline --from {}", since.at.rfc3339()),
        )?;
    }
    for entry in since.entries.iter().skip(hidden) {
        let text = entry.text.replace('\n', " ");
        context.out.line(&format!("  {} {:<8} {}: {text}", when(&entry.at), entry.lane.as_str(), entry.author))?;
    }
    context.out.line("")
}

/// What is P0, group by group.
fn urgent(board: &Board, groups: &[CauseGroup], context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let counts = &board.urgent;
    let next = counts.next_due.map_or_else(String::new, |due| format!(", the next due in {}", left(board.now, due)));
    let text = match counts.images {
        0 if board.numbers.verdicts.is_empty() => "none; without an indicator nothing is judged".to_owned(),
        0 => "none is open".to_owned(),
        images => format!("{images} open, {} overdue{next}", counts.overdue),
    };
    let tone = if counts.overdue > 0 { Tone::Bad } else { Tone::Plain };
    context.out.labelled(tone, "P0", &text)?;
    for group in groups.iter().take(GROUPS) {
        let owner = group.owner.as_deref().unwrap_or("nobody answers for it");
        let due = group.due.as_deref().and_then(Micros::parse_rfc3339);
        let due = due.map_or_else(String::new, |due| format!(", left {}", left(board.now, due)));
        let (images, running) = (counted(group.images, "image"), group.running);
        context.out.labelled(
            Tone::Plain,
            "",
            &format!("{} [{owner}]: {images}, {running} running{due}", group.cause),
        )?;
    }
    let more = groups.len().saturating_sub(GROUPS);
    if more > 0 {
        context.out.labelled(
            Tone::Muted,
            "",
            &format!("{more} more groups: hullbreach triage --filter priority:P0"),
        )?;
    }
    Ok(())
}

/// What is open, whoever knows of it.
fn open(board: &Board, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    for decision in &board.decisions {
        let time = decision.due_at.map_or_else(String::new, |due| format!(", left {}", left(board.now, due)));
        let text = format!(
            "{} {} [{}: {}]{time}",
            decision.urgency.sign(),
            decision.text,
            decision.role.as_str(),
            decision.who
        );
        context.out.labelled(Tone::Plain, "decide", &text)?;
    }
    for clock in &board.clocks.clocks {
        if let (ClockState::Running | ClockState::Missed, Some(due)) = (clock.state, clock.due_at) {
            let text =
                format!("{} {} left {}: {}", clock.regime, clock.state.as_str(), left(board.now, due), clock.title);
            context.out.labelled(if clock.soon { Tone::Bad } else { Tone::Plain }, "clock", &text)?;
        }
    }
    for task in board.checklist.tasks.iter().filter(|task| task.state == TaskState::Claimed) {
        let until = task.claimed_until.as_deref().map_or_else(String::new, when);
        let text = format!("{} {} until {until}: {}", task.id, task.claimed_by.join(", "), task.title);
        context.out.labelled(Tone::Plain, "claim", &text)?;
    }
    for conflict in &board.conflicts {
        context.out.labelled(Tone::Warn, "conflict", &format!("{}: {}", conflict.about, conflict.text))?;
    }
    Ok(())
}
