//! The dictionaries: each text, name, written reference and digest once, by number.
//!
//! What was looked up is remembered for the length of a fold, up to a bound, so that a list of 20,000 pods asks the
//! database once for each distinct string. Nothing here decides anything.

use rusqlite::{Connection, OptionalExtension, Statement, params};
use std::collections::{BTreeSet, HashMap};

use super::error::ProjectError;
use crate::model::action;
use crate::model::digest::{Digest, DigestKind};
use crate::model::reference::Reference;
use crate::model::reported::Reported;
use crate::resolve::claims::Claims;

/// Entries remembered in each cache. Evidence with more distinct strings is slower, never larger in memory.
const REMEMBERED: usize = 100_000;

/// A written reference by numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub id: i64,
    pub name: i64,
    /// The grammar took it.
    pub parsed: bool,
    /// The digest written in it, or 0.
    pub digest: i64,
    /// Text number of `registry/repository`, or 0.
    pub repository: i64,
}

/// A digest that a runtime reported, by numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReportedDigest {
    pub digest: i64,
    /// The name beside it, or 0.
    pub name: i64,
    /// Text number of that name's `registry/repository`, or 0.
    pub repository: i64,
}

/// The dictionaries, open for one fold.
pub(super) struct Interner<'t> {
    texts: HashMap<Box<str>, i64>,
    text_of: HashMap<i64, Box<str>>,
    written: HashMap<Box<str>, Written>,
    reported: HashMap<Box<str>, Option<ReportedDigest>>,
    digests: HashMap<Digest, (i64, Claims)>,
    /// Digests whose claims changed.
    pub claimed: BTreeSet<i64>,
    sql: Sql<'t>,
}

struct Sql<'t> {
    text: Statement<'t>,
    text_new: Statement<'t>,
    text_of: Statement<'t>,
    name: Statement<'t>,
    name_new: Statement<'t>,
    written: Statement<'t>,
    written_new: Statement<'t>,
    digest: Statement<'t>,
    digest_new: Statement<'t>,
    claim: Statement<'t>,
}

impl<'t> Interner<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        let sql = Sql {
            text: conn.prepare("SELECT id FROM p_text WHERE text = ?1")?,
            text_new: conn.prepare("INSERT INTO p_text (text) VALUES (?1)")?,
            text_of: conn.prepare("SELECT text FROM p_text WHERE id = ?1")?,
            name: conn.prepare("SELECT id FROM p_name WHERE canonical = ?1")?,
            name_new: conn.prepare(
                "INSERT INTO p_name (canonical, parsed, registry, repository, tag) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?,
            written: conn.prepare(
                "SELECT w.id, w.name, n.parsed, w.digest, n.registry || '/' || n.repository
                FROM p_written w JOIN p_name n ON n.id = w.name WHERE w.text = ?1",
            )?,
            written_new: conn.prepare("INSERT INTO p_written (text, name, digest) VALUES (?1, ?2, ?3)")?,
            digest: conn.prepare("SELECT id, claims FROM p_digest WHERE value = ?1")?,
            digest_new: conn.prepare("INSERT INTO p_digest (value) VALUES (?1)")?,
            claim: conn.prepare("UPDATE p_digest SET claims = ?2 WHERE id = ?1")?,
        };
        Ok(Interner {
            texts: HashMap::new(),
            text_of: HashMap::new(),
            written: HashMap::new(),
            reported: HashMap::new(),
            digests: HashMap::new(),
            claimed: BTreeSet::new(),
            sql,
        })
    }

    /// The number of a text.
    pub fn text(&mut self, text: &str) -> Result<i64, ProjectError> {
        if let Some(id) = self.texts.get(text) {
            return Ok(*id);
        }
        let id = match self.sql.text.query_row([text], |r| r.get(0)).optional()? {
            Some(id) => id,
            None => self.sql.text_new.insert([text])?,
        };
        remember(&mut self.texts, text.into(), id);
        Ok(id)
    }

    /// The text of a number; empty for 0.
    pub fn text_of(&mut self, id: i64) -> Result<&str, ProjectError> {
        if id == 0 {
            return Ok("");
        }
        if !self.text_of.contains_key(&id) {
            let text: String = self.sql.text_of.query_row([id], |r| r.get(0))?;
            remember(&mut self.text_of, id, text.into());
        }
        Ok(self.text_of.get(&id).map_or("", |text| text))
    }

    /// The number of a reference's canonical name.
    pub fn name(&mut self, reference: &Reference) -> Result<i64, ProjectError> {
        let canonical = reference.canonical();
        if let Some(id) = self.sql.name.query_row([&canonical], |r| r.get(0)).optional()? {
            return Ok(id);
        }
        let tag = match (reference.tag(), reference.digest()) {
            (None, None) => Some("latest"),
            (tag, _) => tag,
        };
        Ok(self.sql.name_new.insert(params![canonical, true, reference.registry(), reference.repository(), tag])?)
    }

    /// The numbers of a reference as written. What the grammar refuses becomes a name of its own, as written.
    pub fn written(&mut self, text: &str) -> Result<Written, ProjectError> {
        if let Some(written) = self.written.get(text) {
            return Ok(*written);
        }
        let known = self.sql.written.query_row([text], |r| {
            let written =
                Written { id: r.get(0)?, name: r.get(1)?, parsed: r.get(2)?, digest: r.get(3)?, repository: 0 };
            Ok((written, r.get::<_, String>(4)?))
        });
        let written = match known.optional()? {
            Some((written, repository)) if written.parsed => Written { repository: self.text(&repository)?, ..written },
            Some((written, _)) => written,
            None => self.new_written(text)?,
        };
        remember(&mut self.written, text.into(), written);
        Ok(written)
    }

    /// The numbers of a text that stands for no image yet, because variables in it are not known: whatever the grammar
    /// makes of it, it is a name of its own.
    pub fn symbolic(&mut self, text: &str) -> Result<Written, ProjectError> {
        let id = self.written(text)?.id;
        Ok(Written { id, name: self.raw_name(text)?, parsed: false, digest: 0, repository: 0 })
    }

    /// The numbers of a CI action. It is no image of a registry, however much its name looks like one.
    pub fn action(&mut self, text: &str) -> Result<Written, ProjectError> {
        let id = self.written(text)?.id;
        let name = self.raw_name(&action::canonical(text))?;
        Ok(Written { id, name, parsed: false, digest: 0, repository: 0 })
    }

    fn new_written(&mut self, text: &str) -> Result<Written, ProjectError> {
        // `sha256:…` alone would pass the grammar as a repository called sha256 with a tag; it is an image ID.
        if let Some(image_id) = Reported::parse(text).filter(|r| r.kind == DigestKind::Config) {
            let digest = self.digest(&image_id.digest, Claims::REPORTED_CONFIG)?;
            let name = self.raw_name(text)?;
            return self.insert_written(text, name, digest);
        }
        match Reference::parse(text) {
            Ok(reference) => {
                let digest = reference.digest().map_or(Ok(0), |digest| self.digest(digest, Claims::NONE))?;
                let (name, repository) = (self.name(&reference)?, self.text(&reference.name())?);
                Ok(Written { parsed: true, repository, ..self.insert_written(text, name, digest)? })
            }
            Err(_) => {
                let name = self.raw_name(text)?;
                self.insert_written(text, name, 0)
            }
        }
    }

    fn insert_written(&mut self, text: &str, name: i64, digest: i64) -> Result<Written, ProjectError> {
        let id = self.sql.written_new.insert(params![text, name, digest])?;
        Ok(Written { id, name, parsed: false, digest, repository: 0 })
    }

    fn raw_name(&mut self, text: &str) -> Result<i64, ProjectError> {
        match self.sql.name.query_row([text], |r| r.get(0)).optional()? {
            Some(id) => Ok(id),
            None => {
                let (repository, tag) = action::parts(text).unwrap_or((text, None));
                Ok(self.sql.name_new.insert(params![text, false, "", repository, tag])?)
            }
        }
    }

    /// The digest in what a runtime reported, and the name beside it.
    pub fn reported(&mut self, text: &str) -> Result<Option<ReportedDigest>, ProjectError> {
        if text.is_empty() {
            return Ok(None);
        }
        if let Some(reported) = self.reported.get(text) {
            return Ok(*reported);
        }
        let reported = match Reported::parse(text) {
            None => None,
            Some(reported) => {
                let digest = self.digest(&reported.digest, Claims::of_report(reported.kind))?;
                let (name, repository) = match &reported.name {
                    Some(name) => (self.name(name)?, self.text(&name.name())?),
                    None => (0, 0),
                };
                Some(ReportedDigest { digest, name, repository })
            }
        };
        remember(&mut self.reported, text.into(), reported);
        Ok(reported)
    }

    /// The number of a digest, with one more claim about its kind.
    pub fn digest(&mut self, digest: &Digest, claims: Claims) -> Result<i64, ProjectError> {
        let (id, known) = match self.digests.get(digest) {
            Some(known) => *known,
            None => self.stored_digest(digest)?,
        };
        let now = known.with(claims);
        if now != known {
            self.sql.claim.execute([id, now.bits()])?;
            self.claimed.insert(id);
        }
        if now != known || !self.digests.contains_key(digest) {
            remember(&mut self.digests, digest.clone(), (id, now));
        }
        Ok(id)
    }

    fn stored_digest(&mut self, digest: &Digest) -> Result<(i64, Claims), ProjectError> {
        let known = self.sql.digest.query_row([digest.as_str()], |r| Ok((r.get(0)?, Claims::from_bits(r.get(1)?))));
        if let Some(known) = known.optional()? {
            return Ok(known);
        }
        let id = self.sql.digest_new.insert([digest.as_str()])?;
        self.claimed.insert(id);
        Ok((id, Claims::NONE))
    }
}

/// Adds to a cache that is emptied when it is full: simple, bounded, and evidence repeats itself soon.
pub(super) fn remember<K: std::hash::Hash + Eq, V>(cache: &mut HashMap<K, V>, key: K, value: V) {
    remember_up_to(REMEMBERED, cache, key, value);
}

/// The same with room for so many, where each is large.
pub(super) fn remember_up_to<K: std::hash::Hash + Eq, V>(most: usize, cache: &mut HashMap<K, V>, key: K, value: V) {
    if cache.len() >= most {
        cache.clear();
    }
    cache.insert(key, value);
}
