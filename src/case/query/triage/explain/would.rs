//! Every single fact that would give another priority, were it another. Each leads to where that fact stands, or to where it
//! can be told.

use super::{Advice, Leads};
use crate::case::project::Judge;
use crate::case::query::triage::{Court, TriageRow};
use crate::model::assessment::{Criticality, Exploitability, Exposure};
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;
use crate::triage::inputs::Inputs;
use crate::triage::vulnerability::Points;

/// The lines, the least urgent first.
pub(super) fn would_change(court: &Court, row: &TriageRow, inputs: &Inputs, without: Option<Points>) -> Vec<Advice> {
    let mut judge = Judge::new(&court.policies, court.judgements());
    let now = row.computed;
    let mut found: Vec<(Priority, String, Leads)> = Vec::new();
    let asked = compromised(inputs).into_iter().chain(assessed(inputs)).chain(around(inputs, without));
    for (inputs, text, leads) in asked {
        let then = judge.priority(&inputs).0;
        if then != now && !found.iter().any(|(priority, known, _)| *priority == then && *known == text) {
            found.push((then, text, leads));
        }
    }
    found.sort_by_key(|(priority, ..)| *priority);
    found.into_iter().map(|(priority, text, leads)| Advice::new(format!("{priority} if {text}"), leads)).collect()
}

/// Other inputs, in words, and where they would be told.
type Other = (Inputs, String, Leads);

/// What the breach may come to.
fn compromised(inputs: &Inputs) -> Vec<Other> {
    let mut found = Vec::new();
    if inputs.verdict.is_some_and(Verdict::is_open) {
        let text = "the digest is cleared for the window: it was there before, is signed by an identity out of reach, or is rebuilt equal";
        found.push((Inputs { verdict: Some(Verdict::Predates), ..*inputs }, text.to_owned(), Leads::Verdict));
    }
    for verdict in [Verdict::Suspect, Verdict::Bad].into_iter().filter(|verdict| Some(*verdict) > inputs.verdict) {
        if inputs.verdict.is_some() {
            let text = format!("it turns out {}", verdict.shown());
            found.push((Inputs { verdict: Some(verdict), ..*inputs }, text, Leads::Verdict));
        }
    }
    found
}

/// What can be said of it by hand, and what a scan can tell.
fn assessed(inputs: &Inputs) -> Vec<Other> {
    let mut found = Vec::new();
    let words = [Exploitability::NotKnownExploited, Exploitability::Hard, Exploitability::Medium, Exploitability::Easy];
    for word in words.into_iter().filter(|word| *word != inputs.points.word()) {
        let text = match word {
            Exploitability::NotKnownExploited => "a scan finds nothing that is attacked (N/A)".to_owned(),
            other => format!("a scan finds it {}", other.shown()),
        };
        let leads = if inputs.points.is_unknown() { Leads::Import } else { Leads::Findings };
        found.push((Inputs { points: Points::of_word(word), ..*inputs }, text, leads));
    }
    for level in Criticality::ALL.into_iter().filter(|level| *level != inputs.criticality) {
        let text = format!("its criticality is {}", level.shown());
        let leads = Leads::Assess(format!("criticality={}", level.as_str()));
        found.push((Inputs { criticality: level, ..*inputs }, text, leads));
    }
    for word in Exposure::ALL.into_iter().filter(|word| *word != inputs.exposure) {
        let text = format!("it is exposed to {}", word.shown());
        let leads = Leads::Assess(format!("exposure={}", word.as_str()));
        found.push((Inputs { exposure: word, ..*inputs }, text, leads));
    }
    found
}

/// What stands around it.
fn around(inputs: &Inputs, without: Option<Points>) -> Vec<Other> {
    let mut found = Vec::new();
    if let Some(points) = without {
        let text = "the statements (VEX) about its findings do not hold".to_owned();
        found.push((Inputs { points, ..*inputs }, text, Leads::Findings));
    }
    if inputs.amplified {
        let text = "it has no power over its machine or cluster".to_owned();
        found.push((Inputs { amplified: false, ..*inputs }, text, Leads::Uses));
    }
    if inputs.reach {
        let text = "what goes out is held back, or it is given no secrets".to_owned();
        found.push((Inputs { reach: false, ..*inputs }, text, Leads::Reach));
    }
    if inputs.ancestor {
        let text = "nothing that runs, or is scheduled to, and is High stands on it".to_owned();
        found.push((Inputs { ancestor: false, ..*inputs }, text, Leads::Lineage));
    }
    found
}
