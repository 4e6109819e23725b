//! Workloads by number: who an object belongs to, as far as the case knows its owners.

use rusqlite::{Connection, OptionalExtension, Statement, params};
use std::collections::HashMap;

use super::error::ProjectError;
use super::intern::{Interner, remember};
use crate::resolve::workload::{Link, OwnerKey, Top, top_owner};

/// An owner as stored: kind's text number (0 for none), name, uid.
pub(super) type StoredOwner = (i64, String, Option<String>);

/// Looks workloads up; remembers what it found.
pub(super) struct Workloads<'t> {
    conn: &'t Connection,
    owners: HashMap<(i64, OwnerKey), Option<Link>>,
    kinds: HashMap<(i64, i64), bool>,
    numbers: HashMap<(i64, Top), i64>,
    kind: Statement<'t>,
    owner: Statement<'t>,
    number: Statement<'t>,
    number_new: Statement<'t>,
}

impl<'t> Workloads<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Workloads {
            conn,
            owners: HashMap::new(),
            kinds: HashMap::new(),
            numbers: HashMap::new(),
            kind: conn.prepare("SELECT EXISTS (SELECT 1 FROM p_object WHERE context = ?1 AND kind = ?2)")?,
            owner: conn.prepare(
                "SELECT owner_kind, owner_name, owner_uid, top_kind, top_name FROM p_object WHERE context = ?1
                AND kind = ?2 AND namespace = ?3 AND name = ?4 AND origin = 0 AND instance = ?5",
            )?,
            number: conn.prepare(
                "SELECT id FROM p_workload WHERE context = ?1 AND kind = ?2 AND namespace = ?3 AND name = ?4",
            )?,
            number_new: conn
                .prepare("INSERT OR IGNORE INTO p_workload (context, kind, namespace, name) VALUES (?1, ?2, ?3, ?4)")?,
        })
    }

    /// The workload by what the object itself says, before its owners are looked up; 0 for none.
    pub fn provisional(&mut self, interner: &mut Interner<'_>, context: i64, link: &Link) -> Result<i64, ProjectError> {
        match top_owner(link, |_| Ok::<_, ProjectError>(None))? {
            Some(top) => self.number(interner, context, top),
            None => Ok(0),
        }
    }

    /// The workload by all that the case knows; 0 for none.
    pub fn settled(&mut self, interner: &mut Interner<'_>, context: i64, link: &Link) -> Result<i64, ProjectError> {
        match top_owner(link, |key| self.owner(interner, context, key))? {
            Some(top) => self.number(interner, context, top),
            None => Ok(0),
        }
    }

    /// True where any object of a kind is there; asked only once all are.
    pub fn has_kind(&mut self, context: i64, kind: i64) -> Result<bool, ProjectError> {
        if let Some(known) = self.kinds.get(&(context, kind)) {
            return Ok(*known);
        }
        let known = self.kind.query_row([context, kind], |r| r.get(0))?;
        self.kinds.insert((context, kind), known);
        Ok(known)
    }

    /// An owner of the same context, in the same namespace or in none.
    fn owner(
        &mut self,
        interner: &mut Interner<'_>,
        context: i64,
        key: &OwnerKey,
    ) -> Result<Option<Link>, ProjectError> {
        let cache_key = (context, key.clone());
        if let Some(known) = self.owners.get(&cache_key) {
            return Ok(known.clone());
        }
        let mut link = self.stored(interner, context, key, &key.namespace)?;
        if link.is_none() && !key.namespace.is_empty() {
            link = self.stored(interner, context, key, "")?;
        }
        remember(&mut self.owners, cache_key, link.clone());
        Ok(link)
    }

    fn stored(
        &mut self,
        interner: &mut Interner<'_>,
        context: i64,
        key: &OwnerKey,
        namespace: &str,
    ) -> Result<Option<Link>, ProjectError> {
        let (kind, namespace_id) = (interner.text(&key.kind)?, interner.text(namespace)?);
        let found = self.owner.query_row(params![context, kind, namespace_id, key.name, key.uid], |r| {
            Ok(((r.get(0)?, r.get(1)?, r.get(2)?), (r.get(3)?, r.get(4)?)))
        });
        match found.optional()? {
            None => Ok(None),
            Some((owner, top)) => Ok(Some(Link {
                kind: key.kind.clone(),
                namespace: namespace.to_owned(),
                name: key.name.clone(),
                owner: owner_of(interner, &owner)?,
                likely_top: top_of(interner, &top)?,
            })),
        }
    }

    fn number(&mut self, interner: &mut Interner<'_>, context: i64, top: Top) -> Result<i64, ProjectError> {
        let cache_key = (context, top);
        if let Some(id) = self.numbers.get(&cache_key) {
            return Ok(*id);
        }
        let (kind, namespace) = (interner.text(&cache_key.1.kind)?, interner.text(&cache_key.1.namespace)?);
        let key = params![context, kind, namespace, cache_key.1.name];
        let id = match self.number_new.execute(key)? {
            0 => self.number.query_row(key, |r| r.get(0))?,
            _ => self.conn.last_insert_rowid(),
        };
        remember(&mut self.numbers, cache_key, id);
        Ok(id)
    }
}

/// A stored owner in words.
pub(super) fn owner_of(
    interner: &mut Interner<'_>,
    (kind, name, uid): &StoredOwner,
) -> Result<Option<(String, String, Option<String>)>, ProjectError> {
    match kind {
        0 => Ok(None),
        kind => Ok(Some((interner.text_of(*kind)?.to_owned(), name.clone(), uid.clone()))),
    }
}

/// A stored owner's owner in words.
pub(super) fn top_of(
    interner: &mut Interner<'_>,
    (kind, name): &(i64, String),
) -> Result<Option<(String, String)>, ProjectError> {
    match kind {
        0 => Ok(None),
        kind => Ok(Some((interner.text_of(*kind)?.to_owned(), name.clone()))),
    }
}
