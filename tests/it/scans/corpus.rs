//! Every real file of `scans`, `sboms` and `intelligence` is read, and as much is found in it as `jq` counts.
//!
//! Findings: `[.Results[]?.Vulnerabilities//[]|length]|add` of Trivy, `.matches|length` of Grype. Packages: `.Packages` of
//! Trivy, `.artifacts|length` of Syft, of CycloneDX `[.components[]?|recurse(.components[]?)]` that are libraries, frameworks
//! or have a package URL, of SPDX packages that are neither the image nor the operating system nor a bare root.

use std::path::PathBuf;

use super::formats::{read, scans};
use hullbreach::model::finding::Report;

const EXPECTED: [(&str, usize, usize); 32] = [
    ("scans/anchore__grype/grype/presenter/explain/testdata/ghsa-test.json", 2, 0),
    ("scans/anchore__grype/grype/presenter/explain/testdata/keycloak-test.json", 6, 0),
    ("scans/anchore__grype/grype/presenter/json/testdata/snapshot/TestJsonImgsPresenter.golden", 2, 0),
    ("scans/aquasecurity__trivy-operator/pkg/plugins/trivy/testdata/fixture/full_report.json", 2, 0),
    ("scans/aquasecurity__trivy/integration/testdata/alpine-310.json.golden", 4, 0),
    ("scans/aquasecurity__trivy/integration/testdata/alpine-39.json.golden", 6, 0),
    ("scans/aquasecurity__trivy/integration/testdata/centos-7.json.golden", 3, 0),
    ("scans/aquasecurity__trivy/integration/testdata/debian-buster.json.golden", 2, 0),
    ("scans/aquasecurity__trivy/integration/testdata/debian-stretch.json.golden", 5, 0),
    ("scans/aquasecurity__trivy/integration/testdata/distroless-base.json.golden", 4, 0),
    ("scans/aquasecurity__trivy/integration/testdata/distroless-python27.json.golden", 4, 0),
    ("scans/aquasecurity__trivy/integration/testdata/fluentd-multiple-lockfiles.json.golden", 3, 0),
    ("scans/aquasecurity__trivy/integration/testdata/npm.json.golden", 1, 12),
    ("scans/aquasecurity__trivy/integration/testdata/photon-30.json.golden", 3, 0),
    ("scans/aquasecurity__trivy/integration/testdata/spring4shell-jre8.json.golden", 1, 0),
    ("scans/aquasecurity__trivy/integration/testdata/ubi-7-comprehensive.json.golden", 2, 0),
    ("scans/aquasecurity__trivy/integration/testdata/ubuntu-1804.json.golden", 5, 0),
    ("sboms/CycloneDX__specification/tools/src/test/resources/1.4/valid-bom-1.4.json", 0, 2),
    ("sboms/CycloneDX__specification/tools/src/test/resources/1.5/valid-bom-1.5.json", 0, 2),
    ("sboms/CycloneDX__specification/tools/src/test/resources/1.6/valid-bom-1.6.json", 0, 3),
    ("sboms/anchore__syft/syft/format/cyclonedxjson/testdata/identify/1.2.json", 0, 1),
    ("sboms/anchore__syft/syft/format/cyclonedxjson/testdata/identify/1.3.json", 0, 1),
    ("sboms/anchore__syft/syft/format/cyclonedxjson/testdata/identify/1.4.json", 0, 1),
    ("sboms/anchore__syft/syft/format/cyclonedxjson/testdata/identify/1.5.json", 0, 1),
    ("sboms/anchore__syft/syft/format/cyclonedxjson/testdata/identify/1.6.json", 0, 1),
    ("sboms/anchore__syft/syft/format/cyclonedxjson/testdata/identify/1.7.json", 0, 1),
    ("sboms/anchore__syft/syft/format/spdxjson/testdata/identify/2.2.json", 0, 1),
    ("sboms/anchore__syft/syft/format/spdxjson/testdata/identify/2.3.json", 0, 1),
    ("sboms/anchore__syft/syft/format/spdxjson/testdata/identify/3.0.json", 0, 0),
    ("sboms/anchore__syft/syft/format/testdata/alpine-syft.json", 0, 14),
    ("sboms/aquasecurity__trivy/integration/testdata/fixtures/sbom/centos-7-spdx.json", 0, 2),
    ("sboms/aquasecurity__trivy/integration/testdata/fluentd-multiple-lockfiles.cdx.json.golden", 0, 160),
];

fn corpus() -> PathBuf {
    PathBuf::from(std::env::var_os("HULLBREACH_CORPUS").expect("HULLBREACH_CORPUS"))
}

/// Every file below a folder.
fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_of_scans_and_sboms() {
    let mut wrong = Vec::new();
    for (path, findings, packages) in EXPECTED {
        let (_, items, rejects, _) = read(&std::fs::read_to_string(corpus().join(path)).unwrap());
        let all = scans(&items);
        let found: usize = all.iter().map(|scan| scan.findings.len()).sum();
        let listed = all.iter().flat_map(|scan| &scan.packages).filter(|package| !package.only_found).count();
        if (found, listed, rejects.len()) != (findings, packages, 0) {
            wrong.push(format!("{path}: {found} findings, {listed} packages, {rejects:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let of = |folder: &str| files(&corpus().join(folder));
    let listed = EXPECTED.iter().map(|(path, ..)| corpus().join(path)).collect::<Vec<_>>();
    for file in [of("scans"), of("sboms")].concat() {
        assert!(listed.contains(&file), "nothing is expected of {}", file.display());
    }
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_of_the_catalogue() {
    let path = corpus().join("intelligence/cisagov__kev-data/known_exploited_vulnerabilities.json");
    let (format, items, rejects, _) = read(&std::fs::read_to_string(path).unwrap());
    let known: usize = items
        .iter()
        .flat_map(|item| &item.reports)
        .map(|report| match report {
            Report::Known(known) => known.len(),
            _ => 0,
        })
        .sum();
    assert_eq!((format.as_str(), known, rejects.len()), ("kev-json", 1404, 0));
}
