//! What a machine says of itself beside its images: the mirrors its engine pulls through, and the compose projects on it.
//!
//! Neither is evidence of use. A mirror is proposed, never applied: which names stand for which content is for a responder
//! to say.

use super::words;
use crate::model::mirror::Mirror;
use crate::model::reference::DOCKER_HUB;
use crate::model::text::scrub;
use crate::read::kubernetes::taken::Taken;
use crate::read::tree::{Kind, Node};

/// Most mirrors named of one file.
const MOST: usize = 50;

/// Reads a row of `docker compose ls --format json`: a project, its state and the files it was started from.
pub(super) fn project(node: Node<'_>, taken: &mut Taken<'_>) {
    let text = |key: &str| words::shown(node, key).unwrap_or_default();
    let (name, status, files) = (text("Name"), text("Status"), text("ConfigFiles"));
    taken.object.kind = "ComposeProject".to_owned();
    taken.object.name.clone_from(&name);
    taken.detail("status", status.as_str());
    taken.detail("config_files", files.as_str());
    taken.note(format!("the compose project {name} is {status}, from {files}: import these files too"));
}

/// Reads what `docker info` says of registries: for Docker Hub alone it has mirrors.
pub(super) fn registries(node: Node<'_>, taken: &mut Taken<'_>) {
    taken.object.kind = "RegistryConfig".to_owned();
    let texts = |list: Option<Node<'_>>| -> Vec<String> {
        let list = list.filter(|list| list.kind() == Kind::Array);
        list.into_iter().flat_map(Node::elements).filter_map(Node::string).take(MOST).collect()
    };
    for place in texts(node.get("Mirrors")) {
        note(&place, DOCKER_HUB, |text| taken.note(text));
    }
    for place in texts(node.get("InsecureRegistryCIDRs"))
        .iter()
        .filter(|place| !place.starts_with("127.") && *place != "::1/128")
    {
        taken.note(format!("registries in {} are asked without checking who they are", scrub(place)));
    }
}

/// Says what a mirror means and how the case is told; a host that is its own upstream says nothing.
pub(in crate::read) fn note(place: &str, upstream: &str, mut say: impl FnMut(String)) {
    let host = |text: &str| {
        let text = text.trim().trim_matches(['"', '\'']);
        let text = text.split_once("://").map_or(text, |(_, rest)| rest).trim_end_matches('/');
        let (host, path) = text.split_once('/').unwrap_or((text, ""));
        // The API's own path is no part of any repository's name.
        let path = if path == "v2" { "" } else { path.strip_prefix("v2/").unwrap_or(path) };
        let host = crate::model::mirror::canonical_host(host);
        if path.is_empty() { host.to_owned() } else { format!("{host}/{path}") }
    };
    let (place, upstream) = (host(place), host(upstream));
    if place == upstream {
        return;
    }
    say(match Mirror::parse(&format!("{place}={upstream}")) {
        Ok(mirror) => format!(
            "what is asked of {upstream} is got from {place}; where images are named after it, say `hullbreach mirror add {mirror}`"
        ),
        Err(_) => format!("what is asked of {} is got from {}", scrub(&upstream), scrub(&place)),
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use crate::read::Format;

    fn notes(json: &str) -> Vec<String> {
        testing::read(Format::EngineJson, json).1.notes
    }

    #[test]
    fn mirrors_of_the_engine_are_proposed() {
        let info = r#"{"IndexConfigs":{"docker.io":{"Mirrors":["https://mirror.corp:5000/"]}},
            "InsecureRegistryCIDRs":["::1/128","127.0.0.0/8","10.0.0.0/8"],"Mirrors":["https://mirror.corp:5000/"]}"#;
        let told = notes(info);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told.iter().any(|note| note.contains("`hullbreach mirror add mirror.corp:5000=docker.io`")),
            "{told:?}"
        );
        assert!(told.iter().any(|note| note.contains("10.0.0.0/8")), "{told:?}");
        let none = r#"{"IndexConfigs":{},"InsecureRegistryCIDRs":["127.0.0.0/8"],"Mirrors":null}"#;
        assert_eq!(notes(none), Vec::<String>::new());
    }

    #[test]
    fn compose_projects_name_their_files() {
        let told = notes(r#"{"Name":"shop","Status":"running(3)","ConfigFiles":"/srv/shop/compose.yaml"}"#);
        assert_eq!(
            told,
            ["the compose project shop is running(3), from /srv/shop/compose.yaml: import these files too"]
        );
    }
}
