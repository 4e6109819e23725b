//! The terminal's bell, and its notification where it has one.
//!
//! Owns the sequences: BEL, and OSC 9, which iTerm2, kitty, WezTerm, foot, Ghostty and Windows Terminal show outside of
//! their window. What does not know OSC 9 ignores it.

use crate::model::text::scrub;

/// The longest notification, in characters.
const LONGEST: usize = 200;

/// What is written to the terminal so that it rings and shows a text.
pub fn sequences(text: &str) -> String {
    let text: String = scrub(text).chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    // A text that begins with a digit and a semicolon would be another command of OSC 9.
    format!("\u{7}\u{1b}]9;hullbreach: {text}\u{1b}\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_can_end_no_sequence() {
        assert_eq!(sequences("GDPR left 05:13"), "\u{7}\u{1b}]9;hullbreach: GDPR left 05:13\u{1b}\\");
        let hostile = sequences("4;1;50\u{1b}\\\u{7}\u{9c}rm\n");
        let inside = &hostile["\u{7}\u{1b}]9;".len()..hostile.len() - 2];
        assert!(inside.starts_with("hullbreach: ") && !inside.contains(char::is_control), "{hostile:?}");
        assert!(sequences(&"x".repeat(9_999)).len() < 300);
    }
}
