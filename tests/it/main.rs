//! All integration tests, one binary.
#![cfg(test)]

mod case;
mod cli;
mod corpus;
mod fold;
mod import;
mod joined;
mod read;
mod redact;
mod support;
mod words;
