//! What words are taken with: their bounds, their spots, and the tags before them.

use super::given::Origins;
use super::refusal;
use crate::model::fact::Spot;
use crate::model::reading::Reject;
use crate::model::recipe::{Named, Word};
use crate::read::outcome::Outcome;
use crate::read::tree::{Kind, MAX_TEXT, Node};
use crate::read::{Limits, Segment};

/// Most words of one file. Aliases can make many of few bytes.
const WORDS: usize = 200_000;

/// Most entries of one list or mapping.
pub(super) const ENTRIES: usize = 1_000;

/// Takes words out of one document.
pub(super) struct Taker<'o> {
    pub source: &'o str,
    pub limits: &'o Limits,
    /// Whether a tag of the merge stands anywhere in it.
    pub tagged: bool,
    /// Where the project's secrets come from.
    pub origins: Origins,
    prefix: String,
    left: usize,
    out: &'o mut Outcome,
}

/// A pointer to a key (RFC 6901).
pub(super) fn pointer(before: &str, key: &str) -> String {
    format!("{before}/{}", key.replace('~', "~0").replace('/', "~1"))
}

impl<'o> Taker<'o> {
    pub fn new(source: &'o str, segment: &Segment, limits: &'o Limits, out: &'o mut Outcome) -> Self {
        let tagged = source.contains("!reset") || source.contains("!override");
        let (prefix, origins) = (segment.pointer.clone(), Origins::new());
        Taker { source, limits, tagged, origins, prefix, left: WORDS, out }
    }

    /// Counts what could not be understood.
    pub fn reject(&mut self, pointer: &str, reason: &str) {
        self.out.rejects.push(Reject { locator: format!("{}{pointer}", self.prefix), reason: reason.to_owned() });
    }

    /// A scalar; nothing for null, for an empty one, and for collections.
    pub fn word(&mut self, node: Node<'_>, pointer: String) -> Option<Word> {
        let text = node.text()?;
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if text.len() > MAX_TEXT {
            self.reject(&pointer, "longer than 4096 bytes");
            return None;
        }
        if text.chars().any(char::is_control) {
            self.reject(&pointer, "holds control characters");
            return None;
        }
        self.bounded(Word { text: text.to_owned(), spot: node.spot(0, pointer) })
    }

    /// A scalar that names an image.
    pub fn image(&mut self, node: Node<'_>, pointer: String) -> Option<Word> {
        if matches!(node.kind(), Kind::Array | Kind::Object) {
            self.reject(&pointer, "no text stands where the image name would");
            return None;
        }
        let word = self.word(node, pointer.clone())?;
        match refusal(&word.text) {
            Some(reason) => {
                self.reject(&pointer, reason);
                None
            }
            None => Some(word),
        }
    }

    /// One scalar or a list of them.
    pub fn words(&mut self, node: Node<'_>, pointer: &str) -> Vec<Word> {
        if node.kind() != Kind::Array {
            return self.word(node, pointer.to_owned()).into_iter().collect();
        }
        let elements = node.elements().take(ENTRIES).enumerate();
        elements.filter_map(|(number, element)| self.word(element, format!("{pointer}/{number}"))).collect()
    }

    /// `NAME: word` of a mapping, or `NAME=word` of a list.
    pub fn named(&mut self, node: Node<'_>, at: &str) -> Vec<Named> {
        let mut found = Vec::new();
        for (key, value) in node.members().take(ENTRIES) {
            let Some(name) = key.string().filter(|name| name != "<<" && !name.is_empty()) else { continue };
            let written = matches!(value.kind(), Kind::Text | Kind::Number | Kind::Bool);
            let word = if written { self.given(value, pointer(at, &name)) } else { None };
            if word.is_some() || value.kind() == Kind::Null {
                found.push(Named { name, value: word });
            }
        }
        for (number, element) in node.elements().take(ENTRIES).enumerate() {
            let Some(word) = self.word(element, format!("{at}/{number}")) else { continue };
            let (name, value) = match word.text.split_once('=') {
                Some((name, value)) => (name.trim().to_owned(), Some(Word { text: value.to_owned(), spot: word.spot })),
                None => (word.text, None),
            };
            found.push(Named { name, value });
        }
        found
    }

    /// A scalar that may be empty: an argument set to nothing is set.
    fn given(&mut self, node: Node<'_>, pointer: String) -> Option<Word> {
        let empty = node.text().is_some_and(|text| text.trim().is_empty());
        let nothing = || Word { text: String::new(), spot: node.spot(0, pointer.clone()) };
        if empty { Some(nothing()) } else { self.word(node, pointer) }
    }

    /// Keeps a word while there is room for it.
    pub fn bounded(&mut self, word: Word) -> Option<Word> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        if self.left == 0 {
            self.reject("", "more than the limit of 200000 words in one file, aliases expanded; the rest is not read");
        }
        Some(word)
    }

    /// Rejects of a part, at that part's place.
    pub fn reject_all(&mut self, pointer: &str, rejects: Vec<Reject>) {
        for reject in rejects {
            self.reject(pointer, &format!("{}: {}", reject.locator, reject.reason));
        }
    }

    /// Where a node stands.
    pub fn spot(&self, node: Node<'_>, pointer: &str) -> Spot {
        node.spot(0, pointer.to_owned())
    }

    /// Whether a value is tagged `!reset` or `!override` (compose specification, "Merge").
    pub fn tag(&self, node: Node<'_>) -> Option<Tag> {
        if !self.tagged {
            return None;
        }
        let mut before = self.source.get(..node.start() as usize)?;
        before = before.strip_suffix(['"', '\'']).unwrap_or(before).trim_end();
        // An anchor may stand between.
        if let Some((rest, last)) = before.rsplit_once(char::is_whitespace)
            && last.starts_with('&')
        {
            before = rest.trim_end();
        }
        if before.ends_with("!reset") {
            Some(Tag::Reset)
        } else if before.ends_with("!override") {
            Some(Tag::Override)
        } else {
            None
        }
    }
}

/// A tag that changes how a value is merged over what other files say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// The attribute is taken away.
    Reset,
    /// The value takes the place of the attribute instead of being merged into it.
    Override,
}
