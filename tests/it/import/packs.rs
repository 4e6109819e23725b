//! Small files share packs: each can be checked, damaged and destroyed by itself.

use std::fs;

use super::pods::{case, dumps, events, one, state, write};
use crate::support::command::{arg, run};
use crate::support::tamper::raw;
use crate::support::{World, noise};
use hullbreach::case::store::blob::{BlobReader, stat};
use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;
use hullbreach::env::Env;
use hullbreach::model::digest::Digest;
use std::io::Read as _;

const FILES: usize = 40;

/// A case with many small files; the ids of their stored copies, in the order of the files.
fn made() -> (World, Env, Vec<Digest>) {
    let world = World::new();
    let env = case(&world, "hub");
    let folder = dumps(&world).join("small");
    for n in 0..FILES {
        write(&folder.join(format!("{n:02}.json")), one(&format!("pod{n}")), 1);
    }
    run(&env, ["import", &arg(&folder)]).expect(Exit::Done);
    let case = open(&world, &env);
    let mut stored: Vec<(String, Digest)> = case
        .state()
        .unwrap()
        .0
        .sources
        .into_values()
        .map(|s| s.acquisition)
        .map(|a| (a.origin.path, a.stored.unwrap()))
        .collect();
    stored.sort();
    (world, env, stored.into_iter().map(|(_, digest)| digest).collect())
}

fn open(world: &World, env: &Env) -> Case {
    Case::open(&world.cases().join("hub.case"), Access::Read, env).unwrap()
}

fn bytes(case: &Case, digest: &Digest) -> Vec<u8> {
    let mut bytes = Vec::new();
    let found = stat(case.conn(), digest).unwrap().unwrap();
    BlobReader::new(case.conn(), found.row).read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn many_files_take_few_frames_and_few_events() {
    let (world, env, stored) = made();
    let case = open(&world, &env);
    let count = |sql: &str| case.conn().query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM frame"), 2, "one of copies, one of observations");
    assert_eq!(count("SELECT count(*) FROM blob WHERE state = 1"), 2 * FILES as i64);
    assert_eq!(events(&env), 4, "genesis, joined, acquired, read");
    for (n, digest) in stored.iter().enumerate() {
        let copy = bytes(&case, digest);
        assert_eq!((&Digest::of(&copy), copy), (digest, one(&format!("pod{n}"))));
        let found = stat(case.conn(), digest).unwrap().unwrap();
        let mut rest = Vec::new();
        BlobReader::starting_at(case.conn(), found.row, 5).unwrap().read_to_end(&mut rest).unwrap();
        assert_eq!(rest, one(&format!("pod{n}"))[5..]);
    }
    let shown = run(&env, ["evidence", "show", stored[7].hex(), "--at", "/items/0/spec/containers/0/image"]);
    assert!(shown.expect(Exit::Done).out().contains("shop/pod7:1"));
}

#[test]
fn one_is_destroyed_and_its_neighbours_stay() {
    let (world, env, stored) = made();
    run(&env, ["expunge", stored[3].hex(), "--reason", "leaked"]).expect(Exit::Done);
    let case = open(&world, &env);
    assert!(stat(case.conn(), &stored[3]).unwrap().unwrap().expunged);
    for (n, digest) in stored.iter().enumerate().filter(|(n, _)| *n != 3) {
        assert_eq!(bytes(&case, digest), one(&format!("pod{n}")));
    }
    let packs: Vec<Vec<u8>> = frames(&case);
    assert!(!packs.iter().any(|raw| memchr::memmem::find(raw, b"shop/pod3:").is_some()), "in no pack");
    assert!(packs.iter().any(|raw| memchr::memmem::find(raw, b"shop/pod4:").is_some()));
    drop(case);
    state(&env);
    // It does not come back.
    let before = events(&env);
    run(&env, ["import", &arg(&dumps(&world).join("small"))]).expect(Exit::Done);
    assert_eq!(events(&env), before);
}

fn frames(case: &Case) -> Vec<Vec<u8>> {
    let mut statement = case.conn().prepare("SELECT data, bytes FROM frame").unwrap();
    let rows = statement.query_map([], |r| Ok((r.get::<_, Vec<u8>>(0)?, r.get::<_, i64>(1)? as usize))).unwrap();
    rows.map(|row| row.map(|(data, size)| zstd::bulk::decompress(&data, size).unwrap()).unwrap()).collect()
}

#[test]
fn verify_finds_what_was_done_to_a_pack() {
    for (what, sql, kind) in [
        ("another place", "UPDATE blob SET first_byte = first_byte + 1 WHERE id = ROW", "blob"),
        ("another size", "UPDATE blob SET bytes = bytes - 1 WHERE id = ROW", "blob"),
        ("a negative place", "UPDATE blob SET first_byte = -1 WHERE id = ROW", "blob"),
        ("another number of lines", "UPDATE blob SET lines = lines + 1 WHERE id = ROW", "blob"),
        ("no such pack", "UPDATE blob SET pack = 99999 WHERE id = ROW", "blob"),
        ("its pack's frame", "DELETE FROM frame WHERE blob = (SELECT pack FROM blob WHERE id = ROW)", "blob"),
        ("bytes of nobody", "DELETE FROM blob WHERE id = ROW", "blob-unclaimed"),
    ] {
        let (world, env, stored) = made();
        let row = stat(open(&world, &env).conn(), &stored[5]).unwrap().unwrap().row;
        let sql = sql.replace("ROW", &row.to_string());
        assert!(raw(&world.cases().join("hub.case")).execute(&sql, []).unwrap() > 0);
        let report = run(&env, ["verify", "--json"]).expect(Exit::No).json();
        let kinds: Vec<&str> =
            report["problems"].as_array().unwrap().iter().map(|p| p["kind"].as_str().unwrap()).collect();
        assert!(kinds.contains(&kind), "{what}: {report:#}");
    }
}

#[test]
fn a_changed_byte_of_a_pack_is_found_in_the_blob_it_stands_in() {
    let (world, env, stored) = made();
    let row = stat(open(&world, &env).conn(), &stored[5]).unwrap().unwrap();
    let pack = row.packed.unwrap();
    let case = open(&world, &env);
    let data: Vec<u8> =
        case.conn().query_row("SELECT data FROM frame WHERE blob = ?1", [pack.pack], |r| r.get(0)).unwrap();
    drop(case);
    let mut bytes = zstd::bulk::decompress(&data, 1 << 20).unwrap();
    bytes[usize::try_from(pack.first).unwrap() + 9] ^= 1;
    let packed = zstd::bulk::compress(&bytes, 1).unwrap();
    let conn = raw(&world.cases().join("hub.case"));
    conn.execute("UPDATE frame SET data = ?1 WHERE blob = ?2", (packed, pack.pack)).unwrap();
    drop(conn);
    let report = run(&env, ["verify", "--json"]).expect(Exit::No).json();
    let problems = report["problems"].as_array().unwrap();
    let blobs: Vec<&str> =
        problems.iter().filter(|p| p["kind"] == "blob").map(|p| p["where"].as_str().unwrap()).collect();
    assert_eq!(blobs, [format!("blob {}", stored[5].short())]);
}

#[test]
fn a_file_that_grew_since_it_was_listed_is_read_whole() {
    let world = World::new();
    let mut case = world.new_case();
    let folder = dumps(&world).join("grown");
    let file = write(&folder.join("a.json"), b"{}", 1);
    let source = hullbreach::collect::walk::walk(&[folder], world.root()).unwrap().sources.remove(0);
    let text = [one("grown"), noise("x", 50_000).iter().map(|_| b'\n').collect()].concat();
    fs::write(&file, &text).unwrap();
    let origin = hullbreach::model::acquisition::Origin {
        kind: hullbreach::model::acquisition::OriginKind::File,
        host: "h".into(),
        root: source.origin_root.clone(),
        path: source.path.clone(),
    };
    let bytes = Some(source.bytes);
    let content = hullbreach::work::import::Content::File(source);
    let input = hullbreach::work::import::Input { origin, content, modified: None, bytes, context: None, as_of: None };
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let silent = hullbreach::work::import::Silent;
    let report =
        hullbreach::work::import::import(&mut case, vec![input], &Default::default(), &silent, &cancel).unwrap();
    assert_eq!((report.evidence[0].bytes, report.uses.total), (text.len() as u64, 1));
}
