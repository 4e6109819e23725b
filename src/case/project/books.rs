//! What folding one item needs beside its own table: the dictionaries, the readings, and where the item is from.

use super::intern::Interner;
use super::sources::{Source, Sources};
use super::tags::Tags;
use super::tally::Tallies;
use super::workloads::Workloads;

/// The shared parts of a fold, lent out for one item.
pub(super) struct Books<'a, 't> {
    pub interner: &'a mut Interner<'t>,
    pub workloads: &'a mut Workloads<'t>,
    pub sources: &'a Sources<'t>,
    pub tags: &'a mut Tags,
    pub tallies: &'a mut Tallies,
    pub source: &'a Source,
}
