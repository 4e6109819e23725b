//! Theme files: TOML with one style a slot.
//!
//! Owns the words of a style and the warnings about what it cannot read. Must never refuse a whole file for one bad
//! line: the rest is taken and the line is named.

use ratatui::style::{Color, Modifier, Style};
use toml::de::{DeTable, DeValue};

use super::slot::Slot;
use crate::model::text::{fit, scrub};

/// No theme needs more; a larger file is not read.
const LONGEST: usize = 256 * 1024;

/// Warnings kept of one file; more are counted in the last.
const MOST_WARNINGS: usize = 20;

/// Said to who wrote another word.
const KNOWN: &str = "write red, light-red, 0 to 255, #rrggbb, bold, dim, italic, underline, reverse or strike";

/// A line of a theme file that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong and what to write instead; safe to show.
    pub reason: String,
}

/// What a theme file says.
#[derive(Debug, Default)]
pub(super) struct File {
    /// The theme it builds on.
    pub parent: Option<String>,
    pub styles: Vec<(Slot, Style)>,
    pub warnings: Vec<Warning>,
}

/// Reads a theme file; what is good is kept.
pub(super) fn read(text: &str) -> File {
    let mut file = File::default();
    if text.len() > LONGEST {
        file.warn(1, format!("the file is longer than {LONGEST} bytes and was not read"));
        return file;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        file.warn(line_of(text, at), error.message().to_owned());
    }
    for (key, value) in table.get_ref() {
        let line = line_of(text, key.span().start);
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("parent", DeValue::String(name)) => file.parent = Some(name.to_string()),
            ("slots", DeValue::Table(slots)) => read_slots(text, slots, &mut file),
            ("parent", _) => file.warn(line, "parent must be the name of a theme in quotes".to_owned()),
            ("slots", _) => file.warn(line, "slots must be a table: [slots]".to_owned()),
            (other, _) => file.warn(line, format!("{} is not known here; known are parent and [slots]", shown(other))),
        }
    }
    file
}

fn read_slots(text: &str, slots: &DeTable<'_>, file: &mut File) {
    for (key, value) in slots {
        let line = line_of(text, key.span().start);
        let Some(slot) = Slot::named(key.get_ref()) else {
            file.warn(line, format!("no slot is called {}", shown(key.get_ref())));
            continue;
        };
        match value.get_ref().as_str().map(style) {
            Some(Ok(style)) => file.styles.push((slot, style)),
            Some(Err(reason)) => file.warn(line, reason),
            None => file.warn(line, "a style is words in quotes, as in \"bold red on black\"".to_owned()),
        }
    }
}

/// `bold red on black`: modifiers and colours in any order; `on` before the background.
fn style(words: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = words.split_whitespace();
    while let Some(word) = words.next() {
        if word == "on" {
            let behind = words.next().ok_or("a colour is missing after \"on\"")?;
            style = style.bg(colour(behind)?);
        } else if let Some(modifier) = modifier(word) {
            style = style.add_modifier(modifier);
        } else {
            style = style.fg(colour(word)?);
        }
    }
    Ok(style)
}

fn modifier(word: &str) -> Option<Modifier> {
    Some(match word {
        "bold" => Modifier::BOLD,
        "dim" => Modifier::DIM,
        "italic" => Modifier::ITALIC,
        "underline" => Modifier::UNDERLINED,
        "reverse" => Modifier::REVERSED,
        "strike" => Modifier::CROSSED_OUT,
        _ => return None,
    })
}

fn colour(word: &str) -> Result<Color, String> {
    Ok(match word {
        "default" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "white" => Color::Gray,
        "light-black" => Color::DarkGray,
        "light-red" => Color::LightRed,
        "light-green" => Color::LightGreen,
        "light-yellow" => Color::LightYellow,
        "light-blue" => Color::LightBlue,
        "light-magenta" => Color::LightMagenta,
        "light-cyan" => Color::LightCyan,
        "light-white" => Color::White,
        other => exact(other).ok_or_else(|| format!("{} is no colour or modifier; {KNOWN}", shown(other)))?,
    })
}

/// `#rrggbb`, or a number of the 256 colours.
fn exact(word: &str) -> Option<Color> {
    let Some(hex) = word.strip_prefix('#') else { return word.parse().ok().map(Color::Indexed) };
    let value = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6 && !hex.starts_with('+'))?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some(Color::Rgb(red, green, blue))
}

impl File {
    fn warn(&mut self, line: usize, reason: String) {
        match self.warnings.len() {
            ..MOST_WARNINGS => self.warnings.push(Warning { line, reason: fit(&scrub(&reason), 200) }),
            MOST_WARNINGS => self.warnings.push(Warning { line, reason: "more lines are wrong".to_owned() }),
            _ => {}
        }
    }
}

fn shown(text: &str) -> String {
    format!("\"{}\"", fit(&scrub(text), 40))
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn styles_are_words() {
        let table = [
            ("", Style::new()),
            ("bold", Style::new().add_modifier(Modifier::BOLD)),
            ("red on black", Style::new().fg(Color::Red).bg(Color::Black)),
            ("on 12 #0a0B0c", Style::new().fg(Color::Rgb(10, 11, 12)).bg(Color::Indexed(12))),
            ("default", Style::new().fg(Color::Reset)),
        ];
        for (words, wanted) in table {
            assert_eq!(style(words), Ok(wanted), "{words}");
        }
        for wrong in ["rde", "on", "256", "#12345", "#+12345", "red on"] {
            assert!(style(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bad_lines_are_named_and_the_rest_is_kept() {
        let text = "parent = \"mono\"\nshape = 3\n[slots]\nbase = \"red\"\nbsae = \"red\"\nmuted = \"rde\"\ntitle = 7\nkey = \"blue\"\n";
        let file = read(text);
        assert_eq!(file.parent.as_deref(), Some("mono"));
        let slots: Vec<Slot> = file.styles.iter().map(|(slot, _)| *slot).collect();
        assert!(slots.contains(&Slot::Base) && slots.contains(&Slot::Key) && slots.len() == 2);
        let mut lines: Vec<usize> = file.warnings.iter().map(|warning| warning.line).collect();
        lines.sort_unstable();
        assert_eq!(lines, [2, 5, 6, 7]);
        assert!(file.warnings.iter().any(|w| w.reason.contains("\"rde\" is no colour")));
    }

    #[test]
    fn a_syntax_error_costs_its_line_only() {
        let file = read("[slots]\nbase = \"red\"\nmuted = = \"dim\"\nkey = \"blue\"\n");
        assert_eq!(file.warnings.first().map(|w| w.line), Some(3));
        assert!(file.styles.iter().any(|(slot, _)| *slot == Slot::Base));
        assert!(file.styles.iter().any(|(slot, _)| *slot == Slot::Key));
    }

    #[test]
    fn warnings_are_bounded() {
        let many: String = (0..100).map(|n| format!("x{n} = 1\n")).collect();
        assert_eq!(read(&many).warnings.len(), MOST_WARNINGS + 1);
        assert_eq!(read(&" ".repeat(LONGEST + 1)).warnings.len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([a-z\\[\\]=\"\\n #.{}',0-9]|\\PC){0,200}") {
            let lines = text.lines().count().max(1) + 1;
            for warning in read(&text).warnings {
                prop_assert!(warning.line >= 1 && warning.line <= lines);
                prop_assert!(!warning.reason.chars().any(char::is_control));
            }
        }
    }
}
