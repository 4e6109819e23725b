//! What refers to an image, as registries list it, and what an index holds: signatures, attestations and SBOMs by kind and
//! digest, platform manifests by platform.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::image::Locator;
use super::time;
use crate::case::project::{ProjectError, referrer_kind};
use crate::model::referrer::ReferrerKind;

/// Something that refers to an image. That it is there does not say that it is right: it was not checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReferrerRow {
    /// `signature`, `attestation`, `sbom` or `other`.
    pub kind: &'static str,
    /// Its digest.
    pub digest: String,
    /// The digest that it refers to.
    pub subject: String,
    /// What that is to the image: `image`, the `index` that holds it, or a `member` that it holds.
    pub of: &'static str,
    /// The media or artifact type by which it is told.
    pub media_type: String,
    /// The latest time that a registry listed it.
    pub last_seen: String,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands there.
    pub locator: Locator,
}

/// A manifest that an index lists for a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberRow {
    /// The manifest's digest.
    pub digest: String,
    /// `linux/amd64`; empty where none is told.
    pub platform: String,
    /// The index that lists it.
    pub index: String,
    /// The id of its own image, where that is used anywhere.
    pub image: Option<String>,
}

/// Digests of an image, those of the indexes that hold one of them, and those that they hold; 0, 1 and 2 tell which.
const AROUND: &str = "WITH own(id) AS (SELECT id FROM p_digest WHERE image = ?1),
    around(id, of) AS (SELECT id, 0 FROM own UNION SELECT r.a, 1 FROM own JOIN p_relation r ON r.b = own.id AND r.kind = 1
    UNION SELECT r.b, 2 FROM own JOIN p_relation r ON r.a = own.id AND r.kind = 1)";

/// What refers to an image, and when a registry last answered what does; none where none was asked.
pub(super) fn referrers(conn: &Connection, image: i64) -> Result<(Vec<ReferrerRow>, Option<String>), ProjectError> {
    let mut statement = conn.prepare(&format!(
        "{AROUND} SELECT f.kind, d.value, j.value, min(a.of), coalesce(m.text, ''), s.as_of, s.evidence, f.pointer, f.offset, f.length
         FROM around a JOIN p_referrer f ON f.subject = a.id JOIN p_digest d ON d.id = f.digest
         JOIN p_digest j ON j.id = f.subject LEFT JOIN p_text m ON m.id = f.media JOIN p_source s ON s.id = f.source
         GROUP BY f.subject, f.digest, f.source ORDER BY f.kind, d.value, j.value, s.as_of DESC, s.evidence"
    ))?;
    let (mut found, mut asked): (Vec<ReferrerRow>, Option<i64>) = (Vec::new(), None);
    let mut rows = statement.query([image])?;
    while let Some(r) = rows.next()? {
        let (kind, at): (ReferrerKind, i64) = (referrer_kind(r.get(0)?), r.get(5)?);
        asked = asked.max(Some(at));
        // The latest that tells of it stands for all.
        let row = if kind == ReferrerKind::Asked { continue } else { referrer(kind, at, r)? };
        if found.last().is_none_or(|last| (&last.digest, &last.subject) != (&row.digest, &row.subject)) {
            found.push(row);
        }
    }
    Ok((found, asked.map(time)))
}

fn referrer(kind: ReferrerKind, at: i64, r: &Row<'_>) -> rusqlite::Result<ReferrerRow> {
    Ok(ReferrerRow {
        kind: kind.as_str(),
        digest: r.get(1)?,
        subject: r.get(2)?,
        of: match r.get(3)? {
            0 => "image",
            1 => "index",
            _ => "member",
        },
        media_type: r.get(4)?,
        last_seen: time(at),
        evidence: r.get(6)?,
        locator: Locator { pointer: r.get(7)?, offset: r.get(8)?, length: r.get(9)? },
    })
}

/// The manifests that an image's index lists, by platform.
pub(super) fn members(conn: &Connection, image: i64) -> Result<Vec<MemberRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT d.value, coalesce((SELECT min(t.text) FROM p_platform p JOIN p_text t ON t.id = p.platform
         WHERE p.digest = d.id), '') AS platform, x.value, i.ident FROM p_digest x
         JOIN p_relation r ON r.a = x.id AND r.kind = 1 JOIN p_digest d ON d.id = r.b
         LEFT JOIN p_image i ON i.id = d.image AND i.id <> ?1 WHERE x.image = ?1 ORDER BY platform, d.value, x.value",
    )?;
    let rows = statement.query_map([image], |r| {
        Ok(MemberRow { digest: r.get(0)?, platform: r.get(1)?, index: r.get(2)?, image: r.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
