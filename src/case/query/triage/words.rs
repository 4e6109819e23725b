//! Words by hand as they would be said: what each is about, what it stands in place of, and what was computed at that
//! moment. Nothing is written.

use rusqlite::Connection;
use std::collections::BTreeSet;

use super::Court;
use crate::case::events::EventHash;
use crate::case::events::judgements::{Judged, Over};
use crate::case::project::findings::grounds;
use crate::case::project::{Judge, ProjectError, facts, subject_of};
use crate::case::query::select::{SelectError, single};
use crate::model::judgement::Field;
use crate::model::priority::Priority;
use crate::triage::inputs::Inputs;

/// What is to be said of an image: a field and its value; none leaves the field to the facts again.
pub type Value = (Field, Option<String>);

/// One word for each image and field. Images are named by any alias; one that is named twice is spoken of once.
///
/// # Errors
/// Where a selector means no image, or several.
pub fn words(
    conn: &Connection,
    images: &[impl AsRef<str>],
    values: &[Value],
    reason: &str,
) -> Result<Vec<Judged>, SelectError> {
    let court = Court::load(conn)?;
    let judge = Judge::new(&court.policies, court.judgements());
    let (mut said, mut words) = (BTreeSet::new(), Vec::new());
    for selector in images {
        let image = single(conn, selector.as_ref())?;
        for (field, value) in values {
            if !said.insert((image, *field)) {
                continue;
            }
            let overrides = *field == Field::Priority && value.is_some();
            words.push(Judged {
                subject: subject_of(conn, image)?,
                field: *field,
                value: value.clone(),
                reason: reason.to_owned(),
                over: if overrides { over(conn, &judge, image)? } else { None },
                replaces: replaced(&court, image, *field),
            });
        }
    }
    Ok(words)
}

/// What is computed for an image now.
fn over(conn: &Connection, judge: &Judge<'_>, image: i64) -> Result<Option<Over>, ProjectError> {
    let sql = "SELECT inputs, computed, plain FROM p_triage WHERE image = ?1";
    let (inputs, computed, plain): (i64, i64, i64) =
        conn.query_row(sql, [image], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let (inputs, plain) = (Inputs::unpacked(inputs), Inputs::unpacked(plain));
    let grounds = grounds(conn, image)?;
    Ok(judge.decide(&inputs).map(|(decision, _)| Over {
        priority: Priority::from_number(computed).unwrap_or(decision.priority()),
        rule: decision.given().rule.to_owned(),
        facts: facts(&inputs, &plain, &grounds),
    }))
}

/// The events that said something of this field before, under any alias.
fn replaced(court: &Court, image: i64, field: Field) -> Vec<EventHash> {
    court.hands.of(image, field).flat_map(|entry| &entry.standing).map(|said| said.hash).collect()
}

/// The word that gives the case a policy; the built-in one for none.
pub fn policy_word(court: &Court, text: Option<String>, reason: &str) -> Judged {
    let entries = court.judgements().entries.iter().filter(|entry| entry.field == Field::Policy);
    let replaces = entries.flat_map(|entry| &entry.standing).map(|said| said.hash).collect();
    Judged {
        subject: String::new(),
        field: Field::Policy,
        value: text,
        reason: reason.to_owned(),
        over: None,
        replaces,
    }
}
