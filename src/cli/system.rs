//! The real outside world: this machine's clock, randomness, user, folders and terminal.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::env::Env;
use crate::model::time::Micros;

/// The world this process runs in. XDG folders: config `$XDG_CONFIG_HOME/hullbreach`, state `$XDG_STATE_HOME/hullbreach`.
pub fn env() -> Result<Env, String> {
    // A variable that is not UTF-8 cannot be one of ours; its name or value is shown escaped rather than lost.
    let vars: BTreeMap<String, String> = std::env::vars_os()
        .map(|(k, v)| (k.to_string_lossy().into_owned(), v.to_string_lossy().into_owned()))
        .collect();
    let home = vars.get("HOME").filter(|h| !h.is_empty()).map(PathBuf::from);
    let folder = |variable: &str, fallback: &str| -> Result<PathBuf, String> {
        match vars.get(variable).filter(|v| v.starts_with('/')) {
            Some(base) => Ok(PathBuf::from(base).join("hullbreach")),
            None => home
                .as_ref()
                .map(|home| home.join(fallback).join("hullbreach"))
                .ok_or_else(|| format!("neither ${variable} nor $HOME is set: the device key has no place to live")),
        }
    };
    let user = ["USER", "LOGNAME"].iter().find_map(|v| vars.get(*v).filter(|u| !u.is_empty()).cloned());
    Ok(Env {
        clock: Arc::new(now),
        random: Arc::new(|buffer| getrandom::fill(buffer).map_err(|e| format!("no randomness: {e}"))),
        user: user.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw())),
        host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        config_dir: folder("XDG_CONFIG_HOME", ".config")?,
        state_dir: folder("XDG_STATE_HOME", ".local/state")?,
        current_dir: std::env::current_dir().map_err(|e| format!("the current folder: {e}"))?,
        vars,
        terminal: terminal_size(),
    })
}

/// Standard input that ends when the responder asks to stop, also while nothing comes: a plain read would go on waiting.
pub struct Patient {
    stop: Arc<AtomicBool>,
}

impl Patient {
    /// Ends when `stop` is set.
    pub fn new(stop: Arc<AtomicBool>) -> Self {
        Patient { stop }
    }
}

impl io::Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
        let stdin = io::stdin();
        while !self.stop.load(Ordering::Relaxed) {
            match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&WAIT)) {
                Ok(0) | Err(Errno::INTR) => {}
                Ok(_) => return stdin.lock().read(buffer),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(0)
    }
}

fn now() -> (Micros, i32) {
    let now = chrono::Local::now();
    (Micros(now.timestamp_micros()), now.offset().local_minus_utc() / 60)
}

fn terminal_size() -> Option<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}
