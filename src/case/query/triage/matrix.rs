//! The matrix: how many images stand in each cell, and the worst priority there, in both lenses.
//!
//! Images with the same inputs are counted together by the database, and the policy is asked once for each that differ.

use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;
use std::collections::BTreeMap;

use super::Court;
use crate::case::project::{Judge, NEVER, ProjectError, Settled};
use crate::model::assessment::{Criticality, Exploitability, Exposure, Standing};
use crate::model::judgement::Field;
use crate::model::priority::Priority;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::triage::inputs::Inputs;

/// One cell of the vulnerability lens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The row.
    pub criticality: Criticality,
    /// The column.
    pub exploitability: Exploitability,
    /// The block of columns.
    pub exposure: Exposure,
    /// The worst priority of its images, by both lenses and by hand.
    pub priority: Priority,
    /// The worst that the vulnerability lens gives there.
    pub vulnerability: Priority,
    /// Images.
    pub images: u64,
    /// Those of them whose criticality is assumed.
    pub assumed: u64,
}

/// One cell of the compromise lens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictCell {
    /// The row.
    pub verdict: Verdict,
    /// The column.
    pub standing: Standing,
    /// The worst priority that the compromise lens gives there; none for what is cleared or has no link.
    pub compromise: Option<Priority>,
    /// The worst priority of its images, by both lenses and by hand.
    pub priority: Priority,
    /// Images.
    pub images: u64,
}

/// Images by priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[allow(non_snake_case)]
pub struct Totals {
    /// Now.
    pub P0: u64,
    /// Within a day.
    pub P1: u64,
    /// Within days.
    pub P2: u64,
    /// With the next rebuild.
    pub P3: u64,
}

impl Totals {
    /// Counts some.
    pub fn add(&mut self, priority: Priority, images: u64) {
        *match priority {
            Priority::P0 => &mut self.P0,
            Priority::P1 => &mut self.P1,
            Priority::P2 => &mut self.P2,
            Priority::P3 => &mut self.P3,
        } += images;
    }

    /// All of them in one line for people.
    pub fn shown(&self) -> String {
        Priority::ALL.map(|priority| format!("{priority} {}", self.of(priority))).join("  ")
    }

    /// The images of one priority.
    pub fn of(&self, priority: Priority) -> u64 {
        match priority {
            Priority::P0 => self.P0,
            Priority::P1 => self.P1,
            Priority::P2 => self.P2,
            Priority::P3 => self.P3,
        }
    }
}

/// The image that is due next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextDue {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its priority.
    pub priority: Priority,
    /// When; in JSON as all times are.
    #[serde(serialize_with = "shown_time")]
    pub due: Micros,
}

fn shown_time<S: serde::Serializer>(at: &Micros, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.rfc3339())
}

/// The whole of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The policy's name.
    pub policy: String,
    /// Policies that count at once; empty where there is no conflict.
    pub conflict: String,
    /// The cells with images, in the order of the screen.
    pub cells: Vec<Cell>,
    /// The same by verdict and standing; empty without an open indicator.
    pub compromise: Vec<VerdictCell>,
    /// Images by priority.
    pub totals: Totals,
    /// Images in all.
    pub images: u64,
    /// Images without a scan.
    pub unscanned: u64,
    /// Images whose criticality is assumed.
    pub assumed: u64,
    /// Images whose priority was set by hand.
    pub overridden: u64,
    /// Of those, images that ask to be looked at again.
    pub ask_again: u64,
    /// Images whose time is over.
    pub overdue: u64,
    /// The one that is due next.
    pub next_due: Option<NextDue>,
}

/// The matrix at a time.
pub fn matrix(conn: &Connection, now: Micros) -> Result<Matrix, ProjectError> {
    let court = Court::load(conn)?;
    let mut judge = Judge::new(&court.policies, court.judgements());
    let mut matrix = Matrix {
        policy: court.policy()?.name.clone(),
        conflict: court.policy_conflict(),
        cells: Vec::new(),
        compromise: Vec::new(),
        totals: Totals::default(),
        images: 0,
        unscanned: 0,
        assumed: 0,
        overridden: 0,
        ask_again: 0,
        overdue: 0,
        next_due: None,
    };
    let (mut cells, mut verdicts) = (BTreeMap::new(), BTreeMap::new());
    for group in groups(conn)? {
        count(&group, &mut judge, &mut matrix, &mut cells, &mut verdicts)?;
    }
    not_assumed(conn, &court, &mut matrix, &mut cells)?;
    matrix.cells = cells.into_values().collect();
    matrix.compromise = verdicts.into_values().collect();
    by_hand(conn, &mut matrix)?;
    due(conn, now, &mut matrix)?;
    Ok(matrix)
}

/// Images with the same inputs and priority.
struct Group {
    inputs: Inputs,
    priority: Priority,
    assumed: bool,
    images: u64,
}

fn groups(conn: &Connection) -> Result<Vec<Group>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT inputs, priority, assumed & 1, count(*) FROM p_triage INDEXED BY p_triage_inputs GROUP BY 1, 2, 3",
    )?;
    let rows = statement.query_map([], |r| {
        Ok(Group {
            inputs: Inputs::unpacked(r.get(0)?),
            priority: Priority::from_number(r.get(1)?).unwrap_or(Priority::P0),
            assumed: r.get(2)?,
            images: r.get::<_, i64>(3)?.unsigned_abs(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The places of a cell in the order of the screen: the worst first.
type CellKey = (usize, usize, usize);

fn count(
    group: &Group,
    judge: &mut Judge<'_>,
    matrix: &mut Matrix,
    cells: &mut BTreeMap<CellKey, Cell>,
    verdicts: &mut BTreeMap<(std::cmp::Reverse<Verdict>, std::cmp::Reverse<Standing>), VerdictCell>,
) -> Result<(), ProjectError> {
    let Group { inputs, priority, assumed, images } = group;
    let (decision, _) = judge.decide(inputs).ok_or_else(|| ProjectError::Damaged("there is no policy".into()))?;
    let word = inputs.points.word();
    let cell = cells.entry(key(inputs)).or_insert(Cell {
        criticality: inputs.criticality,
        exploitability: word,
        exposure: inputs.exposure,
        priority: *priority,
        vulnerability: decision.vulnerability.priority,
        images: 0,
        assumed: 0,
    });
    cell.priority = cell.priority.max(*priority);
    cell.vulnerability = cell.vulnerability.max(decision.vulnerability.priority);
    cell.images += images;
    cell.assumed += if *assumed { *images } else { 0 };
    if let Some(verdict) = inputs.verdict {
        let given = decision.compromise.map(|given| given.priority);
        let key = (std::cmp::Reverse(verdict), std::cmp::Reverse(inputs.standing));
        let (standing, priority) = (inputs.standing, *priority);
        let cell =
            verdicts.entry(key).or_insert(VerdictCell { verdict, standing, compromise: given, priority, images: 0 });
        cell.compromise = cell.compromise.max(given);
        cell.priority = cell.priority.max(priority);
        cell.images += images;
    }
    matrix.totals.add(*priority, *images);
    matrix.images += images;
    matrix.unscanned += if inputs.points.is_unknown() { *images } else { 0 };
    matrix.assumed += if *assumed { *images } else { 0 };
    Ok(())
}

fn key(inputs: &Inputs) -> CellKey {
    (
        place(&Exposure::ALL, &inputs.exposure),
        place(&Criticality::ALL, &inputs.criticality),
        place(&Exploitability::ALL, &inputs.points.word()),
    )
}

/// What is said by hand is not assumed, though the facts tell nothing.
fn not_assumed(
    conn: &Connection,
    court: &Court,
    matrix: &mut Matrix,
    cells: &mut BTreeMap<CellKey, Cell>,
) -> Result<(), ProjectError> {
    let mut statement = conn.prepare("SELECT inputs FROM p_triage WHERE image = ?1 AND assumed & 1")?;
    for image in court.hands.having(Field::Criticality) {
        let inputs: Option<i64> = statement.query_row([image], |r| r.get(0)).optional()?;
        let Some(inputs) = inputs.map(Inputs::unpacked) else { continue };
        matrix.assumed = matrix.assumed.saturating_sub(1);
        if let Some(cell) = cells.get_mut(&key(&inputs)) {
            cell.assumed = cell.assumed.saturating_sub(1);
        }
    }
    Ok(())
}

fn place<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).unwrap_or(all.len())
}

fn by_hand(conn: &Connection, matrix: &mut Matrix) -> Result<(), ProjectError> {
    let sql = "SELECT count(*) FILTER (WHERE hand & ?1 <> 0), count(*) FILTER (WHERE hand & ?2 <> 0) FROM p_triage";
    let counted = conn.query_row(sql, [Settled::OVERRIDDEN, Settled::ASKS_AGAIN], |r| {
        Ok((r.get::<_, i64>(0)?.unsigned_abs(), r.get::<_, i64>(1)?.unsigned_abs()))
    })?;
    (matrix.overridden, matrix.ask_again) = counted;
    Ok(())
}

/// What is overdue, and what is due next. The list of images has when each is due.
fn due(conn: &Connection, now: Micros, matrix: &mut Matrix) -> Result<(), ProjectError> {
    let sql = "SELECT count(*) FROM p_image WHERE due < ?1 AND priority > 0";
    matrix.overdue = conn.query_row(sql, [now.0], |r| r.get::<_, i64>(0))?.unsigned_abs();
    let sql =
        "SELECT ident, name, priority, due FROM p_image WHERE due >= ?1 AND due < ?2 ORDER BY due, name, ident LIMIT 1";
    let next = conn.query_row(sql, [now.0, NEVER], |r| {
        let priority = Priority::from_number(r.get(2)?).unwrap_or(Priority::P0);
        Ok(NextDue { id: r.get(0)?, name: r.get(1)?, priority, due: Micros(r.get(3)?) })
    });
    matrix.next_due = next.optional()?;
    Ok(())
}
