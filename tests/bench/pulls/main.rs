//! Ten million rows of pulls, about 1 GB of CSV: what it costs until they are sightings, against `sqlite3 .import` of the
//! same file in the same run.
//!
//! ```text
//! cargo bench --bench pulls                    ten million rows, three runs of each
//! cargo bench --bench pulls -- --rows 1000000 --runs 1
//! ```
//!
//! Run by hand: it takes minutes and 4 GB under `target/bench-data/pulls/`, which is removed afterwards (`--keep` leaves it).
//! A wrong count ends it; a slow run never does, it is printed as missed. Reaches neither the network nor a home folder.

#[path = "../inventory/measure.rs"]
#[allow(dead_code)]
mod measure;
mod rows;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use measure::Runs;

/// What a benchmark came to, or in words why it could not be measured.
type Outcome<T> = Result<T, String>;

/// The most memory an import may take, in MiB.
const MEMORY: f64 = 150.0;
/// The window that is asked about afterwards.
const WINDOW: &str = "2026-02-10T02:10:00Z..2026-02-10T07:05:00Z";

struct Chosen {
    rows: u64,
    runs: usize,
    keep: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` starts benchmarks too, without this word; they are not tests.
    if !arguments.iter().any(|a| a == "--bench") {
        say("benchmarks: not run; use `cargo bench --bench pulls`");
        return ExitCode::SUCCESS;
    }
    match chosen(&arguments).and_then(|chosen| run(&chosen)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            say(&format!("pulls: {what}"));
            ExitCode::FAILURE
        }
    }
}

fn chosen(arguments: &[String]) -> Outcome<Chosen> {
    let mut chosen = Chosen { rows: 10_000_000, runs: 3, keep: false };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|n| n.parse::<u64>().ok()).filter(|n| *n > 0);
        match word.as_str() {
            "--bench" => {}
            "--keep" => chosen.keep = true,
            "--rows" => chosen.rows = number().ok_or("--rows: needs a number from 1")?,
            "--runs" => chosen.runs = number().ok_or("--runs: needs a number from 1")? as usize,
            other => return Err(format!("{other}: not known; --rows N, --runs N, --keep")),
        }
    }
    Ok(chosen)
}

fn run(chosen: &Chosen) -> Outcome<()> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/bench-data/pulls");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let outcome = measured(chosen, &folder);
    if !chosen.keep {
        std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    outcome
}

fn measured(chosen: &Chosen, folder: &Path) -> Outcome<()> {
    let file = folder.join(format!("pulls-{}.csv", chosen.rows));
    let start = Instant::now();
    let counted = rows::write(&file, chosen.rows)?;
    let bytes = std::fs::metadata(&file).map_err(|e| e.to_string())?.len();
    say(&format!(
        "{} rows, {:.0} MB, {} images, written in {:.0} s",
        chosen.rows,
        bytes as f64 / 1e6,
        counted.images,
        start.elapsed().as_secs_f64()
    ));
    let peer = sqlite(folder, &file, &mut Command::new("sqlite3")).is_some();
    let (mut ours, mut theirs, mut asked, mut inside) =
        (Runs::default(), Runs::default(), Runs::default(), Runs::default());
    // The first run of each only warms up.
    for n in 0..=chosen.runs {
        let (mut first, mut second) = (Runs::default(), Runs::default());
        import(folder, &file, if n == 0 { &mut first } else { &mut ours })?;
        if peer {
            let database = folder.join("peer.db");
            let _ = std::fs::remove_file(&database);
            let mut command = Command::new("sqlite3");
            sqlite(folder, &file, &mut command);
            (if n == 0 { &mut second } else { &mut theirs }).measure(&mut command)?;
        }
    }
    checked(folder, &counted, chosen.rows)?;
    for _ in 0..chosen.runs {
        asked.measure(hullbreach(folder).args(["sightings", "--json", "--window", WINDOW]))?;
        inside.measure(hullbreach(folder).args(["sightings", &rows::image(7), "--json", "--window", WINDOW]))?;
    }
    told("hullbreach import", &ours);
    if peer {
        told("sqlite3 .import", &theirs);
        verdict("time against sqlite3", ours.median().as_secs_f64() / theirs.median().as_secs_f64(), 1.0);
    } else {
        say("sqlite3: not installed, so there is nothing to compare with");
    }
    if let Some(peak) = ours.peak_mib() {
        verdict("memory in MiB", peak, MEMORY);
    }
    told("sightings, all images, exact window", &asked);
    told("sightings of one image, line by line", &inside);
    Ok(())
}

/// The peer's command; `None` where it is not installed.
fn sqlite(folder: &Path, file: &Path, command: &mut Command) -> Option<()> {
    command.arg(folder.join("peer.db")).args(["-cmd", ".mode csv"]);
    command.arg(format!(".import '{}' pulls", file.display()));
    Command::new("sqlite3").arg("--version").output().ok().filter(|output| output.status.success()).map(|_| ())
}

fn hullbreach(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hullbreach"));
    let home = folder.join("home");
    command.env_clear().env("HOME", &home).env("XDG_STATE_HOME", home.join("state")).env("USER", "bench");
    command.env("HULLBREACH_CASE", folder.join("pulls.case")).current_dir(folder);
    command
}

fn import(folder: &Path, file: &Path, runs: &mut Runs) -> Outcome<()> {
    for name in ["pulls.case", "pulls.case-wal", "pulls.case-shm"] {
        let _ = std::fs::remove_file(folder.join(name));
    }
    measure::output(hullbreach(folder).args(["new", "pulls.case", "--title", "Pulls"]))?;
    runs.measure(hullbreach(folder).arg("import").arg(file))
}

/// What was imported is what was written.
fn checked(folder: &Path, counted: &rows::Counted, rows: u64) -> Outcome<()> {
    let output =
        measure::output(hullbreach(folder).args(["sightings", "--json", "--limit", "1000000", "--window", WINDOW]))?;
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|e| e.to_string())?;
    let summary = found["summary"].as_array().ok_or("no summary")?;
    let sum = |key: &str| summary.iter().filter_map(|row| row[key].as_u64()).sum::<u64>();
    let got = (summary.len() as u64, sum("total_pulls"), sum("in_window"), sum("in_window_at_least"));
    let wanted = (counted.images, rows, counted.inside, counted.inside);
    if got == wanted { Ok(()) } else { Err(format!("counted {got:?}, written {wanted:?}")) }
}

fn told(what: &str, runs: &Runs) {
    let (least, most) = runs.range();
    let peak = runs.peak_mib().map_or_else(|| "memory not known".to_owned(), |mib| format!("{mib:.0} MiB at most"));
    say(&format!(
        "{what:<40} {:.2} s ({:.2} to {:.2}), {:.2} s of processors, {peak}",
        runs.median().as_secs_f64(),
        least.as_secs_f64(),
        most.as_secs_f64(),
        runs.cpu().as_secs_f64()
    ));
}

fn verdict(what: &str, got: f64, most: f64) {
    let word = if got <= most { "met" } else { "MISSED" };
    say(&format!("{what:<40} {got:.2}, at most {most:.2}: {word}"));
}

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
}
