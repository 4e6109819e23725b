//! The facts of some images and of all that their verdicts depend on.

use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

use super::load::{Detail, Which, load};
use super::stands::Stands;
use crate::case::project::error::ProjectError;
use crate::triage::verdict::{Facts, Grounds, Judgement, NoLineage, judge};

/// What images are judged from.
pub(in crate::case) struct Support {
    facts: BTreeMap<i64, Facts>,
    stands: Option<Stands>,
    /// Images that stand in no list: verdicts pass through them, and nobody is told theirs.
    unlisted: BTreeSet<i64>,
}

impl Support {
    /// Loads what is known of some images, of all that they stand on, took in or may stand for, and so on.
    pub fn load(
        conn: &Connection,
        which: Which,
        stands: Option<Stands>,
        grounds: &Grounds,
        detail: Detail,
    ) -> Result<Support, ProjectError> {
        let (outside, made) = stands.as_ref().map(Stands::outside).unwrap_or_default();
        let windows = grounds.windows();
        let mut facts = BTreeMap::new();
        match which {
            Which::All => {
                facts = load(conn, &Which::All, &outside, &windows, detail)?;
                facts.extend(made);
            }
            Which::These(mut missing) => {
                let mut looked_at: BTreeSet<i64> = BTreeSet::new();
                while !missing.is_empty() {
                    let ancestors = stands.as_ref().map(|stands| stands.ancestors(missing.iter().copied()));
                    missing.extend(ancestors.into_iter().flatten());
                    missing.retain(|image| looked_at.insert(*image));
                    let new = load(conn, &Which::These(missing.clone()), &outside, &windows, detail)?;
                    let by_hand = missing.iter().filter_map(|image| Some((*image, made.get(image)?.clone())));
                    facts.extend(by_hand);
                    missing = new.values().flat_map(|facts| facts.candidates.iter().copied()).collect();
                    missing.retain(|candidate| !looked_at.contains(candidate));
                    facts.extend(new);
                }
            }
        }
        if let Some(stands) = &stands {
            stands.fill(&mut facts, grounds);
        }
        let unlisted = unlisted(conn, &facts)?;
        Ok(Support { facts, stands, unlisted })
    }

    /// Loads what is known of some images and of those that they may stand for, whatever they stand on.
    pub fn alone(
        conn: &Connection,
        which: Which,
        outside: &BTreeSet<i64>,
        grounds: &Grounds,
        detail: Detail,
    ) -> Result<Support, ProjectError> {
        let windows = grounds.windows();
        let mut facts = load(conn, &which, outside, &windows, detail)?;
        let candidates: BTreeSet<i64> = facts.values().flat_map(|facts| facts.candidates.iter().copied()).collect();
        let missing: BTreeSet<i64> = candidates.into_iter().filter(|image| !facts.contains_key(image)).collect();
        facts.extend(load(conn, &Which::These(missing), outside, &windows, detail)?);
        Ok(Support { facts, stands: None, unlisted: BTreeSet::new() })
    }

    /// The verdicts of everything at hand.
    pub fn of_all(&self, grounds: &Grounds) -> BTreeMap<i64, Judgement> {
        match &self.stands {
            Some(stands) => judge(&self.facts, grounds, stands),
            None => judge(&self.facts, grounds, &NoLineage),
        }
    }

    /// The verdicts of all images that stand in the list and are at hand.
    pub fn judged(&self, grounds: &Grounds) -> BTreeMap<i64, Judgement> {
        let mut judged = self.of_all(grounds);
        judged.retain(|image, _| !self.unlisted.contains(image));
        judged
    }

    /// The id and the name of an image that stands in no list.
    pub fn shown(&self, image: i64) -> Option<(String, String)> {
        self.stands.as_ref().and_then(|stands| stands.shown(image))
    }
}

/// Of these, the images without a row in the list.
fn unlisted(conn: &Connection, facts: &BTreeMap<i64, Facts>) -> Result<BTreeSet<i64>, ProjectError> {
    /// Beyond so many, one pass over the list is quicker than asking for each.
    const FEW: usize = 1_000;
    let mut unlisted: BTreeSet<i64> = facts.keys().copied().collect();
    if facts.len() > FEW {
        let mut all = conn.prepare("SELECT id FROM p_image")?;
        for image in all.query_map([], |r| r.get(0))? {
            unlisted.remove(&image?);
        }
        return Ok(unlisted);
    }
    let mut listed = conn.prepare("SELECT EXISTS (SELECT 1 FROM p_image WHERE id = ?1)")?;
    for image in facts.keys() {
        if listed.query_row([image], |r| r.get::<_, bool>(0))? {
            unlisted.remove(image);
        }
    }
    Ok(unlisted)
}
