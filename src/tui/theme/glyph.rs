//! The signs that stand beside colours and draw lines, in ASCII and in Unicode.
//!
//! Owns both sets. Must never use a glyph that a screen reader or a plain terminal font cannot show: no braille, no
//! emoji, no private use.

/// A sign by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Glyph {
    /// Left of the selected row.
    Marker,
    /// Left of the selected row of a pane without the keys.
    MarkerInactive,
    /// Left of a marked row.
    Mark,
    /// The sort runs upwards.
    SortUp,
    /// The sort runs downwards.
    SortDown,
    /// More is hidden below this.
    Collapsed,
    /// What is below is shown.
    Expanded,
    /// Nothing is below.
    Leaf,
    /// A guide that passes by.
    GuideThrough,
    /// A guide that ends at one of several.
    GuideBranch,
    /// A guide that ends at the last.
    GuideLast,
    /// No guide.
    GuideNone,
    /// Text was cut here.
    Cut,
    /// Not there yet.
    Pending,
    /// Ticked.
    CheckDone,
    /// Not ticked.
    CheckOpen,
    /// Partly ticked.
    CheckPart,
    /// BAD.
    VerdictBad,
    /// SUSPECT.
    VerdictSuspect,
    /// TO CHECK.
    VerdictToCheck,
    /// NOT KNOWN.
    VerdictNotKnown,
    /// Cleared: PREDATES, SIGNED OK, REBUILT EQUAL.
    VerdictCleared,
    /// NO LINK.
    VerdictNoLink,
    /// P0.
    PriorityP0,
    /// P1.
    PriorityP1,
    /// P2.
    PriorityP2,
    /// P3.
    PriorityP3,
    /// Needs attention.
    Warning,
    /// Failed.
    Error,
    /// Worked.
    Success,
    /// For information.
    Info,
    /// Its source is old.
    Stale,
    /// Between the steps of a path.
    Crumb,
    /// Where the scroll bar is.
    ScrollThumb,
    /// A filled part of a bar.
    BarFull,
    /// An empty part of a bar.
    BarEmpty,
    /// A line from left to right.
    Horizontal,
    /// A line from top to bottom.
    Vertical,
}

impl Glyph {
    /// Its text in one of the sets.
    pub const fn text(self, ascii: bool) -> &'static str {
        let (plain, full) = self.pair();
        if ascii { plain } else { full }
    }

    /// ASCII, Unicode.
    const fn pair(self) -> (&'static str, &'static str) {
        match self {
            Glyph::Marker => (">", ">"),
            Glyph::MarkerInactive => ("-", "-"),
            Glyph::Mark => ("*", "*"),
            Glyph::SortUp => ("^", "▲"),
            Glyph::SortDown => ("v", "▼"),
            Glyph::Collapsed => ("+", "▸"),
            Glyph::Expanded => ("-", "▾"),
            Glyph::Leaf => (" ", " "),
            Glyph::GuideThrough => ("| ", "│ "),
            Glyph::GuideBranch => ("|-", "├─"),
            Glyph::GuideLast => ("`-", "└─"),
            Glyph::GuideNone => ("  ", "  "),
            Glyph::Cut => ("~", "…"),
            Glyph::Pending => ("...", "..."),
            Glyph::CheckDone => ("[x]", "[x]"),
            Glyph::CheckOpen => ("[ ]", "[ ]"),
            Glyph::CheckPart => ("[-]", "[-]"),
            Glyph::VerdictBad => ("!!", "!!"),
            Glyph::VerdictSuspect => ("!", "!"),
            Glyph::VerdictToCheck => ("?", "?"),
            Glyph::VerdictNotKnown => ("~", "~"),
            Glyph::VerdictCleared => ("=", "="),
            Glyph::VerdictNoLink => (".", "."),
            Glyph::PriorityP0 => ("P0", "P0"),
            Glyph::PriorityP1 => ("P1", "P1"),
            Glyph::PriorityP2 => ("P2", "P2"),
            Glyph::PriorityP3 => ("P3", "P3"),
            Glyph::Warning => ("!", "!"),
            Glyph::Error => ("x", "✗"),
            Glyph::Success => ("+", "✓"),
            Glyph::Info => ("i", "i"),
            Glyph::Stale => ("old", "old"),
            Glyph::Crumb => (" > ", " › "),
            Glyph::ScrollThumb => ("#", "█"),
            Glyph::BarFull => ("#", "█"),
            Glyph::BarEmpty => ("-", "░"),
            Glyph::Horizontal => ("-", "─"),
            Glyph::Vertical => ("|", "│"),
        }
    }
}

/// One frame of the sign that something is at work; `tick` counts the frames that the owner wants shown.
pub fn spinner(tick: usize, ascii: bool) -> &'static str {
    let frames = if ascii { ["|", "/", "-", "\\"] } else { ["◐", "◓", "◑", "◒"] };
    frames.get(tick % frames.len()).copied().unwrap_or("-")
}

/// A bar as high as `level` of 0 to 7.
pub fn level(level: usize, ascii: bool) -> &'static str {
    let levels = if ascii {
        [".", ":", "-", "=", "+", "*", "%", "#"]
    } else {
        ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    };
    levels.get(level.min(levels.len() - 1)).copied().unwrap_or(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::{scrub, width};

    #[test]
    fn spinners_turn_and_levels_rise() {
        let four: std::collections::BTreeSet<&str> = (0..4).map(|tick| spinner(tick, true)).collect();
        assert_eq!(four.len(), 4);
        assert_eq!(spinner(4, false), spinner(0, false));
        assert_eq!(level(99, false), "█");
        for at in 0..8 {
            assert!(level(at, true).is_ascii() && width(level(at, false)) == 1);
        }
    }

    #[test]
    fn both_sets_are_as_wide_and_clean() {
        let all = [Glyph::SortUp, Glyph::GuideBranch, Glyph::Crumb, Glyph::Error, Glyph::BarEmpty, Glyph::Cut];
        for glyph in all {
            assert!(glyph.text(true).is_ascii());
            assert_eq!(width(glyph.text(true)), width(glyph.text(false)), "{glyph:?}");
            assert_eq!(scrub(glyph.text(false)), glyph.text(false));
        }
    }
}
