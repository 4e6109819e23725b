//! How images are attacked, as far as scans in the case tell. No reader takes findings out of scans yet: every image is one
//! that nobody scanned, and is judged so.

use rusqlite::Connection;
use std::collections::HashMap;

use crate::case::project::error::ProjectError;
use crate::case::project::verdicts::Which;
use crate::triage::vulnerability::Points;

/// The points of images that were scanned; the others are not among them.
pub(in crate::case) fn points(_conn: &Connection, _which: &Which) -> Result<HashMap<i64, Points>, ProjectError> {
    Ok(HashMap::new())
}
