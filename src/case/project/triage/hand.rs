//! What was said by hand, as it is stored, and which images it is about.
//!
//! A word is about what the responder saw. A digest is the image it belongs to now; a name is the image without a digest
//! of that name, or where there is none any more, what goes by it.

use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::{BTreeMap, BTreeSet};

use crate::case::events::judgements::Over;
use crate::case::judgements::{Judgement, Judgements, Said};
use crate::case::project::error::ProjectError;
use crate::case::project::sources::json;
use crate::model::assessment::{Criticality, Exploitability, Exposure};
use crate::model::judgement::{Field, PAUSED};
use crate::model::priority::Priority;
use crate::model::time::Micros;
use crate::triage::inputs::Inputs;
use crate::triage::policy::Policy;
use crate::triage::vulnerability::Points;

/// When the case began, beside the judgements.
#[derive(serde::Serialize, serde::Deserialize)]
struct Begun {
    begun: Option<Micros>,
    aware: Option<Micros>,
}

/// What the priorities follow.
pub(in crate::case) fn stored(conn: &Connection) -> Result<Judgements, ProjectError> {
    let damaged = |e: serde_json::Error| ProjectError::Damaged(format!("a judgement: {e}"));
    let mut judgements = Judgements::default();
    let mut statement = conn.prepare("SELECT n, record FROM p_judgement ORDER BY n")?;
    let rows = statement.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)))?;
    for row in rows {
        let (n, record) = row?;
        if n == 0 {
            let begun: Begun = serde_json::from_str(&record).map_err(damaged)?;
            (judgements.begun, judgements.aware) = (begun.begun, begun.aware);
        } else {
            judgements.entries.push(serde_json::from_str(&record).map_err(damaged)?);
        }
    }
    Ok(judgements)
}

/// Stores what the priorities follow.
pub(super) fn write(conn: &Connection, judgements: &Judgements) -> Result<(), ProjectError> {
    conn.execute("DELETE FROM p_judgement", [])?;
    let mut insert = conn.prepare("INSERT INTO p_judgement VALUES (?1, ?2, ?3, ?4)")?;
    let begun = Begun { begun: judgements.begun, aware: judgements.aware };
    insert.execute(params![0, "", "", json(&begun)?])?;
    for (n, entry) in (1_i64..).zip(&judgements.entries) {
        insert.execute(params![n, entry.field.as_str(), entry.subject, json(entry)?])?;
    }
    Ok(())
}

/// The policies that count, the latest last; the built-in one where the case has none, or only one that this version cannot
/// read.
pub(in crate::case) fn policies(judgements: &Judgements) -> Vec<Policy> {
    let entry = judgements.entries.iter().find(|entry| entry.field == Field::Policy);
    let said = entry.into_iter().flat_map(|entry| &entry.standing);
    let mut policies: Vec<Policy> = said.filter_map(|said| policy(said.value.as_deref())).collect();
    if policies.is_empty() {
        policies.extend(Policy::built_in());
    }
    policies
}

/// A policy by its text; the built-in one without.
pub(super) fn policy(text: Option<&str>) -> Option<Policy> {
    text.map_or_else(Policy::built_in, |text| Policy::parse(text).ok())
}

/// What was said by hand of one image: for each field the most severe word of all its aliases.
#[derive(Debug, Clone, Default)]
pub(in crate::case) struct OfImage {
    /// Places in [`Judgements::entries`].
    pub entries: Vec<usize>,
}

/// What was said by hand, by image.
#[derive(Debug, Default)]
pub(in crate::case) struct Hands {
    /// All of it.
    pub judgements: Judgements,
    by_image: BTreeMap<i64, OfImage>,
}

impl Hands {
    /// Finds out which images each word is about.
    pub fn resolve(conn: &Connection, judgements: Judgements) -> Result<Hands, ProjectError> {
        let mut by_image: BTreeMap<i64, OfImage> = BTreeMap::new();
        for (at, entry) in judgements.entries.iter().enumerate() {
            if !matches!(entry.field, Field::Policy | Field::Name) {
                for image in images_of(conn, &entry.subject)? {
                    by_image.entry(image).or_default().entries.push(at);
                }
            }
        }
        Ok(Hands { judgements, by_image })
    }

    /// The judgements of one field of an image, under whichever alias they were said.
    pub fn of<'h>(&'h self, image: i64, field: Field) -> impl Iterator<Item = &'h Judgement> + use<'h> {
        let entries = self.by_image.get(&image).map(|found| found.entries.as_slice()).unwrap_or_default();
        entries.iter().filter_map(|at| self.judgements.entries.get(*at)).filter(move |entry| entry.field == field)
    }

    /// The word that counts: the most severe, of those alike the earliest.
    pub fn counts(&self, image: i64, field: Field) -> Option<&Said> {
        let words = self.of(image, field).filter_map(Judgement::counts).filter(|said| said.value.is_some());
        let rank = |said: &&Said| {
            let severity = said.value.as_deref().map_or(i64::MIN, |value| field.severity(value));
            (severity, std::cmp::Reverse(said.at), std::cmp::Reverse(said.hash))
        };
        words.max_by_key(rank)
    }

    /// The images of which a word on a field counts.
    pub fn having(&self, field: Field) -> impl Iterator<Item = i64> + use<'_> {
        self.by_image.keys().copied().filter(move |image| self.counts(*image, field).is_some())
    }

    /// True where anything is said of an image.
    pub fn names(&self, image: i64) -> bool {
        self.by_image.contains_key(&image)
    }

    /// Words said at once of one field, or under several aliases, that differ.
    pub fn conflicts(&self, image: i64) -> Vec<(Field, String)> {
        let fields = [Field::Criticality, Field::Exploitability, Field::Exposure, Field::Priority, Field::Due];
        let mut found = Vec::new();
        for field in fields {
            let differ = self.of(image, field).map(Judgement::conflict).filter(|text| !text.is_empty());
            found.extend(differ.map(|text| (field, text)));
            let values: BTreeSet<&str> =
                self.of(image, field).filter_map(|entry| entry.counts()?.value.as_deref()).collect();
            if values.len() > 1 {
                let values: Vec<&str> = values.into_iter().collect();
                let text = format!("{}: said under two names as {}", field.as_str(), values.join(" and "));
                found.push((field, text));
            }
        }
        found
    }

    /// The override of an image.
    pub fn overriding(&self, image: i64) -> Option<(Priority, &Said, Option<&Over>)> {
        let said = self.counts(image, Field::Priority)?;
        Some((Priority::parse(said.value.as_deref()?)?, said, said.over.as_ref()))
    }

    /// Since when its due time stands still; `None` where it runs.
    pub fn paused_since(&self, image: i64) -> Option<&Said> {
        self.counts(image, Field::Due).filter(|said| said.value.as_deref() == Some(PAUSED))
    }

    /// How long its due time stood still in pauses that are over, in microseconds.
    pub fn paused(&self, image: i64) -> i64 {
        self.of(image, Field::Due).map(|entry| entry.paused).fold(0, i64::saturating_add)
    }

    /// The inputs with what was said by hand in place of what facts tell.
    pub fn apply(&self, image: i64, plain: &Inputs) -> Inputs {
        let value = |field| self.counts(image, field).and_then(|said| said.value.as_deref());
        let exploitability = value(Field::Exploitability).and_then(Exploitability::parse);
        Inputs {
            criticality: value(Field::Criticality).and_then(Criticality::parse).unwrap_or(plain.criticality),
            exposure: value(Field::Exposure).and_then(Exposure::parse).unwrap_or(plain.exposure),
            points: exploitability.map_or(plain.points, Points::of_word),
            ..*plain
        }
    }
}

/// The images that a subject is now.
fn images_of(conn: &Connection, subject: &str) -> Result<Vec<i64>, ProjectError> {
    let mut digest = conn.prepare_cached("SELECT image FROM p_digest WHERE value = ?1 AND image <> 0")?;
    if let Some(image) = digest.query_row([subject], |r| r.get(0)).optional()? {
        return Ok(vec![image]);
    }
    let mut own =
        conn.prepare_cached("SELECT i.id FROM p_name n JOIN p_image i ON i.id = -n.id WHERE n.canonical = ?1")?;
    if let Some(image) = own.query_row([subject], |r| r.get(0)).optional()? {
        return Ok(vec![image]);
    }
    let mut called = conn.prepare_cached(
        "SELECT c.image FROM p_name n JOIN p_called c ON c.name = n.id WHERE n.canonical = ?1 ORDER BY 1",
    )?;
    let rows = called.query_map([subject], |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What an image is called in a judgement: its primary digest, or its name where no digest is known.
pub(in crate::case) fn subject_of(conn: &Connection, image: i64) -> Result<String, ProjectError> {
    let sql = "SELECT coalesce(json_extract(digests, '$[0].value'), name) FROM p_image WHERE id = ?1";
    Ok(conn.query_row(sql, [image], |r| r.get(0))?)
}
