//! What people are shown of it.

use hullbreach::case::query::builds::missing;
use hullbreach::case::query::filter::Filter;
use hullbreach::case::query::image::image;
use hullbreach::case::query::images::{Sort, images};
use hullbreach::case::query::one_liner::one_liner;
use hullbreach::case::query::unresolved::unresolved;
use hullbreach::model::fact::{Item, Mark, Role};
use serde_json::json;

use super::small::{file, join};
use crate::fold::world::{Evidence, With, World, digest, list, object, pod};

fn world(evidence: &[Evidence]) -> World {
    let mut world = World::joining(join);
    world.fold(evidence);
    world
}

fn owner(subject: &str, name: &str, owner: &str) -> Item {
    let mut item = object("Ownership", "", name, "");
    let details = &mut item.object.as_mut().unwrap().details;
    for (key, value) in [("subject", subject), ("owner", owner), ("criticality", "high")] {
        details.insert(key.into(), value.into());
    }
    item
}

fn service(name: &str, image: &str, marks: &[Mark]) -> Item {
    let mut item = object("ComposeProject", "", "shop", "").uses(Role::Service, name, image);
    item.uses[0].marks = marks.to_vec();
    item.uses[0].spot.pointer = format!("/services/{name}/image");
    item
}

fn found(world: &World, filter: &str) -> Vec<String> {
    let rows = images(&world.conn, &Filter::parse(filter).unwrap(), Sort::parse("name").unwrap(), None).unwrap();
    rows.into_iter().map(|row| row.name.rsplit('/').next().unwrap().to_owned()).collect()
}

#[test]
fn an_image_shows_what_was_written_what_it_comes_to_and_the_line() {
    let world = world(&[
        file("api/Dockerfile", 1, &[("BASE", Some("python:3"))], &["${BASE}", "${TAG}"], &[], &[]),
        file("compose", 1, &[], &[], &["/dumps/api/Dockerfile"], &[]),
    ]);
    let detail = serde_json::to_value(image(&world.conn, "python:3").unwrap()).unwrap();
    assert_eq!(detail["uses"].as_array().unwrap().len(), 1, "the stage is one place, which is the build's");
    let place = &detail["uses"][0];
    assert_eq!(place["locus"], "api/Dockerfile:1");
    assert_eq!((&place["as_written"], &place["resolved"]), (&json!("${BASE}"), &json!("python:3")));
    assert_eq!((&place["needs"], &place["marks"]), (&json!([]), &json!(["profile:/dumps/compose"])));
    assert_eq!(place["workload"]["kind"], "ComposeProject");
}

#[test]
fn a_dockerfile_that_nobody_builds_is_a_place_without_a_workload() {
    let world = world(&[file("api/Dockerfile", 1, &[], &["python:3"], &[], &[])]);
    let detail = serde_json::to_value(image(&world.conn, "python:3").unwrap()).unwrap();
    let alone = &detail["uses"][0];
    assert_eq!((&alone["workload"], &alone["marks"]), (&json!(null), &json!([])));
}

#[test]
fn an_image_that_is_built_here_names_its_dockerfile() {
    let world = world(&[
        file("api/Dockerfile", 1, &[], &["python:3"], &[], &[]),
        file("compose", 1, &[], &["built-dumps-compose"], &["/dumps/api/Dockerfile"], &[]),
    ]);
    let detail = serde_json::to_value(image(&world.conn, "built-dumps-compose").unwrap()).unwrap();
    let built = &detail["built_by"][0];
    assert_eq!((&built["dockerfile"], &built["target"]), (&json!("api/Dockerfile"), &json!("run")));
    assert_eq!((&built["asked_by"], &built["at_hand"]), (&json!("compose:1"), &json!(true)));
    assert_eq!(built["locator"], json!({"pointer": "line:1", "offset": 10, "length": 4}));
    assert_eq!(detail["built_by"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_not_resolved_and_what_is_missing_is_listed_with_what_would_help() {
    let mut compose = service("web", "reg/web:${TAG}", &[]);
    compose.uses[0].needs = vec!["TAG".into()];
    let world = world(&[
        list("shop/compose.yaml", 1, vec![compose]).format("compose-yaml"),
        file("api/Dockerfile", 1, &[], &["${BASE}"], &["/dumps/gone"], &[]),
    ]);
    let rows = serde_json::to_value(unresolved(&world.conn).unwrap()).unwrap();
    assert_eq!(
        rows,
        json!([
            {"locus": "api/Dockerfile:1", "as_written": "${BASE}", "needs": ["BASE"],
             "hint": "no ARG before the first FROM declares BASE, so no build can set it: the file is broken, or is filled in \
                      before it is built; import what is built in truth, or the built image's provenance"},
            {"locus": "shop/compose.yaml#/items/0/services/web/image", "as_written": "reg/web:${TAG}", "needs": ["TAG"],
             "hint": "import the /dumps/shop/.env that defines TAG; nothing that was read does"}
        ])
    );
    let rows = serde_json::to_value(missing(&world.conn).unwrap()).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!((&rows[0]["path"], &rows[0]["asked_by"]), (&json!("/dumps/gone"), &json!("api/Dockerfile:1")));
    assert_eq!(rows[0]["reason"], "it is built here, and was not imported");
}

#[test]
fn filters_choose_by_need_mark_and_owner() {
    let mut lacking = service("b", "reg/b:${TAG}", &[]);
    lacking.uses[0].needs = vec!["TAG".into(), "REG".into()];
    let world = world(&[
        list(
            "compose.yaml",
            1,
            vec![service("a", "reg.io/a:1", &[Mark::Unreached, Mark::Profile("debug".into())]), lacking],
        ),
        list("pods.json", 1, vec![pod("pay", "p", "u", "n1").uses(Role::App, "c", "nginx:1")]).context("eu"),
        list("owners.csv", 1, vec![owner("namespace", "pay", "cy"), owner("repository", "reg.io/*", "bo")]),
    ]);
    let table: [(&str, &[&str]); 13] = [
        ("needs:TAG", &["b:${TAG}"]),
        ("needs:*", &["b:${TAG}"]),
        ("-needs:* -ns:pay", &["a:1"]),
        ("needs:NOPE", &[]),
        ("mark:unreached", &["a:1"]),
        ("mark:profile", &["a:1"]),
        ("mark:profile:debug", &["a:1"]),
        ("mark:profile:other", &[]),
        ("mark:\"profile:debug\"", &["a:1"]),
        ("mark~deb", &["a:1"]),
        ("owner:cy", &["nginx:1"]),
        ("owner:b* or owner~CY", &["nginx:1", "a:1"]),
        ("owner:ana", &[]),
    ];
    for (filter, expected) in table {
        assert_eq!(found(&world, filter), expected, "{filter}");
    }
}

#[test]
fn owners_are_found_by_name_repository_workload_and_namespace() {
    let pods = [
        pod("pay", "p", "u1", "n1").owned("Deployment", "api", "d").uses(Role::App, "c", "reg.io:5000/pay/api:1"),
        pod("web", "w", "u2", "n1").uses(Role::App, "c", "nginx:1"),
    ];
    let owners = |rows: &[(&str, &str)]| {
        let items = rows.iter().map(|(subject, name)| owner(subject, name, "x")).collect();
        let world = world(&[list("pods.json", 1, pods.to_vec()).context("eu"), list("owners.csv", 1, items)]);
        let by = |name| image(&world.conn, name).unwrap().owners.into_iter().map(|o| o.subject).collect::<Vec<_>>();
        (by("pay/api"), by("nginx"))
    };
    let table: [(&str, &str, bool, bool); 19] = [
        ("image", "reg.io:5000/pay/api:1", true, false),
        ("image", "reg.io:5000/pay/api", true, false),
        ("image", "pay/api:1", true, false),
        ("image", "nginx:1", false, true),
        ("image", "nginx", false, true),
        ("image", "nginx:2", false, false),
        ("repository", "reg.io:5000/pay", true, false),
        ("repository", "reg.io:5000/pa", false, false),
        ("repository", "reg.io:5000/*", true, false),
        ("repository", "pay/*", true, false),
        ("repository", "pay/api", true, false),
        ("repository", "nginx", false, true),
        ("repository", "docker.io/library", false, true),
        ("workload", "api", true, false),
        ("workload", "pay/api", true, false),
        ("workload", "Deployment/api", true, false),
        ("workload", "web/api", false, false),
        ("namespace", "pay", true, false),
        ("namespace", "web", false, true),
    ];
    for (subject, name, api, nginx) in table {
        let (of_api, of_nginx) = owners(&[(subject, name)]);
        assert_eq!((!of_api.is_empty(), !of_nginx.is_empty()), (api, nginx), "{subject} {name}");
    }
    let all =
        [("namespace", "pay"), ("repository", "reg.io:5000/pay"), ("repository", "pay/api"), ("image", "pay/api:1")];
    assert_eq!(owners(&all).0, ["pay/api:1", "reg.io:5000/pay", "pay/api", "pay"], "the most exact word first");
}

#[test]
fn the_latest_word_on_an_owner_counts_and_a_context_is_one_of_its_own() {
    let says = |hour, who| list(&format!("owners{hour}.csv"), hour, vec![owner("namespace", "pay", who)]);
    let pods = list("pods.json", 1, vec![pod("pay", "p", "u", "n").uses(Role::App, "c", "nginx:1")]).context("eu");
    let world = world(&[says(3, "new"), says(1, "old"), says(4, "elsewhere").context("us"), pods]);
    let owners = image(&world.conn, "nginx").unwrap().owners;
    assert_eq!(owners.iter().map(|o| o.owner.as_str()).collect::<Vec<_>>(), ["new"]);
}

#[test]
fn the_one_liner_is_held_against_everything_with_a_reason_for_each_miss() {
    let pinned = format!("docker.io/library/nginx@{}", digest(1));
    let pods = vec![
        pod("web", "a", "u1", "n").runs("c", "nginx:1", &pinned, 0).uses(Role::Init, "i", "busybox:1"),
        pod("web", "b", "u2", "n").uses(Role::App, "c", "redis:7"),
    ];
    let world = world(&[
        list("pods.json", 1, pods),
        list("docker-compose.yml", 1, vec![service("plain", "mongo", &[]), service("tag", "mysql:8", &[])]),
        list("sub/docker-compose.yml", 1, vec![service("deep", "deep:1", &[])]),
        list("compose.yaml", 1, vec![service("named", "named:1", &[])]),
        list("built.yaml", 1, vec![service("own", "shop-own", &[Mark::BuiltHere])]),
        file("Dockerfile", 1, &[("BASE", Some("python:3"))], &["${BASE}", "node:20"], &[], &[]),
        file("x/Dockerfile", 1, &[], &["inner:1"], &[], &[]),
    ]);
    let all = one_liner(&world.conn).unwrap();
    assert_eq!(all.result.found, ["docker.io/library/mongo:latest", "docker.io/library/node:20"]);
    let reasons: Vec<String> =
        all.reasons.iter().map(|r| format!("{}: {}", r.image.rsplit('/').next().unwrap(), r.reason)).collect();
    assert_eq!(
        reasons,
        [
            "busybox:1: an init container: only .spec.containers is asked for",
            "deep:1: the compose file is in a sub-folder",
            "inner:1: the Dockerfile is in a sub-folder",
            "mysql:8: the image: line is cut at its second colon",
            "named:1: the file is not called docker-compose*.yml",
            "nginx:1: all images of all pods are one line, which cut ends at its second colon",
            "python:3: an ARG stands in the FROM line",
            "redis:7: all images of all pods are one line, which cut ends at its second colon",
            "shop-own:latest: built by compose: no image: line names it",
        ]
    );
    assert_eq!(all.reasons.len(), all.result.missed.len());
}
