//! What engines print in the place of a name or a digest: references, ids long and short, nothing, and names cut short.

use crate::model::digest::Digest;
use crate::model::reported::Reported;
use crate::read::kubernetes::taken::Taken;
use crate::read::names;
use crate::read::tree::Node;

/// Why a name that an engine cut short is not kept.
pub(super) const CUT_SHORT: &str =
    "the image name is cut short (…): print the list again with `--no-trunc`, or as JSON, and import that";
/// Why a short id in an image's place is not kept.
pub(super) const SHORT_ID: &str = "the image is told by a short id only, which is no digest (its tag has moved or is gone); \
     `--no-trunc`, `-o json` or an inspect of the container gives it whole";

/// Whether a text says that there is nothing: `<none>`, `<none>:<none>`, `N/A`.
pub(super) fn is_nothing(text: &str) -> bool {
    text.is_empty() || text == "N/A" || text == "<missing>" || text.starts_with("<none>")
}

/// The first digits of an id, as lists print them: 12 by Docker and Podman, 13 by crictl.
pub(super) fn is_short_id(text: &str) -> bool {
    matches!(text.len(), 12 | 13) && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Why a text cannot stand for an image; `None` where it can.
pub(super) fn refusal(text: &str) -> Option<&'static str> {
    match text {
        _ if text.contains('…') || text.ends_with("...") => Some(CUT_SHORT),
        _ if is_short_id(text) => Some(SHORT_ID),
        _ => names::refusal(text),
    }
}

/// The digest of an id or of a digest as printed: with `sha256:` or without, never a short one.
pub(super) fn digest(text: &str) -> Option<Digest> {
    Reported::parse(text).filter(|report| report.name.is_none() && !text.contains('@')).map(|report| report.digest)
}

/// A digest beside the name it is printed with, in the form in which runtimes report it: what kind of digest it is, is
/// not told by that.
pub(super) fn beside(name: &str, digest: &Digest) -> String {
    let name = if is_nothing(name) || self::digest(name).is_some() || is_short_id(name) { "<none>" } else { name };
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    // A colon after the last slash is a tag's; a registry's port stands before it.
    let place = name.rfind('/').map_or(0, |at| at + 1);
    let repository = match name.get(place..).and_then(|last| last.find(':')) {
        Some(colon) => name.get(..place + colon).unwrap_or(name),
        None => name,
    };
    format!("{repository}@{digest}")
}

/// A scalar member as text that may be shown; `None` where it says nothing.
pub(super) fn shown(node: Node<'_>, key: &str) -> Option<String> {
    let text = node.string_at(key)?;
    (!is_nothing(&text)).then(|| crate::model::text::scrub(&text).into_owned())
}

/// Adds members as details, each under its own name in the details.
pub(super) fn details(node: Node<'_>, pairs: &[(&str, &str)], taken: &mut Taken<'_>) {
    for (key, detail) in pairs {
        taken.detail(detail, shown(node, key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_ids_are_no_names_and_no_digests() {
        assert!(is_short_id("0ddf97180626") && is_short_id("4bb46517cac39"));
        for other in ["nginx", "0ddf9718062g", "0DDF97180626", "", "0ddf971806264"[..11].as_ref()] {
            assert!(!is_short_id(other), "{other}");
        }
        assert_eq!(refusal("0ddf97180626"), Some(SHORT_ID));
        assert_eq!(refusal("registry.corp/very/long/na…"), Some(CUT_SHORT));
        assert_eq!(refusal("nginx:1.27"), None);
        assert!(digest("0ddf97180626").is_none());
        assert_eq!(digest(&"a".repeat(64)), digest(&format!("sha256:{}", "a".repeat(64))));
    }

    #[test]
    fn a_digest_beside_a_name_keeps_its_repository() {
        let digest = Digest::of(b"");
        let table = [
            ("nginx:1.27", "nginx"),
            ("localhost:5000/a/b:2", "localhost:5000/a/b"),
            ("a/b@sha256:x", "a/b"),
            ("<none>:<none>", "<none>"),
            ("0ddf97180626", "<none>"),
            ("", "<none>"),
        ];
        for (name, repository) in table {
            assert_eq!(beside(name, &digest), format!("{repository}@{digest}"), "{name}");
        }
        assert_eq!(beside(digest.as_str(), &digest), format!("<none>@{digest}"));
    }
}
