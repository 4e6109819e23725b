//! Dockerfiles of BuildKit's own tests, against the parse that stands beside each, and those of Buildah's.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use hullbreach::read::dockerfile::{Instruction, instructions};
use hullbreach::read::{Detection, Format, detect};

use super::*;

/// A folder of the corpus.
fn folder(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("HULLBREACH_CORPUS").expect("HULLBREACH_CORPUS")).join("dockerfiles").join(name)
}

/// Every file below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// A string in quotes as Go's `%q` writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if c.is_control() => write!(out, "\\x{:02x}", u32::from(c)).unwrap(),
            c => out.push(c),
        }
    }
    out + "\""
}

/// One instruction as BuildKit prints it: `(copy ["--from=a"] "b" "c")`.
fn printed(found: &Instruction) -> String {
    let mut out = format!("({}", found.keyword.to_lowercase());
    if !found.flags.is_empty() {
        let flags: Vec<String> = found.flags.iter().map(|flag| quoted(&flag.text)).collect();
        write!(out, " [{}]", flags.join(" ")).unwrap();
    }
    if let Some(inner) = &found.inner {
        write!(out, " {}", printed(inner)).unwrap();
    }
    for word in &found.arguments {
        write!(out, " {}", quoted(&word.text)).unwrap();
    }
    out + ")"
}

#[test]
#[ignore = "needs HULLBREACH_CORPUS"]
fn corpus_sweep_dockerfiles() {
    let mut wrong = Vec::new();
    let (mut compared, mut lines) = (0, 0);
    for path in files(&folder("moby__buildkit")) {
        let beside = path.with_file_name("result");
        if path == beside || !beside.exists() {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let expected = std::fs::read_to_string(beside).unwrap();
        let found: Vec<String> = instructions(&text)
            .map(|found| found.map_or_else(|bad| format!("refused: {}: {}", bad.keyword, bad.reason), |i| printed(&i)))
            .collect();
        let expected: Vec<&str> = expected.lines().filter(|line| !line.trim().is_empty()).collect();
        compared += 1;
        lines += expected.len();
        if found != expected {
            wrong.push(path.display().to_string());
            for (found, expected) in found.iter().zip(&expected).filter(|(a, b)| a != b) {
                eprintln!("{}:\n  found    {found}\n  expected {expected}", path.display());
            }
            eprintln!("{}: {} lines, not {}", path.display(), found.len(), expected.len());
        }
    }
    eprintln!("{compared} expected parses with {lines} instructions");
    assert!(compared >= 31, "{compared} files with an expected parse");
    assert!(wrong.is_empty(), "{wrong:?}: what differs is printed above");
    refused_by_buildkit();
    buildah();
}

/// What BuildKit refuses is refused or has a reason.
fn refused_by_buildkit() {
    for path in files(&folder("moby__buildkit")) {
        if !path.to_str().unwrap().contains("testfiles-negative") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let parsed = parse(&String::from_utf8_lossy(&bytes), &Limits::default());
        let refused = matches!(detect(&bytes, true, path.to_str().unwrap()), Detection::Unknown { .. });
        assert!(refused || !parsed.rejects.is_empty(), "{}", path.display());
    }
}

/// Each of Buildah's files is known by its content, read, and names what it pulls in, or has a reason.
fn buildah() {
    let all = files(&folder("containers__buildah"));
    assert!(all.len() > 40, "{} files", all.len());
    let (mut unknown, mut silent) = (Vec::new(), Vec::new());
    for path in &all {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.to_str().unwrap();
        match detect(text.as_bytes(), true, name) {
            Detection::Known(Format::Dockerfile) => {}
            other => unknown.push(format!("{name}: {other:?}")),
        }
        let parsed = parse(&text, &Limits::default());
        let found = pulled(&text);
        for reject in &parsed.rejects {
            eprintln!("{name}: {}: {}", reject.locator, reject.reason);
        }
        for (spot, reason) in &found.problems {
            eprintln!("{name}: {}: {reason}", spot.pointer);
        }
        eprintln!("{name}: {:?}", found.uses.iter().map(shown).collect::<Vec<_>>());
        let from_scratch = parsed.file.stages.iter().all(|stage| stage.from.text == "scratch");
        if found.uses.is_empty() && found.problems.is_empty() && parsed.rejects.is_empty() && !from_scratch {
            silent.push(name.to_owned());
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
    assert!(silent.is_empty(), "{silent:?} say nothing");
}
