//! The history of an image's config: a word for each entry, the base that an entry names, and whether layers were merged.
//!
//! History is written by whoever built the image, and need not fit its layers: nothing is counted from it that does not.

use super::names;
use crate::model::digest::Digest;
use crate::model::lineage::{LayerChain, Named, history_word};
use crate::read::tree::Node;

/// Most entries: each layer may have one, and so may each empty step.
const MOST: usize = 4 * LayerChain::MOST;

/// What a config's history says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::read) struct History {
    /// A word for each entry, see [`history_word`]; empty where there are more than an image has.
    pub words: Vec<String>,
    /// Layers were merged into one, or the image was imported from a file system.
    pub flattened: bool,
    /// The base that the last such entry names, the entry's number, and how many layers stand below it.
    pub from: Option<(Named, usize, usize)>,
    /// Entries that made a layer.
    layers: usize,
}

impl History {
    /// Reads the entries of a `history` array.
    pub fn of(node: Option<Node<'_>>) -> History {
        let mut history = History::default();
        let Some(node) = node else { return history };
        for (number, entry) in node.elements().enumerate() {
            if number >= MOST {
                return History { flattened: history.flattened, ..History::default() };
            }
            history.entry(number, entry);
        }
        history
    }

    fn entry(&mut self, number: usize, entry: Node<'_>) {
        let [created, by, comment, empty] = entry.pick(["created", "created_by", "comment", "empty_layer"]);
        let [created, by, comment] = [created, by, comment].map(|n| n.and_then(Node::text).unwrap_or_default());
        let empty = empty.is_some_and(Node::is_true);
        self.words.push(history_word(&created, &by, empty));
        // `docker build --squash` and `docker import` say so.
        self.flattened |= comment.starts_with("merge sha256:") || comment.starts_with("Imported from ");
        // Buildah writes it at the first entry above its base.
        if let Some(named) = base(&comment).or_else(|| base(by.strip_prefix("FROM ").map_or("", |_| by.as_ref()))) {
            self.from = Some((named, number, self.layers));
        }
        self.layers += usize::from(!empty);
    }

    /// The layer below the entry that names the base, where the history fits the layers.
    pub fn seam(&self, layers: &[Digest]) -> Option<Digest> {
        let (_, _, below) = self.from.as_ref().filter(|_| self.layers == layers.len())?;
        layers.get(below.checked_sub(1)?).cloned()
    }
}

/// The reference after `FROM` in a comment.
fn base(comment: &str) -> Option<Named> {
    let at = comment.find("FROM ")?;
    if comment.get(..at)?.ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let word = comment.get(at + 5..)?.split_whitespace().next()?;
    let word = word.trim_end_matches([',', ';', ')']);
    // A word of prose is no name: a name of a base has a tag, a digest or a path.
    let telling = word.contains(['/', ':', '@']) || word == Named::SCRATCH;
    names::reference(word).filter(|_| telling)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;
    use crate::read::tree::parse_json;

    fn history(json: &str) -> History {
        let tree = parse_json(json, &Limits::default()).unwrap();
        History::of(tree.root())
    }

    fn layers(n: usize) -> Vec<Digest> {
        (0..n).map(|i| Digest::of(&[i as u8])).collect()
    }

    #[test]
    fn the_last_base_is_the_image_s_own() {
        let hex = "a".repeat(64);
        let found = history(&format!(
            r#"[{{"created_by":"ADD x"}},{{"created_by":"RUN a","comment":"FROM registry.example/os:8"}},
            {{"created_by":"CMD b","empty_layer":true}},
            {{"created_by":"COPY c","comment":"buildah: FROM registry-proxy.example/rh-osbs/s2i-core@sha256:{hex}"}}]"#
        ));
        let (named, number, below) = found.from.clone().unwrap();
        assert_eq!((named.as_written.as_str(), number, below), ("registry-proxy.example/rh-osbs/s2i-core", 3, 2));
        assert_eq!(found.seam(&layers(3)), Some(layers(3)[1].clone()));
        // A history that does not fit the layers tells no seam.
        assert_eq!((found.seam(&layers(2)), found.seam(&layers(4)), found.seam(&[])), (None, None, None));
        assert_eq!(found.words.len(), 4);
    }

    #[test]
    fn prose_names_no_base() {
        for comment in ["copied FROM upstream", "xFROM a:1", "FROM", "FROM ", "from a:1", "FROM A/B:1", "buildkit"] {
            let json = serde_json::to_string(&serde_json::json!([{"comment": comment}])).unwrap();
            assert_eq!(history(&json).from, None, "{comment}");
        }
    }

    #[test]
    fn merged_layers_are_told_and_hostile_histories_are_bounded() {
        assert!(history(r#"[{"comment":"merge sha256:aa to sha256:bb"}]"#).flattened);
        assert!(history(r#"[{"comment":"Imported from -"}]"#).flattened);
        let many = format!("[{}{{}}]", "{},".repeat(MOST + 5));
        assert_eq!(history(&many), History::default());
        assert_eq!(history("7"), History::default());
        assert_eq!(history("[7,null,[]]").words.len(), 3);
    }
}
