//! What the readers keep, and what they count as rejected.

use super::{read, read_within};
use hullbreach::model::recipe::{Compose, EnvironmentValue, Recipe};
use hullbreach::read::{Format, Limits};

fn compose(text: &str) -> Compose {
    let read = read("/p/compose.yaml", text.as_bytes());
    match read.recipe() {
        Some(Recipe::Compose(file)) => (**file).clone(),
        other => panic!("{other:?}: {:?}", read.rejects),
    }
}

#[test]
fn a_file_is_one_symbolic_item() {
    let text = "# note\n---\nname: ${N}\nservices:\n  a:\n    image: x:${T}\n";
    let read = read("/p/compose.yaml", text.as_bytes());
    let item = read.items.first().unwrap();
    assert!(item.object.is_none() && item.uses.is_empty());
    assert_eq!(read.items.len(), 1);
    assert_eq!(item.facts(), 3);
    let file = compose(text);
    assert_eq!(file.name.unwrap().text, "${N}");
    let image = file.services[0].image.clone().unwrap();
    let start = (item.spot.offset + image.spot.offset) as usize;
    assert_eq!(read.stored.get(start..start + image.spot.length as usize).unwrap(), b"x:${T}");
}

#[test]
fn builds_are_taken_in_both_forms() {
    let text = "\
services:
  a:
    build: ./a
  b:
    build:
      context: b
      dockerfile: D
      args: [X=1, Y, Z=a/b]
      target: t
      additional_contexts: {base: 'docker-image://alpine:3', other: ../o}
      cache_from: [c:1]
      platforms: [linux/arm64]
  c:
    build:
      args: {X: 1, Y: null, Z: '', F: true}
      additional_contexts: [base=service:a]
";
    let file = compose(text);
    let build = |n: usize| file.services[n].build.clone().unwrap();
    assert_eq!(build(0).context.unwrap().text, "./a");
    let args = |n: usize| -> Vec<(String, Option<String>)> {
        build(n).args.into_iter().map(|a| (a.name, a.value.map(|v| v.text))).collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(args(1), [("X".into(), some("1")), ("Y".into(), None), ("Z".into(), some("a/b"))]);
    assert_eq!(
        args(2),
        [("X".into(), some("1")), ("Y".into(), None), ("Z".into(), some("")), ("F".into(), some("true"))]
    );
    assert_eq!(build(1).contexts[0].value.clone().unwrap().text, "docker-image://alpine:3");
    assert_eq!(build(2).contexts[0].value.clone().unwrap().text, "service:a");
    assert_eq!((build(1).target.unwrap().text.as_str(), build(1).platforms.len()), ("t", 1));
}

#[test]
fn what_is_bad_is_counted_and_the_rest_is_kept() {
    let long = "x".repeat(5000);
    let text = format!(
        "services:\n  a:\n    image: [1]\n  b: text\n  c:\n    image: '{{{{ .x }}}}'\n  d:\n    image: {long}\n  e:\n    image: good:1\n  f:\n    extends: {{file: x}}\n  g:\n    image: \"a\\u0007b\"\n"
    );
    let read = read("/p/compose.yaml", text.as_bytes());
    let places: Vec<&str> = read.rejects.iter().map(|r| r.locator.as_str()).collect();
    assert_eq!(
        places,
        [
            "/services/a/image",
            "/services/b",
            "/services/c/image",
            "/services/d/image",
            "/services/f/extends",
            "/services/g/image"
        ]
    );
    assert!(read.rejects.iter().all(|r| !r.reason.is_empty()));
    let kept = compose(&text).services.iter().filter(|s| s.image.is_some()).count();
    assert_eq!(kept, 1);
}

#[test]
fn yaml_bombs_meet_a_limit_and_are_named() {
    let mut text = "x-a0: &a0 {image: x, ports: ['1:1', '2:2', '3:3']}\n".to_owned();
    for n in 1..30 {
        text += &format!("x-a{n}: &a{n} {{k: [*a{p}, *a{p}, *a{p}]}}\n", p = n - 1);
    }
    text += "services:\n  a: *a29\n  b:\n    image: y\n";
    let read = read_within("/p/compose.yaml", text.as_bytes(), &Limits { nodes: 100_000, ..Limits::default() });
    assert_eq!(read.format, Some(Format::ComposeYaml));
    assert!(read.items.is_empty());
    assert!(read.rejects[0].reason.contains("limit of 100000 values"), "{:?}", read.rejects);
}

#[test]
fn more_services_than_the_limit_are_rejected_once() {
    let mut text = "x-a: &a {image: x}\nservices:\n".to_owned();
    for n in 0..10_005 {
        text += &format!("  s{n}: {{image: x}}\n");
    }
    let read = read("/p/compose.yaml", text.as_bytes());
    assert_eq!(read.rejects.len(), 1);
    assert!(read.rejects[0].reason.contains("10000 services"));
    assert_eq!(compose(&text).services.len(), 10_000);
}

#[test]
fn environment_files_keep_what_is_no_secret() {
    let text =
        "# a\nTAG=1\nexport REGISTRY='ghcr.io/x'\nDB_PASSWORD=hunter2\nREF=${REGISTRY}/a:$TAG\nALONE\nnot a line\n";
    // A line that is none costs only itself where the file is named so; under another name it is no such file.
    assert_eq!(super::read("/p/notes.txt", text.as_bytes()).format, None);
    let read = read("/p/.env", text.as_bytes());
    assert_eq!(read.rejects.len(), 1, "{:?}", read.rejects);
    assert_eq!(read.format, Some(Format::Environment));
    let Some(Recipe::Environment(file)) = read.recipe() else { panic!() };
    let lines: Vec<(&str, &EnvironmentValue, &str)> =
        file.definitions.iter().map(|d| (d.name.as_str(), &d.value, d.spot.pointer.as_str())).collect();
    assert_eq!(
        lines,
        [
            ("TAG", &EnvironmentValue::Text("1".into()), "line:2"),
            ("REGISTRY", &EnvironmentValue::Literal("ghcr.io/x".into()), "line:3"),
            ("DB_PASSWORD", &EnvironmentValue::Hidden, "line:4"),
            ("REF", &EnvironmentValue::Text("${REGISTRY}/a:$TAG".into()), "line:5"),
            ("ALONE", &EnvironmentValue::PassedOn, "line:6"),
        ]
    );
    assert!(!String::from_utf8(read.stored).unwrap().contains("hunter2"));
}
