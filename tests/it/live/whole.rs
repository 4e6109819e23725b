//! A registry that answers everything: what its names lead to becomes images, edges and tag history, and nothing is asked twice.

use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::played::{Holds, Played};
use super::setting::{Setting, name};
use crate::support::assert_clean;
use crate::support::command::run;
use hullbreach::cli::Exit;
use hullbreach::model::digest::Digest;
use hullbreach::tui::stage::Stage;
use hullbreach::tui::theme::Theme;

/// A base, a child of it in an index with provenance, and the statement.
fn shop() -> (Holds, Digest, Digest) {
    let mut holds = Holds::default();
    let base = holds.image(&["debian", "certs"], json!({}));
    holds.tag("platform/base", "12", &base);
    let child = holds.image(&["debian", "certs", "api"], json!({"org.opencontainers.image.base.name": "debian:12"}));
    let statement = json!({"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{"name": "_", "digest": {"sha256": child.hex()}}],
        "predicate": {"buildDefinition": {"buildType": "x", "externalParameters": {},
            "resolvedDependencies": [{"uri": "pkg:docker/platform/toolchain@1", "digest": {"sha256": Digest::of(b"tool").hex()}}]},
            "runDetails": {"builder": {"id": "b"}}}});
    let attestation = holds.attestation(&statement);
    let index = holds.index(&child, Some(&attestation));
    holds.tag("pay/api", "1.2", &index);
    (holds, base, index)
}

#[test]
fn names_of_the_case_lead_to_indexes_manifests_configs_and_provenance() {
    let (holds, base, index) = shop();
    let played = Played::plain(holds);
    let host = played.host();
    let setting = Setting::new();
    let (api, platform) = (format!("{host}/pay/api:1.2"), format!("{host}/platform/base:12"));
    setting.uses(&[api.clone(), platform.clone()]);
    let ran = setting.collect(&host, &["--json"]).expect(Exit::Done);
    let document = ran.json();
    assert_eq!(name(&document, &api)["digest"], json!(index));
    assert_eq!(name(&document, &platform)["digest"], json!(base));
    let referrers = name(&document, &api)["referrers"].as_array().unwrap().clone();
    assert_eq!(referrers.len(), 1, "{referrers:#?}");
    assert_eq!((&referrers[0]["kind"], &referrers[0]["by"]), (&json!("attestation"), &json!("index")));
    assert_eq!((&document["alarms"], &document["gaps"]), (&json!([]), &json!([])));

    // Two images, and the child stands on the base by its layers.
    let child = referrers[0]["subject"].as_str().unwrap().split_once(':').unwrap().1[..32].to_owned();
    let graph = setting.json(&["graph"]);
    let edges: Vec<&Value> =
        graph["edges"].as_array().unwrap().iter().filter(|e| e["from"] == child.as_str()).collect();
    let to = &base.hex()[..32];
    assert!(
        edges.iter().any(|e| e["to"] == to && e["kind"] == "base" && e["proof"].to_string().contains("layers")),
        "{edges:#?}"
    );
    assert!(edges.iter().any(|e| e["kind"] == "build-input"), "provenance is lineage evidence: {graph:#}");
    assert_clean(&setting.world.verify());
    let kept = setting.keeps("hunter2", "config.json");
    assert!(kept.is_empty(), "a secret in a config's environment is stored: {kept:?}");
}

#[test]
fn heads_come_before_gets_no_layer_is_asked_for_and_nothing_twice() {
    let (holds, ..) = shop();
    let layers: BTreeSet<String> =
        ["debian", "certs", "api"].iter().map(|l| Digest::of(format!("gz {l}").as_bytes()).to_string()).collect();
    let played = Played::plain(holds);
    let host = played.host();
    let setting = Setting::new();
    setting.uses(&[format!("{host}/pay/api:1.2"), format!("{host}/platform/base:12")]);
    setting.collect(&host, &[]).expect(Exit::Done);
    let asked = played.asked();
    assert!(asked.iter().all(|line| !layers.iter().any(|layer| line.contains(layer.as_str()))), "{asked:#?}");
    assert!(asked.iter().all(|line| line.starts_with("GET ") || line.starts_with("HEAD ")), "{asked:#?}");
    let distinct: BTreeSet<&String> = asked.iter().collect();
    assert_eq!(distinct.len(), asked.len(), "asked twice: {asked:#?}");
    let head = asked.iter().position(|line| line == "HEAD /v2/pay/api/manifests/1.2").unwrap();
    let get = asked.iter().position(|line| line.starts_with("GET /v2/pay/api/manifests/")).unwrap();
    assert!(head < get, "{asked:#?}");

    // Again: what was read is left out; with --repeat tags are asked for, and no document.
    let ran = setting.collect(&host, &["--json"]).expect(Exit::Done);
    assert_eq!((&ran.json()["before"], played.asked().len()), (&json!(2), asked.len()), "{:#}", ran.json());
    setting.collect(&host, &["--repeat"]).expect(Exit::Done);
    let again: Vec<String> = played.asked().split_off(asked.len());
    assert!(again.iter().any(|line| line == "HEAD /v2/pay/api/manifests/1.2"), "{again:#?}");
    assert!(
        again.iter().all(|line| !line.contains("/blobs/") && !line.starts_with("GET /v2/pay/api/manifests/")),
        "{again:#?}"
    );
}

#[test]
fn a_tag_that_moves_between_two_readings_shows() {
    let (holds, ..) = shop();
    let played = Played::plain(holds);
    let host = played.host();
    let setting = Setting::new();
    let base = format!("{host}/platform/base:12");
    setting.uses(std::slice::from_ref(&base));
    setting.world.set_clock(1_773_735_600_000_000);
    let first = setting.collect(&host, &["--json"]).expect(Exit::Done).json();
    assert_eq!(first["moved"], json!([]));
    let moved = {
        let mut holds = played.shelf.lock().unwrap();
        let other = holds.image(&["debian", "backdoor"], json!({}));
        holds.tag("platform/base", "12", &other);
        other
    };
    setting.world.set_clock(1_773_739_200_000_000);
    let ran = setting.collect(&host, &["--repeat", "--json"]).expect(Exit::Done).json();
    assert_eq!((&ran["moved"], &name(&ran, &base)["digest"]), (&json!([base]), &json!(moved)));
    // The use stays unresolved: two digests are candidates.
    let shown = setting.json(&["image", moved.as_str()]);
    let history = &shown["tag_history"][0];
    assert_eq!((&history["moved"], history["entries"].as_array().unwrap().len()), (&json!("yes"), 2), "{shown:#}");
    assert!(history["entries"].to_string().contains("2026-03-17T09:20:00"), "{history:#}");
    setting.world.set_clock(1_773_742_800_000_000);
    let text = setting.collect(&host, &["--repeat"]).expect(Exit::Done).out();
    assert!(!text.contains("moved"), "a move is told once: {text}");
}

#[test]
fn a_pattern_asks_for_every_tag_of_the_repositories_that_fit() {
    let (mut holds, base, _) = shop();
    for tag in ["1", "2", "3", "4", "5"] {
        holds.tag("pay/web", tag, &base);
    }
    let played = Played::plain(holds);
    let host = played.host();
    let setting = Setting::new();
    let ran = setting.collect(&host, &[&format!("{host}/pay/*"), "--json"]).expect(Exit::Done).json();
    let names: Vec<&str> = ran["names"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    let wanted: Vec<String> = ["pay/api:1.2", "pay/web:1", "pay/web:2", "pay/web:3", "pay/web:4", "pay/web:5"]
        .iter()
        .map(|n| format!("{host}/{n}"))
        .collect();
    assert_eq!(names, wanted, "over three pages of two tags");
    let asked = played.asked();
    let gets = asked.iter().filter(|line| **line == format!("GET /v2/pay/web/manifests/{base}")).count();
    assert_eq!(gets, 1, "five tags of one image: {asked:#?}");
    assert!(!asked.iter().any(|line| line.contains("platform/base")), "{asked:#?}");
}

#[test]
fn referrers_are_found_by_the_api_and_by_tags() {
    for api in [true, false] {
        let (mut holds, base, _) = shop();
        let statement = json!({"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1",
            "subject": [{"name": "x", "digest": {"sha256": base.hex()}}], "predicate": {"buildDefinition":
            {"buildType": "x", "externalParameters": {}, "resolvedDependencies": []}, "runDetails": {"builder": {"id": "b"}}}});
        let attestation = holds.attestation(&statement);
        let signature = Digest::of(b"signature");
        let descriptors = vec![
            json!({"mediaType": super::played::MANIFEST, "digest": attestation, "size": 10, "artifactType": super::played::IN_TOTO}),
            json!({"mediaType": super::played::MANIFEST, "digest": signature, "size": 10,
                "artifactType": "application/vnd.cncf.notary.signature"}),
            json!({"mediaType": super::played::MANIFEST, "digest": "nonsense", "size": 10}),
        ];
        let tag = base.as_str().replace(':', "-");
        if api {
            holds.referrers = Some([(base.clone(), descriptors)].into());
        } else {
            let index = holds.manifest(super::played::INDEX, &json!({"schemaVersion": 2, "manifests": descriptors}));
            holds.tag("platform/base", &tag, &index);
            let sbom = holds.manifest(super::played::MANIFEST, &json!({"schemaVersion": 2, "layers": []}));
            holds.tag("platform/base", &format!("{tag}.sbom"), &sbom);
        }
        let played = Played::plain(holds);
        let host = played.host();
        let setting = Setting::new();
        let base = format!("{host}/platform/base:12");
        let ran = setting.collect(&host, &[&base, "--json"]).expect(Exit::Done).json();
        let mut kinds: Vec<String> = name(&ran, &base)["referrers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| {
                format!("{} by {}", r["kind"].as_str().unwrap(), r["by"].as_str().unwrap().split(' ').next().unwrap())
            })
            .collect();
        kinds.sort();
        let wanted: &[&str] = match api {
            true => &["attestation by referrers", "signature by referrers"],
            false => &["attestation by tag", "sbom by tag", "signature by tag"],
        };
        assert_eq!(kinds, wanted, "{ran:#}");
        let asked = played.asked();
        assert!(
            !asked.iter().any(|line| line.contains(signature.as_str())),
            "signatures are noted, not got: {asked:#?}"
        );
        assert!(
            asked.iter().any(|line| line == &format!("GET /v2/platform/base/manifests/{attestation}")),
            "{asked:#?}"
        );
        let evidence = setting.json(&["evidence"]);
        assert!(evidence["evidence"].as_array().unwrap().iter().any(|e| e["format"] == "attestation"), "{evidence:#}");
        let shown = setting.json(&["image", &base]);
        let kinds: Vec<&str> =
            shown["referrers"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect();
        let wanted: &[&str] = if api { &["signature", "attestation"] } else { &["signature", "attestation", "sbom"] };
        assert_eq!(kinds, wanted, "{shown:#}");
        let first = &shown["referrers"][0];
        assert_eq!((&first["digest"], &first["of"]), (&json!(signature), &json!("image")), "{first:#}");
        assert!(shown["referrers_asked"].is_string() && first["evidence"].is_string(), "{shown:#}");
        let text = run(&setting.env, ["image", &base]).expect(Exit::Done).out();
        assert!(text.contains("nothing of this was checked") && text.contains(signature.as_str()), "{text}");
        assert_clean(&setting.world.verify());
    }
}

#[test]
fn that_nothing_refers_to_an_image_is_said_where_a_registry_was_asked() {
    let (mut holds, ..) = shop();
    holds.referrers = Some([].into());
    let played = Played::plain(holds);
    let host = played.host();
    let setting = Setting::new();
    let base = format!("{host}/platform/base:12");
    setting.collect(&host, &[&base]).expect(Exit::Done);
    let shown = setting.json(&["image", &base]);
    assert_eq!(shown["referrers"], json!([]), "{shown:#}");
    assert!(shown["referrers_asked"].is_string(), "{shown:#}");
    let text = run(&setting.env, ["image", &base]).expect(Exit::Done).out();
    assert!(text.contains("nothing was listed on"), "{text}");
    let mut stage = Stage::new(&setting.env, Theme::named("mono").unwrap(), (120, 40));
    stage.open(&setting.world.path());
    stage.press("2 Enter Tab Tab");
    assert!(
        stage.text().contains("REFERS TO IT") && stage.text().contains("nothing was listed on"),
        "{}",
        stage.text()
    );
}

#[test]
fn a_platforms_manifest_leads_to_the_image_of_the_index_that_holds_it() {
    let (holds, _, index) = shop();
    let played = Played::plain(holds);
    let host = played.host();
    let setting = Setting::new();
    let api = format!("{host}/pay/api:1.2");
    setting.collect(&host, &[&api]).expect(Exit::Done);
    let whole = setting.json(&["image", &api]);
    let members = whole["members"].as_array().unwrap();
    let platforms: Vec<&str> = members.iter().map(|row| row["platform"].as_str().unwrap()).collect();
    assert_eq!(platforms, ["linux/amd64"], "what is attached is no platform: {whole:#}");
    assert!(members.iter().all(|row| row["index"] == json!(index)));
    let referrer = &whole["referrers"][0];
    assert_eq!((&referrer["kind"], &referrer["of"]), (&json!("attestation"), &json!("member")), "{whole:#}");
    for row in members {
        let digest = row["digest"].as_str().unwrap();
        let at = format!("{host}/pay/api@{digest}");
        for selector in [digest, &digest[..20], &digest[7..15], &format!("digest:{digest}"), &at] {
            let found = setting.json(&["image", selector]);
            let own = row["image"].as_str().unwrap_or(whole["image"]["id"].as_str().unwrap());
            assert_eq!(found["image"]["id"], own, "{selector}: {found:#}");
        }
    }
    let text = run(&setting.env, ["image", &api]).expect(Exit::Done).out();
    assert!(text.contains("its index holds 1 manifest") && text.contains("linux/amd64"), "{text}");
    let unknown = format!("sha256:{}", "0".repeat(64));
    let missed = run(&setting.env, ["image", &unknown]);
    assert!(missed.exit == Exit::Failed && missed.err().contains("no image is known as"), "{}", missed.err());
}

#[test]
fn only_what_is_affected_is_asked_for_with_what_it_stands_on() {
    let (mut holds, ..) = shop();
    let other = holds.image(&["alpine", "curl"], json!({"org.opencontainers.image.base.name": "scratch"}));
    holds.tag("tools/curl", "8", &other);
    let played = Played::plain(holds);
    let host = played.host();
    let setting = Setting::new();
    let (api, base, curl) =
        (format!("{host}/pay/api:1.2"), format!("{host}/platform/base:12"), format!("{host}/tools/curl@{other}"));
    setting.uses(&[api.clone(), base.clone(), curl.clone()]);
    let affected = |more: &[&str]| {
        let fixed = ["collect", "registry", "--affected", "--repeat", "--plain-http", &host];
        run(&setting.env, fixed.iter().chain(more)).expect(Exit::Done).out()
    };
    affected(&[]);
    assert_eq!(played.asked().len(), 0, "without an indicator nothing is affected");
    setting.collect(&host, &[]).expect(Exit::Done);
    let before = played.asked().len();
    run(&setting.env, ["indicator", "add", &format!("repo:{host}/pay/*"), "--state", "suspect"]).expect(Exit::Done);
    let plan = affected(&["--dry-run"]);
    assert!(plan.contains(&api) && plan.contains(&base), "with what it stands on: {plan}");
    assert!(!plan.contains(&curl), "{plan}");
    assert_eq!(played.asked().len(), before, "a plan asks nobody");
    affected(&[]);
    let asked = played.asked().split_off(before).join("\n");
    assert!(asked.contains("/v2/pay/api/") && !asked.contains("/v2/tools/curl/"), "{asked}");
}
