//! Events about images: what a kubelet pulled, found already there, or could not get.

use serde_json::{Value, json};

use super::taken::Taken;
use crate::model::fact::{Sighting, SightingKind};
use crate::read::names;
use crate::read::tree::Node;

/// Reads an event of either API: `v1` has `involvedObject` and `message`, `events.k8s.io/v1` has `regarding` and `note`.
pub(super) fn read(node: Node<'_>, taken: &mut Taken<'_>) {
    let reason = node.string_at("reason").unwrap_or_default();
    taken.detail("reason", reason.as_str());
    if let Some(about) = node.get("involvedObject").or_else(|| node.get("regarding")) {
        let about = json!({
            "kind": about.string_at("kind"), "namespace": about.string_at("namespace"),
            "name": about.string_at("name"), "uid": about.string_at("uid"),
        });
        taken.detail("about", about);
    }
    let series = node.get("series");
    let mut first_time = |keys: [&str; 3]| keys.iter().find_map(|key| taken.time(node.get(key)));
    let from = first_time(["firstTimestamp", "deprecatedFirstTimestamp", "eventTime"]);
    let last = first_time(["lastTimestamp", "deprecatedLastTimestamp", "eventTime"]);
    let to = taken.time(series.and_then(|s| s.get("lastObservedTime"))).max(last).or(from);
    let from = from.or(to).or(taken.object.created);
    let Some((key, message)) = ["message", "note"].iter().find_map(|key| Some((*key, node.get(key)?))) else { return };
    let Some(text) = message.text() else { return };
    let Some((kind, image)) = image_in(&reason, &text) else { return };
    if let Some(why) = names::refusal(image) {
        return taken.reject(&format!("/{key}"), why);
    }
    taken.detail("image", image);
    let count = [node.get("count"), node.get("deprecatedCount"), series.and_then(|s| s.get("count"))]
        .into_iter()
        .flatten()
        .find_map(Node::integer);
    let count = count.and_then(|n| u64::try_from(n).ok()).unwrap_or(1).max(1);
    taken.detail("count", Value::from(count));
    let sighting = Sighting {
        kind,
        as_written: image.to_owned(),
        digest: names::digest_in(image),
        host: host(node),
        user: String::new(),
        from,
        to: to.or(from),
        count,
        spot: taken.spot(message, format!("/{key}")),
    };
    taken.sightings.push(sighting);
}

/// The image named in an event's message, and what happened to it; the kubelet's own words
/// (`pkg/kubelet/images/image_manager.go`). Only a finished pull is a pull.
fn image_in<'a>(reason: &str, message: &'a str) -> Option<(SightingKind, &'a str)> {
    if !["Pulled", "Pulling", "Failed", "BackOff"].contains(&reason) {
        return None;
    }
    let lower = message.to_ascii_lowercase();
    if !lower.contains("image") {
        return None;
    }
    let (_, rest) = message.split_once('"')?;
    let (image, _) = rest.split_once('"')?;
    let kind = match reason {
        "Pulled" if lower.contains("already present on machine") => SightingKind::Cache,
        "Pulled" => SightingKind::Pull,
        _ => SightingKind::Record,
    };
    (!image.is_empty()).then_some((kind, image))
}

/// The node it happened on.
fn host(node: Node<'_>) -> String {
    let source = |key| node.path(&[key, "host"]).and_then(Node::string).filter(|host| !host.is_empty());
    source("source")
        .or_else(|| source("deprecatedSource"))
        .or_else(|| node.string_at("reportingInstance"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kubelets_words() {
        let pulled = "Successfully pulled image \"a:1\" in 1.2s (1.2s including waiting). Image size: 5 bytes.";
        assert_eq!(image_in("Pulled", pulled), Some((SightingKind::Pull, "a:1")));
        let there = "Container image \"a:1\" already present on machine";
        assert_eq!(image_in("Pulled", there), Some((SightingKind::Cache, "a:1")));
        assert_eq!(image_in("Pulling", "Pulling image \"a:1\""), Some((SightingKind::Record, "a:1")));
        assert_eq!(image_in("BackOff", "Back-off pulling image \"a:1\""), Some((SightingKind::Record, "a:1")));
        assert_eq!(image_in("Failed", "Error: ImagePullBackOff"), None);
        assert_eq!(image_in("BackOff", "Back-off restarting failed container api in pod \"x\""), None);
        assert_eq!(image_in("Scheduled", "image \"a:1\""), None);
    }
}
