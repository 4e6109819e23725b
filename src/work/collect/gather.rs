//! The two sides of a collection: a thread that asks and never touches the case, and the import, which takes what comes as
//! inputs. Between them a bounded channel.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::super::import::{self, Input, Progress, import_in};
use crate::case::Case;
use crate::collect::cluster::spool::{Meter, Shelf};
use crate::collect::cluster::{Stop, World, install_tls};

/// Answers that wait to be stored.
const WAITING: usize = 2;
/// Bytes of one answer that stay in memory; more of them wait in a file.
const IN_MEMORY: usize = 4 << 20;

/// What came of it.
pub(super) struct Gathered<A> {
    /// What the import says.
    pub imported: import::Report,
    /// What the asking side says.
    pub asked: A,
    /// The most bytes of answers that were held in memory at one time.
    pub held: usize,
}

/// What a collection is given.
pub(super) struct Given<'g> {
    /// How long it may take.
    pub whole_time: Duration,
    /// What of the import is told.
    pub progress: &'g dyn Progress,
    /// Set when the responder asks to stop.
    pub cancel: &'g Arc<AtomicBool>,
}

/// Asks with `ask`, on a thread of its own, and stores what `input` makes of what comes. An error means that the case could
/// not be written or that nothing could be asked; everything stored before it stays.
pub(super) fn gather<T: Send, A: Send>(
    case: &mut Case,
    given: &Given<'_>,
    ask: impl FnOnce(&Runtime, &World, mpsc::Sender<T>) -> Result<A, String> + Send,
    input: impl FnMut(T) -> Option<Input> + Send,
) -> Result<Gathered<A>, String> {
    install_tls();
    let world = world(case, given.whole_time, given.cancel);
    let meter = Arc::clone(&world.shelf.meter);
    let (tell, told) = mpsc::channel::<T>(WAITING);
    let (imported, asked) = std::thread::scope(|scope| {
        let asking = scope.spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| format!("no threads to ask with: {error}"))?;
            let asked = ask(&runtime, &world, tell);
            // A name that is still being looked up must not hold the end up.
            runtime.shutdown_background();
            asked
        });
        // What was asked for and came is stored, also after the responder asked to stop: only the asking stops.
        let never = AtomicBool::new(false);
        let inputs = Arriving { told, input };
        // Folded when all is stored: what is folded meanwhile would be held twice, and the wire is slower than both.
        let imported = import_in(case, inputs, &import::Options::default(), given.progress, &never, false);
        (imported, asking.join())
    });
    let asked = asked.map_err(|_| "asking was broken off".to_owned())??;
    let mut imported = imported.map_err(|error| error.to_string())?;
    imported.interrupted = given.cancel.load(Ordering::Relaxed);
    Ok(Gathered { imported, asked, held: meter.peak() })
}

/// What asking needs of the world, for so long.
pub(super) fn world(case: &Case, time: Duration, cancel: &Arc<AtomicBool>) -> World {
    let env = case.env().clone();
    let folder = env.state_dir.join("collect");
    let shelf = Shelf { folder, random: env.random.clone(), in_memory: IN_MEMORY, meter: Arc::new(Meter::default()) };
    World { env, shelf, stop: Stop { asked: Arc::clone(cancel), until: Instant::now() + time } }
}

/// What comes, as inputs. Held by the import's feeding thread.
struct Arriving<T, F> {
    told: mpsc::Receiver<T>,
    input: F,
}

impl<T, F: FnMut(T) -> Option<Input>> Iterator for Arriving<T, F> {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            let told = self.told.blocking_recv()?;
            if let Some(input) = (self.input)(told) {
                return Some(input);
            }
        }
    }
}
