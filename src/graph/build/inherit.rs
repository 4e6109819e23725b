//! Several bases claimed for one image: which is a base further down, and which contradict each other.
//!
//! Labels and some annotations are inherited by whatever is built on the image that has them, and then name the
//! grandparent. A base that another claimed base stands on itself is no second base.

use std::collections::BTreeSet;

use super::settle::Draft;
use crate::graph::lists::Lists;
use crate::graph::node::{EdgeStatus, NodeId};
use crate::model::lineage::EdgeKind;

/// Most images looked at on the way down from one claimed base.
const MOST_BELOW: usize = 256;

/// Settles the claims of every child against what its other bases stand on. `drafts` are sorted by child.
pub(super) fn settle(drafts: &mut [Draft], count: usize) {
    let up = Lists::group(count, drafts.iter().filter(|draft| leads_down(draft)).map(|d| (d.child, d.parent)));
    let mut changes: Vec<(usize, EdgeStatus)> = Vec::new();
    let mut from = 0;
    for siblings in drafts.chunk_by(|a, b| a.child == b.child) {
        let claimed: Vec<usize> = (0..siblings.len()).filter(|at| is_claimed(&siblings[*at])).collect();
        let bases: Vec<usize> = (0..siblings.len()).filter(|at| leads_down(&siblings[*at])).collect();
        if bases.len() > 1 && !claimed.is_empty() {
            changes.extend(judge(siblings, &claimed, &bases, &up).into_iter().map(|(at, status)| (from + at, status)));
        }
        from += siblings.len();
    }
    for (at, status) in changes {
        drafts[at].status = status;
    }
}

/// Edges that say what an image stands on. What contradicts the layers does not.
fn leads_down(draft: &Draft) -> bool {
    let status = matches!(draft.status, EdgeStatus::Direct | EdgeStatus::Alternative | EdgeStatus::Unsettled);
    draft.kind == EdgeKind::Base && status
}

/// Bases that rest on claims alone.
fn is_claimed(draft: &Draft) -> bool {
    leads_down(draft) && draft.status != EdgeStatus::Alternative && !draft.by_layers()
}

fn judge(siblings: &[Draft], claimed: &[usize], bases: &[usize], up: &Lists) -> Vec<(usize, EdgeStatus)> {
    let below: Vec<BTreeSet<NodeId>> = bases.iter().map(|at| below(siblings[*at].parent, up)).collect();
    let stands_on = |a: usize, b: usize| {
        let at = bases.iter().position(|base| *base == a);
        at.and_then(|at| below.get(at)).is_some_and(|below| below.contains(&siblings[b].parent))
    };
    let further_down = |claim: usize| {
        bases.iter().any(|other| *other != claim && stands_on(*other, claim) && !stands_on(claim, *other))
    };
    let (down, left): (Vec<usize>, Vec<usize>) = claimed.iter().partition(|claim| further_down(**claim));
    let mut changes: Vec<_> = down.into_iter().map(|at| (at, EdgeStatus::Ancestor)).collect();
    let direct: Vec<usize> = left.into_iter().filter(|at| siblings[*at].status == EdgeStatus::Direct).collect();
    if direct.len() > 1 {
        changes.extend(direct.into_iter().map(|at| (at, EdgeStatus::Conflict)));
    }
    changes
}

/// What a node stands on, and so on, itself not counted.
fn below(node: NodeId, up: &Lists) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![node];
    while let Some(next) = waiting.pop() {
        for parent in up.of(next) {
            if found.len() < MOST_BELOW && found.insert(*parent) {
                waiting.push(*parent);
            }
        }
    }
    found
}
