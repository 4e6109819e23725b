//! Which case a command is about.

use std::path::PathBuf;

use super::{Context, Failure};
use crate::case::{Access, Case};

/// `--case`, else `$HULLBREACH_CASE`, else the only `*.case` file in the current folder.
pub fn path(context: &Context<'_, '_>) -> Result<PathBuf, Failure> {
    if let Some(case) = &context.case {
        return Ok(context.env.current_dir.join(case));
    }
    if let Some(case) = context.env.vars.get("HULLBREACH_CASE").filter(|v| !v.is_empty()) {
        return Ok(context.env.current_dir.join(case));
    }
    let folder = &context.env.current_dir;
    let entries = std::fs::read_dir(folder).map_err(|e| Failure::new(format!("{}: {e}", folder.display())))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "case") && p.is_file())
        .filter(|p| !p.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.')))
        .collect();
    found.sort();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Failure::new(format!(
            "no case: {} holds no *.case file; name one with --case or $HULLBREACH_CASE, or make one with `hullbreach new`",
            folder.display()
        ))),
        many => {
            let names: Vec<String> =
                many.iter().filter_map(|p| Some(p.file_name()?.to_string_lossy().into_owned())).collect();
            Err(Failure::new(format!(
                "several cases here: {}; name one with --case or $HULLBREACH_CASE",
                names.join(", ")
            )))
        }
    }
}

/// Opens it for changes.
pub fn for_change(context: &Context<'_, '_>) -> Result<Case, Failure> {
    Ok(Case::open(&path(context)?, Access::Write, context.env)?)
}

/// Opens it for questions, with projections that follow its events. Where they do not yet (a process was killed between
/// storing and folding) and the file may be written, they are folded now.
pub fn for_questions(context: &mut Context<'_, '_>) -> Result<Case, Failure> {
    let path = path(context)?;
    let case = Case::open(&path, Access::Read, context.env)?;
    if case.is_current()? {
        return Ok(case);
    }
    drop(case);
    match Case::open(&path, Access::Write, context.env).and_then(|mut case| case.refresh().map(|()| case)) {
        Ok(case) => Ok(case),
        Err(error) => {
            context.out.note(&format!("hullbreach: shown as it was before the last changes: {error}"));
            Ok(Case::open(&path, Access::Read, context.env)?)
        }
    }
}
