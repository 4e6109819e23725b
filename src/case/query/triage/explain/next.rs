//! What to do next about an image, in the order of what helps most.

use super::because::Found;
use super::{Advice, Leads};
use crate::case::query::triage::TriageRow;
use crate::model::assessment::Standing;
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;
use crate::triage::inputs::Inputs;

/// The steps, each with where it is done or told.
pub(super) fn steps(row: &TriageRow, inputs: &Inputs, found: &Found) -> Vec<Advice> {
    let mut steps = Vec::new();
    let mut step = |text: String, leads: Leads| steps.push(Advice { text, leads });
    if row.asks_again {
        let text = format!("look again: it was set to {} by hand, and its facts are others since", row.priority);
        step(text, Leads::Set);
    }
    match inputs.verdict {
        Some(Verdict::Bad | Verdict::Suspect) => contain(inputs, found).into_iter().for_each(|(t, l)| step(t, l)),
        Some(Verdict::ToCheck) => {
            let text = "verify its digest against a source that the breach does not touch";
            step(text.to_owned(), Leads::Verdict);
        }
        Some(Verdict::NotKnown) => {
            let text =
                "find out what it stands on: its layers (docker inspect), its Dockerfile or a pull log would tell";
            step(text.to_owned(), Leads::Import);
        }
        _ => {}
    }
    if inputs.points.is_unknown() {
        let text = format!("scan it: trivy image --format json {} | hullbreach import -", row.name);
        step(text, Leads::Import);
    } else if row.lens == "vulnerability" && row.priority >= Priority::P1 {
        let text = "rebuild it with the fixed packages, or take what exposes it away until then";
        step(text.to_owned(), Leads::Findings);
    } else if row.lens == "vulnerability" {
        let text = "take the fixed packages in when it is built next: hullbreach image shows which are fixed";
        step(text.to_owned(), Leads::Findings);
    }
    for word in &row.assumed {
        match *word {
            "criticality" => {
                let text =
                    format!("say how critical it is: hullbreach assess {} criticality=high --reason ...", named(row));
                step(text, Leads::Assess("criticality=".to_owned()));
            }
            "exposure" => {
                let text = "read the services of its cluster: hullbreach collect cluster";
                step(text.to_owned(), Leads::Import);
            }
            _ => {}
        }
    }
    steps
}

/// The image in a command: several may have its name.
fn named(row: &TriageRow) -> &str {
    row.id.get(..12).unwrap_or(&row.id)
}

fn contain(inputs: &Inputs, found: &Found) -> Vec<(String, Leads)> {
    let mut steps = Vec::new();
    let mut step = |text: &str, leads| steps.push((text.to_owned(), leads));
    match inputs.standing {
        Standing::Running if !found.runs => {
            step("keep it from starting: scale the workloads that ask for it to none", Leads::Uses);
            step("set the workloads to a digest that is known good", Leads::Uses);
        }
        Standing::Running => {
            step(
                "keep what runs for forensics, then hold back what goes out (a deny-egress NetworkPolicy)",
                Leads::Tasks,
            );
            step("set the workloads to a digest that is known good", Leads::Uses);
        }
        Standing::CiBuild => {
            step("stop the jobs that use it; what they built and signed is in doubt too", Leads::Uses);
        }
        Standing::Kept => step("take it from the caches of the machines that keep it", Leads::Uses),
        Standing::Files => step("pin the files that name it to a digest that is known good", Leads::Uses),
    }
    if !found.reach.is_empty() {
        let named = found.reach.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        step(&format!("rotate what it could carry away: {named}"), Leads::Credentials);
    }
    step("block its digest in registries and admission", Leads::Reach);
    steps
}
