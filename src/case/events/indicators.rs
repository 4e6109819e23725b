//! Payloads of what responders say of indicators and mirrors.
//!
//! Each names the events that it stands in place of. What nobody replaced stands beside it: two responders who said
//! something at once are both heard, in whatever order their events arrive.

use serde::{Deserialize, Serialize};

use super::EventHash;
use crate::model::id::Id;
use crate::model::indicator::{ClearedBy, State, Target, Window};
use crate::model::mirror::Mirror;

/// An indicator was added.
pub const INDICATOR_ADDED: &str = "indicator.added";
/// Something else is said of it.
pub const INDICATOR_SET: &str = "indicator.set";
/// It is withdrawn.
pub const INDICATOR_RETRACTED: &str = "indicator.retracted";
/// A mirror was named.
pub const MIRROR_ADDED: &str = "mirror.added";
/// A mirror is none any more.
pub const MIRROR_REMOVED: &str = "mirror.removed";

/// Payload of [`INDICATOR_ADDED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorAdded {
    /// Its id.
    pub id: Id,
    /// What it is about, as the responder saw it.
    pub target: Target,
    /// As it was typed.
    pub written: String,
    /// What is said of it.
    #[serde(flatten)]
    pub says: Says,
}

/// Payload of [`INDICATOR_SET`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorSet {
    /// Which.
    pub id: Id,
    /// What is said now.
    #[serde(flatten)]
    pub says: Says,
    /// The events whose words on the same fields it stands in place of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<EventHash>,
}

/// What may be said of an indicator; what is absent is not said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Says {
    /// Bad, suspect or cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// How it is known to be good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared_by: Option<ClearedBy>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Who or what says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Payload of [`INDICATOR_RETRACTED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorRetracted {
    /// Which.
    pub id: Id,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The events that it withdraws. Words that it had not seen keep the indicator open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<EventHash>,
}

/// Payload of [`MIRROR_ADDED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MirrorAdded {
    /// The mirror.
    #[serde(flatten)]
    pub mirror: Mirror,
}

/// Payload of [`MIRROR_REMOVED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MirrorRemoved {
    /// The mirror.
    #[serde(flatten)]
    pub mirror: Mirror,
    /// The events that added it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<EventHash>,
}

/// A payload about indicators or mirrors.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// [`INDICATOR_ADDED`]
    Added(IndicatorAdded),
    /// [`INDICATOR_SET`]
    Set(IndicatorSet),
    /// [`INDICATOR_RETRACTED`]
    Retracted(IndicatorRetracted),
    /// [`MIRROR_ADDED`]
    Mirror(MirrorAdded),
    /// [`MIRROR_REMOVED`]
    NoMirror(MirrorRemoved),
}

impl Word {
    /// Decodes a payload of one of these kinds; `None` for another kind.
    pub fn of(kind: &str, value: serde_json::Value) -> Option<Result<Word, super::EventError>> {
        use super::strict::decode;
        Some(match kind {
            INDICATOR_ADDED => decode(value).map(Word::Added),
            INDICATOR_SET => decode(value).map(Word::Set),
            INDICATOR_RETRACTED => decode(value).map(Word::Retracted),
            MIRROR_ADDED => decode(value).map(Word::Mirror),
            MIRROR_REMOVED => decode(value).map(Word::NoMirror),
            _ => return None,
        })
    }

    /// One line for people.
    pub fn summary(&self) -> String {
        match self {
            Word::Added(added) => format!("indicator {}: {}", added.target, added.says.summary()),
            Word::Set(set) => format!("indicator {} is now {}", short(set.id), set.says.summary()),
            Word::Retracted(gone) => {
                let reason = gone.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
                format!("indicator {} withdrawn{reason}", short(gone.id))
            }
            Word::Mirror(added) => format!("mirror {}", added.mirror),
            Word::NoMirror(removed) => format!("no mirror any more: {}", removed.mirror),
        }
    }
}

impl Says {
    fn summary(&self) -> String {
        let state = self.state.map(|state| state.as_str().to_owned());
        let window = self.window.as_ref().map(|window| window.shown());
        let source = self.source.as_ref().map(|source| format!("by {source}"));
        let reason = self.reason.as_ref().map(|reason| format!("({reason})"));
        [state, window, source, reason].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

fn short(id: Id) -> String {
    id.to_string().chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Micros;
    use serde_json::json;

    #[test]
    fn words_are_written_flat_and_read_back() {
        let says = Says {
            state: Some(State::Bad),
            window: Some(Window { from: Some(Micros(5)), to: None, written: "02:00Z..".into() }),
            ..Says::default()
        };
        let target = Target::Registry("docker.io".into());
        let added = IndicatorAdded { id: Id([7; 16]), target, written: "registry:docker.io".into(), says };
        let value = serde_json::to_value(&added).unwrap();
        assert_eq!(value["state"], json!("bad"));
        assert_eq!(value["window"], json!({"from": 5, "written": "02:00Z.."}));
        let word = Word::of(INDICATOR_ADDED, value).unwrap().unwrap();
        assert_eq!(word, Word::Added(added));
        assert_eq!(word.summary(), "indicator registry:docker.io: bad 1970-01-01T00:00:00.000005Z..");
        assert_eq!(Word::of("note.added", json!({})), None);
        assert!(Word::of(MIRROR_ADDED, json!({"place": 1})).unwrap().is_err());
    }
}
