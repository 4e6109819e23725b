//! After readings: brings each touched object and its uses up to date with all that is known.
//!
//! What is derived here (gone, workload, current, running, hidden) is a function of the stored facts alone, whatever the
//! order in which they came.

use rusqlite::{Connection, OptionalExtension, Statement, params};
use std::collections::{BTreeSet, HashMap};

use super::coverage::{Coverage, Sought};
use super::error::ProjectError;
use super::intern::{Interner, remember};
use super::objects::Origin;
use super::uses::RUNNING;
use crate::model::fact::Role;
use crate::resolve::workload::{Link, Top, top_owner};

/// Settles objects one by one; remembers what it looked up.
pub(super) struct Settler<'t> {
    coverage: Coverage<'t>,
    owners: HashMap<(i64, String), Option<Link>>,
    workloads: HashMap<(i64, Top), i64>,
    sql: Sql<'t>,
}

struct Sql<'t> {
    object: Statement<'t>,
    object_update: Statement<'t>,
    owner: Statement<'t>,
    workload: Statement<'t>,
    workload_new: Statement<'t>,
    uses: Statement<'t>,
    use_update: Statement<'t>,
    richer: Statement<'t>,
}

/// An object's row, as far as settling needs it.
struct Stored {
    sought: Sought,
    name: String,
    owner: (i64, String, Option<String>),
    top: (i64, String),
    phase: i64,
    gone: bool,
    workload: i64,
}

/// A use's row, as far as settling needs it.
struct StoredUse {
    key: [i64; 4],
    name: i64,
    image: i64,
    state: i64,
    last_seen: i64,
    flags: Flags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flags {
    current: bool,
    running: bool,
    hidden: bool,
}

impl<'t> Settler<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        let sql = Sql {
            object: conn.prepare(
                "SELECT context, kind, namespace, origin, source, last_seen, name, owner_kind, owner_name, owner_uid,
                top_kind, top_name, phase, gone, workload FROM p_object WHERE id = ?1",
            )?,
            object_update: conn.prepare("UPDATE p_object SET gone = ?2, workload = ?3 WHERE id = ?1")?,
            owner: conn.prepare(
                "SELECT kind, namespace, name, owner_kind, owner_name, owner_uid, top_kind, top_name FROM p_object
                WHERE instance = ?1 AND context = ?2 AND origin = 0 ORDER BY kind, namespace, name LIMIT 1",
            )?,
            workload: conn.prepare(
                "SELECT id FROM p_workload WHERE context = ?1 AND kind = ?2 AND namespace = ?3 AND name = ?4",
            )?,
            workload_new: conn
                .prepare("INSERT INTO p_workload (context, kind, namespace, name) VALUES (?1, ?2, ?3, ?4)")?,
            uses: conn.prepare(
                "SELECT role, container, written, digest, name, image, state, last_seen, current, running, hidden
                FROM p_use WHERE object = ?1",
            )?,
            use_update: conn.prepare(
                "UPDATE p_use SET current = ?6, running = ?7, hidden = ?8
                WHERE object = ?1 AND role = ?2 AND container = ?3 AND written = ?4 AND digest = ?5",
            )?,
            richer: conn.prepare(
                "SELECT EXISTS (SELECT 1 FROM p_object o JOIN p_use u ON u.object = o.id
                WHERE o.context = ?1 AND o.kind = ?2 AND o.namespace = ?3 AND o.name = ?4 AND o.origin = 0
                AND u.role = ?5 AND u.written = ?6)",
            )?,
        };
        Ok(Settler { coverage: Coverage::new(conn)?, owners: HashMap::new(), workloads: HashMap::new(), sql })
    }

    /// Brings one object up to date and notes the images and names of its uses.
    pub fn settle(
        &mut self,
        interner: &mut Interner<'_>,
        object: i64,
        images: &mut BTreeSet<i64>,
        names: &mut BTreeSet<i64>,
    ) -> Result<(), ProjectError> {
        let stored = self.sql.object.query_row([object], read_object)?;
        let gone = self.coverage.is_gone(&stored.sought)?;
        let workload = self.workload(interner, &stored)?;
        if (gone, workload) != (stored.gone, stored.workload) {
            self.sql.object_update.execute(params![object, gone, workload])?;
        }
        let ended = matches!(interner.text_of(stored.phase)?, "Failed" | "Succeeded");
        let uses: Vec<StoredUse> = self.sql.uses.query_map([object], read_use)?.collect::<Result<_, _>>()?;
        let reported = reported_until(&uses);
        for found in &uses {
            let current = !gone && found.last_seen == stored.sought.last_seen;
            let live = stored.sought.origin == Origin::Live as i64;
            let running = current && live && !ended && found.state == RUNNING;
            let hidden = self.hidden(&stored, found, &reported)?;
            let flags = Flags { current, running, hidden };
            if flags != found.flags {
                let [role, container, written, digest] = found.key;
                self.sql
                    .use_update
                    .execute(params![object, role, container, written, digest, current, running, hidden])?;
            }
            images.insert(found.image);
            names.insert(found.name);
        }
        Ok(())
    }

    /// A use that says nothing of its own: the same place is known better from a richer or a later report.
    fn hidden(
        &mut self,
        object: &Stored,
        found: &StoredUse,
        reported: &HashMap<[i64; 3], i64>,
    ) -> Result<bool, ProjectError> {
        let [role, container, written, digest] = found.key;
        if object.sought.origin == Origin::Table as i64 {
            let Sought { context, kind, namespace, .. } = object.sought;
            let row =
                self.sql.richer.query_row(params![context, kind, namespace, object.name, role, written], |r| r.get(0));
            return Ok(row?);
        }
        let later = reported.get(&[role, container, written]).is_some_and(|last| *last >= found.last_seen);
        Ok(digest == 0 && later && object.sought.origin == Origin::Live as i64)
    }

    fn workload(&mut self, interner: &mut Interner<'_>, stored: &Stored) -> Result<i64, ProjectError> {
        let context = stored.sought.context;
        let link = Link {
            kind: interner.text_of(stored.sought.kind)?.to_owned(),
            namespace: interner.text_of(stored.sought.namespace)?.to_owned(),
            name: stored.name.clone(),
            owner: owner_of(interner, &stored.owner)?,
            likely_top: top_of(interner, &stored.top)?,
        };
        match top_owner(&link, |uid| self.owner(interner, context, uid))? {
            Some(top) => self.workload_number(interner, context, top),
            None => Ok(0),
        }
    }

    fn owner(&mut self, interner: &mut Interner<'_>, context: i64, uid: &str) -> Result<Option<Link>, ProjectError> {
        let key = (context, uid.to_owned());
        if let Some(known) = self.owners.get(&key) {
            return Ok(known.clone());
        }
        let row = self.sql.owner.query_row(params![uid, context], |r| {
            let (kind, namespace, name) = (r.get::<_, i64>(0)?, r.get::<_, i64>(1)?, r.get::<_, String>(2)?);
            Ok((kind, namespace, name, (r.get(3)?, r.get(4)?, r.get(5)?), (r.get(6)?, r.get(7)?)))
        });
        let link = match row.optional()? {
            None => None,
            Some((kind, namespace, name, owner, top)) => Some(Link {
                kind: interner.text_of(kind)?.to_owned(),
                namespace: interner.text_of(namespace)?.to_owned(),
                name,
                owner: owner_of(interner, &owner)?,
                likely_top: top_of(interner, &top)?,
            }),
        };
        remember(&mut self.owners, key, link.clone());
        Ok(link)
    }

    fn workload_number(&mut self, interner: &mut Interner<'_>, context: i64, top: Top) -> Result<i64, ProjectError> {
        if let Some(id) = self.workloads.get(&(context, top.clone())) {
            return Ok(*id);
        }
        let (kind, namespace) = (interner.text(&top.kind)?, interner.text(&top.namespace)?);
        let key = params![context, kind, namespace, top.name];
        let id = match self.sql.workload.query_row(key, |r| r.get(0)).optional()? {
            Some(id) => id,
            None => self.sql.workload_new.insert(key)?,
        };
        remember(&mut self.workloads, (context, top), id);
        Ok(id)
    }
}

/// Until when a digest was reported for each place and written reference.
fn reported_until(uses: &[StoredUse]) -> HashMap<[i64; 3], i64> {
    let mut until = HashMap::new();
    for found in uses.iter().filter(|u| u.key[3] != 0) {
        let [role, container, written, _] = found.key;
        let last = until.entry([role, container, written]).or_insert(found.last_seen);
        *last = found.last_seen.max(*last);
    }
    until
}

type OwnerRef = Option<(String, String, Option<String>)>;

fn owner_of(interner: &mut Interner<'_>, owner: &(i64, String, Option<String>)) -> Result<OwnerRef, ProjectError> {
    let (kind, name, uid) = owner;
    match kind {
        0 => Ok(None),
        kind => Ok(Some((interner.text_of(*kind)?.to_owned(), name.clone(), uid.clone()))),
    }
}

fn top_of(interner: &mut Interner<'_>, top: &(i64, String)) -> Result<Option<(String, String)>, ProjectError> {
    let (kind, name) = top;
    match kind {
        0 => Ok(None),
        kind => Ok(Some((interner.text_of(*kind)?.to_owned(), name.clone()))),
    }
}

fn read_object(r: &rusqlite::Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        sought: Sought {
            context: r.get(0)?,
            kind: r.get(1)?,
            namespace: r.get(2)?,
            origin: r.get(3)?,
            source: r.get(4)?,
            last_seen: r.get(5)?,
        },
        name: r.get(6)?,
        owner: (r.get(7)?, r.get(8)?, r.get(9)?),
        top: (r.get(10)?, r.get(11)?),
        phase: r.get(12)?,
        gone: r.get(13)?,
        workload: r.get(14)?,
    })
}

fn read_use(r: &rusqlite::Row<'_>) -> rusqlite::Result<StoredUse> {
    Ok(StoredUse {
        key: [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?],
        name: r.get(4)?,
        image: r.get(5)?,
        state: r.get(6)?,
        last_seen: r.get(7)?,
        flags: Flags { current: r.get(8)?, running: r.get(9)?, hidden: r.get(10)? },
    })
}

/// The objects that look different because of these: those they own, however far down, and rows of text tables about
/// the same pods.
pub(super) fn dependents(conn: &Connection, objects: &mut BTreeSet<i64>) -> Result<(), ProjectError> {
    let mut owned = conn.prepare(
        "SELECT child.id FROM p_object o JOIN p_object child ON child.owner_uid = o.instance AND child.context = o.context
        WHERE o.id = ?1 AND o.origin = 0",
    )?;
    let mut rows_of = conn.prepare(
        "SELECT t.id FROM p_object o JOIN p_object t ON t.context = o.context AND t.kind = o.kind
        AND t.namespace = o.namespace AND t.name = o.name AND t.origin = 1 WHERE o.id = ?1 AND o.origin = 0",
    )?;
    let mut todo: Vec<i64> = objects.iter().copied().collect();
    while let Some(object) = todo.pop() {
        for statement in [&mut owned, &mut rows_of] {
            for dependent in statement.query_map([object], |r| r.get(0))? {
                let dependent = dependent?;
                if objects.insert(dependent) {
                    todo.push(dependent);
                }
            }
        }
    }
    Ok(())
}

/// A role's word for its stored number.
pub(in crate::case) fn role_of(number: i64) -> Option<Role> {
    usize::try_from(number).ok().and_then(|i| Role::ALL.get(i).copied())
}
