//! Logs of pulls: one row a log, one for each image in it and manner, and who pulled.
//!
//! Each row is of one piece of evidence and stays so: whether two logs tell of the same pulls cannot be known from their
//! sums, so nothing is added up here.

use rusqlite::{Connection, Statement, params};

use super::books::Books;
use super::error::ProjectError;
use super::records::{Place, sighting_number};
use super::sources::{count, json};
use super::tags::Basis;
use crate::model::digest::Digest;
use crate::model::fact::{Item, SightingKind, Spot};
use crate::model::pulls::{PullLog, Pulled, Pulls};
use crate::resolve::claims::Claims;

/// The tables of logs, open for one fold.
pub(super) struct Logs<'t> {
    log: Statement<'t>,
    pull: Statement<'t>,
    puller: Statement<'t>,
}

impl<'t> Logs<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        let pull =
            "INSERT INTO p_pull (source, written, digest, kind, manner, since, until, count, sessions, users, hosts,
            buckets, width, moved, pointer, offset, length)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
        let log = "INSERT OR REPLACE INTO p_pull_log
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
        Ok(Logs {
            log: conn.prepare(log)?,
            pull: conn.prepare(pull)?,
            puller: conn.prepare("INSERT OR REPLACE INTO p_puller VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?,
        })
    }

    /// Adds what an item says.
    pub fn add(&mut self, books: &mut Books<'_, '_>, item: &Item, pulls: &Pulls) -> Result<(), ProjectError> {
        match pulls {
            Pulls::Log(log) => self.log(books, log),
            Pulls::Image(pulled) => self.image(books, item, pulled),
        }
    }

    fn log(&mut self, books: &Books<'_, '_>, log: &PullLog) -> Result<(), ProjectError> {
        self.log.execute(params![
            books.source.id,
            log.from.map(|at| at.0),
            log.to.map(|at| at.0),
            count(log.records),
            count(log.others),
            count(log.precision),
            log.assumed_utc,
            log.ordered,
            log.usual,
            json(&log.gaps)?,
            count(log.gap_count),
            log.users.bytes(),
            log.hosts.bytes(),
            log.unnamed,
            log.columns,
            json(&log.parts)?,
        ])?;
        Ok(())
    }

    fn image(&mut self, books: &mut Books<'_, '_>, item: &Item, pulled: &Pulled) -> Result<(), ProjectError> {
        let (written, digest) = named(books, pulled)?;
        let place = Place::of(item, &Spot::default());
        let id = self.pull.insert(params![
            books.source.id,
            written,
            digest,
            sighting_number(pulled.kind),
            pulled.manner.number(),
            pulled.from.0,
            pulled.to.0,
            count(pulled.count),
            count(pulled.sessions),
            pulled.users.bytes(),
            pulled.hosts.bytes(),
            pulled.buckets.0,
            count(pulled.width),
            pulled.moved,
            place.pointer,
            place.offset,
            count(item.spot.length),
        ])?;
        for who in &pulled.pullers {
            let (offset, length) = (count(who.offset), count(who.length));
            let (from, to) = (who.from.0, who.to.0);
            self.puller.execute(params![id, who.user, who.host, from, to, count(who.count), offset, length])?;
        }
        Ok(())
    }
}

/// The name and the digest of an image by number, 0 where not told. Together they are one more word on where the tag led; a
/// request for a layer is of no image in particular.
fn named(books: &mut Books<'_, '_>, pulled: &Pulled) -> Result<(i64, i64), ProjectError> {
    let digest = match Digest::parse(&pulled.digest) {
        Ok(digest) => books.interner.digest(&digest, Claims::NONE)?,
        Err(_) => 0,
    };
    books.tags.digests.extend((digest != 0).then_some(digest));
    if pulled.as_written.is_empty() {
        return Ok((0, digest));
    }
    let written = books.interner.written(&pulled.as_written)?;
    if digest == 0 {
        books.tags.names.insert(written.name);
    } else if written.parsed {
        let asked = written.digest == 0 && pulled.kind != SightingKind::Record;
        let basis = if asked { Basis::Seen } else { Basis::Pinned };
        books.tags.add(written.name, digest, basis, pulled.from.0, pulled.to.0);
    }
    Ok((written.id, digest))
}
