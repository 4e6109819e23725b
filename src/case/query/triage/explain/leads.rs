//! Where the lines of an explanation lead that are no facts themselves: to what they are about, or to where they are
//! answered. A surface makes a command of it, or a place to go to.

use serde::{Serialize, Serializer};

use crate::case::query::triage::Court;
use crate::model::judgement::Field;

/// Where a line leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// To the fact with this place among those that tell the priority.
    Because(usize),
    /// To the source with this place among those whose age is told.
    Age(usize),
    /// To the event in which it was said.
    Event(String),
    /// To words by hand, as `criticality=low`; without a value where that is to be chosen.
    Assess(String),
    /// To its priority by hand.
    Set,
    /// To evidence that is still to be imported.
    Import,
    /// To what each indicator comes to for it.
    Verdict,
    /// To what scans found in it.
    Findings,
    /// To the places that use it.
    Uses,
    /// To what it stands on and what stands on it.
    Lineage,
    /// To what it reaches.
    Reach,
    /// To the checklist.
    Tasks,
    /// To the credentials.
    Credentials,
}

/// A line in words, and where it leads. In JSON it is its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// For people.
    pub text: String,
    /// Where it leads.
    pub leads: Leads,
}

/// A line and the command that answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The line.
    pub text: String,
    /// The command; what stands in capitals is to be filled in.
    pub command: String,
}

impl Serialize for Advice {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.text)
    }
}

impl Advice {
    /// A line that leads there.
    pub fn new(text: impl Into<String>, leads: Leads) -> Advice {
        Advice { text: text.into(), leads }
    }

    /// The command that answers it for an image; none for what stands in the case already.
    pub(super) fn answer(&self, image: &str) -> Option<Answer> {
        let image = image.get(..12).unwrap_or(image);
        let command = match &self.leads {
            Leads::Because(_) | Leads::Age(_) | Leads::Event(_) => return None,
            Leads::Assess(words) if words.ends_with('=') => format!("assess {image} {words}WORD --reason REASON"),
            Leads::Assess(words) => format!("assess {image} {words} --reason REASON"),
            Leads::Set => format!("triage set {image} --priority PRIORITY --reason REASON"),
            Leads::Import => "import PATH".to_owned(),
            Leads::Verdict | Leads::Findings | Leads::Uses => format!("image {image}"),
            Leads::Lineage => format!("graph --focus {image}"),
            Leads::Reach => format!("blast {image}"),
            Leads::Tasks => "checklist list".to_owned(),
            Leads::Credentials => "credentials list".to_owned(),
        };
        Some(Answer { text: self.text.clone(), command: format!("hullbreach {command}") })
    }
}

/// What was said by hand at once and differs, each with one of the events.
pub(super) fn conflicts(court: &Court, image: i64) -> Vec<Advice> {
    let said = |field: Field| court.hands.of(image, field).flat_map(|entry| &entry.standing).next();
    let lines = court.hands.conflicts(image).into_iter();
    let event = |field: Field| said(field).map(|said| Leads::Event(said.hash.to_string()));
    lines.map(|(field, text)| Advice::new(text, event(field).unwrap_or(Leads::Set))).collect()
}
