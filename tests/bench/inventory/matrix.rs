//! The matrix of the big case, and what another policy costs: every image is judged anew.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::Outcome;
use crate::bench::{Bench, remove_case};
use crate::big::built;
use crate::measure::{Runs, output};
use crate::table::Row;

/// The policy that a case begins with.
const BUILT_IN: &str = include_str!("../../../assets/policy/default.toml");
/// From the edit of a policy to the matrix that follows it, starting the program included.
const RECOMPUTED: Duration = Duration::from_millis(200);

/// The matrix; which images another policy would move; the other policy stored, and the matrix after it.
pub fn recomputed(bench: &Bench) -> Outcome<Vec<Row>> {
    let (big, _) = built(bench)?;
    let case = bench.data.join("matrix.case");
    remove_case(&case)?;
    fs::copy(&big, &case).map_err(|e| format!("{}: {e}", case.display()))?;
    let other = bench.data.join("other-policy.toml");
    let text = BUILT_IN.replace("\"default-1\"", "\"other\"").replace("\"P2\"", "\"P1\"");
    fs::write(&other, text).map_err(|e| format!("{}: {e}", other.display()))?;
    let other = other.to_str().ok_or("the folder's name is no text")?;
    // Half of all images are in doubt, as after a breach of a large registry. A copied file begins a chain of its own here.
    let doubt = ["indicator", "add", "registry:docker.io", "--state", "suspect", "--reason", "benchmark"];
    output(bench.hullbreach().arg("--case").arg(&case).args(doubt))?;

    let (mut plain, mut preview, mut set, mut after) =
        (Runs::default(), Runs::default(), Runs::default(), Runs::default());
    for run in 0..=bench.runs {
        let (mut one, mut two, mut three, mut four) =
            (Runs::default(), Runs::default(), Runs::default(), Runs::default());
        let first = run == 0;
        asked(bench, &case, &["matrix"], if first { &mut one } else { &mut plain })?;
        asked(bench, &case, &["policy", "preview", other], if first { &mut two } else { &mut preview })?;
        // There and back, so that each run moves as many images as the others.
        let file = if run % 2 == 0 { other } else { "default" };
        let line = ["policy", "set", file, "--reason", "benchmark"];
        asked(bench, &case, &line, if first { &mut three } else { &mut set })?;
        let found = asked(bench, &case, &["matrix"], if first { &mut four } else { &mut after })?;
        let wanted = if run % 2 == 0 { "other" } else { "default-1" };
        if found["policy"] != wanted || found["images"].as_u64().unwrap_or(0) < 1_000 {
            return Err(format!("the matrix follows {} over {} images", found["policy"], found["images"]));
        }
    }
    remove_case(&case)?;
    let goal = |runs: &Runs| runs.median() <= RECOMPUTED;
    let words = format!("≤ {} ms", RECOMPUTED.as_millis());
    Ok(vec![
        Row::of("hullbreach matrix, 100,000 images", &plain).target(&words, goal(&plain)),
        Row::of("hullbreach policy preview: all of them judged by another policy", &preview)
            .target(&words, goal(&preview)),
        Row::of("hullbreach policy set: judged, signed and stored", &set),
        Row::of("hullbreach matrix, right after the other policy", &after).target(&words, goal(&after)),
    ])
}

/// One question or change, measured; what it said.
fn asked(bench: &Bench, case: &Path, words: &[&str], runs: &mut Runs) -> Outcome<Value> {
    runs.measure(bench.hullbreach().arg("--case").arg(case).arg("--json").args(words))?;
    if words != ["matrix"] {
        return Ok(Value::Null);
    }
    let said = output(bench.hullbreach().arg("--case").arg(case).arg("--json").args(words))?;
    serde_json::from_slice(&said.stdout).map_err(|e| format!("{words:?}: {e}"))
}
