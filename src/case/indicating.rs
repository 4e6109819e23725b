//! Changes a responder makes to indicators and mirrors. Each is one event, which says what it stands in place of.

use super::error::CaseError;
use super::events::indicators::{
    INDICATOR_ADDED, INDICATOR_RETRACTED, INDICATOR_SET, IndicatorAdded, IndicatorRetracted, IndicatorSet,
    MIRROR_ADDED, MIRROR_REMOVED, MirrorAdded, MirrorRemoved, Says,
};
use super::events::{EventHash, kinds};
use super::indicators::Entry;
use super::store::{Case, Draft};
use crate::model::id::Id;
use crate::model::indicator::Target;
use crate::model::mirror::Mirror;
use crate::model::time::Micros;

impl Case {
    /// The day that a time without one is of: that of becoming aware, where it is stated, else that of the case's
    /// beginning.
    pub fn incident_day(&self) -> Result<Micros, CaseError> {
        if let Some(aware) = self.current()?.genesis.and_then(|genesis| genesis.aware) {
            return Ok(aware.at);
        }
        self.began()
    }

    /// A fresh id.
    pub fn new_id(&self) -> Result<Id, CaseError> {
        let mut id = [0; 16];
        (self.env().random)(&mut id).map_err(CaseError::Refused)?;
        Ok(Id(id))
    }

    /// Adds an indicator.
    pub fn add_indicator(
        &mut self,
        id: Id,
        target: &Target,
        written: &str,
        says: Says,
    ) -> Result<EventHash, CaseError> {
        let payload = IndicatorAdded { id, target: target.clone(), written: written.to_owned(), says };
        self.say(INDICATOR_ADDED, kinds::to_value(&payload)?, vec![target.to_string()], &[])
    }

    /// Says something else of an indicator.
    pub fn set_indicator(&mut self, entry: &Entry, says: Says) -> Result<EventHash, CaseError> {
        let payload = IndicatorSet { id: entry.indicator.id, says, replaces: entry.words.clone() };
        let anchors = vec![entry.indicator.target.to_string()];
        self.say(INDICATOR_SET, kinds::to_value(&payload)?, anchors, &entry.words)
    }

    /// Withdraws an indicator.
    pub fn withdraw_indicator(&mut self, entry: &Entry, reason: Option<String>) -> Result<EventHash, CaseError> {
        let payload = IndicatorRetracted { id: entry.indicator.id, reason, replaces: entry.words.clone() };
        let anchors = vec![entry.indicator.target.to_string()];
        self.say(INDICATOR_RETRACTED, kinds::to_value(&payload)?, anchors, &entry.words)
    }

    /// Names a mirror.
    pub fn add_mirror(&mut self, mirror: &Mirror) -> Result<EventHash, CaseError> {
        let payload = MirrorAdded { mirror: mirror.clone() };
        self.say(MIRROR_ADDED, kinds::to_value(&payload)?, vec![format!("mirror:{mirror}")], &[])
    }

    /// Takes a mirror away, as it was named by those events.
    pub fn remove_mirror(&mut self, mirror: &Mirror, added: &[EventHash]) -> Result<EventHash, CaseError> {
        let payload = MirrorRemoved { mirror: mirror.clone(), replaces: added.to_vec() };
        self.say(MIRROR_REMOVED, kinds::to_value(&payload)?, vec![format!("mirror:{mirror}")], added)
    }

    fn say(
        &mut self,
        kind: &'static str,
        payload: serde_json::Value,
        anchors: Vec<String>,
        refs: &[EventHash],
    ) -> Result<EventHash, CaseError> {
        // A long history of changes is told in the payload; the references are there for reading along.
        let refs = refs.iter().rev().take(1_000).copied().collect();
        let draft = Draft { anchors, refs, ..Draft::new(kind, payload) };
        let hashes = self.change("changing indicators", |change| change.append(vec![draft]))?;
        let said = hashes.last().copied().ok_or_else(|| CaseError::Refused("nothing was appended".into()))?;
        self.refresh()?;
        Ok(said)
    }
}
