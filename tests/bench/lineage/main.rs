//! What lineage costs: a hundred thousand images, the worst base, and large drawings, with Graphviz `dot` beside them
//! where it is installed.
//!
//! ```text
//! cargo bench --bench lineage                    every case
//! cargo bench --bench lineage -- graph --runs 9  some of graph, drawing, case, with more runs
//! ```
//!
//! Run by hand. Wrong answers end a benchmark; slow ones never do, they are printed beside the goal. `case` makes a large
//! case once; that and the drawings are all that is written, under `target/bench-data/`.

mod case;
mod data;
mod drawing;
mod graph;
mod peer;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What a benchmark came to, or in words why it could not be measured.
type Outcome<T> = Result<T, String>;

/// One measured figure.
struct Row {
    what: String,
    took: String,
    goal: String,
}

/// A named benchmark.
type Case = (&'static str, fn(usize) -> Outcome<Vec<Row>>);

const CASES: [Case; 3] =
    [("graph", graph::hundred_thousand), ("drawing", drawing::drawings), ("case", case::whole_case)];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` starts benchmarks too, without this word; they are not tests.
    if !arguments.iter().any(|a| a == "--bench") {
        say("benchmarks: not run; use `cargo bench --bench lineage`");
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            say(&format!("lineage: {what}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome<()> {
    let mut runs = 5;
    let mut cases = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--bench" => {}
            "--runs" => {
                let number = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
                runs = number.ok_or("--runs: needs a number from 1")?;
            }
            name => cases.push(*CASES.iter().find(|(known, _)| *known == name).ok_or(format!("{name}: no such case"))?),
        }
    }
    if cases.is_empty() {
        cases = CASES.to_vec();
    }
    for (name, case) in cases {
        say(&format!("{name}: median of {runs} runs after one that is not counted"));
        for row in case(runs).map_err(|what| format!("{name}: {what}"))? {
            say(&format!("  {:<64} {:>12}  {}", row.what, row.took, row.goal));
        }
    }
    Ok(())
}

/// The median time of several runs after one uncounted, and what the last one gave.
fn median<T>(runs: usize, mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut last = work();
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            last = work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times.get(times.len() / 2).copied().unwrap_or_default(), last)
}

/// A row that is held against a goal.
fn timed(what: impl Into<String>, took: Duration, goal: Duration) -> Row {
    let verdict = if took <= goal { "ok" } else { "MISSED" };
    Row { what: what.into(), took: millis(took), goal: format!("goal {} {verdict}", millis(goal)) }
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
