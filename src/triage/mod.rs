//! Judging: what is to be thought of each image, and why.
//!
//! Pure: facts in, verdicts with their reasons out. Nothing here reads a case, a clock or evidence.

pub mod verdict;
