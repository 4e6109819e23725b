//! The way from cells to the terminal's bytes, in as few as they can be: a step of the marker has to feel the same over a
//! slow line.
//!
//! Owns moves of the cursor, the styles (ECMA-48, SGR) and the moving of rows (DECSTBM, line feed and reverse index, which
//! every terminal since the VT100 knows). Everything else is crossterm's. Nothing is written twice: a
//! style that holds already, a cursor that is hidden already.

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;
use std::io::{self, Write};

use super::shift::Shift;

/// A terminal that is written to.
pub struct Tty<W: Write> {
    inner: CrosstermBackend<W>,
    /// Whether the cursor shows; none while that is not known.
    cursor: Option<bool>,
    /// Rows may be moved by the terminal itself.
    scrolls: bool,
}

/// How the names of terminals begin that are known to move rows. Others are drawn row by row.
const SCROLLING: [&str; 20] = [
    "xterm",
    "tmux",
    "screen",
    "linux",
    "rxvt",
    "vt1",
    "vt2",
    "vt3",
    "vt4",
    "vt5",
    "alacritty",
    "foot",
    "kitty",
    "wezterm",
    "st",
    "konsole",
    "gnome",
    "putty",
    "ghostty",
    "mintty",
];

/// What cells can have besides their character.
type Style = (Color, Color, Modifier);

/// What holds after a reset.
const PLAIN: Style = (Color::Reset, Color::Reset, Modifier::empty());

/// The parameters of SGR that switch modifiers on.
const MODIFIERS: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

impl<W: Write> Tty<W> {
    /// A terminal of which nothing is known yet.
    pub fn new(out: W) -> Tty<W> {
        Tty { inner: CrosstermBackend::new(out), cursor: None, scrolls: false }
    }

    /// True where a terminal of this name (`TERM`) is known to move rows.
    pub fn can_scroll(term: &str) -> bool {
        SCROLLING.iter().any(|known| term.starts_with(known))
    }

    /// Rows may be moved by the terminal, or not.
    pub fn set_scrolls(&mut self, scrolls: bool) {
        self.scrolls = scrolls;
    }

    /// Moves rows; false where this terminal does not. The cursor is anywhere afterwards, and what comes in is plain: no
    /// style holds between frames.
    pub fn scroll(&mut self, shift: &Shift) -> io::Result<bool> {
        if !self.scrolls {
            return Ok(false);
        }
        let (top, bottom) = (u32::from(shift.rows.start) + 1, shift.rows.end);
        let times = usize::from(shift.by.unsigned_abs());
        // At the last row of the region a line feed moves it up, at the first one a reverse index moves it down.
        let (row, sign) = if shift.by > 0 { (u32::from(bottom), "\n") } else { (top, "\x1bM") };
        let bytes = format!("\x1b[{top};{bottom}r\x1b[{row}H{}\x1b[r", sign.repeat(times));
        self.inner.write_all(bytes.as_bytes())?;
        Ok(true)
    }

    /// Somebody else wrote to it: nothing is known any more.
    pub fn forget(&mut self) {
        self.cursor = None;
    }

    fn show(&mut self, shown: bool) -> io::Result<()> {
        if self.cursor != Some(shown) {
            if shown {
                self.inner.show_cursor()?
            } else {
                self.inner.hide_cursor()?
            }
            self.cursor = Some(shown);
        }
        Ok(())
    }
}

impl<W: Write> Write for Tty<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

impl<W: Write> Backend for Tty<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        self.inner.write_all(written(content).as_bytes())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.show(false)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.show(true)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, kind: ClearType) -> io::Result<()> {
        self.inner.clear_region(kind)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

/// The bytes for some cells; styles are plain before and after.
fn written<'a>(content: impl Iterator<Item = (u16, u16, &'a Cell)>) -> String {
    let mut out = String::new();
    let mut style = PLAIN;
    // Where the cursor stands; the column may be unknown.
    let (mut row, mut column) = (None, None);
    // The screen is wider than this: a cell was written there.
    let mut widest = 0;
    for (x, y, cell) in content {
        let inside = column.is_some_and(|column| column <= widest);
        go(&mut out, (row, column), inside, (x, y));
        (row, column, widest) = (Some(y), Some(x.saturating_add(1)), widest.max(x));
        let own = (cell.fg, cell.bg, cell.modifier);
        if own != style {
            dress(&mut out, style, own);
            style = own;
        }
        out.push_str(cell.symbol());
        // A wide character takes the cell behind it along, and not every terminal agrees on how wide one is.
        if !cell.symbol().is_ascii() {
            column = None;
        }
    }
    dress(&mut out, style, PLAIN);
    out
}

/// Moves the cursor from a row and a column, where they are known, to a cell, in the shortest way there is. `inside`: it
/// stands on a column of the screen, not behind the last one, where terminals differ. Writing into a string cannot fail,
/// here and below.
fn go(out: &mut String, (row, column): (Option<u16>, Option<u16>), inside: bool, (x, y): (u16, u16)) {
    let next_row = row.is_some_and(|row| y.checked_sub(1) == Some(row));
    let _ = match (row == Some(y), column.and_then(|column| x.checked_sub(column))) {
        (true, Some(0)) => Ok(()),
        (true, Some(1)) => write!(out, "\x1b[C"),
        (true, Some(far)) => write!(out, "\x1b[{far}C"),
        (true, None) => write!(out, "\x1b[{}G", u32::from(x) + 1),
        // A carriage return also ends whatever a terminal does behind its last column.
        (false, _) if next_row && x == 0 => write!(out, "\r\n"),
        (false, Some(0)) if next_row && inside => out.write_char('\n'),
        (false, Some(far)) if next_row && inside => write!(out, "\n\x1b[{far}C"),
        (false, None) if next_row && inside => match column.unwrap_or(x).saturating_sub(x) {
            near @ 0..=3 => write!(out, "\n{}", "\x08".repeat(usize::from(near))),
            far => write!(out, "\n\x1b[{far}D"),
        },
        (false, _) if next_row => write!(out, "\r\n\x1b[{x}C"),
        (false, _) if x == 0 => write!(out, "\x1b[{}H", u32::from(y) + 1),
        (false, _) => write!(out, "\x1b[{};{}H", u32::from(y) + 1, u32::from(x) + 1),
    };
}

/// About how many bytes it takes to make one row of cells out of another.
pub fn estimate(shown: &[Cell], next: &[Cell]) -> i64 {
    /// A move of the cursor to another row, one within a row, and another style.
    const ROW: i64 = 7;
    const ALONG: i64 = 4;
    const STYLE: i64 = 6;
    let (mut bytes, mut column, mut style) = (0, None, PLAIN);
    for (x, (_, cell)) in shown.iter().zip(next).enumerate().filter(|(_, (old, new))| old != new) {
        bytes += match column {
            Some(column) if column == x => 0,
            Some(_) => ALONG,
            None => ROW,
        };
        let own = (cell.fg, cell.bg, cell.modifier);
        bytes += if own == style { 0 } else { STYLE };
        bytes += i64::try_from(cell.symbol().len()).unwrap_or(i64::MAX);
        (column, style) = (Some(x + 1), own);
    }
    bytes
}

/// From one style to another: what holds is not said again, and whatever has to go goes with a reset.
fn dress(out: &mut String, from: Style, to: Style) {
    if from == to {
        return;
    }
    if to == PLAIN {
        out.push_str("\x1b[m");
        return;
    }
    let goes = !to.2.contains(from.2);
    let from = if goes { PLAIN } else { from };
    let mut parts: Vec<String> = Vec::new();
    parts.extend(goes.then(|| "0".to_owned()));
    let comes = to.2.difference(from.2);
    parts.extend(MODIFIERS.iter().filter(|(modifier, _)| comes.contains(*modifier)).map(|(_, code)| code.to_string()));
    parts.extend((from.0 != to.0).then(|| colour(to.0, 30)));
    parts.extend((from.1 != to.1).then(|| colour(to.1, 40)));
    let _ = write!(out, "\x1b[{}m", parts.join(";"));
}

/// The parameters of a colour; `base` is 30 for the letters and 40 for what is behind them.
fn colour(colour: Color, base: u8) -> String {
    let dark = |n: u8| (base + n).to_string();
    let light = |n: u8| (base + 60 + n).to_string();
    match colour {
        Color::Reset => dark(9),
        Color::Black => dark(0),
        Color::Red => dark(1),
        Color::Green => dark(2),
        Color::Yellow => dark(3),
        Color::Blue => dark(4),
        Color::Magenta => dark(5),
        Color::Cyan => dark(6),
        Color::Gray => dark(7),
        Color::DarkGray => light(0),
        Color::LightRed => light(1),
        Color::LightGreen => light(2),
        Color::LightYellow => light(3),
        Color::LightBlue => light(4),
        Color::LightMagenta => light(5),
        Color::LightCyan => light(6),
        Color::White => light(7),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style as Dress;

    const WIDE: u16 = 12;
    const HIGH: u16 = 3;

    fn cell() -> impl Strategy<Value = (char, Color, Color, Modifier)> {
        let colour =
            || prop_oneof![Just(Color::Reset), Just(Color::Red), Just(Color::LightBlue), Just(Color::Indexed(99))];
        let modifier = prop_oneof![
            Just(Modifier::empty()),
            Just(Modifier::BOLD),
            Just(Modifier::REVERSED),
            Just(Modifier::ITALIC | Modifier::UNDERLINED)
        ];
        (prop_oneof![Just('a'), Just(' '), Just('é')], colour(), colour(), modifier)
    }

    fn buffer(cells: &[(char, Color, Color, Modifier)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, WIDE, HIGH));
        for (cell, (c, fg, bg, modifier)) in buffer.content.iter_mut().zip(cells) {
            cell.set_char(*c).set_style(Dress::new().fg(*fg).bg(*bg).add_modifier(*modifier));
        }
        buffer
    }

    fn meant(colour: Color) -> vt100::Color {
        match colour {
            Color::Red => vt100::Color::Idx(1),
            Color::LightBlue => vt100::Color::Idx(12),
            Color::Indexed(n) => vt100::Color::Idx(n),
            _ => vt100::Color::Default,
        }
    }

    proptest! {
        #[test]
        fn a_terminal_shows_what_was_drawn_frame_after_frame(
            frames in proptest::collection::vec(proptest::collection::vec(cell(), usize::from(WIDE * HIGH)), 1..4),
        ) {
            let mut terminal = vt100::Parser::new(
                std::num::NonZeroU16::new(HIGH).unwrap(), std::num::NonZeroU16::new(WIDE).unwrap(), 0);
            let mut shown = Buffer::empty(Rect::new(0, 0, WIDE, HIGH));
            for frame in frames {
                let wanted = buffer(&frame);
                let mut bytes = Vec::new();
                Tty::new(&mut bytes).draw(shown.diff_iter(&wanted)).unwrap();
                terminal.process(&bytes);
                shown = wanted;
                for (x, y) in (0..HIGH).flat_map(|y| (0..WIDE).map(move |x| (x, y))) {
                    let (seen, wanted) = (terminal.screen().cell(y, x).unwrap(), &shown[(x, y)]);
                    prop_assert_eq!(if seen.has_contents() { seen.contents() } else { " " }, wanted.symbol());
                    prop_assert_eq!((seen.fgcolor(), seen.bgcolor()), (meant(wanted.fg), meant(wanted.bg)));
                    let modifiers = (seen.bold(), seen.inverse(), seen.italic(), seen.underline());
                    let has = |modifier| wanted.modifier.contains(modifier);
                    let wanted = (has(Modifier::BOLD), has(Modifier::REVERSED), has(Modifier::ITALIC), has(Modifier::UNDERLINED));
                    prop_assert_eq!(modifiers, wanted);
                }
            }
        }
    }

    #[test]
    fn only_terminals_that_are_known_to_move_rows_are_asked_to() {
        for (term, known) in
            [("xterm-256color", true), ("tmux-256color", true), ("screen", true), ("dumb", false), ("", false)]
        {
            assert_eq!(Tty::<Vec<u8>>::can_scroll(term), known, "{term}");
        }
        let mut bytes = Vec::new();
        let shift = Shift { rows: 2..10, by: 2 };
        let mut tty = Tty::new(&mut bytes);
        assert!(!tty.scroll(&shift).unwrap());
        tty.set_scrolls(true);
        assert!(tty.scroll(&shift).unwrap() && tty.scroll(&Shift { by: -1, ..shift }).unwrap());
        assert_eq!(bytes, b"\x1b[3;10r\x1b[10H\n\n\x1b[r\x1b[3;10r\x1b[3H\x1bM\x1b[r");
    }

    #[test]
    fn the_cursor_goes_the_shortest_way() {
        let moved = |from: (Option<u16>, Option<u16>), inside, to: (u16, u16)| {
            let mut out = String::new();
            go(&mut out, from, inside, to);
            out
        };
        let at = |x, y| (Some(y), Some(x));
        assert_eq!(moved((None, None), false, (41, 19)), "\u{1b}[20;42H");
        assert_eq!(moved((None, None), false, (0, 19)), "\u{1b}[20H");
        assert_eq!(moved(at(42, 19), true, (42, 19)), "");
        assert_eq!(moved(at(42, 19), true, (43, 19)), "\u{1b}[C");
        assert_eq!(moved(at(42, 19), true, (46, 19)), "\u{1b}[4C");
        assert_eq!(moved((Some(19), None), false, (46, 19)), "\u{1b}[47G", "behind a wide character");
        assert_eq!(moved(at(80, 19), false, (0, 20)), "\r\n");
        assert_eq!(moved((Some(19), None), false, (7, 20)), "\r\n\u{1b}[7C");
        assert_eq!(moved(at(80, 19), false, (77, 20)), "\r\n\u{1b}[77C", "behind the last column");
        assert_eq!(moved(at(47, 19), true, (41, 20)), "\n\u{1b}[6D");
        assert_eq!(moved(at(47, 19), true, (45, 20)), "\n\u{8}\u{8}");
        assert_eq!(moved(at(47, 19), true, (47, 20)), "\n");
        assert_eq!(moved(at(47, 19), true, (50, 20)), "\n\u{1b}[3C");
        assert_eq!(moved(at(80, 19), false, (0, 21)), "\u{1b}[22H");
    }

    #[test]
    fn what_holds_is_not_said_again() {
        let bold = ('a', Color::Red, Color::Reset, Modifier::BOLD);
        let cells: Vec<_> = vec![bold, bold, ('b', Color::Reset, Color::Reset, Modifier::empty())];
        let wanted = buffer(&cells);
        let blank = Buffer::empty(wanted.area);
        assert_eq!(written(blank.diff_iter(&wanted)), "\u{1b}[1H\u{1b}[1;31maa\u{1b}[mb");
        let mut bytes = Vec::new();
        let mut tty = Tty::new(&mut bytes);
        for _ in 0..3 {
            tty.hide_cursor().unwrap();
        }
        tty.forget();
        tty.hide_cursor().unwrap();
        assert_eq!(bytes, b"\x1b[?25l\x1b[?25l", "once, and once more after somebody else wrote");
    }
}
