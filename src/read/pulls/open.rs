//! Opens the records of a log again, where they stand in the stored evidence: what the sums cannot tell exactly, as who
//! pulled within a window that nobody knew of when the log was read.

use std::borrow::Cow;

use super::manner;
use super::name::Name;
use super::sum::Sum;
use super::table::{Table, image};
use super::{Hints, read_json};
use crate::model::fact::SightingKind;
use crate::model::pulls::{Manner, Part};
use crate::model::time::Micros;
use crate::read::{Format, Limits, Outcome, SegmentKind, Shape, Splitter};

/// A record as it stands in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// When.
    pub at: Micros,
    /// The name; empty where only a digest was told.
    pub as_written: String,
    /// The digest; empty where none was told.
    pub digest: String,
    /// Pulled, pushed, or only asked about.
    pub kind: SightingKind,
    /// How it came about.
    pub manner: Manner,
    /// The account; empty where none was told.
    pub user: String,
    /// The machine or address; empty where none was told.
    pub host: String,
    /// How many it stands for.
    pub count: u64,
    /// `line:N` where lines count, else empty: then its place tells.
    pub pointer: String,
    /// First byte in the stored evidence, and bytes.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
}

/// A log whose records are opened.
pub struct Log<'a> {
    /// Its format.
    pub format: Format,
    /// The header above its records.
    pub columns: &'a str,
    /// What a responder said of it.
    pub hints: &'a Hints,
    /// By how many microseconds its clock ran ahead.
    pub ahead: i64,
}

impl Log<'_> {
    /// Hands on the records of a part that lie within a time. What cannot be read was rejected when the log was, and is passed
    /// over.
    pub fn open(&self, part: &Part, bytes: &[u8], (from, to): (Micros, Micros), take: &mut dyn FnMut(Opened)) {
        let mut within = |mut opened: Opened| {
            opened.at = Micros(opened.at.0.saturating_sub(self.ahead));
            if from <= opened.at && opened.at <= to {
                opened.offset = opened.offset.saturating_add(part.offset);
                take(opened);
            }
        };
        match self.format.shape() {
            Shape::Delimited => self.table(part, &String::from_utf8_lossy(bytes), &mut within),
            _ => self.json(bytes, &mut within),
        }
    }

    fn table(&self, part: &Part, source: &str, take: &mut dyn FnMut(Opened)) {
        let header_inside = part.offset == 0;
        let above = (!header_inside).then_some(self.columns);
        let Some(table) = Table::of(above, source, self.hints) else { return };
        table.each(source, header_inside, part.line.max(1), |row| {
            let Ok(told) = row.told(&table.columns) else { return };
            let transfer = manner::of(&told.agent, &told.user);
            for (kind, manner, count) in told.transfers(transfer).into_iter().flatten() {
                let Ok((Name { as_written, digest }, _)) = image(row, &table.columns) else { continue };
                take(Opened {
                    at: told.stamp.at,
                    as_written,
                    digest,
                    kind,
                    manner,
                    user: told.user.clone().into_owned(),
                    host: told.hosts.clone().into_owned(),
                    count,
                    pointer: format!("line:{}", row.line),
                    offset: row.start as u64,
                    length: (row.end - row.start) as u64,
                });
            }
        });
    }

    /// Records in JSON. A part may begin in the middle of a list, so it is read as one.
    fn json(&self, bytes: &[u8], take: &mut dyn FnMut(Opened)) {
        let limits = Limits::default();
        let mut splitter = Splitter::new(self.format, limits);
        let mut segments = Vec::new();
        // One bracket too many at its end, or none, is no matter: what was good before is handed out.
        let _ = splitter.push(b"[", &mut segments).and_then(|()| splitter.push(bytes, &mut segments));
        let mut at = 0_u64;
        for segment in &segments {
            let start = at.saturating_sub(1);
            at += segment.bytes.len() as u64;
            if segment.kind == SegmentKind::Glue {
                continue;
            }
            let source: Cow<'_, str> = String::from_utf8_lossy(&segment.bytes);
            let mut sum = Sum::default();
            read_json((self.format, &source, segment), self.hints, &limits, &mut sum, &mut Outcome::default());
            for item in sum.finish().items {
                self.record(item, start, segment.bytes.len() as u64, take);
            }
        }
    }

    fn record(&self, item: crate::model::fact::Item, offset: u64, length: u64, take: &mut dyn FnMut(Opened)) {
        let Some(crate::model::pulls::Pulls::Image(pulled)) = item.pulls.map(|pulls| *pulls) else { return };
        let who = pulled.pullers.into_iter().next();
        let (user, host) = who.map(|who| (who.user, who.host)).unwrap_or_default();
        take(Opened {
            at: pulled.from,
            as_written: pulled.as_written,
            digest: pulled.digest,
            kind: pulled.kind,
            manner: pulled.manner,
            user,
            host,
            count: pulled.count,
            pointer: String::new(),
            offset,
            length,
        });
    }
}
