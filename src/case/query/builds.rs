//! Which builds give an image its name, which files builds ask for that are not there, and what is wrong in those that
//! are.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::image::{Locator, place_in};
use crate::case::project::ProjectError;

/// A build that names an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuiltRow {
    /// The name that it gives.
    pub name: String,
    /// The Dockerfile's path, relative to the import root where it was imported; else absolute.
    pub dockerfile: String,
    /// True where that file was read.
    pub at_hand: bool,
    /// The stage, where one is named.
    pub target: Option<String>,
    /// Where the build is asked for, `path#pointer`.
    pub asked_by: String,
    /// SHA-256 of that file's stored evidence.
    pub evidence: Option<String>,
    /// Where it is asked for in the evidence.
    pub locator: Locator,
}

/// A file that is asked for and was not imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingRow {
    /// Its path, or what was written where that cannot be told.
    pub path: String,
    /// Where it is asked for, `path#pointer`.
    pub asked_by: String,
    /// Why it is needed and what would help.
    pub reason: String,
    /// SHA-256 of the asking file's stored evidence.
    pub evidence: Option<String>,
    /// Where it is asked for in the evidence.
    pub locator: Locator,
}

/// The builds that give any of an image's names. A build names a tag: whether what runs under it came from there is not
/// told.
pub(super) fn built_by(conn: &Connection, image: i64) -> Result<Vec<BuiltRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT DISTINCT s.path, s.format, b.asked_by, s.evidence, b.pointer, b.offset, b.length, n.canonical,
         coalesce(d.path, b.dockerfile), b.dockerfile_source <> 0, b.target
         FROM p_built b JOIN p_name n ON n.id = b.name LEFT JOIN p_source s ON s.id = b.source
         LEFT JOIN p_source d ON d.id = b.dockerfile_source
         WHERE b.name IN (SELECT c.name FROM p_called c WHERE c.image = ?1 UNION SELECT -?1
         UNION SELECT t.name FROM p_digest g JOIN p_tag t ON t.digest = g.id WHERE g.image = ?1)",
    )?;
    let rows = statement.query_map([image], |r| {
        let (asked_by, evidence, locator) = asked_at(r)?;
        let (name, dockerfile, at_hand, target) = (r.get(7)?, r.get(8)?, r.get(9)?, r.get(10)?);
        Ok(BuiltRow { name, dockerfile, at_hand, target, asked_by, evidence, locator })
    })?;
    let mut found: Vec<BuiltRow> = rows.collect::<Result<_, _>>()?;
    found.sort_by(|a, b| {
        (&a.asked_by, &a.dockerfile, &a.target, &a.name, &a.evidence)
            .cmp(&(&b.asked_by, &b.dockerfile, &b.target, &b.name, &b.evidence))
            .then(a.locator.offset.cmp(&b.locator.offset))
    });
    Ok(found)
}

/// Every file that is asked for and not there, each asking place once.
pub fn missing(conn: &Connection) -> Result<Vec<MissingRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT DISTINCT s.path, s.format, m.asked_by, s.evidence, m.pointer, m.offset, m.length, m.path, m.reason
         FROM p_missing m LEFT JOIN p_source s ON s.id = m.source",
    )?;
    let rows = statement.query_map([], |r| {
        let (asked_by, evidence, locator) = asked_at(r)?;
        Ok(MissingRow { path: r.get(7)?, asked_by, reason: r.get(8)?, evidence, locator })
    })?;
    let mut found: Vec<MissingRow> = rows.collect::<Result<_, _>>()?;
    found.sort_by(|a, b| {
        (&a.path, &a.asked_by, &a.reason, &a.evidence, a.locator.offset).cmp(&(
            &b.path,
            &b.asked_by,
            &b.reason,
            &b.evidence,
            b.locator.offset,
        ))
    });
    Ok(found)
}

/// Something in a project file that is to be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ProblemRow {
    /// The file, relative to the import root where it was imported; else absolute.
    pub path: String,
    /// Where in it: a JSON pointer or `line:N`; empty for the whole file.
    pub locator: String,
    /// What is wrong; of a material what it is, as written.
    pub reason: String,
    /// SHA-256 of the file's stored evidence.
    pub evidence: Option<String>,
}

/// What is wrong in project files, so that they are not understood as a whole; each place once.
pub fn problems(conn: &Connection) -> Result<Vec<ProblemRow>, ProjectError> {
    told(conn, false)
}

/// What builds get from outside that is no image of a registry; each place once.
pub fn materials(conn: &Connection) -> Result<Vec<ProblemRow>, ProjectError> {
    told(conn, true)
}

fn told(conn: &Connection, material: bool) -> Result<Vec<ProblemRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT DISTINCT coalesce(s.path, p.path), p.pointer, p.reason, s.evidence FROM p_problem p
         LEFT JOIN p_source s ON s.id = p.source WHERE p.material = ?1",
    )?;
    let rows = statement.query_map([material], |r| {
        Ok(ProblemRow { path: r.get(0)?, locator: r.get(1)?, reason: r.get(2)?, evidence: r.get(3)? })
    })?;
    let mut found: Vec<ProblemRow> = rows.collect::<Result<_, _>>()?;
    found.sort();
    Ok(found)
}

/// The first seven columns: where something is asked for.
fn asked_at(r: &Row<'_>) -> rusqlite::Result<(String, Option<String>, Locator)> {
    let (path, format): (Option<String>, Option<String>) = (r.get(0)?, r.get(1)?);
    let locator = Locator { pointer: r.get(4)?, offset: r.get(5)?, length: r.get(6)? };
    let path = path.map_or_else(|| r.get(2), Ok)?;
    Ok((place_in(&path, format.as_deref().unwrap_or_default(), &locator.pointer), r.get(3)?, locator))
}
