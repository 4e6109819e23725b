//! `graph name`: what a responder calls layers that no known image is.
//!
//! The name is a word about the layers themselves. Once an image with just these layers is read, that image stands there
//! under its own name, and the word stays in the log.

use serde_json::json;

use super::centre;
use crate::case::query::lineage::CHAIN;
use crate::cli::graph_args::NameArgs;
use crate::cli::out::Tone;
use crate::cli::words::short;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::judgement::Field;
use crate::work::lineage::Known;
use crate::work::naming::name_word;

/// Names an unknown base, or takes its name away.
pub fn run(args: &NameArgs, context: &mut Context<'_, '_>) -> Outcome {
    let reason = super::super::new::line("the reason", &args.reason)?;
    let none = |text: &str| Failure::usage(format!("the name is {}, not {text:?}", Field::Name.values()));
    let value = match args.name.as_deref() {
        Some(text) => Some(Field::Name.value(text).ok_or_else(|| none(text))?),
        None => None,
    };
    let mut case = locate::for_change(context)?;
    case.refresh()?;
    let known = Known::read(case.conn())?;
    let Some(node) = centre::find(case.conn(), &known.graph, &args.base, context)? else { return Ok(Exit::Failed) };
    let Some(unnamed) = known.graph.unnamed(node) else {
        let name = known.graph.name(node);
        return Err(Failure::new(format!(
            "{name}: has a name of its own; only a base that no image was read of can be named, as {CHAIN}sha256:..."
        )));
    };
    let word = name_word(case.conn(), &unnamed.chain_id, value, reason)?;
    let plan = word.summary();
    let event = if context.dry_run { None } else { case.judge(&[word])?.first().map(ToString::to_string) };
    if context.out.json {
        context.out.document(&json!({ "dry_run": event.is_none(), "plan": [plan], "event": event }))?;
        return Ok(Exit::Done);
    }
    let verb = if event.is_some() { "said" } else { "would say" };
    context.out.labelled(Tone::Strong, verb, &plan)?;
    if let Some(event) = event {
        context.out.toned(Tone::Muted, &format!("`hullbreach undo {}` takes it back", short(&event)))?;
    }
    Ok(Exit::Done)
}
