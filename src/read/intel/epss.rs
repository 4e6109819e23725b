//! EPSS scores as FIRST publishes them: a comment with the model and the day, then `cve,epss,percentile`.

use crate::model::delimited::{self, End};
use crate::model::fact::Spot;
use crate::model::finding::{Cve, Known, KnownFact, millionths};
use crate::read::Segment;
use crate::read::outcome::Outcome;

const COLUMNS: &str =
    "a table of EPSS scores has the columns cve, epss and percentile; import the file as FIRST publishes it";

/// True where a header is of EPSS scores.
pub(in crate::read) fn is_header(cells: &[String]) -> bool {
    let has = |name: &str| cells.iter().any(|cell| cell.trim().eq_ignore_ascii_case(name));
    has("cve") && has("epss")
}

/// Reads a run of records.
pub(in crate::read) fn read(source: &str, segment: &Segment, out: &mut Outcome) {
    let bytes = source.as_bytes();
    let above = segment.list.as_ref().map(|list| list.columns.as_str());
    let first: u64 = segment.pointer.strip_prefix("line:").and_then(|n| n.parse().ok()).unwrap_or(1);
    let text = above.unwrap_or(source);
    let Some(header) = delimited::header(text.as_bytes(), true) else { return };
    if above.is_none() {
        out.newest = out.newest.max(score_date(source));
    }
    let mut cells = Vec::new();
    delimited::record(text.as_bytes(), header.range.start, header.delimiter, true, &mut cells);
    let place = |name: &str| cells.iter().position(|cell| cell.text(text).eq_ignore_ascii_case(name));
    let (Some(cve), Some(score)) = (place("cve"), place("epss")) else {
        if above.is_none() {
            out.reject(format!("line:{}", first + header.line as u64), COLUMNS);
        }
        return;
    };
    let percentile = place("percentile");
    let mut at = if above.is_some() { 0 } else { header.range.end };
    let mut number = first + source.get(..at).unwrap_or_default().matches('\n').count() as u64;
    let mut found = Vec::new();
    while at < bytes.len()
        && let End::At(end) = delimited::record(bytes, at, header.delimiter, true, &mut cells)
    {
        let cell =
            |place: Option<usize>| place.and_then(|at| cells.get(at)).map(|cell| cell.text(source)).unwrap_or_default();
        let line = source.get(at..end).unwrap_or_default();
        match (Cve::parse(&cell(Some(cve))), millionths(&cell(Some(score)))) {
            (Some(cve), Some(score)) => {
                let percentile = millionths(&cell(percentile)).unwrap_or(0);
                let length = line.trim_end_matches(['\r', '\n']).len() as u64;
                let spot = Spot { pointer: String::new(), offset: at as u64, length };
                found.push(Known { cve, fact: KnownFact::Epss { score, percentile }, spot });
            }
            _ if line.trim().is_empty() => {}
            _ => out.reject(format!("line:{number}"), "a row without a CVE number or a score from 0 to 1"),
        }
        number += 1;
        at = end;
    }
    let spot = Spot { pointer: segment.pointer.clone(), offset: 0, length: bytes.len() as u64 };
    super::finish(spot, found, out);
}

/// The day in the comment above the header: `#model_version:v2025.03.14,score_date:2025-09-01T12:55:00Z`.
fn score_date(source: &str) -> Option<crate::model::time::Micros> {
    let comment = source.lines().next().filter(|line| line.starts_with('#'))?;
    let date = comment.split_once("score_date:")?.1.split(',').next()?.trim();
    // Written with an offset without a colon.
    super::day(date).or_else(|| super::day(date.get(..10)?))
}
