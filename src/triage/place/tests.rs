//! What places tell, case by case.

use std::collections::BTreeMap;

use super::*;
use crate::triage::policy::Policy;

struct Setting {
    traits: Traits,
    around: Around,
    marks: Vec<Mark>,
    namespace: &'static str,
    kind: &'static str,
    role: Role,
    owner: Option<&'static str>,
}

impl Setting {
    fn new(traits: &str) -> Setting {
        Setting {
            traits: serde_json::from_str(traits).unwrap(),
            around: Around::default(),
            marks: Vec::new(),
            namespace: "shop",
            kind: "Pod",
            role: Role::App,
            owner: None,
        }
    }

    fn told(&self) -> Told {
        let place = Place {
            kind: self.kind,
            namespace: self.namespace,
            traits: &self.traits,
            around: &self.around,
            role: self.role,
            container: "main",
            marks: &self.marks,
            owner: self.owner.map(|word| (word, 77)),
            control_plane: None,
        };
        told(&place, &Policy::built_in().unwrap().facts)
    }

    fn criticality(&self) -> Option<(Criticality, Basis)> {
        self.told().criticality.map(|(level, why)| (level, why.basis))
    }

    fn exposure(&self) -> Option<(Exposure, i64)> {
        self.told().exposure.map(|(word, why)| (word, why.thing))
    }
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

#[test]
fn the_first_that_tells_a_criticality_counts() {
    let all = r#"{"l":{"acme/tier":"tier-3","app":"postgres"},"d":{"annotations":{"x/criticality":"high"},"priorityClass":"system-cluster-critical"}}"#;
    let mut setting = Setting { namespace: "prod", owner: Some("Critical"), ..Setting::new(all) };
    assert_eq!(setting.criticality(), Some((Criticality::Critical, Basis::Owner)));
    setting.owner = Some("no such word");
    assert_eq!(setting.criticality(), Some((Criticality::Low, Basis::Label)));
    setting.traits.labels.remove("acme/tier");
    assert_eq!(setting.criticality(), Some((Criticality::High, Basis::Annotation)));
    setting.traits.details.remove("annotations");
    assert_eq!(setting.criticality(), Some((Criticality::High, Basis::PriorityClass)));
    setting.traits.details.clear();
    assert_eq!(setting.criticality(), Some((Criticality::High, Basis::Environment)));
    setting.namespace = "dev";
    assert_eq!(setting.criticality(), Some((Criticality::Low, Basis::Environment)));
    setting.namespace = "shop";
    assert_eq!(setting.criticality(), Some((Criticality::High, Basis::Class)));
    setting.traits.labels.clear();
    assert_eq!(setting.criticality(), None);
}

#[test]
fn a_workflow_is_no_namespace() {
    let setting = Setting { kind: "CIJob", namespace: "test", ..Setting::new("{}") };
    assert_eq!((setting.criticality(), setting.exposure()), (None, None));
}

#[test]
fn what_publishes_a_place() {
    let pod = r#"{"l":{"app":"web","x":"y"}}"#;
    let service = |kind: &str| Service {
        thing: 5,
        name: "web".into(),
        kind: kind.into(),
        selector: map(&[("app", "web")]),
        ..Service::default()
    };
    let with = |service: Service| {
        let mut setting = Setting::new(pod);
        setting.around.services.push(service);
        setting
    };
    assert_eq!(Setting::new(pod).exposure(), None);
    assert_eq!(with(service("ClusterIP")).exposure(), Some((Exposure::Internal, 5)));
    assert_eq!(with(service("NodePort")).exposure(), Some((Exposure::Internet, 5)));
    assert_eq!(with(service("LoadBalancer")).exposure(), Some((Exposure::Internet, 5)));
    assert_eq!(with(Service { external: true, ..service("") }).exposure(), Some((Exposure::Internet, 5)));
    let opening = Opening { thing: 9, kind: "Ingress".into(), name: "gw".into() };
    assert_eq!(with(Service { openings: vec![opening], ..service("") }).exposure(), Some((Exposure::Internet, 9)));
    // A service without a selector selects nothing, and one for others does not select this.
    for selector in [map(&[]), map(&[("app", "other")])] {
        assert_eq!(with(Service { selector, ..service("NodePort") }).exposure(), None);
    }
    let mut known = Setting::new(pod);
    known.around.services_read = true;
    assert_eq!(known.exposure(), Some((Exposure::Internal, 0)));
}

#[test]
fn ports_and_networks_of_machines() {
    for traits in [r#"{"d":{"hostNetwork":true}}"#, r#"{"d":{"hostPorts":[{"hostPort":80}]}}"#] {
        assert_eq!(Setting::new(traits).exposure(), Some((Exposure::Internet, 0)));
    }
    for (port, outward) in [
        ("8080:80", true),
        ("0.0.0.0:80:80", true),
        ("[::]:80:80", true),
        ("127.0.0.1:80:80", false),
        ("[::1]:80:80", false),
    ] {
        let setting = Setting { marks: vec![Mark::Published(port.into())], ..Setting::new("{}") };
        assert_eq!(setting.exposure().is_some_and(|(word, _)| word == Exposure::Internet), outward, "{port}");
    }
}

#[test]
fn development_is_what_is_said_to_be_and_is_not_published() {
    assert_eq!(Setting { namespace: "dev-7", ..Setting::new("{}") }.exposure(), Some((Exposure::DevOnly, 0)));
    let published = Setting { namespace: "dev-7", ..Setting::new(r#"{"d":{"hostNetwork":true}}"#) };
    assert_eq!(published.exposure(), Some((Exposure::Internet, 0)));
    let said_otherwise = Setting { namespace: "dev-7", ..Setting::new(r#"{"l":{"env":"prod"}}"#) };
    assert_eq!(said_otherwise.exposure(), None);
    let said = Setting::new(r#"{"l":{"acme/env":"development"}}"#);
    assert_eq!(said.exposure(), Some((Exposure::DevOnly, 0)));
}

#[test]
fn power_over_machines_and_clusters() {
    let traits = r#"{"d":{"privileged":["main","other"],"hostPID":true,"hostPaths":["/var/run/docker.sock","/data"],"capabilities":["main=SYS_ADMIN","main=CHOWN","mesh-init=NET_ADMIN"],"serviceAccount":"op"}}"#;
    let mut setting = Setting { marks: vec![Mark::EngineSocket], ..Setting::new(traits) };
    let account = Account { thing: 3, powers: vec![(4, "cluster-admin".into())], ..Account::default() };
    setting.around.accounts.insert("op".into(), account);
    let texts: Vec<String> = setting.told().amplifiers.into_iter().map(|why| why.text).collect();
    assert_eq!(
        texts,
        [
            "container main is privileged",
            "hostPID",
            "hostPath /var/run/docker.sock",
            "capability SYS_ADMIN",
            "the container engine's socket is mounted",
            "ServiceAccount op: cluster-admin"
        ]
    );
    let other = Setting::new(r#"{"d":{"privileged":["other"]}}"#);
    assert!(other.told().amplifiers.is_empty());
    assert_eq!(Setting { role: Role::Ci, kind: "CIJob", ..Setting::new("{}") }.told().amplifiers.len(), 1);
}

#[test]
fn what_could_be_carried_away_and_what_holds_it_back() {
    let mut setting = Setting::new(r#"{"l":{"app":"web"},"d":{"secrets":["db"]}}"#);
    assert!(setting.told().reaches());
    let policy = NetworkPolicy { thing: 8, name: "deny".into(), selector: Some(map(&[("app", "web")])), egress: true };
    setting.around.policies = vec![NetworkPolicy { egress: false, ..policy.clone() }];
    assert!(setting.told().reaches());
    setting.around.policies = vec![NetworkPolicy { selector: None, ..policy.clone() }];
    assert!(setting.told().reaches(), "a selector that is not understood holds nothing back");
    setting.around.policies = vec![policy];
    assert!(!setting.told().reaches());
    assert!(!Setting::new("{}").told().reaches(), "a pod with nothing but its own token");
}

#[test]
fn an_account_counts_only_where_its_token_is_given() {
    let with = |traits: &str, account: Account| {
        let mut setting = Setting::new(traits);
        setting.around.accounts.insert("default".into(), account);
        setting.told().reach.len()
    };
    let account = Account { thing: 3, cloud_role: Some("arn:x".into()), ..Account::default() };
    assert_eq!(with("{}", account.clone()), 1);
    assert_eq!(with(r#"{"d":{"automount":"false"}}"#, account.clone()), 0);
    assert_eq!(with("{}", Account { no_token: true, ..account }), 0);
}
