//! `note`: writing something down, and what was written down.

use serde_json::json;
use std::io::Read as _;

use crate::case::notes::{Label, MAX_BYTES, Note};
use crate::cli::args::NoteArgs;
use crate::cli::commands::new::tlp;
use crate::cli::commands::said::seen_first;
use crate::cli::out::{Out, Tone};
use crate::cli::words::{short, when};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::collect::redact::redact_text;
use crate::model::tlp::Tlp;
use crate::work::response::note_target;

/// Adds one, or lists those that count.
pub fn run(args: &NoteArgs, context: &mut Context<'_, '_>) -> Outcome {
    if args.text.is_empty() { list(args.on.as_deref(), context) } else { add(args, context) }
}

fn add(args: &NoteArgs, context: &mut Context<'_, '_>) -> Outcome {
    let typed = text(&args.text, context)?;
    seen_first([typed.trim()], args.yes, context)?;
    let text = redact_text(typed.trim()).into_owned();
    let (own, text) = Label::taken(&text);
    let stated = args.tlp.as_deref().map(tlp).transpose()?.and_then(|label| Tlp::parse(&label));
    let label = Label { tlp: stated.or(own.tlp), privileged: args.privileged || own.privileged };
    let mut case = locate::for_change(context)?;
    let (state, _) = case.state()?;
    let about = note_target(&case, &state, args.on.as_deref().unwrap_or_default())?;
    let named = about.clone().unwrap_or_else(|| "the case".to_owned());
    if context.dry_run {
        context.out.plan(&[format!("would write down {}{} bytes about {named}", label.shown(), text.len())])?;
        return Ok(Exit::Done);
    }
    let event = case.add_note(about.clone(), text, label)?.to_string();
    case.refresh()?;
    if context.out.json {
        context.out.document(&json!({
            "event": event, "about": about, "bytes": text.len(), "tlp": label.tlp, "privileged": label.privileged,
        }))?;
    } else {
        context.out.line(&format!("written down about {named}; `hullbreach undo {}` takes it back", short(&event)))?;
    }
    Ok(Exit::Done)
}

/// The words in a row, or standard input, as they were typed: secrets are replaced before anything is kept.
fn text(words: &[String], context: &mut Context<'_, '_>) -> Result<String, Failure> {
    Ok(match words {
        [dash] if dash == "-" => {
            let mut bytes = Vec::new();
            let most = MAX_BYTES as u64 + 1;
            let input = context.stdin.take().ok_or_else(|| Failure::new("there is no standard input to read from"))?;
            input.take(most).read_to_end(&mut bytes)?;
            String::from_utf8(bytes).map_err(|_| Failure::new("the note is no UTF-8 text; import it as evidence"))?
        }
        words => words.join(" "),
    })
}

fn list(on: Option<&str>, context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let (state, _) = case.state()?;
    let about = on.map(|on| note_target(&case, &state, on)).transpose()?;
    let mut notes = case.notes(&state)?;
    notes.retain(|note| about.as_ref().is_none_or(|about| note.about == *about));
    if context.out.json {
        context.out.document(&json!({ "notes": notes }))?;
        return Ok(Exit::Done);
    }
    if notes.is_empty() {
        context.out.line("no notes yet: hullbreach note --on IMAGE TEXT")?;
    }
    notes.iter().try_for_each(|note| print(note, context.out))?;
    Ok(Exit::Done)
}

/// Prints one: what it is about, who says it when, and the text.
pub fn print(note: &Note, out: &mut Out<'_>) -> Result<(), Failure> {
    let about = note.about.as_deref().unwrap_or("the case");
    out.toned(Tone::Strong, &format!("{}{about}  {} by {}", note.label().shown(), when(&note.claimed), note.author))?;
    match &note.text {
        Some(text) => text.lines().try_for_each(|line| out.line(&format!("  {line}")))?,
        None => out.toned(Tone::Muted, "  destroyed on purpose; `hullbreach log --kind blob.expunged` says why")?,
    }
    for mention in note.mentions.iter().filter(|mention| mention.written != mention.target) {
        out.labelled(Tone::Muted, "mentions", &format!("{}: {}", mention.written, mention.target))?;
    }
    out.labelled(Tone::Muted, "note", &format!("event {}  text {}", short(&note.event), short(&note.id)))
}
