//! The planted secrets are found nowhere: not in the file, not in the log, not in anything printed.

use flate2::Compression;
use flate2::write::GzEncoder;
use memchr::memmem;
use rusqlite::types::ValueRef;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::pods::dumps;
use crate::support::World;
use crate::support::command::{Ran, arg, run, run_fed};
use hullbreach::cli::Exit;
use hullbreach::env::Env;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/secrets")
}

fn planted() -> Vec<String> {
    let planted: Vec<String> =
        fs::read_to_string(fixtures().join("planted.txt")).unwrap().lines().map(str::to_owned).collect();
    assert!(planted.len() >= 40);
    planted
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn utf16(bytes: &[u8], big_endian: bool) -> Vec<u8> {
    let text = format!("\u{feff}{}", String::from_utf8(bytes.to_vec()).unwrap());
    text.encode_utf16().flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

/// A folder with every fixture as it is, and some of them packed or in another encoding.
fn planted_folder(world: &World) -> PathBuf {
    let folder = dumps(world).join("planted");
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(fixtures()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()) {
        let name = entry.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "planted.txt" {
            continue;
        }
        let bytes = fs::read(&entry).unwrap();
        fs::write(folder.join(format!("{name}.gz")), gzip(&bytes)).unwrap();
        fs::write(folder.join(format!("{name}.zst")), zstd::encode_all(&*bytes, 3).unwrap()).unwrap();
        if std::str::from_utf8(&bytes).is_ok() {
            fs::write(folder.join(format!("{name}.le")), utf16(&bytes, false)).unwrap();
            fs::write(folder.join(format!("{name}.be")), utf16(&bytes, true)).unwrap();
            fs::write(folder.join(format!("{name}.le.gz")), gzip(&utf16(&bytes, false))).unwrap();
        }
        fs::write(folder.join(name), bytes).unwrap();
    }
    folder
}

/// Bytes from somewhere, and where that is.
type Spoken = Vec<(String, Vec<u8>)>;

fn said(label: &str, ran: Ran) -> Spoken {
    vec![(format!("stdout of {label}"), ran.stdout), (format!("stderr of {label}"), ran.stderr)]
}

/// Every question that can be asked of a case.
fn everything_printed(env: &Env) -> Spoken {
    let mut spoken = Vec::new();
    let mut ask = |arguments: &[&str]| spoken.extend(said(&arguments.join(" "), run(env, arguments)));
    for base in [&["images"][..], &["coverage"], &["evidence"], &["log"], &["verify"], &["verify", "--reread"]] {
        ask(base);
        ask(&[base, &["--json"]].concat());
    }
    let images = run(env, ["images", "--json"]).expect(Exit::Done).json();
    let images = images["images"].as_array().unwrap();
    assert!(images.len() >= 5, "{images:?}");
    for image in images {
        let name = image["id"].as_str().unwrap();
        ask(&["image", name]);
        ask(&["image", name, "--json"]);
    }
    let evidence = run(env, ["evidence", "--json"]).expect(Exit::Done).json();
    for row in evidence["evidence"].as_array().unwrap().iter().filter(|r| r["id"] != "") {
        let id = row["id"].as_str().unwrap();
        ask(&["evidence", "show", id]);
        ask(&["evidence", "show", id, "--raw"]);
        ask(&["evidence", "show", id, "--json"]);
        // A part of a line is the hardest: what tells that it is a secret stands outside of it.
        for (at, how) in [("line:2", "--raw"), ("7+40", "--json"), ("120+60", "--raw"), ("300+200", "--ascii")] {
            ask(&["evidence", "show", id, "--at", at, how]);
        }
    }
    spoken
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Spoken) {
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        match entry.is_dir() {
            true => files(&entry, found),
            false => found.push((arg(&entry), fs::read(&entry).unwrap())),
        }
    }
}

/// Every value of every table; frames are opened.
fn rows(path: &Path) -> Spoken {
    let conn = rusqlite::Connection::open(path).unwrap();
    let mut tables = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() > 10);
    let mut found = Vec::new();
    for table in tables {
        let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let bytes = match row.get_ref(column).unwrap() {
                    ValueRef::Text(bytes) => bytes.to_vec(),
                    ValueRef::Blob(bytes) if table == "frame" => zstd::decode_all(bytes).unwrap(),
                    ValueRef::Blob(bytes) => bytes.to_vec(),
                    _ => continue,
                };
                found.push((format!("{table} column {column}"), bytes));
            }
        }
    }
    found
}

/// Fails where a secret stands anywhere, in any of the encodings it came in.
#[track_caller]
fn assert_silent(spoken: &Spoken) {
    let mut found = Vec::new();
    for secret in planted().iter().map(String::as_str).chain(["PLANTED", "hunter2"]) {
        let wide = utf16(secret.as_bytes(), false).split_off(2);
        let wide_be = utf16(secret.as_bytes(), true).split_off(2);
        for needle in [secret.as_bytes(), &wide, &wide_be] {
            let finder = memmem::Finder::new(needle);
            found.extend(spoken.iter().filter(|(_, bytes)| finder.find(bytes).is_some()).map(|(place, bytes)| {
                let at = finder.find(bytes).unwrap();
                let around = &bytes[at.saturating_sub(80)..(at + needle.len() + 20).min(bytes.len())];
                format!("{secret} in {place}: …{}…", String::from_utf8_lossy(around))
            }));
        }
    }
    assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found[..found.len().min(60)].join("\n"));
}

/// Imports all of it, from a folder and through standard input.
fn import_all(world: &World, env: &Env, options: &[&str]) -> Spoken {
    let folder = planted_folder(world);
    let import =
        |more: &[&str]| ["import"].iter().chain(options).chain(more).map(|a| (*a).to_owned()).collect::<Vec<_>>();
    let mut spoken = said("import", run(env, import(&[&arg(&folder)])));
    spoken.extend(said("import again", run(env, import(&["--json", &arg(&folder)]))));
    spoken.extend(said("import recorded", run(env, import(&["--json", &arg(&fixtures().join("recorded"))]))));
    for name in ["pods.json", "pasted.txt", "deployment.yaml", "broken.json", "Dockerfile"] {
        let bytes = fs::read(fixtures().join(name)).unwrap();
        let as_format = if name.ends_with("yaml") { "kubernetes-yaml" } else { "kubernetes-json" };
        spoken.extend(said(name, run_fed(env, import(&["-"]), &bytes)));
        spoken.extend(said(name, run_fed(env, import(&["-", "--json", "--as", as_format]), &bytes)));
    }
    assert!(spoken.iter().all(|(_, bytes)| !String::from_utf8_lossy(bytes).contains("planted.txt")));
    spoken
}

fn world_with_case() -> (World, Env) {
    let world = World::new();
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".into(), arg(&world.path()));
    run(&env, ["new", "hub.case", "--title", "Hub breached"]).expect(Exit::Done);
    (world, env)
}

#[test]
fn planted_secrets_are_found_nowhere() {
    let (world, env) = world_with_case();
    // An open reader keeps the log beside the file, so that it is searched too.
    let reader = hullbreach::case::Case::open(&world.path(), hullbreach::case::Access::Read, &env).unwrap();
    let mut spoken = import_all(&world, &env, &[]);
    spoken.extend(everything_printed(&env));
    fs::remove_dir_all(dumps(&world)).unwrap();
    files(world.root(), &mut spoken);
    let names: Vec<&str> = spoken.iter().map(|(name, _)| name.as_str()).collect();
    for ending in ["hub.case", "hub.case-wal", "hub.case-shm", "hullbreach.log"] {
        assert!(names.iter().any(|name| name.ends_with(ending)), "{ending} was not searched");
    }
    spoken.extend(rows(&world.path()));
    assert!(spoken.iter().any(|(name, bytes)| name.starts_with("frame") && bytes.len() > 5_000));
    assert_silent(&spoken);
    drop(reader);
}

#[test]
fn what_is_kept_raw_is_never_printed_with_its_secrets() {
    let (world, env) = world_with_case();
    let mut spoken = import_all(&world, &env, &["--keep-raw"]);
    spoken.extend(everything_printed(&env));
    spoken.extend(rows(&world.path()).into_iter().filter(|(place, _)| !place.starts_with("frame")));
    let mut kept = Vec::new();
    files(&env.state_dir, &mut kept);
    spoken.extend(kept);
    assert_silent(&spoken);
    // It is there all the same: the point of keeping it raw.
    let frames = rows(&world.path()).into_iter().filter(|(place, _)| place.starts_with("frame"));
    assert!(frames.into_iter().any(|(_, bytes)| memmem::find(&bytes, b"PLANTED-02-hunter2-url").is_some()));
    run(&env, ["verify", "--reread"]).expect(Exit::Done);
}

#[test]
fn failing_imports_repeat_no_secret() {
    let (world, env) = world_with_case();
    let token = "ghp_PLANTED16abcdefghijklmnopqrstuvwx0123";
    let url = "https://user:PLANTED-02-hunter2-url@registry.example.com/v2/";
    let flag = format!("--no-such-flag={token}");
    let stray = format!("no/such/{token}.json");
    let key_file = dumps(&world).join("id_rsa");
    fs::write(&key_file, "-----BEGIN RSA PRIVATE KEY-----\nPLANTED37MIIEowIBAAKCAQEA\n").unwrap();
    let mut spoken = Vec::new();
    for (arguments, exit) in [
        (vec!["import", "--as-of", token, "-"], Exit::Usage),
        (vec!["import", "--as-of", url, "-"], Exit::Usage),
        (vec!["import", "--as", token, "-"], Exit::Usage),
        (vec!["import", url], Exit::Failed),
        (vec!["import", &stray], Exit::Failed),
        (vec!["import", "--clock-offset", token, "-"], Exit::Usage),
        (vec!["import", &flag, "-"], Exit::Usage),
        (vec![token], Exit::Usage),
        (vec!["images", "--filter", token, "--sort", token], Exit::Usage),
        (vec!["image", token], Exit::Failed),
        (vec!["evidence", "show", token], Exit::Failed),
        (vec!["undo", token], Exit::Failed),
        (vec!["import", "--case", &stray, "-"], Exit::Failed),
        (vec!["import", &arg(&key_file)], Exit::Gaps),
    ] {
        spoken.extend(said(&format!("{arguments:?}"), run_fed(&env, &arguments, b"").expect(exit)));
    }
    files(&env.state_dir, &mut spoken);
    assert_silent(&spoken);
    assert!(spoken.iter().filter(|(_, bytes)| !bytes.is_empty()).count() > 13, "each says something");
}
