//! Limits: a word on what to do, the good part kept, the rest counted.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Cursor, Write as _};
use std::sync::atomic::AtomicBool;

use super::pods::{bulky, list, pod};
use crate::support::{World, assert_clean};
use hullbreach::case::Case;
use hullbreach::case::query::sources::{SourceRow, sources};
use hullbreach::model::acquisition::{Origin, OriginKind};
use hullbreach::model::reading::Status;
use hullbreach::read::Limits;
use hullbreach::work::import::{Content, Input, Options, Report, Silent, import};

/// Imports bytes under limits into a new case, which is whole afterwards.
fn imported(bytes: Vec<u8>, limits: Limits) -> (World, Case, Report) {
    let world = World::new();
    let mut case = world.new_case();
    let origin = Origin { kind: OriginKind::Stdin, host: "h".into(), root: String::new(), path: "-".into() };
    let content = Content::Reader(Box::new(Cursor::new(bytes)));
    let input = Input { origin, content, modified: None, bytes: None, context: None, as_of: None };
    let options = Options { limits, ..Options::default() };
    let report = import(&mut case, vec![input], &options, &Silent, &AtomicBool::new(false)).unwrap();
    assert_clean(&case.verify().unwrap());
    (world, case, report)
}

fn five_pods() -> Vec<u8> {
    let names = ["a", "b", "c", "d", "e"];
    let pods: Vec<_> = names.iter().map(|n| pod("web", n, n, "n1", "nginx:1", 1)).collect();
    list(&pods).to_string().into_bytes()
}

fn source(case: &Case) -> SourceRow {
    sources(case.conn()).unwrap().remove(0)
}

#[test]
fn an_item_beyond_the_size_limit_is_named_and_those_before_it_count() {
    let mut pods: Vec<_> = ["a", "b", "c"].iter().map(|n| pod("web", n, n, "n1", "nginx:1", 1)).collect();
    pods[2]["metadata"]["annotations"] = serde_json::json!({"x": "y".repeat(5_000)});
    let bytes = list(&pods).to_string().into_bytes();
    let size = bytes.len() as u64;
    let (_world, case, report) = imported(bytes, Limits { segment: 2_000, ..Limits::default() });
    let row = &report.evidence[0];
    assert_eq!((row.status, report.uses.total), (Status::Partial, 2), "{row:?}");
    assert!(row.rejected_total >= 1 && row.rejected[0].locator.contains("/items/2"), "{:?}", row.rejected);
    assert!(row.rejected[0].reason.contains("2000 bytes") && row.rejected[0].reason.contains("split the file"));
    assert!(report.has_gaps());
    assert!(!source(&case).complete, "a list with a hole cannot say what is gone");
    assert!(row.bytes <= size);
}

#[test]
fn items_beyond_their_number_are_named_and_those_before_count() {
    let bytes = five_pods();
    let size = bytes.len() as u64;
    let (_world, case, report) = imported(bytes, Limits { items: 2, ..Limits::default() });
    let row = &report.evidence[0];
    assert_eq!((row.status, report.uses.total), (Status::Partial, 2), "{row:?}");
    assert!(row.rejected[0].reason.contains("limit of 2") && row.rejected[0].reason.contains("namespace by namespace"));
    assert_eq!(row.bytes, size, "the evidence is stored whole all the same");
    assert!(!source(&case).complete && source(&case).reason.contains("limit of 2"));
}

#[test]
fn bytes_beyond_the_total_are_named_and_those_before_count() {
    let (_world, case, report) = imported(five_pods(), Limits { total: 1_000, ..Limits::default() });
    let row = &report.evidence[0];
    assert_eq!(row.status, Status::Partial, "{row:?}");
    assert!((1..5).contains(&report.uses.total), "{:?}", report.uses);
    assert!(row.bytes <= 1_000);
    assert!(row.reason.contains("1000 bytes") && row.reason.contains("split the file"), "{}", row.reason);
    assert!(row.rejected_total >= 1 && !source(&case).complete);
}

fn gzip(parts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    parts.into_iter().for_each(|part| encoder.write_all(&part).unwrap());
    encoder.finish().unwrap()
}

#[test]
fn a_bomb_ends_at_its_limit_and_what_came_before_counts() {
    let mut bytes = five_pods();
    let end = bytes.split_off(bytes.len() - 100);
    let bomb = |blanks: usize| gzip([bytes.clone(), vec![b' '; blanks], end.clone()]);
    let (_world, case, report) = imported(bomb(3 << 20), Limits { total: 1 << 20, ..Limits::default() });
    assert!(report.evidence[0].reason.contains("1048576 bytes"), "{:?}", report.evidence[0]);
    assert_eq!(report.uses.total, 4);
    let stored: i64 = case.conn().query_row("SELECT sum(length(data)) FROM frame", [], |r| r.get(0)).unwrap();
    assert!(stored < 100_000, "{stored}");
    let (_world, case, report) = imported(bomb(17 << 20), Limits::default());
    assert!(report.evidence[0].reason.contains("200 times"), "{:?}", report.evidence[0]);
    assert!(report.evidence[0].reason.contains("decompress it yourself"));
    assert!(!source(&case).complete);
}

#[test]
fn a_damaged_archive_gives_what_can_be_unpacked() {
    let mut bytes = gzip([bulky("x", 20, 20_000)]);
    bytes.truncate(bytes.len() / 2);
    let (_world, case, report) = imported(bytes, Limits::default());
    let row = &report.evidence[0];
    assert!(row.reason.contains("gzip stream is damaged or cut off"), "{row:?}");
    assert!((1..20).contains(&report.uses.total), "{:?}", report.uses);
    assert!(!source(&case).complete);
}

#[test]
fn what_nests_too_deep_is_rejected_alone() {
    let mut pods: Vec<_> = ["a", "b", "c"].iter().map(|n| pod("web", n, n, "n1", "nginx:1", 1)).collect();
    let deep = (0..60).fold(serde_json::json!(1), |inner, _| serde_json::json!([inner]));
    pods[1]["spec"]["deep"] = deep;
    let bytes = list(&pods).to_string().into_bytes();
    let (_world, _case, report) = imported(bytes, Limits { depth: 40, ..Limits::default() });
    assert_eq!((report.evidence[0].rejected_total, report.uses.total), (1, 2), "{:?}", report.evidence[0]);
}
