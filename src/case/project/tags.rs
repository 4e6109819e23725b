//! Which digests were seen under which names, since when and until when; and whether a tag moved.

use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::error::ProjectError;
use crate::model::digest::DigestKind;
use crate::resolve::claims::Claims;
use crate::resolve::tags::{Movement, TagEntry, movement};

/// How a name and a digest came together. The numbers are stored; the higher is the stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::case) enum Basis {
    /// Both stand in one reference, or a report names the repository: a name of the digest, but no word on what the tag
    /// meant.
    Pinned = 1,
    /// The tag was asked for and the digest was what came.
    Seen = 2,
}

/// Pairs gathered before they are written in one go.
#[derive(Debug, Default)]
pub(super) struct Tags {
    gathered: HashMap<(i64, i64), Pair>,
    /// Names with new pairs.
    pub names: BTreeSet<i64>,
    /// Digests with new pairs.
    pub digests: BTreeSet<i64>,
}

#[derive(Debug, Clone, Copy)]
struct Pair {
    basis: Basis,
    first: i64,
    last: i64,
}

/// Pairs held in memory before they are written.
const GATHERED: usize = 50_000;

impl Tags {
    /// Notes that `digest` went by `name` from `first` to `last`.
    pub fn add(&mut self, name: i64, digest: i64, basis: Basis, first: i64, last: i64) {
        let new = Pair { basis, first: first.min(last), last };
        let pair = self.gathered.entry((name, digest)).or_insert(new);
        *pair = Pair { basis: pair.basis.max(basis), first: pair.first.min(new.first), last: pair.last.max(last) };
    }

    /// True when it is time to write.
    pub fn is_full(&self) -> bool {
        self.gathered.len() >= GATHERED
    }

    /// Writes what was gathered. Pairs only ever widen, so no order matters.
    pub fn flush(&mut self, conn: &Connection) -> Result<(), ProjectError> {
        let mut upsert = conn.prepare(
            "INSERT INTO p_tag VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET basis = max(basis, excluded.basis),
            first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)",
        )?;
        // In the order of the table, for neighbours share a page.
        let gathered: BTreeMap<_, _> = self.gathered.drain().collect();
        for ((name, digest), pair) in gathered {
            upsert.execute(params![name, digest, pair.basis as i64, pair.first, pair.last])?;
            self.names.insert(name);
            self.digests.insert(digest);
        }
        Ok(())
    }
}

/// Judges each name's history anew; returns the images whose names changed their verdict.
pub(super) fn judge(conn: &Connection, names: &BTreeSet<i64>) -> Result<BTreeSet<i64>, ProjectError> {
    let mut update = conn.prepare("UPDATE p_name SET moved = ?2 WHERE id = ?1 AND moved <> ?2")?;
    let mut digests = conn.prepare(&format!("SELECT count(*) {OF_TAG}"))?;
    let mut images = conn.prepare(
        "SELECT d.image FROM p_tag t JOIN p_digest d ON d.id = t.digest WHERE t.name = ?1 UNION ALL SELECT -?1",
    )?;
    let mut changed = BTreeSet::new();
    for name in names {
        let verdict = match digests.query_row([name], |r| r.get::<_, i64>(0))? {
            0 => Movement::Unseen,
            1 => Movement::Same,
            _ => movement(&history(conn, *name)?),
        };
        if update.execute([*name, verdict.index()])? > 0 {
            for image in images.query_map([name], |r| r.get(0))? {
                changed.insert(image?);
            }
        }
    }
    Ok(changed)
}

/// The digests that a tag itself led to; a name without tag leads nowhere.
const OF_TAG: &str = "FROM p_tag t JOIN p_name n ON n.id = t.name JOIN p_digest d ON d.id = t.digest
    WHERE t.name = ?1 AND t.basis = 2 AND n.tag IS NOT NULL";

/// All that was seen under a name's tag, with hosts and times.
pub(in crate::case) fn history(conn: &Connection, name: i64) -> Result<Vec<TagEntry>, ProjectError> {
    let mut digests =
        conn.prepare(&format!("SELECT d.id, d.claims, d.image, t.first_seen {OF_TAG} ORDER BY d.value"))?;
    let mut indexes = conn.prepare("SELECT a FROM p_relation WHERE b = ?1 AND kind = 1")?;
    let mut seen = conn.prepare(SEEN)?;
    let mut ran = conn.prepare(RAN)?;
    let rows = digests.query_map([name], |r| {
        let kind: DigestKind = Claims::from_bits(r.get(1)?).kind();
        Ok((
            TagEntry { digest: r.get(0)?, kind, image: r.get(2)?, indexes: vec![], seen: vec![], ran: vec![] },
            r.get::<_, i64>(3)?,
        ))
    })?;
    let mut entries = Vec::new();
    for row in rows {
        let (mut entry, first) = row?;
        entry.indexes = indexes.query_map([entry.digest], |r| r.get(0))?.collect::<Result<_, _>>()?;
        let places = seen.query_map(params![entry.image, entry.digest, name], |r| Ok((r.get(0)?, r.get(1)?)))?;
        entry.seen = places.collect::<Result<_, _>>()?;
        let runs = ran.query_map(params![entry.image, entry.digest, name], |r| Ok((r.get(0)?, r.get(1)?)))?;
        entry.ran = runs.collect::<Result<_, _>>()?;
        if entry.seen.is_empty() {
            entry.seen.push((String::new(), first)); // known by a status that named another tag than the one written
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// The hosts on which a digest was seen under a name, each with the first time.
const SEEN: &str = "SELECT host, min(since) FROM (
    SELECT CASE WHEN k.text = 'Node' THEN o.name ELSE coalesce(h.text, '') END AS host,
           coalesce(u.ran_from, u.started, u.first_seen) AS since
    FROM p_use u JOIN p_object o ON o.id = u.object JOIN p_text k ON k.id = o.kind LEFT JOIN p_text h ON h.id = o.node
    WHERE u.image = ?1 AND u.digest = ?2 AND u.name = ?3
    UNION ALL
    SELECT s.host, coalesce(s.since, s.until, s.as_of) FROM p_sighting s JOIN p_written w ON w.id = s.written
    WHERE s.digest = ?2 AND w.name = ?3)
    GROUP BY host ORDER BY host";

/// The hosts on which containers ran with a digest under a name, each with the first start that was told.
const RAN: &str = "SELECT h.text, min(coalesce(u.ran_from, u.started)) FROM p_use u JOIN p_object o ON o.id = u.object
    JOIN p_text h ON h.id = o.node WHERE u.image = ?1 AND u.digest = ?2 AND u.name = ?3
    AND coalesce(u.ran_from, u.started) IS NOT NULL GROUP BY h.text ORDER BY h.text";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_widen_and_keep_the_stronger_basis() {
        let mut tags = Tags::default();
        tags.add(1, 2, Basis::Pinned, 50, 60);
        tags.add(1, 2, Basis::Seen, 40, 45);
        tags.add(1, 2, Basis::Pinned, 70, 65);
        let pair = tags.gathered.get(&(1, 2)).unwrap();
        assert_eq!((pair.basis, pair.first, pair.last), (Basis::Seen, 40, 65));
    }
}
