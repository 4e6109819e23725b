//! What a Dockerfile says of the image that a build names: the claim that project files make when they are joined.
//!
//! A build names a tag. Whether what runs under it came from there is not told, so the child is the name, never a digest.

use rusqlite::Connection;

use super::nodes::Nodes;
use super::{ClaimRow, Sources};
use crate::case::project::{ProjectError, join_pointers, role_of};
use crate::case::query::image::Locator;
use crate::model::fact::{Mark, Role};
use crate::model::lineage::{Confidence, EdgeKind, Named, ProofKind};

/// Uses of each build's object; the roles are chosen below.
const BUILT: &str = "SELECT b.name, b.part, c.text, u.role, u.image, w.text, u.resolved <> 0, u.needs <> 0, m.text,
    u.digest <> 0 OR w.digest <> 0, u.source, u.item, coalesce(f.text, ''), u.offset, u.length
    FROM p_built b JOIN p_use u ON u.object = b.object JOIN p_text c ON c.id = u.container
    JOIN p_written w ON w.id = u.written LEFT JOIN p_text m ON m.id = u.marks LEFT JOIN p_text f ON f.id = u.field
    WHERE b.object <> 0 AND u.hidden = 0";

/// Adds the claims of all builds whose image has a name and whose Dockerfile is at hand.
pub(super) fn claims(
    conn: &Connection,
    nodes: &mut Nodes,
    sources: &Sources,
    found: &mut Vec<ClaimRow>,
) -> Result<(), ProjectError> {
    let mut statement = conn.prepare(BUILT)?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let kind = match role_of(r.get(3)?) {
            Some(Role::Base) => EdgeKind::Base,
            Some(Role::BuildInput) => EdgeKind::BuildInput,
            Some(Role::Frontend) => EdgeKind::Frontend,
            _ => continue,
        };
        // Several builds may stand in one object; each has its name before those of its stages.
        let (part, container): (String, String) = (r.get(1)?, r.get(2)?);
        let own = container.strip_prefix(&part).is_some_and(|stage| stage.starts_with('/'));
        let marks: Option<String> = r.get(8)?;
        let unreached = marks.is_some_and(|marks| marks.contains(&format!("\"{}\"", Mark::Unreached)));
        if !own || unreached {
            continue;
        }
        let (replaced, open, pinned): (bool, bool, bool) = (r.get(6)?, r.get(7)?, r.get(9)?);
        let confidence = match () {
            () if open => Confidence::ONE_OF,
            () if replaced && !pinned => Confidence::ARG_DEFAULT,
            () => ProofKind::Dockerfile.confidence(pinned),
        };
        let parent_as_written: String = r.get(5)?;
        let scratch = parent_as_written == Named::SCRATCH;
        let (item, field): (String, String) = (r.get(11)?, r.get(12)?);
        let locator = Locator { pointer: join_pointers(&item, &field), offset: r.get(13)?, length: r.get(14)? };
        let child = nodes.of_number(conn, -r.get::<_, i64>(0)?)?;
        let parent = if scratch { None } else { Some(nodes.of_number(conn, r.get(4)?)?) };
        found.push(ClaimRow {
            child,
            parent,
            parent_as_written,
            kind: Some(kind),
            proof: ProofKind::Dockerfile,
            confidence,
            of: 1,
            top_layer: None,
            at: sources.spot(r.get(10)?, locator)?,
        });
    }
    Ok(())
}
