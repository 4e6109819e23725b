//! How a cluster is asked: how much at a time, how long, how often.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::spool::Shelf;
use super::trouble::Trouble;
use crate::env::Env;

/// How a cluster is asked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Objects in one page.
    pub limit: u32,
    /// How long one answer may take, from the request to its last byte.
    pub page_time: Duration,
    /// How long everything may take.
    pub whole_time: Duration,
    /// How long an exec plugin may take.
    pub plugin_time: Duration,
    /// How often a request is repeated that failed in passing.
    pub retries: u32,
    /// The first pause before that; each further one is twice as long.
    pub pause: Duration,
    /// The longest pause, also where the server asks for a longer one.
    pub longest_pause: Duration,
    /// The largest answer, in bytes.
    pub largest_page: u64,
    /// Namespaces to ask one by one where all at once are refused; else those the cluster lists.
    pub namespaces: Vec<String>,
    /// Custom resources to list too, as `rollouts.argoproj.io`, or `all`.
    pub custom: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            limit: 500,
            page_time: Duration::from_secs(120),
            whole_time: Duration::from_secs(30 * 60),
            plugin_time: Duration::from_secs(60),
            retries: 4,
            pause: Duration::from_millis(300),
            longest_pause: Duration::from_secs(60),
            largest_page: 1 << 30,
            namespaces: Vec::new(),
            custom: Vec::new(),
        }
    }
}

/// Why it ends before its end.
#[derive(Debug, Clone)]
pub struct Stop {
    /// Set when the responder asks to stop.
    pub asked: Arc<AtomicBool>,
    /// When the time for the whole is over.
    pub until: Instant,
}

/// How often it is looked whether to stop.
const LOOK: Duration = Duration::from_millis(20);

impl Stop {
    /// True where it is time to stop.
    pub fn now(&self) -> bool {
        self.was_asked() || self.is_over()
    }

    /// The responder asked for it.
    pub fn was_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// The time for the whole is over.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Waits until it is time to stop.
    pub(in crate::collect) async fn wait(&self) {
        while !self.now() {
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// What asking needs of the world.
#[derive(Clone)]
pub struct World {
    /// Variables, clock, randomness.
    pub env: Env,
    /// Where large answers are held.
    pub shelf: Shelf,
    /// When to stop.
    pub stop: Stop,
}

impl World {
    /// Waits before something is asked again: as long as the server asks for, else longer each time, and never as long as
    /// everybody else. `attempt` counts from 1.
    pub(in crate::collect) async fn pause(
        &self,
        (first, longest): (Duration, Duration),
        attempt: u32,
        asked_for: Option<Duration>,
    ) -> Result<(), Trouble> {
        let mut dice = [0; 2];
        let _ = (self.env.random)(&mut dice);
        let doubled = first.saturating_mul(1 << (attempt.max(1) - 1).min(16));
        let base = asked_for.unwrap_or(doubled / 2);
        let jitter = doubled.min(longest) / 2;
        let jitter = jitter.mul_f64(f64::from(u16::from_be_bytes(dice)) / f64::from(u16::MAX));
        let pause = (base + jitter).min(longest);
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = self.stop.wait() => Err(Trouble::Stopped),
        }
    }
}
