//! All integration tests, one binary.
#![cfg(test)]

mod case;
mod support;
