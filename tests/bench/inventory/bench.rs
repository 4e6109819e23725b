//! Where benchmarks happen: the program under test with a home of its own, and the folders they use.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::data::List;
use crate::measure::output;

/// Folders and options of one invocation.
pub struct Bench {
    /// Generated lists and the big case, kept from one invocation to the next.
    pub data: PathBuf,
    /// Runs of each command after the first, which is not counted.
    pub runs: usize,
}

/// Images and uses a case holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Images.
    pub images: u64,
    /// Places where they are used.
    pub uses: u64,
}

impl Bench {
    /// A command of the program under test. It sees no variable of ours, so that no real state folder is touched.
    pub fn hullbreach(&self) -> Command {
        let home = self.data.join("home");
        let mut command = Command::new(env!("CARGO_BIN_EXE_hullbreach"));
        command.env_clear();
        command.env("HOME", &home).env("USER", "bench").env("TZ", "UTC");
        command.env("XDG_CONFIG_HOME", home.join("config")).env("XDG_STATE_HOME", home.join("state"));
        command.current_dir(&self.data);
        command
    }

    /// A new, empty case in place of whatever has that name.
    pub fn new_case(&self, name: &str) -> Outcome<PathBuf> {
        let path = self.data.join(format!("{name}.case"));
        remove_case(&path)?;
        output(self.hullbreach().arg("new").arg(&path).args(["--title", "Benchmark"]))?;
        Ok(path)
    }

    /// An import into a case.
    pub fn import(&self, case: &Path, list: &Path, context: &str) -> Command {
        let mut command = self.hullbreach();
        command.arg("--case").arg(case).args(["--json", "import", "--context", context]).arg(list);
        command
    }

    /// Imports for what it says, and holds that against what the list has: a fast import of half a list is no result.
    pub fn checked_import(&self, case: &Path, list: &List, context: &str) -> Outcome<Totals> {
        let said = output(&mut self.import(case, &list.path, context))?;
        let report: Value = serde_json::from_slice(&said.stdout).map_err(|e| format!("import --json: {e}"))?;
        let number = |pointer: &str| report.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
        let rejected: u64 = number("/evidence/0/rejected_total");
        let uses = number("/uses/new");
        if rejected > 0 || uses != list.uses {
            let path = list.path.display();
            return Err(format!(
                "{path}: {uses} uses found and {rejected} items rejected; {} uses are in it",
                list.uses
            ));
        }
        Ok(Totals { images: number("/images/total"), uses: number("/uses/total") })
    }
}

/// Removes a case and what SQLite keeps beside it.
pub fn remove_case(path: &Path) -> Outcome<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match fs::remove_file(&file) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(format!("{}: {e}", path.display())),
            _ => {}
        }
    }
    Ok(())
}

/// The size of a file in MiB; 0 where it cannot be told.
pub fn mib(path: &Path) -> f64 {
    fs::metadata(path).map_or(0.0, |m| m.len() as f64) / f64::from(1 << 20)
}
