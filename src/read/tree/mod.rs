//! One tree for JSON and YAML: every node knows the bytes it stands on. It borrows the segment, holds sixteen bytes a
//! node, and decodes a text only when asked.
//!
//! A tree is bounded before it is built: by the segment's size, by depth, and by its number of nodes after aliases and
//! merge keys are expanded. It never guesses: what is not well-formed is an error with its place.

mod json;
mod scan;
mod yaml;

pub(crate) use json::{parse_json, parse_json_whole, unescape};
pub(crate) use scan::{Nest, skip_nested, string_end};
pub(crate) use yaml::{parse_yaml, tree_of_events};

use std::borrow::Cow;

use crate::model::fact::Spot;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

/// Where a scalar's text is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Store {
    /// The source bytes of the node are the text.
    Source,
    /// The source bytes are the text with JSON escapes.
    Escaped,
    /// `link` is the place in `owned`: YAML that was folded, escaped or unquoted.
    Owned,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    start: u32,
    end: u32,
    /// For arrays and objects: the slot after the last one inside. For `Owned` scalars: the place of the text.
    link: u32,
    kind: Kind,
    store: Store,
}

/// A parsed segment. Objects are stored as key, value, key, value …
#[derive(Debug, Default)]
pub(crate) struct Tree<'a> {
    source: &'a str,
    slots: Vec<Slot>,
    owned: Vec<String>,
}

/// Why a segment is no tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeError {
    /// The byte where it went wrong.
    pub offset: usize,
    /// What went wrong, in words for people; holds nothing of the evidence.
    pub reason: String,
}

/// A node of a tree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'t> {
    tree: &'t Tree<'t>,
    at: u32,
}

impl<'a> Tree<'a> {
    /// The outermost value.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.slots.is_empty()).then_some(Node { tree: self, at: 0 })
    }

    fn text_of(&self, slot: Slot) -> Cow<'_, str> {
        let source = || self.source.get(slot.start as usize..slot.end as usize).unwrap_or("");
        match slot.store {
            Store::Source => Cow::Borrowed(source()),
            Store::Escaped => unescape(source()),
            Store::Owned => Cow::Borrowed(self.owned.get(slot.link as usize).map_or("", String::as_str)),
        }
    }

    #[inline]
    fn after(&self, at: u32) -> u32 {
        match self.slots.get(at as usize) {
            Some(Slot { kind: Kind::Array | Kind::Object, link, .. }) => *link,
            _ => at.saturating_add(1),
        }
    }
}

impl<'t> Node<'t> {
    #[inline]
    fn slot(self) -> Slot {
        self.tree.slots.get(self.at as usize).copied().unwrap_or(Slot {
            start: 0,
            end: 0,
            link: 0,
            kind: Kind::Null,
            store: Store::Source,
        })
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.slot().kind
    }

    /// The text of any scalar as written (a number, `true`) or decoded (a string); `None` for null and collections.
    pub fn text(self) -> Option<Cow<'t, str>> {
        let slot = self.slot();
        match slot.kind {
            Kind::Text | Kind::Number | Kind::Bool => Some(self.tree.text_of(slot)),
            Kind::Null | Kind::Array | Kind::Object => None,
        }
    }

    /// The text, owned and cut at [`MAX_TEXT`] bytes.
    pub fn string(self) -> Option<String> {
        self.text().map(cut)
    }

    /// A whole number.
    pub fn integer(self) -> Option<i64> {
        (self.kind() == Kind::Number).then(|| self.text()?.parse().ok())?
    }

    /// True only for a boolean `true` (also YAML 1.1's `yes` and `on`, as the API server reads them).
    pub fn is_true(self) -> bool {
        self.kind() == Kind::Bool
            && self.text().is_some_and(|t| ["true", "yes", "on"].iter().any(|w| t.eq_ignore_ascii_case(w)))
    }

    /// The value of a key; of duplicate keys the last, as the API server's decoder has it. Null counts as absent.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        let [found] = self.pick([key]);
        found
    }

    /// The values of several keys, each as [`Node::get`] gives it, in one pass over the members.
    #[inline]
    pub fn pick<const N: usize>(self, keys: [&str; N]) -> [Option<Node<'t>>; N] {
        let mut found = [None; N];
        for (name, value) in self.members() {
            let slot = name.slot();
            let written = match slot.store {
                Store::Source => self.tree.source.as_bytes().get(slot.start as usize..slot.end as usize),
                _ => None,
            };
            for (key, place) in keys.iter().zip(&mut found) {
                let same = match written {
                    Some(written) => written == key.as_bytes(),
                    None => self.tree.text_of(slot) == *key,
                };
                if same {
                    *place = Some(value).filter(|node| node.kind() != Kind::Null);
                }
            }
        }
        found
    }

    /// The value at the end of a path of keys.
    pub fn path(self, keys: &[&str]) -> Option<Node<'t>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The decoded scalar at a key, owned and cut at [`MAX_TEXT`]; `None` where absent, null or a collection.
    pub fn string_at(self, key: &str) -> Option<String> {
        self.get(key)?.string()
    }

    /// The decoded scalar at a key, borrowed where nothing had to be decoded.
    pub fn text_of(self, key: &str) -> Option<Cow<'t, str>> {
        self.get(key)?.text()
    }

    /// The members of an object in order; nothing for any other node.
    #[inline]
    pub fn members(self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> {
        let slot = self.slot();
        let end = if slot.kind == Kind::Object { slot.link } else { 0 };
        let tree = self.tree;
        let mut next = self.at.saturating_add(1);
        std::iter::from_fn(move || {
            let value = tree.after(next);
            if next >= end || value >= end {
                return None;
            }
            let pair = (Node { tree, at: next }, Node { tree, at: value });
            next = tree.after(value);
            Some(pair)
        })
    }

    /// The elements of an array in order; nothing for any other node.
    #[inline]
    pub fn elements(self) -> impl Iterator<Item = Node<'t>> {
        let slot = self.slot();
        let end = if slot.kind == Kind::Array { slot.link } else { 0 };
        let tree = self.tree;
        let mut next = self.at.saturating_add(1);
        std::iter::from_fn(move || {
            let here = next;
            next = tree.after(here);
            (here < end).then_some(Node { tree, at: here })
        })
    }

    /// The elements of the array at a key.
    pub fn list(self, key: &str) -> impl Iterator<Item = Node<'t>> {
        self.get(key).into_iter().flat_map(Node::elements)
    }

    /// What it spans, as written: also what was left unread when the tree was built.
    pub fn raw(self) -> &'t str {
        let slot = self.slot();
        self.tree.source.get(slot.start as usize..slot.end as usize).unwrap_or("")
    }

    /// First byte in the segment; for quoted strings the first of the content.
    pub fn start(self) -> u64 {
        u64::from(self.slot().start)
    }

    /// One past the last byte in the segment.
    #[cfg(test)]
    pub fn end(self) -> u64 {
        u64::from(self.slot().end)
    }

    /// Where it stands, `offset` counted from `base`.
    pub fn spot(self, base: u64, pointer: String) -> Spot {
        let slot = self.slot();
        let start = u64::from(slot.start);
        Spot { pointer, offset: start.saturating_sub(base), length: u64::from(slot.end).saturating_sub(start) }
    }
}

/// Longest text that is kept, in bytes.
pub(crate) const MAX_TEXT: usize = 4096;

/// A text, owned and cut at [`MAX_TEXT`] bytes on a character boundary.
pub(crate) fn cut(text: Cow<'_, str>) -> String {
    if text.len() <= MAX_TEXT {
        return text.into_owned();
    }
    let end = (0..=MAX_TEXT).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    text.get(..end).unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;

    #[test]
    fn json_and_yaml_give_the_same_tree() {
        let json = r#"{"a":{"b":["x",1,true,null]},"image":"n\u0067inx"}"#;
        let yaml = "a:\n  b:\n  - x\n  - 1\n  - true\n  - ~\nimage: \"n\\x67inx\"\n";
        for tree in [parse_json(json, &Limits::default()), parse_yaml(yaml, &Limits::default())] {
            let tree = tree.unwrap();
            let root = tree.root().unwrap();
            assert_eq!(root.get("image").unwrap().text().unwrap(), "nginx");
            let b = root.path(&["a", "b"]).unwrap();
            let kinds: Vec<Kind> = b.elements().map(Node::kind).collect();
            assert_eq!(kinds, [Kind::Text, Kind::Number, Kind::Bool, Kind::Null]);
            assert_eq!(b.elements().nth(1).unwrap().integer(), Some(1));
            assert!(b.elements().nth(2).unwrap().is_true());
            assert!(root.get("c").is_none());
        }
    }

    #[test]
    fn long_texts_are_cut_on_a_character_boundary() {
        let long = "é".repeat(3000);
        let kept = cut(Cow::Borrowed(&long));
        assert!(kept.len() <= MAX_TEXT && kept.chars().all(|c| c == 'é'));
    }
}
