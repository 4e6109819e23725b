//! `verify` finds what was done to stored bytes, each with SQL on a real file.

use crate::support::evidence::{Imported, import, store};
use crate::support::{World, assert_clean, assert_found, noise, tamper};
use hullbreach::case::verify::Report;

/// A case with one piece of evidence of three frames.
fn made() -> (World, Imported) {
    let world = World::new();
    let mut case = world.new_case();
    let imported = import(&mut case, "registry.log", &noise("log", (2 << 20) + 100));
    drop(case);
    assert_clean(&world.verify());
    (world, imported)
}

/// `EVIDENCE` in the SQL stands for the row of the evidence.
fn after(sql: &str) -> Report {
    let (world, imported) = made();
    let row = format!("(SELECT id FROM blob WHERE hash = x'{}')", imported.stored.hex());
    tamper::run(&world.path(), &sql.replace("EVIDENCE", &row));
    world.verify()
}

#[track_caller]
fn only(report: &Report, kind: &str, word: &str) {
    assert!(!report.ok && report.problems.iter().all(|p| p.kind == kind), "{:#?}", report.problems);
    assert!(report.problems.iter().any(|p| p.detail.contains(word)), "{:#?}", report.problems);
}

#[test]
fn a_changed_byte() {
    let flip = "UPDATE frame SET data = CAST(substr(data, 1, 500) || x'ff00ff' || substr(data, 504) AS BLOB) \
                WHERE blob = EVIDENCE AND n = 1";
    only(&after(flip), "blob", "changed");
    // Packed anew by someone who knows the format.
    let (world, imported) = made();
    let forged = zstd::bulk::compress(&noise("forged", 1 << 20), 1).unwrap();
    let changed = tamper::raw(&world.path())
        .execute(
            &format!(
                "UPDATE frame SET data = ?1 WHERE n = 0 AND blob = (SELECT id FROM blob WHERE hash = x'{}')",
                imported.stored.hex()
            ),
            [forged],
        )
        .unwrap();
    assert_eq!(changed, 1);
    only(&world.verify(), "blob", "");
}

#[test]
fn a_missing_piece() {
    for n in 0..3 {
        only(&after(&format!("DELETE FROM frame WHERE blob = EVIDENCE AND n = {n}")), "blob", "");
    }
}

#[test]
fn a_missing_blob() {
    only(
        &after("DELETE FROM frame WHERE blob = EVIDENCE; DELETE FROM blob WHERE id = EVIDENCE"),
        "blob",
        "not in the file",
    );
    let left_behind = after("DELETE FROM blob WHERE id = EVIDENCE");
    assert_found(&left_behind, "blob");
    assert_found(&left_behind, "blob-unclaimed");
}

#[test]
fn sizes_and_places_that_lie() {
    for lie in [
        "UPDATE blob SET bytes = 1 WHERE id = EVIDENCE",
        "UPDATE blob SET lines = lines + 1 WHERE id = EVIDENCE",
        "UPDATE blob SET frames = 99 WHERE id = EVIDENCE",
        "UPDATE frame SET first_byte = 5 WHERE blob = EVIDENCE AND n = 1",
        "UPDATE frame SET first_byte = -5 WHERE blob = EVIDENCE AND n = 1",
        "UPDATE frame SET first_line = 5000000 WHERE blob = EVIDENCE AND n = 1",
        "UPDATE frame SET bytes = bytes - 1 WHERE blob = EVIDENCE AND n = 2",
        "UPDATE frame SET bytes = 9223372036854775807 WHERE blob = EVIDENCE AND n = 2",
        "UPDATE frame SET bytes = -1 WHERE blob = EVIDENCE AND n = 2",
        "UPDATE frame SET n = n + 1 WHERE blob = EVIDENCE AND n = 2",
        "INSERT INTO frame (blob, n, first_byte, bytes, first_line, data) VALUES (EVIDENCE, 77, 0, 0, 0, x'00')",
        "UPDATE blob SET hash = zeroblob(5) WHERE id = EVIDENCE",
    ] {
        assert_found(&after(lie), "blob");
    }
}

#[test]
fn an_unclaimed_blob() {
    let (world, _) = made();
    world.open("ana").change("hiding", |change| store(change, b"planted").map(|_| ())).unwrap();
    only(&world.verify(), "blob-unclaimed", "no event names it");
}

#[test]
fn bytes_removed_without_a_word() {
    let quietly = "DELETE FROM frame WHERE blob = EVIDENCE; UPDATE blob SET state = 2 WHERE id = EVIDENCE";
    only(&after(quietly), "blob", "no event says");
}

#[test]
fn bytes_that_an_event_says_were_destroyed() {
    let (world, imported) = made();
    let mut case = world.open("ana");
    let kept: Vec<u8> = case
        .conn()
        .query_row(
            "SELECT data FROM frame WHERE n = 2 AND blob = (SELECT id FROM blob WHERE hash = ?1)",
            [imported.stored.hex()].map(unhex),
            |r| r.get(0),
        )
        .unwrap();
    let (state, _) = case.state().unwrap();
    let plan = case.plan_expunge(&state, imported.stored.hex()).unwrap();
    case.expunge(&plan, "a password").unwrap();
    assert_clean(&case.verify().unwrap());
    let row: i64 = case
        .conn()
        .query_row("SELECT id FROM blob WHERE hash = ?1", [unhex(imported.stored.hex())], |r| r.get(0))
        .unwrap();
    drop(case);
    let insert = "INSERT INTO frame (blob, n, first_byte, bytes, first_line, data) VALUES (?1, 0, 0, 100, 0, ?2)";
    tamper::raw(&world.path()).execute(insert, (row, kept)).unwrap();
    only(&world.verify(), "blob", "still here");
    tamper::run(&world.path(), &format!("UPDATE blob SET state = 1 WHERE id = {row}"));
    only(&world.verify(), "blob", "they are here");
}

fn unhex(text: &str) -> Vec<u8> {
    hullbreach::model::id::unhex(text).unwrap()
}
