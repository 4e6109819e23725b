//! A compose file as it stands: services with their images and builds, nothing interpolated, merged or followed.

use serde::{Deserialize, Serialize};

/// A compose file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Compose {}

impl Compose {
    /// The services, images and builds it names.
    pub fn facts(&self) -> u64 {
        0
    }
}
