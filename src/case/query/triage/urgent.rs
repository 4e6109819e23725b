//! What must be done now: how many images are P0, and by when.

use rusqlite::Connection;
use serde::Serialize;

use crate::case::project::{NEVER, ProjectError};
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
    let mut urgent = Urgent::default();
    let mut statement = conn.prepare("SELECT due FROM p_image WHERE priority = ?1")?;
    let mut rows = statement.query([Priority::P0.number()])?;
    while let Some(r) = rows.next()? {
        urgent.images += 1;
        match r.get(0)? {
            NEVER => urgent.paused += 1,
            due if due < now.0 => {
                urgent.overdue += 1;
                urgent.first_overdue = urgent.first_overdue.into_iter().chain([Micros(due)]).min();
            }
            due => urgent.next_due = urgent.next_due.into_iter().chain([Micros(due)]).min(),
        }
    }
    Ok(urgent)
}
