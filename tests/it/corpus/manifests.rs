//! Manifests of other projects: the images of each file, found by hand with grep.

use super::{assert_same, files, folder, import};
use hullbreach::model::reading::Status;

const ARGO_CD: &[&str] = &[
    "ghcr.io/dexidp/dex:v2.45.1",
    "public.ecr.aws/docker/library/redis:8.10.1-alpine",
    "quay.io/argoproj/argocd:latest",
];

/// A small cluster's Deployments; its ReplicaSets are theirs.
const K3S: &[&str] = &[
    "docker.io/rancher/coredns-coredns:1.8.0",
    "docker.io/rancher/library-traefik:1.7.19",
    "docker.io/rancher/local-path-provisioner:v0.0.19",
    "docker.io/rancher/metrics-server:v0.3.6",
];

/// Paths end in these.
const EXPECTED: &[(&str, &[&str])] = &[
    ("argo-cd/manifests/namespace-install.yaml", ARGO_CD),
    ("testdata/po_sidecar.json", &["docker.io/istio/base:latest"]),
    ("testdata/po_init.json", &["docker.io/library/nginx:alpine"]),
    ("test_data/ingress.yaml", &[]),
    ("test_data/nodes.yaml", &[]),
    ("test_data/network_policy.yaml", &[]),
    ("test_data/deployments.yaml", K3S),
    ("test_data/replicasets.yaml", K3S),
    ("test_data/svcs.yaml", &[]),
    ("test_data/cronjobs.yaml", &["docker.io/library/busybox:latest"]),
    (
        "fixtures/ephemeral.yaml",
        &["docker.io/library/busybox:1.28", "docker.io/library/ubuntu:latest", "k8s.gcr.io/pause:3.1"],
    ),
    ("fixtures/initcontainer.yaml", &["docker.io/library/alpine:latest", "docker.io/library/ubuntu:latest"]),
    ("fixtures/cronjob.yaml", &["docker.io/library/busybox:1.28"]),
    ("fixtures/deploy-with-sidecar.yaml", &["docker.io/library/memcached:latest", "docker.io/library/nginx:latest"]),
];

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_manifests_hold_exactly_these_images() {
    let files = files(&folder("manifests"));
    assert_eq!(files.len(), EXPECTED.len(), "{files:?}");
    let mut wrong = Vec::new();
    for file in &files {
        let (_, images) =
            EXPECTED.iter().find(|(end, _)| file.to_str().unwrap().ends_with(end)).expect("a file with an expectation");
        let seen = import(file);
        let what = file.display().to_string();
        if seen.status != Status::Read {
            eprintln!("{what}: {:?}: {}", seen.status, seen.reason);
        }
        if !assert_same(&what, &seen.asked, images.iter().copied()) || seen.status != Status::Read {
            wrong.push(what);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}: what differs is printed above");
}
