//! All integration tests, one binary.
#![cfg(test)]

mod fold;
mod words;
mod redact;
