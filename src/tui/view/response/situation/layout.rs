//! Which row stands on which line of the first screen: a function of the picture and the size.
//!
//! Verdicts stand on the left, beside them what can be trusted; below them what needs a decision, and at the foot
//! deadlines, tasks and what was said last. Where there is room, figures for the whole room stand on top, and each
//! deadline has a line of its own.

use super::figures::HEIGHT;
use super::picture::{Block, Item, Picture};

/// Columns of the left block where two stand side by side.
pub const LEFT: u16 = 44;
/// From this width on two blocks stand side by side.
const WIDE: u16 = 76;
/// From this size on there are figures.
const FIGURES: (u16, u16) = (100, 32);
/// From this height on blocks have a line between them.
const AIRY: u16 = 24;
/// Decisions that are always shown.
const LEAST: usize = 3;

/// What stands on a part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Nothing.
    Blank,
    /// The line on top.
    Head,
    /// The line over the verdicts.
    Columns,
    /// A heading.
    Heading(&'static str),
    /// A row, by its place in the picture.
    Item(usize),
    /// A course over time, by its place.
    Course(usize),
    /// A line of the figures; 0 is that of their labels.
    Figures(u16),
    /// What stands in place of decisions.
    Nothing,
    /// So many decisions are not shown.
    More(usize),
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its left part, or all of it.
    pub left: Part,
    /// Its right part, where it has two.
    pub right: Option<Part>,
}

fn whole(left: Part) -> Line {
    Line { left, right: None }
}

/// All lines. There are more than fit where the screen is too low; `all` shows every decision.
pub fn lines(picture: &Picture, (width, height): (u16, u16), all: bool) -> Vec<Line> {
    let of = |block: Block| -> Vec<usize> {
        let wanted = |(_, item): &(usize, &Item)| item.block == block;
        picture.items.iter().enumerate().filter(wanted).map(|(at, _)| at).collect()
    };
    let airy = height >= AIRY;
    let mut lines = vec![whole(Part::Head)];
    if width >= FIGURES.0 && height >= FIGURES.1 && !picture.figures.is_empty() {
        lines.push(whole(Part::Blank));
        lines.extend((0..=HEIGHT).map(|line| whole(Part::Figures(line))));
    }
    if airy {
        lines.push(whole(Part::Blank));
    }
    lines.extend(top(picture, width, height, &of));
    let foot = foot(height, &of);
    let decide = of(Block::Decide);
    let used = lines.len() + foot.len() + 1 + usize::from(airy) * 2;
    let room = usize::from(height).saturating_sub(used).max(LEAST);
    if airy {
        lines.push(whole(Part::Blank));
    }
    lines.push(whole(Part::Heading("DECIDE NOW")));
    // A line that says how many are left out takes the place of one.
    let shown = if all || decide.len() <= room { decide.len() } else { room - 1 };
    lines.extend(decide.iter().take(shown).map(|at| whole(Part::Item(*at))));
    match decide.len() {
        0 => lines.push(whole(Part::Nothing)),
        many if many > shown => lines.push(whole(Part::More(many - shown))),
        _ => {}
    }
    if airy {
        lines.push(whole(Part::Blank));
    }
    lines.extend(foot);
    lines
}

/// Verdicts and what can be trusted.
fn top(picture: &Picture, width: u16, height: u16, of: &dyn Fn(Block) -> Vec<usize>) -> Vec<Line> {
    let mut left =
        vec![if picture.empty { Part::Heading("No images yet. The first ten minutes:") } else { Part::Columns }];
    left.extend(of(Block::Verdicts).into_iter().map(Part::Item));
    let courses = if height >= AIRY { picture.courses.len() } else { picture.courses.len().min(1) };
    left.extend((0..courses).map(Part::Course));
    if picture.empty {
        return left.into_iter().map(whole).collect();
    }
    let mut right = vec![Part::Heading("CAN I TRUST THIS PICTURE?")];
    right.extend(of(Block::Trust).into_iter().map(Part::Item));
    if width < WIDE {
        return left.into_iter().chain(right).map(whole).collect();
    }
    let many = left.len().max(right.len());
    let at = |parts: &[Part], line: usize| parts.get(line).copied().unwrap_or(Part::Blank);
    (0..many).map(|line| Line { left: at(&left, line), right: Some(at(&right, line)) }).collect()
}

fn foot(height: u16, of: &dyn Fn(Block) -> Vec<usize>) -> Vec<Line> {
    let roomy = height >= FIGURES.1;
    let clocks = of(Block::Clock);
    let mut foot = if roomy && !clocks.is_empty() { clocks.into_iter().take(4).collect() } else { of(Block::Clocks) };
    foot.extend(of(Block::Tasks));
    foot.extend(of(Block::Newest).into_iter().take(if roomy { 5 } else { 2 }));
    foot.into_iter().map(|at| whole(Part::Item(at))).collect()
}

/// The line and the side of a row: true for the right side.
pub fn place(lines: &[Line], item: usize) -> Option<(usize, bool)> {
    lines.iter().enumerate().find_map(|(at, line)| match line {
        Line { left: Part::Item(found), .. } if *found == item => Some((at, false)),
        Line { right: Some(Part::Item(found)), .. } if *found == item => Some((at, true)),
        _ => None,
    })
}

/// The row on a line: that of the wanted side, else the one there is.
pub fn item(line: &Line, right: bool) -> Option<usize> {
    let of = |part: Part| match part {
        Part::Item(at) => Some(at),
        _ => None,
    };
    let (first, second) = (of(line.left), line.right.and_then(of));
    if right { second.or(first) } else { first.or(second) }
}
