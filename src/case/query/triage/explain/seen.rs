//! Where an image stands that no place tells: what saw it run, pulled or kept, and the workloads that scanners say run it.
//! None of it tells that it still runs.

use rusqlite::Connection;

use super::BecauseRow;
use crate::case::project::findings::How;
use crate::case::project::{ProjectError, sighting_word};
use crate::case::query::image::Locator;
use crate::model::assessment::Standing;
use crate::model::text::scrub;
use crate::model::time::Micros;

/// Rows of one kind that are listed.
const LISTED: i64 = 8;

/// What tells that an image is, or was, somewhere, beside the places that use it; `places` is where those make it stand, none
/// without any.
pub(super) fn seen(
    conn: &Connection,
    image: i64,
    places: Option<Standing>,
    because: &mut Vec<BecauseRow>,
) -> Result<(), ProjectError> {
    if places.is_some_and(|standing| standing >= Standing::Kept) {
        return Ok(());
    }
    let only = if places.is_none() { "told by a report only: " } else { "" };
    let reported = reported(conn, image, only)?;
    let sighted = sighted(conn, image)?;
    if places.is_none() && reported.is_empty() && sighted.is_empty() {
        let text = format!("{}: nothing that was read uses it", Standing::Files.shown());
        because.push(BecauseRow { text, evidence: None, locator: None, image: None, event: None });
    }
    because.extend(reported.into_iter().chain(sighted));
    Ok(())
}

/// What scanners say runs it.
fn reported(conn: &Connection, image: i64, only: &str) -> Result<Vec<BecauseRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT coalesce(nullif(t.text, ''), 'a scanner'), w.text, c.at, s.evidence, c.pointer, c.offset, c.length,
         x.how
         FROM p_scanned x JOIN p_scan c ON c.id = x.scan JOIN p_source s ON s.id = c.source
         JOIN p_text w ON w.id = c.place LEFT JOIN p_text t ON t.id = c.tool
         WHERE x.image = ?1 AND c.place <> 0 ORDER BY c.at DESC, w.text, s.evidence, c.offset LIMIT ?2",
    )?;
    let kept = Standing::Kept.shown();
    let rows = statement.query_map([image, LISTED], |r| {
        let (tool, place, at): (String, String, i64) = (r.get(0)?, r.get(1)?, r.get(2)?);
        // Another image may go by the same tag.
        let by_tag = if r.get::<_, i64>(7)? == How::Tag as i64 { ", by its tag alone" } else { "" };
        let text = format!("{kept}: {only}{tool} says that {place} ran it at {}{by_tag}", Micros(at));
        row(&text, r, 3)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What saw it run, pulled or kept.
fn sighted(conn: &Connection, image: i64) -> Result<Vec<BecauseRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT s.kind, s.host, coalesce(s.until, s.since, s.as_of), o.evidence, s.pointer, s.offset, s.length,
         s.since IS NULL AND s.until IS NULL AND s.kind = 2
         FROM p_digest d JOIN p_sighting s ON s.digest = d.id JOIN p_source o ON o.id = s.source
         WHERE d.image = ?1 AND s.kind IN (1, 2, 4) ORDER BY 3 DESC, s.key LIMIT ?2",
    )?;
    let kept = Standing::Kept.shown();
    let rows = statement.query_map([image, LISTED], |r| {
        let (kind, host, at): (i64, String, i64) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let host = if host.is_empty() { String::new() } else { format!(" on {host}") };
        let at_or_by = if r.get(7)? { "not later than" } else { "at" };
        let text =
            format!("{kept}: {} seen{host} {at_or_by} {}, and no place that was read", sighting_word(kind), Micros(at));
        row(&text, r, 3)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A reason with its evidence, which stands in four columns from one on.
fn row(text: &str, r: &rusqlite::Row<'_>, from: usize) -> rusqlite::Result<BecauseRow> {
    let locator = Locator { pointer: r.get(from + 1)?, offset: r.get(from + 2)?, length: r.get(from + 3)? };
    let text = scrub(text).into_owned();
    Ok(BecauseRow { text, evidence: r.get(from)?, locator: Some(locator), image: None, event: None })
}
