//! The words of the house as plain types: references, digests, times, ids, facts, acquisitions, readings.
//!
//! Nothing here does I/O, reads a clock or draws randomness; every other room may use this one and this one
//! uses no other.

pub mod acquisition;
pub mod action;
pub mod assessment;
pub mod base64;
pub mod clock;
pub mod credential;
pub mod delimited;
pub mod digest;
pub mod document;
pub mod entry;
pub mod fact;
pub mod finding;
pub mod given;
pub mod glob;
pub mod id;
pub mod indicator;
pub mod judgement;
pub mod known_good;
pub mod lineage;
pub mod live;
pub mod mark;
pub mod mention;
pub mod mirror;
pub mod naive;
pub mod package;
pub mod priority;
pub mod pulls;
pub mod reading;
pub mod recipe;
pub mod record;
pub mod reference;
pub mod referrer;
pub mod reported;
pub mod secret_name;
pub mod sighting;
pub mod task;
pub mod text;
pub mod time;
pub mod tlp;
pub mod verdict;
pub mod version;
pub mod yaml_events;
