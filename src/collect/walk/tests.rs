//! Tests of [`super`].

use super::*;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn paths(walked: &Walked) -> Vec<&str> {
    walked.sources.iter().map(|s| s.path.as_str()).collect()
}

fn reason<'a>(walked: &'a Walked, ending: &str) -> &'a str {
    &walked.skipped.iter().find(|(path, _)| path.ends_with(ending)).unwrap_or_else(|| panic!("{ending}: {walked:?}")).1
}

fn temporary() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let real = fs::canonicalize(folder.path()).unwrap();
    (folder, real)
}

#[test]
fn folders_are_listed_sorted_by_bytes() {
    let (_keep, root) = temporary();
    for name in ["b", "a/z", "a.b", "a/b/c", "Z", ".hidden"] {
        put(&root, name, name);
    }
    put(&root, ".git/config", "x");
    let walked = walk(&[PathBuf::from(".")], &root).unwrap();
    assert_eq!(paths(&walked), [".hidden", "Z", "a.b", "a/b/c", "a/z", "b"]);
    assert!(walked.sources.iter().all(|s| s.origin_root == root.to_str().unwrap() && s.modified.is_some()));
    assert_eq!(walked.sources[1].bytes, 1);
    assert!(reason(&walked, "/.git").contains("git"));
    let again = walk(&[root.join("a/.."), root.clone()], Path::new("/")).unwrap();
    assert_eq!(again, walked, "the same folder named twice is read once");
}

#[test]
fn a_single_file_has_one_place_however_it_is_named() {
    let (_keep, root) = temporary();
    put(&root, "d/pods.json", "{}");
    for name in ["d/pods.json", "./d/pods.json", "d/../d//pods.json"] {
        let walked = walk(&[PathBuf::from(name)], &root).unwrap();
        let source = &walked.sources[0];
        assert_eq!(
            (source.origin_root.as_str(), source.path.as_str()),
            (root.join("d").to_str().unwrap(), "pods.json")
        );
        let mut text = String::new();
        open(source).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "{}");
    }
}

#[test]
fn links_and_special_files_are_named_with_their_reason() {
    let (_keep, root) = temporary();
    let (_other, outside) = temporary();
    put(&outside, "secret", "x");
    put(&root, "a", "1");
    symlink(outside.join("secret"), root.join("out")).unwrap();
    symlink(&outside, root.join("outdir")).unwrap();
    symlink("a", root.join("in")).unwrap();
    symlink(".", root.join("loop")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
    std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
    let fifo = rustix::fs::mknodat(rustix::fs::CWD, root.join("fifo"), rustix::fs::FileType::Fifo, Mode::RUSR, 0);
    let walked = walk(std::slice::from_ref(&root), Path::new("/")).unwrap();
    assert_eq!(paths(&walked), ["a"]);
    for (path, words) in [
        ("/out", "out of the folder"),
        ("/outdir", "out of the folder"),
        ("/in", "under its own name"),
        ("/loop", "under its own name"),
        ("/dangling", "nowhere"),
        ("/socket", "socket"),
    ] {
        assert!(reason(&walked, path).contains(words), "{path}");
    }
    if fifo.is_ok() {
        assert!(reason(&walked, "/fifo").contains("named pipe"));
    }
}

#[test]
fn what_took_a_files_place_is_not_opened() {
    let (_keep, root) = temporary();
    put(&root, "a", "1");
    let source = walk(std::slice::from_ref(&root), Path::new("/")).unwrap().sources.remove(0);
    fs::remove_file(root.join("a")).unwrap();
    symlink("/etc/passwd", root.join("a")).unwrap();
    assert!(open(&source).is_err(), "a link");
    fs::remove_file(root.join("a")).unwrap();
    fs::create_dir(root.join("a")).unwrap();
    assert!(open(&source).unwrap_err().to_string().contains("folder"));
    fs::remove_dir(root.join("a")).unwrap();
    if rustix::fs::mknodat(rustix::fs::CWD, root.join("a"), rustix::fs::FileType::Fifo, Mode::RUSR, 0).is_ok() {
        assert!(open(&source).unwrap_err().to_string().contains("named pipe"), "and it did not wait for a writer");
    }
}

#[test]
fn missing_paths_are_errors_and_closed_folders_are_reasons() {
    let (_keep, root) = temporary();
    let error = walk(&[PathBuf::from("nope.json")], &root).unwrap_err().to_string();
    assert!(error.contains("nope.json") && error.contains("no such file"), "{error}");
    put(&root, "closed/a", "1");
    put(&root, "open", "1");
    fs::set_permissions(root.join("closed"), fs::Permissions::from_mode(0o000)).unwrap();
    let walked = walk(std::slice::from_ref(&root), Path::new("/")).unwrap();
    let readable = fs::read_dir(root.join("closed")).is_ok();
    fs::set_permissions(root.join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
    // The superuser can read any folder.
    if !readable {
        assert_eq!((paths(&walked), reason(&walked, "/closed")), (vec!["open"], "permission denied"));
    }
}

#[test]
fn standard_input_and_odd_names_have_a_place() {
    let (_keep, root) = temporary();
    let walked = walk(&[PathBuf::from("-")], &root).unwrap();
    assert!(walked.sources[0].is_stdin());
    let odd = Path::new(OsStr::from_bytes(b"a\xffb"));
    if fs::write(root.join(odd), "x").is_ok() {
        let walked = walk(std::slice::from_ref(&root), Path::new("/")).unwrap();
        assert_eq!(paths(&walked), ["a\\xffb"]);
        assert!(open(&walked.sources[0]).is_ok());
    }
}

#[test]
fn the_number_of_entries_is_limited() {
    let (_keep, root) = temporary();
    for number in 0..5 {
        put(&root, &number.to_string(), "");
    }
    let mut walk = Walk { walked: Walked::default(), entries: 0, full: false, limit: 3, named: 1 };
    walk.named(&root, Path::new("/")).unwrap();
    let walked = walk.finish();
    assert_eq!(walked.sources.len(), 3);
    assert!(walked.skipped[0].1.contains("more than 3 entries"));
}
