//! The timeline for Timesketch, as JSON lines and as CSV.
//!
//! Rules of its importer (`docs/guides/user/import-from-json-csv.md`, `timesketch/lib/utils.py`): `message`, `datetime` and
//! `timestamp_desc` are mandatory; `timestamp` is microseconds and is written beside `datetime`, because one importer works
//! out the one and the other the other; a time with a zone and six decimals is read alike everywhere; rows of years before
//! 1700 or after 9999 vanish without a word there, so they are kept out here and said.

use std::borrow::Cow;
use std::io::Write;

use chrono::Datelike as _;
use serde::Serialize;

use super::model::{Entry, Lane, Report};
use super::{Written, csv};

/// Bytes of a message: longer fields cannot be searched there.
const LONGEST: usize = 32_000;

/// The columns, mandatory ones in front.
const COLUMNS: [&str; 16] = [
    "message",
    "datetime",
    "timestamp",
    "timestamp_desc",
    "tag",
    "case_id",
    "event_id",
    "image_ref",
    "image_digest",
    "lane",
    "actor",
    "source",
    "evidence_sha256",
    "tlp",
    "discovered_at",
    "retracted",
];

/// One row.
#[derive(Serialize)]
struct Line<'r> {
    message: Cow<'r, str>,
    datetime: String,
    timestamp: i64,
    timestamp_desc: &'static str,
    tag: Vec<&'static str>,
    case_id: &'r str,
    event_id: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    image_ref: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    image_digest: &'r str,
    lane: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    actor: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    source: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    evidence_sha256: &'r str,
    tlp: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    discovered_at: String,
    retracted: bool,
}

/// Writes JSON lines.
pub fn jsonl(report: &Report, to: &mut dyn Write) -> Written {
    for line in lines(report) {
        serde_json::to_writer(&mut *to, &line)?;
        to.write_all(b"\n")?;
    }
    Ok(())
}

/// Writes CSV.
pub fn write_csv(report: &Report, to: &mut dyn Write) -> Written {
    csv::line(COLUMNS.into_iter().map(Cow::Borrowed), to)?;
    for line in lines(report) {
        let tags = serde_json::to_string(&line.tag)?;
        let cells = [
            line.message,
            line.datetime.into(),
            line.timestamp.to_string().into(),
            line.timestamp_desc.into(),
            tags.into(),
            line.case_id.into(),
            line.event_id.into(),
            line.image_ref.into(),
            line.image_digest.into(),
            line.lane.into(),
            line.actor.into(),
            line.source.into(),
            line.evidence_sha256.into(),
            line.tlp.into(),
            line.discovered_at.into(),
            line.retracted.to_string().into(),
        ];
        csv::line(cells.into_iter(), to)?;
    }
    Ok(())
}

/// How many entries have a time that Timesketch cannot take.
pub fn dropped(report: &Report) -> usize {
    report.timeline.iter().filter(|entry| time(entry.at.datetime()).is_none()).count()
}

fn lines(report: &Report) -> impl Iterator<Item = Line<'_>> {
    report.timeline.iter().filter_map(|entry| line(report, entry))
}

fn line<'r>(report: &'r Report, entry: &'r Entry) -> Option<Line<'r>> {
    let datetime = time(entry.at.datetime())?;
    let or_empty = |text: &'r Option<String>| text.as_deref().unwrap_or_default();
    Some(Line {
        message: cut(&entry.text),
        datetime,
        timestamp: entry.at.0,
        timestamp_desc: match entry.lane {
            Lane::Happened => "Incident",
            Lane::Learned => "Discovery",
            Lane::Did => "Response",
        },
        tag: [entry.retracted.then_some("retracted"), entry.marking.privileged.then_some("privileged")]
            .into_iter()
            .flatten()
            .collect(),
        case_id: &report.header.case,
        event_id: &entry.id,
        image_ref: or_empty(&entry.image),
        image_digest: or_empty(&entry.digest),
        lane: entry.lane.as_str(),
        actor: &entry.author,
        source: &entry.source,
        evidence_sha256: or_empty(&entry.evidence),
        tlp: entry.marking.tlp.unwrap_or(report.header.case_tlp).shown(),
        discovered_at: entry.discovered.and_then(|at| time(at.datetime())).unwrap_or_default(),
        retracted: entry.retracted,
    })
}

/// RFC 3339 with six decimals and an offset, for years that are not dropped there.
fn time(at: Option<chrono::DateTime<chrono::Utc>>) -> Option<String> {
    let at = at.filter(|at| (1_700..=9_999).contains(&at.year()))?;
    Some(at.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string())
}

/// At most [`LONGEST`] bytes, between characters.
fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST {
        return Cow::Borrowed(text);
    }
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= LONGEST).last().unwrap_or(0);
    Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default()))
}
