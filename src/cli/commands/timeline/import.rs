//! `timeline import`: entries of other programs, stored together as one text that can be destroyed.

use serde_json::json;
use std::collections::BTreeMap;

use super::zone;
use crate::case::responding::Statement;
use crate::cli::commands::new::tlp;
use crate::cli::commands::said::{Change, file_text};
use crate::cli::out::Tone;
use crate::cli::response_args::ImportEntriesArgs;
use crate::cli::words::{short, when};
use crate::cli::{Context, Exit, Failure, Outcome};
use crate::collect::redact::redact_text;
use crate::model::record::Thing;
use crate::respond::timeline::{Columns, Import, read};

/// The largest file, in bytes.
const LARGEST: u64 = 64 << 20;
/// Rejects and entries that are shown.
const SHOWN: usize = 5;

/// Imports a file, or shows what of it would be.
pub fn run(args: &ImportEntriesArgs, context: &mut Context<'_, '_>) -> Outcome {
    let columns = columns(args)?;
    let label = args.tlp.as_deref().map(tlp).transpose()?;
    let text = file_text(&args.file, LARGEST, context)?;
    let place = args.file.display().to_string();
    let mut import =
        read(&text, &columns).map_err(|error| Failure::new(format!("{place}: {error}; nothing was stored")))?;
    // Entry by entry: a quote or a brace that a secret took along would break what follows it.
    let mut redacted = false;
    for entry in &mut import.entries {
        for text in [&mut entry.text, &mut entry.kind, &mut entry.written] {
            let clean = redact_text(text).into_owned();
            redacted |= clean != *text;
            *text = clean;
        }
    }
    if import.entries.is_empty() {
        let first = import.rejects.first().map(|reject| format!("; {}: {}", reject.locator, reject.reason));
        let why = format!("{place}: no entry in it, {} rejected{}", import.rejected, first.unwrap_or_default());
        return Err(Failure::new(why));
    }
    let name = args.file.file_name().map_or_else(|| "-".to_owned(), |name| name.to_string_lossy().into_owned());
    let name = redact_text(&name).into_owned();
    let change = Change::begin(context)?;
    // What is pasted cannot be looked at again: where something was taken out of it, it is shown before it is stored.
    let seen_first = redacted && args.file.as_os_str() == "-" && !args.yes && !context.dry_run;
    let event = if context.dry_run || seen_first { None } else { Some(store(change, &import, &name, label, args)?) };
    told(&import, event.as_deref(), context)?;
    if seen_first {
        context.out.note("a secret was taken out and nothing was stored: look at it, then paste it again with --yes");
    }
    Ok(if import.rejected > 0 { Exit::Gaps } else { Exit::Done })
}

fn columns(args: &ImportEntriesArgs) -> Result<Columns, Failure> {
    let mut named = BTreeMap::new();
    for typed in &args.map {
        let fields = Columns::FIELDS.join(", ");
        let (field, column) = typed
            .split_once('=')
            .filter(|(field, column)| Columns::FIELDS.contains(field) && !column.is_empty())
            .ok_or_else(|| Failure::usage(format!("--map {typed}: write FIELD=COLUMN; fields are {fields}")))?;
        named.insert(field.to_owned(), column.to_owned());
    }
    Ok(Columns { named, lane: args.lane.lane(), zone: zone(args.zone.as_deref())?, skew: args.skew })
}

fn store(
    mut change: Change,
    import: &Import,
    name: &str,
    label: Option<String>,
    args: &ImportEntriesArgs,
) -> Result<String, Failure> {
    let mut text = Vec::new();
    for entry in &import.entries {
        serde_json::to_writer(&mut text, entry)?;
        text.push(b'\n');
    }
    let says = json!({
        "source": name,
        "entries": import.entries.len(),
        "rejected": import.rejected,
        "skew": (args.skew != 0).then_some(args.skew),
        "zone": args.zone,
        "tlp": label,
        "privileged": args.privileged.then_some(true),
    });
    let id: String = change.case.new_id()?.to_string().chars().take(12).collect();
    let statement = Statement::new(Thing::Import, id, &says)?;
    let events = change.case.say_with_blob(&change.state.response, statement, &text)?;
    change.case.refresh()?;
    Ok(events.last().map(ToString::to_string).unwrap_or_default())
}

fn told(import: &Import, event: Option<&str>, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    if context.out.json {
        let document = json!({
            "event": event, "dry_run": event.is_none(), "entries": import.entries.len(), "rejected": import.rejected,
            "rejects": import.rejects, "unread_labels": import.unread_labels,
        });
        return context.out.document(&document);
    }
    let verb = if event.is_some() { "imported" } else { "would import" };
    context.out.line(&format!("{verb} {} entries, {} rejected", import.entries.len(), import.rejected))?;
    for entry in import.entries.iter().take(SHOWN) {
        context.out.line(&format!("  {} {} {}", when(&entry.at.rfc3339()), entry.lane.as_str(), entry.text))?;
    }
    for reject in import.rejects.iter().take(SHOWN) {
        context.out.labelled(Tone::Warn, "rejected", &format!("{}: {}", reject.locator, reject.reason))?;
    }
    if import.rejected > SHOWN as u64 {
        context
            .out
            .line(&format!("         and {} more; --json lists the first of them", import.rejected - SHOWN as u64))?;
    }
    if import.unread_labels > 0 {
        let what = format!("{} entries TLP:RED, for their label cannot be read", import.unread_labels);
        context.out.labelled(Tone::Warn, "labelled", &what)?;
    }
    if let Some(event) = event {
        context.out.line(&format!("`hullbreach undo {}` takes it back", short(event)))?;
    }
    Ok(())
}
