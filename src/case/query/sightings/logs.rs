//! The logs of pulls: their spans, their gaps and what they leave out.

use rusqlite::{Connection, Row};
use serde::Serialize;

use crate::case::project::ProjectError;
use crate::case::query::time;
use crate::model::id::Id;
use crate::model::pulls::{Distinct, Gap, Part};
use crate::model::time::Micros;
use crate::read::pulls::leaves_out;

/// A log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogRow {
    /// Root and path, as a person would name the place.
    pub source: String,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// The reader's format word.
    pub format: String,
    /// Its earliest record; none where it has none.
    pub first: Option<String>,
    /// Its latest.
    pub last: Option<String>,
    /// Records of images.
    pub records: u64,
    /// Records of other things.
    pub others: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// Silences that are longer than is usual; nothing is known of what was pulled in them.
    pub gaps: Vec<GapRow>,
    /// How many there are; more than are listed where there are very many.
    pub gap_count: u64,
    /// The usual distance of its records, in seconds.
    pub usual_seconds: u64,
    /// How exact its times are, in seconds; 0 for exact ones.
    pub precision_seconds: u64,
    /// How far its clock is to be trusted, in words.
    pub trust: String,
    /// Its records are in the order of time, so that sessions are counted exactly.
    pub ordered: bool,
    /// Different users, or an estimate of them.
    pub users: u64,
    /// Different hosts.
    pub hosts: u64,
    /// The names of its pullers are not kept in the case, only in the evidence.
    pub unnamed: bool,
    /// What logs of this kind never tell, in words.
    pub leaves_out: &'static str,
    /// The same bytes stand in the case from another place, and are counted there.
    pub repeated: bool,
    /// Its number in the projections.
    #[serde(skip)]
    pub id: i64,
    /// The acquisition.
    #[serde(skip)]
    pub acquisition: Id,
    /// The span, in microseconds.
    #[serde(skip)]
    pub span: Option<(Micros, Micros)>,
    /// Where its records stand.
    #[serde(skip)]
    pub parts: Vec<Part>,
    /// The header of a table.
    #[serde(skip)]
    pub columns: String,
}

/// A silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GapRow {
    /// The last record before it, to a minute.
    pub from: String,
    /// The first after it.
    pub to: String,
}

const LOGS: &str = "SELECT l.source, s.acquisition, s.place, s.evidence, s.format, l.since, l.until, l.records, l.others,
    s.rejected, l.gaps, l.gap_count, l.usual, l.precision, l.assumed_utc, l.ordered, l.users, l.hosts, l.unnamed, l.columns,
    l.parts FROM p_pull_log l JOIN p_source s ON s.id = l.source ORDER BY s.place, s.acquisition";

/// All logs, by place.
pub fn logs(conn: &Connection) -> Result<Vec<LogRow>, ProjectError> {
    let mut statement = conn.prepare(LOGS)?;
    let rows = statement.query_map([], |r| Ok((read(r)?, r.get::<_, String>(10)?, r.get::<_, String>(20)?)))?;
    let mut logs: Vec<LogRow> = Vec::new();
    for row in rows {
        let (mut log, gaps, parts) = row?;
        let damaged = |e: serde_json::Error| ProjectError::Damaged(format!("the log {}: {e}", log.source));
        let gaps: Vec<Gap> = serde_json::from_str(&gaps).map_err(damaged)?;
        log.gaps = gaps.iter().map(|gap| GapRow { from: gap.from.rfc3339(), to: gap.to.rfc3339() }).collect();
        log.parts = serde_json::from_str(&parts).map_err(damaged)?;
        log.repeated = log.evidence.is_some() && logs.iter().any(|known| known.evidence == log.evidence);
        logs.push(log);
    }
    Ok(logs)
}

fn read(r: &Row<'_>) -> rusqlite::Result<LogRow> {
    let count = |column| r.get::<_, i64>(column).map(|n| n.max(0) as u64);
    let (since, until): (Option<i64>, Option<i64>) = (r.get(5)?, r.get(6)?);
    let set = |column| r.get::<_, Vec<u8>>(column).map(|bytes| Distinct::of_bytes(&bytes).count().number);
    let format: String = r.get(4)?;
    Ok(LogRow {
        id: r.get(0)?,
        acquisition: Id(r.get(1)?),
        source: r.get(2)?,
        evidence: r.get(3)?,
        leaves_out: leaves_out(&format),
        format,
        first: since.map(time),
        last: until.map(time),
        span: since.zip(until).map(|(since, until)| (Micros(since), Micros(until))),
        records: count(7)?,
        others: count(8)?,
        rejected: count(9)?,
        gaps: Vec::new(),
        gap_count: count(11)?,
        usual_seconds: count(12)? / 1_000_000,
        precision_seconds: count(13)?,
        trust: trust(count(13)?, r.get(14)?),
        ordered: r.get(15)?,
        users: set(16)?,
        hosts: set(17)?,
        unnamed: r.get(18)?,
        columns: r.get(19)?,
        parts: Vec::new(),
        repeated: false,
    })
}

fn trust(precision: u64, assumed_utc: bool) -> String {
    let exact = match precision {
        0 | 1 => String::new(),
        3_600 => ", to an hour".to_owned(),
        86_400 => ", to a day".to_owned(),
        seconds => format!(", to {seconds} s"),
    };
    let zone = if assumed_utc { ", zone assumed UTC" } else { "" };
    format!("the log's own clock{exact}{zone}")
}
