//! Targets: those of one name joined, matrices expanded, and what they inherit.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::{Scope, evaluate};
use super::value::Value;
use crate::model::fact::Spot;
use crate::model::recipe::{Bake, BakeInline, BakeTarget, BakeValue};

/// Deepest inheritance, and most targets that one inherits from.
const DEPTH: usize = 32;
const MOST: usize = 200;
/// Most combinations of a matrix.
const MAX_COMBINATIONS: usize = 256;
/// Most keys of a matrix.
const MAX_AXES: usize = 32;

/// A target with all that it inherits.
pub(super) struct Target<'b> {
    /// What is written for each attribute, the least telling first.
    layers: BTreeMap<&'b str, Vec<&'b BakeValue>>,
    /// The last of each.
    pub values: BTreeMap<&'b str, &'b BakeValue>,
    pub inline: Option<&'b BakeInline>,
    /// Targets that it inherits from and that are not in the file.
    pub missing: Vec<String>,
    pub spot: Spot,
}

/// The targets of a file by name: several of one name are one, in the place of the first.
pub(super) struct Named<'b> {
    pub name: &'b str,
    parts: Vec<&'b BakeTarget>,
    all: std::rc::Rc<BTreeMap<&'b str, Vec<&'b BakeTarget>>>,
}

/// The targets, in order.
pub(super) fn merged(bake: &Bake) -> Vec<Named<'_>> {
    let (mut order, mut all) = (Vec::new(), BTreeMap::<&str, Vec<&BakeTarget>>::new());
    for target in &bake.targets {
        let parts = all.entry(&target.name).or_default();
        if parts.is_empty() {
            order.push(target.name.as_str());
        }
        parts.push(target);
    }
    let all = std::rc::Rc::new(all);
    let named = |name| Named { name, parts: all.get(name).cloned().unwrap_or_default(), all: all.clone() };
    order.into_iter().map(named).collect()
}

/// The names of targets that others are written to inherit from.
pub(super) fn bases(bake: &Bake) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&BakeValue> = bake.targets.iter().filter_map(|target| target.values.get("inherits")).collect();
    while let Some(value) = open.pop() {
        match value {
            BakeValue::List(list) => open.extend(list),
            BakeValue::Expression(word) => found.extend(unquoted(&word.text)),
            BakeValue::Template(word) => found.extend([word.text.as_str()]),
            BakeValue::Map(_) => {}
        }
    }
    found
}

/// The text between an expression's quotes; `None` where it has none.
pub(super) fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"').and_then(|t| t.strip_suffix('"'))
}

/// A target as many times as its matrix makes it, each with its name and scope.
pub(super) fn expanded<'b>(named: &Named<'b>, scope: &Scope<'b>) -> Vec<(String, Target<'b>, Scope<'b>)> {
    let matrix = named.parts.iter().rev().find_map(|part| part.values.get("matrix"));
    let mut scopes = vec![scope.clone()];
    if let Some(BakeValue::Map(axes)) = matrix {
        for (name, values) in axes.iter().take(MAX_AXES) {
            let values = evaluate(values, scope).list();
            let next = scopes.iter().flat_map(|scope| values.iter().map(|value| scope.with(name, value.clone())));
            scopes = next.take(MAX_COMBINATIONS).collect();
        }
    }
    let written = named.parts.iter().rev().find_map(|part| part.values.get("name"));
    let several = scopes.len() > 1;
    let made = scopes.into_iter().enumerate().map(|(i, scope)| {
        let name = written.map(|value| evaluate(value, &scope)).and_then(|value| value.text().ok());
        // A name that cannot be told is told apart by number.
        let unnamed = || if several { format!("{} {}", named.name, i + 1) } else { named.name.to_owned() };
        (name.unwrap_or_else(unnamed), inherited(named, &scope), scope)
    });
    made.collect()
}

/// What a target says and inherits. Of two that it inherits from the one named last wins, and its own words win over all.
fn inherited<'b>(named: &Named<'b>, scope: &Scope<'b>) -> Target<'b> {
    let mut line: Vec<&'b BakeTarget> = Vec::new();
    let mut missing = Vec::new();
    // The most telling first: a stack gives the last named before those named before it.
    let mut open: Vec<(Vec<&'b BakeTarget>, usize)> = vec![(named.parts.clone(), 0)];
    while let Some((parts, depth)) = open.pop() {
        if line.len() >= MOST {
            break;
        }
        let inherits = parts.iter().rev().find_map(|part| part.values.get("inherits"));
        line.extend(parts.iter().rev());
        let names = inherits.map(|value| evaluate(value, scope).list()).unwrap_or_default();
        for name in names.into_iter().filter_map(|name| name.text().ok()).take(MOST) {
            match named.all.get(name.as_str()) {
                Some(parts) if depth < DEPTH => open.push((parts.clone(), depth + 1)),
                Some(_) => {}
                None => missing.push(name),
            }
        }
    }
    let mut layers: BTreeMap<&'b str, Vec<&'b BakeValue>> = BTreeMap::new();
    for part in line.iter().rev() {
        for (key, value) in &part.values {
            layers.entry(key).or_default().push(value);
        }
    }
    let values = layers.iter().filter_map(|(key, values)| Some((*key, *values.last()?))).collect();
    let inline = line.iter().find_map(|part| part.inline.as_ref());
    let spot = named.parts.first().map(|part| part.spot.clone()).unwrap_or_default();
    Target { layers, values, inline, missing, spot }
}

impl<'b> Target<'b> {
    /// A map, key by key: what is inherited stays where it is not written anew.
    pub fn map(&self, attribute: &str, scope: &Scope<'b>) -> BTreeMap<String, Value> {
        let mut found = BTreeMap::new();
        for layer in self.layers.get(attribute).into_iter().flatten() {
            if let Value::Map(map) = evaluate(layer, scope) {
                found.extend(map);
            }
        }
        found
    }
}
