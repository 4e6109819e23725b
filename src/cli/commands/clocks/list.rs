//! The list of deadlines, and the check for cron.

use serde_json::json;

use crate::cli::out::Tone;
use crate::cli::table::{Table, text, word};
use crate::cli::words::{counted, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::clock::ClockState;
use crate::model::time::Micros;
use crate::respond::clock::{ADVICE, ClockView, Clocks};
use crate::respond::left;
use crate::work::response;

/// Lists them.
pub fn run(all: bool, check: bool, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let now = context.env.now();
    let clocks = response::clocks(&case.current()?, now);
    let alarming = clocks.alarming().count() as u64;
    if context.out.json {
        let document = json!({
            "clocks": clocks.clocks, "triggers": clocks.triggers, "now": now.rfc3339(), "advice": ADVICE,
        });
        context.out.document(&document)?;
    } else {
        print(&clocks, all, now, context)?;
    }
    if check && alarming > 0 {
        context.out.note(&format!("{} missed or due soon", counted(alarming, "deadline")));
        return Ok(Exit::No);
    }
    Ok(Exit::Done)
}

fn print(clocks: &Clocks, all: bool, now: Micros, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let mut table =
        Table::new(&[word("CLOCK"), word("STATE"), word("DUE"), word("LEFT"), text("WHAT").dropped(1), text("WHY")]);
    let shown = clocks.clocks.iter().filter(|clock| all || clock.state != ClockState::NotApplicable);
    for clock in shown {
        table.row(tone(clock), cells(clock, now));
    }
    table.print(context.out)?;
    let hidden = clocks.clocks.iter().filter(|clock| clock.state == ClockState::NotApplicable).count() as u64;
    if hidden > 0 && !all {
        context
            .out
            .toned(Tone::Muted, &format!("{} not shown, because they do not apply: --all", counted(hidden, "clock")))?;
    }
    let unverified = clocks.clocks.iter().filter(|clock| !clock.verified && clock.state != ClockState::NotApplicable);
    let unverified = unverified.count() as u64;
    if unverified > 0 {
        let text = format!(
            "{} NOT VERIFIED against the official texts: have counsel confirm them",
            counted(unverified, "rule")
        );
        context.out.toned(Tone::Warn, &text)?;
    }
    for clock in clocks.clocks.iter() {
        for conflict in &clock.conflicts {
            context.out.labelled(Tone::Warn, "conflict", &format!("{}: {conflict}", clock.id))?;
        }
    }
    context.out.line("")?;
    triggers(clocks, context)?;
    context.out.toned(Tone::Muted, ADVICE)
}

fn cells(clock: &ClockView, now: Micros) -> Vec<String> {
    let due = clock.due.as_deref().map_or_else(String::new, when);
    let open = matches!(clock.state, ClockState::Running | ClockState::Missed);
    let time = clock.due_at.filter(|_| open).map_or_else(String::new, |due| left(now, due));
    let state = match (clock.state, clock.late) {
        (ClockState::Met, true) => "met late".to_owned(),
        (state, _) => state.as_str().to_owned(),
    };
    let why = match &clock.met {
        Some(met) => format!("{}: {}", when(met), clock.evidence.join(", ")),
        None if clock.why.is_empty() => format!("{} from {}", clock.offset, clock.trigger),
        None => clock.why.clone(),
    };
    vec![clock.id.clone(), state, due, time, format!("{}: {}", clock.regime, clock.title), why]
}

fn tone(clock: &ClockView) -> Tone {
    match clock.state {
        ClockState::Missed => Tone::Bad,
        ClockState::Running if clock.soon => Tone::Warn,
        ClockState::Met if !clock.late => Tone::Good,
        ClockState::NotApplicable => Tone::Muted,
        _ => Tone::Plain,
    }
}

/// What is stated, what is contested, and what nobody answered yet.
fn triggers(clocks: &Clocks, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    for trigger in &clocks.triggers {
        let source = trigger.source.as_deref().map_or_else(String::new, |source| format!(", by {source}"));
        match &trigger.at {
            Some(at) => context.out.labelled(Tone::Plain, "stated", &format!("{} {}{source}", trigger.id, when(at)))?,
            None if trigger.denied => context.out.labelled(Tone::Muted, "denied", &trigger.id)?,
            None => continue,
        }
        if let Some(contested) = &trigger.contested {
            context.out.labelled(
                Tone::Warn,
                "conflict",
                &format!("{} is contested: {contested}; the earliest counts", trigger.id),
            )?;
        }
    }
    let open: Vec<&str> =
        clocks.triggers.iter().filter(|t| t.at.is_none() && !t.denied).map(|t| t.id.as_str()).collect();
    if !open.is_empty() {
        let how = "hullbreach clocks start TRIGGER --at TIME --source WHO";
        context.out.labelled(Tone::Plain, "open", &format!("{}: {how}", open.join(", ")))?;
    }
    Ok(())
}
