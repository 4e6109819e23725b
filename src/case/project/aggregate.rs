//! The images list: one row for each image with all that a list shows, and where each image reaches.

use rusqlite::{Connection, OptionalExtension, Row, Statement, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::error::ProjectError;
use super::sighted::Sighted;
use super::sources::json;
use super::tally::{Counted, Delta, Tallies};
use crate::model::digest::Digest;
use crate::model::fact::Role;
use crate::resolve::claims::Claims;
use crate::resolve::grouping::rank;
use crate::resolve::naming::{Candidate, choose};

/// Writes what a fold changed: the numbers, then names and digests of every touched image.
pub(super) fn write(conn: &Connection, tallies: &mut Tallies) -> Result<(), ProjectError> {
    let mut numbers = Numbers::new(conn)?;
    for (image, delta) in tallies.take() {
        if !tallies.recount.contains(&image) {
            numbers.apply(image, &delta)?;
        }
    }
    for image in &tallies.recount {
        numbers.recount(*image)?;
    }
    let mut rows = Rows::new(conn)?;
    tallies.touched.iter().try_for_each(|image| rows.describe(*image))
}

/// Writes the numbers gathered so far, to bound what is held in memory.
pub(super) fn write_numbers(conn: &Connection, tallies: &mut Tallies) -> Result<(), ProjectError> {
    let mut numbers = Numbers::new(conn)?;
    tallies.take().iter().try_for_each(|(image, delta)| numbers.apply(*image, delta))
}

/// Takes the rows of images that nothing uses away, before uses are counted: times of sightings must not mix into those
/// of uses, or the order of evidence would matter.
pub(super) fn forget_sighted(conn: &Connection) -> Result<(), ProjectError> {
    conn.execute("DELETE FROM p_image WHERE uses = 0", [])?;
    Ok(())
}

/// Gives images that nothing uses, but that were seen, their rows.
pub(super) fn write_sighted(conn: &Connection, sighted: &BTreeMap<i64, Sighted>) -> Result<(), ProjectError> {
    let mut rows = Rows::new(conn)?;
    let mut used = conn.prepare("SELECT EXISTS (SELECT 1 FROM p_image WHERE id = ?1)")?;
    let mut insert = conn.prepare(INSERT)?;
    for (image, seen) in sighted {
        if used.query_row([image], |r| r.get(0))? {
            continue;
        }
        insert.execute(params![image, 0, 0, 0, seen.first, seen.last])?;
        let called = seen.names.iter().map(|name| (*name, 0)).collect();
        rows.describe_as(*image, &called)?;
    }
    Ok(())
}

/// Gives images that nothing uses the part that reports name them in: a scan, or a list of packages. Their rows are written
/// anew in each fold.
pub(super) fn name_reported(conn: &Connection) -> Result<(), ProjectError> {
    for (role, column) in [(Role::Scan, "searched"), (Role::Sbom, "listed")] {
        let sql = format!(
            "UPDATE p_image SET roles = roles | ?1 WHERE uses = 0 AND EXISTS (SELECT 1 FROM p_scanned x
             JOIN p_scan c ON c.id = x.scan WHERE x.image = p_image.id AND c.{column})"
        );
        conn.execute(&sql, [role.bit()])?;
    }
    Ok(())
}

const INSERT: &str =
    "INSERT INTO p_image VALUES (?1, '', '', '', '', 0, ?2, ?3, ?4, 0, 0, ?5, ?6, '[]', '[]', 0, 0, 0, 0, '')";

/// The countable part of the images' rows.
struct Numbers<'t> {
    stored: Statement<'t>,
    insert: Statement<'t>,
    update: Statement<'t>,
    delete: Statement<'t>,
    reach: Counter<'t>,
    called: Counter<'t>,
    workloads: Statement<'t>,
    uses: Statement<'t>,
}

/// A table of two counters: rows appear with the first and go with the last use.
struct Counter<'t> {
    add: Statement<'t>,
    insert: Statement<'t>,
    sweep: Statement<'t>,
    clear: Statement<'t>,
}

impl<'t> Numbers<'t> {
    fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Numbers {
            stored: conn.prepare("SELECT uses FROM p_image WHERE id = ?1")?,
            insert: conn.prepare(INSERT)?,
            update: conn.prepare(
                "UPDATE p_image SET roles = roles | ?2, uses = uses + ?3, running = running + ?4,
                first_seen = min(first_seen, ?5), last_seen = max(last_seen, ?6) WHERE id = ?1",
            )?,
            delete: conn.prepare("DELETE FROM p_image WHERE id = ?1")?,
            reach: Counter {
                add: conn.prepare(
                    "UPDATE p_reach SET uses = uses + ?5, running = running + ?6
                    WHERE image = ?1 AND context = ?2 AND namespace = ?3 AND workload = ?4",
                )?,
                insert: conn.prepare("INSERT INTO p_reach VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?,
                sweep: conn.prepare(
                    "DELETE FROM p_reach WHERE image = ?1 AND context = ?2 AND namespace = ?3 AND workload = ?4 AND uses = 0",
                )?,
                clear: conn.prepare("DELETE FROM p_reach WHERE image = ?1")?,
            },
            called: Counter {
                add: conn.prepare(
                    "UPDATE p_called SET uses = uses + ?3, current = current + ?4 WHERE image = ?1 AND name = ?2",
                )?,
                insert: conn.prepare("INSERT INTO p_called VALUES (?1, ?2, ?3, ?4)")?,
                sweep: conn.prepare("DELETE FROM p_called WHERE image = ?1 AND name = ?2 AND uses = 0")?,
                clear: conn.prepare("DELETE FROM p_called WHERE image = ?1")?,
            },
            workloads: conn.prepare(
                "UPDATE p_image SET workloads = (SELECT count(DISTINCT workload) FROM p_reach
                WHERE image = ?1 AND workload <> 0) WHERE id = ?1",
            )?,
            uses: conn.prepare(COUNTED)?,
        })
    }

    fn apply(&mut self, image: i64, delta: &Delta) -> Result<(), ProjectError> {
        let stored: Option<i64> = self.stored.query_row([image], |r| r.get(0)).optional()?;
        let (first, last) = delta.seen.unwrap_or((i64::MAX, i64::MIN));
        match stored {
            None => self.insert.execute(params![image, delta.roles, delta.uses, delta.running, first, last])?,
            Some(_) => self.update.execute(params![image, delta.roles, delta.uses, delta.running, first, last])?,
        };
        let mut reach_changed = false;
        for ([context, namespace, workload], (uses, running)) in &delta.reach {
            let key = [image, *context, *namespace, *workload, *uses, *running];
            if stored.is_none() || self.reach.add.execute(key)? == 0 {
                self.reach.insert.execute(key)?;
                reach_changed = true;
            }
            if *uses <= 0 {
                reach_changed |= self.reach.sweep.execute([image, *context, *namespace, *workload])? > 0;
            }
        }
        for (name, (uses, current)) in &delta.names {
            let key = [image, *name, *uses, *current];
            if stored.is_none() || self.called.add.execute(key)? == 0 {
                self.called.insert.execute(key)?;
            }
            if *uses <= 0 {
                self.called.sweep.execute([image, *name])?;
            }
        }
        if reach_changed {
            self.workloads.execute([image])?;
        }
        Ok(())
    }

    /// Counts all uses of an image anew.
    fn recount(&mut self, image: i64) -> Result<(), ProjectError> {
        for statement in [&mut self.delete, &mut self.reach.clear, &mut self.called.clear] {
            statement.execute([image])?;
        }
        let mut all = Delta::default();
        for found in self.uses.query_map([image], read_counted)? {
            all.add(&found?);
        }
        if all.uses == 0 { Ok(()) } else { self.apply(image, &all) }
    }
}

const COUNTED: &str = "SELECT u.role, u.name, u.current, u.running, u.first_seen, u.last_seen, o.context, o.namespace,
    o.workload FROM p_use u JOIN p_object o ON o.id = u.object WHERE u.image = ?1 AND u.hidden = 0";

fn read_counted(r: &Row<'_>) -> rusqlite::Result<Counted> {
    Ok(Counted {
        role: r.get(0)?,
        name: r.get(1)?,
        current: r.get(2)?,
        running: r.get(3)?,
        first: r.get(4)?,
        last: r.get(5)?,
        reach: [r.get(6)?, r.get(7)?, r.get(8)?],
    })
}

/// The describing part of the images' rows: what an image is called and which digests and tags it has.
struct Rows<'t> {
    names: HashMap<i64, Name>,
    name: Statement<'t>,
    called: Statement<'t>,
    digests: Statement<'t>,
    aliases: Statement<'t>,
    describe: Statement<'t>,
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

impl<'t> Rows<'t> {
    fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Rows {
            names: HashMap::new(),
            name: conn
                .prepare("SELECT canonical, parsed, registry, repository, tag, moved FROM p_name WHERE id = ?1")?,
            called: conn.prepare("SELECT name, current FROM p_called WHERE image = ?1")?,
            digests: conn.prepare("SELECT value, claims FROM p_digest WHERE image = ?1")?,
            aliases: conn
                .prepare("SELECT DISTINCT t.name FROM p_digest d JOIN p_tag t ON t.digest = d.id WHERE d.image = ?1")?,
            describe: conn.prepare(
                "UPDATE p_image SET ident = ?2, name = ?3, registry = ?4, repository = ?5, resolved = ?6, moved = ?7,
                tags = ?8, digests = ?9 WHERE id = ?1",
            )?,
        })
    }

    fn describe(&mut self, image: i64) -> Result<(), ProjectError> {
        let called: BTreeMap<i64, i64> =
            self.called.query_map([image], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<Result<_, _>>()?;
        // A digest without uses has no row here; sightings may give it one.
        if called.is_empty() { Ok(()) } else { self.describe_as(image, &called) }
    }

    fn describe_as(&mut self, image: i64, called: &BTreeMap<i64, i64>) -> Result<(), ProjectError> {
        let name = self.chosen_name(called)?;
        let digests = self.digests(image)?;
        let (tags, moved) = self.tags(image, called)?;
        self.describe.execute(params![
            image,
            self.ident(image, &name, &digests)?,
            name.canonical,
            name.registry,
            name.repository,
            image > 0,
            moved,
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
        Ok(resolved_ident(&primary))
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
    fn tags(&mut self, image: i64, called: &BTreeMap<i64, i64>) -> Result<(BTreeSet<String>, i64), ProjectError> {
        let mut names: BTreeSet<i64> = called.keys().copied().collect();
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

    fn chosen_name(&mut self, called: &BTreeMap<i64, i64>) -> Result<Name, ProjectError> {
        let mut names = Vec::new();
        for (name, current) in called {
            names.push((self.name(*name)?.clone(), *current));
        }
        let candidates: Vec<Candidate<'_>> = names
            .iter()
            .map(|(n, current)| Candidate {
                name: &n.canonical,
                parsed: n.parsed,
                tagged: n.tag.is_some(),
                current: current.unsigned_abs(),
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

/// The id of an image by its primary digest.
pub(in crate::case) fn resolved_ident(primary: &Digest) -> String {
    primary.hex().chars().take(32).collect()
}

/// The id of an image that no digest is known of.
pub(in crate::case) fn unresolved_ident(name: &str) -> String {
    let hash = Digest::of(format!("unresolved\0{name}").as_bytes());
    hash.hex().chars().take(32).collect()
}
