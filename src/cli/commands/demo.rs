//! `demo`: the exercise case, made from evidence this program carries.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::case::Case;
use crate::case::events::kinds::{Awareness, Genesis, Severity};
use crate::case::store::NewCase;
use crate::cli::args::DemoArgs;
use crate::cli::out::Tone;
use crate::cli::words::when;
use crate::cli::{Context, Exit, Failure, Outcome};
use crate::collect::exercise;
use crate::env::Env;
use crate::model::id::{Id, hex};
use crate::model::time::Micros;
use crate::work::import::{Input, Options, Silent, import};

/// The exercise's file name.
const NAME: &str = "exercise.case";

/// What to look at next in it.
const NEXT: [(&str, &str); 4] = [
    ("hullbreach image ecdb24db", "what came under a known tag"),
    ("hullbreach images --filter moved:likely", "tags that may have moved"),
    ("hullbreach coverage", "what was read, and what is missing"),
    ("hullbreach verify", "whether the case is whole"),
];

/// Makes it and prints its picture.
pub fn run(args: DemoArgs, context: &mut Context<'_, '_>) -> Outcome {
    let folder = folder(args, context)?;
    let path = folder.join(NAME);
    if context.dry_run {
        context.out.plan(&[format!("would make {}", path.display())])?;
        return Ok(Exit::Done);
    }
    std::fs::create_dir_all(&folder).map_err(|e| Failure::new(format!("{}: {e}", folder.display())))?;
    let exercise = exercise_time(context.env);
    let (cancel, case) = (Arc::clone(&context.cancel), Some(path.clone()));
    let context = &mut Context { env: &exercise, out: &mut *context.out, case, dry_run: false, stdin: None, cancel };
    let mut case = Case::create(&path, &NewCase { genesis: genesis(), group: None }, context.env)?;
    let inputs = exercise::FILES.iter().map(|file| {
        // Files that say no time of their own were handed over when the exercise begins.
        let as_of = Micros::parse_rfc3339(file.as_of.unwrap_or(exercise::START));
        Input::exercise(file.path, file.bytes, file.context, as_of)
    });
    import(&mut case, inputs.collect(), &Options::default(), &Silent, &context.cancel)?;
    if context.out.json {
        drop(case);
        super::coverage::run(context)?;
    } else {
        picture(&case, &path, context)?;
    }
    Ok(Exit::Done)
}

/// The situation in one screen or two: what runs, what is not known, what to do next.
fn picture(case: &Case, path: &Path, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    context.out.toned(Tone::Strong, exercise::TITLE)?;
    let path = path.display().to_string();
    context.out.labelled(Tone::Plain, "case", &path)?;
    context.out.labelled(Tone::Plain, "aware", &format!("{}, by {}", when(exercise::AWARE), exercise::AWARE_SOURCE))?;
    super::images::glance(case, context)?;
    context.out.line("")?;
    super::coverage::glance(case, context)?;
    context.out.line("")?;
    context.out.line(&format!("next: export HULLBREACH_CASE={}", shell_quoted(&path)))?;
    for (command, what) in NEXT {
        context.out.line(&format!("      {command:<41}{what}"))?;
    }
    Ok(())
}

/// The exercise plays at its own time, so that ages and deadlines mean something and its picture is the same everywhere.
fn exercise_time(env: &Env) -> Env {
    let Some(start) = Micros::parse_rfc3339(exercise::START) else { return env.clone() };
    let began = env.now();
    let clock = Arc::clone(&env.clock);
    Env { clock: Arc::new(move || (Micros(start.0 + clock().0.0 - began.0), 0)), ..env.clone() }
}

/// The named folder, else a new one of its own among the temporary files.
fn folder(args: DemoArgs, context: &Context<'_, '_>) -> Result<PathBuf, Failure> {
    if let Some(dir) = args.dir {
        return Ok(context.env.current_dir.join(dir));
    }
    let mut nonce = [0; 4];
    (context.env.random)(&mut nonce).map_err(Failure::new)?;
    let temporary = context.env.vars.get("TMPDIR").filter(|v| !v.is_empty()).cloned().unwrap_or_else(|| "/tmp".into());
    let folder = PathBuf::from(temporary).join(format!("hullbreach-exercise-{}", hex(&nonce)));
    crate::case::identity::private_dir(&folder)?;
    Ok(folder)
}

/// The exercise begins alike on every machine.
fn genesis() -> Genesis {
    let aware = Micros::parse_rfc3339(exercise::AWARE);
    Genesis {
        nonce: Id::derived("exercise", &["1"]),
        title: exercise::TITLE.to_owned(),
        severity: Some(Severity::Critical),
        tlp: Some("AMBER+STRICT".to_owned()),
        aware: aware.map(|at| Awareness {
            at,
            written: exercise::AWARE.to_owned(),
            source: Some(exercise::AWARE_SOURCE.to_owned()),
        }),
        tool: concat!("hullbreach ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
