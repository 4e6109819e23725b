//! The rows, a file an area. A command that belongs to one view stands in that view's folder instead.

mod app;
mod case;
mod evidence;
mod indicators;
mod inventory;
mod moving;
mod triage;

use super::Spec;

/// Every area, in the order of help and reference.
pub(super) const AREAS: &[&[Spec]] = &[
    case::ROWS,
    evidence::ROWS,
    inventory::ROWS,
    indicators::ROWS,
    triage::ROWS,
    case::KEEPING,
    app::LINE,
    app::ROWS,
    moving::ROWS,
];
