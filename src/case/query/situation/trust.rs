//! How far the picture can be trusted: what was read, what was denied, how old it is.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;

use crate::case::project::ProjectError;
use crate::case::query::time;

/// The number of a pull in `p_sighting.kind`.
const PULL: i64 = 2;

/// What of the inventory can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Trust {
    /// Contexts that were named.
    pub contexts: u64,
    /// Of them, those of which something was read and nothing denied.
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
    /// Logs of pulls.
    pub pull_logs: u64,
    /// Pulls and pushes that they tell of.
    pub pulls: u64,
    /// Pulls that events of nodes and engines tell of: no log, for they forget within hours and tell of no one else.
    pub node_pulls: u64,
    /// Images that a scan report was read of.
    pub scanned: u64,
    /// The oldest source that counts, as a time.
    pub oldest: Option<String>,
    /// Where it is from.
    pub oldest_place: Option<String>,
}

/// What sources tell; what is counted by images is left at 0.
pub(super) fn trust(conn: &Connection) -> Result<Trust, ProjectError> {
    let one =
        |sql: &str| conn.query_row(sql, [], |r| r.get::<_, Option<i64>>(0)).map(|n| n.unwrap_or(0).unsigned_abs());
    let mut trust = sources(conn)?;
    trust.pull_logs = one("SELECT count(*) FROM p_pull_log")?;
    trust.pulls = one("SELECT sum(records) FROM p_pull_log")?;
    trust.node_pulls = one(&format!("SELECT sum(count) FROM p_sighting WHERE kind = {PULL}"))?;
    trust.scanned = one("SELECT count(DISTINCT image) FROM p_scanned")?;
    Ok(trust)
}

fn sources(conn: &Connection) -> Result<Trust, ProjectError> {
    let mut contexts: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    let mut trust = Trust::default();
    let mut oldest: Option<(i64, String)> = None;
    let mut statement = conn.prepare(
        "SELECT c.text, s.status, s.as_of, s.place, s.rejected FROM p_source s JOIN p_text c ON c.id = s.context",
    )?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let (context, status): (String, String) = (r.get(0)?, r.get(1)?);
        let (as_of, place): (i64, String) = (r.get(2)?, r.get(3)?);
        let read = matches!(status.as_str(), "read" | "partial");
        trust.sources_unread += u64::from(status != "read");
        trust.rejected += r.get::<_, i64>(4)?.unsigned_abs();
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
    Ok(trust)
}

/// Running images whose layers were read, or of which a claim names the base (a kind of 0 is not told, 1 a base). It goes through all of them: in a large
/// case this takes longer than everything else here.
pub fn running_base_known(conn: &Connection) -> Result<u64, ProjectError> {
    // By digest where a claim names one; a claim about a tag counts for every image that goes by that name.
    let known = "SELECT d.image AS image FROM p_chain c JOIN p_digest d ON d.id = c.digest
        UNION SELECT d.image FROM p_claim m JOIN p_digest d ON d.id = m.child
              WHERE m.child <> 0 AND m.kind <= 1
        UNION SELECT k.image FROM p_claim m JOIN p_written w ON w.id = m.child_written
              JOIN p_called k ON k.name = w.name WHERE m.child = 0 AND m.kind <= 1 AND k.current > 0";
    let sql = format!("SELECT count(*) FROM ({known}) b JOIN p_image i ON i.id = b.image WHERE i.running > 0");
    Ok(conn.query_row(&sql, [], |r| r.get::<_, i64>(0))?.unsigned_abs())
}
