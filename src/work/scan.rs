//! Scans images that no report is of: a few at a time, each stored as evidence as soon as it is there.
//!
//! What failed is stored too, with the reason, so that coverage names it. A scan that is run again goes on where the last
//! one ended: what has a report by then is left out.

use crossbeam_channel::bounded;
use rusqlite::Connection;
use std::collections::{BTreeMap, VecDeque};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::import::{Content, Input, Options, Progress, Received, Report, import_in};
use crate::case::project::ProjectError;
use crate::case::query::findings::unscanned;
use crate::case::{Case, CaseError};
use crate::collect::redact::redact_text;
use crate::collect::scanner::{Scanner, scan};
use crate::env::Env;
use crate::model::acquisition::{Origin, OriginKind};
use crate::model::digest::Digest;
use crate::model::reading::Status;
use crate::read::Format;

/// How to scan.
#[derive(Debug, Clone)]
pub struct Settings {
    /// With what.
    pub scanner: Scanner,
    /// Where it is installed.
    pub program: PathBuf,
    /// So many at a time.
    pub jobs: usize,
    /// What one image may take.
    pub time: Duration,
}

/// An image that could not be scanned.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FailedRow {
    /// What was scanned.
    pub image: String,
    /// Why there is no report.
    pub reason: String,
}

/// What came of it.
#[derive(Debug, serde::Serialize)]
pub struct Scanned {
    /// The scanner.
    pub with: &'static str,
    /// Reports that came.
    pub scanned: u64,
    /// Images that none came of.
    pub failed: Vec<FailedRow>,
    /// What the import of the reports came to.
    pub import: Report,
}

/// The images that no report is of, by a name that a scanner takes: those that run first.
pub fn targets(conn: &Connection, scanner: Scanner, limit: Option<u64>) -> Result<Vec<String>, ProjectError> {
    unscanned(conn, scanner.searches(), limit)
}

/// Scans these, and imports what comes while it comes.
pub fn run(
    case: &mut Case,
    targets: Vec<String>,
    settings: &Settings,
    env: &Env,
    progress: &dyn Progress,
    cancel: &AtomicBool,
) -> Result<Scanned, CaseError> {
    let todo: Mutex<VecDeque<String>> = Mutex::new(targets.into());
    let (failed, reported_by) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let (sender, inputs) = bounded::<Input>(settings.jobs.max(1));
    let import = std::thread::scope(|scope| {
        for _ in 0..settings.jobs.clamp(1, 64) {
            let (sender, todo, failed, came) = (sender.clone(), &todo, &failed, &reported_by);
            scope.spawn(move || {
                while !cancel.load(Ordering::Relaxed)
                    && let Some(target) = todo.lock().ok().and_then(|mut todo| todo.pop_front())
                {
                    let report = scan(settings.scanner, &settings.program, &target, settings.time, cancel);
                    if cancel.load(Ordering::Relaxed) {
                        break;
                    }
                    let input = match report {
                        Ok(bytes) => {
                            let input = reported(settings, &target, bytes, env);
                            if let Ok(mut came) = came.lock() {
                                came.push(target);
                            }
                            input
                        }
                        Err(reason) => {
                            let reason = redact_text(&reason).into_owned();
                            let input = refused(settings, &target, &reason, env);
                            if let Ok(mut failed) = failed.lock() {
                                failed.push(FailedRow { image: target, reason });
                            }
                            input
                        }
                    };
                    if sender.send(input).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        import_in(case, inputs, &Options::default(), progress, cancel, false)
    })?;
    let mut failed = failed.into_inner().unwrap_or_default();
    let came = reported_by.into_inner().unwrap_or_default();
    let before = failed.len();
    let unread = |image: &String| Some(FailedRow { image: image.clone(), reason: unread(settings, image, &import)? });
    failed.extend(came.iter().filter_map(unread));
    let scanned = came.len() as u64 - (failed.len() - before) as u64;
    failed.sort_by(|a, b| a.image.cmp(&b.image));
    Ok(Scanned { with: settings.scanner.as_str(), scanned, failed, import })
}

/// Why what a scanner printed of an image is no report; `None` where it is one.
fn unread(settings: &Settings, target: &str, import: &Report) -> Option<String> {
    let place = format!("{}/{target}", root(settings));
    let row = import.evidence.iter().find(|row| row.path == place);
    let unknown = || import.unrecognised.iter().find(|row| row.path == place).map(|row| row.reason.clone());
    let Some(row) = row else { return unknown() };
    let is_read = matches!(row.status, Status::Read | Status::Partial) && row.observations > 0;
    let rejected = || row.rejected.first().map(|reject| reject.reason.clone()).unwrap_or_default();
    let why = if row.reason.is_empty() { rejected() } else { row.reason.clone() };
    (!is_read).then(|| format!("what it printed is no report: {why}"))
}

/// Where reports of a scanner come from.
fn root(settings: &Settings) -> String {
    format!("scan by {}", settings.scanner.as_str())
}

fn reported(settings: &Settings, target: &str, bytes: Vec<u8>, env: &Env) -> Input {
    let format = match settings.scanner {
        Scanner::Trivy => Format::TrivyJson,
        Scanner::Grype => Format::GrypeJson,
        Scanner::Syft => Format::SyftJson,
    };
    input(settings, target, bytes, format, env)
}

/// What a scanner said in place of a report.
fn refused(settings: &Settings, target: &str, reason: &str, env: &Env) -> Input {
    let text = format!("{} {target}: {reason}\n", settings.scanner.as_str());
    input(settings, target, text.into_bytes(), Format::Refusal, env)
}

fn input(settings: &Settings, target: &str, bytes: Vec<u8>, format: Format, env: &Env) -> Input {
    let program = Path::new(settings.scanner.as_str()).display().to_string();
    let words = settings.scanner.arguments(target);
    let command = redact_text(&format!("{program} {}", words.join(" "))).into_owned();
    let (original, size) = (Digest::of(&bytes), bytes.len() as u64);
    Input {
        origin: Origin {
            kind: OriginKind::File,
            host: env.host.clone(),
            root: root(settings),
            path: target.to_owned(),
        },
        content: Content::Received(Box::new(Received {
            reader: Box::new(Cursor::new(bytes)),
            original: (original, size),
            transforms: Vec::new(),
            recorded: BTreeMap::from([("command".to_owned(), command)]),
            format: Some(format),
        })),
        modified: None,
        bytes: Some(size),
        context: None,
        as_of: Some(env.now()),
    }
}
