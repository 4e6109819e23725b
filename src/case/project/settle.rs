//! After readings: brings each touched object and its uses up to date with all that is known.
//!
//! What is derived here (gone, workload, current, running, hidden) is a function of the stored facts alone, whatever the
//! order in which they came.

mod dependents;
mod rows;

use rusqlite::{Connection, Statement, params};
use std::collections::{BTreeSet, HashMap};

use super::coverage::{Coverage, Sought};
use super::error::ProjectError;
use super::intern::Interner;
use super::objects::Origin;
use super::tally::Tallies;
use super::triage;
use super::twins::{CONTAINER, POD, Told, Twins};
use super::uses::RUNNING;
use super::workloads::{Workloads, owner_of, top_of};
use crate::model::fact::Role;
use crate::resolve::workload::Link;

pub(super) use dependents::{asked_for, dependents};
use rows::{Flags, Place, Stored, StoredUse, read_object, read_use};

/// The kind of object that a Dockerfile is by itself.
const DOCKERFILE: &str = "Dockerfile";

/// The kinds of objects that project files are by themselves and for others: a Dockerfile that is built, a compose file
/// that is included.
const ASKED_FOR: [&str; 2] = [DOCKERFILE, "ComposeProject"];

/// The kind of a machine or device: it never was a live object, and runs what its list states.
pub(super) const DEVICE: &str = "Device";

/// What other reports of a container say of it.
#[derive(Debug, Clone, Copy, Default)]
struct Other {
    /// It is known by its whole id, and this is a row with a short one.
    whole: bool,
    /// State and time of the latest row with its short id.
    later: Option<(i64, i64)>,
}

/// Objects brought up to date in one go, with as much of them in memory.
const AT_ONCE: i64 = 512;

/// Settles objects in runs; remembers what it looked up.
pub(super) struct Settler<'a, 't> {
    interner: &'a mut Interner<'t>,
    workloads: &'a mut Workloads<'t>,
    tallies: &'a mut Tallies,
    coverage: Coverage<'t>,
    twins: Twins<'t>,
    sql: Sql<'t>,
    /// The names of all uses seen on the way.
    pub names: BTreeSet<i64>,
    /// Contexts in which something around places came or went, each with 0 for all of it.
    pub around: BTreeSet<[i64; 2]>,
}

struct Sql<'t> {
    objects: Statement<'t>,
    object_update: Statement<'t>,
    uses: Statement<'t>,
    use_update: Statement<'t>,
    richer: Statement<'t>,
    known: Statement<'t>,
    built: Statement<'t>,
    replaced: Statement<'t>,
}

/// An object that was new in this fold and was told once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fresh {
    pub id: i64,
    pub sought: Sought,
    /// Kind of its owner, by text number; 0 for none.
    pub owner_kind: i64,
}

impl<'a, 't> Settler<'a, 't> {
    pub fn new(
        conn: &'t Connection,
        interner: &'a mut Interner<'t>,
        workloads: &'a mut Workloads<'t>,
        tallies: &'a mut Tallies,
    ) -> Result<Self, ProjectError> {
        let sql = Sql {
            objects: conn.prepare(
                "SELECT id, context, kind, namespace, origin, source, last_seen, name, owner_kind, owner_name, owner_uid,
                top_kind, top_name, phase, gone, workload FROM p_object WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
            )?,
            object_update: conn.prepare("UPDATE p_object SET gone = ?2, workload = ?3 WHERE id = ?1")?,
            uses: conn.prepare(
                "SELECT object, role, container, written, digest, name, image, state, last_seen, current, running, hidden,
                first_seen, resolved, needs, source, offset FROM p_use WHERE object BETWEEN ?1 AND ?2 ORDER BY object",
            )?,
            use_update: conn.prepare(
                "UPDATE p_use SET current = ?6, running = ?7, hidden = ?8
                WHERE object = ?1 AND role = ?2 AND container = ?3 AND written = ?4 AND digest = ?5 AND resolved = ?9
                AND needs = ?10",
            )?,
            richer: conn.prepare(
                "SELECT EXISTS (SELECT 1 FROM p_object o JOIN p_use u ON u.object = o.id
                WHERE o.context = ?1 AND o.kind = ?2 AND o.namespace = ?3 AND o.name = ?4 AND o.origin = 0
                AND u.role = ?5 AND u.written = ?6)",
            )?,
            known: conn.prepare(
                "SELECT EXISTS (SELECT 1 FROM p_use WHERE source = ?1 AND offset = ?2 AND resolved <> 0 AND needs = 0)",
            )?,
            built: conn.prepare(
                "SELECT EXISTS (SELECT 1 FROM p_use INDEXED BY p_use_stage WHERE source = ?1 AND offset = ?2
                AND role >= 9 AND role <= 11 AND role = ?3 AND name = ?4 AND digest = ?5 AND object <> ?6)",
            )?,
            replaced: conn.prepare(
                "SELECT EXISTS (SELECT 1 FROM p_use INDEXED BY p_use_stage WHERE source = ?1 AND offset = ?2
                AND role >= 9 AND role <= 11 AND role = ?3 AND written = ?4 AND resolved <> 0 AND needs = 0
                AND object <> ?5)",
            )?,
        };
        let coverage = Coverage::new(conn)?;
        let twins = Twins::new(conn)?;
        Ok(Settler {
            interner,
            workloads,
            tallies,
            coverage,
            twins,
            sql,
            names: BTreeSet::new(),
            around: BTreeSet::new(),
        })
    }

    /// Brings objects up to date, neighbours together: a fresh import is one run.
    pub fn settle_all(&mut self, objects: &BTreeSet<i64>) -> Result<(), ProjectError> {
        let mut run: Option<(i64, i64)> = None;
        for id in objects {
            run = match run {
                Some((first, last)) if *id == last + 1 && *id - first < AT_ONCE => Some((first, *id)),
                Some((first, last)) => {
                    self.settle_run(first, last)?;
                    Some((*id, *id))
                }
                None => Some((*id, *id)),
            };
        }
        run.map_or(Ok(()), |(first, last)| self.settle_run(first, last))
    }

    /// True where what a new object was stored with is final: nothing later says that it is gone, and no object of its
    /// owner's kind is there that could have an owner of its own.
    pub fn is_final(&mut self, fresh: &Fresh) -> Result<bool, ProjectError> {
        let known = fresh.owner_kind != 0 && self.workloads.has_kind(fresh.sought.context, fresh.owner_kind)?;
        Ok(!known && !self.coverage.is_gone(&fresh.sought)?)
    }

    fn settle_run(&mut self, first: i64, last: i64) -> Result<(), ProjectError> {
        let objects: Vec<Stored> = self.sql.objects.query_map([first, last], read_object)?.collect::<Result<_, _>>()?;
        let uses: Vec<StoredUse> = self.sql.uses.query_map([first, last], read_use)?.collect::<Result<_, _>>()?;
        let mut by_object = uses.chunk_by(|a, b| a.object == b.object).peekable();
        for object in &objects {
            let own = by_object.next_if(|uses| uses.first().is_some_and(|u| u.object == object.id));
            self.settle(object, own.unwrap_or_default())?;
        }
        Ok(())
    }

    fn settle(&mut self, object: &Stored, uses: &[StoredUse]) -> Result<(), ProjectError> {
        let gone = self.coverage.is_gone(&object.sought)?;
        let link = self.link(object)?;
        let workload = self.workloads.settled(self.interner, object.sought.context, &link)?;
        if (gone, workload) != (object.gone, object.workload) {
            if uses.is_empty() && triage::stands_around(self.interner.text_of(object.sought.kind)?) {
                self.around.insert([object.sought.context, 0]);
            }
            self.sql.object_update.execute(params![object.id, gone, workload])?;
        }
        let ended = matches!(self.interner.text_of(object.phase)?, "Failed" | "Succeeded");
        let kind = self.interner.text_of(object.sought.kind)?;
        let (container, device, dockerfile) = (kind == CONTAINER, kind == DEVICE, kind == DOCKERFILE);
        let runs = (object.sought.origin == Origin::Live as i64 || device) && !ended;
        let other = if container { self.other_reports(object)? } else { Other::default() };
        let reported = reported_until(uses);
        for found in uses {
            let current = !gone && found.last_seen == object.sought.last_seen;
            let state = other.later.filter(|(_, at)| *at > found.last_seen).map_or(found.state, |(state, _)| state);
            let running = current && runs && state == RUNNING;
            let twin = other.whole || container && self.of_pod(object, found)?;
            let hidden = twin
                || self.hidden(object, found, &reported)?
                || self.known_better(object, found, uses)?
                || dockerfile && (self.built(object, found)? || self.replaced(object, found)?);
            let flags = Flags { current, running, hidden };
            if flags != found.flags {
                let [role, container, written, resolved, needs] = found.place;
                self.sql.use_update.execute(params![
                    object.id,
                    role,
                    container,
                    written,
                    found.digest,
                    current,
                    running,
                    hidden,
                    resolved,
                    needs
                ])?;
            }
            let before = found.counted(object, found.flags, object.workload);
            let after = found.counted(object, flags, workload);
            self.tallies.change(found.image, before.as_ref(), after.as_ref());
            self.names.insert(found.name);
        }
        Ok(())
    }

    /// A use that says nothing of its own: the same place is known better from a richer or a later report.
    fn hidden(
        &mut self,
        object: &Stored,
        found: &StoredUse,
        reported: &HashMap<Place, i64>,
    ) -> Result<bool, ProjectError> {
        if object.sought.origin == Origin::Table as i64 {
            let Sought { context, kind, namespace, .. } = object.sought;
            let [role, _, written, ..] = found.place;
            let key = params![context, kind, namespace, object.name, role, written];
            return Ok(self.sql.richer.query_row(key, |r| r.get(0))?);
        }
        let later = reported.get(&found.place).is_some_and(|last| *last >= found.last_seen);
        Ok(found.digest == 0 && later && object.sought.origin == Origin::Live as i64)
    }

    /// A stage of a Dockerfile for which a build asks that comes to the same image there: one place, which is the build's.
    fn built(&mut self, object: &Stored, found: &StoredUse) -> Result<bool, ProjectError> {
        let ([role, ..], [source, offset]) = (found.place, found.stands);
        Ok(self.sql.built.query_row([source, offset, role, found.name, found.digest, object.id], |r| r.get(0))?)
    }

    /// A plain word of a Dockerfile in whose place a build that asks for it has something else, by a named context: what
    /// the word would come to by itself is then no image that anybody asks for.
    fn replaced(&mut self, object: &Stored, found: &StoredUse) -> Result<bool, ProjectError> {
        let ([role, _, written, resolved, needs], [source, offset]) = (found.place, found.stands);
        if resolved != 0 || needs != 0 {
            return Ok(false);
        }
        Ok(self.sql.replaced.query_row([source, offset, role, written, object.id], |r| r.get(0))?)
    }

    /// What other reports of a container say.
    fn other_reports(&mut self, object: &Stored) -> Result<Other, ProjectError> {
        let Sought { context, kind, namespace, .. } = object.sought;
        let (within, id) = ([context, kind, namespace], self.twins.id(object.id)?);
        Ok(Other {
            whole: self.twins.is_short(within, &object.name, &id)?,
            later: self.twins.row(within, &object.name, &id)?,
        })
    }

    /// Whether the cluster shows this container of a pod too.
    fn of_pod(&mut self, object: &Stored, found: &StoredUse) -> Result<bool, ProjectError> {
        let (kind, name, Some(uid)) = &object.owner else { return Ok(false) };
        if self.interner.text_of(*kind)? != POD {
            return Ok(false);
        }
        let [_, container, ..] = found.place;
        let told = Told { container, digest: found.digest, image: found.image, last_seen: found.last_seen };
        self.twins.is_of_pod((*kind, object.sought.namespace, name, uid), told)
    }

    /// A place whose variables nothing defines, while the same words are resolved for the same place, by a build that gives a
    /// Dockerfile its arguments, or by a project that includes a compose file: what the file comes to by itself is then
    /// not what anybody asks for.
    fn known_better(&mut self, object: &Stored, found: &StoredUse, uses: &[StoredUse]) -> Result<bool, ProjectError> {
        let [role, container, written, _, needs] = found.place;
        if needs == 0 {
            return Ok(false);
        }
        let same = |other: &StoredUse| {
            let [r, c, w, _, lacks] = other.place;
            [r, c, w] == [role, container, written] && lacks == 0
        };
        if uses.iter().any(|other| same(other) && other.last_seen >= found.last_seen) {
            return Ok(true);
        }
        // Only there: what such a file's places are known by is folded anew together, so no order can matter.
        let alone = ASKED_FOR.contains(&self.interner.text_of(object.sought.kind)?);
        Ok(alone && self.sql.known.query_row(found.stands, |r| r.get(0))?)
    }

    fn link(&mut self, object: &Stored) -> Result<Link, ProjectError> {
        Ok(Link {
            kind: self.interner.text_of(object.sought.kind)?.to_owned(),
            namespace: self.interner.text_of(object.sought.namespace)?.to_owned(),
            name: object.name.clone(),
            owner: owner_of(self.interner, &object.owner)?,
            likely_top: top_of(self.interner, &object.top)?,
        })
    }
}

/// Until when a digest was reported for each place; empty where every use has one.
fn reported_until(uses: &[StoredUse]) -> HashMap<Place, i64> {
    let mut until = HashMap::new();
    if uses.iter().all(|found| found.digest != 0) {
        return until;
    }
    for found in uses.iter().filter(|found| found.digest != 0) {
        let last = until.entry(found.place).or_insert(found.last_seen);
        *last = found.last_seen.max(*last);
    }
    until
}

/// A role's word for its stored number.
pub(in crate::case) fn role_of(number: i64) -> Option<Role> {
    usize::try_from(number).ok().and_then(|i| Role::ALL.get(i).copied())
}
