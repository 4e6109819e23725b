//! Uses: one row for each place, written reference and digest seen there, with the evidence of its latest reading.

use rusqlite::{Connection, Row, Statement, params};
use std::collections::{BTreeMap, HashMap};

use super::books::Books;
use super::error::ProjectError;
use super::intern::{Interner, ReportedDigest, Written, remember};
use super::objects::Placed;
use super::sources::{Stamp, count};
use super::tags::Basis as TagBasis;
use super::tally::{Counted, Tallies};
use super::wording::{list, marks, marks_of_both, named};
use crate::model::fact::{Item, Seen, SeenState, Use};
use crate::resolve::seen::{Basis, Report};

/// A use's row, without what settling derives.
#[derive(Debug, Clone, PartialEq, Eq)]
struct UseRow {
    key: UseKey,
    marks: i64,
    name: i64,
    state: i64,
    first_seen: i64,
    last_seen: i64,
    started: Option<i64>,
    ran_from: Option<i64>,
    ran_to: Option<i64>,
    confidence: i64,
    source: i64,
    item: String,
    field: i64,
    offset: i64,
    length: i64,
    /// The image it is counted under, and whether it is; of stored rows only.
    counted: Option<(i64, bool)>,
}

/// What tells the uses of one object apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct UseKey {
    role: u8,
    container: i64,
    written: i64,
    /// Text number of what the written text comes to, where that is another text.
    resolved: i64,
    /// Text number of the list of variables that nothing defines.
    needs: i64,
    digest: i64,
}

/// Number of [`SeenState::Running`] in `p_use.state`; 0 is "not told".
pub(super) const RUNNING: i64 = 1;

/// A state's number.
fn state_number(state: SeenState) -> i64 {
    match state {
        SeenState::Running => RUNNING,
        SeenState::Waiting => 2,
        SeenState::Terminated => 3,
        SeenState::Cached => 4,
    }
}

/// The word of a stored state, `None` where nothing was told.
pub(in crate::case) fn state_word(number: i64) -> Option<&'static str> {
    match number {
        RUNNING => Some("running"),
        2 => Some("waiting"),
        3 => Some("terminated"),
        4 => Some("cached"),
        _ => None,
    }
}

/// The uses, open for one books.
pub(super) struct Uses<'t> {
    load: Statement<'t>,
    insert: Statement<'t>,
    update: Statement<'t>,
    image: Statement<'t>,
    images: HashMap<i64, i64>,
}

impl<'t> Uses<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Uses {
            load: conn.prepare(
                "SELECT role, container, written, digest, name, state, first_seen, last_seen, started, ran_from, ran_to,
                confidence, source, item, field, offset, length, image, hidden, resolved, needs, marks FROM p_use WHERE object = ?1",
            )?,
            insert: conn.prepare(
                "INSERT INTO p_use (object, role, container, written, digest, name, image, state, current, running, hidden,
                first_seen, last_seen, started, ran_from, ran_to, confidence, source, item, field, offset, length, resolved,
                needs, marks) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, 0, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                ?19, ?20, ?21, ?22, ?23)",
            )?,
            update: conn.prepare(
                "UPDATE p_use SET state = ?6, first_seen = ?7, last_seen = ?8, started = ?9, ran_from = ?10, ran_to = ?11,
                confidence = ?12, source = ?13, item = ?14, field = ?15, offset = ?16, length = ?17, marks = ?18
                WHERE object = ?1 AND role = ?2 AND container = ?3 AND written = ?4 AND digest = ?5 AND resolved = ?19
                AND needs = ?20",
            )?,
            image: conn.prepare("SELECT image FROM p_digest WHERE id = ?1")?,
            images: HashMap::new(),
        })
    }

    /// Adds an item's uses to those of its object.
    pub fn add(&mut self, books: &mut Books<'_, '_>, item: &Item, place: Placed) -> Result<Added, ProjectError> {
        let mut stored = if place.fresh { BTreeMap::new() } else { self.load(place.id)? };
        let mut changed: BTreeMap<UseKey, UseRow> = BTreeMap::new();
        let mut same_records = Vec::new();
        for found in &item.uses {
            let (new, same_record) = describe(books, item, found)?;
            let row = match changed.remove(&new.key).or_else(|| stored.remove(&new.key)) {
                Some(known) => merge(books, known, new)?,
                None => new,
            };
            changed.insert(row.key, row);
            same_records.extend(same_record);
        }
        for row in changed.values() {
            match row.counted {
                None => self.insert(books.tallies, place, row)?,
                Some((image, counted)) => {
                    self.update(place, row)?;
                    if counted {
                        books.tallies.widen(image, row.first_seen, row.last_seen);
                    }
                }
            }
        }
        let unsettled = |key: &UseKey| key.needs != 0 || key.digest == 0 && told_twice(key, &changed);
        Ok(Added { same_records, ambiguous: changed.keys().any(unsettled) })
    }

    fn load(&mut self, object: i64) -> Result<BTreeMap<UseKey, UseRow>, ProjectError> {
        let rows = self.load.query_map([object], |r| read_row(r).map(|row| (row.key, row)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The image that a digest belongs to so far; a new digest stands for itself.
    fn image_of(&mut self, digest: i64) -> Result<i64, ProjectError> {
        if let Some(image) = self.images.get(&digest) {
            return Ok(*image);
        }
        let stored: i64 = self.image.query_row([digest], |r| r.get(0))?;
        let image = if stored == 0 { digest } else { stored };
        remember(&mut self.images, digest, image);
        Ok(image)
    }

    fn insert(&mut self, tallies: &mut Tallies, place: Placed, row: &UseRow) -> Result<(), ProjectError> {
        let UseKey { role, container, written, resolved, needs, digest } = row.key;
        let image = if digest == 0 { -row.name } else { self.image_of(digest)? };
        let running = row.state == RUNNING && !place.ended && place.may_run;
        self.insert.execute(params![
            place.id,
            role,
            container,
            written,
            digest,
            row.name,
            image,
            row.state,
            running,
            row.first_seen,
            row.last_seen,
            row.started,
            row.ran_from,
            row.ran_to,
            row.confidence,
            row.source,
            row.item,
            row.field,
            row.offset,
            row.length,
            resolved,
            needs,
            row.marks,
        ])?;
        let (first, last) = (row.first_seen, row.last_seen);
        let counted =
            Counted { role: role.into(), name: row.name, current: true, running, first, last, reach: place.reach };
        tallies.add(image, &counted);
        Ok(())
    }

    fn update(&mut self, place: Placed, row: &UseRow) -> Result<(), ProjectError> {
        let UseKey { role, container, written, resolved, needs, digest } = row.key;
        self.update.execute(params![
            place.id,
            role,
            container,
            written,
            digest,
            row.state,
            row.first_seen,
            row.last_seen,
            row.started,
            row.ran_from,
            row.ran_to,
            row.confidence,
            row.source,
            row.item,
            row.field,
            row.offset,
            row.length,
            row.marks,
            resolved,
            needs,
        ])?;
        Ok(())
    }
}

/// What adding an item's uses found out.
pub(super) struct Added {
    /// Pairs of digests that a status names together.
    pub same_records: Vec<(i64, i64)>,
    /// One place was told with and without a digest, or is not resolved: what counts is for settling.
    pub ambiguous: bool,
}

/// True where the same place has a digest in another row.
fn told_twice(key: &UseKey, rows: &BTreeMap<UseKey, UseRow>) -> bool {
    let later = UseKey { digest: 1, ..*key }..=UseKey { digest: i64::MAX, ..*key };
    rows.range(later).next().is_some()
}

/// What a runtime reported, looked up.
struct Status<'s> {
    image_id: Option<ReportedDigest>,
    image: Option<ReportedDigest>,
    image_text: &'s str,
}

impl<'s> Status<'s> {
    fn of(interner: &mut Interner<'_>, seen: Option<&'s Seen>) -> Result<Self, ProjectError> {
        let (image_id, image) = seen.map_or(("", ""), |seen| (&seen.image_id, &seen.image));
        Ok(Status { image_id: interner.reported(image_id)?, image: interner.reported(image)?, image_text: image })
    }
}

/// One observed use as a row, with the two digests that its status names together.
fn describe(books: &mut Books<'_, '_>, item: &Item, found: &Use) -> Result<(UseRow, Option<(i64, i64)>), ProjectError> {
    let (written, resolved) = named(books.interner, found)?;
    let seen = found.seen.as_ref();
    let status = Status::of(books.interner, seen)?;
    let report = Report {
        image_id: status.image_id.map(|r| r.digest),
        image: status.image.map(|r| r.digest),
        written: (written.digest != 0).then_some(written.digest),
    };
    let digest = report.digest();
    let as_of = books.source.as_of;
    let state = seen.map_or(0, |seen| state_number(seen.state));
    let started = books.source.stated(seen.and_then(|seen| seen.started));
    let since = started.unwrap_or(as_of).min(as_of);
    if let Some((digest, basis)) = digest {
        name_digest(books, written, digest, basis, since)?;
        add_aliases(books, written, digest, &status, since)?;
    }
    let ran = (state == RUNNING).then_some(since);
    let container = books.interner.text(&found.name)?;
    let row = UseRow {
        key: UseKey {
            role: found.role.index(),
            container,
            written: written.id,
            resolved,
            needs: list(books.interner, &found.needs)?,
            digest: digest.map_or(0, |(d, _)| d),
        },
        marks: marks(books.interner, &found.marks)?,
        name: written.name,
        state,
        first_seen: as_of,
        last_seen: as_of,
        started,
        ran_from: ran,
        ran_to: ran.map(|_| as_of),
        confidence: i64::from(found.confidence),
        source: books.source.id,
        item: item.spot.pointer.clone(),
        field: books.interner.text(&found.spot.pointer)?,
        offset: count(item.spot.offset.saturating_add(found.spot.offset)),
        length: count(found.spot.length),
        counted: None,
    };
    Ok((row, report.same_record()))
}

/// The name as written is a name of the digest; only without a digest in it does it tell where the tag pointed.
fn name_digest(
    books: &mut Books<'_, '_>,
    written: Written,
    digest: i64,
    basis: Basis,
    since: i64,
) -> Result<(), ProjectError> {
    if written.parsed {
        let pinned = basis == Basis::Written || written.digest != 0;
        let basis = if pinned { TagBasis::Pinned } else { TagBasis::Seen };
        books.tags.add(written.name, digest, basis, since, books.source.as_of);
    }
    Ok(())
}

/// A status image that names another tag, and a repository beside the digest that is not the one written, are more
/// names of the same image.
fn add_aliases(
    books: &mut Books<'_, '_>,
    written: Written,
    digest: i64,
    status: &Status<'_>,
    since: i64,
) -> Result<(), ProjectError> {
    let as_of = books.source.as_of;
    let bare = status.image.is_some_and(|r| r.name == 0);
    if !status.image_text.is_empty() && !bare {
        let reported = books.interner.written(status.image_text)?;
        if reported.parsed && reported.name != written.name {
            let basis = if reported.digest == 0 { TagBasis::Seen } else { TagBasis::Pinned };
            books.tags.add(reported.name, digest, basis, since, as_of);
        }
    }
    if let Some(beside) = status.image_id.filter(|r| r.name != 0 && r.repository != written.repository) {
        books.tags.add(beside.name, digest, TagBasis::Pinned, since, as_of);
    }
    Ok(())
}

/// Two readings of one use: times widen, the rest is the winner's. Two that stand at one spot of one reading, as two
/// builds of one Dockerfile do, have the marks of both.
fn merge(books: &mut Books<'_, '_>, known: UseRow, new: UseRow) -> Result<UseRow, ProjectError> {
    let sources = books.sources;
    let stamp = |row: &UseRow| {
        let acquisition = sources.acquisition(row.source)?;
        Ok::<_, ProjectError>(Stamp { as_of: row.last_seen, acquisition, offset: row.offset })
    };
    let (ours, theirs) = (stamp(&new)?, stamp(&known)?);
    let both = (ours == theirs).then(|| marks_of_both(books.interner, known.marks, new.marks)).transpose()?;
    let first = ours != theirs || stands_first(books.interner, &new, &known)?;
    let newer = ours.beats(&theirs) || ours == theirs && first;
    let (mut winner, loser) = if newer { (new, known) } else { (known, new) };
    if let Some(marks) = both {
        winner.marks = marks;
        winner.confidence = winner.confidence.max(loser.confidence);
    }
    winner.first_seen = winner.first_seen.min(loser.first_seen);
    winner.last_seen = winner.last_seen.max(loser.last_seen);
    winner.ran_from = [winner.ran_from, loser.ran_from].into_iter().flatten().min();
    winner.ran_to = winner.ran_to.max(loser.ran_to);
    winner.counted = winner.counted.or(loser.counted);
    Ok(winner)
}

/// Which of two that stand at one spot is shown with its place: the one whose place is written smaller.
fn stands_first(interner: &mut Interner<'_>, a: &UseRow, b: &UseRow) -> Result<bool, ProjectError> {
    let (field_a, field_b) = (interner.text_of(a.field)?.to_owned(), interner.text_of(b.field)?);
    Ok((&a.item, field_a.as_str(), a.length) < (&b.item, field_b, b.length))
}

fn read_row(r: &Row<'_>) -> rusqlite::Result<UseRow> {
    Ok(UseRow {
        key: UseKey {
            role: r.get(0)?,
            container: r.get(1)?,
            written: r.get(2)?,
            resolved: r.get(19)?,
            needs: r.get(20)?,
            digest: r.get(3)?,
        },
        marks: r.get(21)?,
        name: r.get(4)?,
        state: r.get(5)?,
        first_seen: r.get(6)?,
        last_seen: r.get(7)?,
        started: r.get(8)?,
        ran_from: r.get(9)?,
        ran_to: r.get(10)?,
        confidence: r.get(11)?,
        source: r.get(12)?,
        item: r.get(13)?,
        field: r.get(14)?,
        offset: r.get(15)?,
        length: r.get(16)?,
        counted: Some((r.get(17)?, !r.get::<_, bool>(18)?)),
    })
}
