//! Deeds that belong to no single view, a file each.

mod begin;
mod import;
mod rarely;
mod refresh;
mod undo;

pub use begin::{Demo, NewCase};
pub use import::Import;
pub use rarely::Rarely;
pub use refresh::Refresh;
pub use undo::PlanUndo;
