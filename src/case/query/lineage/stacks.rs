//! The layers of images as each piece of evidence tells them, in columns.

use super::ChainRow;
use crate::graph::{LayerId, Lineage, Reader, Writer};
use crate::model::digest::Digest;
use crate::model::lineage::LayerKind;

/// All of them. Pieces of evidence may disagree about one image: each is told.
#[derive(Debug, Clone, Default)]
pub struct Stacks {
    /// The layers of each stack, one stack after the other, by the numbers that the graph has for them.
    all: Vec<LayerId>,
    told: Vec<Told>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Told {
    image: u32,
    is_compressed: bool,
    end: u32,
    source: u32,
    offset: u64,
    length: u64,
}

/// The layers of one image, as one piece of evidence tells them.
#[derive(Debug, Clone)]
pub struct Stack<'s> {
    /// Whose, by its place among the images.
    pub image: u32,
    /// What the layers are named by.
    pub kind: LayerKind,
    /// The evidence, by its place among the sources, and the bytes in it.
    pub stands: (u32, u64, u64),
    layers: &'s [LayerId],
}

impl Stack<'_> {
    /// The layers, lowest first. `graph` is the one that was built of the same facts.
    pub fn layers(&self, graph: &Lineage) -> impl Iterator<Item = Digest> {
        self.layers.iter().filter_map(|layer| graph.layer(*layer))
    }
}

impl Stacks {
    /// Of chains with their layers, and the graph of them; those of no known image are left out.
    pub(super) fn of(graph: &Lineage, layers: &[Digest], chains: Vec<ChainRow>) -> Stacks {
        let mut stacks = Stacks::default();
        // A layer that the graph does not know has a number that stands for none.
        let numbers: Vec<LayerId> =
            layers.iter().map(|layer| graph.find_layer(layer).unwrap_or(LayerId::MAX)).collect();
        for chain in chains {
            let Some(image) = chain.image else { continue };
            stacks.all.extend(chain.layers.iter().filter_map(|at| numbers.get(*at as usize)));
            let (offset, length) = (chain.spot.offset, chain.spot.length);
            let (is_compressed, end) = (chain.kind == LayerKind::Compressed, stacks.all.len() as u32);
            stacks.told.push(Told { image, is_compressed, end, source: chain.source, offset, length });
        }
        stacks
    }

    /// Each stack that is told.
    pub fn each(&self) -> impl Iterator<Item = Stack<'_>> {
        self.told.iter().scan(0, |from, told| {
            let layers = self.all.get(*from..told.end as usize).unwrap_or_default();
            *from = told.end as usize;
            let kind = if told.is_compressed { LayerKind::Compressed } else { LayerKind::Uncompressed };
            let stands = (told.source, told.offset, told.length);
            Some(Stack { image: told.image, kind, stands, layers })
        })
    }

    pub(super) fn put(&self, out: &mut Writer) {
        out.words(self.all.iter().copied());
        out.words(self.told.iter().map(|told| told.image));
        out.words(self.told.iter().map(|told| u32::from(told.is_compressed)));
        out.words(self.told.iter().map(|told| told.end));
        out.words(self.told.iter().map(|told| told.source));
        out.longs(self.told.iter().map(|told| told.offset));
        out.longs(self.told.iter().map(|told| told.length));
    }

    pub(super) fn take(from: &mut Reader<'_>) -> Option<Stacks> {
        let all = from.words()?;
        let words = [from.words()?, from.words()?, from.words()?, from.words()?];
        let longs = [from.longs()?, from.longs()?];
        let count = words.first()?.len();
        if words.iter().any(|column| column.len() != count) || longs.iter().any(|column| column.len() != count) {
            return None;
        }
        let [images, kinds, ends, sources] = words;
        let [offsets, lengths] = longs;
        let rows = images.into_iter().zip(kinds).zip(ends).zip(sources).zip(offsets).zip(lengths);
        let told = rows.map(|(((((image, kind), end), source), offset), length)| Told {
            image,
            is_compressed: kind == 1,
            end,
            source,
            offset,
            length,
        });
        Some(Stacks { all, told: told.collect() })
    }
}
