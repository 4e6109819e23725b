//! Reports cut off, flipped and made to hurt: what is good is kept, what is bad is counted, nothing panics.

use proptest::prelude::*;
use serde_json::json;

use super::formats::{read, scans};
use super::{ask, case_of, sha, trivy, vulnerability};
use hullbreach::read::{Detection, Limits, Splitter, detect, read_segment};

/// Reads whatever bytes; nothing is expected of them.
fn survive(bytes: &[u8]) {
    let Detection::Known(format) = detect(bytes, true, "") else { return };
    let (mut segments, mut splitter) = (Vec::new(), Splitter::new(format, Limits::default()));
    let _ = splitter.push(bytes, &mut segments);
    let _ = splitter.finish(&mut segments);
    for segment in &segments {
        let outcome = read_segment(format, segment, &Limits::default());
        let said = serde_json::to_vec(&outcome.items).unwrap();
        let _: Vec<hullbreach::model::fact::Item> = serde_json::from_slice(&said).unwrap();
    }
}

fn documents() -> Vec<String> {
    let found = json!([vulnerability("CVE-2024-3094", "liblzma5", "5.6.1-1", "CRITICAL", 'a')]);
    vec![
        trivy("pay/api:1", 'c', 'd', &['a'], found).to_string(),
        json!({"matches": [{"vulnerability": {"id": "CVE-2024-0001"}, "artifact": {"name": "a", "version": "1"}}],
            "descriptor": {"name": "grype"}})
        .to_string(),
        json!({"bomFormat": "CycloneDX", "components": [{"type": "library", "name": "a", "bom-ref": "x"}],
            "vulnerabilities": [{"id": "CVE-2024-0001", "affects": [{"ref": "x"}], "analysis": {"state": "resolved"}}]})
        .to_string(),
        json!({"spdxVersion": "SPDX-2.3", "packages": [{"SPDXID": "a", "name": "b"}]}).to_string(),
        "SPDXVersion: SPDX-2.3\nPackageName: a\nPackageVersion: 1\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n"
            .to_owned(),
        "cve,epss,percentile\nCVE-2024-3094,0.5,0.9\n".to_owned(),
        json!({"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2024-3094", "dateAdded": "2024-03-29"}]})
            .to_string(),
        json!({"@context": "https://openvex.dev/ns", "statements": [{"vulnerability": "CVE-1", "products": ["a/b:1"],
            "status": "fixed"}]})
        .to_string(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn cut_off_and_flipped_anywhere(which in 0..8_usize, cut in 0..2_000_usize, flips in prop::collection::vec((0..2_000_usize, any::<u8>()), 0..6)) {
        let document = &documents()[which];
        let mut bytes = document.as_bytes().to_vec();
        for (at, byte) in flips {
            if let Some(place) = bytes.get_mut(at) {
                *place ^= byte;
            }
        }
        survive(bytes.get(..cut.min(bytes.len())).unwrap_or_default());
    }
}

#[test]
fn rows_of_another_shape_are_counted_and_the_rest_is_kept() {
    let good = vulnerability("CVE-2024-3094", "liblzma5", "5.6.1-1", "CRITICAL", 'a');
    let report = trivy("pay/api:1", 'c', 'd', &['a'], json!([7, null, [], {}, {"VulnerabilityID": "CVE-1"}, good]));
    let (_, items, rejects, _) = read(&report.to_string());
    assert_eq!((scans(&items)[0].findings.len(), rejects.len()), (1, 5), "{rejects:?}");
    let odd = json!({"matches": {"a": 1}, "artifacts": "no", "source": {"target": []}, "descriptor": 7});
    let (_, items, _, _) = read(&odd.to_string());
    assert_eq!(scans(&items).iter().map(|scan| scan.findings.len()).sum::<usize>(), 0);
}

#[test]
fn what_steers_a_terminal_does_not_reach_it() {
    let evil = vulnerability("CVE-2024-3094\u{1b}[2J", "lib\u{202e}evil", "1\u{7}", "CRITICAL", 'a');
    let report = trivy("registry.example/pay/api:1", 'c', 'd', &['a'], json!([evil]));
    let world = case_of(&[("r.json", report.to_string())]);
    let env = world.ana();
    for arguments in [&["findings"][..], &["image", "pay/api"], &["packages", "--name", "lib\u{202e}evil"]] {
        let said = crate::cli::piped(&env, arguments);
        assert!(!said.stdout.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{}", said.stdout);
    }
}

#[test]
fn a_statement_that_names_nothing_comparable_clears_nothing() {
    let found = json!([vulnerability("CVE-2024-3094", "liblzma5", "5.6.1-1", "CRITICAL", 'a')]);
    let report = trivy("registry.example/pay/api:1", 'c', 'd', &['a'], found);
    let vex = |product: &str| {
        json!({"@context": "https://openvex.dev/ns/v0.2.0", "timestamp": "2026-11-20T00:00:00Z", "statements": [
            {"vulnerability": {"name": "CVE-2024-3094"}, "products": [{"@id": product}], "status": "not_affected"}]})
        .to_string()
    };
    for product in
        ["*", "pkg:oci/api", &format!("pkg:oci/other@{}", sha('f')), "registry.example/pay/other:1", "pay/api:1"]
    {
        let world = case_of(&[("r.json", report.to_string()), ("vex.json", vex(product))]);
        assert_eq!(ask(&world, &["findings"])["findings"][0]["cleared"], 0, "{product}");
    }
}
