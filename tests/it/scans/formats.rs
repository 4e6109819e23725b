//! What each format gives, from small documents in the shapes that their tools write.

use hullbreach::model::digest::Digest;
use hullbreach::model::fact::Item;
use hullbreach::model::finding::{Cve, Exploitation, KnownFact, Report, Scan, VexStatus};
use hullbreach::read::{Detection, Hints, Limits, Outcome, SegmentKind, Splitter, detect, read_with};
use hullbreach::work::import::redact_as_read;
use serde_json::{Value, json};

use super::sha;

/// Detects, splits, redacts and reads as an import does.
pub fn read(text: &str) -> (String, Vec<Item>, Vec<String>, String) {
    let Detection::Known(format) = detect(text.as_bytes(), true, "") else { panic!("no format: {text:.200}") };
    let (mut segments, mut splitter) = (Vec::new(), Splitter::new(format, Limits::default()));
    splitter.push(text.as_bytes(), &mut segments).unwrap();
    splitter.finish(&mut segments).unwrap();
    let (mut items, mut rejects, mut stored) = (Vec::new(), Vec::new(), Vec::new());
    for segment in &segments {
        let base = stored.len();
        redact_as_read(format, segment, &mut stored);
        if segment.kind == SegmentKind::Glue {
            continue;
        }
        let Outcome { items: found, rejects: refused, .. } =
            read_with(format, segment, &stored[base..], &Hints::default(), &Limits::default());
        rejects.extend(refused.into_iter().map(|reject| format!("{}: {}", reject.locator, reject.reason)));
        items.extend(found.into_iter().map(|mut item| {
            item.spot.offset += base as u64;
            item
        }));
    }
    (format.as_str().to_owned(), items, rejects, String::from_utf8(stored).unwrap())
}

pub fn scans(items: &[Item]) -> Vec<&Scan> {
    let reports = items.iter().flat_map(|item| &item.reports);
    reports.filter_map(|report| if let Report::Scan(scan) = report { Some(&**scan) } else { None }).collect()
}

/// Kind, name, version, source of each package.
fn packages(scan: &Scan) -> Vec<[&str; 4]> {
    let texts = |p: &hullbreach::model::finding::Carried| [p.kind, p.name, p.version, p.source].map(|at| scan.text(at));
    scan.packages.iter().map(texts).collect()
}

/// Id, package, severity, score of each finding.
fn findings(scan: &Scan) -> Vec<(&str, &str, &str, u16)> {
    let row = |f: &hullbreach::model::finding::Found| {
        let package = &scan.packages[f.package as usize];
        (scan.text(f.id), scan.text(package.name), f.severity.as_str(), f.score)
    };
    scan.findings.iter().map(row).collect()
}

/// Every row stands where it says, in the stored copy.
#[track_caller]
fn assert_places(items: &[Item], stored: &str) {
    for item in items {
        for scan in scans(std::slice::from_ref(item)) {
            let at = |offset: u64, length: u64| {
                let start = (item.spot.offset + offset) as usize;
                &stored[start..start + length as usize]
            };
            for row in &scan.findings {
                assert!(at(row.offset, row.length).contains(scan.text(row.id)), "{}", scan.text(row.id));
            }
            for row in &scan.packages {
                assert!(row.length > 0 && !at(row.offset, row.length).is_empty());
            }
        }
    }
}

#[test]
fn grype_with_what_it_knows_of_exploitation() {
    let report = json!({"matches": [{
        "vulnerability": {"id": "GHSA-jfh8-c2jp-5v3q", "severity": "Critical", "fix": {"versions": ["2.15.0"], "state": "fixed"},
            "cvss": [{"version": "3.1", "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "metrics": {"baseScore": 10}}],
            "epss": [{"cve": "CVE-2021-44228", "epss": 0.94, "percentile": 0.99, "date": "2026-11-18"}],
            "knownExploited": [{"cve": "CVE-2021-44228", "dateAdded": "2021-12-10", "knownRansomwareCampaignUse": "Known"}]},
        "relatedVulnerabilities": [{"id": "CVE-2021-44228"}],
        "artifact": {"name": "log4j-core", "version": "2.14.1", "type": "java-archive",
            "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "locations": [{"path": "/a.jar", "layerID": sha('b')}]}}],
        "source": {"type": "image", "target": {"userInput": "pay/api:1", "imageID": sha('c'), "manifestDigest": sha('d'),
            "tags": ["pay/api:1"], "repoDigests": [format!("registry.example/pay/api@{}", sha('e'))]}},
        "descriptor": {"name": "grype", "version": "0.90.0", "timestamp": "2026-11-20T12:00:00Z",
            "db": {"status": {"built": "2026-11-19T00:00:00Z"}}}});
    let (format, items, rejects, stored) = read(&report.to_string());
    assert_eq!((format.as_str(), rejects.len()), ("grype-json", 0));
    let [scan] = &scans(&items)[..] else { panic!("one scan") };
    assert_eq!(findings(scan), [("GHSA-jfh8-c2jp-5v3q", "org.apache.logging.log4j:log4j-core", "critical", 100)]);
    assert_eq!(scan.text(scan.findings[0].alias), "CVE-2021-44228");
    assert_eq!(scan.subject.manifest, Digest::parse(&sha('d')).ok());
    assert_eq!(scan.database.unwrap().rfc3339(), "2026-11-19T00:00:00Z");
    let facts: Vec<_> = scan.known.iter().map(|known| (known.cve, known.fact)).collect();
    let cve = Cve::parse("CVE-2021-44228").unwrap();
    assert_eq!(facts[0], (cve, KnownFact::Epss { score: 940_000, percentile: 990_000 }));
    assert!(matches!(facts[1], (found, KnownFact::Kev { added: Some(_), ransomware: true, .. }) if found == cve));
    assert!(scan.searched && !scan.listed);
    assert_places(&items, &stored);
}

#[test]
fn trivy_of_a_cluster_gives_each_image_its_own_findings() {
    let found = |id: &str, package: &str, layer: char| super::vulnerability(id, package, "1", "HIGH", layer);
    let resource = json!({"Namespace": "prod", "Kind": "Deployment", "Name": "shop", "Metadata": [
            {"ImageID": sha('1'), "RepoTags": ["web:1"], "DiffIDs": [sha('a')]},
            {"ImageID": sha('2'), "RepoTags": ["api:1"], "DiffIDs": [sha('b')]}],
        "Results": [
            {"Target": "web:1 (alpine 3.19)", "Class": "os-pkgs", "Type": "alpine", "Vulnerabilities": [found("CVE-2024-0001", "one", 'a')]},
            {"Target": "Node.js", "Class": "lang-pkgs", "Type": "node-pkg", "Vulnerabilities": [found("CVE-2024-0002", "two", 'b')]},
            {"Target": "somewhere", "Class": "lang-pkgs", "Type": "node-pkg", "Vulnerabilities": [found("CVE-2024-0003", "three", 'f')]}]});
    let failed = json!({"Namespace": "prod", "Kind": "Pod", "Name": "x", "Error": "unable to pull"});
    for key in ["Resources", "Findings"] {
        let report = json!({"ClusterName": "prod", "SchemaVersion": 0, key: [resource, failed]});
        let (format, items, rejects, stored) = read(&serde_json::to_string_pretty(&report).unwrap());
        assert_eq!(format, "trivy-json");
        let [web, api] = &scans(&items)[..] else { panic!("two images: {}", scans(&items).len()) };
        let ids = |scan: &Scan| scan.findings.iter().map(|f| scan.text(f.id).to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(web), ["CVE-2024-0001", "CVE-2024-0003"], "what nobody tells is of each");
        assert_eq!(ids(api), ["CVE-2024-0002", "CVE-2024-0003"]);
        assert_eq!(rejects, [format!("/{key}/1/Error: the scanner failed here: unable to pull")]);
        assert_places(&items, &stored);
    }
}

#[test]
fn the_operators_reports_among_a_clusters_objects() {
    let report = json!({"apiVersion": "aquasecurity.github.io/v1alpha1", "kind": "VulnerabilityReport",
        "metadata": {"name": "replicaset-api", "namespace": "prod", "uid": "u1"},
        "report": {"registry": {"server": "index.docker.io"}, "artifact": {"repository": "library/nginx", "tag": "1.27"},
            "scanner": {"name": "Trivy", "version": "0.60.0"}, "updateTimestamp": "2026-11-20T12:00:00Z",
            "summary": {"criticalCount": 1},
            "vulnerabilities": [{"vulnerabilityID": "CVE-2024-3094", "resource": "liblzma5", "installedVersion": "5.6.1-1",
                "fixedVersion": "", "severity": "CRITICAL", "score": 10, "packagePURL": "pkg:deb/debian/liblzma5@5.6.1-1"},
                {"vulnerabilityID": "", "resource": "x"}]}});
    let list = json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": [report]});
    let (format, items, rejects, _) = read(&list.to_string());
    assert_eq!(format, "kubernetes-json");
    let [scan] = &scans(&items)[..] else { panic!("one scan") };
    assert_eq!(findings(scan), [("CVE-2024-3094", "liblzma5", "critical", 100)]);
    assert_eq!(scan.subject.tags, ["docker.io/library/nginx:1.27"], "what Hub calls itself is normalised");
    assert_eq!(scan.tool.name, "trivy");
    assert_eq!(rejects.len(), 1);
}

#[test]
fn packages_of_every_sbom() {
    let purl = "pkg:rpm/fedora/xz-libs@5.6.0-2.fc41?arch=x86_64&epoch=1&upstream=xz-5.6.0-2.fc41.src.rpm";
    let expected = ["rpm", "xz-libs", "1:5.6.0-2.fc41", "xz"];
    let syft = json!({"artifacts": [{"id": "1", "name": "xz-libs", "version": "5.6.0-2.fc41", "type": "rpm", "foundBy": "rpm",
        "purl": purl}], "artifactRelationships": [], "schema": {"version": "16"}, "descriptor": {"name": "syft"}});
    let cyclonedx = |version: &str| {
        json!({"bomFormat": "CycloneDX", "specVersion": version, "version": 1,
        "metadata": {"timestamp": "2026-11-20T12:00:00Z", "component": {"type": "container", "name": "pay/api:1", "bom-ref": "r"}},
        "components": [{"type": "operating-system", "name": "fedora"}, {"type": "library", "name": "xz-libs",
            "version": "5.6.0-2.fc41", "purl": purl, "bom-ref": "x"}]})
    };
    let spdx = |version: &str| {
        json!({"spdxVersion": version, "SPDXID": "SPDXRef-DOCUMENT", "name": "x",
        "creationInfo": {"created": "2026-11-20T12:00:00Z", "creators": ["Tool: syft-1.2.3"]},
        "packages": [{"SPDXID": "SPDXRef-DocumentRoot-Image", "name": "pay/api", "primaryPackagePurpose": "CONTAINER",
            "versionInfo": sha('c')}, {"SPDXID": "SPDXRef-Package-x", "name": "xz-libs", "versionInfo": "5.6.0-2.fc41",
            "externalRefs": [{"referenceType": "purl", "referenceLocator": purl}]}],
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
            "relatedSpdxElement": "SPDXRef-DocumentRoot-Image"}]})
    };
    let spdx3 = json!({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
        {"type": "CreationInfo", "created": "2026-11-20T12:00:00Z"},
        {"type": "software_Package", "spdxId": "a", "name": "xz-libs", "software_packageVersion": "5.6.0-2.fc41",
            "software_packageUrl": purl}]});
    let mut all = vec![syft, spdx("SPDX-2.2"), spdx("SPDX-2.3"), spdx3];
    all.extend(["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"].map(cyclonedx));
    for document in all {
        let (format, items, rejects, stored) = read(&document.to_string());
        let [scan] = &scans(&items)[..] else { panic!("{format}: one list") };
        assert_eq!((packages(scan), rejects.len()), (vec![expected], 0), "{format}");
        assert!(scan.listed && !scan.searched, "{format}");
        assert_places(&items, &stored);
    }
}

#[test]
fn cyclonedx_findings_and_what_it_says_of_them() {
    let bom = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": {"type": "container", "name": "api", "purl": format!("pkg:oci/api@{}?repository_url=r.example/pay/api", sha('c'))}},
        "components": [{"type": "library", "name": "a", "version": "1", "purl": "pkg:npm/a@1", "bom-ref": "ra"},
            {"type": "library", "name": "b", "version": "2", "purl": "pkg:npm/b@2", "bom-ref": "rb"}],
        "vulnerabilities": [
            {"id": "CVE-2024-0001", "ratings": [{"method": "CVSSv31", "score": 7.5, "severity": "high",
                "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}], "affects": [{"ref": "ra"}, {"ref": "rb"}]},
            {"id": "CVE-2024-0002", "affects": [{"ref": "urn:cdx:1/1#pkg:npm/a@1"}],
                "analysis": {"state": "not_affected", "justification": "code_not_reachable"}}]});
    let (_, items, rejects, _) = read(&bom.to_string());
    assert_eq!(rejects, Vec::<String>::new());
    let [scan] = &scans(&items)[..] else { panic!("one scan") };
    assert_eq!(findings(scan), [("CVE-2024-0001", "a", "high", 75), ("CVE-2024-0001", "b", "high", 75)]);
    let Some(Report::Vex(statements)) = items[0].reports.get(1) else { panic!("a statement") };
    assert_eq!(statements[0].status, VexStatus::NotAffected);
    assert_eq!(statements[0].products[0].digest, Digest::parse(&sha('c')).ok());
    assert_eq!(statements[0].products[0].packages, ["pkg:npm/a@1"]);
}

#[test]
fn vulnrichment_and_its_words_in_any_case() {
    let record = |automatable: &str| {
        json!({"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-2024-3094",
        "dateUpdated": "2026-11-20T00:00:00.000Z"}, "containers": {"cna": {}, "adp": [{"title": "CISA ADP Vulnrichment", "metrics": [
            {"other": {"type": "ssvc", "content": {"timestamp": "2026-11-19T00:00:00Z", "options": [{"Exploitation": "PoC"},
                {"Automatable": automatable}, {"Technical Impact": "Total"}]}}},
            {"other": {"type": "kev", "content": {"dateAdded": "2026-11-18"}}}]}]}})
    };
    for (written, expected) in [("Yes", Some(true)), ("yes", Some(true)), ("NO", Some(false)), ("perhaps", None)] {
        let (format, items, _, _) = read(&record(written).to_string());
        assert_eq!(format, "cve-record");
        let Report::Known(known) = &items[0].reports[0] else { panic!("knowledge") };
        let ssvc = KnownFact::Ssvc { exploitation: Some(Exploitation::Poc), automatable: expected, total: Some(true) };
        assert_eq!(known[0].fact, ssvc, "{written}");
        assert!(matches!(known[1].fact, KnownFact::Kev { added: Some(_), .. }));
    }
}

#[test]
fn openvex_products_that_can_be_compared_and_others() {
    let statement = |products: Value| {
        json!({"vulnerability": {"name": "CVE-2024-1111", "aliases": ["GHSA-x"]},
        "products": products, "status": "fixed"})
    };
    let document = json!({"@context": "https://openvex.dev/ns/v0.2.0", "author": "a", "timestamp": "2026-11-20T00:00:00Z",
        "statements": [
            statement(json!([{"@id": format!("pkg:oci/api@{}", sha('c')), "subcomponents": [{"@id": "pkg:deb/debian/a@1"}]}])),
            statement(json!(["registry.example/pay/api:1"])),
            statement(json!([{"@id": "https://example.org/product"}])),
            {"vulnerability": "CVE-2024-2222", "products": ["pay/api:1"], "status": "nonsense"}]});
    let (_, items, rejects, _) = read(&document.to_string());
    let Report::Vex(statements) = &items[0].reports[0] else { panic!("statements") };
    assert_eq!((statements.len(), rejects.len()), (2, 2), "{rejects:?}");
    assert_eq!(statements[0].vulnerabilities, ["CVE-2024-1111", "GHSA-x"]);
    assert_eq!(statements[0].products[0].packages, ["pkg:deb/debian/a@1"]);
    assert_eq!(statements[1].products[0].name, "registry.example/pay/api:1");
    assert!(rejects[0].contains("clears nothing"), "{rejects:?}");
}
