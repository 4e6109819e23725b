//! What must harm nobody: deep, huge, cyclic, mislabelled.

use super::*;
use proptest::prelude::*;
use serde_json::json;

const FORMATS: [Format; 7] = [
    Format::ImageJson,
    Format::Attestation,
    Format::TrivyJson,
    Format::GrypeJson,
    Format::SyftJson,
    Format::SpdxJson,
    Format::CyclonedxJson,
];

#[test]
fn wrong_types_are_rejected_or_passed_over() {
    for text in [
        r#"{"schemaVersion":2,"manifests":7}"#,
        r#"{"schemaVersion":2,"manifests":[7,null,{"digest":7},{"digest":"sha256:x"}],"annotations":[]}"#,
        r#"{"schemaVersion":2,"config":{"digest":"x"},"layers":{"digest":"y"},"annotations":7}"#,
        r#"{"architecture":[],"rootfs":{"diff_ids":"x"},"history":{"a":1},"config":{"Labels":["x"]}}"#,
        r#"{"rootfs":{"diff_ids":[7,"x"]},"history":[7,[]],"config":{"Labels":{"io.buildpacks.lifecycle.metadata":{}}}}"#,
        r#"{"Name":[],"Digest":"x","Layers":{}}"#,
        r#"[{"Ref":7,"Descriptor":{"digest":"x"}}]"#,
        r#"{"SchemaVersion":2,"Metadata":[7],"ArtifactName":{}}"#,
        r#"{"SchemaVersion":2,"Metadata":{"ImageID":7,"DiffIDs":{},"RepoTags":"x","Layers":[7],"ImageConfig":[]}}"#,
        r#"{"matches":7,"source":{"type":[],"target":[]},"descriptor":{}}"#,
        r#"{"artifacts":[],"source":{"target":{"imageID":"x","layers":7,"config":7}},"schema":7}"#,
        r#"{"spdxVersion":7,"packages":[7,{"externalRefs":[7],"attributionTexts":{}}],"relationships":[7,{}]}"#,
        r#"{"@context":"https://spdx.org","@graph":[7,{"spdxId":7,"to":7}]}"#,
        r#"{"bomFormat":"CycloneDX","components":[7,{"type":7,"pedigree":7,"components":7}],"metadata":7}"#,
        r#"{"predicateType":"https://slsa.dev/provenance/v1","predicate":7,"subject":[7]}"#,
        r#"{"payloadType":"x","payload":{}}"#,
        r#"{"containerimage.digest":7,"buildx.build.provenance":[]}"#,
    ] {
        let whole = read(text);
        assert!(whole.claims().is_empty(), "{text}");
        for reject in &whole.rejects {
            assert!(!reject.reason.is_empty() && reject.reason.len() < 400, "{reject:?}");
        }
    }
}

#[test]
fn deep_and_endless_documents_end() {
    let deep = format!("{}1{}", r#"{"components":[{"type":"container","name":"a:1","components":["#, "]}]}");
    let mut nested = r#"{"type":"container","name":"a:1"}"#.to_owned();
    for _ in 0..60 {
        nested = format!(r#"{{"type":"container","name":"a:1","components":[{nested}]}}"#);
    }
    let bom = format!(r#"{{"bomFormat":"CycloneDX","components":[{nested}]}}"#);
    assert_eq!(read(&bom).names().len(), 16, "followed sixteen deep");
    let _ = read_as(Format::CyclonedxJson, &deep);
    let brackets = format!(r#"{{"schemaVersion":2,"manifests":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let whole = read_as(Format::ImageJson, &brackets);
    assert!(whole.items.is_empty() && whole.reasons()[0].contains("nested deeper"));
    let mut envelope = r#"{"payloadType":"x","payload":"e30="}"#.to_owned();
    for _ in 0..10 {
        envelope =
            format!(r#"{{"payloadType":"x","payload":"{}"}}"#, hullbreach::model::base64::encode(envelope.as_bytes()));
    }
    assert!(read(&envelope).reasons()[0].contains("not followed any deeper"));
}

#[test]
fn huge_documents_are_bounded_and_say_so() {
    let layers: Vec<String> = (0..1_001).map(|_| sha('1')).collect();
    let config = json!({"architecture": "a", "os": "b", "rootfs": {"diff_ids": layers}});
    let whole = read(&config.to_string());
    assert!(whole.chains().is_empty(), "a chain that was cut would be another image's");
    assert!(whole.reasons()[0].contains("limit of 1000 layers"), "{:?}", whole.reasons());

    let listed: Vec<serde_json::Value> = (0..10_001).map(|n| json!({"digest": format!("sha256:{n:064x}")})).collect();
    let whole = read(&json!({"schemaVersion": 2, "manifests": listed}).to_string());
    assert_eq!(whole.lineages().next().unwrap().document.as_ref().unwrap().lists.len(), 10_000);
    assert!(whole.reasons()[0].contains("limit of 10000 manifests"));

    // Subjects times materials.
    let many = |n: usize, uri: &str| -> Vec<serde_json::Value> {
        (0..n)
            .map(|i| json!({"name": "x", "uri": format!("{uri}{i}"), "digest": {"sha256": format!("{i:064x}")}}))
            .collect()
    };
    let statement = json!({"predicateType": "https://slsa.dev/provenance/v0.2", "subject": many(900, "x"),
        "predicate": {"materials": many(900, "pkg:docker/a@")}});
    let whole = read(&statement.to_string());
    assert!(whole.claims().len() <= 50_000);
    assert!(whole.reasons().last().unwrap().contains("limit of 50000 facts"));
    let history: Vec<serde_json::Value> = (0..100_000).map(|_| json!({})).collect();
    let config = json!({"architecture": "a", "os": "b", "rootfs": {"diff_ids": [sha('1')]}, "history": history});
    assert!(read(&config.to_string()).chains()[0].history.is_empty());
}

#[test]
fn names_that_hide_something_do_not_reach_anybody() {
    for name in ["deb\u{1b}[2Jian:12", "deb\nian:12", &"a".repeat(9_000), "{{ .Image }}", "${BASE}"] {
        let manifest = json!({
            "schemaVersion": 2, "config": {"digest": sha('c')}, "layers": [],
            "annotations": {"org.opencontainers.image.base.name": name},
        });
        let whole = read(&manifest.to_string());
        assert!(whole.claims().is_empty(), "{name:.20}");
        assert!(!whole.rejects.is_empty(), "{name:.20}");
        assert!(whole.reasons().iter().all(|reason| !reason.contains('\u{1b}')));
    }
}

#[test]
fn cyclic_claims_are_kept_as_they_are_and_hang_nothing() {
    let image = |own: char, base: char| {
        format!(
            r#"{{"digest":"{}","annotations":{{"org.opencontainers.image.base.digest":"{}"}}}}"#,
            sha(own),
            sha(base)
        )
    };
    let index =
        format!(r#"{{"schemaVersion":2,"manifests":[{},{},{}]}}"#, image('a', 'b'), image('b', 'a'), image('c', 'c'));
    let whole = read(&index);
    assert_eq!(whole.brief().len(), 3);
    // An index that contains itself, in a case.
    let world = crate::support::World::new();
    drop(world.new_case());
    let file = world.cases().join("index.json");
    std::fs::write(&file, &index).unwrap();
    crate::support::command::run(&world.ana(), ["import", file.to_str().unwrap()]).expect(hullbreach::cli::Exit::Done);
    let case = hullbreach::case::Case::open(&world.path(), hullbreach::case::Access::Read, &world.ana()).unwrap();
    let facts = hullbreach::case::query::lineage::lineage(case.conn()).unwrap();
    assert_eq!((facts.claims.len(), facts.members.len()), (3, 3));
}

#[test]
fn mislabelled_documents_are_read_as_what_they_were_told_to_be_and_say_nothing() {
    for text in [
        r#"{"kind":"PodList","apiVersion":"v1","metadata":{},"x":[]}"#,
        r#"{"Id":"sha256:x","RepoTags":["a:1"]}"#,
        "[1,2,3]",
        "\"text\"",
        "{}",
        "",
        "not json",
    ] {
        for format in FORMATS {
            let whole = read_as(format, text);
            assert!(whole.items.iter().all(|item| item.uses.is_empty()), "{text}");
            assert!(whole.claims().is_empty() && whole.chains().is_empty(), "{text} as {}", format.as_str());
        }
    }
}

/// One document of each kind, cut and flipped everywhere.
fn samples() -> Vec<(Format, String)> {
    let index = json!({"schemaVersion": 2, "manifests": [{"digest": sha('a'), "platform": {"os": "linux", "architecture": "arm64"},
        "annotations": {"org.opencontainers.image.base.name": "debian:12", "org.opencontainers.image.base.digest": sha('d')}}]});
    let config = json!({"architecture": "arm64", "os": "linux", "rootfs": {"diff_ids": [sha('1'), sha('2')]},
        "history": [{"created_by": "a"}, {"comment": "FROM os/base:1"}], "config": {"Labels": {"org.opencontainers.image.base.name": "x/y:1"}}});
    let statement = json!({"predicateType": "https://slsa.dev/provenance/v0.2", "subject": [{"name": "a/b:1", "digest": {"sha256": "a".repeat(64)}}],
        "predicate": {"materials": [{"uri": "pkg:docker/alpine@3.20?platform=linux%2Famd64", "digest": {"sha256": "b".repeat(64)}}]}});
    let envelope =
        json!({"payloadType": "x", "payload": hullbreach::model::base64::encode(statement.to_string().as_bytes())});
    let trivy = json!({"SchemaVersion": 2, "ArtifactName": "a", "Metadata": {"ImageID": sha('c'), "RepoTags": ["a/b:1"], "DiffIDs": [sha('1')], "ImageConfig": config}});
    let target = json!({"imageID": sha('c'), "manifestDigest": sha('a'), "tags": ["a/b:1"], "layers": [{"digest": sha('1')}],
        "config": hullbreach::model::base64::encode(config.to_string().as_bytes())});
    let grype = json!({"matches": [], "source": {"type": "image", "target": target}, "descriptor": {}});
    let syft = json!({"artifacts": [], "source": {"type": "image", "metadata": target}, "schema": {}});
    let spdx = json!({"spdxVersion": "SPDX-2.3", "packages": [{"SPDXID": "a", "name": "a/b:1", "primaryPackagePurpose": "CONTAINER"},
        {"SPDXID": "b", "name": "c/d:1", "primaryPackagePurpose": "CONTAINER"}],
        "relationships": [{"spdxElementId": "a", "relationshipType": "DESCENDANT_OF", "relatedSpdxElement": "b"}]});
    let bom = json!({"bomFormat": "CycloneDX", "components": [{"type": "container", "name": "a/b:1", "pedigree": {"ancestors": [{"type": "container", "name": "c/d:1"}]}}]});
    vec![
        (Format::ImageJson, index.to_string()),
        (Format::ImageJson, config.to_string()),
        (Format::Attestation, statement.to_string()),
        (Format::Attestation, envelope.to_string()),
        (Format::TrivyJson, trivy.to_string()),
        (Format::GrypeJson, grype.to_string()),
        (Format::SyftJson, syft.to_string()),
        (Format::SpdxJson, spdx.to_string()),
        (Format::CyclonedxJson, bom.to_string()),
    ]
}

#[test]
fn documents_cut_or_flipped_anywhere_panic_nowhere() {
    for (format, text) in samples() {
        assert!(!read_as(format, &text).claims().is_empty(), "{}: the sample says something", format.as_str());
        for at in 0..text.len() {
            if let Some(part) = text.get(..at) {
                let whole = read_as(format, part);
                assert!(whole.claims().is_empty() && whole.chains().is_empty(), "{} cut at {at}", format.as_str());
                assert!(at == 0 || whole.collected.rejected > 0, "{} cut at {at}", format.as_str());
            }
            for flip in [1, 0x20, 0x60] {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= flip;
                if let Ok(flipped) = String::from_utf8(bytes) {
                    let _ = (word(&flipped), read_as(format, &flipped));
                }
            }
        }
    }
}

fn json_of_keys() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "schemaVersion",
        "manifests",
        "config",
        "layers",
        "digest",
        "annotations",
        "platform",
        "os",
        "architecture",
        "rootfs",
        "diff_ids",
        "history",
        "comment",
        "Labels",
        "Metadata",
        "ImageID",
        "DiffIDs",
        "RepoTags",
        "RepoDigests",
        "ImageConfig",
        "source",
        "target",
        "imageID",
        "tags",
        "packages",
        "SPDXID",
        "relationships",
        "components",
        "type",
        "pedigree",
        "ancestors",
        "purl",
        "subject",
        "predicate",
        "predicateType",
        "materials",
        "uri",
        "payload",
        "payloadType",
        "org.opencontainers.image.base.name",
        "org.opencontainers.image.base.digest",
        "containerimage.digest",
        "sources",
        "ref",
    ]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i32>().prop_map(|n| n.to_string()),
        Just(format!("{:?}", sha('a'))),
        Just("\"debian:12\"".to_owned()),
        Just("\"pkg:oci/a@1?repository_url=b/c\"".to_owned()),
        Just("\"https://slsa.dev/provenance/v0.2\"".to_owned()),
        Just("\"container\"".to_owned()),
        any::<String>().prop_map(|s| serde_json::to_string(&s).unwrap()),
    ];
    leaf.prop_recursive(5, 48, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(","))),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|v| {
                let members: Vec<String> = v.into_iter().map(|(k, v)| format!("\"{k}\":{v}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn random_documents_never_panic_and_point_into_their_bytes(text in json_of_keys(), cut in 0usize..300) {
        let _ = word(&text);
        for format in FORMATS {
            let whole = read_as(format, &text);
            for bytes in whole.pointed() {
                prop_assert!(!bytes.is_empty());
            }
            for claim in whole.claims() {
                prop_assert!(claim.parent != hullbreach::model::lineage::Named::default());
            }
            prop_assert!(!whole.collected.scope.complete);
            // What was stored reads as it did.
            let again = read_as(format, &whole.stored);
            prop_assert_eq!(again.items, whole.items);
            if let Some(part) = text.get(..cut.min(text.len())) {
                read_as(format, part);
            }
        }
    }
}
