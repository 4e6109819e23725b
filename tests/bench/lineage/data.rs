//! Inventories made up from a fixed seed: operating systems, bases of an organisation, of teams, and applications.

use hullbreach::graph::{Builder, ImageFacts, LayerId, Lineage, Weight};
use hullbreach::model::digest::{Digest, DigestKind};
use hullbreach::model::fact::Spot;
use hullbreach::model::lineage::{EdgeKind, LineageClaim, Named, ProofKind};

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// An image before it goes into a builder.
pub struct Made {
    pub name: String,
    pub digest: Digest,
    pub layers: Vec<Digest>,
    /// The image it was built on, by number; one in fifty bases is not in the inventory.
    pub base: Option<usize>,
    pub hidden: bool,
    pub inputs: Vec<usize>,
    pub running: u32,
}

/// `count` images in five generations; applications have `depth` layers. Ten uses for each image on average.
pub fn inventory(count: usize, depth: usize) -> Vec<Made> {
    let mut random = Random(7);
    let sizes = [(12, 1), (count / 200 + 4, 3), (count / 40 + 8, 6), (count / 8 + 10, 9)];
    let mut images: Vec<Made> = Vec::with_capacity(count);
    let (mut from, mut to) = (0, 0);
    for (generation, (size, layers)) in sizes.into_iter().chain([(count, depth)]).enumerate() {
        while images.len() < (to + size).min(count) {
            let number = images.len();
            // Some bases carry much more than others.
            let base = (generation > 0).then(|| from + random.below(to - from).min(random.below(to - from)));
            let mut stack = base.map_or_else(Vec::new, |base| images[base].layers.clone());
            while stack.len() < layers {
                stack.push(Digest::from_sha256(&std::array::from_fn(|_| random.next() as u8)));
            }
            let inputs = if generation == 4 {
                (0..random.below(3)).map(|_| from + random.below(to - from)).collect()
            } else {
                vec![]
            };
            images.push(Made {
                name: format!("registry.example/team-{}/image-{number}:1.{generation}", number % 97),
                digest: Digest::of(number.to_string().as_bytes()),
                layers: stack,
                base,
                hidden: generation > 0 && generation < 4 && number.is_multiple_of(50),
                inputs,
                running: random.below(20) as u32,
            });
        }
        (from, to) = (to, images.len());
    }
    images
}

/// The graph of an inventory; every third image has a claim for its base beside its layers.
pub fn build(images: &[Made], with_layers: bool) -> Lineage {
    let mut builder = Builder::new();
    let mut stack: Vec<LayerId> = Vec::new();
    for image in images.iter().filter(|image| !image.hidden) {
        stack.clear();
        if with_layers {
            stack.extend(image.layers.iter().map(|layer| builder.layer(layer)));
        }
        let mut id = [0; 16];
        id.iter_mut().zip(image.digest.hex().as_bytes().chunks(2)).for_each(|(byte, pair)| {
            *byte = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0);
        });
        builder.image(&ImageFacts {
            id,
            name: &image.name,
            digests: &[(image.digest.clone(), DigestKind::Manifest)],
            references: &[&image.name],
            weight: Weight { uses: 10, running: image.running },
            diff_ids: &stack,
            ..ImageFacts::default()
        });
    }
    let mut source = 0;
    for (number, image) in images.iter().enumerate().filter(|(_, image)| !image.hidden) {
        let child = || Named::by_digest(image.digest.clone());
        let mut claim = |parent: usize, kind, way| {
            if let Some(parent) = images.get(parent) {
                let parent = Named::by_digest(parent.digest.clone());
                builder.claim(LineageClaim::new(child(), parent, Some(kind), way, Spot::default()), source);
                source += 1;
            }
        };
        if let Some(base) = image.base.filter(|_| !with_layers || number.is_multiple_of(3)) {
            claim(base, EdgeKind::Base, ProofKind::Annotation);
        }
        image.inputs.iter().for_each(|input| claim(*input, EdgeKind::BuildInput, ProofKind::Dockerfile));
    }
    builder.build()
}
