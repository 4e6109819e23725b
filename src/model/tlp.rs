//! Labels of the Traffic Light Protocol 2.0 (FIRST, August 2022): who may read something.

use serde::{Deserialize, Serialize};

/// A label, the most open first: what is unlabelled takes the case's, and of two words at once the stricter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tlp {
    /// Anybody.
    #[serde(rename = "CLEAR")]
    Clear,
    /// The community.
    #[serde(rename = "GREEN")]
    Green,
    /// The organisation and its clients, who need to know.
    #[serde(rename = "AMBER")]
    Amber,
    /// The organisation only.
    #[serde(rename = "AMBER+STRICT")]
    AmberStrict,
    /// The people in the room.
    #[serde(rename = "RED")]
    Red,
}

impl Tlp {
    /// Every label, the most open first.
    pub const ALL: [Tlp; 5] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];

    /// The word, without `TLP:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Tlp::Clear => "CLEAR",
            Tlp::Green => "GREEN",
            Tlp::Amber => "AMBER",
            Tlp::AmberStrict => "AMBER+STRICT",
            Tlp::Red => "RED",
        }
    }

    /// The label as it is written: upper case, no blanks.
    pub fn shown(self) -> String {
        format!("TLP:{}", self.as_str())
    }

    /// The label of a word, with or without `TLP:`, whatever its case.
    pub fn parse(word: &str) -> Option<Tlp> {
        let word = word.trim().to_ascii_uppercase();
        let bare = word.strip_prefix("TLP:").unwrap_or(&word);
        Tlp::ALL.into_iter().find(|label| label.as_str() == bare)
    }

    /// The label that another program's text means: `TLP: RED`, `amber_strict`, `TLP:RED - internal`, `TLP:GREEN PAP:AMBER`.
    /// The label comes first; where more are named, the strictest counts, and PAP's words are none. What is left unread may
    /// be any label.
    pub fn meant(text: &str) -> Option<Tlp> {
        let upper = text.to_ascii_uppercase();
        let mut words = upper.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut named = Vec::new();
        while let Some(word) = words.next() {
            match word {
                "TLP" => {}
                "PAP" => drop(words.next()),
                word => named.push(word),
            }
        }
        let label = |word: &str| match word {
            "STRICT" | "AMBERSTRICT" => Some(Tlp::AmberStrict),
            word => Tlp::ALL.into_iter().find(|label| label.as_str() == word),
        };
        named.first().and_then(|first| label(first))?;
        named.into_iter().filter_map(label).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_round_trip_and_are_ordered() {
        for label in Tlp::ALL {
            assert_eq!(Tlp::parse(&label.shown()), Some(label));
            assert_eq!(serde_json::to_value(label).unwrap(), label.as_str());
        }
        assert_eq!(Tlp::parse(" amber+strict "), Some(Tlp::AmberStrict));
        for (text, wanted) in [
            ("TLP:RED - internal", Some(Tlp::Red)),
            ("AMBER_STRICT", Some(Tlp::AmberStrict)),
            ("TLP: RED", Some(Tlp::Red)),
            ("tlp amber + strict", Some(Tlp::AmberStrict)),
            ("TLP:AMBERSTRICT", Some(Tlp::AmberStrict)),
            ("TLP:GREEN PAP:RED", Some(Tlp::Green)),
            ("PAP:GREEN", None),
            ("GREEN/RED", Some(Tlp::Red)),
            ("board only, not GREEN", None),
            ("WHITE", None),
            ("", None),
        ] {
            assert_eq!(Tlp::meant(text), wanted, "{text}");
        }
        assert!(Tlp::parse("WHITE").is_none() && Tlp::Red > Tlp::AmberStrict && Tlp::Amber > Tlp::Green);
    }
}
