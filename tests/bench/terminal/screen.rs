//! The program in a terminal of its own: what it writes, when, and what that terminal shows.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::fs;
use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::bench::Bench;

/// The end of a frame (synchronized updates, DEC private mode 2026).
const FRAME_END: &[u8] = b"\x1b[?2026l";
/// Far longer than anything may take.
const LONG: Duration = Duration::from_secs(60);
/// Clock ticks of `/proc/PID/stat` in a second, as Linux tells every program.
const TICKS: f64 = 100.0;

/// A terminal of 80 by 24 with the program in it.
pub struct Screen {
    /// Its process.
    pub pid: u32,
    /// When it was started.
    pub begun: Instant,
    parser: vt100::Parser,
    arrived: Receiver<(Instant, Vec<u8>)>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    /// The end of what was written, for an end of frame in two pieces.
    tail: Vec<u8>,
    frames: u64,
    bytes: usize,
}

impl Screen {
    /// Opens a case in it.
    pub fn open(bench: &Bench, case: &Path) -> Outcome<Screen> {
        let home = bench.data.join("home");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_hullbreach"));
        command.arg(case);
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("USER", "bench"), ("TZ", "UTC")] {
            command.env(name, value);
        }
        command.env("HOME", &home);
        command.env("XDG_CONFIG_HOME", home.join("config"));
        command.env("XDG_STATE_HOME", home.join("state"));
        command.cwd(&bench.data);
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).map_err(|e| format!("a terminal: {e}"))?;
        let mut reader = pair.master.try_clone_reader().map_err(|e| format!("a terminal: {e}"))?;
        let keys = pair.master.take_writer().map_err(|e| format!("a terminal: {e}"))?;
        let begun = Instant::now();
        let child = pair.slave.spawn_command(command).map_err(|e| format!("hullbreach: {e}"))?;
        drop(pair.slave);
        let (sender, arrived) = channel();
        std::thread::spawn(move || {
            let mut chunk = [0; 64 << 10];
            while let Ok(n @ 1..) = reader.read(&mut chunk) {
                if sender.send((Instant::now(), chunk.get(..n).unwrap_or_default().to_vec())).is_err() {
                    return;
                }
            }
        });
        let (rows, columns) = (NonZeroU16::new(24).ok_or("rows")?, NonZeroU16::new(80).ok_or("columns")?);
        Ok(Screen {
            pid: child.process_id().ok_or("hullbreach: no process")?,
            begun,
            parser: vt100::Parser::new(rows, columns, 0),
            arrived,
            keys,
            child,
            _master: pair.master,
            tail: Vec::new(),
            frames: 0,
            bytes: 0,
        })
    }

    /// Frames and bytes written so far.
    pub fn written(&self) -> (u64, usize) {
        (self.frames, self.bytes)
    }

    /// What it shows.
    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// Presses keys, as the bytes a terminal sends for them, and tells when.
    pub fn press(&mut self, keys: &str) -> Outcome<Instant> {
        let at = Instant::now();
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).map_err(|e| format!("keys: {e}"))?;
        Ok(at)
    }

    /// Goes to the images as soon as the case is open.
    pub fn images(&mut self) -> Outcome<()> {
        self.until("the first tab", |text| text.contains("[1 Situation]"))?;
        self.press("2").map(drop)
    }

    /// When the next frame was complete.
    pub fn frame(&mut self) -> Outcome<Instant> {
        let before = self.frames;
        loop {
            let at = self.take(LONG)?.ok_or_else(|| format!("no frame came:\n{}", self.text()))?;
            if self.frames > before {
                return Ok(at);
            }
        }
    }

    /// When a frame was complete that shows this.
    pub fn until(&mut self, what: &str, fits: impl Fn(&str) -> bool) -> Outcome<Instant> {
        let mut at = Instant::now();
        while !fits(&self.text()) {
            at = self.take(LONG)?.ok_or_else(|| format!("{what} never showed:\n{}", self.text()))?;
        }
        Ok(at)
    }

    /// When the next piece was written; none where nothing comes for so long.
    pub fn next(&mut self, quiet: Duration) -> Outcome<Option<Instant>> {
        self.take(quiet)
    }

    /// Waits until the minute has just turned, so that the next one is far.
    pub fn until_minute(&mut self) -> Outcome<()> {
        let minute = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        let now = minute(&self.text());
        let begun = Instant::now();
        while minute(&self.text()) == now && begun.elapsed() < 2 * LONG {
            self.take(LONG)?;
        }
        Ok(())
    }

    /// Takes what is written until nothing comes for so long.
    pub fn settle(&mut self, quiet: Duration) -> Outcome<()> {
        while self.take(quiet)?.is_some() {}
        Ok(())
    }

    /// Ends it.
    pub fn end(mut self) -> Outcome<()> {
        self.press("q")?;
        while self.take(LONG).is_ok_and(|at| at.is_some()) {}
        let status = self.child.wait().map_err(|e| format!("hullbreach: {e}"))?;
        if status.success() { Ok(()) } else { Err(format!("hullbreach ended with {status:?}")) }
    }

    /// The processor time it has taken so far; zero where the system does not tell.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        // The name in brackets may hold anything; times stand 11 and 12 words behind it.
        let words: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: f64 = words.iter().skip(11).take(2).filter_map(|word| word.parse::<f64>().ok()).sum();
        Duration::from_secs_f64(ticks / TICKS)
    }

    /// The most memory it ever held, in MiB.
    pub fn peak_mib(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
    }

    /// Times its threads were woken so far.
    pub fn wakeups(&self) -> u64 {
        let threads = fs::read_dir(format!("/proc/{}/task", self.pid)).into_iter().flatten().flatten();
        let woken = |entry: fs::DirEntry| {
            let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            line.and_then(|count| count.trim().parse::<u64>().ok()).unwrap_or(0)
        };
        threads.map(woken).sum()
    }

    /// Takes one piece of what is written; none where nothing came for so long.
    fn take(&mut self, wait: Duration) -> Outcome<Option<Instant>> {
        match self.arrived.recv_timeout(wait) {
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(format!("hullbreach is gone:\n{}", self.text())),
            Ok((at, bytes)) => {
                self.bytes += bytes.len();
                self.parser.process(&bytes);
                self.tail.extend_from_slice(&bytes);
                self.frames += self.tail.windows(FRAME_END.len()).filter(|part| *part == FRAME_END).count() as u64;
                // Only what could be the beginning of another end is kept.
                let kept = self.tail.len().min(FRAME_END.len() - 1);
                self.tail.drain(..self.tail.len() - kept);
                Ok(Some(at))
            }
        }
    }
}
