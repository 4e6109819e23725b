//! The priority of images: the list, the matrix, why, and what a change would come to.

mod causes;
pub mod cell;
pub mod explain;
pub mod matrix;
pub mod preview;
pub mod queue;
pub mod urgent;
pub mod words;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};
use serde::Serialize;
use std::collections::BTreeMap;

use super::filter::Filter;
use super::owners::{Owners, owners};
use super::time;
use crate::case::judgements::Judgements;
use crate::case::project::{BY_HAND, Hands, Judge, NEVER, ProjectError, Settled, judged_by_hand, policies};
use crate::case::query::select::{SelectError, single};
use crate::model::judgement::Field;
use crate::model::priority::Priority;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::triage::image::Assumed;
use crate::triage::inputs::Inputs;
use crate::triage::lens::Given;
use crate::triage::policy::Policy;

pub use causes::{CauseGroup, causes};

/// An image with its priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TriageRow {
    /// As in the images list.
    pub id: String,
    /// Canonical name.
    pub name: String,
    /// The one that counts.
    pub priority: Priority,
    /// Its verdict; none without an open indicator.
    pub verdict: Option<&'static str>,
    /// How much depends on it.
    pub criticality: &'static str,
    /// How it is attacked; `unknown` without a scan.
    pub exploitability: &'static str,
    /// From where it is reached.
    pub exposure: &'static str,
    /// `running`, `ci-build`, `kept`, `files`.
    pub standing: &'static str,
    /// The rule of the policy that decided; `by hand` for an override.
    pub rule: String,
    /// Which lens decided.
    pub lens: &'static str,
    /// When it is due; none while its due time is paused.
    pub due: Option<String>,
    /// When it reached this priority.
    pub reached: String,
    /// The priority was set by hand.
    pub overridden: bool,
    /// What the policy gives, whatever was set by hand.
    pub computed: Priority,
    /// It was set by hand, and the facts are others since.
    pub asks_again: bool,
    /// Its due time stands still.
    pub paused: bool,
    /// What the compromise lens gives; none where the indicators leave the image alone.
    pub compromise: Option<GivenCell>,
    /// What the vulnerability lens gives.
    pub vulnerability: GivenCell,
    /// What was taken for granted: `criticality`, `exposure`, `exploitability`.
    pub assumed: Vec<&'static str>,
    /// What it is for: an indicator's target, `vulnerability`, or `by hand` where a person made it more urgent than facts do.
    pub cause: String,
    /// Who answers for it, where told; of P0 only.
    pub owner: Option<String>,
    /// Places that run it.
    pub running: u64,
}

impl TriageRow {
    /// What each lens gives, in words for people.
    pub fn lenses(&self) -> [String; 2] {
        let compromise = self.compromise.as_ref().map_or_else(|| "nothing".to_owned(), GivenCell::shown);
        [compromise, self.vulnerability.shown()]
    }

    /// The rule that gave the computed priority.
    pub fn computed_rule(&self) -> String {
        let given = self.compromise.as_ref().filter(|given| given.priority >= self.vulnerability.priority);
        given.unwrap_or(&self.vulnerability).rule.clone()
    }
}

/// What a lens gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GivenCell {
    /// How urgent.
    pub priority: Priority,
    /// By which rule.
    pub rule: String,
    /// One level of it is for an amplifier.
    pub raised: bool,
}

impl GivenCell {
    fn of(given: Given<'_>) -> GivenCell {
        GivenCell { priority: given.priority, rule: given.rule.to_owned(), raised: given.raised }
    }

    /// In words for people: `P1 by V4, raised by an amplifier`.
    pub fn shown(&self) -> String {
        let raised = if self.raised { ", raised by an amplifier" } else { "" };
        format!("{} by {}{raised}", self.priority, self.rule)
    }
}

/// What priorities are asked of: the policies, and what was said by hand.
pub struct Court {
    /// The policies that count, the latest last.
    pub policies: Vec<Policy>,
    pub(super) hands: Hands,
}

impl Court {
    /// As the case has them.
    pub fn load(conn: &Connection) -> Result<Court, ProjectError> {
        let judgements = judged_by_hand(conn)?;
        Ok(Court { policies: policies(&judgements), hands: Hands::resolve(conn, judgements)? })
    }

    /// What was said by hand.
    pub fn judgements(&self) -> &Judgements {
        &self.hands.judgements
    }

    /// When the organisation became aware, where stated, else when the case began.
    pub fn aware(&self) -> Option<Micros> {
        self.hands.judgements.aware.or(self.hands.judgements.begun)
    }

    /// The latest policy.
    pub fn policy(&self) -> Result<&Policy, ProjectError> {
        self.policies.last().ok_or_else(|| ProjectError::Damaged("there is no policy".into()))
    }

    /// What is in conflict of the policies themselves; empty where nothing is.
    pub fn policy_conflict(&self) -> String {
        let entries = self.hands.judgements.entries.iter();
        let policy = entries.filter(|entry| entry.field == Field::Policy);
        policy.map(|entry| entry.conflict()).find(|text| !text.is_empty()).unwrap_or_default()
    }
}

/// A row as it is stored.
struct Stored {
    image: i64,
    id: String,
    name: String,
    verdict: Option<Verdict>,
    indicator: i64,
    running: u64,
    inputs: Inputs,
    assumed: Assumed,
    priority: Priority,
    computed: Priority,
    reached: Micros,
    hand: i64,
    due: i64,
}

/// The images that a filter lets through, the most urgent first, of those alike the one that is due first; at most `limit`.
pub fn triage(conn: &Connection, filter: &Filter, limit: Option<usize>) -> Result<Vec<TriageRow>, ProjectError> {
    let court = Court::load(conn)?;
    let mut rows = stored(conn, filter)?;
    rows.sort_by_cached_key(|row| (std::cmp::Reverse(row.priority), row.due, row.name.clone(), row.id.clone()));
    rows.truncate(limit.unwrap_or(usize::MAX));
    let telling = Telling::of_many(conn, &court)?;
    rows.into_iter().map(|row| telling.row(conn, row)).collect()
}

/// One image, by any alias.
pub fn one(conn: &Connection, selector: &str) -> Result<(i64, TriageRow), SelectError> {
    let image = single(conn, selector)?;
    Ok((image, of(conn, image)?))
}

/// One image, by its number.
pub(super) fn of(conn: &Connection, image: i64) -> Result<TriageRow, ProjectError> {
    let court = Court::load(conn)?;
    let sql = format!("{SELECT} WHERE t.image = ?1");
    let row = conn.query_row(&sql, [image], read)?;
    Telling::of_one(conn, &court)?.row(conn, row)
}

/// Images by their ids, in that order; those that are gone are left out.
fn by_id(conn: &Connection, ids: &[String]) -> Result<Vec<TriageRow>, ProjectError> {
    let court = Court::load(conn)?;
    let telling = Telling::of_many(conn, &court)?;
    let mut statement = conn.prepare(&format!("{SELECT} WHERE i.ident = ?1"))?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(row) = statement.query_row([id], read).optional()? else { continue };
        rows.push(telling.row(conn, row)?);
    }
    Ok(rows)
}

const SELECT: &str =
    "SELECT t.image, i.ident, i.name, i.verdict, i.indicator, i.running, t.inputs, t.assumed, t.priority,
    t.computed, t.reached, t.hand, i.due FROM p_image i JOIN p_triage t ON t.image = i.id";

fn stored(conn: &Connection, filter: &Filter) -> Result<Vec<Stored>, ProjectError> {
    let compiled = filter.compile();
    let mut statement = conn.prepare(&format!("{SELECT} WHERE {}", compiled.sql))?;
    let rows = statement.query_map(params_from_iter::<Vec<Value>>(compiled.values), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(r: &rusqlite::Row<'_>) -> rusqlite::Result<Stored> {
    let priority = |at| r.get(at).map(|number| Priority::from_number(number).unwrap_or(Priority::P0));
    Ok(Stored {
        image: r.get(0)?,
        id: r.get(1)?,
        name: r.get(2)?,
        verdict: Verdict::from_number(r.get(3)?),
        indicator: r.get(4)?,
        running: r.get::<_, i64>(5)?.unsigned_abs(),
        inputs: Inputs::unpacked(r.get(6)?),
        assumed: Assumed::of_bits(r.get(7)?),
        priority: priority(8)?,
        computed: priority(9)?,
        reached: Micros(r.get(10)?),
        hand: r.get(11)?,
        due: r.get(12)?,
    })
}

/// What indicators are about, by their numbers.
fn targets(conn: &Connection) -> Result<BTreeMap<i64, String>, ProjectError> {
    let entries = crate::case::project::stored(conn)?;
    Ok((1..).zip(entries).map(|(n, entry)| (n, entry.indicator.target.to_string())).collect())
}

/// What the rows of a list are told by: read once, however many rows there are.
struct Telling<'c> {
    court: &'c Court,
    judge: Judge<'c>,
    targets: BTreeMap<i64, String>,
    /// Who answers for what; none where the case is asked of the one row.
    owners: Option<Owners>,
}

impl<'c> Telling<'c> {
    fn of_many(conn: &Connection, court: &'c Court) -> Result<Telling<'c>, ProjectError> {
        Ok(Telling { owners: Some(Owners::load(conn)?), ..Telling::of_one(conn, court)? })
    }

    fn of_one(conn: &Connection, court: &'c Court) -> Result<Telling<'c>, ProjectError> {
        let judge = Judge::new(&court.policies, court.judgements());
        Ok(Telling { judge, targets: targets(conn)?, owners: None, court })
    }

    /// Who answers for it, by the most exact word.
    fn owner(&self, conn: &Connection, row: &Stored) -> Result<Option<String>, ProjectError> {
        let Some(all) = &self.owners else {
            return Ok(owners(conn, row.image)?.into_iter().map(|row| row.owner).find(|owner| !owner.is_empty()));
        };
        let mut place = conn.prepare_cached("SELECT registry, repository FROM p_image WHERE id = ?1")?;
        let [registry, repository]: [String; 2] = place.query_row([row.image], |r| Ok([r.get(0)?, r.get(1)?]))?;
        all.of(conn, row.image, &row.name, [&registry, &repository])
    }

    fn row(&self, conn: &Connection, row: Stored) -> Result<TriageRow, ProjectError> {
        let decided = self.judge.decide(&row.inputs);
        let (decision, _) = decided.ok_or_else(|| ProjectError::Damaged("there is no policy".into()))?;
        let overridden = row.hand & Settled::OVERRIDDEN != 0;
        let compromise = decision.lens().as_str() == "compromise";
        let cause = match self.targets.get(&row.indicator).filter(|_| compromise) {
            Some(target) => target.clone(),
            // A person made it more urgent than facts do.
            None if overridden && row.priority > row.computed => BY_HAND.to_owned(),
            None => "vulnerability".to_owned(),
        };
        Ok(TriageRow {
            priority: row.priority,
            verdict: row.verdict.map(Verdict::as_str),
            criticality: row.inputs.criticality.as_str(),
            exploitability: row.inputs.points.word().as_str(),
            exposure: row.inputs.exposure.as_str(),
            standing: row.inputs.standing.as_str(),
            rule: if overridden { BY_HAND } else { decision.given().rule }.to_owned(),
            lens: decision.lens().as_str(),
            due: (row.due != NEVER).then(|| time(row.due)),
            reached: time(row.reached.0),
            overridden,
            computed: row.computed,
            asks_again: row.hand & Settled::ASKS_AGAIN != 0,
            paused: row.hand & Settled::PAUSED != 0,
            compromise: decision.compromise.map(GivenCell::of),
            vulnerability: GivenCell::of(decision.vulnerability),
            assumed: self.assumed(&row),
            cause,
            owner: if row.priority == Priority::P0 { self.owner(conn, &row)? } else { None },
            running: row.running,
            id: row.id,
            name: row.name,
        })
    }

    /// What was taken for granted and not said by hand since.
    fn assumed(&self, row: &Stored) -> Vec<&'static str> {
        let flags = [
            (row.assumed.criticality, Field::Criticality, "criticality"),
            (row.assumed.exposure, Field::Exposure, "exposure"),
            (row.inputs.points.is_unknown(), Field::Exploitability, "exploitability"),
        ];
        let by_hand = |field| self.court.hands.counts(row.image, field).is_some();
        flags.iter().filter(|(set, field, _)| *set && !by_hand(*field)).map(|(_, _, word)| *word).collect()
    }
}
