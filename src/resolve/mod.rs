//! Joins what readings say about identity: which digests are one image, what a digest names, where a tag pointed,
//! who a pod belongs to, what an image is called.
//!
//! Everything here is a pure function of facts that the fold hands over, so that no order of arrival can change a result.
//! It must never guess: a tag is never taken for a digest that was seen elsewhere, and what cannot be compared is said to
//! be uncomparable.

pub mod build;
pub mod claims;
pub mod declared;
pub mod grouping;
pub mod naming;
pub mod project;
pub mod seen;
pub mod tags;
pub mod workload;
