//! SPDX and CycloneDX: which image they are of, and from which others it is said to descend.

use super::*;

#[test]
fn spdx_2_relates_containers() {
    let package = |id: &str, url: &str| serde_json::json!({"SPDXID": id, "name": id, "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": url}]});
    let document = serde_json::json!({
        "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "creationInfo": {"created": "2026-11-20T00:00:00Z"},
        "packages": [
            package("app", &format!("pkg:oci/app@sha256%3A{}?repository_url=ghcr.io%2Facme%2Fapp&tag=7", "a".repeat(64))),
            package("os", &format!("pkg:oci/static@{}?repository_url=gcr.io/distroless/static", sha('b'))),
            package("lib", "pkg:golang/github.com/a/b@v1"),
            {"SPDXID": "img", "name": "debian", "versionInfo": sha('d'), "primaryPackagePurpose": "CONTAINER"},
        ],
        "relationships": [
            {"spdxElementId": "app", "relationshipType": "DESCENDANT_OF", "relatedSpdxElement": "os"},
            {"spdxElementId": "img", "relationshipType": "ANCESTOR_OF", "relatedSpdxElement": "os"},
            {"spdxElementId": "app", "relationshipType": "DESCENDANT_OF", "relatedSpdxElement": "lib"},
            {"spdxElementId": "app", "relationshipType": "CONTAINS", "relatedSpdxElement": "os"},
        ],
    });
    let whole = read(&document.to_string());
    assert_eq!(whole.format.as_str(), "spdx-json");
    assert_eq!(
        whole.brief(),
        [
            "ghcr.io/acme/app:7@a -> gcr.io/distroless/static@b base sbom 0.85",
            "gcr.io/distroless/static@b -> debian@d base sbom 0.85",
        ]
    );
    assert_eq!(whole.claims()[1].spot.pointer, "/relationships/1");
    assert_eq!(whole.names()[0], format!("ghcr.io/acme/app:7@{} a", sha('a')));
    assert!(whole.rejects.is_empty());
}

#[test]
fn trivy_s_spdx_tells_names_and_one_layer_at_most() {
    let document = |layers: &[char]| {
        let mut texts = vec![format!("ImageID: {}", sha('c')), "RepoTag: pay/api:7".to_owned()];
        texts.extend(layers.iter().map(|l| format!("DiffID: {}", sha(*l))));
        serde_json::json!({"SPDXID": "SPDXRef-DOCUMENT", "packages": [
            {"SPDXID": "SPDXRef-ContainerImage-x", "name": "a.tar.gz", "attributionTexts": texts}], "spdxVersion": "SPDX-2.2"})
    };
    let one = read(&document(&['1']).to_string());
    assert_eq!((one.names(), layers(one.chains()[0])), (vec!["pay/api:7 c".to_owned()], "1".to_owned()));
    let two = read(&document(&['1', '2']).to_string());
    assert!(two.chains().is_empty() && two.collected.notes.iter().any(|note| note.contains("sorted")));
}

#[test]
fn spdx_3_relates_elements() {
    let document = serde_json::json!({
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            {"type": "Relationship", "spdxId": "r", "from": "app", "relationshipType": "descendantOf", "to": ["os", "lib"]},
            {"type": "software_Package", "spdxId": "app", "name": "ghcr.io/acme/app:7", "software_primaryPurpose": "container"},
            {"type": "software_Package", "spdxId": "os", "software_packageUrl": format!("pkg:oci/debian@{}?repository_url=docker.io/library/debian", sha('d'))},
            {"type": "software_Package", "spdxId": "lib", "name": "zlib"},
        ],
    });
    let whole = read(&document.to_string());
    assert_eq!(whole.brief(), ["ghcr.io/acme/app:7 -> docker.io/library/debian@d base sbom 0.85"]);
}

#[test]
fn cyclonedx_pedigrees_name_ancestors() {
    let document = serde_json::json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6",
        "metadata": {"component": {"type": "container", "name": "ghcr.io/acme/app", "version": "7",
            "pedigree": {"ancestors": [
                {"type": "container", "name": "debian:12", "version": sha('d')},
                {"type": "library", "name": "zlib", "version": "1"},
            ]}}},
        "components": [
            {"type": "container", "name": "side", "purl": format!("pkg:docker/acme/side@1?digest={}", sha('e')), "components": [
                {"type": "container", "name": "inner:2", "pedigree": {"ancestors": [{"type": "container", "name": "alpine:3.20"}]}}]},
            {"type": "library", "name": "x", "pedigree": {"ancestors": [{"type": "library", "name": "y"}]}},
        ],
    });
    let whole = read(&document.to_string());
    assert_eq!(whole.format.as_str(), "cyclonedx-json");
    assert_eq!(
        whole.brief(),
        ["ghcr.io/acme/app:7 -> debian:12@d base sbom 0.85", "inner:2 -> alpine:3.20 base sbom 0.85"]
    );
    assert_eq!(whole.names(), ["ghcr.io/acme/app:7 -", "inner:2 -", &format!("acme/side:1@{} e", sha('e'))]);
}

#[test]
fn other_forms_of_sboms_say_what_to_do() {
    for (text, reason) in [
        ("<?xml version=\"1.0\"?>\n<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\">\n</bom>\n", "export it as JSON"),
        ("spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nname: x\n", "export it as JSON"),
    ] {
        assert!(word(text).unwrap_err().contains(reason), "{text}: {:?}", word(text));
    }
}
