//! Objects: one row for each thing of a cluster or declaration in a file, whatever number of readings show it.

use rusqlite::{Connection, OptionalExtension, Row, Statement, params};

use super::books::Books;
use super::error::ProjectError;
use super::intern::Interner;
use super::loading::{Keys, Loading, Stage};
use super::settle::DEVICE;
use super::sources::{Source, Stamp, count};
use super::tally::Reach;
use crate::model::fact::{Item, Object, Owner};
use crate::model::id::Id;
use crate::resolve::declared;
use crate::resolve::workload::Link;

/// How an object came to be known. The numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Read from a live cluster: it has a uid.
    Live = 0,
    /// A row of a text table of pods: live, but without uid, state or digest.
    Table = 1,
    /// Declared in a file; it never runs.
    Declared = 2,
}

/// The objects, open for one fold.
pub(super) struct Objects<'t> {
    conn: &'t Connection,
    /// Stands in for the unique index while a fold that began empty goes on.
    pub keys: Option<Keys>,
    find: Statement<'t>,
    is: Statement<'t>,
    insert: Statement<'t>,
    replace: Statement<'t>,
    widen: Statement<'t>,
}

/// A row as far as another reading of the object needs it.
const STORED: &str = "SELECT id, source, offset, last_seen, workload FROM p_object";
/// What tells objects apart; a number beside it spares the index.
const KEY: &str = "context = ?1 AND kind = ?2 AND namespace = ?3 AND name = ?4 AND origin = ?5 AND instance = ?6";

/// Row number, source, offset, last seen, workload.
type Stored = [i64; 5];

/// Where an item's object is and what was known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub id: i64,
    /// It was not there before.
    pub fresh: bool,
    /// Its row is from the reading at hand.
    pub latest: bool,
    /// It was read from a live cluster.
    pub live: bool,
    /// It may run what it is said to: a live object, or a device, which is only ever told of.
    pub may_run: bool,
    /// Its pods' phase says that nothing in it runs any more.
    pub ended: bool,
    /// Context, namespace and workload that its uses are counted under.
    pub reach: Reach,
    /// Kind, by text number.
    pub kind: i64,
    /// Kind of its owner, by text number; 0 for none.
    pub owner_kind: i64,
}

/// What tells an object apart, beside its name.
struct Key {
    context: i64,
    kind: i64,
    namespace: i64,
    origin: Origin,
    instance: String,
}

impl Key {
    fn hash(&self, keys: &Keys, name: &str) -> u64 {
        keys.hash([self.context, self.kind, self.namespace, self.origin as i64], name, &self.instance)
    }
}

impl<'t> Objects<'t> {
    pub fn new(conn: &'t Connection, was_empty: bool) -> Result<Self, ProjectError> {
        Ok(Objects {
            conn,
            keys: was_empty.then(Keys::new),
            find: conn.prepare(&format!("{STORED} WHERE {KEY}"))?,
            is: conn.prepare(&format!("{STORED} WHERE id = ?7 AND {KEY}"))?,
            insert: conn.prepare(
                "INSERT OR IGNORE INTO p_object (context, kind, namespace, name, origin, instance, owner_kind, owner_name, owner_uid,
                top_kind, top_name, node, phase, created, source, pointer, offset, length, first_seen, last_seen, gone, workload)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?19, 0, ?20)",
            )?,
            replace: conn.prepare(
                "UPDATE p_object SET owner_kind = ?2, owner_name = ?3, owner_uid = ?4, top_kind = ?5, top_name = ?6,
                node = ?7, phase = ?8, created = ?9, source = ?10, pointer = ?11, offset = ?12, length = ?13,
                first_seen = min(first_seen, ?14), last_seen = max(last_seen, ?14) WHERE id = ?1",
            )?,
            widen: conn.prepare(
                "UPDATE p_object SET first_seen = min(first_seen, ?2), last_seen = max(last_seen, ?2) WHERE id = ?1",
            )?,
        })
    }

    /// The row of an item's object, with the item's facts where they win.
    pub fn place(
        &mut self,
        books: &mut Books<'_, '_>,
        item: &Item,
        loading: &mut Loading<'_>,
    ) -> Result<Placed, ProjectError> {
        let source = books.source;
        let nothing = Object::default();
        let [_, place] = &source.file;
        let place = if place == "standard input" { "-" } else { place };
        let object = &*declared::named(item.object.as_ref().unwrap_or(&nothing), "", place);
        let key = key(books, item, object)?;
        let ended = matches!(object.phase.as_deref(), Some("Failed" | "Succeeded"));
        let placed = |id, [fresh, latest]: [bool; 2], workload, owner_kind| Placed {
            id,
            fresh,
            latest,
            live: key.origin == Origin::Live,
            may_run: key.origin == Origin::Live || object.kind == DEVICE,
            ended,
            reach: [key.context, key.namespace, workload],
            kind: key.kind,
            owner_kind,
        };
        let hash = self.keys.as_ref().map(|keys| key.hash(keys, &object.name));
        let known = match hash {
            Some(hash) => self.remembered(loading, hash, &key, &object.name)?,
            None => None,
        };
        let [id, old_source, old_offset, old_as_of, workload] = match known {
            Some(stored) => stored,
            None => match self.insert(books, item, object, &key)? {
                Some((id, workload, owner_kind)) => {
                    self.remember(loading, hash, id)?;
                    return Ok(placed(id, [true, true], workload, owner_kind));
                }
                None => self.find(&key, &object.name)?,
            },
        };
        let old = Stamp { as_of: old_as_of, acquisition: books.sources.acquisition(old_source)?, offset: old_offset };
        let new = Stamp { as_of: source.as_of, acquisition: source.acquisition, offset: count(item.spot.offset) };
        let latest = new.beats(&old);
        if latest {
            self.replace(books, item, object, id)?;
        } else {
            self.widen.execute([id, source.as_of])?;
        }
        Ok(placed(id, [false, latest], workload, 0))
    }

    fn find(&mut self, key: &Key, name: &str) -> Result<Stored, ProjectError> {
        let Key { context, kind, namespace, origin, instance } = key;
        Ok(self.find.query_row(params![context, kind, namespace, name, *origin as i64, instance], stored)?)
    }

    /// The row of an object that this fold met before, where keys are remembered.
    fn remembered(
        &mut self,
        loading: &mut Loading<'_>,
        hash: u64,
        key: &Key,
        name: &str,
    ) -> Result<Option<Stored>, ProjectError> {
        let Some(number) = self.keys.as_ref().and_then(|keys| keys.get(hash)) else { return Ok(None) };
        let Key { context, kind, namespace, origin, instance } = key;
        let found = self
            .is
            .query_row(params![context, kind, namespace, name, *origin as i64, instance, number], stored)
            .optional()?;
        if found.is_none() {
            // Two objects met under one hash: from now on the index tells.
            self.ask_index(loading)?;
        }
        Ok(found)
    }

    fn remember(&mut self, loading: &mut Loading<'_>, hash: Option<u64>, id: i64) -> Result<(), ProjectError> {
        let (Some(keys), Some(hash)) = (self.keys.as_mut(), hash) else { return Ok(()) };
        keys.insert(hash, id);
        if keys.is_full() { self.ask_index(loading) } else { Ok(()) }
    }

    /// Forgets the keys: the index tells from now on.
    pub fn ask_index(&mut self, loading: &mut Loading<'_>) -> Result<(), ProjectError> {
        self.keys = None;
        loading.reach(Stage::Join)?;
        loading.reach(Stage::Settle)
    }

    /// A new row, with its workload and owner's kind; `None` where the object has one.
    fn insert(
        &mut self,
        books: &mut Books<'_, '_>,
        item: &Item,
        object: &Object,
        key: &Key,
    ) -> Result<Option<(i64, i64, i64)>, ProjectError> {
        let (source, interner) = (books.source, &mut *books.interner);
        let workload = books.workloads.provisional(interner, source.context, &link(object))?;
        let (owner, top) = (owner(interner, &object.owner)?, owner(interner, &object.likely_top)?);
        let added = self.insert.execute(params![
            source.context,
            key.kind,
            key.namespace,
            object.name,
            key.origin as i64,
            key.instance,
            owner.0,
            owner.1,
            owner.2,
            top.0,
            top.1,
            optional_text(interner, object.node.as_deref())?,
            optional_text(interner, object.phase.as_deref())?,
            object.created.map(|t| t.0),
            source.id,
            item.spot.pointer,
            count(item.spot.offset),
            count(item.spot.length),
            source.as_of,
            workload,
        ])?;
        Ok((added > 0).then(|| (self.conn.last_insert_rowid(), workload, owner.0)))
    }

    fn replace(
        &mut self,
        books: &mut Books<'_, '_>,
        item: &Item,
        object: &Object,
        id: i64,
    ) -> Result<(), ProjectError> {
        let (source, interner) = (books.source, &mut *books.interner);
        let (owner, top) = (owner(interner, &object.owner)?, owner(interner, &object.likely_top)?);
        self.replace.execute(params![
            id,
            owner.0,
            owner.1,
            owner.2,
            top.0,
            top.1,
            optional_text(interner, object.node.as_deref())?,
            optional_text(interner, object.phase.as_deref())?,
            object.created.map(|t| t.0),
            source.id,
            item.spot.pointer,
            count(item.spot.offset),
            count(item.spot.length),
            source.as_of,
        ])?;
        Ok(())
    }
}

fn stored(r: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?])
}

fn key(books: &mut Books<'_, '_>, item: &Item, object: &Object) -> Result<Key, ProjectError> {
    let uid = object.uid.as_deref().filter(|uid| !uid.is_empty());
    let (origin, instance) = match uid {
        Some(uid) => (Origin::Live, uid.to_owned()),
        None if books.source.table => (Origin::Table, String::new()),
        None => (Origin::Declared, declared_instance(books.source, &item.spot.pointer)),
    };
    let (kind, namespace) = (books.interner.text(&object.kind)?, books.interner.text(&object.namespace)?);
    Ok(Key { context: books.source.context, kind, namespace, origin, instance })
}

/// The object as far as ownership goes.
fn link(object: &Object) -> Link {
    let owner = |owner: &Owner| (owner.kind.clone(), owner.name.clone(), owner.uid.clone());
    Link {
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
        owner: object.owner.as_ref().map(owner),
        likely_top: object.likely_top.as_ref().map(|top| (top.kind.clone(), top.name.clone())),
    }
}

/// What tells a declaration apart from its like: the file and the place in it. An edited file read again says something
/// new about the same declaration.
fn declared_instance(source: &Source, pointer: &str) -> String {
    let [host, place] = &source.file;
    Id::derived("declaration", &[host, place, pointer]).to_string()
}

fn owner<'o>(
    interner: &mut Interner<'_>,
    owner: &'o Option<Owner>,
) -> Result<(i64, &'o str, Option<&'o str>), ProjectError> {
    match owner {
        None => Ok((0, "", None)),
        Some(owner) => {
            let uid = owner.uid.as_deref().filter(|uid| !uid.is_empty());
            Ok((interner.text(&owner.kind)?, &owner.name, uid))
        }
    }
}

fn optional_text(interner: &mut Interner<'_>, text: Option<&str>) -> Result<i64, ProjectError> {
    text.map_or(Ok(0), |text| interner.text(text))
}
