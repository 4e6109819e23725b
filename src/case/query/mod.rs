//! Read models: what the views ask of the projections. Reads only, never decides, never writes.
//!
//! Field names are the command line's contract (`--json`): add, never rename.

pub mod filter;
pub mod image;
pub mod images;
pub mod select;
mod sightings;
pub mod sources;
pub mod totals;

use crate::model::time::Micros;

/// Microseconds as views print them.
fn time(micros: i64) -> String {
    Micros(micros).rfc3339()
}
