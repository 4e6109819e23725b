//! Credentials that compose files and CI files refer to: named, never shown, and ranked by the images beside them.

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::Value;

use super::{done, json, whole};
use crate::cli::piped;
use crate::support::World;

const COMPOSE: &str = "name: shop
services:
  web:
    image: acme/web:1
    secrets: [hub, {source: tls, target: /x}]
    env_file: [web.env, {path: gone.env, required: false}]
    environment: {DB_PASSWORD: hunter2-and-more, LOG: debug, OPTIONS: '${DSN_TOKEN}'}
  cache:
    image: acme/cache:1
    environment: [API_KEY=hunter2-and-more, NAMED_TOKEN]
    credential_spec: {file: gmsa.json}
    build: {context: ., secrets: [npm]}
secrets: {hub: {file: ./hub.txt}, npm: {environment: NPM_TOKEN}, tls: {external: true}}
";

const WORKFLOW: &str = "name: release
on: push
env: {SHARED_TOKEN: '${{ secrets.SHARED }}'}
jobs:
  push:
    runs-on: x
    container: {image: ghcr.io/acme/tools:1, credentials: {username: bot, password: '${{ secrets.GHCR }}'}}
    steps:
    - uses: docker/login-action@v3
      with: {username: '${{ vars.HUB_USER }}', password: '${{ secrets.HUB }}'}
    - run: echo ${{ secrets.GITHUB_TOKEN }} ${{ secrets.NPM }}
  lint:
    runs-on: x
    container: acme/lint:1
    steps: [{run: x}]
";

const GITLAB: &str = "variables: {DOCKER_AUTH_CONFIG: '{\"auths\":{}}'}
deploy:
  image: acme/deploy:1
  script: ['login -p $CI_REGISTRY_PASSWORD', 'deploy --key \"${DEPLOY_KEY}\"']
";

/// A case with those files, imported from a folder called `src`.
fn case(world: &World) -> Env {
    let source = world.root().join("src");
    let write = |path: &str, text: &str| {
        let path = source.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("shop/compose.yaml", COMPOSE);
    write("shop/web.env", "SESSION_SECRET=hunter2-and-more\nTAG=1\n");
    write("shop/.github/workflows/release.yml", WORKFLOW);
    write("infra/.gitlab-ci.yml", GITLAB);
    let path = world.cases().join("files.case");
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".into(), path.display().to_string());
    piped(&env, &["new", &path.display().to_string(), "--title", "Files"]).ended(Exit::Done);
    done(&env, &["import", &source.display().to_string()]);
    env
}

fn rows(env: &Env) -> Vec<Value> {
    json(env, &["credentials"])["credentials"].as_array().unwrap().clone()
}

/// `kind scope name` of those with a scope, sorted.
fn scoped(env: &Env) -> Vec<String> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let line = |row: &Value| format!("{} {} {}", text(row, "kind"), text(row, "scope"), text(row, "name"));
    let mut lines: Vec<String> = rows(env).iter().filter(|row| row["scope"] != "").map(line).collect();
    lines.sort();
    lines
}

#[test]
fn files_name_credentials_and_no_value_is_kept() {
    let world = World::new();
    let env = case(&world);
    let expected = [
        "build-secret shop npm",
        "ci-secret src/infra DEPLOY_KEY",
        "ci-secret src/infra DOCKER_AUTH_CONFIG",
        "ci-secret src/shop GHCR",
        "ci-secret src/shop HUB",
        "ci-secret src/shop NPM",
        "ci-secret src/shop SHARED",
        "registry-login src/shop docker.io",
        "registry-login src/shop ghcr.io",
        "service-account shop/cache credential_spec gmsa.json",
        "workload-secret shop hub",
        "workload-secret shop tls",
        "workload-secret shop/cache API_KEY",
        "workload-secret shop/cache NAMED_TOKEN",
        "workload-secret shop/web DB_PASSWORD",
        "workload-secret shop/web DSN_TOKEN",
        "workload-secret shop/web SESSION_SECRET",
        "workload-secret shop/web env_file gone.env",
    ];
    assert_eq!(scoped(&env), expected);
    assert!(!json(&env, &["credentials"]).to_string().contains("hunter2"));
    let all = rows(&env);
    let named = |name: &str| all.iter().find(|row| row["name"] == name).unwrap();
    let said = |name: &str| format!("{} {}", named(name)["said"], named(name)["stands"]);
    // Each says where it stands, by file and place in it, and what is known of it.
    let stand = named("SHARED")["stands"][0].clone();
    assert_eq!(stand["path"], "shop/.github/workflows/release.yml");
    assert_eq!(stand["locator"], "/env/SHARED_TOKEN");
    let id = stand["evidence"].as_str().unwrap().trim_start_matches("sha256:");
    let at = format!("{}+{}", stand["offset"], stand["length"]);
    assert!(done(&env, &["evidence", "show", id, "--at", &at]).stdout.contains("SHARED_TOKEN"), "{stand}");
    assert_eq!(named("SHARED")["places"], serde_json::json!(["release/lint", "release/push"]));
    assert!(said("NPM").contains("/jobs/push/steps/1/run"), "{}", said("NPM"));
    assert!(said("hub").contains("from the file ./hub.txt") && said("hub").contains("/services/web/secrets/0"));
    assert!(said("SESSION_SECRET").contains("shop/web.env"), "{}", said("SESSION_SECRET"));
    let login = all.iter().find(|row| row["name"] == "ghcr.io" && row["scope"] == "src/shop").unwrap();
    assert!(login["said"].to_string().contains("as bot with secrets.GHCR"), "{login}");
    whole(&env);
}

#[test]
fn what_stands_beside_a_bad_image_comes_first_and_its_neighbours_do_not() {
    let world = World::new();
    let env = case(&world);
    done(&env, &["indicator", "add", "acme/web:1", "--state", "bad"]);
    done(&env, &["indicator", "add", "acme/lint:1", "--state", "bad"]);
    let all = rows(&env);
    let worst = |name: &str| all.iter().find(|row| row["name"] == name).unwrap()["worst"].clone();
    for beside in ["hub", "DB_PASSWORD", "SESSION_SECRET", "SHARED"] {
        assert_eq!(worst(beside), "bad", "{beside}");
    }
    // Of the same project, but of another service or job.
    for other in ["API_KEY", "npm", "NPM", "DEPLOY_KEY"] {
        assert_ne!(worst(other), "bad", "{other}");
    }
    let place = |name: &str| all.iter().position(|row| row["name"] == name).unwrap();
    assert!(place("SHARED") < place("API_KEY") && place("hub") < place("NPM"));
    // The blast of the image names them too.
    let blast = json(&env, &["blast", "acme/web:1"])["credentials"].to_string();
    assert!(blast.contains("SESSION_SECRET") && !blast.contains("API_KEY"), "{blast}");
}

#[test]
fn what_a_file_refers_to_answers_no_question() {
    let world = World::new();
    let env = case(&world);
    let questions = json(&env, &["credentials"])["questions"].clone();
    let of = |kind: &str| questions.as_array().unwrap().iter().find(|row| row["kind"] == kind).unwrap().clone();
    assert_eq!((&of("ci-secret")["listed"], &of("build-secret")["listed"]), (&0.into(), &0.into()));
    // The task that is bound to them counts them all the same.
    let tasks = json(&env, &["checklist"]);
    assert_eq!(super::by_id(&tasks["tasks"], "R7")["members"]["total"], 6);
}

#[test]
fn the_order_of_files_does_not_matter() {
    let world = World::new();
    let env = case(&world);
    let before = scoped(&env);
    // A file that was missing comes later: what names it is joined anew.
    let late = world.root().join("src/shop/gone.env");
    std::fs::write(&late, "MAIL_PASSWORD=hunter2-and-more\n").unwrap();
    done(&env, &["import", &late.display().to_string()]);
    let after = scoped(&env);
    assert!(!after.contains(&"workload-secret shop/web env_file gone.env".to_owned()), "{after:?}");
    assert!(after.contains(&"workload-secret shop/web MAIL_PASSWORD".to_owned()), "{after:?}");
    assert_eq!(after.len(), before.len());
    whole(&env);
}
