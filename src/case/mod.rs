//! To come.

pub mod project;
pub mod query;
