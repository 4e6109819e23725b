//! What this view asks, and the note it has written down.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::case::notes::Label;
use crate::collect::redact::redact_text;
use crate::model::id::hex;
use crate::tui::data::{Bench, Deed, Desk, Done, Question, draft};
use crate::tui::message::Answer;
use crate::work::response::note_target;

/// A draft as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What the note is about, as it was asked for.
    pub on: String,
    /// As typed.
    pub text: String,
}

/// What a note would be about, and whether one was begun.
#[derive(Debug)]
pub struct Begin(pub String);

/// The answer to [`Begin`].
#[derive(Debug)]
pub struct Begun {
    /// As it was asked for.
    pub on: String,
    /// What the note will be about; none for the case.
    pub about: Option<String>,
    /// The draft's name.
    pub draft: String,
    /// What was typed before.
    pub text: Option<String>,
}

impl Question for Begin {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let case = desk.case.as_ref().ok_or("no case is open")?;
        let (state, _) = case.state().map_err(|e| e.to_string())?;
        let about = note_target(case, &state, &self.0).map_err(|e| e.to_string())?;
        let draft = name(about.as_deref());
        let kept = draft::kept(&desk.env, Some(case.path()), &draft);
        // What an editor left behind when this process was killed is newer than the draft.
        let edited = draft::kept(&desk.env, Some(case.path()), &editing(&draft));
        let text = edited.filter(|text| !text.trim().is_empty()).or_else(|| Some(parsed(&kept?)?.text));
        Ok(Box::new(Begun { on: self.0.clone(), about, draft, text }))
    }
}

/// The name of the draft of a note about something.
fn name(about: Option<&str>) -> String {
    let hash = hex(&Sha256::digest(about.unwrap_or_default().as_bytes()));
    format!("note-{}", hash.get(..16).unwrap_or(&hash))
}

/// The file that an editor works on.
pub fn editing(draft: &str) -> String {
    format!("{draft}.txt")
}

fn parsed(kept: &str) -> Option<Kept> {
    serde_json::from_str(kept).ok()
}

/// The drafts of the case.
#[derive(Debug)]
pub struct Drafts;

impl Question for Drafts {
    fn ask(&self, desk: &Desk) -> Result<Answer, String> {
        let case = desk.case.as_ref().ok_or("no case is open")?;
        let all = draft::list(&desk.env, Some(case.path()));
        let drafts: Vec<Kept> = all.iter().filter_map(|(_, text)| parsed(text)).collect();
        Ok(Box::new(drafts))
    }
}

/// Writes a note down.
#[derive(Debug)]
pub struct Write(pub Kept);

impl Deed for Write {
    fn title(&self) -> String {
        "writing down".to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let mut case = bench.case()?;
        let (state, _) = case.state().map_err(|e| e.to_string())?;
        let about = note_target(&case, &state, &self.0.on).map_err(|e| e.to_string())?;
        let typed = redact_text(self.0.text.trim());
        let (label, text) = Label::taken(&typed);
        let event = case.add_note(about, text, label).map_err(|e| e.to_string())?.to_string();
        case.refresh().map_err(|e| e.to_string())?;
        let said =
            format!("{}written down; `:case.undo {}` takes it back", label.shown(), event.get(..8).unwrap_or(&event));
        Ok(Done { said, told: Some((super::WRITTEN, Box::new(self.0.clone()))), ..Done::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_have_plain_names_one_a_subject() {
        assert_eq!(name(None), name(Some("")));
        assert_ne!(name(Some("a")), name(Some("b")));
        assert!(name(Some("../../x")).chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    }
}
