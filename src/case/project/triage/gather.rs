//! Gathers the inputs of images from what their places of use tell, what was seen of them, and what stands on them.

use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, HashMap};

use super::carried::Carried;
use super::looked::Looked;
use super::places::{each_place, works};
use super::scanned;
use crate::case::project::error::ProjectError;
use crate::case::project::verdicts::Which;
use crate::model::assessment::{Criticality, Standing};
use crate::triage::image::{Assumed, Facts, Gathered, Whole, stood_upon};
use crate::triage::inputs::Inputs;
use crate::triage::place::Basis;
use crate::triage::policy::FactRules;

/// What facts tell of an image, without what is said by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) struct Plain {
    /// Without a verdict.
    pub inputs: Inputs,
    /// What was taken for granted.
    pub assumed: Assumed,
    /// Since when it stands where it does.
    pub since: i64,
    /// When the word of owners that makes it as critical as it is was first said; 0 where none does.
    pub owned: i64,
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
            let told = looked.told(row)?;
            let owned = told.criticality.as_ref().filter(|(_, why)| why.basis == Basis::Owner);
            let owned = owned.map_or(0, |(_, why)| looked.owners.since(why.thing));
            gathered.add(standing, row.first_seen, &Facts { owned, ..Facts::from(&*told) });
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
            owner: owner.map(|(level, _, since)| (level, since)),
            name: repository.rsplit('/').next().unwrap_or_default(),
            points: points.get(&id).copied().unwrap_or_default(),
            ..Whole::default()
        };
        let (inputs, assumed) = gathered.inputs(&whole, rules);
        let since = if gathered.since == i64::MAX { r.get(4)? } else { gathered.since };
        let owned = gathered.owned(&whole, rules);
        plain.insert(id, Plain { inputs, assumed, since, owned });
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
        "INSERT INTO p_triage VALUES (?1, ?2, ?2, ?3, ?4, ?5, 0, 0, 0, 0) ON CONFLICT (image) DO UPDATE SET plain = ?2,
         assumed = ?3, since = ?4, owned = ?5 WHERE plain <> ?2 OR assumed <> ?3 OR since <> ?4 OR owned <> ?5",
    )?;
    for (image, Plain { inputs, assumed, since, owned }) in plain(conn, which, rules, carried)? {
        upsert.execute(params![image, inputs.packed(), assumed.bits(), since, owned])?;
    }
    Ok(())
}
