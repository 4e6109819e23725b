//! Judging: what is to be thought of each image, what comes first, and why.
//!
//! Pure: facts in, verdicts and priorities with their reasons out. Nothing here reads a case, a clock or evidence.

pub mod inputs;
pub mod lens;
pub mod place;
pub mod policy;
pub mod verdict;
pub mod vulnerability;
