//! The lines above the lists: what is asked about, what its tag led to, what it stands on, and how far it reaches. Every
//! count opens its rows.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::cli::words::{counted, short, when};
use crate::command::Call;
use crate::model::indicator::{State, Target, Window};
use crate::model::text::width;
use crate::tui::draw::paint::{put, write};
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::Slot;
use crate::tui::view::Look;
use crate::tui::widget::region::row;
use crate::work::blast::{Counts, Reach, TagStep, Targeted};

/// Rows of the counts.
pub const COUNTS: u16 = 4;
/// Targets that are named; of more the rest is counted.
const NAMED: usize = 3;

/// What is asked about; then what is known of it, where it is one thing.
pub fn lines(found: &Reach) -> Vec<(String, Slot)> {
    let (mut title, slot) = title(&found.targets);
    // A digest alone says nothing to most people.
    if let ([only], Some(image)) = (found.targets.as_slice(), found.images.iter().find(|image| image.distance == 0))
        && matches!(only.question.target, Target::Digest(_))
        && image.missing.is_none()
    {
        title.push_str(&format!("   {}", image.name));
    }
    let mut lines = vec![(title, slot)];
    if let [only] = found.targets.as_slice() {
        if !only.history.is_empty() {
            let steps: Vec<String> = only.history.iter().map(step).collect();
            lines.push((format!(" {}", steps.join("  ->  ")), Slot::Base));
        }
        for below in only.below.iter().take(1) {
            let (word, slot) =
                if below.implicated { ("IMPLICATED", Slot::VerdictBad) } else { ("not implicated", Slot::Base) };
            let share = counted(u64::from(below.images), "image");
            let more =
                if only.below.len() > 1 { format!("  and {} more", only.below.len() - 1) } else { String::new() };
            lines.push((format!(" stands on {}  {word} ({share} on it){more}", below.name), slot));
        }
    }
    let counts = &found.counts;
    if counts.uncomparable > 0 {
        let text = format!(
            " {} known only by a digest that cannot be compared with this one, {} running: no proof either way",
            counted(counts.uncomparable, "image"),
            counts.uncomparable_running
        );
        lines.push((text, Slot::Warning));
    }
    lines
}

fn title(targets: &[Targeted]) -> (String, Slot) {
    let slot = match targets.iter().filter_map(|targeted| targeted.question.state).max() {
        Some(State::Bad) => Slot::VerdictBad,
        Some(State::Suspect) => Slot::VerdictSuspect,
        _ => Slot::Title,
    };
    let mut words: Vec<String> = targets.iter().take(NAMED).map(named).collect();
    if targets.len() > NAMED {
        words.push(format!("and {} more", targets.len() - NAMED));
    }
    (format!(" {}", words.join("   ")), slot)
}

/// A target with its digest shortened.
pub fn short_target(target: &Target) -> String {
    let target = target.to_string();
    match target.split_once("sha256:") {
        Some((kind, hex)) if kind.ends_with(':') => format!("{kind}{}", hex.get(..12).unwrap_or(hex)),
        _ => target,
    }
}

/// `BAD tag:docker.io/library/node:20-slim 02:00Z..07:00Z`; a digest is shortened.
fn named(targeted: &Targeted) -> String {
    let question = &targeted.question;
    let state = match question.state {
        Some(State::Bad) => "BAD ",
        Some(State::Suspect) => "SUSPECT ",
        Some(State::Cleared) => "CLEARED ",
        None => "",
    };
    let target = short_target(&question.target);
    let window = question.window.as_ref().map_or_else(String::new, |window| format!(" {}", Window::shown(window)));
    let unseen = if question.unseen { " (nothing that was read names it)" } else { "" };
    format!("{state}{target}{window}{unseen}")
}

fn step(step: &TagStep) -> String {
    let digest = short(&step.digest);
    match step.part {
        "was" => format!("was {digest} (to {})", when(&step.last_seen)),
        "meant" => format!("MEANT {digest}"),
        "later" => format!("{digest} (from {})", when(&step.first_seen)),
        _ => format!("{digest}? (from {})", when(&step.first_seen)),
    }
}

/// A text in so many columns, on the right of them, and what a click on it does.
type Cell<'c> = (String, usize, &'c str);

/// Draws the counts.
pub fn counts(counts: &Counts, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Regions {
    let mut regions = Regions::default();
    let head = " REACHES       proven  likely  cannot tell |   running  prod  internet";
    put(buffer, row(area, 0), head, look.theme.style(Slot::Header));
    let [proven, likely, open] = counts.images;
    let internet = counts.internet.map_or_else(|| "?".to_owned(), |count| count.to_string());
    let images: [Cell<'_>; 6] = [
        (proven.to_string(), 9, "blast.only proven"),
        (likely.to_string(), 8, "blast.only likely"),
        (open.to_string(), 13, "blast.only cannot-tell"),
        (counts.running.to_string(), 12, "blast.only running"),
        (counts.production.to_string(), 6, "blast.tab workloads"),
        (internet, 10, "blast.only running"),
    ];
    cells(("images", &images), look, row(area, 1), buffer, &mut regions);
    let workloads = counts.workloads.map(|count| count.to_string());
    let [w_proven, w_likely, w_open] = workloads;
    let places: [Cell<'_>; 4] = [
        (w_proven, 9, "blast.tab workloads"),
        (w_likely, 8, "blast.tab workloads"),
        (w_open, 13, "blast.tab workloads"),
        (format!("cached on nodes, not running {}", counts.cached), 36, "blast.tab comes"),
    ];
    cells(("workloads", &places), look, row(area, 2), buffer, &mut regions);
    let [c_proven, c_likely] = counts.credentials;
    let credentials: [Cell<'_>; 5] = [
        (c_proven.to_string(), 9, "blast.tab credentials"),
        (c_likely.to_string(), 8, "blast.tab credentials"),
        ("?".to_owned(), 13, "blast.tab credentials"),
        (format!("CI builders {}", counts.builders), 19, "blast.tab comes"),
        (format!("devices {}", counts.devices), 17, "images.list role:device"),
    ];
    cells(("credentials", &credentials), look, row(area, 3), buffer, &mut regions);
    regions
}

fn cells((label, cells): (&str, &[Cell<'_>]), look: Look<'_>, area: Rect, buffer: &mut Buffer, regions: &mut Regions) {
    put(buffer, area, &format!(" {label}"), look.theme.style(Slot::Base));
    let mut x = 12_usize;
    for (at, (text, columns, call)) in cells.iter().enumerate() {
        // The line between what is told of images and where they are.
        if at == 3 {
            place(area, x + 1, 1, |place| put(buffer, place, "|", look.theme.style(Slot::Border)));
        }
        x += columns;
        let wide = width(text);
        place(area, x.saturating_sub(wide), wide, |place| {
            write(buffer, place, text, look.theme.style(Slot::Base));
            regions.push(place, Hit::Call(Call::parse(call)));
        });
    }
}

/// A part of a line, where it has that much room.
fn place(area: Rect, from: usize, wide: usize, draw: impl FnOnce(Rect)) {
    if from + wide <= usize::from(area.width) && area.height > 0 {
        let (from, wide) = (u16::try_from(from).unwrap_or(u16::MAX), u16::try_from(wide).unwrap_or(u16::MAX));
        draw(Rect { x: area.x.saturating_add(from), width: wide, ..area });
    }
}
