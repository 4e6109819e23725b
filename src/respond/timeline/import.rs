//! Timelines of other programs: Timesketch's CSV and JSONL, and any CSV whose columns somebody names.
//!
//! What cannot be understood is left out and counted, with its line and the reason; a time without a zone is of the zone
//! that was said, which Timesketch itself does not hold to (its CSV is UTC, its JSONL the server's zone).

use chrono_tz::Tz;
use serde_json::Value;
use std::collections::BTreeMap;

use super::zoned::stated;
use crate::model::entry::{Imported, Lane};
use crate::model::reading::Reject;
use crate::model::text::scrub;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;
use crate::respond::table::Table;

/// Entries that one file may have.
const MOST: usize = 200_000;
/// Rejects that are told one by one; the rest is counted.
const TOLD: usize = 200;
/// The longest text, in bytes: Timesketch finds nothing in longer ones.
const LONGEST: usize = 32_000;
/// Years that a timeline can speak of.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// What the columns of a CSV are called, and how its times are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Field to column: `message`, `datetime`, `kind`, `lane`, `discovered`, `tlp`.
    pub named: BTreeMap<String, String>,
    /// The lane of what tells none.
    pub lane: Lane,
    /// The zone of times without an offset.
    pub zone: Tz,
    /// Seconds by which the clock of the source runs ahead.
    pub skew: i64,
}

impl Columns {
    /// Fields that a column can be named for.
    pub const FIELDS: [&str; 6] = ["message", "datetime", "kind", "lane", "discovered", "tlp"];

    /// The column of a field: the named one, else what Timesketch calls it.
    fn of<'c>(&'c self, field: &'c str) -> &'c str {
        let own = match field {
            "kind" => "timestamp_desc",
            "discovered" => "discovered_at",
            field => field,
        };
        self.named.get(field).map_or(own, String::as_str)
    }
}

/// What a file came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Import {
    /// The entries, in the order of the file.
    pub entries: Vec<Imported>,
    /// What was left out, the first of them.
    pub rejects: Vec<Reject>,
    /// How many were left out.
    pub rejected: u64,
    /// Entries with a label that cannot be read: they are RED, for what is unknown is not safe.
    pub unread_labels: u64,
}

/// Why a file is refused whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No header.
    #[error("no header and no JSON: the first line names the columns, or each line is a JSON object")]
    Header,
    /// A column is missing.
    #[error("there is no column `{column}` for {field}; it has {found}; name it with --map {field}=COLUMN")]
    Column {
        /// What it is for.
        field: &'static str,
        /// What it is called.
        column: String,
        /// The columns there are.
        found: String,
    },
    /// Too long.
    #[error("more than {MOST} entries; import it in parts")]
    Many,
}

/// Reads a file.
pub fn read(text: &str, columns: &Columns) -> Result<Import, ImportError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{') { json_lines(text, columns) } else { csv(text, columns) }
}

fn json_lines(text: &str, columns: &Columns) -> Result<Import, ImportError> {
    let mut import = Import::default();
    for (line, row) in (1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()) {
        let entry = match serde_json::from_str::<Value>(row) {
            Ok(Value::Object(fields)) => {
                let get = |field: &str| match fields.get(columns.of(field)) {
                    Some(Value::String(text)) => text.clone(),
                    Some(Value::Null) | None => String::new(),
                    Some(other) => other.to_string(),
                };
                let micros = fields.get("timestamp").and_then(Value::as_i64);
                entry(&get, micros, line, columns)
            }
            Ok(_) => Err("no JSON object".to_owned()),
            Err(error) => Err(format!("no JSON: {error}")),
        };
        import.take(line, entry)?;
    }
    Ok(import)
}

fn csv(text: &str, columns: &Columns) -> Result<Import, ImportError> {
    let table = Table::read(text, MOST).ok_or(ImportError::Header)?;
    if table.more {
        return Err(ImportError::Many);
    }
    let mut places = BTreeMap::new();
    for field in Columns::FIELDS {
        match table.place(columns.of(field)) {
            Some(at) => drop(places.insert(field, at)),
            None if matches!(field, "message" | "datetime") || columns.named.contains_key(field) => {
                let shown: Vec<String> =
                    table.names.iter().map(|name| scrub(name).chars().take(40).collect()).collect();
                let found = shown.join(", ").chars().take(300).collect();
                return Err(ImportError::Column { field, column: columns.of(field).to_owned(), found });
            }
            None => {}
        }
    }
    let mut import = Import::default();
    for (line, cells) in &table.rows {
        let get = |field: &str| places.get(field).and_then(|at| cells.get(*at)).cloned().unwrap_or_default();
        import.take(*line, entry(&get, None, *line, columns))?;
    }
    Ok(import)
}

impl Import {
    fn take(&mut self, line: u64, entry: Result<(Imported, bool), String>) -> Result<(), ImportError> {
        match entry {
            Ok((entry, unread)) if self.entries.len() < MOST => {
                self.entries.push(entry);
                self.unread_labels += u64::from(unread);
            }
            Ok(_) => return Err(ImportError::Many),
            Err(reason) => {
                self.rejected += 1;
                if self.rejects.len() < TOLD {
                    self.rejects.push(Reject { locator: format!("line:{line}"), reason });
                }
            }
        }
        Ok(())
    }
}

/// One entry by its fields, and whether its label could not be read.
fn entry(
    get: &dyn Fn(&str) -> String,
    micros: Option<i64>,
    line: u64,
    columns: &Columns,
) -> Result<(Imported, bool), String> {
    let text = get("message");
    if text.trim().is_empty() {
        return Err("no message".to_owned());
    }
    if text.len() > LONGEST {
        return Err(format!("the message has {} bytes; {LONGEST} is the most", text.len()));
    }
    let written = get("datetime");
    let at = time(&written, columns.zone).or_else(|| micros.filter(|_| written.trim().is_empty()).map(Micros));
    let at = at.ok_or_else(|| match written.trim() {
        "" => "no datetime".to_owned(),
        other => format!("`{}` is no time", scrub(other).chars().take(40).collect::<String>()),
    })?;
    let at = Micros(at.0.saturating_sub(columns.skew.saturating_mul(1_000_000)));
    let year = at.datetime().map(|at| chrono::Datelike::year(&at));
    if !year.is_some_and(|year| YEARS.contains(&year)) {
        return Err("a year before 1970 or after 9999".to_owned());
    }
    let lane = get("lane");
    let lane = match lane.trim() {
        "" => columns.lane,
        word => Lane::parse(word).ok_or_else(|| format!("`{}` is no lane", scrub(word)))?,
    };
    let (tlp, unread) = label(&get("tlp"));
    let entry = Imported {
        lane,
        at,
        written: if written.is_empty() { at.rfc3339() } else { written },
        discovered: discovered(&get("discovered"), columns.zone)?,
        kind: get("kind"),
        text,
        tlp,
        line,
    };
    Ok((entry, unread))
}

/// The label of a cell, and whether it could not be read. What cannot be read may be any label, so it is the strictest.
fn label(written: &str) -> (Option<Tlp>, bool) {
    match Tlp::meant(written) {
        None if written.trim().is_empty() => (None, false),
        None => (Some(Tlp::Red), true),
        read => (read, false),
    }
}

/// When it came to light; a cell that says something else than a time is not taken for an empty one.
fn discovered(written: &str, zone: Tz) -> Result<Option<Micros>, String> {
    match time(written, zone) {
        None if !written.trim().is_empty() => Err(format!(
            "it came to light at `{}`, which is no time",
            scrub(written).chars().take(40).collect::<String>()
        )),
        at => Ok(at),
    }
}

/// A time that tells its day: a file has none of its own.
fn time(written: &str, zone: Tz) -> Option<Micros> {
    let written = written.trim();
    (written.len() >= 10).then(|| stated(written, Micros(0), zone)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns() -> Columns {
        Columns { named: BTreeMap::new(), lane: Lane::Happened, zone: Tz::UTC, skew: 0 }
    }

    #[test]
    fn timesketch_csv_and_jsonl_say_the_same() {
        let csv = "message,datetime,timestamp,timestamp_desc,tag\n\
                   \"tag moved, \"\"again\"\"\",2026-03-23T10:15:30.000000+00:00,1774260930000000,Registry push,\"[\"\"P0\"\"]\"\n";
        let json = r#"{"message":"tag moved, \"again\"","datetime":"2026-03-23T10:15:30.000000+00:00","timestamp":1,"timestamp_desc":"Registry push"}"#;
        let (a, b) = (read(csv, &columns()).unwrap(), read(json, &columns()).unwrap());
        assert_eq!((a.entries.len(), a.rejected, b.rejected), (1, 0, 0));
        assert_eq!(a.entries[0].at, Micros(1_774_260_930_000_000));
        assert_eq!(
            (&a.entries[0].text, &a.entries[0].kind, a.entries[0].at),
            (&b.entries[0].text, &b.entries[0].kind, b.entries[0].at)
        );
        assert_eq!((a.entries[0].line, b.entries[0].line), (2, 1));
    }

    #[test]
    fn rejects_are_counted_and_named_by_line() {
        let csv = "message,datetime\nok,2026-03-17T02:00:00Z\n,2026-03-17\nx,yesterday\nx,0001-01-01\ny,\n\"two\nlines\",2026-03-17\nz,?\n";
        let import = read(csv, &columns()).unwrap();
        assert_eq!((import.entries.len(), import.rejected), (2, 5));
        let told: Vec<(&str, &str)> = import.rejects.iter().map(|r| (r.locator.as_str(), r.reason.as_str())).collect();
        assert_eq!(
            told,
            [
                ("line:3", "no message"),
                ("line:4", "`yesterday` is no time"),
                ("line:5", "a year before 1970 or after 9999"),
                ("line:6", "no datetime"),
                ("line:9", "`?` is no time"),
            ]
        );
        let json = read("{\"message\":\"a\",\"timestamp\":5}\n[1]\n{\n", &columns()).unwrap();
        assert_eq!((json.entries[0].at, json.rejected), (Micros(5), 2));
    }

    #[test]
    fn labels_that_cannot_be_read_are_red() {
        let csv = "message,datetime,tlp,discovered_at\na,2026-03-17,TLP:RED - internal,\nb,2026-03-17,AMBER_STRICT,2026-03-18\n\
                   c,2026-03-17,board only,\nd,2026-03-17,,\ne,2026-03-17,,soon after\n";
        let import = read(csv, &columns()).unwrap();
        let labels: Vec<Option<Tlp>> = import.entries.iter().map(|entry| entry.tlp).collect();
        assert_eq!(labels, [Some(Tlp::Red), Some(Tlp::AmberStrict), Some(Tlp::Red), None]);
        assert_eq!((import.unread_labels, import.rejected), (1, 1));
        assert_eq!(import.rejects[0].reason, "it came to light at `soon after`, which is no time");
        assert!(import.entries[1].discovered.is_some());
    }

    #[test]
    fn columns_can_be_named_and_clocks_put_right() {
        let mut own = columns();
        own.named =
            BTreeMap::from([("message".to_owned(), "What".to_owned()), ("datetime".to_owned(), "When".to_owned())]);
        own.zone = Tz::Europe__Berlin;
        own.skew = 60;
        let import = read("When;What\n2026-03-17 08:01:00;pushed\n", &own).unwrap();
        assert_eq!(import.entries[0].at.rfc3339(), "2026-03-17T07:00:00Z");
        assert_eq!(import.entries[0].written, "2026-03-17 08:01:00");
        let error = read("a,b\n1,2\n", &columns()).unwrap_err();
        assert!(matches!(&error, ImportError::Column { field: "message", found, .. } if found == "a, b"), "{error}");
        assert_eq!(read("", &columns()), Err(ImportError::Header));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(message,datetime\n)?[a-z0-9:\", {}\\n;\u{202e}-]{0,200}") {
            if let Ok(import) = read(&text, &columns()) {
                prop_assert!(import.entries.iter().all(|entry| !entry.text.is_empty()));
                prop_assert!(import.rejects.len() as u64 <= import.rejected);
            }
        }
    }
}
