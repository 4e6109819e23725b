//! hullbreach: what an on-call responder opens when a container registry, a base image or a publisher's credentials
//! have been breached.
//!
//! One direction of flow:
//!
//! ```text
//! collect ─► evidence ─► read ─► readings ─► case ─► graph · triage · respond ─► tui · cli · report
//! (world)    (bytes)    (pure)  (facts+where) (truth)     (pure reasoning)         (surfaces)
//! ```
//!
//! Nothing flows back except commands, and a command only ever appends events to the case.

pub mod case;
pub mod cli;
pub mod collect;
pub mod command;
pub mod env;
pub mod graph;
pub mod model;
pub mod read;
pub mod report;
pub mod resolve;
pub mod respond;
pub mod triage;
pub mod tui;
pub mod work;
