//! The outside world as values: clock, randomness, user, folders, variables, terminal size.
//!
//! Everything that differs between two runs of the same command comes in through an [`Env`]; tests pass their own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::model::time::Micros;

/// Tells the time now, and the zone's offset in minutes east of UTC.
pub type Clock = Arc<dyn Fn() -> (Micros, i32) + Send + Sync>;

/// Fills a buffer with randomness fit for keys; an error says why it cannot.
pub type Random = Arc<dyn Fn(&mut [u8]) -> Result<(), String> + Send + Sync>;

/// The outside world, as one command sees it.
#[derive(Clone)]
pub struct Env {
    /// The clock.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// Login name, for custody records.
    pub user: String,
    /// Machine name, for custody records.
    pub host: String,
    /// XDG config folder of this program.
    pub config_dir: PathBuf,
    /// XDG state folder of this program: keys, writer heads, drafts, log.
    pub state_dir: PathBuf,
    /// The folder relative paths start from.
    pub current_dir: PathBuf,
    /// Environment variables.
    pub vars: BTreeMap<String, String>,
    /// Columns and rows, where standard output is a terminal.
    pub terminal: Option<(u16, u16)>,
}

impl Env {
    /// The time now.
    pub fn now(&self) -> Micros {
        (self.clock)().0
    }
}

#[cfg(test)]
impl Env {
    /// A world where nothing is but these variables and a current folder.
    pub fn bare(current_dir: &str, vars: &[(&str, &str)]) -> Env {
        Env {
            clock: Arc::new(|| (Micros(0), 0)),
            random: Arc::new(|_| Ok(())),
            user: String::new(),
            host: String::new(),
            config_dir: PathBuf::new(),
            state_dir: PathBuf::new(),
            current_dir: PathBuf::from(current_dir),
            vars: vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            terminal: None,
        }
    }
}
