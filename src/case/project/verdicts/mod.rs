//! The verdict of each image, kept in `p_image.verdict`, and what it was judged by, in `p_indicator` and `p_mirror`.
//!
//! Judging everything costs a pass over all uses, so it is done only where the grounds changed: an indicator, a mirror,
//! or what is known of a digest that an indicator names. Where evidence came, the images that it touched are judged again,
//! and those that depend on them. A rebuild judges everything; `verify` holds both against each other.
//!
//! Nothing is decided here: the rules stand in [`crate::triage::verdict`].

mod grounds;
mod load;
mod seen;

use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};

use super::error::ProjectError;
use crate::case::indicators::Indicators;
use crate::triage::verdict::{Facts, Grounds, Judgement, NoLineage, judge};

pub(in crate::case) use grounds::{claimed, grounds_of, stored, stored_mirrors};
pub(in crate::case) use load::{Detail, Which, load};

/// What a fold touched.
#[derive(Debug, Default)]
pub struct Touched {
    /// Images whose facts changed.
    pub images: BTreeSet<i64>,
    /// Names whose history changed.
    pub names: BTreeSet<i64>,
    /// Contexts and namespaces (0 for a whole context) in which something around places changed.
    pub around: BTreeSet<[i64; 2]>,
}

/// Brings the verdicts up to the indicators and to what a fold touched; `None` for all of it.
pub fn settle(conn: &Connection, indicators: &Indicators, touched: Option<&Touched>) -> Result<(), ProjectError> {
    let grounds = grounds_of(conn, indicators)?;
    let changed = grounds::write(conn, indicators, &grounds)?;
    if !grounds.is_open() {
        if changed || touched.is_none() {
            conn.execute("UPDATE p_image SET verdict = 0, indicator = 0 WHERE verdict <> 0 OR indicator <> 0", [])?;
        }
        return Ok(());
    }
    let which = match touched.filter(|_| !changed) {
        None => Which::All,
        Some(touched) => Which::These(dependents(conn, touched)?),
    };
    let wanted = match &which {
        Which::These(images) if images.is_empty() => return Ok(()),
        Which::These(images) => Some(images.clone()),
        Which::All => None,
    };
    let facts = with_support(conn, which, &grounds, Detail::Verdicts)?;
    let numbers = grounds::numbers(indicators);
    let mut update = conn.prepare(
        "UPDATE p_image SET verdict = ?2, indicator = ?3 WHERE id = ?1 AND (verdict <> ?2 OR indicator <> ?3)",
    )?;
    for (image, judgement) in judged(&facts, &grounds) {
        if wanted.as_ref().is_none_or(|wanted| wanted.contains(&image)) {
            let decided = judgement.findings.first().and_then(|finding| numbers.get(finding.indicator));
            let verdict = judgement.verdict.map_or(0, |verdict| verdict.number());
            update.execute(params![image, verdict, decided.copied().unwrap_or(0)])?;
        }
    }
    Ok(())
}

/// Judges images by what is known of lineage, which so far is nothing: no reader gives it, and the base of every image is
/// not known.
pub(in crate::case) fn judged(facts: &BTreeMap<i64, Facts>, grounds: &Grounds) -> BTreeMap<i64, Judgement> {
    judge(facts, grounds, &NoLineage)
}

/// The facts of some images and of all that their verdicts depend on.
pub(in crate::case) fn with_support(
    conn: &Connection,
    which: Which,
    grounds: &Grounds,
    detail: Detail,
) -> Result<BTreeMap<i64, Facts>, ProjectError> {
    let mut facts = load(conn, &which, &grounds.windows(), detail)?;
    if matches!(which, Which::These(_)) {
        let missing = facts.values().flat_map(|facts| facts.candidates.iter().copied());
        let missing: BTreeSet<i64> = missing.filter(|candidate| !facts.contains_key(candidate)).collect();
        if !missing.is_empty() {
            facts.extend(load(conn, &Which::These(missing), &grounds.windows(), detail)?);
        }
    }
    Ok(facts)
}

/// All images whose verdict may have changed: those that were touched, those of names that were touched, names that led
/// to them elsewhere, and those that have no verdict yet.
fn dependents(conn: &Connection, touched: &Touched) -> Result<BTreeSet<i64>, ProjectError> {
    let mut images = touched.images.clone();
    let mut of_name = conn.prepare(
        "SELECT d.image FROM p_tag t JOIN p_digest d ON d.id = t.digest WHERE t.name = ?1 UNION ALL SELECT -?1",
    )?;
    for name in &touched.names {
        for image in of_name.query_map([name], |r| r.get(0))? {
            images.insert(image?);
        }
    }
    let mut unjudged = conn.prepare("SELECT id FROM p_image WHERE verdict = 0")?;
    for image in unjudged.query_map([], |r| r.get(0))? {
        images.insert(image?);
    }
    let mut names_of =
        conn.prepare("SELECT -t.name FROM p_digest d JOIN p_tag t ON t.digest = d.id WHERE d.image = ?1")?;
    let mut names = BTreeSet::new();
    for image in images.iter().filter(|image| **image > 0) {
        for name in names_of.query_map([image], |r| r.get(0))? {
            names.insert(name?);
        }
    }
    images.append(&mut names);
    Ok(images)
}
