//! Which credentials compose files and CI files give to places of images, by name. Never a value.

use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::holds::{CredentialCell, Rank};
use crate::case::project::ProjectError;
use crate::model::credential::CredentialKind;
use crate::model::given::Stand;

/// What is known of one credential that files refer to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reference<R> {
    /// The worst rank of an image beside it; the least where none of those asked for is.
    pub rank: R,
    /// Jobs, services and other places that have it.
    pub places: BTreeSet<String>,
    /// Where that is said.
    pub stands: BTreeSet<Stand>,
    /// What files say of it beside its name.
    pub details: BTreeSet<String>,
}

/// A row, without its object.
struct Row {
    part: String,
    cell: CredentialCell,
    owner: String,
    detail: String,
    stands: Stand,
}

/// Every credential that files refer to, each with the worst of the ranks of the images that its places use. One beside
/// none of these images has the least.
pub fn referred<R: Rank>(
    conn: &Connection,
    ranks: &HashMap<i64, R>,
) -> Result<BTreeMap<CredentialCell, Reference<R>>, ProjectError> {
    let mut found: BTreeMap<CredentialCell, Reference<R>> = BTreeMap::new();
    let mut rows = conn.prepare(
        "SELECT g.object, g.part, g.kind, g.scope, g.name, g.detail, g.pointer, c.text, n.text, o.name, s.path, s.evidence,
         g.offset, g.length
         FROM p_given g JOIN p_object o ON o.id = g.object JOIN p_text c ON c.id = o.context
         JOIN p_text n ON n.id = o.namespace LEFT JOIN p_source s ON s.id = g.source ORDER BY g.object",
    )?;
    let mut uses = conn.prepare(
        "SELECT t.text, u.image FROM p_use u JOIN p_text t ON t.id = u.container WHERE u.object = ?1 AND u.hidden = 0",
    )?;
    let mut at: Option<(i64, Ranks<R>)> = None;
    let mut rows = rows.query([])?;
    while let Some(r) = rows.next()? {
        let (object, Some(row)) = (r.get(0)?, read(r)?) else { continue };
        if at.as_ref().is_none_or(|(number, _)| *number != object) {
            let listed = uses.query_map([object], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)))?;
            at = Some((object, Ranks::of(listed.collect::<Result<_, _>>()?, ranks)));
        }
        let rank = at.as_ref().map_or_else(R::default, |(_, ranks)| ranks.beside(&row.part));
        let reference = found.entry(row.cell).or_default();
        reference.rank = reference.rank.worse(rank);
        reference.places.insert(row.owner);
        reference.stands.insert(row.stands);
        reference.details.extend((!row.detail.is_empty()).then_some(row.detail));
    }
    Ok(found)
}

/// The ranks of what one object uses.
struct Ranks<R> {
    all: R,
    by_part: HashMap<String, R>,
}

impl<R: Rank> Ranks<R> {
    fn of(uses: Vec<(String, i64)>, ranks: &HashMap<i64, R>) -> Self {
        let mut found = Ranks { all: R::default(), by_part: HashMap::new() };
        for (part, image) in uses {
            let rank = ranks.get(&image).copied().unwrap_or_default();
            found.all = found.all.worse(rank);
            let of_part = found.by_part.entry(part).or_default();
            *of_part = rank.worse(*of_part);
        }
        found
    }

    /// An empty part is the whole object.
    fn beside(&self, part: &str) -> R {
        if part.is_empty() { self.all } else { self.by_part.get(part).copied().unwrap_or_default() }
    }
}

/// `None` for a kind that this version does not know.
fn read(r: &rusqlite::Row<'_>) -> Result<Option<Row>, ProjectError> {
    let Some(kind) = CredentialKind::parse(&r.get::<_, String>(2)?) else { return Ok(None) };
    let part: String = r.get(1)?;
    let cell = CredentialCell { kind: kind.as_str(), context: r.get(7)?, namespace: r.get(3)?, name: r.get(4)? };
    let (namespace, name): (String, String) = (r.get(8)?, r.get(9)?);
    let parts = [namespace, name, part.clone()];
    let owner = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    let bytes = |column| r.get::<_, i64>(column).map(i64::unsigned_abs);
    let stands = Stand {
        path: r.get::<_, Option<String>>(10)?.unwrap_or_default(),
        locator: r.get(6)?,
        evidence: r.get(11)?,
        offset: bytes(12)?,
        length: bytes(13)?,
    };
    Ok(Some(Row { part, cell, owner, detail: r.get(5)?, stands }))
}
