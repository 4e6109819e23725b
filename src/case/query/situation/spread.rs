//! Where images are from and where they run: what an alert counts.

use rusqlite::Connection;
use std::collections::BTreeMap;

use crate::case::project::ProjectError;
use crate::case::query::reached::says_production;

/// Registries and workloads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spread {
    /// Images by registry.
    pub registries: BTreeMap<String, u64>,
    /// Workloads that run.
    pub workloads_running: u64,
    /// Of them, those where context or namespace says production.
    pub workloads_production: u64,
}

/// Counts them. It goes through every workload, so that no screen asks for it.
pub fn spread(conn: &Connection) -> Result<Spread, ProjectError> {
    let mut spread = Spread::default();
    let mut statement = conn.prepare("SELECT registry, count(*) FROM p_image GROUP BY registry")?;
    for row in statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)))? {
        let (registry, images) = row?;
        spread.registries.insert(registry, images.unsigned_abs());
    }
    // A workload has one context and one namespace.
    let mut statement = conn.prepare(
        "SELECT c.text, n.text, count(DISTINCT r.workload) FROM p_reach r JOIN p_text c ON c.id = r.context
         JOIN p_text n ON n.id = r.namespace WHERE r.workload <> 0 AND r.running > 0 GROUP BY r.context, r.namespace",
    )?;
    let rows =
        statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?)))?;
    for row in rows {
        let (context, namespace, count) = row?;
        spread.workloads_running += count.unsigned_abs();
        if says_production(&context) || says_production(&namespace) {
            spread.workloads_production += count.unsigned_abs();
        }
    }
    Ok(spread)
}
