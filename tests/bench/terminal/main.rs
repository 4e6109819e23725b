//! How quick the terminal is, measured on the real program in a terminal of its own, over the big case of the inventory's
//! benchmarks: 100,000 images and 1,000,000 uses.
//!
//! ```text
//! cargo bench --bench terminal                       everything
//! cargo bench --bench terminal -- keys --runs 9      some, with more runs
//! cargo bench --bench terminal -- --images 1000      over a small case: whether everything works
//! ```
//!
//! Run by hand: it takes minutes, and the first time makes the big case under `target/bench-data/`. What is measured is
//! what a person waits for: from the key, written into the terminal, to the end of the frame that shows it. A terminal
//! that shows nothing, or the wrong thing, ends a benchmark; a slow one never does, it is printed as missed.

#[path = "../inventory/bench.rs"]
#[allow(dead_code)]
mod bench;
#[path = "../inventory/big.rs"]
#[allow(dead_code)]
mod big;
mod cases;
#[path = "../inventory/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "../inventory/fleet.rs"]
#[allow(dead_code)]
mod fleet;
#[path = "../inventory/import.rs"]
#[allow(dead_code)]
mod import;
#[path = "../inventory/json.rs"]
#[allow(dead_code)]
mod json;
mod keys;
mod lineage;
#[path = "../inventory/machine.rs"]
mod machine;
#[path = "../inventory/measure.rs"]
#[allow(dead_code)]
mod measure;
#[path = "../inventory/pod.rs"]
#[allow(dead_code)]
mod pod;
#[path = "../inventory/random.rs"]
#[allow(dead_code)]
mod random;
mod response;
mod scale;
mod screen;
#[path = "../inventory/served.rs"]
#[allow(dead_code)]
mod served;
#[path = "../inventory/table.rs"]
#[allow(dead_code)]
mod table;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bench::Bench;
use scale::Scale;
use table::Row;

/// What a benchmark came to, or in words why it could not be measured.
type Outcome<T> = Result<T, String>;

/// A named benchmark over a case.
type Case = (&'static str, fn(&Bench, &Scale) -> Outcome<Vec<Row>>);

const CASES: [Case; 7] = [
    ("start", cases::start),
    ("keys", keys::moving),
    ("lists", cases::lists),
    ("import", keys::during_import),
    ("lineage", lineage::lineage),
    ("response", response::response),
    ("idle", cases::idle),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` starts benchmarks too, without this word; they are not tests.
    if !arguments.iter().any(|a| a == "--bench") {
        say("benchmarks: not run; use `cargo bench --bench terminal`");
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            say(&format!("terminal: {what}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome<()> {
    let mut chosen: Vec<Case> = Vec::new();
    let (mut runs, mut images) = (5, None);
    let mut words = arguments.iter().filter(|word| *word != "--bench");
    while let Some(word) = words.next() {
        if word == "--runs" {
            let number = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
            runs = number.ok_or("--runs: needs a number from 1")?;
            continue;
        }
        if word == "--images" {
            let number = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
            images = Some(number.ok_or("--images: needs a number from 1")?);
            continue;
        }
        let known: Vec<&str> = CASES.iter().map(|(name, _)| *name).collect();
        let case = CASES.iter().find(|(name, _)| name == word);
        chosen.push(*case.ok_or(format!("{word}: no such case; one of {}", known.join(", ")))?);
    }
    if chosen.is_empty() {
        chosen = CASES.to_vec();
    }
    let data = data_folder();
    std::fs::create_dir_all(&data).map_err(|e| format!("{}: {e}", data.display()))?;
    let bench = Bench { data, runs };
    machine::lines().iter().for_each(|line| say(line));
    let (scale, mut all) = match images {
        Some(images) => Scale::small(&bench, images)?,
        None => Scale::big(&bench)?,
    };
    say(&format!("runs       {runs}; a terminal of 80 by 24; data in {}\n", bench.data.display()));
    for (name, measured) in chosen {
        let rows = measured(&bench, &scale).map_err(|what| format!("{name}: {what}"))?;
        say(&format!("{name}\n{}", table::aligned(&rows)));
        all.extend(rows);
    }
    say(&format!("for the README:\n\n{}", table::markdown(&all)));
    Ok(())
}

/// `bench-data` beside the other build results.
fn data_folder() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary).join("bench-data")
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
