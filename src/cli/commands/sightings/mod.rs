//! `sightings`: who saw, pulled and pushed which image when; how much of it lies inside of a window; and what no log tells.

mod print;

use serde::Serialize;

use crate::case::Case;
use crate::case::query::indicators::{entries, mirrors};
use crate::case::query::sightings::{Chosen, LogRow, PullRow, Seen, chosen, listed, logs, sums};
use crate::case::query::targets::{TargetError, target};
use crate::cli::sightings_args::SightingsArgs;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::indicator::{State, Window};
use crate::work::pulls::{at_edges, inside};

/// Rows shown to people, and in JSON, where nothing else is said.
const SHOWN: usize = 40;
const LISTED: usize = 1_000;

/// All that is told.
#[derive(Serialize)]
struct Document {
    /// The target as it was understood; none for all.
    target: Option<String>,
    /// The windows that are counted in.
    windows: Vec<String>,
    sightings: Vec<Seen>,
    /// How many there are in all.
    sightings_total: usize,
    /// Records of pulls and pushes inside of the windows, one by one; none where nothing was asked for by name.
    inside: Option<Vec<Seen>>,
    coverage: Vec<LogRow>,
    summary: Vec<PullRow>,
    /// Images in the summary in all.
    summary_total: usize,
    /// No log has a record of what was asked for: that is not known, and never means that it was not pulled.
    not_known: bool,
    notes: Vec<String>,
}

/// Shows them.
pub fn run(args: &SightingsArgs, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let most = args.limit.unwrap_or(if context.out.json { LISTED } else { SHOWN });
    let document = document(&case, args, most)?;
    if context.out.json {
        context.out.document(&document)?;
    } else {
        print::all(&document, context)?;
    }
    Ok(Exit::Done)
}

fn document(case: &Case, args: &SightingsArgs, most: usize) -> Result<Document, Failure> {
    let mut notes = Vec::new();
    let meant = match &args.target {
        Some(text) => Some(wanted(case, text, &mut notes)?),
        None => None,
    };
    let windows = windows(case, args, &mut notes)?;
    let logs = logs(case.conn())?;
    let only = meant.as_ref().map(|(_, chosen)| chosen);
    let edges = at_edges(case, &logs, &windows)?;
    notes.extend(edges.missed);
    let mut summary = sums(case.conn(), &logs, only, &windows, &edges.found)?;
    // What was pulled in the window first, then what was pulled most.
    summary.sort_by(|a, b| (b.in_window, b.total_pulls, &a.image).cmp(&(a.in_window, a.total_pulls, &b.image)));
    let (sightings, sightings_total) = listed(case.conn(), &logs, only, most)?;
    let inside = match only.filter(|_| !windows.is_empty()) {
        Some(chosen) => {
            let found = inside(case, &logs, chosen, &windows, most)?;
            notes.extend(found.missed);
            Some(found.found)
        }
        None => None,
    };
    notes.sort_unstable();
    notes.dedup();
    let not_known = meant.is_some() && summary.is_empty();
    let summary_total = summary.len();
    summary.truncate(most);
    Ok(Document {
        target: meant.map(|(text, _)| text),
        windows: windows.iter().map(Window::shown).collect(),
        sightings,
        sightings_total,
        inside,
        coverage: logs,
        summary,
        summary_total,
        not_known,
        notes,
    })
}

/// What a text means. What nothing names so far is no slip: it is what is not known.
fn wanted(case: &Case, text: &str, notes: &mut Vec<String>) -> Result<(String, Chosen), Failure> {
    let meant = target(case.conn(), text).map_err(|error| match error {
        TargetError::Grammar(_) => Failure::usage(error.to_string()),
        other => Failure::new(other.to_string()),
    })?;
    if meant.unseen {
        notes.push(format!("{}: nothing that was read names it so far", meant.target));
    }
    let found = chosen(case.conn(), &meant.target, &mirrors(case.conn())?)?;
    let found = found.ok_or_else(|| {
        let text = format!("{}: sightings are of images; name one by digest, name, repo: or registry:", meant.target);
        Failure::usage(text)
    })?;
    Ok((meant.target.to_string(), found))
}

/// The window that was typed, else those of the open indicators that accuse.
fn windows(case: &Case, args: &SightingsArgs, notes: &mut Vec<String>) -> Result<Vec<Window>, Failure> {
    if let Some(text) = &args.window {
        return Ok(vec![super::indicator::window(text, case, notes)?]);
    }
    let accusing = entries(case.conn())?;
    let open = accusing.into_iter().filter(|entry| entry.open && entry.indicator.state != State::Cleared);
    let mut windows: Vec<Window> = Vec::new();
    for window in open.filter_map(|entry| entry.indicator.window) {
        if !windows.iter().any(|known| (known.from, known.to) == (window.from, window.to)) {
            windows.push(window);
        }
    }
    Ok(windows)
}
