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
    cpu: Option<Duration>,
}

/// Runs of one command.
#[derive(Debug, Clone, Default)]
pub struct Runs(Vec<Run>);

impl Runs {
    /// Runs the command once more, its output thrown away.
    pub fn measure(&mut self, command: &mut Command) -> Outcome<()> {
        self.measure_any(command, &[0])
    }

    /// As [`Runs::measure`], where other exit codes are good too.
    pub fn measure_any(&mut self, command: &mut Command, good: &[i32]) -> Outcome<()> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn().map_err(|e| format!("{command:?}: {e}"))?;
        let (ended, pid) = (AtomicBool::new(false), child.id());
        let (status, wall, (peak_kib, cpu)) = std::thread::scope(|scope| {
            let sampler = scope.spawn(|| sample(pid, &ended));
            let status = child.wait();
            let wall = start.elapsed();
            ended.store(true, Ordering::Relaxed);
            (status, wall, sampler.join().unwrap_or_default())
        });
        let status = status.map_err(|e| format!("{command:?}: {e}"))?;
        if !status.code().is_some_and(|code| good.contains(&code)) {
            return Err(format!("{command:?}: ended with {status}"));
        }
        self.0.push(Run { wall, peak_kib, cpu });
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

    /// The median processor time, as last seen before the end.
    pub fn cpu(&self) -> Duration {
        let mut times: Vec<Duration> = self.0.iter().filter_map(|run| run.cpu).collect();
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
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

fn sample(pid: u32, ended: &AtomicBool) -> (Option<u64>, Option<Duration>) {
    let (status, stat) = (format!("/proc/{pid}/status"), format!("/proc/{pid}/stat"));
    let (mut peak, mut cpu) = (None, None);
    while !ended.load(Ordering::Relaxed) {
        peak = peak.max(std::fs::read_to_string(&status).ok().and_then(|status| high_water_mark(&status)));
        cpu = cpu.max(std::fs::read_to_string(&stat).ok().and_then(|stat| processor_time(&stat)));
        std::thread::sleep(SAMPLE_EVERY);
    }
    (peak, cpu)
}

/// Fields 14 and 15 of `/proc/PID/stat`, in hundredths of a second on every Linux there is; the name before them may hold
/// anything, and ends with the last bracket.
fn processor_time(stat: &str) -> Option<Duration> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
