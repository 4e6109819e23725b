//! What a responder says of images by hand, and of the policy. Each word is one event, which says what it stands in place
//! of; many images at once are one group, one transaction and one undo.

use super::error::CaseError;
use super::events::judgements::Judged;
use super::events::kinds;
use super::events::{EventHash, Group};
use super::store::{Case, Draft};

/// Most images that one action is about.
pub const MOST_AT_ONCE: usize = 10_000;

impl Case {
    /// Says all of these, as one action.
    pub fn judge(&mut self, words: &[Judged]) -> Result<Vec<EventHash>, CaseError> {
        if words.is_empty() {
            return Err(CaseError::Refused("there is nothing to say: no image was named".into()));
        }
        if words.len() > MOST_AT_ONCE {
            let why = format!("{} images at once; {MOST_AT_ONCE} is the most", words.len());
            return Err(CaseError::Refused(why));
        }
        if words.iter().any(|word| word.reason.trim().is_empty()) {
            return Err(CaseError::Refused("a reason is needed: it is what others will judge it by".into()));
        }
        let id = self.new_id()?;
        let of = u32::try_from(words.len()).ok();
        let mut drafts = Vec::with_capacity(words.len());
        for (n, word) in (1..).zip(words) {
            let anchors = if word.subject.is_empty() { Vec::new() } else { vec![word.subject.clone()] };
            let refs = word.replaces.iter().rev().take(1_000).copied().collect();
            let group = (words.len() > 1).then_some(Group { id, n, of });
            drafts.push(Draft { anchors, refs, group, ..Draft::new(word.kind(), kinds::to_value(word)?) });
        }
        let hashes = self.change("judging images", |change| change.append(drafts))?;
        self.refresh()?;
        Ok(hashes)
    }
}
