//! One trap a test: what others get wrong about pods, nodes, templates and unknown kinds.

use super::*;

const A: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

fn pod(spec: &str, status: &str) -> Whole {
    read_text(&format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"p","namespace":"n","uid":"u"}},"spec":{spec},"status":{status}}}"#
    ))
}

#[test]
fn every_kind_of_container_has_its_role() {
    let whole = pod(
        r#"{"initContainers":[{"name":"i","image":"init:1"},{"name":"s","image":"side:1","restartPolicy":"Always"}],
            "containers":[{"name":"c","image":"app:1"}],"ephemeralContainers":[{"name":"e","image":"debug:1"}],
            "volumes":[{"name":"v","image":{"reference":"data:1"}}]}"#,
        "{}",
    );
    let expected = ["init i init:1", "sidecar s side:1", "app c app:1", "ephemeral e debug:1", "volume v data:1"];
    assert_eq!(brief(&whole), expected);
    assert_eq!(uses(&whole).nth(1).unwrap().spot.pointer, "/spec/initContainers/1/image");
}

#[test]
fn the_status_is_joined_by_name_not_by_place() {
    let whole = pod(
        r#"{"containers":[{"name":"a","image":"a:1"},{"name":"b","image":"b:1"}]}"#,
        &format!(
            r#"{{"phase":"Running","containerStatuses":[
                {{"name":"b","image":"docker.io/library/b:other","imageID":"docker-pullable://b@{B}","state":{{"running":{{"startedAt":"2026-11-21T18:55:07Z"}}}}}},
                {{"name":"a","image":"a:1","imageID":"","state":{{"waiting":{{"reason":"ImagePullBackOff"}}}}}},
                {{"name":"injected","image":"c:1","imageID":"c@{A}","state":{{"terminated":{{"startedAt":"2026-11-21T18:00:00Z","finishedAt":"2026-11-21T18:01:00Z"}}}}}}]}}"#
        ),
    );
    let all: Vec<&Use> = uses(&whole).collect();
    let seen = |i: usize| all[i].seen.as_ref().unwrap();
    assert_eq!((seen(0).state, seen(0).image_id.as_str()), (SeenState::Waiting, ""));
    // A status tag that differs from the spec is kept beside it.
    assert_eq!((all[1].as_written.as_str(), seen(1).image.as_str()), ("b:1", "docker.io/library/b:other"));
    assert_eq!(seen(1).image_id, format!("docker-pullable://b@{B}"));
    assert_eq!(seen(1).started.unwrap().rfc3339(), "2026-11-21T18:55:07Z");
    assert_eq!(
        (all[2].name.as_str(), all[2].as_written.as_str(), seen(2).state),
        ("injected", "c:1", SeenState::Terminated)
    );
    assert_eq!(seen(2).finished.unwrap().rfc3339(), "2026-11-21T18:01:00Z");
    assert_eq!(whole.items[0].object.as_ref().unwrap().phase.as_deref(), Some("Running"));
}

#[test]
fn a_config_digest_and_a_registry_digest_of_one_status_are_related_not_merged() {
    let status = format!(
        r#"{{"containerStatuses":[{{"name":"a","image":"{A}","imageID":"docker.io/a/b@{B}","state":{{"running":{{}}}}}}]}}"#
    );
    let whole = pod(r#"{"containers":[{"name":"a","image":"a/b:1"}]}"#, &status);
    let relation = &whole.items[0].relations[0];
    assert_eq!((relation.kind, relation.a.as_str(), relation.b.as_str()), (RelationKind::SameRecord, A, B));
    let seen = uses(&whole).next().unwrap().seen.as_ref().unwrap();
    assert_eq!((seen.image.as_str(), seen.image_id.as_str()), (A, &*format!("docker.io/a/b@{B}")));
}

#[test]
fn an_image_volume_is_seen_through_the_mount_status() {
    let status = format!(
        r#"{{"containerStatuses":[{{"name":"a","image":"a:1","imageID":"a@{A}","state":{{"running":{{}}}},
            "volumeMounts":[{{"name":"v","mountPath":"/v","volumeStatus":{{"image":{{"imageRef":"data@{B}"}}}}}}]}}]}}"#
    );
    let spec = r#"{"containers":[{"name":"a","image":"a:1"}],"volumes":[{"name":"v","image":{"reference":"data:1"}}]}"#;
    let whole = pod(spec, &status);
    let volume = uses(&whole).find(|u| u.role == Role::Volume).unwrap();
    assert_eq!(volume.seen.as_ref().unwrap().image_id, format!("data@{B}"));
}

#[test]
fn owners_tops_and_details_of_a_pod() {
    let of = |owner: &str, labels: &str| {
        read_text(&format!(
            r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"p","labels":{labels},"ownerReferences":[{{"kind":"Other","name":"x"}},{owner}]}},
            "spec":{{"nodeName":"n1","hostNetwork":true,"serviceAccountName":"sa","imagePullSecrets":[{{"name":"reg"}}],
            "containers":[{{"name":"c","image":"a:1","securityContext":{{"privileged":true}},"ports":[{{"containerPort":80,"hostPort":8080}}],
            "env":[{{"name":"P","valueFrom":{{"secretKeyRef":{{"name":"s1","key":"k"}}}}}}],"envFrom":[{{"secretRef":{{"name":"s2"}}}}]}}],
            "volumes":[{{"name":"h","hostPath":{{"path":"/var/run"}}}},{{"name":"s","secret":{{"secretName":"s3"}}}}]}}}}"#
        ))
    };
    let deployed =
        of(r#"{"kind":"ReplicaSet","name":"api-5f9","uid":"u","controller":true}"#, r#"{"pod-template-hash":"5f9"}"#);
    let object = deployed.items[0].object.as_ref().unwrap();
    assert_eq!(object.owner.as_ref().unwrap().kind, "ReplicaSet");
    let top = object.likely_top.as_ref().unwrap();
    assert_eq!((top.kind.as_str(), top.name.as_str()), ("Deployment", "api"));
    assert_eq!((object.node.as_deref(), object.pull_secrets.as_slice()), (Some("n1"), &["reg".to_owned()][..]));
    let details = serde_json::to_string(&object.details).unwrap();
    let expected = r#"{"hostNetwork":true,"hostPaths":["/var/run"],"hostPorts":[{"containerPort":80,"hostPort":8080,"protocol":"TCP"}],"privileged":["c"],"secrets":["s1","s2","s3"],"serviceAccount":"sa"}"#;
    assert_eq!(details, expected);
    let scheduled = of(r#"{"kind":"Job","name":"backup-29921456","controller":true}"#, "{}");
    assert_eq!(scheduled.items[0].object.as_ref().unwrap().likely_top.as_ref().unwrap().name, "backup");
    let plain = of(r#"{"kind":"Job","name":"seed-1","controller":true}"#, "{}");
    assert_eq!(plain.items[0].object.as_ref().unwrap().likely_top, None);
}

#[test]
fn a_node_keeps_one_image_under_several_names() {
    let entry = format!(r#"{{"names":["a/b@{A}","a/b@{B}","a/b:1","a/b:2","<none>:<none>"],"sizeBytes":1}}"#);
    let entries = vec![entry; 50].join(",");
    let whole = read_text(&format!(
        r#"{{"apiVersion":"v1","kind":"Node","metadata":{{"name":"n1","uid":"u"}},"status":{{"images":[{entries}]}}}}"#
    ));
    let first = uses(&whole).next().unwrap();
    assert_eq!((first.role, first.as_written.as_str()), (Role::NodeCache, "a/b:1"));
    let seen = first.seen.as_ref().unwrap();
    assert_eq!((seen.state, seen.image_id.clone()), (SeenState::Cached, format!("a/b@{A}")));
    let names: Vec<&str> = sightings(&whole).iter().take(3).map(|s| s.as_written.as_str()).collect();
    assert_eq!(names, [format!("a/b@{A}"), format!("a/b@{B}"), "a/b:2".to_owned()]);
    assert!(sightings(&whole).iter().all(|s| s.host == "n1" && s.kind == SightingKind::Cache));
    assert_eq!(whole.items[0].relations.len(), 50);
    assert!(whole.collected.notes[0].contains("50 images"));
}

#[test]
fn items_without_a_kind_take_the_lists_or_the_one_their_shape_tells() {
    let known = read_text(
        r#"{"kind":"DaemonSetList","apiVersion":"apps/v1","items":[{"metadata":{"name":"d"},"spec":{"template":{"spec":{"containers":[{"name":"a","image":"a:1"}]}}}}]}"#,
    );
    let object = known.items[0].object.as_ref().unwrap();
    assert_eq!((object.kind.as_str(), object.api.as_str(), uses(&known).count()), ("DaemonSet", "apps/v1", 1));
    let late = read_text(
        r#"{"apiVersion":"v1","items":[{"metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"a:1"}]}},{"kind":"Service","apiVersion":"v1","metadata":{"name":"s"}}],"kind":"List","metadata":{"resourceVersion":""}}"#,
    );
    let kinds: Vec<&str> = late.items.iter().map(|i| i.object.as_ref().unwrap().kind.as_str()).collect();
    assert_eq!(kinds, ["Pod", "Service"]);
    assert_eq!(late.collected.scope.list_version, None);
    assert!(!late.collected.scope.complete, "declared objects make no complete list");
}

#[test]
fn unknown_kinds_are_walked_carefully() {
    let whole = read_text(
        "apiVersion: example.org/v1\nkind: Thing\nmetadata:\n  name: t\n  annotations:\n    proxyImage: never/me:1\n\
         spec:\n  workload:\n    template:\n      spec:\n        containers:\n        - {name: c, image: 'a/b:1'}\n\
         \x20 image: nginx\n  logoImage: assets/logo.png\n  sizeImage: small\n  toolImage: c/d:2\n  disk: {containerDisk: {image: e/f}}\n\
         \x20 env:\n  - {name: RELATED_IMAGE_X, value: 'g/h:3'}\n  - {name: PLAIN, value: 'i/j:4'}\n",
    );
    let found: Vec<(String, u16)> = uses(&whole).map(|u| (u.as_written.clone(), u.confidence)).collect();
    let expected = [("a/b:1", 900), ("nginx", 600), ("c/d:2", 600), ("e/f", 600), ("g/h:3", 700)];
    assert_eq!(found, expected.map(|(name, k)| (name.to_owned(), k)));
}

#[test]
fn operators_name_images_in_their_environment() {
    let whole = pod(
        r#"{"containers":[{"name":"op","image":"op:1","env":[{"name":"RELATED_IMAGE_A","value":"redis"},{"name":"SIDE_IMAGE","value":"x/y:1"},
            {"name":"USE_IMAGE","value":"yes"},{"name":"OTHER","value":"z/z:1"},{"name":"NO_IMAGE"}]}]}"#,
        "{}",
    );
    assert_eq!(brief(&whole), ["app op op:1", "field op/RELATED_IMAGE_A redis", "field op/SIDE_IMAGE x/y:1"]);
}

#[test]
fn the_last_applied_configuration_and_contents_are_not_read() {
    let whole = read_text(
        r#"{"apiVersion":"v1","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","labels":{"a":"b"}},"data":{"image":"a/b:1"}},
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":{\"containers\":[{\"name\":\"x\",\"image\":\"old:1\"}]}}"}},"spec":{}}],"kind":"List"}"#,
    );
    assert_eq!(uses(&whole).count(), 0);
    assert!(whole.items[0].object.as_ref().unwrap().labels.is_empty());
}

#[test]
fn documents_in_every_dress() {
    for text in [
        "\u{feff}apiVersion: v1\r\nkind: Pod\r\nmetadata:\r\n  name: p\r\nspec:\r\n  containers:\r\n  - name: c\r\n    image: a:1\r\n",
        "---\n# Source: chart/templates/pod.yaml\napiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: c, image: a:1}]\n---\n---\n",
        "x: &i a:1\napiVersion: v1\nkind: Pod\nspec: {containers: [{name: c, image: *i}]}\n",
        "apiVersion: v1\nkind: Pod\nbase: &b {name: c, image: a:1}\nspec:\n  containers:\n  - <<: *b\n    tty: true\n",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: c\n    image: >-\n      a:1\n",
        "---\n{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"a:1\"}]}}\n",
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"a:\\u0031\"}]}}",
    ] {
        let whole = read_text(text);
        assert_eq!(brief(&whole), ["app c a:1"], "{text}");
        assert_eq!(whole.collected.rejected, 0, "{text}: {:?}", whole.rejects);
    }
}

#[test]
fn a_template_that_is_no_yaml_gives_its_plain_image_lines() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        {{- range .Values.x }}\n        - name: a\n          image: \"a/b:1\"\n        - image: {{ .Values.image }}\n        {{- end }}\n";
    let whole = read_text(text);
    let place = uses(&whole).next().unwrap();
    assert_eq!((place.as_written.as_str(), place.confidence, place.role), ("a/b:1", 300, Role::Field));
    assert_spots(&whole, text.as_bytes());
    assert_eq!((whole.collected.status, whole.collected.rejected), (Status::Partial, 1));
    assert!(whole.collected.notes[0].contains("not rendered"));
}

#[test]
fn names_that_cannot_be_kept_are_rejected_with_their_place() {
    let whole = pod(
        r#"{"containers":[{"name":"a","image":"x\u001b[2J:1"},{"name":"b","image":"{{ .x }}"},{"name":"c","image":"c:1"}]}"#,
        "{}",
    );
    assert_eq!(brief(&whole), ["app c c:1"]);
    assert_eq!(whole.rejects[0].locator, "/spec/containers/0/image");
    assert_eq!(whole.collected.status, Status::Partial);
}

#[test]
fn a_deleted_pod_of_a_watch_does_not_run() {
    let whole = read_text(
        r#"{"type":"DELETED","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"a:1"}]},"status":{"containerStatuses":[{"name":"a","image":"a:1","imageID":"","state":{"running":{}}}]}}}
{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"5"}}}
{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","code":410,"reason":"Expired","message":"too old"}}
"#,
    );
    assert_eq!(whole.items.len(), 1);
    assert_eq!(uses(&whole).next().unwrap().seen.as_ref().unwrap().state, SeenState::Terminated);
    assert!(whole.collected.reason.contains("too old"), "{}", whole.collected.reason);
}

#[test]
fn the_usual_one_liners_single_line_is_a_list() {
    let whole = read_text(
        "registry.corp:5000/team/web:1.2.3 nginx@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa redis:7 busybox",
    );
    assert_eq!((whole.format, uses(&whole).count()), (Format::ReferenceList, 4));
}
