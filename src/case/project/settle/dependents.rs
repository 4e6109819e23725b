//! Which objects look different because of others that came: those are settled too.

use rusqlite::Connection;
use std::collections::BTreeSet;

use super::Fresh;
use crate::case::project::error::ProjectError;
use crate::case::project::twins;

/// The objects that look different because of these: those they own, however far down and in whatever context, rows of text
/// tables about the same pods, and other reports of the same containers.
pub(in crate::case::project) fn dependents(
    conn: &Connection,
    fresh: &[Fresh],
    objects: &mut BTreeSet<i64>,
) -> Result<(), ProjectError> {
    let mut owned = conn.prepare(
        "SELECT child.id FROM p_object o JOIN p_object child ON child.owner_uid = o.instance
        WHERE o.id = ?1 AND o.origin = 0",
    )?;
    let mut rows_of = conn.prepare(
        "SELECT t.id FROM p_object o JOIN p_object t INDEXED BY p_object_table ON t.context = o.context AND t.kind = o.kind
        AND t.namespace = o.namespace AND t.name = o.name AND t.origin = 1 WHERE o.id = ?1 AND o.origin = 0",
    )?;
    let [mut short, mut whole] = twins::others(conn)?;
    let mut todo: Vec<i64> = objects.iter().copied().chain(fresh.iter().map(|f| f.id)).collect();
    while let Some(object) = todo.pop() {
        for statement in [&mut owned, &mut rows_of, &mut whole, &mut short] {
            for dependent in statement.query_map([object], |r| r.get(0))? {
                let dependent = dependent?;
                if objects.insert(dependent) {
                    todo.push(dependent);
                }
            }
        }
    }
    Ok(())
}

/// The objects with places in these readings that a build or an including project may know better: those whose variables
/// nothing defines, and stages.
pub(in crate::case::project) fn asked_for(
    conn: &Connection,
    sources: &BTreeSet<i64>,
    objects: &mut BTreeSet<i64>,
) -> Result<(), ProjectError> {
    let mut lacking = conn.prepare("SELECT DISTINCT object FROM p_use WHERE source = ?1 AND needs <> 0")?;
    let mut stages = conn.prepare(
        "SELECT DISTINCT object FROM p_use INDEXED BY p_use_stage WHERE source = ?1 AND role >= 9 AND role <= 11",
    )?;
    for source in sources {
        for statement in [&mut lacking, &mut stages] {
            for object in statement.query_map([source], |r| r.get(0))? {
                objects.insert(object?);
            }
        }
    }
    Ok(())
}
