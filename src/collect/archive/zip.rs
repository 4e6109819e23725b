//! Zip: the directory at its end names the members, in its order and each as often as it stands there. Where the directory is
//! lost, the members are read as they follow one another from the beginning.

use std::collections::BTreeMap;
use std::io::{self, Read};

use zip::read::{Config, ZipFile};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, DateTime, ExtraField, ZipReadOptions};

use super::name::Names;
use super::{ArchiveLimits, GoOn, Measured, Member, Seekable, Told, Visit, too_large, too_many, too_much};
use crate::model::time::Micros;

/// What a local header takes at least.
const LOCAL_HEADER: u64 = 30;

/// Members as they come.
struct Members<'v, 'f> {
    limits: &'v ArchiveLimits,
    names: Names,
    /// Where members stand: first byte and the one behind the last.
    places: BTreeMap<u64, u64>,
    members: u64,
    total: u64,
    visit: &'v mut Visit<'f>,
}

pub(super) fn read<S: Seekable>(
    directory: S,
    mut bodies: S,
    limits: &ArchiveLimits,
    visit: &mut Visit<'_>,
) -> Result<(), String> {
    let (names, places) = (Names::default(), BTreeMap::new());
    let mut members = Members { limits, names, places, members: 0, total: 0, visit };
    let mut archive = match ZipIterable::try_new(directory, Config::default()) {
        Ok(archive) => archive,
        Err(error) => return members.one_after_another(&mut bodies, &error),
    };
    let files = archive.files().map_err(|e| damaged(0, &e))?;
    for entry in files {
        let entry = entry.map_err(|e| damaged(members.members, &e))?;
        members.members += 1;
        if members.members > limits.members {
            return Err(too_many(limits));
        }
        if entry.is_dir() {
            members.members -= 1;
            continue;
        }
        if members.total > limits.total {
            return Err(too_much(limits));
        }
        let path = match members.names.path(entry.name_raw(), limits.name) {
            Ok(path) => path,
            Err((shown, why)) => {
                if (members.visit)(Told::Refused(shown, why)) {
                    continue;
                }
                return Ok(());
            }
        };
        let overlaps = !members.stands_alone(entry.header_start(), entry.compressed_size());
        let why = refusal(&entry, limits).or_else(|| {
            let why = "its bytes are also another member's, as in a zip bomb: not read";
            overlaps.then(|| why.to_owned())
        });
        let go_on = match why {
            Some(why) => (members.visit)(Told::Refused(path, why)),
            None => match entry.with_reader(&mut bodies, ZipReadOptions::new()) {
                Ok(mut file) => members.file(path, &mut file),
                Err(error) => (members.visit)(Told::Refused(path, explain(&error))),
            },
        };
        if !go_on {
            return Ok(());
        }
    }
    Ok(())
}

impl Members<'_, '_> {
    /// Whether a member's bytes are its own.
    fn stands_alone(&mut self, start: u64, packed: u64) -> bool {
        let end = start.saturating_add(LOCAL_HEADER).saturating_add(packed);
        let before = self.places.range(..=start).next_back().is_some_and(|(_, end)| *end > start);
        let after = self.places.range(start..).next().is_some_and(|(next, _)| *next < end);
        let alone = !before && !after;
        if alone {
            self.places.insert(start, end);
        }
        alone
    }

    fn file<R: Read>(&mut self, path: String, file: &mut ZipFile<'_, R>) -> GoOn {
        let member = Member { path, modified: modified(file), bytes: file.size() };
        let compressed = file.compression() != CompressionMethod::Stored;
        let (stated, packed) = (file.size(), compressed.then(|| file.compressed_size()));
        let limits = *self.limits;
        let mut measured = Measured { inner: file, stated, produced: 0, packed, limits, total: &mut self.total };
        (self.visit)(Told::File(member, &mut measured))
    }

    /// Without a directory: what can be read until the first member that cannot.
    fn one_after_another<S: Seekable>(&mut self, source: &mut S, error: &ZipError) -> Result<(), String> {
        source.seek(io::SeekFrom::Start(0)).map_err(|e| e.to_string())?;
        let lost = |members: u64, more: &str| {
            format!(
                "the zip archive has no directory at its end ({error}): it is damaged or cut off after {members} members\
                 {more}; those were kept"
            )
        };
        loop {
            let mut file = match zip::read::read_zipfile_from_stream(source) {
                Ok(Some(file)) => file,
                Ok(None) => return Err(lost(self.members, "")),
                Err(error) => return Err(lost(self.members, &format!(" ({})", explain(&error)))),
            };
            if file.is_dir() {
                continue;
            }
            if self.members >= self.limits.members {
                return Err(too_many(self.limits));
            }
            self.members += 1;
            let go_on = match self.names.path(file.name_raw(), self.limits.name) {
                Err((shown, why)) => (self.visit)(Told::Refused(shown, why)),
                Ok(path) if file.size() > self.limits.member => {
                    (self.visit)(Told::Refused(path, too_large(self.limits)))
                }
                Ok(path) => self.file(path, &mut file),
            };
            if !go_on {
                return Ok(());
            }
        }
    }
}

/// Why a member is not read, as far as its entry tells.
fn refusal(entry: &zip::read::ZipFileEntry<'_>, limits: &ArchiveLimits) -> Option<String> {
    if entry.encrypted() {
        return Some("encrypted: not read; unpack the archive with its password and import the folder".to_owned());
    }
    if entry.is_symlink() {
        return Some("a link: not followed".to_owned());
    }
    if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        let method = entry.compression();
        return Some(format!(
            "compressed in a way that is not read here ({method}): unpack the archive and import the folder"
        ));
    }
    match entry.unix_mode().map(|mode| mode & 0o170_000) {
        Some(0o020_000 | 0o060_000) => return Some("a device: not read".to_owned()),
        Some(0o010_000) => return Some("a named pipe: not read".to_owned()),
        _ => {}
    }
    (entry.size() > limits.member).then(|| too_large(limits))
}

fn damaged(members: u64, error: &ZipError) -> String {
    format!("the zip archive's directory is damaged after {members} members ({error}); those were kept")
}

fn explain(error: &ZipError) -> String {
    match error {
        ZipError::CompressionMethodNotSupported(method) => format!(
            "compressed in a way that is not read here (method {method}): unpack the archive and import the folder"
        ),
        other => format!("damaged: {other}"),
    }
}

/// When a member was last changed: by the extra field that tells it in UTC, else by the entry's own time, which has no
/// zone and is taken for UTC.
fn modified<R: Read>(file: &ZipFile<'_, R>) -> Option<Micros> {
    let exact = file.extra_data_fields().find_map(|field| match field {
        ExtraField::ExtendedTimestamp(times) => times.mod_time(),
        _ => None,
    });
    match exact {
        Some(seconds) => Some(Micros(i64::from(seconds) * 1_000_000)),
        None => file.last_modified().filter(DateTime::is_valid).and_then(micros),
    }
}

fn micros(time: DateTime) -> Option<Micros> {
    let day = chrono::NaiveDate::from_ymd_opt(time.year().into(), time.month().into(), time.day().into())?;
    let at = day.and_hms_opt(time.hour().into(), time.minute().into(), time.second().into())?;
    // The earliest time it can tell is what a packer without a clock writes.
    (time.year() > 1980).then(|| Micros(at.and_utc().timestamp_micros()))
}
