//! Verdicts as signs and styles, the same in every view.

use crate::model::verdict::Verdict;
use crate::tui::theme::{Sign, Slot};
use crate::tui::widget::Line;

/// The style of a verdict.
pub fn slot_of(verdict: Verdict) -> Slot {
    match verdict {
        Verdict::Bad => Slot::VerdictBad,
        Verdict::Suspect => Slot::VerdictSuspect,
        Verdict::ToCheck => Slot::VerdictToCheck,
        Verdict::NotKnown => Slot::VerdictNotKnown,
        Verdict::NoLink => Slot::VerdictNoLink,
        Verdict::Predates | Verdict::SignedOk | Verdict::RebuiltEqual => Slot::VerdictCleared,
    }
}

/// The sign of a verdict, which tells it without its colour.
pub fn sign(verdict: Verdict) -> &'static str {
    match slot_of(verdict).sign() {
        // The same in both sets of signs.
        Sign::Glyph(glyph) => glyph.text(true),
        Sign::None | Sign::Modifier => verdict.as_str(),
    }
}

/// The sign in its style.
pub fn sign_of<'l>(verdict: Verdict) -> Line<'l> {
    Line::new(sign(verdict), slot_of(verdict))
}
