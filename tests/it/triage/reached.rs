//! Since when an image is as urgent as it is: reports, catalogues and owners' words count from when they told it, once.

use serde_json::{Value, json};

use super::{row, verified};
use crate::cli::piped;
use crate::scans::{pod, pods, trivy, vulnerability};
use crate::support::World;
use hullbreach::cli::Exit;

const API: &str = "registry.example/pay/api:7";

/// A time of the day on which the case begins, at eight.
fn at(hour: &str) -> String {
    format!("2026-03-17T{hour}:00Z")
}

fn inventory() -> (&'static str, String) {
    let mut pod = pod("api", API, '1');
    pod["metadata"]["namespace"] = json!("shop");
    pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"] = json!("2026-03-01T00:00:00Z");
    ("pods.json", pods(&[pod]).to_string())
}

fn report(hour: &str, ids: &[&str]) -> String {
    let found: Vec<Value> =
        ids.iter().map(|id| vulnerability(id, &format!("lib{}", &id[9..]), "1.0", "CRITICAL", 'a')).collect();
    let mut report = trivy(API, 'f', '1', &['a'], json!(found));
    report["CreatedAt"] = json!(at(hour));
    report.to_string()
}

fn catalogue(hour: &str) -> String {
    json!({"title": "CISA", "catalogVersion": "2026.03.17", "dateReleased": at(hour), "count": 1,
        "vulnerabilities": [{"cveID": "CVE-2024-0002", "dateAdded": "2026-03-17"}]})
    .to_string()
}

/// Imports files: the pods as of seven, the others as of the time that they say.
fn add(world: &World, files: &[(&str, String)]) {
    for (name, text) in files {
        let hour = if *name == "pods.json" { Some("07:00") } else { None };
        import(world, name, text, hour);
    }
}

fn import(world: &World, name: &str, text: &str, hour: Option<&str>) {
    let path = world.root().join(name);
    std::fs::write(&path, text).unwrap();
    let hour = hour.map(at);
    let as_of = hour.iter().flat_map(|time| ["--as-of", time.as_str()]);
    let arguments: Vec<&str> = ["import"].into_iter().chain(as_of).chain([path.to_str().unwrap()]).collect();
    piped(&world.ana(), &arguments).ended(Exit::Done);
}

fn case_of(files: &[(&str, String)]) -> World {
    let world = World::new();
    drop(world.new_case());
    add(&world, files);
    world
}

/// Priority, and the hour in which it was reached.
fn reached(world: &World) -> (String, String) {
    let row = row(&world.ana(), API.rsplit_once(':').unwrap().0);
    let word = |key: &str| row[key].as_str().unwrap().to_owned();
    (word("priority"), word("reached")[11..16].to_owned())
}

#[test]
fn an_image_is_urgent_since_the_word_that_made_it_so_and_the_same_word_again_makes_nothing_later() {
    let world = case_of(&[inventory(), ("first.json", report("09:00", &["CVE-2024-0001"]))]);
    let (before, _) = reached(&world);
    add(&world, &[("second.json", report("10:00", &["CVE-2024-0001", "CVE-2024-0002"]))]);
    add(&world, &[("kev.json", catalogue("12:00"))]);
    let urgent = reached(&world);
    assert!(urgent.0 < before, "P1 is more urgent than {before}: {urgent:?}");
    assert_eq!(urgent.1, "12:00", "the catalogue told it");
    verified(&world.ana());
    for (name, text) in [
        ("again.json", catalogue("18:00")),
        ("third.json", report("19:00", &["CVE-2024-0002"])),
        ("epss.csv", "#score_date:2026-03-17T20:00:00Z\ncve,epss,percentile\nCVE-2024-0002,0.5,0.9\n".to_owned()),
    ] {
        add(&world, &[(name, text)]);
        assert_eq!(reached(&world), urgent, "{name}");
    }
    verified(&world.ana());
    // A copy that knew it earlier tells that it was known then; but nobody had found it before ten.
    add(&world, &[("earlier.json", catalogue("08:30"))]);
    assert_eq!(reached(&world), (urgent.0, "10:00".to_owned()));
    verified(&world.ana());
}

#[test]
fn the_order_of_reports_and_catalogues_plays_no_part_in_since_when() {
    let files = [
        inventory(),
        ("first.json", report("09:00", &["CVE-2024-0001"])),
        ("second.json", report("10:00", &["CVE-2024-0001", "CVE-2024-0002"])),
        ("third.json", report("19:00", &["CVE-2024-0002"])),
        ("kev.json", catalogue("12:00")),
        ("again.json", catalogue("18:00")),
    ];
    let mut turned = files.clone();
    turned.reverse();
    let wanted = reached(&case_of(&files));
    assert_eq!((reached(&case_of(&turned)), wanted.1.as_str()), (wanted.clone(), "12:00"));
}

#[test]
fn what_was_known_before_the_case_began_is_urgent_since_it_began() {
    let world =
        case_of(&[inventory(), ("first.json", report("07:00", &["CVE-2024-0002"])), ("kev.json", catalogue("06:00"))]);
    assert_eq!(reached(&world).1, "08:00");
}

#[test]
fn an_owner_who_says_that_an_image_is_critical_makes_it_urgent_from_then_on() {
    let owners = |level: &str| format!("image,owner,criticality\nregistry.example/pay/api:7,pay,{level}\n");
    let world = case_of(&[inventory(), ("first.json", report("09:00", &["CVE-2024-0001"]))]);
    let (before, _) = reached(&world);
    import(&world, "owners.csv", &owners("critical"), Some("14:00"));
    let urgent = reached(&world);
    assert!(urgent.0 < before && urgent.1 == "14:00", "{before} {urgent:?}");
    import(&world, "owners-again.csv", &owners("critical"), Some("17:00"));
    assert_eq!(reached(&world), urgent, "saying it again gives no more time");
    verified(&world.ana());
}

#[test]
fn an_override_asks_again_when_another_vulnerability_of_the_same_kind_comes() {
    let world = case_of(&[inventory(), ("first.json", report("09:00", &["CVE-2024-0001"]))]);
    let env = world.ana();
    let said = ["triage", "set", API, "--priority", "P3", "--reason", "the parser is not reached"];
    piped(&env, &said).ended(Exit::Done);
    let asks = || row(&env, "registry.example/pay/api")["asks_again"].clone();
    assert_eq!(asks(), json!(false));
    add(&world, &[("same.json", report("10:00", &["CVE-2024-0001"]))]);
    assert_eq!(asks(), json!(false), "the same was found again");
    let before = row(&env, "registry.example/pay/api");
    add(&world, &[("more.json", report("11:00", &["CVE-2024-0001", "CVE-2024-0003"]))]);
    let after = row(&env, "registry.example/pay/api");
    assert_eq!((&after["exploitability"], &after["asks_again"]), (&before["exploitability"], &json!(true)));
    let why = piped(&env, &["explain", "pay/api"]).ended(Exit::Done).stdout;
    assert!(why.contains("vulnerabilities=CVE-2024-0001"), "{why}");
    verified(&env);
}

#[test]
fn what_a_person_made_p0_is_there_because_of_that_person() {
    let world = case_of(&[inventory(), ("first.json", report("09:00", &["CVE-2024-0001"]))]);
    let env = world.ana();
    let name = "registry.example/pay/api";
    assert_eq!(row(&env, name)["cause"], "vulnerability");
    piped(&env, &["triage", "set", API, "--priority", "P0", "--reason", "seen in the logs"]).ended(Exit::Done);
    assert_eq!((&row(&env, name)["priority"], &row(&env, name)["cause"]), (&json!("P0"), &json!("by hand")));
    piped(&env, &["triage", "set", API, "--priority", "P3", "--reason", "it was not"]).ended(Exit::Done);
    assert_eq!(row(&env, name)["cause"], "vulnerability");
}
