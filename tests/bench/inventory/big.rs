//! The big case: 100,000 images and 1,000,000 uses, built once and kept; what it answers and how fast, and what one more
//! small list costs it.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::bench::{Bench, Totals, mib, remove_case};
use crate::data::{Form, list};
use crate::fleet::{Fleet, workloads};
use crate::import::spent;
use crate::measure::{Runs, output};
use crate::table::Row;

const IMAGES: u64 = 100_000;
const CLUSTERS: u64 = 10;
/// With three containers a pod, the ten clusters have just over 1,000,000 uses.
const PODS_EACH: u64 = 33_334;
const SMALL_LIST: u64 = 100;

/// What the terminal's first screen needs, and what a filter or another order may take.
const FIRST_SCREEN: Duration = Duration::from_millis(60);
const FILTERED: Duration = Duration::from_millis(100);

/// Questions to the big case.
pub fn queries(bench: &Bench) -> Outcome<Vec<Row>> {
    let (case, mut rows) = built(bench)?;
    let busiest = first_name(bench, &case, &["--sort=-uses"])?;
    let first = first_name(bench, &case, &[])?;
    let filter = "registry:docker.io name~api running:>0";
    let questions: [(&[&str], Option<Duration>); 5] = [
        (&["images", "--limit", "50"], Some(FIRST_SCREEN)),
        (&["images", "--limit", "50", "--filter", filter, "--sort=-running"], Some(FILTERED)),
        (&["images", "--limit", "50", "--sort=-uses"], Some(FILTERED)),
        (&["image", &first], None),
        (&["image", &busiest], None),
    ];
    for (arguments, target) in questions {
        let mut runs = Runs::default();
        // The first run fills the page cache; it is not counted.
        let said = output(bench.hullbreach().arg("--case").arg(&case).args(arguments))?;
        if said.stdout.is_empty() {
            return Err(format!("{arguments:?} printed nothing"));
        }
        for _ in 0..bench.runs {
            runs.measure(bench.hullbreach().arg("--case").arg(&case).args(arguments))?;
        }
        let words: Vec<String> = arguments.iter().map(|word| quoted(word)).collect();
        let row = Row::of(format!("hullbreach {}", words.join(" ")), &runs);
        rows.push(match target {
            Some(target) => row.target(&format!("≤ {} ms", target.as_millis()), runs.median() <= target),
            None => row,
        });
    }
    Ok(rows)
}

/// 100 more pods, of a context of their own each time, into a copy of the big case.
pub fn incremental(bench: &Bench) -> Outcome<Vec<Row>> {
    let (big, _) = built(bench)?;
    let copy = bench.data.join("incremental.case");
    remove_case(&copy)?;
    fs::copy(&big, &copy).map_err(|e| format!("{}: {e}", copy.display()))?;
    let mut runs = Runs::default();
    for run in 0..=bench.runs as u64 {
        let fleet =
            Fleet { cluster: 1_000 + run, first_workload: 500_000 + run * 1_000, pods: SMALL_LIST, images: IMAGES };
        let list = list(&bench.data, &format!("small-{run}"), &fleet, Form::Kubectl)?;
        let context = format!("small-{run}");
        if run == 0 {
            // A copied file begins a chain of its own with its first change: not counted.
            bench.checked_import(&copy, &list, &context)?;
        } else {
            runs.measure(&mut bench.import(&copy, &list.path, &context))?;
        }
    }
    remove_case(&copy)?;
    Ok(vec![Row::of(format!("import of {SMALL_LIST} more pods into the big case"), &runs)])
}

/// The big case, built now unless it is there, with how it was built.
pub fn built(bench: &Bench) -> Outcome<(PathBuf, Vec<Row>)> {
    let (case, card) = (bench.data.join("big.case"), bench.data.join("big.card"));
    let label = "the big case";
    if fs::read_to_string(&card).is_ok() && first_name(bench, &case, &[]).is_ok() {
        let note = format!("{:.0} MiB, built before; --fresh builds it anew", mib(&case));
        return Ok((case, vec![Row::figure(label, note)]));
    }
    let _ = fs::remove_file(&card);
    let start = Instant::now();
    let case = bench.new_case("big")?;
    let mut totals = Totals { images: 0, uses: 0 };
    for cluster in 0..CLUSTERS {
        let first_workload = cluster * workloads(PODS_EACH);
        let fleet = Fleet { cluster, first_workload, pods: PODS_EACH, images: IMAGES };
        let list = list(&bench.data, &format!("cluster-{cluster}"), &fleet, Form::Small)?;
        totals = bench.checked_import(&case, &list, &format!("cluster-{cluster}"))?;
    }
    let wanted = Totals { images: IMAGES, uses: CLUSTERS * PODS_EACH * 3 };
    if totals != wanted {
        return Err(format!("{}: holds {totals:?} and should hold {wanted:?}", case.display()));
    }
    let note =
        format!("{:.0} MiB; {} images, {} uses; built in {}", mib(&case), totals.images, totals.uses, spent(start));
    fs::write(&card, &note).map_err(|e| format!("{}: {e}", card.display()))?;
    Ok((case, vec![Row::figure(label, note)]))
}

/// The name of the first image in an order.
fn first_name(bench: &Bench, case: &Path, order: &[&str]) -> Outcome<String> {
    let said =
        output(bench.hullbreach().arg("--case").arg(case).args(["--json", "images", "--limit", "1"]).args(order))?;
    let images: Value = serde_json::from_slice(&said.stdout).map_err(|e| format!("images --json: {e}"))?;
    let id = images.pointer("/images/0/id").and_then(Value::as_str);
    id.map(str::to_owned).ok_or_else(|| format!("{}: no image", case.display()))
}

fn quoted(word: &str) -> String {
    if word.contains([' ', '>', '~']) { format!("'{word}'") } else { word.to_owned() }
}
