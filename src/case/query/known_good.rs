//! What is known to be good, held against what is seen under the same names now.
//!
//! Drift is the same tag with another digest of the same kind. Digests that cannot be compared are said to be so; agreement
//! is no proof of anything but agreement.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

use super::image::Locator;
use super::time;
use crate::case::project::{ProjectError, known_kind};
use crate::model::digest::DigestKind;
use crate::resolve::claims::Claims;

/// A name with a digest that is known to be good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownRow {
    /// The canonical name.
    pub name: String,
    /// The digest.
    pub digest: String,
    /// Its kind, by the list or by other evidence.
    pub kind: &'static str,
    /// The time of the list, and how that is known: it is not a time of publication.
    pub dated: String,
    /// See `dated`.
    pub dated_by: String,
    /// Where the list is from.
    pub source: String,
    /// SHA-256 of the stored list.
    pub evidence: Option<String>,
    /// Where it stands in the list.
    pub locator: Locator,
}

/// A digest that is seen now under a name that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriftRow {
    /// The canonical name.
    pub name: String,
    /// `drift`: another digest of the same kind; `uncomparable`: of other kinds, with nothing that ties them; `same`.
    pub state: &'static str,
    /// What was published.
    pub known: Vec<String>,
    /// What is seen; none where nothing is.
    pub found: Option<String>,
    /// Its kind.
    pub kind: Option<&'static str>,
    /// The first time it was seen under the name.
    pub first_seen: Option<String>,
    /// The last time.
    pub last_seen: Option<String>,
    /// Places where it runs or is declared.
    pub uses: u64,
    /// What would tell, where it cannot be told.
    pub would_tell: Option<String>,
}

/// All that is known and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct KnownGood {
    /// Every entry, by name.
    pub known: Vec<KnownRow>,
    /// What is seen under these names: what drifted first, then what cannot be compared, then what is the same.
    pub drift: Vec<DriftRow>,
    /// Names that are known and under which no digest was seen: nothing can be said of them.
    pub not_seen: Vec<String>,
}

const KNOWN: &str = "SELECT n.id, n.canonical, d.id, d.value, k.kind, d.claims, s.as_of, s.as_of_source, s.place, s.evidence,
    k.pointer, k.offset, k.length, d.image FROM p_good k JOIN p_written w ON w.id = k.written JOIN p_name n ON n.id = w.name
    JOIN p_digest d ON d.id = k.digest JOIN p_source s ON s.id = k.source
    ORDER BY n.canonical, d.value, s.place, s.acquisition";

/// What was seen under a name, by other evidence than the lists themselves.
const SEEN: &str = "SELECT d.id, d.value, d.claims, d.image, t.first_seen, t.last_seen,
    (SELECT count(*) FROM p_use u WHERE u.name = ?1 AND u.digest = d.id AND u.hidden = 0)
    FROM p_tag t JOIN p_digest d ON d.id = t.digest WHERE t.name = ?1 ORDER BY t.first_seen, d.value";

const RELATED: &str = "SELECT EXISTS (SELECT 1 FROM p_relation WHERE (a = ?1 AND b = ?2) OR (a = ?2 AND b = ?1))";

/// A digest that is known under a name.
struct Good {
    id: i64,
    value: String,
    kind: DigestKind,
    image: i64,
}

/// Holds what is known against what is seen.
pub fn known_good(conn: &Connection) -> Result<KnownGood, ProjectError> {
    let mut all = KnownGood::default();
    let mut names: BTreeMap<(String, i64), Vec<Good>> = BTreeMap::new();
    let mut statement = conn.prepare(KNOWN)?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let (name, canonical): (i64, String) = (r.get(0)?, r.get(1)?);
        let told = known_kind(r.get(4)?);
        let claimed: DigestKind = Claims::from_bits(r.get(5)?).kind();
        let kind = if told == DigestKind::Unknown { claimed } else { told };
        let good = Good { id: r.get(2)?, value: r.get(3)?, kind, image: r.get(13)? };
        all.known.push(KnownRow {
            name: canonical.clone(),
            digest: good.value.clone(),
            kind: kind.as_str(),
            dated: time(r.get(6)?),
            dated_by: r.get(7)?,
            source: r.get(8)?,
            evidence: r.get(9)?,
            locator: Locator { pointer: r.get(10)?, offset: r.get(11)?, length: r.get(12)? },
        });
        let of_name = names.entry((canonical, name)).or_default();
        if of_name.iter().all(|known| known.id != good.id) {
            of_name.push(good);
        }
    }
    for ((canonical, name), good) in names {
        let rows = compared(conn, &canonical, name, &good)?;
        if rows.is_empty() {
            all.not_seen.push(canonical);
        }
        all.drift.extend(rows);
    }
    let rank = |row: &DriftRow| ["drift", "uncomparable", "same"].iter().position(|state| *state == row.state);
    all.drift.sort_by(|a, b| (rank(a), &a.name, &a.found).cmp(&(rank(b), &b.name, &b.found)));
    Ok(all)
}

fn compared(conn: &Connection, canonical: &str, name: i64, good: &[Good]) -> Result<Vec<DriftRow>, ProjectError> {
    let mut seen = conn.prepare_cached(SEEN)?;
    let mut related = conn.prepare_cached(RELATED)?;
    let mut found = Vec::new();
    let mut rows = seen.query([name])?;
    while let Some(r) = rows.next()? {
        let (id, value): (i64, String) = (r.get(0)?, r.get(1)?);
        let kind: DigestKind = Claims::from_bits(r.get(2)?).kind();
        let image: i64 = r.get(3)?;
        let mut same = false;
        for known in good {
            let one_image = image != 0 && image == known.image;
            same |= known.id == id || one_image || related.query_row([known.id, id], |r| r.get::<_, bool>(0))?;
        }
        let kinds: BTreeSet<DigestKind> = good.iter().map(|known| known.kind).collect();
        let comparable = kind != DigestKind::Unknown && kinds.contains(&kind);
        let state = match (same, comparable) {
            (true, _) => "same",
            (false, true) => "drift",
            (false, false) => "uncomparable",
        };
        let would_tell = (state == "uncomparable").then(|| would_tell(kind, &kinds));
        found.push(DriftRow {
            name: canonical.to_owned(),
            state,
            known: good.iter().map(|known| known.value.clone()).collect(),
            found: Some(value),
            kind: Some(kind.as_str()),
            first_seen: Some(time(r.get(4)?)),
            last_seen: Some(time(r.get(5)?)),
            uses: r.get::<_, i64>(6)?.unsigned_abs(),
            would_tell,
        });
    }
    Ok(found)
}

fn would_tell(found: DigestKind, known: &BTreeSet<DigestKind>) -> String {
    let kinds: Vec<&str> = known.iter().map(|kind| kind.as_str()).collect();
    format!(
        "what is known is of kind {}, what is seen of kind {}: `crane manifest NAME@DIGEST` of both, imported, tells what ties \
         them",
        kinds.join(" and "),
        found.as_str()
    )
}

/// What tags were seen to lead to, name and digest; names without a tag lead nowhere.
pub fn led_to(conn: &Connection) -> Result<Vec<(String, String)>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT n.canonical, d.value FROM p_tag t JOIN p_name n ON n.id = t.name JOIN p_digest d ON d.id = t.digest
         WHERE n.parsed AND n.tag IS NOT NULL ORDER BY n.canonical, d.value",
    )?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
