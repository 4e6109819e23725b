//! The pieces that every view is made of.
//!
//! Each piece is a state with methods that take intents, and a `draw` that paints the state into a buffer and says
//! where things are ([`Regions`]). Pieces know no keys, clocks, files or channels: the owner maps keys to intents,
//! tells the time and fetches the rows. What they draw from data goes through one door, `paint`, which scrubs it.
//!
//! After a draw the owner hands the regions back (`state.seen(&regions)`), so that page keys and scrolling use the same
//! figures as the screen and the mouse.

pub mod crumbs;
pub mod detail;
pub mod dialog;
pub mod editor;
pub mod input;
pub mod line;
pub mod meter;
pub mod paint;
pub mod progress;
pub mod region;
pub mod scroll;
pub mod split;
pub mod table;
pub mod toast;
pub mod tree;
pub mod wrap;

pub use line::{Cut, Line, Side, Span};
pub use paint::Painter;
pub use region::Regions;
pub use scroll::{Move, Scroll};
