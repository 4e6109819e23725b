//! The list of credentials, and what must be asked.

use serde_json::json;

use super::kind;
use crate::cli::out::Tone;
use crate::cli::response_args::ListCredentialsArgs;
use crate::cli::table::{Table, number, place, text, word};
use crate::cli::words::when;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::id::unique_prefix;
use crate::respond::credentials::{CredentialView, Credentials};
use crate::work::response::credentials;

/// Lists them.
pub fn run(args: &ListCredentialsArgs, context: &mut Context<'_, '_>) -> Outcome {
    let wanted = args.kind.as_deref().map(kind).transpose()?;
    let case = locate::for_questions(context)?;
    let mut all = credentials(&case, &case.current()?)?;
    let members = all.members(wanted);
    all.credentials.retain(|c| wanted.is_none_or(|kind| c.kind == kind) && (!args.open || c.is_open()));
    all.questions.retain(|question| wanted.is_none_or(|kind| question.kind == kind));
    if context.out.json {
        let document = json!({
            "credentials": all.credentials, "questions": all.questions, "proved_dead": members.done, "total": members.total,
        });
        context.out.document(&document)?;
        return Ok(Exit::Done);
    }
    print(&all, context)?;
    let text = format!(
        "{} of {} proved dead; a credential is done when the old one was tried and refused",
        members.done, members.total
    );
    context.out.toned(Tone::Strong, &text)?;
    questions(&all, context)?;
    Ok(Exit::Done)
}

fn print(all: &Credentials, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let columns = [
        word("ID").dropped(3),
        word("STATE"),
        word("KIND"),
        place("NAME"),
        place("SCOPE").dropped(2),
        number("USED BY"),
        word("BESIDE").dropped(1),
        text("OWNER"),
    ];
    let mut table = Table::new(&columns);
    for credential in &all.credentials {
        let digits = unique_prefix(&credential.id, all.credentials.iter().map(|other| other.id.as_str()));
        let id: String = credential.id.chars().take(digits).collect();
        table.row(tone(credential), cells(credential, id));
    }
    table.print(context.out)?;
    for credential in &all.credentials {
        for conflict in &credential.conflicts {
            context.out.labelled(Tone::Warn, "conflict", &format!("{}: {conflict}", credential.name))?;
        }
    }
    Ok(())
}

fn cells(credential: &CredentialView, id: String) -> Vec<String> {
    let at = match credential.state() {
        "proved dead" => credential.proved_dead.as_deref(),
        "revoked" => credential.revoked.as_deref(),
        "reissued" => credential.reissued.as_deref(),
        _ => None,
    };
    let state = at.map_or_else(|| credential.state().to_owned(), |at| format!("{} {}", credential.state(), when(at)));
    vec![
        id,
        state,
        credential.kind.as_str().to_owned(),
        credential.name.clone(),
        credential.scope.clone(),
        if credential.used_by == 0 { String::new() } else { credential.used_by.to_string() },
        credential.worst.unwrap_or_default().to_owned(),
        credential.owner.clone().unwrap_or_default(),
    ]
}

fn tone(credential: &CredentialView) -> Tone {
    match credential.state() {
        "proved dead" => Tone::Good,
        "dismissed" => Tone::Muted,
        _ if credential.worst == Some("bad") => Tone::Bad,
        "open" => Tone::Warn,
        _ => Tone::Plain,
    }
}

fn questions(all: &Credentials, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    for question in &all.questions {
        let kind = question.kind.as_str();
        match &question.none {
            _ if question.is_open() => {
                context.out.labelled(Tone::Warn, "ask", &format!("{} ({kind})", question.question))?
            }
            Some(why) if question.listed == 0 => {
                context.out.labelled(Tone::Muted, "none", &format!("{kind}: {why}"))?
            }
            _ => {}
        }
    }
    if all.questions.iter().any(|question| question.is_open()) {
        let how = "hullbreach credentials add NAME --kind KIND, import FILE --kind KIND, or none KIND --reason WHO";
        context.out.labelled(Tone::Plain, "answer", how)?;
    }
    Ok(())
}
