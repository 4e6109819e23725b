//! What a style is asked for by: a meaning, never a colour.
//!
//! Owns the names of the slots in theme files and the rule that no slot speaks by colour alone.

use super::glyph::Glyph;

/// A meaning that a theme gives a style to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// Ordinary text.
    Base,
    /// Text that matters less: hints, placeholders, units.
    Muted,
    /// The name of a view, pane or dialog.
    Title,
    /// A key that can be pressed.
    Key,
    /// What the eye should find first where nothing is wrong.
    Accent,
    /// Lines around and between things.
    Border,
    /// The marker in the pane that has the keys.
    Selected,
    /// The marker in a pane that has not.
    SelectedInactive,
    /// A row that is marked for an action on several.
    Marked,
    /// The heads of columns and groups.
    Header,
    /// Something needs attention.
    Warning,
    /// Something failed.
    Error,
    /// Something worked.
    Success,
    /// Confirmed compromise.
    VerdictBad,
    /// Suspected compromise.
    VerdictSuspect,
    /// In scope, no signal yet.
    VerdictToCheck,
    /// Cannot be linked or excluded.
    VerdictNotKnown,
    /// Cleared, with the window it is cleared for.
    VerdictCleared,
    /// Proved to have no link.
    VerdictNoLink,
    /// What first.
    PriorityP0,
    /// What second.
    PriorityP1,
    /// What third.
    PriorityP2,
    /// What last.
    PriorityP3,
    /// Text that is being typed.
    Input,
    /// The part of a text that a search found.
    Match,
    /// A figure whose source is old.
    Stale,
    /// Something that opens.
    Link,
}

/// What carries a slot's meaning where colour cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// The slot says nothing that place and words do not say.
    None,
    /// This glyph stands beside it.
    Glyph(Glyph),
    /// Every theme gives it a modifier (bold, underline, reverse and so on).
    Modifier,
}

impl Slot {
    /// All slots, in the order of the theme files.
    pub const ALL: [Slot; 27] = [
        Slot::Base,
        Slot::Muted,
        Slot::Title,
        Slot::Key,
        Slot::Accent,
        Slot::Border,
        Slot::Selected,
        Slot::SelectedInactive,
        Slot::Marked,
        Slot::Header,
        Slot::Warning,
        Slot::Error,
        Slot::Success,
        Slot::VerdictBad,
        Slot::VerdictSuspect,
        Slot::VerdictToCheck,
        Slot::VerdictNotKnown,
        Slot::VerdictCleared,
        Slot::VerdictNoLink,
        Slot::PriorityP0,
        Slot::PriorityP1,
        Slot::PriorityP2,
        Slot::PriorityP3,
        Slot::Input,
        Slot::Match,
        Slot::Stale,
        Slot::Link,
    ];

    /// Its name in theme files, and what carries its meaning without colour.
    const fn entry(self) -> (&'static str, Sign) {
        match self {
            Slot::Base => ("base", Sign::None),
            Slot::Muted => ("muted", Sign::None),
            Slot::Title => ("title", Sign::Modifier),
            Slot::Key => ("key", Sign::Modifier),
            Slot::Accent => ("accent", Sign::Modifier),
            Slot::Border => ("border", Sign::None),
            Slot::Selected => ("selected", Sign::Glyph(Glyph::Marker)),
            Slot::SelectedInactive => ("selected-inactive", Sign::Glyph(Glyph::MarkerInactive)),
            Slot::Marked => ("marked", Sign::Glyph(Glyph::Mark)),
            Slot::Header => ("header", Sign::Modifier),
            Slot::Warning => ("warning", Sign::Glyph(Glyph::Warning)),
            Slot::Error => ("error", Sign::Glyph(Glyph::Error)),
            Slot::Success => ("success", Sign::Glyph(Glyph::Success)),
            Slot::VerdictBad => ("verdict-bad", Sign::Glyph(Glyph::VerdictBad)),
            Slot::VerdictSuspect => ("verdict-suspect", Sign::Glyph(Glyph::VerdictSuspect)),
            Slot::VerdictToCheck => ("verdict-to-check", Sign::Glyph(Glyph::VerdictToCheck)),
            Slot::VerdictNotKnown => ("verdict-not-known", Sign::Glyph(Glyph::VerdictNotKnown)),
            Slot::VerdictCleared => ("verdict-cleared", Sign::Glyph(Glyph::VerdictCleared)),
            Slot::VerdictNoLink => ("verdict-no-link", Sign::Glyph(Glyph::VerdictNoLink)),
            Slot::PriorityP0 => ("priority-p0", Sign::Glyph(Glyph::PriorityP0)),
            Slot::PriorityP1 => ("priority-p1", Sign::Glyph(Glyph::PriorityP1)),
            Slot::PriorityP2 => ("priority-p2", Sign::Glyph(Glyph::PriorityP2)),
            Slot::PriorityP3 => ("priority-p3", Sign::Glyph(Glyph::PriorityP3)),
            Slot::Input => ("input", Sign::None),
            Slot::Match => ("match", Sign::Modifier),
            Slot::Stale => ("stale", Sign::Glyph(Glyph::Stale)),
            Slot::Link => ("link", Sign::Modifier),
        }
    }

    /// Its name in theme files.
    pub const fn name(self) -> &'static str {
        self.entry().0
    }

    /// What carries its meaning where colour cannot.
    pub const fn sign(self) -> Sign {
        self.entry().1
    }

    /// The slot of that name.
    pub fn named(name: &str) -> Option<Slot> {
        Slot::ALL.into_iter().find(|slot| slot.name() == name)
    }

    /// Its place in a table of styles.
    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_complete_and_in_order() {
        for (at, slot) in Slot::ALL.into_iter().enumerate() {
            assert_eq!(slot.index(), at);
            assert_eq!(Slot::named(slot.name()), Some(slot));
        }
        assert_eq!(Slot::Link.index() + 1, Slot::ALL.len());
        assert_eq!(Slot::named("Base"), None);
    }

    #[test]
    fn signs_tell_slots_apart_in_both_sets() {
        for ascii in [false, true] {
            let signs = Slot::ALL.into_iter().filter_map(|slot| match slot.sign() {
                Sign::Glyph(glyph) => Some(glyph.text(ascii)),
                Sign::None | Sign::Modifier => None,
            });
            let signs: Vec<&str> = signs.collect();
            let distinct: BTreeSet<&str> = signs.iter().copied().collect();
            // The warning sign and the suspect's are the same word of the same language.
            assert_eq!(distinct.len() + 1, signs.len(), "{signs:?}");
            assert!(signs.iter().all(|sign| !sign.trim().is_empty()));
        }
    }
}
