//! Checklists as files: the one that the program carries, and those that responders bring.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::model::task::{STAGES, TaskSpec, Template, parse_due};

/// The checklist that the program carries.
const CARRIED: &str = include_str!("../../../assets/checklists/registry-breach.toml");
/// Tasks that one file may have.
const MOST: usize = 500;
/// The longest text in it, in characters.
const LONGEST: usize = 500;

/// Why a task is refused that waits for itself.
const CIRCLE: &str = "it waits for itself, over other tasks; a task that has parts waits for them";

/// What of a task can be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Begin,
    End,
}

/// Why a checklist is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Not TOML of this shape.
    #[error("not a checklist: {0}; see assets/checklists for an example")]
    Shape(String),
    /// A task cannot be meant.
    #[error("task {task}: {why}")]
    Task {
        /// Its id.
        task: String,
        /// Why.
        why: String,
    },
}

/// The carried checklist; empty where it does not read, which a test forbids.
pub fn carried() -> Vec<TaskSpec> {
    static TASKS: LazyLock<Vec<TaskSpec>> =
        LazyLock::new(|| parse(CARRIED).map(|template| template.task).unwrap_or_default());
    TASKS.clone()
}

/// Reads a checklist that somebody wrote; `known` are the tasks there are, which it may refer to.
pub fn own_template(text: &str, known: &[TaskSpec]) -> Result<Template, TemplateError> {
    let template = parse(text)?;
    let all: BTreeMap<&str, &TaskSpec> =
        known.iter().chain(&template.task).map(|task| (task.id.as_str(), task)).collect();
    for task in &template.task {
        let refuse = |why: String| Err(TemplateError::Task { task: task.id.clone(), why });
        let named = task.after.iter().chain(&task.parent);
        if let Some(missing) = named.into_iter().find(|id| !all.contains_key(id.as_str()) || **id == task.id) {
            return refuse(format!("it refers to `{missing}`, which is no other task"));
        }
        if known.iter().any(|known| known.id == task.id) {
            return refuse("there is such a task already; give it another id".to_owned());
        }
        if is_circle(task, &all) {
            return refuse(CIRCLE.to_owned());
        }
    }
    Ok(template)
}

/// Refuses a task that nobody could ever begin, or end, among those that there are.
pub fn placed(task: &TaskSpec, known: &[TaskSpec]) -> Result<(), TemplateError> {
    let all = known.iter().chain([task]).map(|task| (task.id.as_str(), task)).collect();
    match is_circle(task, &all) {
        true => Err(TemplateError::Task { task: task.id.clone(), why: CIRCLE.to_owned() }),
        false => Ok(()),
    }
}

/// Whether a task waits for itself. A task waits for what comes before it, and for what comes before its parent; a parent
/// is done when its parts are, so that what waits for a parent waits for them too.
fn is_circle(task: &TaskSpec, all: &BTreeMap<&str, &TaskSpec>) -> bool {
    let parts = parts(all);
    // A step is either the beginning of a task or its end: the parent's beginning is what its parts wait for.
    let mut open = vec![(task.id.as_str(), Step::End)];
    let mut seen = BTreeSet::new();
    while let Some((id, step)) = open.pop() {
        let Some(of) = all.get(id) else { continue };
        let mut waits: Vec<(&str, Step)> = Vec::new();
        match step {
            Step::End => {
                waits.push((id, Step::Begin));
                waits.extend(parts.get(id).into_iter().flatten().map(|part| (*part, Step::End)));
            }
            Step::Begin => {
                waits.extend(of.after.iter().map(|before| (before.as_str(), Step::End)));
                waits.extend(of.parent.iter().map(|parent| (parent.as_str(), Step::Begin)));
            }
        }
        if waits.contains(&(task.id.as_str(), Step::End)) {
            return true;
        }
        open.extend(waits.into_iter().filter(|step| seen.insert(*step)));
    }
    false
}

/// The parts of each task that has some.
fn parts<'t>(all: &BTreeMap<&'t str, &'t TaskSpec>) -> BTreeMap<&'t str, Vec<&'t str>> {
    let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for task in all.values() {
        if let Some(parent) = &task.parent {
            parts.entry(parent).or_default().push(&task.id);
        }
    }
    parts
}

fn parse(text: &str) -> Result<Template, TemplateError> {
    let template: Template = toml::from_str(text).map_err(|error| TemplateError::Shape(error.to_string()))?;
    if template.task.len() > MOST {
        return Err(TemplateError::Shape(format!("more than {MOST} tasks")));
    }
    let mut seen = BTreeSet::new();
    for task in &template.task {
        check(task)?;
        if !seen.insert(&task.id) {
            return Err(TemplateError::Task { task: task.id.clone(), why: "it is there twice".into() });
        }
    }
    Ok(template)
}

/// What holds for every task, wherever it comes from.
pub fn check(task: &TaskSpec) -> Result<(), TemplateError> {
    let refuse = |why: String| Err(TemplateError::Task { task: task.id.chars().take(40).collect(), why });
    let plain = |id: &str| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    if task.id.is_empty() || task.id.len() > 40 || !plain(&task.id) {
        return refuse("its id has letters, digits, - and . only, at most 40".into());
    }
    if !STAGES.contains(&task.stage.as_str()) {
        return refuse(format!("`{}` is no stage; one of {}", task.stage, STAGES.join(", ")));
    }
    if !task.due.is_empty() && parse_due(&task.due).is_none() {
        return refuse(format!("`{}` is no due time; write 15m, 4h, 30d, 5bd (business days) or 1mo", task.due));
    }
    let texts = [&task.title, &task.evidence, &task.help];
    if task.title.trim().is_empty() || texts.iter().any(|text| text.chars().count() > LONGEST) {
        return refuse(format!("its title is empty, or a text is longer than {LONGEST} characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_carried_checklist_reads_and_refers_to_what_is_there() {
        let template = own_template(CARRIED, &[]).unwrap();
        assert!(template.task.len() > 70, "{}", template.task.len());
        let stages: BTreeSet<&str> = template.task.iter().map(|task| task.stage.as_str()).collect();
        assert_eq!(stages.len(), STAGES.len(), "every stage has a task");
        for task in &template.task {
            assert!(!task.evidence.is_empty(), "{}: what closes it?", task.id);
            assert!(task.role.is_some() && !task.nist.is_empty() && !task.csf.is_empty(), "{}", task.id);
            assert!(task.title.is_ascii() && !task.title.ends_with('.'), "{}", task.id);
        }
    }

    #[test]
    fn checklists_that_cannot_be_meant_are_refused_with_the_task_named() {
        let file = |tasks: &str| format!("id = \"own\"\ntitle = \"Own\"\n{tasks}");
        let task = |more: &str| format!("[[task]]\nid = \"A\"\nstage = \"review\"\ntitle = \"Do it\"\n{more}\n");
        assert_eq!(own_template(&file(&task("")), &[]).unwrap().task.len(), 1);
        let circle = format!(
            "{}[[task]]\nid = \"B\"\nstage = \"review\"\ntitle = \"x\"\nafter = [\"A\"]",
            task("after = [\"B\"]")
        );
        let nested = |more: &str| {
            format!("{}[[task]]\nid = \"B\"\nstage = \"review\"\ntitle = \"x\"\nparent = \"A\"\n{more}\n", task(""))
        };
        assert_eq!(own_template(&file(&nested("")), &[]).unwrap().task.len(), 2, "a part alone is no circle");
        for (tasks, says) in [
            (task("due = \"soon\""), "`soon` is no due time"),
            (task("after = [\"Z\"]"), "no other task"),
            (task("parent = \"A\""), "no other task"),
            (circle, "waits for itself"),
            (nested("after = [\"A\"]"), "waits for itself"),
            // The parent comes after another task, which waits for the parent.
            (
                format!(
                    "{}{}",
                    nested("after = [\"C\"]"),
                    "[[task]]\nid = \"C\"\nstage = \"review\"\ntitle = \"x\"\nafter = [\"A\"]\n"
                ),
                "waits for itself",
            ),
            (format!("{}{}", task(""), task("")), "twice"),
            (task("colour = 1"), "unknown field"),
            (task("").replace("review", "party"), "no stage"),
        ] {
            let error = own_template(&file(&tasks), &[]).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let known = carried();
        let error = own_template(&file(&task("").replace("\"A\"", "\"D1\"")), &known).unwrap_err().to_string();
        assert!(error.contains("D1") && error.contains("already"), "{error}");
    }
}
