//! Secrets by name: what a metadata-only list tells of them. Their contents are never asked for, and where an answer holds
//! any in spite of that, it is not read.

use super::metadata;
use super::taken::Taken;
use crate::read::outcome::Outcome;
use crate::read::tree::{Node, parse_json};
use crate::read::{Format, Limits, Segment};

/// Reads one segment: an object of a metadata-only list of Secrets, or a refusal in its place.
pub(in crate::read) fn read(format: Format, source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let tree = match parse_json(source, limits) {
        Ok(tree) => tree,
        Err(error) => return out.reject(segment.pointer.clone(), error.reason),
    };
    let Some(root) = tree.root() else { return };
    let kind = root.string_at("kind").unwrap_or_default();
    if let Some(list) = super::list_said(root, &kind) {
        // A list without items is one segment.
        out.said.lists.push(list);
        for (i, item) in root.list("items").enumerate() {
            one(format, item, &format!("{}/items/{i}", segment.pointer), out);
        }
    } else if kind == "Status" {
        super::status(root, &segment.pointer, out);
    } else {
        one(format, root, &segment.pointer, out);
    }
}

fn one(format: Format, node: Node<'_>, pointer: &str, out: &mut Outcome) {
    let mut taken = Taken::new(node, pointer, false, out);
    metadata::read(node, "Secret".to_owned(), "v1".to_owned(), &mut taken);
    taken.object.labels.clear();
    // The list was one of pull secrets only: their type is not in the answer.
    taken.detail("registry_credentials", format == Format::PullSecretNames);
    taken.finish();
}

#[cfg(test)]
mod tests {
    use crate::model::fact::Item;
    use crate::read::{Format, Limits, Splitter, read_segment};

    fn items(format: Format, text: &str) -> Vec<Item> {
        let (mut splitter, mut segments) = (Splitter::new(format, Limits::default()), Vec::new());
        splitter.push(text.as_bytes(), &mut segments).unwrap();
        splitter.finish(&mut segments).unwrap();
        segments.iter().flat_map(|segment| read_segment(format, segment, &Limits::default()).items).collect()
    }

    #[test]
    fn names_are_taken_and_nothing_else() {
        let text = r#"{"kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"7"},"items":[
            {"kind":"PartialObjectMetadata","metadata":{"name":"regcred","namespace":"prod","uid":"u","labels":{"a":"b"}},
             "data":{"x":"aGlkZGVu"}}]}"#;
        for (format, pull) in
            [(Format::PullSecretNames, Some(&serde_json::Value::Bool(true))), (Format::SecretNames, None)]
        {
            let items = items(format, text);
            let [item] = items.as_slice() else { panic!("{items:?}") };
            let object = item.object.as_ref().unwrap();
            assert_eq!(
                (object.kind.as_str(), object.namespace.as_str(), object.name.as_str()),
                ("Secret", "prod", "regcred")
            );
            assert_eq!((object.details.get("registry_credentials"), object.labels.len()), (pull, 0));
            assert!(!format!("{item:?}").contains("aGlkZGVu"));
        }
    }
}
