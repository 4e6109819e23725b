//! The first screen: what can be trusted, what is touched, what needs a decision now.

use std::sync::Arc;

use super::{Line, Picture};
use crate::case::state::State;
use crate::cli::words::{age, counted};
use crate::command::Call;
use crate::model::clock::{AWARE, ClockState};
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::respond::left;
use crate::respond::situation::{Decision, Urgency};
use crate::tui::theme::Slot;
use crate::tui::view::link;
use crate::tui::view::response::rows::Row;
use crate::work::response::{Board, newest};

/// Newest words at the foot.
const NEWEST: usize = 3;

/// All of it.
pub fn picture(board: &Board, state: &State, person: &str) -> Picture {
    Picture {
        left: verdicts(board),
        right: trust(board),
        rows: board.decisions.iter().enumerate().map(|(at, decision)| Arc::new(row(at, decision, board.now))).collect(),
        foot: foot(board, state, person),
    }
}

fn verdicts(board: &Board) -> Vec<Line> {
    let incident = &board.incident;
    let status = if incident.since.is_some() { incident.status.to_uppercase() } else { "NOT DECLARED".to_owned() };
    let counts: Vec<String> = board.indicators.iter().map(|(state, n)| format!("{n} {state}")).collect();
    let counts = if counts.is_empty() { "no indicator".to_owned() } else { counts.join(", ") };
    let slot = if incident.since.is_some() { Slot::Title } else { Slot::Warning };
    let mut lines = vec![(format!("{status}   {counts}"), slot)];
    lines.push(("VERDICT         images running".to_owned(), Slot::Header));
    if board.numbers.verdicts.is_empty() {
        lines.push(("none: nothing is judged yet,".to_owned(), Slot::Base));
        lines.push(("which is not the same as safe".to_owned(), Slot::Base));
    }
    for row in &board.numbers.verdicts {
        let verdict = Verdict::parse(row.verdict);
        let (sign, slot) = match verdict {
            Some(Verdict::Bad) => ("!!", Slot::VerdictBad),
            Some(Verdict::Suspect) => ("! ", Slot::VerdictSuspect),
            Some(Verdict::ToCheck) => ("? ", Slot::VerdictToCheck),
            Some(Verdict::NotKnown) => ("~ ", Slot::VerdictNotKnown),
            Some(Verdict::NoLink) => (". ", Slot::VerdictNoLink),
            _ => ("= ", Slot::VerdictCleared),
        };
        let word = verdict.map_or(row.verdict, Verdict::shown);
        lines.push((format!("{sign} {word:<13}{:>6} {:>7}", row.images, row.running), slot));
    }
    lines
}

fn trust(board: &Board) -> Vec<Line> {
    let trust = &board.numbers.trust;
    let share = |part: u64, whole: u64| {
        let share = part.saturating_mul(100).checked_div(whole);
        share.map_or_else(|| "-".to_owned(), |share| format!("{share} %"))
    };
    let mut lines = vec![("CAN I TRUST THIS PICTURE?".to_owned(), Slot::Header)];
    let denied = if trust.contexts_denied > 0 { format!("  DENIED {}", trust.contexts_denied) } else { String::new() };
    let slot = if trust.contexts_denied > 0 { Slot::Warning } else { Slot::Base };
    lines.push((format!("contexts read        {} of {}{denied}", trust.contexts_read, trust.contexts), slot));
    let known = share(trust.running_digest_known, trust.running);
    lines.push((format!("running, digest known  {known:>5}"), Slot::Base));
    let layers = share(trust.running_base_known, trust.images_running);
    lines.push((format!("running, layers known  {layers:>5}"), Slot::Base));
    let (pulls, slot) =
        if trust.pulls == 0 { ("NONE SEEN".to_owned(), Slot::Warning) } else { (trust.pulls.to_string(), Slot::Base) };
    lines.push((format!("pulls                {pulls}"), slot));
    lines.push((format!("scan reports         {} of {}", trust.scanned, board.numbers.totals.images), Slot::Base));
    if trust.sources_unread + trust.rejected > 0 {
        let gaps = format!("{} not whole, {} rejected", trust.sources_unread, trust.rejected);
        lines.push((format!("sources              {gaps}"), Slot::Warning));
    }
    if let (Some(oldest), Some(place)) = (trust.oldest.as_deref().and_then(Micros::parse_rfc3339), &trust.oldest_place)
    {
        let name = place.rsplit('/').next().unwrap_or(place);
        lines.push((format!("oldest source        {}  ({name})", age(board.now, oldest)), Slot::Base));
    }
    lines
}

fn row(at: usize, decision: &Decision, now: Micros) -> Row {
    let slot = match decision.urgency {
        Urgency::Now => Slot::Error,
        Urgency::Soon => Slot::Warning,
        Urgency::Ask => Slot::Base,
    };
    let time = decision.due_at.map_or_else(String::new, |due| left(now, due));
    let late = decision.due_at.is_some_and(|due| due < now);
    let who = if decision.who == "-" { format!("({})", decision.role.as_str()) } else { decision.who.clone() };
    Row {
        key: format!("{} {at}", decision.task.as_deref().unwrap_or(&decision.open)),
        cells: vec![
            (decision.urgency.sign().to_owned(), Some(slot)),
            (decision.text.clone(), None),
            (who, None),
            (time, late.then_some(Slot::Error)),
        ],
        slot: None,
        link: leads(decision),
        told: vec![
            ("decide", decision.text.clone()),
            ("role", format!("{}: {}", decision.role.as_str(), decision.who)),
            ("task", decision.task.clone().unwrap_or_default()),
            ("due", decision.due.clone().unwrap_or_default()),
            ("command", decision.open.clone()),
        ],
        parts: Vec::new(),
        next: None,
    }
}

/// The view that a decision's command has in the terminal.
fn leads(decision: &Decision) -> Option<Call> {
    let words: Vec<&str> = decision.open.split(' ').collect();
    let filter = decision.open.split('\'').nth(1);
    match (words.get(1).copied().unwrap_or_default(), filter) {
        ("images", Some(filter)) => Some(link::images(filter)),
        ("credentials", _) => Some(Call::parse("view.go creds")),
        ("clocks", _) => Some(Call::parse("view.go clocks")),
        ("coverage", _) => Some(Call::parse("view.go coverage")),
        ("checklist", _) => Some(Call::parse("view.go tasks")),
        _ => None,
    }
}

fn foot(board: &Board, state: &State, person: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let clocks: Vec<String> = board
        .clocks
        .clocks
        .iter()
        .filter(|clock| matches!(clock.state, ClockState::Running | ClockState::Missed))
        .map(|clock| match clock.due_at {
            Some(due) => format!("{} {} {}", clock.regime, left(board.now, due), clock.state.as_str()),
            None => format!("{} {}", clock.regime, clock.state.as_str()),
        })
        .collect();
    let missed = board.clocks.alarming().next().is_some();
    let aware = board.clocks.trigger(AWARE).is_some_and(|aware| aware.at.is_some());
    let clocks = match clocks.as_slice() {
        [] if aware => "none runs: which regimes apply?".to_owned(),
        [] => "none runs: awareness is not stated".to_owned(),
        some => some.join(" | "),
    };
    lines.push((format!("CLOCKS  {clocks}"), if missed { Slot::Error } else { Slot::Base }));
    let stage = board.checklist.stages().into_iter().find(|stage| stage.done + stage.waived < stage.total);
    let stage = stage.map_or_else(String::new, |stage| format!("{} {}/{}", stage.phase, stage.done, stage.total));
    let tasks = &board.checklist.tasks;
    let mine = tasks.iter().filter(|task| task.is_open() && task.is_of(person)).count();
    let overdue = tasks.iter().filter(|task| task.overdue).count();
    let blocked = tasks.iter().filter(|task| task.is_open() && !task.blocked_by.is_empty()).count();
    let slot = if overdue > 0 { Slot::Warning } else { Slot::Base };
    let members = board.credentials.members(None);
    let dead = format!("credentials dead {}/{}", members.done, members.total);
    lines.push((format!("TASKS   {stage} | yours {mine} | blocked {blocked} | overdue {overdue} | {dead}"), slot));
    if !board.conflicts.is_empty() {
        let first = board.conflicts.first().map(|c| format!("{}: {}", c.about, c.text)).unwrap_or_default();
        lines.push((
            format!("{}, the first: {first}", counted(board.conflicts.len() as u64, "conflict")),
            Slot::Warning,
        ));
    }
    for (n, entry) in newest(state, NEWEST).iter().enumerate() {
        let label = if n == 0 { "NEWEST" } else { "" };
        let at = entry.micros.datetime().map_or_else(String::new, |at| at.format("%H:%MZ").to_string());
        lines.push((format!("{label:<8}{at} {}: {}", entry.author, entry.text), Slot::Muted));
    }
    lines
}
