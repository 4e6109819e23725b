//! When images were seen: containers that ran, and records of pulls and pushes.
//!
//! What proves that a digest was there is the start of a container that was seen running with it, or the record of a pull.
//! The time of a file, of an import or of a pod proves nothing of the kind and is never taken for it.

use rusqlite::{Connection, Row, Statement};
use std::collections::{BTreeMap, HashMap, HashSet};

use super::load::{Detail, Index, Which, each};
use crate::case::project::error::ProjectError;
use crate::case::project::intern::remember;
use crate::case::project::records::join_pointers;
use crate::case::project::uses::RUNNING;
use crate::model::time::Micros;
use crate::triage::verdict::{Facts, Pushed, Running, Seen, Stands, Tally};

/// Numbers of kinds of sightings in `p_sighting.kind`.
const PULL: i64 = 2;
const PUSH: i64 = 3;

/// Takes what places of use tell. Declarations tell of no time.
pub(super) fn uses(
    conn: &Connection,
    which: &Which,
    detail: Detail,
    facts: &mut BTreeMap<i64, Facts>,
    index: &Index,
    tally: &mut Tally,
) -> Result<(), ProjectError> {
    let mut pinned = Pinned::of(conn, which)?;
    let columns = "u.image, u.name, u.written, u.state, u.started, u.first_seen, u.last_seen";
    let query = match detail {
        Detail::Verdicts => format!("SELECT {columns} FROM p_use u"),
        Detail::Reasons => format!(
            "SELECT {columns}, s.evidence, u.item, f.text, coalesce(h.text, CASE WHEN k.text = 'Node' THEN o.name END, ''),
             u.offset, u.length
             FROM p_use u JOIN p_object o ON o.id = u.object JOIN p_source s ON s.id = u.source
             JOIN p_text f ON f.id = u.field JOIN p_text k ON k.id = o.kind LEFT JOIN p_text h ON h.id = o.node"
        ),
    };
    let query = format!("{query} WHERE u.hidden = 0 AND u.state <> 0 AND u.image > 0");
    each(conn, &query, "u.image", which, |r| {
        let image: i64 = r.get(0)?;
        let (Some(facts), Some(name)) = (facts.get_mut(&image), index.get(&(image, r.get(1)?))) else { return Ok(()) };
        let started: Option<i64> = r.get(4)?;
        // Since its start a container says only what it began with.
        let (from, to) = match started {
            Some(started) => (started, started),
            None => (r.get(5)?, r.get(6)?),
        };
        let by_tag = !pinned.has(r.get(2)?)?;
        let mut seen = Seen { name: *name, by_tag, from: Micros(from), to: Micros(to), stands: None };
        let runs = started.filter(|_| r.get::<_, i64>(3).is_ok_and(|state| state == RUNNING));
        let earlier = runs.is_some_and(|at| facts.running.as_ref().is_none_or(|known| at < known.at.0));
        let news = tally.is_news(image, &seen);
        let stands = match detail {
            Detail::Reasons if earlier || news => Some(Box::new(stands(r, 7)?)),
            _ => None,
        };
        if let Some(at) = runs {
            facts.runs(Running { at: Micros(at), stands: stands.clone() });
        }
        if news {
            seen.stands = stands;
            facts.seen.push(seen);
        }
        Ok(())
    })
}

/// References as written that have a digest in them: their tag was never asked for. Of all images they are read in one pass,
/// of some each is looked up.
enum Pinned<'c> {
    All(HashSet<i64>),
    Each(HashMap<i64, bool>, Statement<'c>),
}

impl<'c> Pinned<'c> {
    fn of(conn: &'c Connection, which: &Which) -> Result<Self, ProjectError> {
        Ok(match which {
            Which::All => {
                let mut statement = conn.prepare("SELECT id FROM p_written WHERE digest <> 0")?;
                let rows = statement.query_map([], |r| r.get(0))?;
                Pinned::All(rows.collect::<Result<_, _>>()?)
            }
            Which::These(_) => {
                let each = "SELECT EXISTS (SELECT 1 FROM p_written WHERE id = ?1 AND digest <> 0)";
                Pinned::Each(HashMap::new(), conn.prepare(each)?)
            }
        })
    }

    fn has(&mut self, written: i64) -> Result<bool, ProjectError> {
        let (known, statement) = match self {
            Pinned::All(all) => return Ok(all.contains(&written)),
            Pinned::Each(known, statement) => (known, statement),
        };
        if let Some(known) = known.get(&written) {
            return Ok(*known);
        }
        let found = statement.query_row([written], |r| r.get(0))?;
        remember(known, written, found);
        Ok(found)
    }
}

/// Evidence, pointer of the item, pointer in it and where it was.
fn stands(r: &Row<'_>, at: usize) -> rusqlite::Result<Stands> {
    let (item, field): (String, String) = (r.get(at + 1)?, r.get(at + 2)?);
    let locator = join_pointers(&item, &field);
    let (about, offset, length) = (r.get(at + 3)?, r.get(at + 4)?, r.get(at + 5)?);
    Ok(Stands { evidence: r.get(at)?, locator, offset, length, about })
}

/// Takes what records of pulls, pushes and the like tell. A push that names no digest may have been of any image of its
/// name.
pub(super) fn sightings(
    conn: &Connection,
    which: &Which,
    detail: Detail,
    facts: &mut BTreeMap<i64, Facts>,
    index: &Index,
    tally: &mut Tally,
) -> Result<(), ProjectError> {
    let columns =
        "w.name, coalesce(w.digest, 0), s.kind, s.since, s.until, s.as_of, s.user, e.evidence, s.pointer, '', s.host,
        s.offset, s.length";
    let tail = "LEFT JOIN p_written w ON w.id = s.written JOIN p_source e ON e.id = s.source";
    let by_digest = format!(
        "SELECT d.image, {columns} FROM p_sighting s JOIN p_digest d ON d.id = s.digest {tail} WHERE d.image <> 0"
    );
    let own_name = format!("SELECT -w.name, {columns} FROM p_sighting s {tail} WHERE s.digest = 0 AND s.kind = {PUSH}");
    let of_name = format!(
        "SELECT d.image, {columns} FROM p_sighting s {tail} JOIN p_tag t ON t.name = w.name JOIN p_digest d
         ON d.id = t.digest WHERE s.digest = 0 AND s.kind = {PUSH} AND d.image <> 0"
    );
    for (query, column, has_digest) in
        [(by_digest, "d.image", true), (own_name, "-w.name", false), (of_name, "d.image", false)]
    {
        each(conn, &query, column, which, |r| {
            let image: i64 = r.get(0)?;
            match facts.get_mut(&image) {
                Some(facts) => sighting(r, image, facts, has_digest, detail, index, tally),
                None => Ok(()),
            }
        })?;
    }
    super::logged::records(conn, which, detail, facts, index, tally)?;
    for facts in facts.values_mut() {
        // By what they say: the order of rows is that of their import, which must not be seen.
        facts.pushed.sort_by(|a, b| (a.from, a.to, &a.account).cmp(&(b.from, b.to, &b.account)));
        facts.pushed.dedup_by(|a, b| (a.from, a.to, &a.account) == (b.from, b.to, &b.account));
        facts.seen.sort_by_key(|seen| (seen.from, seen.to, seen.name, seen.by_tag));
    }
    Ok(())
}

fn sighting(
    r: &Row<'_>,
    image: i64,
    facts: &mut Facts,
    has_digest: bool,
    detail: Detail,
    index: &Index,
    tally: &mut Tally,
) -> Result<(), ProjectError> {
    let (since, until, as_of): (Option<i64>, Option<i64>, i64) = (r.get(4)?, r.get(5)?, r.get(6)?);
    let (from, to) = (since.or(until).unwrap_or(as_of), until.or(since).unwrap_or(as_of));
    let (from, to) = (Micros(from.min(to)), Micros(to.max(from)));
    let stands = if detail == Detail::Reasons { Some(Box::new(stands(r, 8)?)) } else { None };
    let kind: i64 = r.get(3)?;
    if kind == PUSH {
        facts.pushed.push(Pushed { from, to, account: r.get(7)?, stands });
        return Ok(());
    }
    let name: Option<i64> = r.get(1)?;
    if kind == PULL && has_digest && (since.is_some() || until.is_some()) {
        facts.pulls(Running { at: from, stands: stands.clone() });
    }
    let Some(name) = name.and_then(|name| index.get(&(image, name))) else { return Ok(()) };
    let by_tag = r.get::<_, i64>(2)? == 0;
    let mut seen = Seen { name: *name, by_tag, from, to, stands: None };
    if has_digest && tally.is_news(image, &seen) {
        seen.stands = stands;
        facts.seen.push(seen);
    }
    Ok(())
}
