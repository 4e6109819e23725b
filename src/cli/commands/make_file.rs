//! Files that commands make where the responder names one.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::cli::Failure;

/// The mode of a script: others run it.
pub const SCRIPT: u32 = 0o755;

/// The mode of what tells of a case.
pub const PRIVATE: u32 = 0o600;

/// A file is only ever made, never written over: evidence may bear the same name.
pub fn make(file: &Path, text: &str, mode: u32) -> Result<(), Failure> {
    create(file, mode)?.write_all(text.as_bytes()).map_err(|error| failed(file, &error))
}

/// The same, empty and open to be written.
pub fn create(file: &Path, mode: u32) -> Result<File, Failure> {
    OpenOptions::new().write(true).create_new(true).mode(mode).open(file).map_err(|error| failed(file, &error))
}

fn failed(file: &Path, error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::new(format!("{}: exists already; nothing was written: name another file", file.display()))
        }
        _ => Failure::new(format!("{}: {error}; name another file", file.display())),
    }
}
