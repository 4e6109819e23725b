//! What is wrong or unusual in project files reaches people.

use hullbreach::cli::Exit;
use hullbreach::env::Env;

use super::tree::{imported, places, text, world, write};
use crate::cli::piped;

/// `path locator reason` of each problem.
fn problems(env: &Env) -> Vec<String> {
    let coverage = piped(env, &["coverage", "--json"]).json();
    let rows = coverage["problems"].as_array().unwrap().iter();
    rows.map(|row| format!("{} {} {}", text(&row["path"]), text(&row["locator"]), text(&row["reason"]))).collect()
}

#[test]
fn a_problem_is_named_with_its_place_and_makes_coverage_say_so() {
    let circle = "services:\n  a:\n    image: nginx:1\n    extends: {service: b}\n  b:\n    extends: {service: a}\n";
    let (_world, env) = imported(&[("p/compose.yaml", circle)]);
    let found = problems(&env);
    assert!(
        found.iter().any(|row| row.starts_with("p/compose.yaml /services/") && row.contains("circle")),
        "{found:?}"
    );
    let said = piped(&env, &["coverage"]).ended(Exit::Gaps);
    assert!(said.stdout.contains("in project files") && said.stdout.contains("circle"), "{}", said.stdout);
    let (_world, env) = imported(&[("p/compose.yaml", "services:\n  a:\n    image: nginx:1\n")]);
    assert_eq!(problems(&env), [""; 0]);
    piped(&env, &["coverage"]).ended(Exit::Done);
}

#[test]
fn what_a_build_fetches_is_told_and_is_no_gap() {
    let dockerfile = "FROM alpine:3\nADD https://example.org/tool.tgz /opt/\n";
    let (_world, env) = imported(&[("Dockerfile", dockerfile)]);
    let coverage = piped(&env, &["coverage", "--json"]).ended(Exit::Done).json();
    let rows = coverage["materials"].as_array().unwrap();
    assert_eq!((rows.len(), text(&rows[0]["reason"])), (1, "https://example.org/tool.tgz"));
    assert_eq!(text(&rows[0]["locator"]), "line:2");
    let said = piped(&env, &["coverage"]).ended(Exit::Done).stdout;
    assert!(said.contains("https://example.org/tool.tgz") && said.contains("Dockerfile:2"), "{said}");
}

#[test]
fn an_override_leaves_the_image_below_it_in_sight() {
    let base = "services:\n  a:\n    image: nginx:1\n  b:\n    image: redis:7\n  c:\n    image: same:1\n";
    let over =
        "services:\n  a:\n    image: nginx:2\n  b:\n    image: !reset null\n    build: .\n  c:\n    image: same:1\n";
    let (_world, env) = imported(&[("compose.yaml", base), ("compose.override.yaml", over)]);
    let found = places(&env);
    for expected in [
        "docker.io/library/nginx:1 service compose.yaml#/services/a/image overridden",
        "docker.io/library/nginx:2 service compose.override.yaml#/services/a/image",
        "docker.io/library/redis:7 service compose.yaml#/services/b/image overridden",
        "docker.io/library/same:1 service compose.override.yaml#/services/c/image",
    ] {
        assert!(found.iter().any(|line| line == expected), "{expected} is not in {found:#?}");
    }
    let list = piped(&env, &["images", "--json", "--filter", "mark:overridden"]).json();
    assert_eq!(list["images"].as_array().unwrap().len(), 2);
}

#[test]
fn several_documents_in_a_compose_file_are_all_read_and_that_is_said() {
    let text = "services:\n  a:\n    image: nginx:1\n---\nservices:\n  a:\n    image: nginx:2\n";
    let (_world, env) = imported(&[("compose.yaml", text)]);
    assert_eq!(places(&env).len(), 2, "{:?}", places(&env));
    let found = problems(&env);
    assert!(found.len() == 1 && found[0].contains("several documents"), "{found:?}");
}

/// What files come to, each imported by itself in this order and in the other, and all at once: the same.
fn in_every_order(files: &[(&str, &str)]) -> Vec<String> {
    let (_world, at_once) = imported(files);
    let places = places(&at_once);
    let forward: Vec<usize> = (0..files.len()).collect();
    for order in [forward.clone(), forward.into_iter().rev().collect()] {
        let (world, env) = world();
        for n in order {
            let root = write(&world.root().join("dump"), &files[n..=n]);
            piped(&env, &["import", root.join(files[n].0).to_str().unwrap()]);
        }
        // The place in a file is the same; its path counts from the folder that was named, times from its file and its
        // case.
        let images = |env| {
            let mut images = piped(env, &["images", "--json"]).json();
            for row in images["images"].as_array_mut().unwrap() {
                let row = row.as_object_mut().unwrap();
                row.retain(|key, _| !["first_seen", "last_seen", "due"].contains(&key.as_str()));
            }
            images
        };
        assert_eq!(images(&env), images(&at_once));
        piped(&env, &["verify"]).ended(Exit::Done);
    }
    places
}

#[test]
fn an_include_with_variables_of_its_own_is_joined_with_them() {
    let files = |include: &'static str| {
        [
            ("compose.yaml", include),
            ("part/compose.yaml", "services:\n  a:\n    image: nginx:${TAG}\n    build: ./x\n"),
            ("part/x/Dockerfile", "FROM alpine:3\n"),
            ("other.env", "TAG=9\n"),
            ("x/Dockerfile", "FROM debian:12\n"),
        ]
    };
    let found = in_every_order(&files("include:\n  - path: part/compose.yaml\n    env_file: other.env\n"));
    assert_eq!(
        found,
        [
            "docker.io/library/alpine:3 base part/x/Dockerfile:1",
            "docker.io/library/alpine:3 base part/x/Dockerfile:1",
            "docker.io/library/debian:12 base x/Dockerfile:1",
            "docker.io/library/nginx:9 service part/compose.yaml#/services/a/image",
        ],
        "what the part lacks by itself is given to it"
    );
    let found = in_every_order(&files("include:\n  - path: part/compose.yaml\n    project_directory: .\n"));
    assert_eq!(
        found,
        [
            "docker.io/library/alpine:3 base part/x/Dockerfile:1",
            "docker.io/library/debian:12 base x/Dockerfile:1",
            "nginx:${TAG} service part/compose.yaml#/services/a/image",
            "nginx:${TAG} service part/compose.yaml#/services/a/image",
        ]
    );
    let found = in_every_order(&files("include:\n  - part/compose.yaml\n"));
    assert_eq!(found.iter().filter(|line| line.contains("part/compose.yaml")).count(), 1, "{found:?}");
}

#[test]
fn a_bake_override_is_merged_whichever_came_first() {
    let found = in_every_order(&[
        ("docker-bake.override.hcl", "target \"app\" {\n  args = { BASE = \"debian:12\" }\n}\n"),
        ("docker-bake.hcl", "target \"app\" {\n  tags = [\"acme/app:1\"]\n  args = { BASE = \"alpine:3\" }\n}\n"),
        ("Dockerfile", "ARG BASE\nFROM ${BASE}\n"),
    ]);
    assert_eq!(
        found,
        [
            "docker.io/acme/app:1 listed docker-bake.hcl#line:2 built-here",
            "docker.io/library/debian:12 base Dockerfile:2",
        ]
    );
}

#[test]
fn a_redacted_argument_is_one_that_nobody_knows_and_never_an_image() {
    let files = [
        (
            "b/compose.yaml",
            "services:\n  a:\n    build:\n      context: .\n      args:\n        API_TOKEN: hunter2plain\n",
        ),
        ("b/Dockerfile", "ARG API_TOKEN\nFROM ${API_TOKEN}\n"),
    ];
    let (_world, env) = imported(&files);
    assert!(
        places(&env).iter().all(|line| !line.contains("redacted") && !line.contains("hunter2")),
        "{:?}",
        places(&env)
    );
    let coverage = piped(&env, &["coverage", "--json"]).ended(Exit::Gaps).json();
    let needs: Vec<&str> =
        coverage["unresolved"].as_array().unwrap().iter().map(|row| text(&row["needs"][0])).collect();
    assert!(needs.contains(&"API_TOKEN"), "{needs:?}");
}
