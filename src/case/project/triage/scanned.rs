//! How images are attacked, as far as scans in the case tell, in the words of judging.

use rusqlite::Connection;
use std::collections::HashMap;

use crate::case::project::error::ProjectError;
use crate::case::project::findings;
use crate::case::project::verdicts::Which;
use crate::triage::vulnerability::Points;

/// The points of images that were scanned; the others are not among them.
pub(in crate::case) fn points(conn: &Connection, which: &Which) -> Result<HashMap<i64, Points>, ProjectError> {
    let points = findings::points(conn, which)?;
    Ok(points.into_iter().map(|(image, bits)| (image, Points::from_bits(bits))).collect())
}
