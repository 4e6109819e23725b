//! Files that a project includes with variables and a folder of their own.

use super::{Files, said, uses};
use hullbreach::resolve::project::Joined;

const COMMON: &str = "services:\n  db:\n    image: db:${TAG}\n  cache:\n    image: redis:7\n";

fn reasons(joined: &Joined) -> Vec<&str> {
    joined.problems.iter().map(|problem| problem.reason.as_str()).collect()
}

/// Files and what `/p/compose.yaml` comes to; nothing in it may be missing or wrong.
fn included(files: &[(&str, &str)]) -> (Files, Joined) {
    let files = Files::of(files);
    let joined = files.join("/p/compose.yaml");
    assert_eq!((reasons(&joined), joined.missing.as_slice()), (vec![], &[][..]));
    (files, joined)
}

#[test]
fn an_environment_file_of_its_own_decides_what_included_services_run() {
    let (files, joined) = included(&[
        (
            "/p/compose.yaml",
            "include:\n  - path: ../common/compose.yaml\n    env_file: prod.env\nservices:\n  web:\n    image: web:1\n",
        ),
        ("/p/prod.env", "TAG=2\n"),
        ("/common/compose.yaml", COMMON),
        ("/common/.env", "TAG=1\n"),
    ]);
    // The cache is the same by itself and is not placed a second time.
    assert_eq!(uses(&joined), ["compose.yaml: service db db:2", "compose.yaml: service web web:1"]);
    let placed = joined.items.iter().find(|standing| standing.path == "/common/compose.yaml").unwrap();
    assert_eq!(placed.item.object.as_ref().unwrap().name, "p", "it runs as the including project's");
    assert_eq!(files.text_at(&placed.path, &placed.item.uses[0]), "db:${TAG}");
    let alone = files.join("/common/compose.yaml");
    assert_eq!(uses(&alone), ["compose.yaml: service cache redis:7", "compose.yaml: service db db:1"]);
}

#[test]
fn the_including_project_has_the_last_word_on_variables() {
    let of = |own: &str| {
        let (_, joined) = included(&[
            ("/p/compose.yaml", "include:\n  - path: ../common/compose.yaml\n    env_file: [a.env, /dev/null]\n"),
            ("/p/a.env", "TAG=2\n"),
            ("/p/.env", own),
            ("/common/compose.yaml", COMMON),
        ]);
        uses(&joined)
    };
    assert_eq!(of("TAG=3\n"), ["compose.yaml: service db db:3"]);
    assert_eq!(of("OTHER=3\n"), ["compose.yaml: service db db:2"]);
}

#[test]
fn what_comes_to_the_same_is_placed_once() {
    let (files, joined) = included(&[
        ("/p/compose.yaml", "include: [sub/compose.yaml]\nservices:\n  web:\n    image: web:1\n"),
        ("/p/sub/compose.yaml", "services:\n  db:\n    image: db:${TAG}\n  app:\n    build: .\n"),
        ("/p/sub/.env", "TAG=1\n"),
        ("/p/sub/Dockerfile", "FROM alpine:3\n"),
    ]);
    assert_eq!(uses(&joined), ["compose.yaml: service web web:1"]);
    assert_eq!(uses(&files.join("/p/sub/compose.yaml")).len(), 3);
}

#[test]
fn builds_count_from_the_stated_folder() {
    let (_, joined) = included(&[
        ("/p/compose.yaml", "include:\n  - path: [sub/a.yaml, sub/b.yaml]\n    project_directory: other\n"),
        ("/p/sub/a.yaml", "services:\n  app:\n    build:\n      context: app\n      args: {TAG: '1'}\n"),
        ("/p/sub/b.yaml", "services:\n  app:\n    build:\n      args:\n        TAG: ${TAG}\n"),
        ("/p/other/.env", "TAG=3.20\n"),
        ("/p/other/app/Dockerfile", "ARG TAG\nFROM alpine:${TAG}\n"),
    ]);
    assert_eq!(uses(&joined), ["Dockerfile: base app/0 alpine:3.20", "b.yaml: service app p-app built-here"]);
    assert_eq!(joined.built[0].dockerfile, "/p/other/app/Dockerfile");
}

#[test]
fn includes_of_includes_hand_their_variables_on() {
    let (files, joined) = included(&[
        ("/p/compose.yaml", "include:\n  - path: one/compose.yaml\n    env_file: one.env\n"),
        ("/p/one.env", "TAG=1\n"),
        ("/p/one/compose.yaml", "include:\n  - path: ../two/compose.yaml\n    env_file: two.env\n"),
        ("/p/one/two.env", "TAG=2\nTWO=2\n"),
        ("/p/two/compose.yaml", "services:\n  a:\n    image: a:${TAG}-${TWO}\n"),
    ]);
    assert_eq!(uses(&joined), ["compose.yaml: service a a:1-2"]);
    assert_eq!(uses(&files.join("/p/one/compose.yaml")), ["compose.yaml: service a a:2-2"]);
}

#[test]
fn circles_and_crowds_end_with_a_problem() {
    let files = Files::of(&[
        ("/p/compose.yaml", "include: [a.yaml]\nservices:\n  w:\n    image: w:${T}\n"),
        ("/p/a.yaml", "include: [compose.yaml]\nservices:\n  a:\n    image: a:${T}\n"),
        ("/p/.env", "T=1\n"),
    ]);
    let joined = files.join("/p/compose.yaml");
    assert_eq!(reasons(&joined), ["`include` goes in a circle here; compose refuses such a project"]);
    assert!(uses(&joined).contains(&"compose.yaml: service w w:1".to_owned()));
    // Each file includes the next twice: two to the power of thirty without a bound.
    let mut texts: Vec<(String, String)> = (0..30)
        .map(|n| {
            (
                format!("/p/{n}.yaml"),
                format!("include: [{0}.yaml, ./{0}.yaml]\nservices:\n  s:\n    image: s:1\n", n + 1),
            )
        })
        .collect();
    texts.push(("/p/30.yaml".to_owned(), "services:\n  s:\n    image: s:1\n".to_owned()));
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let joined = Files::of(&texts).join("/p/0.yaml");
    assert!(reasons(&joined).iter().any(|reason| reason.contains("than is followed")), "{:?}", joined.problems);
}

#[test]
fn what_only_the_include_lacks_is_named_once() {
    let files = Files::of(&[
        ("/p/compose.yaml", "include:\n  - path: sub/a.yaml\n    project_directory: .\n"),
        (
            "/p/sub/a.yaml",
            "services:\n  a:\n    extends:\n      file: base.yaml\n      service: a\n  b:\n    image: 'b:${X:?set X}'\n",
        ),
        ("/p/sub/base.yaml", "services:\n  a:\n    image: a:1\n"),
    ]);
    let joined = files.join("/p/compose.yaml");
    let missing: Vec<&str> = joined.missing.iter().map(|missing| missing.path.as_str()).collect();
    assert_eq!(missing, ["/p/base.yaml"]);
    // What is wrong with `b` is told of the file by itself.
    assert_eq!(reasons(&joined), Vec::<&str>::new());
    assert!(joined.items.iter().flat_map(|standing| &standing.item.uses).map(said).all(|line| !line.contains("a:1")));
}
