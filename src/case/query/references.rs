//! Under which names and digests registries can be asked for the images of a case.

use rusqlite::{Connection, Statement};
use std::collections::BTreeSet;

use crate::case::project::ProjectError;
use crate::model::digest::{Digest, DigestKind};
use crate::model::time::Micros;
use crate::resolve::claims::Claims;

/// A name with its tag, or a digest in a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Askable {
    /// The registry.
    pub registry: String,
    /// The repository.
    pub repository: String,
    /// The tag; without one there is a digest.
    pub tag: Option<String>,
    /// The digest: of a manifest, an index, or of nobody knows what.
    pub digest: Option<Digest>,
}

/// Names of an image: by where it is used, by its digests, and its own where no digest is known.
const NAMES: &str = "SELECT n.registry, n.repository, n.tag, NULL, 0 FROM p_name n WHERE n.parsed AND n.tag IS NOT NULL
    AND n.id IN (SELECT c.name FROM p_called c WHERE c.image = ?1
      UNION SELECT t.name FROM p_digest d JOIN p_tag t ON t.digest = d.id WHERE d.image = ?1 UNION SELECT -?1)
    UNION SELECT n.registry, n.repository, NULL, d.value, d.claims
    FROM p_digest d JOIN p_tag t ON t.digest = d.id JOIN p_name n ON n.id = t.name WHERE d.image = ?1 AND n.parsed";

/// Everything that can be asked for of some images, each once. Configs are no documents that a name leads to and are left out.
pub struct Askables<'c> {
    names: Statement<'c>,
    /// What was found.
    pub found: BTreeSet<Askable>,
}

impl<'c> Askables<'c> {
    /// Of no image so far.
    pub fn new(conn: &'c Connection) -> Result<Self, ProjectError> {
        Ok(Askables { names: conn.prepare(NAMES)?, found: BTreeSet::new() })
    }

    /// Adds an image by its number.
    pub fn add(&mut self, image: i64) -> Result<(), ProjectError> {
        let mut rows = self.names.query([image])?;
        while let Some(row) = rows.next()? {
            let digest: Option<String> = row.get(3)?;
            if digest.is_some() && Claims::from_bits(row.get(4)?).kind() == DigestKind::Config {
                continue;
            }
            let digest = digest.and_then(|text| Digest::parse(&text).ok());
            let tag: Option<String> = row.get(2)?;
            if tag.is_some() || digest.is_some() {
                self.found.insert(Askable { registry: row.get(0)?, repository: row.get(1)?, tag, digest });
            }
        }
        Ok(())
    }
}

/// Which images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Every image of the list.
    All,
    /// Those with an open verdict.
    Affected,
}

/// The numbers and ids of images.
pub fn images(conn: &Connection, which: Which) -> Result<Vec<(i64, String)>, ProjectError> {
    let open = if which == Which::Affected { "WHERE verdict > 0" } else { "" };
    let mut statement = conn.prepare(&format!("SELECT id, ident FROM p_image {open} ORDER BY name, ident"))?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The number of the image of an id.
pub fn numbered(conn: &Connection, id: &str) -> Result<Option<i64>, ProjectError> {
    use rusqlite::OptionalExtension as _;
    Ok(conn.query_row("SELECT id FROM p_image WHERE ident = ?1", [id], |r| r.get(0)).optional()?)
}

/// Every repository that the case knows, with its registry.
pub fn repositories(conn: &Connection) -> Result<BTreeSet<(String, String)>, ProjectError> {
    let mut statement = conn.prepare("SELECT DISTINCT registry, repository FROM p_name WHERE parsed")?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Names whose tag is known to have moved.
pub fn moved(conn: &Connection) -> Result<BTreeSet<String>, ProjectError> {
    let number = crate::resolve::tags::Movement::Moved.index();
    let mut statement = conn.prepare("SELECT canonical FROM p_name WHERE moved = ?1")?;
    let rows = statement.query_map([number], |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Names of images that were first seen at a time or later, the newest first, at most so many.
pub fn new_since(conn: &Connection, since: Micros, most: usize) -> Result<Vec<String>, ProjectError> {
    let newest = "SELECT name FROM p_image WHERE first_seen >= ?1 ORDER BY first_seen DESC, name LIMIT ?2";
    let mut statement = conn.prepare(newest)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map([since.0, most], |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
