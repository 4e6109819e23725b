//! The first screen's numbers as text: verdicts by priority, their course, and how far they can be trusted.

use crate::case::query::situation::{Burndown, Point};
use crate::cli::out::Tone;
use crate::cli::words::{age, counted};
use crate::cli::{Context, Failure};
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::respond::situation::STEPS;
use crate::work::response::Board;

/// What to do in a case without images.
pub fn steps(board: &Board, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    context.out.toned(Tone::Strong, "No images yet. The first ten minutes:")?;
    for (at, step) in (1..).zip(STEPS) {
        context.out.line(&format!("  {at}  {:<34} {}", step.what, step.command))?;
    }
    let rejected = board.numbers.trust.rejected;
    if rejected > 0 {
        let text = format!("{} of what was imported were rejected: hullbreach coverage", counted(rejected, "row"));
        context.out.toned(Tone::Warn, &format!("  {text}"))?;
    }
    Ok(())
}

/// Verdicts and priorities in one table.
pub fn verdicts(board: &Board, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let numbers = &board.numbers;
    let row = |word: &str, counts: [&dyn std::fmt::Display; 4]| {
        let [images, running, p0, p1] = counts.map(|count| count.to_string());
        format!("{word:<17}{images:>7} {running:>8} {p0:>6} {p1:>6}")
    };
    context.out.toned(Tone::Strong, &row("VERDICT", [&"images", &"running", &"P0", &"P1"]))?;
    if numbers.verdicts.is_empty() {
        context.out.line("  -  none: without an indicator nothing is judged, which is not the same as safe")?;
    }
    for of in &numbers.verdicts {
        let verdict = Verdict::parse(of.verdict);
        let (sign, tone) = match verdict {
            Some(Verdict::Bad) => ("!!", Tone::Bad),
            Some(Verdict::Suspect) => ("! ", Tone::Warn),
            Some(Verdict::ToCheck) => ("? ", Tone::Plain),
            Some(Verdict::NotKnown) => ("~ ", Tone::Plain),
            Some(Verdict::NoLink) => (". ", Tone::Muted),
            _ => ("= ", Tone::Muted),
        };
        let word = format!("{sign} {}", verdict.map_or(of.verdict, Verdict::shown));
        let counts: [&dyn std::fmt::Display; 4] = [&of.images, &of.running, &of.priorities.P0, &of.priorities.P1];
        context.out.toned(tone, &row(&word, counts))?;
    }
    let all = &numbers.priorities;
    context.out.line(&row("   all images", [&numbers.images, &numbers.images_running, &all.P0, &all.P1]))
}

/// How many were P0 over time: heights, and the figures at both ends and at the top.
pub fn over_time(course: &Burndown, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let (Some(first), Some(last)) = (course.first(), course.last()) else { return Ok(()) };
    for (word, of) in [("P0", (|point| point.p0) as fn(&Point) -> u64), ("P1", |point| point.p1)] {
        let most = course.iter().map(of).max().unwrap_or(0);
        if most > 0 {
            let heights: String = course.iter().map(|point| height(of(point), most, context.out.ascii)).collect();
            let text = format!("{word} over time     {heights}  first {}, most {most}, now {}", of(first), of(last));
            context.out.line(&text)?;
        }
    }
    Ok(())
}

/// One of eight heights; nothing is a blank, and something never is.
fn height(count: u64, most: u64, ascii: bool) -> char {
    const FULL: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const PLAIN: [char; 8] = ['.', '.', ':', ':', '=', '=', '#', '#'];
    let level = u128::from(count) * 7 / u128::from(most.max(1));
    let heights = if ascii { PLAIN } else { FULL };
    match count {
        0 => {
            if ascii {
                '_'
            } else {
                ' '
            }
        }
        _ => heights.get(usize::try_from(level).unwrap_or(7)).copied().unwrap_or('#'),
    }
}

/// Whether the picture can be trusted.
pub fn trust(board: &Board, context: &mut Context<'_, '_>) -> Result<(), Failure> {
    let trust = &board.numbers.trust;
    context.out.toned(Tone::Strong, "CAN I TRUST THIS PICTURE?")?;
    let denied = if trust.contexts_denied > 0 { format!("  DENIED {}", trust.contexts_denied) } else { String::new() };
    let tone = |warns: bool| if warns { Tone::Warn } else { Tone::Plain };
    let mut row =
        |label: &str, text: String, warns: bool| context.out.toned(tone(warns), &format!("  {label:<23}{text}"));
    let contexts = match trust.contexts {
        0 => "none named".to_owned(),
        all => format!("{} of {all}{denied}", trust.contexts_read),
    };
    row("contexts read", contexts, trust.contexts_denied > 0)?;
    row("running, digest known", share(trust.running_digest_known, trust.running), false)?;
    row("running, base known", share(trust.running_base_known, trust.images_running), false)?;
    let mut pulls = match trust.pull_logs {
        0 => "NONE IMPORTED".to_owned(),
        logs => format!("{} in {}", counted(trust.pulls, "record"), counted(logs, "log")),
    };
    if trust.node_pulls > 0 {
        pulls += &format!("; events of nodes and engines tell of {}", counted(trust.node_pulls, "pull"));
    }
    row("pull logs", pulls, trust.pull_logs == 0)?;
    row("scan reports", format!("{} of {} images", trust.scanned, board.numbers.images), false)?;
    if trust.sources_unread + trust.rejected > 0 {
        let (unread, rejected) = (counted(trust.sources_unread, "source"), counted(trust.rejected, "row"));
        row("gaps", format!("{unread} not read whole, {rejected} rejected"), true)?;
    }
    if let (Some(oldest), Some(place)) = (&trust.oldest, &trust.oldest_place) {
        let old = Micros::parse_rfc3339(oldest).map_or_else(|| oldest.clone(), |at| age(board.now, at));
        row("oldest source", format!("{old}  ({place})"), false)?;
    }
    Ok(())
}

/// A share in hundredths, rounded down: 100 means all of it.
fn share(part: u64, whole: u64) -> String {
    let share = part.saturating_mul(100).checked_div(whole);
    share.map_or_else(|| "nothing runs".to_owned(), |share| format!("{share} % of {whole}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_has_a_height_and_nothing_has_none() {
        let of = |count| height(count, 9, false);
        assert_eq!([of(0), of(1), of(9)], [' ', '▁', '█']);
        assert_eq!([height(1, u64::MAX, true), height(u64::MAX, u64::MAX, true), height(0, 0, true)], ['.', '#', '_']);
        assert_eq!(share(0, 0), "nothing runs");
    }
}
