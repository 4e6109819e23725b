//! Scans, SBOMs and intelligence: from the bytes of each format to the answers of the command line.

mod attested;
mod corpus;
mod exercise;
mod formats;
mod hostile;
mod known;
mod running;
mod story;
mod workload;

use serde_json::{Value, json};

use crate::cli::piped;
use crate::support::World;

/// Digests of one letter each.
pub fn sha(letter: char) -> String {
    format!("sha256:{}", letter.to_string().repeat(64))
}

/// A pod that runs one image by its config's digest, as the API server shows it.
pub fn pod(name: &str, image: &str, digest: char) -> Value {
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": name, "namespace": "prod", "uid": format!("uid-{name}")},
        "spec": {"containers": [{"name": "main", "image": image}]},
        "status": {"phase": "Running", "containerStatuses": [{
            "name": "main", "image": image, "imageID": format!("{}@{}", image.rsplit_once(':').unwrap().0, sha(digest)),
            "state": {"running": {"startedAt": "2026-11-20T08:00:00Z"}}
        }]}
    })
}

pub fn pods(pods: &[Value]) -> Value {
    json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": pods})
}

/// A report of Trivy on an image: its config, its registry's digest, its layers from the lowest, its findings.
pub fn trivy(image: &str, config: char, digest: char, layers: &[char], found: Value) -> Value {
    json!({
        "SchemaVersion": 2, "CreatedAt": "2026-11-20T12:00:00Z", "ArtifactName": image,
        "ArtifactType": "container_image",
        "Trivy": {"Version": "0.60.0"},
        "Metadata": {
            "ImageID": sha(config), "RepoTags": [image],
            "RepoDigests": [format!("{}@{}", image.rsplit_once(':').unwrap().0, sha(digest))],
            "DiffIDs": layers.iter().map(|layer| sha(*layer)).collect::<Vec<_>>(),
        },
        "Results": [{"Target": format!("{image} (debian 12.1)"), "Class": "os-pkgs", "Type": "debian",
            "Vulnerabilities": found}]
    })
}

/// A finding of Trivy.
pub fn vulnerability(id: &str, package: &str, installed: &str, severity: &str, layer: char) -> Value {
    json!({
        "VulnerabilityID": id, "PkgName": package, "InstalledVersion": installed, "FixedVersion": "99",
        "PkgIdentifier": {"PURL": format!("pkg:deb/debian/{package}@{installed}?distro=debian-12.1")},
        "Layer": {"DiffID": sha(layer)}, "Severity": severity,
        "CVSS": {"nvd": {"V3Score": 9.8, "V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}
    })
}

/// A case of files, imported one after the other.
pub fn case_of(files: &[(&str, String)]) -> World {
    let world = World::new();
    // After all that the reports say of themselves: what is dated after it was got does not count.
    world.set_clock(1_795_305_600_000_000);
    drop(world.new_case());
    add(&world, files);
    world
}

/// Imports more files.
pub fn add(world: &World, files: &[(&str, String)]) {
    let env = world.ana();
    for (name, text) in files {
        let path = world.root().join(name);
        std::fs::write(&path, text).unwrap();
        let said = piped(&env, &["import", "--json", path.to_str().unwrap()]);
        assert_eq!(said.json()["unrecognised"], json!([]), "{name}: {}", said.json());
    }
}

/// What a command answers in JSON.
pub fn ask(world: &World, arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    piped(&world.ana(), &arguments).json()
}
