//! All integration tests, one binary.
#![cfg(test)]

mod case;
mod cli;
mod command;
mod corpus;
mod fold;
mod import;
mod read;
mod redact;
mod support;
mod tui;
mod words;
