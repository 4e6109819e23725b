//! Claims by the node of their child: claims about an index are about its images, claims about a name are about what
//! goes by it.

use super::names::{Names, Target, target};
use crate::graph::lists::Lists;
use crate::graph::node::NodeId;
use crate::model::digest::Digest;
use crate::model::lineage::{Confidence, EdgeKind, LineageClaim, Named, ProofKind};

/// Most images with a digest that a claim about a name is taken to be about. A name that more go by tells nothing.
const MOST_CARRIERS: usize = 64;

/// Where several images go by the name that a claim is about, it may be about another of them.
const SHARED_NAME: u16 = 600;

/// A claim whose parent still has to be looked up for each child.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    pub source: u64,
    pub parent: Target,
    /// The platform that the claim narrows an index down to.
    pub platform: Option<String>,
    pub kind: Option<EdgeKind>,
    pub way: ProofKind,
    pub confidence: Confidence,
    pub of: u16,
    pub top_layer: Option<Digest>,
}

/// All usable claims.
pub(super) struct Claims {
    pub stated: Vec<Stated>,
    /// For each node the places in `stated`.
    by_child: Lists,
    /// For each node and claim of `by_child`: it is one of several that the claim may be about.
    shared: Vec<(NodeId, u32)>,
    pub rejected: Vec<(u64, &'static str)>,
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

/// What claims name that may have no node yet. A child that images go by needs none.
pub(super) fn targets<'c>(
    claims: &'c [(u64, LineageClaim)],
    names: &'c Names<'_>,
) -> impl Iterator<Item = Target> + 'c {
    claims.iter().filter(|(_, claim)| reason_against(claim).is_none()).flat_map(|(_, claim)| {
        let child = target(&claim.child);
        let needed = match &child {
            Target::Name(name) => !(1..=MOST_CARRIERS).contains(&names.carriers(name).len()),
            _ => true,
        };
        needed.then_some(child).into_iter().chain([target(&claim.parent)])
    })
}

fn reason_against(claim: &LineageClaim) -> Option<&'static str> {
    let nothing = |named: &Named| target(named) == Target::Nothing;
    if nothing(&claim.child) || target(&claim.child) == Target::Scratch {
        Some("names no image that stands on another")
    } else if nothing(&claim.parent) {
        Some("names no image to stand on")
    } else if matches!(claim.proof, ProofKind::Layers | ProofKind::CompressedLayers | ProofKind::HistoryPrefix) {
        Some("is worked out from layers or history and cannot be claimed")
    } else if claim.confidence.thousandths() == 0 {
        Some("has no confidence at all")
    } else {
        None
    }
}

/// Sorts claims by child. `images_of` gives the images of an index with their platforms.
pub(super) fn by_child<'n>(
    mut claims: Vec<(u64, LineageClaim)>,
    names: &Names<'_>,
    count: usize,
    images_of: impl Fn(NodeId) -> Vec<(NodeId, &'n str)>,
) -> Claims {
    claims.sort_by(|(a_source, a), (b_source, b)| {
        let key = |claim: &LineageClaim| (claim.kind, claim.proof, claim.confidence, claim.of);
        let by_name = || (&a.child, &a.parent, &a.top_layer).cmp(&(&b.child, &b.parent, &b.top_layer));
        by_name().then_with(|| key(a).cmp(&key(b))).then(a_source.cmp(b_source))
    });
    let (mut stated, mut pairs, mut shared, mut rejected) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (source, claim) in claims {
        if let Some(reason) = reason_against(&claim) {
            rejected.push((source, reason));
            continue;
        }
        let place = stated.len() as u32;
        let children = children(&claim.child, names, &images_of);
        let several = children.len() > 1 && matches!(target(&claim.child), Target::Name(_));
        for child in children {
            pairs.push((child, place));
            if several {
                shared.push((child, place));
            }
        }
        stated.push(Stated {
            source,
            parent: target(&claim.parent),
            platform: claim.parent.platform,
            kind: claim.kind,
            way: claim.proof,
            confidence: claim.confidence,
            of: claim.of,
            top_layer: claim.top_layer,
        });
    }
    rejected.sort_unstable();
    shared.sort_unstable();
    Claims { by_child: Lists::group(count, pairs.iter().copied()), stated, shared, rejected }
}

/// The nodes that a claim about a child is about.
fn children<'n>(
    child: &Named,
    names: &Names<'_>,
    images_of: &impl Fn(NodeId) -> Vec<(NodeId, &'n str)>,
) -> Vec<NodeId> {
    let mut nodes = match target(child) {
        Target::Digest(digest, _) => names.digest(&digest).into_iter().collect(),
        Target::Name(name) => {
            let carriers = names.carriers(&name);
            let carriers = if carriers.len() > MOST_CARRIERS { &[] } else { carriers };
            names.exact(&name).into_iter().chain(carriers.iter().copied()).collect()
        }
        Target::Scratch | Target::Nothing => Vec::new(),
    };
    if let [single] = nodes.as_slice() {
        let fits = |platform: &str| child.platform.as_deref().is_none_or(|wanted| wanted == platform);
        let images: Vec<_> = images_of(*single).into_iter().filter(|(_, platform)| fits(platform)).collect();
        if !images.is_empty() {
            nodes = images.into_iter().map(|(image, _)| image).collect();
        }
    }
    nodes
}
