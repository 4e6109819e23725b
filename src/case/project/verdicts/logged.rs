//! What logs of pulls tell of images: when a tag led to a digest, and what was pushed.
//!
//! Logs are sums by stretches of time. A stretch that a window cuts counts as inside: it can only make a verdict worse, and
//! the reason shows the stretch. A log never clears: it may be the attacker's, and it leaves out what a cache answered.

use rusqlite::{Connection, Row};
use std::collections::BTreeMap;

use super::load::{Detail, Index, Which, each};
use crate::case::project::error::ProjectError;
use crate::model::indicator::Window;
use crate::model::pulls::Packed;
use crate::model::time::Micros;
use crate::triage::verdict::{Facts, Pushed, Seen, Stands, Tally};

/// Number of the kind of sightings that are pushes.
const PUSH: i64 = 3;

const COLUMNS: &str =
    "coalesce(w.name, 0), coalesce(w.digest, 0), p.kind, p.since, p.until, p.buckets, p.width, p.moved,
    e.evidence, p.pointer, p.offset, p.length, p.id";
const TAIL: &str = "LEFT JOIN p_written w ON w.id = p.written JOIN p_source e ON e.id = p.source";

/// Takes what logs tell.
pub(super) fn records(
    conn: &Connection,
    which: &Which,
    detail: Detail,
    facts: &mut BTreeMap<i64, Facts>,
    index: &Index,
    tally: &mut Tally,
) -> Result<(), ProjectError> {
    let by_digest =
        format!("SELECT d.image, {COLUMNS} FROM p_pull p JOIN p_digest d ON d.id = p.digest {TAIL} WHERE d.image <> 0");
    let own_name = format!("SELECT -w.name, {COLUMNS} FROM p_pull p {TAIL} WHERE p.digest = 0 AND p.kind = {PUSH}");
    let of_name = format!(
        "SELECT d.image, {COLUMNS} FROM p_pull p {TAIL} JOIN p_tag t ON t.name = w.name JOIN p_digest d ON d.id = t.digest
         WHERE p.digest = 0 AND p.kind = {PUSH} AND d.image <> 0"
    );
    let windows = tally.windows().to_vec();
    for (query, column) in [(by_digest, "d.image"), (own_name, "-w.name"), (of_name, "d.image")] {
        each(conn, &query, column, which, |r| {
            let image: i64 = r.get(0)?;
            let Some(facts) = facts.get_mut(&image) else { return Ok(()) };
            let stands = if detail == Detail::Reasons { Some(Box::new(stands(r)?)) } else { None };
            let stretches = stretches(r, &windows)?;
            if r.get::<_, i64>(3)? == PUSH {
                return pushes(conn, r.get(13)?, facts, &stretches, stands);
            }
            let Some(name) = index.get(&(image, r.get(1)?)) else { return Ok(()) };
            let by_tag = r.get::<_, i64>(2)? == 0;
            for (from, to) in stretches {
                let mut seen = Seen { name: *name, by_tag, from, to, stands: None };
                if tally.is_news(image, &seen) {
                    seen.stands = stands.clone();
                    facts.seen.push(seen);
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The first stretch of a row, and the first within each window.
fn stretches(r: &Row<'_>, windows: &[Window]) -> Result<Vec<(Micros, Micros)>, ProjectError> {
    let (since, until): (i64, i64) = (r.get(4)?, r.get(5)?);
    let (packed, width, moved) = (Packed(r.get(6)?), r.get::<_, i64>(7)?.unsigned_abs(), r.get(8)?);
    let mut found: Vec<(Micros, Micros)> = Vec::new();
    let mut met = vec![false; windows.len()];
    packed.each(width, moved, |from, to, _| {
        let stretch = (Micros(from.0.max(since)), Micros(to.0.min(until)));
        let mut news = found.is_empty();
        for (window, met) in windows.iter().zip(&mut met) {
            if !*met && window.meets(stretch.0, stretch.1) {
                (*met, news) = (true, true);
            }
        }
        if news {
            found.push(stretch);
        }
    });
    Ok(found)
}

/// Pushes: the stretches without an account, and the first and last of each account.
fn pushes(
    conn: &Connection,
    pull: i64,
    facts: &mut Facts,
    stretches: &[(Micros, Micros)],
    stands: Option<Box<Stands>>,
) -> Result<(), ProjectError> {
    let mut push = |from, to, account| facts.pushed.push(Pushed { from, to, account, stands: stands.clone() });
    let mut named = false;
    let mut who = conn.prepare_cached("SELECT user, since, until FROM p_puller WHERE pull = ?1 AND user <> ''")?;
    let mut rows = who.query([pull])?;
    while let Some(r) = rows.next()? {
        let account: String = r.get(0)?;
        for at in [Micros(r.get(1)?), Micros(r.get(2)?)] {
            push(at, at, account.clone());
        }
        named = true;
    }
    // One push by one account is told exactly by now.
    let exact = named && stretches.len() == 1 && stretches.iter().all(|(from, to)| from == to);
    for (from, to) in stretches.iter().filter(|_| !exact) {
        push(*from, *to, String::new());
    }
    Ok(())
}

fn stands(r: &Row<'_>) -> rusqlite::Result<Stands> {
    let (evidence, locator) = (r.get(9)?, r.get(10)?);
    Ok(Stands { evidence, locator, offset: r.get(11)?, length: r.get(12)?, about: String::new() })
}
