//! All integration tests, one binary.
#![cfg(test)]

mod archive;
mod case;
mod cli;
mod corpus;
mod fold;
mod import;
mod read;
mod redact;
mod support;
mod words;
