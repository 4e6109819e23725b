//! Whole processes, timed from before their start to after their end, with the most memory they ever held.
//!
//! The peak is `VmHWM` of `/proc/PID/status`, asked for every two milliseconds until the process has ended, so what a
//! process takes in its last two milliseconds can be missed. On systems without `/proc` it is not known.

use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::Outcome;

const SAMPLE_EVERY: Duration = Duration::from_millis(2);

/// One run of a process.
#[derive(Debug, Clone, Copy)]
struct Run {
    wall: Duration,
    peak_kib: Option<u64>,
}

/// Runs of one command.
#[derive(Debug, Clone, Default)]
pub struct Runs(Vec<Run>);

impl Runs {
    /// Runs the command once more, its output thrown away.
    pub fn measure(&mut self, command: &mut Command) -> Outcome<()> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn().map_err(|e| format!("{command:?}: {e}"))?;
        let (ended, pid) = (AtomicBool::new(false), child.id());
        let (status, wall, peak_kib) = std::thread::scope(|scope| {
            let sampler = scope.spawn(|| sample(pid, &ended));
            let status = child.wait();
            let wall = start.elapsed();
            ended.store(true, Ordering::Relaxed);
            (status, wall, sampler.join().ok().flatten())
        });
        let status = status.map_err(|e| format!("{command:?}: {e}"))?;
        if !status.success() {
            return Err(format!("{command:?}: ended with {status}"));
        }
        self.0.push(Run { wall, peak_kib });
        Ok(())
    }

    /// The median time; of an even number of runs, the mean of the middle two.
    pub fn median(&self) -> Duration {
        let walls = self.sorted();
        match walls.len() {
            0 => Duration::ZERO,
            n if n % 2 == 1 => walls[n / 2],
            n => (walls[n / 2 - 1] + walls[n / 2]) / 2,
        }
    }

    /// The shortest and the longest time.
    pub fn range(&self) -> (Duration, Duration) {
        let walls = self.sorted();
        (walls.first().copied().unwrap_or_default(), walls.last().copied().unwrap_or_default())
    }

    /// The most memory any run held, in MiB.
    pub fn peak_mib(&self) -> Option<f64> {
        self.0.iter().filter_map(|run| run.peak_kib).max().map(|kib| kib as f64 / 1024.0)
    }

    fn sorted(&self) -> Vec<Duration> {
        let mut walls: Vec<Duration> = self.0.iter().map(|run| run.wall).collect();
        walls.sort();
        walls
    }
}

/// Runs a command for what it prints. An error holds the end of what it said.
pub fn output(command: &mut Command) -> Outcome<Output> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said);
    let skipped = said.chars().count().saturating_sub(1_000);
    let said: String = said.chars().skip(skipped).collect();
    Err(format!("{command:?}: ended with {}: {said}", output.status))
}

fn sample(pid: u32, ended: &AtomicBool) -> Option<u64> {
    let path = format!("/proc/{pid}/status");
    let mut peak = None;
    while !ended.load(Ordering::Relaxed) {
        let now = std::fs::read_to_string(&path).ok().and_then(|status| high_water_mark(&status));
        peak = peak.max(now);
        std::thread::sleep(SAMPLE_EVERY);
    }
    peak
}

fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
