//! What the open indicators reach, as `blast` answers it.

use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::line;
use crate::case::CaseError;
use crate::case::indicators::Entry;
use crate::model::indicator::State;
use crate::report::model::{Reached, TagStep};
use crate::work::blast::{BlastError, Targeted, question_of, reach};
use crate::work::lineage::Known;

/// The answer, as far as a report tells it.
#[derive(Default)]
pub(super) struct Answer {
    /// The counts; none without an open indicator.
    pub reached: Option<Reached>,
    /// Images known only by a digest that cannot be compared with one that is named.
    pub uncomparable: Option<u64>,
    /// Where tags led, by target.
    pub history: BTreeMap<String, Vec<TagStep>>,
}

pub(super) fn gather(conn: &Connection, known: &Arc<Known>, entries: &[Entry]) -> Result<Answer, CaseError> {
    let mut questions = Vec::new();
    for entry in entries.iter().filter(|entry| entry.open && entry.indicator.state != State::Cleared) {
        match question_of(conn, &entry.indicator.target) {
            Ok(question) => questions.push(question),
            // An account or a package is no image that could be asked about.
            Err(BlastError::Target(_)) => {}
            Err(error) => return Err(failed(&error)),
        }
    }
    if questions.is_empty() {
        return Ok(Answer::default());
    }
    let answer = reach(conn, Arc::clone(known), questions).map_err(|error| failed(&error))?;
    let counts = &answer.counts;
    Ok(Answer {
        reached: Some(Reached {
            images: counts.images,
            production: counts.production,
            cached: counts.cached,
            builders: counts.builders,
            devices: counts.devices,
            credentials: counts.credentials,
        }),
        uncomparable: Some(counts.uncomparable),
        history: answer.targets.iter().map(history).collect(),
    })
}

fn failed(error: &BlastError) -> CaseError {
    CaseError::Projection(error.to_string())
}

fn history(targeted: &Targeted) -> (String, Vec<TagStep>) {
    let step = |step: &crate::work::blast::TagStep| TagStep {
        digest: step.digest.clone(),
        kind: step.kind.clone(),
        first_seen: step.first_seen.clone(),
        last_seen: step.last_seen.clone(),
        part: step.part.to_owned(),
    };
    (line(&targeted.question.target.to_string()), targeted.history.iter().map(step).collect())
}
