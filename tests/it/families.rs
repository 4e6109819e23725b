//! Families of images with a known truth: every base is found, and no other image is ever called one.

use hullbreach::graph::{Builder, EdgeStatus, ImageFacts, Lineage, NodeId};
use hullbreach::model::digest::{Digest, DigestKind};
use hullbreach::model::fact::Spot;
use hullbreach::model::lineage::{EdgeKind, LineageClaim, Member, Named, ProofKind};
use proptest::prelude::*;

/// How an image of a family came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    /// `FROM` another image, with layers of its own.
    OnBase,
    /// The same, then squashed into one layer, with the annotation that is left.
    Squashed,
    /// `FROM scratch`, with what another image built.
    MultiStage,
    /// The same layers as another image, with another config.
    SameRootfs,
    /// `FROM` another image, read from a registry that recompressed every layer; diffIDs stay.
    Recompressed,
    /// `FROM` another image, of which no layers are known, with a label inherited from the base.
    InheritedLabel,
}

const WAYS: [Made; 6] =
    [Made::OnBase, Made::Squashed, Made::MultiStage, Made::SameRootfs, Made::Recompressed, Made::InheritedLabel];

#[derive(Debug, Clone)]
struct Relative {
    made: Made,
    /// The image it was made from.
    from: usize,
    layers: Vec<Digest>,
    compressed: Vec<Digest>,
    history: Vec<u64>,
}

fn layer(number: usize, at: usize) -> Digest {
    Digest::of(format!("layer {number} {at}").as_bytes())
}

fn digest(number: usize) -> Digest {
    Digest::of(format!("image {number}").as_bytes())
}

/// A family that grows from four operating systems; `choices` say how each image was made, and from which.
fn family(choices: &[(u8, u8)]) -> Vec<Relative> {
    let root = |number: usize| Relative {
        made: Made::MultiStage,
        from: number,
        layers: vec![layer(number, 0), layer(number, 1)],
        compressed: Vec::new(),
        history: vec![number as u64 * 100, number as u64 * 100 + 1],
    };
    let mut images: Vec<Relative> = (0..4).map(root).collect();
    for (way, from) in choices {
        let number = images.len();
        let from = usize::from(*from) % number;
        let base = images[from].clone();
        let own = [layer(number, 0), layer(number, 1)];
        let step = number as u64 * 100;
        let made = WAYS[usize::from(*way) % WAYS.len()];
        let on_top = [base.layers.clone(), own.to_vec()].concat();
        let goes_on = [base.history.clone(), vec![step, step + 1]].concat();
        let alone = (own.to_vec(), vec![step, step + 1]);
        let (layers, history) = match made {
            Made::OnBase | Made::Recompressed if !base.layers.is_empty() => (on_top, goes_on),
            Made::SameRootfs if !base.layers.is_empty() => {
                // Built again from the same steps at a time of its own: no two histories are the same.
                let again = (step + 10..).take(base.history.len());
                (base.layers.clone(), again.collect())
            }
            Made::Squashed => (vec![own[0].clone()], vec![step]),
            Made::InheritedLabel => (Vec::new(), Vec::new()),
            _ => alone,
        };
        let compressed = layers.iter().map(|l| Digest::of(format!("zstd {number} {l}").as_bytes())).collect();
        images.push(Relative { made, from, layers, compressed, history });
    }
    images
}

/// The base that an image truly has, by what evidence can show.
fn truth(images: &[Relative], number: usize) -> Option<usize> {
    let image = &images[number];
    match image.made {
        Made::OnBase | Made::Recompressed if !images[image.from].layers.is_empty() => Some(image.from),
        Made::Squashed | Made::InheritedLabel => Some(image.from),
        // The same layers have the same stack below them, where layers show one at all.
        Made::SameRootfs => match images[image.from].made {
            Made::OnBase | Made::Recompressed | Made::SameRootfs => truth(images, image.from),
            _ => None,
        },
        _ => None,
    }
}

fn build(images: &[Relative]) -> Lineage {
    let mut builder = Builder::new();
    for (number, image) in images.iter().enumerate() {
        let diff_ids: Vec<u32> = image.layers.iter().map(|layer| builder.layer(layer)).collect();
        let compressed: Vec<u32> = image.compressed.iter().map(|layer| builder.layer(layer)).collect();
        let recompressed = image.made == Made::Recompressed;
        builder.image(&ImageFacts {
            id: id(number),
            name: &format!("registry.example/image-{number}"),
            digests: &[(digest(number), DigestKind::Manifest)],
            diff_ids: &diff_ids,
            compressed: if recompressed { &compressed } else { &[] },
            history: &image.history,
            flattened: image.made == Made::Squashed,
            ..ImageFacts::default()
        });
    }
    let mut claims = Vec::new();
    let mut claim = |child: usize, parent: Named, kind, way| {
        claims.push(LineageClaim::new(Named::by_digest(digest(child)), parent, Some(kind), way, Spot::default()));
    };
    for (number, image) in images.iter().enumerate() {
        let from = Named::by_digest(digest(image.from));
        match image.made {
            Made::Squashed => claim(number, from, EdgeKind::Base, ProofKind::Annotation),
            Made::MultiStage => {
                claim(number, Named::scratch(), EdgeKind::Base, ProofKind::Dockerfile);
                if image.from != number {
                    claim(number, from, EdgeKind::BuildInput, ProofKind::Dockerfile);
                }
            }
            Made::InheritedLabel => {
                claim(number, from, EdgeKind::Base, ProofKind::Dockerfile);
                // Its base said so of itself, and the label went along.
                if let Some(grandparent) = truth(images, image.from) {
                    let named = || Named::by_digest(digest(grandparent));
                    claim(image.from, named(), EdgeKind::Base, ProofKind::Label);
                    claim(number, named(), EdgeKind::Base, ProofKind::Label);
                }
            }
            _ => {}
        }
    }
    (0..).zip(claims).for_each(|(source, claim)| builder.claim(claim, source));
    builder.build()
}

fn id(number: usize) -> [u8; 16] {
    let digest = digest(number);
    let bytes: Vec<u8> = digest.hex().as_bytes().iter().take(16).copied().collect();
    bytes.try_into().unwrap()
}

/// The images that are shown as the immediate base of one.
fn shown(graph: &Lineage, node: NodeId) -> Vec<NodeId> {
    let bases =
        graph.parents(node).filter(|(_, edge)| edge.kind == EdgeKind::Base && edge.status == EdgeStatus::Direct);
    bases.map(|(_, edge)| edge.parent).filter(|parent| graph.unnamed(*parent).is_none()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_base_is_found_and_no_other_is_called_one(choices in prop::collection::vec((0_u8..6, any::<u8>()), 1..40)) {
        let images = family(&choices);
        let graph = build(&images);
        for number in 0..images.len() {
            let node = graph.find(id(number)).unwrap();
            let wanted: Vec<NodeId> = truth(&images, number).map(|base| graph.find(id(base)).unwrap()).into_iter().collect();
            let found = shown(&graph, node);
            let twins = truth(&images, number).map_or(0, |base| {
                images.iter().filter(|other| other.layers == images[base].layers).count()
            });
            if images[number].made == Made::SameRootfs && twins > 1 {
                // Nothing but layers tells of its base, and several images have them: one of those, or none for sure.
                let stack = |node: &NodeId| graph.chain_id(*node);
                prop_assert!(found.len() <= 1 && found.iter().map(stack).eq(wanted.iter().take(found.len()).map(stack)));
                continue;
            }
            prop_assert!(found == wanted, "image {number} {:?}: {found:?}, not {wanted:?}", images[number].made);
        }
    }
}

#[test]
fn platforms_are_compared_one_by_one() {
    let mut builder = Builder::new();
    let platforms = ["linux/amd64", "linux/arm64"];
    for (number, platform) in [(0, 0), (1, 1), (2, 0), (3, 1)] {
        // Images 2 and 3 are built on 0 and 1. The configuration layer is the same on both platforms.
        let (root, top) = (layer(platform, 0), layer(9, 9));
        let layers: Vec<u32> =
            if number < 2 { vec![root] } else { vec![root, top] }.iter().map(|l| builder.layer(l)).collect();
        builder.image(&ImageFacts {
            id: id(number),
            name: "registry.example/image",
            digests: &[(digest(number), DigestKind::Manifest)],
            platform: Some(platforms[platform]),
            diff_ids: &layers,
            ..ImageFacts::default()
        });
    }
    for (index, manifest) in [(10, 0), (10, 1), (11, 2), (11, 3)] {
        let platform = Some(platforms[manifest % 2].to_owned());
        builder.member(&Member { index: digest(index), manifest: digest(manifest), platform, spot: Spot::default() });
    }
    let annotation = LineageClaim::new(
        Named::by_digest(digest(11)),
        Named::by_digest(digest(10)),
        Some(EdgeKind::Base),
        ProofKind::Annotation,
        Spot::default(),
    );
    builder.claim(annotation, 0);
    let graph = builder.build();
    let node = |number| graph.find(id(number)).unwrap();
    assert_eq!((shown(&graph, node(2)), shown(&graph, node(3))), (vec![node(0)], vec![node(1)]));
    let (_, edge) = graph.parents(node(3)).next().unwrap();
    assert_eq!((edge.confidence.thousandths(), graph.proofs(edge).len()), (990, 2));
}
