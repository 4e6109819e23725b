//! What was taken for granted, and how old what was used is.

use super::because::Found;
use super::{Advice, BecauseRow, Leads};
use crate::case::project::ProjectError;
use crate::case::query::triage::{Court, TriageRow};
use crate::model::verdict::Verdict;
use crate::triage::inputs::Inputs;

pub(super) fn assumed(
    court: &Court,
    row: &TriageRow,
    inputs: &Inputs,
    found: &Found,
) -> Result<Vec<Advice>, ProjectError> {
    let facts = &court.policy()?.facts;
    let mut lines = Vec::new();
    for word in &row.assumed {
        lines.push(match *word {
            "criticality" => Advice::new(
                format!(
                    "criticality {}: no owners' file, label, annotation, priority class, environment or kind of work tells",
                    facts.criticality.shown()
                ),
                Leads::Assess("criticality=".to_owned()),
            ),
            "exposure" => Advice::new(
                format!("exposure {}: nothing that was read tells", facts.exposure.shown()),
                Leads::Assess("exposure=".to_owned()),
            ),
            _ => Advice::new(
                "exploitability ?: nobody scanned it; taken for a public recipe that can be automated",
                Leads::Import,
            ),
        });
    }
    if inputs.reach && !found.egress_read {
        let text = "nothing holds back what goes out: no network policy of its namespace was read";
        lines.push(Advice::new(text, Leads::Import));
    }
    if matches!(inputs.verdict, Some(Verdict::Bad)) {
        let text = "it may have been pulled elsewhere: no log of pulls proves that it was not";
        lines.push(Advice::new(text, Leads::Import));
    }
    if let Some(first) = found.stated {
        let text = "statements (VEX) are taken at their word: nobody checked who made them";
        lines.push(Advice::new(text, Leads::Because(first)));
    }
    let age = |(at, age): (usize, &BecauseRow)| Advice::new(age.text.clone(), Leads::Age(at));
    lines.extend(found.snapshots.iter().enumerate().map(age));
    Ok(lines)
}
