//! Helm values, a table for each form.

use super::{assert_reads, lines, read};

const HEX: &str = "0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971";

#[test]
fn maps_with_a_repository() {
    let text = format!(
        "replicaCount: 1
image:
  repository: nginx
  pullPolicy: IfNotPresent
  tag: \"\"
metrics:
  image: {{registry: quay.io, repository: acme/metrics, tag: v1.20, digest: ''}}
pinned:
  image:
    repository: acme/pinned
    tag: '2'
    digest: sha256:{HEX}
old:
  image: {{repository: a/b, tag: x, sha: {HEX}}}
number:
  image: {{repository: a/n, tag: 1.10}}
git: {{repository: 'https://github.com/a/b.git'}}
chart: {{repository: acme/chart}}
sidecarImage: busybox:1.36
waitImage: small
image2: {{name: x}}
extraContainers:
- name: a
  image: envoy
init: {{image: 'alpine', imageTag: '3.20'}}
tool: {{image: {{name: acme/tool, tag: '1'}}}}
template: {{image: '{{{{ .Values.global.registry }}}}/x:1'}}
"
    );
    assert_reads(
        "charts/web/values.yaml",
        "helm-values",
        &text,
        &format!(
            "HelmValues /
            field image nginx needs Chart.AppVersion guessed 900
            field metrics/image quay.io/acme/metrics:v1.20 900
            field pinned/image acme/pinned:2@sha256:{HEX} 900
            field old/image a/b:x@sha256:{HEX} 900
            field number/image a/n:1.10 900
            field chart acme/chart needs Chart.AppVersion guessed 600
            field sidecarImage busybox:1.36 800
            field extraContainers/0/image envoy 600
            field init/image alpine:3.20 900
            field tool/image/name acme/tool:1 900
            field template/image {{{{ .Values.global.registry }}}}/x:1 needs .Values.global.registry guessed 300"
        ),
    );
}

#[test]
fn a_global_registry_stands_before_all() {
    let text = "global: {imageRegistry: registry.corp:5000}\nimage:\n  registry: docker.io\n  repository: bitnami/redis\n  tag: 7.2\nother:\n  image:\n    repository: registry.corp:5000/own\n    tag: '1'\n";
    let whole = read("values.yaml", text);
    assert_eq!(
        lines(&whole),
        [
            "HelmValues /",
            "  field image registry.corp:5000/bitnami/redis:7.2 900",
            "  field other/image registry.corp:5000/own:1 900"
        ]
    );
}

#[test]
fn values_without_images_and_templates_are_read_too() {
    assert_eq!(lines(&read("values-prod.yaml", "replicas: 3\nhost: x\n")), ["HelmValues /"]);
    let whole = read("values.yaml", "{{ if x }}\nimage: a/b:1\n{{ end }}\nkey: [\n");
    assert!(lines(&whole).iter().any(|line| line.contains("a/b:1 guessed 300")), "{:?}", lines(&whole));
}
