//! The log file: what went wrong, for whoever helps later. Mode 0600, rotated, scrubbed and redacted; nothing of it ever
//! reaches the terminal.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::Mutex;

use crate::collect::redact::redact_text;
use crate::env::Env;
use crate::model::text::scrub_lines;

/// Past this size the log is set aside as `.1`, and an older one is dropped.
const MAX_BYTES: u64 = 1 << 20;

/// Logs while it lives. A state folder that cannot be written costs the log, never the command.
pub fn start(env: &Env) -> Option<tracing::subscriber::DefaultGuard> {
    let folder = env.state_dir.join("log");
    crate::case::identity::private_dir(&folder).ok()?;
    let path = folder.join("hullbreach.log");
    if std::fs::metadata(&path).is_ok_and(|m| m.len() > MAX_BYTES) {
        let _ = std::fs::rename(&path, folder.join("hullbreach.log.1"));
    }
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path).ok()?;
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_target(false)
        .with_max_level(tracing::Level::INFO)
        .with_writer(Mutex::new(Clean(file)))
        .finish();
    Some(tracing::subscriber::set_default(subscriber))
}

struct Clean(File);

impl Write for Clean {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let clean = redact_text(&text);
        self.0.write_all(scrub_lines(&clean).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
