//! What an engine remembers of its images and containers: `docker events`, `podman events --format json`.
//!
//! A finished pull, a push, a tag that was given and a start are sightings at their time. An engine keeps its events for a
//! short while only, so a pull that is not among them is not known.

use super::{moment, words};
use crate::model::digest::Digest;
use crate::model::fact::{Sighting, SightingKind};
use crate::read::kubernetes::taken::Taken;
use crate::read::names;
use crate::read::tree::Node;

/// Reads one event.
pub(super) fn read(node: Node<'_>, taken: &mut Taken<'_>) {
    let text = |keys: &[&str]| keys.iter().find_map(|key| node.string_at(key)).unwrap_or_default();
    let (kind, action) =
        (text(&["Type"]).to_ascii_lowercase(), text(&["Action", "Status", "status"]).to_ascii_lowercase());
    taken.object.kind = "EngineEvent".to_owned();
    let time = ["timeNano", "time", "Time"].iter().find_map(|key| moment::of(node.get(key)));
    taken.object.created = taken.newest(time);
    let action = action.split(':').next().unwrap_or_default().trim();
    taken.detail("reason", crate::model::text::scrub(&format!("{kind} {action}")).into_owned());
    let Some(found) = seen(node, &kind, action) else { return };
    let name = found.name.as_deref().unwrap_or_default();
    if let Some(why) = names::refusal(name) {
        return taken.reject(found.pointer, why);
    }
    let digest = Some(names::digest_in(name)).filter(|digest| !digest.is_empty());
    let digest = digest.or_else(|| found.id.map(|id| id.as_str().to_owned())).unwrap_or_default();
    if name.is_empty() && digest.is_empty() {
        return;
    }
    let spot = taken.spot(node, found.pointer.to_owned());
    let as_written = name.to_owned();
    taken.sightings.push(Sighting {
        kind: found.kind,
        as_written,
        digest,
        host: String::new(),
        user: String::new(),
        from: time,
        to: time,
        count: 1,
        spot,
    });
}

/// What an event saw.
struct Found {
    kind: SightingKind,
    name: Option<String>,
    /// The image's own digest, of a kind that the engine does not say.
    id: Option<Digest>,
    pointer: &'static str,
}

/// What an event tells of an image; `None` where it tells of none, or only that one is gone.
fn seen(node: Node<'_>, kind: &str, action: &str) -> Option<Found> {
    let actor = |key: &str| {
        node.path(&["Actor", "ID"]).filter(|_| key == "ID").or_else(|| node.path(&["Actor", "Attributes", key]))
    };
    let podman = node.get("Actor").is_none();
    let known = |node: Option<Node<'_>>| node.and_then(Node::string).filter(|text| !words::is_nothing(text));
    let id = |node: Option<Node<'_>>| known(node).and_then(|text| words::digest(&text));
    match (kind, action) {
        ("image", "pull" | "push") => {
            let kind = if action == "pull" { SightingKind::Pull } else { SightingKind::Push };
            Some(if podman {
                Found { kind, name: known(node.get("Name")), id: id(node.get("ID")), pointer: "/Name" }
            } else {
                // The id of a pull is the name that was asked for.
                let name = known(actor("ID")).filter(|name| words::digest(name).is_none());
                Found { kind, name, id: id(actor("ID")), pointer: "/Actor/ID" }
            })
        }
        ("image", "tag" | "load" | "loadfromarchive" | "import" | "build") => Some(if podman {
            Found {
                kind: SightingKind::Record,
                name: known(node.get("Name")),
                id: id(node.get("ID")),
                pointer: "/Name",
            }
        } else {
            let (name, id) = (known(actor("name")), id(actor("ID")));
            // What is not a name stands in its place where an image has none.
            let name = name.filter(|name| words::digest(name).is_none());
            Found { kind: SightingKind::Record, name, id, pointer: "/Actor/Attributes/name" }
        }),
        ("container", "start") if podman => {
            Some(Found { kind: SightingKind::Running, name: known(node.get("Image")), id: None, pointer: "/Image" })
        }
        ("container", "start") => {
            let name = known(actor("image"));
            let id = name.as_deref().and_then(words::digest);
            let name = name.filter(|name| words::digest(name).is_none() && !words::is_short_id(name));
            Some(Found { kind: SightingKind::Running, name, id, pointer: "/Actor/Attributes/image" })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::time::Micros;
    use crate::read::Format;

    fn told(json: &str) -> Vec<(SightingKind, String, String, Option<String>)> {
        let (items, _) = testing::read(Format::EngineJson, json);
        let sightings = items.iter().flat_map(|item| &item.sightings);
        sightings.map(|s| (s.kind, s.as_written.clone(), s.digest.clone(), s.from.map(Micros::rfc3339))).collect()
    }

    #[test]
    fn pulls_and_starts_are_sightings_at_their_time() {
        let id = "a".repeat(64);
        let table: [(String, SightingKind, &str, String); 6] = [
            (
                r#"{"status":"pull","id":"nginx:1.27","Type":"image","Action":"pull","Actor":{"ID":"nginx:1.27","Attributes":{"name":"nginx"}},"scope":"local","time":1763521921,"timeNano":1763521921000000000}"#.to_owned(),
                SightingKind::Pull, "nginx:1.27", String::new(),
            ),
            (
                format!(r#"{{"Type":"image","Action":"pull","Actor":{{"ID":"nginx@sha256:{id}","Attributes":{{}}}},"time":1763521921}}"#),
                SightingKind::Pull, "nginx@sha256:", format!("sha256:{id}"),
            ),
            (
                format!(r#"{{"Type":"image","Action":"tag","Actor":{{"ID":"sha256:{id}","Attributes":{{"name":"app:1"}}}},"time":1763521921}}"#),
                SightingKind::Record, "app:1", format!("sha256:{id}"),
            ),
            (
                r#"{"Type":"container","Action":"start","Actor":{"ID":"c0ffee","Attributes":{"image":"redis:7","name":"web"}},"time":1763521921}"#.to_owned(),
                SightingKind::Running, "redis:7", String::new(),
            ),
            (
                format!(r#"{{"ID":"{id}","Name":"docker.io/library/alpine:3","Status":"pull","Time":"2025-11-19T03:12:01Z","Type":"image"}}"#),
                SightingKind::Pull, "docker.io/library/alpine:3", format!("sha256:{id}"),
            ),
            (
                r#"{"ID":"c0ffee","Image":"docker.io/library/redis:7","Name":"web","Status":"start","Time":"2025-11-19T03:12:01Z","Type":"container"}"#.to_owned(),
                SightingKind::Running, "docker.io/library/redis:7", String::new(),
            ),
        ];
        for (json, kind, name, digest) in table {
            let found = told(&json);
            assert_eq!(found.len(), 1, "{json}");
            assert_eq!((found[0].0, &found[0].2), (kind, &digest), "{json}");
            assert!(found[0].1.starts_with(name), "{found:?}");
            assert_eq!(found[0].3.as_deref(), Some("2025-11-19T03:12:01Z"), "{json}");
        }
    }

    #[test]
    fn what_is_gone_or_has_no_name_is_no_sighting() {
        for json in [
            r#"{"Type":"image","Action":"delete","Actor":{"ID":"sha256:aa","Attributes":{"name":"app:1"}},"time":1}"#,
            r#"{"Type":"container","Action":"exec_start: sh -c x","Actor":{"ID":"c","Attributes":{"image":"a:1"}},"time":1}"#,
            r#"{"Type":"image","Action":"pull","Actor":{"ID":""},"time":1}"#,
            r#"{"Type":"network","Action":"connect","Actor":{"ID":"n","Attributes":{}},"time":1}"#,
        ] {
            assert_eq!(told(json), [], "{json}");
        }
        let odd = r#"{"Type":"image","Action":"pull","Actor":{"ID":"a\u001b[31m:1","Attributes":{}},"time":1}"#;
        assert_eq!(testing::read(Format::EngineJson, odd).1.rejected, 1);
    }
}
