//! Loading: a fold that began empty does without indexes while it is large, and makes them when its rows are there.
//!
//! An index that is made in one go is sorted first and written in order, for a part of what an entry at a time costs; and
//! the more rows, the larger the difference. The statements are those of the schema, word for word, and all of it happens
//! in the fold's own transaction: nobody ever sees a case without its indexes.
//!
//! Only indexes that no statement needs while readings come in are taken away. The one that tells whether an object is
//! there already is stood in for by [`Keys`].

use rusqlite::Connection;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::error::ProjectError;
use super::schema::SCHEMA;

/// Items after which a fold that began empty counts as large: with fewer, making indexes costs more than it saves.
const LARGE: u64 = 1_000;

/// Objects whose keys are held in memory. With more, indexes are made at once and grow with the rows from then on: what
/// sorting takes in memory, some 30 MiB here, grows with the rows too.
const KEYS: usize = 250_000;

/// The index that tells whether an object is there.
const OBJECT_KEY: &str = "p_object_key";

/// Needed as soon as project files are joined.
const TO_JOIN: [&str; 1] = ["p_recipe_path"];
/// Needed as soon as all readings are in.
const TO_SETTLE: [&str; 12] = [
    OBJECT_KEY,
    "p_object_table",
    "p_object_owner",
    "p_use_image",
    "p_use_needs",
    "p_use_marks",
    "p_use_known",
    "p_use_stage",
    "p_relation_b",
    "p_tag_digest",
    "p_sighting_digest",
    "p_sighting_written",
];
/// Needed when the images are described.
const TO_DESCRIBE: [&str; 1] = ["p_digest_image"];
/// Needed by views alone.
const TO_VIEW: [&str; 12] = [
    "p_image_verdict",
    "p_image_priority",
    "p_image_ident",
    "p_image_name",
    "p_image_running",
    "p_image_uses",
    "p_image_workloads",
    "p_image_first_seen",
    "p_image_last_seen",
    "p_reach_namespace",
    "p_reach_workload",
    "p_built_name",
];

/// What a fold is about to do, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Join,
    Settle,
    Describe,
    View,
}

impl Stage {
    const ALL: [Stage; 4] = [Stage::Join, Stage::Settle, Stage::Describe, Stage::View];

    fn indexes(self) -> &'static [&'static str] {
        match self {
            Stage::Join => &TO_JOIN,
            Stage::Settle => &TO_SETTLE,
            Stage::Describe => &TO_DESCRIBE,
            Stage::View => &TO_VIEW,
        }
    }
}

/// The indexes of one fold.
pub(super) struct Loading<'t> {
    conn: &'t Connection,
    /// Items still to come before the fold is large; `None` where it may not load.
    until: Option<u64>,
    /// Indexes that were taken away.
    without: Vec<&'static str>,
}

impl<'t> Loading<'t> {
    /// Of a fold into projections that are empty or not.
    pub fn new(conn: &'t Connection, was_empty: bool) -> Self {
        Loading { conn, until: was_empty.then_some(LARGE), without: Vec::new() }
    }

    /// Counts so many items as large instead, where it may load.
    pub fn large_from(&mut self, items: u64) {
        self.until = self.until.map(|_| items);
    }

    /// Notes that an item is coming; with the first one too many, the indexes are taken away.
    pub fn coming(&mut self) -> Result<(), ProjectError> {
        match self.until {
            None => Ok(()),
            Some(0) => {
                self.until = None;
                let all = Stage::ALL.iter().flat_map(|stage| stage.indexes());
                all.copied().try_for_each(|index| self.take_away(index))
            }
            Some(items) => {
                self.until = Some(items - 1);
                Ok(())
            }
        }
    }

    fn take_away(&mut self, index: &'static str) -> Result<(), ProjectError> {
        self.conn.execute_batch(&format!("DROP INDEX {index}"))?;
        self.without.push(index);
        Ok(())
    }

    /// Makes what is needed from this stage on; none is taken away any more.
    pub fn reach(&mut self, stage: Stage) -> Result<(), ProjectError> {
        self.until = None;
        stage.indexes().iter().try_for_each(|index| self.make(index))
    }

    /// Makes one index, where it was taken away.
    fn make(&mut self, index: &str) -> Result<(), ProjectError> {
        let Some(at) = self.without.iter().position(|name| *name == index) else { return Ok(()) };
        let statement = statement(index)
            .ok_or_else(|| ProjectError::Damaged(format!("the schema has no statement that makes {index}")))?;
        self.conn.execute_batch(statement)?;
        self.without.swap_remove(at);
        Ok(())
    }
}

/// The schema's statement that makes an index.
fn statement(index: &str) -> Option<&'static str> {
    let makes = |statement: &&str| {
        let rest = ["CREATE INDEX ", "CREATE UNIQUE INDEX "].iter().find_map(|make| statement.strip_prefix(make));
        rest.and_then(|rest| rest.strip_prefix(index)).is_some_and(|rest| rest.starts_with(" ON "))
    };
    SCHEMA.split(';').map(str::trim).find(makes)
}

/// The objects of a fold that began empty, by a hash over what tells them apart. Rows are what counts: whoever finds a
/// number here looks at its row, and where that is another object's, the index must be asked from then on. So hostile
/// names, even if they could be made to meet under a hash that is keyed at random, cost time and never truth.
pub(super) struct Keys {
    state: RandomState,
    numbers: HashMap<u64, i64>,
    /// Objects at which the index takes over.
    most: usize,
    /// Bits of the hash that count: all of them, but in tests.
    bits: u64,
}

impl Keys {
    /// None yet.
    pub fn new() -> Self {
        Keys { state: RandomState::new(), numbers: HashMap::new(), most: KEYS, bits: u64::MAX }
    }

    /// The hash of what tells an object apart.
    pub fn hash(&self, numbers: [i64; 4], name: &str, instance: &str) -> u64 {
        self.state.hash_one((numbers, name, instance)) & self.bits
    }

    /// The object that may be meant.
    pub fn get(&self, hash: u64) -> Option<i64> {
        self.numbers.get(&hash).copied()
    }

    /// Notes a new object.
    pub fn insert(&mut self, hash: u64, number: i64) {
        self.numbers.insert(hash, number);
    }

    /// True when the index must take over.
    pub fn is_full(&self) -> bool {
        self.numbers.len() >= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::project::{Fold, dump_hash};
    use crate::model::fact::{Item, Object, Spot};
    use std::collections::BTreeSet;

    fn rows(conn: &Connection) -> BTreeSet<(String, String)> {
        let mut statement = conn.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").unwrap();
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn every_index_comes_back_word_for_word() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        let before = rows(&conn);
        let mut loading = Loading::new(&conn, true);
        loading.large_from(1);
        loading.coming().unwrap();
        assert_eq!(rows(&conn), before);
        loading.coming().unwrap();
        let all: usize = Stage::ALL.iter().map(|stage| stage.indexes().len()).sum();
        assert_eq!(rows(&conn).len(), before.len() - all);
        Stage::ALL.iter().for_each(|stage| loading.reach(*stage).unwrap());
        assert_eq!(rows(&conn), before);
    }

    #[test]
    fn what_did_not_begin_empty_keeps_its_indexes() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        let before = rows(&conn);
        let mut loading = Loading::new(&conn, false);
        loading.large_from(0);
        loading.coming().unwrap();
        assert_eq!(rows(&conn), before);
    }

    /// Pods, one in three of them told a second time; folded with these keys.
    fn folded(keys: Option<Keys>) -> ([u8; 32], bool) {
        let mut conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        let tx = conn.transaction().unwrap();
        let mut fold = Fold::begin(&tx).unwrap();
        fold.large_from(2);
        if let Some(keys) = keys {
            fold.objects.keys = Some(keys);
        }
        let (acquisition, reading) = crate::case::project::tests::evidence();
        let pods = (0..30).map(|n| Item {
            object: Some(Object {
                kind: "Pod".into(),
                name: format!("p{}", n % 20),
                uid: Some(format!("u{}", n % 20)),
                ..Object::default()
            }),
            spot: Spot { pointer: format!("/items/{n}"), offset: n, length: 1 },
            ..Item::default()
        });
        fold.apply(&acquisition, &reading, &mut pods.map(Ok::<_, ProjectError>)).unwrap();
        let remembers = fold.objects.keys.is_some();
        fold.finish().unwrap();
        (dump_hash(&tx).unwrap(), remembers)
    }

    #[test]
    fn keys_that_meet_or_are_too_many_hand_over_to_the_index() {
        let (expected, remembers) = folded(None);
        assert!(remembers);
        assert_eq!(folded(Some(Keys { bits: 0, ..Keys::new() })), (expected, false));
        assert_eq!(folded(Some(Keys { bits: 3, ..Keys::new() })), (expected, false));
        assert_eq!(folded(Some(Keys { most: 7, ..Keys::new() })), (expected, false));
    }
}
