//! Which objects are gone: only a whole list of the same cluster, of a later time, that does not show them says so.

use rusqlite::{Connection, OptionalExtension, Statement, params};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::error::ProjectError;
use super::objects::Origin;
use super::sources::{ALL_NAMESPACES, NewReading};

/// The complete readings of one kind in one context and namespace, the latest first: as-of and source.
type Lists = Rc<Vec<(i64, i64)>>;

/// Answers whether an object is gone; remembers what it looked up.
pub(super) struct Coverage<'t> {
    lists: HashMap<(i64, i64, i64), Lists>,
    nodes: HashMap<i64, Rc<BTreeSet<String>>>,
    apart: HashMap<(i64, i64), bool>,
    unnamed: Option<i64>,
    sql: Sql<'t>,
}

struct Sql<'t> {
    lists: Statement<'t>,
    nodes: Statement<'t>,
}

/// A complete reading whose list version another reading, one that goes on, shares is that list's last page and speaks
/// for no whole.
const NOT_A_PAGE: &str = "NOT EXISTS (SELECT 1 FROM p_source page WHERE page.list_version = s.list_version
    AND page.context = s.context AND page.continues = 1 AND page.id <> s.id)";

/// An object as far as being gone is concerned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sought {
    pub context: i64,
    pub kind: i64,
    pub namespace: i64,
    pub origin: i64,
    pub source: i64,
    pub last_seen: i64,
}

impl<'t> Coverage<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        let unnamed = conn.query_row("SELECT id FROM p_text WHERE text = ''", [], |r| r.get(0)).optional()?;
        let lists = format!(
            "SELECT s.as_of, s.id FROM p_cover c JOIN p_source s ON s.id = c.source
            WHERE c.context = ?1 AND c.kind = ?2 AND c.namespace = ?3 AND {NOT_A_PAGE} ORDER BY s.as_of DESC, s.id"
        );
        Ok(Coverage {
            lists: HashMap::new(),
            nodes: HashMap::new(),
            apart: HashMap::new(),
            unnamed,
            sql: Sql { lists: conn.prepare(&lists)?, nodes: conn.prepare("SELECT nodes FROM p_source WHERE id = ?1")? },
        })
    }

    /// True where a complete reading of the object's cluster, kind and namespace is strictly later than the last one
    /// that showed it. Declarations are never gone.
    pub fn is_gone(&mut self, object: &Sought) -> Result<bool, ProjectError> {
        if object.origin == Origin::Declared as i64 {
            return Ok(false);
        }
        for namespace in [ALL_NAMESPACES, object.namespace] {
            let lists = self.lists(object.context, object.kind, namespace)?;
            for (_, source) in lists.iter().take_while(|(as_of, _)| *as_of > object.last_seen) {
                if !self.of_two_clusters(object.context, object.source, *source)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn lists(&mut self, context: i64, kind: i64, namespace: i64) -> Result<Lists, ProjectError> {
        if let Some(lists) = self.lists.get(&(context, kind, namespace)) {
            return Ok(lists.clone());
        }
        let rows = self.sql.lists.query_map([context, kind, namespace], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let lists: Lists = Rc::new(rows.collect::<Result<_, _>>()?);
        self.lists.insert((context, kind, namespace), lists.clone());
        Ok(lists)
    }

    /// Two readings without a context name that both mention nodes and share none are of two clusters.
    fn of_two_clusters(&mut self, context: i64, one: i64, other: i64) -> Result<bool, ProjectError> {
        if self.unnamed != Some(context) || one == other {
            return Ok(false);
        }
        if let Some(apart) = self.apart.get(&(one, other)) {
            return Ok(*apart);
        }
        let (a, b) = (self.nodes(one)?, self.nodes(other)?);
        let apart = !a.is_empty() && !b.is_empty() && a.is_disjoint(&b);
        self.apart.insert((one, other), apart);
        Ok(apart)
    }

    fn nodes(&mut self, source: i64) -> Result<Rc<BTreeSet<String>>, ProjectError> {
        if let Some(nodes) = self.nodes.get(&source) {
            return Ok(nodes.clone());
        }
        let text: String = self.sql.nodes.query_row([source], |r| r.get(0))?;
        let nodes: BTreeSet<String> = serde_json::from_str(&text)
            .map_err(|e| ProjectError::Damaged(format!("the nodes of source {source}: {e}")))?;
        let nodes = Rc::new(nodes);
        self.nodes.insert(source, nodes.clone());
        Ok(nodes)
    }
}

/// The objects that a fold's readings may have removed or, by turning a list into a page, brought back.
pub(super) fn affected(
    conn: &Connection,
    readings: &[NewReading],
    objects: &mut BTreeSet<i64>,
) -> Result<(), ProjectError> {
    for reading in readings {
        if reading.complete {
            may_remove(conn, reading, objects)?;
        }
        if let (true, Some(version)) = (reading.continues, &reading.list_version) {
            may_bring_back(conn, reading, version, objects)?;
        }
    }
    Ok(())
}

fn may_remove(conn: &Connection, reading: &NewReading, objects: &mut BTreeSet<i64>) -> Result<(), ProjectError> {
    let mut covers = conn.prepare_cached("SELECT kind, namespace FROM p_cover WHERE source = ?1")?;
    let mut earlier = conn
        .prepare_cached("SELECT id FROM p_object WHERE context = ?1 AND kind = ?2 AND gone = 0 AND last_seen < ?3")?;
    let mut earlier_within = conn.prepare_cached(
        "SELECT id FROM p_object WHERE context = ?1 AND kind = ?2 AND namespace = ?4 AND gone = 0 AND last_seen < ?3",
    )?;
    let covers = covers.query_map([reading.source], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?)))?;
    for cover in covers {
        let (kind, namespace) = cover?;
        let rows = match namespace {
            ALL_NAMESPACES => earlier.query(params![reading.context, kind, reading.as_of])?,
            _ => earlier_within.query(params![reading.context, kind, reading.as_of, namespace])?,
        };
        collect(rows, objects)?;
    }
    Ok(())
}

fn may_bring_back(
    conn: &Connection,
    reading: &NewReading,
    version: &str,
    objects: &mut BTreeSet<i64>,
) -> Result<(), ProjectError> {
    let mut gone = conn.prepare_cached(
        "SELECT o.id FROM p_source s JOIN p_cover c ON c.source = s.id
        JOIN p_object o ON o.context = c.context AND o.kind = c.kind
        WHERE s.list_version = ?1 AND s.context = ?2 AND o.gone = 1 AND o.last_seen < s.as_of",
    )?;
    collect(gone.query(params![version, reading.context])?, objects)
}

fn collect(mut rows: rusqlite::Rows<'_>, objects: &mut BTreeSet<i64>) -> Result<(), ProjectError> {
    while let Some(row) = rows.next()? {
        objects.insert(row.get(0)?);
    }
    Ok(())
}
