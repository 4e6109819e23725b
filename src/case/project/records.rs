//! Relations between digests, and sightings: facts that stand for themselves, merged by what they say.

use rusqlite::{Connection, OptionalExtension, Statement, params};

use super::books::Books;
use super::error::ProjectError;
use super::sources::{Source, Stamp, count};
use super::tags::Basis;
use crate::model::digest::{Digest, RelationKind};
use crate::model::fact::{Item, Relation, Sighting, SightingKind, Spot};
use crate::model::id::Id;
use crate::resolve::claims::Claims;

/// A relation's number in `p_relation.kind`.
pub(super) fn relation_number(kind: RelationKind) -> i64 {
    match kind {
        RelationKind::Contains => 1,
        RelationKind::ConfigOf => 2,
        RelationKind::SameRecord => 3,
    }
}

/// The relation of a stored number.
pub(super) fn relation_kind(number: i64) -> RelationKind {
    match number {
        1 => RelationKind::Contains,
        2 => RelationKind::ConfigOf,
        _ => RelationKind::SameRecord,
    }
}

/// A sighting kind's number in `p_sighting.kind`.
pub(super) fn sighting_number(kind: SightingKind) -> i64 {
    match kind {
        SightingKind::Running => 1,
        SightingKind::Pull => 2,
        SightingKind::Push => 3,
        SightingKind::Cache => 4,
        SightingKind::Record => 5,
    }
}

/// The word for a stored sighting kind.
pub(in crate::case) fn sighting_word(number: i64) -> &'static str {
    match number {
        1 => "running",
        2 => "pull",
        3 => "push",
        4 => "cache",
        _ => "record",
    }
}

/// Where a fact stands in the stored evidence.
pub(super) struct Place {
    pub pointer: String,
    pub offset: i64,
    pub length: i64,
}

impl Place {
    pub fn of(item: &Item, spot: &Spot) -> Place {
        Place {
            pointer: join_pointers(&item.spot.pointer, &spot.pointer),
            offset: count(item.spot.offset.saturating_add(spot.offset)),
            length: count(spot.length),
        }
    }
}

/// An item's pointer with one inside it.
pub(in crate::case) fn join_pointers(item: &str, inside: &str) -> String {
    match (item, inside) {
        ("", inside) => inside.to_owned(),
        (item, "") => item.to_owned(),
        (_, inside) if inside.starts_with("line:") => inside.to_owned(),
        (item, inside) if inside.starts_with('/') => format!("{item}{inside}"),
        (item, inside) => format!("{item}/{inside}"),
    }
}

/// Relations and sightings, open for one fold.
pub(super) struct Records<'t> {
    relation: Statement<'t>,
    relation_write: Statement<'t>,
    sighting: Statement<'t>,
    sighting_write: Statement<'t>,
}

impl<'t> Records<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Records {
            relation: conn.prepare(
                "SELECT r.source, s.as_of, r.offset FROM p_relation r JOIN p_source s ON s.id = r.source
                WHERE r.a = ?1 AND r.b = ?2 AND r.kind = ?3",
            )?,
            relation_write: conn.prepare("INSERT OR REPLACE INTO p_relation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?,
            sighting: conn.prepare(
                "SELECT source, as_of, pointer, offset, length, until, count, since FROM p_sighting WHERE key = ?1",
            )?,
            sighting_write: conn.prepare(
                "INSERT OR REPLACE INTO p_sighting
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?,
        })
    }

    /// Adds a relation that a record states.
    pub fn relate(&mut self, books: &mut Books<'_, '_>, item: &Item, relation: &Relation) -> Result<(), ProjectError> {
        let (claims_a, claims_b) = Claims::of_relation(relation.kind);
        let a = books.interner.digest(&relation.a, claims_a)?;
        let b = books.interner.digest(&relation.b, claims_b)?;
        self.relate_numbers(books, item, relation.kind, (a, b), &relation.spot)
    }

    /// Adds a relation between digests that are known by number.
    pub fn relate_numbers(
        &mut self,
        books: &mut Books<'_, '_>,
        item: &Item,
        kind: RelationKind,
        (a, b): (i64, i64),
        spot: &Spot,
    ) -> Result<(), ProjectError> {
        if a == b {
            return Ok(());
        }
        let place = Place::of(item, spot);
        let number = relation_number(kind);
        let known = self.relation.query_row([a, b, number], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).optional()?;
        if let Some((source, as_of, offset)) = known {
            let old = Stamp { as_of, acquisition: books.sources.acquisition(source)?, offset };
            if !stamp(books.source, place.offset).beats(&old) {
                return Ok(());
            }
        } else {
            books.interner.claimed.extend([a, b]);
        }
        self.relation_write.execute(params![
            number,
            a,
            b,
            books.source.id,
            place.pointer,
            place.offset,
            place.length
        ])?;
        Ok(())
    }

    /// Adds a sighting. The same one in two pieces of evidence is one row, at the place of the later; an event that went
    /// on between them has the longer time and the larger count.
    pub fn sight(&mut self, books: &mut Books<'_, '_>, item: &Item, sighting: &Sighting) -> Result<(), ProjectError> {
        let named = Named::of(books, sighting)?;
        books.tags.digests.extend((named.digest != 0).then_some(named.digest));
        let (from, to) = (books.source.stated(sighting.from), books.source.stated(sighting.to));
        let key = sighting_key(&books.source.context_name, sighting).0;
        let place = Place::of(item, &sighting.spot);
        let new =
            Row { source: books.source.id, as_of: books.source.as_of, place, from, to, times: count(sighting.count) };
        let known = self.sighting.query_row([&key[..]], Row::read).optional()?;
        let row = match known {
            Some(known) => known.merge(new, books)?,
            None => new,
        };
        self.sighting_write.execute(params![
            key,
            sighting_number(sighting.kind),
            books.source.context,
            named.written,
            named.digest,
            sighting.host,
            sighting.user,
            row.from,
            row.to,
            row.as_of,
            row.times,
            row.source,
            row.place.pointer,
            row.place.offset,
            row.place.length
        ])?;
        Ok(())
    }
}

/// The name and digest of a sighting by number, 0 where not told.
struct Named {
    written: i64,
    digest: i64,
}

impl Named {
    /// Looks them up; together they are one more name of the digest.
    fn of(books: &mut Books<'_, '_>, sighting: &Sighting) -> Result<Named, ProjectError> {
        if sighting.as_written.is_empty() {
            let reported = books.interner.reported(&sighting.digest)?.map_or(0, |r| r.digest);
            return Ok(Named { written: 0, digest: reported });
        }
        // Beside a name it is the name's digest, whose kind nobody told; only a bare report is a config's.
        let reported = match Digest::parse(&sighting.digest) {
            Ok(digest) => books.interner.digest(&digest, Claims::NONE)?,
            Err(_) => books.interner.reported(&sighting.digest)?.map_or(0, |r| r.digest),
        };
        let written = books.interner.written(&sighting.as_written)?;
        let digest = if reported == 0 { written.digest } else { reported };
        if digest == 0 {
            books.tags.names.insert(written.name);
        }
        if digest != 0 && written.parsed {
            let basis = if written.digest == 0 { Basis::Seen } else { Basis::Pinned };
            let (from, to) = (books.source.stated(sighting.from), books.source.stated(sighting.to));
            let last = to.or(from).unwrap_or(books.source.as_of);
            books.tags.add(written.name, digest, basis, from.unwrap_or(last), last);
        }
        Ok(Named { written: written.id, digest })
    }
}

/// The parts of a sighting's row that two pieces of evidence may differ in.
struct Row {
    source: i64,
    as_of: i64,
    place: Place,
    from: Option<i64>,
    to: Option<i64>,
    times: i64,
}

impl Row {
    fn read(r: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
        let place = Place { pointer: r.get(2)?, offset: r.get(3)?, length: r.get(4)? };
        Ok(Row { source: r.get(0)?, as_of: r.get(1)?, place, from: r.get(7)?, to: r.get(5)?, times: r.get(6)? })
    }

    fn merge(self, new: Row, books: &Books<'_, '_>) -> Result<Row, ProjectError> {
        let acquisition = books.sources.acquisition(self.source)?;
        let old = Stamp { as_of: self.as_of, acquisition, offset: self.place.offset };
        let (to, times) = (self.to.max(new.to), self.times.max(new.times));
        let wins = stamp(books.source, new.place.offset).beats(&old);
        // Told by both, or by the one whose clock allows for it.
        let from = self.from.or(new.from);
        Ok(Row { from, to, times, ..if wins { new } else { self } })
    }
}

/// What tells sightings apart. The end is left out where there is a beginning: it moves while an event repeats.
fn sighting_key(context: &str, sighting: &Sighting) -> Id {
    let time = match (sighting.from, sighting.to) {
        (Some(from), _) => format!("from {}", from.0),
        (None, Some(to)) => format!("to {}", to.0),
        (None, None) => String::new(),
    };
    let kind = sighting_number(sighting.kind).to_string();
    let parts = [context, &kind, &sighting.as_written, &sighting.digest, &sighting.host, &sighting.user, &time];
    Id::derived("sighting", &parts)
}

pub(super) fn stamp(source: &Source, offset: i64) -> Stamp {
    Stamp { as_of: source.as_of, acquisition: source.acquisition, offset }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_join_as_json_pointers_and_lines_stand_alone() {
        assert_eq!(join_pointers("/items/3", "/spec/containers/0/image"), "/items/3/spec/containers/0/image");
        assert_eq!(join_pointers("", "/spec"), "/spec");
        assert_eq!(join_pointers("line:7", ""), "line:7");
        assert_eq!(join_pointers("line:5", "line:7"), "line:7");
        assert_eq!(join_pointers("/doc/2", "x"), "/doc/2/x");
    }
}
