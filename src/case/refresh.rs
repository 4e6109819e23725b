//! Keeping the projections behind the events: additions are folded in, anything taken away folds all of it anew.

use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::error::CaseError;
use super::observed::{Lines, place};
use super::project::{self, Fold, ProjectError};
use super::state::{Source, State};
use super::store::blob::{BlobReader, Stat, StoreError, stat};
use super::store::pack::Shelf;
use super::store::{Case, arrivals, current, interrupt_when};
use super::verify::{Problem, Watch};
use crate::model::fact::{Item, Object};
use crate::model::id::Id;
use crate::model::reading::Reading;

/// Key of the note that says which events the projections follow.
pub(super) const FOLDED: &str = "folded";

/// Images and places of use in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Images.
    pub images: u64,
    /// Places of use.
    pub uses: u64,
}

impl From<ProjectError> for CaseError {
    fn from(error: ProjectError) -> Self {
        CaseError::Projection(error.to_string())
    }
}

impl Case {
    /// True where the projections follow every event in the file.
    pub fn is_current(&self) -> Result<bool, CaseError> {
        Ok(self.local(FOLDED)? == Some(self.mark()?))
    }

    fn mark(&self) -> Result<String, CaseError> {
        Ok(mark(self.arrivals()?))
    }

    /// Brings the projections up to the events. Cheap where nothing happened; where readings only came, they alone are
    /// folded; where one was taken back, replaced or destroyed, all are, and so where a project file came that an earlier one
    /// asked for.
    pub fn refresh(&mut self) -> Result<(), CaseError> {
        if self.is_current()? {
            return Ok(());
        }
        self.fold(false)
    }

    /// Folds everything anew.
    pub fn rebuild(&mut self) -> Result<(), CaseError> {
        self.fold(true)
    }

    fn fold(&mut self, anew: bool) -> Result<(), CaseError> {
        let version_is_ours =
            self.local(FOLDED)?.is_some_and(|m| m.split(' ').next() == Some(&project::VERSION.to_string()));
        let path = self.path().to_path_buf();
        self.change("folding the projections", |change| {
            let sql = change.sql("folding the projections");
            let tx = change.tx();
            // Read within the transaction: another process may have appended, or folded, since we looked.
            let state = current(tx).map_err(&sql)?;
            // The pages of the events, which are not read again, would take as much memory as what they say.
            tx.execute_batch("PRAGMA shrink_memory").map_err(&sql)?;
            let mark = mark(arrivals(tx).map_err(&sql)?);
            let wanted = state.folded_set();
            let have = folded(tx).map_err(&sql)?;
            let only_grew = have.iter().all(|(id, reading)| wanted.get(id) == Some(reading));
            let came = wanted.keys().filter(|id| !have.contains_key(id)).filter_map(|id| state.sources.get(id));
            let anew = anew
                || !only_grew
                || !version_is_ours
                || project::must_fold_anew(tx, came.map(|source| &source.acquisition))?;
            if anew {
                project::clear(tx)?;
                tx.execute("DELETE FROM folded", []).map_err(&sql)?;
            }
            let (indicators, judgements) = (state.indicators, state.judgements);
            let mut fold = Fold::begin(tx)?;
            let mut noted = tx.prepare("INSERT INTO folded (acquisition, reading) VALUES (?1, ?2)").map_err(&sql)?;
            let missing = wanted.iter().filter(|(id, _)| anew || !have.contains_key(id));
            let places = by_place(tx, missing.map(|(id, _)| *id), &state.sources)?;
            let mut all = Sources { tx, fold: &mut fold, sources: state.sources, path: &path };
            all.fold(&places, &mut |id| noted.execute(params![id.0, wanted.get(&id)]).map(|_| ()).map_err(&sql))?;
            drop(noted);
            let (_, touched) = fold.finish_touching()?;
            project::keep_lineage(tx, (!anew).then_some(&touched))?;
            project::settle_verdicts(tx, &indicators, (!anew).then_some(&touched))?;
            project::settle_triage(tx, &judgements, (!anew).then_some(&touched))?;
            tx.execute("INSERT OR REPLACE INTO local (key, value) VALUES (?1, ?2)", params![FOLDED, mark])
                .map_err(&sql)?;
            Ok(())
        })
    }

    /// Keeps the graph of lineage where it is not kept: the next question about it is answered at once.
    pub fn keep_lineage(&mut self) -> Result<(), CaseError> {
        self.change("keeping the lineage", |change| Ok(project::keep(change.tx())?))
    }

    /// Images and places of use, as far as the projections follow.
    pub fn counts(&self) -> Result<Counts, CaseError> {
        self.conn()
            .query_row("SELECT count(*), coalesce(sum(uses), 0) FROM p_image", [], |row| {
                let (images, uses): (i64, i64) = (row.get(0)?, row.get(1)?);
                Ok(Counts { images: images.unsigned_abs(), uses: uses.unsigned_abs() })
            })
            .map_err(self.sql("counting images"))
    }

    /// Holds the projections against a fold, in a database of its own, of the very readings they claim to hold.
    pub(crate) fn projection_problems(&self, state: &State, watch: &Watch<'_>) -> Result<Vec<Problem>, CaseError> {
        let sql = self.sql("checking the projections");
        let claimed = folded(self.conn()).map_err(&sql)?;
        let wanted = state.folded_set();
        let mut sources: Vec<&Source> = Vec::new();
        for (id, reading) in &claimed {
            match state.sources.get(id).filter(|_| wanted.get(id) == Some(reading)) {
                Some(source) => sources.push(source),
                // Taken back or replaced by events that are not folded yet is no damage; unknown to all events is.
                None if !self.is_current()? => return Ok(Vec::new()),
                None => {
                    let detail =
                        "the projections hold a reading that no event names: `hullbreach rebuild` makes them anew";
                    return Ok(vec![Problem::new("projection", format!("acquisition {id}"), detail)]);
                }
            }
        }
        let mut fresh = Connection::open("").map_err(&sql)?;
        interrupt_when(&mut fresh, Some(Arc::clone(&watch.stop)));
        fresh.execute_batch(project::SCHEMA).map_err(&sql)?;
        let tx = fresh.transaction().map_err(&sql)?;
        let mut fold = Fold::begin(&tx)?;
        let mut shelf = Shelf::default();
        let places = by_place(self.conn(), sources.iter().map(|s| s.acquisition.id), &state.sources)?;
        let total = places.len() as u64;
        for (done, place) in (0..).zip(places) {
            watch.step("projections", done, total)?;
            if let Some(source) = state.sources.get(&place.id) {
                apply(self.conn(), &mut fold, source, place.blob, &mut shelf, None)?;
            }
        }
        fold.finish()?;
        // Words that are not folded yet are no damage either.
        let indicators = if self.is_current()? { state.indicators.clone() } else { project::claimed(self.conn())? };
        project::settle_verdicts(&tx, &indicators, None)?;
        let judged = if self.is_current()? { state.judgements.clone() } else { project::judged_by_hand(self.conn())? };
        project::settle_triage(&tx, &judged, None)?;
        let (ours, right) = (project::dump_hash(self.conn())?, project::dump_hash(&tx)?);
        if ours == right && project::is_true_to_facts(self.conn())? {
            return Ok(Vec::new());
        }
        let detail = "what is shown does not follow from the events: it was changed, or written by a faulty program; \
                      `hullbreach rebuild` makes it anew";
        Ok(vec![Problem::new("projection", "p_ tables", detail)])
    }
}

/// What the projections follow, in words for the note: the events there are.
pub(super) fn mark((count, newest): (i64, i64)) -> String {
    format!("{} {count} {newest}", project::VERSION)
}

/// The acquisitions the projections hold, each with the fingerprint of the reading that was folded.
fn folded(conn: &Connection) -> rusqlite::Result<BTreeMap<Id, [u8; 32]>> {
    let mut statement = conn.prepare("SELECT acquisition, reading FROM folded")?;
    let rows = statement.query_map([], |row| Ok((Id(row.get(0)?), row.get(1)?)))?;
    rows.collect()
}

/// Observations larger than this are decoded on a thread of their own while the fold goes on.
const ASIDE_BYTES: u64 = 1 << 20;

/// A source and where its observations stand; `None` where there are none, or where they were destroyed.
#[derive(Clone, Copy)]
struct Place {
    id: Id,
    blob: Option<Stat>,
    /// By how much the source's clock runs ahead.
    ahead: i64,
}

/// Sources in the order in which their observations stand in the file, so that each pack of small ones is opened once.
fn by_place(
    conn: &Connection,
    ids: impl Iterator<Item = Id>,
    sources: &BTreeMap<Id, Source>,
) -> Result<Vec<Place>, CaseError> {
    let mut places = Vec::new();
    for id in ids {
        let Some(source) = sources.get(&id) else { continue };
        let blob = match source.reading.as_ref().and_then(|reading| reading.observations.as_ref()) {
            Some(digest) => stat(conn, digest).map_err(|e| CaseError::Projection(e.to_string()))?,
            None => None,
        };
        places.push(Place { id, blob: blob.filter(|s| !s.expunged), ahead: ahead(source) });
    }
    places.sort_unstable_by_key(|place| (place.blob.map_or(0, |s| s.row), place.id));
    Ok(places)
}

/// Sources on their way into the projections. Each is taken away as it is folded: what is held shrinks while the
/// projections grow.
struct Sources<'s, 't> {
    tx: &'s Connection,
    fold: &'s mut Fold<'t>,
    sources: BTreeMap<Id, Source>,
    path: &'s Path,
}

/// Items of one source, decoded elsewhere; `None` where they are not small.
type Decoded = (Place, Option<Vec<io::Result<Vec<Item>>>>);

impl Sources<'_, '_> {
    /// Folds all; `folded` is told of each. Where there are many, small observations are decoded on a thread of their own.
    fn fold(&mut self, places: &[Place], folded: &mut dyn FnMut(Id) -> Result<(), CaseError>) -> Result<(), CaseError> {
        if places.len() < MANY {
            let mut shelf = Shelf::default();
            return places.iter().try_for_each(|place| {
                self.here(place, &mut shelf)?;
                folded(place.id)
            });
        }
        let other = Case::reading_connection(self.path)?;
        let (sender, receiver) = crossbeam_channel::bounded::<Vec<Decoded>>(4);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut shelf = Shelf::default();
                for some in places.chunks(64) {
                    let decoded = some.iter().map(|place| (*place, decoded(&other, place, &mut shelf))).collect();
                    if sender.send(decoded).is_err() {
                        break;
                    }
                }
            });
            let mut shelf = Shelf::default();
            for (place, items) in receiver.into_iter().flatten() {
                match items {
                    Some(items) => self.decoded(&place, items)?,
                    None => self.here(&place, &mut shelf)?,
                }
                folded(place.id)?;
            }
            Ok(())
        })
    }

    fn here(&mut self, place: &Place, shelf: &mut Shelf) -> Result<(), CaseError> {
        match self.sources.remove(&place.id) {
            Some(source) => apply(self.tx, self.fold, &source, place.blob, shelf, Some(self.path)),
            None => Ok(()),
        }
    }

    fn decoded(&mut self, place: &Place, lines: Vec<io::Result<Vec<Item>>>) -> Result<(), CaseError> {
        let Some(source) = self.sources.remove(&place.id) else { return Ok(()) };
        let Some(reading) = &source.reading else { return Ok(()) };
        let mut items = lines.into_iter().flat_map(|line| match line {
            Ok(items) => items.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => unreadable(&error, &source).into_iter().map(Err).collect(),
        });
        self.fold.apply(&source.acquisition, reading, &mut items)
    }
}

/// So many sources are worth a thread.
const MANY: usize = 500;

/// Small observations, decoded.
fn decoded(conn: &Connection, place: &Place, shelf: &mut Shelf) -> Option<Vec<io::Result<Vec<Item>>>> {
    let blob = place.blob.filter(|blob| blob.packed.is_some())?;
    match shelf.bytes(conn, &blob) {
        Ok(bytes) => Some(lines(bytes.unwrap_or_default(), place.ahead).collect()),
        Err(error) => Some(vec![Err(io::Error::other(error))]),
    }
}

/// Folds one source; its observations come from `conn`, or where they are many and `aside` names the file, from a second
/// connection to it on another thread. Destroyed or missing observations leave the source without facts.
fn apply(
    conn: &Connection,
    fold: &mut Fold<'_>,
    source: &Source,
    blob: Option<Stat>,
    shelf: &mut Shelf,
    aside: Option<&Path>,
) -> Result<(), CaseError> {
    let Some(reading) = &source.reading else { return Ok(()) };
    let Some(blob) = blob else {
        return fold.apply(&source.acquisition, reading, &mut std::iter::empty::<Result<Item, CaseError>>());
    };
    match shelf.bytes(conn, &blob) {
        Ok(Some(bytes)) => return fold.apply(&source.acquisition, reading, &mut items(bytes, source)),
        Ok(None) => {}
        Err(error) => {
            let lost = unreadable(&io::Error::other(error), source).into_iter().map(Err);
            return fold.apply(&source.acquisition, reading, &mut lost.into_iter());
        }
    }
    match aside.filter(|_| blob.bytes > ASIDE_BYTES) {
        None => fold.apply(&source.acquisition, reading, &mut items(BlobReader::new(conn, blob.row), source)),
        Some(path) => {
            let other = Case::reading_connection(path)?;
            beside(fold, source, reading, other, blob.row)
        }
    }
}

/// Items that travel together between two threads.
type Batch = Vec<Item>;

/// Folds items while they are decoded on another thread. What was folded goes back to be freed where it was made: memory
/// is costly to free on another thread, and the one that folds has more to do.
fn beside(
    fold: &mut Fold<'_>,
    source: &Source,
    reading: &Reading,
    other: Connection,
    row: i64,
) -> Result<(), CaseError> {
    let (sender, receiver) = crossbeam_channel::bounded::<Result<Batch, CaseError>>(4);
    let (done, spent) = crossbeam_channel::bounded::<Batch>(8);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut items = items(BlobReader::new(&other, row), source);
            loop {
                spent.try_iter().for_each(drop);
                let some: Result<Batch, CaseError> = items.by_ref().take(128).collect();
                if some.as_ref().is_ok_and(Vec::is_empty) || sender.send(some).is_err() {
                    break;
                }
            }
        });
        let opened = fold.open(&source.acquisition, reading)?;
        for batch in receiver {
            let batch = batch?;
            batch.iter().try_for_each(|item| fold.add(&opened, item))?;
            // Where there is no room, or nobody there any more, it is freed here.
            let _ = done.try_send(batch);
        }
        Ok(())
    })
}

/// Drops what no projection holds yet, on the thread that made it: half of an item, and costly to free elsewhere.
pub(crate) fn slim(mut item: Item) -> Item {
    let used = !item.uses.is_empty();
    let tells_owner = |object: &Object| object.kind == project::OWNERSHIP || project::is_owned(object);
    if let Some(object) = item.object.as_mut().filter(|object| !tells_owner(object)) {
        project::keep_traits(object, used);
    }
    item
}

/// A line of observations that was changed costs what it said, not the case: `verify` names the blob. Only where the file
/// itself cannot be read is the fold given up.
fn unreadable(error: &std::io::Error, source: &Source) -> Option<CaseError> {
    let place = source.acquisition.place();
    tracing::warn!("observations of {place}: {error}");
    let of_file = error.get_ref().and_then(|e| e.downcast_ref::<StoreError>());
    match of_file {
        Some(StoreError::Sql(_)) => Some(CaseError::Projection(format!("observations of {place}: {error}"))),
        _ => None,
    }
}

/// The items of one source's observations, placed in its evidence.
fn items<'c, R: Read + 'c>(
    observations: R,
    source: &'c Source,
) -> impl Iterator<Item = Result<Item, CaseError>> + use<'c, R> {
    lines(observations, ahead(source)).flat_map(move |line| match line {
        Ok(items) => items.into_iter().map(Ok).collect::<Vec<_>>(),
        Err(e) => unreadable(&e, source).into_iter().map(Err).collect(),
    })
}

/// The same, line by line.
fn lines<R: Read>(observations: R, ahead: i64) -> impl Iterator<Item = io::Result<Vec<Item>>> {
    Lines::new(observations).map(move |line| {
        let observed = line?;
        let base = observed.base;
        Ok(observed.items.into_iter().map(|item| slim(place(item, base, ahead))).collect())
    })
}

/// By how many microseconds the clock behind a source ran ahead, as the responder said.
fn ahead(source: &Source) -> i64 {
    let seconds = source.acquisition.options.get("clock-offset").and_then(|s| s.parse::<i64>().ok()).unwrap_or(0);
    seconds.saturating_mul(1_000_000)
}
