//! What places tell. Places that say the same, of one workload and around the same things, are looked at once: a million
//! places are a few thousand that differ.

use rusqlite::Connection;
use std::collections::HashMap;
use std::rc::Rc;

use super::around::Surroundings;
use super::owners::OwnerWords;
use super::places::{PlaceRow, standing_of};
use crate::case::project::error::ProjectError;
use crate::case::project::intern::{remember, remember_up_to};
use crate::case::project::settle::role_of;
use crate::model::assessment::Standing;
use crate::model::fact::{Mark, Role};
use crate::triage::place::{Place, Told, Traits, told};
use crate::triage::policy::FactRules;

/// So many traits, and so much of what places tell, are remembered: each is a few hundred bytes, and places that say the
/// same stand near each other.
const FEW: usize = 8_192;

/// What tells places apart for judging.
type Key = [i64; 9];

/// Looks at places; remembers what it saw.
pub(in crate::case) struct Looked<'c> {
    conn: &'c Connection,
    rules: &'c FactRules,
    around: Surroundings,
    pub owners: OwnerWords,
    texts: HashMap<i64, Rc<str>>,
    traits: HashMap<i64, Rc<Traits>>,
    workloads: HashMap<i64, Rc<(String, String)>>,
    told: HashMap<Key, Rc<Told>>,
}

impl<'c> Looked<'c> {
    /// Loads what stands around places.
    pub fn new(conn: &'c Connection, rules: &'c FactRules) -> Result<Self, ProjectError> {
        Ok(Looked {
            conn,
            rules,
            around: Surroundings::load(conn)?,
            owners: OwnerWords::load(conn, rules)?,
            texts: HashMap::new(),
            traits: HashMap::new(),
            workloads: HashMap::new(),
            told: HashMap::new(),
        })
    }

    /// What a place tells.
    pub fn told(&mut self, row: &PlaceRow) -> Result<Rc<Told>, ProjectError> {
        let node = if row.node == 0 { None } else { self.node(row)? };
        let PlaceRow { context, kind, namespace, traits, role, container, marks, workload, .. } = *row;
        let key = [context, kind, namespace, traits, role, container, marks, workload, node.unwrap_or(0)];
        if let Some(known) = self.told.get(&key) {
            return Ok(Rc::clone(known));
        }
        let (kind, space, container) = (self.text(kind)?, self.text(namespace)?, self.text(container)?);
        let (traits, marks, workload) = (self.traits(row.traits)?, self.marks(marks)?, self.workload(workload)?);
        let workload = (!workload.1.is_empty()).then_some((workload.0.as_str(), workload.1.as_str()));
        let found = told(
            &Place {
                kind: &kind,
                namespace: &space,
                traits: &traits,
                around: self.around.of(context, namespace),
                role: role_of(role).unwrap_or(Role::Field),
                container: &container,
                marks: &marks,
                owner: self.owners.of_place(context, &space, workload),
                control_plane: node,
            },
            self.rules,
        );
        let found = Rc::new(found);
        remember_up_to(FEW, &mut self.told, key, Rc::clone(&found));
        Ok(found)
    }

    /// Where a place makes its image stand.
    pub fn standing(&mut self, row: &PlaceRow) -> Result<Standing, ProjectError> {
        let kind = self.text(row.kind)?;
        let ended = matches!(&*self.text(row.phase)?, "Failed" | "Succeeded");
        let at_rest = self.traits(row.traits)?.is_at_rest();
        Ok(standing_of(row, &kind, ended, at_rest))
    }

    fn node(&mut self, row: &PlaceRow) -> Result<Option<i64>, ProjectError> {
        let name = self.text(row.node)?;
        Ok(self.around.control_plane(row.context, &name))
    }

    fn text(&mut self, id: i64) -> Result<Rc<str>, ProjectError> {
        if let Some(known) = self.texts.get(&id) {
            return Ok(Rc::clone(known));
        }
        let mut statement = self.conn.prepare_cached("SELECT text FROM p_text WHERE id = ?1")?;
        let found: Option<String> = statement.query_map([id], |r| r.get(0))?.next().transpose()?;
        let text: Rc<str> = found.unwrap_or_default().into();
        remember(&mut self.texts, id, Rc::clone(&text));
        Ok(text)
    }

    fn traits(&mut self, id: i64) -> Result<Rc<Traits>, ProjectError> {
        if let Some(known) = self.traits.get(&id) {
            return Ok(Rc::clone(known));
        }
        let mut statement = self.conn.prepare_cached("SELECT text FROM p_text WHERE id = ?1")?;
        let text: Option<String> = statement.query_map([id], |r| r.get(0))?.next().transpose()?;
        let traits = Rc::new(text.map(|text| Traits::parse(&text)).unwrap_or_default());
        remember_up_to(FEW, &mut self.traits, id, Rc::clone(&traits));
        Ok(traits)
    }

    fn marks(&mut self, id: i64) -> Result<Vec<Mark>, ProjectError> {
        let words: Vec<String> = serde_json::from_str(&self.text(id)?).unwrap_or_default();
        Ok(words.iter().filter_map(|word| word.parse().ok()).collect())
    }

    /// Kind and name.
    fn workload(&mut self, id: i64) -> Result<Rc<(String, String)>, ProjectError> {
        if let Some(known) = self.workloads.get(&id) {
            return Ok(Rc::clone(known));
        }
        let mut statement = self
            .conn
            .prepare_cached("SELECT k.text, w.name FROM p_workload w JOIN p_text k ON k.id = w.kind WHERE w.id = ?1")?;
        let found = statement.query_map([id], |r| Ok((r.get(0)?, r.get(1)?)))?.next().transpose()?;
        let found = Rc::new(found.unwrap_or_default());
        remember(&mut self.workloads, id, Rc::clone(&found));
        Ok(found)
    }
}
