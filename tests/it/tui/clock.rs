//! Time that passes only while nothing is left to do: what waits for it is woken in order, at once.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

use hullbreach::tui::pace::Timer;

/// The time, and what waits for it. Only what waits for a time is woken at it, as by a real timer.
#[derive(Clone)]
pub struct Clock(Arc<Mutex<(Instant, Sleepers)>>);

/// Who waits for which time.
type Sleepers = Vec<(Instant, Waker)>;

impl Timer for Clock {
    fn now(&self) -> Instant {
        self.0.lock().unwrap().0
    }

    fn sleep_until(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(std::future::poll_fn(move |context| {
            let mut clock = self.0.lock().unwrap();
            if at <= clock.0 {
                return Poll::Ready(());
            }
            clock.1.push((at, context.waker().clone()));
            Poll::Pending
        }))
    }
}

impl Clock {
    fn go_on(&self) {
        let mut clock = self.0.lock().unwrap();
        let next = clock.1.iter().map(|(at, _)| *at).min();
        let now = next.expect("it waits for something that never comes").max(clock.0);
        clock.0 = now;
        let waiting = std::mem::take(&mut clock.1);
        let (due, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(at, _)| *at <= now);
        clock.1 = later;
        drop(clock);
        due.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Runs it to its end; whenever it waits and nothing woke it, the time goes on to the next thing that waits for it.
pub fn run<T>(act: impl AsyncFnOnce(&Clock) -> T) -> T {
    let clock = Clock(Arc::new(Mutex::new((Instant::now(), Vec::new()))));
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut act = pin!(act(&clock));
    loop {
        if let Poll::Ready(value) = act.as_mut().poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        if !woken.0.swap(false, Ordering::SeqCst) {
            clock.go_on();
        }
    }
}
