//! Bake files: what is read, and the builds that it comes to.

use std::collections::BTreeMap;

use hullbreach::model::recipe::{Bake, Dockerfile, Recipe};
use hullbreach::resolve::project::{Plan, bake::plans};

use super::{read, shown};
use crate::compose::{Files, uses};

fn bake(name: &str, text: &str) -> Bake {
    let whole = read(name, text);
    assert_eq!(whole.rejects, [], "{text}");
    match whole.items.into_iter().next().and_then(|item| item.recipe) {
        Some(Recipe::Bake(bake)) => *bake,
        other => panic!("{other:?}"),
    }
}

fn planned(text: &str, stated: &[(&str, &str)]) -> Vec<Plan> {
    let stated: BTreeMap<String, String> = stated.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let name = if text.starts_with('{') { "docker-bake.json" } else { "docker-bake.hcl" };
    plans("/w", &[&bake(name, text)], &stated).into_iter().map(|planned| planned.plan).collect()
}

fn images(plans: &[Plan]) -> Vec<String> {
    plans.iter().flat_map(|plan| plan.images.iter().map(|place| format!("{}: {}", plan.name, shown(place)))).collect()
}

const FILE: &str = r#"# Builds.
variable "TAG" { default = "1.2" }
variable "REGISTRY" {
  default = "ghcr.io/acme"
}
variable "CHANNEL" {}

group "default" { targets = ["app", "db"] }

target "_common" {
  args = { BASE = "alpine:3.20", GO = "1.22" }
  platforms = ["linux/amd64"]
  context = "src"
}

target "app" {
  inherits = ["_common"]
  dockerfile = "app.Dockerfile"
  target = "release"
  args = { GO = "1.23", TAG = TAG, NOTHING = null }
  contexts = { base = "docker-image://debian:12", lib = "target:db" }
  tags = ["${REGISTRY}/app:${TAG}", notequal("", CHANNEL) ? "app:${CHANNEL}" : "", "app:latest"]
}

target "db" {
  context = "https://github.com/acme/db.git"
  tags = [join(":", [upper("db"), TAG])]
}
"#;

#[test]
fn targets_inherit_and_name_their_results() {
    let all = planned(FILE, &[]);
    assert_eq!(all.iter().map(|plan| plan.name.as_str()).collect::<Vec<_>>(), ["app", "db"]);
    assert_eq!(
        images(&all),
        [
            "app: listed  ${REGISTRY}/app:${TAG} = ghcr.io/acme/app:1.2 built-here",
            "app: listed tag 2 notequal(\"\", CHANNEL) ? \"app:${CHANNEL}\" : \"\" needs CHANNEL built-here",
            "app: listed tag 3 app:latest built-here",
            "db: listed  join(\":\", [upper(\"db\"), TAG]) = DB:1.2 built-here",
        ]
    );
    let app = &all[0];
    assert_eq!(app.context.as_deref(), Some("/w/src"));
    assert_eq!(app.dockerfile.as_deref(), Some("/w/src/app.Dockerfile"));
    assert_eq!(app.request.target.as_deref(), Some("release"));
    assert_eq!(app.request.platform.as_deref(), Some("linux/amd64"));
    let args: Vec<(&str, Option<&str>)> = app.request.args.iter().map(|(k, v)| (k.as_str(), v.as_deref())).collect();
    assert_eq!(args, [("BASE", Some("alpine:3.20")), ("GO", Some("1.23")), ("TAG", Some("1.2"))]);
    assert_eq!(app.request.contexts["base"], "docker-image://debian:12");
    assert_eq!(app.request.contexts["lib"], "target:db");
    assert_eq!(app.needs, Vec::<String>::new());
    assert_eq!((all[1].context.as_deref(), all[1].dockerfile.as_deref()), (None, None));
    let spot = &app.images[0].spot;
    let start = spot.offset as usize;
    assert_eq!(&FILE[start..start + spot.length as usize], "${REGISTRY}/app:${TAG}");
    assert_eq!(spot.pointer, "line:22");
}

#[test]
fn stated_variables_win() {
    let all = planned(FILE, &[("TAG", "9"), ("CHANNEL", "edge")]);
    let resolved: Vec<String> = all[0].images.iter().filter_map(|place| place.resolved.clone()).collect();
    assert_eq!(resolved, ["ghcr.io/acme/app:9", "app:edge"]);
    let all = planned(FILE, &[("CHANNEL", "")]);
    assert_eq!(all[0].images.len(), 2, "an empty tag is none");
}

#[test]
fn json_says_the_same() {
    let json = r#"{"variable":{"TAG":{"default":"1.2"}},"group":{"default":{"targets":["app"]}},
      "target":{"app":{"context":".","dockerfile":"${TAG}.Dockerfile","tags":["acme/app:${TAG}","acme/app"],
      "args":{"A":"${notequal(\"\",TAG) ? \"x\" : \"y\"}","B":"plain"},"platforms":["linux/amd64","linux/arm64"]}}}"#;
    let all = planned(json, &[]);
    assert_eq!(
        images(&all),
        ["app: listed  acme/app:${TAG} = acme/app:1.2 built-here", "app: listed tag 2 acme/app built-here",]
    );
    assert_eq!(all[0].dockerfile.as_deref(), Some("/w/1.2.Dockerfile"));
    assert_eq!(all[0].request.args["A"].as_deref(), Some("x"));
    assert_eq!(all[0].request.platform, None);
    assert_eq!(all[0].images[0].spot.pointer, "/target/app/tags/0");
}

#[test]
fn matrices_make_targets() {
    let text = r#"
target "app" {
  name = "app-${item.tgt}-${replace(ver, ".", "-")}"
  matrix = {
    item = [{ tgt = "lint" }, { tgt = "build", base = "debian" }]
    ver = ["1.0", "2.0"]
  }
  args = { VER = ver, BASE = try(item.base, "alpine") }
  target = item.tgt
  tags = ["acme/${item.tgt}:${ver}"]
}
"#;
    let all = planned(text, &[]);
    let names: Vec<&str> = all.iter().map(|plan| plan.name.as_str()).collect();
    assert_eq!(names, ["app-lint-1-0", "app-lint-2-0", "app-build-1-0", "app-build-2-0"]);
    assert_eq!(all[3].request.args["BASE"].as_deref(), Some("debian"));
    assert_eq!(all[0].request.args["BASE"].as_deref(), Some("alpine"));
    assert_eq!(all[3].images[0].resolved.as_deref(), Some("acme/build:2.0"));
    let bomb: Vec<String> = (0..4).map(|i| format!("a{i} = [{}]", "\"x\",".repeat(100))).collect();
    let bomb = format!("target \"a\" {{\n  name = \"a\"\n  matrix = {{\n    {}\n  }}\n}}\n", bomb.join("\n    "));
    assert_eq!(planned(&bomb, &[]).len(), 256);
}

#[test]
fn what_cannot_be_told_is_needed() {
    let text = r#"
variable "LOOP" { default = "${LOOP}" }
variable "A" { default = "${B}" }
variable "B" { default = "${A}" }
target "app" {
  inherits = ["docker-metadata-action"]
  tags = ["a:${BAKE_LOCAL_PLATFORM}", "b:${timestamp()}", "c:${LOOP}", "d:${A}", [for v in ["1"] : "e:${v}"]]
}
target "where" {
  context = DIR
  dockerfile = "x"
}
"#;
    let all = planned(text, &[]);
    let needs: Vec<String> = all[0].images.iter().map(|place| place.needs.join(",")).collect();
    assert_eq!(needs, ["BAKE_LOCAL_PLATFORM", "timestamp()", "LOOP", "A", "[for v in [\"1\"] : \"e:${v}\"]"]);
    assert_eq!(all[0].needs, ["target.docker-metadata-action"]);
    assert_eq!((all[1].needs.clone(), all[1].dockerfile.clone()), (vec!["DIR".to_owned()], None));
}

#[test]
fn comparisons_and_functions() {
    for (expression, value) in [
        ("strlen(\"abc\") > 2 ? \"a:1\" : \"b:1\"", "a:1"),
        ("length([1, 2]) < 2 ? \"a:1\" : \"b:1\"", "b:1"),
        ("format(\"%s:%d\", \"a\", 3)", "a:3"),
        ("coalesce(\"\", null, \"a:2\")", "a:2"),
        ("concat([\"a:1\"], [])[0]", "a:1"),
        ("split(\"/\", \"x/a:1\")[1]", "a:1"),
        ("lower(\"A:1\")", "a:1"),
        ("equal(1, \"1\") && !false ? \"a:1\" : \"\"", "a:1"),
        ("trimsuffix(\"a:1-x\", \"-x\")", "a:1"),
        ("{a = \"a:1\"}.a", "a:1"),
        ("try({a = 1}.b, \"a:1\")", "a:1"),
    ] {
        let all = planned(&format!("target \"a\" {{\n  tags = [{expression}]\n}}\n"), &[]);
        assert_eq!(all[0].images[0].resolved.as_deref(), Some(value), "{expression}");
    }
}

#[test]
fn inline_dockerfiles_are_kept_with_their_place() {
    let text = "target \"app\" {\n  dockerfile-inline = <<EOT\nFROM alpine:3.20\nRUN true\nEOT\n}\ntarget \"b\" {\n  dockerfile-inline = \"FROM ${X}\"\n}\n";
    let all = planned(text, &[]);
    let (_, spot) = all[0].inline.as_ref().unwrap();
    assert!(text[spot.offset as usize..].starts_with("<<EOT"));
    let words = |file: &Dockerfile| file.stages[0].from.spot.clone();
    let spot = words(&all[0].inline.as_ref().unwrap().0);
    assert_eq!((spot.pointer.as_str(), &text[spot.offset as usize..][..11]), ("line:3", "alpine:3.20"));
    let json = r#"{"target": {"app": {"dockerfile-inline": "FROM alpine:3.20"}}}"#;
    let of_json = read("docker-bake.json", json);
    let Some(Recipe::Bake(bake)) = of_json.items[0].recipe.clone() else { panic!("no bake file") };
    let spot = words(&bake.targets[0].inline.as_ref().unwrap().file);
    assert_eq!(spot.pointer, "/target/app/dockerfile-inline");
    assert_eq!(&json[spot.offset as usize..][..11], "alpine:3.20");
    assert_eq!((all[0].dockerfile.clone(), all[0].needs.clone()), (None, vec![]));
    assert_eq!((all[1].inline.is_none(), all[1].needs.clone()), (true, vec!["dockerfile-inline".to_owned()]));
}

#[test]
fn a_damaged_block_costs_only_itself() {
    let text = "target \"a\" {\n  tags = [\"a:1\"]\n}\ntarget \"bad\" {\n  tags = [\"x\n}\ntarget \"c\" {\n  tags = [\"c:1\"]\n}\n";
    let whole = read("docker-bake.hcl", text);
    assert_eq!(whole.rejects.len(), 1, "{:?}", whole.rejects);
    let Some(Recipe::Bake(bake)) = whole.items[0].recipe.clone() else { panic!("no bake file") };
    let names: Vec<&str> = bake.targets.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["a", "c"]);
    let all = plans("/w", &[&bake], &BTreeMap::new());
    let spot = &all[1].plan.images[0].spot;
    assert_eq!(&text[spot.offset as usize..][..3], "c:1");
    assert_eq!(spot.pointer, "line:8");
}

const BAKE: &str = "variable \"TAG\" { default = \"1\" }\nvariable \"BASE\" { default = \"alpine:3.20\" }\ntarget \"_common\" {\n  args = { BASE = BASE, KEEP = \"kept:1\" }\n}\ntarget \"app\" {\n  inherits = [\"_common\"]\n  dockerfile = \"app.Dockerfile\"\n  tags = [\"acme/app:${TAG}\"]\n}\ntarget \"db\" {\n  dockerfile = \"db.Dockerfile\"\n  tags = [\"acme/db:${TAG}\"]\n}\n";
const OVERRIDE: &str = "variable \"TAG\" { default = \"2\" }\ntarget \"_debug\" { args = { DEBUG = \"debug:1\", BASE = \"below:1\" } }\ntarget \"app\" {\n  inherits = [\"_debug\"]\n  args = { BASE = \"debian:12\", KEEP = null }\n  tags = [\"local/app:${TAG}\"]\n}\n";
const APP: &str = "ARG BASE\nARG KEEP\nARG DEBUG\nFROM ${KEEP}\nFROM ${DEBUG}\nFROM ${BASE}\n";

fn overridden(over: &str, text: &str) -> Files {
    let over = format!("/w/{over}");
    Files::of(&[
        ("/w/docker-bake.hcl", BAKE),
        (over.as_str(), text),
        ("/w/app.Dockerfile", APP),
        ("/w/db.Dockerfile", "FROM postgres:16\n"),
    ])
}

#[test]
fn an_override_is_merged_over_the_file_beside_it() {
    let files = overridden("docker-bake.override.hcl", OVERRIDE);
    let joined = files.join("/w/docker-bake.hcl");
    assert_eq!((joined.problems.as_slice(), joined.missing.as_slice()), (&[][..], &[][..]));
    // Arguments key by key, null leaves what is inherited; tags as a whole; the last variable of a name; what both blocks
    // inherit from, the one named last winning.
    assert_eq!(
        uses(&joined),
        [
            "app.Dockerfile: base app/2 debian:12",
            "app.Dockerfile: build-input app/0 kept:1 unreached",
            "app.Dockerfile: build-input app/1 debug:1 unreached",
            "db.Dockerfile: base db/0 postgres:16",
            "docker-bake.hcl: listed  acme/db:2 built-here",
            "docker-bake.override.hcl: listed  local/app:2 built-here",
        ]
    );
    let place = joined.items.iter().find(|standing| standing.path.ends_with("override.hcl")).unwrap();
    assert_eq!(files.text_at(&place.path, &place.item.uses[0]), "local/app:${TAG}");
    let built: Vec<&str> = joined.built.iter().map(|built| built.image.as_str()).collect();
    assert_eq!(built, ["local/app:2", "acme/db:2"]);
    let over = files.join("/w/docker-bake.override.hcl");
    assert!(over.items.is_empty() && over.built.is_empty(), "it says nothing of its own: {:?}", over.items);
    assert!(over.asked.contains("/w/docker-bake.hcl"), "the file that comes later must be noticed");
}

#[test]
fn json_overrides_hcl_in_the_order_of_bake() {
    // `docker-bake.json` stands below `docker-bake.hcl`, `docker-bake.override.json` above both.
    let json =
        r#"{"target":{"app":{"tags":["json/app:1"]},"only":{"dockerfile":"db.Dockerfile","tags":["json/only:1"]}}}"#;
    let images = |files: &Files, path: &str| -> Vec<String> {
        files.join(path).built.into_iter().map(|built| built.image).collect()
    };
    let below = overridden("docker-bake.json", json);
    assert_eq!(images(&below, "/w/docker-bake.json"), ["acme/app:1", "json/only:1", "acme/db:1"]);
    assert_eq!(images(&below, "/w/docker-bake.hcl"), Vec::<String>::new());
    let above = overridden("docker-bake.override.json", json);
    assert_eq!(images(&above, "/w/docker-bake.hcl"), ["json/app:1", "acme/db:1", "json/only:1"]);
    // Another name is read only with `-f`, and by itself.
    let other = overridden("release.hcl", OVERRIDE);
    assert_eq!(images(&other, "/w/release.hcl"), ["local/app:2"]);
    assert_eq!(images(&other, "/w/docker-bake.hcl"), ["acme/app:1", "acme/db:1"]);
}

#[test]
fn an_override_alone_is_read_by_itself() {
    let files = Files::of(&[("/w/docker-bake.override.hcl", OVERRIDE), ("/w/Dockerfile", APP)]);
    let joined = files.join("/w/docker-bake.override.hcl");
    assert!(uses(&joined).contains(&"docker-bake.override.hcl: listed  local/app:2 built-here".to_owned()));
}

#[test]
fn a_service_of_a_target_name_is_named_where_bake_would_merge_it() {
    let compose = "services:\n  app:\n    build: ./app\n  db:\n    image: postgres:16\n";
    let files = Files::of(&[("/w/docker-bake.hcl", BAKE), ("/w/compose.yaml", compose)]);
    let joined = files.join("/w/docker-bake.hcl");
    assert_eq!(joined.problems.len(), 1, "{:?}", joined.problems);
    assert!(joined.problems[0].reason.contains("the target `app` over the service"), "{:?}", joined.problems);
}

const CHAIN: &str = r#"target "base" { dockerfile-inline = "FROM tgt/base:1\nCOPY --from=tgt/tool:1 a b" }
target "mid" {
  contexts = { below = "target:base" }
  dockerfile-inline = "FROM below\nRUN x"
}
target "app" {
  context = "sub"
  contexts = { basectx = "target:mid", named = "target:lib" }
  tags = ["bk2/app:1"]
}
target "lib" {
  dockerfile-inline = "FROM scratch"
  tags = ["bk2/lib:1"]
}
target "left" {
  contexts = { r = "target:right" }
  dockerfile-inline = "FROM r"
}
target "right" {
  contexts = { l = "target:left" }
  dockerfile-inline = "FROM l"
}
"#;

#[test]
fn another_targets_result_brings_in_what_that_stands_on() {
    let files = Files::of(&[
        ("/w/docker-bake.hcl", CHAIN),
        ("/w/sub/Dockerfile", "FROM basectx\nCOPY --from=named a b\nRUN x\n"),
    ]);
    let joined = files.join("/w/docker-bake.hcl");
    let mut found = uses(&joined);
    found.retain(|line| line.starts_with("Dockerfile"));
    assert_eq!(
        found,
        [
            "Dockerfile: base app/0 tgt/base:1",
            "Dockerfile: build-input app/0 bk2/lib:1",
            "Dockerfile: build-input app/0 tgt/tool:1",
        ]
    );
    // Two that wait for each other come to nothing, and end.
    assert!(
        joined.materials.is_empty(),
        "what another target makes is nothing that is fetched: {:?}",
        joined.materials
    );
}

#[test]
fn a_context_that_is_fetched_is_named_with_what_would_tell_it() {
    let text = "target \"a\" {\n  context = \"https://github.com/acme/repo.git#main\"\n  tags = [\"acme/a:1\"]\n}\n";
    let joined = Files::of(&[("/w/docker-bake.hcl", text)]).join("/w/docker-bake.hcl");
    let missing: Vec<(&str, bool)> =
        joined.missing.iter().map(|m| (m.path.as_str(), m.reason.contains("provenance"))).collect();
    assert_eq!(missing, [("https://github.com/acme/repo.git#main", true)]);
}
