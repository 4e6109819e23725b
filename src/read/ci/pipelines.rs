//! Smaller CI systems, each as far as its form is exact: Azure Pipelines, Drone and Woodpecker, Bitbucket Pipelines.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::need;
use super::given::{Dialect, Taken};
use super::job::{At, File, Image, Job};
use super::matrix;
use super::variables;
use crate::model::fact::{Mark, Role};
use crate::read::tree::{Kind, Node};

/// Reads an Azure pipeline: `container` of jobs, by alias of `resources.containers` or by image, and `services`.
pub(super) fn azure(root: Node<'_>, file: &mut File<'_>) {
    let root = At::root(root);
    let listed = root.get("resources").and_then(|r| r.get("containers"));
    let mut aliases: BTreeMap<String, At<'_>> = BTreeMap::new();
    for at in listed.iter().flat_map(At::elements) {
        if let (Some(alias), Some(image)) = (at.node.string_at("container"), at.get("image")) {
            aliases.insert(alias, image);
        }
    }
    let mut used = BTreeSet::new();
    // A pipeline of steps only is one job.
    azure_job(&root, "", &aliases, &mut used, file);
    let stages: Vec<At<'_>> = root.get("stages").iter().flat_map(|s| s.elements().collect::<Vec<_>>()).collect();
    for stage in stages.iter().chain([&root]) {
        let jobs = stage.get("jobs");
        for job in jobs.iter().flat_map(At::elements) {
            let name = job.node.string_at("job").or_else(|| job.node.string_at("deployment"));
            match (name, job.node.string_at("template")) {
                (Some(name), _) => azure_job(&job, &name, &aliases, &mut used, file),
                (None, Some(template)) => file.note(&format!("uses the template `{template}`: import it too")),
                _ => {}
            }
        }
        if let Some(template) = stage.node.string_at("template") {
            file.note(&format!("uses the template `{template}`: import it too"));
        }
    }
    let unused: Vec<_> = aliases.iter().filter(|(alias, _)| !used.contains(*alias)).collect();
    if let (Some(at), false) = (listed.clone(), unused.is_empty()) {
        let mut job = Job::new("CIJob", "", "resources", at);
        unused.into_iter().for_each(|(alias, at)| azure_image(&mut job, alias, at, file));
        job.mark(&Mark::Guessed);
        job.finish(file);
    }
}

fn azure_job(
    at: &At<'_>,
    name: &str,
    aliases: &BTreeMap<String, At<'_>>,
    used: &mut BTreeSet<String>,
    file: &mut File<'_>,
) {
    let mut job = Job::new("CIJob", "", name, at.clone());
    let container = at.get("container").map(|at| ("container".to_owned(), at));
    let services = at.get("services");
    let services = services.iter().flat_map(At::members).map(|(name, at)| (format!("services/{name}"), at));
    for (place, at) in container.into_iter().chain(services) {
        let inner = at.get("image").or_else(|| at.get("alias"));
        let at = inner.unwrap_or(at);
        match at.node.string().and_then(|alias| aliases.get_key_value(&alias)) {
            Some((alias, image)) => {
                used.insert(alias.clone());
                azure_image(&mut job, &place, image, file);
            }
            None => azure_image(&mut job, &place, &at, file),
        }
    }
    if !(name.is_empty() && job.is_empty()) {
        let mut taken = Taken::default();
        taken.below(at, Dialect::Variables);
        job.give(file, taken);
        job.finish(file);
    }
}

/// `${{ … }}`, `$(name)` and `$[ … ]` are not replaced.
fn azure_image(job: &mut Job<'_>, name: &str, at: &At<'_>, file: &mut File<'_>) {
    let Some(text) = at.node.text() else { return };
    let needs = if text.contains('$') { BTreeSet::from([need(&text)]) } else { BTreeSet::new() };
    job.add(file, Role::Ci, name, Image { needs, ..Image::plain(text) }, at, 0);
}

/// Reads a Drone or Woodpecker pipeline: `image` of steps (a list or a map), services and the clone step.
pub(super) fn woodpecker(root: Node<'_>, file: &mut File<'_>) {
    let root = At::root(root);
    let name = root.node.string_at("name").unwrap_or_default();
    let matrix = matrix::github(root.node.get("matrix"));
    let mut job = Job::new("CIJob", "", &name, root.clone());
    for key in ["clone", "steps", "pipeline", "services"] {
        let Some(at) = root.get(key) else { continue };
        let list = at.elements().enumerate().map(|(i, at)| {
            let name = at.node.string_at("name").unwrap_or_else(|| (i + 1).to_string());
            (name, at)
        });
        for (step, at) in list.chain(at.members()) {
            let Some(at) = at.get("image") else { continue };
            let Some(text) = at.node.text() else { continue };
            let place = format!("{key}/{step}");
            if !text.contains('$') {
                job.add(file, Role::Ci, &place, Image::plain(text), &at, 0);
                continue;
            }
            let mut seen = BTreeSet::new();
            for combination in &matrix.combinations {
                let (image, values) = variables::fill(&text, combination, &BTreeMap::new());
                if seen.insert((image.resolved.clone(), image.needs.clone())) {
                    let values = if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
                    job.add(file, Role::Ci, &format!("{place}{values}"), image, &at, 0);
                }
            }
        }
    }
    if matrix.cut {
        file.note("its matrix has combinations that were not expanded");
    }
    let mut taken = Taken::default();
    taken.below(&root, Dialect::Variables);
    job.give(file, taken);
    job.finish(file);
}

/// Reads a Bitbucket pipeline: the image of each step, or the file's; services by name; pipes.
pub(super) fn bitbucket(root: Node<'_>, file: &mut File<'_>) {
    let root = At::root(root);
    let Some(pipelines) = root.get("pipelines").filter(|at| at.node.kind() == Kind::Object) else {
        return file.reject("", "no Bitbucket pipeline: it has no pipelines");
    };
    bitbucket_steps(&root, &pipelines, "", DEPTH, file);
}

/// Levels down to a step: `pipelines`, `branches`, a pattern, its list, `stage`, `steps`, `parallel`, their lists.
const DEPTH: usize = 12;

/// Walks to the steps.
fn bitbucket_steps(root: &At<'_>, at: &At<'_>, name: &str, depth: usize, file: &mut File<'_>) {
    if let Some(step) = at.get("step") {
        return bitbucket_step(root, &step, name, file);
    }
    let Some(depth) = depth.checked_sub(1) else { return };
    for (key, inner) in at.members() {
        let name = if matches!(key.as_str(), "parallel" | "stage" | "steps") { name } else { &key };
        bitbucket_steps(root, &inner, name, depth, file);
    }
    for inner in at.elements() {
        bitbucket_steps(root, &inner, name, depth, file);
    }
}

fn bitbucket_step(root: &At<'_>, step: &At<'_>, pipeline: &str, file: &mut File<'_>) {
    let name = step.node.string_at("name").unwrap_or_else(|| step.pointer.clone());
    let mut job = Job::new("CIJob", pipeline, &name, step.clone());
    if let Some(at) = step.get("image").or_else(|| root.get("image")) {
        bitbucket_image(&mut job, "image", &at, file);
    }
    let services = root.get("definitions").and_then(|d| d.get("services"));
    for name in step.node.list("services").filter_map(Node::string) {
        let image = services.as_ref().and_then(|s| s.get(&name)).and_then(|s| s.get("image"));
        if let Some(at) = image {
            bitbucket_image(&mut job, &format!("services/{name}"), &at, file);
        }
    }
    for key in ["script", "after-script"] {
        for (i, at) in step.get(key).iter().flat_map(|s| s.elements().collect::<Vec<_>>()).enumerate() {
            let Some(pipe) = at.get("pipe") else { continue };
            let Some(text) = pipe.node.text() else { continue };
            let place = format!("{key}/{}", i + 1);
            match text.strip_prefix("docker://") {
                Some(image) => job.add(file, Role::Ci, &place, Image::plain(image), &pipe, "docker://".len()),
                None => job.add(file, Role::Action, &place, Image::plain(text), &pipe, 0),
            }
        }
    }
    let mut taken = Taken::default();
    if let Some(at) = step.get("image").or_else(|| root.get("image")) {
        taken.pull(&at.node.string_at("name").unwrap_or_default(), &at);
    }
    taken.below(step, Dialect::Variables);
    job.give(file, taken);
    job.finish(file);
}

/// A text, or a map with `name`.
fn bitbucket_image(job: &mut Job<'_>, name: &str, at: &At<'_>, file: &mut File<'_>) {
    let inner = at.get("name");
    let at = inner.as_ref().unwrap_or(at);
    let Some(text) = at.node.text() else { return };
    let image = if text.contains('$') {
        variables::fill(&text, &BTreeMap::new(), &BTreeMap::new()).0
    } else {
        Image::plain(text)
    };
    job.add(file, Role::Ci, name, image, at, 0);
}
