//! The graph of lineage beside the facts that it was built of, so that a command need not build it to answer.
//!
//! Owns when it is written. It costs seconds in a large case, so it is done once where evidence of lineage came, and
//! where somebody asks; a fold that brings places of use alone leaves it to whoever asks next. What is kept of an earlier
//! state is never taken for that of another, see [`crate::case::query::lineage::state`].

use rusqlite::{Connection, params};

use super::error::ProjectError;
use super::verdicts::Touched;
use crate::case::query::lineage::{CHUNK, Compiled, is_kept, kept_bytes, state};

/// Keeps the graph after a fold that brought evidence of lineage; `None` where all was folded anew.
pub fn keep_lineage(conn: &Connection, touched: Option<&Touched>) -> Result<(), ProjectError> {
    if touched.is_some_and(|touched| !touched.lineage) || !is_told(conn)? {
        return Ok(());
    }
    keep(conn)
}

/// Keeps the graph as the facts are now, where it is not kept yet.
pub fn keep(conn: &Connection) -> Result<(), ProjectError> {
    if is_kept(conn)? {
        return Ok(());
    }
    let bytes = Compiled::built(conn, || {})?.to_bytes();
    conn.execute("DELETE FROM p_lineage", [])?;
    let mut insert = conn.prepare("INSERT INTO p_lineage (n, bytes) VALUES (?1, ?2)")?;
    insert.execute(params![0, state(conn)?])?;
    for (n, chunk) in (1_i64..).zip(bytes.chunks(CHUNK)) {
        insert.execute(params![n, chunk])?;
    }
    Ok(())
}

/// Whether what is kept is what the facts come to; true where nothing is kept of this state.
pub fn is_true_to_facts(conn: &Connection) -> Result<bool, ProjectError> {
    Ok(!is_kept(conn)? || kept_bytes(conn)? == Compiled::built(conn, || {})?.to_bytes())
}

/// Whether evidence says anything of what images consist of or stand on.
pub(super) fn is_told(conn: &Connection) -> Result<bool, ProjectError> {
    let told = "SELECT EXISTS (SELECT 1 FROM p_chain) OR EXISTS (SELECT 1 FROM p_claim)
        OR EXISTS (SELECT 1 FROM p_built) OR EXISTS (SELECT 1 FROM p_relation WHERE kind = 1)";
    Ok(conn.query_row(told, [], |r| r.get(0))?)
}
