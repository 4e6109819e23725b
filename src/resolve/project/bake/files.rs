//! Which bake files are read as one: those that bake looks for by itself in a folder, or one file alone.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Planned, plans};
use crate::model::given::Given;
use crate::model::recipe::{Bake, Compose, Recipe};
use crate::resolve::project::joiner::{Joiner, as_compose};
use crate::resolve::project::results::Results;
use crate::resolve::project::{files, named_after, paths};

/// The names that bake looks for, in this order; each is merged over those before it (buildx, `defaultFilenames`).
const NAMES: [&str; 4] =
    ["docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl"];

/// A bake file and its path.
type File = (String, Rc<Recipe>);

/// Joins a bake file. One that is merged over another says nothing of its own.
pub(in crate::resolve::project) fn join<E>(
    path: &str,
    recipe: &Recipe,
    joiner: &mut Joiner<'_, '_, E>,
) -> Result<(), E> {
    let recipe = Rc::new(recipe.clone());
    joiner.know(path, recipe.clone());
    let Some(files) = together(path, recipe, joiner)? else { return Ok(()) };
    let bakes: Vec<&Bake> = files.iter().filter_map(|(_, recipe)| as_bake(recipe)).collect();
    let folder = paths::folder(path);
    let path_of = |number: usize| files.get(number).map_or(path, |(path, _)| path.as_str());
    let plans = plans(folder, &bakes, joiner.args);
    for (number, (path, _)) in files.iter().enumerate() {
        let here = plans.iter().filter(|planned| planned.tags_file == number);
        let uses: Vec<_> = here.flat_map(|planned| planned.plan.images.iter().cloned()).collect();
        if !uses.is_empty() {
            joiner.stand(path, &named_after(path, "Bake"), uses);
        }
    }
    let mut results = Results::new("target:", plans.iter().map(|planned| &planned.plan));
    for Planned { plan, file, given, .. } in &plans {
        let asker = path_of(*file);
        let object = named_after(asker, "Bake");
        let plan = results.filled(plan, joiner)?;
        let built = joiner.build(asker, &object, &plan, plan.remote.as_deref())?;
        if given.is_empty() {
            continue;
        }
        let item = built.unwrap_or_else(|| joiner.stand(asker, &object, Vec::new()));
        for (file, given) in given {
            joiner.give(item, path_of(*file), &Given { scope: object.name.clone(), ..given.clone() });
        }
    }
    if NAMES.contains(&paths::last(path)) {
        composed(folder, &files, joiner)?;
    }
    Ok(())
}

/// The files that are read as one with this one, in order; `None` where it is merged over another.
fn together<E>(path: &str, recipe: Rc<Recipe>, joiner: &mut Joiner<'_, '_, E>) -> Result<Option<Vec<File>>, E> {
    if !NAMES.contains(&paths::last(path)) {
        return Ok(Some(vec![(path.to_owned(), recipe)]));
    }
    let mut files: Vec<File> = Vec::new();
    for name in NAMES {
        let beside = format!("{}/{name}", paths::folder(path));
        if let Some(recipe) = joiner.file(&beside)?.filter(|recipe| as_bake(recipe).is_some()) {
            files.push((beside, recipe));
        }
    }
    let first = files.first().is_some_and(|(first, _)| first == path);
    Ok(first.then_some(files))
}

/// Says so where bake takes what a compose file beside it says of a target's build: here it is not followed.
fn composed<E>(folder: &str, files: &[File], joiner: &mut Joiner<'_, '_, E>) -> Result<(), E> {
    for name in files::CANONICAL {
        let beside = format!("{folder}/{name}");
        let found = joiner.file(&beside)?;
        let Some(compose) = found.as_deref().and_then(as_compose) else { continue };
        let built = built(compose);
        let targets = files.iter().flat_map(|(path, recipe)| as_bake(recipe).map(|bake| (path, bake)));
        for (path, target) in targets.flat_map(|(path, bake)| bake.targets.iter().map(move |target| (path, target))) {
            if built.contains(target.name.as_str()) {
                let reason = format!(
                    "bake merges the target `{}` over the service of that name in {beside}, where no `-f` is given; here \
                     each was read by itself: what it is built from is to be looked at",
                    target.name
                );
                joiner.problem(path, &target.spot, reason);
            }
        }
    }
    Ok(())
}

/// The services of a compose file that are built.
fn built(compose: &Compose) -> BTreeSet<&str> {
    let built = compose.services.iter().filter(|service| service.build.is_some());
    built.map(|service| service.name.as_str()).collect()
}

/// The bake file in a recipe.
fn as_bake(recipe: &Recipe) -> Option<&Bake> {
    match recipe {
        Recipe::Bake(bake) => Some(bake),
        _ => None,
    }
}
