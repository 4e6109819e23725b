//! Importing files and folders from inside the terminal. What is stored appears in the views while it goes on.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Rarely;
use crate::collect::walk;
use crate::env::Env;
use crate::model::acquisition::{Origin, OriginKind};
use crate::model::text::scrub;
use crate::tui::data::{Bench, Deed, Done, paths};
use crate::work::import::{Content, Input, Options, Progress, Report, import};

/// Imports with the options that hold when none are given.
#[derive(Debug)]
pub struct Import {
    /// Files and folders, absolute or from the current folder.
    pub paths: Vec<PathBuf>,
}

impl Deed for Import {
    fn title(&self) -> String {
        "importing".to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let typed = |path: &PathBuf| path.to_str().map_or_else(|| path.clone(), |text| paths::path(text, bench.env));
        let chosen: Vec<PathBuf> = self.paths.iter().map(typed).collect();
        let walked = walk::walk(&chosen, &bench.env.current_dir).map_err(|e| e.to_string())?;
        let skipped = walked.skipped.len();
        let inputs: Vec<Input> =
            walked.sources.into_iter().filter(|s| !is_case(s)).map(|source| input(source, bench.env)).collect();
        if inputs.is_empty() {
            return Err("nothing to import there".to_owned());
        }
        let mut case = bench.case()?;
        let total = inputs.iter().filter_map(|i| i.bytes).sum();
        let telling = Telling { rarely: Rarely::new(bench.tell), stored: AtomicU64::new(0), total };
        let report =
            import(&mut case, inputs, &Options::default(), &telling, bench.cancel).map_err(|e| e.to_string())?;
        Ok(said(&report, skipped))
    }
}

/// A case in the folder is no evidence of itself.
fn is_case(source: &walk::Source) -> bool {
    [".case", ".case-wal", ".case-shm"].iter().any(|end| source.path.ends_with(end))
}

fn input(source: walk::Source, env: &Env) -> Input {
    Input {
        origin: Origin {
            kind: OriginKind::File,
            host: env.host.clone(),
            root: source.origin_root.clone(),
            path: source.path.clone(),
        },
        modified: source.modified,
        bytes: Some(source.bytes),
        content: Content::File(source),
        context: None,
        as_of: None,
    }
}

fn said(report: &Report, skipped: usize) -> Done {
    let new = report.evidence.iter().filter(|row| !row.already).count();
    let rejected: u64 = report.evidence.iter().map(|row| row.rejected_total).sum();
    let unread = report.unrecognised.len() + skipped;
    let mut said = format!("imported {new} files: images {} new, uses {} new", report.images.new, report.uses.new);
    for (count, what) in [(rejected, "rejected"), (unread as u64, "not understood")] {
        if count > 0 {
            said.push_str(&format!(", {count} {what}"));
        }
    }
    if report.interrupted {
        said.push_str("; stopped, what was stored stays");
    }
    Done { said, gaps: unread > 0 || report.interrupted || report.has_gaps(), ..Done::default() }
}

/// Says how far it is.
struct Telling<'t> {
    rarely: Rarely<'t>,
    stored: AtomicU64,
    total: u64,
}

impl Progress for Telling<'_> {
    fn source(&self, place: &str) {
        self.rarely.say(|| {
            let percent = self.stored.load(Ordering::Relaxed).saturating_mul(100).checked_div(self.total).unwrap_or(0);
            let name = place.rsplit('/').next().unwrap_or(place);
            format!("{}% {}", percent.min(100), scrub(name))
        });
    }

    fn bytes(&self, stored: u64) {
        self.stored.fetch_add(stored, Ordering::Relaxed);
    }
}
