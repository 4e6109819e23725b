//! What a scanned image stands on, by its layers alone: another image of the case whose layers are all of them the lowest
//! ones of this one. Then a finding in one of these layers is the base's.
//!
//! Proof by layers is the only one taken here: a name may lie, and which layer a claimed base ends with is not told by it.

use rusqlite::{Connection, OptionalExtension as _};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use super::super::error::ProjectError;
use super::super::packed;

/// What one image stands on.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    /// Images, the nearest first.
    pub ancestors: Vec<i64>,
    /// Text numbers of the layers that come from the nearest.
    pub layers: HashSet<i64>,
}

/// What these images stand on; one that stands on no image of the case is not among them.
pub(super) fn standing(
    conn: &Connection,
    images: impl Iterator<Item = i64>,
) -> Result<BTreeMap<i64, Standing>, ProjectError> {
    let chains = chains(conn)?;
    let state = RandomState::new();
    let mut tops: HashMap<u64, Vec<i64>> = HashMap::new();
    for (image, (layers, _)) in &chains {
        if let Some(last) = prefixes(&state, layers).last() {
            tops.entry(last.1).or_default().push(*image);
        }
    }
    let mut values = conn.prepare("SELECT value FROM p_digest WHERE id = ?1")?;
    let mut texts = conn.prepare("SELECT id FROM p_text WHERE text = ?1")?;
    let mut numbers: HashMap<Vec<u8>, Option<i64>> = HashMap::new();
    let mut found = BTreeMap::new();
    for image in images {
        let Some((layers, _)) = chains.get(&image) else { continue };
        let mut standing = Standing::default();
        let mut below: Vec<Vec<i64>> = Vec::new();
        for (length, hash) in prefixes(&state, layers) {
            let same = |other: &&i64| **other != image && chains.get(other).is_some_and(|(l, _)| layers.starts_with(l));
            let is_proper = length < layers.len();
            let bases: Vec<i64> = tops.get(&hash).into_iter().flatten().filter(same).copied().collect();
            if is_proper && !bases.is_empty() {
                standing.layers.clear();
                for layer in layers.get(..length).unwrap_or_default() {
                    let number = match numbers.get(layer) {
                        Some(number) => *number,
                        None => {
                            let text = packed::layer(layer).map(|layer| layer.to_string()).unwrap_or_default();
                            let number = texts.query_row([text], |r| r.get(0)).optional()?;
                            numbers.insert(layer.clone(), number);
                            number
                        }
                    };
                    standing.layers.extend(number);
                }
                below.push(bases);
            }
        }
        if below.is_empty() {
            continue;
        }
        for bases in below.iter_mut().rev() {
            // Images of the same layers: which comes first must not depend on arrival.
            bases.sort_by_cached_key(|base| values.query_row([base], |r| r.get::<_, String>(0)).unwrap_or_default());
            standing.ancestors.append(bases);
        }
        found.insert(image, standing);
    }
    Ok(found)
}

/// The layers of images, each as most evidence tells them, and how much does.
type Chains = BTreeMap<i64, (Vec<Vec<u8>>, usize)>;

fn chains(conn: &Connection) -> Result<Chains, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT d.image, c.layers, count(*) FROM p_chain c JOIN p_digest d ON d.id = c.digest
         WHERE c.kind = 0 AND d.image <> 0 GROUP BY d.image, c.layers ORDER BY d.image, count(*) DESC, c.layers",
    )?;
    let mut found = Chains::new();
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let packed = r.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let Some(layers) = packed::each(packed).filter(|layers| !layers.is_empty()) else { continue };
        let layers = layers.into_iter().map(<[u8]>::to_vec).collect();
        found.entry(r.get(0)?).or_insert((layers, r.get::<_, i64>(2)?.unsigned_abs() as usize));
    }
    Ok(found)
}

/// The length and the hash of each prefix, the shortest first.
fn prefixes<'l>(state: &'l RandomState, layers: &'l [Vec<u8>]) -> impl Iterator<Item = (usize, u64)> + 'l {
    let mut hash = 0_u64;
    layers.iter().enumerate().map(move |(at, layer)| {
        hash = state.hash_one((hash, layer));
        (at + 1, hash)
    })
}
