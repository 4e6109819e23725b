//! What this view asks, and the verification it has done.

use std::sync::Arc;

use crate::case::query::sources::{SourceRow, sources};
use crate::case::state::LogRow;
use crate::case::verify::{Report, Step, Watch, unopened};
use crate::case::{Access, Case};
use crate::tui::data::deeds::Rarely;
use crate::tui::data::{Bench, Deed, Desk, Done, Question};
use crate::tui::message::Answer;

/// The evidence of the case.
#[derive(Debug)]
pub struct Sources;

impl Question for Sources {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let case = desk.case.as_ref().ok_or("no case is open")?;
        let rows: Vec<SourceRow> = sources(case.conn()).map_err(|e| e.to_string())?;
        Ok(Box::new(rows))
    }
}

/// The events of the case, the newest first.
#[derive(Debug)]
pub struct Events;

impl Question for Events {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let case = desk.case.as_ref().ok_or("no case is open")?;
        let (state, _) = case.state().map_err(|e| e.to_string())?;
        let rows: Vec<LogRow> = state.events.iter().rev().map(LogRow::from).collect();
        Ok(Box::new(rows))
    }
}

/// `evidence 12%`, or the part alone where its size is not known.
fn how_far(Step { part, done, total }: Step) -> String {
    match done.saturating_mul(100).checked_div(total) {
        Some(percent) => format!("{part} {}%", percent.min(100)),
        None => part.to_owned(),
    }
}

/// Checks chains, signatures, evidence and projections; the report goes to the view.
#[derive(Debug)]
pub struct Verify;

impl Deed for Verify {
    fn title(&self) -> String {
        "verifying".to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let path = bench.path.ok_or("no case is open")?;
        let report: Report = match Case::open(path, Access::Read, bench.env) {
            Ok(mut case) => {
                case.interrupt_when(Some(Arc::clone(bench.cancel)));
                let rarely = Rarely::new(bench.tell);
                let tell = |step| rarely.say(|| how_far(step));
                let watch = Watch { stop: Arc::clone(bench.cancel), tell: Some(&tell) };
                case.verify_watched(&watch).map_err(|e| bench.failed(e))?
            }
            Err(error) => unopened(&error).ok_or_else(|| error.to_string())?,
        };
        let said = match report.problems.len() {
            0 => "the case is whole".to_owned(),
            n => format!("the case is NOT whole: {}", crate::cli::words::counted(n as u64, "problem")),
        };
        let gaps = !report.ok;
        Ok(Done { said, gaps, told: Some((super::VERIFY, Box::new(report))), ..Done::default() })
    }
}
