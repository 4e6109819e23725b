//! CircleCI files: the images of `docker` executors, in jobs and shared ones. Machine images are no container images,
//! and orbs are named in notes only.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::need;
use super::given::{Dialect, Taken};
use super::job::{At, File, Image, Job};
use crate::model::credential::CredentialKind;
use crate::model::fact::{Mark, Role};
use crate::read::tree::{Kind, Node};

/// Reads one document.
pub(super) fn read(root: Node<'_>, file: &mut File<'_>) {
    let root = At::root(root);
    for (name, at) in root.get("orbs").iter().flat_map(|orbs| orbs.members().collect::<Vec<_>>()) {
        if let Some(orb) = at.node.string() {
            file.note(&format!("uses the orb `{orb}` as `{name}`: its jobs and images are out of reach"));
        }
    }
    let executors: BTreeMap<String, At<'_>> = root.get("executors").map(|e| e.members().collect()).unwrap_or_default();
    let mut used = BTreeSet::new();
    let Some(jobs) = root.get("jobs").filter(|jobs| jobs.node.kind() == Kind::Object) else {
        return file.reject("", "no CircleCI file: it has no jobs");
    };
    for (name, at) in jobs.members() {
        let mut job = Job::new("CIJob", "", &name, at.clone());
        let executor = at.get("executor").and_then(|e| e.node.string().or_else(|| e.node.string_at("name")));
        if let Some(shared) = executor.as_ref().and_then(|name| executors.get_key_value(name)) {
            used.insert(shared.0.clone());
            images(&mut job, shared.1, file);
        }
        images(&mut job, &at, file);
        let mut taken = Taken::default();
        let shared = executor.as_ref().and_then(|name| executors.get(name));
        shared.into_iter().chain([&at]).for_each(|at| given(at, &mut taken));
        contexts(&root, &name, &mut taken);
        job.give(file, taken);
        job.finish(file);
    }
    for (name, at) in executors.iter().filter(|(name, _)| !used.contains(*name)) {
        let mut job = Job::new("CIJob", "", &format!("executor {name}"), at.clone());
        images(&mut job, at, file);
        job.mark(&Mark::Guessed);
        if !job.is_empty() {
            job.finish(file);
        }
    }
}

/// The first image is the one that steps run in, the others run beside it.
fn images(job: &mut Job<'_>, at: &At<'_>, file: &mut File<'_>) {
    let Some(list) = at.get("docker") else { return };
    for (i, at) in list.elements().enumerate() {
        let name = at.node.string_at("name").unwrap_or_else(|| (i + 1).to_string());
        let Some(at) = at.get("image") else { continue };
        let Some(text) = at.node.text() else { continue };
        let needs = parameters(&text);
        job.add(file, Role::Ci, &format!("docker/{name}"), Image { needs, ..Image::plain(text) }, &at, 0);
    }
}

/// What a job or an executor is given: logins of its images, and what its variables and commands name.
fn given(at: &At<'_>, taken: &mut Taken) {
    for image in at.get("docker").iter().flat_map(At::elements) {
        if let Some(auth) = image.get("auth") {
            taken.pull(&image.node.string_at("image").unwrap_or_default(), &auth);
        }
    }
    taken.below(at, Dialect::Variables);
}

/// The contexts that a workflow lends a job: each is a set of secrets that only the CI platform lists.
fn contexts(root: &At<'_>, job: &str, taken: &mut Taken) {
    for (_, workflow) in root.get("workflows").iter().flat_map(At::members) {
        for entry in workflow.get("jobs").iter().flat_map(At::elements) {
            let Some(context) = entry.get(job).and_then(|at| at.get("context")) else { continue };
            let single = context.node.text().is_some().then(|| context.clone());
            for at in single.into_iter().chain(context.elements()) {
                let name = format!("context {}", at.node.string().unwrap_or_default());
                taken.add(CredentialKind::CiSecret, &name, "a set of secrets", &at);
            }
        }
    }
}

/// The names in `<< parameters.tag >>`, and the variables of a shell, which CircleCI does not expand here.
fn parameters(text: &str) -> BTreeSet<String> {
    let mut rest = text;
    let mut found = BTreeSet::new();
    while let Some((_, after)) = rest.split_once("<<") {
        let (name, after) = after.split_once(">>").unwrap_or((after, ""));
        found.insert(need(name));
        rest = after;
    }
    if found.is_empty() && text.contains('$') {
        found.insert(need(text));
    }
    found
}
