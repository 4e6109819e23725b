//! What is wrong or unusual in project files reaches people.

use hullbreach::cli::Exit;
use hullbreach::env::Env;

use super::tree::{FILES, imported, places, text};
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

#[test]
fn an_include_with_variables_of_its_own_says_what_it_changes() {
    let files = |include: &'static str| {
        [
            ("compose.yaml", include),
            ("part/compose.yaml", "services:\n  a:\n    image: nginx:${TAG:-1}\n    build: ./x\n"),
            ("part/x/Dockerfile", "FROM alpine:3\n"),
            ("other.env", "TAG=9\n"),
        ]
    };
    let (_world, env) = imported(&files("include:\n  - path: part/compose.yaml\n    env_file: other.env\n"));
    let found = problems(&env);
    let said = |rows: &[String], words: &str| rows.iter().any(|row| row.contains(words));
    assert!(said(&found, "comes to `nginx:9`, by itself to `nginx:1`"), "{found:?}");
    let (_world, env) = imported(&files("include:\n  - path: part/compose.yaml\n    project_directory: .\n"));
    assert!(said(&problems(&env), "`project_directory`"), "{:?}", problems(&env));
    let (_world, env) = imported(&files("include:\n  - part/compose.yaml\n"));
    assert_eq!(problems(&env), [""; 0]);
}

#[test]
fn a_bake_override_is_read_and_its_merge_is_left_to_people() {
    let (_world, env) = imported(FILES);
    let found = problems(&env);
    let expected = "bake/docker-bake.override.hcl  bake merges this file over docker-bake.hcl";
    assert!(found.iter().any(|row| row.starts_with(expected)), "{found:?}");
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
