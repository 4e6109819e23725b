//! Why an image has its priority: what tells it, what was taken for granted, what would change it, what to do next.
//!
//! Every fact used is here, each with where it stands in the evidence.

mod because;
mod next;
mod seen;
mod statements;

use rusqlite::Connection;
use serde::Serialize;

use super::{Court, TriageRow, one};
use crate::case::project::{Judge, ProjectError};
use crate::case::query::image::Locator;
use crate::case::query::select::SelectError;
use crate::model::assessment::{Criticality, Exploitability, Exposure};
use crate::model::judgement::Field;
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;
use crate::triage::inputs::Inputs;
use crate::triage::vulnerability::Points;

/// Why an image has its priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Its name, with its primary digest where one is known.
    pub image: String,
    /// The priority that counts.
    pub priority: Priority,
    /// The rule that gave it.
    pub rule: String,
    /// All that the list tells of it.
    pub row: TriageRow,
    /// What tells it.
    pub because: Vec<BecauseRow>,
    /// What was taken for granted, in words.
    pub assumed: Vec<String>,
    /// Those of it that say how old something is that was used, each with its evidence.
    pub ages: Vec<BecauseRow>,
    /// What would change it, in words.
    pub would_change: Vec<String>,
    /// What to do next, in words.
    pub next: Vec<String>,
    /// What was said by hand at once and differs.
    pub conflicts: Vec<String>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BecauseRow {
    /// In words for people.
    pub text: String,
    /// SHA-256 of the stored evidence; none for what a responder said and for what is passed on from another image.
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    pub locator: Option<Locator>,
    /// The other image, where it is passed on from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The event, for what a responder said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
}

/// Why the image of a selector has its priority.
pub fn explain(conn: &Connection, selector: &str) -> Result<Explanation, SelectError> {
    let (image, row) = one(conn, selector)?;
    let court = Court::load(conn)?;
    let found = because::facts(conn, &court, image, &row)?;
    let inputs: i64 = conn.query_row("SELECT inputs FROM p_triage WHERE image = ?1", [image], |r| r.get(0))?;
    let inputs = Inputs::unpacked(inputs);
    let sql = "SELECT json_extract(digests, '$[0].value') FROM p_image WHERE id = ?1";
    let digest: Option<String> = conn.query_row(sql, [image], |r| r.get(0))?;
    let without = statements::points_without(conn, image, inputs.points)?;
    // What was said by hand stands in place of what scans find.
    let without = without.filter(|_| court.hands.counts(image, Field::Exploitability).is_none());
    Ok(Explanation {
        image: digest.map_or_else(|| row.name.clone(), |digest| format!("{}@{digest}", row.name)),
        priority: row.priority,
        rule: row.rule.clone(),
        assumed: assumed(&court, &row, &inputs, &found)?,
        would_change: would_change(&court, &row, &inputs, without),
        next: next::steps(&row, &inputs, &found),
        conflicts: court.hands.conflicts(image),
        ages: found.snapshots,
        because: found.because,
        row,
    })
}

fn assumed(
    court: &Court,
    row: &TriageRow,
    inputs: &Inputs,
    found: &because::Found,
) -> Result<Vec<String>, ProjectError> {
    let facts = &court.policy()?.facts;
    let mut lines = Vec::new();
    for word in &row.assumed {
        lines.push(match *word {
            "criticality" => format!(
                "criticality {}: no owners' file, label, annotation, priority class, environment or kind of work tells",
                facts.criticality.shown()
            ),
            "exposure" => format!("exposure {}: nothing that was read tells", facts.exposure.shown()),
            _ => "exploitability ?: nobody scanned it; taken for a public recipe that can be automated".to_owned(),
        });
    }
    if inputs.reach && !found.egress_read {
        lines.push("nothing holds back what goes out: no network policy of its namespace was read".to_owned());
    }
    if matches!(inputs.verdict, Some(Verdict::Bad)) {
        lines.push("it may have been pulled elsewhere: no log of pulls proves that it was not".to_owned());
    }
    if found.stated {
        lines.push("statements (VEX) are taken at their word: nobody checked who made them".to_owned());
    }
    lines.extend(found.snapshots.iter().map(|age| age.text.clone()));
    Ok(lines)
}

/// Every single fact that would give another priority, were it another.
fn would_change(court: &Court, row: &TriageRow, inputs: &Inputs, without: Option<Points>) -> Vec<String> {
    let mut judge = Judge::new(&court.policies, court.judgements());
    let now = row.computed;
    let mut found: Vec<(Priority, String)> = Vec::new();
    let mut ask = |inputs: Inputs, text: String| {
        let then = judge.priority(&inputs).0;
        if then != now && !found.iter().any(|(priority, known)| *priority == then && *known == text) {
            found.push((then, text));
        }
    };
    if inputs.verdict.is_some_and(Verdict::is_open) {
        let text = "the digest is cleared for the window: it was there before, is signed by an identity out of reach, or is rebuilt equal";
        ask(Inputs { verdict: Some(Verdict::Predates), ..*inputs }, text.to_owned());
    }
    for verdict in [Verdict::Suspect, Verdict::Bad].into_iter().filter(|verdict| Some(*verdict) > inputs.verdict) {
        if inputs.verdict.is_some() {
            ask(Inputs { verdict: Some(verdict), ..*inputs }, format!("it turns out {}", verdict.shown()));
        }
    }
    for word in [Exploitability::NotKnownExploited, Exploitability::Hard, Exploitability::Medium, Exploitability::Easy]
    {
        if word != inputs.points.word() {
            let text = match word {
                Exploitability::NotKnownExploited => "a scan finds nothing that is attacked (N/A)".to_owned(),
                other => format!("a scan finds it {}", other.shown()),
            };
            ask(Inputs { points: Points::of_word(word), ..*inputs }, text);
        }
    }
    for level in Criticality::ALL.into_iter().filter(|level| *level != inputs.criticality) {
        ask(Inputs { criticality: level, ..*inputs }, format!("its criticality is {}", level.shown()));
    }
    for word in Exposure::ALL.into_iter().filter(|word| *word != inputs.exposure) {
        ask(Inputs { exposure: word, ..*inputs }, format!("it is exposed to {}", word.shown()));
    }
    if let Some(points) = without {
        ask(Inputs { points, ..*inputs }, "the statements (VEX) about its findings do not hold".to_owned());
    }
    if inputs.amplified {
        ask(Inputs { amplified: false, ..*inputs }, "it has no power over its machine or cluster".to_owned());
    }
    if inputs.reach {
        ask(Inputs { reach: false, ..*inputs }, "what goes out is held back, or it is given no secrets".to_owned());
    }
    if inputs.ancestor {
        ask(Inputs { ancestor: false, ..*inputs }, "nothing that runs and is High stands on it".to_owned());
    }
    found.sort_by_key(|(priority, _)| *priority);
    found.into_iter().map(|(priority, text)| format!("{priority} if {text}")).collect()
}

/// What was said by hand of a field, in words.
fn said_by_hand(field: Field, value: &str) -> String {
    let shown = match field {
        Field::Criticality => Criticality::parse(value).map(Criticality::shown),
        Field::Exploitability => Exploitability::parse(value).map(Exploitability::shown),
        Field::Exposure => Exposure::parse(value).map(Exposure::shown),
        _ => None,
    };
    format!("{} {} set by hand", field.as_str(), shown.unwrap_or(value))
}
