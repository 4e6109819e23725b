//! One row for each current reading, and what each complete one covers.

use rusqlite::{Connection, Statement, params};
use std::collections::{BTreeMap, HashMap};

use super::error::ProjectError;
use super::intern::Interner;
use crate::model::acquisition::{Acquisition, CLOCK_MARGIN, OriginKind};
use crate::model::digest::Digest;
use crate::model::id::Id;
use crate::model::reading::Reading;
use crate::model::time::Micros;

/// The word of the reader whose rows are pods without uid, state or digest.
const IMAGE_TABLE: &str = "image-table";

/// The option of an acquisition that holds build arguments: a JSON object of texts, so that no value can be mistaken.
pub(crate) const BUILD_ARGUMENTS: &str = "build-arg";

/// Build arguments by name.
pub(super) type BuildArguments = BTreeMap<String, String>;

/// A reading as the fold needs it for each of its items.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub id: i64,
    pub acquisition: Id,
    pub as_of: i64,
    /// What it states to be later than this was stated by a wrong clock, or is a lie.
    pub latest: i64,
    pub context: i64,
    pub context_name: String,
    /// Its rows are of a text table of pods.
    pub table: bool,
    /// What tells one file from another: machine and place.
    pub file: [String; 2],
    /// Digest of the original bytes and size of the stored copy, where the one is the copy of the other and of nothing packed.
    pub whole: Option<(Digest, u64)>,
    /// Its file is named by that digest, as in OCI layouts and docker archives, or a registry answered with it: then it is all
    /// of what was stored there.
    pub is_named_so: bool,
}

/// What decides between two statements about one thing: the later wins, then the smaller acquisition, then the one that
/// stands first. No part of it depends on the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub as_of: i64,
    pub acquisition: Id,
    pub offset: i64,
}

impl Source {
    /// A time that it states, unless it cannot have been by then.
    pub fn stated(&self, time: Option<Micros>) -> Option<i64> {
        time.map(|time| time.0).filter(|time| *time <= self.latest)
    }
}

impl Stamp {
    /// True where this statement counts and `other` does not.
    pub fn beats(&self, other: &Stamp) -> bool {
        (self.as_of, other.acquisition, other.offset) > (other.as_of, self.acquisition, self.offset)
    }
}

/// The readings, open for one fold.
pub(super) struct Sources<'t> {
    acquisitions: HashMap<i64, Id>,
    /// Readings of this fold that may remove objects or turn others into pages.
    pub new: Vec<NewReading>,
    insert: Statement<'t>,
    cover: Statement<'t>,
    remove: Statement<'t>,
    stored: Statement<'t>,
}

/// A reading of this fold, as far as it bears on what is gone.
#[derive(Debug, Clone)]
pub(super) struct NewReading {
    pub source: i64,
    pub context: i64,
    pub as_of: i64,
    pub complete: bool,
    pub continues: bool,
    pub list_version: Option<String>,
}

impl<'t> Sources<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        let mut known = conn.prepare("SELECT id, acquisition FROM p_source")?;
        let rows = known.query_map([], |r| Ok((r.get(0)?, Id(r.get(1)?))))?;
        let insert =
            "INSERT INTO p_source (acquisition, evidence, place, path, context, format, status, reason, notes, as_of,
            as_of_source, acquired, items, facts, rejected, complete, continues, list_version, nodes, host, args)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";
        Ok(Sources {
            acquisitions: rows.collect::<Result<_, _>>()?,
            new: Vec::new(),
            insert: conn.prepare(insert)?,
            cover: conn.prepare("INSERT OR IGNORE INTO p_cover VALUES (?1, ?2, ?3, ?4)")?,
            remove: conn.prepare("DELETE FROM p_source WHERE id = ?1")?,
            stored: conn.prepare(
                "SELECT s.acquisition, s.as_of, s.context, c.text, s.format, s.host, s.place, s.args, s.acquired
                FROM p_source s JOIN p_text c ON c.id = s.context WHERE s.id = ?1",
            )?,
        })
    }

    /// The acquisition behind a source's number.
    pub fn acquisition(&self, source: i64) -> Result<Id, ProjectError> {
        let known = self.acquisitions.get(&source).copied();
        known.ok_or_else(|| ProjectError::Damaged(format!("a row names the unknown source {source}")))
    }

    /// A reading of this fold or of an earlier one, with the build arguments that were stated for it.
    pub fn stored(&mut self, id: i64) -> Result<(Source, BuildArguments), ProjectError> {
        let (source, args) = self.stored.query_row([id], |r| {
            let source = Source {
                id,
                acquisition: Id(r.get(0)?),
                as_of: r.get(1)?,
                latest: latest(r.get(1)?, r.get(8)?),
                context: r.get(2)?,
                context_name: r.get(3)?,
                table: r.get::<_, String>(4)? == IMAGE_TABLE,
                file: [r.get(5)?, r.get(6)?],
                whole: None,
                is_named_so: false,
            };
            Ok((source, r.get::<_, String>(7)?))
        })?;
        if args.is_empty() {
            return Ok((source, BTreeMap::new()));
        }
        let damaged = |e| ProjectError::Damaged(format!("the build arguments of source {id}: {e}"));
        Ok((source, serde_json::from_str(&args).map_err(damaged)?))
    }

    /// Adds a reading; an acquisition that is there already is refused by the table.
    pub fn add(
        &mut self,
        interner: &mut Interner<'_>,
        acquisition: &Acquisition,
        reading: &Reading,
    ) -> Result<Source, ProjectError> {
        let context_name = acquisition.context.clone().unwrap_or_default();
        let context = interner.text(&context_name)?;
        let scope = &reading.scope;
        let complete = scope.complete && reading.format != IMAGE_TABLE;
        let id = self.insert.insert(params![
            acquisition.id.0,
            acquisition.stored.as_ref().map(|d| d.as_str()),
            acquisition.place(),
            acquisition.origin.path,
            context,
            reading.format,
            reading.status.as_str(),
            reading.reason,
            json(&reading.notes)?,
            reading.as_of.at.0,
            reading.as_of.source.as_str(),
            acquisition.acquired.0,
            count(reading.items),
            count(reading.facts),
            count(reading.rejected),
            complete,
            scope.continues,
            scope.list_version,
            json(&scope.nodes)?,
            acquisition.origin.host,
            build_arguments(acquisition)?,
        ])?;
        self.acquisitions.insert(id, acquisition.id);
        if complete {
            self.add_cover(interner, id, context, reading)?;
        }
        self.new.push(NewReading {
            source: id,
            context,
            as_of: reading.as_of.at.0,
            complete,
            continues: scope.continues,
            list_version: scope.list_version.clone(),
        });
        Ok(stored(id, context, context_name, acquisition, reading))
    }

    /// Replaces the row of the reading that was added last, before it covered anything.
    pub fn restate(
        &mut self,
        interner: &mut Interner<'_>,
        id: i64,
        acquisition: &Acquisition,
        reading: &Reading,
    ) -> Result<(), ProjectError> {
        self.remove.execute([id])?;
        self.acquisitions.remove(&id);
        self.new.pop_if(|new| new.source == id);
        match self.add(interner, acquisition, reading)?.id {
            again if again == id => Ok(()),
            other => Err(ProjectError::Damaged(format!("source {id} came back as {other}"))),
        }
    }

    fn add_cover(
        &mut self,
        interner: &mut Interner<'_>,
        source: i64,
        context: i64,
        reading: &Reading,
    ) -> Result<(), ProjectError> {
        for part in &reading.scope.kinds {
            let kind = interner.text(&part.kind)?;
            if part.all {
                self.cover.execute([context, kind, ALL_NAMESPACES, source])?;
                continue;
            }
            for namespace in &part.namespaces {
                let namespace = interner.text(namespace)?;
                self.cover.execute([context, kind, namespace, source])?;
            }
        }
        Ok(())
    }
}

/// The latest time that a reading can state, by the time it speaks of and the one at which it was got.
fn latest(as_of: i64, acquired: i64) -> i64 {
    as_of.max(acquired).saturating_add(CLOCK_MARGIN)
}

/// What the facts of a reading need of it.
fn stored(id: i64, context: i64, context_name: String, acquisition: &Acquisition, reading: &Reading) -> Source {
    let plain = acquisition.transforms.is_empty();
    // What a registry answers is all of the document, to its last byte.
    let answered = acquisition.origin.kind == OriginKind::Registry;
    Source {
        id,
        acquisition: acquisition.id,
        as_of: reading.as_of.at.0,
        latest: latest(reading.as_of.at.0, acquisition.acquired.0),
        context,
        context_name,
        table: reading.format == IMAGE_TABLE,
        file: [acquisition.origin.host.clone(), acquisition.place()],
        whole: plain.then(|| (acquisition.original.clone(), acquisition.stored_bytes)),
        is_named_so: answered || is_named_by(&acquisition.origin.path, &acquisition.original),
    }
}

/// The build arguments recorded with an acquisition, as JSON; empty for none. What is no list of them was not written by
/// this program, and counts for nothing.
fn build_arguments(acquisition: &Acquisition) -> Result<String, ProjectError> {
    let Some(recorded) = acquisition.options.get(BUILD_ARGUMENTS) else { return Ok(String::new()) };
    match serde_json::from_str::<BuildArguments>(recorded) {
        Ok(arguments) if !arguments.is_empty() => json(&arguments),
        _ => Ok(String::new()),
    }
}

/// In `p_cover`: every namespace was listed.
pub(super) const ALL_NAMESPACES: i64 = 0;

/// Whether a file is called by a digest: `blobs/sha256/HEX` of an OCI layout, `HEX.json` of a docker archive.
fn is_named_by(path: &str, digest: &Digest) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    file.strip_suffix(".json").unwrap_or(file) == digest.hex()
}

/// A list as a JSON column.
pub(super) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, ProjectError> {
    serde_json::to_string(value).map_err(|e| ProjectError::Damaged(e.to_string()))
}

/// A count as SQLite holds it.
pub(super) fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_statement_wins_then_the_smaller_acquisition_then_the_first() {
        let stamp = |as_of, id, offset| Stamp { as_of, acquisition: Id([id; 16]), offset };
        assert!(stamp(2, 9, 9).beats(&stamp(1, 1, 1)));
        assert!(stamp(1, 1, 9).beats(&stamp(1, 2, 1)));
        assert!(stamp(1, 1, 1).beats(&stamp(1, 1, 2)));
        assert!(!stamp(1, 1, 1).beats(&stamp(1, 1, 1)));
    }
}
