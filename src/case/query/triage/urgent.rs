//! What must be done now: how many images are P0, and by when.

use rusqlite::Connection;
use serde::Serialize;

use super::Court;
use crate::case::project::ProjectError;
use crate::model::priority::Priority;
use crate::model::time::Micros;

/// The images of P0, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Urgent {
    /// Images.
    pub images: u64,
    /// Those of them whose time is over.
    pub overdue: u64,
    /// Those of them whose time stands still.
    pub paused: u64,
    /// When the next of them is due that is not over yet.
    #[serde(serialize_with = "shown")]
    pub next_due: Option<Micros>,
    /// When the first of those was due whose time is over.
    #[serde(serialize_with = "shown")]
    pub first_overdue: Option<Micros>,
}

fn shown<S: serde::Serializer>(at: &Option<Micros>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => to.serialize_some(&at.rfc3339()),
        None => to.serialize_none(),
    }
}

/// Counts them at a time.
pub fn urgent(conn: &Connection, now: Micros) -> Result<Urgent, ProjectError> {
    let court = Court::load(conn)?;
    let mut urgent = Urgent::default();
    let mut statement =
        conn.prepare("SELECT image, hand, reached FROM p_triage INDEXED BY p_triage_due WHERE priority = ?1")?;
    let mut rows = statement.query([Priority::P0.number()])?;
    while let Some(r) = rows.next()? {
        urgent.images += 1;
        match court.due(r.get(0)?, r.get(1)?, Priority::P0, Micros(r.get(2)?)) {
            None => urgent.paused += 1,
            Some(due) if due < now => {
                urgent.overdue += 1;
                urgent.first_overdue = urgent.first_overdue.into_iter().chain([due]).min();
            }
            Some(due) => urgent.next_due = urgent.next_due.into_iter().chain([due]).min(),
        }
    }
    Ok(urgent)
}
