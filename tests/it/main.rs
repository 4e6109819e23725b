//! All integration tests, one binary.
#![cfg(test)]

mod read;
mod words;
