//! The case file: one incident in one SQLite file whose truth is a set of signed events and the blobs they name.
//!
//! Everything else in the file is a projection that can be thrown away and folded again. This room owns the file, its
//! events, its blobs and the questions asked of them; it never parses evidence (it folds readings) and never reaches
//! out of the file except to the device's keys and writer heads in the state folder.
//!
//! | part | owns |
//! |---|---|
//! | [`events`] | the envelope, strict decoding, kinds and payloads, causal order |
//! | [`identity`] | the device key and the binding of a writer to a file |
//! | [`store`] | opening, settings, schema, blobs, appending |
//! | [`state`] | what the events say now: retractions, current readings, fingerprints |
//! | [`indicators`] | what they say of indicators and mirrors |
//! | [`judgements`] | what they say of images by hand, and of the policy |
//! | [`project`], [`query`] | the projections and the questions asked of them |
//! | [`notes`] | what responders write down |
//! | [`responding`] | what they say while they respond |
//! | [`ahead`] | folding while an import is still being stored |
//! | [`observed`] | observations as they are stored |
//! | [`verify`] | everything that can be wrong with a file |

pub mod ahead;
pub mod change;
pub mod error;
pub mod events;
pub mod identity;
pub mod indicating;
pub mod indicators;
pub mod judgements;
pub mod judging;
pub mod notes;
pub mod observed;
pub mod project;
pub mod query;
pub mod refresh;
pub mod responding;
pub mod state;
pub mod store;
pub mod verify;

pub use error::CaseError;
pub(crate) use store::beside;
pub use store::{Access, Case};
