//! What `grep image:` over `docker-compose*.yml` gets wrong: each of its mistakes with the right answer.

use super::{Files, joined, read, uses};
use hullbreach::read::Format;

fn images(text: &str) -> Vec<String> {
    let of = |line: String| line.split(' ').nth(3).unwrap_or_default().to_owned();
    uses(&joined(text)).into_iter().map(of).collect()
}

fn one(image: &str) -> String {
    images(&format!("services:\n  a:\n    image: {image}\n")).concat()
}

#[test]
fn the_image_stays_and_the_file_is_told_beside_it() {
    let files = Files::of(&[("/x/docker-compose.yml", "services:\n  a:\n    image: nginx:1.2\n")]);
    let joined = files.join("/x/docker-compose.yml");
    assert_eq!(joined.items[0].path, "/x/docker-compose.yml");
    assert_eq!(uses(&joined), ["docker-compose.yml: service a nginx:1.2"]);
}

#[test]
fn tags_ports_and_digests_stay_whole() {
    let digest = "sha256:0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971";
    for image in ["redis:7", "localhost:5000/a/b:2", &format!("a/b:1.0@{digest}"), &format!("nginx@{digest}")] {
        assert_eq!(one(image), image);
        assert_eq!(one(&format!("\"{image}\"")), image);
        assert_eq!(one(&format!("'{image}' # note")), image);
    }
}

#[test]
fn files_are_found_by_content_whatever_they_are_called() {
    for name in ["/x/compose.yaml", "/x/stack.yml", "/x/notes.txt", "/x/deploy/prod"] {
        assert_eq!(read(name, b"services:\n  a:\n    image: nginx\n").format, Some(Format::ComposeYaml), "{name}");
    }
}

#[test]
fn commented_lines_are_no_images() {
    let text =
        "services:\n  a:\n    image: a:1\n    # image: old/thing:1\n    #image: mcr.microsoft.com/mssql/server\n";
    assert_eq!(images(text), ["a:1"]);
}

#[test]
fn folded_and_literal_texts_and_flow_mappings_are_read() {
    let digest = "sha256:0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971";
    assert_eq!(one(&format!(">-\n      nginx@{digest}\n")), format!("nginx@{digest}"));
    assert_eq!(one(&format!("|\n      nginx@{digest}\n")), format!("nginx@{digest}"));
    assert_eq!(images("services: {a: {image: nginx}, b: {image: \"x:1\"}}\n"), ["nginx", "x:1"]);
    assert_eq!(images("services:\n  a:\n    ? image\n    : nginx\n"), ["nginx"]);
    assert_eq!(images("services:\n  a:\n    \"image\":   nginx\n"), ["nginx"]);
}

#[test]
fn interpolation_takes_the_environment_before_defaults() {
    assert_eq!(one("nginx:${TAG:-latest}"), "nginx:latest");
    let files = Files::of(&[
        ("/x/compose.yaml", "services:\n  a:\n    image: ${REG:?err}/a:${TAG:-1}\n"),
        ("/x/.env", "REG=ghcr.io/x\nTAG=2\n"),
    ]);
    assert_eq!(uses(&files.join("/x/compose.yaml")), ["compose.yaml: service a ghcr.io/x/a:2"]);
}

#[test]
fn services_that_are_only_built_are_named() {
    let text =
        "services:\n  app:\n    build:\n      context: .\n      args: [BASE_IMAGE=altinity/clickhouse-server:25.8]\n";
    assert_eq!(images(text), ["p-app"]);
}

#[test]
fn missing_environment_files_of_a_service_and_disabled_profiles_lose_nothing() {
    let text =
        "services:\n  a:\n    image: a:1\n    env_file: missing.env\n  b:\n    image: b:1\n    profiles: [never]\n";
    assert_eq!(images(text), ["a:1", "b:1"]);
}

#[test]
fn carriage_returns_and_byte_order_marks_are_no_part_of_a_name() {
    assert_eq!(
        images("\u{feff}services:\r\n  a:\r\n    image: nginx:1\r\n  b:\r\n    image: \"x\"\r\n"),
        ["nginx:1", "x"]
    );
}

#[test]
fn equal_images_are_kept_once_for_each_place() {
    assert_eq!(images("services:\n  a:\n    image: x\n  b:\n    image: x\n"), ["x", "x"]);
}

#[test]
fn json_of_the_engine_is_read_as_the_same_project() {
    let json = r#"{"name":"shop","services":{"web":{"command":null,"image":"nginx:1","networks":{"default":null},
        "ports":[{"mode":"ingress","target":80,"published":"8080","protocol":"tcp"}]},
        "app":{"build":{"context":"/src/app","dockerfile":"Dockerfile"},"profiles":["x"]}},"networks":{"default":{}}}"#;
    let files = Files::of(&[("/x/config.json", json)]);
    assert_eq!(files.0["/x/config.json"].format, Some(Format::ComposeJson));
    let joined = files.join("/x/config.json");
    assert_eq!(
        uses(&joined),
        [
            "config.json: service app shop-app profile:x built-here",
            "config.json: service web nginx:1 published:8080:80"
        ]
    );
}
