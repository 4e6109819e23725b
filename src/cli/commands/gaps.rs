//! What is missing in evidence, for people: the same reason once, with all the places that it is true of.

use std::collections::BTreeMap;

use crate::cli::Failure;
use crate::cli::out::{Out, Tone};
use crate::model::reading::Reject;

/// How many places are named for one reason; JSON has all.
const PLACES: usize = 5;

/// Reasons, gathered before they are printed.
#[derive(Default)]
pub struct Gaps {
    /// How bad (0 is worst), the word for it, the reason: the places.
    reasons: BTreeMap<(u8, String, String), Vec<String>>,
}

impl Gaps {
    /// Why a source is not wholly read.
    pub fn status(&mut self, status: &str, path: &str, reason: &str) {
        if !reason.is_empty() {
            self.add(status, path.to_owned(), reason);
        }
    }

    /// Items that were rejected. The first one may stand in the status's reason already.
    pub fn rejects(&mut self, path: &str, reason: &str, rejects: &[Reject], all: u64) {
        for reject in rejects.iter().filter(|reject| !reason.contains(&reject.reason)) {
            self.add("rejected", format!("{path} at {}", reject.locator), &reject.reason);
        }
        let unnamed = all.saturating_sub(rejects.len() as u64);
        if unnamed > 0 {
            self.add("rejected", path.to_owned(), &format!("{unnamed} more; `hullbreach coverage --json` says where"));
        }
    }

    /// What is good to know though nothing was rejected.
    pub fn note(&mut self, path: &str, note: &str) {
        self.add("note", path.to_owned(), note);
    }

    fn add(&mut self, word: &str, place: String, reason: &str) {
        let rank = ["denied", "failed", "unrecognised", "partial", "rejected"].iter().position(|w| *w == word);
        let key = (rank.unwrap_or(9) as u8, word.to_owned(), reason.to_owned());
        self.reasons.entry(key).or_default().push(place);
    }

    /// Prints them, the worst first.
    pub fn print(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        for ((_, word, reason), places) in &self.reasons {
            let label = if word == "unrecognised" { "not read" } else { word };
            out.labelled(tone(word), label, reason)?;
            for place in places.iter().take(PLACES) {
                out.toned(Tone::Muted, &format!("         {place}"))?;
            }
            if places.len() > PLACES {
                out.toned(Tone::Muted, &format!("         … and {} more", places.len() - PLACES))?;
            }
        }
        Ok(())
    }
}

/// The tone of a status word.
pub fn tone(status: &str) -> Tone {
    match status {
        "read" | "note" => Tone::Plain,
        "partial" | "rejected" | "unrecognised" => Tone::Warn,
        _ => Tone::Bad,
    }
}
