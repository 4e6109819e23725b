//! Where images are used: what a blast reaches beyond the images themselves.
//!
//! Owns the questions about many images at once. Each image comes with a rank; what several images share takes the greatest.

use rusqlite::{Connection, OptionalExtension as _, Row, Statement};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::image::WorkloadCell;
use crate::case::project::ProjectError;
use crate::model::assessment::Exposure;
use crate::model::fact::Role;
use crate::triage::image::Assumed;
use crate::triage::inputs::Inputs;

/// A row of the images list, as far as many of them are needed at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Places that run it.
    pub running: u64,
    /// Places that use it.
    pub uses: u64,
    /// Distinct workloads.
    pub workloads: u64,
    /// Bits of roles, see [`Role::bit`].
    pub roles: u32,
    /// The stored verdict, 0 for none.
    pub verdict: i64,
    /// The stored priority, 0 for none.
    pub priority: i64,
    /// From where it is reached; none where that is only assumed.
    pub exposure: Option<Exposure>,
    /// Registry and repository of its name.
    pub registry: String,
    /// As above.
    pub repository: String,
}

/// The rows of these images; an image that stands in no list has none.
pub fn listed(conn: &Connection, images: impl Iterator<Item = i64>) -> Result<HashMap<i64, Listed>, ProjectError> {
    let mut row = conn.prepare(
        "SELECT i.running, i.uses, i.workloads, i.roles, i.verdict, i.registry, i.repository, i.priority, t.inputs, t.assumed
         FROM p_image i LEFT JOIN p_triage t ON t.image = i.id WHERE i.id = ?1",
    )?;
    // In order: neighbours stand on the same pages.
    let mut images: Vec<i64> = images.collect();
    images.sort_unstable();
    let mut found = HashMap::with_capacity(images.len());
    for image in images {
        let read = |r: &Row<'_>| {
            let count = |column| r.get::<_, i64>(column).map(|n| n.max(0) as u64);
            Ok(Listed {
                running: count(0)?,
                uses: count(1)?,
                workloads: count(2)?,
                roles: r.get(3)?,
                verdict: r.get(4)?,
                registry: r.get(5)?,
                repository: r.get(6)?,
                priority: r.get(7)?,
                exposure: exposure(r.get(8)?, r.get(9)?),
            })
        };
        found.extend(row.query_row([image], read).optional()?.map(|listed| (image, listed)));
    }
    Ok(found)
}

/// Where nothing tells an exposure one is assumed, and that is never the worst.
fn exposure(inputs: Option<i64>, assumed: Option<i64>) -> Option<Exposure> {
    let is_assumed = assumed.is_none_or(|bits| Assumed::of_bits(bits).exposure);
    let exposure = Inputs::unpacked(inputs?).exposure;
    (!is_assumed || exposure == Exposure::Internet).then_some(exposure)
}

/// A place of an image, in words: its context, what the place is and what that is called. What has neither a name nor a
/// digest is told apart by nothing else.
pub fn first_place(conn: &Connection, image: i64) -> Result<Option<String>, ProjectError> {
    let mut place = conn.prepare_cached(
        "SELECT c.text, k.text, o.name FROM p_use u JOIN p_object o ON o.id = u.object JOIN p_text c ON c.id = o.context
         JOIN p_text k ON k.id = o.kind WHERE u.image = ?1 AND u.hidden = 0 ORDER BY c.text, k.text, o.name LIMIT 1",
    )?;
    let words = |r: &Row<'_>| Ok([r.get(0)?, r.get::<_, String>(1)?, r.get(2)?]);
    let place = place.query_row([image], words).optional()?;
    Ok(place.map(|parts| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")))
}

/// A workload that uses one of the images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadPlace {
    /// Its number in the projections.
    pub number: i64,
    /// The workload.
    pub cell: WorkloadCell,
    /// The greatest rank of its images.
    pub rank: u8,
    /// Places in it that run one of them.
    pub running: u64,
    /// One of its images, of the greatest rank.
    pub image: i64,
}

/// A namespace of a context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NamespaceCell {
    /// Empty where no context was told.
    pub context: String,
    /// Empty outside clusters.
    pub namespace: String,
}

/// Where images are used.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Workloads, by context, namespace, kind and name.
    pub workloads: Vec<WorkloadPlace>,
    /// Namespaces with the greatest rank and how many places run there.
    pub namespaces: BTreeMap<NamespaceCell, (u8, u64)>,
    /// Images that run in a namespace or context whose name says production.
    pub in_production: Vec<i64>,
}

/// Images by number: neighbours stand on the same pages.
fn in_order<T>(images: &HashMap<i64, T>) -> impl Iterator<Item = (&i64, &T)> {
    let mut ordered: Vec<_> = images.iter().collect();
    ordered.sort_unstable_by_key(|(image, _)| **image);
    ordered.into_iter()
}

/// So many times as many images as there are: they are looked for in one pass over everything.
const MOST: i64 = 3;

/// Workloads and namespaces of these images.
pub fn places(conn: &Connection, ranks: &HashMap<i64, u8>) -> Result<Places, ProjectError> {
    let mut gathered = Gathered::default();
    let columns = "SELECT image, context, namespace, workload, running FROM p_reach";
    let all: i64 = conn.query_row("SELECT count(*) FROM p_image", [], |r| r.get(0))?;
    let sought = i64::try_from(ranks.len()).unwrap_or(i64::MAX);
    if sought.saturating_mul(MOST) > all {
        let mut all = conn.prepare(columns)?;
        let mut rows = all.query([])?;
        while let Some(r) = rows.next()? {
            gathered.take(conn, ranks, r)?;
        }
    } else {
        let mut of_image = conn.prepare(&format!("{columns} WHERE image = ?1"))?;
        for (image, _) in in_order(ranks) {
            let mut rows = of_image.query([image])?;
            while let Some(r) = rows.next()? {
                gathered.take(conn, ranks, r)?;
            }
        }
    }
    gathered.end(conn)
}

#[derive(Default)]
struct Gathered {
    /// Rank, places that run, image of the greatest rank.
    workloads: HashMap<i64, (u8, u64, i64)>,
    namespaces: HashMap<(i64, i64), (u8, u64)>,
    production: HashMap<(i64, i64), bool>,
    in_production: Vec<i64>,
}

impl Gathered {
    fn take(&mut self, conn: &Connection, ranks: &HashMap<i64, u8>, r: &Row<'_>) -> Result<(), ProjectError> {
        let image: i64 = r.get(0)?;
        let Some(rank) = ranks.get(&image).copied() else { return Ok(()) };
        let (place, workload) = ((r.get(1)?, r.get(2)?), r.get::<_, i64>(3)?);
        let running = r.get::<_, i64>(4)?.max(0) as u64;
        if workload != 0 {
            let known = self.workloads.entry(workload).or_insert((rank, 0, image));
            if (rank, std::cmp::Reverse(image)) > (known.0, std::cmp::Reverse(known.2)) {
                (known.0, known.2) = (rank, image);
            }
            known.1 += running;
        }
        let known = self.namespaces.entry(place).or_insert((rank, 0));
        (known.0, known.1) = (known.0.max(rank), known.1 + running);
        if running > 0 && self.is_production(conn, place)? {
            self.in_production.push(image);
        }
        Ok(())
    }

    fn is_production(&mut self, conn: &Connection, place: (i64, i64)) -> Result<bool, ProjectError> {
        if let Some(known) = self.production.get(&place) {
            return Ok(*known);
        }
        let found = says_production(&text(conn, place.0)?) || says_production(&text(conn, place.1)?);
        self.production.insert(place, found);
        Ok(found)
    }

    fn end(mut self, conn: &Connection) -> Result<Places, ProjectError> {
        let mut workload = conn.prepare("SELECT context, kind, namespace, name FROM p_workload WHERE id = ?1")?;
        let mut words = Words::of(conn)?;
        let mut workloads = Vec::with_capacity(self.workloads.len());
        for (number, (rank, running, image)) in in_order(&self.workloads) {
            let read = |r: &Row<'_>| Ok(([r.get(0)?, r.get(1)?, r.get(2)?], r.get(3)?));
            let ([context, kind, namespace], name) = workload.query_row([number], read)?;
            let [context, kind, namespace] = [words.get(context)?, words.get(kind)?, words.get(namespace)?];
            let cell = WorkloadCell { context, kind, namespace, name };
            workloads.push(WorkloadPlace { number: *number, cell, rank: *rank, running: *running, image: *image });
        }
        workloads.sort_by(|a, b| key(&a.cell).cmp(&key(&b.cell)));
        let mut namespaces = BTreeMap::new();
        for ((context, namespace), counted) in self.namespaces {
            let cell = NamespaceCell { context: text(conn, context)?, namespace: text(conn, namespace)? };
            namespaces.insert(cell, counted);
        }
        self.in_production.sort_unstable();
        self.in_production.dedup();
        Ok(Places { workloads, namespaces, in_production: self.in_production })
    }
}

/// Texts by number, each asked for once.
struct Words<'c> {
    known: HashMap<i64, String>,
    text: Statement<'c>,
}

impl<'c> Words<'c> {
    fn of(conn: &'c Connection) -> Result<Self, ProjectError> {
        Ok(Words { known: HashMap::new(), text: conn.prepare("SELECT text FROM p_text WHERE id = ?1")? })
    }

    fn get(&mut self, number: i64) -> Result<String, ProjectError> {
        if let Some(known) = self.known.get(&number) {
            return Ok(known.clone());
        }
        let text: String = self.text.query_row([number], |r| r.get(0))?;
        self.known.insert(number, text.clone());
        Ok(text)
    }
}

fn key(cell: &WorkloadCell) -> [&str; 4] {
    [&cell.context, &cell.namespace, &cell.kind, &cell.name]
}

fn text(conn: &Connection, id: i64) -> Result<String, ProjectError> {
    let mut statement = conn.prepare_cached("SELECT text FROM p_text WHERE id = ?1")?;
    Ok(statement.query_row([id], |r| r.get(0)).optional()?.unwrap_or_default())
}

/// A context or namespace that calls itself production, as a word of its own: `prod-eu`, never `product`.
pub fn says_production(name: &str) -> bool {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.map(str::to_ascii_lowercase).any(|word| ["prod", "prd", "production", "live"].contains(&word.as_str()))
}

/// A place from which an image can come back after it was taken away.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ComesBack {
    /// `old-replicaset`, `node-cache`, `pull-through-cache`, `ci-builder` or `cron-job`.
    pub kind: &'static str,
    /// The context; empty where none was told.
    pub context: String,
    /// The namespace; empty outside clusters.
    pub namespace: String,
    /// The object, node, job or place of the cache.
    pub name: String,
    /// The ids of up to a few images that wait there.
    pub images: Vec<String>,
}

/// Places that are told with the roles of images, and in what kinds of objects.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// All places from which images come back, sorted; `images` is filled in by number.
    pub places: BTreeMap<[String; 4], Vec<i64>>,
    /// Distinct machines and devices that use one of the images.
    pub devices: u64,
    /// Distinct CI jobs.
    pub builders: u64,
    /// Images that are kept on a node and run nowhere.
    pub cached: Vec<i64>,
}

/// Looks for these images in caches, jobs, devices and replica sets that run nothing.
pub fn waiting(conn: &Connection, images: &HashMap<i64, Listed>) -> Result<Waiting, ProjectError> {
    let mut found = Waiting::default();
    let [cache, builder, device] = [Role::NodeCache, Role::Ci, Role::Device].map(|role| i64::from(role.index()));
    let told = Role::NodeCache.bit() | Role::Ci.bit() | Role::Device.bit();
    let (mut devices, mut builders) = (BTreeSet::new(), BTreeSet::new());
    // The index tells the role: of the many places that only run an image no row is looked up.
    let mut uses = conn.prepare(
        "SELECT DISTINCT u.role, u.object, c.text, n.text, CASE WHEN u.role = ?2 AND k.text <> 'Node'
           THEN coalesce(h.text, s.path, o.name) ELSE o.name END, coalesce(s.path, '')
         FROM p_use i INDEXED BY p_use_image JOIN p_use u ON u.object = i.object AND u.role = i.role
           AND u.container = i.container AND u.written = i.written AND u.resolved = i.resolved AND u.needs = i.needs
           AND u.digest = i.digest
         JOIN p_object o ON o.id = u.object JOIN p_text c ON c.id = o.context
         JOIN p_text n ON n.id = o.namespace JOIN p_text k ON k.id = o.kind LEFT JOIN p_text h ON h.id = o.node
         LEFT JOIN p_source s ON s.id = o.source
         WHERE i.image = ?1 AND i.role IN (?2, ?3, ?4) AND u.hidden = 0 AND u.current = 1",
    )?;
    for (image, listed) in in_order(images).filter(|(_, listed)| listed.roles & told != 0) {
        let mut rows = uses.query([*image, cache, builder, device])?;
        let mut is_cached = false;
        while let Some(r) = rows.next()? {
            let (role, object): (i64, i64) = (r.get(0)?, r.get(1)?);
            let (context, namespace, name, path): (String, String, String, String) =
                (r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?);
            let (kind, name) = match role {
                role if role == device => {
                    devices.insert(object);
                    continue;
                }
                role if role == cache => {
                    is_cached = true;
                    ("node-cache", name)
                }
                _ => {
                    builders.insert(object);
                    ("ci-builder", if name.is_empty() { path } else { name })
                }
            };
            found.places.entry([kind.to_owned(), context, namespace, name]).or_default().push(*image);
        }
        if is_cached && listed.running == 0 {
            found.cached.push(*image);
        }
    }
    (found.devices, found.builders) = (devices.len() as u64, builders.len() as u64);
    old_replica_sets(conn, images, &mut found.places)?;
    found.places.values_mut().for_each(|images| {
        images.sort_unstable();
        images.dedup();
    });
    Ok(found)
}

/// Replica sets of which nothing runs: a rollback brings their images back. They are asked for by kind, because they are
/// few beside the images of a wide blast.
fn old_replica_sets(
    conn: &Connection,
    images: &HashMap<i64, Listed>,
    places: &mut BTreeMap<[String; 4], Vec<i64>>,
) -> Result<(), ProjectError> {
    // The contexts one by one, so that each step is a jump in the index that begins with context and kind.
    let mut statement = conn.prepare(
        "WITH RECURSIVE context(id) AS (SELECT min(context) FROM p_object UNION ALL
           SELECT (SELECT min(o.context) FROM p_object o WHERE o.context > c.id) FROM context c WHERE c.id IS NOT NULL)
         SELECT DISTINCT u.image, t.text, n.text, o.name FROM context c JOIN p_object o ON o.context = c.id
         JOIN p_use u ON u.object = o.id JOIN p_text t ON t.id = o.context JOIN p_text n ON n.id = o.namespace
         WHERE o.kind = (SELECT id FROM p_text WHERE text = 'ReplicaSet') AND u.hidden = 0 AND u.current = 1
           AND NOT EXISTS (SELECT 1 FROM p_object p JOIN p_use r ON r.object = p.id
                           WHERE p.owner_uid = o.instance AND r.running = 1)",
    )?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let image: i64 = r.get(0)?;
        if images.contains_key(&image) {
            let place = ["old-replicaset".to_owned(), r.get(1)?, r.get(2)?, r.get(3)?];
            places.entry(place).or_default().push(image);
        }
    }
    Ok(())
}

/// What a tag led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagStep {
    /// The digest.
    pub digest: String,
    /// `index`, `manifest`, `config` or `unknown`.
    pub kind: String,
    /// The number of its image.
    pub image: i64,
    /// When it was seen there first, RFC 3339.
    pub first_seen: String,
    /// And last.
    pub last_seen: String,
}

/// The digests that a tag led to where it was asked for, in the order in which they were seen first.
pub fn tag_steps(conn: &Connection, canonical: &str) -> Result<Vec<TagStep>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT d.value, d.claims, d.image, t.first_seen, t.last_seen FROM p_name n JOIN p_tag t ON t.name = n.id
         JOIN p_digest d ON d.id = t.digest WHERE n.canonical = ?1 AND t.basis = 2
         ORDER BY t.first_seen, t.last_seen, d.value",
    )?;
    let rows = statement.query_map([canonical], |r| {
        Ok(TagStep {
            digest: r.get(0)?,
            kind: crate::resolve::claims::Claims::from_bits(r.get(1)?).kind().as_str().to_owned(),
            image: r.get(2)?,
            first_seen: super::time(r.get(3)?),
            last_seen: super::time(r.get(4)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::says_production;

    #[test]
    fn production_is_a_word_of_its_own() {
        for name in ["prod", "prod-eu", "eu.PRODUCTION", "pay_live", "x/prd"] {
            assert!(says_production(name), "{name}");
        }
        for name in ["product", "preprod", "reproduction", "delivery", ""] {
            assert!(!says_production(name), "{name}");
        }
    }
}
