//! Containers that two reports show: a row with a short id beside the record with the whole id, and what a node's runtime
//! lists beside the cluster's pods. Each is one place and is counted once.
//!
//! Ids prove it, never names: a short id is the beginning of the whole one, and a runtime's container names its pod's uid.
//! Where the later report shows another image than the cluster told, both stand: hiding one could hide what runs now.

use rusqlite::{Connection, OptionalExtension as _, Statement, params};
use std::collections::BTreeSet;

use super::error::ProjectError;

/// The kind of a container that an engine or runtime shows.
pub(super) const CONTAINER: &str = "Container";

/// The kind that the cluster shows it in.
pub(super) const POD: &str = "Pod";

/// How many characters of an id engines (12) and `crictl` (13) print in tables, and how many it has.
const SHORT: std::ops::Range<usize> = 12..64;

/// What tells containers of one name apart: context, kind, namespace.
pub(super) type Within = [i64; 3];

/// A use as it was last told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// Container's name, by text number.
    pub container: i64,
    pub digest: i64,
    pub image: i64,
    pub last_seen: i64,
}

/// The other reports of containers, open for one fold.
pub(super) struct Twins<'t> {
    instance: Statement<'t>,
    whole: Statement<'t>,
    short: Statement<'t>,
    pod: Statement<'t>,
    contexts: Statement<'t>,
    /// Contexts with pods, once they were looked up.
    with_pods: Option<Vec<i64>>,
}

const OF_NAME: &str = "o.context = ?1 AND o.kind = ?2 AND o.namespace = ?3 AND o.name = ?4 AND o.origin = 0";

impl<'t> Twins<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Twins {
            instance: conn.prepare("SELECT instance FROM p_object WHERE id = ?1")?,
            whole: conn.prepare(&format!(
                "SELECT EXISTS (SELECT 1 FROM p_object o WHERE {OF_NAME} AND o.instance > ?5 AND o.instance < ?5 || 'g')"
            ))?,
            short: conn.prepare(&format!(
                "SELECT u.state, u.last_seen FROM p_object o JOIN p_use u ON u.object = o.id WHERE {OF_NAME}
                AND o.instance IN (substr(?5, 1, 12), substr(?5, 1, 13)) ORDER BY u.last_seen DESC, u.state LIMIT 1"
            ))?,
            pod: conn.prepare(&format!(
                "SELECT EXISTS (SELECT 1 FROM p_object o JOIN p_use u ON u.object = o.id WHERE {OF_NAME} AND o.instance = ?5
                AND u.container = ?6 AND (u.last_seen >= ?7 OR ?8 = 0 OR u.image = ?9))"
            ))?,
            contexts: conn.prepare(&format!("{CONTEXTS} SELECT x FROM c WHERE {HAS_KIND}"))?,
            with_pods: None,
        })
    }

    /// The id of a container.
    pub fn id(&mut self, object: i64) -> Result<String, ProjectError> {
        Ok(self.instance.query_row([object], |r| r.get(0))?)
    }

    /// Whether a container is known by the whole of the id that `id` is the beginning of.
    pub fn is_short(&mut self, [context, kind, namespace]: Within, name: &str, id: &str) -> Result<bool, ProjectError> {
        if !SHORT.contains(&id.len()) || !id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Ok(false);
        }
        Ok(self.whole.query_row(params![context, kind, namespace, name, id], |r| r.get(0))?)
    }

    /// The state that the latest row with a short form of `id` tells, and when.
    pub fn row(
        &mut self,
        [context, kind, namespace]: Within,
        name: &str,
        id: &str,
    ) -> Result<Option<(i64, i64)>, ProjectError> {
        if id.len() < SHORT.end {
            return Ok(None);
        }
        let key = params![context, kind, namespace, name, id];
        Ok(self.short.query_row(key, |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
    }

    /// Whether the cluster shows the same container of the same pod: later, or with the same image, or where the runtime
    /// told no digest. `pod` is its kind, namespace, name and uid.
    pub fn is_of_pod(&mut self, pod: (i64, i64, &str, &str), told: Told) -> Result<bool, ProjectError> {
        let (kind, namespace, name, uid) = pod;
        let contexts = match self.with_pods.take() {
            Some(known) => known,
            None => self.contexts.query_map([kind], |r| r.get(0))?.collect::<Result<_, _>>()?,
        };
        let mut found = false;
        for context in &contexts {
            let Told { container, digest, image, last_seen } = told;
            let key = params![context, kind, namespace, name, uid, container, last_seen, digest, image];
            found = self.pod.query_row(key, |r| r.get(0))?;
            if found {
                break;
            }
        }
        self.with_pods = Some(contexts);
        Ok(found)
    }
}

/// Every context of an object, found in steps: there are few, and many objects.
const CONTEXTS: &str = "WITH RECURSIVE c (x) AS (SELECT min(context) FROM p_object UNION ALL
    SELECT (SELECT min(context) FROM p_object WHERE context > x) FROM c WHERE x IS NOT NULL)";
const HAS_KIND: &str = "x IS NOT NULL AND EXISTS (SELECT 1 FROM p_object WHERE context = x AND kind = ?1)";

/// The containers that name a pod's uid: when images are grouped anew, what they show may be the same as the cluster's or
/// no more.
pub(super) fn of_pods(conn: &Connection, objects: &mut BTreeSet<i64>) -> Result<(), ProjectError> {
    let kind = conn.query_row("SELECT id FROM p_text WHERE text = ?1", [CONTAINER], |r| r.get(0)).optional()?;
    let Some(kind): Option<i64> = kind else { return Ok(()) };
    let mut owned = conn.prepare(&format!(
        "{CONTEXTS} SELECT o.id FROM c JOIN p_object o ON o.context = c.x AND o.kind = ?1 WHERE o.owner_uid IS NOT NULL"
    ))?;
    for object in owned.query_map([kind], |r| r.get(0))? {
        objects.insert(object?);
    }
    Ok(())
}

/// The statements that find the other reports of a container.
pub(super) fn others(conn: &Connection) -> Result<[Statement<'_>; 2], ProjectError> {
    let same = "SELECT t.id FROM p_object o JOIN p_object t ON t.context = o.context AND t.kind = o.kind
        AND t.namespace = o.namespace AND t.name = o.name AND t.origin = 0 AND t.id <> o.id";
    let container = "o.id = ?1 AND o.origin = 0 AND o.kind = (SELECT id FROM p_text WHERE text = 'Container')";
    Ok([
        conn.prepare(&format!(
            "{same} AND t.instance IN (substr(o.instance, 1, 12), substr(o.instance, 1, 13)) WHERE {container}"
        ))?,
        conn.prepare(&format!(
            "{same} AND t.instance > o.instance AND t.instance < o.instance || 'g' WHERE {container}
            AND length(o.instance) BETWEEN 12 AND 63"
        ))?,
    ])
}
