//! An SBOM in an attestation: its packages stand where its envelope does, and what it says of itself clears nothing.

use hullbreach::model::base64;
use hullbreach::model::finding::Report;
use serde_json::json;

use super::formats::{read, scans};
use super::sha;

#[test]
fn packages_count_and_statements_do_not() {
    let bom = json!({"bomFormat": "CycloneDX", "specVersion": "1.6",
        "metadata": {"component": {"type": "container", "name": "api", "purl": format!("pkg:oci/api@{}?repository_url=r.example/pay/api", sha('c'))}},
        "components": [{"type": "library", "name": "a", "version": "1", "purl": "pkg:npm/a@1", "bom-ref": "x"}],
        "vulnerabilities": [{"id": "CVE-2024-0001", "affects": [{"ref": "x"}], "analysis": {"state": "not_affected"}}]});
    let statement = json!({"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://cyclonedx.org/bom",
        "subject": [{"name": "r.example/pay/api", "digest": {"sha256": "c".repeat(64)}}], "predicate": bom});
    let envelope = json!({"payloadType": "application/vnd.in-toto+json",
        "payload": base64::encode(statement.to_string().as_bytes()), "signatures": []});
    let (format, items, _, stored) = read(&envelope.to_string());
    assert_eq!(format, "attestation");
    let [scan] = &scans(&items)[..] else { panic!("one list: {items:?}") };
    assert_eq!((scan.packages.len(), scan.text(scan.packages[0].name)), (1, "a"));
    let (start, length) = (scan.packages[0].offset as usize, scan.packages[0].length as usize);
    assert!(start + length <= stored.len(), "it stands where the envelope's payload does");
    assert!(!items.iter().flat_map(|item| &item.reports).any(|report| matches!(report, Report::Vex(_))));
}
