//! Which credentials an object can use, by their names: what it pulls images with, the account it runs as, the secrets it
//! is given.
//!
//! Names only, never values. The reading that an object's row is from says it; objects that hold the same share one text.

use rusqlite::{Connection, Statement};

use super::books::Books;
use super::error::ProjectError;
use super::objects::Placed;
use super::sources::json;
use crate::model::fact::Object;

/// Details of an object that name credentials; the names of pull secrets stand beside them.
const ACCOUNT: &str = "serviceAccount";
const SECRETS: &str = "secrets";

/// Most names that are kept of one object. Nobody mounts more; a file could say so.
const MOST: usize = 1_000;

/// What a credential is for. The numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::case) enum Held {
    /// Images are pulled with it.
    PullSecret = 1,
    /// Containers act as it.
    ServiceAccount = 2,
    /// Containers can read it.
    Secret = 3,
}

impl Held {
    /// Every kind.
    pub const ALL: [Held; 3] = [Held::PullSecret, Held::ServiceAccount, Held::Secret];

    /// The word in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Held::PullSecret => "pull-secret",
            Held::ServiceAccount => "service-account",
            Held::Secret => "secret",
        }
    }

    /// By its stored number.
    pub fn of(number: i64) -> Option<Held> {
        Held::ALL.into_iter().find(|held| *held as i64 == number)
    }
}

/// Whether a detail of an object is needed here, so that it must not be dropped before the fold.
pub(in crate::case) fn is_needed(detail: &str) -> bool {
    [ACCOUNT, SECRETS].contains(&detail)
}

/// The credentials, open for one fold.
pub(super) struct Holds<'t> {
    write: Statement<'t>,
    clear: Statement<'t>,
}

impl<'t> Holds<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Holds {
            write: conn.prepare("INSERT OR REPLACE INTO p_holds VALUES (?1, ?2)")?,
            clear: conn.prepare("DELETE FROM p_holds WHERE object = ?1")?,
        })
    }

    /// Takes what an object holds, where the reading at hand is the one that its row is from.
    pub fn add(&mut self, books: &mut Books<'_, '_>, place: Placed, object: &Object) -> Result<(), ProjectError> {
        if !place.latest {
            return Ok(());
        }
        let names = names(object);
        if !names.is_empty() {
            let text = books.interner.text(&json(&names)?)?;
            self.write.execute([place.id, text])?;
        } else if !place.fresh {
            self.clear.execute([place.id])?;
        }
        Ok(())
    }
}

/// Kind and name of each, sorted.
fn names(object: &Object) -> Vec<(i64, &str)> {
    let mut names: Vec<(i64, &str)> = Vec::new();
    names.extend(object.pull_secrets.iter().map(|name| (Held::PullSecret as i64, name.as_str())));
    let account = object.details.get(ACCOUNT).and_then(|value| value.as_str());
    names.extend(account.map(|name| (Held::ServiceAccount as i64, name)));
    let secrets = object.details.get(SECRETS).and_then(|value| value.as_array()).into_iter().flatten();
    names.extend(secrets.filter_map(|value| value.as_str()).map(|name| (Held::Secret as i64, name)));
    names.retain(|(_, name)| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    names.truncate(MOST);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_each_once_and_empty_ones_are_none() {
        let mut object = Object { pull_secrets: vec!["reg".into(), String::new(), "reg".into()], ..Object::default() };
        object.details.insert(ACCOUNT.into(), "api".into());
        object.details.insert(SECRETS.into(), serde_json::json!(["db", 7, "cache"]));
        object.details.insert("labels".into(), "x".into());
        assert_eq!(names(&object), [(1, "reg"), (2, "api"), (3, "cache"), (3, "db")]);
        assert!(names(&Object::default()).is_empty());
    }

    #[test]
    fn kinds_round_trip() {
        for held in Held::ALL {
            assert_eq!(Held::of(held as i64), Some(held));
        }
        assert_eq!(Held::of(9), None);
    }
}
