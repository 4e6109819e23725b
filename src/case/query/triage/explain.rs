//! Why an image has its priority: what tells it, what was taken for granted, what would change it, what to do next.
//!
//! Every fact used is here, each with where it stands in the evidence; every other line with where it is answered.

mod assumed;
mod because;
mod leads;
mod next;
mod seen;
mod statements;
mod would;

use rusqlite::Connection;
use serde::Serialize;

use super::{Court, TriageRow, one};
use crate::case::query::image::Locator;
use crate::case::query::select::SelectError;
use crate::model::assessment::{Criticality, Exploitability, Exposure};
use crate::model::judgement::Field;
use crate::model::priority::Priority;
use crate::triage::inputs::Inputs;

pub use leads::{Advice, Answer, Leads};

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
    pub assumed: Vec<Advice>,
    /// Those of it that say how old something is that was used, each with its evidence.
    pub ages: Vec<BecauseRow>,
    /// What would change it, in words.
    pub would_change: Vec<Advice>,
    /// What to do next, in words.
    pub next: Vec<Advice>,
    /// What was said by hand at once and differs.
    pub conflicts: Vec<Advice>,
    /// The command that answers each of these lines, for those that one does.
    pub answers: Vec<Answer>,
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
    let assumed = assumed::assumed(&court, &row, &inputs, &found)?;
    let would_change = would::would_change(&court, &row, &inputs, without);
    let next = next::steps(&row, &inputs, &found);
    let advice = assumed.iter().chain(&would_change).chain(&next);
    Ok(Explanation {
        image: digest.map_or_else(|| row.name.clone(), |digest| format!("{}@{digest}", row.name)),
        priority: row.priority,
        rule: row.rule.clone(),
        answers: advice.filter_map(|line| line.answer(&row.id)).collect(),
        assumed,
        would_change,
        next,
        conflicts: leads::conflicts(&court, image),
        ages: found.snapshots,
        because: found.because,
        row,
    })
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
