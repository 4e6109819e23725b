//! Latest wins: of each slot one job is under way and one waits; a newer one takes the waiting one's place. Whoever holds
//! the cursor down asks a hundred times and is answered twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::message::Slot;

/// Set when the answer is of no use any more.
pub type Cancel = Arc<AtomicBool>;

/// The jobs of all slots.
#[derive(Debug)]
pub struct Jobs<J> {
    slots: BTreeMap<Slot, Running<J>>,
}

#[derive(Debug)]
struct Running<J> {
    cancel: Cancel,
    waiting: Option<J>,
    /// Its answer is about something that is gone.
    abandoned: bool,
}

/// What a slot's job came to.
#[derive(Debug)]
pub struct Ended<J> {
    /// Somebody still wants its answer.
    pub wanted: bool,
    /// The job that waited, to be started now.
    pub next: Option<(J, Cancel)>,
}

impl<J> Default for Jobs<J> {
    fn default() -> Self {
        Jobs { slots: BTreeMap::new() }
    }
}

impl<J> Jobs<J> {
    /// A job for a slot: to be started now where nothing is under way, else it waits. `hurry` cancels what is under way.
    pub fn submit(&mut self, slot: Slot, job: J, hurry: bool) -> Option<(J, Cancel)> {
        if let Some(running) = self.slots.get_mut(slot) {
            running.waiting = Some(job);
            if hurry {
                running.cancel.store(true, Ordering::Relaxed);
            }
            return None;
        }
        Some((job, self.start(slot)))
    }

    /// The slot's job ended: the one that waited is to be started.
    pub fn ended(&mut self, slot: Slot) -> Ended<J> {
        let Some(running) = self.slots.remove(slot) else { return Ended { wanted: false, next: None } };
        let next = running.waiting.map(|job| (job, self.start(slot)));
        Ended { wanted: !running.abandoned, next }
    }

    /// Cancels everything, forgets what waits, and wants no answer of what is under way: another case was opened.
    pub fn abandon_all(&mut self) {
        for running in self.slots.values_mut() {
            running.cancel.store(true, Ordering::Relaxed);
            (running.waiting, running.abandoned) = (None, true);
        }
    }

    /// True while somebody wants the answer of the slot's job.
    pub fn is_wanted(&self, slot: Slot) -> bool {
        self.slots.get(slot).is_some_and(|running| !running.abandoned && !running.cancel.load(Ordering::Relaxed))
    }

    /// Jobs under way.
    pub fn under_way(&self) -> usize {
        self.slots.len()
    }

    fn start(&mut self, slot: Slot) -> Cancel {
        let cancel = Cancel::default();
        self.slots.insert(slot, Running { cancel: Arc::clone(&cancel), waiting: None, abandoned: false });
        cancel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_runs_one_waits_and_the_latest_wins() {
        let mut jobs = Jobs::default();
        let (first, cancel) = jobs.submit("a", 1, false).unwrap();
        assert_eq!(first, 1);
        for n in 2..100 {
            assert!(jobs.submit("a", n, false).is_none());
        }
        assert!(!cancel.load(Ordering::Relaxed));
        assert_eq!(jobs.submit("b", 7, false).unwrap().0, 7, "slots do not wait for each other");
        let (next, second) = jobs.ended("a").next.unwrap();
        assert_eq!(next, 99);
        assert!(jobs.submit("a", 100, true).is_none() && second.load(Ordering::Relaxed));
        let ended = jobs.ended("a");
        assert_eq!((ended.wanted, ended.next.unwrap().0), (true, 100));
        assert!(jobs.ended("a").next.is_none() && jobs.ended("a").next.is_none());
        assert_eq!(jobs.under_way(), 1);
    }

    #[test]
    fn what_was_asked_of_another_case_is_not_heard() {
        let mut jobs = Jobs::default();
        let (_, cancel) = jobs.submit("b", 7, false).unwrap();
        jobs.submit("b", 8, false);
        jobs.abandon_all();
        assert!(cancel.load(Ordering::Relaxed) && !jobs.is_wanted("b"));
        assert!(jobs.submit("b", 9, false).is_none(), "it waits for the end of the old one");
        let ended = jobs.ended("b");
        assert_eq!((ended.wanted, ended.next.unwrap().0), (false, 9));
        assert!(jobs.is_wanted("b") && jobs.ended("b").wanted, "the new one is heard");
        assert!(!jobs.ended("b").wanted, "nobody asked");
    }
}
