//! Trivy, Grype and Syft: whose layers are diffIDs, whose are the registry's, and whose are in no order.

use super::*;
use hullbreach::model::base64;
use hullbreach::model::lineage::LayerKind;

fn kinds(whole: &Whole) -> Vec<(String, LayerKind)> {
    whole.chains().iter().map(|chain| (layers(chain), chain.kind)).collect()
}

#[test]
fn trivy_gives_both_kinds_of_layers() {
    let report = serde_json::json!({
        "SchemaVersion": 2, "CreatedAt": "2026-11-20T00:00:00Z", "ArtifactName": "pay/api:7", "ArtifactType": "container_image",
        "Metadata": {
            "ImageID": sha('c'), "DiffIDs": [sha('1'), sha('2')], "RepoTags": ["pay/api:7"],
            "RepoDigests": [format!("pay/api@{}", sha('a'))],
            "ImageConfig": {"architecture": "amd64", "os": "linux", "config": {"Env": ["NPM_TOKEN=hunter22hunter22"]},
                "history": [{"created_by": "ADD x"}, {"created_by": "RUN y"}],
                "rootfs": {"type": "layers", "diff_ids": [sha('1'), sha('2')]}},
            "Layers": [{"Digest": sha('8'), "DiffID": sha('1')}, {"Digest": sha('9'), "DiffID": sha('2')}],
        },
        "Results": [{"Target": "x", "Vulnerabilities": []}],
    });
    let whole = read(&report.to_string());
    assert_eq!(whole.format.as_str(), "trivy-json");
    assert_eq!(kinds(&whole), [("12".to_owned(), LayerKind::Uncompressed), ("89".to_owned(), LayerKind::Compressed)]);
    assert!(whole.chains().iter().all(|chain| chain.image.digest == Some(digest('c'))));
    assert_eq!(whole.chains()[0].history.len(), 2);
    assert_eq!(whole.relations(), [(RelationKind::SameRecord, "c".to_owned(), "a".to_owned())]);
    assert_eq!(whole.names(), [format!("pay/api@{} a", sha('a')), "pay/api:7 a".to_owned()]);
    assert_eq!(whole.collected.times.last().unwrap().rfc3339(), "2026-11-20T00:00:00Z");
    assert_eq!(whole.collected.notes, Vec::<String>::new());
    assert!(!whole.stored.contains("hunter22"));
}

#[test]
fn trivy_s_scan_of_an_sbom_tells_no_order() {
    for (kind, n, expected) in [("cyclonedx", 2, 0), ("cyclonedx", 1, 1), ("container_image", 2, 1), ("spdx", 2, 0)] {
        let ids: Vec<String> = ['1', '2'].iter().take(n).map(|l| sha(*l)).collect();
        let report = serde_json::json!({
            "SchemaVersion": 2, "ArtifactName": "a", "ArtifactType": kind, "Metadata": {"ImageID": sha('c'), "DiffIDs": ids},
        });
        let whole = read(&report.to_string());
        assert_eq!(whole.chains().len(), expected, "{kind} {n}");
        assert_eq!(whole.collected.notes.iter().any(|note| note.contains("no order")), expected == 0, "{kind} {n}");
    }
}

#[test]
fn trivy_reports_of_clusters_hold_many_images() {
    let report = serde_json::json!({
        "SchemaVersion": 0, "ClusterName": "prod",
        "Resources": [
            {"Kind": "Pod", "Name": "a", "Metadata": [{"ImageID": sha('a'), "DiffIDs": [sha('1'), sha('2')], "RepoTags": ["a:1"]},
                {"ImageID": sha('b'), "DiffIDs": [sha('1')], "RepoTags": ["b:1"]}]},
            {"Kind": "Role", "Name": "r"},
        ],
    });
    let whole = read(&report.to_string());
    assert_eq!(kinds(&whole).into_iter().map(|(l, _)| l).collect::<Vec<_>>(), ["12", "1"]);
    assert_eq!(whole.names(), ["a:1 a", "b:1 b"]);
    assert_eq!(whole.items[0].spot.pointer, "/Resources/0", "each resource is an item");
    assert_eq!(whole.chains()[1].spot.pointer, "/Metadata/1/DiffIDs");
}

fn described(config: Option<&str>) -> serde_json::Value {
    serde_json::json!({
        "userInput": "alpine:latest", "imageID": sha('c'), "manifestDigest": sha('a'), "tags": [],
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "digest": sha('1'), "size": 1}],
        "manifest": null, "config": config, "repoDigests": [format!("alpine@{}", sha('d'))],
    })
}

#[test]
fn grype_and_syft_layers_are_diff_ids_whatever_their_media_type_says() {
    let grype = serde_json::json!({"matches": [], "source": {"type": "image", "target": described(None)}, "descriptor": {"name": "grype"}});
    let old = serde_json::json!({"artifacts": [], "source": {"type": "image", "target": described(None)}, "schema": {"version": "5"}});
    let new = serde_json::json!({"artifacts": [], "source": {"type": "image", "metadata": described(None)}, "schema": {"version": "16"}});
    for (report, format) in [(grype, "grype-json"), (old, "syft-json"), (new, "syft-json")] {
        let whole = read(&report.to_string());
        assert_eq!(whole.format.as_str(), format);
        assert_eq!(kinds(&whole), [("1".to_owned(), LayerKind::Uncompressed)], "{format}");
        assert_eq!(
            whole.relations(),
            [
                (RelationKind::ConfigOf, "c".to_owned(), "a".to_owned()),
                (RelationKind::SameRecord, "c".to_owned(), "d".to_owned())
            ]
        );
        assert_eq!(whole.names(), [format!("alpine@{} d", sha('d')), "alpine:latest d".to_owned()], "{format}");
    }
}

#[test]
fn the_config_in_a_report_is_read_and_its_secrets_are_not_stored() {
    let config = serde_json::json!({
        "architecture": "amd64", "os": "linux", "config": {"Env": ["DB_PASSWORD=hunter22"], "Labels": {"org.opencontainers.image.base.name": "debian:12"}},
        "rootfs": {"type": "layers", "diff_ids": [sha('1'), sha('2')]}, "history": [{"created_by": "x"}],
    });
    let coded = base64::encode(config.to_string().as_bytes());
    let report = serde_json::json!({"matches": [], "source": {"type": "image", "target": described(Some(&coded))}, "descriptor": {}});
    let whole = read(&report.to_string());
    assert_eq!(kinds(&whole), [("12".to_owned(), LayerKind::Uncompressed)]);
    assert_eq!(whole.brief(), ["@c -> debian:12 base label 0.40"]);
    assert_eq!(whole.claims()[0].spot.pointer, "/source/target/config");
    let stored: serde_json::Value = serde_json::from_str(&whole.stored).unwrap();
    let inner = base64::decode(stored["source"]["target"]["config"].as_str().unwrap().as_bytes()).unwrap();
    assert!(!String::from_utf8(inner).unwrap().contains("hunter22"));
    let broken = serde_json::json!({"matches": [], "source": {"type": "image", "target": described(Some("%%%"))}, "descriptor": {}});
    let whole = read(&broken.to_string());
    assert_eq!(kinds(&whole).len(), 1, "the layers beside it are good");
    assert_eq!(whole.reasons(), ["/source/target/config a config that is no base64 of JSON"]);
}

#[test]
fn a_scan_of_a_folder_is_of_no_image() {
    let report =
        serde_json::json!({"matches": [], "source": {"type": "directory", "target": "/src"}, "descriptor": {}});
    let whole = read(&report.to_string());
    assert!(whole.chains().is_empty() && whole.names().is_empty() && whole.relations().is_empty());
}
