//! Who an object belongs to: its top owner, which is the workload people know by name.

/// Owners above this are not followed: no real chain comes near it, and a forged one must end.
const LONGEST_CHAIN: usize = 16;

/// Kinds that are never a workload of their own.
const NOT_WORKLOADS: [&str; 28] = [
    "",
    "Node",
    "Event",
    "Namespace",
    "Service",
    "Endpoints",
    "EndpointSlice",
    "Ingress",
    "IngressClass",
    "Gateway",
    "GatewayClass",
    "HTTPRoute",
    "GRPCRoute",
    "TCPRoute",
    "TLSRoute",
    "NetworkPolicy",
    "ServiceAccount",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "PriorityClass",
    "ConfigMap",
    "Secret",
    "Dockerfile",
    "BakeTarget",
    "Image",
    "Ownership",
];

/// An object as far as ownership goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Kind.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Its controlling owner: kind, name, uid.
    pub owner: Option<(String, String, Option<String>)>,
    /// The owner's owner as labels tell it: kind, name.
    pub likely_top: Option<(String, String)>,
}

/// A workload's kind, namespace and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Top {
    /// Kind.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
}

/// A reference to an owner that can be looked up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OwnerKey {
    /// Kind.
    pub kind: String,
    /// The namespace of what it owns; the owner is there or in none.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// uid.
    pub uid: String,
}

/// Follows owners by uid as far as `find` knows them. Where the next one is missing, what labels tell about its own
/// owner is taken (a ReplicaSet's Deployment), else the reference to it. `None` for kinds that are no workloads.
pub fn top_owner<E>(
    start: &Link,
    mut find: impl FnMut(&OwnerKey) -> Result<Option<Link>, E>,
) -> Result<Option<Top>, E> {
    if NOT_WORKLOADS.contains(&start.kind.as_str()) {
        return Ok(None);
    }
    let mut link = start.clone();
    for _ in 0..LONGEST_CHAIN {
        let Some((kind, name, uid)) = link.owner.clone() else { break };
        if kind == "Node" {
            break; // a static pod's mirror: the kubelet's node "owns" it
        }
        let key = OwnerKey { kind, namespace: link.namespace.clone(), name, uid: uid.unwrap_or_default() };
        let above = if key.uid.is_empty() { None } else { find(&key)? };
        match above {
            Some(above) => link = above,
            None => {
                let (kind, name) = link.likely_top.unwrap_or((key.kind, key.name));
                return Ok(Some(Top { kind, namespace: link.namespace, name }));
            }
        }
    }
    Ok(Some(Top { kind: link.kind, namespace: link.namespace, name: link.name }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(kind: &str, name: &str, owner: Option<(&str, &str, &str)>, top: Option<(&str, &str)>) -> Link {
        Link {
            kind: kind.into(),
            namespace: "pay".into(),
            name: name.into(),
            owner: owner.map(|(k, n, u)| (k.into(), n.into(), Some(u.into()))),
            likely_top: top.map(|(k, n)| (k.into(), n.into())),
        }
    }

    fn top(start: &Link, known: &[(&str, Link)]) -> String {
        let find = |key: &OwnerKey| Ok::<_, ()>(known.iter().find(|(uid, _)| *uid == key.uid).map(|(_, l)| l.clone()));
        top_owner(start, find).unwrap().map_or("none".into(), |t| format!("{}/{}/{}", t.kind, t.namespace, t.name))
    }

    #[test]
    fn owners_are_followed_to_the_top() {
        let pod = link("Pod", "api-1-x", Some(("ReplicaSet", "api-1", "r")), Some(("Deployment", "guessed")));
        let set = link("ReplicaSet", "api-1", Some(("Deployment", "api", "d")), None);
        assert_eq!(
            top(&pod, &[("r", set.clone()), ("d", link("Deployment", "api", None, None))]),
            "Deployment/pay/api"
        );
        assert_eq!(top(&pod, &[("r", set)]), "Deployment/pay/api", "the reference to a missing owner counts");
        assert_eq!(top(&pod, &[]), "Deployment/pay/guessed", "labels tell the owner of a missing owner");
    }

    #[test]
    fn an_object_without_owner_is_its_own_workload() {
        assert_eq!(top(&link("ReplicaSet", "old", None, None), &[]), "ReplicaSet/pay/old");
        assert_eq!(top(&link("Pod", "etcd-n1", Some(("Node", "n1", "u")), None), &[]), "Pod/pay/etcd-n1");
    }

    #[test]
    fn nodes_and_network_objects_are_no_workloads() {
        for kind in
            ["Node", "Service", "Ingress", "NetworkPolicy", "Dockerfile", "BakeTarget", "Image", "Ownership", ""]
        {
            assert_eq!(top(&link(kind, "x", None, None), &[]), "none");
        }
        for kind in ["ComposeProject", "CIJob", "Device"] {
            assert_eq!(top(&link(kind, "x", None, None), &[]), format!("{kind}/pay/x"));
        }
        let container = link("Container", "web-1", Some(("ComposeProject", "shop", "")), None);
        assert_eq!(top(&container, &[]), "ComposeProject/pay/shop");
    }

    #[test]
    fn owners_in_a_circle_end() {
        let a = link("A", "a", Some(("B", "b", "b")), None);
        let b = link("B", "b", Some(("A", "a", "a")), None);
        assert_eq!(top(&a, &[("a", a.clone()), ("b", b)]), "A/pay/a");
    }
}
