//! The case in the numbers of its first screen: what is in use, what of it is touched, and how far that can be trusted.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;

use super::reached::says_production;
use super::totals::{Totals, totals};
use super::verdicts::tally;
use super::{sources, time};
use crate::case::project::ProjectError;
use crate::model::verdict::Verdict;

/// The number of a pull in `p_sighting.kind`.
const PULL: i64 = 2;

/// One verdict with its images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictRow {
    /// The word.
    pub verdict: &'static str,
    /// Images that have it.
    pub images: u64,
    /// Of them, those that run.
    pub running: u64,
}

/// What of the inventory can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Trust {
    /// Contexts that were named.
    pub contexts: u64,
    /// Of them, those of which something was read.
    pub contexts_read: u64,
    /// Of them, those of which something was denied.
    pub contexts_denied: u64,
    /// Sources that were read only in part, not recognised, or failed.
    pub sources_unread: u64,
    /// Rows and fields that were not understood.
    pub rejected: u64,
    /// Places that run.
    pub running: u64,
    /// Of them, those whose digest is known.
    pub running_digest_known: u64,
    /// Images that run.
    pub images_running: u64,
    /// Of them, those whose layers or base are known.
    pub running_base_known: u64,
    /// Pulls that logs tell of.
    pub pulls: u64,
    /// Images that a scan report names.
    pub scanned: u64,
    /// The oldest source that counts, as a time.
    pub oldest: Option<String>,
    /// Where it is from.
    pub oldest_place: Option<String>,
}

/// The numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Numbers {
    /// The inventory.
    pub totals: Totals,
    /// Verdicts, the worst first; empty without an open indicator.
    pub verdicts: Vec<VerdictRow>,
    /// Images by registry.
    pub registries: BTreeMap<String, u64>,
    /// What can be trusted.
    pub trust: Trust,
    /// Running images that are BAD or SUSPECT.
    pub running_suspect: u64,
    /// Images that are BAD or SUSPECT.
    pub suspect: u64,
    /// Running images that are NOT KNOWN.
    pub running_not_known: u64,
    /// Running images that have a verdict.
    pub running_judged: u64,
    /// Workloads that run.
    pub workloads_running: u64,
    /// Of them, those where context or namespace says production.
    pub workloads_production: u64,
}

/// Counts all of it.
pub fn numbers(conn: &Connection) -> Result<Numbers, ProjectError> {
    let one =
        |sql: &str| conn.query_row(sql, [], |r| r.get::<_, Option<i64>>(0)).map(|n| n.unwrap_or(0).unsigned_abs());
    let verdicts = tally(conn)?;
    let of = |wanted: &dyn Fn(Verdict) -> bool, running: bool| -> u64 {
        let of = verdicts.iter().filter(|(verdict, ..)| wanted(*verdict));
        of.map(|(_, images, runs)| if running { *runs } else { *images }).sum()
    };
    let mut registries = BTreeMap::new();
    let mut statement = conn.prepare("SELECT registry, count(*) FROM p_image GROUP BY registry ORDER BY registry")?;
    for row in statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)))? {
        let (registry, images) = row?;
        registries.insert(registry, images.unsigned_abs());
    }
    let (workloads_running, workloads_production) = workloads(conn)?;
    Ok(Numbers {
        totals: totals(conn)?,
        suspect: of(&|verdict| verdict >= Verdict::Suspect, false),
        running_suspect: of(&|verdict| verdict >= Verdict::Suspect, true),
        running_not_known: of(&|verdict| verdict == Verdict::NotKnown, true),
        running_judged: of(&|_| true, true),
        verdicts: verdicts
            .iter()
            .map(|(verdict, images, running)| VerdictRow {
                verdict: verdict.as_str(),
                images: *images,
                running: *running,
            })
            .collect(),
        registries,
        trust: trust(conn)?,
        workloads_running,
        workloads_production,
    })
}

/// Workloads that run, and those of them where context or namespace says production. A workload has one of each.
fn workloads(conn: &Connection) -> Result<(u64, u64), ProjectError> {
    let mut statement = conn.prepare(
        "SELECT c.text, n.text, count(DISTINCT r.workload) FROM p_reach r JOIN p_text c ON c.id = r.context
         JOIN p_text n ON n.id = r.namespace WHERE r.workload <> 0 AND r.running > 0 GROUP BY r.context, r.namespace",
    )?;
    let (mut running, mut production) = (0, 0);
    let rows =
        statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?)))?;
    for row in rows {
        let (context, namespace, count) = row?;
        running += count.unsigned_abs();
        if says_production(&context) || says_production(&namespace) {
            production += count.unsigned_abs();
        }
    }
    Ok((running, production))
}

fn trust(conn: &Connection) -> Result<Trust, ProjectError> {
    let one =
        |sql: &str| conn.query_row(sql, [], |r| r.get::<_, Option<i64>>(0)).map(|n| n.unwrap_or(0).unsigned_abs());
    let mut contexts: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    let mut trust = Trust::default();
    let mut oldest: Option<(i64, String)> = None;
    let mut statement = conn.prepare(
        "SELECT c.text, s.status, s.as_of, s.place, s.rejected FROM p_source s JOIN p_text c ON c.id = s.context",
    )?;
    let rows = statement.query_map([], |r| {
        Ok((
            r.get::<_, String>(0)?,
            r.get::<_, String>(1)?,
            r.get::<_, i64>(2)?,
            r.get::<_, String>(3)?,
            r.get::<_, i64>(4)?,
        ))
    })?;
    for row in rows {
        let (context, status, as_of, place, rejected) = row?;
        let read = matches!(status.as_str(), "read" | "partial");
        trust.sources_unread += u64::from(status != "read");
        trust.rejected += rejected.unsigned_abs();
        if read && oldest.as_ref().is_none_or(|(at, name)| (as_of, &place) < (*at, name)) {
            oldest = Some((as_of, place));
        }
        if !context.is_empty() {
            let known = contexts.entry(context).or_default();
            *known = (known.0 || read, known.1 || status == "denied");
        }
    }
    trust.contexts = contexts.len() as u64;
    trust.contexts_read = contexts.values().filter(|(read, denied)| *read && !*denied).count() as u64;
    trust.contexts_denied = contexts.values().filter(|(_, denied)| *denied).count() as u64;
    if let Some((at, place)) = oldest {
        (trust.oldest, trust.oldest_place) = (Some(time(at)), Some(place));
    }
    trust.running = one("SELECT sum(running) FROM p_image")?;
    trust.running_digest_known = one("SELECT sum(running) FROM p_image WHERE resolved = 1")?;
    trust.images_running = one("SELECT count(*) FROM p_image WHERE running > 0")?;
    trust.running_base_known = one(
        "SELECT count(DISTINCT i.id) FROM p_image i JOIN p_digest d ON d.image = i.id JOIN p_chain c ON c.digest = d.id \
         WHERE i.running > 0",
    )?;
    trust.pulls = one(&format!("SELECT sum(count) FROM p_sighting WHERE kind = {}", PULL))?;
    let bit = crate::model::fact::Role::Scan.bit();
    trust.scanned = one(&format!("SELECT count(*) FROM p_image WHERE roles & {bit} <> 0"))?;
    Ok(trust)
}

/// The newest sources, the newest first: place, format, when, facts, rejected.
pub fn newest(conn: &Connection, most: usize) -> Result<Vec<sources::SourceRow>, ProjectError> {
    let mut rows = sources::sources(conn)?;
    rows.sort_by(|a, b| b.acquired.cmp(&a.acquired).then_with(|| a.place.cmp(&b.place)));
    rows.truncate(most);
    Ok(rows)
}
