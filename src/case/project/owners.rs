//! Who answers for what: the latest word on each image, repository, namespace or workload.
//!
//! Nothing here decides what a word applies to; views do.

use rusqlite::{Connection, OptionalExtension, Statement, params};
use std::borrow::Cow;

use super::books::Books;
use super::error::ProjectError;
use super::settle::DEVICE;
use super::sources::{Stamp, count};
use crate::model::assessment::Criticality;
use crate::model::fact::{Item, Object};

/// What an owner answers for. The numbers are stored; the smaller is the more exact, as views choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) enum Subject {
    Image = 1,
    Repository = 2,
    Workload = 3,
    Namespace = 4,
}

impl Subject {
    const ALL: [Subject; 4] = [Subject::Image, Subject::Repository, Subject::Workload, Subject::Namespace];

    /// The word in evidence and views.
    pub fn as_str(self) -> &'static str {
        match self {
            Subject::Image => "image",
            Subject::Repository => "repository",
            Subject::Workload => "workload",
            Subject::Namespace => "namespace",
        }
    }

    /// By its stored number.
    pub fn of(number: i64) -> Option<Subject> {
        Subject::ALL.into_iter().find(|subject| *subject as i64 == number)
    }

    fn parse(word: &str) -> Option<Subject> {
        Subject::ALL.into_iter().find(|subject| subject.as_str().eq_ignore_ascii_case(word))
    }
}

/// Whether an object is a machine of which its list tells an owner or how critical it is.
pub(in crate::case) fn is_owned(object: &Object) -> bool {
    object.kind == DEVICE && ["owner", "criticality"].iter().any(|key| object.details.contains_key(*key))
}

/// The owners, open for one fold.
pub(super) struct Owners<'t> {
    known: Statement<'t>,
    insert: Statement<'t>,
    first: Statement<'t>,
}

impl<'t> Owners<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        Ok(Owners {
            known: conn.prepare(
                "SELECT as_of, source, offset, criticality FROM p_owner WHERE context = ?1 AND kind = ?2 AND subject = ?3 AND site = ?4",
            )?,
            insert: conn
                .prepare("INSERT OR REPLACE INTO p_owner VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")?,
            first: conn.prepare(
                "INSERT INTO p_owner_first VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET since = excluded.since WHERE excluded.since < since",
            )?,
        })
    }

    /// Adds what an item says; one that names no subject, or neither owner nor criticality, says nothing.
    pub fn add(&mut self, books: &mut Books<'_, '_>, item: &Item, object: &Object) -> Result<(), ProjectError> {
        let detail = |name: &str| object.details.get(name).and_then(|v| v.as_str()).unwrap_or_default().trim();
        let Some(kind) = Subject::parse(detail("subject")) else { return Ok(()) };
        let (owner, criticality, site) = (detail("owner"), detail("criticality"), detail("site"));
        self.write(books, item, &Word { kind, subject: subject_text(kind, &object.name), owner, criticality, site })
    }

    /// Adds what the list of a machine says of the images on it: its owner answers for them there. Machines of one owner
    /// and site say it once, whatever their number.
    pub fn add_device(&mut self, books: &mut Books<'_, '_>, item: &Item, object: &Object) -> Result<(), ProjectError> {
        let detail = |name: &str| object.details.get(name).and_then(|v| v.as_str()).unwrap_or_default().trim();
        let (owner, criticality) = (detail("owner"), detail("criticality"));
        let site = devices(owner, criticality, object.namespace.trim());
        for used in item.uses.iter().filter(|used| used.needs.is_empty()) {
            let image = used.as_written.split('@').next().unwrap_or_default();
            let subject = subject_text(Subject::Image, image);
            self.write(books, item, &Word { kind: Subject::Image, subject, owner, criticality, site: &site })?;
        }
        Ok(())
    }

    fn write(&mut self, books: &mut Books<'_, '_>, item: &Item, word: &Word<'_>) -> Result<(), ProjectError> {
        let Word { kind, subject, owner, criticality, site } = word;
        let kind = *kind;
        if subject.is_empty() || owner.is_empty() && criticality.is_empty() {
            return Ok(());
        }
        let source = books.source;
        if !criticality.is_empty() {
            self.first.execute(params![source.context, kind as i64, subject, criticality, source.as_of])?;
        }
        let key = params![source.context, kind as i64, subject, site];
        let known =
            self.known.query_row(key, |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get::<_, String>(3)?))).optional()?;
        let offset = count(item.spot.offset);
        if let Some((as_of, number, offset_known, said)) = known {
            let old = Stamp { as_of, acquisition: books.sources.acquisition(number)?, offset: offset_known };
            let newer = Stamp { as_of: source.as_of, acquisition: source.acquisition, offset }.beats(&old);
            // Of two rows of one file the worse counts, as of two files'.
            let wins = if number == source.id { is_worse(criticality, &said) } else { newer };
            if !wins {
                return Ok(());
            }
        }
        self.insert.execute(params![
            source.context,
            kind as i64,
            subject,
            site,
            owner,
            criticality,
            source.as_of,
            source.id,
            item.spot.pointer,
            offset,
            count(item.spot.length)
        ])?;
        Ok(())
    }
}

/// True where a word on criticality is worse than another of the same file. What is no word of ours is worse than none.
fn is_worse(word: &str, than: &str) -> bool {
    let rank = |word: &str| (Criticality::parse(&word.to_ascii_lowercase()), !word.is_empty());
    rank(word) > rank(than)
}

/// What is said of one subject.
struct Word<'w> {
    kind: Subject,
    subject: Cow<'w, str>,
    owner: &'w str,
    criticality: &'w str,
    site: &'w str,
}

/// The site of what machines say: which of them, so that no two owners' words are one.
fn devices(owner: &str, criticality: &str, site: &str) -> String {
    let mut said = String::new();
    for (before, text, after) in [("", criticality, " "), ("devices", "", ""), (" of ", owner, ""), (" at ", site, "")]
    {
        if !text.is_empty() || before == "devices" {
            said.extend([before, text, after]);
        }
    }
    said
}

/// A repository stands for all below it, with or without a star to say so.
fn subject_text(kind: Subject, name: &str) -> Cow<'_, str> {
    let name = name.trim();
    match kind {
        Subject::Repository => name.trim_end_matches('*').trim_end_matches('/').into(),
        _ => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_behind_a_repository_says_nothing_more() {
        for name in ["reg.example/pay", "reg.example/pay/", "reg.example/pay/*", " reg.example/pay/** "] {
            assert_eq!(subject_text(Subject::Repository, name), "reg.example/pay");
        }
        assert_eq!(subject_text(Subject::Namespace, "pay*"), "pay*");
    }

    #[test]
    fn of_two_rows_of_one_file_the_worse_counts() {
        assert!(
            is_worse("Critical", "low") && is_worse("low", "") && is_worse("tier-1", "") && is_worse("high", "tier-1")
        );
        assert!(!is_worse("low", "critical") && !is_worse("high", "high") && !is_worse("", "low"));
    }

    #[test]
    fn devices_are_told_apart_by_all_that_is_said_of_them() {
        assert_eq!(devices("ot-ops", "critical", "plant-a"), "critical devices of ot-ops at plant-a");
        assert_eq!(devices("ot-ops", "", ""), "devices of ot-ops");
        assert_eq!(devices("", "low", ""), "low devices");
    }

    #[test]
    fn subjects_round_trip() {
        for subject in Subject::ALL {
            assert_eq!(Subject::parse(subject.as_str()), Some(subject));
            assert_eq!(Subject::of(subject as i64), Some(subject));
        }
        assert_eq!(Subject::parse("team"), None);
    }
}
