//! Which case a command is about.

use std::path::{Path, PathBuf};

use super::{Context, Failure};
use crate::case::{Access, Case, CaseError};
use crate::env::Env;

/// `--case`, else `$HULLBREACH_CASE`, else the only `*.case` file in the current folder.
pub fn path(context: &Context<'_, '_>) -> Result<PathBuf, Failure> {
    file(context.case.as_deref(), context.env)
}

/// The same, before there is a command.
pub(super) fn file(named: Option<&Path>, env: &Env) -> Result<PathBuf, Failure> {
    if let Some(case) = named {
        return Ok(env.current_dir.join(case));
    }
    if let Some(case) = env.vars.get("HULLBREACH_CASE").filter(|v| !v.is_empty()) {
        return Ok(env.current_dir.join(case));
    }
    let folder = &env.current_dir;
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
pub fn for_change(context: &mut Context<'_, '_>) -> Result<Case, Failure> {
    let path = path(context)?;
    writable(&path, context)
}

/// Opens it for changes, and makes what is shown anew where an earlier version made it last.
fn writable(path: &Path, context: &mut Context<'_, '_>) -> Result<Case, Failure> {
    let mut case = Case::open(path, Access::Write, context.env)?;
    if case.folded_by().is_some() {
        let name = path.display();
        context.out.note(&format!(
            "{name}: was last used with an earlier hullbreach; what is shown is made anew from the events, which stay as \
             they are. A large case takes a minute or more …"
        ));
        case.refresh()?;
        let counts = case.counts()?;
        context.out.note(&format!("made anew: {} images, {} uses", counts.images, counts.uses));
    }
    Ok(case)
}

/// Looks whether it can be opened before a terminal is; what an earlier version showed is made anew where it may be.
pub fn ready(path: &Path, read_only: bool, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    match Case::open(path, Access::Read, context.env) {
        Err(CaseError::EarlierViews { .. }) if !read_only => writable(path, context).map(drop),
        other => Ok(other.map(drop)?),
    }
}

/// Opens it for questions about what stands on what. Where the graph of a large case is not kept as the evidence is now, and
/// the file may be written, it is kept before it is asked, for this question and all that follow.
pub fn for_lineage(context: &mut Context<'_, '_>) -> Result<Case, Failure> {
    let case = for_questions(context)?;
    if !crate::case::query::lineage::is_to_be_kept(case.conn())? {
        return Ok(case);
    }
    let path = path(context)?;
    if let Err(error) = Case::open(&path, Access::Write, context.env).and_then(|mut case| case.keep_lineage()) {
        tracing::debug!(%error, "the lineage is not kept");
    }
    Ok(case)
}

/// Opens it for questions, with projections that follow its events. Where they do not yet (a process was killed between
/// storing and folding) and the file may be written, they are folded now.
pub fn for_questions(context: &mut Context<'_, '_>) -> Result<Case, Failure> {
    let path = path(context)?;
    match Case::open(&path, Access::Read, context.env) {
        Ok(case) if case.is_current()? => return Ok(case),
        Err(CaseError::EarlierViews { .. }) => drop(writable(&path, context)?),
        other => drop(other?),
    }
    match Case::open(&path, Access::Write, context.env).and_then(|mut case| case.refresh().map(|()| case)) {
        Ok(case) => Ok(case),
        Err(error) => {
            context.out.note(&format!("hullbreach: shown as it was before the last changes: {error}"));
            Ok(Case::open(&path, Access::Read, context.env)?)
        }
    }
}
