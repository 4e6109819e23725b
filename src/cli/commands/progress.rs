//! Progress of long work: a moving line on a terminal, a line every few seconds elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use crate::cli::out::Out;
use crate::model::text::scrub;
use crate::work::import::Progress;

/// Where nothing can move, a line is printed this often.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Progress of an import.
pub struct Moving<'a, 'o> {
    out: RefCell<&'a mut Out<'o>>,
    bar: Option<ProgressBar>,
    bytes: Cell<u64>,
    sources: Cell<u64>,
    last: Cell<Instant>,
}

impl<'a, 'o> Moving<'a, 'o> {
    /// On a terminal, or not; `total` in bytes, where known.
    pub fn new(out: &'a mut Out<'o>, total: Option<u64>) -> Self {
        let bar = out.progress.then(|| {
            let (bar, style) = match total {
                Some(total) => (ProgressBar::new(total), "{bytes} of {total_bytes} [{bar:20}] {wide_msg}"),
                None => (ProgressBar::no_length(), "{bytes} {wide_msg}"),
            };
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
            match ProgressStyle::with_template(style) {
                Ok(style) => bar.with_style(style.progress_chars("=> ")),
                Err(_) => bar,
            }
        });
        Moving {
            out: RefCell::new(out),
            bar,
            bytes: Cell::new(0),
            sources: Cell::new(0),
            last: Cell::new(Instant::now()),
        }
    }

    /// Takes the moving line away.
    pub fn done(self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self) {
        if self.bar.is_none() && self.last.get().elapsed() >= LINE_EVERY {
            self.last.set(Instant::now());
            let (sources, mebibytes) = (self.sources.get(), self.bytes.get() >> 20);
            self.out.borrow_mut().note(&format!("stored {sources} sources, {mebibytes} MiB so far"));
        }
    }
}

impl Progress for Moving<'_, '_> {
    fn source(&self, place: &str) {
        self.sources.set(self.sources.get() + 1);
        if let Some(bar) = &self.bar {
            bar.set_message(scrub(place).into_owned());
        }
        self.line();
    }

    fn bytes(&self, stored: u64) {
        self.bytes.set(self.bytes.get() + stored);
        if let Some(bar) = &self.bar {
            bar.inc(stored);
        }
        self.line();
    }
}
