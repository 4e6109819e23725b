//! Folding ahead: while an import stores, what it reads is folded on a thread of its own, into projections of a second
//! connection that hold nothing else. When all is stored they are copied into the case, in one transaction.
//!
//! It begins only where no evidence was in the case, and what it folded counts only where the case then holds exactly
//! the events it knows of. In every other case it is dropped, and the ordinary fold follows as if nothing had been tried:
//! this is a shorter way to the same rows, never another truth.

use crossbeam_channel::{Receiver, Sender};
use rusqlite::{Connection, Transaction, params};
use std::collections::{HashSet, VecDeque};

use super::error::CaseError;
use super::events::kinds;
use super::judgements::Judgements;
use super::project::{self, Fold, Opened, ProjectError};
use super::refresh::{FOLDED, mark};
use super::state::reading_fingerprint;
use super::store::{Case, arrivals};
use crate::model::acquisition::{Acquisition, OriginKind};
use crate::model::fact::Item;
use crate::model::id::Id;
use crate::model::reading::Reading;

/// The most bytes of projections that are held in memory; an import that comes to more is folded when it is stored.
const HELD_BYTES: i64 = 160 << 20;
/// Sources and items after which their size is looked at again.
const LOOK_EVERY: usize = 1_000;

/// Items of one segment, and the segment's first byte in the stored evidence, from which their spots count.
pub type Placed = (u64, Vec<Item>);

/// What is folded, in the order in which it is stored.
pub enum Part<W> {
    /// A source that is whole.
    Whole(Box<(Acquisition, Reading)>, Option<W>),
    /// A source begins whose end is not known: what its items need of it is told as it will be.
    Begin(Box<(Acquisition, Reading)>),
    /// Items of the source that began.
    Items(Vec<Placed>),
    /// It ended, and this is what it came to.
    End(Box<(Acquisition, Reading)>),
    /// What began will not be stored.
    Lost,
}

/// Items of a whole source.
pub trait Held {
    /// In the order of the evidence, their spots counting from its start.
    fn items(&self) -> &[Item];
}

/// A connection that may fold ahead, and what the case was when it began.
pub struct Ahead {
    conn: Connection,
    events: i64,
    mark: String,
    /// What was said by hand before; none of it is changed by evidence.
    judgements: Judgements,
}

/// What was folded.
pub struct Folded {
    ahead: Ahead,
    readings: Readings,
}

/// Acquisitions, each with the fingerprint of the reading that was folded.
type Readings = Vec<(Id, [u8; 32])>;

impl Case {
    /// Begins to fold ahead; `None` where the case holds evidence, or held some.
    pub fn fold_ahead(&self) -> Result<Option<Ahead>, CaseError> {
        let sql = self.sql("looking for evidence");
        let any = "SELECT EXISTS (SELECT 1 FROM event WHERE kind IN (?1, ?2, ?3, ?4)) OR EXISTS (SELECT 1 FROM folded) \
                   OR EXISTS (SELECT 1 FROM p_source)";
        let of = params![kinds::ACQUIRED, kinds::READ, kinds::EXPUNGED, kinds::RETRACTED];
        let any: bool = self.conn().query_row(any, of, |row| row.get(0)).map_err(&sql)?;
        let mark = self.local(FOLDED)?;
        let (Some(mark), false) = (mark.filter(|_| self.is_current().unwrap_or(false)), any) else { return Ok(None) };
        let conn = self.second_connection()?;
        conn.execute_batch(&project::aside_schema()).map_err(&sql)?;
        let judgements = self.current()?.judgements;
        Ok(Some(Ahead { conn, events: self.arrivals()?.0, mark, judgements }))
    }

    /// Takes over what was folded while `appended` events were stored; false where the case holds anything else by now.
    pub fn take_folded(&mut self, folded: Folded, appended: usize) -> Result<bool, CaseError> {
        let Folded { ahead: Ahead { mut conn, events, mark: before, judgements }, readings } = folded;
        self.with_connection(&mut conn, |case| {
            case.change("folding the projections", |change| {
                let sql = change.sql("folding the projections");
                let tx = change.tx();
                let (count, newest) = arrivals(tx).map_err(&sql)?;
                let same = i64::try_from(appended).is_ok_and(|appended| count == events + appended);
                let as_before = "SELECT EXISTS (SELECT 1 FROM local WHERE key = ?1 AND value = ?2)";
                if !same || !tx.query_row(as_before, [FOLDED, &before], |row| row.get(0)).map_err(&sql)? {
                    return Ok(false);
                }
                project::copy_aside(tx)?;
                // What was said of indicators before the evidence came is judged against it now.
                let indicators = project::claimed(tx)?;
                project::keep_lineage(tx, None)?;
                project::settle_verdicts(tx, &indicators, None)?;
                project::settle_triage(tx, &judgements, None)?;
                let mut noted =
                    tx.prepare("INSERT INTO folded (acquisition, reading) VALUES (?1, ?2)").map_err(&sql)?;
                for (id, reading) in &readings {
                    noted.execute(params![id.0, reading]).map_err(&sql)?;
                }
                let note = "INSERT OR REPLACE INTO local (key, value) VALUES (?1, ?2)";
                tx.execute(note, params![FOLDED, mark((count, newest))]).map_err(&sql)?;
                Ok(true)
            })
        })
    }
}

impl Ahead {
    /// Folds until no more parts come; `None` where that cannot be what the ordinary fold would come to. Batches that
    /// were folded go to `spent`, to be freed where they were made.
    pub fn run<W: Held>(mut self, parts: &Receiver<Vec<Part<W>>>, spent: &Sender<Vec<Placed>>) -> Option<Folded> {
        match self.fold(parts, spent) {
            Ok(Some(mut readings)) => {
                readings.sort_unstable();
                Some(Folded { ahead: self, readings })
            }
            Ok(None) => None,
            Err(error) => {
                tracing::warn!(%error, "folding ahead");
                None
            }
        }
    }

    fn fold<W: Held>(
        &mut self,
        parts: &Receiver<Vec<Part<W>>>,
        spent: &Sender<Vec<Placed>>,
    ) -> Result<Option<Readings>, ProjectError> {
        let tx = self.conn.transaction()?;
        let folded = Folding::of(&tx)?.all(parts, spent)?;
        tx.commit()?;
        Ok(folded)
    }
}

/// Parts as they come, those first that had to wait.
struct Incoming<W, I> {
    waiting: VecDeque<Part<W>>,
    parts: I,
}

impl<W, I: Iterator<Item = Part<W>>> Iterator for Incoming<W, I> {
    type Item = Part<W>;

    fn next(&mut self) -> Option<Part<W>> {
        self.waiting.pop_front().or_else(|| self.parts.next())
    }
}

/// A fold that goes on.
struct Folding<'t> {
    conn: &'t Connection,
    fold: Fold<'t>,
    readings: Readings,
    /// The times that readings speak of.
    times: HashSet<i64>,
    /// Sources and items since the size was looked at.
    unseen: usize,
}

impl<'t> Folding<'t> {
    fn of(tx: &'t Transaction<'_>) -> Result<Self, ProjectError> {
        let fold = Fold::begin(tx)?;
        Ok(Folding { conn: tx, fold, readings: Vec::new(), times: HashSet::new(), unseen: 0 })
    }

    /// Folds all; `None` where all must be folded otherwise.
    fn all<W: Held>(
        mut self,
        parts: &Receiver<Vec<Part<W>>>,
        spent: &Sender<Vec<Placed>>,
    ) -> Result<Option<Readings>, ProjectError> {
        let mut good = true;
        let mut parts = Incoming { waiting: VecDeque::new(), parts: parts.iter().flatten() };
        // What comes after all was given up is dropped, so that nobody waits.
        while let Some(part) = parts.next() {
            good = good && self.part(part, &mut parts, spent)? && self.fits()?;
        }
        if !good {
            return Ok(None);
        }
        self.fold.finish()?;
        Ok(Some(self.readings))
    }

    /// Whether the projections are small enough to go on.
    fn fits(&mut self) -> Result<bool, ProjectError> {
        if self.unseen < LOOK_EVERY {
            return Ok(true);
        }
        self.unseen = 0;
        let of = |pragma| self.conn.query_row(pragma, [], |row| row.get::<_, i64>(0));
        Ok(of("PRAGMA temp.page_count")?.saturating_mul(of("PRAGMA temp.page_size")?) <= HELD_BYTES)
    }

    /// Folds one more; false where all must be folded otherwise.
    fn part<W: Held>(
        &mut self,
        part: Part<W>,
        parts: &mut Incoming<W, impl Iterator<Item = Part<W>>>,
        spent: &Sender<Vec<Placed>>,
    ) -> Result<bool, ProjectError> {
        match part {
            Part::Whole(told, items) => self.whole(&told, items.as_ref())?,
            Part::Begin(told) => {
                return self.stream(&told, parts, spent);
            }
            Part::Items(_) | Part::End(_) | Part::Lost => return Ok(false),
        }
        Ok(true)
    }

    fn whole<W: Held>(
        &mut self,
        (acquisition, reading): &(Acquisition, Reading),
        items: Option<&W>,
    ) -> Result<(), ProjectError> {
        let opened = self.fold.open(acquisition, reading)?;
        let items = items.map_or(&[][..], Held::items);
        items.iter().try_for_each(|item| self.fold.add(&opened, item))?;
        self.unseen += 1 + items.len();
        self.folded(reading);
        Ok(())
    }

    /// A source from its beginning to its end. Its acquisition's id is known at the end only, and decides between readings
    /// of one time; where that could matter, or what was told of it was wrong, the answer is false.
    fn stream<W: Held>(
        &mut self,
        (acquisition, reading): &(Acquisition, Reading),
        parts: &mut Incoming<W, impl Iterator<Item = Part<W>>>,
        spent: &Sender<Vec<Placed>>,
    ) -> Result<bool, ProjectError> {
        if self.times.contains(&reading.as_of.at.0) {
            return Ok(false);
        }
        let opened = self.fold.open(acquisition, reading)?;
        // A source ends when it is stored; the next ones may have begun by then.
        let mut later: VecDeque<Part<W>> = VecDeque::new();
        let mut next_began = false;
        while let Some(part) = parts.next() {
            next_began |= matches!(part, Part::Begin(_));
            match part {
                Part::Items(mut placed) if !next_began => {
                    if !self.items(&opened, acquisition, &mut placed)? || !self.fits()? {
                        return Ok(false);
                    }
                    // Where there is no room, it is freed here.
                    let _ = spent.try_send(placed);
                }
                Part::End(told) => {
                    let (ended, came_to) = &*told;
                    if came_to.as_of.at != reading.as_of.at {
                        return Ok(false);
                    }
                    self.fold.restate(opened, ended, came_to)?;
                    self.folded(came_to);
                    later.append(&mut parts.waiting);
                    parts.waiting = later;
                    return Ok(true);
                }
                Part::Lost => return Ok(false),
                other => later.push_back(other),
            }
        }
        Ok(false)
    }

    fn items(
        &mut self,
        opened: &Opened<'_>,
        acquisition: &Acquisition,
        placed: &mut [Placed],
    ) -> Result<bool, ProjectError> {
        for (base, items) in placed {
            for item in items.iter_mut() {
                // The path of a project file on standard input is made from the id.
                if item.recipe.is_some() && acquisition.origin.kind == OriginKind::Stdin {
                    return Ok(false);
                }
                item.spot.offset += *base;
                self.fold.add(opened, item)?;
            }
            self.unseen += items.len();
        }
        Ok(true)
    }

    fn folded(&mut self, reading: &Reading) {
        self.times.insert(reading.as_of.at.0);
        self.readings.push((reading.acquisition, reading_fingerprint(reading, false)));
    }
}
