//! The folder in one command, in several and in another order; each image with its place.

use hullbreach::cli::Exit;

use super::tree::{FILES, imported, places, text, world, write};
use crate::cli::piped;

/// Every use of the folder, worked out by hand. A stage is one place whether a build asks for it or not; where the Dockerfile
/// by itself comes to another image than the build, both stand.
const PLACES: &[&str] = &[
    "action:actions/checkout@v4 action .github/workflows/ci.yml#/jobs/build/steps/0/uses",
    "action:github/codeql-action@v3 action .github/workflows/ci.yml#/jobs/build/steps/2/uses",
    "docker.io/docker/dockerfile:1.7 frontend shop/web/Dockerfile:1",
    "docker.io/library/alpine:3.19 ci .github/workflows/ci.yml#/jobs/build/steps/1/uses",
    "docker.io/library/alpine:3.20 base bake/Containerfile:1",
    "docker.io/library/busybox:1.36 build-input shop/web/Dockerfile:7",
    "docker.io/library/golang:1.22 build-input shop/web/Dockerfile:3",
    "docker.io/library/mysql:8.4 ci gitlab/.gitlab-ci.yml#/test/services/0",
    "docker.io/library/node:18 base shop/web/Dockerfile:5",
    "docker.io/library/node:20 ci .github/workflows/ci.yml#/jobs/build/container",
    "docker.io/library/node:20-alpine base shop/web/Dockerfile:5",
    "docker.io/library/postgres:15 ci .github/workflows/ci.yml#/jobs/build/services/db/image",
    "docker.io/library/postgres:16.4 node-cache host/images.json#/0/RepoTags/0",
    "docker.io/library/postgres:16.4 service shop/compose.yaml#/services/db/image",
    "docker.io/library/redis:7.2 service shop/compose.yaml#/services/cache/image overridden",
    "docker.io/library/ruby:3.3 ci gitlab/.gitlab-ci.yml#/image",
    "docker.io/valkey/valkey:8.0 service shop/compose.override.yaml#/services/cache/image",
    "registry.corp.example/edge/gateway:3.1 device devices.csv#line:2",
    "registry.corp.example/shop/api:2.0 listed bake/docker-bake.hcl#line:5 built-here",
    "registry.corp.example/shop/mailer:0.9 field chart/values.yaml#/image/repository",
    "registry.corp.example/shop/web:1.8.0 app k8s/web.yaml#/spec/template/spec/containers/0/image",
    "registry.corp.example/shop/web:1.8.0 service shop/compose.yaml#/services/web/image",
];

#[test]
fn every_image_is_listed_with_its_place() {
    let (_world, env) = imported(FILES);
    assert_eq!(places(&env), PLACES);
    piped(&env, &["verify"]).ended(Exit::Done);
}

#[test]
fn neither_the_number_of_imports_nor_their_order_changes_what_is_known() {
    let (source, _) = world();
    let root = write(&source.root().join("dump"), FILES);
    let mut known = Vec::new();
    let all: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
    let one_by_one: Vec<Vec<&str>> = all.iter().map(|path| vec![*path]).collect();
    let reversed: Vec<Vec<&str>> = one_by_one.iter().rev().cloned().collect();
    let halves: Vec<Vec<&str>> =
        vec![all.iter().copied().step_by(2).collect(), all.iter().copied().skip(1).step_by(2).collect()];
    for groups in [vec![all.clone()], one_by_one, reversed, halves] {
        let (_world, env) = world();
        for group in groups {
            let paths = group.iter().map(|path| root.join(path).to_str().unwrap().to_owned());
            let arguments: Vec<String> = std::iter::once("import".to_owned()).chain(paths).collect();
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            piped(&env, &arguments);
        }
        piped(&env, &["verify"]).ended(Exit::Done);
        known.push(piped(&env, &["images", "--json"]).json());
    }
    assert!(known[0]["images"].as_array().unwrap().len() > 20);
    for other in &known[1..] {
        assert_eq!(*other, known[0]);
    }
}

#[test]
fn a_base_names_the_compose_service_that_is_built_on_it() {
    let (_world, env) = imported(FILES);
    let base = piped(&env, &["image", "node:20-alpine", "--json"]).json();
    let built: Vec<(&str, &str)> = base["uses"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["workload"]["kind"] == "ComposeProject")
        .map(|found| (text(&found["workload"]["name"]), text(&found["name"])))
        .collect();
    assert_eq!(built, [("shop", "web/1")]);
    let said = piped(&env, &["image", "node:20-alpine"]).ended(Exit::Done);
    assert!(said.stdout.contains("for shop/web"), "{}", said.stdout);
    let product = piped(&env, &["image", "shop/web:1.8.0", "--json"]).json();
    assert_eq!(text(&product["built_by"][0]["dockerfile"]), "shop/web/Dockerfile");
    // What compose asks for and what is kept on a host are two images until a digest says otherwise; both are owned.
    let owned = piped(&env, &["images", "--json", "--filter", "owner:\"data team\""]).json();
    let owned: Vec<&str> = owned["images"].as_array().unwrap().iter().map(|row| text(&row["name"])).collect();
    assert_eq!(owned, ["docker.io/library/postgres:16.4"; 2]);
}

#[test]
fn an_action_is_no_image_and_is_found_by_its_name() {
    let (_world, env) = imported(FILES);
    for selector in ["action:actions/checkout@v4", "action:actions/checkout", "actions/checkout@v4"] {
        let found = piped(&env, &["image", selector, "--json"]).ended(Exit::Done).json();
        let image = &found["image"];
        assert_eq!(text(&image["name"]), "action:actions/checkout@v4", "{selector}");
        assert_eq!((text(&image["registry"]), &image["resolved"]), ("", &serde_json::Value::Bool(false)));
        assert_eq!(text(&found["uses"][0]["as_written"]), "actions/checkout@v4");
    }
    // The path within a repository is left out, and what was written stays.
    let found = piped(&env, &["image", "github/codeql-action/init@v3", "--json"]).ended(Exit::Done).json();
    assert_eq!(text(&found["image"]["name"]), "action:github/codeql-action@v3");
    for (filter, count) in [("role:action", 2), ("name:action:actions/checkout@v4", 1), ("name:docker.io/actions/*", 0)]
    {
        let list = piped(&env, &["images", "--json", "--filter", filter]).json();
        assert_eq!(list["images"].as_array().unwrap().len(), count, "{filter}");
    }
}

#[test]
fn a_pipe_that_looks_like_an_image_is_none() {
    let pipeline = "pipelines:\n  default:\n    - step:\n        image: node:20\n        script:\n          - pipe: atlassian/aws-s3-deploy:1.1.0\n";
    let (_world, env) =
        imported(&[("bitbucket-pipelines.yml", pipeline), ("list.txt", "atlassian/aws-s3-deploy:1.1.0\n")]);
    let names: Vec<String> =
        places(&env).iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert!(names.contains(&"action:atlassian/aws-s3-deploy:1.1.0 action".to_owned()), "{names:?}");
    assert!(names.contains(&"docker.io/atlassian/aws-s3-deploy:1.1.0 listed".to_owned()), "{names:?}");
}
