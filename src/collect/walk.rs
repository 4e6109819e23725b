//! Which files an import names: a sorted list, and what was left out with the reason.
//!
//! Links are never followed out of a folder, special files are never opened, and nothing blocks. What cannot be read
//! becomes a reason and does not stop the rest.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File, FileType, Metadata};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use crate::model::time::Micros;

/// Most entries of all folders together.
const ENTRIES: usize = 1_000_000;
/// Deepest folder below a root.
const DEPTH: usize = 128;

/// One file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The absolute folder that was walked, or the folder of a single file; empty for standard input.
    pub origin_root: String,
    /// The path below it, `-` for standard input.
    pub path: String,
    /// What to open.
    pub file: PathBuf,
    /// When it was last changed.
    pub modified: Option<Micros>,
    /// Its size in bytes when it was listed.
    pub bytes: u64,
}

impl Source {
    /// True for standard input.
    pub fn is_stdin(&self) -> bool {
        self.origin_root.is_empty() && self.path == "-"
    }
}

/// What a walk found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked {
    /// Files, sorted by the bytes of root and path, each once.
    pub sources: Vec<Source>,
    /// Absolute paths that are not read, each with the reason in words for people, sorted.
    pub skipped: Vec<(String, String)>,
}

/// Why nothing was listed.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// A named path does not exist or cannot be looked at.
    #[error("{path}: {reason}; nothing was read: check the path and run it again")]
    Path {
        /// The path as named.
        path: String,
        /// The system's reason.
        reason: String,
    },
}

/// Lists the files that `paths` name: files, folders with all below them, and `-` for standard input. Relative paths
/// start from `current`. A named path that is a link is followed, because a person named it.
pub fn walk(paths: &[PathBuf], current: &Path) -> Result<Walked, WalkError> {
    let mut walk = Walk { walked: Walked::default(), entries: 0, full: false, limit: ENTRIES };
    for path in paths {
        walk.named(path, current)?;
    }
    Ok(walk.finish())
}

/// Opens a listed file for reading: a regular file and nothing else, whatever has taken its place since.
pub fn open(source: &Source) -> io::Result<File> {
    if source.is_stdin() {
        return Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?));
    }
    // NONBLOCK: opening a FIFO must not wait for a writer; it changes nothing for a regular file.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = File::from(rustix::fs::open(&source.file, flags, Mode::empty())?);
    let kind = file.metadata()?.file_type();
    if kind.is_file() {
        return Ok(file);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{} now, no regular file", kind_name(kind))))
}

struct Walk {
    walked: Walked,
    entries: usize,
    full: bool,
    limit: usize,
}

/// A folder being walked.
struct Root<'a> {
    /// As named, absolute and normalised.
    name: &'a Path,
    /// Without links, to tell what leads out of it.
    real: PathBuf,
}

impl Walk {
    fn named(&mut self, path: &Path, current: &Path) -> Result<(), WalkError> {
        if path == Path::new("-") {
            let (origin_root, path) = (String::new(), "-".to_owned());
            self.walked.sources.push(Source { origin_root, file: PathBuf::from("-"), path, modified: None, bytes: 0 });
            return Ok(());
        }
        let failed = |error: io::Error| WalkError::Path { path: path.display().to_string(), reason: reason_of(&error) };
        let absolute = normalised(&current.join(path));
        let real = fs::canonicalize(current.join(path)).map_err(failed)?;
        let metadata = fs::metadata(&real).map_err(failed)?;
        if metadata.is_dir() {
            let root = Root { name: &absolute, real };
            self.folder(&root, &PathBuf::new(), 0);
        } else if metadata.is_file() {
            let parent = absolute.parent().unwrap_or(Path::new("/"));
            let name = Path::new(absolute.file_name().unwrap_or(OsStr::new("")));
            self.file(parent, name, real, &metadata);
        } else {
            self.skip(&absolute, format!("a {}, not read", kind_name(metadata.file_type())));
        }
        Ok(())
    }

    fn folder(&mut self, root: &Root<'_>, below: &Path, depth: usize) {
        let here = root.real.join(below);
        let name = root.name.join(below);
        if depth > DEPTH {
            return self.skip(&name, format!("deeper than {DEPTH} folders, not read"));
        }
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) => return self.skip(&name, reason_of(&error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            if self.entries >= self.limit {
                if !self.full {
                    self.skip(&name, format!("more than {} entries: the rest is not read", self.limit));
                }
                self.full = true;
                break;
            }
            match entry {
                Ok(entry) => {
                    self.entries += 1;
                    names.push(entry.file_name());
                }
                Err(error) => self.skip(&name, reason_of(&error)),
            }
        }
        names.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        for entry in names {
            self.entry(root, &below.join(entry), depth);
        }
    }

    fn entry(&mut self, root: &Root<'_>, below: &Path, depth: usize) {
        let path = root.real.join(below);
        let name = root.name.join(below);
        let metadata = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) => return self.skip(&name, reason_of(&error)),
        };
        let kind = metadata.file_type();
        if below.file_name() == Some(OsStr::new(".git")) {
            self.skip(&name, "git's own data, not read".to_owned());
        } else if kind.is_dir() {
            self.folder(root, below, depth + 1);
        } else if kind.is_file() {
            self.file(root.name, below, path, &metadata);
        } else if kind.is_symlink() {
            self.skip(&name, link_reason(root, &path));
        } else {
            self.skip(&name, format!("a {}, not read", kind_name(kind)));
        }
    }

    fn file(&mut self, root: &Path, below: &Path, file: PathBuf, metadata: &Metadata) {
        let micros = metadata.mtime().saturating_mul(1_000_000).saturating_add(metadata.mtime_nsec() / 1000);
        self.walked.sources.push(Source {
            origin_root: shown(root),
            path: shown(below),
            file,
            modified: Some(Micros(micros)),
            bytes: metadata.len(),
        });
    }

    fn skip(&mut self, path: &Path, reason: String) {
        self.walked.skipped.push((shown(path), reason));
    }

    fn finish(mut self) -> Walked {
        let place = |s: &Source| (s.origin_root.clone(), s.path.clone());
        self.walked.sources.sort_by_cached_key(place);
        // A file named beside the folder it is in has two places in these words, but is one file.
        let mut seen = BTreeSet::new();
        self.walked.sources.retain(|source| seen.insert(source.file.clone()));
        self.walked.skipped.sort();
        self.walked.skipped.dedup();
        self.walked
    }
}

fn link_reason(root: &Root<'_>, path: &Path) -> String {
    match fs::canonicalize(path) {
        Ok(target) if target.starts_with(&root.real) => "a link to what is read under its own name".to_owned(),
        Ok(target) => format!("a link out of the folder (to {}), not followed", shown(&target)),
        Err(error) => format!("a link that leads nowhere ({})", reason_of(&error)),
    }
}

fn kind_name(kind: FileType) -> &'static str {
    match kind {
        kind if kind.is_fifo() => "named pipe",
        kind if kind.is_socket() => "socket",
        kind if kind.is_block_device() || kind.is_char_device() => "device",
        kind if kind.is_dir() => "folder",
        _ => "special file",
    }
}

fn reason_of(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// Without `.` and `..`, by the text alone: `./a` and `a` are the same place.
fn normalised(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// A path as text; bytes that are no UTF-8 are written `\xNN`, so that two names never become one.
fn shown(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    text
}

#[cfg(test)]
mod tests;
