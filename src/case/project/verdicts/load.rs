//! The facts of images that bear on their verdicts, out of the projections.

use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::seen;
use crate::case::project::CLAIMED;
use crate::case::project::error::ProjectError;
use crate::model::digest::{Digest, DigestKind};
use crate::model::indicator::{Place, Window};
use crate::model::time::Micros;
use crate::resolve::claims::Claims;
use crate::resolve::tags::Movement;
use crate::triage::verdict::{Called, Facts, Moved, Tally};

/// Which images.
#[derive(Debug, Clone)]
pub(in crate::case) enum Which {
    /// Every one.
    All,
    /// These, by number.
    These(BTreeSet<i64>),
}

/// How much of each fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) enum Detail {
    /// What decides a verdict.
    Verdicts,
    /// Also where each fact stands.
    Reasons,
}

impl Which {
    /// A condition on a column, and what it binds.
    pub(in crate::case) fn condition(&self, column: &str) -> (String, String) {
        match self {
            Which::All => ("?1 = ''".to_owned(), String::new()),
            Which::These(images) => {
                let list: Vec<String> = images.iter().map(i64::to_string).collect();
                (format!("{column} IN (SELECT value FROM json_each(?1))"), format!("[{}]", list.join(",")))
            }
        }
    }
}

/// The place of a name among those of an image, by the numbers of image and name.
pub(super) type Index = HashMap<(i64, i64), usize>;

/// Everything known of some images. An image without a row in the list is among them only where it is one of `outside`.
pub(super) fn load(
    conn: &Connection,
    which: &Which,
    outside: &BTreeSet<i64>,
    windows: &[Window],
    detail: Detail,
) -> Result<BTreeMap<i64, Facts>, ProjectError> {
    let mut facts = BTreeMap::new();
    each(conn, "SELECT i.id FROM p_image i", "i.id", which, |r| {
        let image: i64 = r.get(0)?;
        facts.insert(image, Facts { resolved: image > 0, ..Facts::default() });
        Ok(())
    })?;
    let unlisted = outside.iter().filter(|image| match which {
        Which::All => true,
        Which::These(images) => images.contains(image),
    });
    for image in unlisted {
        facts.entry(*image).or_insert_with(|| Facts { resolved: *image > 0, ..Facts::default() });
    }
    digests(conn, which, &mut facts)?;
    let index = called(conn, which, &mut facts)?;
    candidates(conn, which, &mut facts)?;
    moved(conn, &mut facts, &index)?;
    let mut tally = Tally::new(windows.to_vec());
    seen::uses(conn, which, detail, &mut facts, &index, &mut tally)?;
    seen::sightings(conn, which, detail, &mut facts, &index, &mut tally)?;
    Ok(facts)
}

/// Runs a query for some images only.
pub(super) fn each(
    conn: &Connection,
    query: &str,
    column: &str,
    which: &Which,
    mut row: impl FnMut(&Row<'_>) -> Result<(), ProjectError>,
) -> Result<(), ProjectError> {
    let (condition, bound) = which.condition(column);
    let glue = if query.contains(" WHERE ") { "AND" } else { "WHERE" };
    let mut statement = conn.prepare(&format!("{query} {glue} {condition}"))?;
    let mut rows = statement.query([bound])?;
    while let Some(found) = rows.next()? {
        row(found)?;
    }
    Ok(())
}

fn digests(conn: &Connection, which: &Which, facts: &mut BTreeMap<i64, Facts>) -> Result<(), ProjectError> {
    let parsed = |text: String| Digest::parse(&text).map_err(|e| ProjectError::Damaged(e.to_string()));
    each(conn, "SELECT d.image, d.value, d.claims FROM p_digest d WHERE d.image <> 0", "d.image", which, |r| {
        let kind: DigestKind = Claims::from_bits(r.get(2)?).kind();
        if let Some(facts) = facts.get_mut(&r.get(0)?) {
            facts.digests.push((parsed(r.get(1)?)?, kind));
        }
        Ok(())
    })?;
    let related = |of: &str, other: &str| {
        format!(
            "SELECT d.image, o.value FROM p_relation r JOIN p_digest d ON d.id = r.{of} JOIN p_digest o ON o.id = r.{other}
             WHERE r.kind = 1"
        )
    };
    each(conn, &related("b", "a"), "d.image", which, |r| {
        if let Some(facts) = facts.get_mut(&r.get(0)?) {
            facts.contained_in.push(parsed(r.get(1)?)?);
        }
        Ok(())
    })?;
    each(conn, &related("a", "b"), "d.image", which, |r| {
        if let Some(facts) = facts.get_mut(&r.get(0)?) {
            facts.contains.push(parsed(r.get(1)?)?);
        }
        Ok(())
    })
}

/// The names: those that digests went by, those written in places, and for an image without a digest its own.
fn called(conn: &Connection, which: &Which, facts: &mut BTreeMap<i64, Facts>) -> Result<Index, ProjectError> {
    let mut found: BTreeMap<(i64, i64), (Option<i64>, bool, bool)> = BTreeMap::new();
    let by_digest = "SELECT d.image, t.name, t.first_seen, t.basis FROM p_tag t JOIN p_digest d ON d.id = t.digest
        WHERE d.image <> 0";
    each(conn, by_digest, "d.image", which, |r| {
        let (first, by_tag, _) = found.entry((r.get(0)?, r.get(1)?)).or_default();
        let new: i64 = r.get(2)?;
        *first = Some(first.map_or(new, |first| first.min(new)));
        *by_tag |= r.get::<_, i64>(3)? == 2;
        Ok(())
    })?;
    each(conn, "SELECT c.image, c.name FROM p_called c", "c.image", which, |r| {
        found.entry((r.get(0)?, r.get(1)?)).or_default();
        Ok(())
    })?;
    // Whoever built on it says that it asked for this tag, and that this came.
    each(conn, CLAIMED, "d.image", which, |r| {
        found.entry((r.get(0)?, r.get(1)?)).or_insert((None, true, true));
        Ok(())
    })?;
    for image in facts.keys().filter(|image| **image < 0) {
        found.entry((*image, -image)).or_default();
    }
    let (mut names, mut index) = (HashMap::new(), Index::new());
    let mut name = conn.prepare("SELECT canonical, parsed, registry, repository, tag FROM p_name WHERE id = ?1")?;
    for ((image, id), (first, by_tag, claimed)) in found {
        let Some(facts) = facts.get_mut(&image) else { continue };
        let place: Arc<Place> = match names.get(&id) {
            Some(place) => Arc::clone(place),
            None => Arc::new(name.query_row([id], read_place)?),
        };
        names.insert(id, Arc::clone(&place));
        index.insert((image, id), facts.names.len());
        facts.names.push(Called { place, first: first.map(Micros), by_tag, claimed, moved: None });
    }
    Ok(index)
}

fn read_place(r: &Row<'_>) -> rusqlite::Result<Place> {
    Ok(Place {
        canonical: r.get(0)?,
        is_reference: r.get(1)?,
        registry: r.get(2)?,
        repository: r.get(3)?,
        tag: r.get(4)?,
    })
}

/// What the names of images without a digest led to elsewhere.
fn candidates(conn: &Connection, which: &Which, facts: &mut BTreeMap<i64, Facts>) -> Result<(), ProjectError> {
    let query = "SELECT -t.name, d.image FROM p_tag t JOIN p_digest d ON d.id = t.digest WHERE t.basis = 2";
    let names = match which {
        Which::All => Which::All,
        Which::These(images) => Which::These(images.iter().map(|image| -image).collect()),
    };
    each(conn, query, "t.name", &names, |r| {
        let candidate: i64 = r.get(1)?;
        if let Some(facts) = facts.get_mut(&r.get(0)?)
            && !facts.candidates.contains(&candidate)
        {
            facts.candidates.push(candidate);
        }
        Ok(())
    })?;
    facts.values_mut().for_each(|facts| facts.candidates.sort_unstable());
    Ok(())
}

/// When tags came to lead to other digests, for names whose history says that they did.
fn moved(conn: &Connection, facts: &mut BTreeMap<i64, Facts>, index: &Index) -> Result<(), ProjectError> {
    let named: BTreeSet<i64> = index.keys().map(|(_, name)| *name).collect();
    let mut names = conn.prepare("SELECT id FROM p_name WHERE moved >= ?1")?;
    let mut entries = conn.prepare(
        "SELECT d.image, t.first_seen, t.last_seen FROM p_tag t JOIN p_digest d ON d.id = t.digest
         WHERE t.name = ?1 AND t.basis = 2 ORDER BY t.first_seen, t.last_seen, d.value",
    )?;
    for name in names.query_map([Movement::Likely.index()], |r| r.get::<_, i64>(0))? {
        let name = name?;
        if !named.contains(&name) {
            continue;
        }
        let mut before: Option<(i64, i64)> = None;
        let rows = entries.query_map(params![name], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        for row in rows {
            let (image, first, last): (i64, i64, i64) = row?;
            if let Some((other, until)) = before.filter(|(other, _)| *other != image) {
                let moved = Moved { after: Micros(until.min(first)), before: Micros(first) };
                for of in [image, -name].into_iter().filter(|of| *of != other) {
                    let called = index.get(&(of, name)).zip(facts.get_mut(&of));
                    note_move(called.and_then(|(at, facts)| facts.names.get_mut(*at)), moved);
                }
            }
            before = Some((image, last));
        }
    }
    Ok(())
}

/// Several moves to one image are told as the time from the first to the last of them.
fn note_move(called: Option<&mut Called>, moved: Moved) {
    if let Some(called) = called {
        let known = called.moved.unwrap_or(moved);
        called.moved = Some(Moved { after: known.after.min(moved.after), before: known.before.max(moved.before) });
    }
}
