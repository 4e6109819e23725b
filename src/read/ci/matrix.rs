//! Matrices written in the file: every combination, bounded.

use std::collections::BTreeMap;

use super::expression::has_expression;
use crate::read::tree::{Kind, Node};

/// Most combinations of one matrix. GitHub refuses more than 256 jobs of one, GitLab more than 200.
pub(super) const MAX_COMBINATIONS: usize = 256;

/// Most keys of a matrix, and most entries of `include` and `exclude`, that are looked at.
const MAX_KEYS: usize = 64;
const MAX_ENTRIES: usize = 1024;

/// One combination: each key with its value.
pub(super) type Combination<'t> = BTreeMap<String, Node<'t>>;

/// A job's matrix.
#[derive(Debug, Clone, Default)]
pub(super) struct Matrix<'t> {
    /// The combinations; without a matrix there is one, which is empty.
    pub combinations: Vec<Combination<'t>>,
    /// Combinations are left out: too many, or made by an expression.
    pub cut: bool,
    /// Nothing of it is written in the file.
    pub unknown: bool,
}

impl<'t> Matrix<'t> {
    fn single() -> Self {
        Matrix { combinations: vec![Combination::new()], ..Matrix::default() }
    }
}

/// GitHub's `strategy.matrix`, with `exclude` applied before `include` (docs, "Running variations of jobs in a
/// workflow").
pub(super) fn github<'t>(matrix: Option<Node<'t>>) -> Matrix<'t> {
    let Some(matrix) = matrix else { return Matrix::single() };
    if matrix.kind() != Kind::Object {
        return Matrix { unknown: true, ..Matrix::single() };
    }
    let mut result = Matrix { combinations: vec![Combination::new()], ..Matrix::default() };
    let mut keys = 0;
    for (key, values) in matrix.members() {
        let Some(key) = key.string().filter(|key| !matches!(key.as_str(), "include" | "exclude" | "<<")) else {
            continue;
        };
        keys += 1;
        if keys > MAX_KEYS {
            result.cut = true;
            break;
        }
        let values: Vec<Node<'t>> =
            if values.kind() == Kind::Array { values.elements().collect() } else { vec![values] };
        result.multiply(&key, &values);
    }
    if keys == 0 {
        result.combinations.clear();
    }
    for out in matrix.list("exclude").take(MAX_ENTRIES) {
        result.combinations.retain(|combination| !holds(combination, out));
    }
    result.include(matrix.get("include"));
    if result.combinations.is_empty() {
        result.combinations.push(Combination::new());
    }
    result
}

/// GitLab's `parallel: matrix:`: a list of maps, each multiplied by itself.
pub(super) fn gitlab<'t>(parallel: Option<Node<'t>>) -> Matrix<'t> {
    let Some(list) = parallel.and_then(|p| p.get("matrix")) else { return Matrix::single() };
    let mut result = Matrix::default();
    for entry in list.elements() {
        let mut part = Matrix::single();
        for (key, values) in entry.members().take(MAX_KEYS) {
            let Some(key) = key.string() else { continue };
            let values: Vec<Node<'t>> =
                if values.kind() == Kind::Array { values.elements().collect() } else { vec![values] };
            part.multiply(&key, &values);
        }
        result.cut |= part.cut;
        result.combinations.extend(part.combinations);
        if result.combinations.len() > MAX_COMBINATIONS {
            result.combinations.truncate(MAX_COMBINATIONS);
            result.cut = true;
            break;
        }
    }
    if result.combinations.is_empty() { Matrix::single() } else { result }
}

impl<'t> Matrix<'t> {
    fn multiply(&mut self, key: &str, values: &[Node<'t>]) {
        let wanted = self.combinations.len().saturating_mul(values.len());
        self.cut |= wanted > MAX_COMBINATIONS;
        let old = std::mem::take(&mut self.combinations);
        let new = old.iter().flat_map(|combination| {
            values.iter().map(move |value| {
                let mut combination = combination.clone();
                combination.insert(key.to_owned(), *value);
                combination
            })
        });
        self.combinations = new.take(MAX_COMBINATIONS).collect();
    }

    /// Each entry extends the combinations that it does not contradict, and is one of its own where it fits none. Only
    /// original values count as contradiction, not those that an earlier entry added.
    fn include(&mut self, include: Option<Node<'t>>) {
        let Some(include) = include else { return };
        if include.kind() != Kind::Array {
            self.cut |= include.text().is_some_and(|text| has_expression(&text));
            return;
        }
        let original: Vec<Combination<'t>> = self.combinations.clone();
        for entry in include.elements().take(MAX_ENTRIES) {
            let pairs: Vec<(String, Node<'t>)> =
                entry.members().take(MAX_KEYS).filter_map(|(key, value)| Some((key.string()?, value))).collect();
            let mut fits = false;
            for (combination, own) in self.combinations.iter_mut().zip(&original) {
                let same = |(key, value): &(String, Node<'t>)| own.get(key).is_none_or(|old| same(*old, *value));
                if pairs.iter().all(same) {
                    fits = true;
                    combination.extend(pairs.iter().cloned());
                }
            }
            if !fits && self.combinations.len() >= MAX_COMBINATIONS {
                self.cut = true;
            } else if !fits {
                self.combinations.push(pairs.into_iter().collect());
            }
        }
    }
}

/// Whether a combination has all that an entry of `exclude` names.
fn holds(combination: &Combination<'_>, entry: Node<'_>) -> bool {
    entry.members().all(|(key, value)| {
        key.string().and_then(|key| combination.get(&key).copied()).is_some_and(|own| same(own, value))
    })
}

/// Whether two values say the same. Bounded by the tree's depth; maps that no person would write into a matrix differ.
fn same(a: Node<'_>, b: Node<'_>) -> bool {
    match (a.kind(), b.kind()) {
        (Kind::Object, Kind::Object) => {
            let size = a.members().take(MAX_KEYS).count();
            size < MAX_KEYS
                && size == b.members().take(MAX_KEYS).count()
                && a.members()
                    .all(|(key, value)| key.text().and_then(|key| b.get(&key)).is_some_and(|other| same(value, other)))
        }
        (Kind::Array, Kind::Array) => {
            a.elements().count() == b.elements().count() && a.elements().zip(b.elements()).all(|(a, b)| same(a, b))
        }
        _ => a.text() == b.text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;
    use crate::read::tree::parse_yaml;

    fn combinations(text: &str) -> Vec<String> {
        let tree = parse_yaml(text, &Limits::default()).unwrap();
        let matrix = github(tree.root());
        let of = |c: &Combination<'_>| {
            c.iter().map(|(k, v)| format!("{k}={}", v.string().unwrap_or_default())).collect::<Vec<_>>().join(",")
        };
        matrix.combinations.iter().map(of).collect()
    }

    #[test]
    fn combinations_as_github_makes_them() {
        assert_eq!(combinations("{a: [1, 2], b: [x]}"), ["a=1,b=x", "a=2,b=x"]);
        assert_eq!(combinations("{a: [1, 2], exclude: [{a: 2}]}"), ["a=1"]);
        assert_eq!(combinations("{include: [{a: 1}, {a: 2, b: y}]}"), ["a=1", "a=2,b=y"]);
        // The example of the documentation.
        let text = "{fruit: [apple, pear], animal: [cat, dog], include: [{color: green}, {color: pink, animal: cat},
            {fruit: apple, shape: circle}, {fruit: banana}, {fruit: banana, animal: cat}]}";
        assert_eq!(
            combinations(text),
            [
                "animal=cat,color=pink,fruit=apple,shape=circle",
                "animal=dog,color=green,fruit=apple,shape=circle",
                "animal=cat,color=pink,fruit=pear",
                "animal=dog,color=green,fruit=pear",
                "fruit=banana",
                "animal=cat,fruit=banana",
            ]
        );
    }

    #[test]
    fn bombs_are_cut() {
        let values = (0..40).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
        let text = format!("{{a: [{values}], b: [{values}], c: [{values}], d: [{values}]}}");
        let tree = parse_yaml(&text, &Limits::default()).unwrap();
        let matrix = github(tree.root());
        assert_eq!((matrix.combinations.len(), matrix.cut), (MAX_COMBINATIONS, true));
        let text = format!("{{matrix: [{{a: [{values}], b: [{values}]}}, {{a: [{values}], b: [{values}]}}]}}");
        let tree = parse_yaml(&text, &Limits::default()).unwrap();
        let matrix = gitlab(tree.root());
        assert_eq!((matrix.combinations.len(), matrix.cut), (MAX_COMBINATIONS, true));
    }
}
