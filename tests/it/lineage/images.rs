//! Manifests, indexes, configs, and what tools print of them.

use super::*;
use hullbreach::model::digest::DigestKind;
use hullbreach::model::lineage::{LayerKind, Named, ProofKind, history_word};

fn manifest(annotations: &str) -> String {
    format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":7}},"layers":[{{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{}","size":3}},{{"mediaType":"application/vnd.oci.image.layer.v1.tar+zstd","digest":"{}","size":3}}]{annotations}}}"#,
        sha('c'),
        sha('1'),
        sha('2')
    )
}

#[test]
fn a_manifest_tells_its_config_its_layers_and_the_base_in_its_annotations() {
    let annotations = format!(
        r#","annotations":{{"org.opencontainers.image.base.name":"debian:bookworm-slim","org.opencontainers.image.base.digest":"{}"}}"#,
        sha('d')
    );
    let whole = read(&manifest(&annotations));
    assert_eq!(whole.format.as_str(), "image-json");
    let document = whole.lineages().next().unwrap().document.clone().unwrap();
    assert_eq!((document.kind, document.config), (DigestKind::Manifest, Some(digest('c'))));
    let [chain] = whole.chains()[..] else { panic!("one chain") };
    assert_eq!((layers(chain).as_str(), chain.kind, &chain.image), ("12", LayerKind::Compressed, &Named::default()));
    assert_eq!(whole.brief(), [" -> debian:bookworm-slim@d base annotation 0.90"]);
    assert_eq!(whole.pointed(), ["debian:bookworm-slim"]);
    assert_eq!(whole.claims()[0].spot.pointer, "/annotations/org.opencontainers.image.base.name");
    assert!(whole.rejects.is_empty());

    let named = read(&manifest(r#","annotations":{"org.opencontainers.image.base.name":"scratch"}"#));
    assert!(named.claims()[0].parent.is_scratch());
    assert_eq!(named.brief(), [" -> scratch base annotation 0.60"]);
}

#[test]
fn manifests_of_other_things_are_no_images() {
    for (json, what) in [
        (
            r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"DIGEST"},"layers":[{"mediaType":"application/vnd.in-toto+json","digest":"DIGEST","annotations":{"in-toto.io/predicate-type":"https://slsa.dev/provenance/v0.2"}}]}"#,
            "application/vnd.in-toto+json",
        ),
        (
            r#"{"schemaVersion":2,"artifactType":"application/spdx+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"DIGEST"},"layers":[]}"#,
            "application/spdx+json",
        ),
        (
            r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"DIGEST"},"layers":[]}"#,
            "application/vnd.cncf.helm.config.v1+json",
        ),
    ] {
        let whole = read(&json.replace("DIGEST", &sha('a')));
        assert!(whole.items.is_empty(), "{json}");
        assert!(whole.collected.notes.iter().any(|note| note.contains("no image") && note.contains(what)), "{json}");
    }
    let old = read(r#"{"schemaVersion":1,"name":"a/b","tag":"1","fsLayers":[{"blobSum":"x"}],"history":[]}"#);
    assert!(old.items.is_empty() && old.reasons()[0].contains("first schema"), "{:?}", old.reasons());
}

#[test]
fn an_index_lists_images_and_its_descriptors_name_bases() {
    let image = |letter: char, platform: &str, annotations: &str| {
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":9,"platform":{platform},"annotations":{{{annotations}}}}}"#,
            sha(letter)
        )
    };
    let base = format!(
        r#""org.opencontainers.image.base.name":"debian:12","org.opencontainers.image.base.digest":"{}","org.opencontainers.image.ref.name":"staging/app:7@{}""#,
        sha('d'),
        sha('1')
    );
    let index = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{},{},{},{}],"annotations":{{"org.opencontainers.image.base.name":"debian"}}}}"#,
        image('1', r#"{"architecture":"amd64","os":"linux"}"#, &base),
        image(
            '2',
            r#"{"architecture":"arm","os":"linux","variant":"v7"}"#,
            r#""org.opencontainers.image.ref.name":"latest""#
        ),
        image(
            '3',
            r#"{"architecture":"unknown","os":"unknown"}"#,
            r#""vnd.docker.reference.type":"attestation-manifest""#
        ),
        image('4', r#"{"architecture":"unknown","os":"unknown"}"#, ""),
    );
    let whole = read(&index);
    let document = whole.lineages().next().unwrap().document.clone().unwrap();
    assert_eq!(document.kind, DigestKind::Index);
    let listed: Vec<(String, Option<&str>)> =
        document.lists.iter().map(|l| (l.manifest.hex()[..1].to_owned(), l.platform.as_deref())).collect();
    assert_eq!(listed, [("1".to_owned(), Some("linux/amd64")), ("2".to_owned(), Some("linux/arm/v7"))]);
    assert_eq!(
        whole.brief(),
        ["@1 (linux/amd64) -> debian:12@d base annotation 0.90", " -> debian base annotation 0.60"]
    );
    assert_eq!(whole.names(), [format!("staging/app:7@{} 1", sha('1'))]);
    assert!(whole.rejects.is_empty(), "{:?}", whole.reasons());
}

#[test]
fn a_config_tells_layers_history_labels_and_buildpacks() {
    let lifecycle = serde_json::json!({"runImage": {"topLayer": sha('1'), "reference": format!("index.docker.io/paketo/run@{}", sha('e'))}});
    let config = serde_json::json!({
        "architecture": "arm64", "os": "linux", "variant": "v8", "created": "2026-11-19T02:14:00Z",
        "config": {
            "Env": ["PATH=/usr/bin", "DB_PASSWORD=hunter22"],
            "Labels": {"org.opencontainers.image.base.name": "docker.io/library/python:3.12-slim",
                       "io.buildpacks.lifecycle.metadata": lifecycle.to_string()},
        },
        "rootfs": {"type": "layers", "diff_ids": [sha('1'), sha('2'), sha('3')]},
        "history": [
            {"created": "2026-11-01T00:00:00Z", "created_by": "ADD file in /"},
            {"created_by": "CMD [\"bash\"]", "empty_layer": true},
            {"created_by": "RUN a", "comment": format!("FROM registry.corp/os/base:9@{}", sha('f'))},
            {"created_by": "RUN curl -u me:hunter22 https://x"},
        ],
    });
    let whole = read(&config.to_string());
    let [chain] = whole.chains()[..] else { panic!("one chain") };
    assert_eq!((layers(chain).as_str(), chain.kind), ("123", LayerKind::Uncompressed));
    assert_eq!(chain.image.platform.as_deref(), Some("linux/arm64/v8"));
    assert_eq!(chain.history.len(), 4);
    assert_eq!(chain.history[0], history_word("2026-11-01T00:00:00Z", "ADD file in /", false));
    assert_eq!(chain.created.unwrap().rfc3339(), "2026-11-19T02:14:00Z");
    assert!(!chain.flattened);
    assert_eq!(
        whole.brief(),
        [
            " -> registry.corp/os/base:9@f base history-comment 0.85",
            " -> docker.io/library/python:3.12-slim base label 0.40",
            " -> index.docker.io/paketo/run@e base buildpacks 0.95",
        ]
    );
    // One layer stands below the entry with the comment.
    let tops: Vec<_> = whole.claims().iter().map(|c| c.top_layer.clone()).collect();
    assert_eq!(tops, [Some(digest('1')), None, Some(digest('1'))]);
    assert!(!whole.stored.contains("hunter22"));
    assert!(whole.collected.notes.is_empty(), "{:?}", whole.collected.notes);
    let printed = serde_json::to_string_pretty(&config).unwrap();
    assert!(read(&printed).collected.notes[0].contains("formatted anew"));
}

#[test]
fn squashed_and_imported_images_say_so() {
    for comment in ["merge sha256:aa to sha256:bb", "Imported from -"] {
        let config = serde_json::json!({
            "architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [sha('1')]},
            "history": [{"created_by": "x", "comment": comment}],
        });
        assert!(read(&config.to_string()).chains()[0].flattened, "{comment}");
    }
}

#[test]
fn build_info_lists_what_the_build_pulled() {
    let info = serde_json::json!({
        "frontend": "dockerfile.v0", "attrs": {"source": "docker/dockerfile:1.4"},
        "sources": [
            {"type": "docker-image", "ref": "docker.io/library/alpine:3.17", "pin": sha('a')},
            {"type": "docker-image", "ref": "docker/dockerfile:1.4", "pin": sha('b')},
            {"type": "docker-image", "ref": "golang:1.20"},
            {"type": "git", "ref": "https://github.com/a/b.git", "pin": "abc"},
        ],
    });
    let coded = hullbreach::model::base64::encode(info.to_string().as_bytes());
    let config = serde_json::json!({
        "architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []},
        "moby.buildkit.buildinfo.v1": coded,
    });
    let whole = read(&config.to_string());
    assert_eq!(
        whole.brief(),
        [
            " -> docker.io/library/alpine:3.17@a ? build-info 0.70 of 2",
            " -> docker/dockerfile:1.4@b frontend build-info 0.70",
            " -> golang:1.20 ? build-info 0.70 of 2",
        ]
    );
    assert!(whole.claims().iter().all(|c| c.spot.pointer == "/moby.buildkit.buildinfo.v1"));
    assert_eq!(whole.pointed()[0], coded);
}

#[test]
fn docker_save_names_configs() {
    let whole = read(&format!(
        r#"[{{"Config":"blobs/sha256/{}","RepoTags":["pay/api:7","registry.corp:5000/pay/api:7"],"Layers":["blobs/sha256/{}"]}},
        {{"Config":"{}.json","RepoTags":null,"Layers":["x/layer.tar"]}},{{"Config":"oops","RepoTags":["a:1"],"Layers":[]}}]"#,
        "a".repeat(64),
        "1".repeat(64),
        "b".repeat(64)
    ));
    assert_eq!(whole.names(), ["pay/api:7 a", "registry.corp:5000/pay/api:7 a"]);
    let configs: Vec<&Digest> = whole.lineages().flat_map(|l| &l.configs).collect();
    assert_eq!(configs, [&digest('a'), &digest('b')]);
    assert!(whole.chains().is_empty());
    assert_eq!(whole.reasons(), ["/2/Config the config's file is not named by its digest"]);
}

#[test]
fn skopeo_s_tags_are_the_repository_s_and_its_layers_the_registry_s() {
    let whole = read(&format!(
        r#"{{"Name":"docker.io/library/nginx","Digest":"{}","RepoTags":["1","1.27","mainline"],"Created":"2026-10-02T11:22:33Z",
        "Labels":{{"org.opencontainers.image.base.digest":"{}"}},"Architecture":"amd64","Os":"linux","Layers":["{}","{}"],
        "LayersData":[],"Env":["API_TOKEN=hunter22hunter22"]}}"#,
        sha('a'),
        sha('d'),
        sha('1'),
        sha('2')
    ));
    assert_eq!(whole.names(), [format!("docker.io/library/nginx@{} a", sha('a'))]);
    let [chain] = whole.chains()[..] else { panic!("one chain") };
    assert_eq!((layers(chain).as_str(), chain.kind), ("12", LayerKind::Compressed));
    assert_eq!(chain.image, Named { platform: Some("linux/amd64".into()), ..Named::by_digest(digest('a')) });
    assert_eq!(whole.brief(), ["@a (linux/amd64) -> @d base label 0.40"]);
    assert!(!whole.stored.contains("hunter22"));
}

#[test]
fn verbose_manifests_tell_digests_and_configs() {
    let whole = read(&format!(
        r#"[{{"Ref":"docker.io/library/alpine:3.17@{one}","Descriptor":{{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","digest":"{one}","size":528,"platform":{{"architecture":"amd64","os":"linux"}}}},
        "SchemaV2Manifest":{{"schemaVersion":2,"config":{{"digest":"{config}"}},"layers":[{{"digest":"{layer}"}}]}}}},
        {{"Ref":"docker.io/library/alpine:3.17@{att}","Descriptor":{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{att}","platform":{{"architecture":"unknown","os":"unknown"}}}},"OCIManifest":{{"layers":[],"config":{{}}}}}}]"#,
        one = sha('a'),
        config = sha('c'),
        layer = sha('1'),
        att = sha('9')
    ));
    assert_eq!(whole.relations(), [(RelationKind::ConfigOf, "c".to_owned(), "a".to_owned())]);
    assert_eq!(layers(whole.chains()[0]), "1");
    assert_eq!(whole.names(), [format!("docker.io/library/alpine:3.17@{} a", sha('a'))]);
}

#[test]
fn engines_tell_layers_and_bases_in_labels() {
    let (id, manifest) = (sha('a'), sha('2'));
    let classic = read(&format!(
        r#"[{{"Id":"{id}","RepoTags":["pay/api:7"],"RepoDigests":[],"Created":"2026-10-02T11:22:33Z","Architecture":"amd64","Os":"linux",
        "Config":{{"Labels":{{"org.opencontainers.image.base.name":"debian:12","org.opencontainers.image.base.digest":"{}"}}}},
        "RootFS":{{"Type":"layers","Layers":["{}","{}"]}}}}]"#,
        sha('d'),
        sha('1'),
        sha('3')
    ));
    assert_eq!(classic.format.as_str(), "engine-json");
    assert_eq!(classic.brief(), ["@a (linux/amd64) -> debian:12@d base label 0.40"]);
    assert_eq!(layers(classic.chains()[0]), "13");
    // The containerd image store names the index; the layers are of the platform that is shown.
    let store = read(&format!(
        r#"[{{"Id":"{id}","RepoTags":["pay/api:7"],"RepoDigests":["pay/api@{id}"],"Architecture":"amd64","Os":"linux",
        "Descriptor":{{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"{id}"}},
        "Manifests":[{{"ID":"{manifest}","Kind":"image","Descriptor":{{"digest":"{manifest}","platform":{{"os":"linux","architecture":"amd64"}}}}}},
        {{"Kind":"attestation","Descriptor":{{"digest":"{}"}}}}],"RootFS":{{"Type":"layers","Layers":["{}"]}}}}]"#,
        sha('9'),
        sha('1')
    ));
    assert_eq!(store.chains()[0].image.digest, Some(digest('2')));
    let members: Vec<_> = store.lineages().flat_map(|l| &l.members).collect();
    assert_eq!((members.len(), members[0].platform.as_deref()), (1, Some("linux/amd64")));
}

#[test]
fn words_of_trust_are_those_of_the_way_of_knowing() {
    // What a reader states alone never passes what layers prove.
    for proof in [ProofKind::Label, ProofKind::Annotation, ProofKind::BuildInfo, ProofKind::HistoryComment] {
        assert!(proof.confidence(true) < ProofKind::Layers.confidence(true), "{proof:?}");
    }
}
