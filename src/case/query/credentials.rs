//! Credentials that the inventory names: never a value.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::given::referred;
use super::holds::{CredentialCell, held};
use crate::case::project::ProjectError;
use crate::model::given::Stand;
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;

/// A registry that something is pulled from, so that somebody may have a login to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegistryRow {
    /// The host.
    pub host: String,
    /// Images of it.
    pub images: u64,
    /// Workloads that use them.
    pub workloads: u64,
    /// The worst verdict among them.
    pub worst: Option<Verdict>,
    /// One of them is P0.
    pub urgent: bool,
}

/// Every registry of the inventory, by host.
///
/// A workload counts once for each registry, however many of its images are of it. Their rows come in the order of an index,
/// workload by workload, so that nobody has to remember which ones were counted: in a large case there are a million.
pub fn registries(conn: &Connection) -> Result<Vec<RegistryRow>, ProjectError> {
    let mut found = Registries::default();
    let mut images =
        conn.prepare("SELECT id, registry, verdict, priority FROM p_image WHERE registry <> '' AND uses > 0")?;
    let mut rows = images.query([])?;
    while let Some(r) = rows.next()? {
        found.image(r.get(0)?, r.get_ref(1)?.as_str().unwrap_or_default(), r.get(2)?, r.get(3)?);
    }
    let mut workloads = conn.prepare(
        "SELECT workload, image FROM p_reach INDEXED BY p_reach_workload WHERE workload <> 0 ORDER BY workload",
    )?;
    let mut rows = workloads.query([])?;
    while let Some(r) = rows.next()? {
        found.workload(r.get(0)?, r.get(1)?);
    }
    Ok(found.rows())
}

/// The registries in the making.
#[derive(Default)]
struct Registries {
    counts: Vec<Counts>,
    by_host: HashMap<String, usize>,
    by_image: HashMap<i64, usize>,
}

/// What is known of one of them so far.
struct Counts {
    images: u64,
    workloads: u64,
    /// The workload that was counted last.
    last: i64,
    verdict: i64,
    priority: i64,
}

impl Registries {
    fn image(&mut self, id: i64, host: &str, verdict: i64, priority: i64) {
        let place = match self.by_host.get(host) {
            Some(place) => *place,
            None => {
                self.by_host.insert(host.to_owned(), self.counts.len());
                self.counts.push(Counts { images: 0, workloads: 0, last: 0, verdict, priority });
                self.counts.len() - 1
            }
        };
        self.by_image.insert(id, place);
        if let Some(counts) = self.counts.get_mut(place) {
            counts.images += 1;
            counts.verdict = counts.verdict.max(verdict);
            counts.priority = counts.priority.max(priority);
        }
    }

    /// Workloads come in ascending order.
    fn workload(&mut self, workload: i64, image: i64) {
        let counts = self.by_image.get(&image).and_then(|place| self.counts.get_mut(*place));
        if let Some(counts) = counts.filter(|counts| counts.last != workload) {
            counts.last = workload;
            counts.workloads += 1;
        }
    }

    fn rows(self) -> Vec<RegistryRow> {
        let Registries { counts, by_host, .. } = self;
        let mut rows: Vec<RegistryRow> = by_host
            .into_iter()
            .filter_map(|(host, place)| {
                let of = counts.get(place)?;
                Some(RegistryRow {
                    host,
                    images: of.images,
                    workloads: of.workloads,
                    worst: Verdict::from_number(of.verdict),
                    urgent: of.priority == Priority::P0.number(),
                })
            })
            .collect();
        rows.sort_by(|a, b| a.host.cmp(&b.host));
        rows
    }
}

/// A credential that places of images can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldRow {
    /// As a cluster names it.
    pub credential: CredentialCell,
    /// Workloads and jobs that hold it.
    pub users: u64,
    /// Some of them, by name.
    pub places: Vec<String>,
    /// What files say of it beside its name.
    pub said: Vec<String>,
    /// Where files name it.
    pub stands: Vec<Stand>,
    /// The worst verdict of an image beside it.
    pub worst: Option<Verdict>,
    /// An image beside it is P0.
    pub urgent: bool,
}

/// What a verdict's number is raised by, so that none of them is below 1.
const RAISED: i64 = 5;

/// Most places and files of one credential that are named.
const NAMED: usize = 10;
/// Most workloads of one credential whose names are looked up.
const READ: usize = 200;

/// Every credential that a responder should see: what clusters say ([`beside_images`]) and what files refer to
/// ([`in_files`]).
pub fn named(conn: &Connection) -> Result<Vec<HeldRow>, ProjectError> {
    let ranks = ranks(conn)?;
    let mut rows = beside_images(conn, &ranks)?;
    rows.extend(in_files(conn, &ranks)?);
    Ok(rows)
}

/// Verdict, raised, and urgency of each image in use.
type Ranks = HashMap<i64, (u8, bool)>;

fn ranks(conn: &Connection) -> Result<Ranks, ProjectError> {
    let mut statement = conn.prepare("SELECT id, verdict, priority FROM p_image WHERE uses > 0")?;
    let rows = statement.query_map([], |r| {
        let rank = u8::try_from(r.get::<_, i64>(1)?.saturating_add(RAISED)).unwrap_or(0);
        Ok((r.get(0)?, (rank, r.get::<_, i64>(2)? == Priority::P0.number())))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every pull secret; service accounts and other secrets only beside images that are BAD, SUSPECT or P0: nobody rotates
/// all there are, and a list of all would hide those that count.
fn beside_images(conn: &Connection, ranks: &Ranks) -> Result<Vec<HeldRow>, ProjectError> {
    let mut rows = Vec::new();
    for (credential, beside) in held(conn, ranks)? {
        let (rank, urgent) = beside.rank;
        let worst = Verdict::from_number(i64::from(rank) - RAISED);
        if credential.kind == "pull-secret" || worst >= Some(Verdict::Suspect) || urgent {
            let (users, places) = (beside.workloads.len() as u64, names(conn, &beside.workloads)?);
            let (said, stands) = (Vec::new(), Vec::new());
            rows.push(HeldRow { credential, users, places, said, stands, worst, urgent });
        }
    }
    Ok(rows)
}

/// The workloads' names, the first ones in their order; none of so many that nobody reads them.
fn names(conn: &Connection, workloads: &HashSet<i64>) -> Result<Vec<String>, ProjectError> {
    if workloads.len() > READ {
        return Ok(Vec::new());
    }
    let mut name = conn.prepare_cached(
        "SELECT k.text, n.text, w.name FROM p_workload w JOIN p_text k ON k.id = w.kind JOIN p_text n ON n.id = w.namespace
         WHERE w.id = ?1",
    )?;
    let mut names = BTreeSet::new();
    for workload in workloads {
        let mut rows = name.query([workload])?;
        if let Some(r) = rows.next()? {
            let (kind, namespace, name): (String, String, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
            let namespace = if namespace.is_empty() { namespace } else { format!("{namespace}/") };
            names.insert(format!("{kind} {namespace}{name}"));
        }
    }
    Ok(names.into_iter().take(NAMED).collect())
}

/// Every credential that compose files and CI files refer to: there are few of them, and whoever was in the registry may
/// have been in the builds.
fn in_files(conn: &Connection, ranks: &Ranks) -> Result<Vec<HeldRow>, ProjectError> {
    let rows = referred(conn, ranks)?.into_iter().map(|(credential, reference)| HeldRow {
        urgent: reference.rank.1,
        users: reference.places.len() as u64,
        places: reference.places.into_iter().take(NAMED).collect(),
        said: reference.details.into_iter().take(NAMED).collect(),
        stands: reference.stands.into_iter().take(NAMED).collect(),
        worst: Verdict::from_number(i64::from(reference.rank.0) - RAISED),
        credential,
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::project::SCHEMA;
    use proptest::prelude::*;

    const HOSTS: [&str; 4] = ["docker.io", "ghcr.io", "r.example:5000", ""];

    /// The same as one statement: right, and in a large case far too slow.
    fn plainly(conn: &Connection) -> Vec<RegistryRow> {
        let sql = "SELECT i.registry, count(DISTINCT i.id), count(DISTINCT nullif(r.workload, 0)), max(i.verdict),
               max(i.priority)
             FROM p_image i LEFT JOIN p_reach r ON r.image = i.id
             WHERE i.registry <> '' AND i.uses > 0 GROUP BY i.registry ORDER BY i.registry";
        let row = |r: &rusqlite::Row<'_>| {
            Ok(RegistryRow {
                host: r.get(0)?,
                images: r.get::<_, i64>(1)?.unsigned_abs(),
                workloads: r.get::<_, i64>(2)?.unsigned_abs(),
                worst: Verdict::from_number(r.get(3)?),
                urgent: r.get::<_, i64>(4)? == Priority::P0.number(),
            })
        };
        conn.prepare(sql).unwrap().query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn case(images: &[(usize, i64, i64, i64)], reach: &[(i64, i64, i64)]) -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        let image =
            "INSERT INTO p_image (id, ident, name, registry, repository, resolved, roles, uses, running, workloads,
            moved, first_seen, last_seen, tags, digests, verdict, priority)
            VALUES (?1, '', '', ?2, '', 0, 0, ?3, 0, 0, 0, 0, 0, '', '', ?4, ?5)";
        for (id, (host, uses, verdict, priority)) in (-3_i64..).filter(|id| *id != 0).zip(images) {
            conn.execute(image, rusqlite::params![id, HOSTS[*host], uses, verdict, priority]).unwrap();
        }
        for (image, namespace, workload) in reach {
            let sql = "INSERT OR IGNORE INTO p_reach VALUES (?1, 0, ?2, ?3, 1, 0)";
            conn.execute(sql, [image, namespace, workload]).unwrap();
        }
        conn
    }

    proptest! {
        #[test]
        fn registries_are_what_one_statement_says(
            images in prop::collection::vec((0..4_usize, 0..3_i64, -4..5_i64, 0..5_i64), 0..12),
            reach in prop::collection::vec((-4..12_i64, 0..3_i64, 0..6_i64), 0..40),
        ) {
            let conn = case(&images, &reach);
            prop_assert_eq!(registries(&conn).unwrap(), plainly(&conn));
        }
    }

    #[test]
    fn a_workload_counts_once_for_each_registry() {
        let conn = case(
            &[(0, 1, 4, 4), (0, 1, 0, 0), (1, 1, 0, 0)],
            &[(-3, 1, 7), (-2, 2, 7), (-1, 1, 7), (-3, 1, 8), (-3, 1, 0)],
        );
        let rows = registries(&conn).unwrap();
        let told: Vec<(&str, u64, u64)> =
            rows.iter().map(|row| (row.host.as_str(), row.images, row.workloads)).collect();
        assert_eq!(told, [("docker.io", 2, 2), ("ghcr.io", 1, 1)]);
    }
}
