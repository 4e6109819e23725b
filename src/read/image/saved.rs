//! The `manifest.json` of an archive that `docker save` or `podman save` wrote: which names lead to which config.

use crate::model::digest::Digest;
use crate::read::lineage::{Identity, Telling};
use crate::read::tree::Node;

/// Reads one image of the list. Its layers are not read here: they are named by files, which may be compressed or not; the
/// config beside them tells their diffIDs.
pub(super) fn read(node: Node<'_>, told: &mut Telling<'_>) {
    let Some(place) = node.get("Config") else { return };
    let Some(config) = place.string().and_then(|path| named_by(&path)) else {
        return told.reject("/Config", "the config's file is not named by its digest");
    };
    let spot = told.spot(place, "/Config".to_owned());
    let tags = Identity::listed(node, "RepoTags", "", told);
    let identity = Identity { config: Some(config), tags, ..Identity::default() };
    identity.tell(&spot, told);
}

/// The digest in the name of a file: `blobs/sha256/HEX` or `HEX.json`.
fn named_by(path: &str) -> Option<Digest> {
    let mut parts = path.rsplit('/');
    let (file, above) = (parts.next()?, parts.next());
    let hex = file.strip_suffix(".json").unwrap_or(file);
    let algorithm = above.filter(|above| ["sha256", "sha512"].contains(above)).unwrap_or("sha256");
    Digest::parse(&format!("{algorithm}:{hex}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_both_layouts_name_the_config() {
        let hex = "b".repeat(64);
        for path in [format!("{hex}.json"), format!("blobs/sha256/{hex}"), format!("x/{hex}.json")] {
            assert_eq!(named_by(&path).unwrap().hex(), hex, "{path}");
        }
        assert_eq!(named_by("blobs/sha256/config.json"), None);
        assert_eq!(named_by(""), None);
    }
}
