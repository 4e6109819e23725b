//! What the search asks. Long lists are looked through in portions, so that what is found early is shown early and a new
//! letter never waits for an old one.

use rusqlite::{Connection, Row};
use std::sync::Arc;

use super::hit::{Hit, Item, Kind};
use super::matching::Matching;
use crate::case::state::LogRow;
use crate::cli::words::{counted, short, when};
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;
use crate::tui::view::link;

/// Rows of one portion.
const PORTION: i64 = 20_000;
/// Most names of one short list: namespaces, contexts, hosts, events.
const MOST: usize = 20_000;
/// The fewest hex digits by which a digest is looked for.
const FEWEST_DIGITS: usize = 4;

/// A list that is looked through.
#[derive(Debug, Clone)]
pub enum List {
    /// Images by name and tags, and by the beginning of a digest.
    Images,
    /// Workloads.
    Workloads,
    /// Evidence by its place.
    Evidence,
    /// Names that were read before.
    Held(Arc<Vec<Item>>),
}

/// A portion of a list.
#[derive(Debug, Clone)]
pub struct Find {
    /// What was typed.
    pub text: String,
    /// Which list.
    pub list: List,
    /// Rows after this one.
    pub after: i64,
    /// Rows that were looked at before.
    pub looked: u64,
}

/// What was found in a portion.
#[derive(Debug)]
pub struct Portion {
    /// The question.
    pub find: Find,
    /// The best of it.
    pub hits: Vec<Hit>,
    /// How many fit.
    pub matched: u64,
    /// Rows that were looked at so far.
    pub looked: u64,
    /// Rows of the whole list.
    pub total: u64,
    /// The next portion begins after this row; none at the end.
    pub next: Option<i64>,
}

impl Question for Find {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let conn = desk.case.as_ref().ok_or("no case is open")?.conn();
        Ok(Box::new(self.portion(conn).map_err(|e| e.to_string())?))
    }
}

impl Find {
    /// Looks through one portion.
    pub fn portion(&self, conn: &Connection) -> rusqlite::Result<Portion> {
        let mut matching = Matching::new(&self.text);
        let (rows, last) = match &self.list {
            List::Images => {
                if self.looked == 0 {
                    digests(conn, &self.text, &mut matching)?;
                }
                self.rows(conn, IMAGES, &mut matching, image)?
            }
            List::Workloads => self.rows(conn, WORKLOADS, &mut matching, workload)?,
            List::Evidence => self.rows(conn, EVIDENCE, &mut matching, evidence)?,
            List::Held(items) => {
                items.iter().for_each(|item| matching.look(&item.name, &item.more, || item.clone()));
                (items.len() as u64, None)
            }
        };
        let table = match self.list {
            List::Images => "p_image",
            List::Workloads => "p_workload",
            List::Evidence => "p_source",
            List::Held(_) => "",
        };
        let total = match table {
            "" => rows,
            table => {
                conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get::<_, i64>(0))?.unsigned_abs()
            }
        };
        let looked = self.looked + rows;
        let (matched, hits) = (matching.matched, matching.end());
        Ok(Portion { find: self.clone(), hits, matched, looked, total, next: last })
    }

    /// Looks at the rows of a portion; how many there were, and the last one where more may follow.
    fn rows(
        &self,
        conn: &Connection,
        sql: &str,
        matching: &mut Matching,
        look: fn(&Row<'_>, &mut Matching) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<(u64, Option<i64>)> {
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query((self.after, PORTION))?;
        let (mut count, mut last) = (0, None);
        while let Some(row) = rows.next()? {
            look(row, matching)?;
            (count, last) = (count + 1, Some(row.get(0)?));
        }
        Ok((count, last.filter(|_| count == PORTION.unsigned_abs())))
    }
}

const IMAGES: &str =
    "SELECT id, ident, name, tags, uses, running, resolved FROM p_image WHERE id > ?1 ORDER BY id LIMIT ?2";

fn image(r: &Row<'_>, matching: &mut Matching) -> rusqlite::Result<()> {
    let (name, tags) = (r.get_ref(2)?.as_str()?, r.get_ref(3)?.as_str()?);
    // One tag stands in the name already.
    let besides = if tags.contains(',') { tags } else { "" };
    let (ident, uses, running) = (r.get_ref(1)?.as_str()?, r.get::<_, i64>(4)?, r.get::<_, i64>(5)?);
    let resolved: bool = r.get(6)?;
    matching.look(name, besides, || {
        let id = if resolved { short(ident).to_owned() } else { "unresolved".to_owned() };
        let more = format!("{id}  {}, {running} running", counted(uses.unsigned_abs(), "use"));
        Item { kind: Kind::Image, name: name.to_owned(), more, call: link::image(ident) }
    });
    Ok(())
}

const WORKLOADS: &str = "SELECT w.id, w.name, k.text, n.text, c.text FROM p_workload w JOIN p_text k ON k.id = w.kind
    LEFT JOIN p_text n ON n.id = w.namespace LEFT JOIN p_text c ON c.id = w.context WHERE w.id > ?1 ORDER BY w.id LIMIT ?2";

fn workload(r: &Row<'_>, matching: &mut Matching) -> rusqlite::Result<()> {
    let text = |column| r.get::<_, Option<String>>(column).map(Option::unwrap_or_default);
    let (name, kind, namespace, context) = (text(1)?, text(2)?, text(3)?, text(4)?);
    let full = if namespace.is_empty() { name.clone() } else { format!("{namespace}/{name}") };
    matching.look(&full, "", || {
        let mut filter = vec![link::only("workload", &name), link::only("kind", &kind)];
        for (field, value) in [("namespace", &namespace), ("context", &context)] {
            filter.extend((!value.is_empty()).then(|| link::only(field, value)));
        }
        let site = if context.is_empty() { String::new() } else { format!(" in {context}") };
        let (more, call) = (format!("{kind}{site}"), link::images(&filter.join(" ")));
        Item { kind: Kind::Workload, name: full.clone(), more, call }
    });
    Ok(())
}

const EVIDENCE: &str =
    "SELECT id, place, evidence, format, status, acquired FROM p_source WHERE id > ?1 ORDER BY id LIMIT ?2";

fn evidence(r: &Row<'_>, matching: &mut Matching) -> rusqlite::Result<()> {
    let (place, id): (String, Option<String>) = (r.get(1)?, r.get(2)?);
    // What was not kept leads nowhere.
    let Some(id) = id else { return Ok(()) };
    let (format, status): (String, String) = (r.get(3)?, r.get(4)?);
    matching.look(&place, &id, || {
        let more = format!("{}  {format}, {status}", short(&id));
        Item { kind: Kind::Evidence, name: place.clone(), more, call: link::evidence(&id, 0, 0) }
    });
    Ok(())
}

/// Images by the beginning of a digest.
fn digests(conn: &Connection, text: &str, matching: &mut Matching) -> rusqlite::Result<()> {
    let typed = text.trim().to_ascii_lowercase();
    let digits = typed.strip_prefix("sha256:").unwrap_or(&typed);
    if digits.len() < FEWEST_DIGITS || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(());
    }
    let mut statement = conn.prepare_cached(
        "SELECT d.value, i.ident, i.name FROM p_digest d JOIN p_image i ON i.id = d.image
         WHERE d.value >= ?1 AND d.value < ?1 || 'g' ORDER BY d.value LIMIT ?2",
    )?;
    let mut rows = statement.query((format!("sha256:{digits}"), PORTION))?;
    while let Some(r) = rows.next()? {
        let (value, ident, name): (String, String, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let item = || Item { kind: Kind::Image, name: value.clone(), more: name, call: link::image(&ident) };
        matching.look(&value, "", item);
    }
    Ok(())
}

/// Namespaces, contexts and hosts; read once for all letters that are typed.
#[derive(Debug)]
pub struct Names;

/// The answer to [`Names`] and [`Log`]: what can be found, and how many were left out because there are too many.
#[derive(Debug)]
pub struct Listed {
    /// The names.
    pub items: Vec<Item>,
    /// Those that are not among them.
    pub left_out: u64,
}

impl Question for Names {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let conn = desk.case.as_ref().ok_or("no case is open")?.conn();
        Ok(Box::new(names(conn).map_err(|e| e.to_string())?))
    }
}

/// Kind, the field of the filter, and where the names stand.
const LISTS: [(Kind, &str, &str); 3] = [
    (
        Kind::Namespace,
        "namespace",
        "SELECT t.text FROM (SELECT DISTINCT namespace n FROM p_reach) JOIN p_text t ON t.id = n WHERE t.text <> ''",
    ),
    (
        Kind::Context,
        "context",
        "SELECT t.text FROM (SELECT DISTINCT context c FROM p_source) JOIN p_text t ON t.id = c WHERE t.text <> ''",
    ),
    (
        Kind::Host,
        "host",
        "SELECT t.text FROM (SELECT DISTINCT node n FROM p_object) JOIN p_text t ON t.id = n WHERE t.text <> ''",
    ),
];

fn names(conn: &Connection) -> rusqlite::Result<Listed> {
    let mut listed = Listed { items: Vec::new(), left_out: 0 };
    for (kind, field, sql) in LISTS {
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            if listed.items.len() >= MOST {
                listed.left_out += 1;
                continue;
            }
            let name: String = r.get(0)?;
            let call = link::images(&link::only(field, &name));
            listed.items.push(Item { kind, name, more: "its images".to_owned(), call });
        }
    }
    Ok(listed)
}

/// The events, the newest first.
#[derive(Debug)]
pub struct Log;

impl Question for Log {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let case = desk.case.as_ref().ok_or("no case is open")?;
        let (state, _) = case.state().map_err(|e| e.to_string())?;
        let left_out = state.events.len().saturating_sub(MOST) as u64;
        let item = |row: LogRow| {
            let taken = if row.retracted { ", taken back" } else { "" };
            let name = format!("{} {}", short(&row.hash), row.summary);
            let more = format!("{} by {} {}{taken}", row.kind, row.author, when(&row.claimed));
            Item { kind: Kind::Event, name, more, call: link::event(&row.hash) }
        };
        let items = state.events.iter().rev().take(MOST).map(|told| item(LogRow::from(told))).collect();
        Ok(Box::new(Listed { items, left_out }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(images: i64) -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(crate::case::project::SCHEMA).unwrap();
        for n in 0..images {
            conn.execute(
                "INSERT INTO p_image VALUES (?1 - 5, printf('%032x', ?1), 'r.io/team/app-' || ?1 || ':1', 'r.io', 'team/app', 1, 0,
                 3, 2, 1, 0, 0, 0, '[\"1\"]', '[]', 0, 0, 0, 0, '')",
                [n],
            )
            .unwrap();
        }
        conn
    }

    fn find(text: &str, after: i64, looked: u64) -> Find {
        Find { text: text.to_owned(), list: List::Images, after, looked }
    }

    #[test]
    fn every_row_is_looked_at_once_in_portions() {
        let conn = case(PORTION + 7);
        let first = find("app", i64::MIN, 0).portion(&conn).unwrap();
        assert_eq!((first.looked, first.total, first.matched), (20_000, 20_007, 20_000));
        let second = find("app", first.next.unwrap(), first.looked).portion(&conn).unwrap();
        assert_eq!((second.looked, second.matched, second.next), (20_007, 7, None));
        let last = find(&format!("app-{}", PORTION + 6), first.next.unwrap(), first.looked).portion(&conn).unwrap();
        assert_eq!(last.hits[0].item.name, format!("r.io/team/app-{}:1", PORTION + 6));
        assert!(last.hits[0].item.more.contains("3 uses, 2 running"), "{:?}", last.hits[0]);
    }

    #[test]
    fn the_beginning_of_a_digest_finds_its_image() {
        let conn = case(3);
        let value = format!("sha256:{}", "abcd".repeat(16));
        conn.execute("INSERT INTO p_digest VALUES (1, ?1, 0, -3)", [&value]).unwrap();
        for (text, wanted) in [("abcda", 1), ("sha256:ABCD", 1), ("abc", 0), ("abcdb", 0), ("x' OR 1", 0)] {
            let hits = find(text, i64::MIN, 0).portion(&conn).unwrap().hits;
            assert_eq!(hits.iter().filter(|hit| hit.item.name == value).count(), wanted, "{text}");
        }
    }

    #[test]
    fn every_list_can_be_asked() {
        let conn = case(0);
        conn.execute("INSERT INTO p_text VALUES (7, 'pay'), (8, 'node-1'), (9, 'Deployment')", []).unwrap();
        conn.execute("INSERT INTO p_reach VALUES (1, 0, 7, 0, 1, 1)", []).unwrap();
        conn.execute("INSERT INTO p_workload VALUES (1, 0, 9, 7, 'pay-api')", []).unwrap();
        let listed = names(&conn).unwrap();
        assert_eq!(
            listed.items.iter().map(|item| item.call.to_string()).collect::<Vec<_>>(),
            ["images.list namespace:pay"]
        );
        let ask = |list| Find { list, ..find("pay", i64::MIN, 0) }.portion(&conn).unwrap();
        let workloads = ask(List::Workloads);
        let call = workloads.hits[0].item.call.to_string();
        assert_eq!(call, "images.list workload:pay-api kind:Deployment namespace:pay");
        assert_eq!(ask(List::Evidence).matched, 0);
        assert_eq!(ask(List::Held(Arc::new(listed.items))).matched, 1);
    }
}
