//! What is said of images and of the policy: first the plan with what it moves, and after a yes the events. One
//! action, one undo. The same words as `triage set`, `assess` and `policy set`.

use std::io::Read as _;

use super::ask::Said;
use rusqlite::Connection;

use crate::case::events::judgements::Judged;
use crate::case::judging::MOST_AT_ONCE;
use crate::case::project::ProjectError;
use crate::case::query::pages::{named, present};
use crate::case::query::triage::words::Value;
use crate::cli::words::counted;
use crate::env::Env;
use crate::model::text::scrub;
use crate::triage::policy::{DEFAULT, MAX_BYTES};
use crate::tui::data::paths::path;
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
                let there = present(case.conn(), images).map_err(|e| bench.failed(e))?;
                few_enough(there.len(), values.len())?;
                let planned = plan(&case, &there, values, reason).map_err(|e| bench.failed(e))?;
                let title = format!("{} of {}?", what(values), counted(there.len() as u64, "image"));
                (title, called(case.conn(), &there, images.len()).map_err(|e| bench.failed(e))?, reason, planned)
            }
            Said::Policy { file, reason } => {
                let wanted = policy(file, policy_bytes(file, bench.env)?)?;
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

/// Refuses what one action cannot say, before it is worked out.
fn few_enough(images: usize, values: usize) -> Result<(), String> {
    if images == 0 {
        return Err("none of these images is in the case any more; mark them again".to_owned());
    }
    let most = MOST_AT_ONCE / values.max(1);
    if images > most {
        let of = counted(images as u64, "image");
        return Err(format!("{of} at once; {most} is the most for these words: mark fewer, as by a filter"));
    }
    Ok(())
}

/// The first images by name; how many more there are, and how many of those that were marked are gone.
fn called(conn: &Connection, there: &[String], marked: usize) -> Result<Vec<String>, ProjectError> {
    let first: Vec<String> = there.iter().take(NAMED).cloned().collect();
    let mut of: Vec<String> = named(conn, &first)?.into_iter().map(|(name, _)| name).collect();
    of.extend((there.len() > NAMED).then(|| format!("and {} more", there.len() - NAMED)));
    let gone = marked.saturating_sub(there.len());
    of.extend((gone > 0).then(|| format!("without {gone} that the case does not have any more")));
    Ok(of)
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

/// The bytes of a policy: a file, or the built-in one for `default`.
///
/// # Errors
/// In words for people, with the file's whole path.
pub fn policy_bytes(typed: &str, env: &Env) -> Result<Vec<u8>, String> {
    if typed == "default" {
        return Ok(DEFAULT.as_bytes().to_vec());
    }
    let place = env.current_dir.join(path(typed, env));
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(&place).and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    opened.map_err(|error| format!("{}: {error}", place.display()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::judgement::Field;

    #[test]
    fn more_than_one_action_takes_is_refused_with_the_number_that_it_takes() {
        assert_eq!(few_enough(MOST_AT_ONCE, 1), Ok(()));
        let refused = few_enough(MOST_AT_ONCE, 2).unwrap_err();
        assert!(refused.starts_with("10000 images at once; 5000 is the most"), "{refused}");
        assert!(few_enough(0, 1).unwrap_err().contains("mark them again"));
    }

    #[test]
    fn a_plan_is_asked_in_words() {
        assert_eq!(what(&[(Field::Priority, Some("P1".to_owned()))]), "Set priority P1");
        let both = [(Field::Criticality, None), (Field::Exposure, Some("internet".to_owned()))];
        assert_eq!(what(&both), "Leave criticality to the facts, set exposure internet");
        assert_eq!(what(&[]), "");
    }
}
