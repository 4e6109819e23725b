//! Placeholder until merged.
/// Tables.
pub const SCHEMA: &str = "";
