//! Which credentials the places of images can use, by name. Never a value.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::given::referred;
use crate::case::project::{Held, ProjectError};

/// A credential, as a cluster or a file names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CredentialCell {
    /// Of a cluster `pull-secret`, `service-account` or `secret`; of a file the word of a
    /// [`crate::model::credential::CredentialKind`].
    pub kind: &'static str,
    /// Its context; empty where none was told.
    pub context: String,
    /// Its namespace; of a file's the project that it is valid in, with the service where it is that one's alone.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Images with more places than this in all are looked for in one pass over everything.
const MANY: i64 = 50_000;

/// How much an image matters: of several images beside one credential the worst counts.
pub trait Rank: Copy + Default {
    /// The worse of two.
    fn worse(self, other: Self) -> Self;
}

impl Rank for u8 {
    fn worse(self, other: u8) -> u8 {
        self.max(other)
    }
}

/// A rank, and whether something must be done now: each by itself, for the worst image need not be the urgent one.
impl Rank for (u8, bool) {
    fn worse(self, other: (u8, bool)) -> (u8, bool) {
        (self.0.max(other.0), self.1 || other.1)
    }
}

/// What stands beside a credential that a cluster names.
#[derive(Debug, Clone, Default)]
pub struct Beside<R> {
    /// The worst rank of an image beside it.
    pub rank: R,
    /// The workloads whose places hold it, by number: a workload with all its pods is one.
    pub workloads: HashSet<i64>,
}

/// For each credential that places of these images can use, as a cluster, a compose file or a CI file says, the greatest of
/// the images' ranks, which are above 0, and how many workloads and jobs hold it.
pub fn reached(
    conn: &Connection,
    ranks: &HashMap<i64, u8>,
) -> Result<BTreeMap<CredentialCell, (u8, u64)>, ProjectError> {
    let held = held(conn, ranks)?.into_iter();
    let mut found: BTreeMap<_, _> = held.map(|(cell, it)| (cell, (it.rank, it.workloads.len() as u64))).collect();
    for (cell, reference) in referred(conn, ranks)?.into_iter().filter(|(_, reference)| reference.rank > 0) {
        let (best, places) = found.entry(cell).or_insert((0, 0));
        (*best, *places) = (reference.rank.max(*best), *places + reference.places.len() as u64);
    }
    Ok(found)
}

/// The same of what clusters say alone, by any ranks.
pub fn held<R: Rank>(
    conn: &Connection,
    ranks: &HashMap<i64, R>,
) -> Result<BTreeMap<CredentialCell, Beside<R>>, ProjectError> {
    if !conn.query_row("SELECT EXISTS (SELECT 1 FROM p_holds)", [], |r| r.get::<_, bool>(0))? {
        return Ok(BTreeMap::new());
    }
    // Context, namespace and the list of names of each; the same list is read once.
    let mut lists: HashMap<(i64, i64, i64), Beside<R>> = HashMap::new();
    let mut take = |rank: R, (workload, key): (i64, (i64, i64, i64))| {
        let beside = lists.entry(key).or_default();
        beside.rank = rank.worse(beside.rank);
        beside.workloads.insert(workload);
    };
    let columns =
        "u.image, o.workload, o.context, o.namespace, h.names FROM p_use u JOIN p_holds h ON h.object = u.object
        JOIN p_object o ON o.id = u.object WHERE u.hidden = 0";
    let read = |r: &rusqlite::Row<'_>| Ok((r.get::<_, i64>(0)?, (r.get(1)?, (r.get(2)?, r.get(3)?, r.get(4)?))));
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
fn places<R>(conn: &Connection, ranks: &HashMap<i64, R>) -> Result<i64, ProjectError> {
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

fn named<R: Rank>(
    conn: &Connection,
    lists: HashMap<(i64, i64, i64), Beside<R>>,
) -> Result<BTreeMap<CredentialCell, Beside<R>>, ProjectError> {
    let mut text = conn.prepare("SELECT text FROM p_text WHERE id = ?1")?;
    let mut of = |id: i64| text.query_row([id], |r| r.get::<_, String>(0));
    let mut found: BTreeMap<CredentialCell, Beside<R>> = BTreeMap::new();
    for ((context, namespace, names), list) in lists {
        let listed: Vec<(i64, String)> = serde_json::from_str(&of(names)?)
            .map_err(|e| ProjectError::Damaged(format!("the credentials of an object: {e}")))?;
        let (context, namespace) = (of(context)?, of(namespace)?);
        for (kind, name) in listed {
            let Some(kind) = Held::of(kind) else { continue };
            let (context, namespace) = (context.clone(), namespace.clone());
            let cell = CredentialCell { kind: kind.as_str(), context, namespace, name };
            let beside = found.entry(cell).or_default();
            beside.rank = list.rank.worse(beside.rank);
            beside.workloads.extend(&list.workloads);
        }
    }
    Ok(found)
}
