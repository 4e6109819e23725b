//! Questions to the graph: reach, reasons, order of repair, differences.

pub mod blast;
pub mod compare;
pub mod counts;
pub mod focus;
pub mod outline;
pub mod reach;
pub mod waves;
pub mod why;
