//! Labels of containers: whose a container is. Compose, Kubernetes, Swarm and Podman all write it there.

use std::collections::BTreeMap;

use crate::model::fact::{Owner, Role};
use crate::read::kubernetes::taken::Taken;
use crate::read::tree::{Kind, Node};

/// Most labels that are kept.
const MOST: usize = 500;

/// The labels of a node: an object, or compose's and Docker's `a=b,c=d`.
pub(in crate::read) fn of(node: Option<Node<'_>>) -> BTreeMap<String, String> {
    let Some(node) = node else { return BTreeMap::new() };
    if node.kind() == Kind::Object {
        let pairs = node.members().filter_map(|(key, value)| Some((key.string()?, value.string()?)));
        return pairs.take(MOST).collect();
    }
    let text = node.text().unwrap_or_default();
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    pairs.take(MOST).map(|(key, value)| (word(key), word(value))).collect()
}

fn word(text: &str) -> String {
    crate::read::tree::cut(text.trim().into())
}

/// What the labels say of a container: its owner, its service or container name, and the part it plays.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Belonging {
    pub owner: Option<Owner>,
    pub namespace: String,
    /// The name it has where it was declared.
    pub declared: Option<String>,
    pub role: Option<Role>,
}

/// Reads the owner from labels.
pub(super) fn belonging(labels: &BTreeMap<String, String>) -> Belonging {
    let get = |key: &str| labels.get(key).filter(|value| !value.is_empty()).cloned();
    let first = |keys: [&str; 2]| keys.iter().find_map(|key| get(key));
    let owner = |kind: &str, name, uid| Some(Owner { kind: kind.to_owned(), name, uid });
    if let Some(pod) = get("io.kubernetes.pod.name") {
        return Belonging {
            owner: owner("Pod", pod, get("io.kubernetes.pod.uid")),
            namespace: get("io.kubernetes.pod.namespace").unwrap_or_default(),
            declared: get("io.kubernetes.container.name"),
            role: Some(Role::App),
        };
    }
    if let Some(project) = first(["com.docker.compose.project", "io.podman.compose.project"]) {
        return Belonging {
            owner: owner("ComposeProject", project, None),
            declared: first(["com.docker.compose.service", "io.podman.compose.service"]),
            role: Some(Role::Service),
            ..Belonging::default()
        };
    }
    if let Some(service) = get("com.docker.swarm.service.name") {
        return Belonging { owner: owner("SwarmService", service, None), ..Belonging::default() };
    }
    Belonging::default()
}

/// Puts labels and what they say into the object; the name its use has and the role it plays.
pub(super) fn apply(labels: BTreeMap<String, String>, taken: &mut Taken<'_>) -> (Option<String>, Role) {
    let found = belonging(&labels);
    taken.object.owner = found.owner.or(taken.object.owner.take());
    if !found.namespace.is_empty() {
        taken.object.namespace = found.namespace;
    }
    for (label, detail) in [
        ("com.docker.compose.project.config_files", "configFiles"),
        ("com.docker.compose.project.working_dir", "workingDirectory"),
        ("com.docker.swarm.node.id", "swarmNode"),
    ] {
        taken.detail(detail, labels.get(label).map(|text| crate::model::text::scrub(text).into_owned()));
    }
    taken.object.labels = labels;
    (found.declared, found.role.unwrap_or(Role::App))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;
    use crate::read::tree::parse_json;

    fn read(json: &str) -> Belonging {
        belonging(&of(parse_json(json, &Limits::default()).unwrap().root()))
    }

    #[test]
    fn owners_stand_in_labels_in_both_dresses() {
        for json in [
            r#"{"com.docker.compose.project":"shop","com.docker.compose.service":"web"}"#,
            r#""com.docker.compose.service=web,com.docker.compose.project=shop,x""#,
        ] {
            let found = read(json);
            assert_eq!(found.owner.unwrap().name, "shop");
            assert_eq!((found.declared.as_deref(), found.role), (Some("web"), Some(Role::Service)));
        }
        let pod = read(
            r#"{"io.kubernetes.pod.name":"api-1","io.kubernetes.pod.namespace":"pay","io.kubernetes.pod.uid":"u","io.kubernetes.container.name":"api"}"#,
        );
        let owner = pod.owner.unwrap();
        assert_eq!((owner.kind.as_str(), owner.name.as_str(), owner.uid.as_deref()), ("Pod", "api-1", Some("u")));
        assert_eq!((pod.namespace.as_str(), pod.declared.as_deref()), ("pay", Some("api")));
        assert_eq!(read("{\"a\":1,\"b\":null}"), Belonging::default());
        assert_eq!(read("7"), Belonging::default());
    }
}
