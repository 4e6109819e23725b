//! Reports in the shape that Trivy writes, with the lengths of real ones: description, references, ratings of several
//! sources. The same numbers give the same reports on every machine.

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;

use crate::random::Random;
use crate::{Outcome, Scale};

/// What a vulnerability's text is made of.
const WORDS: [&str; 24] = [
    "a",
    "buffer",
    "overflow",
    "in",
    "the",
    "parser",
    "of",
    "allows",
    "remote",
    "attackers",
    "to",
    "cause",
    "denial",
    "service",
    "via",
    "crafted",
    "input",
    "before",
    "version",
    "use",
    "after",
    "free",
    "memory",
    "kernel",
];
const PACKAGES: [(&str, &str); 12] = [
    ("libssl3", "openssl"),
    ("liblzma5", "xz-utils"),
    ("zlib1g", "zlib"),
    ("libc6", "glibc"),
    ("curl", "curl"),
    ("libxml2", "libxml2"),
    ("perl-base", "perl"),
    ("tar", "tar"),
    ("bash", "bash"),
    ("libexpat1", "expat"),
    ("libsqlite3-0", "sqlite3"),
    ("libkrb5-3", "krb5"),
];
const SEVERITIES: [&str; 5] = ["LOW", "MEDIUM", "MEDIUM", "HIGH", "CRITICAL"];

/// Writes the reports that are not there yet; their size in bytes.
pub fn make(folder: &Path, scale: &Scale) -> Outcome<u64> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut bytes = 0;
    for number in 0..scale.reports {
        let path = folder.join(format!("report-{number:05}.json"));
        if !path.exists() {
            let text = written(&report(number, scale))?;
            let mut file = std::fs::File::create(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            file.write_all(text.as_bytes()).map_err(|e| format!("{}: {e}", path.display()))?;
        }
        bytes += std::fs::metadata(&path).map_or(0, |m| m.len());
    }
    Ok(bytes)
}

/// The members of a report, in the order in which Trivy writes them.
const MEMBERS: [&str; 8] =
    ["SchemaVersion", "Trivy", "ReportID", "CreatedAt", "ArtifactID", "ArtifactName", "ArtifactType", "Metadata"];

fn written(report: &Value) -> Outcome<String> {
    let member = |name: &&str| {
        let value = serde_json::to_string_pretty(&report[*name]).map_err(|e| e.to_string())?;
        Ok(format!("  \"{name}\": {}", value.replace('\n', "\n  ")))
    };
    let members = MEMBERS.iter().chain(&["Results"]).map(member).collect::<Outcome<Vec<String>>>()?;
    Ok(format!("{{\n{}\n}}\n", members.join(",\n")))
}

fn report(number: u64, scale: &Scale) -> Value {
    let mut random = Random::of(1, number);
    let image = format!("registry.example:5000/team-{}/service-{number}:1.{}", number % 40, number % 9);
    let name = image.rsplit_once(':').map_or(image.as_str(), |(name, _)| name);
    let base = number % 25;
    let layers = [format!("sha256:{}", Random::of(2, base).hex(64)), format!("sha256:{}", random.hex(64))];
    let found: Vec<Value> =
        (0..scale.findings).map(|_| finding(random.skewed(scale.distinct), &layers, &mut random)).collect();
    json!({
        "SchemaVersion": 2, "ReportID": random.uuid(), "CreatedAt": "2026-11-20T12:00:00.000000000Z",
        "ArtifactID": format!("sha256:{}", random.hex(64)), "ArtifactName": image, "ArtifactType": "container_image",
        "Trivy": {"Version": "0.60.0"},
        "Metadata": {
            "OS": {"Family": "debian", "Name": "12.1"}, "ImageID": format!("sha256:{}", random.hex(64)),
            "DiffIDs": layers, "RepoTags": [image], "RepoDigests": [format!("{name}@sha256:{}", random.hex(64))],
        },
        "Results": [{"Target": format!("{image} (debian 12.1)"), "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": found}],
    })
}

/// The same distinct finding is the same everywhere, but for the layer.
fn finding(distinct: u64, layers: &[String; 2], image: &mut Random) -> Value {
    let mut random = Random::of(3, distinct);
    let (package, source) = PACKAGES[(distinct % 12) as usize];
    let package = if distinct.is_multiple_of(3) { format!("{package}-{}", distinct % 97) } else { package.to_owned() };
    let installed = format!("3.0.{}-1~deb12u{}", distinct % 15, distinct % 7);
    let id = format!("CVE-{}-{}", 2012 + distinct % 14, 1000 + distinct / 3);
    let text: Vec<&str> = (0..60).map(|_| WORDS[random.below(24) as usize]).collect();
    let references: Vec<String> =
        (0..12).map(|n| format!("https://example.org/advisories/{}/{n}", random.hex(12))).collect();
    let score = 20 + random.below(79);
    let layer = &layers[usize::from(image.chance(40))];
    json!({
        "VulnerabilityID": id, "PkgID": format!("{package}@{installed}"), "PkgName": package,
        "PkgIdentifier": {"PURL": format!("pkg:deb/debian/{package}@{installed}?arch=amd64&distro=debian-12.1"), "UID": random.hex(16)},
        "InstalledVersion": installed, "FixedVersion": if distinct.is_multiple_of(4) { String::new() } else { "3.1.4-1".to_owned() },
        "Status": if distinct.is_multiple_of(4) { "affected" } else { "fixed" },
        "Layer": {"Digest": format!("sha256:{}", random.hex(64)), "DiffID": layer},
        "SeveritySource": "nvd", "PrimaryURL": format!("https://avd.aquasec.com/nvd/{}", id.to_lowercase()),
        "DataSource": {"ID": "debian", "Name": "Debian Security Tracker", "URL": "https://salsa.debian.org/security-tracker-team/security-tracker"},
        "Title": format!("{source}: {}", text[..8].join(" ")), "Description": text.join(" "),
        "Severity": SEVERITIES[random.below(5) as usize], "CweIDs": ["CWE-120", "CWE-416"],
        "VendorSeverity": {"amazon": 2, "nvd": 3, "redhat": 2, "ubuntu": 2},
        "CVSS": {
            "nvd": {"V2Vector": "AV:N/AC:L/Au:N/C:P/I:N/A:N", "V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
                "V2Score": 5, "V3Score": score as f64 / 10.0},
            "redhat": {"V3Vector": "CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N", "V3Score": 4.8},
        },
        "References": references, "PublishedDate": "2023-09-10T17:15:00Z", "LastModifiedDate": "2024-10-20T22:15:00Z",
    })
}
