//! Bake files in JSON: the same blocks, each string an HCL template (HCL's JSON syntax).

use super::{MAX_DEPTH, Taken};
use crate::model::recipe::{BakeGroup, BakeTarget, BakeValue, BakeVariable, Word};
use crate::read::inline::{self, Pointers};
use crate::read::outcome::Outcome;
use crate::read::tree::{Kind, Node, parse_json};
use crate::read::{Limits, Segment};

/// Reads a whole file.
pub(in crate::read) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let tree = match parse_json(source, limits) {
        Ok(tree) => tree,
        Err(error) => return out.reject(segment.pointer.clone(), error.reason),
    };
    let Some(root) = tree.root() else { return };
    let mut taken = Taken::new(segment, limits, out);
    for (kind, inner) in root.members() {
        let kind = kind.string().unwrap_or_default();
        for (name, body) in inner.members() {
            let name = name.string().unwrap_or_default();
            let pointer = format!("/{kind}/{}", escape(&name));
            if !taken.room(&pointer) {
                break;
            }
            // HCL's JSON syntax lets a block be a list of one.
            let body = if body.kind() == Kind::Array { body.elements().next().unwrap_or(body) } else { body };
            block(&kind, name, body, source, &pointer, &mut taken);
        }
    }
    taken.finish(source.len());
}

fn block(kind: &str, name: String, body: Node<'_>, source: &str, pointer: &str, taken: &mut Taken<'_>) {
    let spot = body.spot(0, pointer.to_owned());
    match kind {
        "variable" => {
            let default = body.get("default").and_then(|v| value(v, format!("{pointer}/default"), 0, taken));
            taken.bake.variables.push(BakeVariable { name, default, spot });
        }
        "group" => {
            let targets = body.get("targets").and_then(|v| value(v, format!("{pointer}/targets"), 0, taken));
            taken.bake.groups.push(BakeGroup { name, targets });
        }
        "target" => {
            let mut target = BakeTarget { name, spot, ..BakeTarget::default() };
            for (key, node) in body.members() {
                let Some(key) = key.string().filter(|key| BakeTarget::ATTRIBUTES.contains(&key.as_str())) else {
                    continue;
                };
                let at = format!("{pointer}/{key}");
                let inline = (key == "dockerfile-inline").then(|| node.text()).flatten();
                match inline.filter(|text| !text.contains("${") && !text.contains("%{")) {
                    Some(text) => {
                        let spot = node.spot(0, at);
                        let written = inline::written(source, &spot);
                        taken.inline(&mut target, &text, written, spot, Pointers::Path);
                    }
                    None => target.values.extend(value(node, at, 0, taken).map(|value| (key, value))),
                }
            }
            taken.bake.targets.push(target);
        }
        _ => {}
    }
}

fn value(node: Node<'_>, pointer: String, depth: usize, taken: &mut Taken<'_>) -> Option<BakeValue> {
    match node.kind() {
        Kind::Null => None,
        Kind::Array | Kind::Object if depth == MAX_DEPTH => {
            taken.reject(&pointer, "nested deeper than values of a bake file are");
            None
        }
        Kind::Array => {
            let values = node.elements().enumerate();
            Some(BakeValue::List(
                values.filter_map(|(i, e)| value(e, format!("{pointer}/{i}"), depth + 1, taken)).collect(),
            ))
        }
        Kind::Object => {
            let members = node.members().filter_map(|(key, e)| {
                let key = key.string()?;
                let value = value(e, format!("{pointer}/{}", escape(&key)), depth + 1, taken)?;
                Some((key, value))
            });
            Some(BakeValue::Map(members.collect()))
        }
        kind => {
            let text = node.text()?.into_owned();
            let kept = taken.keeps(&text, &pointer);
            let word = Word { text, spot: node.spot(0, pointer) };
            kept.then(|| if kind == Kind::Text { BakeValue::Template(word) } else { BakeValue::Expression(word) })
        }
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
