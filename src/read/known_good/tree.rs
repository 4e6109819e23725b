//! JSON and YAML: objects that have a name and a digest, references with a digest anywhere, and maps from names to digests.
//!
//! By the words of kustomize (`name`, `newName`, `newTag`, `digest`), `images.lock` of Helm distributions (`image`,
//! `digests`), `docker buildx imagetools inspect` (`name`, `manifest.digest`), `skopeo inspect` (`Name`, `Digest`), cosign
//! (`critical.identity.docker-reference`) and in-toto statements (`subject`).

use super::{Found, name_of};
use crate::model::base64;
use crate::model::digest::{Digest, DigestKind};
use crate::read::Limits;
use crate::read::engine;
use crate::read::lineage::part;
use crate::read::names;
use crate::read::tree::{Kind, Node, parse_json_whole};

/// Members that name an image, those that say it whole first.
const NAMES: [&str; 12] = [
    "newName",
    "reference",
    "ref",
    "image",
    "name",
    "Name",
    "repository",
    "repo",
    "imageName",
    "docker-reference",
    "Ref",
    "Image",
];
const DIGESTS: [&str; 6] = ["digest", "Digest", "imageDigest", "sha256", "manifestDigest", "docker-manifest-digest"];
const TAGS: [&str; 5] = ["newTag", "tag", "version", "Tag", "imageTag"];
/// Coded statements in statements are followed so deep.
const DEEPEST: usize = 3;

/// Whether a document may hold entries.
pub(super) fn is_document(root: Node<'_>) -> bool {
    matches!(root.kind(), Kind::Object | Kind::Array)
}

/// Reads everything below a node.
pub(super) fn read(root: Node<'_>, limits: &Limits, found: &mut Found) {
    walk(root, String::new(), limits, 0, found);
}

fn walk(root: Node<'_>, pointer: String, limits: &Limits, depth: usize, found: &mut Found) {
    // A tree is no deeper than its limit; places still to be looked at, the last first.
    let mut open = vec![(root, pointer)];
    while let Some((node, at)) = open.pop() {
        match node.kind() {
            Kind::Object => {
                object(node, &at, limits, depth, found);
                let inner: Vec<_> = node
                    .members()
                    .filter_map(|(key, value)| Some((value, format!("{at}/{}", part(&key.string()?)))))
                    .collect();
                open.extend(inner.into_iter().rev());
            }
            Kind::Array => {
                let inner: Vec<_> =
                    (0..).zip(node.elements()).map(|(i, value): (u64, _)| (value, format!("{at}/{i}"))).collect();
                open.extend(inner.into_iter().rev());
            }
            Kind::Text => text(node, &at, found),
            _ => {}
        }
    }
}

/// A reference with its digest.
fn text(node: Node<'_>, at: &str, found: &mut Found) {
    let Some(text) = node.text() else { return };
    if let Ok(digest) = Digest::parse(&names::digest_in(&text))
        && names::is_reference(&text)
    {
        found.add(&text, &digest, DigestKind::Unknown, node.spot(0, at.to_owned()));
    }
}

fn object(node: Node<'_>, at: &str, limits: &Limits, depth: usize, found: &mut Found) {
    payload(node, at, limits, depth, found);
    critical(node, at, found);
    let name = NAMES.iter().find_map(|key| node.string_at(key)).and_then(|name| name_of(&name));
    let tag = TAGS.iter().find_map(|key| node.string_at(key)).filter(|tag| !tag.is_empty());
    let named = name.map(|name| with_tag(name, tag.as_deref()));
    let spot = || node.spot(0, at.to_owned());
    if let Some(name) = &named {
        for holder in
            [Some(node), node.get("manifest"), node.get("descriptor"), node.get("Descriptor")].into_iter().flatten()
        {
            if let Some((digest, kind)) = own(holder) {
                found.add(name, &digest, kind, spot());
            }
        }
        // One digest a platform.
        for listed in node.list("digests") {
            if let Some((digest, kind)) = own(listed) {
                found.add(name, &digest, kind, listed.spot(0, format!("{at}/digests")));
            }
        }
    }
    // A map from names to digests.
    for (key, value) in node.members().filter(|(_, value)| value.kind() == Kind::Text) {
        let digest = value.text().and_then(|text| Digest::parse(&text).ok());
        if let (Some(digest), Some(key)) = (digest, key.string().filter(|key| names::is_telling(key))) {
            found.add(&key, &digest, DigestKind::Unknown, value.spot(0, format!("{at}/{}", part(&key))));
        }
    }
}

/// The digest of an object, with its kind where a media type tells.
fn own(node: Node<'_>) -> Option<(Digest, DigestKind)> {
    let kind = match node.string_at("mediaType") {
        Some(media) if engine::is_index(&media) => DigestKind::Index,
        Some(media) if engine::is_manifest(&media) => DigestKind::Manifest,
        _ => DigestKind::Unknown,
    };
    DIGESTS.iter().find_map(|key| {
        let value = node.get(key)?;
        // In-toto writes `{"sha256": HEX}`.
        let text = value.string().or_else(|| value.string_at("sha256"))?;
        let digest = Digest::parse(&text).or_else(|_| Digest::parse(&format!("sha256:{text}"))).ok()?;
        Some((digest, kind))
    })
}

/// What cosign prints of a signature that it checked.
fn critical(node: Node<'_>, at: &str, found: &mut Found) {
    let text = |path: &[&str]| node.path(path).and_then(Node::string);
    let name = text(&["critical", "identity", "docker-reference"]);
    let digest = text(&["critical", "image", "docker-manifest-digest"]).and_then(|text| Digest::parse(&text).ok());
    if let (Some(name), Some(digest)) = (name, digest) {
        found.add(&name, &digest, DigestKind::Unknown, node.spot(0, at.to_owned()));
    }
}

/// A statement that stands coded in an envelope: its entries stand where the envelope does.
fn payload(node: Node<'_>, at: &str, limits: &Limits, depth: usize, found: &mut Found) {
    let Some(payload) = node.get("payload").filter(|_| node.get("payloadType").is_some() && depth < DEEPEST) else {
        return;
    };
    let json =
        payload.text().and_then(|text| base64::decode(text.as_bytes())).and_then(|json| String::from_utf8(json).ok());
    let Some(json) = json else { return };
    let Ok(tree) = parse_json_whole(&json, limits) else { return };
    let Some(root) = tree.root() else { return };
    let before = found.entries.len();
    walk(root, String::new(), limits, depth + 1, found);
    let spot = payload.spot(0, format!("{at}/payload"));
    found.entries.iter_mut().skip(before).for_each(|entry| entry.spot = spot.clone());
}

fn with_tag(name: String, tag: Option<&str>) -> String {
    let tagged = name.rsplit('/').next().is_some_and(|last| last.contains([':', '@']));
    match tag.filter(|_| !tagged) {
        Some(tag) => format!("{name}:{tag}"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tree::parse_yaml;

    fn entries(text: &str) -> Vec<String> {
        let limits = Limits::default();
        let tree = parse_yaml(text, &limits).unwrap();
        let mut found = Found::default();
        read(tree.root().unwrap(), &limits, &mut found);
        found.entries.iter().map(|e| format!("{} {} {}", e.as_written, &e.digest.hex()[..1], e.kind.as_str())).collect()
    }

    #[test]
    fn the_words_of_each_tool() {
        let (a, b) = (format!("sha256:{}", "a".repeat(64)), format!("sha256:{}", "b".repeat(64)));
        for (text, wanted) in [
            (
                format!("images:\n- name: app\n  newName: r.corp/team/app\n  newTag: \"1.2\"\n  digest: {a}\n"),
                vec!["r.corp/team/app:1.2 a unknown"],
            ),
            (
                format!(
                    "images:\n- name: app\n  image: r.corp/app:1\n  digests:\n  - digest: {a}\n    arch: linux/amd64\n  - digest: {b}\n"
                ),
                vec!["r.corp/app:1 a unknown", "r.corp/app:1 b unknown"],
            ),
            (
                format!(
                    r#"{{"name":"r.corp/app:1","manifest":{{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"{a}"}}}}"#
                ),
                vec!["r.corp/app:1 a index"],
            ),
            (format!(r#"{{"Name":"r.corp/app","Digest":"{a}","Tag":"7"}}"#), vec!["r.corp/app:7 a unknown"]),
            (
                format!(r#"{{"r.corp/app:1":"{a}","r.corp/db:2":"{b}"}}"#),
                vec!["r.corp/app:1 a unknown", "r.corp/db:2 b unknown"],
            ),
            (format!("services:\n  web:\n    image: r.corp/web:3@{b}\n"), vec!["r.corp/web:3 b unknown"]),
            (
                format!(
                    r#"[{{"critical":{{"identity":{{"docker-reference":"r.corp/app:1"}},"image":{{"docker-manifest-digest":"{a}"}}}}}}]"#
                ),
                vec!["r.corp/app:1 a unknown"],
            ),
            (
                format!(r#"{{"subject":[{{"name":"r.corp/app:1","digest":{{"sha256":"{}"}}}}]}}"#, "a".repeat(64)),
                vec!["r.corp/app:1 a unknown"],
            ),
            (format!("name: x\nversion: 1\nnotes: see {a}\n"), vec![]),
        ] {
            assert_eq!(entries(&text), wanted, "{text}");
        }
    }

    #[test]
    fn statements_in_envelopes_are_opened() {
        let statement =
            format!(r#"{{"subject":[{{"name":"r.corp/app:1","digest":{{"sha256":"{}"}}}}]}}"#, "a".repeat(64));
        let coded = base64::encode(statement.as_bytes());
        let envelope = format!(
            r#"{{"dsseEnvelope":{{"payloadType":"application/vnd.in-toto+json","payload":"{coded}","signatures":[]}}}}"#
        );
        assert_eq!(entries(&envelope), ["r.corp/app:1 a unknown"]);
    }
}
