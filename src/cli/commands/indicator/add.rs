//! `indicator add`: what is bad or in doubt, with what it comes to.

use super::told::{Flags, Told, print, told};
use crate::case::Case;
use crate::case::events::indicators::Says;
use crate::case::indicators::{Entry, Indicators};
use crate::case::query::indicators::{IndicatorRow, entries};
use crate::case::query::targets::{TargetError, target};
use crate::case::query::verdicts::preview;
use crate::cli::indicator_args::AddArgs;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::redact::redact_text;
use crate::model::id::Id;
use crate::model::indicator::{ClearedBy, Indicator, State, Target, Window};

/// Adds an indicator, or says what it would come to.
pub fn run(args: &AddArgs, context: &mut Context<'_, '_>) -> Outcome {
    let mut case = locate::for_change(context)?;
    case.refresh()?;
    let flags = Flags {
        state: Some(args.state),
        window: args.window.as_deref(),
        by: args.by,
        source: args.source.as_deref(),
        reason: args.reason.as_deref(),
    };
    let told = told(&flags, &case)?;
    add(&mut case, &args.target, told, context)?;
    Ok(Exit::Done)
}

/// Adds what was told of a target, and prints what it comes to.
pub(super) fn add(case: &mut Case, written: &str, told: Told, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let meant = target(case.conn(), written).map_err(|error| refused(&error))?;
    let Told { mut says, mut notes } = told;
    let now = case.current()?.indicators;
    if says.state == Some(State::Cleared) && says.window.is_none() {
        says.window = Some(open_window(&now, &mut notes)?);
    }
    if meant.unseen {
        notes.push(format!("{}: nothing that was read names it so far", meant.target));
    }
    let written = redact_text(written.trim()).into_owned();
    let (id, then) = with(case, &now, &meant.target, &written, &says)?;
    if let Some(same) = now.entries.iter().find(|entry| is_same(entry, &meant.target, &says)) {
        let short: String = same.indicator.id.to_string().chars().take(8).collect();
        return Err(Failure::new(format!("{} is there already, with this state and window: {short}", meant.target)));
    }
    let preview = preview(case.conn(), &now, &then, Some(id))?;
    if context.dry_run {
        let entry = then.entries.last().ok_or_else(|| Failure::new("nothing would be added"))?;
        return print("would add", &IndicatorRow::from(entry), &preview, &notes, context);
    }
    case.add_indicator(id, &meant.target, &written, says)?;
    let row = entries(case.conn())?.iter().find(|entry| entry.indicator.id == id).map(IndicatorRow::from);
    let row = row.ok_or_else(|| Failure::new("the indicator was stored but is not shown; run `hullbreach rebuild`"))?;
    print("added", &row, &preview, &notes, context)
}

/// The words for a target that cannot be meant.
pub(in crate::cli::commands) fn refused(error: &TargetError) -> Failure {
    match error {
        TargetError::Grammar(_) => Failure::usage(error.to_string()),
        _ => Failure::new(error.to_string()),
    }
}

fn is_same(entry: &Entry, target: &Target, says: &Says) -> bool {
    let window = |window: Option<&Window>| window.map(Window::shown);
    entry.open
        && entry.indicator.target == *target
        && Some(entry.indicator.state) == says.state
        && window(entry.indicator.window.as_ref()) == window(says.window.as_ref())
}

/// What is cleared without a window is cleared for all that is open; said, because a wider window opens it again.
fn open_window(now: &Indicators, notes: &mut Vec<String>) -> Result<Window, Failure> {
    let accusing = || now.open().filter(|indicator| indicator.state != State::Cleared);
    let windows: Option<Vec<Window>> = accusing().map(|indicator| indicator.window.clone()).collect();
    let hull = windows.and_then(|windows| windows.into_iter().reduce(|a, b| a.hull(&b)));
    let Some(hull) = hull else {
        return Err(Failure::usage(
            "something is cleared for a window: say which with --window FROM..TO (no open indicator has one to take)",
        ));
    };
    notes.push(format!("cleared for {}, the window of the open indicators", hull.shown()));
    Ok(hull)
}

/// The indicators as they would be, and the new one's id.
fn with(
    case: &Case,
    now: &Indicators,
    target: &Target,
    written: &str,
    says: &Says,
) -> Result<(Id, Indicators), Failure> {
    let id = case.new_id()?;
    let mut then = now.clone();
    then.entries.push(Entry {
        indicator: Indicator {
            id,
            target: target.clone(),
            state: says.state.unwrap_or(State::Suspect),
            window: says.window.clone(),
            cleared_by: says.cleared_by.unwrap_or(ClearedBy::Predates),
        },
        written: written.to_owned(),
        source: says.source.clone(),
        reason: says.reason.clone(),
        author: case.env().user.clone(),
        at: case.env().now(),
        since: case.env().now(),
        open: true,
        conflicts: Vec::new(),
        words: Vec::new(),
    });
    Ok((id, then))
}
