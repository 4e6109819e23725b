//! What is said of credentials.

use serde_json::json;

use super::kind;
use crate::case::responding::Statement;
use crate::cli::commands::new::{line, not_a_time};
use crate::cli::commands::said::{Change, named, seen_first};
use crate::cli::response_args::{AddCredentialArgs, NoCredentialArgs, SetCredentialArgs};
use crate::cli::{Context, Failure, Outcome};
use crate::model::record::Thing;
use crate::model::time::Micros;
use crate::respond::credentials::{NAME_IS_VALUE, credential_id, none_id};
use crate::work::response::{CredentialWord, credential_word};

/// `credentials add`.
pub fn add(args: &AddCredentialArgs, context: &mut Context<'_, '_>) -> Outcome {
    let kind = kind(&args.kind)?;
    let name = line("the name", &args.name)?;
    // Taken out, it would be the same name for every such credential, and they would be one.
    if name != args.name.trim() {
        return Err(Failure::usage(format!("{name}: {NAME_IS_VALUE}")));
    }
    let scope = if args.scope.trim().is_empty() { String::new() } else { line("the scope", &args.scope)? };
    let change = Change::begin(context)?;
    let id = credential_id(kind, &scope, &name);
    let says = json!({
        "kind": kind, "name": name, "scope": scope,
        "owner": args.owner.as_deref().map(|text| line("the owner", text)).transpose()?,
        "location": args.location.as_deref().map(|text| line("the place", text)).transpose()?,
    });
    let text = format!("{} {name} {scope}", kind.as_str());
    change.say_and_end(vec![Statement::new(Thing::Credential, id, &says)?], &[text.trim_end().to_owned()], context)
}

/// `credentials set`.
pub fn set(args: &SetCredentialArgs, context: &mut Context<'_, '_>) -> Outcome {
    named(&args.evidence)?;
    let texts = [&args.owner, &args.location, &args.dismiss].into_iter().flatten().chain(&args.evidence);
    seen_first(texts.map(String::as_str), args.yes, context)?;
    let change = Change::begin(context)?;
    let time = |flag: &str, typed: &Option<String>| -> Result<Option<Micros>, Failure> {
        let Some(typed) = typed else { return Ok(None) };
        let at = Micros::parse_stated(typed, change.case.incident_day()?).ok_or_else(|| not_a_time(flag, typed))?;
        if at > context.env.now() {
            return Err(Failure::usage(format!("{flag} {typed}: that is still to come; say what was done")));
        }
        Ok(Some(at))
    };
    let (revoked, proved_dead) = (time("--revoked", &args.revoked)?, time("--proved-dead", &args.proved_dead)?);
    let text = |what: &str, text: &Option<String>| text.as_deref().map(|text| line(what, text)).transpose();
    let word = CredentialWord {
        owner: text("the owner", &args.owner)?,
        location: text("the place", &args.location)?,
        dismissed: text("the reason", &args.dismiss)?,
        revoked,
        reissued: time("--reissued", &args.reissued)?,
        proved_dead,
        alive: args.alive,
        evidence: args.evidence.clone(),
    };
    if word == CredentialWord::default() {
        return Err(Failure::usage(
            "nothing to say: give --owner, --revoked, --reissued, --proved-dead, --alive or --dismiss",
        ));
    }
    let planned = credential_word(&change.case, &change.state, &args.credential, &word)?;
    change.say_and_end(vec![planned.statement], &[planned.text], context)
}

/// `credentials none`.
pub fn none(args: &NoCredentialArgs, context: &mut Context<'_, '_>) -> Outcome {
    let kind = kind(&args.kind)?;
    seen_first([args.reason.as_str()], args.yes, context)?;
    let reason = line("the reason", &args.reason)?;
    if kind.question().is_none() {
        return Err(Failure::usage(format!(
            "{}: evidence names these; dismiss one with `credentials set`",
            kind.as_str()
        )));
    }
    let change = Change::begin(context)?;
    let statement = Statement::new(Thing::Credential, none_id(kind), &json!({ "none": reason }))?;
    change.say_and_end(vec![statement], &[format!("no {}: {reason}", kind.as_str())], context)
}
