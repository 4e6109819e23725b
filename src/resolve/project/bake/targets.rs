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

/// A block of a target and the number of the file it stands in.
type Part<'b> = (usize, &'b BakeTarget);

/// A target with all that it inherits.
pub(super) struct Target<'b> {
    /// What is written for each attribute, the least telling first.
    layers: BTreeMap<&'b str, Vec<(usize, &'b BakeValue)>>,
    /// The last of each, with the number of its file.
    pub values: BTreeMap<&'b str, (usize, &'b BakeValue)>,
    /// Its inline Dockerfile, with the number of its file.
    pub inline: Option<(usize, &'b BakeInline)>,
    /// Targets that it inherits from and that are in none of the files.
    pub missing: Vec<String>,
    /// Its first block.
    pub spot: Spot,
    /// The number of the file that the first block stands in.
    pub file: usize,
}

/// The targets of all files by name: several of one name are one, in the place of the first.
pub(super) struct Named<'b> {
    pub name: &'b str,
    parts: Vec<Part<'b>>,
    all: std::rc::Rc<BTreeMap<&'b str, Vec<Part<'b>>>>,
}

/// The targets, in the order of the files.
pub(super) fn merged<'b>(files: &[&'b Bake]) -> Vec<Named<'b>> {
    let (mut order, mut all) = (Vec::new(), BTreeMap::<&str, Vec<Part<'_>>>::new());
    for (number, target) in numbered(files) {
        let parts = all.entry(&target.name).or_default();
        if parts.is_empty() {
            order.push(target.name.as_str());
        }
        parts.push((number, target));
    }
    let all = std::rc::Rc::new(all);
    let named = |name| Named { name, parts: all.get(name).cloned().unwrap_or_default(), all: all.clone() };
    order.into_iter().map(named).collect()
}

fn numbered<'b>(files: &[&'b Bake]) -> impl Iterator<Item = Part<'b>> {
    files.iter().enumerate().flat_map(|(number, bake)| bake.targets.iter().map(move |target| (number, target)))
}

/// The names of targets that others are written to inherit from.
pub(super) fn bases<'b>(files: &[&'b Bake]) -> BTreeSet<&'b str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&BakeValue> = numbered(files).filter_map(|(_, target)| target.values.get("inherits")).collect();
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
    let matrix = named.parts.iter().rev().find_map(|(_, part)| part.values.get("matrix"));
    let mut scopes = vec![scope.clone()];
    if let Some(BakeValue::Map(axes)) = matrix {
        for (name, values) in axes.iter().take(MAX_AXES) {
            let values = evaluate(values, scope).list();
            let next = scopes.iter().flat_map(|scope| values.iter().map(|value| scope.with(name, value.clone())));
            scopes = next.take(MAX_COMBINATIONS).collect();
        }
    }
    let written = named.parts.iter().rev().find_map(|(_, part)| part.values.get("name"));
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
/// What blocks of one name inherit from is joined (buildx, `Target.Merge`).
fn inherited<'b>(named: &Named<'b>, scope: &Scope<'b>) -> Target<'b> {
    let mut line: Vec<Part<'b>> = Vec::new();
    let mut missing = Vec::new();
    // The most telling first: a stack gives the last named before those named before it.
    let mut open: Vec<(Vec<Part<'b>>, usize)> = vec![(named.parts.clone(), 0)];
    while let Some((parts, depth)) = open.pop() {
        if line.len() >= MOST {
            break;
        }
        line.extend(parts.iter().rev());
        let inherits = parts.iter().filter_map(|(_, part)| part.values.get("inherits"));
        let names: Vec<Value> = inherits.flat_map(|value| evaluate(value, scope).list()).take(MOST).collect();
        for name in names.into_iter().filter_map(|name| name.text().ok()) {
            match named.all.get(name.as_str()) {
                Some(parts) if depth < DEPTH => open.push((parts.clone(), depth + 1)),
                Some(_) => {}
                None => missing.push(name),
            }
        }
    }
    let mut layers: BTreeMap<&'b str, Vec<(usize, &'b BakeValue)>> = BTreeMap::new();
    let mut values = BTreeMap::new();
    for (file, part) in line.iter().rev() {
        for (key, value) in &part.values {
            layers.entry(key).or_default().push((*file, value));
            values.insert(key.as_str(), (*file, value));
        }
    }
    let inline = line.iter().find_map(|(file, part)| Some((*file, part.inline.as_ref()?)));
    let (file, spot) = named.parts.first().map(|(file, part)| (*file, part.spot.clone())).unwrap_or_default();
    Target { layers, values, inline, missing, spot, file }
}

impl<'b> Target<'b> {
    /// All that is written for an attribute, the least telling first, each with the number of its file.
    pub fn layers(&self, attribute: &str) -> impl Iterator<Item = &(usize, &'b BakeValue)> {
        self.layers.get(attribute).into_iter().flatten()
    }

    /// A map, key by key: what is inherited stays where it is not written anew, or only as null.
    pub fn map(&self, attribute: &str, scope: &Scope<'b>) -> BTreeMap<String, Value> {
        let mut found = BTreeMap::new();
        for (_, layer) in self.layers(attribute) {
            if let Value::Map(map) = evaluate(layer, scope) {
                let said = map.into_iter().filter(|(name, value)| *value != Value::Null || !found.contains_key(name));
                let said: Vec<(String, Value)> = said.collect();
                found.extend(said);
            }
        }
        found
    }
}
