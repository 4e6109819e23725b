//! What is said of credentials.

use serde_json::{Map, Value, json};

use super::kind;
use crate::case::responding::Statement;
use crate::cli::commands::new::{line, not_a_time};
use crate::cli::commands::said::Change;
use crate::cli::response_args::{AddCredentialArgs, NoCredentialArgs, SetCredentialArgs};
use crate::cli::{Context, Failure, Outcome};
use crate::collect::redact::redact_text;
use crate::model::record::Thing;
use crate::model::time::Micros;
use crate::respond::credentials::{CredentialView, credential_id, none_id};
use crate::work::response::{credentials, proof};

/// `credentials add`.
pub fn add(args: &AddCredentialArgs, context: &mut Context<'_, '_>) -> Outcome {
    let kind = kind(&args.kind)?;
    let name = line("the name", &args.name)?;
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
    let change = Change::begin(context)?;
    let credential = found(&change, &args.credential)?;
    let mut says = Map::new();
    let mut put = |field: &str, value: Option<Value>| {
        if let Some(value) = value {
            says.insert(field.to_owned(), value);
        }
    };
    let text = |what: &str, text: &Option<String>| -> Result<Option<Value>, Failure> {
        Ok(text.as_deref().map(|text| line(what, text)).transpose()?.map(Value::String))
    };
    put("owner", text("the owner", &args.owner)?);
    put("location", text("the place", &args.location)?);
    put("dismissed", text("the reason", &args.dismiss)?);
    for (flag, field, typed) in [
        ("--revoked", "revoked", &args.revoked),
        ("--reissued", "reissued", &args.reissued),
        ("--proved-dead", "proved_dead", &args.proved_dead),
    ] {
        let Some(typed) = typed else { continue };
        let at = Micros::parse_stated(typed, change.case.incident_day()?).ok_or_else(|| not_a_time(flag, typed))?;
        if at > context.env.now() {
            return Err(Failure::usage(format!("{flag} {typed}: that is still to come; say what was done")));
        }
        put(field, Some(json!(at)));
    }
    if args.alive {
        put("revoked", Some(json!(0)));
        put("proved_dead", Some(json!(0)));
    }
    for typed in &args.evidence {
        put(&format!("evidence:{}", proof(&change.case, &change.state, typed)?), Some(json!(true)));
    }
    if says.is_empty() {
        return Err(Failure::usage(
            "nothing to say: give --owner, --revoked, --reissued, --proved-dead, --alive or --dismiss",
        ));
    }
    // Said of what evidence names: it stays named where that evidence is taken back.
    for (field, value) in
        [("kind", json!(credential.kind)), ("name", json!(credential.name)), ("scope", json!(credential.scope))]
    {
        says.insert(field.to_owned(), value);
    }
    let fields: Vec<&str> =
        says.keys().map(String::as_str).filter(|field| !["kind", "name", "scope"].contains(field)).collect();
    let text = format!("{} {}: {}", credential.kind.as_str(), credential.name, fields.join(", "));
    change.say_and_end(vec![Statement::new(Thing::Credential, &credential.id, &says)?], &[text], context)
}

/// `credentials none`.
pub fn none(args: &NoCredentialArgs, context: &mut Context<'_, '_>) -> Outcome {
    let kind = kind(&args.kind)?;
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

fn found(change: &Change, named: &str) -> Result<CredentialView, Failure> {
    let all = credentials(&change.case, &change.state)?;
    let named = redact_text(named);
    match all.find(&named).as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Failure::new(format!("{named}: no such credential; `hullbreach credentials` lists them"))),
        many => {
            let one = |c: &&CredentialView| {
                format!("{} {} {}", c.id.chars().take(8).collect::<String>(), c.kind.as_str(), c.scope)
            };
            let list: Vec<String> = many.iter().take(10).map(one).collect();
            Err(Failure::new(format!("{named} could be {} credentials: {}", many.len(), list.join("; "))))
        }
    }
}
