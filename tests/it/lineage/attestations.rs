//! Statements, envelopes, and what builders write of their builds.

use super::*;
use hullbreach::model::base64;
use serde_json::{Value, json};

fn materials() -> Value {
    json!([
        {"uri": "pkg:docker/docker/dockerfile@1.7", "digest": {"sha256": "f".repeat(64)}},
        {"uri": "pkg:docker/golang@1.22?platform=linux%2Famd64", "digest": {"sha256": "b".repeat(64)}},
        {"uri": "pkg:docker/debian@bookworm-slim?platform=linux%2Famd64", "digest": {"sha256": "d".repeat(64)}},
        {"uri": "https://example.org/x.tar.gz", "digest": {"sha256": "e".repeat(64)}},
    ])
}

fn statement(kind: &str, predicate: Value) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v0.1", "predicateType": kind, "predicate": predicate,
        "subject": [{"name": "pkg:docker/acme/app@7?platform=linux%2Famd64", "digest": {"sha256": "a".repeat(64)}}],
    })
}

fn old() -> Value {
    statement(
        "https://slsa.dev/provenance/v0.2",
        json!({
            "builder": {"id": ""}, "buildType": "https://mobyproject.org/buildkit@v1", "materials": materials(),
            "invocation": {"parameters": {"frontend": "gateway.v0", "args": {"source": "docker/dockerfile:1.7", "build-arg:NPM_TOKEN": "hunter22hunter22"}}},
            "metadata": {"buildFinishedOn": "2026-11-20T00:00:00Z"},
        }),
    )
}

const EXPECTED: [&str; 3] = [
    "acme/app:7@a (linux/amd64) -> docker/dockerfile:1.7@f frontend provenance 0.85",
    "acme/app:7@a (linux/amd64) -> golang:1.22@b (linux/amd64) ? provenance 0.85 of 2",
    "acme/app:7@a (linux/amd64) -> debian:bookworm-slim@d (linux/amd64) ? provenance 0.85 of 2",
];

#[test]
fn materials_are_claims_whose_kind_is_not_told() {
    let whole = read(&old().to_string());
    assert_eq!(whole.format.as_str(), "attestation");
    assert_eq!(whole.brief(), EXPECTED);
    assert_eq!(whole.claims()[2].spot.pointer, "/predicate/materials/2");
    assert_eq!(whole.names(), [format!("acme/app:7@{} a", sha('a'))]);
    assert_eq!(whole.collected.times.last().unwrap().rfc3339(), "2026-11-20T00:00:00Z");
    assert!(!whole.stored.contains("hunter22"));
    let new = statement(
        "https://slsa.dev/provenance/v1",
        json!({"buildDefinition": {"buildType": "x", "resolvedDependencies": materials(),
            "externalParameters": {"request": {"args": {"cmdline": "docker/dockerfile:1.7"}}}}, "runDetails": {}}),
    );
    let whole = read(&new.to_string());
    assert_eq!(whole.brief(), EXPECTED);
    assert_eq!(whole.claims()[0].spot.pointer, "/predicate/buildDefinition/resolvedDependencies/0");
}

#[test]
fn envelopes_are_opened_and_their_secrets_are_not_stored() {
    let envelope = json!({
        "payloadType": "application/vnd.in-toto+json", "payload": base64::encode(old().to_string().as_bytes()),
        "signatures": [{"keyid": "", "sig": "MEUCIQ=="}],
    });
    let bundle = json!({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": envelope});
    let answer = json!({"attestations": [{"bundle": bundle}]});
    let nested = json!({"payloadType": "x", "payload": base64::encode(envelope.to_string().as_bytes())});
    for (text, pointer) in [
        (envelope.to_string(), "/payload"),
        (bundle.to_string(), "/dsseEnvelope/payload"),
        (answer.to_string(), "/attestations/0/bundle/dsseEnvelope/payload"),
        (nested.to_string(), "/payload"),
    ] {
        let whole = read(&text);
        assert_eq!(whole.brief(), EXPECTED, "{text:.80}");
        assert!(whole.claims().iter().all(|claim| claim.spot.pointer == pointer), "{pointer}");
        let payload = whole.pointed()[0];
        let decoded = base64::decode(payload.as_bytes()).unwrap();
        let text = String::from_utf8(decoded).unwrap();
        assert!(!text.contains("hunter22") && !whole.stored.contains("hunter22"));
    }
    // Lines of envelopes, as cosign prints them.
    assert_eq!(read(&format!("{envelope}\n{envelope}\n")).claims().len(), 6);
    let broken = read(r#"{"payloadType":"x","payload":"%%%%"}"#);
    assert_eq!(broken.reasons(), ["/payload a payload that is no base64 of text"]);
}

#[test]
fn one_material_alone_says_that_it_is_the_only_one() {
    let one = json!([{"uri": "docker-image://docker.io/library/alpine:3.20"}]);
    let statement = statement("https://slsa.dev/provenance/v0.2", json!({"materials": one}));
    let whole = read(&statement.to_string());
    assert_eq!(whole.brief(), ["acme/app:7@a (linux/amd64) -> docker.io/library/alpine:3.20 ? provenance 0.85"]);
}

#[test]
fn an_sbom_may_be_attested() {
    let bom = json!({"bomFormat": "CycloneDX", "metadata": {"component": {"type": "container", "name": "acme/app:7",
        "pedigree": {"ancestors": [{"type": "container", "name": "debian:12"}]}}}});
    let whole = read(&statement("https://cyclonedx.org/bom", bom).to_string());
    assert_eq!(whole.brief(), ["acme/app:7 -> debian:12 base sbom 0.85"]);
    assert_eq!(whole.claims()[0].spot.pointer, "/predicate/metadata/component/pedigree/ancestors/0");
    let other = read(&statement("https://example.org/review", json!({})).to_string());
    assert!(other.collected.notes[0].contains("https://example.org/review"));
}

#[test]
fn metadata_of_a_build_ties_name_digest_and_materials() {
    let one = json!({
        "buildx.build.provenance": {"buildType": "x", "materials": materials()},
        "containerimage.config.digest": sha('c'), "containerimage.digest": sha('a'), "image.name": "acme/app:7,acme/app:latest",
        "containerimage.descriptor": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": sha('a')},
    });
    let whole = read(&one.to_string());
    assert_eq!(whole.brief()[2], "@a -> debian:bookworm-slim@d (linux/amd64) ? provenance 0.85 of 3");
    assert_eq!(whole.names(), ["acme/app:7 a", "acme/app:latest a"]);
    assert_eq!(whole.relations(), [(RelationKind::ConfigOf, "c".to_owned(), "a".to_owned())]);
    let baked =
        read(&json!({"app": one, "db": {"containerimage.digest": sha('b'), "image.name": "acme/db:7"}}).to_string());
    assert_eq!((baked.claims().len(), baked.names().len()), (3, 3));
    let several = json!({
        "containerimage.digest": sha('a'),
        "buildx.build.provenance/linux/arm64": {"buildType": "x", "materials": materials()},
    });
    assert!(read(&several.to_string()).brief()[0].starts_with("@a (linux/arm64) -> docker/dockerfile"));
    let bare = read(&json!({"builder": {}, "buildType": "x", "materials": materials()}).to_string());
    assert!(bare.items.is_empty() && bare.collected.notes[0].contains("without a subject"));
}

#[test]
fn subjects_without_digests_and_names_of_files_are_no_images() {
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{"name": "a/b:1", "digest": {"sha1": "x"}}, {"name": "_", "digest": {"sha256": "a".repeat(64)}}],
        "predicate": {"buildDefinition": {"resolvedDependencies": [{"uri": "oci://gcr.io/a/base:1"}]}},
    });
    let whole = read(&statement.to_string());
    assert_eq!(whole.brief(), ["@a -> gcr.io/a/base:1 ? provenance 0.85"]);
    assert_eq!(whole.reasons(), ["/subject/0 a subject without a SHA-256 digest"]);
    assert!(whole.names().is_empty());
}
