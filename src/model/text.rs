//! Text from the world, made safe for a terminal and cut to its columns.
//!
//! Owns what counts as dangerous to show. Must never drop a character: what cannot be shown safely is written out, so
//! that a name with something hidden in it looks different from the honest one.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Most combining marks left on one base character; more would climb over the lines above and below.
const MOST_MARKS: usize = 4;

/// Makes everything visible that could move a cursor, hide, or reorder what stands beside it: control characters as
/// control pictures (`␛`, `␊`, `␡`), all others as `\u{202e}`: C1 and bidi controls, zero-width, tag and filler
/// characters, variation selectors, line and paragraph separators, private use and noncharacters, and combining marks
/// past the fourth on one base. Zero-width joiners in emoji are shown too: safety goes before beauty. Clean text is
/// borrowed.
pub fn scrub(text: &str) -> Cow<'_, str> {
    scrub_but(text, None)
}

/// [`scrub`], but line feeds stay.
pub fn scrub_lines(text: &str) -> Cow<'_, str> {
    scrub_but(text, Some('\n'))
}

/// Display columns of scrubbed text, counted per grapheme, characters of ambiguous width as one.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(|grapheme| grapheme.width()).sum() }
}

/// Cuts scrubbed text to at most `columns`, between graphemes; what was cut off is marked with `…`.
pub fn fit(text: &str, columns: usize) -> String {
    let mut used = 0;
    // The longest part that leaves one column for the mark.
    let mut kept = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > columns {
            let mark = if columns == 0 { "" } else { "…" };
            return format!("{}{mark}", text.get(..kept).unwrap_or_default());
        }
        if used < columns {
            kept = at + grapheme.len();
        }
    }
    text.to_owned()
}

/// `1 image`, `2 images`.
pub fn counted(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn scrub_but(text: &str, allowed: Option<char>) -> Cow<'_, str> {
    if text.bytes().fold(true, |clean, byte| clean & (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut copied = 0;
    let mut marks = 0;
    for (at, c) in text.char_indices() {
        let hidden = Some(c) != allowed && is_hidden(c);
        marks = if !hidden && c.width() == Some(0) { marks + 1 } else { 0 };
        if hidden || marks > MOST_MARKS {
            out.push_str(text.get(copied..at).unwrap_or_default());
            write_visibly(c, &mut out);
            copied = at + c.len_utf8();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

fn write_visibly(c: char, out: &mut String) {
    let picture = match u32::from(c) {
        control @ 0..=0x1f => char::from_u32(0x2400 + control),
        0x7f => Some('␡'),
        _ => None,
    };
    match picture {
        Some(picture) => out.push(picture),
        // Writing to a String cannot fail.
        None => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
    }
}

/// Characters that show nothing or steer the text beside them: general category Cc, the bidi controls, the property
/// `Default_Ignorable_Code_Point`, separators U+2028 and U+2029, private use, noncharacters, unassigned planes.
fn is_hidden(c: char) -> bool {
    let code = u32::from(c);
    match code {
        // Control characters.
        0..=0x1f | 0x7f..=0x9f => true,
        // Soft hyphen, grapheme joiner, Arabic letter mark, Hangul and Khmer fillers, Mongolian selectors.
        0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f => true,
        // Zero-width space, joiners and marks, separators, embeddings and isolates, word joiner, invisible operators.
        0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f => true,
        // Hangul fillers, variation selectors, byte order mark, specials before the object replacement character.
        0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb => true,
        // Shorthand and musical format controls.
        0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a => true,
        // Private use, noncharacters.
        0xe000..=0xf8ff | 0xfdd0..=0xfdef => true,
        // Planes without characters, tags, variation selectors supplement, private use planes.
        0x40000.. => true,
        _ => code & 0xfffe == 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn clean_text_is_borrowed() {
        for text in ["", "docker.io/library/nginx:1.27", "naïve café", "東京", "Ω≈ç√", "한국어", "🚀 ok", "e\u{301}"]
        {
            assert!(matches!(scrub(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn hidden_characters_become_visible() {
        let table = [
            ("\u{1b}[2Jgone", "␛[2Jgone"),
            ("a\r\n\tb\0", "a␍␊␉b␀"),
            ("\u{7f}\u{85}\u{9b}", "␡\\u{85}\\u{9b}"),
            ("nginx\u{202e}tset:", "nginx\\u{202e}tset:"),
            ("\u{2066}\u{2069}\u{200e}\u{61c}", "\\u{2066}\\u{2069}\\u{200e}\\u{61c}"),
            (
                "ng\u{200b}inx\u{200d}\u{2060}\u{feff}\u{ad}\u{180e}",
                "ng\\u{200b}inx\\u{200d}\\u{2060}\\u{feff}\\u{ad}\\u{180e}",
            ),
            ("\u{e0001}\u{e0041}\u{e0100}", "\\u{e0001}\\u{e0041}\\u{e0100}"),
            ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"),
            ("\u{e000}\u{f0000}\u{fffe}\u{1ffff}\u{fdd0}", "\\u{e000}\\u{f0000}\\u{fffe}\\u{1ffff}\\u{fdd0}"),
            ("👩\u{200d}🚀 ☠\u{fe0f}", "👩\\u{200d}🚀 ☠\\u{fe0f}"),
            ("\u{3164}\u{115f}\u{ffa0}", "\\u{3164}\\u{115f}\\u{ffa0}"),
        ];
        for (text, shown) in table {
            assert_eq!(scrub(text), shown);
        }
        assert_eq!(scrub_lines("a\nb\u{1b}\r\n"), "a\nb␛␍\n");
        assert!(matches!(scrub_lines("a\nb\n"), Cow::Borrowed("a\nb\n")));
    }

    #[test]
    fn marks_are_capped_at_four_a_base() {
        let four = format!("e{}", "\u{301}".repeat(4));
        assert_eq!(scrub(&four), four);
        let six = format!("{four}\u{302}\u{303}x\u{301}");
        assert_eq!(scrub(&six), format!("{four}\\u{{302}}\\u{{303}}x\u{301}"));
    }

    #[test]
    fn fits_by_grapheme_and_column() {
        let table = [
            ("nginx", 5, "nginx"),
            ("nginx", 4, "ngi…"),
            ("nginx", 1, "…"),
            ("nginx", 0, ""),
            ("", 0, ""),
            ("東京都", 6, "東京都"),
            ("東京都", 5, "東京…"),
            ("東京都", 4, "東…"),
            ("東京", 1, "…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}"),
            ("🚀🚀", 3, "🚀…"),
            ("±±", 2, "±±"),
        ];
        for (text, columns, wanted) in table {
            assert_eq!(fit(text, columns), wanted, "{text} in {columns}");
        }
    }

    proptest! {
        #[test]
        fn nothing_hidden_survives(text in any::<String>(), codes in proptest::collection::vec(0_u32..0x11_0000, 0..40)) {
            let text: String = text.chars().chain(codes.into_iter().filter_map(char::from_u32)).collect();
            let shown = scrub(&text);
            prop_assert!(!shown.chars().any(is_hidden));
            prop_assert!(!shown.chars().any(|c| c.is_control()));
            prop_assert_eq!(scrub(&shown), shown.clone());
            let lines = scrub_lines(&text);
            prop_assert_eq!(lines.replace('\n', "␊"), shown);
        }

        #[test]
        fn marks_never_pile_up(text in "[a\u{300}\u{301}\u{302}\u{200d}]{0,60}") {
            let shown = scrub(&text);
            let mut run = 0;
            for c in shown.chars() {
                run = if c.width() == Some(0) { run + 1 } else { 0 };
                prop_assert!(run <= MOST_MARKS);
            }
            prop_assert_eq!(scrub(&shown), shown.clone());
        }

        #[test]
        fn fit_keeps_to_its_columns(text in any::<String>(), columns in 0_usize..40) {
            let text = scrub(&text);
            let cut = fit(&text, columns);
            prop_assert!(width(&cut) <= columns, "{:?} is {} wide", cut, width(&cut));
            if width(&text) <= columns {
                prop_assert_eq!(cut, text);
            }
        }
    }
}
