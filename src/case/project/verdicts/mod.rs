//! The verdict of each image, kept in `p_image.verdict`, and what it was judged by, in `p_indicator` and `p_mirror`.
//!
//! Judging everything costs a pass over all uses, so it is done only where the grounds changed: an indicator, a mirror,
//! what is known of a digest that an indicator names, or what evidence says of lineage. Where other evidence came, the
//! images that it touched are judged again, and all that depend on them: what stands on them, and names that led to them. A
//! rebuild judges everything; `verify` holds both against each other.
//!
//! Nothing is decided here: the rules stand in [`crate::triage::verdict`].

mod grounds;
mod load;
mod logged;
mod seen;
mod stands;
mod support;

use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};

use super::error::ProjectError;
use super::findings;
use crate::case::indicators::Indicators;
use crate::model::indicator::Target;
use crate::triage::verdict::{Facts, Grounds};

pub(in crate::case) use grounds::{claimed, grounds_by, grounds_of, stored, stored_mirrors};
pub(in crate::case) use load::{Detail, Which};
pub(in crate::case) use stands::Stands;
pub(in crate::case) use support::Support;

/// What a fold touched.
#[derive(Debug, Default)]
pub struct Touched {
    /// Images whose facts changed.
    pub images: BTreeSet<i64>,
    /// Names whose history changed.
    pub names: BTreeSet<i64>,
    /// Contexts and namespaces (0 for a whole context) in which something around places changed.
    pub around: BTreeSet<[i64; 2]>,
    /// Something was told of layers, of the members of an index, or of what stands on what.
    pub lineage: bool,
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
    let begun = match touched.filter(|touched| !changed && !touched.lineage) {
        None => None,
        Some(touched) => match beginning(conn, touched)? {
            images if images.is_empty() => return Ok(()),
            images => Some(images),
        },
    };
    let stands = Stands::read(conn, &grounds)?;
    let which = match begun {
        None => Which::All,
        Some(begun) => Which::These(dependents(conn, begun, stands.as_ref())?),
    };
    let wanted = match &which {
        Which::These(images) => Some(images.clone()),
        Which::All => None,
    };
    let support = Support::load(conn, which, stands, &grounds, Detail::Verdicts)?;
    let numbers = grounds::numbers(indicators);
    let mut update = conn.prepare(
        "UPDATE p_image SET verdict = ?2, indicator = ?3 WHERE id = ?1 AND (verdict <> ?2 OR indicator <> ?3)",
    )?;
    for (image, judgement) in support.judged(&grounds) {
        if wanted.as_ref().is_none_or(|wanted| wanted.contains(&image)) {
            let decided = judgement.findings.first().and_then(|finding| numbers.get(finding.indicator));
            let verdict = judgement.verdict.map_or(0, |verdict| verdict.number());
            update.execute(params![image, verdict, decided.copied().unwrap_or(0)])?;
        }
    }
    Ok(())
}

/// The images whose own facts may have changed: those that were touched, those of names that were touched, and those that
/// have no verdict yet.
fn beginning(conn: &Connection, touched: &Touched) -> Result<BTreeSet<i64>, ProjectError> {
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
    Ok(images)
}

/// All images whose verdict may change with these: names that led to them elsewhere, what stands on either, and so on.
fn dependents(conn: &Connection, begun: BTreeSet<i64>, stands: Option<&Stands>) -> Result<BTreeSet<i64>, ProjectError> {
    let mut names_of =
        conn.prepare("SELECT -t.name FROM p_digest d JOIN p_tag t ON t.digest = d.id WHERE d.image = ?1")?;
    let mut images = begun.clone();
    let mut new = begun;
    while !new.is_empty() {
        let mut next = stands.map(|stands| stands.descendants(new.iter().copied())).unwrap_or_default();
        for image in new.iter().filter(|image| **image > 0) {
            for name in names_of.query_map([image], |r| r.get(0))? {
                next.insert(name?);
            }
        }
        new = next.into_iter().filter(|image| images.insert(*image)).collect();
    }
    Ok(images)
}

/// Fills in which images carry the packages that indicators name.
fn packages(conn: &Connection, grounds: &Grounds, facts: &mut BTreeMap<i64, Facts>) -> Result<(), ProjectError> {
    for indicator in &grounds.indicators {
        if let Target::Package(url) = &indicator.target {
            for (image, carries) in findings::carrying(conn, url)? {
                if let Some(facts) = facts.get_mut(&image) {
                    facts.packages.insert(url.clone(), carries);
                }
            }
        }
    }
    Ok(())
}
