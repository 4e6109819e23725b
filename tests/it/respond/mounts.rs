//! Credentials that builds mount: named by Dockerfiles, compose files and bake files, and ranked by what the build pulls in
//! and makes.

use hullbreach::cli::Exit;
use hullbreach::env::Env;
use serde_json::Value;

use super::{done, json, whole};
use crate::cli::piped;
use crate::support::World;

/// `build` stands on `deps`, takes from `acme/tools:1`, and mounts two secrets; `docs` is in no build's way.
const DOCKERFILE: &str = "# syntax=docker/dockerfile:1
ARG KEY=aws
FROM acme/node:1 AS deps
FROM deps AS build
ARG KEY
COPY --from=acme/tools:1 /x /x
RUN --mount=type=cache,target=/c \\
    --mount=type=secret,id=npm_token,target=/root/.npmrc npm ci
RUN --mount=type=secret,id=${KEY},env=AWS_SECRET x && ssh-add
FROM acme/doc:1 AS docs
RUN --mount=type=secret,id=docs_token x
FROM acme/run:1
COPY --from=build /x /x
RUN --mount=type=ssh git fetch
";

const COMPOSE: &str = "name: shop
services:
  api:
    image: acme/api:1
    build:
      context: api
      secrets: [npm_token]
      ssh: [default, deploy=/home/ana/.ssh/deploy]
secrets: {npm_token: {environment: NPM_TOKEN}}
";

const BAKE: &str = "variable \"HOME\" {}
target \"base\" { secret = [\"type=env,id=sign,env=SIGN_KEY\"] }
target \"web\" {
  inherits = [\"base\"]
  context = \"web\"
  tags = [\"acme/web:1\"]
  secret = [\"type=file,id=aws,src=${HOME}/.aws/credentials\",
    { type = \"env\", id = \"pypi\" }]
  ssh = [\"default\"]
}
target \"gone\" {
  context = \"nowhere\"
  secret = [\"id=lonely\"]
}
target \"inline\" {
  dockerfile-inline = <<EOT
FROM acme/inline:1
RUN --mount=type=secret,id=within x
EOT
}
";

const BAKE_JSON: &str = r#"{"target": {"job": {"context": "x", "tags": ["acme/job:1"], "secret": ["id=cosign"],
  "ssh": [{"id": "mirror", "paths": "./key"}]}}}"#;

/// A case with those files, imported from a folder called `src`.
fn case(world: &World, files: &[(&str, &str)]) -> Env {
    let source = world.root().join("src");
    for (path, text) in files {
        let path = source.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let path = world.cases().join("mounts.case");
    let mut env = world.ana();
    env.vars.insert("HULLBREACH_CASE".into(), path.display().to_string());
    piped(&env, &["new", &path.display().to_string(), "--title", "Mounts"]).ended(Exit::Done);
    done(&env, &["import", &source.display().to_string()]);
    env
}

fn rows(env: &Env) -> Vec<Value> {
    let all = json(env, &["credentials"])["credentials"].as_array().unwrap().clone();
    all.into_iter().filter(|row| row["kind"] == "build-secret").collect()
}

/// `scope name: places` of each, sorted.
fn told(env: &Env) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let line = |row: &Value| {
        let places: Vec<String> = row["places"].as_array().unwrap().iter().map(text).collect();
        format!("{} {}: {}", text(&row["scope"]), text(&row["name"]), places.join(" "))
    };
    let mut lines: Vec<String> = rows(env).iter().map(line).collect();
    lines.sort();
    lines
}

fn named(env: &Env, name: &str) -> Value {
    rows(env).into_iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name}: {:?}", told(env)))
}

#[test]
fn a_dockerfile_by_itself_names_what_its_stages_mount() {
    let world = World::new();
    let env = case(&world, &[("api/Dockerfile", DOCKERFILE)]);
    // What no stage of the build needs is not asked for.
    let expected = [
        "api/Dockerfile aws: api/Dockerfile",
        "api/Dockerfile npm_token: api/Dockerfile",
        "api/Dockerfile ssh default: api/Dockerfile",
    ];
    assert_eq!(told(&env), expected);
    let token = named(&env, "npm_token");
    assert_eq!(token["said"], serde_json::json!(["mounted in the stage build at /root/.npmrc"]));
    let stand = &token["stands"][0];
    assert_eq!((&stand["path"], &stand["locator"]), (&"api/Dockerfile".into(), &"line:8".into()));
    let id = stand["evidence"].as_str().unwrap().trim_start_matches("sha256:");
    let at = format!("{}+{}", stand["offset"], stand["length"]);
    assert!(done(&env, &["evidence", "show", id, "--at", &at]).stdout.contains("id=npm_token"), "{stand}");
    assert!(named(&env, "aws")["said"].to_string().contains("as the variable AWS_SECRET"));
    whole(&env);
}

#[test]
fn a_mounted_secret_is_as_urgent_as_what_comes_into_its_stage() {
    let world = World::new();
    let env = case(&world, &[("api/Dockerfile", DOCKERFILE)]);
    let worst = |name: &str| named(&env, name)["worst"].clone();
    done(&env, &["indicator", "add", "acme/node:1", "--state", "bad"]);
    assert_eq!((worst("npm_token"), worst("aws")), ("bad".into(), "bad".into()));
    // What the last stage takes from `build` was made by it.
    assert_eq!(worst("ssh default"), "bad");
    // What only the last stage stands on never sees the others' secrets.
    done(&env, &["undo"]);
    done(&env, &["indicator", "add", "acme/run:1", "--state", "bad"]);
    assert_eq!((worst("ssh default"), worst("npm_token") == "bad"), ("bad".into(), false));
}

#[test]
fn a_build_of_compose_gives_its_credentials_a_place_and_an_image() {
    let world = World::new();
    let env = case(&world, &[("shop/compose.yaml", COMPOSE), ("shop/api/Dockerfile", DOCKERFILE)]);
    let expected =
        ["shop aws: shop/api", "shop npm_token: shop/api", "shop ssh default: shop/api", "shop ssh deploy: shop/api"];
    assert_eq!(told(&env), expected);
    let token = named(&env, "npm_token");
    let said = token["said"].to_string();
    assert!(said.contains("from the variable NPM_TOKEN") && said.contains("stage build"), "{said}");
    assert_eq!(token["stands"].as_array().unwrap().len(), 2, "{token}");
    let worst = |name: &str| named(&env, name)["worst"].clone();
    done(&env, &["indicator", "add", "acme/api:1", "--state", "bad"]);
    assert_eq!((worst("aws"), worst("ssh deploy")), ("bad".into(), "bad".into()));
    done(&env, &["undo"]);
    // What the build pulls in counts for what compose gives to it, too.
    done(&env, &["indicator", "add", "acme/run:1", "--state", "bad"]);
    assert_eq!(worst("ssh deploy"), "bad");
    let blast = json(&env, &["blast", "acme/run:1"])["credentials"].to_string();
    assert!(blast.contains("ssh deploy"), "{blast}");
    whole(&env);
}

#[test]
fn bake_files_name_what_their_targets_are_given() {
    let world = World::new();
    let files = [
        ("bake/docker-bake.hcl", BAKE),
        ("bake/web/Dockerfile", "FROM acme/py:1\nRUN --mount=type=secret,id=pip x\n"),
        ("json/docker-bake.json", BAKE_JSON),
    ];
    let env = case(&world, &files);
    let expected = [
        "bake/docker-bake.hcl aws: bake/docker-bake.hcl/web",
        "bake/docker-bake.hcl lonely: bake/docker-bake.hcl/gone",
        "bake/docker-bake.hcl pip: bake/docker-bake.hcl/web",
        "bake/docker-bake.hcl pypi: bake/docker-bake.hcl/web",
        "bake/docker-bake.hcl sign: bake/docker-bake.hcl/base bake/docker-bake.hcl/web",
        "bake/docker-bake.hcl ssh default: bake/docker-bake.hcl/web",
        "bake/docker-bake.hcl within: bake/docker-bake.hcl/inline",
        "json/docker-bake.json cosign: json/docker-bake.json/job",
        "json/docker-bake.json ssh mirror: json/docker-bake.json/job",
    ];
    assert_eq!(told(&env), expected);
    assert!(named(&env, "aws")["said"].to_string().contains("from the file ${HOME}/.aws/credentials"));
    let sign = named(&env, "sign");
    assert!(sign["said"].to_string().contains("from the variable SIGN_KEY"), "{sign}");
    assert_eq!(sign["stands"][0]["locator"], "line:2", "{sign}");
    assert_eq!(named(&env, "within")["stands"][0]["locator"], "line:18");
    assert_eq!(named(&env, "cosign")["stands"][0]["locator"], "/target/job/secret/0");
    let worst = |name: &str| named(&env, name)["worst"].clone();
    done(&env, &["indicator", "add", "acme/web:1", "--state", "bad"]);
    assert_eq!((worst("sign"), worst("pip"), worst("lonely") == "bad"), ("bad".into(), "bad".into(), false));
    done(&env, &["indicator", "add", "acme/job:1", "--state", "bad"]);
    assert_eq!(worst("ssh mirror"), "bad");
    whole(&env);
}

#[test]
fn the_order_in_which_files_come_does_not_matter() {
    let world = World::new();
    let env = case(&world, &[("shop/api/Dockerfile", DOCKERFILE)]);
    assert_eq!(told(&env)[0], "api/Dockerfile aws: api/Dockerfile");
    let late = world.root().join("src/shop/compose.yaml");
    std::fs::write(&late, COMPOSE).unwrap();
    done(&env, &["import", &late.display().to_string()]);
    assert!(told(&env).iter().all(|line| line.starts_with("shop ")), "{:?}", told(&env));
    whole(&env);
}
