//! Claims by the node of their child: claims about an index are about its images, claims about a name are about what
//! goes by it.

use super::names::{Names, Target, target};
use crate::graph::lists::Lists;
use crate::graph::node::NodeId;
use crate::model::digest::Digest;
use crate::model::lineage::{Confidence, EdgeKind, LineageClaim, ProofKind};

/// Most images with a digest that a claim about a name is taken to be about. A name that more go by tells nothing.
const MOST_CARRIERS: usize = 64;

/// Where several images go by the name that a claim is about, it may be about another of them.
const SHARED_NAME: u16 = 600;

/// A claim whose parent still has to be looked up for each child. Ordered by what it says, its source last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stated {
    pub parent: Target,
    /// The platform that the claim narrows an index down to.
    pub platform: Option<String>,
    pub kind: Option<EdgeKind>,
    pub way: ProofKind,
    pub confidence: Confidence,
    pub of: u16,
    pub top_layer: Option<Digest>,
    pub source: u64,
}

/// All usable claims.
pub(super) struct Claims {
    pub stated: Vec<Stated>,
    /// For each node the places in `stated`.
    by_child: Lists,
    /// For each node and claim of `by_child`: it is one of several that the claim may be about.
    shared: Vec<(NodeId, u32)>,
}

impl Claims {
    /// Claims about a node.
    pub(super) fn of(&self, child: NodeId) -> impl Iterator<Item = (&Stated, Confidence)> {
        self.by_child.of(child).iter().filter_map(move |place| {
            let stated = self.stated.get(*place as usize)?;
            let shared = self.shared.binary_search(&(child, *place)).is_ok();
            let most = if shared { Confidence::new(SHARED_NAME) } else { stated.confidence };
            Some((stated, stated.confidence.min(most)))
        })
    }

    /// Whether a claim says that a node stands on nothing.
    pub(super) fn says_scratch(&self, child: NodeId) -> bool {
        self.of(child).any(|(stated, _)| stated.parent == Target::Scratch && stated.kind != Some(EdgeKind::BuildInput))
    }
}

/// A claim with what it names, read once.
pub(super) struct Read {
    child: Target,
    /// The platform that the claim narrows the child down to.
    child_platform: Option<String>,
    stated: Stated,
}

/// Reads what claims name, and sets those aside that cannot be used.
pub(super) fn read(claims: Vec<(u64, LineageClaim)>) -> (Vec<Read>, Vec<(u64, &'static str)>) {
    let (mut usable, mut rejected) = (Vec::with_capacity(claims.len()), Vec::new());
    for (source, claim) in claims {
        let (child, parent) = (target(&claim.child), target(&claim.parent));
        if let Some(reason) = reason_against(&claim, &child, &parent) {
            rejected.push((source, reason));
            continue;
        }
        let stated = Stated {
            source,
            parent,
            platform: claim.parent.platform,
            kind: claim.kind,
            way: claim.proof,
            confidence: claim.confidence,
            of: claim.of,
            top_layer: claim.top_layer,
        };
        usable.push(Read { child, child_platform: claim.child.platform, stated });
    }
    rejected.sort_unstable();
    (usable, rejected)
}

/// Why a claim cannot be used.
pub(in crate::graph) const REASONS: [&str; 4] = [
    "names no image that stands on another",
    "names no image to stand on",
    "is worked out from layers or history and cannot be claimed",
    "has no confidence at all",
];

fn reason_against(claim: &LineageClaim, child: &Target, parent: &Target) -> Option<&'static str> {
    let worked_out = [ProofKind::Layers, ProofKind::CompressedLayers, ProofKind::HistoryPrefix];
    let holds = [
        matches!(child, Target::Nothing | Target::Scratch),
        *parent == Target::Nothing,
        worked_out.contains(&claim.proof),
        claim.confidence.thousandths() == 0,
    ];
    REASONS.into_iter().zip(holds).find(|(_, holds)| *holds).map(|(reason, _)| reason)
}

/// What claims name that has no node yet and needs one. A child that images go by needs none.
pub(super) fn without_node(claims: &[Read], names: &Names<'_>) -> Vec<Target> {
    let needs = |target: &Target, is_child: bool| match target {
        Target::Digest(digest, _) => names.digest(digest).is_none(),
        Target::Name(name) => {
            let gone_by = is_child && (1..=MOST_CARRIERS).contains(&names.carriers(name).len());
            names.exact(name).is_none() && !gone_by
        }
        Target::Scratch | Target::Nothing => false,
    };
    let named = claims.iter().flat_map(|claim| [(&claim.child, true), (&claim.stated.parent, false)]);
    named.filter(|(target, is_child)| needs(target, *is_child)).map(|(target, _)| target.clone()).collect()
}

/// Sorts claims by child. `images_of` gives the images of an index with their platforms.
pub(super) fn by_child<'n>(
    claims: Vec<Read>,
    names: &Names<'_>,
    count: usize,
    images_of: impl Fn(NodeId) -> Vec<(NodeId, &'n str)>,
) -> Claims {
    let (mut stated, mut pairs, mut shared) = (Vec::with_capacity(claims.len()), Vec::new(), Vec::new());
    for claim in claims {
        let place = stated.len() as u32;
        let children = children(&claim, names, &images_of);
        let several = children.len() > 1 && matches!(claim.child, Target::Name(_));
        for child in children {
            pairs.push((child, place));
            if several {
                shared.push((child, place));
            }
        }
        stated.push(claim.stated);
    }
    // By content, so that the order of arrival does not matter.
    pairs.sort_by(|(a_child, a), (b_child, b)| {
        a_child.cmp(b_child).then_with(|| stated.get(*a as usize).cmp(&stated.get(*b as usize)))
    });
    shared.sort_unstable();
    Claims { by_child: Lists::group(count, pairs.iter().copied()), stated, shared }
}

/// The nodes that a claim about a child is about.
fn children<'n>(claim: &Read, names: &Names<'_>, images_of: &impl Fn(NodeId) -> Vec<(NodeId, &'n str)>) -> Vec<NodeId> {
    let mut nodes = match &claim.child {
        Target::Digest(digest, _) => names.digest(digest).into_iter().collect(),
        Target::Name(name) => {
            let carriers = names.carriers(name);
            let carriers = if carriers.len() > MOST_CARRIERS { &[] } else { carriers };
            names.exact(name).into_iter().chain(carriers.iter().copied()).collect()
        }
        Target::Scratch | Target::Nothing => Vec::new(),
    };
    if let [single] = nodes.as_slice() {
        let fits = |platform: &str| claim.child_platform.as_deref().is_none_or(|wanted| wanted == platform);
        let images: Vec<_> = images_of(*single).into_iter().filter(|(_, platform)| fits(platform)).collect();
        if !images.is_empty() {
            nodes = images.into_iter().map(|(image, _)| image).collect();
        }
    }
    nodes
}
