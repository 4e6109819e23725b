//! A screen as an SVG picture: cells of one size, runs of one style, nothing that is not text or a rectangle.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::model::text::width;

/// Size of a cell, and of the letters in it.
const WIDE: u32 = 9;
const HIGH: u32 = 18;
const LETTERS: u32 = 15;
const MARGIN: u32 = 8;
/// What `Color::Reset` stands for.
const FOREGROUND: &str = "#d8dee9";
const BACKGROUND: &str = "#1b1f27";

/// The picture.
pub fn picture(buffer: &Buffer) -> String {
    let (columns, rows) = (u32::from(buffer.area.width), u32::from(buffer.area.height));
    let (wide, high) = (columns * WIDE + 2 * MARGIN, rows * HIGH + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" \
         font-family=\"ui-monospace,Menlo,Consolas,DejaVu Sans Mono,monospace\" font-size=\"{LETTERS}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{BACKGROUND}\"/>\n"
    );
    for y in 0..buffer.area.height {
        for run in runs(buffer, y) {
            run.write(u32::from(y), &mut svg);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Cells beside each other with one style.
struct Run<'b> {
    column: u32,
    columns: u32,
    text: String,
    cell: &'b Cell,
}

fn runs(buffer: &Buffer, y: u16) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut hidden = 0;
    for x in 0..buffer.area.width {
        let Some(cell) = buffer.cell((x, y)) else { continue };
        if hidden > 0 {
            hidden -= 1;
            continue;
        }
        let columns = width(cell.symbol()).max(1) as u32;
        hidden = columns - 1;
        let style = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
        match runs.last_mut() {
            Some(run) if style(run.cell) == style(cell) => {
                run.columns += columns;
                run.text.push_str(cell.symbol());
            }
            _ => runs.push(Run { column: u32::from(x), columns, text: cell.symbol().to_owned(), cell }),
        }
    }
    runs
}

impl Run<'_> {
    fn write(&self, row: u32, svg: &mut String) {
        let (x, y) = (MARGIN + self.column * WIDE, MARGIN + row * HIGH);
        let wide = self.columns * WIDE;
        let has = |modifier| self.cell.modifier.contains(modifier);
        let (mut front, mut back) = (colour(self.cell.fg, FOREGROUND), colour(self.cell.bg, BACKGROUND));
        if has(Modifier::REVERSED) {
            std::mem::swap(&mut front, &mut back);
        }
        if back != BACKGROUND {
            svg.push_str(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{HIGH}\" fill=\"{back}\"/>\n"));
        }
        let shown = self.text.trim_end();
        if shown.is_empty() {
            return;
        }
        let mut style = String::new();
        for (modifier, attribute) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::DIM, " opacity=\"0.6\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        ] {
            if has(modifier) {
                style.push_str(attribute);
            }
        }
        // The length holds columns in line whatever the reader's letters are.
        let (length, base) = (width(shown) as u32 * WIDE, y + HIGH - 5);
        svg.push_str(&format!(
            "<text x=\"{x}\" y=\"{base}\" fill=\"{front}\"{style} textLength=\"{length}\" xml:space=\"preserve\">{}</text>\n",
            escaped(shown)
        ));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The sixteen colours as a quiet terminal shows them.
fn colour(colour: Color, reset: &'static str) -> &'static str {
    match colour {
        Color::Black => "#2e3440",
        Color::Red => "#d16b75",
        Color::Green => "#9fbf87",
        Color::Yellow => "#e5c07b",
        Color::Blue => "#6f9bd1",
        Color::Magenta => "#b48ead",
        Color::Cyan => "#7fc1ca",
        Color::Gray => "#c0c6d0",
        Color::DarkGray => "#7b8494",
        Color::LightRed => "#ef8891",
        Color::LightGreen => "#b5d69c",
        Color::LightYellow => "#f2d58a",
        Color::LightBlue => "#8db4e8",
        Color::LightMagenta => "#cda6d6",
        Color::LightCyan => "#98d8e0",
        Color::White => "#eef1f5",
        _ => reset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn text_is_escaped_and_columns_stay_in_line() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        buffer.set_string(0, 0, "<a>", Style::new().red().bold());
        buffer.set_string(4, 0, "東x", Style::new().reversed());
        let svg = picture(&buffer);
        assert!(
            svg.contains("font-weight=\"bold\" textLength=\"27\" xml:space=\"preserve\">&lt;a&gt;</text>"),
            "{svg}"
        );
        assert!(svg.contains("x=\"44\"") && svg.contains(">東x</text>") && svg.contains("fill=\"#d8dee9\"/>"), "{svg}");
    }
}
