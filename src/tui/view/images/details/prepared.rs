//! Everything about an image as its tabs show it.

use super::proofs::Proof;
use super::uses::{Use, Workload};
use super::{found, names, proofs, uses, verdict};
use crate::case::notes::Note;
use crate::case::query::builds::ProblemRow;
use crate::case::query::image::{ImageDetail, UseRow};
use crate::case::query::images::ImageRow;
use crate::tui::view::facts::{self, Fact};
use crate::tui::view::sheet::Ready;

/// Everything about an image as its tabs show it: made by the reader, because there may be very much of it.
#[derive(Debug)]
pub struct Prepared {
    /// As it was asked for.
    pub(super) asked: String,
    pub(super) image: ImageRow,
    /// Only the first uses are here.
    pub(super) beginning: bool,
    pub(super) uses: Ready<Use>,
    pub(super) workloads: Ready<Workload>,
    pub(super) names: Ready<Fact>,
    pub(super) evidence: Ready<Proof>,
    pub(super) notes: Ready<Fact>,
    pub(super) written: usize,
    pub(super) found: Ready<Fact>,
    pub(super) found_counts: String,
    pub(super) verdict: Ready<Fact>,
}

impl Prepared {
    /// From what is known of it.
    pub fn new(asked: &str, detail: ImageDetail, problems: &[ProblemRow], notes: &[Note]) -> Prepared {
        Prepared {
            asked: asked.to_owned(),
            beginning: detail.beginning,
            names: names::names(&detail, problems).into(),
            evidence: proofs::proofs(&detail).into(),
            notes: facts::notes(notes).into(),
            written: notes.len(),
            found: found::page(&detail).into(),
            found_counts: found::counts(&detail),
            verdict: verdict::page(&detail).into(),
            workloads: uses::workloads(&detail.uses).into(),
            uses: in_order(detail.uses).into(),
            image: detail.image,
        }
    }
}

/// What runs first, what is gone last.
fn in_order(uses: Vec<UseRow>) -> Vec<Use> {
    let mut uses: Vec<Use> = uses.into_iter().map(Use).collect();
    uses.sort_by_key(|Use(row)| (!row.running, !row.current));
    uses
}
