//! Words about progress, a few times a second at most, whoever reports how often.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The least time between two words.
const GAP: Duration = Duration::from_millis(250);

/// Passes some of the words on.
pub struct Rarely<'t> {
    tell: &'t (dyn Fn(String) + Sync),
    last: Mutex<Option<Instant>>,
}

impl<'t> Rarely<'t> {
    /// To whoever listens to a deed.
    pub fn new(tell: &'t (dyn Fn(String) + Sync)) -> Rarely<'t> {
        Rarely { tell, last: Mutex::new(None) }
    }

    /// Says it, unless something was said just now; a word that is not said is not made either.
    pub fn say(&self, word: impl FnOnce() -> String) {
        let Ok(mut last) = self.last.lock() else { return };
        if last.is_some_and(|at| at.elapsed() < GAP) {
            return;
        }
        *last = Some(Instant::now());
        (self.tell)(word());
    }
}
