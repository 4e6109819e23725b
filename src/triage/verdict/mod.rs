//! Verdicts about compromise: open indicators and what is known of images, to a verdict for each image with its reasons.
//!
//! Each indicator is judged by itself, in three steps: what touches an image directly ([`direct`]), what is passed on from
//! images that it stands on or may stand for ([`passed`]), and what clears it. The worst of all indicators is the image's
//! verdict. The rules that must hold whatever else changes:
//!
//! * Without an open indicator there is no verdict.
//! * Unknown never means safe: nothing is excluded unless it is proved, and no proof is taken from what an attacker can
//!   write: the age of a file, of a pod or of an image.
//! * Kinds of digests are never mixed: digests that cannot be compared are said to be so.
//! * A breached registry alone is no signal: its images are to be checked, as one set.
//! * A verdict never gets milder by one more indicator, by a wider window, or by taking away what clears.

mod direct;
mod facts;
mod passed;
#[cfg(test)]
mod properties;
mod reason;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use direct::can_compare;
pub use facts::{Called, Facts, Moved, NamedDigest, Pushed, Running, Seen, Stands, Tally};
pub use passed::{Edge, Lineage, NoLineage};
pub use reason::Because;

use crate::model::digest::Digest;
use crate::model::id::Id;
use crate::model::indicator::{Indicator, State, Target, Window};
use crate::model::mirror::Mirror;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use passed::Passing;

/// By how much clocks of nodes, registries and people are taken to differ. What lies so near the beginning of a window is
/// neither before it nor in it.
pub const SKEW: i64 = 5 * 60 * 1_000_000;

/// What images are judged by.
#[derive(Debug, Clone, Default)]
pub struct Grounds {
    /// The open indicators.
    pub indicators: Vec<Indicator>,
    /// Places whose content is that of an upstream.
    pub mirrors: Vec<Mirror>,
    /// What is known of the digests that indicators name.
    pub digests: BTreeMap<String, NamedDigest>,
}

/// What one indicator comes to for one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The indicator, by its place in [`Grounds::indicators`].
    pub indicator: usize,
    /// The verdict by this indicator alone.
    pub verdict: Verdict,
    /// Why: the first is what decided.
    pub reasons: Vec<Because>,
    /// The window that the verdict is for; a cleared one holds for no wider window.
    pub window: Option<Window>,
}

/// The verdict of one image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// The worst of all findings; none without an open indicator.
    pub verdict: Option<Verdict>,
    /// What each indicator comes to, the worst first.
    pub findings: Vec<Finding>,
    /// The indicator whose images are one set, where nothing but a breached registry speaks: one task, not one an image.
    pub set: Option<Id>,
}

impl Grounds {
    /// True where there is anything to judge by. What is cleared says nothing alone.
    pub fn is_open(&self) -> bool {
        self.accusing().next().is_some()
    }

    /// The indicators that give verdicts, with their places.
    fn accusing(&self) -> impl Iterator<Item = (usize, &Indicator)> {
        self.indicators.iter().enumerate().filter(|(_, indicator)| indicator.state != State::Cleared)
    }

    /// The windows of all indicators: what lies in none of them in the same way is the same for every verdict.
    pub fn windows(&self) -> Vec<Window> {
        self.indicators.iter().filter_map(|indicator| indicator.window.clone()).collect()
    }

    /// The layers, and the ChainIDs of stacks, that indicators name.
    pub fn named_layers(&self) -> [BTreeSet<Digest>; 2] {
        let mut named = [BTreeSet::new(), BTreeSet::new()];
        let [layers, stacks] = &mut named;
        for indicator in &self.indicators {
            match &indicator.target {
                Target::Layer(layer) => drop(layers.insert(layer.clone())),
                Target::Chain(stack) => drop(stacks.insert(stack.clone())),
                _ => {}
            }
        }
        named
    }

    /// The digests that indicators name.
    pub fn named_digests(&self) -> Vec<String> {
        let named = |indicator: &Indicator| match &indicator.target {
            Target::Digest(digest) => Some(digest.to_string()),
            _ => None,
        };
        self.indicators.iter().filter_map(named).collect()
    }
}

/// Judges every image. `images` must hold all that any of them stands on or may stand for; what is missing among them is
/// not known.
pub fn judge(images: &BTreeMap<i64, Facts>, grounds: &Grounds, lineage: &dyn Lineage) -> BTreeMap<i64, Judgement> {
    let mut judged: BTreeMap<i64, Judgement> = images.keys().map(|key| (*key, Judgement::default())).collect();
    if !grounds.is_open() {
        return judged;
    }
    let passing = Passing::new(images, lineage);
    for (at, indicator) in grounds.accusing() {
        for (key, (verdict, reasons)) in passing.judge(grounds, indicator) {
            if let Some(judgement) = judged.get_mut(&key) {
                let window = indicator.window.clone();
                judgement.findings.push(Finding { indicator: at, verdict, reasons, window });
            }
        }
    }
    for judgement in judged.values_mut() {
        judgement.end(grounds);
    }
    judged
}

impl Judgement {
    /// The worst first; what only a breached registry says is a member of its set.
    fn end(&mut self, grounds: &Grounds) {
        self.findings.sort_by(|a, b| b.verdict.cmp(&a.verdict).then(a.indicator.cmp(&b.indicator)));
        self.verdict = self.findings.first().map(|finding| finding.verdict);
        let first = self.findings.first().filter(|finding| finding.verdict == Verdict::ToCheck);
        self.set = first
            .and_then(|finding| grounds.indicators.get(finding.indicator))
            .filter(|indicator| indicator.target.is_whole_registry())
            .map(|indicator| indicator.id);
    }
}

/// True where a moment lies so far before a window that no clock can be the reason.
fn is_before(at: Micros, window: &Window) -> bool {
    window.from.is_some_and(|from| at.0.saturating_add(SKEW) <= from.0)
}
