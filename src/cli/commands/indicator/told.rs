//! What is typed of an indicator, made into what the case keeps; and what a change came to, in words.

use serde_json::json;

use crate::case::Case;
use crate::case::events::indicators::Says;
use crate::case::query::indicators::IndicatorRow;
use crate::case::query::verdicts::Preview;
use crate::cli::indicator_args::{ClearedByArg, StateArg};
use crate::cli::out::Tone;
use crate::cli::table::{Table, name, word};
use crate::cli::words::{counted, short};
use crate::cli::{Context, Failure};
use crate::model::indicator::{State, Window};
use crate::model::verdict::Verdict;

/// What was typed of an indicator, and what was taken for granted.
pub(super) struct Told {
    pub says: Says,
    /// Lines for people: the day and the zone that were taken.
    pub notes: Vec<String>,
}

/// Flags that say something of an indicator.
pub(super) struct Flags<'a> {
    pub state: Option<StateArg>,
    pub window: Option<&'a str>,
    pub by: Option<ClearedByArg>,
    pub source: Option<&'a str>,
    pub reason: Option<&'a str>,
}

/// Makes of the flags what is said; times without a day are of the incident's.
pub(super) fn told(flags: &Flags<'_>, case: &Case) -> Result<Told, Failure> {
    let state = flags.state.map(StateArg::state);
    if flags.by.is_some() && state.is_some_and(|state| state != State::Cleared) {
        return Err(Failure::usage("--by says how something was cleared; it belongs to --state cleared"));
    }
    let mut notes = Vec::new();
    let window = match flags.window {
        Some(text) => Some(window(text, case, &mut notes)?),
        None => None,
    };
    let line = |what: &str, text: Option<&str>| text.map(|text| super::super::new::line(what, text)).transpose();
    Ok(Told {
        says: Says {
            state,
            cleared_by: flags.by.map(ClearedByArg::cleared_by),
            window,
            source: line("the source", flags.source)?,
            reason: line("the reason", flags.reason)?,
        },
        notes,
    })
}

/// A window as it was typed, and what was taken for granted.
pub(in crate::cli::commands) fn window(text: &str, case: &Case, notes: &mut Vec<String>) -> Result<Window, Failure> {
    let stated = Window::parse(text, case.incident_day()?).map_err(|e| Failure::usage(format!("--window: {e}")))?;
    let shown = stated.window.shown();
    if let Some(day) = stated.day {
        notes.push(format!("window {shown}: the day taken is {day}, the incident's; write the date to say another"));
    }
    if stated.assumed_utc {
        notes.push(format!("window {shown}: a time without a zone was taken as UTC"));
    }
    Ok(stated.window)
}

/// What a change came to, or would come to.
pub(super) fn print(
    verb: &str,
    row: &IndicatorRow,
    preview: &Preview,
    notes: &[String],
    context: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    if context.out.json {
        let mut document = json!({"indicators": [row], "preview": preview, "notes": notes});
        if context.dry_run {
            document = json!({
                "dry_run": true, "plan": [headline(verb, row)], "indicators": [row], "preview": preview, "notes": notes
            });
        }
        return context.out.document(&document);
    }
    context.out.toned(Tone::Strong, &headline(verb, row))?;
    for note in notes {
        context.out.labelled(Tone::Plain, "note", note)?;
    }
    for conflict in &row.conflicts {
        context.out.labelled(Tone::Warn, "conflict", conflict)?;
    }
    if row.open && row.state != "cleared" {
        spread(preview, context)?;
    }
    changed(preview, context)
}

fn headline(verb: &str, row: &IndicatorRow) -> String {
    let window = match (&row.from, &row.to) {
        (None, None) => String::new(),
        (from, to) => format!(" for {}..{}", from.as_deref().unwrap_or(""), to.as_deref().unwrap_or("")),
    };
    format!("{verb}: {} {}{window} ({})", row.target, row.state, short(&row.id))
}

fn spread(preview: &Preview, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let images = &preview.images;
    let parts = [
        (images.proven, "proven"),
        (images.likely, "likely"),
        (images.to_check, "to check"),
        (images.cannot_tell, "cannot tell (NOT KNOWN)"),
        (images.cleared, "cleared"),
        (images.no_link, "no link"),
    ];
    let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let text = if parts.is_empty() { "no images yet".to_owned() } else { parts.join(", ") };
    context.out.labelled(Tone::Plain, "images", &text)?;
    if images.proven + images.likely > 0 {
        let text = format!("{} of what is proven or likely", counted(preview.running, "place"));
        context.out.labelled(Tone::Plain, "running", &text)?;
    }
    if preview.uncomparable > 0 {
        let text = format!(
            "{} only by a digest that cannot be compared with this one: no proof either way",
            counted(preview.uncomparable, "image")
        );
        context.out.labelled(Tone::Warn, "known", &text)?;
    }
    if images.cannot_tell > 0 {
        let text = "what images stand on, or what was built into them, is not known; layers, Dockerfiles and provenance would tell";
        context.out.labelled(Tone::Muted, "unknown", text)?;
    }
    Ok(())
}

fn changed(preview: &Preview, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    /// Changes shown to people; JSON has more.
    const SHOWN: usize = 12;
    let total = preview.worse + preview.milder;
    if total == 0 {
        return context.out.labelled(Tone::Plain, "verdicts", "none changes");
    }
    let text = format!("{} worse, {} milder", preview.worse, preview.milder);
    context.out.labelled(Tone::Plain, "verdicts", &text)?;
    let mut table = Table::new(&[word("WAS"), word("IS"), word("ID"), name("IMAGE")]);
    for moved in preview.changed.iter().take(SHOWN) {
        let cells = vec![shown(moved.from), shown(moved.to), short(&moved.id).to_owned(), moved.name.clone()];
        table.row(tone(moved.to), cells);
    }
    table.print(context.out)?;
    if total > SHOWN as u64 {
        context.out.line(&format!("… {} more: hullbreach images --sort verdict", total - SHOWN as u64))?;
    }
    Ok(())
}

/// A verdict's words from its word in JSON; a dash for none.
pub(in crate::cli::commands) fn shown(word: Option<&str>) -> String {
    word.and_then(Verdict::parse).map_or("–", Verdict::shown).to_owned()
}

/// How loud a verdict is.
pub(in crate::cli::commands) fn tone(word: Option<&str>) -> Tone {
    match word.and_then(Verdict::parse) {
        Some(Verdict::Bad) => Tone::Bad,
        Some(Verdict::Suspect) => Tone::Warn,
        _ => Tone::Plain,
    }
}
