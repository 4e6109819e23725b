//! What thousands of scan reports cost: importing them, the case they make, and the list of distinct findings; beside `jq`,
//! which merely takes id, package and severity out of the same files.
//!
//! ```text
//! cargo bench --bench findings                        2,000 reports of 500 findings, over 60,000 distinct ones
//! cargo bench --bench findings -- --reports 10000     as many as the goal is stated for: 10 GB of reports
//! cargo bench --bench findings -- import list         some parts; they need `make` to have run
//! ```
//!
//! Parts: `make` (the reports), `jq`, `import`, `list`. Run by hand. Wrong counts end a benchmark; slow ones never do, they
//! are printed beside the goal. Reads no evidence but its own.

mod data;
#[path = "../inventory/measure.rs"]
#[allow(dead_code)]
mod measure;
#[path = "../inventory/random.rs"]
#[allow(dead_code)]
mod random;

use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use measure::{Runs, output};

/// What a benchmark came to, or in words why it could not be measured.
type Outcome<T> = Result<T, String>;

/// Import in at most this part of `jq`'s time.
const SHARE_OF_JQ: f64 = 1.0 / 3.0;
/// Most memory of an import, in MiB.
const MEMORY: f64 = 400.0;
/// The case is at most this part of the reports.
const SHARE_OF_JSON: f64 = 0.2;
/// The list sorts and filters in this time, starting the program included.
const LIST: Duration = Duration::from_millis(100);

/// Sizes of one invocation.
pub struct Scale {
    /// Reports, one an image.
    pub reports: u64,
    /// Findings in each.
    pub findings: u64,
    /// Findings that differ.
    pub distinct: u64,
}

struct Chosen {
    parts: Vec<String>,
    scale: Scale,
    runs: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` starts benchmarks too, without this word; they are not tests.
    if !arguments.iter().any(|a| a == "--bench") {
        say("benchmarks: not run; use `cargo bench --bench findings`");
        return ExitCode::SUCCESS;
    }
    match chosen(&arguments).and_then(|chosen| run(&chosen)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            say(&format!("findings: {what}"));
            ExitCode::FAILURE
        }
    }
}

fn chosen(arguments: &[String]) -> Outcome<Chosen> {
    let scale = Scale { reports: 2_000, findings: 500, distinct: 60_000 };
    let mut chosen = Chosen { parts: Vec::new(), scale, runs: 3 };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut number = || {
            let number = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
            number.ok_or(format!("{word}: needs a number from 1"))
        };
        match word.as_str() {
            "--bench" => {}
            "--reports" => chosen.scale.reports = number()?,
            "--findings" => chosen.scale.findings = number()?,
            "--distinct" => chosen.scale.distinct = number()?,
            "--runs" => chosen.runs = number()? as usize,
            part @ ("make" | "jq" | "import" | "list") => chosen.parts.push(part.to_owned()),
            other => return Err(format!("{other}: no such part; make, jq, import, list")),
        }
    }
    if chosen.parts.is_empty() {
        chosen.parts = ["make", "jq", "import", "list"].map(str::to_owned).to_vec();
    }
    Ok(chosen)
}

fn run(chosen: &Chosen) -> Outcome<()> {
    let Chosen { scale, runs, .. } = chosen;
    let folder = data_folder().join(format!("findings-{}-{}", scale.reports, scale.findings));
    let reports = folder.join("reports");
    let case = folder.join("findings.case");
    say(&format!(
        "{} reports with {} findings over {} distinct ones, in {}",
        scale.reports,
        scale.reports * scale.findings,
        scale.distinct,
        folder.display()
    ));
    let mut jq = None;
    for part in &chosen.parts {
        match part.as_str() {
            "make" => {
                let bytes = data::make(&reports, scale)?;
                say(&format!("  {:<58} {:>10}", "reports", mib(bytes)));
            }
            "jq" => jq = by_jq(&reports, *runs)?,
            "import" => import(&folder, &reports, &case, scale, *runs, jq)?,
            _ => list(&folder, &case, *runs)?,
        }
    }
    Ok(())
}

/// What `jq` takes for id, package and severity; none where it is not installed.
fn by_jq(reports: &Path, runs: usize) -> Outcome<Option<Duration>> {
    let wanted = "find . -name '*.json' -print0 | xargs -0 jq -r \
        '.Results[]?.Vulnerabilities[]? | [.VulnerabilityID, .PkgName, .Severity] | @tsv' | wc -l";
    if Command::new("jq").arg("--version").output().is_err() {
        say("  jq is not installed: nothing to compare with");
        return Ok(None);
    }
    let mut measured = Runs::default();
    for _ in 0..runs {
        measured.measure(Command::new("sh").arg("-c").arg(wanted).current_dir(reports))?;
    }
    row("jq: id, package, severity", measured.median(), "");
    Ok(Some(measured.median()))
}

fn import(folder: &Path, reports: &Path, case: &Path, scale: &Scale, runs: usize, jq: Option<Duration>) -> Outcome<()> {
    let mut measured = Runs::default();
    for _ in 0..runs {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", case.display()));
        }
        output(hullbreach(folder).arg("new").arg(case).args(["--title", "Benchmark"]))?;
        measured.measure(hullbreach(folder).arg("--case").arg(case).args(["--json", "import"]).arg(reports))?;
    }
    let goal = jq.map_or_else(String::new, |jq| {
        let share = measured.median().as_secs_f64() / jq.as_secs_f64();
        verdict(share <= SHARE_OF_JQ, &format!("{share:.2} of jq's time, goal {SHARE_OF_JQ:.2}"))
    });
    row("import", measured.median(), &goal);
    if let Some(peak) = measured.peak_mib() {
        say(&format!(
            "  {:<58} {peak:>7.0} MiB  {}",
            "import, most memory",
            verdict(peak <= MEMORY, &format!("goal {MEMORY} MiB"))
        ));
    }
    let (json, stored) = (size(reports)?, std::fs::metadata(case).map_or(0, |m| m.len()));
    let share = stored as f64 / json as f64;
    let goal = verdict(share <= SHARE_OF_JSON, &format!("{share:.3} of the reports, goal {SHARE_OF_JSON}"));
    say(&format!("  {:<58} {:>10}  {goal}", "the case", mib(stored)));
    // A fast import of half of it is no result.
    let found = answer(folder, case, &["findings", "--limit", "1"])?;
    let scanned = found.pointer("/shares/scanned").and_then(Value::as_u64).unwrap_or(0);
    if scanned != scale.reports {
        return Err(format!("{scanned} images have a report; {} were written", scale.reports));
    }
    Ok(())
}

fn list(folder: &Path, case: &Path, runs: usize) -> Outcome<()> {
    let questions: [&[&str]; 4] = [
        &["findings", "--limit", "100"],
        &["findings", "--filter", "severity:>=high package~lib", "--sort", "cvss", "--limit", "100"],
        &["findings", "--sort", "id", "--limit", "100"],
        &["packages", "--name", "openssl", "--version", "<3.0.12"],
    ];
    for question in questions {
        let mut measured = Runs::default();
        for _ in 0..=runs {
            measured.measure(hullbreach(folder).arg("--case").arg(case).arg("--json").args(question))?;
        }
        row(&question.join(" "), measured.median(), &verdict(measured.median() <= LIST, "goal 100 ms"));
    }
    Ok(())
}

fn answer(folder: &Path, case: &Path, question: &[&str]) -> Outcome<Value> {
    let said = output(hullbreach(folder).arg("--case").arg(case).arg("--json").args(question))?;
    serde_json::from_slice(&said.stdout).map_err(|e| format!("{question:?}: {e}"))
}

/// The program under test, with a home of its own.
fn hullbreach(folder: &Path) -> Command {
    let home = folder.join("home");
    let mut command = Command::new(env!("CARGO_BIN_EXE_hullbreach"));
    command.env_clear().env("HOME", &home).env("USER", "bench").env("TZ", "UTC");
    command.env("XDG_CONFIG_HOME", home.join("config")).env("XDG_STATE_HOME", home.join("state"));
    command
}

fn size(folder: &Path) -> Outcome<u64> {
    let entries =
        std::fs::read_dir(folder).map_err(|e| format!("{}: {e}; run the part `make` first", folder.display()))?;
    Ok(entries.filter_map(|entry| entry.ok()?.metadata().ok()).map(|m| m.len()).sum())
}

fn data_folder() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary).join("bench-data")
}

fn verdict(good: bool, goal: &str) -> String {
    format!("{goal} {}", if good { "ok" } else { "MISSED" })
}

fn row(what: &str, took: Duration, goal: &str) {
    say(&format!("  {what:<58} {:>7.2} s    {goal}", took.as_secs_f64()));
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
