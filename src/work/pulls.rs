//! Opens the evidence of logs where their sums are not enough: at the ends of windows, and for the records inside of them.
//!
//! Only parts whose time is asked about are read, and never more than a bound: what is beyond stays between its bounds, and
//! it is said.

use std::collections::BTreeSet;
use std::io::Read as _;

use crate::case::query::image::Locator;
use crate::case::query::sightings::{Chosen, Edges, LogRow, Seen, edges, rows_of};
use crate::case::state::{Source, State};
use crate::case::store::blob::{BlobReader, stat};
use crate::case::{Case, CaseError};
use crate::model::id::Id;
use crate::model::indicator::Window;
use crate::model::pulls::Part;
use crate::model::reference::Reference;
use crate::model::time::Micros;
use crate::read::pulls::open::{Log, Opened};
use crate::read::{Format, Hints};

/// Bytes of evidence that one question opens at most.
pub const MOST_BYTES: u64 = 256 << 20;

/// What was opened, and what was not.
#[derive(Debug, Default)]
pub struct Answer<T> {
    /// What came of it.
    pub found: T,
    /// Logs that were not opened as far as they had to be, each with the reason.
    pub missed: Vec<String>,
}

/// Counts the records at the ends of windows, log by log.
pub fn at_edges(case: &Case, logs: &[LogRow], windows: &[Window]) -> Result<Answer<Edges>, CaseError> {
    let mut answer: Answer<Edges> = Answer::default();
    let (state, _) = case.state()?;
    let mut room = MOST_BYTES;
    for log in logs.iter().filter(|log| !log.repeated) {
        let rows = rows_of(case.conn(), log)?;
        let open = edges(log, windows, rows.buckets);
        if open.parts.is_empty() {
            continue;
        }
        if open.bytes() > room {
            answer.missed.push(format!("{}: too much to be opened; counts in the window are bounds", log.source));
            continue;
        }
        room = room.saturating_sub(open.bytes());
        let Some(evidence) = Evidence::of(case, &state, log, &mut answer.missed)? else { continue };
        let counted = answer.found.counted.entry(log.id).or_default();
        for (from, to) in &open.stretches {
            let parts = open.parts.iter().filter(|part| part.from <= *to && part.to >= *from);
            evidence.each(parts, (*from, *to), &mut |opened| {
                let key = (opened.as_written, opened.digest, opened.kind.as_str(), opened.manner);
                if windows.iter().any(|window| window.holds(opened.at))
                    && let Some(id) = rows.ids.get(&key)
                {
                    *counted.entry(*id).or_default() += opened.count;
                }
            })?;
        }
    }
    Ok(answer)
}

/// The records of pulls and pushes inside of windows, of what is chosen: the earliest first, at most so many.
pub fn inside(
    case: &Case,
    logs: &[LogRow],
    chosen: &Chosen,
    windows: &[Window],
    most: usize,
) -> Result<Answer<Vec<Seen>>, CaseError> {
    let mut answer: Answer<Vec<Seen>> = Answer::default();
    let (state, _) = case.state()?;
    let mut room = MOST_BYTES;
    for log in logs.iter().filter(|log| !log.repeated) {
        let names = rows_chosen(case, log, chosen)?;
        let meets = |part: &&Part| windows.iter().any(|window| window.meets(part.from, part.to));
        let parts: Vec<&Part> = log.parts.iter().filter(meets).collect();
        let bytes: u64 = parts.iter().map(|part| part.length).sum();
        if names.is_empty() || parts.is_empty() {
            continue;
        }
        if bytes > room {
            answer.missed.push(format!("{}: too much to be opened; its records are not listed", log.source));
            continue;
        }
        room = room.saturating_sub(bytes);
        let Some(evidence) = Evidence::of(case, &state, log, &mut answer.missed)? else { continue };
        let found = &mut answer.found;
        evidence.each(parts.into_iter(), (Micros(i64::MIN), Micros(i64::MAX)), &mut |opened| {
            let named = names.contains(&(opened.as_written.clone(), opened.digest.clone()));
            if named && found.len() < most && windows.iter().any(|window| window.holds(opened.at)) {
                found.push(seen(opened, log));
            }
        })?;
    }
    answer.found.sort_by(|a, b| (&a.from, &a.what, &a.host).cmp(&(&b.from, &b.what, &b.host)));
    Ok(answer)
}

/// Names and digests, as a log writes them, of what is chosen.
fn rows_chosen(case: &Case, log: &LogRow, chosen: &Chosen) -> Result<BTreeSet<(String, String)>, CaseError> {
    let sql = case.sql("looking for what a log names");
    let mut statement = case
        .conn()
        .prepare(
            "SELECT coalesce(w.text, ''), coalesce(d.value, ''), coalesce(w.name, 0), p.digest FROM p_pull p
             LEFT JOIN p_written w ON w.id = p.written LEFT JOIN p_digest d ON d.id = p.digest WHERE p.source = ?1",
        )
        .map_err(&sql)?;
    let mut rows = statement.query([log.id]).map_err(&sql)?;
    let mut names = BTreeSet::new();
    while let Some(r) = rows.next().map_err(&sql)? {
        let (name, digest) = (r.get(2).map_err(&sql)?, r.get(3).map_err(&sql)?);
        if chosen.has(name, digest).is_some() {
            names.insert((r.get(0).map_err(&sql)?, r.get(1).map_err(&sql)?));
        }
    }
    Ok(names)
}

fn seen(opened: Opened, log: &LogRow) -> Seen {
    let told = |text: String| (!text.is_empty()).then_some(text);
    let registry = Reference::parse(&opened.as_written).map(|name| name.registry().to_owned());
    let place = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Seen {
        place: registry.unwrap_or_default(),
        what: opened.as_written,
        digest: told(opened.digest),
        from: Some(opened.at.rfc3339()),
        to: opened.at.rfc3339(),
        kind: opened.kind.as_str(),
        manner: Some(opened.manner.as_str()),
        count: place(opened.count),
        user: told(opened.user),
        host: told(opened.host),
        trust: log.trust.clone(),
        certain: true,
        evidence: log.evidence.clone(),
        locator: Some(Locator { pointer: opened.pointer, offset: place(opened.offset), length: place(opened.length) }),
    }
}

/// The evidence of a log, open for reading.
struct Evidence<'c> {
    case: &'c Case,
    row: i64,
    format: Format,
    hints: Hints,
    ahead: i64,
    columns: String,
}

impl<'c> Evidence<'c> {
    /// `None`, and why, where it cannot be opened.
    fn of(
        case: &'c Case,
        state: &State,
        log: &LogRow,
        missed: &mut Vec<String>,
    ) -> Result<Option<Evidence<'c>>, CaseError> {
        let source: Option<&Source> = state.sources.get::<Id>(&log.acquisition);
        let (Some(source), Some(format)) = (source, Format::parse(&log.format)) else { return Ok(None) };
        let acquisition = &source.acquisition;
        if acquisition.raw {
            missed.push(format!("{}: kept without redaction, so its records are not opened", log.source));
            return Ok(None);
        }
        let Some(stored) = &acquisition.stored else { return Ok(None) };
        let found = stat(case.conn(), stored).map_err(case.sql("reading evidence"))?;
        let Some(found) = found.filter(|found| !found.expunged) else {
            missed.push(format!("{}: its bytes were destroyed", log.source));
            return Ok(None);
        };
        let seconds = acquisition.options.get("clock-offset").and_then(|s| s.parse::<i64>().ok()).unwrap_or(0);
        Ok(Some(Evidence {
            case,
            row: found.row,
            format,
            hints: Hints::of_options(&acquisition.options),
            ahead: seconds.saturating_mul(1_000_000),
            columns: log.columns.clone(),
        }))
    }

    fn each<'p>(
        &self,
        parts: impl Iterator<Item = &'p Part>,
        span: (Micros, Micros),
        take: &mut dyn FnMut(Opened),
    ) -> Result<(), CaseError> {
        let failed = |e: String| CaseError::Refused(format!("reading evidence: {e}"));
        let log = Log { format: self.format, columns: &self.columns, hints: &self.hints, ahead: self.ahead };
        for part in parts {
            let reader = BlobReader::starting_at(self.case.conn(), self.row, part.offset);
            let mut bytes = Vec::new();
            let mut reader = reader.map_err(|e| failed(e.to_string()))?.take(part.length);
            reader.read_to_end(&mut bytes).map_err(|e| failed(e.to_string()))?;
            log.open(part, &bytes, span, take);
        }
        Ok(())
    }
}
