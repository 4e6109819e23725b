//! Prose broken into lines.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::model::text::{scrub_lines, width};

/// Breaks a text between words, and inside those that are wider than the room. At most `most` lines; the text beyond is
/// not looked at.
pub fn wrap(text: &str, room: usize, most: usize) -> Vec<String> {
    let room = room.max(1);
    let looked_at =
        text.char_indices().nth(room.saturating_mul(most).saturating_mul(5)).map_or(text.len(), |(at, _)| at);
    let clean = scrub_lines(text.get(..looked_at).unwrap_or_default());
    let mut lines = Vec::new();
    for paragraph in clean.split('\n') {
        let (mut line, mut used) = (String::new(), 0);
        for word in paragraph.split_inclusive(' ') {
            let own = width(word.trim_end());
            if used + own <= room {
                line.push_str(word);
                used += width(word);
                continue;
            }
            if used > 0 {
                lines.push(line.trim_end().to_owned());
                (line, used) = (String::new(), 0);
            }
            if word.trim().is_empty() {
                continue;
            }
            for grapheme in word.graphemes(true) {
                let own = width(grapheme);
                if used + own > room && used > 0 {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(grapheme);
                used += own;
            }
        }
        lines.push(line.trim_end().to_owned());
        if lines.len() >= most {
            break;
        }
    }
    lines.truncate(most);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrap("one two three", 8, 9), ["one two", "three"]);
        assert_eq!(wrap("a sha256:0123456789", 8, 9), ["a", "sha256:0", "12345678", "9"]);
        assert_eq!(wrap("one\n\ntwo", 8, 9), ["one", "", "two"]);
        assert_eq!(wrap("東京都庁", 5, 9), ["東京", "都庁"]);
        assert_eq!(wrap(&"word ".repeat(1_000_000), 10, 3), ["word word", "word word", "word word"]);
        assert_eq!(wrap("", 8, 9), [""]);
    }

    proptest! {
        #[test]
        fn lines_keep_to_the_room(text in any::<String>(), room in 2_usize..30, most in 1_usize..9) {
            let lines = wrap(&text, room, most);
            prop_assert!(lines.len() <= most && !lines.is_empty());
            for line in lines {
                prop_assert!(width(&line) <= room || line.graphemes(true).count() == 1, "{:?}", line);
            }
        }
    }
}
