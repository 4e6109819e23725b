//! `scan` with a stand-in for a scanner: a script that prints what a real one printed once, for whatever it is asked.

use serde_json::{Value, json};
use std::path::PathBuf;

use super::{ask, pod, pods, sha, trivy, vulnerability};
use crate::cli::piped;
use crate::support::World;
use hullbreach::cli::Exit;
use hullbreach::env::Env;

const API: &str = "registry.example/pay/api:1.4";
const WEB: &str = "registry.example/pay/web:2.0";
const BAD: &str = "registry.example/pay/bad:1";

/// A case with three running images, and a folder for programs that is all there is in `PATH` beside the system's.
fn world(script: Option<(&str, &str)>) -> (World, Env) {
    let world = super::case_of(&[(
        "pods.json",
        pods(&[pod("api", API, '1'), pod("web", WEB, '2'), pod("bad", BAD, '3')]).to_string(),
    )]);
    let bin = world.root().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    if let Some((name, text)) = script {
        install(&bin.join(name), text);
    }
    let mut env = world.ana();
    env.vars.insert("PATH".to_owned(), bin.display().to_string());
    (world, env)
}

fn install(path: &PathBuf, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A stand-in for Trivy: each image has its recorded report, one fails with a word.
fn stand_in(world: &World) -> String {
    let found = json!([vulnerability("CVE-2024-3094", "liblzma5", "5.6.1-1", "CRITICAL", 'a')]);
    let mut cases = String::new();
    for (name, config, digest) in [("api", 'f', '1'), ("web", '9', '2')] {
        let recorded = world.root().join(format!("{name}.recorded"));
        let image = if name == "api" { API } else { WEB };
        std::fs::write(&recorded, trivy(image, config, digest, &['a'], found.clone()).to_string()).unwrap();
        cases.push_str(&format!("*{}*) /bin/cat '{}' ;;\n", sha(digest), recorded.display()));
    }
    format!(
        "#!/bin/sh\n# Stand-in for trivy: prints recorded reports.\nfor last in \"$@\"; do :; done\ncase \"$last\" in\n{cases}\
         *) echo 'noise' >&2; echo 'FATAL token=ghp_0123456789abcdefghijABCDEFGHIJ012345 denied' >&2; exit 1 ;;\nesac\n"
    )
}

#[test]
fn images_without_a_report_are_scanned_and_what_failed_is_named_and_kept() {
    let (world, env) = world(None);
    install(&world.root().join("bin/trivy"), &stand_in(&world));
    let said = piped(&env, &["scan", "--json"]).ended(Exit::Gaps);
    let done: Value = said.json();
    assert_eq!((&done["with"], &done["scanned"]), (&json!("trivy"), &json!(2)));
    let failed = done["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 1);
    assert!(failed[0]["image"].as_str().unwrap().starts_with("registry.example/pay/bad@sha256:3"));
    let reason = failed[0]["reason"].as_str().unwrap();
    assert!(reason.contains("FATAL") && !reason.contains("ghp_"), "{reason}");
    let found = ask(&world, &["findings"]);
    assert_eq!((&found["findings"][0]["images"], &found["shares"]["unscanned"]), (&json!(2), &json!(1)));
    // Stored as evidence, with the command that made it; the failure is in coverage.
    let evidence = ask(&world, &["evidence"]);
    let paths = evidence["evidence"].to_string();
    assert!(paths.contains("registry.example/pay/api@"), "{paths}");
    let coverage = ask(&world, &["coverage"]).to_string();
    assert!(coverage.contains("pay/bad@") && coverage.contains("failed") && !coverage.contains("ghp_"), "{coverage}");
    // Again: only what has no report yet.
    let plan = piped(&env, &["scan", "--dry-run", "--json"]).ended(Exit::Done).json();
    assert_eq!(plan["would_scan"].as_array().unwrap().len(), 1);
    assert_eq!(ask(&world, &["verify"])["ok"], true);
}

#[test]
fn what_a_scanner_prints_that_is_no_report_is_no_scan() {
    for printed in [
        "echo 'Updating the database, come back later'",
        "printf '{\"SchemaVersion\": 2, \"Results\": [{'",
        "echo '{\"hello\": 1}'",
    ] {
        let (world, env) = world(Some(("trivy", &format!("#!/bin/sh\n{printed}\n"))));
        let done: Value = piped(&env, &["scan", "--json"]).ended(Exit::Gaps).json();
        assert_eq!((&done["scanned"], done["failed"].as_array().unwrap().len()), (&json!(0), 3), "{done}");
        assert!(done["failed"][0]["reason"].as_str().unwrap().starts_with("what it printed is no report: "), "{done}");
        assert_eq!(ask(&world, &["findings"])["shares"]["unscanned"], json!(3));
    }
}

#[test]
fn a_failed_scan_stands_as_failed_in_coverage() {
    let (world, env) = world(Some(("trivy", "#!/bin/sh\necho 'unable to find the image' >&2\nexit 1\n")));
    piped(&env, &["scan", "--json"]).ended(Exit::Gaps);
    let coverage = ask(&world, &["coverage"]);
    let rows: Vec<&Value> = coverage["sources"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["path"].as_str().unwrap().starts_with("scan by trivy"))
        .collect();
    assert!(rows.len() == 3 && rows.iter().all(|row| row["status"] == "failed"), "{coverage}");
    assert!(rows[0]["reason"].as_str().unwrap().contains("unable to find the image"), "{coverage}");
}

#[test]
fn without_a_scanner_it_says_what_to_do() {
    let (_world, env) = world(None);
    for arguments in [&["scan"][..], &["scan", "--with", "grype"]] {
        let said = piped(&env, arguments).ended(Exit::Failed);
        assert!(said.stderr.contains("installed here") && said.stderr.contains("--format json"), "{}", said.stderr);
    }
}

#[test]
fn one_that_hangs_is_ended_and_one_that_prints_nonsense_is_counted() {
    let (_world, env) = world(Some(("syft", "#!/bin/sh\n# Stand-in for syft that never ends.\nexec /bin/sleep 600\n")));
    let said = piped(&env, &["scan", "--with", "syft", "--time", "1", "--jobs", "3", "--json"]).json();
    assert_eq!(said["failed"].as_array().unwrap().len(), 3);
    assert!(said["failed"][0]["reason"].as_str().unwrap().contains("longer than 1 s"));
    let (world, env) = self::world(Some((
        "grype",
        "#!/bin/sh\n# Stand-in for grype that prints no report.\necho '{\"matches\": [7'\n",
    )));
    let said = piped(&env, &["scan", "--with", "grype", "--limit", "1"]).ended(Exit::Gaps);
    assert!(
        said.stdout.contains("0 reports by grype") && said.stdout.contains("no report: the file ends"),
        "{}",
        said.stdout
    );
    assert_eq!(ask(&world, &["findings"])["findings"], json!([]));
}

/// The real Syft over an OCI layout that is made here. Run where `HULLBREACH_SYFT` names the folder that it is in.
#[test]
#[ignore = "needs HULLBREACH_SYFT"]
fn the_real_syft_lists_the_packages_of_a_layout() {
    let (world, mut env) = world(None);
    let folder = std::env::var("HULLBREACH_SYFT").expect("HULLBREACH_SYFT");
    env.vars.insert("PATH".to_owned(), folder);
    let layout = layout(&world);
    let said = piped(&env, &["scan", "--with", "syft", "--json", &format!("oci-dir:{}", layout.display())]);
    assert_eq!(said.json()["scanned"], 1, "{} {}", said.stdout, said.stderr);
    let reports = ask(&world, &["findings"]);
    assert_eq!(reports["stray"][0]["tool"], "syft", "{reports}");
    assert_eq!(reports["stray"][0]["packages"], 2);
}

/// An image with the database of a Debian that has two packages.
fn layout(world: &World) -> PathBuf {
    let folder = world.root().join("layout");
    let blobs = folder.join("blobs/sha256");
    std::fs::create_dir_all(&blobs).unwrap();
    let put = |bytes: &[u8]| {
        let digest = hullbreach::model::digest::Digest::of(bytes);
        std::fs::write(blobs.join(digest.hex()), bytes).unwrap();
        (digest.to_string(), bytes.len())
    };
    let status = "Package: liblzma5\nStatus: install ok installed\nSource: xz-utils\nVersion: 5.6.1-1\nArchitecture: amd64\n\
        Maintainer: nobody\nDescription: x\n\nPackage: libssl3\nStatus: install ok installed\nSource: openssl\n\
        Version: 3.0.11-1\nArchitecture: amd64\nMaintainer: nobody\nDescription: x\n\n";
    let mut tar = tar::Builder::new(Vec::new());
    for (path, text) in [("var/lib/dpkg/status", status), ("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n")] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    let (layer, layer_size) = put(&tar.into_inner().unwrap());
    let config = json!({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": [layer]},
        "history": [{"created_by": "ADD x"}]});
    let (config, config_size) = put(config.to_string().as_bytes());
    let manifest = json!({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": config_size},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": layer, "size": layer_size}]});
    let (manifest, size) = put(manifest.to_string().as_bytes());
    let index = json!({"schemaVersion": 2, "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json",
        "digest": manifest, "size": size}]});
    std::fs::write(folder.join("index.json"), index.to_string()).unwrap();
    std::fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    folder
}
