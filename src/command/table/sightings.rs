//! What was seen, pulled and pushed, and what was trusted before.

use crate::command::{Danger, Spec};

/// Sightings, and what is known to be good.
pub(super) const ROWS: &[Spec] = &[
    Spec::line(
        "sightings.list",
        "sightings",
        "Sightings",
        "Show who saw, pulled and pushed which image when, how much of it lies in a window, and what no log tells",
    ),
    Spec::line(
        "known-good.all",
        "known-good",
        "Known good",
        "Say what was published or trusted before, and see what differs now",
    ),
    Spec::line(
        "known-good.import",
        "known-good import",
        "Import known good",
        "Keep a list of names and digests, a lockfile, release notes or an earlier case as what was trusted before",
    )
    .danger(Danger::Changes),
    Spec::line(
        "known-good.list",
        "known-good list",
        "What is known to be good",
        "List what was trusted before, and what differs now",
    ),
];
