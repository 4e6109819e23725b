//! Project files by machine and path: how a path is written, and when it bears on what was joined before.

use rusqlite::{Connection, Statement};
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::error::ProjectError;
use crate::model::acquisition::{Acquisition, OriginKind};
use crate::model::id::Id;

/// True where readings of these acquisitions may not be folded into projections that are there: one of their paths has a
/// project file already, or a file that was joined asked for it, so that what was joined may come to something else.
pub fn must_fold_anew<'a>(
    conn: &Connection,
    came: impl Iterator<Item = &'a Acquisition>,
) -> Result<bool, ProjectError> {
    if conn.query_row("SELECT NOT EXISTS (SELECT 1 FROM p_recipe)", [], |r| r.get(0))? {
        return Ok(false);
    }
    let mut asked = conn.prepare("SELECT EXISTS (SELECT 1 FROM p_asked WHERE path = ?1)")?;
    let mut there = conn.prepare(
        "SELECT EXISTS (SELECT 1 FROM p_recipe r JOIN p_text h ON h.id = r.host WHERE h.text = ?1 AND r.path = ?2)",
    )?;
    for acquisition in came {
        let (host, path) = (&acquisition.origin.host, path_of(acquisition));
        if asked.query_row([asked_key(host, &path).0], |r| r.get(0))? || there.query_row([host, &path], |r| r.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What `p_asked` holds of a path of a machine.
pub(super) fn asked_key(host: &str, path: &str) -> Id {
    Id::derived("asked path", &[host, path])
}

/// The project file that answers for each path, by a hash over machine and path: a number found here is looked at before
/// it counts, and where none is found there is no such file.
#[derive(Default)]
pub(super) struct Answers {
    state: RandomState,
    recipes: HashMap<u64, i64>,
}

impl Answers {
    /// Notes a file.
    pub fn add(&mut self, host: i64, path: &str, recipe: i64) {
        self.recipes.insert(self.state.hash_one((host, path)), recipe);
    }

    /// The file that may be meant.
    pub fn of(&self, host: i64, path: &str) -> Option<i64> {
        self.recipes.get(&self.state.hash_one((host, path))).copied()
    }
}

/// Paths that were asked for, gathered and written in their order: by hashes one at a time, each would dirty a page.
pub(super) struct Asked<'t> {
    gathered: Vec<Id>,
    insert: Statement<'t>,
}

/// Paths gathered before they are written.
const GATHERED: usize = 200_000;

impl<'t> Asked<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        let insert = conn.prepare("INSERT OR IGNORE INTO p_asked VALUES (?1)")?;
        Ok(Asked { gathered: Vec::new(), insert })
    }

    /// Notes what [`asked_key`] makes of a path.
    pub fn note(&mut self, key: Id) -> Result<(), ProjectError> {
        self.gathered.push(key);
        if self.gathered.len() >= GATHERED { self.flush() } else { Ok(()) }
    }

    /// Writes what was gathered.
    pub fn flush(&mut self) -> Result<(), ProjectError> {
        let mut gathered = std::mem::take(&mut self.gathered);
        gathered.sort_unstable();
        gathered.dedup();
        for key in gathered {
            self.insert.execute([key.0])?;
        }
        Ok(())
    }
}

/// An acquisition's absolute path, lexically clean. Each standard input is in a folder of its own, so that it neither
/// finds other files nor is taken for another standard input.
pub(super) fn path_of(acquisition: &Acquisition) -> String {
    match acquisition.origin.kind {
        OriginKind::Stdin => format!("/standard input/{}/-", acquisition.id),
        _ => clean(&acquisition.place()),
    }
}

/// Without empty parts, `.` and `..`; nothing leads above the root or out of an archive (`…!`).
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop_if(|last| !last.ends_with('!'));
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_asked_for_are_written_once() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(super::super::SCHEMA).unwrap();
        let mut asked = Asked::new(&conn).unwrap();
        for path in ["/b", "/a", "/b"] {
            asked.note(asked_key("laptop", path)).unwrap();
        }
        asked.flush().unwrap();
        asked.note(asked_key("laptop", "/a")).unwrap();
        asked.flush().unwrap();
        let count: i64 = conn.query_row("SELECT count(*) FROM p_asked", [], |r| r.get(0)).unwrap();
        assert_eq!(count, 2);
    }

    #[test]
    fn a_file_answers_for_its_path_on_its_machine() {
        let mut answers = Answers::default();
        answers.add(1, "/a", 7);
        assert_eq!(answers.of(1, "/a"), Some(7));
        assert_eq!((answers.of(2, "/a"), answers.of(1, "/b")), (None, None));
    }

    #[test]
    fn paths_are_absolute_and_clean_and_stay_in_their_archive() {
        let table = [
            ("/a/b/compose.yaml", "/a/b/compose.yaml"),
            ("exercise/compose.yaml", "/exercise/compose.yaml"),
            ("/a//./b/../c", "/a/c"),
            ("/../../etc", "/etc"),
            ("/a/dump.tar!/../../b", "/a/dump.tar!/b"),
            ("", "/"),
        ];
        for (path, expected) in table {
            assert_eq!(clean(path), expected, "{path}");
        }
    }
}
