//! GitHub Actions (Forgejo's and Gitea's too): workflows, and descriptions of actions.
//!
//! A job names images in `container`, `services` and steps that `uses: docker://…`; a step or a job that `uses` an action
//! or a reusable workflow of another repository runs foreign code by a name that can move, like a tag. Of steps'
//! scripts only the secrets that they name are taken.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::{Scope, fill, has_expression};
use super::given::{self, Dialect, Taken};
use super::job::{At, File, Image, Job, MAX_JOBS, literals};
use super::matrix::{self, Matrix};
use crate::model::fact::Role;
use crate::read::tree::{Kind, Node};

/// The scheme of an image in place of an action.
const DOCKER: &str = "docker://";

/// Reads one document: a workflow, or an action's description.
pub(super) fn read(root: Node<'_>, file: &mut File<'_>) {
    let root = At::root(root);
    if let Some(runs) = root.get("runs") {
        return action(&root, &runs, file);
    }
    let Some(jobs) = root.get("jobs").filter(|jobs| jobs.node.kind() == Kind::Object) else {
        return file.reject("", "no workflow: it has no jobs");
    };
    let workflow = root.node.string_at("name").unwrap_or_default();
    let env = root.get("env");
    for (i, (name, at)) in jobs.members().enumerate() {
        if i == MAX_JOBS {
            return file.reject(&jobs.pointer, format!("more than the limit of {MAX_JOBS} jobs in one file"));
        }
        if at.node.kind() == Kind::Object {
            job(&workflow, &name, at, env.as_ref(), file);
        } else {
            file.reject(&at.pointer, "not a job");
        }
    }
}

/// What a job's images are filled from.
struct Around<'t> {
    matrix: Matrix<'t>,
    env: BTreeMap<String, String>,
}

fn job<'t>(workflow: &str, name: &str, at: At<'t>, outer: Option<&At<'t>>, file: &mut File<'_>) {
    let env = literals(at.get("env").into_iter().chain(outer.cloned()));
    let around = Around { matrix: matrix::github(at.node.path(&["strategy", "matrix"])), env };
    if around.matrix.cut {
        file.note(&format!("job `{name}`: its matrix has combinations that were not expanded"));
    }
    let mut job = Job::new("CIJob", workflow, name, at.clone());
    job.detail("runs-on", runs_on(at.node));
    if let Some(uses) = at.get("uses") {
        action_use(&mut job, "uses", &uses, file);
    }
    if let Some(container) = at.get("container") {
        image(&mut job, "container", &container, &around, file);
    }
    if let Some(services) = at.get("services") {
        for (service, at) in services.members() {
            image(&mut job, &format!("services/{service}"), &at, &around, file);
        }
    }
    steps(&mut job, &at, file);
    job.give(file, given(&at, outer));
    job.finish(file);
}

/// What a job is given: by its own node, and by the `env` of the whole workflow.
fn given(job: &At<'_>, outer: Option<&At<'_>>) -> Taken {
    let mut taken = Taken::default();
    let services = job.get("services");
    let images = job.get("container").into_iter().chain(services.iter().flat_map(At::members).map(|(_, at)| at));
    for at in images {
        if let Some(credentials) = at.get("credentials") {
            taken.pull(&at.node.string_at("image").unwrap_or_default(), &credentials);
        }
    }
    job.get("steps").iter().flat_map(At::elements).for_each(|step| taken.step(&step));
    given::inherits(job, &mut taken);
    taken.below(job, Dialect::Expressions);
    outer.into_iter().for_each(|env| taken.variables(env, Dialect::Expressions));
    taken
}

fn runs_on(job: Node<'_>) -> Option<String> {
    let node = job.get("runs-on")?;
    let several = || node.elements().filter_map(Node::string).take(20).collect::<Vec<_>>().join(", ");
    node.string().or_else(|| node.string_at("group")).or_else(|| Some(several()))
}

/// A container or service: a text, or a map with `image`.
fn image(job: &mut Job<'_>, name: &str, at: &At<'_>, around: &Around<'_>, file: &mut File<'_>) {
    let inner = at.get("image");
    let at = inner.as_ref().unwrap_or(at);
    let Some(text) = at.node.text() else {
        if at.node.kind() == Kind::Array {
            file.reject(&at.pointer, "no image: a list stands where a name would");
        }
        return;
    };
    let (text, skip) = text.strip_prefix(DOCKER).map_or((text.as_ref(), 0), |rest| (rest, DOCKER.len()));
    if !has_expression(text) {
        return job.add(file, Role::Ci, name, Image::plain(text), at, skip);
    }
    let mut seen = BTreeSet::new();
    for combination in &around.matrix.combinations {
        let scope = Scope { matrix: (!around.matrix.unknown).then_some(combination), env: &around.env };
        let filled = fill(text, scope);
        let values = if filled.values.is_empty() { String::new() } else { format!(" ({})", filled.values.join(", ")) };
        if seen.insert((filled.text.clone(), filled.needs.clone())) {
            let image = Image { as_written: text.to_owned(), resolved: filled.text, needs: filled.needs };
            job.add(file, Role::Ci, &format!("{name}{values}"), image, at, skip);
        }
    }
}

fn steps(job: &mut Job<'_>, at: &At<'_>, file: &mut File<'_>) {
    let Some(steps) = at.get("steps") else { return };
    for (i, step) in steps.elements().enumerate() {
        let Some(uses) = step.get("uses") else { continue };
        let name = step.node.string_at("id").unwrap_or_else(|| format!("step {}", i + 1));
        action_use(job, &format!("steps/{name}"), &uses, file);
    }
}

/// `owner/repo@ref`, `owner/repo/path@ref`, `docker://image`, or `./local`.
fn action_use(job: &mut Job<'_>, name: &str, at: &At<'_>, file: &mut File<'_>) {
    let Some(text) = at.node.text() else { return };
    let (role, text, skip) = match text.strip_prefix(DOCKER) {
        Some(rest) => (Role::Ci, rest, DOCKER.len()),
        None => (Role::Action, text.as_ref(), 0),
    };
    if role == Role::Action && text.starts_with('.') {
        return file.note(&format!("uses `{text}` of its own repository: import that file too"));
    }
    // GitHub allows no expression here; a template that makes workflows may leave one.
    let needs = if has_expression(text) {
        fill(text, Scope { matrix: None, env: &BTreeMap::new() }).needs
    } else {
        BTreeSet::new()
    };
    job.add(file, role, name, Image { needs, ..Image::plain(text) }, at, skip);
}

/// An action's description: what it runs in, or which other actions it is made of.
fn action(root: &At<'_>, runs: &At<'_>, file: &mut File<'_>) {
    let name = root.node.string_at("name").unwrap_or_default();
    let using = runs.node.string_at("using").unwrap_or_default();
    let mut job = Job::new("CIAction", "", &name, root.clone());
    job.detail("using", Some(using));
    if let Some(at) = runs.get("image")
        && let Some(text) = at.node.text()
    {
        match text.strip_prefix(DOCKER) {
            Some(image) => job.add(file, Role::Ci, "runs/image", Image::plain(image), &at, DOCKER.len()),
            None => file.note(&format!("runs in an image that is built from `{text}` beside it: import that file too")),
        }
    }
    steps(&mut job, runs, file);
    job.finish(file);
}
