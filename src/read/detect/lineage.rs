//! Documents that speak of images and of what stands on what: of registries and archives, of scanners, SBOMs, attestations.

use super::json::{Members, Peek, first_element, members};
use crate::read::{Format, attestation, image};

/// The format of such a document, by the members of its first object.
pub(super) fn json(text: &str, found: &Members) -> Option<Format> {
    let at = |outer: &str| match found.get(outer) {
        Some(Peek::Object(at)) => Some(*at),
        Some(Peek::Array(at)) => first_element(text, *at),
        _ => None,
    };
    let has = |key: &str| match key.split_once('/') {
        None => found.has(key),
        Some((outer, inner)) => at(outer).is_some_and(|at| members(text, at).has(inner)),
    };
    if has("apiVersion") {
        return None;
    }
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    Some(match () {
        () if crate::read::registry::is_record(found.text("hullbreach")) => Format::RegistryAnswers,
        () if has("bomFormat") || found.text("$schema").contains("cyclonedx") => Format::CyclonedxJson,
        () if any(&["spdxVersion", "SPDXID"]) || found.text("@context").contains("spdx") => Format::SpdxJson,
        () if has("SchemaVersion") && any(&["Results", "ArtifactName", "Metadata"]) => Format::TrivyJson,
        // With its members sorted, as other tools write them again.
        () if has("ArtifactName") && has("ArtifactType") => Format::TrivyJson,
        () if has("ClusterName") && any(&["Resources", "Findings"]) => Format::TrivyJson,
        () if has("matches") && any(&["descriptor", "source", "matches/vulnerability"]) => Format::GrypeJson,
        () if has("artifacts") && any(&["schema", "artifactRelationships", "artifacts/foundBy"]) => Format::SyftJson,
        () if has("artifactRelationships/parent") && has("artifactRelationships/child") => Format::SyftJson,
        () if found.text("@context").contains("openvex") => Format::OpenVexJson,
        () if has("vulnerabilities/cveID") && any(&["catalogVersion", "dateReleased", "count"]) => Format::KevJson,
        () if found.text("dataType") == "CVE_RECORD" && has("cveMetadata") => Format::CveRecord,
        () if is_attestation(text, found, &has) => Format::Attestation,
        () if is_repositories(text, found) => Format::ImageJson,
        () => return image::record(has).map(|_| Format::ImageJson),
    })
}

/// The list of names in what `docker save` wrote, by its first name's first tag.
fn is_repositories(text: &str, found: &Members) -> bool {
    let Some((_, Peek::Object(at))) = found.0.first() else { return false };
    matches!(members(text, *at).0.first(), Some((_, Peek::Text(id))) if image::is_id(id))
}

fn is_attestation(text: &str, found: &Members, has: &dyn Fn(&str) -> bool) -> bool {
    let envelope = has("payload") && has("payloadType");
    let statement = has("predicateType") && (has("subject") || has("predicate"));
    let bundled = has("dsseEnvelope") || has("bundle/dsseEnvelope") || has("attestations/bundle");
    let predicate = (has("materials") && (has("buildType") || has("builder"))) || has("buildDefinition/buildType");
    let build = |found: &Members| found.0.iter().any(|(key, _)| attestation::is_metadata_member(key));
    // Of a bake, each target has its own.
    let baked = || match found.0.first() {
        Some((_, Peek::Object(at))) => build(&members(text, *at)),
        _ => false,
    };
    envelope || statement || bundled || predicate || build(found) || baked()
}

#[cfg(test)]
mod tests {
    use super::super::tests::word;

    #[test]
    fn each_kind_is_told_by_its_members() {
        for (json, format) in [
            (r#"{"schemaVersion":2,"manifests":[{"digest":"x"}]}"#, "image-json"),
            (r#"{"schemaVersion":2,"config":{"digest":"x"},"layers":[]}"#, "image-json"),
            (r#"{"schemaVersion":1,"name":"a","fsLayers":[]}"#, "image-json"),
            (r#"{"architecture":"amd64","config":{"Env":[]},"rootfs":{"type":"layers","diff_ids":[]}}"#, "image-json"),
            (r#"[{"Config":"a.json","RepoTags":["a:1"],"Layers":["l.tar"]}]"#, "image-json"),
            (r#"{"imageLayoutVersion":"1.0.0"}"#, "image-json"),
            (
                r#"{"busybox":{"latest":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}"#,
                "image-json",
            ),
            (
                r#"{"Name":"a","Digest":"x","RepoTags":[],"Created":"t","Architecture":"a","Os":"linux","Layers":[]}"#,
                "image-json",
            ),
            (r#"[{"Ref":"a","Descriptor":{"digest":"x"},"SchemaV2Manifest":{}}]"#, "image-json"),
            (r#"{"spdxVersion":"SPDX-2.3"}"#, "spdx-json"),
            (r#"{"SPDXID":"SPDXRef-DOCUMENT","packages":[{}]}"#, "spdx-json"),
            (r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}"#, "spdx-json"),
            (r#"{"bomFormat":"CycloneDX"}"#, "cyclonedx-json"),
            (r#"{"SchemaVersion":2,"ArtifactName":"a","Results":[]}"#, "trivy-json"),
            (r#"{"ArtifactID":"x","ArtifactName":"a","ArtifactType":"container_image","Results":[{"#, "trivy-json"),
            (r#"{"artifactRelationships":[{"child":"x","parent":"y","type":"contains"},"#, "syft-json"),
            (r#"{"SchemaVersion":0,"ClusterName":"a","Resources":[]}"#, "trivy-json"),
            (r#"{"@context":"https://openvex.dev/ns/v0.2.0","statements":[]}"#, "openvex-json"),
            (r#"{"title":"a","catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-2024-3094"}]}"#, "kev-json"),
            (r#"{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2024-3094"}}"#, "cve-record"),
            (r#"{"matches":[{"vulnerability":{},"artifact":{}}"#, "grype-json"),
            (r#"{"artifacts":[{"id":"a","foundBy":"b"}"#, "syft-json"),
            (r#"{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"x","subject":[]}"#, "attestation"),
            (r#"{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}"#, "attestation"),
            (r#"{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{}}"#, "attestation"),
            (r#"{"containerimage.digest":"sha256:x","image.name":"a"}"#, "attestation"),
            (r#"{"app":{"containerimage.digest":"sha256:x"},"db":{}}"#, "attestation"),
            (r#"{"builder":{"id":""},"buildType":"x","materials":[]}"#, "attestation"),
        ] {
            assert_eq!(word(json), format, "{json}");
        }
    }

    #[test]
    fn others_stay_what_they_are() {
        for (json, format) in [
            (r#"{"kind":"Pod","apiVersion":"v1","metadata":{}}"#, "kubernetes-json"),
            (r#"[{"Id":"sha256:x","RepoTags":["a:1"],"RootFS":{"Layers":[]}}]"#, "engine-json"),
            (r#"{"services":{"web":{"image":"a"}}}"#, "compose-json"),
        ] {
            assert_eq!(word(json), format, "{json}");
        }
        for json in [r#"{"manifests":[]}"#, r#"{"layers":[],"config":{}}"#, r#"{"bundle":{},"attestations":7}"#] {
            assert!(word(json).starts_with("text: "), "{json}: {}", word(json));
        }
    }
}
