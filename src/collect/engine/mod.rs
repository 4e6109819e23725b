//! A live container engine, as bytes: its containers, running and stopped, and its images, as its API gives them.
//!
//! Reads only: nothing but `GET` is ever sent. Docker's API is spoken by Docker and by Podman. Bodies are handed on as they
//! came; the readers of `docker inspect` know them. `bollard` would give objects that it understood, not what came.
//!
//! Source: docs.docker.com, "Docker Engine API"; docs.podman.io, "Compat API".

mod find;
mod told;
mod walk;

pub use find::{Engine, Given, NoEngine, engines};
pub use told::{Answer, Asked, EngineTold, Told};
pub use walk::walk;

use std::time::Duration;

/// How engines are asked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long one answer may take, from the request to its last byte.
    pub page_time: Duration,
    /// How long everything may take.
    pub whole_time: Duration,
    /// How often a request is repeated that failed in passing.
    pub retries: u32,
    /// The first pause before that, and the longest.
    pub pauses: (Duration, Duration),
    /// Questions to one engine at the same time.
    pub parallel: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            page_time: Duration::from_secs(60),
            whole_time: Duration::from_secs(15 * 60),
            retries: 2,
            pauses: (Duration::from_millis(300), Duration::from_secs(10)),
            parallel: 4,
        }
    }
}
