//! What logs come to, image by image.

use rusqlite::{Connection, Row};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

use super::chosen::Chosen;
use super::inside::{Edges, Inside, certain};
use super::logs::LogRow;
use super::overlap::{self, Overlapping};
use crate::case::project::{ProjectError, sighting_word};
use crate::case::query::time;
use crate::model::indicator::Window;
use crate::model::pulls::{Count, Distinct, Manner, Packed, distinct};
use crate::model::time::Micros;

/// An image in all logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PullRow {
    /// Its canonical name; the digest where no name was told.
    pub image: String,
    /// The digests that logs tell of it, sorted, at most a hundred.
    pub digests: Vec<String>,
    /// Records under its name tell no digest, so that they may be of another image of that name.
    pub digest_untold: bool,
    /// The first pull; none where it was only pushed or asked about.
    pub first_pull: Option<String>,
    /// The last.
    pub last_pull: Option<String>,
    /// Every record of a pull in logs, scanners and copies included, at most so many; where no log names it, the pulls that nodes told of.
    pub total_pulls: u64,
    /// At least so many: logs of the same time may have the same records.
    pub total_pulls_at_least: u64,
    /// Pulls that nodes told of by events. A log may have the same ones, so they are not added to it.
    pub event_pulls: u64,
    /// Runs of pulls by one user and host, with no more than ten minutes between them.
    pub sessions: u64,
    /// False where a log is not in the order of time: then there were at most so many sessions.
    pub sessions_exact: bool,
    /// Different users.
    pub users: u64,
    /// Different hosts.
    pub hosts: u64,
    /// The standard error of both, in thousandths; 0 for exact numbers.
    pub distinct_error: u64,
    /// Pulls within the windows asked about: exact where `in_window_exact`, else at most so many. None without a window.
    pub in_window: Option<u64>,
    /// At least so many.
    pub in_window_at_least: Option<u64>,
    /// Both are the same.
    pub in_window_exact: bool,
    /// Of the pulls, those by scanners.
    pub scanner_pulls: u64,
    /// Of the pulls, those by which another registry took a copy.
    pub replication_pulls: u64,
    /// Questions for a new version (HEAD): no pulls.
    pub version_checks: u64,
    /// Requests for layers: parts of pulls.
    pub layer_requests: u64,
    /// Pushes.
    pub pushes: u64,
    /// The first push.
    pub first_push: Option<String>,
    /// The last.
    pub last_push: Option<String>,
    /// Pushes within the windows, at most.
    pub pushes_in_window: Option<u64>,
}

/// The sums of one image while its rows are read.
#[derive(Debug, Default)]
struct Adding {
    digests: Vec<String>,
    untold: bool,
    pulls: Span,
    events: Span,
    events_inside: Inside,
    nodes: Distinct,
    pushes: Span,
    inside: Inside,
    /// Pulls of logs whose times meet no other's.
    apart: (u64, u64),
    overlapping: Overlapping,
    pushed_inside: Inside,
    sessions: u64,
    unordered: bool,
    users: Distinct,
    hosts: Distinct,
    by_manner: BTreeMap<Manner, u64>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Span {
    count: u64,
    times: Option<(i64, i64)>,
}

impl Span {
    fn add(&mut self, from: i64, to: i64, count: u64) {
        self.count = self.count.saturating_add(count);
        self.times = Some(self.times.map_or((from, to), |(first, last)| (first.min(from), last.max(to))));
    }
}

/// Most digests named of one image.
const DIGESTS: usize = 100;

/// A row of `p_pull`.
pub struct PullSum {
    /// Its number.
    pub id: i64,
    /// The log's number.
    pub source: i64,
    /// Number of the name; 0 where none was told.
    pub name: i64,
    /// The canonical name; empty where none was told.
    pub canonical: String,
    /// Number of the digest, or 0.
    pub digest: i64,
    /// The digest; empty where none was told.
    pub value: String,
    /// Number of the kind of sighting.
    pub kind: i64,
    /// How.
    pub manner: Manner,
    /// First and last, in microseconds.
    pub span: (i64, i64),
    /// How often.
    pub count: u64,
    /// Sessions that began with it.
    pub sessions: u64,
    /// Users.
    pub users: Distinct,
    /// Hosts.
    pub hosts: Distinct,
    /// When.
    pub buckets: Packed,
    /// Seconds of a bucket.
    pub width: u64,
    /// What was added to the buckets' times.
    pub moved: i64,
}

const SUMS: &str =
    "SELECT p.id, p.source, coalesce(w.name, 0), coalesce(n.canonical, ''), p.digest, coalesce(d.value, ''),
    p.kind, p.manner, p.since, p.until, p.count, p.sessions, p.users, p.hosts, p.buckets, p.width, p.moved
    FROM p_pull p LEFT JOIN p_written w ON w.id = p.written LEFT JOIN p_name n ON n.id = w.name
    LEFT JOIN p_digest d ON d.id = p.digest";

impl PullSum {
    fn read(r: &Row<'_>) -> rusqlite::Result<PullSum> {
        let count = |column| r.get::<_, i64>(column).map(|n| n.max(0) as u64);
        Ok(PullSum {
            id: r.get(0)?,
            source: r.get(1)?,
            name: r.get(2)?,
            canonical: r.get(3)?,
            digest: r.get(4)?,
            value: r.get(5)?,
            kind: r.get(6)?,
            manner: Manner::from_number(r.get(7)?),
            span: (r.get(8)?, r.get(9)?),
            count: count(10)?,
            sessions: count(11)?,
            users: Distinct::of_bytes(&r.get::<_, Vec<u8>>(12)?),
            hosts: Distinct::of_bytes(&r.get::<_, Vec<u8>>(13)?),
            buckets: Packed(r.get(14)?),
            width: count(15)?,
            moved: r.get(16)?,
        })
    }

    /// The name, or the digest where there is none.
    fn image(&self) -> &str {
        if self.canonical.is_empty() { &self.value } else { &self.canonical }
    }
}

/// Pulls that nodes told of.
const EVENTS: &str = "SELECT coalesce(w.name, 0), s.digest, coalesce(n.canonical, ''), coalesce(d.value, ''),
    coalesce(s.since, s.until), coalesce(s.until, s.since, s.as_of), s.count, s.host
    FROM p_sighting s LEFT JOIN p_written w ON w.id = s.written LEFT JOIN p_name n ON n.id = w.name
    LEFT JOIN p_digest d ON d.id = s.digest WHERE s.kind = 2";

/// Every image that logs and nodes' events name, or those that are chosen: by name. `edges` has what was counted in the evidence at the
/// windows' ends.
pub fn sums(
    conn: &Connection,
    logs: &[LogRow],
    chosen: Option<&Chosen>,
    windows: &[Window],
    edges: &Edges,
) -> Result<Vec<PullRow>, ProjectError> {
    let mut images: BTreeMap<String, Adding> = BTreeMap::new();
    let groups = overlap::groups(logs);
    let mut statement = conn.prepare(SUMS)?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let row = PullSum::read(r)?;
        let Some(log) = logs.iter().find(|log| log.id == row.source && !log.repeated) else { continue };
        if chosen.is_none_or(|chosen| chosen.has(row.name, row.digest).is_some()) {
            images.entry(row.image().to_owned()).or_default().add(
                &row,
                (log, groups.get(&log.id).copied()),
                windows,
                edges,
            );
        }
    }
    let mut statement = conn.prepare(EVENTS)?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let (name, digest): (i64, i64) = (r.get(0)?, r.get(1)?);
        let (canonical, value): (String, String) = (r.get(2)?, r.get(3)?);
        if chosen.is_none_or(|chosen| chosen.has(name, digest).is_some()) {
            let image = if canonical.is_empty() { &value } else { &canonical };
            let adding = images.entry(image.clone()).or_default();
            adding.event((r.get(4)?, r.get(5)?), r.get::<_, i64>(6)?.unsigned_abs(), &r.get::<_, String>(7)?, windows);
        }
    }
    let asked = !windows.is_empty();
    Ok(images.into_iter().map(|(image, adding)| adding.row(image, asked)).collect())
}

/// Numbers of kinds of sightings, as in `p_sighting.kind`.
const PULL: i64 = 2;
const PUSH: i64 = 3;

impl Adding {
    /// Takes a row of a log, and the group of logs that tell of the same time.
    fn add(&mut self, row: &PullSum, (log, group): (&LogRow, Option<usize>), windows: &[Window], edges: &Edges) {
        if row.value.is_empty() {
            self.untold |= row.manner.is_transfer();
        } else if !self.digests.contains(&row.value) && self.digests.len() < DIGESTS {
            self.digests.push(row.value.clone());
        }
        let (from, to) = row.span;
        match row.kind {
            PULL => {
                self.pulls.add(from, to, row.count);
                let inside = certain(row, log, windows, edges);
                self.inside.add(&inside);
                match group {
                    Some(group) => self.overlapping.add(group, row, &inside),
                    None => self.apart = (self.apart.0 + row.count, self.apart.1 + inside.least),
                }
                self.sessions += row.sessions;
                self.unordered |= !log.ordered;
                *self.by_manner.entry(row.manner).or_default() += row.count;
            }
            PUSH => {
                self.pushes.add(from, to, row.count);
                self.pushed_inside.add(&certain(row, log, windows, edges));
            }
            _ => *self.by_manner.entry(row.manner).or_default() += row.count,
        }
        if row.kind == PULL {
            self.users.merge(&row.users, distinct::MOST);
            self.hosts.merge(&row.hosts, distinct::MOST);
        }
    }

    /// Takes an event that may stand for several pulls between two moments; without the first, nobody told when it was, only
    /// that it was by the last.
    fn event(&mut self, (from, to): (Option<i64>, i64), count: u64, host: &str, windows: &[Window]) {
        match from {
            Some(from) => self.events.add(from, to, count),
            None => self.events.count = self.events.count.saturating_add(count),
        }
        let (first, last) = (Micros(from.unwrap_or(i64::MIN)), Micros(to));
        if windows.iter().any(|window| window.meets(first, last)) {
            let whole = windows.iter().any(|window| window.holds(first) && window.holds(last));
            self.events_inside.add(&Inside { least: if whole { count } else { 0 }, most: count });
        }
        if !host.is_empty() {
            self.nodes.add(distinct::hash(host.as_bytes()), distinct::MOST);
        }
    }

    fn row(mut self, image: String, asked: bool) -> PullRow {
        let event_pulls = self.events.count;
        let (certain, certain_inside) = self.overlapping.certain();
        let mut at_least = self.apart.0.saturating_add(certain);
        self.inside.least = self.apart.1.saturating_add(certain_inside);
        if self.pulls.count == 0 {
            (self.pulls, self.inside, self.hosts) = (self.events, self.events_inside, std::mem::take(&mut self.nodes));
            at_least = event_pulls;
        }
        self.digests.sort_unstable();
        let manner = |manner| self.by_manner.get(&manner).copied().unwrap_or(0);
        let (users, hosts): (Count, Count) = (self.users.count(), self.hosts.count());
        let first = |span: Span| span.times.map(|(first, _)| time(first));
        let last = |span: Span| span.times.map(|(_, last)| time(last));
        PullRow {
            digest_untold: self.untold,
            first_pull: first(self.pulls),
            last_pull: last(self.pulls),
            total_pulls: self.pulls.count,
            total_pulls_at_least: at_least.min(self.pulls.count),
            event_pulls,
            sessions: self.sessions,
            sessions_exact: !self.unordered,
            users: users.number,
            hosts: hosts.number,
            distinct_error: users.error.max(hosts.error),
            in_window: asked.then_some(self.inside.most),
            in_window_at_least: asked.then_some(self.inside.least),
            in_window_exact: self.inside.least == self.inside.most,
            scanner_pulls: manner(Manner::Scanner),
            replication_pulls: manner(Manner::Replication),
            version_checks: manner(Manner::VersionCheck),
            layer_requests: manner(Manner::Layer),
            pushes: self.pushes.count,
            first_push: first(self.pushes),
            last_push: last(self.pushes),
            pushes_in_window: asked.then_some(self.pushed_inside.most),
            digests: self.digests,
            image,
        }
    }
}

/// The rows of a log by what they are of: name and digest as written, kind and manner.
pub fn rows_of(conn: &Connection, log: &LogRow) -> Result<RowsOf, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT coalesce(w.text, ''), coalesce(d.value, ''), p.kind, p.manner, p.id, p.width, p.moved FROM p_pull p
         LEFT JOIN p_written w ON w.id = p.written LEFT JOIN p_digest d ON d.id = p.digest WHERE p.source = ?1",
    )?;
    let mut rows = statement.query([log.id])?;
    let mut found = RowsOf::default();
    while let Some(r) = rows.next()? {
        let key = (r.get(0)?, r.get(1)?, sighting_word(r.get(2)?), Manner::from_number(r.get(3)?));
        found.ids.insert(key, r.get(4)?);
        found.buckets = (r.get::<_, i64>(5)?.max(1).unsigned_abs(), r.get(6)?);
    }
    Ok(found)
}

/// See [`rows_of`].
#[derive(Debug, Default)]
pub struct RowsOf {
    /// Numbers of rows.
    pub ids: HashMap<(String, String, &'static str, Manner), i64>,
    /// Seconds of a bucket, and what was added to its time; the same in all rows of a log.
    pub buckets: (u64, i64),
}

/// First and last moment of a stretch that is wholly or partly asked about.
pub(super) type Stretch = (Micros, Micros);
