//! Builds that services ask for, with Dockerfiles made by hand.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::rc::Rc;

use hullbreach::model::recipe::{Dockerfile, Recipe, Stage, Word};
use hullbreach::resolve::project::{Joined, join};

use super::{Files, uses};

/// Joins a compose file where a Dockerfile stands at each of some paths.
fn with_dockerfiles(files: &Files, path: &str, dockerfiles: &[&str], args: &[(&str, &str)]) -> Joined {
    let args: BTreeMap<String, String> = args.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let from = Word { text: "alpine".to_owned(), ..Word::default() };
    let file = Dockerfile {
        stages: vec![Stage { from, name: Some("final".to_owned()), ..Stage::default() }],
        ..Dockerfile::default()
    };
    let dockerfile = Rc::new(Recipe::Dockerfile(Box::new(file)));
    let recipe = files.0[path].recipe().unwrap();
    let mut find = |path: &str| -> Result<Option<Rc<Recipe>>, Infallible> {
        if dockerfiles.contains(&path) {
            return Ok(Some(dockerfile.clone()));
        }
        Ok(files.0.get(path).and_then(super::Read::recipe).cloned().map(Rc::new))
    };
    let Ok(joined) = join(path, recipe, &args, &mut find);
    joined
}

const COMPOSE: &str = "\
services:
  a:
    build: ./app
  b:
    image: corp/b:${TAG:-1}
    build:
      context: ..
      dockerfile: docker/b.Dockerfile
      target: ${STAGE:-final}
      args:
        BASE: python:${PY:-3.12}
        PASSED_ON:
        UNKNOWN: ${NOBODY}
      additional_contexts:
        - base=docker-image://alpine:3
      tags: ['corp/b:extra']
      cache_from: ['corp/b:cache']
  c:
    build: https://github.com/x/y.git#main:dir
  d:
    build: ./gone
  e:
    build: /abs
  f:
    build: ${CTX}
  g:
    build:
      context: .
      dockerfile_inline: |
        FROM busybox
        RUN true
";

#[test]
fn dockerfiles_are_found_from_the_context_and_what_is_missing_is_named() {
    let files = Files::of(&[("/x/p/compose.yaml", COMPOSE)]);
    let joined = with_dockerfiles(
        &files,
        "/x/p/compose.yaml",
        &["/x/p/app/Dockerfile", "/x/docker/b.Dockerfile", "/x/p/gone/Containerfile"],
        &[],
    );
    assert_eq!(joined.problems, []);
    let built: Vec<(&str, &str, Option<&str>)> = joined
        .built
        .iter()
        .map(|b| (b.image.as_str(), b.dockerfile.as_str(), b.item.map(|i| joined.items[i].path.as_str())))
        .collect();
    let (app, inline) = (Some("/x/p/app/Dockerfile"), Some("/x/p/compose.yaml"));
    assert_eq!(
        built,
        [
            ("p-a", "/x/p/app/Dockerfile", app),
            ("corp/b:1", "/x/docker/b.Dockerfile", Some("/x/docker/b.Dockerfile")),
            ("corp/b:extra", "/x/docker/b.Dockerfile", Some("/x/docker/b.Dockerfile")),
            ("p-c", "https://github.com/x/y.git#main:dir", None),
            ("p-d", "/x/p/gone/Dockerfile", None),
            ("p-e", "", None),
            ("p-f", "", None),
            ("p-g", "/x/p/compose.yaml", inline),
        ]
    );
    assert_eq!(joined.built[1].target.as_deref(), Some("final"));
    assert_eq!(joined.built[0].asked_by.1.pointer, "/services/a/build");
    let missing: Vec<(&str, &str)> = joined.missing.iter().map(|m| (m.path.as_str(), m.reason.as_str())).collect();
    for (path, word) in [
        ("https://github.com/x/y.git#main:dir", "clone that repository"),
        ("/abs", "absolute path"),
        ("/x/p/gone/Dockerfile", "a Containerfile beside"),
        ("${CTX}", "`CTX`"),
    ] {
        assert!(missing.iter().any(|(p, reason)| *p == path && reason.contains(word)), "{path}: {missing:?}");
    }
    assert_eq!(missing.len(), 4, "{missing:?}");
    // An item of a Dockerfile is the project's too.
    let object = joined.items[joined.built[0].item.unwrap()].item.object.as_ref().unwrap();
    assert_eq!((object.kind.as_str(), object.name.as_str()), ("ComposeProject", "p"));
    // Cached layers are not a use, and neither are further names of what is built.
    assert!(!uses(&joined).iter().any(|line| line.contains("cache") || line.contains("extra")));
}

#[test]
fn a_context_never_leads_out_of_its_archive() {
    let files =
        Files::of(&[("/a/dump.tar!/p/compose.yaml", "services:\n  a:\n    build: ../../x\n  b:\n    build: ../y\n")]);
    let joined = with_dockerfiles(&files, "/a/dump.tar!/p/compose.yaml", &["/a/dump.tar!/y/Dockerfile"], &[]);
    assert!(joined.missing[0].reason.contains("out of its archive"));
    assert_eq!(joined.built[1].dockerfile, "/a/dump.tar!/y/Dockerfile");
    assert!(joined.built[1].item.is_some());
    assert!(joined.asked.iter().all(|path| path.starts_with("/a/dump.tar!/")), "{:?}", joined.asked);
}

#[test]
fn a_dockerfile_alone_is_an_object_of_its_own() {
    let args = BTreeMap::new();
    let recipe = Recipe::Dockerfile(Box::default());
    let mut find = |_: &str| -> Result<Option<Rc<Recipe>>, Infallible> { Ok(None) };
    let Ok(joined) = join("/x/app/Dockerfile.prod", &recipe, &args, &mut find);
    let object = joined.items[0].item.object.as_ref().unwrap();
    assert_eq!((object.kind.as_str(), object.name.as_str()), ("Dockerfile", "app/Dockerfile.prod"));
    assert_eq!((joined.items[0].path.as_str(), joined.asked.len()), ("/x/app/Dockerfile.prod", 0));
}

#[test]
fn what_an_error_of_the_finder_says_is_handed_on() {
    let files = Files::of(&[("/p/compose.yaml", "services:\n  a:\n    image: a\n")]);
    let mut find = |_: &str| -> Result<Option<Rc<Recipe>>, String> { Err("the case is gone".to_owned()) };
    let recipe = files.0["/p/compose.yaml"].recipe().unwrap();
    assert_eq!(join("/p/compose.yaml", recipe, &BTreeMap::new(), &mut find), Err("the case is gone".to_owned()));
}

#[test]
fn another_services_result_is_what_that_is_called_or_the_image_it_runs() {
    let compose = "\
services:
  base:
    build: {dockerfile_inline: 'FROM tgt/base:1'}
  db:
    image: corp/db:2
  app:
    image: corp/app:1
    build:
      context: .
      additional_contexts: {basectx: 'service:base', data: 'service:db', self: 'service:app'}
";
    let dockerfile = "FROM basectx\nCOPY --from=data a b\nCOPY --from=self a b\n";
    let files = Files::of(&[("/x/p/compose.yaml", compose), ("/x/p/Dockerfile", dockerfile)]);
    let mut found = uses(&files.join("/x/p/compose.yaml"));
    found.retain(|line| line.starts_with("Dockerfile"));
    assert_eq!(
        found,
        [
            "Dockerfile: base app/0 p-base",
            "Dockerfile: build-input app/0 corp/app:1",
            "Dockerfile: build-input app/0 corp/db:2",
        ]
    );
}
