//! What stands around places, out of the objects of a case: services and what leads to them, policies, accounts and their
//! powers, labels of namespaces, nodes of the control plane.
//!
//! Everything is loaded at once: there is far less of it than there are places.

use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};

use super::traits::AROUND;
use crate::case::project::error::ProjectError;
use crate::case::project::sources::{ALL_NAMESPACES, json};
use crate::triage::place::{Account, Around, NetworkPolicy, Opening, Service, Traits};

/// Annotations of a service account that name a cloud role.
const CLOUD_ROLES: [&str; 3] =
    ["eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account", "azure.workload.identity/client-id"];
/// Roles of every cluster with which pods are made or secrets read.
const GREAT: [&str; 3] = ["cluster-admin", "admin", "edit"];
/// Labels of nodes of the control plane.
const CONTROL_PLANE: [&str; 2] = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

/// Everything around places, by context and namespace.
#[derive(Debug, Default)]
pub(in crate::case) struct Surroundings {
    spaces: HashMap<(i64, i64), Around>,
    /// Contexts of which all services were read.
    services_read: HashMap<i64, bool>,
    /// By context and text number of the name.
    control_plane: HashMap<(i64, String), i64>,
    nothing: Around,
    read: Around,
}

/// An object around places.
struct Thing {
    id: i64,
    context: i64,
    kind: String,
    namespace: i64,
    space: String,
    name: String,
    traits: Traits,
}

/// What is put together only when all objects are there.
#[derive(Default)]
struct Loose {
    /// By context, namespace and service.
    openings: HashMap<(i64, String, String), Vec<Opening>>,
    /// Powers by context, namespace (empty for a ClusterRole) and role.
    roles: HashMap<(i64, String, String), Vec<String>>,
    bindings: Vec<Thing>,
    /// Text numbers of namespaces.
    spaces: HashMap<(i64, String), i64>,
}

impl Surroundings {
    /// Loads all of it.
    pub fn load(conn: &Connection) -> Result<Surroundings, ProjectError> {
        let mut found = Surroundings::default();
        found.read.services_read = true;
        let mut loose = Loose::default();
        let mut statement = conn.prepare(
            "SELECT o.id, o.context, k.text, o.namespace, n.text, o.name, t.text FROM p_object o
             JOIN p_text k ON k.id = o.kind JOIN p_text n ON n.id = o.namespace LEFT JOIN p_text t ON t.id = o.traits
             WHERE o.gone = 0 AND o.context IN (SELECT DISTINCT context FROM p_source)
             AND o.kind IN (SELECT id FROM p_text WHERE text IN (SELECT value FROM json_each(?1)))
             ORDER BY n.text, o.name, k.text, o.instance",
        )?;
        let rows = statement.query_map([json(&AROUND)?], |r| {
            let traits: Option<String> = r.get(6)?;
            Ok(Thing {
                id: r.get(0)?,
                context: r.get(1)?,
                kind: r.get(2)?,
                namespace: r.get(3)?,
                space: r.get(4)?,
                name: r.get(5)?,
                traits: traits.map(|text| Traits::parse(&text)).unwrap_or_default(),
            })
        })?;
        for thing in rows {
            found.take(thing?, &mut loose);
        }
        found.join(conn, loose)?;
        found.mark_read(conn)?;
        Ok(found)
    }

    /// What stands around the places of a namespace.
    pub fn of(&self, context: i64, namespace: i64) -> &Around {
        let unknown = if self.services_read.contains_key(&context) { &self.read } else { &self.nothing };
        self.spaces.get(&(context, namespace)).unwrap_or(unknown)
    }

    /// The number of a node, where it is of the control plane.
    pub fn control_plane(&self, context: i64, node: &str) -> Option<i64> {
        self.control_plane.get(&(context, node.to_owned())).copied()
    }

    fn take(&mut self, thing: Thing, loose: &mut Loose) {
        loose.spaces.entry((thing.context, thing.space.clone())).or_insert(thing.namespace);
        match thing.kind.as_str() {
            "Service" => {
                let service = service(&thing);
                self.space(&thing).services.push(service);
            }
            "NetworkPolicy" => {
                let policy = policy(&thing);
                self.space(&thing).policies.push(policy);
            }
            "ServiceAccount" => {
                let account = account(&thing);
                self.space(&thing).accounts.insert(thing.name.clone(), account);
            }
            "Role" | "ClusterRole" => {
                let powers = thing.traits.list("powers").map(str::to_owned).collect();
                loose.roles.insert((thing.context, thing.space, thing.name), powers);
            }
            "RoleBinding" | "ClusterRoleBinding" | "Namespace" => loose.bindings.push(thing),
            "Node" if CONTROL_PLANE.iter().any(|label| thing.traits.labels.contains_key(*label)) => {
                self.control_plane.insert((thing.context, thing.name), thing.id);
            }
            "Ingress" | "HTTPRoute" | "GRPCRoute" | "TCPRoute" | "TLSRoute" | "UDPRoute" => opens(thing, loose),
            _ => {}
        }
    }

    fn space(&mut self, thing: &Thing) -> &mut Around {
        self.spaces.entry((thing.context, thing.namespace)).or_default()
    }

    /// Puts together what names another.
    fn join(&mut self, conn: &Connection, mut loose: Loose) -> Result<(), ProjectError> {
        let names: HashMap<(i64, i64), String> =
            loose.spaces.iter().map(|((context, name), id)| ((*context, *id), name.clone())).collect();
        for ((context, namespace), around) in &mut self.spaces {
            let Some(space) = names.get(&(*context, *namespace)) else { continue };
            for service in &mut around.services {
                let key = (*context, space.clone(), service.name.clone());
                service.openings = loose.openings.remove(&key).unwrap_or_default();
            }
        }
        let mut number = conn.prepare("SELECT id FROM p_text WHERE text = ?1")?;
        let mut find = |context: i64, name: &str| -> Result<Option<i64>, ProjectError> {
            match loose.spaces.get(&(context, name.to_owned())) {
                Some(id) => Ok(Some(*id)),
                None => Ok(number.query_map([name], |r| r.get(0))?.next().transpose()?),
            }
        };
        for thing in &loose.bindings {
            if thing.kind == "Namespace" {
                let Some(id) = find(thing.context, &thing.name)? else { continue };
                let around = self.spaces.entry((thing.context, id)).or_default();
                (around.labels, around.namespace) = (thing.traits.labels.clone(), thing.id);
                continue;
            }
            let Some(power) = power(thing, &loose.roles) else { continue };
            for (namespace, name) in subjects(thing) {
                let Some(id) = find(thing.context, &namespace)? else { continue };
                let around = self.spaces.entry((thing.context, id)).or_default();
                around.accounts.entry(name).or_default().powers.push((thing.id, power.clone()));
            }
        }
        Ok(())
    }

    /// Where all services were read, a place that none selects is known to be selected by none.
    fn mark_read(&mut self, conn: &Connection) -> Result<(), ProjectError> {
        let mut statement = conn.prepare(
            "SELECT DISTINCT context, namespace FROM p_cover WHERE kind IN (SELECT id FROM p_text WHERE text = 'Service')",
        )?;
        let rows = statement.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?)))?;
        for row in rows {
            let (context, namespace) = row?;
            if namespace == ALL_NAMESPACES {
                self.services_read.insert(context, true);
            } else {
                self.spaces.entry((context, namespace)).or_default().services_read = true;
            }
        }
        for ((context, _), around) in &mut self.spaces {
            around.services_read |= self.services_read.contains_key(context);
        }
        Ok(())
    }
}

fn service(thing: &Thing) -> Service {
    Service {
        thing: thing.id,
        name: thing.name.clone(),
        kind: thing.traits.text("type").unwrap_or_default().to_owned(),
        selector: thing.traits.map("selector"),
        external: thing.traits.len("externalIPs") > 0,
        openings: Vec::new(),
    }
}

fn policy(thing: &Thing) -> NetworkPolicy {
    let selector = thing.traits.details.get("podSelector").and_then(|selector| selector.as_object());
    let labels = |selector: &serde_json::Map<String, serde_json::Value>| {
        let plain = selector.keys().all(|key| key == "matchLabels");
        let labels = selector.get("matchLabels").and_then(|labels| labels.as_object());
        let pairs = labels.into_iter().flatten().map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned())));
        plain.then(|| pairs.collect::<Option<BTreeMap<String, String>>>())?
    };
    // Without types a policy is for what comes in, and for what goes out too where it has rules for that.
    let rules = thing.traits.details.get("egressRules").and_then(serde_json::Value::as_i64).unwrap_or(0);
    let mut types = thing.traits.list("types").peekable();
    let outward = if types.peek().is_none() { rules > 0 } else { types.any(|kind| kind == "Egress") };
    // No rule lets nothing out; of several, each must say to where.
    let none = rules == 0;
    let egress = outward && (none || thing.traits.is("egressLimited"));
    NetworkPolicy { thing: thing.id, name: thing.name.clone(), selector: selector.and_then(labels), egress }
}

fn account(thing: &Thing) -> Account {
    let annotations = thing.traits.map("annotations");
    let role = CLOUD_ROLES.iter().find_map(|key| annotations.get(*key)).cloned();
    let no_token = thing.traits.text("automount") == Some("false");
    Account { thing: thing.id, no_token, cloud_role: role, powers: Vec::new() }
}

/// Notes the services that an Ingress or a route leads to.
fn opens(thing: Thing, loose: &mut Loose) {
    let services: Vec<String> = thing.traits.list("services").map(str::to_owned).collect();
    for service in services {
        let (space, name) = match service.split_once('/') {
            Some((space, name)) => (space.to_owned(), name.to_owned()),
            None => (thing.space.clone(), service),
        };
        let opening = Opening { thing: thing.id, kind: thing.kind.clone(), name: thing.name.clone() };
        loose.openings.entry((thing.context, space, name)).or_default().push(opening);
    }
}

/// What a binding gives that is power over the cluster; `None` where it gives none.
fn power(binding: &Thing, roles: &HashMap<(i64, String, String), Vec<String>>) -> Option<String> {
    let role = binding.traits.map("role");
    let (kind, name) = (role.get("kind")?, role.get("name")?);
    let whole = binding.kind == "ClusterRoleBinding";
    let space = if kind == "ClusterRole" { String::new() } else { binding.space.clone() };
    let powers = roles.get(&(binding.context, space, name.clone()));
    let makes_pods = |power: &&String| {
        let (verb, resource) = power.split_once(' ').unwrap_or((power, ""));
        let runs = resource == "*" || resource.starts_with("pods");
        ["impersonate", "escalate", "bind"].contains(&verb) || ["*", "create"].contains(&verb) && runs
    };
    let found = powers.and_then(|powers| powers.iter().find(|power| whole || makes_pods(power)));
    let great = (whole || name != "cluster-admin").then_some(GREAT).into_iter().flatten().any(|great| great == name);
    match (found, whole) {
        _ if name == "cluster-admin" && whole => Some("cluster-admin".to_owned()),
        (Some(power), true) => Some(format!("may {power} in every namespace ({name})")),
        (Some(power), false) => Some(format!("may {power} ({name})")),
        (None, _) if great && powers.is_none() => Some(format!("has the role {name}")),
        (None, _) => None,
    }
}

/// The service accounts that a binding is for: namespace and name.
fn subjects(binding: &Thing) -> Vec<(String, String)> {
    let subjects = binding.traits.details.get("subjects").and_then(|list| list.as_array());
    let text = |subject: &serde_json::Value, key: &str| subject.get(key)?.as_str().map(str::to_owned);
    let account = |subject: &serde_json::Value| {
        let namespace = text(subject, "namespace").unwrap_or_else(|| binding.space.clone());
        (text(subject, "kind")? == "ServiceAccount").then_some((namespace, text(subject, "name")?))
    };
    subjects.into_iter().flatten().filter_map(account).collect()
}
