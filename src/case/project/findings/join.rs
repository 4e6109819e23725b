//! Which images a report is of: by a digest of the right kind, then the config's, then one of the registry's, then a tag.
//!
//! The first way that leads anywhere counts, and is kept: a report that is known by its tag alone may be of another image
//! that went by it, so it counts only for images of which no report is known better.

use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

use super::super::error::ProjectError;

/// How a report was found to be of an image. The numbers are stored; the smaller is the surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::case) enum How {
    /// By the manifest's digest.
    Manifest = 1,
    /// By the config's.
    Config = 2,
    /// By a digest that a registry has for it.
    Repository = 3,
    /// By a name with a tag.
    Tag = 4,
}

impl How {
    pub const ALL: [How; 4] = [How::Manifest, How::Config, How::Repository, How::Tag];

    /// The way of a stored number.
    pub fn of(number: i64) -> Option<How> {
        How::ALL.into_iter().find(|how| *how as i64 == number)
    }

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            How::Manifest => "manifest-digest",
            How::Config => "config-digest",
            How::Repository => "repo-digest",
            How::Tag => "tag",
        }
    }
}

/// What a report says of itself, as far as choosing needs it.
#[derive(Debug, Clone)]
pub(super) struct Scanned {
    pub tool: i64,
    pub at: i64,
    /// What decides between reports of one time: acquisition, pointer and offset. No part of it depends on arrival.
    pub tie: (Vec<u8>, String, i64),
    pub searched: bool,
    pub listed: bool,
}

/// Counts for findings.
pub(in crate::case) const SEARCHED: i64 = 1;
/// Counts for packages.
pub(in crate::case) const LISTED: i64 = 2;

/// A report of an image: how it is known, and what it counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Joined {
    pub how: How,
    pub counts: i64,
}

/// The reports of each image, by number.
pub(super) type Joins = BTreeMap<i64, BTreeMap<i64, Joined>>;

/// All reports, by number.
pub(super) fn scans(conn: &Connection) -> Result<BTreeMap<i64, Scanned>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT c.id, c.tool, c.at, s.acquisition, c.pointer, c.offset, c.searched, c.listed FROM p_scan c
         JOIN p_source s ON s.id = c.source",
    )?;
    let rows = statement.query_map([], |r| {
        let tie = (r.get(3)?, r.get(4)?, r.get(5)?);
        Ok((r.get(0)?, Scanned { tool: r.get(1)?, at: r.get(2)?, tie, searched: r.get(6)?, listed: r.get(7)? }))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Finds the images of all reports.
pub(super) fn join(conn: &Connection, scans: &BTreeMap<i64, Scanned>) -> Result<Joins, ProjectError> {
    let mut found: BTreeMap<i64, (How, BTreeSet<i64>)> = BTreeMap::new();
    let mut note = |scan: i64, how: How, image: i64| {
        let entry = found.entry(scan).or_insert_with(|| (how, BTreeSet::new()));
        if entry.0 == how {
            entry.1.insert(image);
        }
    };
    let mut by_digest = conn.prepare(
        "SELECT j.scan, j.kind, d.image FROM p_subject j JOIN p_digest d ON d.id = j.digest JOIN p_image i ON i.id = d.image
         WHERE j.kind = ?1",
    )?;
    // An index's digest is of all images in it that are known.
    let mut by_index = conn.prepare(
        "SELECT j.scan, d.image FROM p_subject j JOIN p_relation r ON r.a = j.digest AND r.kind = 1
         JOIN p_digest d ON d.id = r.b JOIN p_image i ON i.id = d.image WHERE j.kind = 3",
    )?;
    let mut by_name = conn.prepare(
        "SELECT j.scan, d.image FROM p_subject j JOIN p_tag t ON t.name = j.name JOIN p_digest d ON d.id = t.digest
         JOIN p_image i ON i.id = d.image WHERE j.kind = 4
         UNION SELECT j.scan, i.id FROM p_subject j JOIN p_image i ON i.id = -j.name WHERE j.kind = 4",
    )?;
    for how in [How::Manifest, How::Config, How::Repository] {
        for row in by_digest.query_map([how as i64], |r| Ok((r.get(0)?, r.get(2)?)))? {
            let (scan, image): (i64, i64) = row?;
            note(scan, how, image);
        }
    }
    for (how, statement) in [(How::Repository, &mut by_index), (How::Tag, &mut by_name)] {
        for row in statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))? {
            let (scan, image): (i64, i64) = row?;
            note(scan, how, image);
        }
    }
    let mut joins = Joins::new();
    for (scan, (how, images)) in found {
        for image in images {
            joins.entry(image).or_default().insert(scan, Joined { how, counts: 0 });
        }
    }
    for of_image in joins.values_mut() {
        choose(of_image, scans);
    }
    Ok(joins)
}

/// Says which of an image's reports count: the latest of each scanner, of those that are known best.
fn choose(joined: &mut BTreeMap<i64, Joined>, scans: &BTreeMap<i64, Scanned>) {
    for (bit, is) in [(SEARCHED, (|s: &Scanned| s.searched) as fn(&Scanned) -> bool), (LISTED, |s| s.listed)] {
        let of_kind = || joined.iter().filter_map(|(id, j)| scans.get(id).filter(|s| is(s)).map(|s| (*id, *j, s)));
        let by_tag = of_kind().all(|(_, joined, _)| joined.how == How::Tag);
        let mut latest: BTreeMap<i64, (i64, &Scanned)> = BTreeMap::new();
        for (id, joined, scan) in of_kind() {
            if joined.how == How::Tag && !by_tag {
                continue;
            }
            let best = latest.entry(scan.tool).or_insert((id, scan));
            if (scan.at, &best.1.tie) > (best.1.at, &scan.tie) {
                *best = (id, scan);
            }
        }
        for (id, _) in latest.into_values() {
            if let Some(joined) = joined.get_mut(&id) {
                joined.counts |= bit;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(tool: i64, at: i64, id: u8) -> Scanned {
        Scanned { tool, at, tie: (vec![id], String::new(), 0), searched: true, listed: id == 3 }
    }

    #[test]
    fn the_latest_of_each_scanner_counts_and_a_tag_only_where_nothing_better_is_known() {
        let scans = BTreeMap::from([(1, scan(7, 10, 1)), (2, scan(7, 20, 2)), (3, scan(8, 5, 3)), (4, scan(9, 99, 4))]);
        let joined = |how| Joined { how, counts: 0 };
        let mut all = BTreeMap::from([
            (1, joined(How::Config)),
            (2, joined(How::Manifest)),
            (3, joined(How::Repository)),
            (4, joined(How::Tag)),
        ]);
        choose(&mut all, &scans);
        let counts: Vec<i64> = all.values().map(|joined| joined.counts).collect();
        assert_eq!(counts, [0, SEARCHED, SEARCHED | LISTED, 0]);
        let mut only = BTreeMap::from([(4, joined(How::Tag))]);
        choose(&mut only, &scans);
        assert_eq!(only[&4].counts, SEARCHED);
    }

    #[test]
    fn of_one_time_the_smaller_acquisition_counts() {
        let scans = BTreeMap::from([(1, scan(7, 10, 2)), (2, scan(7, 10, 1))]);
        let mut all = BTreeMap::from([1, 2].map(|id| (id, Joined { how: How::Config, counts: 0 })));
        choose(&mut all, &scans);
        assert_eq!((all[&1].counts, all[&2].counts), (0, SEARCHED));
    }
}
