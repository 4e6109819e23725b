//! The case in numbers, and the images behind them.

use serde::Serialize;

use super::moment_or_none;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;

/// How many images have a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The verdict.
    pub verdict: Verdict,
    /// Images that have it.
    pub images: u64,
    /// Of them, those that run.
    pub running: u64,
}

/// Images, places, workloads, namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// Images.
    pub images: u64,
    /// Of them, those with a known digest.
    pub resolved: u64,
    /// Images that run.
    pub images_running: u64,
    /// Places that run.
    pub running: u64,
    /// Of them, those whose digest is known.
    pub running_resolved: u64,
    /// Workloads.
    pub workloads: u64,
    /// Pairs of context and namespace.
    pub namespaces: u64,
    /// Pieces of evidence that were read.
    pub sources: u64,
}

/// The case in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// The whole inventory.
    pub all: Totals,
    /// What is BAD or SUSPECT of it.
    pub touched: Totals,
    /// Every verdict, the worst first; empty without an open indicator.
    pub verdicts: Vec<Tally>,
    /// What the open indicators reach along lineage; none without one.
    pub reached: Option<Reached>,
}

/// What open indicators reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Reached {
    /// Images: proven, likely, cannot tell.
    pub images: [u64; 3],
    /// Running ones in a context or namespace that calls itself production.
    pub production: u64,
    /// Images kept on a node and running nowhere.
    pub cached: u64,
    /// CI jobs that use one.
    pub builders: u64,
    /// Machines and devices that do.
    pub devices: u64,
    /// Credentials by name: proven and likely.
    pub credentials: [u64; 2],
}

/// A digest and what it names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct DigestOf {
    /// The whole digest.
    pub value: String,
    /// `index`, `manifest`, `config` or `unknown`.
    pub kind: String,
}

/// A workload, and how many of its places run an image.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Workload {
    /// Context; empty for the unnamed one.
    pub context: String,
    /// Namespace; empty where there is none.
    pub namespace: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Places that run the image.
    pub running: u64,
}

/// What an image stands on or took from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StandsOn {
    /// Its name.
    pub name: String,
    /// `base`, `build-input` or `frontend`.
    pub kind: String,
    /// How it is known, with confidence, in words.
    pub how: String,
}

/// Why an image has its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Because {
    /// The indicator's id.
    pub indicator: String,
    /// What that is about.
    pub target: String,
    /// Why, in words.
    pub text: String,
    /// The window that the verdict is for.
    pub window: Option<String>,
    /// SHA-256 of the evidence that shows it.
    pub evidence: Option<String>,
}

/// An image that is touched, may be, or was cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Affected {
    /// 32 hex digits.
    pub id: String,
    /// Canonical name.
    pub name: String,
    /// Registry of the name.
    pub registry: String,
    /// Repository of the name.
    pub repository: String,
    /// All tags it goes by.
    pub tags: Vec<String>,
    /// Its digests, the primary one first.
    pub digests: Vec<DigestOf>,
    /// The verdict.
    pub verdict: Verdict,
    /// `P0` to `P3`; none where nobody judged.
    pub priority: Option<String>,
    /// Places that run it; none where that is kept inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<u64>,
    /// Places that use or used it; none where that is kept inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<u64>,
    /// Workloads that use it; the count stands where the list is cut. None where that is kept inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workloads: Option<u64>,
    /// The first of them.
    pub used_by: Vec<Workload>,
    /// What it stands on and took from.
    pub stands_on: Vec<StandsOn>,
    /// Why it has its verdict; none where that was not worked out.
    pub because: Option<Because>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The earliest time that shows it.
    #[serde(serialize_with = "moment_or_none")]
    pub first_seen: Option<Micros>,
    /// The latest.
    #[serde(serialize_with = "moment_or_none")]
    pub last_seen: Option<Micros>,
}

impl Affected {
    /// The digest by which others find it: of a manifest or an index before others, for a config's is no address.
    pub fn address(&self) -> Option<&DigestOf> {
        let of = |kind: &str| self.digests.iter().find(|digest| digest.kind == kind);
        of("manifest").or_else(|| of("index"))
    }
}
