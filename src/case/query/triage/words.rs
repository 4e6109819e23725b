//! What is said by hand of images, made ready to be signed: each word with what it is about, what it stands in place of and,
//! for a priority, what the computed one was when it was said.

use rusqlite::Connection;

use super::{Court, one, subject};
use crate::case::events::judgements::{Judged, Over};
use crate::case::query::select::SelectError;
use crate::model::judgement::Field;

/// One word for each image and field; `None` for a value leaves it to the facts. Images that go by one name are said of once.
pub fn words(
    conn: &Connection,
    images: &[&str],
    values: &[(Field, Option<String>)],
    reason: &str,
) -> Result<Vec<Judged>, SelectError> {
    let court = Court::load(conn)?;
    let mut words: Vec<Judged> = Vec::new();
    for selector in images {
        let (image, row) = one(conn, selector)?;
        for (field, value) in values {
            let about = subject(conn, &court, image, *field)?;
            let rule = row.computed_rule();
            let over = (*field == Field::Priority && value.is_some()).then(|| Over {
                priority: row.computed,
                rule,
                facts: about.facts.clone(),
            });
            let word = Judged {
                subject: about.subject,
                field: *field,
                value: value.clone(),
                reason: reason.to_owned(),
                over,
                replaces: about.replaces,
            };
            if !words.iter().any(|known| known.subject == word.subject && known.field == word.field) {
                words.push(word);
            }
        }
    }
    Ok(words)
}
