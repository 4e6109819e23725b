//! The timeline: what happened, what we learned, what we did, on one axis.
//!
//! Entries are never deleted: a revision stands in place of what it had seen, a retraction strikes through. Times are kept
//! as they were typed, with their zone and the error of their clock beside them.

mod import;
mod view;
mod zoned;

pub use import::{Columns, Import, ImportError, read};
pub use view::{EntryView, Timeline};
pub use zoned::stated;
