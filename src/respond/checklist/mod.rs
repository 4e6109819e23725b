//! The checklist: tasks of a template and of responders, where each stands, what is next.

mod state;
mod template;
#[cfg(test)]
mod tests;
mod view;

pub use template::{TemplateError, carried, check, own_template, placed};
pub use view::{Checklist, Inputs, Members, StageCount, TaskView};

/// How long a claim stands where nothing else is said, in microseconds: four hours, half a shift.
pub const CLAIM: i64 = 4 * 3_600_000_000;
