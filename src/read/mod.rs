//! Readers: one acquisition's bytes to facts with their locators. Pure; one file a format.
//!
//! The bytes of a piece of evidence go through three steps, each at the pace of memory:
//! [`detect`] names the format from the first bytes, a [`Splitter`] cuts the stream into [`Segment`]s (one Kubernetes
//! object, one YAML document, one run of lines) without holding more than one of them, and [`read_segment`] turns a
//! segment into an [`Outcome`]. Redaction stands between splitting and reading, so a reader never sees a secret, and
//! reading a stored copy again splits it at the same places. A [`Collector`] sums the outcomes up into what one reading
//! can say of itself.
//!
//! JSON and YAML both become one span-carrying [`tree`], and one set of functions for each kind reads that; so the two
//! formats can never disagree about what a pod says.
//!
//! Nothing here resolves a name, opens a file, reads a clock or knows a case.

mod attestation;
mod bake;
mod ci;
mod collector;
mod compose;
mod detect;
pub mod dockerfile;
mod engine;
mod environment;
mod error;
mod format;
mod helm;
mod image;
mod inline;
mod intel;
mod kit;
pub mod known_good;
mod kubernetes;
pub mod limits;
mod lineage;
mod machines;
mod names;
pub mod notice;
mod outcome;
pub mod pulls;
mod registry;
mod report;
mod sbom;
mod scan;
mod segment;
mod split;
mod text;
mod times;
mod tree;
mod vex;

pub use collector::{Collected, Collector};
pub use detect::{Detection, detect};
pub use error::ReadError;
pub use format::{Format, Shape};
pub use limits::Limits;
pub use machines::{BadMap, Hints};
pub use outcome::{Outcome, read_bytes, read_segment, read_told, read_with};
pub use segment::{ListHead, Segment, SegmentKind};
pub use split::Splitter;
pub use times::Times;
pub(crate) use tree::{Kind, Node, Tree, parse_json, parse_yaml};
