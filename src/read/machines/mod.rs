//! Machines and devices with their images, and lists of owners: tables under a header, and JSON objects a line.
//!
//! A breach reaches controllers and edge boxes that no cluster knows; somebody keeps a list of them. Columns are told by
//! their headers or by a responder's map, never guessed from what stands in them.

mod fields;
mod json;
mod owner;
mod row;
mod table;

pub use fields::{BadMap, Hints};

pub(super) use fields::{Columns, is_of_another_table};
pub(super) use json::read as read_json;
pub(super) use table::read as read_table;
