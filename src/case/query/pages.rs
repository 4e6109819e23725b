//! A part of the images list: what a table shows of it, where a known image stands in it, and its groups. However long
//! the list is, what is read of it is bounded.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};
use std::collections::BTreeMap;

use super::filter::Filter;
use super::images::{COLUMNS, DigestCell, ImageRow, Sort, StoredRow, count};
use super::owners::OWNS;
use crate::case::project::ProjectError;

/// What rows are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// The registry of the name.
    Registry,
    /// The namespace, whatever uses it outside of any; images of several stand together.
    Namespace,
    /// The owner by the most exact word.
    Owner,
}

/// Stands for images of several namespaces.
const SEVERAL: &str = "*";

impl GroupBy {
    /// All of them.
    pub const ALL: [GroupBy; 3] = [GroupBy::Registry, GroupBy::Namespace, GroupBy::Owner];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            GroupBy::Registry => "registry",
            GroupBy::Namespace => "namespace",
            GroupBy::Owner => "owner",
        }
    }

    /// What a group is called, by its value.
    pub fn title(self, value: &str) -> String {
        match (self, value) {
            (GroupBy::Registry, "") => "no registry told".to_owned(),
            (GroupBy::Namespace, "") => "no namespace".to_owned(),
            (GroupBy::Namespace, SEVERAL) => "several namespaces".to_owned(),
            (GroupBy::Owner, "") => "owner not told".to_owned(),
            (_, value) => format!("{} {value}", self.as_str()),
        }
    }

    /// The value for `p_image i`.
    fn expression(self) -> String {
        match self {
            GroupBy::Registry => "i.registry".to_owned(),
            GroupBy::Namespace => format!(
                "coalesce((SELECT CASE WHEN min(r.namespace) = max(r.namespace) THEN t.text ELSE '{SEVERAL}' END
                 FROM p_reach r JOIN p_text t ON t.id = r.namespace WHERE r.image = i.id AND t.text <> ''), '')"
            ),
            GroupBy::Owner => format!(
                "coalesce((SELECT w.owner FROM p_owner w WHERE w.owner <> '' AND {OWNS}
                 ORDER BY w.kind, length(w.subject) DESC, w.owner LIMIT 1), '')"
            ),
        }
    }
}

/// The list that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// What it lets through.
    pub filter: Filter,
    /// Its order.
    pub sort: Sort,
    /// Groups come before the order.
    pub group: Option<GroupBy>,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window<R = ImageRow> {
    /// The rows from `first` on.
    pub rows: Vec<R>,
    /// The place of the first one.
    pub first: u64,
    /// Rows of the whole list.
    pub total: u64,
    /// The groups in order with their rows; empty without groups.
    pub groups: Vec<(String, u64)>,
    /// Where the images that were asked for stand.
    pub found: Vec<(String, u64)>,
}

impl<R> Default for Window<R> {
    fn default() -> Self {
        Window { rows: Vec::new(), first: 0, total: 0, groups: Vec::new(), found: Vec::new() }
    }
}

impl<R> Window<R> {
    /// A whole list.
    pub fn whole(rows: Vec<R>) -> Window<R> {
        Window { total: rows.len() as u64, rows, ..Window::default() }
    }

    /// The row at a place of the list; none where it is not at hand.
    pub fn get(&self, place: u64) -> Option<&R> {
        self.rows.get(usize::try_from(place.checked_sub(self.first)?).ok()?)
    }

    /// Where an image stands: at hand where `is_it` says so, else among those that were asked for.
    pub fn index_of(&self, id: &str, is_it: impl Fn(&R) -> bool) -> Option<u64> {
        let own = self.rows.iter().position(is_it).map(|at| self.first + at as u64);
        own.or_else(|| self.found.iter().find(|(known, _)| known == id).map(|(_, place)| *place))
    }

    /// True where rows around a place of the list are not at hand.
    pub fn lacks(&self, place: u64, around: u64) -> bool {
        let end = self.first + self.rows.len() as u64;
        place.saturating_sub(around) < self.first || place.saturating_add(around).min(self.total) > end
    }
}

impl List {
    /// Columns to sort by, each with whether it runs downwards.
    fn order(&self) -> Vec<(String, bool)> {
        let group = self.group.map(|group| (group.expression(), false));
        group.into_iter().chain(self.sort.order()).collect()
    }

    fn order_by(&self) -> String {
        let one = |(column, down): (String, bool)| format!("{column} {}", if down { "DESC" } else { "ASC" });
        self.order().into_iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// At most `limit` rows around the first of `follow` that is in the list, else around `near`. Of one moment, whoever
    /// writes meanwhile.
    pub fn window(&self, conn: &Connection, near: u64, limit: u64, follow: &[String]) -> Result<Window, ProjectError> {
        self.part(conn, near, limit, follow, |moment, first| self.rows(moment, first, limit))
    }

    /// The same with rows of another kind, which are read from a place on.
    pub(super) fn part<R>(
        &self,
        conn: &Connection,
        near: u64,
        limit: u64,
        follow: &[String],
        read: impl FnOnce(&Connection, u64) -> Result<Vec<R>, ProjectError>,
    ) -> Result<Window<R>, ProjectError> {
        let moment = conn.unchecked_transaction()?;
        let total = count(&moment, &self.filter)?;
        let mut found = Vec::new();
        for id in follow {
            found.extend(self.place(&moment, id)?.map(|place| (id.clone(), place)));
        }
        let centre = found.first().filter(|(id, _)| follow.first() == Some(id)).map_or(near, |(_, place)| *place);
        let first = centre.saturating_sub(limit / 2).min(total.saturating_sub(limit));
        let rows = read(&moment, first)?;
        Ok(Window { rows, first, total, groups: self.groups(&moment)?, found })
    }

    fn rows(&self, conn: &Connection, first: u64, limit: u64) -> Result<Vec<ImageRow>, ProjectError> {
        let compiled = self.filter.compile();
        let order = self.order_by();
        let sql = format!("SELECT {COLUMNS} FROM p_image i WHERE {} ORDER BY {order} LIMIT ? OFFSET ?", compiled.sql);
        let values = compiled.values.into_iter().chain([integer(limit), integer(first)]);
        let mut statement = conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), StoredRow::read)?;
        rows.map(|row| row?.shown()).collect()
    }

    /// The ids of the rows from `first` on.
    pub fn ids(&self, conn: &Connection, first: u64, limit: u64) -> Result<Vec<String>, ProjectError> {
        let compiled = self.filter.compile();
        let order = self.order_by();
        let sql = format!("SELECT i.ident FROM p_image i WHERE {} ORDER BY {order} LIMIT ? OFFSET ?", compiled.sql);
        let values = compiled.values.into_iter().chain([integer(limit), integer(first)]);
        let mut statement = conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn groups(&self, conn: &Connection) -> Result<Vec<(String, u64)>, ProjectError> {
        let Some(group) = self.group else { return Ok(Vec::new()) };
        let compiled = self.filter.compile();
        let expression = group.expression();
        let sql = format!("SELECT {expression}, count(*) FROM p_image i WHERE {} GROUP BY 1 ORDER BY 1", compiled.sql);
        let mut statement = conn.prepare_cached(&sql)?;
        let rows = statement
            .query_map(params_from_iter(compiled.values), |r| Ok((r.get(0)?, r.get::<_, i64>(1)?.unsigned_abs())))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many rows stand before an image; `None` where the list does not have it.
    fn place(&self, conn: &Connection, id: &str) -> Result<Option<u64>, ProjectError> {
        let order = self.order();
        let columns: Vec<&str> = order.iter().map(|(column, _)| column.as_str()).collect();
        let compiled = self.filter.compile();
        let sql =
            format!("SELECT {} FROM p_image i WHERE i.ident = ? AND {} LIMIT 1", columns.join(", "), compiled.sql);
        let values = [Value::Text(id.to_owned())].into_iter().chain(compiled.values.iter().cloned());
        let own: Option<Vec<Value>> = conn
            .prepare_cached(&sql)?
            .query_row(params_from_iter(values), |r| (0..columns.len()).map(|at| r.get(at)).collect())
            .optional()?;
        let Some(own) = own else { return Ok(None) };
        let (before, values) = before(&order, own);
        let sql = format!("SELECT count(*) FROM p_image i WHERE {} AND ({before})", compiled.sql);
        let values = compiled.values.into_iter().chain(values);
        let place: i64 = conn.prepare_cached(&sql)?.query_row(params_from_iter(values), |r| r.get(0))?;
        Ok(Some(place.unsigned_abs()))
    }
}

/// The condition of standing before a row with those values.
fn before(order: &[(String, bool)], own: Vec<Value>) -> (String, Vec<Value>) {
    let (mut sql, mut values, mut open) = (String::new(), Vec::new(), 0);
    let last = order.len().saturating_sub(1);
    for (at, ((column, down), value)) in order.iter().zip(own).enumerate() {
        let sign = if *down { '>' } else { '<' };
        sql.push_str(&format!("{column} {sign} ?"));
        values.push(value.clone());
        if at < last {
            sql.push_str(&format!(" OR {column} = ? AND ("));
            values.push(value);
            open += 1;
        }
    }
    sql.push_str(&")".repeat(open));
    (sql, values)
}

fn integer(n: u64) -> Value {
    Value::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Names and primary digests of images by their ids, sorted by name; those that are gone are left out.
pub fn named(conn: &Connection, ids: &[String]) -> Result<Vec<(String, Option<String>)>, ProjectError> {
    let mut statement = conn.prepare_cached("SELECT name, digests FROM p_image WHERE ident = ?1")?;
    let mut found = Vec::new();
    for id in ids {
        let row = statement.query_row([id], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))).optional()?;
        let Some((name, digests)) = row else { continue };
        let digests: Vec<DigestCell> =
            serde_json::from_str(&digests).map_err(|e| ProjectError::Damaged(format!("image {id}: {e}")))?;
        found.push((name, digests.into_iter().next().map(|digest| digest.value)));
    }
    found.sort();
    Ok(found)
}

/// Those of some ids that are images of the case now, in their order.
pub fn present(conn: &Connection, ids: &[String]) -> Result<Vec<String>, ProjectError> {
    let mut statement = conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM p_image WHERE ident = ?1)")?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        if statement.query_row([id], |r| r.get(0))? {
            found.push(id.clone());
        }
    }
    Ok(found)
}

/// The values by which images are grouped, by their ids; those that are gone are left out.
pub fn values(conn: &Connection, by: GroupBy, ids: &[String]) -> Result<BTreeMap<String, String>, ProjectError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {} FROM p_image i WHERE i.ident = ?1", by.expression()))?;
    let mut found = BTreeMap::new();
    for id in ids {
        found.extend(statement.query_row([id], |r| r.get(0)).optional()?.map(|value| (id.clone(), value)));
    }
    Ok(found)
}

/// The rows of images by their ids, in that order; those that are gone are left out.
pub fn rows(conn: &Connection, ids: &[String]) -> Result<Vec<ImageRow>, ProjectError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM p_image i WHERE i.ident = ?1"))?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(statement.query_row([id], StoredRow::read).optional()?.map(StoredRow::shown).transpose()?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::query::images::SortKey;

    fn case() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(crate::case::project::SCHEMA).unwrap();
        for n in 0..40 {
            conn.execute(
                "INSERT INTO p_image VALUES (?1, printf('%032x', ?1), 'r' || (?1 % 3) || '.io/app' || (?1 % 7), 'r' || (?1 % 3) || '.io',
                 'app', 0, 0, ?1 % 5, ?1 % 4, 1, 0, 0, 0, '[]', '[]', ?1 % 3, 0, ?1 % 5, ?1 % 6, 'C' || (?1 % 2))",
                [n],
            )
            .unwrap();
        }
        conn
    }

    #[test]
    fn every_image_is_found_where_it_stands() {
        let conn = case();
        for key in SortKey::ALL {
            for (reverse, group) in
                [(false, None), (true, None), (false, Some(GroupBy::Registry)), (true, Some(GroupBy::Owner))]
            {
                for text in ["", "uses:>1"] {
                    let filter = Filter::parse(text).unwrap();
                    let list = List { filter, sort: Sort { key, reverse }, group };
                    let all = list.ids(&conn, 0, 100).unwrap();
                    for (at, id) in all.iter().enumerate() {
                        let window = list.window(&conn, 0, 5, std::slice::from_ref(id)).unwrap();
                        assert_eq!(window.found, [(id.clone(), at as u64)], "{list:?}");
                        assert_eq!(window.rows[at - window.first as usize].id, *id);
                    }
                    let groups = list.window(&conn, 0, 5, &[]).unwrap().groups;
                    assert_eq!(
                        groups.iter().map(|g| g.1).sum::<u64>(),
                        if group.is_some() { all.len() as u64 } else { 0 }
                    );
                }
            }
        }
    }

    #[test]
    fn a_page_needs_no_sorting_step() {
        let conn = case();
        for key in SortKey::ALL {
            for reverse in [false, true] {
                let list = List { sort: Sort { key, reverse }, ..List::default() };
                let sql = format!(
                    "EXPLAIN QUERY PLAN SELECT {COLUMNS} FROM p_image i WHERE 1 ORDER BY {} LIMIT 400 OFFSET 90000",
                    list.order_by()
                );
                let mut statement = conn.prepare(&sql).unwrap();
                let steps: Vec<String> = statement.query_map([], |r| r.get(3)).unwrap().map(Result::unwrap).collect();
                assert!(steps.len() == 1 && steps[0].contains("USING INDEX"), "{steps:?}");
            }
        }
    }

    #[test]
    fn names_are_copied_in_order_and_without_those_that_are_gone() {
        let conn = case();
        let ids = [format!("{:032x}", 2), "gone".to_owned(), format!("{:032x}", 0)];
        let names: Vec<String> = named(&conn, &ids).unwrap().into_iter().map(|n| n.0).collect();
        assert_eq!(names, ["r0.io/app0", "r2.io/app2"]);
    }
}
