//! Runs an installed scanner on one image and takes what it prints.
//!
//! Owns which program is called with which words, how long it may take and how much it may print. It never chooses what is
//! scanned, and never gives a scanner anything but a name: the environment is the responder's own.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::program;

/// Most bytes of a report.
const MOST_BYTES: u64 = 256 << 20;
/// Most bytes of what a scanner says of its troubles.
const MOST_WORDS: u64 = 64 << 10;
/// How often it is looked whether a scanner is done.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A scanner that can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scanner {
    /// Vulnerabilities and packages.
    Trivy,
    /// Vulnerabilities.
    Grype,
    /// Packages.
    Syft,
}

impl Scanner {
    /// Every one, in the order in which one is chosen.
    pub const ALL: [Scanner; 3] = [Scanner::Trivy, Scanner::Grype, Scanner::Syft];

    /// The program's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Scanner::Trivy => "trivy",
            Scanner::Grype => "grype",
            Scanner::Syft => "syft",
        }
    }

    /// True where it looks for vulnerabilities; else it lists packages alone.
    pub fn searches(self) -> bool {
        self != Scanner::Syft
    }

    /// The words that it is called with.
    pub fn arguments(self, target: &str) -> Vec<String> {
        let words: &[&str] = match self {
            Scanner::Trivy => &["image", "--format", "json", "--quiet", "--list-all-pkgs", "--", target],
            Scanner::Grype => &["--output", "json", "--quiet", "--", target],
            Scanner::Syft => &["scan", "--output", "syft-json", "--quiet", "--", target],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// Where it is installed, by the folders of `PATH`.
    pub fn find(self, vars: &BTreeMap<String, String>) -> Option<PathBuf> {
        let path = vars.get("PATH")?;
        std::env::split_paths(path).map(|folder| folder.join(self.as_str())).find(|file| file.is_file())
    }
}

/// Runs it on one target; its report, or why there is none.
pub fn scan(
    scanner: Scanner,
    program: &Path,
    target: &str,
    time: Duration,
    cancel: &AtomicBool,
) -> Result<Vec<u8>, String> {
    if target.starts_with('-') {
        return Err("a target that begins with a hyphen could be taken for an option".to_owned());
    }
    let mut command = Command::new(program);
    command.args(scanner.arguments(target)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own: stopping it stops whatever it started, which would hold its pipes open.
    command.process_group(0);
    let mut child = command.spawn().map_err(|e| format!("{}: {e}", program.display()))?;
    let (report, words) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        let report = scope.spawn(move || report.map(|from| taken(from, MOST_BYTES)).unwrap_or_default());
        let words = scope.spawn(move || words.map(|from| taken(from, MOST_WORDS)).unwrap_or_default());
        let ended = wait(&mut child, time, cancel);
        let (report, words) = (report.join().unwrap_or_default(), words.join().unwrap_or_default());
        let last =
            String::from_utf8_lossy(&words).lines().map(str::trim).rfind(|l| !l.is_empty()).unwrap_or("").to_owned();
        match ended? {
            true if report.len() as u64 >= MOST_BYTES => {
                Err(format!("its report is larger than {} MiB", MOST_BYTES >> 20))
            }
            true if report.trim_ascii().is_empty() => Err("it printed no report".to_owned()),
            true => Ok(report),
            false if last.is_empty() => Err("it failed and did not say why".to_owned()),
            false => Err(last),
        }
    })
}

/// Takes at most so many bytes; the rest is read and dropped, so that nobody waits.
fn taken(mut from: impl Read, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = from.by_ref().take(most).read_to_end(&mut bytes);
    let _ = std::io::copy(&mut from, &mut std::io::sink());
    bytes
}

/// Waits until it ends, its time is up, or nobody wants it any more.
fn wait(child: &mut Child, time: Duration, cancel: &AtomicBool) -> Result<bool, String> {
    let until = Instant::now() + time;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) => {}
            Err(e) => return Err(e.to_string()),
        }
        let stopped = cancel.load(Ordering::Relaxed);
        if stopped || Instant::now() >= until {
            program::end(child);
            let why =
                if stopped { "interrupted".to_owned() } else { format!("it took longer than {} s", time.as_secs()) };
            return Err(why);
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_never_taken_for_an_option() {
        for scanner in Scanner::ALL {
            let words = scanner.arguments("--version");
            assert_eq!(words.iter().rev().take(2).map(String::as_str).collect::<Vec<_>>(), ["--version", "--"]);
            let refused = scan(scanner, Path::new("/bin/true"), "-x", Duration::from_secs(1), &AtomicBool::new(false));
            assert!(refused.unwrap_err().contains("hyphen"));
        }
    }

    #[test]
    fn what_it_started_is_stopped_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("trivy");
        let told = folder.path().join("pid");
        std::fs::write(&program, format!("#!/bin/sh\nsleep 60 &\necho $! > '{}'\nwait\n", told.display())).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).unwrap();
        let late = scan(Scanner::Trivy, &program, "x", Duration::from_secs(2), &AtomicBool::new(false));
        assert!(late.unwrap_err().contains("longer than"));
        let pid = std::fs::read_to_string(told).unwrap();
        let state = || std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        let ended = |state: &str| state.is_empty() || state.contains(") Z ");
        // It is told to end, and a busy machine may take a while to end it.
        for _ in 0..400 {
            if ended(&state()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(ended(&state()), "it still sleeps: {}", state());
    }

    #[test]
    fn one_that_is_not_installed_is_not_found() {
        let vars = BTreeMap::from([("PATH".to_owned(), "/nonexistent".to_owned())]);
        assert!(Scanner::ALL.iter().all(|scanner| scanner.find(&vars).is_none()));
    }
}
