//! Which credentials the places of images can use, by name. Never a value.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::given::referred;
use crate::case::project::{Held, ProjectError};

/// A credential, as a cluster or a file names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CredentialCell {
    /// Of a cluster `pull-secret`, `service-account` or `secret`; of a file the word of a
    /// [`crate::model::credential::CredentialKind`].
    pub kind: &'static str,
    /// Its context; empty where none was told.
    pub context: String,
    /// Its namespace; of a file's the project that it is valid in, with the service where it is that one's alone.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Images with more places than this in all are looked for by workload.
const MANY: i64 = 50_000;

/// How much an image matters: of several images beside one credential the worst counts.
pub trait Rank: Copy + Default {
    /// The worse of two.
    fn worse(self, other: Self) -> Self;
}

impl Rank for u8 {
    fn worse(self, other: u8) -> u8 {
        self.max(other)
    }
}

/// A rank, and whether something must be done now: each by itself, for the worst image need not be the urgent one.
impl Rank for (u8, bool) {
    fn worse(self, other: (u8, bool)) -> (u8, bool) {
        (self.0.max(other.0), self.1 || other.1)
    }
}

/// What stands beside a credential that a cluster names.
#[derive(Debug, Clone, Default)]
pub struct Beside<R> {
    /// The worst rank of an image beside it.
    pub rank: R,
    /// The workloads whose places hold it, by number: a workload with all its pods is one.
    pub workloads: HashSet<i64>,
}

/// For each credential that places of these images can use, as a cluster, a compose file or a CI file says, the greatest of
/// the images' ranks, which are above 0, and how many workloads and jobs hold it. `workloads` are those that use one of
/// the images, each with the greatest rank of its images; `holding` is read where it is needed and not given.
pub fn reached(
    conn: &Connection,
    ranks: &HashMap<i64, u8>,
    workloads: &HashMap<i64, u8>,
    holding: Option<Holding>,
) -> Result<BTreeMap<CredentialCell, (u8, u64)>, ProjectError> {
    let mut lists = Lists::default();
    if holding.is_some() || are_many(conn, ranks)? {
        lists.of_many(conn, ranks, workloads, &holding.map_or_else(|| Holding::read(conn), Ok)?)?;
    } else {
        lists.of_few(conn, ranks)?;
    }
    let held = named(conn, lists.0)?.into_iter();
    let mut found: BTreeMap<_, _> = held.map(|(cell, it)| (cell, (it.rank, it.workloads.len() as u64))).collect();
    for (cell, reference) in referred(conn, ranks)?.into_iter().filter(|(_, reference)| reference.rank > 0) {
        let (best, places) = found.entry(cell).or_insert((0, 0));
        (*best, *places) = (reference.rank.max(*best), *places + reference.places.len() as u64);
    }
    Ok(found)
}

/// The same of what clusters say alone, by any ranks.
pub fn held<R: Rank>(
    conn: &Connection,
    ranks: &HashMap<i64, R>,
) -> Result<BTreeMap<CredentialCell, Beside<R>>, ProjectError> {
    let mut lists = Lists::default();
    if are_many(conn, ranks)? {
        lists.of_many(conn, ranks, &workloads(conn, ranks)?, &Holding::read(conn)?)?;
    } else {
        lists.of_few(conn, ranks)?;
    }
    named(conn, lists.0)
}

/// Whether these images have so many places that what every object holds is worth being read.
pub fn are_many<R>(conn: &Connection, ranks: &HashMap<i64, R>) -> Result<bool, ProjectError> {
    let any = conn.query_row("SELECT EXISTS (SELECT 1 FROM p_holds)", [], |r| r.get::<_, bool>(0))?;
    Ok(any && places(conn, ranks)? > MANY)
}

/// The workloads that use one of these images, each with the worst rank of its images.
fn workloads<R: Rank>(conn: &Connection, ranks: &HashMap<i64, R>) -> Result<HashMap<i64, R>, ProjectError> {
    let mut all = conn.prepare("SELECT image, workload FROM p_reach WHERE workload <> 0")?;
    let mut rows = all.query([])?;
    let mut found: HashMap<i64, R> = HashMap::new();
    while let Some(r) = rows.next()? {
        if let Some(rank) = ranks.get(&r.get(0)?) {
            let known = found.entry(r.get(1)?).or_default();
            *known = rank.worse(*known);
        }
    }
    Ok(found)
}

/// Context, namespace and the list of names, which objects that hold the same share.
type List = (i64, i64, i64);

/// What stands beside each list; the same list is read once.
struct Lists<R>(HashMap<List, Beside<R>>);

impl<R> Default for Lists<R> {
    fn default() -> Self {
        Lists(HashMap::new())
    }
}

/// What the objects of a workload hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Same {
    /// All the same, or nothing.
    All(Option<List>),
    /// One this, another that: a roll-out changes secrets, too.
    No,
}

impl<R: Rank> Lists<R> {
    fn take(&mut self, rank: R, workload: i64, list: List) {
        let beside = self.0.entry(list).or_default();
        beside.rank = rank.worse(beside.rank);
        beside.workloads.insert(workload);
    }

    /// Place by place.
    fn of_few(&mut self, conn: &Connection, ranks: &HashMap<i64, R>) -> Result<(), ProjectError> {
        let mut of_image = conn.prepare(
            "SELECT o.workload, o.context, o.namespace, h.names FROM p_use u JOIN p_holds h ON h.object = u.object
             JOIN p_object o ON o.id = u.object WHERE u.hidden = 0 AND u.image = ?1",
        )?;
        for (image, rank) in ranks {
            let mut rows = of_image.query([image])?;
            while let Some(r) = rows.next()? {
                self.take(*rank, r.get(0)?, (r.get(1)?, r.get(2)?, r.get(3)?));
            }
        }
        Ok(())
    }

    /// Workload by workload, where all objects of one hold the same; the others object by object.
    fn of_many(
        &mut self,
        conn: &Connection,
        ranks: &HashMap<i64, R>,
        workloads: &HashMap<i64, R>,
        holding: &Holding,
    ) -> Result<(), ProjectError> {
        for (workload, rank) in workloads {
            if let Some(Same::All(Some(list))) = holding.same.get(workload) {
                self.take(*rank, *workload, *list);
            }
        }
        let mut uses = conn.prepare("SELECT image FROM p_use WHERE object = ?1 AND hidden = 0")?;
        for (object, workload, list) in &holding.apart {
            let mut rows = uses.query([object])?;
            while let Some(r) = rows.next()? {
                ranks.get(&r.get(0)?).into_iter().for_each(|rank| self.take(*rank, *workload, *list));
            }
        }
        Ok(())
    }
}

/// What every object holds.
#[derive(Debug, Default)]
pub struct Holding {
    /// By workload.
    same: HashMap<i64, Same>,
    /// Objects of no workload, or of one whose objects differ: number, workload, and what they hold.
    apart: Vec<(i64, i64, List)>,
}

impl Holding {
    /// Of all objects.
    pub fn read(conn: &Connection) -> Result<Holding, ProjectError> {
        let mut holding = Holding::default();
        let same = &mut holding.same;
        let mut differ = false;
        each_object(conn, |_, workload, list| {
            if workload == 0 {
                differ |= list.is_some();
                return;
            }
            let own = Same::All(list);
            let known = same.entry(workload).or_insert(own);
            *known = if *known == own { own } else { Same::No };
            differ |= *known == Same::No;
        })?;
        if !differ {
            return Ok(holding);
        }
        each_object(conn, |object, workload, list| {
            let apart = workload == 0 || same.get(&workload) == Some(&Same::No);
            holding.apart.extend(list.filter(|_| apart).map(|list| (object, workload, list)));
        })?;
        Ok(holding)
    }
}

/// Number and workload of each object, and what it holds.
fn each_object(conn: &Connection, mut take: impl FnMut(i64, i64, Option<List>)) -> Result<(), ProjectError> {
    let mut all = conn.prepare(
        "SELECT o.id, o.workload, o.context, o.namespace, h.names FROM p_object o LEFT JOIN p_holds h ON h.object = o.id",
    )?;
    let mut rows = all.query([])?;
    while let Some(r) = rows.next()? {
        let (context, namespace) = (r.get(2)?, r.get(3)?);
        let names: Option<i64> = r.get(4)?;
        take(r.get(0)?, r.get(1)?, names.map(|names| (context, namespace, names)));
    }
    Ok(())
}

/// Places of these images in all.
fn places<R>(conn: &Connection, ranks: &HashMap<i64, R>) -> Result<i64, ProjectError> {
    let mut uses = conn.prepare("SELECT coalesce(sum(uses), 0) FROM p_image WHERE id = ?1")?;
    let mut sum = 0;
    for image in ranks.keys() {
        sum += uses.query_row([image], |r| r.get::<_, i64>(0))?;
        if sum > MANY {
            break;
        }
    }
    Ok(sum)
}

fn named<R: Rank>(
    conn: &Connection,
    lists: HashMap<List, Beside<R>>,
) -> Result<BTreeMap<CredentialCell, Beside<R>>, ProjectError> {
    let mut text = conn.prepare("SELECT text FROM p_text WHERE id = ?1")?;
    let mut of = |id: i64| text.query_row([id], |r| r.get::<_, String>(0));
    let mut found: BTreeMap<CredentialCell, Beside<R>> = BTreeMap::new();
    for ((context, namespace, names), list) in lists {
        let listed: Vec<(i64, String)> = serde_json::from_str(&of(names)?)
            .map_err(|e| ProjectError::Damaged(format!("the credentials of an object: {e}")))?;
        let (context, namespace) = (of(context)?, of(namespace)?);
        for (kind, name) in listed {
            let Some(kind) = Held::of(kind) else { continue };
            let (context, namespace) = (context.clone(), namespace.clone());
            let cell = CredentialCell { kind: kind.as_str(), context, namespace, name };
            let beside = found.entry(cell).or_default();
            beside.rank = list.rank.worse(beside.rank);
            beside.workloads.extend(&list.workloads);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::project::SCHEMA;
    use proptest::prelude::*;

    /// Workload (0: none), list (0: nothing held), and images with whether each is hidden.
    type Thing = (i64, i64, Vec<(i64, bool)>);

    fn case(things: &[Thing]) -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        for (id, (workload, list, uses)) in (1_i64..).zip(things) {
            let object =
                "INSERT INTO p_object (id, context, kind, namespace, name, origin, instance, owner_kind, owner_name,
                top_kind, top_name, node, phase, source, pointer, offset, length, first_seen, last_seen, gone, workload)
                VALUES (?1, 1, 1, ?2 % 2, ?1, 0, '', 0, '', 0, '', 0, 0, 0, '', 0, 0, 0, 0, 0, ?2)";
            conn.execute(object, [id, *workload]).unwrap();
            if *list != 0 {
                conn.execute("INSERT INTO p_holds VALUES (?1, ?2)", [id, *list]).unwrap();
            }
            for (at, (image, hidden)) in (0_i64..).zip(uses) {
                let used = "INSERT INTO p_use VALUES (?1, 0, ?2, 0, 0, 0, 0, 0, 0, ?3, 0, 1, 1, ?4, 0, 0, NULL, NULL, NULL, 0, 0,
                    '', 0, 0, 0)";
                conn.execute(used, [id, at, *image, i64::from(*hidden)]).unwrap();
            }
        }
        let reach = "INSERT INTO p_reach SELECT u.image, o.context, o.namespace, o.workload, count(*), 0 FROM p_use u
            JOIN p_object o ON o.id = u.object WHERE u.hidden = 0 GROUP BY 1, 2, 3, 4";
        conn.execute(reach, []).unwrap();
        conn
    }

    fn rows(lists: Lists<u8>) -> BTreeMap<List, (u8, Vec<i64>)> {
        let sorted = |workloads: HashSet<i64>| {
            let mut workloads: Vec<i64> = workloads.into_iter().collect();
            workloads.sort_unstable();
            workloads
        };
        lists.0.into_iter().map(|(list, beside)| (list, (beside.rank, sorted(beside.workloads)))).collect()
    }

    proptest! {
        #[test]
        fn many_are_told_as_few_are(
            things in prop::collection::vec(
                (0..4_i64, 0..3_i64, prop::collection::vec((1..6_i64, prop::bool::weighted(0.2)), 0..4)), 0..14),
            ranks in prop::collection::hash_map(1..6_i64, 1..4_u8, 0..5),
        ) {
            let conn = case(&things);
            let (mut few, mut many) = (Lists::default(), Lists::default());
            few.of_few(&conn, &ranks).unwrap();
            many.of_many(&conn, &ranks, &workloads(&conn, &ranks).unwrap(), &Holding::read(&conn).unwrap()).unwrap();
            prop_assert_eq!(rows(few), rows(many));
        }
    }

    #[test]
    fn pods_of_a_roll_out_hold_what_they_hold_themselves() {
        // Two pods of one workload: the old one runs 1 and holds list 1, the new one runs 2 and holds list 2.
        let conn = case(&[(7, 1, vec![(1, false)]), (7, 2, vec![(2, false)])]);
        let ranks = HashMap::from([(1, 3)]);
        let mut many = Lists::default();
        many.of_many(&conn, &ranks, &workloads(&conn, &ranks).unwrap(), &Holding::read(&conn).unwrap()).unwrap();
        assert_eq!(rows(many), BTreeMap::from([((1, 1, 1), (3, vec![7]))]));
    }
}
