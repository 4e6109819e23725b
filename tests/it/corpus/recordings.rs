//! Every recording of the API server and of `kubectl`, against the expectation that was worked out without the readers.

use std::collections::BTreeSet;

use hullbreach::model::reading::Status;

use super::{assert_same, files, folder, import};
use crate::words::{Expected, expected};

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_recordings_hold_exactly_the_expected_images() {
    let expected = expected();
    let mut wrong = Vec::new();
    for file in files(&folder("kubernetes")) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        if !as_expected(&name, &import(&file), &expected[&name]) {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}: what differs is printed above");
}

fn as_expected(name: &str, seen: &super::Seen, expected: &Expected) -> bool {
    // What a page says is read, but the other pages are missing: a responder must be told.
    let status = if expected.continues { Status::Partial } else { expected.status };
    let status = seen.status == status && seen.continues == expected.continues;
    let reason = seen.reason.is_empty() == (seen.status == Status::Read);
    if !status || !reason {
        eprintln!(
            "{name}: {:?}, not {:?}; continues {}: {}",
            seen.status, expected.status, seen.continues, seen.reason
        );
    }
    let asked = assert_same(name, &seen.asked, expected.images.iter().map(String::as_str));
    let kept = assert_same(&format!("{name} node cache"), &seen.kept, expected.node_cache.iter().map(String::as_str));
    let named: BTreeSet<&String> =
        [&expected.images, &expected.node_cache, &expected.events].into_iter().flatten().collect();
    let missing: Vec<&String> = expected.events.iter().filter(|event| !seen.all.contains(*event)).collect();
    let invented: Vec<&String> = seen.all.iter().filter(|found| !named.contains(found)).collect();
    if !missing.is_empty() || !invented.is_empty() {
        eprintln!("{name}: events missing {missing:?}, invented {invented:?}");
    }
    status && reason && asked && kept && missing.is_empty() && invented.is_empty()
}
