//! All integration tests, one binary.

mod words;
