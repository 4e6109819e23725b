//! What an expression comes to.

use std::collections::{BTreeMap, BTreeSet};

/// A value. What could not be evaluated is a value too, so that the rest of a list or map stays known.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A text.
    Text(String),
    /// A list, or a set.
    List(Vec<Value>),
    /// A map.
    Map(BTreeMap<String, Value>),
    /// A known map or list does not have it.
    Absent(String),
    /// Not known; the variables and expressions it needs.
    Unknown(BTreeSet<String>),
}

impl Value {
    /// Not known for want of one thing.
    pub fn needs(what: impl Into<String>) -> Value {
        Value::Unknown(BTreeSet::from([what.into()]))
    }

    /// The value as a text, as templates take it; else what it needs.
    pub fn text(self) -> Result<String, BTreeSet<String>> {
        match self {
            Value::Null => Ok(String::new()),
            Value::Bool(value) => Ok(value.to_string()),
            Value::Number(text) | Value::Text(text) => Ok(text),
            Value::Unknown(needs) => Err(needs),
            Value::Absent(what) => Err(BTreeSet::from([what])),
            Value::List(_) => Err(BTreeSet::from(["a list where a text stands".to_owned()])),
            Value::Map(_) => Err(BTreeSet::from(["a map where a text stands".to_owned()])),
        }
    }

    /// The value as a list; a single value is a list of one, nothing is an empty one.
    pub fn list(self) -> Vec<Value> {
        match self {
            Value::Null => Vec::new(),
            Value::List(list) => list,
            other => vec![other],
        }
    }

    /// Whether it is true; `None` where that is not known or makes no sense.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether any part of it is not known; what that needs.
    pub fn missing(&self) -> BTreeSet<String> {
        match self {
            Value::Unknown(needs) => needs.clone(),
            Value::Absent(what) => BTreeSet::from([what.clone()]),
            Value::List(list) => list.iter().flat_map(Value::missing).collect(),
            Value::Map(map) => map.values().flat_map(Value::missing).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// How much it holds, in bytes, roughly.
    pub fn size(&self) -> usize {
        match self {
            Value::Null | Value::Bool(_) => 1,
            Value::Number(text) | Value::Text(text) | Value::Absent(text) => text.len() + 1,
            Value::List(list) => list.iter().map(Value::size).sum::<usize>() + 1,
            Value::Map(map) => map.iter().map(|(key, value)| key.len() + value.size()).sum::<usize>() + 1,
            Value::Unknown(needs) => needs.iter().map(String::len).sum::<usize>() + 1,
        }
    }
}
