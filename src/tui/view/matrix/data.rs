//! What this view asks.

use std::collections::BTreeSet;

use super::causes::{self, Urgent};
use super::page;
use super::spot::Spot;
use crate::case::judging::MOST_AT_ONCE;
use crate::case::query::filter::Filter;
use crate::case::query::findings::{self, BaseShare};
use crate::case::query::images::count;
use crate::case::query::pages::Window;
use crate::case::query::triage::Court;
use crate::case::query::triage::cell::{self, CellImage};
use crate::case::query::triage::explain::explain;
use crate::case::query::triage::matrix::{self, Matrix};
use crate::case::query::triage::queue::{QueueRow, queue};
use crate::cli::words::short_name;
use crate::command::Call;
use crate::model::time::Micros;
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::tui::view::judge::deeds::policy_bytes;
use crate::tui::view::link;
use crate::work::triage::{plan_policy, policy};

/// Bases that are named above the cells.
const NAMED: usize = 3;
/// Rows of a cell that are read at once.
const PAGE: u64 = 400;

/// The matrix, and how old what it knows is; the answer is a [`Whole`].
#[derive(Debug, Clone)]
pub struct All;

/// The answer to [`All`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The cells and their sums.
    pub matrix: Matrix,
    /// Images that run.
    pub running: u64,
    /// The newest time that a list of attacked vulnerabilities speaks of.
    pub kev: Option<Micros>,
    /// The newest time that a forecast of attacks speaks of.
    pub epss: Option<Micros>,
    /// How much of what is critical comes from bases, in words; empty where nothing does.
    pub from_bases: String,
    /// The base that most of it comes from.
    pub worst_base: Option<String>,
}

impl Question for All {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let conn = desk.conn()?;
        // Of one moment, whoever writes meanwhile.
        let moment = conn.unchecked_transaction().map_err(|e| e.to_string())?;
        let matrix = matrix::matrix(&moment, desk.env.now()).map_err(|e| e.to_string())?;
        let running = Filter::parse("running:>0").map_err(|e| e.to_string())?;
        let running = count(&moment, &running).map_err(|e| e.to_string())?;
        let known = findings::snapshots(&moment).map_err(|e| e.to_string())?;
        let newest = |source: &str| {
            let row = known.iter().find(|row| row.source == source)?;
            Micros::parse_rfc3339(&row.newest)
        };
        let shares = findings::from_bases(&moment).map_err(|e| e.to_string())?;
        let mut from_bases = shares.shown().unwrap_or_default();
        let named = |base: &BaseShare| format!("{} {}", short_name(&base.name, 30), base.criticals);
        let first: Vec<String> = shares.bases.iter().take(NAMED).map(named).collect();
        if !first.is_empty() {
            from_bases.push_str(&format!(": {}", first.join(", ")));
        }
        let worst_base = shares.bases.iter().map(|base| base.id.clone()).find(|id| !id.is_empty());
        Ok(Box::new(Whole { kev: newest("KEV"), epss: newest("EPSS"), from_bases, worst_base, matrix, running }))
    }
}

/// Images of a cell around a place; the answer is [`Images`].
#[derive(Debug, Clone)]
pub struct Within {
    /// The cell.
    pub spot: Spot,
    /// Around which row, where the first of `follow` is not in the cell.
    pub near: u64,
    /// The image at the marker.
    pub follow: Vec<String>,
    /// Marked images; those that are not in the cell any more are told.
    pub marked: Vec<String>,
}

/// The answer to [`Within`].
#[derive(Debug)]
pub struct Images {
    /// The cell.
    pub spot: Spot,
    /// The rows.
    pub window: Window<CellImage>,
    /// Of the marked images those that left the cell.
    pub gone: Vec<String>,
}

impl Question for Within {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let conn = desk.conn()?;
        let filter = Filter::parse(&self.spot.filter()).map_err(|e| e.to_string())?;
        let mut gone = self.marked.clone();
        if !gone.is_empty() {
            let ids = cell::ids(conn, filter.clone(), u64::MAX).map_err(|e| e.to_string())?;
            let there: BTreeSet<String> = ids.into_iter().collect();
            gone.retain(|id| !there.contains(id));
        }
        let window = cell::window(conn, filter, self.near, PAGE, &self.follow).map_err(|e| e.to_string())?;
        Ok(Box::new(Images { spot: self.spot, window, gone }))
    }
}

/// All images of a cell, to be marked; the answer is [`Ids`].
#[derive(Debug, Clone)]
pub struct Every(pub Spot);

/// The answer to [`Every`]: the most urgent ones first, at most as many as one action is about.
#[derive(Debug)]
pub struct Ids(pub Spot, pub Vec<String>);

impl Question for Every {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let filter = Filter::parse(&self.0.filter()).map_err(|e| e.to_string())?;
        let ids = cell::ids(desk.conn()?, filter, MOST_AT_ONCE as u64).map_err(|e| e.to_string())?;
        Ok(Box::new(Ids(self.0, ids)))
    }
}

/// What to find out next; the answer is [`Rows`].
#[derive(Debug, Clone)]
pub struct Next;

/// The answer to [`Next`].
#[derive(Debug)]
pub struct Rows(pub Vec<QueueRow>);

impl Question for Next {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let rows = queue(desk.conn()?, super::queue::MOST).map_err(|e| e.to_string())?;
        Ok(Box::new(Rows(rows)))
    }
}

/// What is P0, by cause and owner; the answer is an [`Urgent`].
#[derive(Debug, Clone)]
pub struct Urgencies;

impl Question for Urgencies {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let filter = Filter::parse("priority:P0").map_err(|e| e.to_string())?;
        let found = cell::window(desk.conn()?, filter, 0, causes::MOST, &[]).map_err(|e| e.to_string())?;
        Ok(Box::new(Urgent::new(found.rows, found.total)))
    }
}

/// Why an image has its priority; the answer is a [`page::Paper`].
#[derive(Debug, Clone)]
pub struct Why(pub String);

impl Question for Why {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let conn = desk.conn()?;
        let found = explain(conn, &self.0).map_err(|e| e.to_string())?;
        let aware = Court::load(conn).map_err(|e| e.to_string())?.aware();
        Ok(Box::new(page::why(&self.0, &found, aware, desk.env.now())))
    }
}

/// Where the first fact stands that tells an image's priority; the answer is a [`Stands`].
#[derive(Debug, Clone)]
pub struct Evidence(pub String);

/// The answer to [`Evidence`]: the image, and where to go.
#[derive(Debug)]
pub struct Stands(pub String, pub Option<Call>);

impl Question for Evidence {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let found = explain(desk.conn()?, &self.0).map_err(|e| e.to_string())?;
        let told = found.because.iter().find_map(|fact| {
            let place = fact.locator.as_ref()?;
            Some(link::evidence(fact.evidence.as_ref()?, place.offset, place.length))
        });
        let said = || found.because.iter().find_map(|fact| fact.event.as_deref().map(link::event));
        Ok(Box::new(Stands(self.0.clone(), told.or_else(said))))
    }
}

/// What another policy would move; the answer is a [`page::Paper`], also where the policy is wrong.
#[derive(Debug, Clone)]
pub struct Trial(pub String);

impl Question for Trial {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let case = desk.case.as_ref().ok_or("no case is open")?;
        let read = policy_bytes(&self.0, &desk.env).and_then(|bytes| policy(&self.0, bytes));
        let wanted = match read {
            Ok(wanted) => wanted,
            Err(problems) => return Ok(Box::new(page::refused(&self.0, &problems))),
        };
        let court = Court::load(case.conn()).map_err(|e| e.to_string())?;
        let now = court.policy().map_err(|e| e.to_string())?.name.clone();
        let planned = plan_policy(case, &wanted.text, "preview").map_err(|e| e.to_string())?;
        Ok(Box::new(page::trial(&self.0, &wanted.name, &now, &planned.preview)))
    }
}
