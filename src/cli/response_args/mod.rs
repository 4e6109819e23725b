//! Arguments of the response's commands, one file an area.

mod clocks;
mod credentials;
mod tasks;
mod timeline;

pub use clocks::*;
pub use credentials::*;
pub use tasks::*;
pub use timeline::*;
