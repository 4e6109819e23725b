//! Texts that may name an image: which are kept, which are refused with a reason, and which merely look like one.

use crate::model::digest::Digest;
use crate::model::reference::Reference;
use crate::read::tree::MAX_TEXT;

/// Why a text in an image's place is not kept; `None` where it is.
pub(super) fn refusal(text: &str) -> Option<&'static str> {
    // Nearly every name is made of these.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-/:@".contains(&b);
    if text.len() <= MAX_TEXT && text.bytes().all(plain) {
        None
    } else if text.len() > MAX_TEXT {
        Some("the image name is longer than 4096 bytes")
    } else if text.chars().any(char::is_control) {
        Some("the image name holds control characters")
    } else if text.contains("{{") || text.contains("${") || text.contains("$(") {
        Some("a template expression stands where the image name would; render it first and import the result")
    } else {
        None
    }
}

/// Whether a text parses as a reference and, unlike a plain word, has a tag, a digest or a path.
pub(super) fn looks_like_image(text: &str) -> bool {
    text.contains(['/', ':', '@']) && is_reference(text)
}

/// Whether a text parses as a reference and is not the name of a picture, a disk or a plain file.
pub(super) fn is_reference(text: &str) -> bool {
    const OTHER_FILES: [&str; 14] = [
        ".png", ".jpg", ".jpeg", ".svg", ".gif", ".ico", ".webp", ".iso", ".qcow2", ".img", ".vmdk", ".json", ".yaml",
        ".yml",
    ];
    text.len() <= MAX_TEXT && !OTHER_FILES.iter().any(|end| text.ends_with(end)) && Reference::parse(text).is_ok()
}

/// Whether a text carries a tag or digest, or a registry: what a list of references has and prose has not.
pub(super) fn is_telling(text: &str) -> bool {
    if !looks_like_image(text) {
        return false;
    }
    let (name, last) = text.rsplit_once('/').unwrap_or(("", text));
    let registry = name.split('/').next().unwrap_or_default();
    let tag = last.split_once([':', '@']).map(|(_, tag)| tag);
    // `db.internal:5432` is a host and its port.
    let port = name.is_empty() && last.contains('.') && tag.is_some_and(|t| t.bytes().all(|b| b.is_ascii_digit()));
    !port && (tag.is_some() || registry.contains(['.', ':']))
}

/// The digest written in a reference, or an empty text.
pub(super) fn digest_in(text: &str) -> String {
    let digest = text.rsplit_once('@').and_then(|(_, digest)| Digest::parse(digest).ok());
    digest.map(|d| d.as_str().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_names_say_why() {
        assert_eq!(refusal("nginx:1"), None);
        assert!(refusal("nginx\u{1b}[0m").is_some());
        assert!(refusal("{{ .Values.image }}").is_some());
        assert!(refusal(&"a".repeat(5000)).is_some());
    }

    #[test]
    fn hosts_with_ports_and_pictures_are_no_images() {
        for image in [
            "nginx:1",
            "ghcr.io/a/b",
            "localhost:5000/a/b:2",
            "a/b@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        ] {
            assert!(is_telling(image), "{image}");
        }
        for other in ["nginx", "db.internal:5432", "src/main", "assets/logo.png", "http://x/y", "Hello", "10.0.0.1:80"]
        {
            assert!(!is_telling(other), "{other}");
        }
    }
}
