//! Events of an import: what was got and what was read out of it, many sources in a pair of events.

use super::beside::Beside;
use super::place::Row;
use crate::case::CaseError;
use crate::case::events::Group;
use crate::case::events::kinds;
use crate::case::store::{Change, Draft};
use crate::model::acquisition::Acquisition;
use crate::model::id::Id;
use crate::model::reading::Reading;

/// Sources signed by one pair of events.
const SOURCES_PER_EVENT: usize = 500;
/// What one event's payload and anchors may take in bytes, well below an event's limit.
const EVENT_BYTES: usize = 200 << 10;
/// What an anchor takes.
const ANCHOR_BYTES: usize = 40;
/// Acquisitions and readings on their way into events, written as they will be signed.
pub(super) struct Signing<'g> {
    pub rows: Vec<Row>,
    anchors: Vec<String>,
    acquisitions: Vec<u8>,
    readings: Vec<u8>,
    pub events: usize,
    group: &'g mut Option<(Id, u32)>,
    /// Told of each source that will be signed.
    pub beside: &'g mut Beside,
}

impl<'g> Signing<'g> {
    /// Nothing so far; `group` goes on from one transaction to the next.
    pub fn new(group: &'g mut Option<(Id, u32)>, beside: &'g mut Beside) -> Self {
        let (acquisitions, readings) = (Vec::new(), Vec::new());
        Signing { rows: Vec::new(), anchors: Vec::new(), acquisitions, readings, events: 0, group, beside }
    }

    /// Writes one more; signs what was pending where it would become too much.
    pub fn push(
        &mut self,
        change: &mut Change<'_>,
        acquisition: &Acquisition,
        reading: &Reading,
    ) -> Result<(), CaseError> {
        let shape = |e: serde_json::Error| CaseError::Refused(format!("writing an event: {e}"));
        let before = (self.acquisitions.len(), self.readings.len());
        serde_json::to_writer(&mut self.acquisitions, acquisition).map_err(shape)?;
        serde_json::to_writer(&mut self.readings, reading).map_err(shape)?;
        let anchors = (self.anchors.len() + 1) * ANCHOR_BYTES;
        let full = self.acquisitions.len().max(self.readings.len()) + anchors > EVENT_BYTES;
        if !self.anchors.is_empty() && (full || self.anchors.len() >= SOURCES_PER_EVENT) {
            let rest = (self.acquisitions.split_off(before.0), self.readings.split_off(before.1));
            self.sign(change)?;
            (self.acquisitions, self.readings) = rest;
        }
        self.acquisitions.push(b',');
        self.readings.push(b',');
        self.anchors.push(acquisition.id.to_string());
        Ok(())
    }

    /// Two events for all that is pending: what was got, and what was read out of it.
    pub fn sign(&mut self, change: &mut Change<'_>) -> Result<(), CaseError> {
        if self.anchors.is_empty() {
            return Ok(());
        }
        let acquired = payload("acquisitions", std::mem::take(&mut self.acquisitions))?;
        let read = payload("readings", std::mem::take(&mut self.readings))?;
        let mut drafts = vec![Draft::written(kinds::ACQUIRED, acquired), Draft::written(kinds::READ, read)];
        for draft in &mut drafts {
            // Both are about the same; the second says so by the ids in its payload.
            draft.anchors = std::mem::take(&mut self.anchors);
            draft.group = Some(self.part(change)?);
        }
        self.events += change.append(drafts)?.len();
        Ok(())
    }

    /// The next part of this import's group; how many there will be is not known while it streams.
    fn part(&mut self, change: &Change<'_>) -> Result<Group, CaseError> {
        if self.group.is_none() {
            let mut id = [0; 16];
            (change.env().random)(&mut id).map_err(CaseError::Refused)?;
            *self.group = Some((Id(id), 0));
        }
        let (id, n) = self.group.as_mut().ok_or_else(|| CaseError::Refused("no group".into()))?;
        *n += 1;
        Ok(Group { id: *id, n: *n, of: None })
    }
}

/// `{"name":[…]}` of elements that are each followed by a comma: the payloads of [`kinds::Acquired`] and
/// [`kinds::ReadPayload`].
fn payload(name: &str, mut elements: Vec<u8>) -> Result<String, CaseError> {
    elements.pop();
    let elements = String::from_utf8(elements).map_err(|e| CaseError::Refused(format!("writing an event: {e}")))?;
    Ok(format!("{{\"{name}\":[{elements}]}}"))
}
