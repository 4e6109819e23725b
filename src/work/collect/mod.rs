//! Collecting from live sources: what they give goes the way of a file.
//!
//! One thread asks all of them side by side and hands their answers on over a bounded channel; the import takes them as
//! inputs, so an answer is redacted, read, stored and signed like any file. The asking thread never touches the case, and the
//! case never waits on the network but for the next answer.

pub mod engine;
mod gather;
mod pages;
pub mod registry;
mod report;
mod run;
pub mod watch;

pub use report::{ContextRow, GapRow, ListRow, Report};

use futures_util::stream::{self, StreamExt as _};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::import::Progress;
use crate::case::Case;
use crate::collect::cluster::{Asked, Left, Settings, Target, Told, World, walk};
use gather::{Given, gather};
use run::Runs;

/// Clusters that are asked at the same time.
const SIDE_BY_SIDE: usize = 8;

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
    let mut runs = Runs::of(case, collecting)?;
    let given = Given { whole_time: collecting.settings.whole_time, progress, cancel };
    let lefts = runs.lefts();
    let gathered = gather(
        case,
        &given,
        move |runtime, world, tell| Ok(ask(runtime, collecting, lefts, world, tell)),
        |told| match told {
            Told::Learned(learned) => {
                runs.learn(&learned);
                None
            }
            Told::Page(page) => Some(pages::input(*page, &runs)),
        },
    )?;
    runs.end(&gathered.asked);
    Ok(Report::new(gathered.imported, collecting, &runs, gathered.asked, gathered.held))
}

/// Asks all clusters.
fn ask(
    runtime: &Runtime,
    collecting: &Collecting,
    lefts: Vec<Left>,
    world: &World,
    tell: mpsc::Sender<Told>,
) -> Vec<Asked> {
    let targets = collecting.targets.iter().zip(lefts);
    runtime.block_on(async {
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
    })
}
