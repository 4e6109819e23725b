//! Where vertices stand in their columns: near their neighbours, in order, without touching.

use super::{BEND_HIGH, Bent, ROW_HIGH};
use crate::graph::lists::Lists;

/// Times that all columns are gone through.
const ROUNDS: usize = 6;

/// The middle of each vertex, from the top.
pub(super) fn middles(bent: &Bent, order: &[Vec<u32>]) -> Vec<i32> {
    let mut middle = vec![0.0_f64; bent.column.len()];
    for column in order {
        let mut at = 0.0;
        for vertex in column {
            let room = room(bent, *vertex);
            middle[*vertex as usize] = at + room / 2.0;
            at += room;
        }
    }
    let mut blocks = Vec::new();
    for round in 0..ROUNDS {
        if round % 2 == 0 {
            order.iter().for_each(|column| straighten(bent, column, &[&bent.left], &mut middle, &mut blocks));
        } else {
            order.iter().rev().for_each(|column| straighten(bent, column, &[&bent.right], &mut middle, &mut blocks));
        }
    }
    order.iter().for_each(|column| straighten(bent, column, &[&bent.left, &bent.right], &mut middle, &mut blocks));
    let top = |vertex: u32| middle[vertex as usize] - room(bent, vertex) / 2.0;
    let first = order.iter().filter_map(|column| column.first()).map(|v| top(*v)).min_by(f64::total_cmp).unwrap_or(0.0);
    middle.iter().map(|middle| (middle - first).round() as i32).collect()
}

fn room(bent: &Bent, vertex: u32) -> f64 {
    f64::from(if (vertex as usize) < bent.boxes { ROW_HIGH } else { BEND_HIGH })
}

/// Moves a column's vertices as near to the average of their neighbours as their order allows, in least squares:
/// vertices that want to pass each other become a block that stands at the average of what they want.
fn straighten(bent: &Bent, column: &[u32], sides: &[&Lists], middle: &mut [f64], blocks: &mut Vec<Block>) {
    blocks.clear();
    let mut offset = 0.0;
    for vertex in column {
        let half = room(bent, *vertex) / 2.0;
        offset += half;
        let (sum, count) = sides
            .iter()
            .flat_map(|side| side.of(*vertex))
            .fold((0.0, 0_u32), |(sum, count), next| (sum + middle[*next as usize], count + 1));
        let (wanted, weight) = match count {
            0 => (middle[*vertex as usize], 0.1),
            _ if (*vertex as usize) < bent.boxes => (sum / f64::from(count), 1.0),
            _ => (sum / f64::from(count), 4.0),
        };
        let mut block = Block { sum: (wanted - offset) * weight, weight, size: 1 };
        while let Some(above) = blocks.pop_if(|above| above.at() > block.at()) {
            block = Block {
                sum: block.sum + above.sum,
                weight: block.weight + above.weight,
                size: block.size + above.size,
            };
        }
        blocks.push(block);
        offset += half;
    }
    let mut offset = 0.0;
    let places = blocks.iter().flat_map(|block| std::iter::repeat_n(block.at(), block.size));
    for (vertex, at) in column.iter().zip(places) {
        let half = room(bent, *vertex) / 2.0;
        middle[*vertex as usize] = at + offset + half;
        offset += 2.0 * half;
    }
}

/// Vertices that stand close together.
struct Block {
    sum: f64,
    weight: f64,
    size: usize,
}

impl Block {
    fn at(&self) -> f64 {
        self.sum / self.weight
    }
}
