//! Paints a dialog over what is there.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Dialog, DialogPart, Kind};
use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::widget::input::{Input, InputPart};
use crate::tui::widget::region::{row, split_bottom};
use crate::tui::widget::wrap::wrap;
use crate::tui::widget::{Cut, Line, Painter, Regions, Side, Span};

/// Wider lines are hard to read.
const WIDEST: u16 = 74;

/// Lines of consequences that are looked at.
const MOST_LINES: usize = 200;

impl Dialog {
    /// Paints it into the middle of an area; the cursor is where text is typed.
    pub fn draw(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<DialogPart> {
        let area = area.intersection(buffer.area);
        let inside = area.width.min(WIDEST).saturating_sub(4).max(1);
        let text = self.text(usize::from(inside), theme.glyph(Glyph::Warning));
        let answers = self.answer_rows();
        let rows = u16::try_from(text.len()).unwrap_or(u16::MAX).saturating_add(answers).saturating_add(3);
        let place = centred(area, inside.saturating_add(4), rows);
        let mut painter = Painter::new(theme, place, buffer);
        painter.clear(place);
        let inner = painter.frame(place, &Line::plain(self.title.as_str()), Slot::Accent);
        let inner = if inner.width > 4 { Rect { x: inner.x + 1, width: inner.width - 2, ..inner } } else { inner };
        let (body, foot) = split_bottom(inner, answers.saturating_add(1).min(inner.height));
        draw_text(&mut painter, body, &text, self.offset);
        // A blank row before the answers, where there is room for it.
        let foot = if foot.height > answers { row_below(foot, 1) } else { foot };
        let mut regions = Regions::new(place);
        regions.body = body;
        match &self.kind {
            Kind::Confirm { yes, chosen } => draw_buttons(&mut painter, foot, yes, *chosen, &mut regions),
            Kind::Choice { options, chosen } => {
                let first = chosen.saturating_sub(usize::from(foot.height.saturating_sub(1)));
                for (at, (index, option)) in (0..foot.height).zip(options.iter().enumerate().skip(first)) {
                    let note = if option.note.is_empty() { String::new() } else { format!("  {}", option.note) };
                    let slot = if index == *chosen { None } else { Some(Slot::Muted) };
                    let line = vec![Span::plain(option.label.as_str()), Span { text: note.into(), slot }];
                    draw_answer(&mut painter, row(foot, at), line.into(), index == *chosen);
                    regions.add(row(foot, at), DialogPart::Answer(index));
                }
            }
            Kind::Dangerous { typed: input, word, .. } => {
                let field = Input { prompt: "> ", placeholder: word, focused: true };
                adopt(field.draw(input, theme, foot, buffer), &mut regions);
            }
            Kind::Ask { input } => {
                let field = Input { prompt: "> ", placeholder: "", focused: true };
                adopt(field.draw(input, theme, foot, buffer), &mut regions);
            }
        }
        regions
    }

    /// The question, what would happen, and for danger what to type.
    pub(super) fn text(&self, room: usize, warning: &str) -> Vec<(String, Slot)> {
        let mut lines: Vec<(String, Slot)> =
            wrap(&self.question, room, MOST_LINES).into_iter().map(|line| (line, Slot::Base)).collect();
        for consequence in self.consequences.iter().take(MOST_LINES) {
            let wrapped = wrap(consequence, room.saturating_sub(2), 20);
            let sign = |first| if first { "- " } else { "  " };
            lines.extend(
                wrapped.into_iter().enumerate().map(|(at, line)| (format!("{}{line}", sign(at == 0)), Slot::Base)),
            );
        }
        if let Kind::Dangerous { yes, word, .. } = &self.kind {
            let ask = format!("{warning} {yes}: this cannot be undone. Type {word} to do it.");
            lines.extend(wrap(&ask, room, 20).into_iter().map(|line| (line, Slot::Warning)));
        }
        lines
    }

    fn answer_rows(&self) -> u16 {
        match &self.kind {
            Kind::Confirm { .. } => 2,
            Kind::Choice { options, .. } => u16::try_from(options.len()).unwrap_or(u16::MAX).min(12),
            // The line and what is wrong with it.
            Kind::Dangerous { .. } | Kind::Ask { .. } => 2,
        }
    }
}

/// Nothing that would happen is hidden without a word.
fn draw_text(painter: &mut Painter<'_>, body: Rect, text: &[(String, Slot)], offset: usize) {
    let room = usize::from(body.height);
    // The last page ends with the last line.
    let first = offset.min(text.len().saturating_sub(room));
    let text = text.get(first..).unwrap_or_default();
    for (at, (line, slot)) in (0..body.height).zip(text) {
        painter.text(row(body, at), line, *slot);
    }
    if text.len() > room && room > 0 {
        let place = row(body, body.height - 1);
        painter.clear(place);
        painter.text(place, &format!("{} lines more: scroll down", text.len() - room + 1), Slot::Warning);
    }
}

fn draw_buttons(painter: &mut Painter<'_>, foot: Rect, yes: &str, chosen: usize, regions: &mut Regions<DialogPart>) {
    for (at, label) in (0..foot.height).zip(["No, change nothing", yes]) {
        let index = usize::from(at);
        draw_answer(painter, row(foot, at), Line::plain(label), index == chosen);
        regions.add(row(foot, at), DialogPart::Answer(index));
    }
}

fn draw_answer(painter: &mut Painter<'_>, place: Rect, line: Line<'_>, chosen: bool) {
    let slot = if chosen { Slot::Selected } else { Slot::Base };
    painter.fill(place, painter.style(slot));
    let sign = if chosen { painter.theme().glyph(Glyph::Marker) } else { " " };
    let mut spans = vec![Span::plain(format!("{sign} "))];
    spans.extend(line.spans);
    painter.line(place, &spans.into(), painter.style(slot), Cut::End, Side::Left);
}

fn adopt(field: Regions<InputPart>, regions: &mut Regions<DialogPart>) {
    regions.cursor = field.cursor;
    for (place, part) in field.parts() {
        if let InputPart::Column(column) = part {
            regions.add(place, DialogPart::Column(*column));
        }
    }
}

fn row_below(place: Rect, rows: u16) -> Rect {
    Rect { y: place.y.saturating_add(rows), height: place.height.saturating_sub(rows), ..place }
}

fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    let x = area.x.saturating_add((area.width - width) / 2);
    let y = area.y.saturating_add((area.height - height) / 2);
    Rect { x, y, width, height }
}
