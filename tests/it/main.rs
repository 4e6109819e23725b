//! All integration tests, one binary.
#![cfg(test)]

mod case;
mod cli;
mod corpus;
mod engine;
mod fold;
mod import;
mod read;
mod redact;
mod support;
mod words;
