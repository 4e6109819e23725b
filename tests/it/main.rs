//! All integration tests, one binary.
#![cfg(test)]

mod archive;
mod blast;
mod case;
mod ci;
mod cli;
mod cluster;
mod command;
mod compose;
mod corpus;
mod dockerfile;
mod engine;
mod families;
mod fold;
mod graph;
mod import;
mod indicators;
mod inventory;
mod joined;
mod kit;
mod lineage;
mod live;
mod pulls;
mod read;
mod real;
mod redact;
mod report;
mod respond;
mod scans;
mod support;
mod told;
mod triage;
mod tui;
mod widget;
mod words;
