//! The vulnerability lens against SSVC Deployer 1.0.0 as CERT/CC publishes it. Needs the folder that `HULLBREACH_CORPUS`
//! names.

use std::path::PathBuf;

use hullbreach::model::assessment::{Criticality, Exploitation, Exposure};
use hullbreach::triage::inputs::Inputs;
use hullbreach::triage::lens::judge;
use hullbreach::triage::policy::Policy;
use hullbreach::triage::vulnerability::{Point, Points};

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_of_the_deployers_table() {
    let folder = PathBuf::from(std::env::var_os("HULLBREACH_CORPUS").expect("HULLBREACH_CORPUS"));
    let path = "intelligence/CERTCC__SSVC/data/csv/ssvc/deployer_patch_application_priority_1_0_0.csv";
    let table = std::fs::read_to_string(folder.join(path)).unwrap();
    let policy = Policy::built_in().unwrap();
    let mut compared = 0;
    // The outcome's name holds commas, in the head only.
    for line in table.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let &[_, exploitation, exposure, automatable, impact, outcome] = cells.as_slice() else { panic!("{line}") };
        let exploitation = match exploitation {
            "none" => Exploitation::None,
            "public poc" => Exploitation::Poc,
            "active" => Exploitation::Active,
            other => panic!("{other}"),
        };
        let exposure = match exposure {
            "small" => Exposure::DevOnly,
            "controlled" => Exposure::Internal,
            "open" => Exposure::Internet,
            other => panic!("{other}"),
        };
        let levels: &[Criticality] = match impact {
            "low" => &[Criticality::Low],
            "high" => &[Criticality::Medium],
            "very high" => &[Criticality::High, Criticality::Critical],
            // Left out on purpose: an incident errs upward.
            "medium" => continue,
            other => panic!("{other}"),
        };
        let wanted = match outcome {
            "defer" => "P3",
            "scheduled" => "P2",
            "out-of-cycle" => "P1",
            "immediate" => "P0",
            other => panic!("{other}"),
        };
        for criticality in levels {
            let points = Points::default().with(Point { exploitation, automatable: Some(automatable == "yes") });
            let inputs = Inputs { criticality: *criticality, exposure, points, ..Inputs::UNKNOWN };
            assert_eq!(judge(&policy, &inputs).vulnerability.priority.as_str(), wanted, "{line}");
            compared += 1;
        }
    }
    assert_eq!(compared, 72, "54 rows of the table, those of very high impact twice");
}
