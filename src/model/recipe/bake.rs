//! A bake file as it stands: variables, groups and targets.

use serde::{Deserialize, Serialize};

/// A bake file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bake {}

impl Bake {
    /// The variables and targets it names.
    pub fn facts(&self) -> u64 {
        0
    }
}
