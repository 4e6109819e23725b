//! Bake files: each target to the build it asks for. Variables have their defaults or what a responder stated; targets
//! inherit, the last one named winning; matrices are expanded, bounded. What cannot be evaluated stays as written, with
//! the variables or expressions it needs.

mod evaluate;
mod files;
mod functions;
mod given;
mod paths;
mod targets;
mod value;

use std::collections::BTreeMap;

pub(super) use files::join;

use super::plan::Plan;
use crate::model::fact::{Mark, Role, Spot, Use};
use crate::model::given::Given;
use crate::model::recipe::{Bake, BakeValue};
use crate::resolve::build::Request;
use crate::resolve::project::paths::is_remote;
use evaluate::{Scope, evaluate};
use targets::{Target, expanded};
use value::Value;

/// Most plans of one set of files, matrices expanded.
const MAX_PLANS: usize = 2_000;

/// A build and the files, by number, that it stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The build.
    pub plan: Plan,
    /// The file that asks for it: where its spot counts, and that of its inline Dockerfile.
    pub file: usize,
    /// The file that names the images it makes.
    pub tags_file: usize,
    /// Credentials that the target is given, each with the file that says so.
    pub given: Vec<(usize, Given)>,
}

/// The builds that the targets of files that bake reads as one ask for, in the order of the targets. `folder` is where
/// bake runs, which paths count from; `vars` are variables that a responder stated, which win over defaults. Targets that
/// only others inherit from (named with a leading `_`) ask for none.
pub fn plans(folder: &str, files: &[&Bake], vars: &BTreeMap<String, String>) -> Vec<Planned> {
    let scope = Scope::new(files, vars);
    let mut plans = Vec::new();
    let bases = targets::bases(files);
    for target in targets::merged(files) {
        if target.name.starts_with('_') && bases.contains(target.name) {
            continue;
        }
        for (name, target, scope) in expanded(&target, &scope) {
            if plans.len() == MAX_PLANS {
                return plans;
            }
            plans.push(planned(folder, name, &target, &scope));
        }
    }
    plans
}

fn planned(folder: &str, name: String, target: &Target<'_>, scope: &Scope<'_>) -> Planned {
    let file = target.inline.map_or(target.file, |(file, _)| file);
    let tags_file = target.values.get("tags").map_or(target.file, |(file, _)| *file);
    let given = given::given(&name, target, scope);
    Planned { plan: plan(folder, name, target, scope), file, tags_file, given }
}

fn plan(folder: &str, name: String, target: &Target<'_>, scope: &Scope<'_>) -> Plan {
    let mut plan = Plan { name, images: images(target, scope), spot: target.spot.clone(), ..Plan::default() };
    let text = |key: &str| target.values.get(key).map(|(_, value)| evaluate(value, scope));
    let mut needs = Vec::new();
    let mut known = |value: Option<Value>, default: &str| match value {
        None | Some(Value::Null) => Some(default.to_owned()),
        Some(value) => match value.text() {
            Ok(text) => Some(text),
            Err(missing) => {
                needs.extend(missing);
                None
            }
        },
    };
    let context = known(text("context"), ".");
    let dockerfile = known(text("dockerfile"), "Dockerfile");
    let stage = known(text("target"), "");
    plan.context = context.as_deref().and_then(|context| paths::context(folder, context));
    plan.remote = context.clone().filter(|context| plan.context.is_none() && is_remote(context));
    plan.inline = target.inline.map(|(_, inline)| (inline.file.clone(), inline.spot.clone()));
    let inline = plan.inline.is_some() || target.values.contains_key("dockerfile-inline");
    if !inline {
        plan.dockerfile = plan.context.as_deref().zip(dockerfile).and_then(|(base, file)| paths::below(base, &file));
    } else if plan.inline.is_none() {
        needs.push("dockerfile-inline".to_owned());
    }
    // A base that is not in the file could say where the Dockerfile is.
    let silent = !["context", "dockerfile"].into_iter().any(|key| target.values.contains_key(key)) && !inline;
    if silent {
        needs.extend(target.missing.iter().map(|name| format!("target.{name}")));
    }
    plan.request = request(target, scope, stage.filter(|stage| !stage.is_empty()));
    needs.sort();
    needs.dedup();
    plan.needs = needs;
    plan
}

fn request(target: &Target<'_>, scope: &Scope<'_>, stage: Option<String>) -> Request {
    let mut request = Request { target: stage, ..Request::default() };
    for (name, value) in target.map("args", scope) {
        match value {
            // Bake leaves out an argument that is null: the Dockerfile's default stays.
            Value::Null => {}
            value => {
                request.args.insert(name, value.text().ok());
            }
        }
    }
    for (name, value) in target.map("contexts", scope) {
        // An empty one takes away what is inherited.
        if let Some(text) = value.text().ok().filter(|text| !text.is_empty()) {
            request.contexts.insert(name, text);
        }
    }
    let platforms = target.values.get("platforms").map(|(_, value)| evaluate(value, scope).list());
    if let Some([platform]) = platforms.as_deref() {
        // `local` is the platform of whoever builds.
        request.platform = platform.clone().text().ok().filter(|platform| platform != "local");
    }
    request
}

/// The names that the result gets.
fn images(target: &Target<'_>, scope: &Scope<'_>) -> Vec<Use> {
    let mut images: Vec<Use> = Vec::new();
    for (written, spot, value) in target.values.get("tags").map(|(_, tags)| words(tags, scope)).unwrap_or_default() {
        for tag in value.list() {
            let (resolved, needs) = match tag.text() {
                Ok(text) if text.is_empty() => continue,
                Ok(text) => (Some(text), Vec::new()),
                Err(needs) => (None, needs.into_iter().collect()),
            };
            let as_written = written.clone();
            let resolved = resolved.filter(|text| *text != as_written);
            let number = if images.is_empty() { String::new() } else { format!("tag {}", images.len() + 1) };
            let marks = vec![Mark::BuiltHere];
            images.push(Use { resolved, needs, marks, ..Use::new(Role::Listed, number, as_written, spot.clone()) });
        }
    }
    images
}

/// Each element of a list that is written out, with its text without quotes and its place; else the one expression.
fn words(value: &BakeValue, scope: &Scope<'_>) -> Vec<(String, Spot, Value)> {
    match value {
        BakeValue::List(list) => list.iter().flat_map(|value| words(value, scope)).collect(),
        BakeValue::Map(_) => Vec::new(),
        BakeValue::Template(word) => vec![(word.text.clone(), word.spot.clone(), evaluate(value, scope))],
        BakeValue::Expression(word) => {
            let mut spot = word.spot.clone();
            let text = targets::unquoted(&word.text).inspect(|_| {
                spot.offset += 1;
                spot.length = spot.length.saturating_sub(2);
            });
            vec![(text.unwrap_or(&word.text).to_owned(), spot, evaluate(value, scope))]
        }
    }
}
