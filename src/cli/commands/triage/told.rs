//! Priorities, due times and what a change comes to, in words.

use crate::case::query::findings::{FromBases, SnapshotRow};
use crate::case::query::triage::TriageRow;
use crate::case::query::triage::preview::Preview;
use crate::cli::out::Tone;
use crate::cli::table::{Table, name, word};
use crate::cli::words::{age, short};
use crate::cli::{Context, Failure};
use crate::model::priority::Priority;
use crate::model::time::Micros;

/// Changes shown to people; JSON has more.
const SHOWN: usize = 12;

/// How loud a priority is.
pub(super) fn tone(priority: Priority) -> Tone {
    match priority {
        Priority::P0 => Tone::Bad,
        Priority::P1 => Tone::Warn,
        Priority::P2 | Priority::P3 => Tone::Plain,
    }
}

/// How long there is left: `5 h left`, `2 h over`, `paused`.
pub(super) fn short_due(row: &TriageRow, now: Micros) -> String {
    let Some(due) = row.due.as_deref().and_then(Micros::parse_rfc3339) else { return "paused".to_owned() };
    if due < now { format!("{} over", age(now, due)) } else { format!("{} left", age(due, now)) }
}

/// What a change comes to.
pub(super) fn preview(preview: &Preview, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    context.out.labelled(Tone::Plain, "before", &preview.before.shown())?;
    context.out.labelled(Tone::Plain, "after", &preview.after.shown())?;
    let moved = preview.raised + preview.lowered;
    if moved == 0 {
        return context.out.labelled(Tone::Plain, "moves", "no image");
    }
    let text = format!("{} more urgent, {} less urgent", preview.raised, preview.lowered);
    context.out.labelled(Tone::Plain, "moves", &text)?;
    let mut table = Table::new(&[word("WAS"), word("IS"), word("ID"), name("IMAGE")]);
    for row in preview.moved.iter().take(SHOWN) {
        let cells = vec![row.from.to_string(), row.to.to_string(), short(&row.id).to_owned(), row.name.clone()];
        table.row(tone(row.to), cells);
    }
    table.print(context.out)?;
    if moved > SHOWN as u64 {
        context.out.line(&format!("… {} more", moved - SHOWN as u64))?;
    }
    Ok(())
}

/// How old each source is that the priorities are made from, and how much of what is critical comes from bases.
pub(super) fn known(
    snapshots: &[SnapshotRow],
    from_bases: &FromBases,
    now: Micros,
    context: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    let day = |time: &str| time.chars().take(10).collect::<String>();
    let one = |row: &SnapshotRow| {
        let (newest, oldest) = (day(&row.newest), day(&row.oldest));
        let ago = Micros::parse_rfc3339(&row.newest).map_or_else(String::new, |at| age(now, at));
        let spread = if oldest == newest { String::new() } else { format!(", oldest {oldest}") };
        format!("{} {newest} ({ago}{spread})", row.source)
    };
    let all: Vec<String> = snapshots.iter().map(one).collect();
    let none = "no scan, KEV or EPSS file: what is not known counts as attacked".to_owned();
    let (tone, text) = if all.is_empty() { (Tone::Warn, none) } else { (Tone::Muted, all.join("; ")) };
    context.out.labelled(tone, "known as of", &text)?;
    match from_bases.shown() {
        Some(text) => context.out.labelled(Tone::Plain, "bases", &text),
        None => Ok(()),
    }
}
