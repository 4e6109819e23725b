//! The rows, a file an area. A command that belongs to one view stands in that view's folder instead.

mod app;
mod case;
mod evidence;
mod indicators;
mod inventory;
mod moving;
mod response;
mod sightings;
mod summary;

use super::Spec;

/// Every area, in the order of help and reference.
pub(super) const AREAS: &[&[Spec]] = &[
    case::ROWS,
    evidence::ROWS,
    inventory::ROWS,
    indicators::ROWS,
    summary::ROWS,
    sightings::ROWS,
    response::TASKS,
    response::CLOCKS,
    response::CREDENTIALS,
    response::TIMELINE,
    response::HANDOVER,
    case::KEEPING,
    app::LINE,
    app::ROWS,
    moving::ROWS,
];
