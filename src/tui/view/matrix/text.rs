//! Cells as text, the same in both tables.

use super::spot::Spot;
use crate::command::Call;
use crate::model::priority::Priority;
use crate::tui::regions::Hit;
use crate::tui::theme::Slot;

/// How much a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `P0:3`.
    Full,
    /// `0:3`.
    Plain,
    /// `0:31k`: counts from a thousand on in thousands, rounded down.
    Short,
}

/// The style of a priority; its digit stands beside it.
pub fn priority_slot(priority: Priority) -> Slot {
    match priority {
        Priority::P0 => Slot::PriorityP0,
        Priority::P1 => Slot::PriorityP1,
        Priority::P2 => Slot::PriorityP2,
        Priority::P3 => Slot::PriorityP3,
    }
}

/// A count.
pub fn count(images: u64, form: Form) -> String {
    match (form, images) {
        (Form::Short, 1_000_000..) => format!("{}M", images / 1_000_000),
        (Form::Short, 1_000..) => format!("{}k", images / 1_000),
        _ => images.to_string(),
    }
}

/// A cell: the worst priority and how many; a dot without an image.
pub fn shown(found: Option<(Priority, u64)>, form: Form) -> String {
    let Some((priority, images)) = found else { return ".".to_owned() };
    let word = priority.as_str();
    let word = if form == Form::Full { word } else { word.trim_start_matches('P') };
    format!("{word}:{}", count(images, form))
}

/// A click on a cell marks it.
pub fn cell_hit(spot: &Spot) -> Hit {
    Hit::Call(Call { id: "matrix.cell".to_owned(), argument: spot.words() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_in_every_form() {
        let of = |images, form| shown(Some((Priority::P1, images)), form);
        assert_eq!([of(9, Form::Full), of(1_234, Form::Plain), of(31_415, Form::Short)], ["P1:9", "1:1234", "1:31k"]);
        assert_eq!((of(999, Form::Short), of(2_000_000, Form::Short)), ("1:999".to_owned(), "1:2M".to_owned()));
        assert_eq!(shown(None, Form::Full), ".");
    }
}
