//! Whatever bytes a file has, opening, verifying and writing end with an answer.

use sha2::{Digest as _, Sha256};
use std::fs;

use crate::support::evidence::{import, note};
use crate::support::{World, noise};
use hullbreach::case::{Access, Case};

fn draws(seed: u64) -> impl Iterator<Item = usize> {
    (0u64..).map(move |n| {
        let block = Sha256::digest([seed.to_be_bytes(), n.to_be_bytes()].concat());
        usize::from_be_bytes(block[..8].try_into().unwrap())
    })
}

fn made() -> (World, Vec<u8>) {
    let world = World::new();
    let mut case = world.new_case();
    import(&mut case, "a.json", b"{\"kind\":\"PodList\"}\n");
    import(&mut case, "b.log", &noise("b", 40_000));
    drop(case);
    let bytes = fs::read(world.path()).unwrap();
    (world, bytes)
}

/// True where something was found to be wrong.
fn looked_at(world: &World, bytes: &[u8], n: u64) -> bool {
    let path = world.cases().join(format!("flipped-{n}.case"));
    fs::write(&path, bytes).unwrap();
    let found = match Case::open(&path, Access::Read, &world.ana()) {
        Err(_) => true,
        Ok(case) => case.verify().map_or(true, |report| !report.ok),
    };
    if let Ok(mut case) = Case::open(&path, Access::Write, &world.ana()) {
        let _ = case.state().map(|(state, _)| (state.fingerprint(), state.frontier()));
        let _ = case.change("noting", |change| change.append(vec![note("still here")]));
        let _ = case.sweep();
    }
    fs::remove_file(&path).unwrap();
    found
}

#[test]
fn flipped_bytes_are_answered() {
    let (world, whole) = made();
    assert!(!looked_at(&world, &whole, 0));
    let mut found = 0;
    for n in 0..100 {
        let mut bytes = whole.clone();
        let mut draws = draws(n);
        // One to eight flips; every other time within the first pages, where header and schema are.
        let end = if n % 2 == 0 { bytes.len() } else { 3 * 8192 };
        for _ in 0..=(n % 8) {
            let (at, bit) = (draws.next().unwrap() % end, draws.next().unwrap() % 8);
            bytes[at] ^= 1 << bit;
        }
        found += usize::from(looked_at(&world, &bytes, n));
    }
    // Flips in unused space are harmless; the others must not go unnoticed.
    assert!(found > 30, "{found}");
}

#[test]
fn a_truncated_file_is_answered() {
    let (world, whole) = made();
    for n in 0..40 {
        let length = draws(1_000 + n).next().unwrap() % whole.len();
        assert!(looked_at(&world, &whole[..length], n), "{length}");
    }
}

#[test]
fn foreign_bytes_in_the_log_are_answered() {
    let (world, whole) = made();
    for n in 0..10 {
        let path = world.cases().join(format!("logged-{n}.case"));
        fs::write(&path, &whole).unwrap();
        fs::write(world.cases().join(format!("logged-{n}.case-wal")), noise(&n.to_string(), 9_000)).unwrap();
        let case = Case::open(&path, Access::Write, &world.ana()).unwrap();
        assert!(case.verify().unwrap().ok);
    }
}
