//! Rows that are JSON objects: their keys are the headers.

use super::fields::{Columns, Field, Hints};
use super::row::{self, Row, Value, images_in, is_nothing};
use crate::read::outcome::Outcome;
use crate::read::tree::{Kind, Node, parse_json};
use crate::read::{Limits, Segment};

/// Most members of a row that are looked at.
const MOST: usize = 1_000;

/// An object below its keys.
struct Members<'t> {
    node: Node<'t>,
    values: Vec<(String, Node<'t>)>,
    columns: Columns,
}

impl Members<'_> {
    fn value(&self, field: Field) -> Option<&(String, Node<'_>)> {
        self.values.get(self.columns.get(field)?)
    }
}

impl Row for Members<'_> {
    fn get(&self, field: Field) -> Option<Value> {
        let (key, value) = self.value(field)?;
        let text = value.text()?.trim().to_owned();
        let spot = value.spot(self.node.start(), format!("/{}", escape(key)));
        (!is_nothing(&text)).then_some(Value { text, spot })
    }

    fn images(&self) -> Vec<Value> {
        let Some((key, value)) = self.value(Field::Image).or_else(|| self.value(Field::Repository)) else {
            return Vec::new();
        };
        let pointer = format!("/{}", escape(key));
        let in_text = |node: Node<'_>, pointer: &str| -> Vec<Value> {
            let text = node.text().unwrap_or_default();
            let spot = node.spot(self.node.start(), pointer.to_owned());
            // With escapes in it, where a part of the text stands is not known.
            let plain = spot.length == text.len() as u64;
            let place = |at: usize, word: &str| match plain {
                true => crate::model::fact::Spot {
                    offset: spot.offset + at as u64,
                    length: word.len() as u64,
                    ..spot.clone()
                },
                false => spot.clone(),
            };
            images_in(&text).map(|(at, word)| Value { text: word.to_owned(), spot: place(at, word) }).collect()
        };
        match value.kind() {
            Kind::Array => value
                .elements()
                .take(MOST)
                .enumerate()
                .flat_map(|(i, element)| in_text(element, &format!("{pointer}/{i}")))
                .collect(),
            _ => in_text(*value, &pointer),
        }
    }
}

/// A key as a JSON pointer's token (RFC 6901).
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Reads one object.
pub(in crate::read) fn read(source: &str, segment: &Segment, hints: &Hints, limits: &Limits, out: &mut Outcome) {
    let tree = match parse_json(source, limits) {
        Ok(tree) => tree,
        Err(error) => return out.reject(segment.pointer.clone(), error.reason),
    };
    let Some(root) = tree.root() else { return };
    if root.kind() != Kind::Object {
        return out.reject(segment.pointer.clone(), "not an object");
    }
    let values: Vec<(String, Node<'_>)> =
        root.members().take(MOST).filter_map(|(key, value)| Some((key.string()?, value))).collect();
    let columns = Columns::of(values.iter().map(|(key, _)| key.as_str()), hints);
    let row = Members { node: root, values, columns };
    row::read(&row, root.spot(0, segment.pointer.clone()), &segment.pointer, out);
}
