//! Gathers the inputs of images from their places of use.
//!
//! Places that say the same, of one workload and around the same things, are looked at once: a million places are a few
//! thousand that differ.

use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::around::Surroundings;
use super::carried::Carried;
use super::owners::OwnerWords;
use super::scanned;
use crate::case::project::error::ProjectError;
use crate::case::project::intern::{remember, remember_up_to};
use crate::case::project::objects::Origin;
use crate::case::project::settle::{DEVICE, role_of};
use crate::case::project::verdicts::Which;
use crate::model::assessment::{Criticality, Standing};
use crate::model::fact::{Mark, Role};
use crate::triage::image::{Assumed, Facts, Gathered, Whole, stood_upon};
use crate::triage::inputs::Inputs;
use crate::triage::place::{Place, Told, Traits, told};
use crate::triage::policy::FactRules;

/// A place of use, as far as judging goes. Texts are by number.
#[derive(Debug, Clone)]
pub(in crate::case) struct PlaceRow {
    pub image: i64,
    pub role: i64,
    pub container: i64,
    pub marks: i64,
    pub state: i64,
    pub current: bool,
    pub running: bool,
    pub first_seen: i64,
    pub object: i64,
    pub context: i64,
    pub kind: i64,
    pub namespace: i64,
    pub origin: i64,
    pub gone: bool,
    pub phase: i64,
    pub node: i64,
    pub workload: i64,
    pub traits: i64,
}

const COLUMNS: &str =
    "u.image, u.role, u.container, u.marks, u.state, u.current, u.running, u.first_seen, o.id, o.context,
    o.kind, o.namespace, o.origin, o.gone, o.phase, o.node, o.workload, o.traits";

impl PlaceRow {
    fn read(r: &Row<'_>) -> rusqlite::Result<PlaceRow> {
        Ok(PlaceRow {
            image: r.get(0)?,
            role: r.get(1)?,
            container: r.get(2)?,
            marks: r.get(3)?,
            state: r.get(4)?,
            current: r.get(5)?,
            running: r.get(6)?,
            first_seen: r.get(7)?,
            object: r.get(8)?,
            context: r.get(9)?,
            kind: r.get(10)?,
            namespace: r.get(11)?,
            origin: r.get(12)?,
            gone: r.get(13)?,
            phase: r.get(14)?,
            node: r.get(15)?,
            workload: r.get(16)?,
            traits: r.get(17)?,
        })
    }
}

/// Calls for each place of some images that is not told better elsewhere.
pub(in crate::case) fn each_place(
    conn: &Connection,
    which: &Which,
    mut place: impl FnMut(&PlaceRow) -> Result<(), ProjectError>,
) -> Result<(), ProjectError> {
    let (query, bound) = match which {
        // In the order of the objects: both tables are read from one end to the other.
        Which::All => (
            format!("SELECT {COLUMNS} FROM p_object o JOIN p_use u ON u.object = o.id WHERE u.hidden = 0 AND ?1 = ''"),
            String::new(),
        ),
        Which::These(images) => {
            let list: Vec<String> = images.iter().map(i64::to_string).collect();
            let query = format!(
                "SELECT {COLUMNS} FROM json_each(?1) w CROSS JOIN p_use u INDEXED BY p_use_image ON u.image = w.value
                 JOIN p_object o ON o.id = u.object WHERE u.hidden = 0"
            );
            (query, format!("[{}]", list.join(",")))
        }
    };
    let mut statement = conn.prepare(&query)?;
    let mut rows = statement.query([bound])?;
    while let Some(row) = rows.next()? {
        place(&PlaceRow::read(row)?)?;
    }
    Ok(())
}

/// So many traits, and so much of what places tell, are remembered: each is a few hundred bytes, and places that say the
/// same stand near each other.
const FEW: usize = 8_192;

/// What tells places apart for judging.
type Key = [i64; 9];

/// Looks at places; remembers what it saw.
pub(in crate::case) struct Looked<'c> {
    conn: &'c Connection,
    rules: &'c FactRules,
    around: Surroundings,
    pub owners: OwnerWords,
    texts: HashMap<i64, Rc<str>>,
    traits: HashMap<i64, Rc<Traits>>,
    workloads: HashMap<i64, Rc<(String, String)>>,
    told: HashMap<Key, Rc<Told>>,
}

impl<'c> Looked<'c> {
    /// Loads what stands around places.
    pub fn new(conn: &'c Connection, rules: &'c FactRules) -> Result<Self, ProjectError> {
        Ok(Looked {
            conn,
            rules,
            around: Surroundings::load(conn)?,
            owners: OwnerWords::load(conn, rules)?,
            texts: HashMap::new(),
            traits: HashMap::new(),
            workloads: HashMap::new(),
            told: HashMap::new(),
        })
    }

    /// What a place tells.
    pub fn told(&mut self, row: &PlaceRow) -> Result<Rc<Told>, ProjectError> {
        let node = if row.node == 0 { None } else { self.node(row)? };
        let PlaceRow { context, kind, namespace, traits, role, container, marks, workload, .. } = *row;
        let key = [context, kind, namespace, traits, role, container, marks, workload, node.unwrap_or(0)];
        if let Some(known) = self.told.get(&key) {
            return Ok(Rc::clone(known));
        }
        let (kind, space, container) = (self.text(kind)?, self.text(namespace)?, self.text(container)?);
        let (traits, marks, workload) = (self.traits(row.traits)?, self.marks(marks)?, self.workload(workload)?);
        let workload = (!workload.1.is_empty()).then_some((workload.0.as_str(), workload.1.as_str()));
        let found = told(
            &Place {
                kind: &kind,
                namespace: &space,
                traits: &traits,
                around: self.around.of(context, namespace),
                role: role_of(role).unwrap_or(Role::Field),
                container: &container,
                marks: &marks,
                owner: self.owners.of_place(context, &space, workload),
                control_plane: node,
            },
            self.rules,
        );
        let found = Rc::new(found);
        remember_up_to(FEW, &mut self.told, key, Rc::clone(&found));
        Ok(found)
    }

    /// Where a place makes its image stand.
    pub fn standing(&mut self, row: &PlaceRow) -> Result<Standing, ProjectError> {
        let kind = self.text(row.kind)?;
        let ended = matches!(&*self.text(row.phase)?, "Failed" | "Succeeded");
        let at_rest = self.traits(row.traits)?.is_at_rest();
        Ok(standing_of(row, &kind, ended, at_rest))
    }

    fn node(&mut self, row: &PlaceRow) -> Result<Option<i64>, ProjectError> {
        let name = self.text(row.node)?;
        Ok(self.around.control_plane(row.context, &name))
    }

    fn text(&mut self, id: i64) -> Result<Rc<str>, ProjectError> {
        if let Some(known) = self.texts.get(&id) {
            return Ok(Rc::clone(known));
        }
        let mut statement = self.conn.prepare_cached("SELECT text FROM p_text WHERE id = ?1")?;
        let found: Option<String> = statement.query_map([id], |r| r.get(0))?.next().transpose()?;
        let text: Rc<str> = found.unwrap_or_default().into();
        remember(&mut self.texts, id, Rc::clone(&text));
        Ok(text)
    }

    fn traits(&mut self, id: i64) -> Result<Rc<Traits>, ProjectError> {
        if let Some(known) = self.traits.get(&id) {
            return Ok(Rc::clone(known));
        }
        let mut statement = self.conn.prepare_cached("SELECT text FROM p_text WHERE id = ?1")?;
        let text: Option<String> = statement.query_map([id], |r| r.get(0))?.next().transpose()?;
        let traits = Rc::new(text.map(|text| Traits::parse(&text)).unwrap_or_default());
        remember_up_to(FEW, &mut self.traits, id, Rc::clone(&traits));
        Ok(traits)
    }

    fn marks(&mut self, id: i64) -> Result<Vec<Mark>, ProjectError> {
        let words: Vec<String> = serde_json::from_str(&self.text(id)?).unwrap_or_default();
        Ok(words.iter().filter_map(|word| word.parse().ok()).collect())
    }

    /// Kind and name.
    fn workload(&mut self, id: i64) -> Result<Rc<(String, String)>, ProjectError> {
        if let Some(known) = self.workloads.get(&id) {
            return Ok(Rc::clone(known));
        }
        let mut statement = self
            .conn
            .prepare_cached("SELECT k.text, w.name FROM p_workload w JOIN p_text k ON k.id = w.kind WHERE w.id = ?1")?;
        let found = statement.query_map([id], |r| Ok((r.get(0)?, r.get(1)?)))?.next().transpose()?;
        let found = Rc::new(found.unwrap_or_default());
        remember(&mut self.workloads, id, Rc::clone(&found));
        Ok(found)
    }
}

/// Numbers of states in `p_use.state`.
const TERMINATED: i64 = 3;
const CACHED: i64 = 4;

/// Where a place makes its image stand. What a live object asks for runs or is scheduled to, unless it is known to have
/// ended, to be at rest or to be gone.
pub(in crate::case) fn standing_of(row: &PlaceRow, kind: &str, ended: bool, at_rest: bool) -> Standing {
    let role = role_of(row.role);
    if matches!(role, Some(Role::Ci | Role::Action)) {
        return Standing::CiBuild;
    }
    if row.running {
        return Standing::Running;
    }
    let device = kind == DEVICE;
    let named = matches!(role, Some(Role::Field | Role::Listed | Role::Sbom | Role::Scan));
    if row.origin == Origin::Declared as i64 && !device || named {
        return Standing::Files;
    }
    let over = row.gone || !row.current || ended || at_rest || [TERMINATED, CACHED].contains(&row.state);
    let keeps = role == Some(Role::NodeCache) || device || matches!(kind, "Job" | "Node" | "Container");
    if over || keeps { Standing::Kept } else { Standing::Running }
}

/// What facts tell of an image, without what is said by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) struct Plain {
    /// Without a verdict.
    pub inputs: Inputs,
    /// What was taken for granted.
    pub assumed: Assumed,
    /// Since when it stands where it does.
    pub since: i64,
}

/// Gathers the inputs of some images, each in the images list.
pub(in crate::case) fn plain(
    conn: &Connection,
    which: &Which,
    rules: &FactRules,
    carried: Option<&Carried>,
) -> Result<BTreeMap<i64, Plain>, ProjectError> {
    let mut looked = Looked::new(conn, rules)?;
    let mut found: BTreeMap<i64, Gathered> = BTreeMap::new();
    each_place(conn, which, |row| {
        let standing = looked.standing(row)?;
        let gathered = found.entry(row.image).or_default();
        if works(row) {
            gathered.add(standing, row.first_seen, &Facts::from(&*looked.told(row)?));
        } else {
            gathered.stand(standing, row.first_seen);
        }
        Ok(())
    })?;
    seen(conn, which, &mut found)?;
    let mut plain = whole(conn, which, &found, &looked, rules)?;
    if let Some(carried) = carried {
        stand_on(conn, which, &mut plain, carried, rules)?;
    }
    Ok(plain)
}

/// Adds what stands on each of them. Whether an image runs and how critical it is comes from here where it is one of these,
/// else from what is stored. First all become as critical as what stands on them makes them by its number alone; so it
/// plays no part in which order they are taken.
fn stand_on(
    conn: &Connection,
    which: &Which,
    plain: &mut BTreeMap<i64, Plain>,
    carried: &Carried,
    rules: &FactRules,
) -> Result<(), ProjectError> {
    let stored = match which {
        Which::All => HashMap::new(),
        Which::These(_) => stored(conn)?,
    };
    let bases: Vec<i64> = carried.bases().filter(|image| plain.contains_key(image)).collect();
    for count in [true, false] {
        let of = |image: i64| plain.get(&image).map(|plain| plain.inputs).or_else(|| stored.get(&image).copied());
        let runs = |image: i64| of(image).filter(|inputs| inputs.standing == Standing::Running);
        let found: Vec<(i64, u64, Option<Criticality>)> = bases
            .iter()
            .map(|base| {
                let (many, level) = (rules.fan_out.0.max(1), |inputs: Inputs| inputs.criticality);
                let upon = if count {
                    carried.upon(*base, many, |image| runs(image).map(|_| Criticality::Critical))
                } else {
                    carried.upon(*base, 0, |image| runs(image).map(level))
                };
                let running = if count { upon.running.len() as u64 } else { 0 };
                (*base, running, upon.worst.map(|(level, _)| level).filter(|_| !count))
            })
            .collect();
        for (base, running, worst) in found {
            if let Some(Plain { inputs, assumed, .. }) = plain.get_mut(&base) {
                stood_upon(inputs, assumed, running, worst, rules);
            }
        }
    }
    Ok(())
}

/// What is stored of each image's facts.
pub(in crate::case) fn stored(conn: &Connection) -> Result<HashMap<i64, Inputs>, ProjectError> {
    let mut statement = conn.prepare("SELECT image, plain FROM p_triage")?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, Inputs::unpacked(r.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// True for a place that still is one, and at which an image works: a machine's store and a recipe's base are none.
pub(in crate::case) fn works(row: &PlaceRow) -> bool {
    let stored = matches!(role_of(row.role), Some(Role::NodeCache | Role::Base | Role::BuildInput | Role::Frontend));
    !stored && !row.gone && row.current
}

/// Pulls, runs and stores that were told without a place of use; and workloads that a scanner says run it. Those ran it
/// when they were scanned: nothing tells that they still do.
fn seen(conn: &Connection, which: &Which, found: &mut BTreeMap<i64, Gathered>) -> Result<(), ProjectError> {
    let wanted = |image: &i64| match which {
        Which::All => true,
        Which::These(images) => images.contains(image),
    };
    let mut statement = conn.prepare(
        "SELECT d.image, min(coalesce(s.since, s.until, s.as_of)) FROM p_sighting s JOIN p_digest d ON d.id = s.digest
         WHERE s.kind IN (1, 2, 4) AND d.image <> 0 GROUP BY d.image
         UNION ALL
         SELECT x.image, min(c.at) FROM p_scan c JOIN p_scanned x ON x.scan = c.id WHERE c.place <> 0 GROUP BY x.image",
    )?;
    let rows = statement.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?)))?;
    for row in rows {
        let (image, since) = row?;
        if wanted(&image) {
            found.entry(image).or_default().stand(Standing::Kept, since);
        }
    }
    Ok(())
}

/// Adds what is known of each image as a whole.
fn whole(
    conn: &Connection,
    which: &Which,
    found: &BTreeMap<i64, Gathered>,
    looked: &Looked<'_>,
    rules: &FactRules,
) -> Result<BTreeMap<i64, Plain>, ProjectError> {
    let points = scanned::points(conn, which)?;
    let mut plain = BTreeMap::new();
    each_image(conn, which, |r| {
        let (id, name, registry, repository): (i64, String, String, String) =
            (r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?);
        let gathered = found.get(&id).copied().unwrap_or_default();
        let owner = if looked.owners.is_empty() { None } else { looked.owners.of_image(&name, &registry, &repository) };
        let whole = Whole {
            owner: owner.map(|(level, _)| level),
            name: repository.rsplit('/').next().unwrap_or_default(),
            points: points.get(&id).copied().unwrap_or_default(),
            ..Whole::default()
        };
        let (inputs, assumed) = gathered.inputs(&whole, rules);
        let since = if gathered.since == i64::MAX { r.get(4)? } else { gathered.since };
        plain.insert(id, Plain { inputs, assumed, since });
        Ok(())
    })?;
    Ok(plain)
}

fn each_image(
    conn: &Connection,
    which: &Which,
    mut image: impl FnMut(&Row<'_>) -> Result<(), ProjectError>,
) -> Result<(), ProjectError> {
    let columns = "SELECT id, name, registry, repository, first_seen FROM p_image";
    match which {
        Which::All => {
            let mut statement = conn.prepare(columns)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                image(row)?;
            }
        }
        Which::These(images) => {
            let mut statement = conn.prepare(&format!("{columns} WHERE id = ?1"))?;
            for id in images {
                let mut rows = statement.query([id])?;
                while let Some(row) = rows.next()? {
                    image(row)?;
                }
            }
        }
    }
    Ok(())
}

/// Gathers the inputs of some images, and writes those that are others than before.
pub(super) fn gather(
    conn: &Connection,
    which: &Which,
    rules: &FactRules,
    carried: Option<&Carried>,
) -> Result<(), ProjectError> {
    conn.execute("DELETE FROM p_triage WHERE image NOT IN (SELECT id FROM p_image)", [])?;
    let mut upsert = conn.prepare(
        "INSERT INTO p_triage VALUES (?1, ?2, ?2, ?3, ?4, 0, 0, 0, 0) ON CONFLICT (image) DO UPDATE SET plain = ?2,
         assumed = ?3, since = ?4 WHERE plain <> ?2 OR assumed <> ?3 OR since <> ?4",
    )?;
    for (image, Plain { inputs, assumed, since }) in plain(conn, which, rules, carried)? {
        upsert.execute(params![image, inputs.packed(), assumed.bits(), since])?;
    }
    Ok(())
}
