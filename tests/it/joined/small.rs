//! A join for tests, and files for it.
//!
//! A file is a Dockerfile's recipe. Its arguments are variables; a stage is an image that is built on, `${NAME}` stands for
//! a variable. `COPY --from=PATH` asks for another file and builds it with the variables of this one; `--mount=from=PATH`
//! asks for a file of variables.

use hullbreach::case::project::ProjectError;
use hullbreach::model::fact::{Item, Mark, Object, Role, Spot, Use};
use hullbreach::model::recipe::{Argument, Dockerfile, Recipe, Stage, Step, Word};
use hullbreach::resolve::project::{Built, Find, Joined, Missing, Standing};
use std::collections::BTreeMap;

use crate::fold::world::{Evidence, list};

/// A project file as of an hour of the day. `names` are its variables, `asks` the files it builds, `variables` those it
/// takes variables from.
pub fn file(
    path: &str,
    hour: i64,
    names: &[(&str, Option<&str>)],
    images: &[&str],
    asks: &[&str],
    from: &[&str],
) -> Evidence {
    let word = |(n, text): (usize, &&str)| Word { text: (*text).into(), spot: spot(10 * (n as u64 + 1)) };
    let argument = |(name, default): &(&str, Option<&str>)| Argument {
        name: (*name).into(),
        default: default.map(str::to_owned),
        spot: Spot::default(),
    };
    let steps = asks.iter().enumerate().map(|ask| Step::CopyFrom(word(ask)));
    let steps = steps.chain(from.iter().enumerate().map(|ask| Step::MountFrom(word(ask))));
    let mut stages: Vec<Stage> =
        images.iter().enumerate().map(|image| Stage { from: word(image), ..Stage::default() }).collect();
    stages.push(Stage { steps: steps.collect(), ..Stage::default() });
    let recipe = Dockerfile { globals: names.iter().map(argument).collect(), stages, ..Dockerfile::default() };
    let item = Item { recipe: Some(Recipe::Dockerfile(Box::new(recipe))), ..Item::default() };
    let mut evidence = list(path, hour, vec![item]).format("dockerfile");
    evidence.items[0].spot = Spot { pointer: String::new(), offset: 0, length: 500 };
    evidence
}

fn spot(offset: u64) -> Spot {
    Spot { pointer: format!("line:{}", offset / 10), offset, length: 4 }
}

/// Joins such files.
pub fn join(
    path: &str,
    recipe: &Recipe,
    args: &BTreeMap<String, String>,
    find: &mut Find<'_, ProjectError>,
) -> Result<Joined, ProjectError> {
    let Recipe::Dockerfile(file) = recipe else { return Ok(Joined::default()) };
    let mut joined = Joined::default();
    let mut variables = defaults(file);
    for asked in asked(file, |step| if let Step::MountFrom(word) = step { Some(word) } else { None }) {
        if let Some(Recipe::Dockerfile(other)) = find(&asked.text)?.as_deref() {
            variables.extend(defaults(other));
        }
        joined.asked.insert(asked.text);
    }
    variables.extend(args.clone());
    joined.items.push(standing(path, "Dockerfile", path, file, &variables, &[]));
    for asked in asked(file, |step| if let Step::CopyFrom(word) = step { Some(word) } else { None }) {
        // Not told in `asked`: the fold must notice by itself what was looked up.
        match find(&asked.text)?.as_deref() {
            Some(Recipe::Dockerfile(other)) => {
                let mut inner = defaults(other);
                inner.extend(variables.clone());
                let marks = [Mark::Profile(path.to_owned())];
                joined.items.push(standing(&asked.text, "ComposeProject", "shop", other, &inner, &marks));
                joined.built.push(Built {
                    part: String::new(),
                    image: format!("built{}", path.replace('/', "-")),
                    dockerfile: asked.text.clone(),
                    target: Some("run".into()),
                    asked_by: (path.to_owned(), asked.spot),
                    item: Some(joined.items.len() - 1),
                });
            }
            _ => joined.missing.push(Missing {
                path: asked.text,
                asked_by: (path.to_owned(), asked.spot),
                reason: "it is built here, and was not imported".into(),
            }),
        }
    }
    Ok(joined)
}

fn defaults(file: &Dockerfile) -> BTreeMap<String, String> {
    file.globals.iter().filter_map(|a| Some((a.name.clone(), a.default.clone()?))).collect()
}

fn asked(file: &Dockerfile, pick: impl Fn(&Step) -> Option<&Word>) -> Vec<Word> {
    file.stages.iter().flat_map(|stage| &stage.steps).filter_map(pick).cloned().collect()
}

fn standing(
    path: &str,
    kind: &str,
    name: &str,
    file: &Dockerfile,
    variables: &BTreeMap<String, String>,
    marks: &[Mark],
) -> Standing {
    let uses = file.stages.iter().enumerate().filter(|(_, stage)| !stage.from.text.is_empty()).map(|(n, stage)| {
        let word = &stage.from;
        let mut found = Use::new(Role::Base, n.to_string(), word.text.clone(), word.spot.clone());
        found.marks = marks.to_vec();
        if let Some(variable) = word.text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
            match variables.get(variable) {
                Some(value) => found.resolved = Some(value.clone()),
                None => found.needs.push(variable.to_owned()),
            }
        } else {
            found.resolved = variables.get(&word.text).cloned();
        }
        found
    });
    let object = Object { kind: kind.into(), name: name.into(), ..Object::default() };
    let item = Item { object: Some(object), uses: uses.collect(), ..Item::default() };
    Standing { path: path.to_owned(), item }
}
