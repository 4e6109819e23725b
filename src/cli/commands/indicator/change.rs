//! `indicator set` and `indicator retract`.

use super::told::{Flags, print, told};
use crate::case::Case;
use crate::case::indicators::{Entry, Indicators};
use crate::case::query::indicators::{IndicatorRow, entries};
use crate::case::query::targets::target;
use crate::case::query::verdicts::{Preview, preview};
use crate::cli::indicator_args::{RetractArgs, SetArgs};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::id::Id;
use crate::model::indicator::State;

/// Says something else of an indicator.
pub fn set(args: &SetArgs, context: &mut Context<'_, '_>) -> Outcome {
    let mut case = locate::for_change(context)?;
    case.refresh()?;
    let flags = Flags {
        state: args.state,
        window: args.window.as_deref(),
        by: args.by,
        source: args.source.as_deref(),
        reason: args.reason.as_deref(),
    };
    let told = told(&flags, &case)?;
    let now = case.current()?.indicators;
    let entry = find(&case, &now, &args.indicator)?;
    if told.says == Default::default() {
        return Err(Failure::usage("nothing to set: give --state, --window, --by, --source or --reason"));
    }
    let mut changed = entry.clone();
    let says = &told.says;
    changed.indicator.state = says.state.unwrap_or(changed.indicator.state);
    changed.indicator.cleared_by = says.cleared_by.unwrap_or(changed.indicator.cleared_by);
    changed.indicator.window = says.window.clone().or(changed.indicator.window);
    changed.source = says.source.clone().or(changed.source);
    changed.reason = says.reason.clone().or(changed.reason);
    if changed.indicator.state == State::Cleared && changed.indicator.window.is_none() {
        return Err(Failure::usage("something is cleared for a window: say which with --window FROM..TO"));
    }
    changed.conflicts.clear();
    let preview = compare(&case, &now, changed.clone())?;
    if context.dry_run {
        print("would set", &IndicatorRow::from(&changed), &preview, &told.notes, context)?;
        return Ok(Exit::Done);
    }
    case.set_indicator(&entry, told.says)?;
    print("set", &stored(&case, entry.indicator.id)?, &preview, &told.notes, context)?;
    Ok(Exit::Done)
}

/// Withdraws an indicator.
pub fn retract(args: &RetractArgs, context: &mut Context<'_, '_>) -> Outcome {
    let mut case = locate::for_change(context)?;
    case.refresh()?;
    let reason = args.reason.as_deref().map(|text| super::super::new::line("the reason", text)).transpose()?;
    let now = case.current()?.indicators;
    let entry = find(&case, &now, &args.indicator)?;
    if !entry.open {
        return Err(Failure::new(format!("{} is withdrawn already", entry.indicator.target)));
    }
    let gone = Entry { open: false, ..entry.clone() };
    let preview = compare(&case, &now, gone.clone())?;
    if context.dry_run {
        print("would withdraw", &IndicatorRow::from(&gone), &preview, &[], context)?;
        return Ok(Exit::Done);
    }
    case.withdraw_indicator(&entry, reason)?;
    print("withdrawn", &stored(&case, entry.indicator.id)?, &preview, &[], context)?;
    Ok(Exit::Done)
}

fn compare(case: &Case, now: &Indicators, changed: Entry) -> Result<Preview, Failure> {
    let (id, open) = (changed.indicator.id, changed.open);
    let mut then = now.clone();
    for entry in then.entries.iter_mut().filter(|entry| entry.indicator.id == id) {
        *entry = changed.clone();
    }
    Ok(preview(case.conn(), now, &then, open.then_some(id))?)
}

fn stored(case: &Case, id: Id) -> Result<IndicatorRow, Failure> {
    let row = entries(case.conn())?.iter().find(|entry| entry.indicator.id == id).map(IndicatorRow::from);
    row.ok_or_else(|| Failure::new("the change was stored but is not shown; run `hullbreach rebuild`"))
}

/// The indicator of an id, the beginning of one, or a target.
fn find(case: &Case, now: &Indicators, named: &str) -> Result<Entry, Failure> {
    let begun = named.trim().to_ascii_lowercase();
    let is_id = begun.len() >= 6 && begun.bytes().all(|b| b.is_ascii_hexdigit());
    let by_id = |entry: &&Entry| is_id && entry.indicator.id.to_string().starts_with(&begun);
    let mut found: Vec<&Entry> = now.entries.iter().filter(by_id).collect();
    if found.is_empty()
        && let Ok(meant) = target(case.conn(), named)
    {
        found = now.entries.iter().filter(|entry| entry.open && entry.indicator.target == meant.target).collect();
    }
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Failure::new(format!("{named}: no indicator has that id or target; `hullbreach indicator list`"))),
        many => {
            let one = |entry: &&Entry| format!("{} {}", entry.indicator.id, entry.indicator.target);
            let list: Vec<String> = many.iter().map(one).collect();
            Err(Failure::new(format!("{named} could be {} indicators: {}", many.len(), list.join("; "))))
        }
    }
}
