//! Who watches a check: hears how far it is, and may end it.
//!
//! A check that is ended early says nothing about the file: what SQLite gave up half-way must never look like damage.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::case::error::CaseError;

/// How far a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is checked: `evidence`.
    pub part: &'static str,
    /// Pieces of it that are done.
    pub done: u64,
    /// Pieces there are; 0 where that is not known.
    pub total: u64,
}

/// Who watches; the default is nobody.
#[derive(Default)]
pub struct Watch<'w> {
    /// Set to end the check.
    pub stop: Arc<AtomicBool>,
    /// Hears each step; must be quick.
    pub tell: Option<&'w dyn Fn(Step)>,
}

impl Watch<'_> {
    /// A part begins.
    pub(super) fn part(&self, part: &'static str) -> Result<(), CaseError> {
        self.step(part, 0, 0)
    }

    /// So much of a part is done.
    pub(crate) fn step(&self, part: &'static str, done: u64, total: u64) -> Result<(), CaseError> {
        self.goes_on()?;
        if let Some(tell) = self.tell {
            tell(Step { part, done, total });
        }
        Ok(())
    }

    /// An error where somebody asked to stop.
    pub(super) fn goes_on(&self) -> Result<(), CaseError> {
        if self.stop.load(Ordering::Relaxed) { Err(CaseError::Stopped) } else { Ok(()) }
    }
}
