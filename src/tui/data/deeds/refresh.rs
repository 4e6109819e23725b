//! Folding events that no projection follows yet: a process was killed between storing and folding.

use crate::tui::data::{Bench, Deed, Done};

/// Brings the projections up to the events.
#[derive(Debug)]
pub struct Refresh;

impl Deed for Refresh {
    fn title(&self) -> String {
        "folding".to_owned()
    }

    fn unasked(&self) -> bool {
        true
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let mut case = bench.stoppable().map_err(stale)?;
        case.refresh().map_err(|error| stale(bench.failed(error)))?;
        Ok(Done::default())
    }
}

fn stale(error: String) -> String {
    format!("shown as it was before the last changes: {error}")
}
