//! The first ten minutes of a case without images: what to do, in which order, and which of it is done.

use super::picture::{Block, Cell, Item};
use crate::command::Call;
use crate::model::clock::AWARE;
use crate::respond::situation::{STEPS, Step};
use crate::tui::theme::Slot;
use crate::work::response::Board;

/// A row a step.
pub fn items(board: &Board) -> Vec<Item> {
    STEPS.iter().enumerate().map(|(at, step)| item(at + 1, step, is_done(step, board))).collect()
}

fn item(number: usize, step: &Step, done: bool) -> Item {
    let slot = if done { Slot::Muted } else { Slot::Base };
    let mark = if done { "[x]" } else { "[ ]" };
    Item {
        key: format!("step {number}"),
        block: Block::Verdicts,
        cells: vec![
            Cell::text(format!("{number}"), 2).at_right().meaning(slot),
            Cell::text(mark, 3).meaning(slot),
            Cell::text(step.what, 34).meaning(slot),
            Cell::text(step.command, 0).meaning(Slot::Muted),
        ],
        link: Some(Call::parse(step.place)).filter(|call| !call.id.is_empty()),
        told: vec![("step", step.what.to_owned()), ("command", step.command.to_owned())],
    }
}

fn is_done(step: &Step, board: &Board) -> bool {
    match step.done_by {
        "aware" => board.clocks.trigger(AWARE).is_some_and(|aware| aware.at.is_some() || aware.denied),
        "declared" => board.incident.since.is_some(),
        "indicator" => !board.indicators.is_empty(),
        "sources" => board.numbers.trust.oldest.is_some(),
        _ => false,
    }
}
