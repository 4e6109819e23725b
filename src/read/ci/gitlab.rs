//! GitLab CI files: the images and services of jobs, with what `default:`, `extends` and variables of the same file say.
//!
//! `include` is not followed: other files are named in notes. Variables that a project or the runner sets win over the
//! file's own at run time; what the file says is what it resolves to here, and what it does not say is needed.

use std::collections::{BTreeMap, BTreeSet};

use super::given::{Dialect, Taken};
use super::job::{At, File, Image, Job, MAX_JOBS, literals};
use super::matrix::{self, Combination};
use super::variables;
use crate::model::fact::{Mark, Role};
use crate::read::tree::{Kind, Node};

/// Keys of the first level that are no jobs (GitLab docs, "Unavailable names for jobs").
pub(in crate::read) const RESERVED: [&str; 13] = [
    "default",
    "include",
    "stages",
    "types",
    "variables",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
    "true",
];

/// Deepest `extends` (GitLab's limit is 11), and most `!reference` in a row (10).
const MAX_EXTENDS: usize = 11;
/// Most jobs that one job extends, all levels together.
const MAX_PARENTS: usize = 200;
/// Most services of one job.
const MAX_SERVICES: usize = 200;

/// A file's parts that jobs ask for.
struct Whole<'t> {
    root: At<'t>,
    /// Jobs by name, hidden ones too.
    jobs: BTreeMap<String, At<'t>>,
}

/// Reads one document.
pub(super) fn read(root: Node<'_>, file: &mut File<'_>) {
    let root = At::root(root);
    if root.node.kind() != Kind::Object {
        return file.reject("", "no GitLab CI file: its outermost value is no map");
    }
    includes(&root, file);
    let jobs = root.members().filter(|(name, at)| !RESERVED.contains(&name.as_str()) && at.node.kind() == Kind::Object);
    let whole = Whole { jobs: jobs.collect(), root: root.clone() };
    let extended: BTreeSet<String> = whole.jobs.values().flat_map(|job| parents(job.node)).collect();
    let mut visible = 0;
    // Of two jobs of one name the last counts.
    let counts = |name: &str, at: &At<'_>| whole.jobs.get(name).is_some_and(|job| job.node.start() == at.node.start());
    for (i, (name, at)) in whole.root.members().filter(|(name, at)| counts(name, at)).enumerate() {
        if i == MAX_JOBS {
            return file.reject("", format!("more than the limit of {MAX_JOBS} jobs in one file"));
        }
        let hidden = name.starts_with('.');
        visible += usize::from(!hidden);
        if !hidden || !extended.contains(&name) {
            job(&whole, &name, &at, file);
        }
    }
    // A file that others include, for its defaults.
    let default = whole.root.get("default").or_else(|| whole.root.get("image").map(|_| whole.root.clone()));
    if let (0, Some(at)) = (visible, default) {
        job(&whole, "default", &at, file);
    }
}

/// Names the files that are included: they are not followed.
fn includes(root: &At<'_>, file: &mut File<'_>) {
    let Some(include) = root.get("include") else { return };
    let single = (include.node.kind() != Kind::Array).then(|| include.clone());
    for at in single.into_iter().chain(include.elements()) {
        if let Some(text) = at.node.string() {
            let word = if text.contains("://") { "out of reach" } else { "a separate file: import it too" };
            file.note(&format!("includes `{text}`, {word}"));
        }
        for kind in ["local", "file", "remote", "template", "component", "project"] {
            let Some(node) = at.node.get(kind) else { continue };
            let of: Vec<String> = node.string().into_iter().chain(node.elements().filter_map(Node::string)).collect();
            let word = if kind == "local" { "a separate file: import it too" } else { "out of reach" };
            file.note(&format!("includes the {kind} `{}`, {word}", of.join("`, `")));
        }
    }
}

/// The jobs that a job extends by name.
fn parents(job: Node<'_>) -> Vec<String> {
    let Some(node) = job.get("extends") else { return Vec::new() };
    node.string().into_iter().chain(node.elements().filter_map(Node::string)).take(MAX_PARENTS).collect()
}

/// The job and all that it extends, the most telling first; also whether one of them is not in the file.
fn line_of<'t>(whole: &Whole<'t>, job: &At<'t>) -> (Vec<At<'t>>, Vec<String>) {
    let (mut line, mut missing) = (Vec::new(), Vec::new());
    let mut open: Vec<(At<'t>, usize)> = vec![(job.clone(), 0)];
    while let Some((at, depth)) = open.pop() {
        if line.len() >= MAX_PARENTS {
            break;
        }
        // The last one named wins, and what it extends comes before the one named before it: a stack gives that order.
        for name in parents(at.node) {
            match whole.jobs.get(&name) {
                Some(parent) if depth < MAX_EXTENDS => open.push((parent.clone(), depth + 1)),
                Some(_) => {}
                None => missing.push(name),
            }
        }
        line.push(at);
    }
    (line, missing)
}

fn job(whole: &Whole<'_>, name: &str, at: &At<'_>, file: &mut File<'_>) {
    let (line, missing) = line_of(whole, at);
    for parent in &missing {
        file.note(&format!("job `{name}` extends `{parent}`, which is not in this file"));
    }
    let variables = literals(line.iter().chain([&whole.root]).filter_map(|at| at.get("variables")));
    let matrix = matrix::gitlab(line.iter().find_map(|at| at.node.get("parallel")));
    if matrix.cut {
        file.note(&format!("job `{name}`: its matrix has combinations that were not expanded"));
    }
    let mut job = Job::new("CIJob", "", name, at.clone());
    // A map without a name only adds options to an image that is named elsewhere.
    let names = |at: &At<'_>| at.node.kind() != Kind::Object || at.node.get("name").is_some();
    let own = |key: &str| line.iter().find_map(|at| at.get(key).filter(names));
    let found = |key: &str| own(key).or_else(|| inherited(whole, &line, key));
    job.detail("stage", line.iter().find_map(|at| at.node.string_at("stage")));
    let places = Places { variables: &variables, combinations: &matrix.combinations };
    if let Some(at) = found("image") {
        places.image(whole, &mut job, "image", &at, file);
    }
    if let Some(at) = found("services") {
        let services = referenced(whole, &at).unwrap_or(at);
        for (i, at) in services.elements().take(MAX_SERVICES).enumerate() {
            let nested = referenced(whole, &at).filter(|at| at.node.kind() == Kind::Array);
            for at in nested.iter().flat_map(At::elements).take(MAX_SERVICES) {
                places.service(whole, &mut job, i, &at, file);
            }
            if nested.is_none() {
                places.service(whole, &mut job, i, &at, file);
            }
        }
    }
    // A hidden job is a template: other files may use it, nothing here does.
    if name.starts_with('.') {
        if job.is_empty() {
            return;
        }
        job.mark(&Mark::Guessed);
    }
    job.give(file, given(whole, &line));
    job.finish(file);
}

/// What a job is given: by itself, by what it extends, and by the file's own variables and defaults.
fn given(whole: &Whole<'_>, line: &[At<'_>]) -> Taken {
    let mut taken = Taken::default();
    line.iter().for_each(|at| taken.below(at, Dialect::Variables));
    for key in ["default", "before_script", "after_script", "image", "services"] {
        whole.root.get(key).iter().for_each(|at| taken.below(at, Dialect::Variables));
    }
    whole.root.get("variables").iter().for_each(|at| taken.variables(at, Dialect::Variables));
    taken
}

/// What `default:`, or the first level, gives to jobs that do not say otherwise with `inherit`.
fn inherited<'t>(whole: &Whole<'t>, line: &[At<'t>], key: &str) -> Option<At<'t>> {
    let inherit = line.iter().find_map(|at| at.node.path(&["inherit", "default"]));
    let refused = inherit.is_some_and(|node| match node.kind() {
        Kind::Array => !node.elements().any(|e| e.text().is_some_and(|text| text == key)),
        Kind::Bool => !node.is_true(),
        _ => false,
    });
    if refused {
        return None;
    }
    whole.root.get("default").and_then(|at| at.get(key)).or_else(|| whole.root.get(key))
}

/// What a `!reference [job, key, …]` names. Its tag is gone, but no image is a list, and no service is named like a job
/// that has the next name as its key.
fn referenced<'t>(whole: &Whole<'t>, at: &At<'t>) -> Option<At<'t>> {
    let mut at = at.clone();
    let mut found = None;
    for _ in 0..MAX_EXTENDS {
        let path: Vec<String> = at.node.elements().take(MAX_EXTENDS).filter_map(Node::string).collect();
        let first = path.first().filter(|first| path.len() > 1 || first.starts_with('.'));
        let start = first.and_then(|first| whole.root.get(first));
        let Some(target) = start.and_then(|at| path.iter().skip(1).try_fold(at, |at, key| at.get(key))) else { break };
        at = target;
        found = Some(at.clone());
    }
    found
}

/// What a job's names are filled from.
struct Places<'s, 't> {
    variables: &'s BTreeMap<String, String>,
    combinations: &'s [Combination<'t>],
}

impl<'t> Places<'_, 't> {
    fn service(&self, whole: &Whole<'t>, job: &mut Job<'_>, number: usize, at: &At<'t>, file: &mut File<'_>) {
        let alias = at.node.string_at("alias").unwrap_or_else(|| (number + 1).to_string());
        self.image(whole, job, &format!("services/{alias}"), at, file);
    }

    /// A text, or a map with `name`.
    fn image(&self, whole: &Whole<'t>, job: &mut Job<'_>, name: &str, at: &At<'t>, file: &mut File<'_>) {
        let at = match at.node.kind() {
            Kind::Array => match referenced(whole, at) {
                Some(at) => at,
                None => return file.reject(&at.pointer, "refers to something that is not in this file"),
            },
            _ => at.clone(),
        };
        let inner = at.get("name").and_then(|inner| referenced(whole, &inner).or(Some(inner)));
        let at = inner.unwrap_or(at);
        let Some(text) = at.node.text() else { return };
        if !text.contains('$') {
            return job.add(file, Role::Ci, name, Image::plain(text), &at, 0);
        }
        let mut seen = BTreeSet::new();
        for combination in self.combinations {
            let (filled, values) = variables::fill(&text, combination, self.variables);
            let key = (filled.resolved.clone(), filled.needs.clone());
            if seen.insert(key) {
                let values = if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
                job.add(file, Role::Ci, &format!("{name}{values}"), filled, &at, 0);
            }
        }
    }
}
