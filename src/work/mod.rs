//! Drives the flow and owns the threads: collect → case → read. Surfaces call this room and nothing below it to change
//! a case by evidence.

pub mod blast;
pub mod collect;
pub mod exercise;
pub mod hidden;
pub mod import;
pub mod lineage;
pub mod locate;
pub mod naming;
pub mod pulls;
pub mod reread;
pub mod response;
pub mod scan;
pub mod summary;
pub mod triage;
pub mod waves;
