//! `policy`: which facts make which priority.

use serde_json::json;
use std::io::Read as _;
use std::path::Path;

use super::told;
use crate::case::query::triage::Court;
use crate::cli::out::Tone;
use crate::cli::triage_args::{PolicyAction, PolicyArgs, PolicySetArgs};
use crate::cli::words::short;
use crate::cli::{Context, Exit, Failure, Outcome, locate};
use crate::model::priority::Priority;
use crate::triage::policy::{DEFAULT, MAX_BYTES, Policy, Problem};
use crate::work::triage;

/// Does what was asked.
pub fn run(args: &PolicyArgs, context: &mut Context<'_, '_>) -> Outcome {
    match &args.action {
        None | Some(PolicyAction::Show) => show(context),
        Some(PolicyAction::Check(args)) => check(&args.file, context),
        Some(PolicyAction::Preview(args)) => preview_of(&args.file, context),
        Some(PolicyAction::Set(args)) => set(args, context),
    }
}

fn show(context: &mut Context<'_, '_>) -> Outcome {
    let case = locate::for_questions(context)?;
    let court = Court::load(case.conn())?;
    let policy = court.policy()?;
    let conflict = court.policy_conflict();
    if context.out.json {
        let windows: serde_json::Map<String, serde_json::Value> =
            Priority::ALL.iter().map(|p| (p.to_string(), policy.window(*p).shown().into())).collect();
        context.out.document(&json!({
            "name": policy.name, "windows": windows, "text": policy.text, "conflict": conflict,
            "built_in": policy.text == DEFAULT,
        }))?;
        return Ok(Exit::Done);
    }
    if !conflict.is_empty() {
        context.out.note(&format!("{conflict}; of all of them the most urgent counts, here is the latest"));
    }
    policy.text.lines().try_for_each(|line| context.out.line(line))?;
    Ok(Exit::Done)
}

/// A policy's text: `default`, standard input, or a file.
fn read(file: &Path, context: &mut Context<'_, '_>) -> Result<String, Failure> {
    if file == Path::new("default") {
        return Ok(DEFAULT.to_owned());
    }
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    if file == Path::new("-") {
        let input = context.stdin.take().ok_or_else(|| Failure::new("there is no standard input to read from"))?;
        input.take(most).read_to_end(&mut bytes)?;
    } else {
        let path = context.env.current_dir.join(file);
        let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", path.display()));
        std::fs::File::open(&path).and_then(|opened| opened.take(most).read_to_end(&mut bytes)).map_err(failed)?;
    }
    String::from_utf8(bytes).map_err(|_| Failure::new(format!("{}: a policy is UTF-8 text", file.display())))
}

fn parsed(file: &Path, text: &str) -> Result<Policy, Failure> {
    triage::policy(&file.display().to_string(), text.as_bytes().to_vec()).map_err(Failure::new)
}

fn check(file: &Path, context: &mut Context<'_, '_>) -> Outcome {
    let text = read(file, context)?;
    let problems: Vec<Problem> = Policy::parse(&text).err().unwrap_or_default();
    let exit = if problems.is_empty() { Exit::Done } else { Exit::No };
    if context.out.json {
        let rows: Vec<_> = problems.iter().map(|p| json!({ "line": p.line, "reason": p.reason })).collect();
        context.out.document(&json!({ "ok": problems.is_empty(), "problems": rows }))?;
        return Ok(exit);
    }
    if problems.is_empty() {
        context.out.line("it gives a priority to everything, and nothing worse is less urgent")?;
    }
    for problem in &problems {
        context.out.toned(Tone::Bad, &format!("{}: {problem}", file.display()))?;
    }
    Ok(exit)
}

fn preview_of(file: &Path, context: &mut Context<'_, '_>) -> Outcome {
    let text = read(file, context)?;
    let policy = parsed(file, &text)?;
    let case = locate::for_questions(context)?;
    let court = Court::load(case.conn())?;
    let found = triage::plan_policy(&case, &text, "preview")?.preview;
    if context.out.json {
        context.out.document(&json!({ "policy": policy.name, "preview": found }))?;
        return Ok(Exit::Done);
    }
    context.out.toned(Tone::Strong, &format!("policy {} in place of {}", policy.name, court.policy()?.name))?;
    told::preview(&found, context)?;
    Ok(Exit::Done)
}

fn set(args: &PolicySetArgs, context: &mut Context<'_, '_>) -> Outcome {
    let reason = triage::reason(&args.reason).map_err(Failure::usage)?;
    let text = read(&args.file, context)?;
    let policy = parsed(&args.file, &text)?;
    triage::without_secrets(&args.file.display().to_string(), &text).map_err(Failure::new)?;
    let mut case = locate::for_change(context)?;
    case.refresh()?;
    let triage::Planned { words, preview: found } = triage::plan_policy(&case, &text, &reason)?;
    let event = if context.dry_run { None } else { case.judge(&words)?.last().map(ToString::to_string) };
    if context.out.json {
        context.out.document(&json!({
            "dry_run": event.is_none(), "plan": [format!("policy {}", policy.name)], "event": event, "preview": found,
        }))?;
        return Ok(Exit::Done);
    }
    let verb = if event.is_some() { "the case follows" } else { "the case would follow" };
    context.out.toned(Tone::Strong, &format!("{verb} policy {}", policy.name))?;
    told::preview(&found, context)?;
    if let Some(event) = event {
        context.out.toned(Tone::Muted, &format!("`hullbreach undo {}` takes it back", short(&event)))?;
    }
    Ok(Exit::Done)
}
