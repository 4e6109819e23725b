//! An answer that is coming in: its first bytes in memory, more of them in a file that only its owner can read and that
//! has no name. A page of any size takes the same memory.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Cursor, Read, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::env::Random;
use crate::model::id::hex;

/// How many bytes of answers are held in memory, over all spools that share it.
#[derive(Debug, Default)]
pub struct Meter {
    held: AtomicUsize,
    peak: AtomicUsize,
}

impl Meter {
    /// The most there ever were.
    pub fn peak(&self) -> usize {
        self.peak.load(Ordering::Relaxed)
    }

    /// Those there are now.
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        let now = self.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.peak.fetch_max(now, Ordering::Relaxed);
    }

    fn sub(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Where spools keep what does not stay in memory.
#[derive(Clone)]
pub struct Shelf {
    /// The folder of the files; made where it is missing.
    pub folder: PathBuf,
    /// For names that nobody can guess.
    pub random: Random,
    /// How many bytes of one answer stay in memory.
    pub in_memory: usize,
    /// Counts what is held.
    pub meter: Arc<Meter>,
}

/// The bytes of one answer.
pub struct Spool {
    shelf: Shelf,
    memory: Vec<u8>,
    file: Option<File>,
    bytes: u64,
}

impl Spool {
    /// An empty one.
    pub fn new(shelf: &Shelf) -> Self {
        Spool { shelf: shelf.clone(), memory: Vec::new(), file: None, bytes: 0 }
    }

    /// Bytes taken so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        if let Some(file) = &mut self.file {
            return file.write_all(bytes);
        }
        if self.memory.len() + bytes.len() <= self.shelf.in_memory {
            self.shelf.meter.add(bytes.len());
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        let mut file = nameless(&self.shelf.folder, &self.shelf.random)?;
        file.write_all(&self.memory)?;
        file.write_all(bytes)?;
        self.forget();
        self.file = Some(file);
        Ok(())
    }

    /// The bytes from the first one on.
    pub fn into_reader(mut self) -> io::Result<Spooled> {
        if let Some(file) = &mut self.file {
            file.rewind()?;
        }
        let memory = std::mem::take(&mut self.memory);
        let reader = Spooled {
            held: memory.len(),
            memory: Cursor::new(memory),
            file: self.file.take(),
            meter: Arc::clone(&self.shelf.meter),
        };
        Ok(reader)
    }

    /// The bytes from the first one on, and where they are wanted a copy of them in memory.
    pub fn into_both(mut self, copied: bool) -> io::Result<(Spooled, Option<Vec<u8>>)> {
        let copy = match (&mut self.file, copied) {
            (_, false) => None,
            (None, true) => Some(self.memory.clone()),
            (Some(file), true) => {
                let mut bytes = Vec::new();
                file.rewind()?;
                file.read_to_end(&mut bytes)?;
                Some(bytes)
            }
        };
        Ok((self.into_reader()?, copy))
    }

    fn forget(&mut self) {
        self.shelf.meter.sub(self.memory.len());
        self.memory = Vec::new();
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.forget();
    }
}

/// The bytes of one answer, to be read once.
pub struct Spooled {
    memory: Cursor<Vec<u8>>,
    file: Option<File>,
    held: usize,
    meter: Arc<Meter>,
}

impl Read for Spooled {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.read(buffer),
            None => self.memory.read(buffer),
        }
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        self.meter.sub(self.held);
    }
}

/// A new file of mode 0600 whose name is gone before anything is written: nobody else can open it, and nothing is left of
/// it when this process ends, however it ends.
fn nameless(folder: &Path, random: &Random) -> io::Result<File> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut nonce = [0; 12];
    random(&mut nonce).map_err(io::Error::other)?;
    let path = folder.join(format!("answer-{}.tmp", hex(&nonce)));
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(folder: &Path, in_memory: usize) -> Shelf {
        let random: Random = Arc::new(|buffer| {
            buffer.fill(7);
            Ok(())
        });
        Shelf { folder: folder.to_path_buf(), random, in_memory, meter: Arc::default() }
    }

    #[test]
    fn a_large_answer_leaves_memory_and_no_file_with_a_name() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = shelf(&dir.path().join("state"), 1000);
        let mut spool = Spool::new(&shelf);
        let chunk: Vec<u8> = (0..=255).collect();
        for _ in 0..4000 {
            spool.write(&chunk).unwrap();
        }
        assert_eq!(spool.bytes(), 1_024_000);
        assert!(shelf.meter.peak() <= 1000, "{}", shelf.meter.peak());
        assert_eq!(shelf.meter.held(), 0);
        assert_eq!(fs::read_dir(dir.path().join("state")).unwrap().count(), 0);
        let mut read = Vec::new();
        let (mut reader, copy) = spool.into_both(true).unwrap();
        reader.read_to_end(&mut read).unwrap();
        assert_eq!(read, chunk.repeat(4000));
        assert_eq!(copy, Some(read));
    }

    #[test]
    fn a_small_one_stays_in_memory_and_is_counted_until_it_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = shelf(&dir.path().join("state"), 1000);
        let mut spool = Spool::new(&shelf);
        spool.write(b"hello").unwrap();
        let mut reader = spool.into_reader().unwrap();
        assert_eq!(shelf.meter.held(), 5);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        drop(reader);
        assert_eq!((text.as_str(), shelf.meter.held(), dir.path().join("state").exists()), ("hello", 0, false));
    }
}
