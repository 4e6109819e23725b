//! What registries say refers to a digest, by the evidence that says so. It ties no digests together and clears nothing.

use rusqlite::{Connection, Statement, params};

use super::books::Books;
use super::error::ProjectError;
use super::records::Place;
use crate::model::fact::Item;
use crate::model::referrer::ReferrerKind;
use crate::resolve::claims::Claims;

/// The table of referrers, open for one fold.
pub(super) struct Referrers<'t> {
    write: Statement<'t>,
}

/// A kind's number in `p_referrer.kind`: its place in [`ReferrerKind::ALL`].
fn number(kind: ReferrerKind) -> i64 {
    ReferrerKind::ALL.into_iter().zip(0..).find(|(known, _)| *known == kind).map_or(0, |(_, number)| number)
}

/// The kind of a stored number.
pub(in crate::case) fn referrer_kind(number: i64) -> ReferrerKind {
    let place = usize::try_from(number).ok();
    place.and_then(|place| ReferrerKind::ALL.get(place).copied()).unwrap_or(ReferrerKind::Other)
}

impl<'t> Referrers<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        let sql = "INSERT OR IGNORE INTO p_referrer VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        Ok(Referrers { write: conn.prepare(sql)? })
    }

    /// Adds what an item says.
    pub fn add(&mut self, books: &mut Books<'_, '_>, item: &Item) -> Result<(), ProjectError> {
        for referrer in &item.referrers {
            let subject = books.interner.digest(&referrer.subject, Claims::NONE)?;
            let digest = books.interner.digest(&referrer.digest, Claims::NONE)?;
            let media = books.interner.text(&referrer.media_type)?;
            let place = Place::of(item, &referrer.spot);
            let kind = number(referrer.kind);
            let of = books.source.id;
            self.write.execute(params![subject, digest, of, kind, media, place.pointer, place.offset, place.length])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_kinds_go_both_ways() {
        for kind in ReferrerKind::ALL {
            assert_eq!(referrer_kind(number(kind)), kind);
        }
        assert_eq!(referrer_kind(-1), ReferrerKind::Other);
    }
}
