//! From facts of lineage to the graph.
//!
//! Owns the hand-over alone: which facts go in. What follows from the facts is the graph's to say; nothing is decided here
//! that depends on what an image is called.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{ChainRow, ImageRow, LineageFacts};
use crate::graph::{Builder, ImageFacts, LayerId, Lineage, NodeKind, Weight};
use crate::model::id::Id;
use crate::model::lineage::LayerKind;

/// The graph of these facts. A claim's number is its place in [`LineageFacts::claims`].
pub fn graph(facts: &LineageFacts) -> Lineage {
    let mut builder = Builder::new();
    let numbers: Vec<LayerId> = facts.layers.iter().map(|layer| builder.layer(layer)).collect();
    let mut chains: BTreeMap<(u32, LayerKind), Vec<&ChainRow>> = BTreeMap::new();
    for chain in &facts.chains {
        // A config whose digest nobody knows is no image that anything could be told of.
        if let Some(image) = chain.image {
            chains.entry((image, chain.kind)).or_default().push(chain);
        }
    }
    let of = |image, kind| chains.get(&(image, kind)).and_then(|told| agreed(told));
    for (at, row) in (0..).zip(&facts.images) {
        let chains = [of(at, LayerKind::Uncompressed), of(at, LayerKind::Compressed)];
        add(&mut builder, row, chains, &numbers);
    }
    facts.members.iter().for_each(|member| builder.member(member));
    for (number, row) in (0..).zip(&facts.claims) {
        builder.claim(row.claim.clone(), number);
    }
    builder.build()
}

/// The layers that most pieces of evidence tell, and of those that tell them the one with the most history. An image has
/// one list of layers: where evidence disagrees, what is told more often is nearer to the truth than what came first.
fn agreed<'f>(told: &[&'f ChainRow]) -> Option<&'f ChainRow> {
    let mut votes: BTreeMap<&[u32], u32> = BTreeMap::new();
    for chain in told {
        *votes.entry(chain.layers.as_slice()).or_default() += 1;
    }
    let rank = |chain: &ChainRow| {
        let votes = votes.get(chain.layers.as_slice()).copied().unwrap_or(0);
        (votes, chain.flattened, chain.history.len())
    };
    // The rows are in an order that depends on what they say alone; the first of the best stays the same.
    told.iter().copied().min_by_key(|chain| Reverse(rank(chain)))
}

fn add(builder: &mut Builder, row: &ImageRow, chains: [Option<&ChainRow>; 2], numbers: &[LayerId]) {
    // Only what bytes from elsewhere could break: the projections write 32 hex digits.
    let Some(id) = Id::parse(&row.id) else { return };
    let [diff_ids, compressed] = chains.map(|chain| {
        let layers = chain.map(|chain| chain.layers.as_slice()).unwrap_or_default();
        layers.iter().filter_map(|place| numbers.get(*place as usize).copied()).collect::<Vec<LayerId>>()
    });
    let told = || chains.into_iter().flatten();
    let references: Vec<&str> = row.references.iter().map(String::as_str).collect();
    builder.image(&ImageFacts {
        id: id.0,
        kind: NodeKind::Image,
        name: &row.name,
        label: &row.label,
        digests: &row.digests,
        references: &references,
        platform: row.platform.as_deref().or_else(|| told().find_map(|chain| chain.platform.as_deref())),
        weight: Weight { uses: few(row.uses), running: few(row.running) },
        diff_ids: &diff_ids,
        compressed: &compressed,
        history: told().map(|chain| chain.history.as_slice()).find(|history| !history.is_empty()).unwrap_or_default(),
        created: told().find_map(|chain| chain.created),
        flattened: told().any(|chain| chain.flattened),
    });
}

fn few(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::EdgeStatus;
    use crate::model::digest::{Digest, DigestKind};
    use crate::model::fact::Spot;
    use crate::model::lineage::{Confidence, ProofKind};

    fn image(name: &str) -> ImageRow {
        let digest = Digest::of(name.as_bytes());
        ImageRow {
            id: digest.hex()[..32].to_owned(),
            name: format!("registry.example/{name}:1"),
            digests: vec![(digest, DigestKind::Config)],
            references: Vec::new(),
            label: String::new(),
            platform: None,
            listed: true,
            uses: 1,
            running: 1,
            workloads: 1,
        }
    }

    fn chain(image: u32, layers: &[u32], history: &[u64]) -> ChainRow {
        ChainRow {
            image: Some(image),
            kind: LayerKind::Uncompressed,
            layers: layers.to_vec(),
            history: history.to_vec(),
            created: None,
            flattened: false,
            platform: None,
            source: 0,
            spot: Spot::default(),
        }
    }

    fn facts(chains: Vec<ChainRow>) -> LineageFacts {
        LineageFacts {
            images: vec![image("app"), image("base")],
            layers: ["a", "b", "c"].map(|layer| Digest::of(layer.as_bytes())).to_vec(),
            chains,
            ..LineageFacts::default()
        }
    }

    fn edges(graph: &Lineage) -> Vec<(String, String, EdgeStatus, Confidence, Vec<ProofKind>)> {
        let told = |(_, edge): (u32, &crate::graph::Edge)| {
            let ways = graph.proofs(edge).iter().map(|proof| proof.way).collect();
            let names = [edge.child, edge.parent].map(|node| graph.name(node).to_owned());
            let [child, parent] = names;
            (child, parent, edge.status, edge.confidence, ways)
        };
        graph.edges().map(told).collect()
    }

    #[test]
    fn layers_become_an_edge_whatever_a_config_without_a_digest_says() {
        let mut nobody = chain(0, &[2], &[]);
        nobody.image = None;
        let graph = graph(&facts(vec![nobody, chain(0, &[0, 1], &[]), chain(1, &[0], &[])]));
        let [(child, parent, status, _, ways)] = &edges(&graph)[..] else { panic!("one edge") };
        assert_eq!((child.as_str(), parent.as_str()), ("registry.example/app:1", "registry.example/base:1"));
        assert_eq!((*status, ways.as_slice()), (EdgeStatus::Direct, &[ProofKind::Layers][..]));
        assert_eq!(graph.node(graph.find(Id::parse(&image("app").id).unwrap().0).unwrap()).unwrap().weight.running, 1);
    }

    #[test]
    fn one_piece_of_evidence_does_not_outvote_two() {
        let [lie, short, long] = [chain(0, &[2, 1, 0], &[1, 2, 3]), chain(0, &[0, 1], &[]), chain(0, &[0, 1], &[1])];
        assert_eq!(agreed(&[&lie, &short, &long]), Some(&long));
        assert_eq!(agreed(&[&long, &short, &lie]), Some(&long));
        assert_eq!(agreed(&[]), None);
    }
}
