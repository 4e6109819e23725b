//! The rows that are marked for an action on several.
//!
//! Owns a set of keys. A mark is on what was seen: rows that arrive later are never marked by an earlier "all".

use std::collections::BTreeSet;

/// Marked keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks<K>(BTreeSet<K>);

impl<K> Default for Marks<K> {
    fn default() -> Self {
        Marks(BTreeSet::new())
    }
}

impl<K: Clone + Ord> Marks<K> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True without a mark.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when it is marked.
    pub fn contains(&self, key: &K) -> bool {
        self.0.contains(key)
    }

    /// In the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = &K> {
        self.0.iter()
    }

    /// Marks it, or takes the mark away; true when it is marked now.
    pub fn toggle(&mut self, key: K) -> bool {
        let removed = self.0.remove(&key);
        if !removed {
            self.0.insert(key);
        }
        !removed
    }

    /// Marks these as well.
    pub fn add(&mut self, keys: impl IntoIterator<Item = K>) {
        self.0.extend(keys);
    }

    /// Turns the marks of these over; those of others stay.
    pub fn invert(&mut self, keys: impl IntoIterator<Item = K>) {
        for key in keys {
            self.toggle(key);
        }
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Keeps those that still exist; how many went.
    pub fn retain(&mut self, exists: impl Fn(&K) -> bool) -> usize {
        let before = self.0.len();
        self.0.retain(|key| exists(key));
        before - self.0.len()
    }
}
