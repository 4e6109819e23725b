//! All integration tests, one binary.
#![cfg(test)]

mod case;
mod cli;
mod compose;
mod corpus;
mod dockerfile;
mod fold;
mod import;
mod read;
mod redact;
mod support;
mod words;
