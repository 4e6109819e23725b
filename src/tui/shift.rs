//! Rows that only moved up or down since the last frame: the terminal can move them by itself, so that a step through a
//! long list writes the new row and little else.
//!
//! Owns the finding and the keeping of books about it. Pure: what is written is [`super::tty`]'s.

use ratatui::buffer::{Buffer, Cell};
use std::ops::Range;

use super::tty::estimate;

/// Bytes that a move has to spare before it is worth its own bytes and the eye's trust in it.
const WORTH: i64 = 45;
/// How far rows may move at once: a step, or a turn of the wheel.
const STEPS: [i16; 6] = [1, -1, 2, -2, 3, -3];

/// Rows that move together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The rows of the screen between which it happens, counted from 0. What leaves them is gone, what comes is blank.
    pub rows: Range<u16>,
    /// Rows upwards; below zero, downwards.
    pub by: i16,
}

/// The move that spares most, where one spares enough.
pub fn find(shown: &Buffer, next: &Buffer) -> Option<Shift> {
    if shown.area != next.area || next.area.width == 0 {
        return None;
    }
    let (old, new) = (rows(shown), rows(next));
    let now: Vec<i64> = old.iter().zip(&new).map(|(old, new)| estimate(old, new)).collect();
    if now.iter().sum::<i64>() < WORTH {
        return None;
    }
    let found = STEPS.into_iter().filter_map(|by| best(&old, &new, &now, by));
    let (spared, shift) = found.max_by_key(|(spared, _)| *spared)?;
    (spared >= WORTH).then_some(shift)
}

/// Moves the rows as the terminal does.
pub fn apply(shown: &mut Buffer, shift: &Shift) {
    let wide = usize::from(shown.area.width);
    let at = |row: u16| usize::from(row) * wide;
    let by = at(shift.by.unsigned_abs());
    let Some(cells) = shown.content.get_mut(at(shift.rows.start)..at(shift.rows.end)) else { return };
    if by > cells.len() {
        return;
    }
    if shift.by > 0 {
        cells.rotate_left(by);
        cells.iter_mut().rev().take(by).for_each(Cell::reset);
    } else {
        cells.rotate_right(by);
        cells.iter_mut().take(by).for_each(Cell::reset);
    }
}

/// Between two cells that are written, up to three that need not be are written too where they are plain letters of the same
/// style: that takes fewer bytes than going over them. They are made to differ from what comes next.
pub fn bridge(shown: &mut Buffer, next: &Buffer) {
    const MOST: usize = 3;
    if shown.area != next.area || next.area.width == 0 {
        return;
    }
    let wide = usize::from(next.area.width);
    for (old, new) in shown.content.chunks_mut(wide).zip(next.content.chunks(wide)) {
        let mut last: Option<usize> = None;
        for x in 0..wide {
            let (Some(before), Some(after)) = (old.get(x), new.get(x)) else { break };
            if before == after {
                continue;
            }
            let from = last.replace(x);
            let Some(from) = from.filter(|from| (2..=MOST + 1).contains(&(x - from))) else { continue };
            let style = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
            // With the cell before them, behind which the cursor stands.
            let between = new.get(from..x).unwrap_or_default();
            let plain = |cell: &Cell| cell.symbol().is_ascii() && between.first().map(style) == Some(style(cell));
            if between.iter().all(plain) {
                for cell in old.get_mut(from + 1..x).unwrap_or_default() {
                    cell.set_symbol("\u{fffd}");
                }
            }
        }
    }
}

fn rows(buffer: &Buffer) -> Vec<&[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width)).collect()
}

/// The rows in which moving by so many spares most, and how many bytes it spares there.
fn best(old: &[&[Cell]], new: &[&[Cell]], now: &[i64], by: i16) -> Option<(i64, Shift)> {
    let height = old.len();
    let far = usize::from(by.unsigned_abs());
    // For each row what it spares when it comes from `far` rows below or above.
    let spares = |row: usize| -> Option<i64> {
        let from = if by > 0 { row.checked_add(far)? } else { row.checked_sub(far)? };
        Some(now.get(row)? - estimate(old.get(from)?, new.get(row)?))
    };
    let (mut sum, mut start, mut most) = (0, 0, (0, 0..0));
    for row in 0..height {
        let Some(spared) = spares(row) else {
            (sum, start) = (0, row + 1);
            continue;
        };
        if sum <= 0 {
            (sum, start) = (0, row);
        }
        sum += spared;
        if sum > most.0 {
            most = (sum, start..row + 1);
        }
    }
    let (spared, moved) = most;
    if moved.is_empty() {
        return None;
    }
    // The rows that come in are blank at first.
    let blank = vec![Cell::default(); new.first()?.len()];
    let coming = if by > 0 { moved.end..moved.end + far } else { moved.start - far..moved.start };
    let cost: i64 = coming.clone().filter_map(|row| Some(estimate(&blank, new.get(row)?) - now.get(row)?)).sum();
    let rows = moved.start.min(coming.start)..moved.end.max(coming.end);
    let rows = u16::try_from(rows.start).ok()?..u16::try_from(rows.end).ok()?;
    Some((spared - cost, Shift { rows, by }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::tty::Tty;
    use proptest::prelude::*;
    use ratatui::backend::Backend as _;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Style};
    use std::num::NonZeroU16;

    const WIDE: u16 = 30;
    const HIGH: u16 = 12;

    /// A screen with a head, a list from `first` on and a foot; the marker stands on a row of the list.
    fn list(first: u16, marker: u16) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, WIDE, HIGH));
        buffer.set_string(0, 0, "a head that stays as it is", Style::new());
        for y in 1..HIGH - 1 {
            let item = first + y;
            let style = if y == marker { Style::new().bg(Color::Blue) } else { Style::new() };
            buffer.set_string(
                0,
                y,
                format!("{item:05} {}", char::from(b'a' + (item % 26) as u8).to_string().repeat(20)),
                style,
            );
        }
        buffer.set_string(0, HIGH - 1, "keys", Style::new());
        buffer
    }

    #[test]
    fn a_list_that_scrolls_is_found_whichever_way() {
        for by in [1_i16, 2, 3] {
            let far = by.unsigned_abs();
            let (up, down) = (find(&list(10, 5), &list(10 + far, 5)), find(&list(10, 5), &list(10 - far, 5)));
            assert_eq!(up, Some(Shift { rows: 1..HIGH - 1, by }));
            assert_eq!(down, Some(Shift { rows: 1..HIGH - 1, by: -by }));
        }
        assert_eq!(find(&list(10, 2), &list(10, 3)), None, "a step of the marker alone");
        assert_eq!(find(&list(10, 2), &list(500, 2)), None, "another page");
        assert_eq!(find(&list(10, 2), &Buffer::empty(Rect::new(0, 0, 5, 5))), None, "another size");
    }

    /// Writes the way from one screen to the next, as the loop does; how many bytes that took.
    fn step(terminal: &mut vt100::Parser, shown: &mut Buffer, next: &Buffer) -> usize {
        let mut bytes = Vec::new();
        let mut tty = Tty::new(&mut bytes);
        tty.set_scrolls(true);
        if let Some(shift) = find(shown, next) {
            assert!(tty.scroll(&shift).unwrap());
            apply(shown, &shift);
        }
        bridge(shown, next);
        tty.draw(shown.diff_iter(next)).unwrap();
        terminal.process(&bytes);
        shown.clone_from(next);
        bytes.len()
    }

    fn terminal() -> vt100::Parser {
        vt100::Parser::new(NonZeroU16::new(HIGH).unwrap(), NonZeroU16::new(WIDE).unwrap(), 0)
    }

    #[test]
    fn a_scrolled_row_costs_little_more_than_itself() {
        let (mut terminal, mut shown) = (terminal(), Buffer::empty(Rect::new(0, 0, WIDE, HIGH)));
        let whole = step(&mut terminal, &mut shown, &list(10, 9));
        let one = step(&mut terminal, &mut shown, &list(11, 9));
        assert!(one * 2 < whole, "{one} of {whole}");
    }

    #[test]
    fn small_gaps_are_written_over_where_that_is_shorter() {
        let line = |text: &str| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, WIDE, 1));
            buffer.set_string(0, 0, text, Style::new());
            buffer
        };
        let written = |from: &str, to: &str| {
            let (mut shown, next) = (line(from), line(to));
            bridge(&mut shown, &next);
            shown.diff_iter(&next).map(|(_, _, cell)| cell.symbol().to_owned()).collect::<String>()
        };
        assert_eq!(written("app-304:1.2", "app-315:1.3"), "15:1.3");
        assert_eq!(written("1 234 2", "2 234 3"), "23", "five are too many");
        assert_eq!(written("1é3", "2é4"), "24", "nobody knows where the cursor stands behind it");
        assert_eq!(written("same", "same"), "");
    }

    proptest! {
        #[test]
        fn the_terminal_shows_what_was_drawn_however_rows_move(
            frames in proptest::collection::vec((0_u16..40, 1_u16..HIGH - 1, proptest::option::of((0..WIDE, 0..HIGH))), 1..12),
        ) {
            let (mut terminal, mut shown) = (terminal(), Buffer::empty(Rect::new(0, 0, WIDE, HIGH)));
            let mut first: u16 = 20;
            for (move_to, marker, dot) in frames {
                // Mostly small moves, sometimes large ones.
                first = if move_to < 7 { (first + move_to).saturating_sub(3) } else { move_to };
                let mut next = list(first, marker);
                if let Some(place) = dot {
                    next[place].set_char('*');
                }
                step(&mut terminal, &mut shown, &next);
                for (x, y) in (0..HIGH).flat_map(|y| (0..WIDE).map(move |x| (x, y))) {
                    let seen = terminal.screen().cell(y, x).unwrap();
                    prop_assert_eq!(if seen.has_contents() { seen.contents() } else { " " }, next[(x, y)].symbol());
                    let blue = seen.bgcolor() != vt100::Color::Default;
                    prop_assert_eq!(blue, next[(x, y)].bg == Color::Blue);
                }
            }
        }
    }
}
