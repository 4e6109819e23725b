//! Which node `--focus` means: an image as `image` takes it, else what lineage alone knows.

use rusqlite::Connection;

use crate::case::query::select::{Candidate, SelectError, one};
use crate::cli::{Context, Failure};
use crate::graph::{Lineage, NodeId};
use crate::model::id::Id;
use crate::model::reference::Reference;

/// Candidates named at most.
const NAMED: usize = 20;

/// The node; none where several could be meant, which was told.
pub fn find(
    conn: &Connection,
    graph: &Lineage,
    selector: &str,
    context: &mut Context<'_, '_>,
) -> Result<Option<NodeId>, Failure> {
    let nothing = match one(conn, selector) {
        Ok(id) => match Id::parse(&id).and_then(|id| graph.find(id.0)) {
            Some(node) => return Ok(Some(node)),
            None => SelectError::Nothing(selector.to_owned()),
        },
        Err(SelectError::Ambiguous { selector, total, candidates }) => {
            super::super::image::ambiguous(&selector, total, &candidates, context);
            return Ok(None);
        }
        Err(SelectError::Nothing(selector)) => SelectError::Nothing(selector),
        Err(error) => return Err(error.into()),
    };
    // A base that only a Dockerfile names, or layers that no image is, stand in no list.
    let found = named_so(graph, selector.trim());
    match found.as_slice() {
        [] => Err(nothing.into()),
        [node] => Ok(Some(*node)),
        many => {
            let candidates: Vec<Candidate> =
                many.iter().take(NAMED).filter_map(|node| candidate(graph, *node)).collect();
            super::super::image::ambiguous(selector, many.len(), &candidates, context);
            Ok(None)
        }
    }
}

/// By `chain:` and a ChainID, by the beginning of an id, by a name or its end; the closest that fits any.
fn named_so(graph: &Lineage, selector: &str) -> Vec<NodeId> {
    let all = |fits: &dyn Fn(NodeId) -> bool| -> Vec<NodeId> {
        graph.nodes().map(|(node, _)| node).filter(|node| graph.is_listed(*node) && fits(*node)).collect()
    };
    if let Some(chain) = selector.strip_prefix("chain:") {
        let hex = chain.strip_prefix("sha256:").unwrap_or(chain).to_ascii_lowercase();
        let fits = |node| graph.unnamed(node).is_some_and(|unnamed| unnamed.chain_id.hex().starts_with(&hex));
        return if hex.len() < 6 { Vec::new() } else { all(&fits) };
    }
    if selector.len() >= 6 && selector.bytes().all(|b| b.is_ascii_hexdigit()) {
        let hex = selector.to_ascii_lowercase();
        let found = all(&|node| graph.node(node).is_some_and(|facts| facts.id.to_string().starts_with(&hex)));
        if !found.is_empty() {
            return found;
        }
    }
    let canonical = Reference::parse(selector).map(|reference| reference.canonical()).unwrap_or_default();
    let exact = all(&|node| graph.name(node) == selector || (!canonical.is_empty() && graph.name(node) == canonical));
    if !exact.is_empty() || selector.is_empty() {
        return exact;
    }
    let end = format!("/{}", selector.trim_start_matches('/'));
    all(&|node| {
        let name = graph.name(node);
        let untagged = name.rsplit_once(':').map_or(name, |(name, _)| name);
        name.ends_with(&end) || untagged.ends_with(&end)
    })
}

fn candidate(graph: &Lineage, node: NodeId) -> Option<Candidate> {
    let facts = graph.node(node)?;
    Some(Candidate {
        id: facts.id.to_string(),
        name: graph.name(node).to_owned(),
        digest: None,
        running: u64::from(facts.weight.running),
        uses: u64::from(facts.weight.uses),
        contexts: Vec::new(),
    })
}
