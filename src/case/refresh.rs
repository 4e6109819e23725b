//! Keeping the projections behind the events: additions are folded in, anything taken away folds all of it anew.

use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::path::Path;

use super::error::CaseError;
use super::observed::{Lines, place};
use super::project::{self, Fold, ProjectError};
use super::state::{Source, State};
use super::store::Case;
use super::store::blob::{BlobReader, StoreError, stat};
use super::verify::Problem;
use crate::model::fact::Item;
use crate::model::id::Id;
use crate::model::reading::Reading;

/// Key of the note that says which events the projections follow.
const FOLDED: &str = "folded";

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
        let (count, newest) = self.arrivals()?;
        Ok(format!("{} {count} {newest}", project::VERSION))
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
        let (mut state, _) = self.state()?;
        // The events are no longer needed, and for a large case they are the larger part.
        state.events = Vec::new();
        let mark = self.mark()?;
        let version_is_ours =
            self.local(FOLDED)?.is_some_and(|m| m.split(' ').next() == Some(&project::VERSION.to_string()));
        let wanted = state.folded_set();
        let path = self.path().to_path_buf();
        self.change("folding the projections", |change| {
            let sql = change.sql("folding the projections");
            let tx = change.tx();
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
            let mut fold = Fold::begin(tx)?;
            for (id, reading) in &wanted {
                if !anew && have.contains_key(id) {
                    continue;
                }
                if let Some(source) = state.sources.get(id) {
                    apply(tx, &mut fold, source, Some(&path))?;
                }
                tx.execute("INSERT INTO folded (acquisition, reading) VALUES (?1, ?2)", params![id.0, reading])
                    .map_err(&sql)?;
            }
            fold.finish()?;
            tx.execute("INSERT OR REPLACE INTO local (key, value) VALUES (?1, ?2)", params![FOLDED, mark])
                .map_err(&sql)?;
            Ok(())
        })
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
    pub(crate) fn projection_problems(&self, state: &State) -> Result<Vec<Problem>, CaseError> {
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
        fresh.execute_batch(project::SCHEMA).map_err(&sql)?;
        let tx = fresh.transaction().map_err(&sql)?;
        let mut fold = Fold::begin(&tx)?;
        for source in sources {
            apply(self.conn(), &mut fold, source, None)?;
        }
        fold.finish()?;
        let (ours, right) = (project::dump_hash(self.conn())?, project::dump_hash(&tx)?);
        if ours == right {
            return Ok(Vec::new());
        }
        let detail = "what is shown does not follow from the events: it was changed, or written by a faulty program; \
                      `hullbreach rebuild` makes it anew";
        Ok(vec![Problem::new("projection", "p_ tables", detail)])
    }
}

/// The acquisitions the projections hold, each with the fingerprint of the reading that was folded.
fn folded(conn: &Connection) -> rusqlite::Result<BTreeMap<Id, [u8; 32]>> {
    let mut statement = conn.prepare("SELECT acquisition, reading FROM folded")?;
    let rows = statement.query_map([], |row| Ok((Id(row.get(0)?), row.get(1)?)))?;
    rows.collect()
}

/// Observations larger than this are decoded on a thread of their own while the fold goes on.
const ASIDE_BYTES: u64 = 1 << 20;

/// Folds one source; its observations come from `conn`, or where they are many and `aside` names the file, from a second
/// connection to it on another thread. Destroyed or missing observations leave the source without facts.
fn apply(conn: &Connection, fold: &mut Fold<'_>, source: &Source, aside: Option<&Path>) -> Result<(), CaseError> {
    let Some(reading) = &source.reading else { return Ok(()) };
    let blob = match &reading.observations {
        Some(digest) => stat(conn, digest).map_err(|e| CaseError::Projection(e.to_string()))?.filter(|s| !s.expunged),
        None => None,
    };
    let Some(blob) = blob else {
        return fold.apply(&source.acquisition, reading, &mut std::iter::empty::<Result<Item, CaseError>>());
    };
    match aside.filter(|_| blob.bytes > ASIDE_BYTES) {
        None => fold.apply(&source.acquisition, reading, &mut items(conn, blob.row, source)),
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
            let mut items = items(&other, row, source);
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
fn slim(mut item: Item) -> Item {
    if let Some(object) = item.object.as_mut().filter(|object| object.kind != project::OWNERSHIP) {
        object.labels.clear();
        object.details.clear();
        object.pull_secrets.clear();
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
fn items<'c>(
    conn: &'c Connection,
    row: i64,
    source: &'c Source,
) -> impl Iterator<Item = Result<Item, CaseError>> + use<'c> {
    let ahead = source.acquisition.options.get("clock-offset").and_then(|s| s.parse::<i64>().ok()).unwrap_or(0);
    let ahead = ahead.saturating_mul(1_000_000);
    Lines::new(BlobReader::new(conn, row)).flat_map(move |line| match line {
        Ok(observed) => {
            let base = observed.base;
            observed.items.into_iter().map(move |item| Ok(slim(place(item, base, ahead)))).collect::<Vec<_>>()
        }
        Err(e) => unreadable(&e, source).into_iter().map(Err).collect(),
    })
}
