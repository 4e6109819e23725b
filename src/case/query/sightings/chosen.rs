//! Which sightings a target means, by the numbers of names and digests.

use rusqlite::Connection;
use std::collections::BTreeSet;

use crate::case::project::ProjectError;
use crate::model::indicator::{Place, Target};
use crate::model::mirror::Mirror;

/// Names and digests that are asked for; both by their numbers in the projections.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// Names that are meant.
    pub names: BTreeSet<i64>,
    /// Digests that are meant.
    pub digests: BTreeSet<i64>,
    /// Names that a digest went by: a record of such a name that tells no digest may be of it or of another.
    pub perhaps: BTreeSet<i64>,
}

impl Chosen {
    /// Whether a record of a name and a digest, each 0 where not told, is asked for; and whether that is certain.
    pub fn has(&self, name: i64, digest: i64) -> Option<bool> {
        if self.names.contains(&name) || (digest != 0 && self.digests.contains(&digest)) {
            return Some(true);
        }
        (digest == 0 && self.perhaps.contains(&name)).then_some(false)
    }
}

/// What a target means: `None` where it is of a kind that sightings cannot tell (a layer, a package, an account).
pub fn chosen(conn: &Connection, target: &Target, mirrors: &[Mirror]) -> Result<Option<Chosen>, ProjectError> {
    let mut chosen = Chosen::default();
    match target {
        Target::Layer(_) | Target::Package(_) | Target::Account(_) => return Ok(None),
        Target::Digest(digest) => {
            // All digests of the image: an index may stand in one record and the manifest in the next.
            let same =
                "SELECT d.id FROM p_digest d WHERE d.value = ?1 UNION SELECT o.id FROM p_digest d JOIN p_digest o
                ON o.image = d.image AND d.image <> 0 WHERE d.value = ?1";
            let mut statement = conn.prepare(same)?;
            for id in statement.query_map([digest.as_str()], |r| r.get(0))? {
                chosen.digests.insert(id?);
            }
            let mut names = conn.prepare("SELECT name FROM p_tag WHERE digest = ?1")?;
            for id in &chosen.digests {
                for name in names.query_map([id], |r| r.get(0))? {
                    chosen.perhaps.insert(name?);
                }
            }
        }
        names => {
            let mut statement = conn.prepare("SELECT id, canonical, parsed, registry, repository, tag FROM p_name")?;
            let mut rows = statement.query([])?;
            while let Some(r) = rows.next()? {
                let place = Place {
                    canonical: r.get(1)?,
                    is_reference: r.get(2)?,
                    registry: r.get(3)?,
                    repository: r.get(4)?,
                    tag: r.get(5)?,
                };
                if names.covers(&place, mirrors) {
                    chosen.names.insert(r.get(0)?);
                }
            }
        }
    }
    Ok(Some(chosen))
}
