//! `declare`: the incident is declared, and the alert says so. What is a legal fact is asked for, never inferred.

use serde_json::{Map, Value, json};

use super::new::{line, not_a_time, severity_word, tlp};
use super::said::Change;
use crate::case::query::situation::spread;
use crate::case::responding::Statement;
use crate::cli::out::Tone;
use crate::cli::response_args::DeclareArgs;
use crate::cli::{Context, Exit, Failure, Outcome};
use crate::model::clock::AWARE;
use crate::model::record::{INCIDENT, Thing};
use crate::model::task::Duty;
use crate::model::time::Micros;
use crate::respond::incident::alert;
use crate::work::response::{Board, actions};

/// What to do next, at the foot of the alert.
const NEXT: &str = "hullbreach checklist list --next; hullbreach clocks; hullbreach credentials";

/// Declares it, changes what was declared, or prints the alert again.
pub fn run(args: &DeclareArgs, context: &mut Context<'_, '_>) -> Outcome {
    let mut says = says(args)?;
    let mut change = Change::begin(context)?;
    let known = change.state.response.incident();
    if known.least::<Micros>("declared").is_none() {
        says.insert("declared".to_owned(), json!(context.env.now()));
    }
    let mut statements = Vec::new();
    let mut lines = Vec::new();
    if !says.is_empty() {
        statements.push(Statement::new(Thing::Incident, INCIDENT, &says)?);
        lines.push(format!("declared: {}", says.keys().cloned().collect::<Vec<_>>().join(", ")));
    }
    if let (Some(written), Some(source)) = (&args.aware, &args.aware_source) {
        let at = Micros::parse_stated(written, change.case.incident_day()?);
        let at = at.ok_or_else(|| not_a_time("--aware", written))?;
        if at > context.env.now() {
            return Err(Failure::usage(format!("--aware {written}: that is still to come; say when it was")));
        }
        let source = line("the source", source)?;
        let aware = json!({"at": at, "written": line("the time", written)?, "source": source, "so": true});
        statements.push(Statement::new(Thing::Trigger, AWARE, &aware)?);
        lines.push(format!("aware at {}, by {source}", at.rfc3339()));
    }
    if context.dry_run {
        change.say(statements, &lines, context)?;
        return Ok(Exit::Done);
    }
    if !statements.is_empty() {
        change.case.say_all(&change.state.response, statements)?;
        change.case.refresh()?;
        change.state = change.case.state()?.0;
    }
    print(&change, context)
}

fn says(args: &DeclareArgs) -> Result<Map<String, Value>, Failure> {
    let mut says = Map::new();
    let mut put = |field: &str, value: Option<Value>| {
        if let Some(value) = value {
            says.insert(field.to_owned(), value);
        }
    };
    let text = |what: &str, text: &Option<String>| -> Result<Option<Value>, Failure> {
        Ok(text.as_deref().map(|text| line(what, text)).transpose()?.map(Value::String))
    };
    put("severity", args.severity.map(|severity| json!(severity_word(severity))));
    put("status", args.status.map(|status| json!(status.as_str())));
    put("scope", text("the scope", &args.scope)?);
    put("channel", text("the channel", &args.channel)?);
    put("tlp", args.tlp.as_deref().map(tlp).transpose()?.map(Value::String));
    for action in &args.action {
        put(&format!("action:{}", line("the action", action)?), Some(json!(true)));
    }
    for (list, plays) in [(&args.role, true), (&args.no_role, false)] {
        for typed in list {
            let (duty, who) = role(typed)?;
            put(&format!("role:{}:{who}", duty.as_str()), Some(json!(plays)));
        }
    }
    Ok(says)
}

/// `ROLE=WHO`.
fn role(typed: &str) -> Result<(Duty, String), Failure> {
    let (word, who) = typed.split_once('=').ok_or_else(|| {
        Failure::usage(format!("{typed}: write ROLE=WHO, as commander=ana; roles are {}", Duty::words()))
    })?;
    let duty =
        Duty::parse(word).ok_or_else(|| Failure::usage(format!("{word}: no such role; one of {}", Duty::words())))?;
    Ok((duty, line("the person", who)?))
}

fn print(change: &Change, context: &mut Context<'_, '_>) -> Outcome {
    let board = Board::of(&change.case, &change.state)?;
    let (affected, actions) = (Board::affected(&spread(change.case.conn())?), actions(&board));
    let text = alert(&board.title, &board.incident, &affected, &actions, NEXT);
    let aware = board.clocks.trigger(AWARE);
    if context.out.json {
        let document = json!({
            "incident": board.incident, "affected": affected, "actions": actions, "alert": text, "aware": aware,
        });
        context.out.document(&document)?;
        return Ok(Exit::Done);
    }
    for (n, row) in text.iter().enumerate() {
        context.out.toned(if n == 0 { Tone::Strong } else { Tone::Plain }, row)?;
    }
    for conflict in &board.incident.conflicts {
        context.out.labelled(Tone::Warn, "conflict", conflict)?;
    }
    if aware.is_none_or(|aware| aware.at.is_none()) {
        context.out.note(
            "awareness time: not stated, and never inferred; legal deadlines run from it: hullbreach declare --aware TIME \
             --aware-source WHO",
        );
    }
    if aware.is_some_and(|aware| aware.at.is_some() && aware.source.as_deref().unwrap_or_default().is_empty()) {
        context.out.note(
            "awareness: nobody said who or what says so, and it is a legal fact: hullbreach declare --aware TIME \
             --aware-source WHO",
        );
    }
    if !board.incident.roles.contains_key(&Duty::Commander) {
        context.out.note("nobody leads yet: hullbreach declare --role commander=WHO --role scribe=WHO");
    }
    Ok(Exit::Done)
}
