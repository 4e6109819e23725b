//! The images that lineage speaks of, and which of them a digest belongs to.

use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::{BTreeMap, HashMap};

use super::{ImageRow, place};
use crate::case::project::{CLAIMED, ProjectError, resolved_ident, unresolved_ident};
use crate::model::digest::{Digest, DigestKind};
use crate::model::fact::Spot;
use crate::model::lineage::{Member, Named};
use crate::resolve::claims::Claims;
use crate::resolve::grouping::rank;

/// A digest as stored.
struct Stored {
    digest: Digest,
    kind: DigestKind,
    /// The number of its image.
    image: i64,
}

/// The images, the place of each reference to one among them, and the number of each in the projections.
type Finished = (Vec<ImageRow>, Vec<u32>, Vec<i64>);

/// Images met so far.
pub(super) struct Nodes {
    rows: Vec<ImageRow>,
    /// Places of images, by their numbers.
    places: HashMap<i64, u32>,
    digests: HashMap<i64, Stored>,
    /// Of each digest of an index the digests in it.
    members: BTreeMap<i64, Vec<i64>>,
    platforms: HashMap<i64, String>,
}

impl Nodes {
    /// Every image of the inventory is one.
    pub fn load(conn: &Connection) -> Result<Self, ProjectError> {
        let mut nodes = Nodes {
            rows: Vec::new(),
            places: HashMap::new(),
            digests: digests(conn)?,
            members: BTreeMap::new(),
            platforms: platforms(conn)?,
        };
        let mut statement = conn.prepare("SELECT a, b FROM p_relation WHERE kind = 1")?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            nodes.members.entry(r.get(0)?).or_default().push(r.get(1)?);
        }
        let mut statement =
            conn.prepare("SELECT id, ident, name, uses, running, workloads FROM p_image ORDER BY ident, name")?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            let count = |column| r.get::<_, i64>(column).map(|n| n.max(0) as u64);
            let (uses, running, workloads) = (count(3)?, count(4)?, count(5)?);
            let row = ImageRow { listed: true, uses, running, workloads, ..named(r.get(1)?, r.get(2)?) };
            nodes.push(r.get(0)?, row)?;
        }
        Ok(nodes)
    }

    fn push(&mut self, number: i64, row: ImageRow) -> Result<u32, ProjectError> {
        let at = place(self.rows.len())?;
        self.rows.push(row);
        self.places.insert(number, at);
        Ok(at)
    }

    /// The image that a digest, else a name as written, stands for; `None` where neither is told. An index narrowed down by a
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
            let sql =
                "SELECT w.name, w.digest, n.canonical FROM p_written w JOIN p_name n ON n.id = w.name WHERE w.id = ?1";
            let read = |r: &Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?));
            match conn.prepare_cached(sql)?.query_row([written], read).optional()? {
                Some((name, 0, canonical)) => return self.name(name, canonical).map(Some),
                Some((_, own, _)) => digest = own,
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
        let is_of = |digest: &&i64| self.platforms.get(digest).is_some_and(|of| of == platform);
        let mut fitting = self.members.get(&index)?.iter().filter(is_of);
        let member = fitting.next()?;
        fitting.next().is_none().then_some(*member)
    }

    fn stored(&self, digest: i64) -> Result<&Stored, ProjectError> {
        let damaged = || ProjectError::Damaged(format!("lineage names the unknown digest {digest}"));
        self.digests.get(&digest).ok_or_else(damaged)
    }

    /// The image that a digest belongs to.
    fn digest(&mut self, digest: i64) -> Result<u32, ProjectError> {
        let image = match self.stored(digest)?.image {
            0 => digest,
            image => image,
        };
        if let Some(at) = self.places.get(&image) {
            return Ok(*at);
        }
        let id = resolved_ident(&self.stored(image)?.digest);
        self.push(image, named(id, String::new()))
    }

    /// The image of a name of which no digest is known.
    fn name(&mut self, name: i64, canonical: String) -> Result<u32, ProjectError> {
        match self.places.get(&-name) {
            Some(at) => Ok(*at),
            None => self.push(-name, named(unresolved_ident(&canonical), canonical)),
        }
    }

    /// What the three columns from `first` name: digest, text as written, platform. The image of that digest becomes one here,
    /// so that all its other digests are known to be it.
    pub fn named(&mut self, r: &Row<'_>, first: usize) -> Result<Named, ProjectError> {
        let number: i64 = r.get(first)?;
        let (text, platform): (Option<String>, Option<String>) = (r.get(first + 1)?, r.get(first + 2)?);
        let digest = match number {
            0 => None,
            number => {
                self.digest(number)?;
                Some(self.stored(number)?.digest.clone())
            }
        };
        let platform = platform.filter(|platform| !platform.is_empty());
        Ok(Named { digest, as_written: text.unwrap_or_default(), platform })
    }

    /// What indexes contain.
    pub fn members(&mut self) -> Result<Vec<Member>, ProjectError> {
        let mut found = BTreeMap::new();
        let all = std::mem::take(&mut self.members);
        for (index, members) in &all {
            self.digest(*index)?;
            for manifest in members {
                self.digest(*manifest)?;
                let pair = (self.stored(*index)?.digest.clone(), self.stored(*manifest)?.digest.clone());
                found.insert(pair, self.platforms.get(manifest).cloned());
            }
        }
        self.members = all;
        let member = |((index, manifest), platform)| Member { index, manifest, platform, spot: Spot::default() };
        Ok(found.into_iter().map(member).collect())
    }

    /// The images with their digests, names and platforms, sorted; where each went; and the number of each.
    pub fn finish(mut self, conn: &Connection) -> Result<Finished, ProjectError> {
        self.describe(conn)?;
        let mut order: Vec<(u32, ImageRow)> = (0..).zip(self.rows).collect();
        order.sort_by(|(_, a), (_, b)| (&a.id, &a.name, &a.digests).cmp(&(&b.id, &b.name, &b.digests)));
        let mut moved = vec![0; order.len()];
        for (now, (before, _)) in (0..).zip(&order) {
            moved.get_mut(*before as usize).into_iter().for_each(|at| *at = now);
        }
        let mut numbers = vec![0; order.len()];
        for (number, before) in &self.places {
            let now = moved.get(*before as usize).and_then(|now| numbers.get_mut(*now as usize));
            now.into_iter().for_each(|at| *at = *number);
        }
        Ok((order.into_iter().map(|(_, row)| row).collect(), moved, numbers))
    }

    fn describe(&mut self, conn: &Connection) -> Result<(), ProjectError> {
        for (number, stored) in &self.digests {
            let image = if stored.image == 0 { *number } else { stored.image };
            let Some(row) = self.places.get(&image).and_then(|at| self.rows.get_mut(*at as usize)) else { continue };
            row.digests.push((stored.digest.clone(), stored.kind));
            // An index has no platform, and where it is one image's alone, that image's manifest is here too.
            if let Some(platform) = self.platforms.get(number) {
                row.platform = Some(platform.clone());
            }
        }
        let mut statement = conn.prepare(
            "SELECT d.image, n.canonical FROM p_tag t JOIN p_digest d ON d.id = t.digest JOIN p_name n ON n.id = t.name
             WHERE t.basis = 2 AND n.parsed <> 0",
        )?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            let at = self.places.get(&r.get(0)?);
            if let Some(row) = at.and_then(|at| self.rows.get_mut(*at as usize)) {
                row.references.push(r.get(1)?);
            }
        }
        self.label(conn)?;
        for row in &mut self.rows {
            row.digests.sort_by(|(a, x), (b, y)| (rank(*x), a).cmp(&(rank(*y), b)));
            row.references.sort();
            row.references.dedup();
        }
        Ok(())
    }

    /// Labels for images without a name: the shortest of what claims call them, else where they stand in which index.
    fn label(&mut self, conn: &Connection) -> Result<(), ProjectError> {
        let mut statement = conn.prepare(&format!(
            "SELECT DISTINCT c.image, n.canonical FROM ({CLAIMED}) c JOIN p_name n ON n.id = c.name WHERE n.parsed <> 0"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            self.offer(r.get(0)?, r.get(1)?);
        }
        let mut inside: Vec<(i64, String)> = Vec::new();
        for (index, members) in &self.members {
            let Some(shown) = self.row_of(*index).map(shown).filter(|shown| !shown.is_empty()) else { continue };
            for member in members.iter().filter(|member| **member != *index) {
                let platform = self.platforms.get(member).map_or("a part of it", String::as_str);
                inside.extend(self.image_of(*member).map(|image| (image, format!("{shown} ({platform})"))));
            }
        }
        for (image, label) in inside {
            if self
                .places
                .get(&image)
                .and_then(|at| self.rows.get(*at as usize))
                .is_some_and(|row| row.label.is_empty() || row.label.ends_with(')'))
            {
                self.offer(image, label);
            }
        }
        Ok(())
    }

    fn image_of(&self, digest: i64) -> Option<i64> {
        let stored = self.digests.get(&digest)?;
        Some(if stored.image == 0 { digest } else { stored.image })
    }

    fn row_of(&self, digest: i64) -> Option<&ImageRow> {
        let at = self.places.get(&self.image_of(digest)?)?;
        self.rows.get(*at as usize)
    }

    /// Of several labels the shortest is kept, in the order of the alphabet.
    fn offer(&mut self, image: i64, label: String) {
        let row = self.places.get(&image).and_then(|at| self.rows.get_mut(*at as usize));
        let Some(row) = row.filter(|row| row.name.is_empty()) else { return };
        if row.label.is_empty() || (label.len(), &label) < (row.label.len(), &row.label) {
            row.label = label;
        }
    }
}

/// What an image is shown as; empty where nothing calls it anything.
fn shown(row: &ImageRow) -> &str {
    if row.name.is_empty() { &row.label } else { &row.name }
}

fn named(id: String, name: String) -> ImageRow {
    ImageRow {
        id,
        name,
        digests: Vec::new(),
        references: Vec::new(),
        label: String::new(),
        platform: None,
        listed: false,
        uses: 0,
        running: 0,
        workloads: 0,
    }
}

fn digests(conn: &Connection) -> Result<HashMap<i64, Stored>, ProjectError> {
    let mut statement = conn.prepare("SELECT id, value, claims, image FROM p_digest")?;
    let mut rows = statement.query([])?;
    let mut found = HashMap::new();
    while let Some(r) = rows.next()? {
        let value = r.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let digest = Digest::parse(value).map_err(|e| ProjectError::Damaged(e.to_string()))?;
        found.insert(r.get(0)?, Stored { digest, kind: Claims::from_bits(r.get(2)?).kind(), image: r.get(3)? });
    }
    Ok(found)
}

/// The platform that indexes give to a digest; none where two of them disagree.
fn platforms(conn: &Connection) -> Result<HashMap<i64, String>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT p.digest, min(t.text) FROM p_platform p JOIN p_text t ON t.id = p.platform GROUP BY p.digest
         HAVING count(*) = 1",
    )?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
