//! What this view asks.

use crate::case::query::builds::{MissingRow, ProblemRow, materials, missing, problems};
use crate::case::query::one_liner::{OneLiner, one_liner};
use crate::case::query::sources::{SourceRow, sources};
use crate::case::query::unresolved::{UnresolvedRow, unresolved};
use crate::model::reading::Reject;
use crate::model::time::Micros;
use crate::tui::data::{Desk, Question};
use crate::tui::message::Answer;

/// Most names that are offered for a path.
const OFFERED: usize = 200;
/// Microseconds.
const MINUTE: i64 = 60_000_000;
/// Most names of a folder that are looked at.
const LOOKED_AT: usize = 20_000;

/// What was read, and what is missing in it.
#[derive(Debug)]
pub struct Picture;

/// The answer to [`Picture`].
#[derive(Debug, PartialEq, Eq)]
pub struct Read {
    /// Every current reading.
    pub sources: Vec<SourceRow>,
    /// Places whose image cannot be told.
    pub unresolved: Vec<UnresolvedRow>,
    /// Files that are asked for and not there.
    pub missing: Vec<MissingRow>,
    /// What is wrong in files, so that they are not understood as a whole.
    pub problems: Vec<ProblemRow>,
    /// What builds get from outside that is no image.
    pub materials: Vec<ProblemRow>,
    /// When that was so, to the minute: ages count from it.
    pub now: Micros,
}

impl Question for Picture {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let conn = desk.case.as_ref().ok_or("no case is open")?.conn();
        let now = desk.env.now().0;
        let now = Micros(now - now.rem_euclid(MINUTE));
        let read = || -> Result<Read, crate::case::project::ProjectError> {
            Ok(Read {
                sources: sources(conn)?,
                unresolved: unresolved(conn)?,
                missing: missing(conn)?,
                problems: problems(conn)?,
                materials: materials(conn)?,
                now,
            })
        };
        Ok(Box::new(read().map_err(|e| e.to_string())?))
    }
}

/// What was rejected in a source. Reads all events, so it is asked for one source at a time.
#[derive(Debug)]
pub struct Rejects(pub String);

/// The answer to [`Rejects`].
#[derive(Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The acquisition.
    pub acquisition: String,
    /// The first of them.
    pub rejects: Vec<Reject>,
    /// How many there are.
    pub total: u64,
}

impl Question for Rejects {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let (state, _) = desk.case.as_ref().ok_or("no case is open")?.state().map_err(|e| e.to_string())?;
        let source = state.sources.iter().find(|(id, _)| id.to_string() == self.0).map(|(_, source)| source);
        let reading = source.and_then(|source| source.reading.as_ref());
        let (rejects, total) = reading.map_or_else(Default::default, |r| (r.rejects.clone(), r.rejected));
        Ok(Box::new(Rejected { acquisition: self.0.clone(), rejects, total }))
    }
}

/// What the usual one-liner makes of the same evidence.
#[derive(Debug)]
pub struct Compare;

impl Question for Compare {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let conn = desk.case.as_ref().ok_or("no case is open")?.conn();
        let compared: OneLiner = one_liner(conn).map_err(|e| e.to_string())?;
        Ok(Box::new(compared))
    }
}

/// Names that a path could go on with.
#[derive(Debug, Clone)]
pub struct Paths(pub String);

/// The answer to [`Paths`]: what was asked, and the names.
#[derive(Debug)]
pub struct Offered(pub String, pub Vec<String>);

impl Question for Paths {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let (folder, begun) = self.0.rsplit_once('/').map_or(("", self.0.as_str()), |(f, b)| (f, b));
        let place = match (folder, self.0.starts_with('/')) {
            ("", true) => "/".into(),
            _ => crate::tui::data::paths::path(folder, &desk.env),
        };
        let place = desk.env.current_dir.join(place);
        // A folder that cannot be read offers nothing; the import says why.
        let names = std::fs::read_dir(place).into_iter().flatten().take(LOOKED_AT).flatten();
        let named = |entry: std::fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            let hidden = name.starts_with('.') && !begun.starts_with('.');
            let end = if entry.path().is_dir() { "/" } else { "" };
            (name.starts_with(begun) && !hidden).then(|| format!("{name}{end}"))
        };
        let mut names: Vec<String> = names.filter_map(named).collect();
        names.sort();
        names.truncate(OFFERED);
        Ok(Box::new(Offered(self.0.clone(), names)))
    }
}
