//! Names that responders give to layers that no known image is.

use rusqlite::Connection;

use crate::case::events::judgements::Judged;
use crate::case::project::ProjectError;
use crate::case::query::lineage::CHAIN;
use crate::case::query::triage::Court;
use crate::model::digest::Digest;
use crate::model::judgement::Field;

/// The word that calls the layers of a ChainID so, in place of every name they have; without a value they have none.
pub fn name_word(
    conn: &Connection,
    chain_id: &Digest,
    value: Option<String>,
    reason: String,
) -> Result<Judged, ProjectError> {
    let subject = format!("{CHAIN}{chain_id}");
    let court = Court::load(conn)?;
    let said = court.judgements().entries.iter().filter(|e| e.field == Field::Name && e.subject == subject);
    let replaces = said.flat_map(|entry| entry.standing.iter().map(|said| said.hash)).collect();
    Ok(Judged { subject, field: Field::Name, value, reason, over: None, replaces })
}
