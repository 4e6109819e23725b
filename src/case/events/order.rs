//! The one order of events that everybody computes alike: (Lamport counter, hybrid time, hash).
//!
//! The counter comes from `prev` and `seen`, so a cause always stands before its effect whatever any clock says; the
//! hybrid time only orders what is concurrent.

use std::collections::HashMap;

use super::{Envelope, EventHash, HybridTime};

/// An event's place in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// One more than the largest counter of anything it came after.
    pub lamport: u64,
    /// Orders concurrent events.
    pub hlc: HybridTime,
    /// The last tie.
    pub hash: EventHash,
}

/// Lamport counters of a set of events, from their envelopes alone. An event whose causes are missing, or part of a
/// forged circle, counts as if those causes did not exist; nothing hangs.
pub fn lamport<'e>(events: impl Iterator<Item = (EventHash, &'e Envelope)>) -> HashMap<EventHash, u64> {
    let events: Vec<(EventHash, &Envelope)> = events.collect();
    let index: HashMap<EventHash, &Envelope> = events.iter().copied().collect();
    let mut counters: HashMap<EventHash, u64> = HashMap::with_capacity(events.len());
    let mut open: HashMap<EventHash, ()> = HashMap::new();
    for (start, _) in events {
        let mut stack = vec![start];
        while let Some(&hash) = stack.last() {
            let Some(envelope) = index.get(&hash).filter(|_| !counters.contains_key(&hash)) else {
                stack.pop();
                continue;
            };
            let first_visit = open.insert(hash, ()).is_none();
            let causes = || envelope.prev.iter().copied().chain(envelope.seen.iter().map(|s| s.hash));
            if first_visit {
                stack.extend(
                    causes().filter(|c| index.contains_key(c) && !counters.contains_key(c) && !open.contains_key(c)),
                );
                continue;
            }
            let counter = causes().filter_map(|c| counters.get(&c)).max().copied().unwrap_or(0) + 1;
            counters.insert(hash, counter);
            stack.pop();
        }
    }
    counters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::events::{SeenHead, WallTime};
    use crate::model::id::Id;
    use crate::model::time::Micros;

    fn event(n: u8, writer: u8, prev: Option<u8>, seen: &[u8]) -> (EventHash, Envelope) {
        let seen = seen.iter().map(|s| SeenHead { writer: Id([99; 16]), seq: 1, hash: EventHash([*s; 32]) }).collect();
        let envelope = Envelope {
            format: 1,
            version: 1,
            case: None,
            writer: Id([writer; 16]),
            seq: 1,
            prev: prev.map(|p| EventHash([p; 32])),
            seen,
            hlc: HybridTime::default(),
            at: WallTime { us: Micros(0), offset: 0 },
            actor: String::new(),
            device: String::new(),
            kind: "x".into(),
            anchors: vec![],
            refs: vec![],
            group: None,
            payload: serde_json::Value::Null,
        };
        (EventHash([n; 32]), envelope)
    }

    #[test]
    fn an_effect_counts_more_than_each_of_its_causes() {
        let events =
            [event(3, 1, Some(2), &[10]), event(2, 1, Some(1), &[]), event(1, 1, None, &[]), event(10, 2, None, &[2])];
        let counters = lamport(events.iter().map(|(hash, e)| (*hash, e)));
        let of = |n: u8| counters.get(&EventHash([n; 32])).copied();
        assert_eq!((of(1), of(2), of(10), of(3)), (Some(1), Some(2), Some(3), Some(4)));
    }

    #[test]
    fn a_forged_circle_ends() {
        let events = [event(1, 1, Some(2), &[]), event(2, 1, Some(1), &[])];
        assert_eq!(lamport(events.iter().map(|(hash, e)| (*hash, e))).len(), 2);
    }
}
