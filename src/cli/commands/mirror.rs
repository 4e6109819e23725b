//! `mirror`: which hosts show the content of others.

use serde_json::json;

use crate::case::query::indicators::mirrors;
use crate::cli::indicator_args::{MirrorAction, MirrorArgs};
use crate::cli::out::Tone;
use crate::cli::table::{Table, text};
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::mirror::Mirror;

/// Runs one action; without one, lists.
pub fn run(args: MirrorArgs, context: &mut Context<'_, '_>) -> Outcome {
    match args.action.unwrap_or(MirrorAction::List) {
        MirrorAction::Add { mirror } => add(&mirror, context),
        MirrorAction::List => list(context),
        MirrorAction::Remove { mirror } => remove(&mirror, context),
    }
}

fn add(text: &str, context: &mut Context<'_, '_>) -> Outcome {
    let mirror = Mirror::parse(text).map_err(|e| Failure::usage(e.to_string()))?;
    let mut case = locate::for_change(context)?;
    if case.current()?.indicators.mirrors.contains_key(&mirror) {
        return Err(Failure::new(format!("{mirror} is a mirror already")));
    }
    if !context.dry_run {
        case.add_mirror(&mirror)?;
    }
    say("add", &mirror, context)
}

fn remove(text: &str, context: &mut Context<'_, '_>) -> Outcome {
    let mut case = locate::for_change(context)?;
    let known = case.current()?.indicators.mirrors;
    let wanted = text.trim().trim_end_matches('/');
    let fits = |mirror: &&Mirror| mirror.place == wanted || mirror.to_string() == wanted;
    let found: Vec<&Mirror> = known.keys().filter(fits).collect();
    let mirror = match found.as_slice() {
        [one] => (*one).clone(),
        [] => return Err(Failure::new(format!("{wanted} is no mirror; `hullbreach mirror list` names them"))),
        many => {
            let list: Vec<String> = many.iter().map(ToString::to_string).collect();
            return Err(Failure::new(format!("{wanted} is a mirror of several; name one: {}", list.join(", "))));
        }
    };
    if !context.dry_run {
        case.remove_mirror(&mirror, known.get(&mirror).map_or(&[], Vec::as_slice))?;
    }
    say("remove", &mirror, context)
}

fn say(verb: &str, mirror: &Mirror, context: &mut Context<'_, '_>) -> Outcome {
    if context.dry_run {
        context.out.plan(&[format!("would {verb} the mirror {mirror}")])?;
    } else if context.out.json {
        context.out.document(&json!({ "mirror": mirror, "done": verb }))?;
    } else if verb == "add" {
        let text = format!("what stands in {} counts as {}'s; names stay as written", mirror.place, mirror.upstream);
        context.out.line(&text)?;
    } else {
        context.out.line(&format!("{} is no mirror of {} any more", mirror.place, mirror.upstream))?;
    }
    Ok(Exit::Done)
}

fn list(context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let mirrors = mirrors(case.conn())?;
    if context.out.json {
        context.out.document(&json!({ "mirrors": mirrors }))?;
    } else if mirrors.is_empty() {
        context.out.line("no mirrors: hullbreach mirror add HOST=UPSTREAM, as registry.corp/dockerhub=docker.io")?;
    } else {
        let mut table = Table::new(&[text("HOST"), text("UPSTREAM")]);
        for Mirror { place, upstream } in mirrors {
            table.row(Tone::Plain, vec![place, upstream]);
        }
        table.print(context.out)?;
    }
    Ok(Exit::Done)
}
