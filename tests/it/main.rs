//! All integration tests, one binary.
#![cfg(test)]

mod words;
