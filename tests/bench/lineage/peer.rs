//! Graphviz `dot`, and how many crossings it says it left.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

/// What `dot` did.
pub enum Drawn {
    /// It is not installed.
    Missing,
    /// It was stopped.
    TooSlow,
    /// The crossings that its verbose log ends with (`mincross: N crossings`).
    Crossings(u64),
}

/// Lets `dot` lay a graph out.
pub fn crossings(text: &str, limit: Duration) -> Outcome<Drawn> {
    let mut command = Command::new("dot");
    command.args(["-v", "-Tplain", "-o/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else { return Ok(Drawn::Missing) };
    let mut input = child.stdin.take().ok_or("dot has no input")?;
    let mut errors = child.stderr.take().ok_or("dot has no log")?;
    let log = std::thread::spawn(move || {
        let mut log = Vec::new();
        errors.read_to_end(&mut log).map(|_| String::from_utf8_lossy(&log).into_owned())
    });
    input.write_all(text.as_bytes()).map_err(|e| format!("dot: {e}"))?;
    drop(input);
    let start = Instant::now();
    while child.try_wait().map_err(|e| format!("dot: {e}"))?.is_none() {
        if start.elapsed() > limit {
            child.kill().and_then(|()| child.wait()).map_err(|e| format!("dot: {e}"))?;
            return Ok(Drawn::TooSlow);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let log = log.join().map_err(|_| "the log of dot was lost")?.map_err(|e| format!("dot: {e}"))?;
    Ok(Drawn::Crossings(count(&log).ok_or(format!("no crossings in the log of dot:\n{log}"))?))
}

/// The last number of crossings for each part of the graph, added up.
fn count(log: &str) -> Option<u64> {
    let lines = log.lines().filter(|line| line.starts_with("mincross") && line.contains(" crossings,"));
    let mut numbers =
        lines.filter_map(|line| line.split(" crossings,").next()?.rsplit(' ').next()?.parse::<u64>().ok());
    numbers.next_back()
}
