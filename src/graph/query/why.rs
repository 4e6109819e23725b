//! Why an image is affected: the ways from what is bad to it, step by step.

use std::collections::BTreeSet;

use super::reach::{Link, Prefer, Search, Thresholds};
use crate::graph::lineage::Lineage;
use crate::graph::node::{EdgeId, NodeId};

/// A way from a start to an image; the first step is the start itself.
pub type Path = Vec<(NodeId, Link)>;

/// The ways to one image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Why {
    /// The surest way; `None` where the image is not reached.
    pub surest: Option<Path>,
    /// The way with the fewest steps, where it is another one.
    pub shortest: Option<Path>,
    /// Other ways along edges, the same in every run.
    pub others: Vec<Path>,
    /// There are more ways than are listed.
    pub more: bool,
}

/// Most steps of looking for other ways; a graph can have more ways than anybody can read.
const MOST_STEPS: usize = 20_000;

/// The ways from `bad` to an image, with at most `most` others.
pub fn why(graph: &Lineage, bad: &[NodeId], image: NodeId, most: usize) -> Why {
    let find = |prefer| {
        let path = Search::new(graph, bad, Thresholds::default(), prefer).path(image);
        (!path.is_empty()).then_some(path)
    };
    let surest = find(Prefer::Surest);
    let shortest = find(Prefer::Shortest).filter(|path| Some(path) != surest.as_ref());
    if surest.is_none() {
        return Why::default();
    }
    let known = |path: &Path| Some(path) == surest.as_ref() || Some(path) == shortest.as_ref();
    let mut walk = Walk::new(graph, bad, image);
    let mut others = Vec::new();
    let mut more = false;
    for path in walk.by_ref() {
        if known(&path) {
            continue;
        }
        if others.len() == most {
            more = true;
            break;
        }
        others.push(path);
    }
    more |= walk.left == 0;
    Why { surest, shortest, others, more }
}

/// The ways from an image down to everything it stands on that stands on nothing itself.
pub fn to_roots(graph: &Lineage, image: NodeId, most: usize) -> (Vec<Path>, bool) {
    let mut above = vec![false; graph.len()];
    let mut waiting = vec![image];
    let mut roots = Vec::new();
    while let Some(node) = waiting.pop() {
        let Some(seen) = above.get_mut(node as usize).filter(|seen| !**seen) else { continue };
        *seen = true;
        let before = waiting.len();
        waiting.extend(graph.parents(node).filter(|(_, edge)| graph.is_drawn(edge)).map(|(_, edge)| edge.parent));
        if waiting.len() == before && node != image {
            roots.push(node);
        }
    }
    let mut walk = Walk::new(graph, &roots, image);
    let mut paths: Vec<Path> = walk.by_ref().take(most).collect();
    paths.sort_by_key(Vec::len);
    let more = walk.next().is_some() || walk.left == 0;
    (paths, more)
}

/// Simple ways along drawn edges, from the image towards the starts, depth first and without recursion.
struct Walk<'g> {
    graph: &'g Lineage,
    /// Nodes from which a start can be reached.
    useful: Vec<bool>,
    starts: BTreeSet<NodeId>,
    /// The way so far: a node, the edge that led to it, and how many of its parents were tried.
    path: Vec<(NodeId, Option<EdgeId>, usize)>,
    left: usize,
}

impl<'g> Walk<'g> {
    fn new(graph: &'g Lineage, starts: &[NodeId], image: NodeId) -> Walk<'g> {
        let mut useful = vec![false; graph.len()];
        let mut waiting = starts.to_vec();
        while let Some(node) = waiting.pop() {
            let Some(seen) = useful.get_mut(node as usize).filter(|seen| !**seen) else { continue };
            *seen = true;
            waiting.extend(graph.children(node).filter(|(_, edge)| graph.is_drawn(edge)).map(|(_, edge)| edge.child));
        }
        let begins = useful.get(image as usize).copied().unwrap_or(false);
        let path = if begins { vec![(image, None, 0)] } else { Vec::new() };
        Walk { graph, useful, starts: starts.iter().copied().collect(), path, left: MOST_STEPS }
    }

    /// The way found, turned to begin at the start.
    fn found(&self) -> Path {
        let mut path = Vec::new();
        let mut link = Link::Start;
        for (node, edge, _) in self.path.iter().rev() {
            path.push((*node, link));
            link = edge.map_or(Link::Start, Link::Edge);
        }
        path
    }
}

impl Iterator for Walk<'_> {
    type Item = Path;

    fn next(&mut self) -> Option<Path> {
        while let Some((node, _, tried)) = self.path.last_mut() {
            self.left = self.left.checked_sub(1)?;
            let (at, node) = (*tried, *node);
            *tried += 1;
            let parents: Option<(EdgeId, NodeId)> = self
                .graph
                .parents(node)
                .filter(|(_, edge)| self.graph.is_drawn(edge))
                .map(|(number, edge)| (number, edge.parent))
                .nth(at);
            match parents {
                Some((edge, parent)) => {
                    let useful = self.useful.get(parent as usize).copied().unwrap_or(false);
                    if !useful || self.path.iter().any(|(on, ..)| *on == parent) {
                        continue;
                    }
                    self.path.push((parent, Some(edge), 0));
                    if self.starts.contains(&parent) {
                        let found = self.found();
                        self.path.pop();
                        return Some(found);
                    }
                }
                None => {
                    self.path.pop();
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing::{base, claim, graph, image, node};
    use crate::model::lineage::{EdgeKind, ProofKind};

    fn names(graph: &Lineage, path: &Path) -> String {
        path.iter().map(|(node, _)| graph.name(*node)).collect::<Vec<_>>().join(" > ")
    }

    #[test]
    fn every_way_is_told_once_the_surest_first() {
        let images = ["bad", "a", "b", "app"].map(|name| image(name, &[]));
        let claims = [
            base("a", "bad", ProofKind::Statement),
            claim("b", "bad", Some(EdgeKind::BuildInput), ProofKind::Dockerfile),
            base("app", "a", ProofKind::Statement),
            claim("app", "b", Some(EdgeKind::BuildInput), ProofKind::Dockerfile),
            claim("app", "bad", Some(EdgeKind::BuildInput), ProofKind::Label),
        ];
        let graph = graph(&images, &claims);
        let found = why(&graph, &[node(&graph, "bad")], node(&graph, "app"), 5);
        assert_eq!(names(&graph, found.surest.as_ref().unwrap()), "bad > a > app");
        assert_eq!(names(&graph, found.shortest.as_ref().unwrap()), "bad > app");
        let others: Vec<_> = found.others.iter().map(|path| names(&graph, path)).collect();
        assert_eq!((others, found.more), (vec!["bad > b > app".to_owned()], false));
        let first = found.surest.unwrap();
        assert_eq!(first[0].1, Link::Start);
        assert!(matches!(first[1].1, Link::Edge(edge) if graph.edge(edge).unwrap().child == first[1].0));
        assert_eq!(why(&graph, &[node(&graph, "app")], node(&graph, "bad"), 5), Why::default());
        assert_eq!(to_roots(&graph, node(&graph, "app"), 9).0.len(), 3);
    }

    #[test]
    fn more_ways_than_can_be_listed_end() {
        // 2^30 ways: thirty diamonds on top of each other.
        let name = |level: u32, at: u32| format!("{level}-{at}");
        let images: Vec<_> = (0..=30).flat_map(|l| [image(&name(l, 0), &[]), image(&name(l, 1), &[])]).collect();
        let pairs = (0..30).flat_map(|l| [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(a, b)| (name(l + 1, a), name(l, b))));
        let claims: Vec<_> =
            pairs.map(|(a, b)| claim(&a, &b, Some(EdgeKind::BuildInput), ProofKind::Statement)).collect();
        let graph = graph(&images, &claims);
        let found = why(&graph, &[node(&graph, "0-0")], node(&graph, "30-0"), 4);
        assert_eq!((found.others.len(), found.more), (4, true));
    }
}
