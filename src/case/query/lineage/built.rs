//! What a Dockerfile says of the image that a build names: the claim that project files make when they are joined.
//!
//! A build names a tag. Whether what runs under it came from there is not told, so the child is the name, never a digest.

use rusqlite::Connection;

use super::{ClaimRow, Sources, spot};
use crate::case::project::{ProjectError, join_pointers, role_of};
use crate::model::fact::{Mark, Role};
use crate::model::lineage::{Confidence, EdgeKind, LineageClaim, Named, ProofKind};

/// What builds whose image has a name and whose Dockerfile is at hand pull in.
const BUILT: &str = "SELECT n.canonical, b.part, c.text, u.role, coalesce(nullif(x.text, ''), w.text), u.resolved <> 0,
    u.needs <> 0, m.text, u.source, u.item, u.offset, u.length, f.text FROM p_built b JOIN p_name n ON n.id = b.name
    JOIN p_use u ON u.object = b.object JOIN p_text c ON c.id = u.container JOIN p_written w ON w.id = u.written
    LEFT JOIN p_text x ON x.id = u.resolved LEFT JOIN p_text m ON m.id = u.marks LEFT JOIN p_text f ON f.id = u.field
    WHERE b.object <> 0 AND n.parsed <> 0";

/// Adds the claims of all builds.
pub(super) fn claims(conn: &Connection, sources: &Sources, found: &mut Vec<ClaimRow>) -> Result<(), ProjectError> {
    let mut statement = conn.prepare(BUILT)?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let kind = match role_of(r.get(3)?) {
            Some(Role::Base) => EdgeKind::Base,
            Some(Role::BuildInput) => EdgeKind::BuildInput,
            Some(Role::Frontend) => EdgeKind::Frontend,
            _ => continue,
        };
        let (part, container): (String, String) = (r.get(1)?, r.get(2)?);
        let marks: Option<String> = r.get(7)?;
        if !is_part_of(&container, &part) || marks.is_some_and(|marks| is_unreached(&marks)) {
            continue;
        }
        let parent = parent(r.get(4)?);
        let (replaced, open): (bool, bool) = (r.get(5)?, r.get(6)?);
        let field: Option<String> = r.get(12)?;
        let mut at = spot(r, 9)?;
        at.pointer = join_pointers(&at.pointer, &field.unwrap_or_default());
        let mut claim = LineageClaim::new(
            Named::by_reference(r.get::<_, String>(0)?),
            parent,
            Some(kind),
            ProofKind::Dockerfile,
            at,
        );
        if open {
            claim.confidence = Confidence::ONE_OF;
        } else if replaced && claim.parent.digest.is_none() {
            claim.confidence = Confidence::ARG_DEFAULT;
        }
        found.push(ClaimRow { claim, source: sources.place(r.get(8)?)? });
    }
    Ok(())
}

/// Several builds may stand in one object; each has its name before those of its stages.
fn is_part_of(container: &str, part: &str) -> bool {
    container.strip_prefix(part).is_some_and(|stage| stage.starts_with('/'))
}

/// Marks are a JSON list of words.
fn is_unreached(marks: &str) -> bool {
    marks.contains(&format!("\"{}\"", Mark::Unreached))
}

/// The image that a Dockerfile names; what is no reference, as it holds a variable, stays as it is.
fn parent(text: String) -> Named {
    let digest = text.rsplit_once('@').and_then(|(_, digest)| crate::model::digest::Digest::parse(digest).ok());
    Named { digest, as_written: text, platform: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_belong_to_the_build_that_stands_before_them() {
        assert!(is_part_of("api/runtime", "api") && is_part_of("api/0", "api"));
        assert!(!is_part_of("api-2/0", "api") && !is_part_of("api", "api") && !is_part_of("db/0", "api"));
    }

    #[test]
    fn unreached_is_a_word_of_its_own() {
        assert!(is_unreached(r#"["unreached"]"#) && is_unreached(r#"["buildah-only","unreached"]"#));
        assert!(!is_unreached(r#"["profile:unreached"]"#) && !is_unreached("[]"));
    }
}
