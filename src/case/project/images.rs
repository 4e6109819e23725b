//! Which image each digest belongs to: keeps `p_digest.image` and `p_use.image` in step with the relations.
//!
//! An image is known by the number of its primary digest, an unresolved one by the negative number of its name.

use rusqlite::{Connection, Statement, params};
use std::collections::{BTreeMap, BTreeSet};

use super::error::ProjectError;
use super::records::relation_kind;
use super::tally::Tallies;
use crate::resolve::claims::Claims;
use crate::resolve::grouping::{Edge, Node, group};

/// Groups anew all digests that are related to the given ones. Returns the digests looked at; images that gained or
/// lost a digest are noted in `tallies`.
pub(super) fn regroup(
    conn: &Connection,
    changed: &BTreeSet<i64>,
    tallies: &mut Tallies,
) -> Result<BTreeSet<i64>, ProjectError> {
    let mut regrouper = Regrouper::new(conn)?;
    let mut done = BTreeSet::new();
    for digest in changed {
        if done.contains(digest) {
            continue;
        }
        let component = regrouper.component(*digest)?;
        regrouper.assign(&component, tallies)?;
        done.extend(component.digests.keys());
    }
    Ok(done)
}

/// Digests that relations tie together, and those relations.
struct Component {
    /// Each with its position.
    digests: BTreeMap<i64, usize>,
    rows: Vec<(i64, i64, Node)>,
    edges: Vec<Edge>,
}

struct Regrouper<'t> {
    digest: Statement<'t>,
    related: Statement<'t>,
    set_image: Statement<'t>,
    move_uses: Statement<'t>,
}

impl<'t> Regrouper<'t> {
    fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Regrouper {
            digest: conn.prepare("SELECT value, claims, image FROM p_digest WHERE id = ?1")?,
            related: conn.prepare(
                "SELECT a, b, kind FROM p_relation WHERE a = ?1 AND kind <> 1
                UNION ALL SELECT a, b, kind FROM p_relation WHERE b = ?1 AND kind <> 1",
            )?,
            set_image: conn.prepare("UPDATE p_digest SET image = ?2 WHERE id = ?1")?,
            move_uses: conn.prepare("UPDATE p_use SET image = ?3 WHERE image = ?2 AND digest = ?1")?,
        })
    }

    /// All that is named in one record with a digest, or is its config or manifest, and so on. What an index contains is
    /// not followed: an index is a group, not an image.
    fn component(&mut self, start: i64) -> Result<Component, ProjectError> {
        let mut component = Component { digests: BTreeMap::new(), rows: Vec::new(), edges: Vec::new() };
        let mut relations: BTreeSet<(i64, i64, i64)> = BTreeSet::new();
        let mut todo = vec![start];
        while let Some(digest) = todo.pop() {
            if component.digests.contains_key(&digest) {
                continue;
            }
            let row = self.digest.query_row([digest], |r| {
                let node = Node { value: r.get(0)?, kind: Claims::from_bits(r.get(1)?).kind() };
                Ok((digest, r.get(2)?, node))
            })?;
            component.digests.insert(digest, component.rows.len());
            component.rows.push(row);
            for relation in self.related.query_map([digest], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))? {
                let (a, b, kind) = relation?;
                relations.insert((a, b, kind));
                todo.extend([a, b].into_iter().filter(|d| !component.digests.contains_key(d)));
            }
        }
        for (a, b, kind) in relations {
            if let (Some(a), Some(b)) = (component.digests.get(&a), component.digests.get(&b)) {
                component.edges.push(Edge { kind: relation_kind(kind), a: *a, b: *b });
            }
        }
        Ok(component)
    }

    fn assign(&mut self, component: &Component, tallies: &mut Tallies) -> Result<(), ProjectError> {
        let nodes: Vec<Node> = component.rows.iter().map(|(_, _, node)| node.clone()).collect();
        let primaries = group(&nodes, &component.edges);
        for ((digest, stored, _), primary) in component.rows.iter().zip(primaries) {
            let image = component.rows.get(primary).map_or(*digest, |(id, _, _)| *id);
            tallies.touched.insert(image);
            if *stored == image {
                continue;
            }
            self.set_image.execute([*digest, image])?;
            let before = if *stored == 0 { *digest } else { *stored };
            if before != image {
                tallies.touched.insert(before);
                if self.move_uses.execute(params![digest, before, image])? > 0 {
                    tallies.recount_later(before);
                    tallies.recount_later(image);
                }
            }
        }
        Ok(())
    }
}

/// The names that digests and the members of their indexes go by: their tags' histories may read differently now.
pub(super) fn names_of(
    conn: &Connection,
    digests: &BTreeSet<i64>,
    names: &mut BTreeSet<i64>,
) -> Result<(), ProjectError> {
    let mut of_digest = conn.prepare("SELECT name FROM p_tag WHERE digest = ?1")?;
    for digest in digests {
        for name in of_digest.query_map([digest], |r| r.get(0))? {
            names.insert(name?);
        }
    }
    Ok(())
}

/// The images of these digests.
pub(super) fn add_images_of(
    conn: &Connection,
    digests: &BTreeSet<i64>,
    images: &mut BTreeSet<i64>,
) -> Result<(), ProjectError> {
    let mut image = conn.prepare("SELECT image FROM p_digest WHERE id = ?1")?;
    for digest in digests {
        images.insert(image.query_row([digest], |r| r.get(0))?);
    }
    Ok(())
}
