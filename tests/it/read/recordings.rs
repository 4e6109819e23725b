//! Recordings of a real API server and of `kubectl` against it.

use super::*;

/// Every image the recorded cluster's pods name, with its role; made by hand from the recording.
const IMAGES: [&str; 39] = [
    "app alpine:3.20",
    "app bash:5.2",
    "app busybox:1.36.1",
    "app cr.fluentbit.io/fluent/fluent-bit:3.1.9",
    "app docker.io/envoyproxy/envoy:v1.31.2@sha256:662f2b0f567d25323890f92af4b1d04e188cfc7c48a42459aca91d2369a25921",
    "app docker:27-dind",
    "app fluent/fluent-bit@sha256:d7820a83db0ca1a2e8c370fe29da630ebe4b1cc08e1f0b22bb38332e8e99e0dd",
    "app ghcr.io/example-org/does-not-exist:v9",
    "app gitlab/gitlab-runner:alpine-v17.5.0",
    "app grafana/grafana:11.2.0",
    "app localhost:5001/debug-me:dev",
    "app memcached@sha256:9f12aa1e1352e96b0e03dce9945f55a918e667d1dd4f088930d62db22b4ab166",
    "app mysql/mysql-server:8.0@sha256:430005175c4c7810996d3481f0dbc3ec01103d6abcc5beec5db4b3f1eae35047",
    "app nginx/nginx-prometheus-exporter:1.4.0",
    "app nginx:1.27.3",
    "app nginx:latest",
    "app postgres:16.4",
    "app public.ecr.aws/docker/library/python:3.12-slim",
    "app quay.io/prometheus-operator/prometheus-config-reloader:v0.77.1",
    "app quay.io/prometheus/node-exporter:v1.8.2",
    "app quay.io/prometheus/prometheus:v2.54.1",
    "app quay.io/prometheuscommunity/postgres-exporter:v0.15.0",
    "app redis",
    "app redis:7.4-alpine",
    "app registry.internal.example:5000/ops/pg-backup:2.0",
    "app registry.internal.example:5000/team/api:1.2.3",
    "app registry.internal.example:5000/team/api:1.3.0-rc.1",
    "app registry.internal.example:5000/team/seed:1",
    "app registry.internal.example:5000/team/worker@sha256:87eba76e7f3164534045ba922e7770fb58bbd14ad732bbf5ba6f11cc56989e6e",
    "app registry.k8s.io/etcd:3.6.8-0",
    "app registry.k8s.io/kube-apiserver:v1.36.2",
    "app registry.k8s.io/pause:3.10",
    "app ubuntu",
    "ephemeral nicolaka/netshoot:v0.13",
    "init busybox",
    "init busybox:1.36",
    "init minio/mc:RELEASE.2024-10-08T09-37-26Z",
    "init registry.internal.example:5000/team/api-migrate:1.2.3",
    "sidecar hashicorp/vault:1.17.6",
];

#[test]
fn every_pod_of_a_cluster() {
    let bytes = fixture("pods-all.json");
    let whole = read(&bytes);
    assert_eq!(whole.format, Format::KubernetesJson);
    assert_eq!((whole.collected.items, whole.collected.rejected), (40, 0));
    assert_eq!(whole.collected.status, Status::Read, "{}", whole.collected.reason);
    let scope = &whole.collected.scope;
    assert!(scope.complete && scope.kinds[0].all && scope.kinds[0].kind == "Pod");
    assert_eq!(scope.kinds[0].namespaces, ["dev", "kube-system", "monitoring", "prod", "staging"]);
    assert_eq!(scope.list_version.as_deref(), Some("1441"));
    assert_eq!(scope.nodes, ["cp-1", "worker-1", "worker-2", "worker-3"]);
    assert_spots(&whole, &bytes);
    let expected: BTreeSet<&str> = IMAGES.into();
    let found: BTreeSet<String> = uses(&whole).map(|u| format!("{} {}", u.role.as_str(), u.as_written)).collect();
    assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected);
}

#[test]
fn json_and_yaml_of_the_same_pods_say_the_same() {
    let (json, yaml) = (fixture("kubectl-first-pods.json"), fixture("kubectl-first-pods.yaml"));
    let (from_json, from_yaml) = (read(&json), read(&yaml));
    assert_eq!((from_json.format, from_yaml.format), (Format::KubernetesJson, Format::KubernetesYaml));
    assert_spots(&from_json, &json);
    assert_spots(&from_yaml, &yaml);
    assert_eq!(from_json.items.len(), 8);
    let strip = |whole: &Whole| {
        let mut items = whole.items.clone();
        for item in &mut items {
            item.spot.offset = 0;
            item.spot.length = 0;
            for place in &mut item.uses {
                (place.spot.offset, place.spot.length) = (0, 0);
                if let Some(seen) = &mut place.seen {
                    (seen.spot.offset, seen.spot.length) = (0, 0);
                }
            }
            for relation in &mut item.relations {
                (relation.spot.offset, relation.spot.length) = (0, 0);
            }
        }
        items
    };
    assert_eq!(strip(&from_json), strip(&from_yaml));
    assert_eq!(from_json.collected.scope, from_yaml.collected.scope);
    assert_eq!(from_json.collected.times.last(), from_yaml.collected.times.last());
}

#[test]
fn a_page_is_partial_and_an_empty_list_is_read() {
    let page = read(&fixture("pods-limit5-page01.json"));
    assert_eq!(page.collected.status, Status::Partial);
    assert!(page.collected.scope.continues && !page.collected.scope.complete);
    let empty = read(&fixture("pods-ns-empty-default.json"));
    assert_eq!((empty.collected.status, empty.collected.items), (Status::Read, 0));
}

#[test]
fn a_watch_stream_is_partial() {
    let watch = read(&fixture("watch-dev-pods-2s.json"));
    assert_eq!((watch.collected.status, watch.collected.items), (Status::Partial, 7));
    assert!(watch.collected.reason.contains("watch stream") && !watch.collected.scope.complete);
    assert_eq!(watch.items[1].spot.pointer, "/doc/2/object");
    assert_spots(&watch, &fixture("watch-dev-pods-2s.json"));
}

#[test]
fn refusals_are_denied_or_failed_and_say_why() {
    for (name, status, words) in [
        ("error-403-limited-list-all-pods.json", Status::Denied, "pods is forbidden"),
        ("error-410-expired-continue.json", Status::Failed, "410"),
        ("kubectl-limited.txt", Status::Denied, "Forbidden"),
        ("kubectl-wrongca.txt", Status::Failed, "x509"),
    ] {
        let whole = read(&fixture(name));
        assert_eq!((whole.format, whole.collected.status), (Format::Refusal, status), "{name}");
        assert!(whole.collected.reason.contains(words), "{name}: {}", whole.collected.reason);
    }
}

#[test]
fn what_has_no_images_says_so_and_names_the_command_that_would() {
    for name in ["kubectl-get-pods-A-wide.txt", "secrets-metadata-only.json"] {
        let whole = read(&fixture(name));
        assert_eq!((whole.collected.status, uses(&whole).count()), (Status::Partial, 0), "{name}");
        assert!(whole.collected.reason.contains("kubectl get pods -A -o json"), "{name}");
    }
}

#[test]
fn the_guides_line_and_its_count_are_read() {
    let bytes = fixture("kubectl-jsonpath-images.txt");
    let table = read(&bytes);
    assert_eq!((table.format, table.collected.items), (Format::ImageTable, 40));
    assert_spots(&table, &bytes);
    let node_pod = table.items.iter().find(|i| i.object.as_ref().unwrap().name == "docker-node-pod").unwrap();
    assert_eq!(node_pod.uses.len(), 3);
    assert!(table.collected.notes[0].contains("init containers"));
    let bytes = fixture("kubectl-jsonpath-images-uniq.txt");
    let list = read(&bytes);
    assert_eq!((list.format, list.collected.rejected), (Format::ReferenceList, 0));
    assert!(uses(&list).all(|u| u.role == Role::Listed) && uses(&list).count() == 38);
    assert_spots(&list, &bytes);
    let bytes = fixture("kubectl-custom-columns.txt");
    let columns = read(&bytes);
    assert_eq!((columns.format, columns.collected.items, columns.collected.rejected), (Format::ImageTable, 40, 0));
    let set = |whole: &Whole| uses(whole).map(|u| u.as_written.clone()).collect::<BTreeSet<_>>();
    assert_eq!(set(&columns), set(&table));
    assert_spots(&columns, &bytes);
}

#[test]
fn events_are_pulls_and_attempts() {
    let events = read(&fixture("events-some.json"));
    let found = sightings(&events);
    let pulls: Vec<_> = found.iter().filter(|s| s.kind == SightingKind::Pull).collect();
    assert!(pulls.len() >= 8);
    assert!(pulls.iter().all(|s| s.host.starts_with("worker-") && s.from.is_some() && s.to >= s.from));
    let failed = found.iter().find(|s| s.as_written == "ghcr.io/example-org/does-not-exist:v9").unwrap();
    assert_eq!(failed.kind, SightingKind::Record);
    assert_eq!(uses(&events).count(), 0);
}

#[test]
fn workloads_between_runs_and_kept_for_a_rollback() {
    let cron = read(&fixture("cronjobs.json"));
    assert!(brief(&cron).contains(&"app report python:3.12".to_owned()));
    let report = cron.items[1].object.as_ref().unwrap();
    assert_eq!(report.details["suspend"], true);
    assert_eq!(report.details["schedule"], "0 3 * * *");
    let replicas = read(&fixture("replicasets.json"));
    assert_eq!(replicas.collected.items, 12);
    let idle = |i: &&Item| i.object.as_ref().unwrap().details.get("replicas") == Some(&0.into());
    assert!(replicas.items.iter().filter(idle).any(|i| !i.uses.is_empty()));
}

#[test]
fn nodes_and_services_carry_what_triage_needs() {
    let nodes = read(&fixture("nodes.json"));
    let node = nodes.items[1].object.as_ref().unwrap();
    assert_eq!(
        (node.details["arch"].as_str(), node.details["runtime"].as_str()),
        (Some("amd64"), Some("containerd://2.1.4"))
    );
    let services = read(&fixture("services.json"));
    assert!(services.items.iter().any(|i| i.object.as_ref().unwrap().details.contains_key("selector")));
}
