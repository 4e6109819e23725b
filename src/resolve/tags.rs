//! Whether a tag moved.
//!
//! Two digests of one tag prove a move only if they are of one kind and no record makes them one image or two platforms
//! of one index. A node that reports an index beside one that reports a manifest proves nothing: such digests cannot be
//! compared, and it is said so.

use std::collections::{BTreeMap, BTreeSet};

use super::grouping::Classes;
use crate::model::digest::DigestKind;

/// One digest seen under one tag. Digests and images are numbers of the caller's choosing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagEntry {
    /// The digest.
    pub digest: i64,
    /// What it names.
    pub kind: DigestKind,
    /// The image it belongs to.
    pub image: i64,
    /// The indexes known to contain it.
    pub indexes: Vec<i64>,
    /// Where and since when it was seen: host (empty where not told) and microseconds.
    pub seen: Vec<(String, i64)>,
    /// Where and since when containers ran with it, as their statuses report. A node's list of kept images is another
    /// reporter, and may name the index where the statuses name the manifest.
    pub ran: Vec<(String, i64)>,
}

/// What a tag's history says. Ordered by how much it asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Movement {
    /// No digest was seen under it.
    #[default]
    Unseen,
    /// One image, or platforms of one index.
    Same,
    /// Several digests that cannot be compared. Not "not moved".
    Uncomparable,
    /// One node reported two digests at different times; a runtime reports one kind, so the tag moved unless the
    /// runtime was changed between them.
    Likely,
    /// Two digests of one kind, of two images, at different times.
    Moved,
}

impl Movement {
    /// Every movement, in order.
    pub const ALL: [Movement; 5] =
        [Movement::Unseen, Movement::Same, Movement::Uncomparable, Movement::Likely, Movement::Moved];

    /// The word used in JSON and filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Movement::Unseen => "unseen",
            Movement::Same => "no",
            Movement::Uncomparable => "uncomparable",
            Movement::Likely => "likely",
            Movement::Moved => "yes",
        }
    }

    /// Its place in [`Movement::ALL`].
    pub fn index(self) -> i64 {
        Movement::ALL.iter().position(|m| *m == self).map_or(0, |i| i as i64)
    }

    /// The movement of a place in [`Movement::ALL`].
    pub fn from_index(index: i64) -> Movement {
        usize::try_from(index).ok().and_then(|i| Movement::ALL.get(i).copied()).unwrap_or_default()
    }
}

/// Judges all digests seen under one tag.
pub fn movement(entries: &[TagEntry]) -> Movement {
    let classes = comparable_classes(entries);
    let distinct: BTreeSet<usize> = classes.iter().copied().collect();
    match distinct.len() {
        0 => Movement::Unseen,
        1 => Movement::Same,
        _ if proven_kind_moved(entries, &classes) => Movement::Moved,
        _ if one_host_changed(entries, &classes) => Movement::Likely,
        _ => Movement::Uncomparable,
    }
}

/// For each entry its class: entries of one image, or of one index, are the same thing.
fn comparable_classes(entries: &[TagEntry]) -> Vec<usize> {
    let mut classes = Classes::new(entries.len());
    let mut images: BTreeMap<i64, usize> = BTreeMap::new();
    let mut digests: BTreeMap<i64, usize> = BTreeMap::new();
    for (i, entry) in entries.iter().enumerate() {
        let image = *images.entry(entry.image).or_insert(i);
        classes.join(i, image);
        for digest in entry.indexes.iter().chain([&entry.digest]) {
            let other = *digests.entry(*digest).or_insert(i);
            classes.join(i, other);
        }
    }
    (0..entries.len()).map(|i| classes.find(i)).collect()
}

/// Two classes with digests of one proven kind, first seen at different times. At one and the same time they may be two
/// platforms of an index that no evidence shows.
fn proven_kind_moved(entries: &[TagEntry], classes: &[usize]) -> bool {
    let mut first: BTreeMap<(DigestKind, usize), i64> = BTreeMap::new();
    for (entry, class) in entries.iter().zip(classes).filter(|(e, _)| e.kind != DigestKind::Unknown) {
        if let Some(from) = entry.seen.iter().map(|(_, from)| *from).min() {
            let slot = first.entry((entry.kind, *class)).or_insert(from);
            *slot = from.min(*slot);
        }
    }
    let mut times: BTreeMap<DigestKind, BTreeSet<i64>> = BTreeMap::new();
    for ((kind, _), from) in first {
        times.entry(kind).or_default().insert(from);
    }
    times.values().any(|t| t.len() > 1)
}

/// One host's containers ran with digests of unknown kind of two classes, begun at different times.
fn one_host_changed(entries: &[TagEntry], classes: &[usize]) -> bool {
    let mut by_host: BTreeMap<&str, (BTreeSet<usize>, BTreeSet<i64>)> = BTreeMap::new();
    for (entry, class) in entries.iter().zip(classes).filter(|(e, _)| e.kind == DigestKind::Unknown) {
        for (host, from) in entry.ran.iter().filter(|(host, _)| !host.is_empty()) {
            let (seen, times) = by_host.entry(host).or_default();
            seen.insert(*class);
            times.insert(*from);
        }
    }
    by_host.values().any(|(seen, times)| seen.len() > 1 && times.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DigestKind::{Config, Index, Manifest, Unknown};

    fn entry(digest: i64, kind: DigestKind, host: &str, from: i64) -> TagEntry {
        TagEntry {
            digest,
            kind,
            image: digest,
            indexes: vec![],
            seen: vec![(host.into(), from)],
            ran: vec![(host.into(), from)],
        }
    }

    #[test]
    fn a_node_keeps_the_index_of_what_its_container_reports_as_a_manifest_not_moved() {
        let kept = TagEntry { ran: vec![], ..entry(2, Unknown, "worker-3", 200) };
        assert_eq!(movement(&[entry(1, Unknown, "worker-3", 100), kept]), Movement::Uncomparable);
    }

    #[test]
    fn one_node_reports_the_index_and_another_the_manifest_not_moved() {
        let mut manifest = entry(2, Manifest, "n2", 20);
        assert_eq!(movement(&[entry(1, Index, "n1", 10), manifest.clone()]), Movement::Uncomparable);
        manifest.indexes = vec![1];
        assert_eq!(movement(&[entry(1, Index, "n1", 10), manifest]), Movement::Same);
    }

    #[test]
    fn a_tag_with_two_manifests_over_time_moved() {
        assert_eq!(movement(&[entry(1, Manifest, "n1", 10), entry(2, Manifest, "n2", 20)]), Movement::Moved);
        assert_eq!(
            movement(&[entry(1, Manifest, "n1", 10), entry(2, Manifest, "n2", 10)]),
            Movement::Uncomparable,
            "at one time they may be two platforms"
        );
    }

    #[test]
    fn two_platforms_of_one_index_are_no_move() {
        let (mut one, mut two) = (entry(1, Manifest, "n1", 10), entry(2, Manifest, "n2", 20));
        one.indexes = vec![9];
        two.indexes = vec![9];
        assert_eq!(movement(&[one, two]), Movement::Same);
    }

    #[test]
    fn one_node_that_reports_two_unknown_digests_over_time_likely_moved() {
        assert_eq!(movement(&[entry(1, Unknown, "n1", 10), entry(2, Unknown, "n1", 20)]), Movement::Likely);
        assert_eq!(movement(&[entry(1, Unknown, "n1", 10), entry(2, Unknown, "n2", 20)]), Movement::Uncomparable);
        assert_eq!(movement(&[entry(1, Unknown, "", 10), entry(2, Unknown, "", 20)]), Movement::Uncomparable);
    }

    #[test]
    fn digests_of_one_record_are_one_image() {
        let (mut config, manifest) = (entry(1, Config, "n1", 10), entry(2, Manifest, "n1", 20));
        config.image = 2;
        assert_eq!(movement(&[config, manifest]), Movement::Same);
        assert_eq!(movement(&[]), Movement::Unseen);
    }
}
