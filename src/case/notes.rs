//! Notes: what responders write down about an image, a piece of evidence, an event, or the case. All of them stand; each
//! text is a blob of its own, so that a leaked secret in it can be destroyed while its event stays.
//!
//! A note is about what the responder saw: a digest, a canonical name, an event. Callers redact texts before they come
//! here.

use serde::Serialize;
use std::io::Read as _;

use super::error::CaseError;
use super::events::EventHash;
use super::events::kinds::{self, Noted, Payload};
use super::query::image::{ImageDetail, image};
use super::query::select::{SelectError, one};
use super::state::State;
use super::store::blob::{self, BlobReader, stat};
use super::store::{Case, Draft, holder};
use crate::model::digest::Digest;
use crate::model::mention::candidates;
use crate::model::text::scrub_lines;
use crate::model::tlp::Tlp;

/// The longest text, in bytes.
pub const MAX_BYTES: usize = 48 * 1024;
/// Stands before the hash of an event that a note is about.
const EVENT: &str = "event:";
/// Stands before the id of evidence that a note is to be about.
const EVIDENCE: &str = "evidence:";
/// The fewest digits by which an event or evidence is named.
const FEWEST_DIGITS: usize = 6;

/// A note that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The event that says it.
    pub event: String,
    /// Who, as the machine knew them.
    pub author: String,
    /// The wall time that machine claimed.
    pub claimed: String,
    /// What it is about: a digest, a canonical name, `event:HASH`; none for the case.
    pub about: Option<String>,
    /// SHA-256 of the text: what `expunge` takes.
    pub id: String,
    /// The text, made safe to show; none where it was destroyed.
    pub text: Option<String>,
    /// Its label; none where it takes the case's.
    pub tlp: Option<Tlp>,
    /// It belongs to talks with counsel.
    pub privileged: bool,
    /// What its text mentions.
    pub mentions: Vec<Mention>,
}

/// Something of the case that a note's text mentions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mention {
    /// As it is written.
    pub written: String,
    /// What it is: `event:HASH`, `evidence:ID`, `image:ID`, `task:ID` and so on.
    pub target: String,
}

/// Who may read a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Label {
    /// Its label; none where it takes the case's.
    pub tlp: Option<Tlp>,
    /// It belongs to talks with counsel.
    pub privileged: bool,
}

impl Label {
    /// Takes a label off a note that was typed in one piece: a first line of nothing but `TLP:RED`, `PRIVILEGED` or both.
    pub fn taken(text: &str) -> (Label, &str) {
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let mut label = Label::default();
        for word in first.split_whitespace() {
            match word.to_ascii_uppercase() {
                word if word == "PRIVILEGED" => label.privileged = true,
                word if word.starts_with("TLP:") => match Tlp::parse(&word) {
                    Some(tlp) => label.tlp = label.tlp.max(Some(tlp)),
                    None => return (Label::default(), text),
                },
                _ => return (Label::default(), text),
            }
        }
        (label, rest.trim_start_matches(['\r', '\n']))
    }

    /// The label before a text, for people; empty without one.
    pub fn shown(self) -> String {
        let tlp = self.tlp.map(|tlp| format!("[{}] ", tlp.shown()));
        format!("{}{}", tlp.unwrap_or_default(), if self.privileged { "[privileged] " } else { "" })
    }
}

impl Note {
    /// Who may read it.
    pub fn label(&self) -> Label {
        Label { tlp: self.tlp, privileged: self.privileged }
    }
}

impl Case {
    /// What a note would be about: an image by any alias, `evidence:ID`, `event:HASH`, or the case where the text is empty.
    pub fn note_target(&self, state: &State, named: &str) -> Result<Option<String>, CaseError> {
        let named = named.trim();
        let refused = |why: String| CaseError::Refused(why);
        if named.is_empty() {
            return Ok(None);
        }
        if let Some(prefix) = named.strip_prefix(EVENT) {
            let all = state.events.iter().map(|told| told.hash.to_string());
            let hash =
                only(prefix, all).map_err(|why| refused(format!("{named}: {why}; `hullbreach log` lists events")))?;
            return Ok(Some(format!("{EVENT}{hash}")));
        }
        if let Some(prefix) = named.strip_prefix(EVIDENCE) {
            let prefix = prefix.strip_prefix("sha256:").unwrap_or(prefix);
            let stored = state.sources.values().filter_map(|source| source.acquisition.stored.as_ref());
            let all: std::collections::BTreeSet<String> = stored.map(|digest| digest.hex().to_owned()).collect();
            let id =
                only(prefix, all).map_err(|why| refused(format!("{named}: {why}; `hullbreach evidence` lists ids")))?;
            return Ok(Some(format!("sha256:{id}")));
        }
        let found = image(self.conn(), named).map_err(|error| refused(error.to_string()))?.image;
        Ok(Some(found.digests.into_iter().next().map_or(found.name, |digest| digest.value)))
    }

    /// Appends a note about something ([`Case::note_target`]). The text is stored as it is.
    pub fn add_note(&mut self, about: Option<String>, text: &str, label: Label) -> Result<EventHash, CaseError> {
        if text.trim().is_empty() {
            return Err(CaseError::Refused("the note is empty".into()));
        }
        if text.len() > MAX_BYTES {
            let why = format!("the note has {} bytes; {MAX_BYTES} is the most: import it as evidence", text.len());
            return Err(CaseError::Refused(why));
        }
        let hashes = self.change("storing a note", |change| {
            let (now, holder) = (change.env().now(), holder(change.env()));
            let digest = blob::store(change.tx(), now, &holder, text.as_bytes())
                .map_err(|error| change.store("storing a note", error))?;
            let Label { tlp, privileged } = label;
            let payload = Noted { text: digest, bytes: text.len() as u64, tlp, privileged };
            let draft =
                Draft { anchors: about.into_iter().collect(), ..Draft::new(kinds::NOTED, kinds::to_value(&payload)?) };
            change.append(vec![draft])
        })?;
        hashes.last().copied().ok_or_else(|| CaseError::Refused("nothing was appended".into()))
    }

    /// True where any note was ever written: finding out what they say reads all events.
    pub fn has_notes(&self) -> Result<bool, CaseError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM event WHERE kind = ?1)";
        self.conn().query_row(sql, [kinds::NOTED], |row| row.get(0)).map_err(self.sql("looking for notes"))
    }

    /// All notes that count, the oldest first.
    pub fn notes(&self, state: &State) -> Result<Vec<Note>, CaseError> {
        let mut notes = Vec::new();
        for told in state.events.iter().filter(|told| !told.retracted) {
            let Payload::Noted(noted) = &told.payload else { continue };
            let text = self.note_text(state, &noted.text)?;
            let mentions = text.as_deref().map(|text| self.mentions(state, text)).unwrap_or_default();
            notes.push(Note {
                event: told.hash.to_string(),
                author: scrub_lines(&told.envelope.actor).into_owned(),
                claimed: told.envelope.at.us.rfc3339(),
                about: told.envelope.anchors.first().map(|anchor| scrub_lines(anchor).into_owned()),
                id: noted.text.hex().to_owned(),
                text,
                tlp: noted.tlp,
                privileged: noted.privileged,
                mentions,
            });
        }
        Ok(notes)
    }

    /// What a text mentions, as far as the case has it. Tasks, deadlines and credentials are taken at their word.
    fn mentions(&self, state: &State, text: &str) -> Vec<Mention> {
        let target = |written: &str| match written.split_once(':') {
            Some(("event" | "evidence", _)) => {
                let target = self.note_target(state, written).ok().flatten()?;
                Some(target.strip_prefix("sha256:").map_or(target.clone(), |id| format!("{EVIDENCE}{id}")))
            }
            Some(("task" | "clock" | "credential" | "indicator" | "entry", _)) => Some(written.to_owned()),
            _ => match one(self.conn(), written) {
                Ok(id) => Some(format!("image:{id}")),
                // Whoever opens it is shown which ones it could be.
                Err(SelectError::Ambiguous { .. }) => Some(format!("image:{written}")),
                Err(_) => None,
            },
        };
        let found = candidates(text).into_iter();
        found.filter_map(|written| Some(Mention { written: written.to_owned(), target: target(written)? })).collect()
    }

    /// The text of a note; none where it was destroyed, or is not in the file.
    fn note_text(&self, state: &State, digest: &Digest) -> Result<Option<String>, CaseError> {
        let found = stat(self.conn(), digest).map_err(self.sql("reading a note"))?;
        let Some(found) = found.filter(|found| !found.expunged && !state.expunged.contains(digest)) else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        // Another program may have written a longer one.
        let mut reader = BlobReader::new(self.conn(), found.row).take(MAX_BYTES as u64);
        reader.read_to_end(&mut bytes).map_err(|error| CaseError::Refused(format!("reading a note: {error}")))?;
        Ok(Some(scrub_lines(&String::from_utf8_lossy(&bytes)).into_owned()))
    }
}

/// The one that begins so.
fn only(prefix: &str, all: impl IntoIterator<Item = String>) -> Result<String, &'static str> {
    let prefix = prefix.to_ascii_lowercase();
    let mut hits = all.into_iter().filter(|name| prefix.len() >= FEWEST_DIGITS && name.starts_with(&prefix));
    match (hits.next(), hits.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err("nothing begins so (six digits or more)"),
        (Some(_), Some(_)) => Err("several begin so; give more digits"),
    }
}

/// Those notes that are about an image, under whichever of its digests and names they were written.
pub fn about(notes: Vec<Note>, detail: &ImageDetail) -> Vec<Note> {
    let digests = detail.image.digests.iter().map(|digest| digest.value.as_str());
    let names = detail.names.iter().map(|name| name.name.as_str());
    let own: std::collections::BTreeSet<&str> = digests.chain(names).chain([detail.image.name.as_str()]).collect();
    notes.into_iter().filter(|note| note.about.as_deref().is_some_and(|about| own.contains(about))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_of_labels_is_no_text() {
        let label = |tlp, privileged| Label { tlp, privileged };
        for (typed, expected, text) in [
            ("TLP:RED\nasked counsel", label(Some(Tlp::Red), false), "asked counsel"),
            ("privileged tlp:amber+strict\r\n\nx", label(Some(Tlp::AmberStrict), true), "x"),
            ("TLP:GREEN TLP:RED\nx", label(Some(Tlp::Red), false), "x"),
            ("TLP:RED is what the mail says\nx", Label::default(), "TLP:RED is what the mail says\nx"),
            ("TLP:PINK\nx", Label::default(), "TLP:PINK\nx"),
            ("\nx", Label::default(), "x"),
            ("x", Label::default(), "x"),
            ("PRIVILEGED", label(None, true), ""),
        ] {
            assert_eq!(Label::taken(typed), (expected, text), "{typed}");
        }
        assert_eq!(label(Some(Tlp::Red), true).shown(), "[TLP:RED] [privileged] ");
    }
}
