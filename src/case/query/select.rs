//! Which image a responder means: every alias works, and what could mean two images is refused with both.

use rusqlite::{Connection, Params, ToSql, params_from_iter};
use std::collections::BTreeSet;

use super::images::DigestCell;
use crate::case::project::ProjectError;
use crate::model::action;
use crate::model::reference::Reference;

/// Candidates named in an error.
const NAMED: usize = 20;

/// An image that a selector could mean.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its primary digest, where one is known.
    pub digest: Option<DigestCell>,
    /// Places that run it.
    pub running: u64,
    /// Places that use it.
    pub uses: u64,
    /// Contexts it is used in, sorted; empty for the unnamed one.
    pub contexts: Vec<String>,
}

impl std::fmt::Display for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = self.id.get(..12).unwrap_or(&self.id);
        write!(f, "{short} {}{}", self.name, if self.digest.is_some() { "" } else { " (no digest known)" })
    }
}

/// Why a selector names no single image.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// Nothing fits.
    #[error(
        "no image is known as {0:?}; give a digest or its beginning (6 hex digits or more), an id, a name or the end of \
         one, or digest:, tag:, repo:, registry:, action: with a value"
    )]
    Nothing(String),
    /// More than one image fits.
    #[error("{selector:?} could be {total} images: {}", listed(.candidates))]
    Ambiguous {
        /// What was asked for.
        selector: String,
        /// How many fit.
        total: usize,
        /// The first of them by name.
        candidates: Vec<Candidate>,
    },
    /// The projections could not be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
}

impl From<rusqlite::Error> for SelectError {
    fn from(error: rusqlite::Error) -> Self {
        SelectError::Project(error.into())
    }
}

fn listed(candidates: &[Candidate]) -> String {
    candidates.iter().map(Candidate::to_string).collect::<Vec<_>>().join("; ")
}

/// The id of the one image that a selector means.
pub fn one(conn: &Connection, selector: &str) -> Result<String, SelectError> {
    let image = single(conn, selector)?;
    Ok(conn.query_row("SELECT ident FROM p_image WHERE id = ?1", [image], |r| r.get(0))?)
}

/// The number of the one image that a selector means.
pub(super) fn single(conn: &Connection, selector: &str) -> Result<i64, SelectError> {
    let found = select(conn, selector)?;
    one_of(conn, selector.to_owned(), &found)
}

fn one_of(conn: &Connection, selector: String, found: &BTreeSet<i64>) -> Result<i64, SelectError> {
    match (found.len(), found.first()) {
        (1, Some(image)) => Ok(*image),
        (0, _) => Err(SelectError::Nothing(selector)),
        (total, _) => {
            let candidates = candidates(conn, found)?;
            Err(SelectError::Ambiguous { selector, total, candidates })
        }
    }
}

/// The same for whoever only looks: a platform's manifest that nothing uses by its own digest means the image of the index
/// that holds it.
pub(super) fn single_or_holder(conn: &Connection, selector: &str) -> Result<i64, SelectError> {
    let missed = match single(conn, selector) {
        Err(SelectError::Nothing(missed)) => missed,
        other => return other,
    };
    let held = selector.trim();
    let held = held.strip_prefix("digest:").unwrap_or(held);
    let held = held.rsplit_once('@').map_or(held, |(_, digest)| digest);
    let found = match digest_range(held) {
        Some(value) => collect(conn, HOLDERS, [&value])?,
        None => BTreeSet::new(),
    };
    one_of(conn, missed, &found)
}

/// Images whose index holds a digest that begins so.
const HOLDERS: &str = "SELECT i.id FROM p_digest d JOIN p_relation r ON r.b = d.id AND r.kind = 1
    JOIN p_digest x ON x.id = r.a JOIN p_image i ON i.id = x.image WHERE d.value >= ?1 AND d.value < ?1 || 'g'";

/// The images that a selector fits: the closest reading that fits any.
fn select(conn: &Connection, selector: &str) -> Result<BTreeSet<i64>, ProjectError> {
    let selector = selector.trim();
    if let Some((prefix, value)) = selector.split_once(':') {
        match prefix {
            "digest" => return by_digest(conn, value),
            "tag" if value.contains(['/', ':']) => return by_name(conn, value),
            "tag" => return of_names(conn, "n.tag = ?1", &[&value]),
            "repo" => {
                let repository = "n.parsed AND (n.repository GLOB ?1 OR n.registry || '/' || n.repository GLOB ?1)";
                return of_names(conn, repository, &[&value]);
            }
            "action" => {
                let action = "n.canonical = ?1 OR substr(n.canonical, 1, length(?1) + 1) = ?1 || '@'";
                return of_names(conn, action, &[&selector]);
            }
            "registry" => return of_names(conn, "n.parsed AND n.registry GLOB ?1", &[&value]),
            _ => {}
        }
    }
    let found = by_digest(conn, selector)?;
    if found.is_empty() { by_name(conn, selector) } else { Ok(found) }
}

/// By a digest, the beginning of one, or the beginning of an id.
fn by_digest(conn: &Connection, text: &str) -> Result<BTreeSet<i64>, ProjectError> {
    let text = text.to_ascii_lowercase();
    let Some(value) = digest_range(&text) else { return Ok(BTreeSet::new()) };
    // Everything that begins with a text lies between it and itself with a sign behind that no hex digit reaches.
    let digests =
        "SELECT i.id FROM p_digest d JOIN p_image i ON i.id = d.image WHERE d.value >= ?1 AND d.value < ?1 || 'g'";
    let mut found = collect(conn, digests, [&value])?;
    if !text.contains(':') {
        let ids = "SELECT i.id FROM p_image i WHERE i.ident >= ?1 AND i.ident < ?1 || 'g'";
        found.extend(collect(conn, ids, [&text])?);
    }
    Ok(found)
}

/// The beginning of the digests that a text may mean: at least six hex digits, with or without the algorithm.
fn digest_range(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let hex = text.split_once(':').map_or(text.as_str(), |(_, hex)| hex);
    let told = hex.len() >= 6 && hex.bytes().all(|b| b.is_ascii_hexdigit());
    told.then(|| if text.contains(':') { text.clone() } else { format!("sha256:{text}") })
}

/// By a name: as it is, as a reference, as a repository, then as the end of either.
fn by_name(conn: &Connection, text: &str) -> Result<BTreeSet<i64>, ProjectError> {
    if let Some(digest) = Reference::parse(text).ok().as_ref().and_then(Reference::digest) {
        return by_digest(conn, digest.as_str());
    }
    for reading in readings(text) {
        let values: Vec<&dyn ToSql> = reading.values.iter().map(|value| value as &dyn ToSql).collect();
        let found = of_names(conn, reading.condition, &values)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(BTreeSet::new())
}

/// The canonical names that a text means, in the same way: those of the closest reading that fits any, sorted.
pub(super) fn names(conn: &Connection, text: &str) -> Result<Vec<String>, ProjectError> {
    for reading in readings(text) {
        let sql = format!("SELECT n.canonical FROM p_name n WHERE {} ORDER BY n.canonical", reading.condition);
        let mut statement = conn.prepare(&sql)?;
        let found = statement.query_map(params_from_iter(&reading.values), |r| r.get(0))?;
        let found: Vec<String> = found.collect::<Result<_, _>>()?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// One way to read a name: a condition on `p_name n` and what it binds.
struct NameReading {
    condition: &'static str,
    values: Vec<String>,
}

/// The ways to read a name, the closest first.
fn readings(text: &str) -> Vec<NameReading> {
    const WHOLE: &str = "n.canonical = ?1";
    if text.is_empty() {
        return Vec::new();
    }
    let mut readings = vec![NameReading { condition: WHOLE, values: vec![text.to_owned()] }];
    if text.contains('@') {
        readings.push(NameReading { condition: WHOLE, values: vec![action::canonical(text)] });
    }
    if let Ok(reference) = Reference::parse(text) {
        readings.push(NameReading { condition: WHOLE, values: vec![reference.canonical()] });
        if reference.tag().is_none() {
            let values = vec![reference.registry().to_owned(), reference.repository().to_owned()];
            let condition = "n.registry = ?1 AND n.repository = ?2 AND n.parsed";
            readings.push(NameReading { condition, values });
        }
    }
    let condition = "substr(n.canonical, -length(?1)) = ?1
        OR n.parsed AND substr('/' || n.repository, -length(?1)) = ?1";
    readings.push(NameReading { condition, values: vec![format!("/{}", text.trim_start_matches('/'))] });
    readings
}

/// The images that go by the names of which a condition holds.
fn of_names(conn: &Connection, condition: &str, values: &[&dyn ToSql]) -> Result<BTreeSet<i64>, ProjectError> {
    let sql = format!(
        "WITH named AS MATERIALIZED (SELECT n.id FROM p_name n WHERE {condition})
         SELECT i.id FROM named JOIN p_tag t ON t.name = named.id JOIN p_digest d ON d.id = t.digest
         JOIN p_image i ON i.id = d.image
         UNION SELECT i.id FROM named JOIN p_image i ON i.id = -named.id"
    );
    collect(conn, &sql, values)
}

fn collect(conn: &Connection, sql: &str, values: impl Params) -> Result<BTreeSet<i64>, ProjectError> {
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map(values, |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn candidates(conn: &Connection, images: &BTreeSet<i64>) -> Result<Vec<Candidate>, ProjectError> {
    let mut statement = conn.prepare("SELECT ident, name, digests, running, uses FROM p_image WHERE id = ?1")?;
    let mut contexts = conn.prepare(
        "SELECT DISTINCT t.text FROM p_reach r JOIN p_text t ON t.id = r.context WHERE r.image = ?1 ORDER BY t.text",
    )?;
    let mut found = Vec::new();
    for image in images {
        let (mut candidate, digests) = statement.query_row([image], |r| {
            let (running, uses) = (r.get::<_, i64>(3)?.max(0) as u64, r.get::<_, i64>(4)?.max(0) as u64);
            let (id, name) = (r.get(0)?, r.get(1)?);
            Ok((Candidate { id, name, digest: None, running, uses, contexts: Vec::new() }, r.get::<_, String>(2)?))
        })?;
        let digests: Vec<DigestCell> = serde_json::from_str(&digests)
            .map_err(|e| ProjectError::Damaged(format!("image {}: {e}", candidate.id)))?;
        candidate.digest = digests.into_iter().next();
        candidate.contexts = contexts.query_map([image], |r| r.get(0))?.collect::<Result<_, _>>()?;
        found.push(candidate);
    }
    // What runs is most often what is meant.
    found.sort_by(|a, b| b.running.cmp(&a.running).then_with(|| (&a.name, &a.id).cmp(&(&b.name, &b.id))));
    found.truncate(NAMED);
    Ok(found)
}
