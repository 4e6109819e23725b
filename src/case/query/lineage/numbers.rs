//! The numbers that nodes of the graph have in the projections.

use rusqlite::{Connection, OptionalExtension as _};

use super::LineageFacts;
use crate::case::project::ProjectError;
use crate::graph::{Lineage, NodeKind};
use crate::model::id::Id;

/// Numbers below this are of nodes that the projections know nothing of.
pub const MADE_BELOW: i64 = i64::MIN / 2;

/// The number of each node: of its image's primary digest, of its name turned negative, or one made up for what neither
/// has a row. `of_rows` are the numbers of [`LineageFacts::images`].
pub fn node_numbers(
    conn: &Connection,
    graph: &Lineage,
    facts: &LineageFacts,
    of_rows: &[i64],
) -> Result<Vec<i64>, ProjectError> {
    let mut numbers: Vec<Option<i64>> = vec![None; graph.len()];
    for (image, number) in facts.images.iter().zip(of_rows) {
        let node = Id::parse(&image.id).and_then(|id| graph.find(id.0));
        if let Some(at) = node.and_then(|node| numbers.get_mut(node as usize)) {
            // Of two that have one id, the graph took the first.
            at.get_or_insert(*number);
        }
    }
    let mut name = conn.prepare("SELECT -id FROM p_name WHERE canonical = ?1")?;
    let mut digest = conn.prepare("SELECT image FROM p_digest WHERE value = ?1 AND image <> 0")?;
    for (node, facts) in graph.nodes().filter(|(_, facts)| !facts.known && facts.kind != NodeKind::Virtual) {
        let shown = graph.name(node);
        let found: Option<i64> = match facts.resolved {
            true => digest.query_row([shown.rsplit('@').next()], |r| r.get(0)).optional()?,
            false => name.query_row([shown], |r| r.get(0)).optional()?,
        };
        if let Some(at) = numbers.get_mut(node as usize) {
            *at = at.or(found);
        }
    }
    let made = |(node, number): (usize, Option<i64>)| number.unwrap_or(i64::MIN + node as i64);
    Ok(numbers.into_iter().enumerate().map(made).collect())
}
