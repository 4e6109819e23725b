//! Bake files: what is read, and the builds that it comes to.

use std::collections::BTreeMap;

use hullbreach::model::recipe::{Bake, Recipe};
use hullbreach::resolve::project::{Plan, bake::plans};

use super::{read, shown};

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
    plans("/w/docker-bake.hcl", &bake(name, text), &stated)
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
    let all = plans("/w/x.hcl", &bake, &BTreeMap::new());
    let spot = &all[1].images[0].spot;
    assert_eq!(&text[spot.offset as usize..][..3], "c:1");
    assert_eq!(spot.pointer, "line:8");
}
