//! Deadlines: rules as data, arithmetic, and where each of them stands.
//!
//! Nothing here is legal advice. A rule says where it stands and when it was looked up; who knows better gives rules of
//! their own.

mod catalog;
mod days;
mod deadline;
mod state;

pub use catalog::{Catalog, CatalogError, own_rules};
pub use days::{Holidays, HolidaysError, holidays};
pub use deadline::{deadline, from_wall, zone};
pub use state::{ClockView, Clocks, FirstAware, Stated, TriggerView, soon};

/// Stands beside every list of deadlines.
pub const ADVICE: &str = "not legal advice: confirm each deadline with counsel";
