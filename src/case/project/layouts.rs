//! The layouts that the projections had in earlier versions, each known by a hash over its schema.
//!
//! A file whose projections have one of these, and nothing else that is not ours, was written by an earlier version: its
//! projections may be dropped and folded anew. A schema of any other kind was altered, and is refused.

use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

use crate::model::id::hex;

/// A row of `sqlite_schema`: type, name, table, statement.
pub(in crate::case) type SchemaRow = (String, String, String, Option<String>);

/// Earlier layouts: the last [`super::VERSION`] that had each, and its [`layout`]. A change of the tables puts the layout
/// that was in force before at the end of this list.
const EARLIER: [(u32, &str); 8] = [
    (3, "9783aa71a75edf4ca4bf72d59a776a82dd506e7b449e263179a0eab4a68b8fdb"),
    (3, "4ca22860ed98d97026eff566634ce68fd6cbc03c95ea23d7f8486d3dd805da3d"),
    (4, "f1c3ed85a69f5698fa23946dc812e1991f27cf6546c231f998716bd29b70e436"),
    (5, "cce048d7357f5db670634ecb28682a2fd34a81aaffcb37326c9a6b3f27b3789a"),
    (6, "6c33f5d3fe3c4961fd1306f466bddfaf34bee1beabfb30463911d7d925390106"),
    (7, "eb3dd33b34e7bb31eb41c5f84a475331181013a6f5ddc9f3322343b4f21c34c6"),
    (8, "6a72ad5cf7841d08bdaf0968d0b73e4724ac33240a775bb99a50070fbcacc9c2"),
    (9, "48709cbe54eaf110b4a48497897e9c7dad3a203a5c3d930274b8db17e1535755"),
];

/// Whether a row of a schema is of a projection's table.
pub(in crate::case) fn is_projection((_, _, table, _): &SchemaRow) -> bool {
    table.starts_with("p_")
}

/// The version that had the projections of a schema; `None` where no version had just these.
pub(in crate::case) fn version_of(rows: &BTreeSet<SchemaRow>) -> Option<u32> {
    let found = layout(rows);
    EARLIER.into_iter().find(|(_, known)| *known == found).map(|(version, _)| version)
}

/// SHA-256 over the rows of the projections in order, in hexadecimal.
fn layout(rows: &BTreeSet<SchemaRow>) -> String {
    let mut hash = Sha256::new();
    for (kind, name, table, sql) in rows.iter().filter(|row| is_projection(row)) {
        let sql = sql.as_deref().unwrap_or_default();
        hash.update(format!("{kind}\0{name}\0{table}\0{sql}\n"));
    }
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::project::{SCHEMA, VERSION};

    /// The layout of this version. Where this fails, the tables were changed: raise `VERSION`, append what stands here to
    /// `EARLIER` with the version that had it, and put the new one here.
    const OURS: &str = "cae725cb653576e2f797010d016e66d6d428c84334fde68802fca0a343141dcc";

    #[test]
    fn a_changed_layout_is_a_new_version() {
        let conn = rusqlite::Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        let rows = crate::case::store::schema::rows(&conn).unwrap();
        assert_eq!(layout(&rows), OURS);
        assert_eq!(version_of(&rows), None, "it is not an earlier one");
        assert!(EARLIER.iter().all(|(version, known)| *version < VERSION && *known != OURS));
    }
}
