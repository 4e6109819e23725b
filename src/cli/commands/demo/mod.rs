//! `demo`: the exercise case, made from evidence this program carries.

mod tabletop;

pub(crate) use tabletop::{lay_out, play};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::case::{Access, Case};
use crate::cli::args::DemoArgs;
use crate::cli::words::counted;
use crate::cli::{Context, Exit, Failure, Outcome};
use crate::tui::Launch;
use crate::work::exercise;

/// The folder of its summary.
const SUMMARY: &str = "summary";

/// What to look at next in it.
const NEXT: [(&str, &str); 5] = [
    ("hullbreach situation", "where it stands, and what to decide now"),
    ("hullbreach image ecdb24db", "what came under a known tag, and stood in no notice"),
    ("hullbreach blast ecdb24db", "how far it reaches, and what cannot be told"),
    ("hullbreach timeline", "what happened, when we knew, what we did"),
    ("hullbreach summary", "what people receive"),
];

/// Makes it and opens it, or prints its picture.
pub fn run(args: DemoArgs, context: &mut Context<'_, '_>) -> Outcome {
    let open = context.interactive && !args.summary;
    let (summary, begin) = (args.summary, args.begin);
    if context.dry_run {
        let place = args.dir.map_or_else(
            || "a new folder among the temporary files".to_owned(),
            |dir| context.env.current_dir.join(dir).display().to_string(),
        );
        let mut plan = vec![format!("would make {} in {place}, and what came in while it was played", exercise::NAME)];
        if summary {
            plan.push(format!("would write every form of its summary into {place}/{SUMMARY}"));
        }
        context.out.plan(&plan)?;
        return Ok(Exit::Done);
    }
    let folder = folder(args, context)?;
    let path = folder.join(exercise::NAME);
    std::fs::create_dir_all(&folder).map_err(|e| Failure::new(format!("{}: {e}", folder.display())))?;
    drop(exercise::make(&folder, context.env, &context.cancel)?);
    lay_out(&folder)?;
    if !begin {
        play(&path, context.env, &context.cancel)?;
    }
    if open {
        context.launch = Some(Launch { case: Some(path), ascii: context.out.ascii, ..Launch::default() });
        return Ok(Exit::Done);
    }
    let case = Case::open(&path, Access::Read, context.env)?;
    let exercise = exercise::world_after(&case, context.env)?.unwrap_or_else(|| context.env.clone());
    let (cancel, named) = (Arc::clone(&context.cancel), Some(path.clone()));
    let context = &mut Context {
        env: &exercise,
        out: &mut *context.out,
        case: named,
        dry_run: false,
        stdin: None,
        cancel,
        interactive: false,
        launch: None,
    };
    if summary {
        let folder = folder.join(SUMMARY);
        let files = super::summary::write_all(&case, &folder)?;
        context.out.note(&format!(
            "{}: every form of the summary, {}",
            folder.display(),
            counted(files.len() as u64, "file")
        ));
    }
    if context.out.json {
        drop(case);
        super::coverage::run(context)?;
    } else {
        picture(&case, &path, begin, context)?;
    }
    Ok(Exit::Done)
}

/// The situation, and what to do next.
fn picture(case: &Case, path: &Path, begin: bool, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    super::open::situation(case, context)?;
    let path = path.display().to_string();
    context.out.line(&format!("next: export HULLBREACH_CASE={}", shell_quoted(&path)))?;
    for (command, what) in NEXT {
        context.out.line(&format!("      {command:<28}{what}"))?;
    }
    if !begin {
        context.out.line("to play it yourselves: hullbreach demo --begin")?;
    }
    Ok(())
}

/// The named folder, else a new one of its own among the temporary files.
fn folder(args: DemoArgs, context: &Context<'_, '_>) -> Result<PathBuf, Failure> {
    match args.dir {
        Some(dir) => Ok(context.env.current_dir.join(dir)),
        None => exercise::temporary_folder(context.env).map_err(Failure::new),
    }
}

fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
