//! Projections: tables filled by folding readings, from which every view is answered.
//!
//! They are a cache. The truth is the signed events and the blobs; a projection can be emptied and folded anew at any
//! time, and must then hold the same whatever the order in which the readings come ([`dump_hash`] is how that is
//! checked). Nothing here parses evidence, reads a clock or decides on a judgement.

mod aggregate;
mod books;
mod coverage;
mod dump;
mod error;
pub(in crate::case) mod findings;
mod given;
mod holds;
mod images;
mod intern;
mod kept;
mod known_good;
mod layouts;
mod lineage;
mod loading;
mod objects;
mod owners;
pub(in crate::case) mod packed;
mod paths;
mod pulls;
mod recipes;
mod records;
mod referrers;
mod schema;
mod settle;
mod sighted;
mod sources;
mod tags;
mod tally;
mod triage;
mod twins;
mod uses;
mod verdicts;
mod wording;
mod workloads;

use rusqlite::{Connection, Transaction};
use std::collections::BTreeSet;

pub use dump::dump_hash;
pub use error::ProjectError;
pub use kept::{is_true_to_facts, keep, keep_lineage};
pub use paths::must_fold_anew;
pub use recipes::Join;
pub use schema::{SCHEMA, VERSION};

pub(in crate::case) use aggregate::{resolved_ident, unresolved_ident};
pub(in crate::case) use holds::Held;
pub(in crate::case) use known_good::known_kind;
pub(in crate::case) use layouts::{SchemaRow, is_projection, version_of};
pub(in crate::case) use lineage::{CLAIMED, edge_kind, layer_kind};
pub(in crate::case) use owners::{Subject, is_owned};
pub(in crate::case) use records::{join_pointers, sighting_word};
pub(in crate::case) use referrers::referrer_kind;
pub(in crate::case) use settle::role_of;
pub(crate) use sources::BUILD_ARGUMENTS;
pub(in crate::case) use tags::history;
pub(in crate::case) use triage::judged_by_hand;
pub use triage::settle as settle_triage;
pub(crate) use triage::traits::keep as keep_traits;
pub(in crate::case) use triage::{
    BY_HAND, Carried, Hands, Judge, Looked, NEVER, Settled, Upon, ask, each_place, facts, plain, policies,
    stored_facts, subject_of, works,
};
pub(in crate::case) use uses::state_word;
pub(in crate::case) use verdicts::{
    Detail, Stands, Support, Which, claimed, grounds_by, grounds_of, stored, stored_mirrors,
};
pub use verdicts::{Touched, settle as settle_verdicts};

use crate::model::acquisition::Acquisition;
use crate::model::digest::RelationKind;
use crate::model::fact::{Item, Relation, Spot};
use crate::model::reading::Reading;
use crate::resolve;
use books::Books;
use coverage::Sought;
use findings::Findings;
pub(in crate::case) use findings::carrying;
use given::Gifts;
use holds::Holds;
use intern::Interner;
use known_good::KnownGood;
use lineage::Lineages;
use loading::{Loading, Stage};
use objects::{Objects, Origin, Placed};
use owners::Owners;
use pulls::Logs;
use recipes::Recipes;
use records::Records;
use referrers::Referrers;
use settle::{Fresh, Settler};
use sources::{Source, Sources};
use tags::Tags;
use tally::Tallies;
use uses::Uses;
use workloads::Workloads;

/// What a fold added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Images that were not there before.
    pub images_new: u64,
    /// Images in all.
    pub images_total: u64,
    /// Places that were not there before.
    pub uses_new: u64,
    /// Places in all.
    pub uses_total: u64,
}

/// Folds current readings into the projections: [`Fold::begin`], any number of [`Fold::apply`], [`Fold::finish`], all
/// in one transaction. Dropped without `finish`, the projections are not settled: roll back.
pub struct Fold<'t> {
    conn: &'t Connection,
    before: (u64, u64),
    /// No object was there before: whatever depends on one came in this fold and is looked at anyway.
    was_empty: bool,
    loading: Loading<'t>,
    interner: Interner<'t>,
    workloads: Workloads<'t>,
    sources: Sources<'t>,
    objects: Objects<'t>,
    uses: Uses<'t>,
    records: Records<'t>,
    recipes: Recipes<'t>,
    owners: Owners<'t>,
    holds: Holds<'t>,
    gifts: Gifts<'t>,
    lineages: Lineages<'t>,
    logs: Logs<'t>,
    findings: Findings<'t>,
    known_good: KnownGood<'t>,
    referrers: Referrers<'t>,
    tags: Tags,
    tallies: Tallies,
    fresh: Vec<Fresh>,
    touched: BTreeSet<i64>,
    /// Where something around places changed; see [`Touched::around`].
    around: BTreeSet<[i64; 2]>,
    /// Something was told of lineage.
    lineage: bool,
}

/// A reading whose items are being added.
pub struct Opened<'a> {
    acquisition: &'a Acquisition,
    source: Source,
}

impl<'t> Fold<'t> {
    /// Opens the projections within a transaction.
    pub fn begin(tx: &'t Transaction<'_>) -> Result<Self, ProjectError> {
        Fold::begin_with(tx, resolve::project::join)
    }

    /// Opens them with another way to join project files than the house's own, for tests.
    pub fn begin_with(tx: &'t Transaction<'_>, join: Join) -> Result<Self, ProjectError> {
        let conn: &'t Connection = tx;
        let before = totals(conn)?;
        let was_empty = conn.query_row("SELECT NOT EXISTS (SELECT 1 FROM p_object)", [], |r| r.get(0))?;
        Ok(Fold {
            conn,
            before,
            was_empty,
            loading: Loading::new(conn, was_empty),
            interner: Interner::new(conn)?,
            workloads: Workloads::new(conn)?,
            sources: Sources::new(conn)?,
            objects: Objects::new(conn, was_empty)?,
            uses: Uses::new(conn)?,
            records: Records::new(conn)?,
            recipes: Recipes::new(conn, join)?,
            owners: Owners::new(conn)?,
            holds: Holds::new(conn)?,
            gifts: Gifts::new(conn)?,
            lineages: Lineages::new(conn)?,
            logs: Logs::new(conn)?,
            findings: Findings::new(conn)?,
            known_good: KnownGood::new(conn)?,
            referrers: Referrers::new(conn)?,
            tags: Tags::default(),
            tallies: Tallies::default(),
            fresh: Vec::new(),
            touched: BTreeSet::new(),
            around: BTreeSet::new(),
            lineage: false,
        })
    }

    /// Takes indexes away after so many items where the projections were empty, rather than when the house does, for tests.
    pub fn large_from(&mut self, items: u64) {
        self.loading.large_from(items);
    }

    /// Adds one more current reading, its items in the order of the evidence. The items' errors are the caller's own.
    pub fn apply<E: From<ProjectError>>(
        &mut self,
        acquisition: &Acquisition,
        reading: &Reading,
        items: &mut dyn Iterator<Item = Result<Item, E>>,
    ) -> Result<(), E> {
        let opened = self.open(acquisition, reading)?;
        for item in items {
            self.add(&opened, &item?)?;
        }
        Ok(())
    }

    /// Begins one more current reading, for a caller who keeps the items and adds each in the order of the evidence.
    pub fn open<'a>(&mut self, acquisition: &'a Acquisition, reading: &Reading) -> Result<Opened<'a>, ProjectError> {
        Ok(Opened { acquisition, source: self.sources.add(&mut self.interner, acquisition, reading)? })
    }

    /// Adds an item of a reading that was begun.
    pub fn add(&mut self, Opened { acquisition, source }: &Opened<'_>, item: &Item) -> Result<(), ProjectError> {
        let object = self.item(source, item)?;
        if let Some(object) = object.filter(|_| !item.given.is_empty()) {
            let scope = resolve::declared::project(&acquisition.origin.root, &acquisition.origin.path);
            for given in &item.given {
                let (pointer, offset) = given.stands(&item.spot);
                self.gifts.add(object, given, &scope, source.id, (&pointer, offset))?;
            }
        }
        if let Some(recipe) = &item.recipe {
            self.recipes.keep(&mut self.interner, acquisition, source, item, recipe)?;
        }
        Ok(())
    }

    /// Says anew of a reading that was begun last, when its items are in: all but its context, its time and its format.
    pub fn restate(
        &mut self,
        Opened { source, .. }: Opened<'_>,
        acquisition: &Acquisition,
        reading: &Reading,
    ) -> Result<(), ProjectError> {
        self.sources.restate(&mut self.interner, source.id, acquisition, reading)
    }

    /// Brings everything that the readings touched up to date.
    pub fn finish(self) -> Result<Applied, ProjectError> {
        self.finish_touching().map(|(applied, _)| applied)
    }

    /// As [`Fold::finish`], and says what it touched: the verdicts of that are to be settled next.
    pub fn finish_touching(mut self) -> Result<(Applied, Touched), ProjectError> {
        let conn = self.conn;
        let mut names = BTreeSet::new();
        self.loading.reach(Stage::Join)?;
        let built = self.join()?;
        self.tags.flush(conn)?;
        self.objects.ask_index(&mut self.loading)?;
        // What such a file comes to alone may be known better by now.
        settle::asked_for(conn, &built, &mut self.touched)?;
        let regrouped = images::regroup(conn, &self.interner.claimed, &mut self.tallies)?;
        if !regrouped.is_empty() && !self.was_empty {
            twins::of_pods(conn, &mut self.touched)?;
        }
        images::names_of(conn, &regrouped, &mut names)?;
        images::add_images_of(conn, &self.tags.digests, &mut self.tallies.touched)?;
        names.append(&mut self.tags.names);
        self.settle(&mut names)?;
        self.loading.reach(Stage::Describe)?;
        self.tallies.touched.extend(tags::judge(conn, &names)?);
        aggregate::forget_sighted(conn)?;
        aggregate::write(conn, &mut self.tallies)?;
        aggregate::write_sighted(conn, &sighted::sighted(conn)?)?;
        self.tallies.touched.extend(findings::settle(conn, self.findings.changed)?);
        aggregate::name_reported(conn)?;
        self.loading.reach(Stage::View)?;
        let (images_total, uses_total) = totals(conn)?;
        let around = self.around;
        let applied = Applied {
            images_new: images_total.saturating_sub(self.before.0),
            images_total,
            uses_new: uses_total.saturating_sub(self.before.1),
            uses_total,
        };
        Ok((applied, Touched { images: self.tallies.touched, names, around, lineage: self.lineage }))
    }

    /// Settles what the readings touched, directly or by what they say of others.
    fn settle(&mut self, names: &mut BTreeSet<i64>) -> Result<(), ProjectError> {
        coverage::affected(self.conn, &self.sources.new, &mut self.touched)?;
        if !self.was_empty {
            settle::dependents(self.conn, &self.fresh, &mut self.touched)?;
        }
        let mut settler = Settler::new(self.conn, &mut self.interner, &mut self.workloads, &mut self.tallies)?;
        for fresh in &self.fresh {
            if !self.touched.contains(&fresh.id) && !settler.is_final(fresh)? {
                self.touched.insert(fresh.id);
            }
        }
        settler.settle_all(&self.touched)?;
        names.append(&mut settler.names);
        self.around.append(&mut settler.around);
        self.around.extend(triage::services_listed(self.conn, self.sources.new.iter().map(|new| new.source))?);
        Ok(())
    }

    /// Joins the project files that came in this fold, now that all of them are there, and folds what they come to. The
    /// readings of files that others build, with arguments of their own.
    fn join(&mut self) -> Result<BTreeSet<i64>, ProjectError> {
        let mut built = BTreeSet::new();
        for root in self.recipes.roots()? {
            self.lineage = true;
            let (root, joined) = self.recipes.join(&mut self.sources, &root)?;
            let mut objects = Vec::with_capacity(joined.items.len());
            for standing in joined.items {
                let elsewhere = !root.is_of(&standing.path);
                let placed = self.recipes.place(&mut self.sources, &root, standing)?;
                objects.push(match placed {
                    Some((source, item)) => {
                        built.extend(elsewhere.then_some(source.id));
                        self.item(&source, &item)?.unwrap_or(0)
                    }
                    None => 0,
                });
            }
            if root.wins {
                for lent in &joined.given {
                    let (source, spot) = self.recipes.stands(&root, &lent.path, &lent.given.spot)?;
                    if let Some(object) = objects.get(lent.item).filter(|object| **object != 0) {
                        let at = (spot.pointer.as_str(), spot.offset);
                        self.gifts.add(*object, &lent.given, &lent.given.scope, source, at)?;
                    }
                }
                self.recipes.built(&mut self.interner, &root, &joined.built, &objects)?;
                self.recipes.missing(&root, &joined.missing)?;
            }
            self.recipes.problems(&root, &joined.problems, &joined.materials)?;
        }
        self.recipes.flush()?;
        Ok(built)
    }

    /// Folds one item; the number of its object, where it has a row.
    fn item(&mut self, source: &Source, item: &Item) -> Result<Option<i64>, ProjectError> {
        self.loading.coming()?;
        let books = &mut Books {
            interner: &mut self.interner,
            workloads: &mut self.workloads,
            sources: &self.sources,
            tags: &mut self.tags,
            tallies: &mut self.tallies,
            source,
        };
        let mut row = None;
        if has_row(item) {
            let place = self.objects.place(books, item, &mut self.loading)?;
            row = Some(place.id);
            self.around.extend(triage::around_of(books.interner, source.context, item.object.as_ref())?);
            item.object.iter().try_for_each(|object| self.holds.add(books, place, object))?;
            let added = self.uses.add(books, item, place)?;
            let container = item.object.as_ref().is_some_and(|object| object.kind == twins::CONTAINER);
            match fresh(source, place, added.ambiguous || container) {
                Some(fresh) if self.fresh.len() < FRESH => self.fresh.push(fresh),
                _ => {
                    self.touched.insert(place.id);
                }
            }
            for pair in added.same_records {
                let spot = Spot::default();
                self.records.relate_numbers(books, item, RelationKind::SameRecord, pair, &spot)?;
            }
        }
        if let Some(object) = item.object.as_ref().filter(|object| object.kind == OWNERSHIP) {
            self.owners.add(books, item, object)?;
            self.around.insert(triage::EVERYWHERE);
        }
        if let Some(object) = item.object.as_ref().filter(|object| owners::is_owned(object)) {
            self.owners.add_device(books, item, object)?;
            self.around.insert(triage::EVERYWHERE);
        }
        let contains = |relation: &Relation| relation.kind == RelationKind::Contains;
        self.lineage |= item.lineage.is_some() || item.relations.iter().any(contains);
        if let Some(lineage) = &item.lineage {
            self.lineages.add(books, &mut self.records, item, lineage)?;
        }
        if let Some(pulls) = &item.pulls {
            self.logs.add(books, item, pulls)?;
        }
        for report in &item.reports {
            self.findings.add(books, item, report)?;
        }
        self.known_good.add(books, item)?;
        self.referrers.add(books, item)?;
        for relation in &item.relations {
            self.records.relate(books, item, relation)?;
        }
        for sighting in &item.sightings {
            self.records.sight(books, item, sighting)?;
        }
        if self.tags.is_full() {
            self.tags.flush(self.conn)?;
        }
        if self.tallies.is_full() {
            aggregate::write_numbers(self.conn, &mut self.tallies)?;
        }
        Ok(row)
    }
}

/// New objects that are remembered so that they need not be read again; more are settled from their rows.
const FRESH: usize = 200_000;

/// A new object whose row may be final as it was written: not a row of a text table, no place of it told twice, here or as
/// another report shows it.
fn fresh(source: &Source, place: Placed, ambiguous: bool) -> Option<Fresh> {
    let [context, namespace, _] = place.reach;
    let origin = if place.live { Origin::Live } else { Origin::Declared };
    let sought = Sought {
        context,
        kind: place.kind,
        namespace,
        origin: origin as i64,
        source: source.id,
        last_seen: source.as_of,
    };
    let simple = place.fresh && !ambiguous && !source.table;
    simple.then_some(Fresh { id: place.id, sought, owner_kind: place.owner_kind })
}

/// The kind of an item that says who answers for something.
pub(in crate::case) const OWNERSHIP: &str = "Ownership";

/// Items that get a row: those with uses, and objects that later rooms ask for. An event is kept as its sightings, a word
/// on an owner in a table of its own.
fn has_row(item: &Item) -> bool {
    !item.uses.is_empty()
        || item.object.as_ref().is_some_and(|object| ![OWNERSHIP, "Event"].contains(&object.kind.as_str()))
}

/// Empties every projection.
pub fn clear(tx: &Transaction<'_>) -> Result<(), ProjectError> {
    for table in schema::TABLES {
        tx.execute(&format!("DELETE FROM {table}"), [])?;
    }
    Ok(())
}

/// The statements that create the projections as temporary tables of a connection, where they are found before those of
/// the case.
pub(in crate::case) fn aside_schema() -> String {
    SCHEMA.replace("CREATE TABLE ", "CREATE TEMP TABLE ")
}

/// Moves temporary projections into those of the case, which must be empty. Both have the same statements, so rows and
/// entries of indexes are copied as they are, in their order.
pub(in crate::case) fn copy_aside(tx: &Transaction<'_>) -> Result<(), ProjectError> {
    for table in schema::TABLES {
        tx.execute(&format!("INSERT INTO main.{table} SELECT * FROM temp.{table}"), [])?;
        // What comes after means the table of the case, and would find this one first.
        tx.execute(&format!("DROP TABLE temp.{table}"), [])?;
    }
    Ok(())
}

/// Images and places in all.
fn totals(conn: &Connection) -> Result<(u64, u64), ProjectError> {
    let row = conn.query_row("SELECT count(*), coalesce(sum(uses), 0) FROM p_image", [], |r| {
        Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?))
    })?;
    Ok((row.0.max(0) as u64, row.1.max(0) as u64))
}

#[cfg(test)]
mod tests {
    use super::{Acquisition, Reading};
    use crate::model::acquisition::{Origin, OriginKind};
    use crate::model::digest::Digest;
    use crate::model::reading::{AsOf, AsOfSource, Scope, Status};
    use crate::model::time::Micros;
    use std::collections::BTreeMap;

    /// One acquisition and a reading of it that says nothing of its scope.
    pub fn evidence() -> (Acquisition, Reading) {
        let origin = Origin { kind: OriginKind::File, host: "laptop".into(), root: "/dumps".into(), path: "f".into() };
        let (original, options) = (Digest::of(b"f"), BTreeMap::new());
        let acquisition = Acquisition {
            id: Acquisition::derive_id(&original, &origin, None, &options),
            origin,
            context: None,
            stored: None,
            original,
            original_bytes: 1,
            stored_bytes: 0,
            transforms: vec![],
            redactions: BTreeMap::new(),
            raw: false,
            acquired: Micros(1),
            options,
            modified: None,
            tool: "test".into(),
        };
        let reading = Reading {
            acquisition: acquisition.id,
            format: "kubernetes-json".into(),
            version: 1,
            observations: None,
            items: 0,
            facts: 0,
            rejected: 0,
            rejects: vec![],
            status: Status::Read,
            reason: String::new(),
            notes: vec![],
            scope: Scope::default(),
            as_of: AsOf { at: Micros(1), source: AsOfSource::File },
        };
        (acquisition, reading)
    }
}
