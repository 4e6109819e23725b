//! The images list: one row for each image with all that a list shows, and where each image reaches.

use rusqlite::{Connection, Row, Statement, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::error::ProjectError;
use super::settle::role_of;
use super::sighted::Sighted;
use super::sources::json;
use crate::model::digest::Digest;
use crate::resolve::claims::Claims;
use crate::resolve::grouping::rank;
use crate::resolve::naming::{Candidate, choose};

/// Touched images up to which one pass over all uses may be held in memory.
const ONE_PASS: usize = 20_000;

/// What the uses of one image add up to.
#[derive(Debug, Default)]
struct Tally {
    uses: i64,
    running: i64,
    roles: u32,
    first: i64,
    last: i64,
    /// Context, namespace, workload: uses and running.
    reach: BTreeMap<[i64; 3], (i64, i64)>,
    /// Names as written: in how many current places.
    names: BTreeMap<i64, u64>,
}

impl Tally {
    /// Of an image that was seen, but stands nowhere.
    fn sighted(seen: &Sighted) -> Tally {
        let names = seen.names.iter().map(|name| (*name, 0)).collect();
        Tally { first: seen.first, last: seen.last, names, ..Tally::default() }
    }

    fn add(&mut self, found: &Counted) {
        let first = if self.uses == 0 { found.first } else { self.first.min(found.first) };
        (self.first, self.last) = (first, self.last.max(found.last));
        self.uses += 1;
        self.running += i64::from(found.running);
        self.roles |= role_of(found.role).map_or(0, |role| role.bit());
        let (uses, running) = self.reach.entry(found.reach).or_default();
        *uses += 1;
        *running += i64::from(found.running);
        *self.names.entry(found.name).or_default() += u64::from(found.current);
    }
}

/// One use, as counted.
struct Counted {
    image: i64,
    role: i64,
    name: i64,
    running: bool,
    current: bool,
    first: i64,
    last: i64,
    reach: [i64; 3],
}

const COUNTED: &str = "SELECT u.image, u.role, u.name, u.running, u.current, u.first_seen, u.last_seen, o.context,
    o.namespace, o.workload FROM p_use u JOIN p_object o ON o.id = u.object WHERE u.hidden = 0";

fn read_counted(r: &Row<'_>) -> rusqlite::Result<Counted> {
    Ok(Counted {
        image: r.get(0)?,
        role: r.get(1)?,
        name: r.get(2)?,
        running: r.get(3)?,
        current: r.get(4)?,
        first: r.get(5)?,
        last: r.get(6)?,
        reach: [r.get(7)?, r.get(8)?, r.get(9)?],
    })
}

/// Brings the rows of these images up to date. `whole` says that most of the case is touched, so that one pass over all
/// uses is cheaper than asking for each image. An image without uses stays where a sighting tells of it.
pub(super) fn aggregate(
    conn: &Connection,
    images: &BTreeSet<i64>,
    sighted: &BTreeMap<i64, Sighted>,
    whole: bool,
) -> Result<(), ProjectError> {
    let mut writer = Writer::new(conn)?;
    let mut write = |image: i64, tally: Tally| match sighted.get(&image) {
        Some(seen) if tally.uses == 0 => writer.write(image, &Tally::sighted(seen)),
        _ => writer.write(image, &tally),
    };
    if whole && images.len() <= ONE_PASS {
        let mut tallies: HashMap<i64, Tally> = images.iter().map(|image| (*image, Tally::default())).collect();
        let mut all = conn.prepare(COUNTED)?;
        for found in all.query_map([], read_counted)? {
            let found = found?;
            if let Some(tally) = tallies.get_mut(&found.image) {
                tally.add(&found);
            }
        }
        return images.iter().try_for_each(|image| write(*image, tallies.remove(image).unwrap_or_default()));
    }
    let mut of_image = conn.prepare(&format!("{COUNTED} AND u.image = ?1"))?;
    for image in images {
        let mut tally = Tally::default();
        for found in of_image.query_map([image], read_counted)? {
            tally.add(&found?);
        }
        write(*image, tally)?;
    }
    Ok(())
}

struct Writer<'t> {
    names: HashMap<i64, Name>,
    name: Statement<'t>,
    digests: Statement<'t>,
    aliases: Statement<'t>,
    forget_reach: Statement<'t>,
    reach: Statement<'t>,
    forget: Statement<'t>,
    image: Statement<'t>,
}

#[derive(Debug, Clone, Default)]
struct Name {
    canonical: String,
    parsed: bool,
    registry: String,
    repository: String,
    tag: Option<String>,
    moved: i64,
}

/// A digest as the images list shows it.
#[derive(serde::Serialize)]
struct DigestCell {
    value: String,
    kind: &'static str,
}

impl<'t> Writer<'t> {
    fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Writer {
            names: HashMap::new(),
            name: conn
                .prepare("SELECT canonical, parsed, registry, repository, tag, moved FROM p_name WHERE id = ?1")?,
            digests: conn.prepare("SELECT value, claims FROM p_digest WHERE image = ?1 ORDER BY value")?,
            aliases: conn
                .prepare("SELECT DISTINCT t.name FROM p_digest d JOIN p_tag t ON t.digest = d.id WHERE d.image = ?1")?,
            forget_reach: conn.prepare("DELETE FROM p_reach WHERE image = ?1")?,
            reach: conn.prepare("INSERT INTO p_reach VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?,
            forget: conn.prepare("DELETE FROM p_image WHERE id = ?1")?,
            image: conn.prepare(
                "INSERT OR REPLACE INTO p_image
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?,
        })
    }

    fn write(&mut self, image: i64, tally: &Tally) -> Result<(), ProjectError> {
        self.forget_reach.execute([image])?;
        if tally.names.is_empty() {
            self.forget.execute([image])?;
            return Ok(());
        }
        for ([context, namespace, workload], (uses, running)) in &tally.reach {
            self.reach.execute(params![image, context, namespace, workload, uses, running])?;
        }
        let name = self.chosen_name(tally)?;
        let digests = self.digests(image)?;
        let (tags, moved) = self.tags(image, tally)?;
        let workloads: BTreeSet<i64> =
            tally.reach.keys().map(|[_, _, workload]| *workload).filter(|w| *w != 0).collect();
        self.image.execute(params![
            image,
            self.ident(image, &name, &digests)?,
            name.canonical,
            name.registry,
            name.repository,
            image > 0,
            tally.roles,
            tally.uses,
            tally.running,
            workloads.len() as i64,
            moved,
            tally.first,
            tally.last,
            json(&tags)?,
            json(&digests)?,
        ])?;
        Ok(())
    }

    /// The first 32 hex digits of the primary digest, or of a hash over the name where no digest is known.
    fn ident(&self, image: i64, name: &Name, digests: &[DigestCell]) -> Result<String, ProjectError> {
        if image < 0 {
            return Ok(unresolved_ident(&name.canonical));
        }
        let primary = digests.first().and_then(|cell| Digest::parse(&cell.value).ok());
        let primary =
            primary.ok_or_else(|| ProjectError::Damaged(format!("image {image} has no digest that is one")))?;
        Ok(primary.hex().chars().take(32).collect())
    }

    /// The image's digests, its primary one first.
    fn digests(&mut self, image: i64) -> Result<Vec<DigestCell>, ProjectError> {
        if image < 0 {
            return Ok(Vec::new());
        }
        let rows = self.digests.query_map([image], |r| Ok((r.get::<_, String>(0)?, Claims::from_bits(r.get(1)?))))?;
        let mut cells = Vec::new();
        for row in rows {
            let (value, claims) = row?;
            cells.push((rank(claims.kind()), DigestCell { value, kind: claims.kind().as_str() }));
        }
        cells.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.value.cmp(&y.value)));
        Ok(cells.into_iter().map(|(_, cell)| cell).collect())
    }

    /// The tags of all names, and the worst that any tag's history says.
    fn tags(&mut self, image: i64, tally: &Tally) -> Result<(BTreeSet<String>, i64), ProjectError> {
        let mut names: BTreeSet<i64> = tally.names.keys().copied().collect();
        if image > 0 {
            names.extend(self.aliases.query_map([image], |r| r.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?);
        }
        let (mut tags, mut moved) = (BTreeSet::new(), 0);
        for name in names {
            let name = self.name(name)?;
            tags.extend(name.tag.clone());
            moved = moved.max(name.moved);
        }
        Ok((tags, moved))
    }

    fn chosen_name(&mut self, tally: &Tally) -> Result<Name, ProjectError> {
        let mut names = Vec::new();
        for (name, current) in &tally.names {
            names.push((self.name(*name)?.clone(), *current));
        }
        let candidates: Vec<Candidate<'_>> = names
            .iter()
            .map(|(n, current)| Candidate {
                name: &n.canonical,
                parsed: n.parsed,
                tagged: n.tag.is_some(),
                current: *current,
            })
            .collect();
        Ok(choose(&candidates).and_then(|i| names.get(i)).map(|(name, _)| name.clone()).unwrap_or_default())
    }

    fn name(&mut self, id: i64) -> Result<&Name, ProjectError> {
        if !self.names.contains_key(&id) {
            let name = self.name.query_row([id], |r| {
                Ok(Name {
                    canonical: r.get(0)?,
                    parsed: r.get(1)?,
                    registry: r.get(2)?,
                    repository: r.get(3)?,
                    tag: r.get(4)?,
                    moved: r.get(5)?,
                })
            })?;
            super::intern::remember(&mut self.names, id, name);
        }
        self.names.get(&id).ok_or_else(|| ProjectError::Damaged(format!("no name has the number {id}")))
    }
}

/// The id of an image that no digest is known of.
fn unresolved_ident(name: &str) -> String {
    let hash = Digest::of(format!("unresolved\0{name}").as_bytes());
    hash.hex().chars().take(32).collect()
}
