//! Paints a tree.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Branch, Label, OutlineRow, Tree, TreePart, TreeState};
use crate::tui::theme::{Glyph, Slot, Theme};
use crate::tui::widget::region::{row, split_right};
use crate::tui::widget::{Cut, Line, Painter, Regions, Side};

/// Levels of guides that are drawn; deeper rows stand at this level and say how deep they are.
const MOST_GUIDES: usize = 12;

impl<'a, N, F, L> Tree<'a, N, F>
where
    N: Clone + Ord,
    F: Fn(&OutlineRow<N>) -> L,
    L: Into<Label<'a>>,
{
    /// Paints it; the regions say where rows and their signs are.
    pub fn draw(&self, state: &TreeState<N>, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Regions<TreePart> {
        let mut painter = Painter::new(theme, area, buffer);
        let area = painter.area();
        painter.clear(area);
        let mut regions = Regions::new(area);
        let (body, bar) = split_right(area, u16::from(area.width >= 8));
        regions.body = body;
        if self.outline.total() == 0 {
            for (at, line) in (0..body.height).zip(self.empty.lines()) {
                painter.text(row(body, at), line, Slot::Muted);
            }
            return regions;
        }
        let mut scroll = state.scroll().clone();
        if scroll.total() != self.outline.total() {
            scroll.set_total(self.outline.total());
        }
        let window = scroll.window(body.height);
        for (at, index) in (0..body.height).zip(window.clone()) {
            if let Some(own) = self.outline.row(index) {
                regions.add(row(body, at), TreePart::Row(index));
                let selected = scroll.selected() == index;
                self.row(&mut painter, row(body, at), own, selected, (index, &mut regions));
            }
        }
        let shown = window.end - window.start;
        painter.scroll_bar(bar, self.outline.total(), window.start, shown);
        if self.outline.total() > shown {
            let (last, steps) = (self.outline.total() - 1, u64::from(bar.height.saturating_sub(1).max(1)));
            for y in 0..bar.height {
                let target = last.saturating_mul(u64::from(y)) / steps;
                regions.add(row(bar, y), TreePart::ScrollBar(target));
            }
        }
        regions
    }

    fn row(
        &self,
        painter: &mut Painter<'_>,
        place: Rect,
        own: &OutlineRow<N>,
        selected: bool,
        (index, regions): (u64, &mut Regions<TreePart>),
    ) {
        let style = painter.style(Slot::Base);
        let marker = if self.focused { Slot::Selected } else { Slot::SelectedInactive };
        let gutter = u16::from(place.width > 2);
        let mut rest = skip(place, gutter);
        let guides = guides(own, painter.theme());
        rest = skip(rest, painter.text(rest, &guides, Slot::Border));
        let sign = match own.branch {
            Branch::Leaf => Glyph::Leaf,
            Branch::Collapsed => Glyph::Collapsed,
            Branch::Expanded => Glyph::Expanded,
        };
        let toggle = Rect { width: 1.min(rest.width), ..rest };
        painter.glyph(toggle, sign, Slot::Key);
        if own.branch != Branch::Leaf {
            regions.add(toggle, TreePart::Toggle(index));
        }
        rest = skip(rest, 2);
        let label: Label<'_> = (self.label)(own).into();
        let mut line = label.line;
        if own.repeats {
            line = line.and(" (above)", Slot::Muted);
        }
        let used = painter.line(rest, &line, style, Cut::End, Side::Left);
        let free = skip(rest, used.saturating_add(2));
        if !label.right.is_empty() && painter.columns(&label.right, free.width) <= free.width {
            painter.line(free, &label.right, style, Cut::End, Side::Right);
        }
        if selected {
            let glyph = if self.focused { Glyph::Marker } else { Glyph::MarkerInactive };
            painter.glyph(Rect { width: gutter, ..place }, glyph, marker);
            // From the marker to the end of the name, never less than a cell.
            let wide = rest.x.saturating_add(used).saturating_sub(place.x).max(1).min(place.width);
            painter.mark(Rect { width: wide, ..place }, marker);
        }
    }
}

impl<'a> From<Line<'a>> for Label<'a> {
    fn from(line: Line<'a>) -> Self {
        Label { line, right: Line::default() }
    }
}

fn skip(place: Rect, columns: u16) -> Rect {
    let columns = columns.min(place.width);
    Rect { x: place.x.saturating_add(columns), width: place.width - columns, ..place }
}

fn guides<N>(row: &OutlineRow<N>, theme: &Theme) -> String {
    let depth = row.depth();
    let Some(own) = depth.checked_sub(1) else { return String::new() };
    let mut text = String::new();
    if depth > MOST_GUIDES {
        return format!("{}{depth} ", theme.glyph(Glyph::GuideThrough).repeat(MOST_GUIDES));
    }
    // The roots have no guides: level 1 stands below the first of them.
    for level in 1..=own {
        let passes = row.guides >> level.min(63) & 1 == 1;
        text.push_str(theme.glyph(if passes { Glyph::GuideThrough } else { Glyph::GuideNone }));
    }
    text.push_str(theme.glyph(if row.last { Glyph::GuideLast } else { Glyph::GuideBranch }));
    text
}
