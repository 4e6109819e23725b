//! Readers: one acquisition's bytes to facts with their locators. Pure; one file a format.
//!
//! The bytes of a piece of evidence go through three steps, each at the pace of memory:
//! [`detect`] names the format from the first bytes, a [`Splitter`] cuts the stream into [`Segment`]s (one Kubernetes
//! object, one YAML document, one run of lines) without holding more than one of them, and a [`Reader`] turns segments
//! into items. Redaction stands between splitting and reading, so a reader never sees a secret, and reading a stored
//! copy again splits it at the same places.

pub mod limits;
