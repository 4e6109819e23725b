//! What the figures were taken on.

use std::fs;

/// Processor, cores, memory, kernel, how busy it was, and the program's version, each on a line of its own.
pub fn lines() -> Vec<String> {
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "not known".to_owned());
    let cores = std::thread::available_parallelism().map_or_else(|_| "?".to_owned(), |n| n.to_string());
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_else(|| "not known".to_owned());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_else(|_| std::env::consts::OS.to_owned());
    // With others at work, times say little; the first figure is the last minute's.
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("not known").to_owned();
    let build = if cfg!(debug_assertions) { "DEBUG" } else { "release" };
    vec![
        format!("processor  {processor}, {cores} cores"),
        format!("memory     {memory}"),
        format!("kernel     {}", kernel.trim()),
        format!("load       {load} before the first run"),
        format!("program    hullbreach {}, {build} build", env!("CARGO_PKG_VERSION")),
    ]
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
