//! What a responder means by a target: what is typed short must mean exactly one thing that the case knows.

use rusqlite::Connection;

use super::select::{self, SelectError};
use crate::case::project::ProjectError;
use crate::model::digest::Digest;
use crate::model::indicator::{Asked, NotATarget, Target};
use crate::model::reference::Reference;

/// Candidates named in an error.
const NAMED: usize = 20;

/// What was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// The target.
    pub target: Target,
    /// Nothing that was read so far names it: it may be a slip of the pen, or not imported yet.
    pub unseen: bool,
}

/// Why a target means no one thing.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// No target at all.
    #[error(transparent)]
    Grammar(#[from] NotATarget),
    /// Nothing of the case fits.
    #[error(
        "nothing that was read fits {0:?}; write a whole digest, or tag: with registry, repository and tag, to name what was not seen yet"
    )]
    Nothing(String),
    /// More than one thing fits.
    #[error("{asked:?} could be {total} things; name one: {}", candidates.join(", "))]
    Ambiguous {
        /// As typed.
        asked: String,
        /// How many.
        total: usize,
        /// The first of them, as targets.
        candidates: Vec<String>,
    },
    /// The projections could not be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
}

impl From<rusqlite::Error> for TargetError {
    fn from(error: rusqlite::Error) -> Self {
        TargetError::Project(error.into())
    }
}

/// The one target that a text means.
pub fn target(conn: &Connection, text: &str) -> Result<Meant, TargetError> {
    match Asked::parse(text)? {
        Asked::Exact(Target::Digest(digest)) => {
            let seen = "SELECT EXISTS (SELECT 1 FROM p_digest WHERE value = ?1)";
            let seen: bool = conn.query_row(seen, [digest.as_str()], |r| r.get(0))?;
            Ok(Meant { target: Target::Digest(digest), unseen: !seen })
        }
        Asked::Exact(target) => Ok(Meant { target, unseen: false }),
        Asked::Digest(begun) => digest(conn, text, &begun),
        Asked::Name { text: name, tag } => named(conn, text, &name, tag),
    }
}

/// The one digest that begins so; an image's id is the beginning of its digest.
fn digest(conn: &Connection, asked: &str, begun: &str) -> Result<Meant, TargetError> {
    let mut statement =
        conn.prepare("SELECT value FROM p_digest WHERE value >= ?1 AND value < ?1 || 'g' ORDER BY value")?;
    let found = statement.query_map([format!("sha256:{begun}")], |r| r.get::<_, String>(0))?;
    let found: Vec<Digest> =
        found.collect::<Result<Vec<_>, _>>()?.iter().filter_map(|d| Digest::parse(d).ok()).collect();
    match found.as_slice() {
        [one] => Ok(Meant { target: Target::Digest(one.clone()), unseen: false }),
        // A name may look like the beginning of a digest; an image without a digest has an id made from its name.
        [] => match by_id(conn, begun)?.as_slice() {
            [one] => Ok(Meant { target: of_name(one)?, unseen: false }),
            _ => named(conn, asked, begun, false),
        },
        many => Err(ambiguous(asked, many.iter().map(|digest| Target::Digest(digest.clone()).to_string()).collect())),
    }
}

/// The one name that a text means, as for `image`; where nothing of the case fits, a reference that leaves nothing open.
fn named(conn: &Connection, asked: &str, text: &str, tag: bool) -> Result<Meant, TargetError> {
    let reference = Reference::parse(text).ok();
    if let Some(digest) = reference.as_ref().and_then(Reference::digest) {
        return target(conn, digest.as_str());
    }
    let found = if tag && !text.contains(['/', ':']) { with_tag(conn, text)? } else { select::names(conn, text)? };
    match found.as_slice() {
        [one] => return Ok(Meant { target: of_name(one)?, unseen: false }),
        [] => {}
        many => {
            let targets = many.iter().map(|name| of_name(name).map(|target| target.to_string()));
            return Err(ambiguous(asked, targets.collect::<Result<_, _>>()?));
        }
    }
    // Without a tag it may be the end of a name that was not read yet.
    let is_whole = |r: &Reference| r.tag().is_some() || tag && r.registry_was_written();
    match reference.filter(is_whole) {
        Some(reference) => Ok(Meant { target: Target::Tag(reference.canonical()), unseen: true }),
        None => Err(TargetError::Nothing(asked.to_owned())),
    }
}

/// The names with a tag, whatever their repository.
fn with_tag(conn: &Connection, tag: &str) -> Result<Vec<String>, ProjectError> {
    let mut statement = conn.prepare("SELECT canonical FROM p_name WHERE parsed AND tag = ?1 ORDER BY canonical")?;
    let found = statement.query_map([tag], |r| r.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The names of images without a digest whose id begins so.
fn by_id(conn: &Connection, begun: &str) -> Result<Vec<String>, ProjectError> {
    let ids = "SELECT name FROM p_image WHERE ident >= ?1 AND ident < ?1 || 'g' AND resolved = 0 ORDER BY name";
    let mut statement = conn.prepare(ids)?;
    let found = statement.query_map([begun], |r| r.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn of_name(canonical: &str) -> Result<Target, NotATarget> {
    match canonical.strip_prefix(crate::model::action::PREFIX) {
        Some(action) => Target::parse(&format!("action:{action}")),
        None => Ok(Target::Tag(canonical.to_owned())),
    }
}

fn ambiguous(asked: &str, mut candidates: Vec<String>) -> TargetError {
    let total = candidates.len();
    candidates.truncate(NAMED);
    TargetError::Ambiguous { asked: asked.to_owned(), total, candidates }
}

impl From<SelectError> for TargetError {
    fn from(error: SelectError) -> Self {
        match error {
            SelectError::Nothing(text) => TargetError::Nothing(text),
            SelectError::Ambiguous { selector, total, candidates } => TargetError::Ambiguous {
                asked: selector,
                total,
                candidates: candidates.iter().map(ToString::to_string).collect(),
            },
            SelectError::Project(error) => TargetError::Project(error),
        }
    }
}
