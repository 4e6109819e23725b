//! What stands around a place: the services, policies and accounts of its namespace.

use std::collections::BTreeMap;

/// A namespace of a context.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// Its services.
    pub services: Vec<Service>,
    /// Its network policies.
    pub policies: Vec<NetworkPolicy>,
    /// Its service accounts, and those that only a binding names.
    pub accounts: BTreeMap<String, Account>,
    /// The labels of the namespace itself, and its number.
    pub labels: BTreeMap<String, String>,
    /// The number of the namespace's object; 0 where it was not read.
    pub namespace: i64,
    /// All services were read: what none selects is selected by none.
    pub services_read: bool,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    /// Its number.
    pub thing: i64,
    /// Its name.
    pub name: String,
    /// `ClusterIP`, `NodePort`, `LoadBalancer`; empty where not written.
    pub kind: String,
    /// Labels that its pods have.
    pub selector: BTreeMap<String, String>,
    /// It has addresses outside of the cluster.
    pub external: bool,
    /// What leads to it from outside.
    pub openings: Vec<Opening>,
}

/// An Ingress or a route that leads to a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its number.
    pub thing: i64,
    /// Its kind, as `Ingress`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// A network policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkPolicy {
    /// Its number.
    pub thing: i64,
    /// Its name.
    pub name: String,
    /// The pods it is for, by plain labels; `None` where it asks in a way that is not read.
    pub selector: Option<BTreeMap<String, String>>,
    /// It holds back what goes out.
    pub egress: bool,
}

/// A service account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Its number; 0 where only a binding names it.
    pub thing: i64,
    /// Its token is not given to pods.
    pub no_token: bool,
    /// The cloud role that it takes, and the annotation's key.
    pub cloud_role: Option<String>,
    /// What gives it power over the cluster, each with the number of the binding.
    pub powers: Vec<(i64, String)>,
}

/// True where a selector fits labels. An empty selector of a service selects nothing.
pub fn fits_selector(selector: &BTreeMap<String, String>, labels: &BTreeMap<String, String>) -> bool {
    selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}
