//! One key, and how people write it: `g`, `G`, `Ctrl-r`, `Alt-x`, `Shift-Tab`, `Down`, `F5`, `Space`, `-`.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::fmt;

/// A key with its modifiers, normalised: terminals differ in whether they report Shift beside a capital letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// Keys that have names. The first name of a key is the one it is written with.
const NAMES: [(&str, KeyCode); 19] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Del", KeyCode::Delete),
    ("Return", KeyCode::Enter),
];

const MODIFIERS: [(&str, KeyModifiers); 3] =
    [("Ctrl-", KeyModifiers::CONTROL), ("Alt-", KeyModifiers::ALT), ("Shift-", KeyModifiers::SHIFT)];

impl Key {
    /// A key as a terminal reports it; none for a release and for keys that we have no name for.
    pub fn from_event(event: KeyEvent) -> Option<Key> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let named = match event.code {
            KeyCode::Char(c) => !c.is_control(),
            KeyCode::BackTab | KeyCode::F(_) => true,
            code => NAMES.iter().any(|(_, known)| *known == code),
        };
        named.then(|| Key::new(event.code, event.modifiers))
    }

    /// A key, normalised.
    pub fn new(code: KeyCode, modifiers: KeyModifiers) -> Key {
        let kept = modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let (code, modifiers) = match code {
            KeyCode::BackTab => (KeyCode::Tab, kept | KeyModifiers::SHIFT),
            // A terminal cannot tell Ctrl-R from Ctrl-r.
            KeyCode::Char(c) if kept.contains(KeyModifiers::CONTROL) => {
                (KeyCode::Char(c.to_ascii_lowercase()), kept - KeyModifiers::SHIFT)
            }
            KeyCode::Char(' ') => (KeyCode::Char(' '), kept),
            KeyCode::Char(c) if kept.contains(KeyModifiers::SHIFT) => {
                (KeyCode::Char(c.to_ascii_uppercase()), kept - KeyModifiers::SHIFT)
            }
            code => (code, kept),
        };
        Key { code, modifiers }
    }

    /// Reads one key as people write it; names and modifiers in any case.
    pub fn parse(text: &str) -> Result<Key, String> {
        let (mut rest, mut modifiers) = (text, KeyModifiers::NONE);
        'more: loop {
            for (name, modifier) in MODIFIERS {
                let head = rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
                // `Ctrl--` is Ctrl and the minus key; a lone modifier is no key.
                if head && rest.len() > name.len() {
                    rest = rest.get(name.len()..).unwrap_or_default();
                    modifiers |= modifier;
                    continue 'more;
                }
            }
            break;
        }
        let mut letters = rest.chars();
        if let (Some(c), None) = (letters.next(), letters.next())
            && !c.is_control()
            && !c.is_whitespace()
        {
            return Ok(Key::new(KeyCode::Char(c), modifiers));
        }
        if let Some((_, code)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(rest)) {
            return Ok(Key::new(*code, modifiers));
        }
        let number = rest.strip_prefix(['F', 'f']).and_then(|digits| digits.parse::<u8>().ok());
        match number {
            Some(n) if (1..=12).contains(&n) => Ok(Key::new(KeyCode::F(n), modifiers)),
            _ => Err(format!("{text:?} is no key; write as g, Ctrl-r, Alt-x, Shift-Tab, Down, Enter, F5 or Space")),
        }
    }

    /// Reads several keys one after the other, as `g g`.
    pub fn parse_all(text: &str) -> Result<Vec<Key>, String> {
        let keys: Vec<Key> = text.split_whitespace().map(Key::parse).collect::<Result<_, _>>()?;
        if keys.is_empty() { Err("no key is named".to_owned()) } else { Ok(keys) }
    }

    /// Several keys as people write them.
    pub fn write_all(keys: &[Key]) -> String {
        keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
    }

    /// The character it types, where it types one.
    pub fn typed(&self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if (self.modifiers - KeyModifiers::SHIFT).is_empty() => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, modifier) in MODIFIERS {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            _ => f.write_str("?"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_written_one_way_and_read_many() {
        for (text, written) in [
            ("g", "g"),
            ("G", "G"),
            ("shift-g", "G"),
            ("Ctrl-R", "Ctrl-r"),
            ("ctrl-alt-x", "Ctrl-Alt-x"),
            ("Alt-Ctrl-x", "Ctrl-Alt-x"),
            ("Shift-Tab", "Shift-Tab"),
            ("pgdn", "PageDown"),
            ("-", "-"),
            ("Ctrl--", "Ctrl--"),
            ("space", "Space"),
            ("f12", "F12"),
            ("é", "é"),
        ] {
            assert_eq!(Key::parse(text).unwrap().to_string(), written, "{text}");
        }
        for text in ["", "Ctrl-", "gg", "F0", "F13", "Hyper-x", "\u{7}"] {
            assert!(Key::parse(text).unwrap_err().contains("no key"), "{text:?}");
        }
        assert_eq!(Key::write_all(&Key::parse_all(" g  G ").unwrap()), "g G");
    }

    #[test]
    fn shift_is_the_same_however_it_is_told() {
        let told = |code, modifiers| Key::from_event(KeyEvent::new(code, modifiers)).unwrap();
        let capital = told(KeyCode::Char('G'), KeyModifiers::NONE);
        assert_eq!(told(KeyCode::Char('G'), KeyModifiers::SHIFT), capital);
        assert_eq!(told(KeyCode::Char('g'), KeyModifiers::SHIFT), capital);
        assert_eq!(told(KeyCode::BackTab, KeyModifiers::NONE), told(KeyCode::Tab, KeyModifiers::SHIFT));
        let release = KeyEvent::new_with_kind(KeyCode::Char('g'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(Key::from_event(release), None);
        assert_eq!(capital.typed(), Some('G'));
        assert_eq!(told(KeyCode::Char('g'), KeyModifiers::CONTROL).typed(), None);
    }

    fn any_key() -> impl Strategy<Value = Key> {
        let code = prop_oneof![
            any::<char>()
                .prop_filter("typed", |c| !c.is_control() && (*c == ' ' || !c.is_whitespace()))
                .prop_map(KeyCode::Char),
            (0..NAMES.len()).prop_map(|n| NAMES[n].1),
            (1_u8..=12).prop_map(KeyCode::F),
            Just(KeyCode::BackTab),
        ];
        (code, 0_u8..8).prop_map(|(code, bits)| Key::new(code, KeyModifiers::from_bits_truncate(bits)))
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(keys in proptest::collection::vec(any_key(), 1..4)) {
            prop_assert_eq!(Key::parse_all(&Key::write_all(&keys)).unwrap(), keys);
        }

        #[test]
        fn no_text_breaks_it(text in any::<String>()) {
            let _ = Key::parse_all(&text);
        }
    }
}
