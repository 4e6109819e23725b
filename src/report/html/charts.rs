//! Charts as inline SVG: images by verdict and by priority, and the timeline in three lanes. Whole numbers only, so that they are drawn the
//! same everywhere.

use std::io::Write;

use super::escape::escaped;
use super::table::verdict_class;
use crate::model::text::counted;
use crate::model::time::Micros;
use crate::report::Written;
use crate::report::model::{Entry, Indicator, Lane, Tally};
use crate::report::page::{lane_words, verdict_words, when};

/// Units across.
const WIDE: i64 = 1_000;
/// Columns of the timeline.
const COLUMNS: i64 = 125;
/// Units of a lane.
const LANE: i64 = 36;

/// Bars: all images, and those that run in front of them.
pub(super) fn verdicts(tallies: &[Tally], to: &mut dyn Write) -> Written {
    let bar = |tally: &Tally| Bar {
        class: verdict_class(tally.verdict),
        words: verdict_words(tally.verdict),
        all: tally.images,
        front: tally.running,
        told: format!("{}, {} running", counted(tally.images, "image"), tally.running),
    };
    bars("Images by verdict", tallies.iter().map(bar).collect(), to)
}

/// Bars: images by priority; of P0 it is said how many are overdue.
pub(super) fn priorities(images: [u64; 4], overdue: u64, to: &mut dyn Write) -> Written {
    let classes = ["bad", "suspect", "check", "unknown"];
    let named = images.into_iter().zip(classes).enumerate().map(|(at, (all, class))| {
        let more = if at == 0 && overdue > 0 { format!(", {overdue} overdue") } else { String::new() };
        Bar { class, words: format!("P{at}"), all, front: all, told: format!("{}{more}", counted(all, "image")) }
    });
    bars("Images by priority", named.collect(), to)
}

/// One bar: so many in all, a part of them in front.
struct Bar {
    class: &'static str,
    words: String,
    all: u64,
    front: u64,
    told: String,
}

fn bars(label: &str, bars: Vec<Bar>, to: &mut dyn Write) -> Written {
    let most = bars.iter().map(|bar| bar.all).max().unwrap_or(0).max(1);
    let part = |count: u64| (count.saturating_mul(WIDE as u64) / most).max(u64::from(count > 0) * 4);
    writeln!(to, "<div class=\"bars\" role=\"img\" aria-label=\"{label}\">")?;
    for Bar { class, words, all, front, told } in bars {
        writeln!(
            to,
            "<span class=\"v {class}\">{words}</span><svg class=\"{class}\" viewBox=\"0 0 {WIDE} 10\" \
             preserveAspectRatio=\"none\"><rect class=\"all\" width=\"{}\" height=\"10\"/><rect class=\"run\" \
             width=\"{}\" height=\"10\"/></svg><span>{told}</span>",
            part(all),
            part(front),
            words = escaped(&words),
        )?;
    }
    writeln!(to, "</div>")?;
    Ok(())
}

/// The times that a chart spans. One entry far away would press all others into a line: the outermost hundredth is drawn
/// at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: i64,
    to: i64,
    beyond: usize,
}

impl Span {
    fn of(entries: &[Entry]) -> Option<Span> {
        let mut times: Vec<i64> = entries.iter().map(|entry| entry.at.0).collect();
        times.sort_unstable();
        let cut = times.len() / 100;
        let (from, to) = (*times.get(cut)?, *times.get(times.len().checked_sub(cut + 1)?)?);
        let beyond = times.iter().filter(|at| **at < from || **at > to).count();
        Some(Span { from, to: to.max(from.saturating_add(1)), beyond })
    }

    /// A time in units from 0 to `wide`.
    fn place(&self, at: i64, wide: i64) -> i64 {
        let (at, from, to) = (i128::from(at.clamp(self.from, self.to)), i128::from(self.from), i128::from(self.to));
        i64::try_from((at - from) * i128::from(wide) / (to - from).max(1)).unwrap_or(0)
    }

    /// The time at so many of so many parts.
    fn time(&self, part: i64, of: i64) -> Micros {
        let long = i128::from(self.to) - i128::from(self.from);
        Micros(i64::try_from(i128::from(self.from) + long * i128::from(part) / i128::from(of)).unwrap_or(self.to))
    }
}

/// The lanes: how much happened when, with the windows of indicators behind.
pub(super) fn timeline(entries: &[Entry], indicators: &[Indicator], to: &mut dyn Write) -> Written {
    let Some(span) = Span::of(entries) else { return Ok(()) };
    let high = LANE * Lane::ALL.len() as i64;
    writeln!(to, "<div class=\"lanes\"><div class=\"names\">")?;
    for lane in Lane::ALL {
        writeln!(to, "<span>{}</span>", lane_words(lane))?;
    }
    writeln!(
        to,
        "</div><svg viewBox=\"0 0 {WIDE} {high}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Timeline\">"
    )?;
    for indicator in indicators.iter().filter(|indicator| matches!(indicator.state.as_str(), "bad" | "suspect")) {
        window(indicator, span, high, to)?;
    }
    for (number, lane) in Lane::ALL.into_iter().enumerate() {
        lane_bars(entries, lane, number as i64 * LANE, span, to)?;
    }
    writeln!(to, "</svg><div class=\"axis\">")?;
    for part in 0..3 {
        writeln!(to, "<span>{}</span>", when(span.time(part, 2)))?;
    }
    writeln!(to, "</div></div>")?;
    if span.beyond > 0 {
        writeln!(
            to,
            "<p class=\"more\">{} before or after, drawn at the edges.</p>",
            counted(span.beyond as u64, "time")
        )?;
    }
    Ok(())
}

fn window(indicator: &Indicator, span: Span, high: i64, to: &mut dyn Write) -> Written {
    if indicator.from.is_none() && indicator.to.is_none() {
        return Ok(());
    }
    let begin = span.place(indicator.from.map_or(span.from, |at| at.0), WIDE);
    let end = span.place(indicator.to.map_or(span.to, |at| at.0), WIDE);
    let shown = crate::report::safe::defang(&indicator.target);
    writeln!(
        to,
        "<rect class=\"window {}\" x=\"{begin}\" width=\"{}\" height=\"{high}\"><title>{}: {}</title></rect>",
        indicator.state,
        (end - begin).max(2),
        escaped(&shown),
        escaped(&indicator.state),
    )?;
    Ok(())
}

fn lane_bars(entries: &[Entry], lane: Lane, top: i64, span: Span, to: &mut dyn Write) -> Written {
    let mut counts = vec![0_u64; COLUMNS as usize];
    for entry in entries.iter().filter(|entry| entry.lane == lane && !entry.retracted) {
        let column = span.place(entry.at.0, COLUMNS).clamp(0, COLUMNS - 1);
        counts.get_mut(column as usize).into_iter().for_each(|count| *count += 1);
    }
    // Roots keep one entry visible beside a thousand.
    let most = counts.iter().copied().max().unwrap_or(0).max(1).isqrt().max(1);
    let step = WIDE / COLUMNS;
    for (column, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let column = column as i64;
        let high = ((count.isqrt().max(1) * (LANE - 8) as u64) / most).max(6) as i64;
        writeln!(
            to,
            "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{high}\"><title>{} to {}: {count}</title></rect>",
            lane.as_str(),
            column * step,
            top + LANE - 2 - high,
            step - 1,
            when(span.time(column, COLUMNS)),
            when(span.time(column + 1, COLUMNS)),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_never_leave_the_chart() {
        let span = Span { from: i64::MIN, to: i64::MAX, beyond: 0 };
        for at in [i64::MIN, -1, 0, 1, i64::MAX] {
            assert!((0..=WIDE).contains(&span.place(at, WIDE)));
        }
        assert_eq!(span.time(2, 2), Micros(i64::MAX));
        let point = Span { from: 5, to: 6, beyond: 0 };
        assert_eq!((point.place(5, WIDE), point.place(6, WIDE)), (0, WIDE));
    }
}
