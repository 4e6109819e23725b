//! The images list.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::{Deserialize, Serialize};

use super::filter::Filter;
use super::time;
use crate::case::project::{NEVER, ProjectError};
use crate::model::fact::Role;
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;
use crate::resolve::tags::Movement;

/// An image as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImageRow {
    /// 32 hex digits: the beginning of the primary digest, or of a hash over the name where no digest is known.
    pub id: String,
    /// Canonical name; as written where it is no reference.
    pub name: String,
    /// Registry of the name.
    pub registry: String,
    /// Repository of the name.
    pub repository: String,
    /// All tags it goes by, sorted.
    pub tags: Vec<String>,
    /// Its digests, the primary one first; empty where none is known.
    pub digests: Vec<DigestCell>,
    /// A digest is known.
    pub resolved: bool,
    /// The roles it plays, in the order of [`Role::ALL`].
    pub roles: Vec<&'static str>,
    /// Places that use or used it.
    pub uses: u64,
    /// Places that run it as of their latest reading.
    pub running: u64,
    /// Distinct workloads among its places.
    pub workloads: u64,
    /// How urgent it is; none before the policy was asked.
    pub priority: Option<String>,
    /// When it is due; none while that is paused, and before the policy was asked.
    pub due: Option<String>,
    /// The rule of the policy that gave the priority, `by hand` for one that was set; none before the policy was asked.
    pub rule: Option<String>,
    /// The word of its verdict; none without an open indicator.
    pub verdict: Option<String>,
    /// Whether one of its tags moved: `yes`, `likely`, `uncomparable`, `no`, `unseen`.
    pub moved: &'static str,
    /// The earliest as-of that shows it.
    pub first_seen: String,
    /// The latest.
    pub last_seen: String,
}

/// A digest and what it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestCell {
    /// The whole digest.
    pub value: String,
    /// `index`, `manifest`, `config` or `unknown`.
    pub kind: String,
}

/// What the list is sorted by; ties go by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortKey {
    /// Places that run it, most first.
    #[default]
    Running,
    /// Places that use it, most first.
    Uses,
    /// Workloads that use it, most first.
    Workloads,
    /// Name, A to Z.
    Name,
    /// First seen, newest first.
    FirstSeen,
    /// Last seen, newest first.
    LastSeen,
    /// Verdict, the worst first.
    Verdict,
    /// Priority, the most urgent first.
    Priority,
    /// When it is due, the first one first; what is paused last.
    Due,
    /// The rule that gave the priority, by its name.
    Rule,
}

/// A key and a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// What by.
    pub key: SortKey,
    /// Against the key's own direction.
    pub reverse: bool,
}

impl SortKey {
    /// Every key.
    pub const ALL: [SortKey; 10] = [
        SortKey::Running,
        SortKey::Uses,
        SortKey::Workloads,
        SortKey::Name,
        SortKey::FirstSeen,
        SortKey::LastSeen,
        SortKey::Verdict,
        SortKey::Priority,
        SortKey::Due,
        SortKey::Rule,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            SortKey::Running => "running",
            SortKey::Uses => "uses",
            SortKey::Workloads => "workloads",
            SortKey::Name => "name",
            SortKey::FirstSeen => "first-seen",
            SortKey::LastSeen => "last-seen",
            SortKey::Verdict => "verdict",
            SortKey::Priority => "priority",
            SortKey::Due => "due",
            SortKey::Rule => "rule",
        }
    }

    /// Column and whether its own direction is downwards. The indexes of `p_image` are made for these.
    fn column(self) -> (&'static str, bool) {
        match self {
            SortKey::Running => ("running", true),
            SortKey::Uses => ("uses", true),
            SortKey::Workloads => ("workloads", true),
            SortKey::Name => ("name", false),
            SortKey::FirstSeen => ("first_seen", true),
            SortKey::LastSeen => ("last_seen", true),
            SortKey::Verdict => ("verdict", true),
            SortKey::Priority => ("priority", true),
            SortKey::Due => ("due", false),
            SortKey::Rule => ("rule", false),
        }
    }
}

impl Sort {
    /// Parses a key's word, with `-` in front to turn it round.
    pub fn parse(text: &str) -> Result<Sort, String> {
        let (reverse, word) = text.strip_prefix('-').map_or((false, text), |word| (true, word));
        match SortKey::ALL.into_iter().find(|key| key.as_str() == word) {
            Some(key) => Ok(Sort { key, reverse }),
            None => {
                let words = SortKey::ALL.map(SortKey::as_str).join(", ");
                Err(format!("images are not sorted by {word:?}; sort by {words}, with - in front to turn it round"))
            }
        }
    }

    /// Columns in order, each with whether it runs downwards. Everything runs against its index, or none.
    pub(super) fn order(self) -> Vec<(String, bool)> {
        let (column, down) = self.key.column();
        let ties = match self.key {
            SortKey::Name => &["ident"][..],
            // Of those alike the one that is due first.
            SortKey::Priority => &["due", "name", "ident"],
            _ => &["name", "ident"],
        };
        let own = (format!("i.{column}"), down != self.reverse);
        std::iter::once(own).chain(ties.iter().map(|tie| (format!("i.{tie}"), self.reverse))).collect()
    }

    fn order_by(self) -> String {
        let one = |(column, down): (String, bool)| format!("{column} {}", if down { "DESC" } else { "ASC" });
        self.order().into_iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

pub(super) const COLUMNS: &str = "i.ident, i.name, i.registry, i.repository, i.tags, i.digests, i.resolved, i.roles,
    i.uses, i.running, i.workloads, i.moved, i.first_seen, i.last_seen, i.verdict, i.priority, i.due, i.rule";

/// The images that a filter lets through, sorted, at most `limit` of them.
pub fn images(
    conn: &Connection,
    filter: &Filter,
    sort: Sort,
    limit: Option<u64>,
) -> Result<Vec<ImageRow>, ProjectError> {
    let compiled = filter.compile();
    let order = sort.order_by();
    let sql = format!("SELECT {COLUMNS} FROM p_image i WHERE {} ORDER BY {order} LIMIT ?", compiled.sql);
    let limit = limit.map_or(-1, |n| i64::try_from(n).unwrap_or(i64::MAX));
    let mut statement = conn.prepare(&sql)?;
    let values = compiled.values.into_iter().chain([Value::Integer(limit)]);
    let rows = statement.query_map(params_from_iter(values), StoredRow::read)?;
    rows.map(|row| row?.shown()).collect()
}

/// How many images a filter lets through.
pub fn count(conn: &Connection, filter: &Filter) -> Result<u64, ProjectError> {
    let compiled = filter.compile();
    let sql = format!("SELECT count(*) FROM p_image i WHERE {}", compiled.sql);
    let found: i64 = conn.query_row(&sql, params_from_iter(compiled.values), |r| r.get(0))?;
    Ok(found.max(0) as u64)
}

/// A row as stored, before its lists are unpacked.
pub(super) struct StoredRow {
    row: ImageRow,
    tags: String,
    digests: String,
}

impl StoredRow {
    pub(super) fn read(r: &Row<'_>) -> rusqlite::Result<StoredRow> {
        let roles: i64 = r.get(7)?;
        let (due, rule): (i64, String) = (r.get(16)?, r.get(17)?);
        let row = ImageRow {
            id: r.get(0)?,
            name: r.get(1)?,
            registry: r.get(2)?,
            repository: r.get(3)?,
            tags: Vec::new(),
            digests: Vec::new(),
            resolved: r.get(6)?,
            roles: Role::ALL.iter().filter(|role| roles & i64::from(role.bit()) != 0).map(|r| r.as_str()).collect(),
            uses: r.get::<_, i64>(8)?.max(0) as u64,
            running: r.get::<_, i64>(9)?.max(0) as u64,
            workloads: r.get::<_, i64>(10)?.max(0) as u64,
            priority: Priority::from_number(r.get(15)?).map(|priority| priority.as_str().to_owned()),
            due: (!matches!(due, 0 | NEVER)).then(|| time(due)),
            rule: Some(rule).filter(|rule| !rule.is_empty()),
            verdict: Verdict::from_number(r.get(14)?).map(|verdict| verdict.as_str().to_owned()),
            moved: Movement::from_index(r.get(11)?).as_str(),
            first_seen: time(r.get(12)?),
            last_seen: time(r.get(13)?),
        };
        Ok(StoredRow { row, tags: r.get(4)?, digests: r.get(5)? })
    }

    pub(super) fn shown(self) -> Result<ImageRow, ProjectError> {
        let damaged = |e: serde_json::Error| ProjectError::Damaged(format!("image {}: {e}", self.row.id));
        let tags = serde_json::from_str(&self.tags).map_err(damaged)?;
        let digests = serde_json::from_str(&self.digests).map_err(damaged)?;
        Ok(ImageRow { tags, digests, ..self.row })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_reads_and_follows_an_index_either_way() {
        assert_eq!(Sort::parse("uses").unwrap(), Sort { key: SortKey::Uses, reverse: false });
        assert_eq!(Sort::parse("-name").unwrap(), Sort { key: SortKey::Name, reverse: true });
        assert!(Sort::parse("size").unwrap_err().contains("running, uses"));

        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(crate::case::project::SCHEMA).unwrap();
        for key in SortKey::ALL {
            for reverse in [false, true] {
                let order = Sort { key, reverse }.order_by();
                let sql = format!("EXPLAIN QUERY PLAN SELECT {COLUMNS} FROM p_image i ORDER BY {order} LIMIT 50");
                let plan: String = conn.query_row(&sql, [], |r| r.get(3)).unwrap();
                assert!(plan.contains("USING INDEX p_image_"), "{order}: {plan}");
                let steps = conn.prepare(&sql).unwrap().query_map([], |_| Ok(())).unwrap().count();
                assert_eq!(steps, 1, "{order} needs a sorting step");
            }
        }
    }
}
