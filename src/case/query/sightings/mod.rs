//! Where an image was seen without being used: pulled, pushed, found in a cache, named by an event; and what logs of pulls
//! tell of it, with what they leave out.
//!
//! What no log has is not known. Nothing here takes silence for an answer.

mod chosen;
mod inside;
mod listed;
mod logs;
mod of_image;
mod overlap;
mod pulls;

pub use chosen::{Chosen, chosen};
pub use inside::{Edges, Inside, Open, edges};
pub use listed::{Seen, listed};
pub use logs::{GapRow, LogRow, logs};
pub use of_image::SightingRow;
pub use pulls::{PullRow, PullSum, RowsOf, rows_of, sums};

pub(super) use of_image::sightings;
