//! What verdicts were judged by, as it is stored: a judgement is only as new as its grounds.

use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::{BTreeMap, BTreeSet};

use crate::case::indicators::{Entry, Indicators};
use crate::case::project::error::ProjectError;
use crate::case::project::sources::json;
use crate::model::digest::DigestKind;
use crate::model::indicator::Indicator;
use crate::model::mirror::Mirror;
use crate::resolve::claims::Claims;
use crate::triage::verdict::{Grounds, NamedDigest};

/// The indicators that the verdicts follow, in the order in which they were added.
pub(in crate::case) fn stored(conn: &Connection) -> Result<Vec<Entry>, ProjectError> {
    let mut statement = conn.prepare("SELECT record FROM p_indicator ORDER BY n")?;
    let rows = statement.query_map([], |r| r.get::<_, String>(0))?;
    let damaged = |e: serde_json::Error| ProjectError::Damaged(format!("an indicator: {e}"));
    rows.map(|row| serde_json::from_str(&row?).map_err(damaged)).collect()
}

/// The mirrors that the verdicts follow.
pub(in crate::case) fn stored_mirrors(conn: &Connection) -> Result<Vec<Mirror>, ProjectError> {
    let mut statement = conn.prepare("SELECT place, upstream FROM p_mirror ORDER BY place, upstream")?;
    let rows = statement.query_map([], |r| Ok(Mirror { place: r.get(0)?, upstream: r.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All that the verdicts follow, as it is stored.
pub(in crate::case) fn claimed(conn: &Connection) -> Result<Indicators, ProjectError> {
    let mirrors = stored_mirrors(conn)?.into_iter().map(|mirror| (mirror, Vec::new())).collect();
    Ok(Indicators { entries: stored(conn)?, mirrors })
}

/// What images are to be judged by: the open indicators, the mirrors, and what the evidence tells of the digests named.
pub(in crate::case) fn grounds_of(conn: &Connection, indicators: &Indicators) -> Result<Grounds, ProjectError> {
    let mut grounds = Grounds {
        indicators: indicators.open().cloned().collect(),
        mirrors: indicators.mirrors.keys().cloned().collect(),
        digests: BTreeMap::new(),
    };
    for digest in grounds.named_digests() {
        if let Some(known) = known(conn, &digest)? {
            grounds.digests.insert(digest, known);
        }
    }
    Ok(grounds)
}

/// What images are to be judged by where one indicator alone counts.
pub(in crate::case) fn grounds_by(conn: &Connection, indicator: &Indicator) -> Result<Grounds, ProjectError> {
    let mut grounds =
        Grounds { indicators: vec![indicator.clone()], mirrors: stored_mirrors(conn)?, digests: BTreeMap::new() };
    for digest in grounds.named_digests() {
        if let Some(known) = known(conn, &digest)? {
            grounds.digests.insert(digest, known);
        }
    }
    Ok(grounds)
}

/// What is known of a digest; `None` where the evidence never names it.
fn known(conn: &Connection, digest: &str) -> Result<Option<NamedDigest>, ProjectError> {
    let row = conn.query_row("SELECT id, image, claims FROM p_digest WHERE value = ?1", [digest], |r| {
        Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?, Claims::from_bits(r.get(2)?).kind()))
    });
    let Some((id, image, kind)) = row.optional()? else { return Ok(None) };
    let mut kinds: BTreeSet<DigestKind> = BTreeSet::from([kind]);
    // An index may stand beside the one image that a record ties it to, and contain others: its image's digests are not
    // all of it.
    if kind != DigestKind::Index && image != 0 {
        let mut beside = conn.prepare_cached("SELECT claims FROM p_digest WHERE image = ?1")?;
        for claims in beside.query_map([image], |r| r.get(0))? {
            kinds.insert(Claims::from_bits(claims?).kind());
        }
        kinds.remove(&DigestKind::Index);
    }
    let contents = kind == DigestKind::Index
        && conn.query_row("SELECT EXISTS (SELECT 1 FROM p_relation WHERE a = ?1 AND kind = 1)", [id], |r| r.get(0))?;
    Ok(Some(NamedDigest { kinds, contents }))
}

/// Stores the grounds; true where they are others than before.
pub(super) fn write(conn: &Connection, indicators: &Indicators, grounds: &Grounds) -> Result<bool, ProjectError> {
    let mut rows = Vec::new();
    for (n, entry) in (1_i64..).zip(&indicators.entries) {
        let target = entry.indicator.target.to_string();
        let known = target.strip_prefix("digest:").and_then(|digest| grounds.digests.get(digest));
        let known = known.map(|known| format!("{:?} {}", known.kinds, known.contents)).unwrap_or_default();
        rows.push((n, entry.indicator.id.to_string(), entry.open, json(entry)?, known));
    }
    let mut statement = conn.prepare("SELECT n, id, open, record, known FROM p_indicator ORDER BY n")?;
    let have = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)))?;
    let have: Vec<(i64, String, bool, String, String)> = have.collect::<Result<_, _>>()?;
    if have == rows && stored_mirrors(conn)?.iter().eq(indicators.mirrors.keys()) {
        return Ok(false);
    }
    conn.execute("DELETE FROM p_indicator", [])?;
    conn.execute("DELETE FROM p_mirror", [])?;
    let mut insert = conn.prepare("INSERT INTO p_indicator VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (n, id, open, record, known) in &rows {
        insert.execute(params![n, id, open, record, known])?;
    }
    let mut mirror = conn.prepare("INSERT INTO p_mirror VALUES (?1, ?2)")?;
    for Mirror { place, upstream } in indicators.mirrors.keys() {
        mirror.execute([place, upstream])?;
    }
    Ok(true)
}
