//! The lines above and below the tables: which lens, by which policy and how old what it knows is; totals, what is overdue,
//! what is due next.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::data::Whole;
use super::spot::Lens;
use crate::cli::words::{age, counted, short_name};
use crate::command::Call;
use crate::model::priority::Priority;
use crate::model::text::width;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::respond::left;
use crate::tui::draw::paint::{put, write};
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::Slot;
use crate::tui::view::{Look, link};

/// From this age on a snapshot is old, in microseconds: a week.
const OLD: i64 = 7 * 24 * 3_600_000_000;

/// A piece of a line: text, meaning, and what a click does.
type Piece = (String, Slot, Option<Call>);

/// Writes pieces one after the other; what has no room is cut.
fn pieces(all: Vec<Piece>, look: Look<'_>, line: Rect, buffer: &mut Buffer) -> Regions {
    let mut regions = Regions::default();
    put(buffer, line, "", look.theme.style(Slot::Base));
    let mut rest = line;
    for (text, slot, call) in all {
        if rest.is_empty() {
            break;
        }
        let used = write(buffer, rest, &text, look.theme.style(slot)).min(rest.width);
        if let Some(call) = call {
            regions.push(Rect { width: used, ..rest }, Hit::Call(call));
        }
        rest = Rect { x: rest.x.saturating_add(used), width: rest.width - used, ..rest };
    }
    regions
}

/// Which lens the marker is in, and how much is not known.
pub fn lenses(whole: &Whole, lens: Lens, look: Look<'_>, line: Rect, buffer: &mut Buffer) -> Regions {
    let mut all: Vec<Piece> = Vec::new();
    for (one, key) in Lens::ALL.into_iter().zip(["c", "v"]) {
        let name = format!("{key} {}", one.as_str().to_uppercase());
        let (text, slot) =
            if one == lens { (format!("[{name}]"), Slot::Title) } else { (format!(" {name} "), Slot::Muted) };
        all.push((text, slot, Some(Call { id: "matrix.lens".to_owned(), argument: one.as_str().to_owned() })));
    }
    let matrix = &whole.matrix;
    let right = format!("{} running of {}", whole.running, counted(matrix.images, "image"));
    let used: usize = all.iter().map(|(text, ..)| width(text)).sum();
    let gap = usize::from(line.width).saturating_sub(used + width(&right) + 1).max(2);
    all.push((" ".repeat(gap), Slot::Base, None));
    all.push((right, Slot::Base, Some(link::images("running:>0"))));
    pieces(all, look, line, buffer)
}

/// The policy, the age of what tells of attacks, and what cannot be told.
pub fn sources(whole: &Whole, look: Look<'_>, line: Rect, buffer: &mut Buffer) -> Regions {
    let matrix = &whole.matrix;
    let mut all: Vec<Piece> = vec![(format!(" policy {}", matrix.policy), Slot::Base, None)];
    if !matrix.conflict.is_empty() {
        all.push((" IN CONFLICT, the most urgent counts".to_owned(), Slot::Warning, None));
    }
    for (name, at) in [("KEV", whole.kev), ("EPSS", whole.epss)] {
        let (text, slot) = match at {
            None => (format!("   {name} none"), Slot::Warning),
            Some(at) => {
                let day = at.datetime().map_or_else(String::new, |at| at.format("%-d %b").to_string());
                let old = look.now.0.saturating_sub(at.0) > OLD;
                let sign = if old { ", old" } else { "" };
                (format!("   {name} {day} ({}{sign})", age(look.now, at)), if old { Slot::Stale } else { Slot::Base })
            }
        };
        all.push((text, slot, None));
    }
    let images = |verdict: Verdict| -> u64 {
        matrix.compromise.iter().filter(|cell| cell.verdict == verdict).map(|cell| cell.images).sum()
    };
    let unknown = images(Verdict::NotKnown);
    if unknown > 0 {
        let text = format!("   {unknown} NOT KNOWN");
        all.push((text, Slot::VerdictNotKnown, Some(link::images("verdict:not-known"))));
    }
    if matrix.unscanned > 0 {
        all.push((
            format!("   {} no scan", matrix.unscanned),
            Slot::Warning,
            Some(link::images("exploitability:unknown")),
        ));
    }
    pieces(all, look, line, buffer)
}

/// What the signs in the cells mean.
pub fn legend(whole: &Whole, look: Look<'_>, line: Rect, buffer: &mut Buffer) -> Regions {
    let matrix = &whole.matrix;
    let mut text = " cell = worst priority:images".to_owned();
    if matrix.assumed > 0 {
        text.push_str(&format!("   * {} assumed, nothing tells", matrix.assumed));
    }
    text.push_str("   ? = no scan data");
    put(buffer, line, &text, look.theme.style(Slot::Muted));
    Regions::default()
}

/// How much of what is critical comes from bases: whoever rebuilds these takes away the most at once.
pub fn from_bases(whole: &Whole, look: Look<'_>, line: Rect, buffer: &mut Buffer) -> Regions {
    let call = whole.worst_base.as_deref().map(link::lineage);
    pieces(vec![(format!(" {}", whole.from_bases), Slot::Base, call)], look, line, buffer)
}

/// A time as a filter takes it.
fn link_time(at: Micros) -> String {
    at.rfc3339()
}

/// Totals, what is overdue, what is due next.
pub fn totals(whole: &Whole, look: Look<'_>, line: Rect, buffer: &mut Buffer) -> Regions {
    let matrix = &whole.matrix;
    let mut all: Vec<Piece> = Vec::new();
    for priority in Priority::ALL {
        let call = link::images(&format!("priority:{priority}"));
        let slot = super::text::priority_slot(priority);
        all.push((format!(" {priority} {} ", matrix.totals.of(priority)), slot, Some(call)));
    }
    let late = if matrix.overdue > 0 { Slot::Error } else { Slot::Base };
    all.push(("|".to_owned(), Slot::Border, None));
    let until = link::images(&format!("due:<{}", link_time(look.now)));
    all.push((format!(" overdue {} ", matrix.overdue), late, Some(until)));
    if matrix.overridden > 0 {
        let again = if matrix.ask_again > 0 { format!(", {} ask again", matrix.ask_again) } else { String::new() };
        let slot = if matrix.ask_again > 0 { Slot::Warning } else { Slot::Base };
        all.push(("|".to_owned(), Slot::Border, None));
        all.push((format!(" by hand {}{again} ", matrix.overridden), slot, None));
    }
    if let Some(next) = &matrix.next_due {
        all.push(("|".to_owned(), Slot::Border, None));
        let before: usize = all.iter().map(|(text, ..)| width(text)).sum();
        let time = left(look.now, next.due);
        let room = usize::from(line.width).saturating_sub(before + width(&time) + 12).max(12);
        let text = format!(" next due {} {time}", short_name(&next.name, room));
        all.push((text, Slot::Base, Some(link::image(&next.id))));
    }
    pieces(all, look, line, buffer)
}
