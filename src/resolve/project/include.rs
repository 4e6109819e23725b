//! `include`: projects of their own that are part of another one (compose specification, "Include").
//!
//! An included file is joined by itself too, for nothing in it says that it is included. Where it is included other
//! variables count: those of the including project, then those of the include's `env_file`, or of the `.env` in its
//! `project_directory`, which its relative paths count from. A service that comes to something else there is placed as the
//! including project's, in the file where it is written; one that comes to the same is not placed a second time.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::compose::{Gathered, alone, gather, place};
use super::extends::Project;
use super::joiner::{Joiner, as_compose};
use super::variables::Variables;
use super::{Joined, Plan, files, paths};
use crate::model::fact::{Mark, Use};
use crate::model::recipe::{Include, Recipe, Word};

/// Longest chain of files that include each other.
const DEPTH: usize = 16;

/// Most services in files that one project includes, directly or not; a file counts as one more.
const SERVICES: usize = 50_000;

/// What is followed at the moment.
struct Trail {
    /// Files that include each other, the outermost first.
    chain: Vec<String>,
    /// So many services may still be looked at.
    left: usize,
}

/// Follows what a project's files include, and names what is missing.
pub(super) fn follow<E>(project: &Project, joiner: &mut Joiner<'_, '_, E>) -> Result<(), E> {
    let chain = project.own().first().map(|file| file.path.clone()).into_iter().collect();
    follow_all(project, &mut Trail { chain, left: SERVICES }, joiner)
}

fn follow_all<E>(project: &Project, trail: &mut Trail, joiner: &mut Joiner<'_, '_, E>) -> Result<(), E> {
    for (number, file) in project.own().iter().enumerate() {
        for include in file.compose().map(|compose| compose.include.as_slice()).unwrap_or_default() {
            follow_one(number, include, project, trail, joiner)?;
        }
    }
    Ok(())
}

/// Follows one include: its files, merged, with the variables that count there.
fn follow_one<E>(
    file: usize,
    include: &Include,
    project: &Project,
    trail: &mut Trail,
    joiner: &mut Joiner<'_, '_, E>,
) -> Result<(), E> {
    let found = found(file, include, project, joiner)?;
    let variables = variables(file, include, &found, project, joiner)?;
    let Some((first, recipe)) = found.first().cloned() else { return Ok(()) };
    let spot = include.paths.first().map(|word| word.spot.clone()).unwrap_or_default();
    if trail.chain.contains(&first) {
        joiner.problem(project.path(file), &spot, "`include` goes in a circle here; compose refuses such a project");
        return Ok(());
    }
    let services = found.iter().filter_map(|(_, recipe)| as_compose(recipe)).map(|compose| compose.services.len());
    let left = trail.left.checked_sub(1 + services.sum::<usize>()).filter(|_| trail.chain.len() <= DEPTH);
    let Some(left) = left else {
        let reason = "more is included here, or in a longer chain, than is followed; each file is read by itself only";
        joiner.problem(project.path(file), &spot, reason);
        return Ok(());
    };
    trail.left = left;
    let mut there = Project::new(variables);
    there.name.clone_from(&project.name);
    let directory = directory(file, include, &first, project);
    for (path, recipe) in found {
        there.begin(&path, &directory, recipe);
    }
    let mut told = Joined::default();
    let services = joiner.apart(&mut told, |joiner| gather(&mut there, joiner))?;
    let (by_itself, own_told) = by_itself(&first, recipe, joiner)?;
    told.missing.retain(|missing| !own_told.missing.contains(missing));
    told.problems.retain(|problem| !own_told.problems.contains(problem));
    joiner.tell(told);
    let services: Vec<Gathered> =
        services.into_iter().filter(|it| by_itself.get(&it.name) != Some(&said(it, &there))).collect();
    place(&services, &there, joiner)?;
    trail.chain.push(first);
    let followed = follow_all(&there, trail, joiner);
    trail.chain.pop();
    followed
}

/// The include's files that are at hand, in order; those that are not are named.
fn found<E>(
    file: usize,
    include: &Include,
    project: &Project,
    joiner: &mut Joiner<'_, '_, E>,
) -> Result<Vec<(String, Rc<Recipe>)>, E> {
    let mut found = Vec::new();
    for word in &include.paths {
        let what = "this file is included: its services are part of the project";
        let Some(path) = located(file, word, what, project, joiner) else { continue };
        match joiner.file(&path)?.filter(|recipe| as_compose(recipe).is_some()) {
            Some(recipe) => found.push((path, recipe)),
            None => {
                let reason = format!("{what}. It is not among the evidence, or is no compose file: import it too");
                joiner.missing(path, (project.path(file), &word.spot), reason);
            }
        }
    }
    Ok(found)
}

/// The variables that count in an included file: those of the including project before those of the include's own.
fn variables<E>(
    file: usize,
    include: &Include,
    found: &[(String, Rc<Recipe>)],
    project: &Project,
    joiner: &mut Joiner<'_, '_, E>,
) -> Result<Variables, E> {
    let mut variables = Variables::default();
    if let (true, Some((first, _))) = (include.env_files.is_empty(), found.first()) {
        let directory = directory(file, include, first, project);
        files::read_file(&format!("{directory}/.env"), &mut variables, joiner, false)?;
    }
    // Compose takes this file for "none".
    for word in include.env_files.iter().filter(|word| word.text != "/dev/null") {
        let what = "this environment file decides on the images of an included file";
        let Some(path) = located(file, word, what, project, joiner) else { continue };
        if !files::read_file(&path, &mut variables, joiner, true)? {
            let reason = format!("{what}. It is not among the evidence: import it too");
            joiner.missing(path, (project.path(file), &word.spot), reason);
        }
    }
    variables.put_over(&project.variables);
    Ok(variables)
}

/// What the relative paths of an included file count from.
fn directory(file: usize, include: &Include, first: &str, project: &Project) -> String {
    let stated = include.project_directory.as_ref().and_then(|word| plainly(file, word, project));
    stated.unwrap_or_else(|| paths::folder(first).to_owned())
}

/// The path that a word names, where it can be told.
fn plainly(file: usize, word: &Word, project: &Project) -> Option<String> {
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
) -> Option<String> {
    let asker = (project.path(file), &word.spot);
    let filled = match project.variables.fill(&word.text) {
        Ok(filled) => filled,
        Err(fault) => {
            joiner.problem(asker.0, asker.1, fault.to_string());
            return None;
        }
    };
    if !filled.needs.is_empty() {
        joiner.missing(filled.text, asker, format!("{what}. Its name depends on variables that nothing defines"));
    } else if paths::is_remote(&filled.text) {
        joiner.missing(filled.text, asker, format!("{what}. It is fetched from elsewhere: get it and import it"));
    } else {
        match paths::resolve(project.folder(file), &filled.text) {
            Ok(path) => return Some(path),
            Err(reason) => joiner.missing(filled.text, asker, format!("{what}. It is named by {reason}")),
        }
    }
    None
}

/// What a service comes to, whatever its project is called: its uses by path, and its build.
#[derive(PartialEq)]
struct Said {
    uses: Vec<(String, Use)>,
    plan: Option<(Plan, Option<String>)>,
}

/// What an included file's services come to by themselves, and what is told of them.
fn by_itself<E>(
    path: &str,
    recipe: Rc<Recipe>,
    joiner: &mut Joiner<'_, '_, E>,
) -> Result<(BTreeMap<String, Said>, Joined), E> {
    let mut told = Joined::default();
    let services = joiner.apart(&mut told, |joiner| {
        let Some(mut project) = alone(path, recipe, joiner)? else { return Ok(BTreeMap::new()) };
        let services = gather(&mut project, joiner)?;
        Ok(services.iter().map(|service| (service.name.clone(), said(service, &project))).collect())
    })?;
    Ok((services, told))
}

fn said(service: &Gathered, project: &Project) -> Said {
    let nameless = |used: &Use| {
        // It is called after the project, and so differs even where all else is the same.
        let image = if used.marks.contains(&Mark::BuiltHere) { "" } else { used.as_written.as_str() };
        Use { as_written: image.to_owned(), ..used.clone() }
    };
    Said {
        uses: service.uses.iter().map(|(file, used)| (project.path(*file).to_owned(), nameless(used))).collect(),
        plan: service.plan.as_ref().map(|(_, plan, elsewhere)| {
            let images = plan.images.iter().map(nameless).collect();
            (Plan { images, ..plan.clone() }, elsewhere.clone())
        }),
    }
}
