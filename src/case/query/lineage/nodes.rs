//! The nodes of lineage, and which of them a digest or a name stands for.

use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{CandidateRow, MemberRow, NodeRow};
use crate::case::project::{ProjectError, resolved_ident, unresolved_ident};
use crate::model::digest::{Digest, DigestKind};
use crate::resolve::claims::Claims;

/// A digest as stored.
struct Stored {
    value: String,
    kind: DigestKind,
    /// The number of its image.
    image: i64,
}

/// Nodes met so far.
pub(super) struct Nodes {
    pub rows: Vec<NodeRow>,
    /// Places of images, by their numbers.
    places: HashMap<i64, u32>,
    digests: HashMap<i64, Stored>,
    /// Of each digest of an index the digests in it, each with its platform.
    members: BTreeMap<i64, Vec<(i64, Option<String>)>>,
}

/// A place in a list.
pub(super) fn place(length: usize) -> Result<u32, ProjectError> {
    u32::try_from(length).map_err(|_| ProjectError::Damaged("more rows of lineage than can be numbered".to_owned()))
}

impl Nodes {
    /// Every image of the inventory is a node.
    pub fn load(conn: &Connection) -> Result<Self, ProjectError> {
        let mut nodes =
            Nodes { rows: Vec::new(), places: HashMap::new(), digests: HashMap::new(), members: BTreeMap::new() };
        let mut statement = conn.prepare("SELECT id, value, claims, image FROM p_digest")?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            let kind = Claims::from_bits(r.get(2)?).kind();
            nodes.digests.insert(r.get(0)?, Stored { value: r.get(1)?, kind, image: r.get(3)? });
        }
        let platforms = platforms(conn)?;
        let mut statement = conn.prepare("SELECT a, b FROM p_relation WHERE kind = 1 ORDER BY a, b")?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            let (index, manifest): (i64, i64) = (r.get(0)?, r.get(1)?);
            nodes.members.entry(index).or_default().push((manifest, platforms.get(&manifest).cloned()));
        }
        let mut statement = conn.prepare("SELECT id, ident, name FROM p_image ORDER BY ident, name")?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            let number = r.get(0)?;
            nodes.push(number, r.get(1)?, r.get(2)?, true)?;
        }
        for (digest, platform) in platforms {
            let image = nodes.digests.get(&digest).map_or(0, |d| d.image);
            if let Some(row) = nodes.places.get(&image).and_then(|at| nodes.rows.get_mut(*at as usize)) {
                row.platform = Some(platform);
            }
        }
        Ok(nodes)
    }

    fn push(&mut self, number: i64, id: String, name: String, listed: bool) -> Result<u32, ProjectError> {
        let at = place(self.rows.len())?;
        let primary = self.digests.get(&number);
        let digest = primary.and_then(|d| Digest::parse(&d.value).ok());
        let kind = primary.map(|d| d.kind).unwrap_or_default();
        self.rows.push(NodeRow { id, name, digest, kind, platform: None, listed });
        self.places.insert(number, at);
        Ok(at)
    }

    /// The node that a digest, else a name as written, stands for; `None` where neither is told. An index narrowed down by a
    /// platform is the one image in it that is of this platform.
    pub fn image(
        &mut self,
        conn: &Connection,
        digest: i64,
        written: i64,
        platform: Option<&str>,
    ) -> Result<Option<u32>, ProjectError> {
        let mut digest = digest;
        if digest == 0 && written != 0 {
            let sql = "SELECT name, digest FROM p_written WHERE id = ?1";
            let found = conn.prepare_cached(sql)?.query_row([written], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
            match found {
                Some((name, 0)) => return self.name(conn, name).map(Some),
                Some((_, own)) => digest = own,
                None => {}
            }
        }
        if digest == 0 {
            return Ok(None);
        }
        let narrowed = platform.and_then(|platform| self.member_of(digest, platform));
        self.digest(narrowed.unwrap_or(digest)).map(Some)
    }

    /// The only image of a platform in an index.
    fn member_of(&self, index: i64, platform: &str) -> Option<i64> {
        let mut fitting = self.members.get(&index)?.iter().filter(|(_, of)| of.as_deref() == Some(platform));
        let (member, _) = fitting.next()?;
        fitting.next().is_none().then_some(*member)
    }

    /// The node of the image that a digest belongs to.
    fn digest(&mut self, digest: i64) -> Result<u32, ProjectError> {
        let damaged = |digest: i64| ProjectError::Damaged(format!("lineage names the unknown digest {digest}"));
        let stored = self.digests.get(&digest).ok_or_else(|| damaged(digest))?;
        let image = if stored.image == 0 { digest } else { stored.image };
        if let Some(at) = self.places.get(&image) {
            return Ok(*at);
        }
        let primary = self.digests.get(&image).ok_or_else(|| damaged(image))?;
        let value = Digest::parse(&primary.value).map_err(|e| ProjectError::Damaged(e.to_string()))?;
        self.push(image, resolved_ident(&value), String::new(), false)
    }

    /// The node of a name of which no digest is known.
    fn name(&mut self, conn: &Connection, name: i64) -> Result<u32, ProjectError> {
        self.of_number(conn, -name)
    }

    /// The node of an image by its number: of a digest, or negative of a name.
    pub fn of_number(&mut self, conn: &Connection, number: i64) -> Result<u32, ProjectError> {
        if let Some(at) = self.places.get(&number) {
            return Ok(*at);
        }
        if number > 0 {
            return self.digest(number);
        }
        let sql = "SELECT canonical FROM p_name WHERE id = ?1";
        let name: String = conn.prepare_cached(sql)?.query_row([-number], |r| r.get(0))?;
        self.push(number, unresolved_ident(&name), name, false)
    }

    /// What indexes contain. All of it are nodes: a digest in a Dockerfile is mostly an index's.
    pub fn members(&mut self) -> Result<Vec<MemberRow>, ProjectError> {
        let mut found = BTreeSet::new();
        for (index, members) in std::mem::take(&mut self.members) {
            let at = self.digest(index)?;
            for (manifest, platform) in members {
                let image = self.digest(manifest)?;
                // An index that records tie to one image is that image.
                if image != at {
                    found.insert(MemberRow { index: at, image, platform });
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The images seen under the names that are nodes; images that are no nodes yet become some.
    pub fn candidates(&mut self, conn: &Connection) -> Result<Vec<CandidateRow>, ProjectError> {
        let mut statement = conn.prepare(
            "SELECT DISTINCT d.image, t.basis = 2 FROM p_tag t JOIN p_digest d ON d.id = t.digest
             WHERE t.name = ?1 AND d.image <> 0 ORDER BY d.value",
        )?;
        let names: Vec<(i64, u32)> = self.places.iter().filter(|(n, _)| **n < 0).map(|(n, at)| (-*n, *at)).collect();
        let mut found = BTreeSet::new();
        for (number, name) in names {
            let rows = statement.query_map([number], |r| Ok((r.get(0)?, r.get(1)?)))?;
            for (image, seen) in rows.collect::<Result<Vec<(i64, bool)>, _>>()? {
                found.insert(CandidateRow { name, image: self.of_number(conn, image)?, seen });
            }
        }
        Ok(found.into_iter().collect())
    }
}

/// The platform that indexes give to a digest; none where two of them disagree.
fn platforms(conn: &Connection) -> Result<BTreeMap<i64, String>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT p.digest, min(t.text) FROM p_platform p JOIN p_text t ON t.id = p.platform GROUP BY p.digest
         HAVING count(*) = 1",
    )?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
