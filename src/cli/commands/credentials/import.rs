//! `credentials import`: names out of a list of accounts or tokens. Only columns of names are taken, and what is pasted is
//! shown redacted before anything is stored.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use super::kind;
use crate::case::responding::Statement;
use crate::cli::commands::said::{Change, file_text};
use crate::cli::out::Tone;
use crate::cli::response_args::ImportCredentialsArgs;
use crate::cli::words::{counted, short};
use crate::cli::{Context, Exit, Failure, Outcome};
use crate::collect::redact::redact_text;
use crate::model::reading::Reject;
use crate::model::record::Thing;
use crate::respond::credentials::{ListColumns, Listed, credential_id, read};

/// The largest list, in bytes.
const LARGEST: u64 = 16 << 20;
/// Rows that are shown.
const SHOWN: usize = 10;

/// Takes a list, or shows what of it would be taken.
pub fn run(args: &ImportCredentialsArgs, context: &mut Context<'_, '_>) -> Outcome {
    let columns = columns(args)?;
    let text = file_text(&args.file, LARGEST, context)?;
    let place = args.file.display().to_string();
    let (mut listed, rejects, rejected) = read(&text, &columns, |name| redact_text(name) != name)
        .map_err(|error| Failure::new(format!("{place}: {error}; nothing was stored")))?;
    for one in &mut listed {
        for text in [&mut one.name, &mut one.scope, &mut one.owner, &mut one.location] {
            *text = redact_text(text).into_owned();
        }
    }
    if listed.is_empty() {
        let first =
            rejects.first().map(|reject| format!("; {}: {}", reject.locator, reject.reason)).unwrap_or_default();
        return Err(Failure::new(format!(
            "{place}: no credential in it, {rejected} rejected{first}; nothing was stored"
        )));
    }
    let pasted = args.file.as_os_str() == "-" && !args.yes;
    let event = if context.dry_run || pasted { None } else { store(&listed, context)? };
    told(&listed, &rejects, rejected, event.as_deref(), context)?;
    if pasted && !context.dry_run {
        context.out.note("nothing was stored: look at it, then paste it again with --yes");
    }
    Ok(if rejected > 0 { Exit::Gaps } else { Exit::Done })
}

fn columns(args: &ImportCredentialsArgs) -> Result<ListColumns, Failure> {
    let mut named = BTreeMap::new();
    for typed in &args.map {
        let fields = ListColumns::FIELDS.join(", ");
        let (field, column) = typed
            .split_once('=')
            .filter(|(field, column)| ListColumns::FIELDS.contains(field) && !column.is_empty())
            .ok_or_else(|| Failure::usage(format!("--map {typed}: write FIELD=COLUMN; fields are {fields}")))?;
        named.insert(field.to_owned(), column.to_owned());
    }
    let kind = args.kind.as_deref().map(kind).transpose()?;
    Ok(ListColumns { named, kind, scope: args.scope.trim().to_owned() })
}

/// Stores what is new or says more; none where nothing is.
fn store(listed: &[Listed], context: &mut Context<'_, '_>) -> Result<Option<String>, Failure> {
    let mut change = Change::begin(context)?;
    let mut statements = Vec::new();
    for one in listed {
        let id = credential_id(one.kind, &one.scope, &one.name);
        let record = change.state.response.get(Thing::Credential, &id);
        let known = |field: &str| record.and_then(|record| record.latest::<String>(field));
        let mut says = Map::from_iter([
            ("kind".to_owned(), json!(one.kind)),
            ("name".to_owned(), json!(one.name)),
            ("scope".to_owned(), json!(one.scope)),
        ]);
        let mut more = record.is_none();
        for (field, value) in [("owner", &one.owner), ("location", &one.location)] {
            if !value.is_empty() && known(field).as_ref() != Some(value) {
                says.insert(field.to_owned(), Value::String(value.clone()));
                more = true;
            }
        }
        if more {
            statements.push(Statement::new(Thing::Credential, id, &says)?);
        }
    }
    if statements.is_empty() {
        return Ok(None);
    }
    let events = change.case.say_all(&change.state.response, statements)?;
    change.case.refresh()?;
    Ok(events.last().map(ToString::to_string))
}

fn told(
    listed: &[Listed],
    rejects: &[Reject],
    rejected: u64,
    event: Option<&str>,
    context: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    if context.out.json {
        let row = |one: &Listed| json!({"kind": one.kind, "name": one.name, "scope": one.scope, "owner": one.owner, "location": one.location});
        let rows: Vec<Value> = listed.iter().map(row).collect();
        let document = json!({ "event": event, "listed": rows, "rejected": rejected, "rejects": rejects });
        return context.out.document(&document);
    }
    for one in listed.iter().take(SHOWN) {
        context.out.line(&format!("  {} {} {} {}", one.kind.as_str(), one.name, one.scope, one.owner))?;
    }
    if listed.len() > SHOWN {
        context.out.line(&format!("  and {} more", listed.len() - SHOWN))?;
    }
    for reject in rejects.iter().take(SHOWN) {
        context.out.labelled(Tone::Warn, "rejected", &format!("{}: {}", reject.locator, reject.reason))?;
    }
    let verb = if event.is_some() { "stored" } else { "not stored" };
    context.out.line(&format!("{}, {rejected} rejected, {verb}", counted(listed.len() as u64, "credential")))?;
    if let Some(event) = event {
        context.out.line(&format!("`hullbreach undo {}` takes it back", short(event)))?;
    }
    Ok(())
}
