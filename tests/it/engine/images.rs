//! Kept images: which digest is of what, under which names.

use super::*;
use hullbreach::model::digest::{Digest, DigestKind, RelationKind};
use hullbreach::model::fact::{SeenState, SightingKind};

fn relations(whole: &Whole) -> Vec<(RelationKind, String, String)> {
    let all = whole.items.iter().flat_map(|item| &item.relations);
    all.map(|r| (r.kind, r.a.to_string(), r.b.to_string())).collect()
}

#[test]
fn docker_24_classic_store_has_the_config_beside_the_registrys_digest() {
    let (id, registry, layer) = (sha('a'), sha('b'), sha('c'));
    let whole = read(&format!(
        r#"[
    {{
        "Id": "{id}",
        "RepoTags": ["nginx:1.27", "registry.corp:5000/web/nginx:1.27", "<none>:<none>"],
        "RepoDigests": ["nginx@{registry}", "registry.corp:5000/web/nginx@{registry}"],
        "Parent": "",
        "Created": "2026-10-02T11:22:33.123456789Z",
        "Config": {{"Env": ["PATH=/usr/bin", "NGINX_VERSION=1.27.2", "API_TOKEN=abc123secret"],
                   "Labels": {{"maintainer": "NGINX <docker-maint@nginx.com>", "db.password": "hunter22"}}}},
        "Architecture": "arm64", "Variant": "v8", "Os": "linux",
        "RootFS": {{"Type": "layers", "Layers": ["{layer}", "{id}"]}},
        "Metadata": {{"LastTagTime": "0001-01-01T00:00:00Z"}}
    }}
]
"#
    ));
    assert_eq!(whole.format, Format::EngineJson);
    assert_eq!(brief(&whole), ["node-cache nginx:1.27 nginx:1.27"]);
    assert_eq!(pointed(&whole), ["nginx:1.27"]);
    let seen = uses(&whole)[0].seen.clone().unwrap();
    assert_eq!((seen.state, seen.image, seen.image_id), (SeenState::Cached, id.clone(), format!("nginx@{registry}")));
    assert_eq!(relations(&whole), [(RelationKind::SameRecord, id.clone(), registry.clone())]);
    let sightings: Vec<(&str, &str)> =
        whole.items[0].sightings.iter().map(|s| (s.as_written.as_str(), s.digest.as_str())).collect();
    assert_eq!(sightings.len(), 3);
    assert_eq!(sightings[0], ("registry.corp:5000/web/nginx:1.27", registry.as_str()));
    assert!(whole.items[0].sightings.iter().all(|s| s.kind == SightingKind::Cache));
    let object = whole.items[0].object.as_ref().unwrap();
    assert_eq!((object.kind.as_str(), object.name.as_str(), &object.uid), ("Image", id.as_str(), &None));
    assert_eq!(chain(&whole), [layer, id.clone()]);
    assert_eq!((object.details["arch"].as_str(), object.details["os"].as_str()), (Some("arm64"), Some("linux")));
    assert!(!object.details.contains_key("lastTagged"));
    assert_eq!(object.created.unwrap().rfc3339(), "2026-10-02T11:22:33.123456Z");
    // When it was built is not when anything was seen here.
    assert_eq!(whole.collected.times.last(), None);
    assert!(!whole.stored.contains("abc123secret") && !whole.stored.contains("hunter22"));
    assert!(whole.stored.contains("NGINX_VERSION=1.27.2"));
    assert_eq!(object.labels["db.password"], "[redacted]");
    assert!(!whole.collected.scope.complete);
}

#[test]
fn docker_29_containerd_store_keeps_an_index_that_is_no_config() {
    let (index, amd, attest) = (sha('1'), sha('2'), sha('3'));
    let whole = read(&format!(
        r#"[{{"Id":"{index}","RepoTags":["mirror.corp/library/redis:7"],"RepoDigests":["mirror.corp/library/redis@{index}"],
        "Created":"2026-09-01T00:00:00Z","Architecture":"amd64","Os":"linux",
        "Descriptor":{{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"{index}","size":10}},
        "Manifests":[{{"ID":"{amd}","Descriptor":{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{amd}"}},"Available":true,"Kind":"image"}},
                     {{"ID":"{attest}","Descriptor":{{"digest":"{attest}"}},"Kind":"attestation"}}],
        "Metadata":{{"LastTagTime":"2026-11-20T08:00:00Z"}},
        "Identity":{{"Pull":[{{"Repository":"docker.io/library/redis","LastPulled":"2026-11-20T07:59:58Z"}}]}}}}]"#
    ));
    let seen = uses(&whole)[0].seen.clone().unwrap();
    assert_eq!((seen.image.as_str(), seen.image_id), ("", format!("mirror.corp/library/redis@{index}")));
    assert_eq!(relations(&whole), [(RelationKind::Contains, index.clone(), amd)]);
    let pull = whole.items[0].sightings.iter().find(|s| s.kind == SightingKind::Pull).unwrap();
    let pulled = format!("docker.io/library/redis@{index}");
    assert_eq!((pull.as_written.as_str(), pull.digest.as_str()), (pulled.as_str(), index.as_str()));
    assert_eq!(pull.from.unwrap().rfc3339(), "2026-11-20T07:59:58Z");
    assert_eq!(whole.items[0].object.as_ref().unwrap().details["targetKind"], "index");
    let digest = |text: &str| Digest::parse(text).unwrap();
    assert_eq!(whole.items[0].lineage.as_ref().unwrap().kinds, [(digest(&index), DigestKind::Index)]);
    assert_eq!(whole.collected.times.last(), pull.to);
    // A single pull need not stand in an array.
    let one = read(&format!(
        r#"[{{"Id":"{index}","RepoTags":["a:1"],"Descriptor":{{"mediaType":"x","digest":"{index}"}},"Identity":{{"Pull":{{"Repository":"ghcr.io/o/a"}}}}}}]"#
    ));
    assert_eq!(one.items[0].sightings[0].as_written, "ghcr.io/o/a");
}

#[test]
fn a_nameless_image_of_the_containerd_store_is_no_config_either() {
    let whole = read(&format!(
        r#"[{{"Id":"{0}","RepoTags":[],"RepoDigests":[],"Descriptor":{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{0}"}}}}]"#,
        sha('d')
    ));
    assert_eq!(uses(&whole)[0].as_written, format!("<none>@{}", sha('d')));
    let kinds = [(Digest::parse(&sha('d')).unwrap(), DigestKind::Manifest)];
    assert_eq!(whole.items[0].lineage.as_ref().unwrap().kinds, kinds);
    let classic = read(&format!(r#"[{{"Id":"{}","RepoTags":[],"RepoDigests":["<none>@<none>"]}}]"#, sha('d')));
    assert_eq!((uses(&classic)[0].as_written.clone(), classic.rejects.len()), (sha('d'), 0));
}

#[test]
fn podman_5_proves_that_its_digest_is_the_manifests() {
    let (config, manifest, list) = ("a".repeat(64), sha('b'), sha('c'));
    let whole = read(&format!(
        r#"[{{"Id":"{config}","Digest":"{manifest}","RepoTags":["docker.io/library/alpine:3.20"],
        "RepoDigests":["docker.io/library/alpine@{manifest}","docker.io/library/alpine@{list}"],
        "Parent":"","Created":"2026-08-01T00:00:00Z","Config":{{"Env":["PATH=/bin"],"Cmd":["/bin/sh"]}},
        "Architecture":"amd64","Os":"linux","RootFS":{{"Type":"layers","Layers":["{manifest}"]}},
        "ManifestType":"application/vnd.docker.distribution.manifest.v2+json","NamesHistory":["docker.io/library/alpine:3.20"]}}]"#
    ));
    let config = format!("sha256:{config}");
    let expected = [
        (RelationKind::ConfigOf, config.clone(), manifest.clone()),
        (RelationKind::SameRecord, config.clone(), manifest.clone()),
        (RelationKind::SameRecord, config.clone(), list),
    ];
    assert_eq!(relations(&whole), expected);
    let unproved = read(&format!(
        r#"[{{"Id":"{}","Digest":"{manifest}","RepoTags":null,"RepoDigests":null,"Names":["localhost/x:1"],"Created":1790000000}}]"#,
        "a".repeat(64)
    ));
    assert_eq!(relations(&unproved), [(RelationKind::SameRecord, config, manifest)]);
    assert_eq!(brief(&unproved), ["node-cache localhost/x:1 localhost/x:1"]);
}

#[test]
fn lists_of_images_one_object_a_line() {
    let (full, digest) = (sha('e'), sha('f'));
    let text = format!(
        "{}\n{}\n{}\n{}\n{}\n",
        r#"{"Containers":"N/A","CreatedAt":"2026-10-01 10:00:00 +0000 UTC","CreatedSince":"2 weeks ago","Digest":"<none>","ID":"0ddf97180626","Repository":"nginx","SharedSize":"N/A","Size":"187MB","Tag":"1.27"}"#,
        format_args!(r#"{{"Digest":"{digest}","ID":"{full}","Repository":"ghcr.io/acme/api","Tag":"<none>"}}"#),
        format_args!(r#"{{"Digest":"{digest}","ID":"{digest}","Repository":"ghcr.io/acme/new","Tag":"9"}}"#),
        r#"{"Digest":"<none>","ID":"0ddf97180626","Repository":"<none>","Tag":"<none>"}"#,
        format_args!(
            r#"{{"ID":"{full}","ContainerName":"shop-web-1","Repository":"shop/web","Tag":"latest","Size":1}}"#
        ),
    );
    let whole = read(&text);
    assert_eq!(whole.items.len(), 5);
    let written: Vec<&str> = uses(&whole).iter().map(|u| u.as_written.as_str()).collect();
    let pinned = format!("ghcr.io/acme/api@{digest}");
    assert_eq!(written, ["nginx:1.27", &pinned, "ghcr.io/acme/new:9", "shop/web:latest"]);
    let seen: Vec<(String, String)> =
        uses(&whole).iter().map(|u| u.seen.clone().unwrap()).map(|s| (s.image, s.image_id)).collect();
    assert_eq!(seen[0], (String::new(), String::new()));
    assert_eq!(seen[1], (full.clone(), pinned));
    assert_eq!(seen[2], (String::new(), format!("ghcr.io/acme/new@{digest}")));
    // Nobody told of which kind this id is.
    assert_eq!(seen[3], (String::new(), format!("shop/web@{full}")));
    assert_eq!(relations(&whole), [(RelationKind::SameRecord, full, digest)]);
    assert_eq!(whole.items[0].object.as_ref().unwrap().details["id"], "0ddf97180626");
    assert_eq!(reasons(&whole).len(), 1);
    assert!(reasons(&whole)[0].starts_with("/doc/4 an image without a name"), "{:?}", reasons(&whole));
}

#[test]
fn crictl_lists_and_inspects_images() {
    let (id, digest, layer) = (sha('4'), sha('5'), sha('6'));
    let entry = format!(
        r#"{{"id":"{id}","repoTags":["docker.io/rancher/mirrored-pause:3.6"],"repoDigests":["docker.io/rancher/mirrored-pause@{digest}"],"size":"301463","uid":null,"username":"","spec":null,"pinned":true}}"#
    );
    let other =
        format!(r#"{{"id":"{}","repoTags":[],"repoDigests":["ghcr.io/acme/api@{}"],"size":"1"}}"#, sha('7'), sha('8'));
    let whole = read(&format!("{{\n  \"images\": [\n{entry},\n{other},\n{{\"x\":1}}\n  ]\n}}\n"));
    let expected = [
        "node-cache docker.io/rancher/mirrored-pause:3.6 docker.io/rancher/mirrored-pause:3.6".to_owned(),
        format!("node-cache ghcr.io/acme/api@{0} ghcr.io/acme/api@{0}", sha('8')),
    ];
    assert_eq!(brief(&whole), expected);
    assert_eq!(whole.items[1].spot.pointer, "/images/1");
    assert_eq!(pointed(&whole)[0], "docker.io/rancher/mirrored-pause:3.6");
    assert!(reasons(&whole)[0].starts_with("/images/2 neither an image nor a container"));
    assert!(!whole.collected.scope.complete);

    let inspected = read(&format!(
        r#"{{"status":{entry},"info":{{"chainID":"{layer}","imageSpec":{{"created":"2026-01-01T00:00:00Z","architecture":"amd64","os":"linux",
        "config":{{"Env":["SECRET_KEY=s3cr3tvalue"],"Labels":{{"a":"b"}}}},"rootfs":{{"type":"layers","diff_ids":["{layer}"]}},
        "history":[{{"created_by":"RUN curl -u me:hunter22 https://x"}}]}}}}}}"#
    ));
    assert_eq!(uses(&inspected)[0].spot.pointer, "/status/repoTags/0");
    assert_eq!(chain(&inspected), [layer]);
    assert_eq!(relations(&inspected), [(RelationKind::SameRecord, id, digest)]);
    assert!(!inspected.stored.contains("s3cr3tvalue") && !inspected.stored.contains("hunter22"));
}

/// The layers that the first item states.
fn chain(whole: &Whole) -> Vec<String> {
    let lineage = whole.items[0].lineage.as_ref().unwrap();
    lineage.chains[0].layers.iter().map(ToString::to_string).collect()
}
