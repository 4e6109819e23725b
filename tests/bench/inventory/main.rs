//! What an import and the first questions cost, measured on whole processes with generated lists of pods.
//!
//! ```text
//! cargo bench --bench inventory                           every case
//! cargo bench --bench inventory -- import-20k --runs 9    some, with more runs
//! cargo bench --bench inventory -- big-case --fresh       with lists and cases generated anew
//! ```
//!
//! Run by hand: it takes minutes and about 3 GB under `target/bench-data/`. Every command runs once uncounted, and then
//! its median counts. Wrong counts end a benchmark; slow ones never do, they are printed as missed. Reads no evidence
//! but its own, and reaches neither the network nor a home folder.

mod bench;
mod big;
mod data;
mod fleet;
mod import;
mod json;
mod machine;
mod many;
mod matrix;
mod measure;
mod pod;
mod random;
mod served;
mod table;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use bench::Bench;
use table::Row;

/// What a benchmark came to, or in words why it could not be measured.
type Outcome<T> = Result<T, String>;

/// A named benchmark.
type Case = (&'static str, fn(&Bench) -> Outcome<Vec<Row>>);

const CASES: [Case; 6] = [
    ("import-20k", import::against_peer),
    ("scale", import::scale),
    ("many-files", many::files),
    ("big-case", big::queries),
    ("incremental", big::incremental),
    ("matrix", matrix::recomputed),
];

/// The arguments of one invocation.
struct Chosen {
    cases: Vec<Case>,
    runs: usize,
    fresh: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` starts benchmarks too, without this word; they are not tests.
    if !arguments.iter().any(|a| a == "--bench") {
        say("benchmarks: not run; use `cargo bench --bench inventory`");
        return ExitCode::SUCCESS;
    }
    match chosen(&arguments).and_then(|chosen| run(&chosen)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            say(&format!("inventory: {what}"));
            ExitCode::FAILURE
        }
    }
}

fn chosen(arguments: &[String]) -> Outcome<Chosen> {
    let mut chosen = Chosen { cases: Vec::new(), runs: 5, fresh: false };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--bench" => {}
            "--fresh" => chosen.fresh = true,
            "--runs" => {
                let number = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
                chosen.runs = number.ok_or("--runs: needs a number from 1")?;
            }
            name => {
                let known: Vec<&str> = CASES.iter().map(|(name, _)| *name).collect();
                let case = CASES.iter().find(|(known, _)| *known == name);
                chosen.cases.push(*case.ok_or(format!("{name}: no such case; one of {}", known.join(", ")))?);
            }
        }
    }
    if chosen.cases.is_empty() {
        chosen.cases = CASES.to_vec();
    }
    Ok(chosen)
}

fn run(chosen: &Chosen) -> Outcome<()> {
    let data = data_folder();
    if chosen.fresh && data.exists() {
        std::fs::remove_dir_all(&data).map_err(|e| format!("{}: {e}", data.display()))?;
    }
    std::fs::create_dir_all(&data).map_err(|e| format!("{}: {e}", data.display()))?;
    let bench = Bench { data, runs: chosen.runs };
    machine::lines().iter().for_each(|line| say(line));
    import::commands().iter().for_each(|line| say(&format!("command    {line}")));
    say(&format!(
        "runs       {} of each after one that is not counted; data in {}\n",
        bench.runs,
        bench.data.display()
    ));
    let mut all = Vec::new();
    for (name, case) in &chosen.cases {
        let start = Instant::now();
        let rows = case(&bench).map_err(|what| format!("{name}: {what}"))?;
        say(&format!("{name} ({})\n{}", import::spent(start), table::aligned(&rows)));
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
