//! Taking back: first the plan, and after a yes the deed.

use crate::case::change::UndoPlan;
use crate::model::text::scrub;
use crate::tui::data::{Bench, Deed, Done, Proposal};

/// Finds out what would be taken back.
#[derive(Debug)]
pub struct PlanUndo {
    /// The event, or none for the last one.
    pub event: Option<String>,
}

impl Deed for PlanUndo {
    fn title(&self) -> String {
        "planning undo".to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let case = bench.stoppable()?;
        let (state, _) = case.state().map_err(|e| bench.failed(e))?;
        let plan = case.plan_undo(&state, self.event.as_deref()).map_err(|e| bench.failed(e))?;
        let title = if plan.redo { "Bring this back?" } else { "Take this back?" }.to_owned();
        let lines = plan.summaries.iter().map(|line| scrub(line).into_owned()).collect();
        Ok(Done { proposal: Some(Proposal { title, lines, deed: Box::new(Undo { plan }) }), ..Done::default() })
    }
}

#[derive(Debug)]
struct Undo {
    plan: UndoPlan,
}

impl Deed for Undo {
    fn title(&self) -> String {
        "taking back".to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let mut case = bench.stoppable()?;
        let event = case.undo(&self.plan).map_err(|e| bench.failed(e))?.to_string();
        // The event is stored; what is shown follows now, or when the case is opened again.
        if let Err(error) = case.refresh() {
            return Err(format!("event {event} is stored, but not shown yet: {error}; open the case again"));
        }
        let verb = if self.plan.redo { "brought back" } else { "taken back" };
        let short = event.get(..8).unwrap_or(&event);
        Ok(Done { said: format!("{verb}; `:case.undo {short}` turns this around"), ..Done::default() })
    }
}
