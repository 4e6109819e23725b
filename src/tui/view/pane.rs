//! Between views and widgets: commands become movements and edits, places on the screen become hits.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::borrow::Cow;

use super::Look;
use crate::collect::redact::redact_text;
use crate::command::Call;
use crate::tui::draw::paint::{put, write};
use crate::tui::regions::{Hit, Regions};
use crate::tui::theme::Slot;
use crate::tui::widget::detail::DetailPart;
use crate::tui::widget::input::Edit;
use crate::tui::widget::table::{Column, TablePart};
use crate::tui::widget::tree::TreePart;
use crate::tui::widget::{self, Move};

/// Columns that one step sideways moves a text.
const SIDEWAYS: u16 = 8;

/// The movement that a `table.` command asks for.
pub fn movement(id: &str, sideways: u16) -> Option<Move> {
    Some(match id {
        "table.down" => Move::Down(1),
        "table.up" => Move::Up(1),
        "table.page-down" => Move::PageDown,
        "table.page-up" => Move::PageUp,
        "table.top" => Move::Top,
        "table.bottom" => Move::Bottom,
        "table.left" => Move::Left(sideways),
        "table.right" => Move::Right(sideways),
        _ => return None,
    })
}

/// The same in a text, which is scrolled sideways by columns of the screen.
pub fn text_movement(id: &str) -> Option<Move> {
    movement(id, SIDEWAYS)
}

/// The edit that an `input.` command asks for.
pub fn edit(id: &str) -> Option<Edit> {
    Some(match id {
        "input.left" => Edit::Left,
        "input.right" => Edit::Right,
        "input.home" => Edit::Home,
        "input.end" => Edit::End,
        "input.backspace" => Edit::Backspace,
        "input.delete" => Edit::Delete,
        "input.delete-word" => Edit::KillWord,
        "input.clear" => Edit::Clear,
        _ => return None,
    })
}

/// What the last frame says about a pane, for a widget's state.
pub fn seen(regions: &Regions, pane: &str) -> widget::Regions<()> {
    let height = u16::try_from(regions.page(pane)).unwrap_or(u16::MAX);
    widget::Regions::new(Rect { x: 0, y: 0, width: 1, height })
}

/// Places of a table. Heads of columns that sort give the command with the column's key behind it.
pub fn table_hits(
    drawn: &widget::Regions<TablePart>,
    pane: &'static str,
    columns: &[Column],
    sort: Option<&str>,
) -> Regions {
    let mut regions = Regions::default();
    regions.push(drawn.body, Hit::Pane(pane));
    for (area, part) in drawn.parts() {
        match part {
            TablePart::Header(at) => {
                let key = columns.get(*at).and_then(|column| column.key);
                if let (Some(sort), Some(key)) = (sort, key) {
                    regions.push(area, Hit::Call(Call { id: sort.to_owned(), argument: key.to_owned() }));
                }
            }
            TablePart::Row(row) | TablePart::Group(row) | TablePart::ScrollBar(row) => {
                regions.push(area, Hit::Row(pane, usize::try_from(*row).unwrap_or(usize::MAX)));
            }
        }
    }
    regions
}

/// Places of a tree. Signs that open a row are hit as rows of a pane of their own.
pub fn tree_hits(drawn: &widget::Regions<TreePart>, pane: &'static str, signs: &'static str) -> Regions {
    let mut regions = Regions::default();
    regions.push(drawn.body, Hit::Pane(pane));
    for (area, part) in drawn.parts() {
        let (pane, row) = match part {
            TreePart::Row(row) | TreePart::ScrollBar(row) => (pane, row),
            TreePart::Toggle(row) => (signs, row),
        };
        regions.push(area, Hit::Row(pane, usize::try_from(*row).unwrap_or(usize::MAX)));
    }
    regions
}

/// Places of a text.
pub fn text_hits(drawn: &widget::Regions<DetailPart>, pane: &'static str) -> Regions {
    let mut regions = Regions::default();
    regions.push(drawn.body, Hit::Pane(pane));
    for (area, part) in drawn.parts() {
        if let DetailPart::ScrollBar(line) = part {
            regions.push(area, Hit::Row(pane, usize::try_from(*line).unwrap_or(usize::MAX)));
        }
    }
    regions
}

/// A line of tabs, `[uses] names evidence`; the brackets say which one is shown. A click gives the command with the
/// tab's name behind it.
pub fn tabs(
    names: &[(&str, String)],
    shown: usize,
    command: &str,
    look: Look<'_>,
    area: Rect,
    buffer: &mut Buffer,
) -> Regions {
    let mut regions = Regions::default();
    put(buffer, area, "", look.theme.style(Slot::Base));
    let mut rest = Rect { height: area.height.min(1), ..area };
    for (at, (name, count)) in names.iter().enumerate() {
        let text = if count.is_empty() { (*name).to_owned() } else { format!("{name} {count}") };
        let (text, slot) =
            if at == shown { (format!("[{text}]"), Slot::Title) } else { (format!(" {text} "), Slot::Muted) };
        let used = write(buffer, rest, &text, look.theme.style(slot));
        let call = Call { id: command.to_owned(), argument: (*name).to_owned() };
        regions.push(Rect { width: used, ..rest }, Hit::Call(call));
        rest = Rect { x: rest.x.saturating_add(used), width: rest.width.saturating_sub(used), ..rest };
    }
    regions
}

/// What would be stored of a text in which a secret stands, the first time that it is asked about; `seen` remembers what was
/// shown, so that the same text passes when it is said again.
pub fn replaced(text: &str, seen: &mut Option<String>) -> Option<String> {
    let Cow::Owned(shown) = redact_text(text) else { return None };
    if shown == text || seen.as_deref() == Some(text) {
        return None;
    }
    *seen = Some(shown.clone());
    Some(shown)
}

/// The tab that a command names; without a name the one behind the shown one.
pub fn turned(names: &[&str], shown: usize, wanted: &str) -> Option<usize> {
    if wanted.is_empty() {
        return Some((shown + 1) % names.len().max(1));
    }
    names.iter().position(|name| name.starts_with(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_turn_round_and_go_by_name() {
        let names = ["uses", "names", "evidence"];
        assert_eq!(turned(&names, 2, ""), Some(0));
        assert_eq!(turned(&names, 0, "evi"), Some(2));
        assert_eq!(turned(&names, 0, "zzz"), None);
        assert_eq!(turned(&[], 0, ""), Some(0));
    }

    #[test]
    fn words_become_movements_and_edits() {
        assert_eq!(movement("table.right", 1), Some(Move::Right(1)));
        assert_eq!(text_movement("table.left"), Some(Move::Left(8)));
        assert_eq!(movement("table.open", 1), None);
        assert_eq!(edit("input.clear"), Some(Edit::Clear));
        assert_eq!(edit("input.accept"), None);
    }

    #[test]
    fn what_is_stored_in_place_of_a_secret_is_shown_once() {
        let mut seen = None;
        assert_eq!(replaced("401 for ana at hub", &mut seen), None);
        let shown = replaced("token ghp_0123456789abcdefghij0123456789abcdefAB was refused", &mut seen).unwrap();
        assert!(!shown.contains("ghp_0123") && shown.contains("was refused"), "{shown}");
        assert_eq!(replaced(&shown, &mut seen), None, "it was seen");
        // Another one that is pasted behind it is shown again.
        assert!(replaced(&format!("{shown} ghp_1123456789abcdefghij0123456789abcdefAB"), &mut seen).is_some());
    }
}
