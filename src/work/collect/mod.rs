//! Collecting from live clusters: what they give goes the way of a file.
//!
//! One thread asks all clusters side by side and hands their pages on over a bounded channel; the import takes them as
//! inputs, so a page is redacted, read, stored and signed like any file. The asking thread never touches the case, and the
//! case never waits on the network but for the next page.

mod pages;
mod report;
mod run;

pub use report::{ContextRow, GapRow, ListRow, Report};

use futures_util::stream::{self, StreamExt as _};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use tokio::sync::mpsc;

use super::import::{self, Input, Progress, import_in};
use crate::case::Case;
use crate::collect::cluster::spool::{Meter, Shelf};
use crate::collect::cluster::{Asked, Settings, Stop, Target, Told, World, install_tls, walk};
use run::Runs;

/// Clusters that are asked at the same time.
const SIDE_BY_SIDE: usize = 8;
/// Pages that wait to be stored.
const WAITING: usize = 2;
/// Bytes of one answer that stay in memory; more of them wait in a file.
const IN_MEMORY: usize = 4 << 20;

/// What is to be collected.
pub struct Collecting {
    /// The clusters.
    pub targets: Vec<Target>,
    /// How they are asked.
    pub settings: Settings,
    /// Everything anew, also where a collection was interrupted.
    pub fresh: bool,
}

/// Asks the clusters and stores what they give. An error means that the case could not be written, or that nothing could
/// be asked at all; everything stored before it stays.
pub fn collect(
    case: &mut Case,
    collecting: &Collecting,
    progress: &dyn Progress,
    cancel: &Arc<AtomicBool>,
) -> Result<Report, String> {
    install_tls();
    let env = case.env().clone();
    let mut runs = Runs::of(case, collecting)?;
    let meter = Arc::new(Meter::default());
    let folder = env.state_dir.join("collect");
    let shelf = Shelf { folder, random: env.random.clone(), in_memory: IN_MEMORY, meter: Arc::clone(&meter) };
    let until = Instant::now() + collecting.settings.whole_time;
    let stop = Stop { asked: Arc::clone(cancel), until };
    let world = World { env, shelf, stop };
    // What the import stores of each page while it runs.
    let (tell, told) = mpsc::channel::<Told>(WAITING);
    let (imported, asked) = std::thread::scope(|scope| {
        let lefts = runs.lefts();
        let asking = scope.spawn(move || ask(collecting, lefts, &world, tell));
        let inputs = Arriving { told, runs: &mut runs };
        // What was asked for and came is stored, also after the responder asked to stop: only the asking stops.
        let never = AtomicBool::new(false);
        let imported = import_in(case, inputs, &import::Options::default(), progress, &never, true);
        (imported, asking.join())
    });
    let asked = asked.map_err(|_| "asking the clusters was broken off".to_owned())??;
    let mut imported = imported.map_err(|error| error.to_string())?;
    imported.interrupted = cancel.load(std::sync::atomic::Ordering::Relaxed);
    runs.end(&asked);
    Ok(Report::new(imported, collecting, &runs, asked, meter.peak()))
}

/// Pages as inputs, as they arrive. Held by the import's feeding thread.
struct Arriving<'r> {
    told: mpsc::Receiver<Told>,
    runs: &'r mut Runs,
}

impl Iterator for Arriving<'_> {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            match self.told.blocking_recv()? {
                Told::Learned(learned) => self.runs.learn(&learned),
                Told::Page(page) => return Some(pages::input(*page, self.runs)),
            }
        }
    }
}

/// Asks all clusters, on a thread of its own.
fn ask(
    collecting: &Collecting,
    lefts: Vec<crate::collect::cluster::Left>,
    world: &World,
    tell: mpsc::Sender<Told>,
) -> Result<Vec<Asked>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("no threads to ask with: {error}"))?;
    let targets = collecting.targets.iter().zip(lefts);
    let asked = runtime.block_on(async {
        let walks = targets.map(|(target, left)| walk(target, &collecting.settings, world, left, tell.clone()));
        let mut asked: Vec<Asked> = stream::iter(walks).buffered(SIDE_BY_SIDE).collect().await;
        // A cluster that gave nothing is recorded beside others that did; alone it leaves the case as it was.
        if asked.iter().any(Asked::has_pages) {
            for (target, asked) in collecting.targets.iter().zip(&mut asked).filter(|(_, asked)| !asked.has_pages()) {
                if let Some(why) = &asked.failure {
                    let page = asked.refusal.take();
                    let page = page.unwrap_or_else(|| Box::new(pages::lost(target, why, world.env.now())));
                    let _ = tell.send(Told::Page(page)).await;
                }
            }
        }
        asked
    });
    // A name that is still being looked up must not hold the end up.
    runtime.shutdown_background();
    Ok(asked)
}
