//! Machines, devices and owners.

use super::*;
use hullbreach::model::fact::{Role, SeenState};

#[test]
fn an_edge_fleet_as_a_spreadsheet_exports_it() {
    let digest = sha('b');
    let table = format!(
        "\u{feff}Hostname;Plant;IT/OT;Container Image;Image Tag;Image Digest;Team;Serial Number;OS;Status;Last seen;root_password;Notes\r\n\
         plc-gw-01;Ulm;OT;registry.corp:5000/scada/edge;4.2;{digest};plant-ops;SN1;Yocto 4;running;2026-11-20 10:00;hunter22;\"line one\r\nline two; with \"\"quotes\"\"\"\r\n\
         kiosk-7;Graz;IT;\"a/b:1; c/d:2 | e/f:3\";;;retail;SN2;Debian 12;online;;;\r\n\
         bare-1;Graz;IT;-;;;retail;;;;;;\r\n\
         bad-1;Graz;gateway;Bad Image!;;;retail;;;;;;\r\n\
         \r\n\
         odd-1;Graz;gateway;nginx;;sha256:12;retail;;;;;;\r\n"
    );
    let whole = read(&table);
    assert_eq!(whole.format, Format::MachineTable);
    let written: Vec<&str> = uses(&whole).iter().map(|u| u.as_written.as_str()).collect();
    let pinned = format!("registry.corp:5000/scada/edge:4.2@{digest}");
    assert_eq!(written, [&pinned, "a/b:1", "c/d:2", "e/f:3", "nginx"]);
    assert_eq!(pointed(&whole), ["registry.corp:5000/scada/edge", "a/b:1", "c/d:2", "e/f:3", "nginx"]);
    assert!(uses(&whole).iter().all(|u| u.role == Role::Device));
    let states: Vec<Option<SeenState>> = uses(&whole).iter().map(|u| u.seen.as_ref().map(|s| s.state)).collect();
    assert_eq!(states, [Some(SeenState::Running), None, None, None, None]);
    let object = whole.items[0].object.as_ref().unwrap();
    assert_eq!(
        (object.kind.as_str(), object.namespace.as_str(), object.name.as_str(), &object.uid),
        ("Device", "Ulm", "plc-gw-01", &None)
    );
    assert_eq!(
        (object.details["technology"].as_str(), object.details["owner"].as_str()),
        (Some("OT"), Some("plant-ops"))
    );
    assert_eq!(whole.items[2].object.as_ref().unwrap().details["type"], "gateway");
    // The quoted newline counts as an editor counts it.
    let lines: Vec<&str> = whole.items.iter().map(|i| i.spot.pointer.as_str()).collect();
    assert_eq!(lines, ["line:2", "line:4", "line:8"]);
    let reasons = reasons(&whole);
    assert!(reasons[0].starts_with("line:5 a row without an image"), "{reasons:?}");
    assert!(reasons[1].starts_with("line:6 "), "{reasons:?}");
    assert!(reasons.iter().any(|r| r.starts_with("line:8 the digest is none")), "{reasons:?}");
    assert!(!whole.stored.contains("hunter22"));
    assert_eq!(whole.stored.lines().count(), table.lines().count());
    assert_eq!(whole.collected.times.last().unwrap().rfc3339(), "2026-11-20T10:00:00Z");
    assert!(!whole.collected.scope.complete);
}

#[test]
fn a_map_says_which_column_is_which() {
    let text = "anlage;stand;software\nplc-1;Ulm;nginx:1\n";
    let reason = word(text).unwrap_err();
    assert!(
        reason.contains("anlage, stand, software") && reason.contains("--as machine-csv --map image=COLUMN"),
        "{reason}"
    );
    let unmapped = read_as(Format::MachineTable, &Hints::default(), text);
    assert!(unmapped.items.is_empty() && unmapped.rejects.len() == 1, "{:?}", reasons(&unmapped));
    assert!(reasons(&unmapped)[0].starts_with("line:1 a column of images is missing"));
    let mut hints = Hints::default();
    for pair in ["image=Software", "host=anlage", "site=stand"] {
        hints.add(pair).unwrap();
    }
    let whole = read_as(Format::MachineTable, &hints, text);
    let object = whole.items[0].object.as_ref().unwrap();
    assert_eq!((object.name.as_str(), object.namespace.as_str()), ("plc-1", "Ulm"));
    assert_eq!(brief(&whole), ["device  nginx:1"]);
}

#[test]
fn machines_as_json() {
    for text in [
        "{\"host\":\"edge-1\",\"site\":\"Ulm\",\"images\":[\"a/b:1\",\"c/d:2\"],\"last_seen\":\"2026-11-20T10:00:00Z\",\"api_token\":\"hunter22\"}\n{\"host\":\"edge-2\",\"images\":[]}\n",
        "[{\"host\":\"edge-1\",\"site\":\"Ulm\",\"images\":\"a/b:1 c/d:2\",\"api_token\":\"hunter22\"},{\"host\":\"edge-2\",\"images\":7}]",
    ] {
        let whole = read(text);
        assert_eq!(whole.format, Format::MachineJson);
        assert_eq!(pointed(&whole)[..2], ["a/b:1", "c/d:2"]);
        assert_eq!(whole.items[0].object.as_ref().unwrap().namespace, "Ulm");
        assert!(!whole.stored.contains("hunter22"));
        assert!(!whole.collected.scope.complete);
    }
    let lines = read(
        "{\"host\":\"a\",\"image\":\"\"}\n{\"host\":\"b\",\"image\":{\"x\":1}}\n{\"host\":\"c\",\"image\":\"UPPER Case\"}\n",
    );
    assert_eq!(lines.items.len(), 0);
    assert!(
        reasons(&lines)[0].starts_with(" a row without an image") && lines.rejects.len() >= 3,
        "{:?}",
        reasons(&lines)
    );
}

#[test]
fn owners_and_criticality() {
    let whole = read(
        "Namespace,Workload,Team,Tier\npay,api,payments,1\nweb,,frontend,\n,,nobody,\npay,,,\n\"ops\nteam\",,x,2\n",
    );
    assert_eq!(whole.format, Format::OwnerTable);
    let rows: Vec<(&str, &str, &str)> = whole
        .items
        .iter()
        .map(|i| i.object.as_ref().unwrap())
        .map(|o| (o.kind.as_str(), o.name.as_str(), o.details["subject"].as_str().unwrap()))
        .collect();
    assert_eq!(
        rows,
        [("Ownership", "api", "workload"), ("Ownership", "web", "namespace"), ("Ownership", "ops\nteam", "namespace")]
    );
    assert_eq!(whole.items[0].object.as_ref().unwrap().namespace, "pay");
    assert!(uses(&whole).is_empty());
    assert_eq!(whole.rejects.iter().map(|r| r.locator.as_str()).collect::<Vec<_>>(), ["line:4", "line:5"]);
    let images = read("image;criticality\nregistry.corp/pay/api;high\n");
    assert_eq!(images.items[0].object.as_ref().unwrap().details["criticality"], "high");
}

#[test]
fn a_hundred_thousand_rows_stream() {
    let mut text = String::from("host,site,image,owner\n");
    for i in 0..100_000 {
        text.push_str(&format!(
            "edge-{i},plant-{},registry.corp/app-{}:1.{},team-{}\n",
            i % 40,
            i % 300,
            i % 7,
            i % 20
        ));
    }
    let (mut segments, mut splitter) = (Vec::new(), Splitter::new(Format::MachineTable, Limits::default()));
    let (mut largest, mut rows) = (0, 0);
    for chunk in text.as_bytes().chunks(256 << 10) {
        splitter.push(chunk, &mut segments).unwrap();
        for segment in segments.drain(..) {
            largest = largest.max(segment.bytes.len());
            let outcome = hullbreach::read::read_segment(Format::MachineTable, &segment, &Limits::default());
            assert!(outcome.rejects.is_empty());
            rows += outcome.items.len();
        }
    }
    splitter.finish(&mut segments).unwrap();
    for segment in segments {
        rows += hullbreach::read::read_segment(Format::MachineTable, &segment, &Limits::default()).items.len();
    }
    // No piece is more than a run of records, whatever the table's length.
    assert!(rows == 100_000 && largest < 64 << 10, "{rows} rows, largest piece {largest}");
}
