//! An environment file (`.env`): names and values, in order.

use serde::{Deserialize, Serialize};

/// A `.env` file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Environment {}

impl Environment {
    /// The definitions it makes.
    pub fn facts(&self) -> u64 {
        0
    }
}
