//! Which credentials the places of images can use, by name. Never a value.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

use crate::case::project::{Held, ProjectError};

/// A credential, as a cluster names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CredentialCell {
    /// `pull-secret`, `service-account` or `secret`.
    pub kind: &'static str,
    /// Its context; empty where none was told.
    pub context: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Images with more places than this in all are looked for in one pass over everything.
const MANY: i64 = 50_000;

/// For each credential that places of these images can use, the greatest of the images' ranks and how many objects hold it.
pub fn held(conn: &Connection, ranks: &HashMap<i64, u8>) -> Result<BTreeMap<CredentialCell, (u8, u64)>, ProjectError> {
    if !conn.query_row("SELECT EXISTS (SELECT 1 FROM p_holds)", [], |r| r.get::<_, bool>(0))? {
        return Ok(BTreeMap::new());
    }
    // Context, namespace and the list of names of each; the same list is read once.
    let mut lists: HashMap<(i64, i64, i64), (u8, u64)> = HashMap::new();
    let mut take = |rank: u8, key: (i64, i64, i64)| {
        let (best, objects) = lists.entry(key).or_insert((0, 0));
        (*best, *objects) = (rank.max(*best), *objects + 1);
    };
    let columns = "u.image, o.context, o.namespace, h.names FROM p_use u JOIN p_holds h ON h.object = u.object
        JOIN p_object o ON o.id = u.object WHERE u.hidden = 0";
    let read = |r: &rusqlite::Row<'_>| Ok((r.get::<_, i64>(0)?, (r.get(1)?, r.get(2)?, r.get(3)?)));
    if places(conn, ranks)? > MANY {
        let mut all = conn.prepare(&format!("SELECT {columns}"))?;
        for row in all.query_map([], read)? {
            let (image, key) = row?;
            ranks.get(&image).into_iter().for_each(|rank| take(*rank, key));
        }
    } else {
        let mut of_image = conn.prepare(&format!("SELECT {columns} AND u.image = ?1"))?;
        for (image, rank) in ranks {
            for row in of_image.query_map([image], read)? {
                take(*rank, row?.1);
            }
        }
    }
    named(conn, lists)
}

/// Places of these images in all.
fn places(conn: &Connection, ranks: &HashMap<i64, u8>) -> Result<i64, ProjectError> {
    let mut uses = conn.prepare("SELECT coalesce(sum(uses), 0) FROM p_image WHERE id = ?1")?;
    let mut sum = 0;
    for image in ranks.keys() {
        sum += uses.query_row([image], |r| r.get::<_, i64>(0))?;
        if sum > MANY {
            break;
        }
    }
    Ok(sum)
}

fn named(
    conn: &Connection,
    lists: HashMap<(i64, i64, i64), (u8, u64)>,
) -> Result<BTreeMap<CredentialCell, (u8, u64)>, ProjectError> {
    let mut text = conn.prepare("SELECT text FROM p_text WHERE id = ?1")?;
    let mut of = |id: i64| text.query_row([id], |r| r.get::<_, String>(0));
    let mut found: BTreeMap<CredentialCell, (u8, u64)> = BTreeMap::new();
    for ((context, namespace, names), (rank, objects)) in lists {
        let listed: Vec<(i64, String)> = serde_json::from_str(&of(names)?)
            .map_err(|e| ProjectError::Damaged(format!("the credentials of an object: {e}")))?;
        let (context, namespace) = (of(context)?, of(namespace)?);
        for (kind, name) in listed {
            let Some(kind) = Held::of(kind) else { continue };
            let (context, namespace) = (context.clone(), namespace.clone());
            let cell = CredentialCell { kind: kind.as_str(), context, namespace, name };
            let (best, sum) = found.entry(cell).or_insert((0, 0));
            (*best, *sum) = (rank.max(*best), *sum + objects);
        }
    }
    Ok(found)
}
