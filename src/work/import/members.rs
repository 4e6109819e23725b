//! Archives on their way in: each member is a source of its own, named `dump.tar.gz!/a/b.yaml`; the archive itself comes
//! after them, as an acquisition without stored bytes that tells how many there were and which were refused.

use std::io::{Cursor, Read};

use super::batch::{What, reject};
use super::feed::{Begun, Ended, Feed, Gone, Trouble};
use super::small::{self, Small};
use crate::case::observed;
use crate::collect::archive::{self, Kind, Member, Told};
use crate::collect::{decode, walk};
use crate::model::acquisition::CLOCK_MARGIN;
use crate::model::reading::{Reading, Reject, Status};
use crate::model::time::Micros;

/// Archives are opened so deep: one in a folder, and one inside of that.
const DEPTH: usize = 2;
/// The bytes by which a large member is told to be a layer.
const PEEK: u64 = 512;
/// Refused members that are named; more are only counted.
const REFUSED: usize = 10_000;

/// Where a source stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Inside<'s> {
    /// How many archives it is in.
    depth: usize,
    /// The file it is, where it is a file that can be opened again.
    file: Option<&'s walk::Source>,
}

impl<'s> Inside<'s> {
    pub fn of(file: &'s walk::Source) -> Self {
        Inside { depth: 0, file: Some(file) }
    }

    /// What a source is an archive of, where it is to be opened.
    pub fn archive(&self, head: &[u8], path: &str) -> Option<Kind> {
        archive::recognise(head).filter(|_| self.depth < DEPTH && !self.is_layer(head, path))
    }

    /// Whether a source is an image's layer: named as one, and no JSON. Its files say nothing of what runs, and were they read
    /// as evidence, every image would be a dump of many teams.
    pub fn is_layer(&self, head: &[u8], path: &str) -> bool {
        archive::is_layer(path, self.depth > 0) && !is_json(head)
    }
}

/// When a member was written. An archive holds nothing that was written after it.
fn written(member: Option<Micros>, archive: Option<Micros>) -> Option<Micros> {
    let possible = |member: &Micros| archive.is_none_or(|archive| member.0 <= archive.0.saturating_add(CLOCK_MARGIN));
    member.filter(possible).or(archive)
}

fn is_json(head: &[u8]) -> bool {
    matches!(head.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// An archive that was recognised.
pub(super) struct Opened {
    pub kind: Kind,
    pub begun: Begun,
    /// Its first decoded bytes.
    pub head: Vec<u8>,
    /// Why there are no more of them.
    pub trouble: Option<String>,
}

/// What came of an archive's members.
#[derive(Debug, Clone, Default)]
pub(super) struct Archived {
    /// Members, without folders.
    pub members: u64,
    /// Those that were not read, with their names; the first [`REFUSED`].
    refused: Vec<Reject>,
    refused_total: u64,
    /// Layers of images among the members, which are passed over.
    layers: u64,
}

impl Archived {
    fn refuse(&mut self, path: &str, why: &str) {
        self.refused_total += 1;
        if self.refused.len() < REFUSED {
            self.refused.push(reject(path, why));
        }
    }

    /// All that was refused, as the archive's observations.
    pub fn observations(&self) -> std::io::Result<Vec<u8>> {
        let mut lines = Vec::new();
        observed::push_line(0, &observed::tail(&[], &self.refused)?, &mut lines);
        Ok(lines)
    }

    /// What the archive's own reading says.
    pub fn tell(&self, reading: &mut Reading) {
        let members = if self.members == 1 { "1 member" } else { &format!("{} members", self.members) };
        reading.format = "archive".to_owned();
        reading.status = if self.refused_total == 0 { Status::Read } else { Status::Partial };
        reading.rejected = self.refused_total;
        reading.rejects = self.refused.clone();
        reading.notes.push(format!("{members}, {} refused", self.refused_total));
        if self.layers > 0 {
            let layers = if self.layers == 1 { "1 layer" } else { &format!("{} layers", self.layers) };
            reading.notes.push(format!("{layers} of images passed over: their manifests and configs are read"));
        }
        reading.reason = match self.refused.first() {
            Some(first) => {
                format!("{members}, {} refused; the first: {}: {}", self.refused_total, first.locator, first.reason)
            }
            None => String::new(),
        };
    }
}

impl Feed<'_> {
    /// Reads an archive's members, then tells of the archive itself.
    pub(super) fn archive<R: Read>(
        &mut self,
        opened: Opened,
        decoded: &mut decode::Decoded<R>,
        inside: &Inside<'_>,
    ) -> Result<(), Gone> {
        let Opened { kind, mut begun, head, trouble } = opened;
        let limits = self.options.archives;
        let mut members = Members {
            feed: self,
            begun: begun.clone(),
            depth: inside.depth + 1,
            all: Archived::default(),
            gone: false,
        };
        let read = match (kind, trouble) {
            (Kind::Zip, Some(trouble)) => Err(trouble),
            (Kind::Zip, None) => members.zip(head, decoded, inside),
            (Kind::Tar, trouble) => {
                let mut watched = Watched { inner: decoded, failed: None };
                let mut whole = Cursor::new(head).chain(&mut watched);
                let read = archive::read_tar(&mut whole, &limits, &mut |told| members.told(told));
                // Where the stream around it failed, that is why it seems cut off.
                trouble.or(watched.failed).map_or(read, Err)
            }
        };
        let Members { all, gone, .. } = members;
        if gone {
            return Err(Gone);
        }
        let broken = read.err().map(Trouble::Io);
        let mut ended = self.finished(Ended::default(), decoded);
        ended.broken = broken.or(ended.broken);
        ended.archive = Some(all);
        begun.format = Err(String::new());
        self.notify(What::Begin(Box::new(begun)))?;
        self.notify(What::End(Box::new(ended)))
    }
}

/// Members of one archive as they come.
struct Members<'f, 'a> {
    feed: &'f mut Feed<'a>,
    /// As the archive began: members take after it.
    begun: Begun,
    depth: usize,
    all: Archived,
    /// The other side has stopped.
    gone: bool,
}

impl Members<'_, '_> {
    fn zip<R: Read>(
        &mut self,
        head: Vec<u8>,
        decoded: &mut decode::Decoded<R>,
        inside: &Inside<'_>,
    ) -> Result<(), String> {
        let limits = self.feed.options.archives;
        let plain = decoded.transforms().is_empty();
        if let Some(source) = inside.file.filter(|_| plain) {
            let open = || walk::open(source).map_err(|e| e.to_string());
            return archive::read_zip(open()?, open()?, &limits, &mut |told| self.told(told));
        }
        let mut bytes = head;
        let room = (limits.held + 1).saturating_sub(bytes.len() as u64);
        let held = decoded.by_ref().take(room).read_to_end(&mut bytes);
        if bytes.len() as u64 > limits.held {
            return Err(format!(
                "a zip archive of more than {} bytes can only be read from a file of its own, for its directory stands at \
                 its end: save it as a file and import that",
                limits.held
            ));
        }
        let read = archive::read_zip(Cursor::new(&bytes), Cursor::new(&bytes), &limits, &mut |told| self.told(told));
        held.map_err(|e| e.to_string()).and(read)
    }

    fn told(&mut self, told: Told<'_>) -> bool {
        self.all.members += 1;
        let done = match told {
            Told::Refused(path, why) => {
                self.all.refuse(&path, &why);
                Ok(())
            }
            Told::File(member, bytes) => self.file(member, bytes),
        };
        self.gone = done.is_err();
        !self.gone && !self.feed.cancelled()
    }

    fn file(&mut self, member: Member, source: &mut dyn Read) -> Result<(), Gone> {
        let mut begun = self.begun.clone();
        begun.origin.path = format!("{}!/{}", begun.origin.path, member.path);
        begun.modified = written(member.modified, begun.modified);
        let inside = Inside { depth: self.depth, file: None };
        if member.bytes > small::LARGEST {
            let mut head = Vec::new();
            let peeked = archive::is_layer(&member.path, true).then(|| source.take(PEEK).read_to_end(&mut head));
            if matches!(peeked, Some(Ok(_))) && inside.is_layer(&head, &member.path) {
                self.all.layers += 1;
                return Ok(());
            }
            let broken = peeked.and_then(Result::err);
            let mut whole = Cursor::new(head).chain(Failing(broken)).chain(source);
            return self.large(begun, &member, &mut whole, &inside);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(member.bytes).unwrap_or(0));
        if let Err(error) = source.read_to_end(&mut bytes) {
            self.all.refuse(&member.path, &error.to_string());
            return self.feed.stream(begun, &mut Cursor::new(bytes).chain(Failing(Some(error))), &inside);
        }
        if inside.is_layer(&bytes, &member.path) {
            self.all.layers += 1;
            return Ok(());
        }
        if self.feed.is_simple(&bytes) {
            return self.feed.small(Small { begun, bytes });
        }
        self.large(begun, &member, &mut Cursor::new(bytes), &inside)
    }

    fn large(&mut self, begun: Begun, member: &Member, source: &mut dyn Read, inside: &Inside<'_>) -> Result<(), Gone> {
        let mut watched = Watched { inner: source, failed: None };
        let done = self.feed.stream(begun, &mut watched, inside);
        if let Some(why) = watched.failed {
            self.all.refuse(&member.path, &why);
        }
        done
    }
}

/// An error in the place where it was met.
pub(crate) struct Failing(pub Option<std::io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Remembers why a member could not be read to its end.
struct Watched<'r> {
    inner: &'r mut dyn Read,
    failed: Option<String>,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer);
        if let Err(error) = &read {
            self.failed.get_or_insert_with(|| error.to_string());
        }
        read
    }
}
