//! What to do next about an image, in the order of what helps most.

use super::because::Found;
use crate::case::query::triage::TriageRow;
use crate::model::assessment::Standing;
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;
use crate::triage::inputs::Inputs;

pub(super) fn steps(row: &TriageRow, inputs: &Inputs, found: &Found) -> Vec<String> {
    let mut steps = Vec::new();
    if row.asks_again {
        steps.push(format!("look again: it was set to {} by hand, and its facts are others since", row.priority));
    }
    match inputs.verdict {
        Some(Verdict::Bad | Verdict::Suspect) => contain(inputs, found, &mut steps),
        Some(Verdict::ToCheck) => {
            steps.push("verify its digest against a source that the breach does not touch".to_owned());
        }
        Some(Verdict::NotKnown) => {
            let what =
                "find out what it stands on: its layers (docker inspect), its Dockerfile or a pull log would tell";
            steps.push(what.to_owned());
        }
        _ => {}
    }
    if inputs.points.is_unknown() {
        steps.push(format!("scan it: trivy image --format json {} | hullbreach import -", row.name));
    } else if row.lens == "vulnerability" && row.priority >= Priority::P1 {
        steps.push("rebuild it with the fixed packages, or take what exposes it away until then".to_owned());
    } else if row.lens == "vulnerability" {
        steps.push(
            "take the fixed packages in when it is built next: hullbreach image shows which are fixed".to_owned(),
        );
    }
    for word in &row.assumed {
        match *word {
            "criticality" => steps.push(format!(
                "say how critical it is: hullbreach assess {} criticality=high --reason ...",
                named(row)
            )),
            "exposure" => steps.push("read the services of its cluster: hullbreach collect cluster".to_owned()),
            _ => {}
        }
    }
    steps
}

/// The image in a command: several may have its name.
fn named(row: &TriageRow) -> &str {
    row.id.get(..12).unwrap_or(&row.id)
}

fn contain(inputs: &Inputs, found: &Found, steps: &mut Vec<String>) {
    match inputs.standing {
        Standing::Running => {
            steps.push(
                "keep what runs for forensics, then hold back what goes out (a deny-egress NetworkPolicy)".to_owned(),
            );
            steps.push("set the workloads to a digest that is known good".to_owned());
        }
        Standing::CiBuild => {
            steps.push("stop the jobs that use it; what they built and signed is in doubt too".to_owned())
        }
        Standing::Kept => steps.push("take it from the caches of the machines that keep it".to_owned()),
        Standing::Files => steps.push("pin the files that name it to a digest that is known good".to_owned()),
    }
    let secrets = found.reach.len();
    if secrets > 0 {
        steps.push(format!(
            "rotate what it could carry away: {}",
            found.reach.iter().take(5).cloned().collect::<Vec<_>>().join(", ")
        ));
    }
    steps.push("block its digest in registries and admission".to_owned());
}
