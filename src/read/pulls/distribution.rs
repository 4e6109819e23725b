//! Notifications of a Distribution registry (`application/vnd.docker.distribution.events.v2+json`): the only common format
//! that has the address and the agent of the client. Blobs are parts of images: a layer that is fetched is no pull of its own.

use super::name::{Parts, host};
use super::record::{Entry, Who};
use crate::model::fact::SightingKind;
use crate::model::pulls::Manner;
use crate::read::engine;

/// Reads one record.
pub(super) fn read(entry: &mut Entry<'_, '_>, registry: Option<&str>) {
    let Some(stamp) = entry.time(&["timestamp"]) else { return };
    let (action, method) = (entry.text(&["action"]), entry.text(&["request", "method"]));
    let media = entry.text(&["target", "mediaType"]);
    let is_manifest = engine::is_manifest(&media) || engine::is_index(&media) || media.contains("manifest");
    let who = Who {
        user: entry.text(&["actor", "name"]),
        host: address(&entry.text(&["request", "addr"])).to_owned().into(),
        agent: entry.text(&["request", "useragent"]),
    };
    let counted = match (&*action, is_manifest) {
        ("pull", true) if method.eq_ignore_ascii_case("HEAD") => (SightingKind::Record, Manner::VersionCheck),
        ("pull", true) => (SightingKind::Pull, entry.manner(&who)),
        ("pull", false) => (SightingKind::Record, Manner::Layer),
        ("push", true) => (SightingKind::Push, entry.manner(&who)),
        // Layers that are pushed or taken from another repository say nothing without their manifest; deletions follow none.
        _ => return entry.sum.other(stamp.at),
    };
    let (repository, tag) = (entry.text(&["target", "repository"]), entry.text(&["target", "tag"]));
    let digest = entry.text(&["target", "digest"]);
    let (url, asked) = (entry.text(&["target", "url"]), entry.text(&["request", "host"]));
    let from_url = host(&url).split('/').next().unwrap_or_default();
    let told = [registry.unwrap_or_default(), &asked, from_url].into_iter().find(|host| !host.is_empty());
    // A layer's digest is no digest of the image.
    let digest = if counted.1 == Manner::Layer { "" } else { &digest };
    let parts = Parts { image: &repository, registry: told.unwrap_or_default(), tag: &tag, digest, untold: true };
    entry.count(stamp, &parts, counted, &who);
}

/// An address without its port.
fn address(text: &str) -> &str {
    match text.rsplit_once(':') {
        Some((host, port))
            if port.bytes().all(|b| b.is_ascii_digit()) && (!host.contains(':') || host.ends_with(']')) =>
        {
            host.trim_matches(['[', ']'])
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_lose_their_ports() {
        for (text, wanted) in [
            ("10.0.0.7:51234", "10.0.0.7"),
            ("[fd00::7]:80", "fd00::7"),
            ("fd00::7", "fd00::7"),
            ("10.0.0.7", "10.0.0.7"),
        ] {
            assert_eq!(address(text), wanted);
        }
    }
}
