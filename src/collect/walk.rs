//! Which files an import names: a sorted list, and what was left out with the reason.
//!
//! Links are never followed out of a folder, special files are never opened, and nothing blocks. What cannot be read
//! becomes a reason and does not stop the rest.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};

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
    let mut walk = Walk { walked: Walked::default(), entries: 0, full: false, limit: ENTRIES, named: paths.len() };
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
    let kind = FileType::from_raw_mode(rustix::fs::fstat(&file)?.st_mode);
    if kind == FileType::RegularFile {
        return Ok(file);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{} now, no regular file", kind_name(kind))))
}

struct Walk {
    walked: Walked,
    entries: usize,
    full: bool,
    limit: usize,
    /// How many paths a person named.
    named: usize,
}

/// A folder being walked.
struct Root<'a> {
    /// As named, absolute and normalised.
    name: &'a Path,
    /// The same as text.
    shown: String,
    /// Without links, to tell what leads out of it.
    real: PathBuf,
}

impl Root<'_> {
    /// A place below it, under the name that a person gave.
    fn named(&self, below: &[u8]) -> PathBuf {
        self.name.join(text_of(below))
    }
}

fn text_of(path: &[u8]) -> &OsStr {
    OsStr::from_bytes(path)
}

/// How a folder is opened: it and nothing else, whatever has taken its place since.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

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
        let stat = rustix::fs::stat(&real).map_err(|e| failed(e.into()))?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => {
                let root = Root { name: &absolute, shown: shown(absolute.as_os_str().as_bytes()), real };
                match rustix::fs::open(&root.real, FOLDER, Mode::empty()) {
                    Ok(folder) => self.folder(&root, folder, &mut Vec::new(), 0),
                    Err(error) => self.skip(&absolute, reason_of(&error.into())),
                }
            }
            FileType::RegularFile => {
                let parent = absolute.parent().unwrap_or(Path::new("/"));
                let name = absolute.file_name().unwrap_or(OsStr::new(""));
                self.file(&shown(parent.as_os_str().as_bytes()), name.as_bytes(), real, &stat);
            }
            kind => self.skip(&absolute, format!("a {}, not read", kind_name(kind))),
        }
        Ok(())
    }

    /// Lists an open folder. Everything below is opened from it, so no path is looked up twice, and what is listed is in
    /// the folder that was opened whatever happens to its name meanwhile.
    fn folder(&mut self, root: &Root<'_>, folder: OwnedFd, below: &mut Vec<u8>, depth: usize) {
        if depth > DEPTH {
            return self.skip(&root.named(below), format!("deeper than {DEPTH} folders, not read"));
        }
        let mut folder = match Dir::new(folder) {
            Ok(folder) => folder,
            Err(error) => return self.skip(&root.named(below), reason_of(&error.into())),
        };
        let mut names = self.names(root, &mut folder, below);
        // A folder stands where its files stand, so that the files come in the order of their paths.
        names.sort_unstable_by(|a, b| a.in_order().cmp(b.in_order()));
        let length = below.len();
        for name in names {
            if !below.is_empty() {
                below.push(b'/');
            }
            below.extend_from_slice(&name.bytes);
            self.entry(root, &folder, &name, below, depth);
            below.truncate(length);
        }
    }

    fn names(&mut self, root: &Root<'_>, folder: &mut Dir, below: &[u8]) -> Vec<Name> {
        let mut names = Vec::new();
        for entry in folder {
            let entry = match entry {
                Ok(entry) if matches!(entry.file_name().to_bytes(), b"." | b"..") => continue,
                Ok(entry) => entry,
                Err(error) => {
                    self.skip(&root.named(below), reason_of(&error.into()));
                    break;
                }
            };
            if self.entries >= self.limit {
                if !self.full {
                    self.skip(&root.named(below), format!("more than {} entries: the rest is not read", self.limit));
                }
                self.full = true;
                break;
            }
            self.entries += 1;
            names.push(Name { bytes: entry.file_name().to_bytes().to_vec(), kind: entry.file_type() });
        }
        names
    }

    fn entry(&mut self, root: &Root<'_>, folder: &Dir, name: &Name, below: &mut Vec<u8>, depth: usize) {
        if name.bytes == b".git" {
            return self.skip(&root.named(below), "git's own data, not read".to_owned());
        }
        let looked = folder.fd().and_then(|fd| look(fd, name));
        match looked {
            Err(error) => self.skip(&root.named(below), reason_of(&error.into())),
            Ok(Found::Folder(fd)) => self.folder(root, fd, below, depth + 1),
            Ok(Found::Other(stat)) => match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => self.file(&root.shown, below, root.real.join(text_of(below)), &stat),
                FileType::Symlink => self.skip(&root.named(below), link_reason(root, &root.real.join(text_of(below)))),
                kind => self.skip(&root.named(below), format!("a {}, not read", kind_name(kind))),
            },
        }
    }

    fn file(&mut self, root: &str, below: &[u8], file: PathBuf, stat: &Stat) {
        // Signed on some systems, unsigned on others.
        let nanoseconds = i64::try_from(stat.st_mtime_nsec).unwrap_or(0);
        let micros = stat.st_mtime.saturating_mul(1_000_000).saturating_add(nanoseconds / 1000);
        self.walked.sources.push(Source {
            origin_root: root.to_owned(),
            path: shown(below),
            file,
            modified: Some(Micros(micros)),
            bytes: u64::try_from(stat.st_size).unwrap_or(0),
        });
    }

    fn skip(&mut self, path: &Path, reason: String) {
        self.walked.skipped.push((shown(path.as_os_str().as_bytes()), reason));
    }

    fn finish(mut self) -> Walked {
        self.walked.sources.sort_by(|a, b| (&a.origin_root, &a.path).cmp(&(&b.origin_root, &b.path)));
        if self.named > 1 {
            // A file named beside the folder it is in has two places in these words, but is one file.
            let mut seen = HashSet::new();
            self.walked.sources.retain(|source| seen.insert(source.file.clone()));
        }
        self.walked.skipped.sort();
        self.walked.skipped.dedup();
        self.walked
    }
}

/// A name in a folder, and what the folder says it is.
struct Name {
    bytes: Vec<u8>,
    kind: FileType,
}

impl Name {
    /// What its path is told by among its neighbours.
    fn in_order(&self) -> impl Iterator<Item = u8> + '_ {
        self.bytes.iter().copied().chain((self.kind == FileType::Directory).then_some(b'/'))
    }
}

enum Found {
    Folder(OwnedFd),
    Other(Stat),
}

/// Opens what is a folder, and looks at everything else without opening it.
fn look(folder: BorrowedFd<'_>, name: &Name) -> rustix::io::Result<Found> {
    let path = OsStr::from_bytes(&name.bytes);
    if name.kind != FileType::Directory {
        let stat = rustix::fs::statat(folder, path, AtFlags::SYMLINK_NOFOLLOW)?;
        // Some file systems do not say in a folder what stands in it.
        if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
            return Ok(Found::Other(stat));
        }
    }
    rustix::fs::openat(folder, path, FOLDER, Mode::empty()).map(Found::Folder)
}

fn link_reason(root: &Root<'_>, path: &Path) -> String {
    match fs::canonicalize(path) {
        Ok(target) if target.starts_with(&root.real) => "a link to what is read under its own name".to_owned(),
        Ok(target) => format!("a link out of the folder (to {}), not followed", shown(target.as_os_str().as_bytes())),
        Err(error) => format!("a link that leads nowhere ({})", reason_of(&error)),
    }
}

fn kind_name(kind: FileType) -> &'static str {
    match kind {
        FileType::Fifo => "named pipe",
        FileType::Socket => "socket",
        FileType::BlockDevice | FileType::CharacterDevice => "device",
        FileType::Directory => "folder",
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
fn shown(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    text
}

#[cfg(test)]
mod tests;
