//! Words that stand side by side and differ, wherever they are: each until somebody who saw both says it again.

use serde::Serialize;

use crate::case::state::State;
use crate::respond::checklist::Checklist;
use crate::respond::clock::Clocks;
use crate::respond::credentials::Credentials;
use crate::respond::incident::Incident;

/// One conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// What it is about: `incident`, `task D1`, `clock ID`, `trigger ID`, `credential NAME`, `indicator TARGET`.
    pub about: String,
    /// What is said.
    pub text: String,
}

/// All of them but those of timeline entries, which the timeline shows.
pub fn conflicts(
    state: &State,
    incident: &Incident,
    clocks: &Clocks,
    checklist: &Checklist,
    credentials: &Credentials,
) -> Vec<Conflict> {
    let mut all = Vec::new();
    let mut add = |about: String, texts: &[String]| {
        all.extend(texts.iter().map(|text| Conflict { about: about.clone(), text: text.clone() }));
    };
    add("incident".to_owned(), &incident.conflicts);
    for entry in state.indicators.entries.iter().filter(|entry| entry.open) {
        add(format!("indicator {}", entry.indicator.target), &entry.conflicts);
    }
    for trigger in &clocks.triggers {
        add(format!("trigger {}", trigger.id), trigger.contested.as_slice());
    }
    clocks.clocks.iter().for_each(|clock| add(format!("clock {}", clock.id), &clock.conflicts));
    checklist.tasks.iter().for_each(|task| add(format!("task {}", task.id), &task.conflicts));
    credentials.credentials.iter().for_each(|one| add(format!("credential {}", one.name), &one.conflicts));
    all
}
