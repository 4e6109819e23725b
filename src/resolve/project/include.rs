//! `include`: the files are projects of their own and are joined by themselves; here they are only asked for.

use super::extends::Project;
use super::joiner::Joiner;
use super::{paths, told_apart};
use crate::model::recipe::{Include, Word};

/// Asks for the files that a file includes, and names those that are missing.
pub(super) fn ask<E>(file: usize, project: &Project, joiner: &mut Joiner<'_, '_, E>) -> Result<(), E> {
    let Some(includes) = project.files.get(file).and_then(|file| file.compose()).map(|file| &file.include) else {
        return Ok(());
    };
    for include in includes {
        let Include { paths, env_files, .. } = include;
        told_apart::compare(file, include, project, joiner)?;
        for word in paths {
            let what = "this file is included: its services are part of the project";
            if let Some(path) = located(file, word, what, project, joiner)?
                && !joiner.has_compose(&path)?
            {
                let reason = format!("{what}. It is not among the evidence, or is no compose file: import it too");
                joiner.missing(path, (project.path(file), &word.spot), reason);
            }
        }
        for word in env_files {
            let what = "this environment file decides on the images of an included file";
            if let Some(path) = located(file, word, what, project, joiner)?
                && joiner.file(&path)?.is_none()
            {
                let reason = format!("{what}. It is not among the evidence: import it too");
                joiner.missing(path, (project.path(file), &word.spot), reason);
            }
        }
    }
    Ok(())
}

/// The path that a word names, where it can be told.
pub(super) fn plainly(file: usize, word: &Word, project: &Project) -> Option<String> {
    let filled = project.variables.fill(&word.text).ok().filter(|filled| filled.needs.is_empty())?;
    (!paths::is_remote(&filled.text)).then(|| paths::resolve(project.folder(file), &filled.text).ok()).flatten()
}

/// The path that a word names; where it cannot be told, that is said.
fn located<E>(
    file: usize,
    word: &Word,
    what: &str,
    project: &Project,
    joiner: &mut Joiner<'_, '_, E>,
) -> Result<Option<String>, E> {
    let asker = (project.path(file), &word.spot);
    let filled = match project.variables.fill(&word.text) {
        Ok(filled) => filled,
        Err(fault) => {
            joiner.problem(asker.0, asker.1, fault.to_string());
            return Ok(None);
        }
    };
    if !filled.needs.is_empty() {
        joiner.missing(filled.text, asker, format!("{what}. Its name depends on variables that nothing defines"));
    } else if paths::is_remote(&filled.text) {
        joiner.missing(filled.text, asker, format!("{what}. It is fetched from elsewhere: get it and import it"));
    } else {
        match paths::resolve(project.folder(file), &filled.text) {
            Ok(path) => return Ok(Some(path)),
            Err(reason) => joiner.missing(filled.text, asker, format!("{what}. It is named by {reason}")),
        }
    }
    Ok(None)
}
