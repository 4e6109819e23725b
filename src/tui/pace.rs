//! When to draw: what a person did shows at once, what happens in the background at most thirty times a second, and
//! nothing is drawn while nothing changed.

use std::pin::Pin;
use std::time::{Duration, Instant};

/// The least time between frames.
pub const INPUT_GAP: Duration = Duration::from_millis(4);
/// The least time between frames that nobody asked for.
pub const BACKGROUND_GAP: Duration = Duration::from_millis(33);

/// Tells the time between frames and waits. Tests have one whose time passes only while nothing is left to do.
pub trait Timer {
    /// Now.
    fn now(&self) -> Instant;

    /// Ends at that time.
    fn sleep_until(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + '_>>;
}

/// The time of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealTime;

impl Timer for RealTime {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep_until(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(tokio::time::sleep_until(at.into()))
    }
}

/// The frame that is due, and when the last one was drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    last: Option<Instant>,
    due: Option<Instant>,
}

impl Pace {
    /// Something visible changed; `input` where a person waits for it.
    pub fn changed(&mut self, now: Instant, input: bool) {
        let gap = if input { INPUT_GAP } else { BACKGROUND_GAP };
        let at = self.last.map_or(now, |last| (last + gap).max(now));
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    /// When the next frame is to be drawn.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// True where it is to be drawn now.
    pub fn is_due(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// A frame was drawn.
    pub fn drawn(&mut self, now: Instant) {
        *self = Pace { last: Some(now), due: None };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_goes_first_and_the_background_waits() {
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        let mut pace = Pace::default();
        assert!(!pace.is_due(start));
        pace.changed(start, false);
        assert!(pace.is_due(start), "the first frame waits for nothing");
        pace.drawn(start);
        assert!(!pace.is_due(after(1_000)), "nothing changed");
        pace.changed(after(1), false);
        assert_eq!(pace.due(), Some(after(33)));
        pace.changed(after(2), true);
        assert_eq!(pace.due(), Some(after(4)));
        pace.changed(after(3), false);
        assert_eq!(pace.due(), Some(after(4)), "what is due stays due");
        pace.drawn(after(4));
        pace.changed(after(100), true);
        assert_eq!(pace.due(), Some(after(100)), "a key after a pause is drawn at once");
    }
}
