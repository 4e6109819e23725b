//! Which keys do what: data in `assets/keymap/default.toml`, the responder's own file merged over it.
//!
//! Owns key notation ([`key`]), reading the file ([`read`]) and looking keys up. It decides nothing about what a command
//! does, and knows of the terminal's state only through [`Conditions`] and the names of the tables that count now.

pub mod key;
pub mod read;
pub mod reference;

use crate::command::when::{Conditions, Expression};
use crate::command::{Call, Table};
use key::Key;

/// Our keymap.
pub const DEFAULT: &str = include_str!("../../../assets/keymap/default.toml");

/// Keys that do something in one mode while a condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The table it stands in, as `table` or `input`.
    pub mode: String,
    /// The keys, one after the other.
    pub keys: Vec<Key>,
    /// What they do; none takes the keys away from what would come after.
    pub call: Option<Call>,
    /// The condition, and the command's own.
    pub when: Expression,
    /// It comes from the responder's file.
    pub own: bool,
}

/// What keys mean here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A command.
    Call(Call),
    /// More keys may follow: what is left to press, and what that does.
    Pending(Vec<(Vec<Key>, Call)>),
    /// Nothing.
    Nothing,
}

/// All bindings; the first one that fits wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

/// What counts at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Now<'n> {
    /// Tables of the keymap, the one that is asked first in front.
    pub modes: &'n [&'n str],
    /// What is true.
    pub conditions: &'n Conditions,
    /// The commands there are; those with danger do not exist while reading only.
    pub commands: &'n Table,
}

impl Now<'_> {
    /// True where a command can be given now.
    pub fn allows(&self, id: &str) -> bool {
        let Some(row) = self.commands.get(id) else { return false };
        let when = Expression::parse(row.when).unwrap_or(Expression::Always);
        row.in_terminal() && row.allowed(self.conditions.holds("read-only")) && when.holds(self.conditions)
    }
}

impl Keymap {
    /// Bindings, the responder's own first.
    pub fn new(own: Vec<Binding>, ours: Vec<Binding>) -> Keymap {
        Keymap { bindings: own.into_iter().chain(ours).collect() }
    }

    /// Every binding.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// What the keys pressed so far mean.
    pub fn resolve(&self, keys: &[Key], now: Now<'_>) -> Found {
        let mut pending: Vec<(Vec<Key>, Call)> = Vec::new();
        for mode in now.modes {
            for binding in self.bindings.iter().filter(|b| b.mode == *mode && fits(b, now)) {
                let Some(rest) = binding.keys.strip_prefix(keys) else { continue };
                match (&binding.call, rest) {
                    // What a table in front says stands, whatever those behind it say.
                    (Some(call), []) if pending.is_empty() => return Found::Call(call.clone()),
                    (None, []) if pending.is_empty() => return Found::Nothing,
                    (Some(call), [_, ..]) if pending.iter().all(|(keys, _)| keys != rest) => {
                        pending.push((rest.to_vec(), call.clone()));
                    }
                    _ => {}
                }
            }
        }
        if pending.is_empty() { Found::Nothing } else { Found::Pending(pending) }
    }

    /// The keys that work now with what they do, in the order of the file, each keys and each call once.
    pub fn effective(&self, now: Now<'_>) -> Vec<(&[Key], &Call)> {
        let mut seen: Vec<&[Key]> = Vec::new();
        let mut list = Vec::new();
        for mode in now.modes {
            for binding in self.bindings.iter().filter(|b| b.mode == *mode && fits(b, now)) {
                if seen.contains(&binding.keys.as_slice()) {
                    continue;
                }
                seen.push(&binding.keys);
                if let Some(call) = &binding.call {
                    list.push((binding.keys.as_slice(), call));
                }
            }
        }
        list
    }

    /// The first keys that give that command now, for the key bar.
    pub fn keys_for(&self, call: &Call, now: Now<'_>) -> Option<&[Key]> {
        self.effective(now).into_iter().find(|(_, bound)| *bound == call).map(|(keys, _)| keys)
    }
}

fn fits(binding: &Binding, now: Now<'_>) -> bool {
    binding.when.holds(now.conditions) && binding.call.as_ref().is_none_or(|call| now.allows(&call.id))
}

#[cfg(test)]
mod tests;
