//! Collections that are under way: what was begun, so that one that was interrupted goes on and asks for nothing twice.
//!
//! A small file in the state folder tells that a collection of a context was begun and what it had learned; what it had
//! got is in the case and nowhere else. The file goes when the collection ends.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::Collecting;
use crate::case::Case;
use crate::collect::cluster::{Asked, Before, Form, Kind, Learned, Left, Target};
use crate::model::id::{Id, hex};
use crate::model::live::{self, LivePage};
use crate::model::reading::Status;
use crate::model::time::Micros;

/// A collection that is older than this is begun anew: what it got speaks of another time. Microseconds.
const TOO_OLD: i64 = 3_600_000_000;

/// The file of one collection.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Noted {
    collection: String,
    server: String,
    user: String,
    limit: u32,
    custom: Vec<String>,
    began: Micros,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kinds: Option<Vec<NotedKind>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    namespaces: Option<Vec<String>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct NotedKind {
    api: String,
    resource: String,
    kind: String,
    namespaced: bool,
}

/// One context's collection.
struct Run {
    context: String,
    file: PathBuf,
    noted: Noted,
    left: Left,
}

/// The collections of one command.
pub(super) struct Runs {
    runs: Vec<Run>,
    host: String,
}

impl Runs {
    /// Goes on with what was interrupted, and begins the others.
    pub fn of(case: &Case, collecting: &Collecting) -> Result<Self, String> {
        let env = case.env();
        let folder = env.state_dir.join("collect");
        let mut lists = Lists::of(case)?;
        let mut runs = Vec::new();
        for target in &collecting.targets {
            let file = folder.join(name(case, target));
            let before = if collecting.fresh { None } else { read(&file, target, collecting, env.now()) };
            let noted = match before {
                Some(noted) => noted,
                None => begin(target, collecting, case)?,
            };
            let left = lists.left(&target.context, &noted);
            let run = Run { context: target.context.clone(), file, noted, left };
            run.save();
            runs.push(run);
        }
        Ok(Runs { runs, host: env.host.clone() })
    }

    /// What interrupted collections had left, in the order of the targets.
    pub fn lefts(&self) -> Vec<Left> {
        self.runs.iter().map(|run| run.left.clone()).collect()
    }

    /// The machine that asks.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The collection's word of a context.
    pub fn collection(&self, context: &str) -> &str {
        self.run(context).map_or("", |run| &run.noted.collection)
    }

    /// When a collection that goes on was begun, with the lists that it had got; `None` where it was begun now.
    pub fn resumed(&self, context: &str) -> Option<(Micros, usize)> {
        let run = self.run(context).filter(|run| !run.left.lists.is_empty())?;
        Some((run.noted.began, run.left.lists.len()))
    }

    fn run(&self, context: &str) -> Option<&Run> {
        self.runs.iter().find(|run| run.context == context)
    }

    /// Notes what a cluster told about itself.
    pub fn learn(&mut self, learned: &Learned) {
        let Some(run) = self.runs.iter_mut().find(|run| run.context == learned.context) else { return };
        if let Some(kinds) = &learned.kinds {
            run.noted.kinds = Some(kinds.iter().map(NotedKind::of).collect());
        }
        if let Some(namespaces) = &learned.namespaces {
            run.noted.namespaces = Some(namespaces.clone());
        }
        run.save();
    }

    /// Forgets the collections that ended. One that was stopped or lost with something got stays, to be gone on with.
    pub fn end(&self, asked: &[Asked]) {
        for (run, asked) in self.runs.iter().zip(asked) {
            let ended = !asked.stopped && asked.failure.is_none();
            if ended || (!asked.has_pages() && run.left.lists.is_empty()) {
                let _ = fs::remove_file(&run.file);
            }
        }
    }
}

impl Run {
    /// Without the file a collection works all the same; it only cannot be gone on with.
    fn save(&self) {
        if let Err(error) = write(&self.file, &self.noted) {
            tracing::warn!("{}: {error}", self.file.display());
        }
    }
}

impl NotedKind {
    fn of(kind: &Kind) -> Self {
        let Kind { api, resource, kind, namespaced, .. } = kind.clone();
        NotedKind { api, resource, kind, namespaced }
    }

    fn kind(&self) -> Kind {
        let NotedKind { api, resource, kind, namespaced } = self.clone();
        Kind { api, resource, kind, namespaced, form: Form::Whole, fields: "" }
    }
}

/// A file name for a case and a context, whatever that is called.
fn name(case: &Case, target: &Target) -> String {
    let id = Id::derived("collection", &[&hex(&case.id().0), &target.context]);
    format!("{id}.json")
}

fn begin(target: &Target, collecting: &Collecting, case: &Case) -> Result<Noted, String> {
    let mut word = [0; 8];
    (case.env().random)(&mut word)?;
    Ok(Noted {
        collection: hex(&word),
        server: target.server.clone(),
        user: target.user.clone(),
        limit: collecting.settings.limit,
        custom: collecting.settings.custom.clone(),
        began: case.env().now(),
        kinds: None,
        namespaces: None,
    })
}

/// What was noted, where it is of the same question and not too old.
fn read(file: &Path, target: &Target, collecting: &Collecting, now: Micros) -> Option<Noted> {
    let noted: Noted = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let settings = &collecting.settings;
    let same = noted.server == target.server
        && noted.user == target.user
        && noted.limit == settings.limit
        && noted.custom == settings.custom;
    let age = now.0.saturating_sub(noted.began.0);
    (same && (0..TOO_OLD).contains(&age)).then_some(noted)
}

/// Writes a file of the state folder whole, for its owner alone.
pub(super) fn write(file: &Path, noted: &impl Serialize) -> std::io::Result<()> {
    let Some(folder) = file.parent() else { return Ok(()) };
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let temporary = file.with_extension(format!("{}.tmp", std::process::id()));
    let mut opened = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    opened.write_all(&serde_json::to_vec(noted)?)?;
    fs::rename(temporary, file)
}

/// What the case holds of live lists: by context and collection, each list's pages.
struct Lists {
    found: BTreeMap<(String, String), BTreeMap<String, Before>>,
}

impl Lists {
    fn of(case: &Case) -> Result<Self, String> {
        let state = case.current().map_err(|error| error.to_string())?;
        let mut found: BTreeMap<(String, String), BTreeMap<String, Before>> = BTreeMap::new();
        for source in state.sources.values() {
            let (acquisition, Some(reading)) = (&source.acquisition, &source.reading) else { continue };
            let Some(page) = LivePage::of(&acquisition.options) else { continue };
            let ok = acquisition.options.get(live::STATUS).is_some_and(|status| status == "200");
            let denied = reading.status == Status::Denied;
            // A page that was cut off is asked for again, and so is what failed.
            let whole = ok && matches!(reading.status, Status::Read | Status::Partial) && !is_cut(reading);
            if !whole && !denied {
                continue;
            }
            let context = acquisition.context.clone().unwrap_or_default();
            let lists = found.entry((context, page.collection.to_owned())).or_default();
            let began = acquisition.modified.unwrap_or(acquisition.acquired);
            let now = Before {
                pages: if denied { page.number.saturating_sub(1) } else { page.number },
                began,
                next: page.next.map(str::to_owned),
                denied,
                inconsistent: page.inconsistent,
            };
            match lists.get(page.list) {
                Some(before) if before.pages > now.pages => {}
                _ => drop(lists.insert(page.list.to_owned(), now)),
            }
        }
        Ok(Lists { found })
    }

    fn left(&mut self, context: &str, noted: &Noted) -> Left {
        let key = (context.to_owned(), noted.collection.clone());
        let kinds = noted.kinds.as_ref().map(|kinds| kinds.iter().map(NotedKind::kind).collect());
        let learned = Learned { context: context.to_owned(), kinds, namespaces: noted.namespaces.clone() };
        Left { lists: self.found.remove(&key).unwrap_or_default(), learned }
    }
}

/// A page that was cut off leaves its reason in the words that the feed was given; it has no next page and is no last one.
fn is_cut(reading: &crate::model::reading::Reading) -> bool {
    reading.status == Status::Partial && reading.reason.starts_with("the answer was cut off")
}
