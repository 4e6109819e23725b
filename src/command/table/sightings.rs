//! What was seen, pulled and pushed, and what was trusted before.

use crate::command::Spec;

/// Sightings.
pub(super) const ROWS: &[Spec] = &[Spec::line(
    "sightings.list",
    "sightings",
    "Sightings",
    "Show who saw, pulled and pushed which image when, how much of it lies in a window, and what no log tells",
)];
