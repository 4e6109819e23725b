//! Destroyed bytes are gone from every file, stay gone, and a signed tombstone says so.

use rusqlite::params;
use std::fs;

use crate::support::evidence::{Imported, import, observed, store};
use crate::support::{World, assert_clean, noise};
use hullbreach::case::store::blob::{self, Frame, Staged};
use hullbreach::case::{Case, CaseError};
use hullbreach::model::id::unhex;

/// Every file of the world that holds the bytes.
fn holding(world: &World, secret: &[u8]) -> Vec<String> {
    let finder = memchr::memmem::Finder::new(secret);
    let mut folders = vec![world.root().to_path_buf()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if finder.find(&fs::read(&path).unwrap()).is_some() {
                found.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

fn expunge(case: &mut Case, imported: &Imported) -> bool {
    let (state, _) = case.state().unwrap();
    let plan = case.plan_expunge(&state, imported.stored.hex()).unwrap();
    case.expunge(&plan, "a key was in it").unwrap()
}

/// A stretch of noise from the middle of what is stored for it: noise is kept as it is by the compressor.
fn needle(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.len() / 2..bytes.len() / 2 + 32]
}

#[test]
fn large_bytes_go_from_the_file_and_its_log() {
    let world = World::new();
    let mut case = world.new_case();
    let secret = noise("secret", 3 << 20);
    let imported = import(&mut case, "leak.bin", &secret);
    let other = import(&mut case, "other.bin", &noise("other", 100_000));
    assert!(!holding(&world, needle(&secret)).is_empty());
    assert!(expunge(&mut case, &imported));
    // Also while the case is still open.
    assert_eq!(holding(&world, needle(&secret)), Vec::<String>::new());
    for at in [0, 5_000, (1 << 20) - 32, 1 << 20, (3 << 20) - 32] {
        assert_eq!(holding(&world, &secret[at..at + 32]), Vec::<String>::new(), "{at}");
    }
    assert_clean(&case.verify().unwrap());
    assert!(blob::stat(case.conn(), &imported.stored).unwrap().unwrap().expunged);
    assert!(!blob::stat(case.conn(), &other.stored).unwrap().unwrap().expunged);
    drop(case);
    assert_eq!(holding(&world, needle(&secret)), Vec::<String>::new());
    assert!(!holding(&world, needle(&noise("other", 100_000))).is_empty());
}

#[test]
fn the_compressed_form_goes_too() {
    let world = World::new();
    let mut case = world.new_case();
    let secret = "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n".repeat(2_000).into_bytes();
    let packed = zstd::bulk::compress(&secret, 1).unwrap();
    let imported = import(&mut case, "env.txt", &secret);
    assert!(!holding(&world, &packed).is_empty());
    assert!(expunge(&mut case, &imported));
    assert_eq!(holding(&world, &packed), Vec::<String>::new());
    assert_eq!(holding(&world, b"wJalrXUtnFEMI"), Vec::<String>::new());
    let other = noise("observed", 60_000);
    let packed = zstd::bulk::compress(&observed("o.bin", &other), 1).unwrap();
    let imported = import(&mut case, "o.bin", &other);
    assert!(!holding(&world, needle(&packed)).is_empty());
    assert!(expunge(&mut case, &imported));
    assert_eq!(holding(&world, needle(&packed)), Vec::<String>::new());
}

/// Small bytes stand in one page with others and are moved when neighbours go; no page may keep what it once held.
#[test]
fn small_bytes_go_wherever_they_were_moved() {
    let left = |world: &World, case: &Case, gone: &[Vec<u8>]| {
        case.checkpoint().unwrap();
        gone.iter().filter(|s| !holding(world, needle(s)).is_empty()).count()
    };
    // Until one that went is still there: which one depends on how SQLite balances its trees.
    for round in 0..20 {
        let world = World::new();
        let mut case = world.new_case();
        let gone = destroyed_one_by_one(&mut case, round);
        if left(&world, &case, &gone) > 0 {
            let imported = import(&mut case, "leak.bin", &noise("leak", 500));
            assert!(expunge(&mut case, &imported));
            assert_eq!(left(&world, &case, &gone), 0);
            return;
        }
    }
    panic!("nothing was left behind, so this test no longer shows anything");
}

/// Stores many small blobs and destroys most of them, without writing the file anew; returns those.
fn destroyed_one_by_one(case: &mut Case, round: usize) -> Vec<Vec<u8>> {
    let secrets: Vec<Vec<u8>> = (0..120).map(|n| noise(&format!("{round} {n}"), 100 + (n * 37) % 1_500)).collect();
    let beside = |n: usize| [format!("observations of {n}\n").as_bytes(), &secrets[n]].concat();
    let gone: Vec<usize> = (0..120).filter(|n| !(n * 7 + round * 3).is_multiple_of(5)).collect();
    let stored: Vec<_> = (0..120)
        .map(|n| case.change("storing", |c| Ok([store(c, &secrets[n])?, store(c, &beside(n))?])).unwrap())
        .collect();
    for n in &gone {
        case.change("destroying", |change| {
            stored[*n].iter().for_each(|digest| blob::expunge(change.tx(), digest).unwrap());
            Ok(())
        })
        .unwrap();
    }
    gone.into_iter().map(|n| secrets[n].clone()).collect()
}

#[test]
fn what_a_killed_import_left_staged_goes_too() {
    let world = World::new();
    let mut case = world.new_case();
    let secret = noise("staged", 200_000);
    let imported = import(&mut case, "leak.bin", &secret);
    let dead = crate::case::storage::dead_holder(case.env());
    case.change("staging", |change| {
        let mut staged = Staged::begin(change.tx(), change.env().now(), &dead).unwrap();
        for frame in Frame::pack(&secret).unwrap() {
            staged.push(change.tx(), &frame).unwrap();
        }
        Ok(())
    })
    .unwrap();
    assert!(expunge(&mut case, &imported));
    assert_eq!(holding(&world, needle(&secret)), Vec::<String>::new());
}

#[test]
fn they_do_not_come_back() {
    let world = World::new();
    let mut case = world.new_case();
    let secret = noise("again", 50_000);
    let imported = import(&mut case, "leak.bin", &secret);
    expunge(&mut case, &imported);
    // From another place, so that it is another acquisition.
    let again = import(&mut case, "copy of leak.bin", &secret);
    assert_eq!(again.stored, imported.stored);
    case.checkpoint().unwrap();
    assert!(blob::stat(case.conn(), &again.stored).unwrap().unwrap().expunged);
    // The observations of the second reading are new bytes and repeat the secret: destroying it again gets them.
    assert!(expunge(&mut case, &again));
    assert_eq!(holding(&world, needle(&secret)), Vec::<String>::new());
    assert_clean(&case.verify().unwrap());
}

#[test]
fn bytes_that_were_never_here_do_not_come_later() {
    let world = World::new();
    let mut case = world.new_case();
    let secret = noise("later", 5_000);
    let imported = import(&mut case, "leak.bin", &secret);
    // A merged case: the events are here, the bytes are not.
    let raw = unhex(imported.stored.hex()).unwrap();
    case.change("losing", |change| Ok(change.tx().execute("DELETE FROM blob WHERE hash = ?1", params![raw]).unwrap()))
        .unwrap();
    expunge(&mut case, &imported);
    assert_clean(&case.verify().unwrap());
    case.change("storing", |change| store(change, &secret)).unwrap();
    case.checkpoint().unwrap();
    assert_eq!(holding(&world, needle(&secret)), Vec::<String>::new());
    assert_clean(&case.verify().unwrap());
}

#[test]
fn everything_read_from_them_goes() {
    let world = World::new();
    let mut case = world.new_case();
    let secret = noise("twice", 20_000);
    let first = import(&mut case, "a.bin", &secret);
    let second = import(&mut case, "b.bin", &secret);
    let (state, _) = case.state().unwrap();
    let plan = case.plan_expunge(&state, &format!("sha256:{}", &first.stored.hex()[..8].to_uppercase())).unwrap();
    assert_eq!(plan.places, ["/dump/a.bin", "/dump/b.bin"]);
    assert_eq!(plan.blobs, [first.stored, first.observations.clone(), second.observations.clone()]);
    let observed = |name: &str| observed(name, &secret).len() as u64;
    assert_eq!(plan.bytes, secret.len() as u64 + observed("a.bin") + observed("b.bin"));
    case.expunge(&plan, "leaked").unwrap();
    for digest in [&first.observations, &second.observations] {
        assert!(blob::stat(case.conn(), digest).unwrap().unwrap().expunged);
    }
    let (state, _) = case.state().unwrap();
    assert_eq!((state.expunged.len(), state.sources.len()), (3, 2));
    let event = state.events.last().unwrap();
    assert_eq!((event.envelope.kind.as_str(), event.envelope.anchors.len()), ("blob.expunged", 3));
}

#[test]
fn a_reader_that_holds_old_pages_is_told() {
    let world = World::new();
    let mut case = world.new_case();
    let imported = import(&mut case, "a.bin", &noise("held", 20_000));
    let reader = world.open("ben");
    reader.conn().execute_batch("BEGIN; SELECT count(*) FROM event").unwrap();
    case.conn().busy_timeout(std::time::Duration::from_millis(50)).unwrap();
    assert!(!expunge(&mut case, &imported));
    let told = |case: &Case| case.verify().unwrap().notes.iter().any(|n| n.contains("old pages"));
    assert!(told(&case));
    reader.conn().execute_batch("COMMIT").unwrap();
    // The next import begins with a sweep.
    case.sweep().unwrap();
    assert!(!told(&case));
    assert_eq!(holding(&world, needle(&noise("held", 20_000))), Vec::<String>::new());
}

#[test]
fn they_go_even_where_other_observations_are_damaged() {
    let world = World::new();
    let mut case = world.new_case();
    let secret = noise("unfoldable", 20_000);
    let imported = import(&mut case, "leak.bin", &secret);
    let other = import(&mut case, "other.bin", b"other");
    // The observations of something else were damaged.
    let raw = unhex(other.observations.hex()).unwrap();
    let packed = zstd::bulk::compress(b"no json", 1).unwrap();
    let sql = "UPDATE frame SET data = ?1, bytes = 7 WHERE blob = (SELECT id FROM blob WHERE hash = ?2)";
    case.change("damaging", |change| Ok(change.tx().execute(sql, params![packed, raw]).unwrap())).unwrap();
    let (state, _) = case.state().unwrap();
    let plan = case.plan_expunge(&state, imported.stored.hex()).unwrap();
    assert!(case.expunge(&plan, "leaked").unwrap());
    assert_eq!(holding(&world, needle(&secret)), Vec::<String>::new());
    assert!(case.verify().unwrap().problems.iter().any(|p| p.kind == "blob"), "the damage is still said");
    assert!(blob::stat(case.conn(), &imported.stored).unwrap().unwrap().expunged);
}

#[test]
fn a_wrong_name_destroys_nothing() {
    let world = World::new();
    let mut case = world.new_case();
    let imported = import(&mut case, "a.bin", b"kept");
    let (state, _) = case.state().unwrap();
    for bad in ["", "sha256:", &imported.stored.hex()[..5], "ffffff00", "zz"] {
        let error = case.plan_expunge(&state, bad).err().unwrap();
        assert!(matches!(error, CaseError::Refused(_)) && error.to_string().contains("no evidence"), "{error}");
    }
}
