//! What stands on what, and what is said where nothing is known.

use super::*;

const COMPOSE: &str =
    "services:\n  api:\n    image: registry.example/pay/api:7\n    build: {context: app, target: runtime}\n";
const DOCKERFILE: &str = "FROM golang:1.22 AS build\nFROM python:3.12-slim AS runtime\nCOPY --from=build /x /x\n";

#[test]
fn layers_make_a_base_and_an_image_tells_it() {
    let (_world, env) = three();
    let document = graph(&env, &["--json"]).json();
    assert_eq!(
        edges(&document),
        [
            "registry.example/pay/api:7 -> registry.example/base:1 base 0.97 layers",
            "registry.example/pay/job:7 -> registry.example/pay/api:7 base 0.97 layers",
        ]
    );
    let layers: Vec<&Value> = document["nodes"].as_array().unwrap().iter().map(|node| &node["layers"]).collect();
    assert_eq!(layers, [&json!(2), &json!(3), &json!(4)]);

    let image = run(&env, ["image", "pay/api", "--json"]).expect(Exit::Done).json();
    let base = &image["bases"][0];
    assert_eq!((image["bases"].as_array().unwrap().len(), &image["descendants"]), (1, &json!(1)));
    assert_eq!((&base["name"], &base["kind"]), (&json!("registry.example/base:1"), &json!("base")));
    assert_eq!((&base["proof"], &base["confidence"]), (&json!(["layers"]), &json!(0.97)));
    assert_eq!(base["id"], document["edges"][0]["to"]);
    let root = run(&env, ["image", "registry.example/base:1", "--json"]).expect(Exit::Done).json();
    assert_eq!((&root["bases"], &root["descendants"]), (&json!([]), &json!(2)));

    let text = run(&env, ["image", "pay/api"]).expect(Exit::Done).out();
    assert!(text.contains("base     registry.example/base:1  layers 1-2 equal 0.97"), "{text}");
    assert!(text.contains("1 image on it"), "{text}");
}

#[test]
fn what_a_dockerfile_builds_stands_on_what_it_names() {
    let (_world, env) = case_of(&[("compose.yaml", COMPOSE), ("app/Dockerfile", DOCKERFILE)]);
    let document = graph(&env, &["--json"]).json();
    assert_eq!(
        edges(&document),
        [
            "registry.example/pay/api:7 -> docker.io/library/golang:1.22 build-input 0.85 dockerfile",
            "registry.example/pay/api:7 -> docker.io/library/python:3.12-slim base 0.85 dockerfile",
        ]
    );
    let image = run(&env, ["image", "pay/api", "--json"]).expect(Exit::Done).json();
    let evidence =
        &image["bases"].as_array().unwrap().iter().find(|base| base["kind"] == "base").unwrap()["evidence"][0];
    let shown = run(
        &env,
        ["evidence", "show", evidence["evidence"].as_str().unwrap(), "--at", evidence["locator"].as_str().unwrap()],
    );
    assert!(shown.expect(Exit::Done).out().contains("python:3.12-slim"));
    // A pointer into a project file means the words themselves.
    let all = run(&env, ["evidence", "--json"]).json();
    let compose = all["evidence"].as_array().unwrap().iter().find(|e| e["format"] == "compose-yaml").unwrap();
    let at = ["evidence", "show", compose["id"].as_str().unwrap(), "--at", "/services/api/image", "--raw"];
    assert!(run(&env, at).expect(Exit::Done).out().starts_with("registry.example/pay/api:7"));
    // The base is in no list, and can be asked for all the same.
    let text = graph(&env, &["--focus", "python"]).out();
    assert!(text.contains("what stands right on it\n  registry.example/pay/api:7  [dockerfile 0.85]"), "{text}");
    assert!(text.starts_with("docker.io/library/python:3.12-slim  1 image on it"), "{text}");
}

#[test]
fn layers_that_no_image_is_are_a_base_of_their_own() {
    let all =
        [inspected('b', "registry.example/pay/api:7", "123"), inspected('c', "registry.example/pay/job:7", "124")];
    let (_world, env) = case_of(&[("host.json", &json!(all).to_string())]);
    let document = graph(&env, &["--json"]).json();
    let unknown: Vec<&Value> =
        document["nodes"].as_array().unwrap().iter().filter(|n| n["kind"] == "virtual").collect();
    assert_eq!((unknown.len(), &unknown[0]["layers"], &unknown[0]["shared_by"]), (1, &json!(2), &json!(2)));
    assert_eq!(document["edges"].as_array().unwrap().len(), 2);
    let outline = graph(&env, &[]).out();
    assert!(outline.starts_with("[?] "), "{outline}");
    let chain = format!("chain:{}", unknown[0]["chain_id"].as_str().unwrap());
    let focus = graph(&env, &["--focus", &chain]).out();
    assert!(focus.contains("registry.example/pay/api:7") && focus.contains("registry.example/pay/job:7"), "{focus}");
}

#[test]
fn without_lineage_it_says_why_and_what_to_import() {
    let (_world, env) = case_of(&[]);
    let ran = graph(&env, &[]);
    assert!(ran.out().is_empty() && ran.err().contains("the case has no images"), "{}{}", ran.out(), ran.err());
    assert!(ran.err().contains("docker image inspect"));
    assert_eq!(graph(&env, &["--json"]).json(), json!({"nodes": [], "edges": []}));

    let (_world, env) =
        case_of(&[("host.json", &json!([inspected('a', "registry.example/base:1", "12")]).to_string())]);
    let ran = graph(&env, &[]);
    assert!(ran.err().contains("1 image, layers known of 1"), "{}", ran.err());
    assert_eq!(graph(&env, &["--json"]).json()["nodes"].as_array().unwrap().len(), 1);
}

#[test]
fn focus_shows_both_sides_and_names_what_could_be_meant() {
    let (_world, env) = three();
    let text = graph(&env, &["--focus", "pay/api"]).out();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "registry.example/pay/api:7  1 image on it, 0 running");
    assert_eq!(lines[1..3], ["stands on", "  registry.example/base:1  [layers 1-2 equal 0.97]"]);
    assert_eq!(lines[3..], ["what stands right on it", "  registry.example/pay/job:7  [layers 1-3 equal 0.97]"]);
    let around = graph(&env, &["--focus", "pay/job", "--json"]).json();
    assert_eq!(around["nodes"].as_array().unwrap().len(), 3);

    let ambiguous = run(&env, ["graph", "--focus", "repo:pay/*"]).expect(Exit::Failed);
    assert!(ambiguous.err().contains("pay/api:7") && ambiguous.err().contains("pay/job:7"), "{}", ambiguous.err());
    let unknown = run(&env, ["graph", "--focus", "nowhere"]).expect(Exit::Failed);
    assert!(unknown.err().contains("no image is known as"), "{}", unknown.err());
}

#[test]
fn paths_go_from_the_image_down_step_by_step() {
    let (_world, env) = three();
    let text = graph(&env, &["--focus", "pay/job", "--format", "paths"]).out();
    assert_eq!(
        text,
        "registry.example/pay/job:7\n  on registry.example/pay/api:7  [layers 1-3 equal 0.97]\n  \
         on registry.example/base:1  [layers 1-2 equal 0.97]\n"
    );
    let root = graph(&env, &["--focus", "registry.example/base:1", "--format", "paths"]).out();
    assert!(root.contains("base none known"), "{root}");
    let (_world, env) = case_of(&[("compose.yaml", COMPOSE), ("app/Dockerfile", DOCKERFILE)]);
    let built = graph(&env, &["--focus", "pay/api", "--format", "paths"]).out();
    assert!(built.contains("[dockerfile 0.85]\n     evidence show "), "{built}");
    run(&env, ["graph", "--format", "paths"]).expect(Exit::Usage);
}

#[test]
fn the_exercise_has_lineage() {
    let world = World::new();
    let env = world.ana();
    let dir = world.root().join("demo");
    run(&env, ["demo", "--summary", "--dir", &arg(&dir)]).expect(Exit::Done);
    let case = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path());
    let case = case.into_iter().find(|path| path.extension().is_some_and(|end| end == "case")).unwrap();
    let document = run(&env, ["graph", "--json", "--case", &arg(&case)]).expect(Exit::Done).json();
    let edges = edges(&document);
    assert!(edges.iter().any(|edge| edge.contains(" base ") && edge.ends_with("dockerfile")), "{edges:#?}");
}
