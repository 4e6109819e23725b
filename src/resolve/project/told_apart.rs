//! Whether an included file comes to the same as it does by itself.
//!
//! Included files are joined as projects of their own, with the `.env` beside them. Where they are included, other
//! variables count: those of the project that includes them, then those of the include's `env_file`, or of the `.env` in
//! its `project_directory` (compose specification, "Include"). Where that makes a difference it is said.

use std::collections::BTreeSet;

use super::extends::Project;
use super::files;
use super::include::plainly;
use super::joiner::{Joiner, as_compose};
use super::paths;
use super::variables::Variables;
use crate::model::recipe::{Compose, Include, Word};

/// Most places that are named for one included file.
const NAMED: usize = 20;

/// Compares what an include's files come to by themselves with what they come to where they are included.
pub(super) fn compare<E>(
    file: usize,
    include: &Include,
    project: &Project,
    joiner: &mut Joiner<'_, '_, E>,
) -> Result<(), E> {
    let paths: Vec<String> = include.paths.iter().filter_map(|word| plainly(file, word, project)).collect();
    let Some(first) = paths.first() else { return Ok(()) };
    let own = paths::folder(first).to_owned();
    let stated = include.project_directory.as_ref().and_then(|word| plainly(file, word, project));
    let directory = stated.unwrap_or_else(|| own.clone());
    let alone = files::variables(std::slice::from_ref(&own), joiner)?;
    let mut included = Variables::default();
    if include.env_files.is_empty() {
        files::read_file(&format!("{directory}/.env"), &mut included, joiner, false)?;
    }
    for word in &include.env_files {
        if let Some(path) = plainly(file, word, project) {
            files::read_file(&path, &mut included, joiner, false)?;
        }
    }
    included.put_over(&project.variables);
    for path in &paths {
        let Some(recipe) = joiner.file(path)? else { continue };
        let Some(compose) = as_compose(&recipe) else { continue };
        told(path, compose, (&alone, &included), project.path(file), joiner);
        if directory != own
            && let Some(build) = compose.services.iter().find_map(|service| service.build.as_ref())
        {
            let reason = format!(
                "{} includes this file with a `project_directory` of its own: there the paths of its builds count from \
                 {directory}, and here they were followed from its own folder",
                project.path(file)
            );
            joiner.problem(path, &build.spot, reason);
        }
    }
    Ok(())
}

/// Names the words that the two sets of variables fill differently.
fn told<E>(
    path: &str,
    compose: &Compose,
    (alone, included): (&Variables, &Variables),
    asker: &str,
    joiner: &mut Joiner<'_, '_, E>,
) {
    let mut named = BTreeSet::new();
    for word in words(compose).filter(|word| word.text.contains('$')) {
        let (Ok(one), Ok(other)) = (alone.fill(&word.text), included.fill(&word.text)) else { continue };
        if one.text == other.text || named.len() == NAMED || !named.insert(&word.text) {
            continue;
        }
        let reason = format!(
            "{asker} includes this file with other variables: there `{}` comes to `{}`, by itself to `{}`, and only the \
             latter is in the inventory",
            word.text, other.text, one.text
        );
        joiner.problem(path, &word.spot, reason);
    }
}

/// The words of a file that decide on images.
fn words(compose: &Compose) -> impl Iterator<Item = &Word> {
    compose.services.iter().flat_map(|service| {
        let build = service.build.as_deref();
        let of_build = build.into_iter().flat_map(|build| {
            let words = [&build.context, &build.dockerfile, &build.target].into_iter().flatten();
            let args = build.args.iter().filter_map(|argument| argument.value.as_ref());
            words.chain(args).chain(build.contexts.iter().filter_map(|context| context.value.as_ref()))
        });
        service.image.iter().chain(of_build)
    })
}
