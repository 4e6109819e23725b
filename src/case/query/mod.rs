//! Read models: what the views ask of the projections. Reads only, never decides, never writes.
//!
//! Field names are the command line's contract (`--json`): add, never rename.

pub mod builds;
pub mod credentials;
pub mod direct;
pub mod filter;
pub mod findings;
pub mod given;
pub mod holds;
pub mod image;
pub mod images;
pub mod indicators;
pub mod known_good;
pub mod lineage;
pub mod one_liner;
pub mod owners;
pub mod packages;
pub mod pages;
pub mod reached;
pub mod references;
pub mod referrers;
pub mod select;
mod settable;
pub mod sightings;
pub mod situation;
pub mod sources;
pub mod targets;
pub mod timeline;
pub mod totals;
pub mod touched;
pub mod triage;
pub mod unresolved;
pub mod verdicts;

use crate::model::time::Micros;

/// Microseconds as views print them.
fn time(micros: i64) -> String {
    Micros(micros).rfc3339()
}
