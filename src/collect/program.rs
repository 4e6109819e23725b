//! Programs that hand out credentials: run in a group of their own with a time limit. What they print is never shown, and
//! what they complain of only by whoever asked them.

use std::io::{self, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::collect::redact::redact_text;
use crate::model::text::scrub;

/// The most that is read of what a program prints, in bytes.
const MOST: u64 = 1 << 20;
/// How much of its complaint is shown.
const SHOWN: usize = 400;
/// How often it is looked after.
const LOOK: Duration = Duration::from_millis(10);

/// How a program ended otherwise than by itself.
pub(super) enum Ended {
    /// Its time was over.
    Late,
    /// The responder asked to stop.
    Stopped,
    /// It cannot be told.
    Lost(io::Error),
}

/// What came of a program.
pub(super) struct Ran {
    /// How it ended.
    pub ended: Result<ExitStatus, Ended>,
    /// Standard output; may hold credentials.
    pub printed: Vec<u8>,
    /// Standard error.
    pub said: Vec<u8>,
}

/// Runs a program to its end, or to the end of its time. `told` is its standard input. The error means that it could not be
/// started.
pub(super) fn run(mut command: Command, told: &[u8], limit: Duration, stop: &AtomicBool) -> io::Result<Ran> {
    let input = if told.is_empty() { Stdio::null() } else { Stdio::piped() };
    // A group of its own: stopping it stops whatever it started.
    command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        // A short line fits into the pipe, whether or not it is read.
        let _ = pipe.write_all(told);
    }
    let printed = reading(child.stdout.take());
    let said = reading(child.stderr.take());
    let ended = wait(&mut child, limit, stop);
    // A grandchild may hold the pipes open: what came until now is all there is.
    let patience = Duration::from_millis(if ended.is_ok() { 2_000 } else { 50 });
    let printed = printed.recv_timeout(patience).unwrap_or_default();
    Ok(Ran { ended, printed, said: said.recv_timeout(patience).unwrap_or_default() })
}

/// Reads a pipe on a thread of its own, for a program that prints much must not wait for us.
fn reading(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            let _ = pipe.take(MOST).read_to_end(&mut bytes);
        }
        let _ = send.send(bytes);
    });
    receive
}

fn wait(child: &mut Child, limit: Duration, stop: &AtomicBool) -> Result<ExitStatus, Ended> {
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Err(error) => return Err(Ended::Lost(error)),
            Ok(None) => {}
        }
        let late = began.elapsed() >= limit;
        if late || stop.load(Ordering::Relaxed) {
            end(child);
            return Err(if late { Ended::Late } else { Ended::Stopped });
        }
        std::thread::sleep(LOOK);
    }
}

/// Ends a program that was started in a group of its own, and whatever it started.
pub(super) fn end(child: &mut Child) {
    let group = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The end of what it said on standard error, without secrets and control characters.
pub(super) fn complaint(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let text = redact_text(text.trim());
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    let from = text.char_indices().rev().nth(SHOWN).map_or(0, |(at, _)| at);
    let text = scrub(text.get(from..).unwrap_or_default()).into_owned();
    if text.is_empty() { String::new() } else { format!("; it said: {text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_cut_and_scrubbed() {
        assert_eq!(complaint(b"  "), "");
        assert_eq!(complaint(b"log in:\n  https://x \x1b[31m"), "; it said: log in: https://x \u{241b}[31m".to_owned());
        assert!(complaint("x ".repeat(5000).as_bytes()).len() < 500);
    }

    #[test]
    fn a_program_is_told_and_heard() {
        let ran = run(Command::new("cat"), b"hello", Duration::from_secs(20), &AtomicBool::new(false)).unwrap();
        assert!(ran.ended.is_ok_and(|status| status.success()));
        assert_eq!((ran.printed.as_slice(), ran.said.as_slice()), (&b"hello"[..], &b""[..]));
        assert!(run(Command::new("/no/such/program"), b"", Duration::from_secs(1), &AtomicBool::new(false)).is_err());
    }
}
