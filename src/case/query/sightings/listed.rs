//! Sightings one by one: who saw what, where and when.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::chosen::Chosen;
use super::logs::LogRow;
use super::of_image::first_time;
use crate::case::project::{ProjectError, sighting_word};
use crate::case::query::image::Locator;
use crate::case::query::time;
use crate::model::pulls::Manner;
use crate::model::reference::Reference;

/// One sighting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// The name as written; empty where only a digest was told.
    pub what: String,
    /// The digest; none where only the name was told.
    pub digest: Option<String>,
    /// The cluster and the node for what was seen on machines, the registry for what a log tells; empty where not told.
    #[serde(rename = "where")]
    pub place: String,
    /// The first time; none for a pull or push of which no time is told: it was not later than the last.
    pub from: Option<String>,
    /// The last time.
    pub to: String,
    /// `running`, `pull`, `push`, `cache`, `record`.
    pub kind: &'static str,
    /// How it came about, where a log tells: `ordinary`, `scanner`, `replication`, `version-check`, `layer`.
    pub manner: Option<&'static str>,
    /// How often.
    pub count: i64,
    /// The account; none where none was told. Personal data.
    pub user: Option<String>,
    /// The machine or address; none where none was told. Personal data where a log tells it.
    pub host: Option<String>,
    /// How far the times are to be trusted, in words.
    pub trust: String,
    /// False where only a name was told that the digest asked for went by too: it may have been another one.
    pub certain: bool,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands there; for a sum, where the first of its records does.
    pub locator: Option<Locator>,
}

const SEEN: &str =
    "SELECT w.text, d.value, c.text, coalesce(s.since, s.until, s.as_of), coalesce(s.until, s.since, s.as_of),
    s.kind, s.count, s.user, s.host, s.since IS NULL AND s.until IS NULL, e.evidence, s.pointer, s.offset, s.length,
    coalesce(w.name, 0), s.digest, s.kind IN (2, 3) FROM p_sighting s LEFT JOIN p_written w ON w.id = s.written
    LEFT JOIN p_digest d ON d.id = s.digest JOIN p_text c ON c.id = s.context JOIN p_source e ON e.id = s.source
    ORDER BY 4, s.host, w.text, s.kind, s.key";

const RAN: &str = "SELECT w.text, d.value, c.text, u.started, coalesce(u.ran_to, u.last_seen), coalesce(h.text, ''),
    e.evidence, u.item, u.offset, u.length, u.name, u.digest FROM p_use u JOIN p_object o ON o.id = u.object
    JOIN p_written w ON w.id = u.written LEFT JOIN p_digest d ON d.id = u.digest LEFT JOIN p_text c ON c.id = o.context
    LEFT JOIN p_text h ON h.id = o.node JOIN p_source e ON e.id = u.source
    WHERE u.hidden = 0 AND u.started IS NOT NULL AND (u.digest IN (SELECT value FROM json_each(?1))
    OR u.name IN (SELECT value FROM json_each(?2))) ORDER BY u.started, h.text, w.text, u.item";

const PULLED: &str = "SELECT coalesce(w.text, ''), d.value, p.since, p.until, p.kind, p.manner, p.count, e.evidence, p.pointer,
    p.offset, p.length, coalesce(w.name, 0), p.digest, p.source, u.user, u.host, u.since, u.until, u.count, u.offset, u.length FROM p_pull p
    LEFT JOIN p_written w ON w.id = p.written LEFT JOIN p_digest d ON d.id = p.digest JOIN p_source e ON e.id = p.source
    LEFT JOIN p_puller u ON u.pull = p.id ORDER BY coalesce(u.since, p.since), w.text, d.value, p.kind, p.manner, u.user, u.host,
    e.acquisition";

/// Sightings, the earliest first, at most so many, and how many there are in all. Containers that ran are among them only
/// where something is chosen.
pub fn listed(
    conn: &Connection,
    logs: &[LogRow],
    chosen: Option<&Chosen>,
    most: usize,
) -> Result<(Vec<Seen>, usize), ProjectError> {
    let mut found = Found { seen: Vec::new(), total: 0, most: most.saturating_mul(3), chosen };
    let mut statement = conn.prepare(SEEN)?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        found.take(r.get(14)?, r.get(15)?, |certain| seen(r, certain))?;
    }
    if let Some(chosen) = chosen {
        let list = |numbers: &std::collections::BTreeSet<i64>| serde_json::to_string(numbers).unwrap_or_default();
        let mut statement = conn.prepare(RAN)?;
        let mut rows = statement.query([list(&chosen.digests), list(&chosen.names)])?;
        while let Some(r) = rows.next()? {
            found.take(r.get(10)?, r.get(11)?, |certain| ran(r, certain))?;
        }
    }
    let mut statement = conn.prepare(PULLED)?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let source: i64 = r.get(13)?;
        if let Some(log) = logs.iter().find(|log| log.id == source && !log.repeated) {
            found.take(r.get(11)?, r.get(12)?, |certain| pulled(r, log, certain))?;
        }
    }
    let Found { mut seen, total, .. } = found;
    let first = |row: &Seen| row.from.clone().unwrap_or_else(|| row.to.clone());
    seen.sort_by(|a, b| (first(a), &a.what, &a.digest, a.kind).cmp(&(first(b), &b.what, &b.digest, b.kind)));
    seen.truncate(most);
    Ok((seen, total))
}

struct Found<'c> {
    seen: Vec<Seen>,
    total: usize,
    most: usize,
    chosen: Option<&'c Chosen>,
}

impl Found<'_> {
    fn take(
        &mut self,
        name: i64,
        digest: i64,
        read: impl FnOnce(bool) -> rusqlite::Result<Seen>,
    ) -> Result<(), ProjectError> {
        let certain = match self.chosen {
            None => true,
            Some(chosen) => match chosen.has(name, digest) {
                Some(certain) => certain,
                None => return Ok(()),
            },
        };
        self.total += 1;
        if self.seen.len() < self.most {
            self.seen.push(read(certain)?);
        }
        Ok(())
    }
}

fn told(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn seen(r: &Row<'_>, certain: bool) -> rusqlite::Result<Seen> {
    let host: String = r.get(8)?;
    let context: String = r.get(2)?;
    let (untimed, done): (bool, bool) = (r.get(9)?, r.get(16)?);
    let trust = match (untimed, done) {
        (true, true) => "no time told: not later than the evidence",
        (true, false) => "no time told: that of the evidence",
        (false, _) => "the source's own clock",
    };
    Ok(Seen {
        what: r.get::<_, Option<String>>(0)?.unwrap_or_default(),
        digest: r.get(1)?,
        place: joined(&context, &host),
        from: first_time(untimed && done, r.get(3)?),
        to: time(r.get(4)?),
        kind: sighting_word(r.get(5)?),
        manner: None,
        count: r.get(6)?,
        user: told(r.get(7)?),
        host: told(host),
        trust: trust.to_owned(),
        certain,
        evidence: r.get(10)?,
        locator: Some(Locator { pointer: r.get(11)?, offset: r.get(12)?, length: r.get(13)? }),
    })
}

fn ran(r: &Row<'_>, certain: bool) -> rusqlite::Result<Seen> {
    let host: String = r.get(5)?;
    let context = r.get::<_, Option<String>>(2)?.unwrap_or_default();
    Ok(Seen {
        what: r.get(0)?,
        digest: r.get(1)?,
        place: joined(&context, &host),
        from: Some(time(r.get(3)?)),
        to: time(r.get(4)?),
        kind: "running",
        manner: None,
        count: 1,
        user: None,
        host: told(host),
        trust: "the container's start by its node's clock".to_owned(),
        certain,
        evidence: r.get(6)?,
        locator: Some(Locator { pointer: r.get(7)?, offset: r.get(8)?, length: r.get(9)? }),
    })
}

fn pulled(r: &Row<'_>, log: &LogRow, certain: bool) -> rusqlite::Result<Seen> {
    let what: String = r.get(0)?;
    let registry = Reference::parse(&what).ok().map(|name| name.registry().to_owned());
    let (user, host): (Option<String>, Option<String>) = (r.get(14)?, r.get(15)?);
    let (from, to): (Option<i64>, Option<i64>) = (r.get(16)?, r.get(17)?);
    let count: Option<i64> = r.get(18)?;
    let locator = match r.get::<_, Option<i64>>(19)? {
        Some(offset) => Locator { pointer: String::new(), offset, length: r.get(20)? },
        None => Locator { pointer: r.get(8)?, offset: r.get(9)?, length: r.get(10)? },
    };
    Ok(Seen {
        place: registry.unwrap_or_default(),
        what,
        digest: r.get(1)?,
        from: Some(time(from.map_or_else(|| r.get(2), Ok)?)),
        to: time(to.map_or_else(|| r.get(3), Ok)?),
        kind: sighting_word(r.get(4)?),
        manner: Some(Manner::from_number(r.get(5)?).as_str()),
        count: count.map_or_else(|| r.get(6), Ok)?,
        user: user.and_then(told),
        host: host.and_then(told),
        trust: log.trust.clone(),
        certain,
        evidence: r.get(7)?,
        locator: Some(locator),
    })
}

fn joined(context: &str, host: &str) -> String {
    match (context, host) {
        ("", host) => host.to_owned(),
        (context, "") => context.to_owned(),
        (context, host) => format!("{context}/{host}"),
    }
}
