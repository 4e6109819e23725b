//! A JSON pointer followed through the document itself, for files whose facts stand in a recipe.

use std::io::Read;

use crate::case::Case;
use crate::case::store::blob::{BlobReader, Stat};
use crate::model::fact::Spot;
use crate::read::{Kind, Limits, Node, Tree, parse_json, parse_yaml};

/// Longest document that is read for this.
const LONGEST: u64 = 16 << 20;

/// Where the value of a pointer stands in the document at `whole`, counted from the start of the blob; `None` where the
/// document has no such value, or is neither JSON nor YAML.
pub(super) fn spot(case: &Case, found: &Stat, whole: &Spot, rest: &str) -> std::io::Result<Option<Spot>> {
    if rest.is_empty() || whole.length > LONGEST {
        return Ok(None);
    }
    let mut reader = BlobReader::new(case.conn(), found.row);
    std::io::copy(&mut reader.by_ref().take(whole.offset), &mut std::io::sink())?;
    let mut bytes = Vec::new();
    reader.take(whole.length).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(within(&text, rest).map(|(start, end)| Spot {
        pointer: format!("{}{rest}", whole.pointer),
        offset: whole.offset + start,
        length: end.saturating_sub(start),
    }))
}

/// First byte and end of a pointer's value in a text.
fn within(text: &str, pointer: &str) -> Option<(u64, u64)> {
    let limits = Limits::default();
    let json = text.trim_start().starts_with('{');
    let tree: Tree<'_> = if json { parse_json(text, &limits) } else { parse_yaml(text, &limits) }.ok()?;
    let mut node = tree.root()?;
    for token in pointer.strip_prefix('/')?.split('/') {
        node = step(node, &token.replace("~1", "/").replace("~0", "~"))?;
    }
    let spot = node.spot(0, String::new());
    (spot.length > 0).then_some((spot.offset, spot.offset + spot.length))
}

fn step<'t>(node: Node<'t>, token: &str) -> Option<Node<'t>> {
    match node.kind() {
        Kind::Array => node.elements().nth(token.parse().ok()?),
        _ => node.get(token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_followed_in_json_and_yaml() {
        let yaml = "services:\n  x/y:\n    image: a/b:1\n    ports: ['80', \"81\"]\n";
        let json = r#"{"target": {"app": {"tags": ["a/b:1", "a/b:2"]}}}"#;
        for (text, pointer, expected) in [
            (yaml, "/services/x~1y/image", Some("a/b:1")),
            (yaml, "/services/x~1y/ports/1", Some("\"81\"")),
            (yaml, "/services/other", None),
            (json, "/target/app/tags/1", Some("\"a/b:2\"")),
            (json, "/target/app/tags/2", None),
            ("target \"app\" {}\n", "/target/app", None),
        ] {
            let found = within(text, pointer).and_then(|(start, end)| text.get(start as usize..end as usize));
            let plain = |text: &str| text.trim_matches('"').to_owned();
            assert_eq!(found.map(plain), expected.map(plain), "{pointer}");
        }
    }
}
