//! Files made to hurt: names, contents, kinds and numbers.

use serde_json::json;
use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::AtomicBool;

use super::pods::{bulky, case, counts, dumps, events, fed, list, one, pod, state, write};
use crate::support::command::{Ran, arg, run, run_fed};
use crate::support::{World, noise};
use hullbreach::case::{Access, Case};
use hullbreach::cli::Exit;
use hullbreach::collect::walk;
use hullbreach::env::Env;
use hullbreach::model::acquisition::{Origin, OriginKind};
use hullbreach::work::import::{Content, Input, Options, Silent, import};

/// Fails where something could steer a terminal or hide.
#[track_caller]
fn assert_tame(label: &str, ran: &Ran) {
    for text in [ran.out(), ran.err()] {
        let wild = text.chars().find(|c| {
            (c.is_control() && *c != '\n')
                || matches!(*c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
                || *c == '\u{e0041}'
        });
        assert_eq!(wild, None, "{label}: {text:?}");
    }
}

const EVIL: &str = "a\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\r\n\u{202e}gnp\u{200b}\u{2066}\u{e0041}\u{7f}";

fn asked(env: &Env) -> Vec<(String, Ran)> {
    let mut asked = Vec::new();
    for base in [&["images"][..], &["coverage"], &["evidence"], &["log"], &["verify"]] {
        for more in [&[][..], &["--json"], &["--ascii"]] {
            asked.push((format!("{base:?} {more:?}"), run(env, [base, more].concat())));
        }
    }
    let names = run(env, ["images", "--json"]).json();
    for image in names["images"].as_array().unwrap() {
        let id = image["id"].as_str().unwrap().to_owned();
        asked.push((format!("image {id:?}"), run(env, ["image", &id])));
        asked.push((format!("image {id:?} --json"), run(env, ["image", &id, "--json"])));
    }
    let evidence = run(env, ["evidence", "--json"]).json();
    for row in evidence["evidence"].as_array().unwrap().iter().filter(|r| r["id"] != "") {
        let id = row["id"].as_str().unwrap();
        asked.push((format!("show {id}"), run(env, ["evidence", "show", id])));
        asked.push((format!("show {id} --json"), run(env, ["evidence", "show", id, "--json"])));
    }
    asked
}

#[test]
fn nothing_that_steers_a_terminal_comes_out() {
    let world = World::new();
    let env = case(&world, "hub");
    let folder = dumps(&world).join(format!("dir{}", EVIL.replace('/', "")));
    let mut evil = pod(EVIL, EVIL, EVIL, EVIL, "nginx:1", 1);
    evil["spec"]["containers"][0]["image"] = json!(format!("nginx:{EVIL}"));
    evil["status"]["containerStatuses"][0]["image"] = json!(EVIL);
    evil["metadata"]["labels"] = json!({EVIL: EVIL});
    evil["metadata"]["ownerReferences"] = json!([{"kind": EVIL, "name": EVIL, "uid": EVIL, "controller": true}]);
    let good = pod("web", "a", "a", "n1", "nginx:1", 2);
    write(&folder.join(format!("{EVIL}.json")), list(&[evil.clone(), good]).to_string(), 1);
    write(&folder.join(format!("{EVIL}.txt")), format!("some words {EVIL}\nof no format\n"), 1);
    write(&folder.join(format!("{EVIL}.tsv")), "web\ta\u{1b}[2J\tnginx:1\u{1b}[2J\nweb\tb\tnginx:2\n", 1);
    write(
        &folder.join("status.json"),
        json!({"kind": "Status", "status": "Failure", "code": 403, "message": EVIL}).to_string(),
        1,
    );
    symlink(format!("/nowhere/{EVIL}"), folder.join(format!("link{EVIL}"))).unwrap();
    let mut ran = vec![("import".to_owned(), run(&env, ["import", &arg(&folder)]))];
    ran.push(("import --json".into(), run(&env, ["import", "--json", &arg(&folder)])));
    ran.push(("with context".into(), run_fed(&env, ["import", "-", "--context", EVIL], &one("a"))));
    ran.push(("dry run".into(), run(&env, ["import", "--dry-run", &arg(&folder)])));
    ran.push(("missing".into(), run(&env, ["import", EVIL])));
    ran.push(("format".into(), run(&env, ["import", "--as", EVIL, "-"])));
    ran.push(("usage".into(), run(&env, ["import", &format!("--{EVIL}")])));
    ran.push(("usage".into(), run(&env, [EVIL])));
    ran.extend(asked(&env));
    assert!(counts(&env).len() >= 2);
    for (label, ran) in &ran {
        assert_tame(label, ran);
    }
    // What was hidden is shown, and JSON says exactly what the name is.
    assert!(ran[0].1.out().contains("\\u{202e}"), "{}", ran[0].1.out());
    let evidence = run(&env, ["evidence", "--json"]).json();
    let named = |row: &serde_json::Value| row["path"].as_str().is_some_and(|p| p.contains('\u{202e}'));
    assert!(evidence["evidence"].as_array().unwrap().iter().any(named), "{evidence}");
}

#[test]
fn five_thousand_small_files_are_all_there() {
    let world = World::new();
    let env = case(&world, "hub");
    let folder = dumps(&world).join("many");
    for n in 0..5_000 {
        write(&folder.join(format!("{}/{n}.json", n % 50)), one(&format!("p{n}")), 1);
    }
    let report = run(&env, ["import", "--json", &arg(&folder)]).expect(Exit::Done).json();
    assert_eq!(report["evidence"].as_array().unwrap().len(), 5_000);
    assert_eq!(report["uses"]["total"], 5_000);
    let all = events(&env);
    assert!(all < 1_500, "{all} events: small files share them");
    let again = run(&env, ["import", "--json", &arg(&folder)]).expect(Exit::Done).json();
    assert!(again["evidence"].as_array().unwrap().iter().all(|row| row["already"] == true));
    assert_eq!(events(&env), all);
    // One import, one undo.
    run(&env, ["undo"]).expect(Exit::Done);
    assert_eq!(counts(&env), []);
}

#[test]
fn special_files_loops_and_empty_ones_are_named_and_never_block() {
    let world = World::new();
    let env = case(&world, "hub");
    let folder = dumps(&world).join("odd");
    write(&folder.join("good.json"), one("a"), 1);
    write(&folder.join("empty.json"), "", 1);
    write(&folder.join("deep/other.json"), one("b"), 1);
    symlink("..", folder.join("deep/up")).unwrap();
    symlink("self", folder.join("self")).unwrap();
    symlink("/etc", folder.join("etc")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, folder.join("pipe"), rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();
    let report = run(&env, ["import", "--json", &arg(&folder)]).expect(Exit::Gaps).json();
    assert_eq!(report["evidence"].as_array().unwrap().len(), 2);
    let unread = report["unrecognised"].as_array().unwrap();
    for (path, reason) in [
        ("empty.json", "empty"),
        ("deep/up", "a link to what is read"),
        ("self", "leads nowhere"),
        ("etc", "out of the folder"),
        ("pipe", "named pipe"),
        ("socket", "socket"),
    ] {
        let hit = unread.iter().find(|row| row["path"].as_str().unwrap().ends_with(path)).expect(path);
        assert!(hit["reason"].as_str().unwrap().contains(reason), "{hit}");
    }
    assert_eq!(unread.len(), 6, "{unread:?}");
    assert_eq!(counts(&env).iter().map(|(_, uses, _)| uses).sum::<u64>(), 2);
    // A pipe that is named itself is refused, not waited for.
    run(&env, ["import", &arg(&folder.join("pipe"))]).expect(Exit::Failed);
}

#[test]
fn an_empty_standard_input_is_said_to_be_empty() {
    let world = World::new();
    let env = case(&world, "hub");
    let report = fed(&env, &[], b"", Exit::Gaps);
    assert!(report["unrecognised"][0]["reason"].as_str().unwrap().contains("empty"), "{report}");
    assert_eq!(report["evidence"], json!([]));
    state(&env);
}

#[test]
fn a_file_that_grew_since_it_was_listed_is_read_to_its_end() {
    let world = World::new();
    let mut case = world.new_case();
    let file = dumps(&world).join("growing.json");
    let bytes = bulky("grown", 5, 1_000);
    fs::write(&file, &bytes[..2_000]).unwrap();
    let source = walk::walk(std::slice::from_ref(&file), &world.cases()).unwrap().sources.remove(0);
    fs::write(&file, &bytes).unwrap();
    let origin = Origin {
        kind: OriginKind::File,
        host: "h".into(),
        root: source.origin_root.clone(),
        path: source.path.clone(),
    };
    let listed = Some(source.bytes);
    let content = Content::File(source);
    let input = Input { origin, content, modified: None, bytes: listed, context: None, as_of: None };
    let report = import(&mut case, vec![input], &Options::default(), &Silent, &AtomicBool::new(false)).unwrap();
    assert_eq!((report.uses.total, report.evidence[0].bytes), (5, bytes.len() as u64));
}

#[test]
fn a_file_that_became_a_pipe_since_it_was_listed_is_not_waited_for() {
    let world = World::new();
    let mut case = world.new_case();
    let file = dumps(&world).join("swapped.json");
    fs::write(&file, one("a")).unwrap();
    let source = walk::walk(std::slice::from_ref(&file), &world.cases()).unwrap().sources.remove(0);
    fs::remove_file(&file).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, &file, rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    let origin = Origin { kind: OriginKind::File, host: "h".into(), root: "/".into(), path: "swapped.json".into() };
    let content = Content::File(source);
    let input = Input { origin, content, modified: None, bytes: Some(9), context: None, as_of: None };
    let report = import(&mut case, vec![input], &Options::default(), &Silent, &AtomicBool::new(false)).unwrap();
    assert!(report.unrecognised[0].reason.contains("named pipe"), "{report:?}");
}

#[test]
fn a_huge_line_of_no_format_is_named_and_not_stored() {
    let world = World::new();
    let env = case(&world, "hub");
    let report = fed(&env, &[], &vec![b'a'; 17 << 20], Exit::Gaps);
    assert_eq!(report["unrecognised"].as_array().unwrap().len(), 1, "{report}");
    let case = Case::open(&world.path(), Access::Read, &env).unwrap();
    let frames: i64 = case.conn().query_row("SELECT count(*) FROM frame", [], |r| r.get(0)).unwrap();
    assert_eq!(frames, 0);
    assert_eq!(case.state().unwrap().0.sources.values().next().unwrap().acquisition.original_bytes, 17 << 20);
    drop(case);
    // A smaller one is kept, in bounded time, whatever stands in it.
    let text: String = noise("line", 300_000).iter().map(|b| char::from(b'!' + b % 90)).collect();
    fed(&env, &[], text.as_bytes(), Exit::Gaps);
    let case = Case::open(&world.path(), Access::Read, &env).unwrap();
    let frames: i64 = case.conn().query_row("SELECT count(*) FROM frame", [], |r| r.get(0)).unwrap();
    assert!(frames > 0);
    state(&env);
}

#[test]
fn bytes_of_any_kind_are_survived() {
    let world = World::new();
    let env = case(&world, "hub");
    let folder = dumps(&world).join("noise");
    let heads: [&[u8]; 8] = [
        b"",
        b"{\"items\":[",
        b"apiVersion: v1\n",
        b"\x1f\x8b\x08\0",
        b"\x28\xb5\x2f\xfd",
        b"\xff\xfe",
        b"a\tb\t",
        b"[{",
    ];
    for (n, head) in heads.iter().enumerate() {
        write(&folder.join(format!("{n}")), [head, noise(&n.to_string(), 5_000).as_slice()].concat(), 1);
    }
    run(&env, ["import", &arg(&folder)]).expect(Exit::Gaps);
    for format in ["kubernetes-json", "kubernetes-yaml", "image-table", "reference-list"] {
        let ran = run(&env, ["import", "--as", format, &arg(&folder)]);
        assert!(matches!(ran.exit, Exit::Gaps), "{format}: {}{}", ran.out(), ran.err());
        assert_tame(format, &ran);
    }
    for (label, ran) in asked(&env) {
        assert_tame(&label, &ran);
    }
    state(&env);
}
