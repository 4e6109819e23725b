//! What is said of images and of the policy from here: first the plan with what it moves, and after a yes the events. One
//! action, one undo. The same words as `triage set`, `assess` and `policy set`.

use super::ask::Said;
use super::data::bytes_of;
use crate::case::events::judgements::Judged;
use crate::case::query::pages::named;
use crate::case::query::triage::words::Value;
use crate::cli::words::counted;
use crate::model::text::scrub;
use crate::tui::data::{Bench, Deed, Done, Proposal};
use crate::work::triage::{Planned, plan, plan_policy, policy, without_secrets};

/// Images and moves that a plan names; of more the rest is counted.
const NAMED: usize = 8;

/// Finds out what something would come to.
#[derive(Debug)]
pub struct Plan(pub Said);

impl Deed for Plan {
    fn title(&self) -> String {
        "planning".to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let mut case = bench.stoppable()?;
        case.refresh().map_err(|e| bench.failed(e))?;
        let (title, of, reason, planned) = match &self.0 {
            Said::Images { images, values, reason } => {
                let planned = plan(&case, images, values, reason).map_err(|e| bench.failed(e))?;
                let title = format!("{} of {}?", what(values), counted(images.len() as u64, "image"));
                let first: Vec<String> = images.iter().take(NAMED).cloned().collect();
                let names = named(case.conn(), &first).map_err(|e| bench.failed(e))?;
                let mut of: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
                of.extend((images.len() > NAMED).then(|| format!("and {} more", images.len() - NAMED)));
                (title, of, reason, planned)
            }
            Said::Policy { file, reason } => {
                let wanted = policy(file, bytes_of(file, bench.env)?)?;
                without_secrets(file, &wanted.text)?;
                let planned = plan_policy(&case, &wanted.text, reason).map_err(|e| bench.failed(e))?;
                (format!("Follow policy {}?", wanted.name), Vec::new(), reason, planned)
            }
        };
        let lines = lines(&of, reason, &planned);
        let title = scrub(&title).into_owned();
        let deed = Box::new(Say { words: planned.words });
        Ok(Done { proposal: Some(Proposal { title, lines, deed }), ..Done::default() })
    }
}

/// `Set priority P1`, `Leave criticality to the facts, set exposure internet`.
fn what(values: &[Value]) -> String {
    let one = |(field, value): &Value| match value {
        Some(value) => format!("set {} {value}", field.as_str()),
        None => format!("leave {} to the facts", field.as_str()),
    };
    let text = values.iter().map(one).collect::<Vec<_>>().join(", ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What would happen, line by line: of which images and why, totals before and after, what moves first.
fn lines(of: &[String], reason: &str, planned: &Planned) -> Vec<String> {
    let Planned { preview, .. } = planned;
    let moved = preview.raised + preview.lowered;
    let mut lines: Vec<String> = of.iter().map(|name| format!("of      {name}")).collect();
    lines.push(format!("because {reason}"));
    lines.push(format!("before  {}", preview.before.shown()));
    lines.push(format!("after   {}", preview.after.shown()));
    lines.push(match moved {
        0 => "moves   no image".to_owned(),
        _ => format!("moves   {} more urgent, {} less urgent", preview.raised, preview.lowered),
    });
    lines.extend(preview.moved.iter().take(NAMED).map(|row| format!("  {} -> {}  {}", row.from, row.to, row.name)));
    if moved > NAMED as u64 {
        lines.push(format!("  and {} more", moved - NAMED as u64));
    }
    lines.iter().map(|line| scrub(line).into_owned()).collect()
}

/// Says it.
#[derive(Debug)]
struct Say {
    words: Vec<Judged>,
}

impl Deed for Say {
    fn title(&self) -> String {
        "judging images".to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let mut case = bench.stoppable()?;
        let events = case.judge(&self.words).map_err(|e| bench.failed(e))?;
        Ok(Done {
            said: format!("said in {}; u takes it back", counted(events.len() as u64, "event")),
            ..Done::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::judgement::Field;

    #[test]
    fn a_plan_is_asked_in_words() {
        assert_eq!(what(&[(Field::Priority, Some("P1".to_owned()))]), "Set priority P1");
        let both = [(Field::Criticality, None), (Field::Exposure, Some("internet".to_owned()))];
        assert_eq!(what(&both), "Leave criticality to the facts, set exposure internet");
        assert_eq!(what(&[]), "");
    }
}
