//! What decides the priority of each image (`p_triage`), its priority (`p_image.priority`), and what was said by hand
//! (`p_judgement`).
//!
//! The inputs of an image depend on its places and on what stands around them, so they are gathered anew where evidence
//! touched either. The priorities of all are asked of the policy each time: images with the same inputs share the answer.
//! A rebuild does all of it; `verify` holds both against each other.
//!
//! Nothing is decided here: the rules stand in [`crate::triage`].

mod around;
mod carried;
mod gather;
mod hand;
mod looked;
mod owners;
mod places;
mod priorities;
mod scanned;
pub(in crate::case) mod traits;

use rusqlite::Connection;
use std::collections::BTreeSet;

use super::error::ProjectError;
use super::intern::Interner;
use super::verdicts::{Touched, Which};
use crate::case::judgements::Judgements;
use crate::model::assessment::Criticality;
use crate::model::fact::Object;

pub(in crate::case) use carried::{Carried, Upon};
pub(in crate::case) use gather::{plain, stored as stored_facts};
pub(in crate::case) use hand::{Hands, policies, stored as judged_by_hand, subject_of};
pub(in crate::case) use looked::Looked;
pub(in crate::case) use places::{each_place, works};
pub(in crate::case) use priorities::{BY_HAND, Judge, NEVER, Settled, ask, facts};

/// True for a kind that stands around places.
pub(super) fn stands_around(kind: &str) -> bool {
    traits::AROUND.contains(&kind)
}

/// Where an object that came may change what is known of places: its context and namespace, 0 for the whole context.
pub(super) fn around_of(
    interner: &mut Interner<'_>,
    context: i64,
    object: Option<&Object>,
) -> Result<Option<[i64; 2]>, ProjectError> {
    let Some(object) = object.filter(|object| stands_around(&object.kind)) else { return Ok(None) };
    let space = match object.kind.as_str() {
        "Service" | "Ingress" | "NetworkPolicy" | "ServiceAccount" => object.namespace.as_str(),
        "Namespace" => object.name.as_str(),
        // Routes and bindings name things of other namespaces.
        _ => return Ok(Some([context, 0])),
    };
    Ok(Some([context, interner.text(space)?]))
}

/// The contexts of which these readings list the services: where none selects a place, that is known from now on.
pub(super) fn services_listed(
    conn: &Connection,
    sources: impl Iterator<Item = i64>,
) -> Result<BTreeSet<[i64; 2]>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT DISTINCT context FROM p_cover WHERE source = ?1 AND kind IN (SELECT id FROM p_text WHERE text = 'Service')",
    )?;
    let mut found = BTreeSet::new();
    for source in sources {
        for context in statement.query_map([source], |r| r.get(0))? {
            found.insert([context?, 0]);
        }
    }
    Ok(found)
}

/// Brings inputs and priorities up to what is said by hand and to what a fold touched; `None` for all of it. Verdicts must
/// be settled before.
pub fn settle(conn: &Connection, judgements: &Judgements, touched: Option<&Touched>) -> Result<(), ProjectError> {
    let before = hand::stored(conn)?;
    let policies = policies(judgements);
    let same_rules = hand::policies(&before).last().map(|policy| &policy.facts) == policies.last().map(|p| &p.facts);
    if before != *judgements {
        hand::write(conn, judgements)?;
    }
    let rules = &policies.last().ok_or_else(|| ProjectError::Damaged("there is no policy".into()))?.facts;
    let which = match touched.filter(|_| same_rules) {
        None => Which::All,
        Some(touched) if touched.around.contains(&EVERYWHERE) => Which::All,
        Some(touched) => Which::These(affected(conn, touched)?),
    };
    let nothing = matches!(&which, Which::These(images) if images.is_empty());
    let lineage = touched.is_some_and(|touched| touched.lineage);
    if !nothing || lineage {
        let carried = Carried::read(conn)?;
        let which = with_bases(conn, which, carried.as_ref(), lineage.then_some(rules.fan_out.1))?;
        gather::gather(conn, &which, rules, carried.as_ref())?;
    }
    priorities::settle(conn, judgements, &policies)
}

/// These images and all that they stand on, for how critical an image is and whether it runs counts there too. Where what
/// stands on what changed (then the level that many images give to their base is told), all images that carry others or may
/// have done so before.
fn with_bases(
    conn: &Connection,
    which: Which,
    carried: Option<&Carried>,
    lineage: Option<Criticality>,
) -> Result<Which, ProjectError> {
    let Which::These(mut images) = which else { return Ok(which) };
    if let Some(carried) = carried {
        images.extend(carried.below(&images));
        if lineage.is_some() {
            images.extend(carried.bases());
        }
    }
    if let Some(of_many) = lineage {
        let before = gather::stored(conn)?.into_iter();
        images
            .extend(before.filter(|(_, facts)| facts.ancestor || facts.criticality == of_many).map(|(image, _)| image));
    }
    Ok(Which::These(images))
}

/// Something changed that may be around any place: an owners' file.
pub(super) const EVERYWHERE: [i64; 2] = [0, 0];

/// The images whose inputs may have changed: those touched, those with places where something around them changed, and
/// those that have none yet.
fn affected(conn: &Connection, touched: &Touched) -> Result<BTreeSet<i64>, ProjectError> {
    let mut images = touched.images.clone();
    let mut of_namespace = conn.prepare("SELECT DISTINCT image FROM p_reach WHERE context = ?1 AND namespace = ?2")?;
    let mut of_context = conn.prepare("SELECT DISTINCT image FROM p_reach WHERE context = ?1")?;
    for [context, namespace] in &touched.around {
        let found = if *namespace == 0 {
            of_context.query_map([*context], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?
        } else {
            of_namespace.query_map([*context, *namespace], |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?
        };
        images.extend(found);
    }
    let mut missing = conn.prepare("SELECT id FROM p_image WHERE priority = 0")?;
    for image in missing.query_map([], |r| r.get(0))? {
        images.insert(image?);
    }
    Ok(images)
}
