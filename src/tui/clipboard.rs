//! The clipboard of the terminal, wherever that runs: over SSH, inside tmux or screen.
//!
//! Owns the escape sequence (OSC 52), how it gets through a multiplexer, and how long it may be. No terminal ever tells
//! whether it took it, so nothing here may claim so: what is said is what was done, and what to try when it is not there.

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;
use std::collections::BTreeMap;

/// The longest text that is handed over, in bytes: as base64 in its sequence it stays below 100,000 bytes, the limit of
/// several terminals. Of more, some take a part and some nothing.
pub const MOST_BYTES: usize = 74_991;
/// The same for screen, which takes only 768 bytes in one piece.
const SCREEN_BYTES: usize = 760;

/// What stands between us and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clipboard {
    /// Nothing that we know of.
    #[default]
    Direct,
    /// tmux. Out of the box it drops what programs put onto the clipboard (`set-clipboard external`), and what is to be
    /// passed through as well (`allow-passthrough off`), but it takes a buffer from its own command.
    Tmux,
    /// GNU screen, which passes sequences through in short pieces.
    Screen,
}

impl Clipboard {
    /// As the environment says.
    pub fn of(vars: &BTreeMap<String, String>) -> Clipboard {
        let set = |name: &str| vars.get(name).is_some_and(|value| !value.is_empty());
        match (set("TMUX"), set("STY")) {
            (true, _) => Clipboard::Tmux,
            (false, true) => Clipboard::Screen,
            (false, false) => Clipboard::Direct,
        }
    }

    /// What is written to the terminal so that it takes the text.
    pub fn sequences(self, text: &str) -> String {
        let mut plain = String::new();
        // Writing into a string cannot fail.
        let _ = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut plain);
        match self {
            Clipboard::Direct => plain,
            // Once for a tmux that takes it itself, once for one that passes it through; both end in the same text.
            Clipboard::Tmux => format!("{plain}\u{1b}Ptmux;{}\u{1b}\\", plain.replace('\u{1b}', "\u{1b}\u{1b}")),
            // Its pieces may not hold the end of a piece.
            Clipboard::Screen => pieces(&plain.replace("\u{1b}\\", "\u{7}")),
        }
    }

    /// What is said of it.
    pub fn said(self) -> &'static str {
        match self {
            Clipboard::Direct => {
                "handed to the terminal's clipboard (OSC 52); a terminal never tells whether it took it"
            }
            Clipboard::Tmux => "handed to tmux: prefix ] pastes it; beyond it: tmux set -s set-clipboard on",
            Clipboard::Screen => "handed through screen (OSC 52); whether the terminal behind it took it is never told",
        }
    }
}

/// Why a text is not handed over, and what to do instead; none where it is.
pub fn too_long(text: &str) -> Option<String> {
    (text.len() > MOST_BYTES).then(|| {
        format!(
            "too long for a terminal's clipboard: {} of {MOST_BYTES} bytes; mark fewer, or write them to a file on the \
             command line: hullbreach images --json > images.json",
            text.len()
        )
    })
}

/// Each piece in a sequence of its own; screen puts them together again. All of it is ASCII.
fn pieces(sequence: &str) -> String {
    let bytes = sequence.as_bytes();
    bytes.chunks(SCREEN_BYTES).map(|piece| format!("\u{1b}P{}\u{1b}\\", String::from_utf8_lossy(piece))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_way_is_what_the_environment_says() {
        assert_eq!(Clipboard::of(&vars(&[])), Clipboard::Direct);
        assert_eq!(Clipboard::of(&vars(&[("TMUX", ""), ("STY", "")])), Clipboard::Direct);
        assert_eq!(
            Clipboard::of(&vars(&[("STY", "12.pts"), ("TMUX", "/tmp/s,1,0")])),
            Clipboard::Tmux,
            "the inner one"
        );
        assert_eq!(Clipboard::of(&vars(&[("STY", "12.pts")])), Clipboard::Screen);
    }

    #[test]
    fn sequences_get_through() {
        let plain = "\u{1b}]52;c;Zm9v\u{1b}\\";
        assert_eq!(Clipboard::Direct.sequences("foo"), plain);
        let through = "\u{1b}Ptmux;\u{1b}\u{1b}]52;c;Zm9v\u{1b}\u{1b}\\\u{1b}\\";
        assert_eq!(Clipboard::Tmux.sequences("foo"), format!("{plain}{through}"));
        assert_eq!(Clipboard::Screen.sequences("foo"), "\u{1b}P\u{1b}]52;c;Zm9v\u{7}\u{1b}\\");
        let long = Clipboard::Screen.sequences(&"x".repeat(3_000));
        assert!(long.split("\u{1b}\\").all(|piece| piece.len() <= 768), "{}", long.len());
        assert_eq!(long.matches("\u{1b}P").count(), 6);
    }

    #[test]
    fn the_longest_text_stays_below_what_terminals_take() {
        let most = "x".repeat(MOST_BYTES);
        assert!(too_long(&most).is_none() && Clipboard::Direct.sequences(&most).len() <= 100_000);
        assert!(too_long(&format!("{most}x")).is_some_and(|why| why.contains("74992 of 74991")));
    }
}
