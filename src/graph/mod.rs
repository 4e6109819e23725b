//! Which image stands on which, how far a bad one reaches, and in which order to rebuild.
//!
//! Owns lineage: the chain index, what claims become beside it, queries over the graph, its layout and its drawings.
//! Pure: no I/O, no clock, no randomness. It uses the words of `model` and nothing else. It never decides whether an
//! image is bad, and never takes an unknown base for a harmless one.
//!
//! Nodes and edges are dense numbers in a fixed order, so that everything said or drawn is the same for the same
//! evidence in whatever order it came.

mod build;
mod chain;
mod cycles;
pub mod draw;
pub mod layout;
mod lineage;
mod lists;
mod node;
mod packed;
mod query;

pub use build::{Builder, ImageFacts};
pub use chain::{LayerId, chain_id, chain_ids};
pub use lineage::Lineage;
pub use node::{Edge, EdgeId, EdgeStatus, Node, NodeId, NodeKind, Proof, Standing, Unnamed, Weight, together};
pub use packed::{Reader, Writer};

pub use query::blast::{Blast, Missing, Reckoned};
pub use query::compare::{Compared, Difference, compare};
pub use query::counts::{Descendants, descendants};
pub use query::focus::{Focus, focus};
pub use query::outline::{Outline, Row};
pub use query::reach::{Link, Prefer, Reach, Reached, Search, Thresholds};
pub use query::waves::{First, Urgency, Wave, Waves, waves};
pub use query::why::{Path, Why, to_roots, why};

#[cfg(test)]
mod testing;
