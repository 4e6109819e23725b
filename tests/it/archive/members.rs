//! Good archives: the same images as from the files themselves, whatever the wrapping.

use serde_json::{Value, json};

use super::made::{TIME, add, deflated, gzip, tar, zip, zstd};
use crate::import::pods::{case, counts, dumps, events, fed, one, state, write};
use crate::support::World;
use crate::support::command::{arg, run};
use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;
use hullbreach::env::Env;

fn images(env: &Env) -> Vec<String> {
    counts(env).into_iter().map(|(name, ..)| name).collect()
}

fn paths(report: &Value) -> Vec<String> {
    let short = |row: &Value| row["path"].as_str().unwrap().rsplit_once("dumps/").unwrap().1.to_owned();
    report["evidence"].as_array().unwrap().iter().map(short).collect()
}

#[test]
fn members_give_the_same_images_as_files_in_every_wrapping() {
    let (a, b) = (one("a"), one("b"));
    let members: [(&str, &[u8]); 2] = [("x/a.json", &a), ("b.json", &b)];
    let world = World::new();
    let plain = case(&world, "plain");
    let folder = dumps(&world).join("plain");
    members.iter().for_each(|(name, bytes)| drop(write(&folder.join(name), bytes, 3)));
    run(&plain, ["import", &arg(&folder)]).expect(Exit::Done);
    for (name, bytes) in [
        ("d.tar", tar(&members)),
        ("d.tar.gz", gzip(&tar(&members))),
        ("d.tgz", gzip(&tar(&members))),
        ("d.tar.zst", zstd(&tar(&members))),
        ("d.zip", deflated(&members)),
        ("stored.zip", zip(&members, zip::CompressionMethod::Stored)),
        ("named.txt", tar(&members)),
    ] {
        let env = case(&world, &name.replace('.', "-"));
        let file = write(&dumps(&world).join(name), bytes, 5);
        let report = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Done).json();
        assert_eq!(images(&env), images(&plain), "{name}");
        assert_eq!(paths(&report), [format!("{name}!/x/a.json"), format!("{name}!/b.json"), name.to_owned()], "{name}");
        let archive = &report["evidence"][2];
        assert_eq!((&archive["format"], &archive["sha256"]), (&json!("archive"), &json!("")));
        assert_eq!(archive["notes"][0], "2 members, 0 refused");
        let (before, picture) = (events(&env), state(&env));
        let again = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Done).json();
        assert_eq!((&again["evidence"][0]["already"], events(&env), state(&env)), (&json!(true), before, picture));
    }
}

#[test]
fn a_members_own_time_is_the_time_it_speaks_of() {
    let world = World::new();
    let env = case(&world, "hub");
    let bytes = one("a");
    for (name, archive) in [("a.tar", tar(&[("a.json", &bytes)])), ("a.zip", deflated(&[("a.json", &bytes)]))] {
        let file = write(&dumps(&world).join(name), archive, 5);
        run(&env, ["import", &arg(&file)]).expect(Exit::Done);
    }
    let opened = Case::open(&world.cases().join("hub.case"), Access::Read, &env).unwrap();
    let sources = opened.state().unwrap().0.sources;
    let times: Vec<i64> = sources
        .values()
        .filter(|s| s.acquisition.origin.path.contains('!'))
        .map(|s| s.acquisition.modified.unwrap().0 / 1_000_000)
        .collect();
    assert_eq!(times, [TIME as i64; 2]);
}

#[test]
fn standard_input_may_be_an_archive() {
    let (a, b) = (one("a"), one("b"));
    let members: [(&str, &[u8]); 3] = [("a.json", &a), ("b.json", &b), ("copy/a.json", &a)];
    for bytes in [gzip(&tar(&members)), deflated(&members)] {
        let world = World::new();
        let env = case(&world, "hub");
        let report = fed(&env, &[], &bytes, Exit::Done);
        let paths: Vec<&str> =
            report["evidence"].as_array().unwrap().iter().map(|r| r["path"].as_str().unwrap()).collect();
        assert_eq!(
            paths,
            ["standard input!/a.json", "standard input!/b.json", "standard input!/copy/a.json", "standard input"]
        );
        assert_eq!(images(&env).len(), 1, "one digest under two names");
        let before = events(&env);
        fed(&env, &[], &bytes, Exit::Done);
        assert_eq!(events(&env), before);
    }
}

#[test]
fn an_archive_inside_of_one_is_opened_and_a_deeper_one_is_named() {
    let world = World::new();
    let env = case(&world, "hub");
    let (a, b) = (one("a"), one("b"));
    let deepest = tar(&[("c.json", &one("c"))]);
    let inner = tar(&[("a.json", &a), ("deeper.tar", &deepest)]);
    let zipped = deflated(&[("b.json", &b)]);
    let outer = deflated(&[("y.tar.gz", &gzip(&inner)), ("z.zip", &zipped)]);
    let file = write(&dumps(&world).join("x.zip"), outer, 3);
    let report = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Gaps).json();
    assert_eq!(
        paths(&report),
        ["x.zip!/y.tar.gz!/a.json", "x.zip!/y.tar.gz", "x.zip!/z.zip!/b.json", "x.zip!/z.zip", "x.zip"]
    );
    let unread = &report["unrecognised"][0];
    assert!(unread["path"].as_str().unwrap().ends_with("x.zip!/y.tar.gz!/deeper.tar"), "{unread}");
    assert!(unread["reason"].as_str().unwrap().contains("too deep"), "{unread}");
    state(&env);
}

#[test]
fn what_docker_save_writes_is_taken_without_its_layers() {
    let world = World::new();
    let env = case(&world, "hub");
    let (layer, id) = (tar(&[("etc/passwd", b"root")]), "a".repeat(64));
    let manifest = br#"[{"Config":"blobs/sha256/x","RepoTags":["a:1"],"Layers":[]}]"#;
    let pods = one("a");
    let blob = format!("blobs/sha256/{id}");
    let old = format!("{id}/layer.tar");
    let saved = tar(&[("manifest.json", manifest), (&blob, &layer), (&old, &gzip(&layer)), ("pods.json", &pods)]);
    let file = write(&dumps(&world).join("saved.tar"), saved, 3);
    let report = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Gaps).json();
    assert!(report["unrecognised"].as_array().unwrap().is_empty(), "{report}");
    let archive = &report["evidence"][2];
    assert_eq!(archive["format"], "archive");
    assert!(archive["notes"][1].as_str().unwrap().starts_with("2 layers of images passed over"), "{archive}");
    assert_eq!(images(&env).len(), 1);
}

#[test]
fn long_names_are_whole_in_both_dialects() {
    let world = World::new();
    let env = case(&world, "hub");
    let (a, b) = (one("a"), one("b"));
    let long = format!("{}/a.json", "d".repeat(150));
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(a.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(TIME);
    builder.append_data(&mut header, &long, a.as_slice()).unwrap();
    let other = format!("{}/b.json", "e".repeat(150));
    builder.append_pax_extensions([("path", other.as_bytes()), ("mtime", b"1773716400.5".as_slice())]).unwrap();
    add(&mut builder, b"short.json", tar::EntryType::Regular, &b);
    let file = write(&dumps(&world).join("d.tar"), builder.into_inner().unwrap(), 3);
    let report = run(&env, ["import", &arg(&file), "--json"]).expect(Exit::Done).json();
    assert_eq!(paths(&report)[..2], [format!("d.tar!/{long}"), format!("d.tar!/{other}")]);
}
