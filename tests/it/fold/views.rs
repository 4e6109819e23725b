//! The read models over a small inventory.

use hullbreach::case::query::filter::Filter;
use hullbreach::case::query::image::image;
use hullbreach::case::query::images::{Sort, count, images};
use hullbreach::case::query::select::SelectError;
use hullbreach::case::query::sources::sources;
use hullbreach::case::query::totals::{pod_images, totals, written_images};
use hullbreach::model::fact::Role;

use super::world::{With, World, digest, list, object, pod};

/// Two contexts: a service with an init container in one, a database and a declaration beside it.
fn inventory() -> World {
    let api = pod("pay", "api-1-x", "u1", "n1")
        .owned("ReplicaSet", "api-1", "r1")
        .likely("Deployment", "api")
        .runs("api", "reg.example:5000/pay/api:1.4", &format!("reg.example:5000/pay/api@{}", digest(0xa1)), 0)
        .uses(Role::Init, "migrate", "ghcr.io/team/migrate:3");
    let api_2 = pod("pay", "api-2-x", "u2", "n2").runs(
        "api",
        "reg.example:5000/pay/api:1.4",
        &format!("reg.example:5000/pay/api@{}", digest(0xa1)),
        0,
    );
    let database = pod("data", "db-0", "u3", "m1").owned("StatefulSet", "db", "s1").runs(
        "db",
        "postgres:16",
        &format!("docker.io/library/postgres@{}", digest(0xb2)),
        0,
    );
    let declared = object("Deployment", "dev", "api", "").uses(Role::App, "api", "reg.example:5000/pay/api:1.4");
    World::of(&[
        list("eu.json", 2, vec![api, api_2]).context("eu"),
        list("us.json", 3, vec![database]).context("us"),
        list("deploy.yaml", 1, vec![declared]),
    ])
}

fn found(world: &World, filter: &str) -> Vec<String> {
    let filter = Filter::parse(filter).unwrap();
    let rows = images(&world.conn, &filter, Sort::parse("name").unwrap(), None).unwrap();
    assert_eq!(count(&world.conn, &filter).unwrap(), rows.len() as u64);
    rows.into_iter()
        .map(|i| format!("{}{}", i.name.rsplit('/').next().unwrap(), if i.resolved { "" } else { "?" }))
        .collect()
}

#[test]
fn the_list_has_the_shape_of_the_contract() {
    let world = inventory();
    let rows = images(&world.conn, &Filter::All, Sort::default(), Some(1)).unwrap();
    let json = serde_json::to_value(&rows).unwrap();
    let expected = serde_json::json!([{
        "id": digest(0xa1)[7..39], "name": "reg.example:5000/pay/api:1.4", "registry": "reg.example:5000",
        "repository": "pay/api", "tags": ["1.4"], "digests": [{"value": digest(0xa1), "kind": "unknown"}],
        "resolved": true, "roles": ["app"], "uses": 2, "running": 2, "workloads": 2, "priority": null, "due": null, "rule": null, "verdict": null,
        "moved": "no", "first_seen": "1970-01-01T02:00:00Z", "last_seen": "1970-01-01T02:00:00Z"
    }]);
    assert_eq!(json, expected);
}

#[test]
fn filters_choose_images() {
    let world = inventory();
    let table: [(&str, &[&str]); 27] = [
        ("", &["postgres:16", "migrate:3?", "api:1.4", "api:1.4?"]),
        ("registry:docker.io", &["postgres:16"]),
        ("registry:reg.*", &["api:1.4", "api:1.4?"]),
        ("role:init", &["migrate:3?"]),
        ("running:>0", &["postgres:16", "api:1.4"]),
        ("running:>1 or role:init", &["migrate:3?", "api:1.4"]),
        ("name~API", &["api:1.4", "api:1.4?"]),
        ("api", &["api:1.4", "api:1.4?"]),
        ("-ns:dev api", &["api:1.4"]),
        ("ns:pay", &["migrate:3?", "api:1.4"]),
        ("ns!:pay", &["postgres:16", "api:1.4?"]),
        ("context:us", &["postgres:16"]),
        ("context~u", &["postgres:16", "migrate:3?", "api:1.4"]),
        ("workload:api", &["migrate:3?", "api:1.4", "api:1.4?"]),
        ("kind:StatefulSet", &["postgres:16"]),
        ("kind:*Set", &["postgres:16"]),
        ("tag:1.4 resolved:yes", &["api:1.4"]),
        ("tag:1*", &["postgres:16", "api:1.4", "api:1.4?"]),
        ("resolved:no", &["migrate:3?", "api:1.4?"]),
        ("repository:pay/api uses:>=2", &["api:1.4"]),
        ("workloads:2", &["api:1.4"]),
        ("moved:no", &["postgres:16", "api:1.4", "api:1.4?"]),
        ("verdict:bad or priority:P0", &[]),
        ("verdict:none not name~api", &["postgres:16", "migrate:3?"]),
        ("not (ns:pay or ns:data)", &["api:1.4?"]),
        ("uses:<=1 uses:<2 uses!:0", &["postgres:16", "migrate:3?", "api:1.4?"]),
        ("tag:\"1.4' OR 1=1\"", &[]),
    ];
    for (filter, expected) in table {
        assert_eq!(found(&world, filter), expected, "{filter}");
    }
    assert_eq!(found(&world, &format!("digest:{}", digest(0xb2))), ["postgres:16"]);
    assert_eq!(found(&world, &format!("digest:{}", &digest(0xb2)[7..])), ["postgres:16"]);
    assert_eq!(found(&world, "digest~b2"), ["postgres:16"]);
}

#[test]
fn every_alias_selects_and_ambiguity_names_the_candidates() {
    let world = inventory();
    let select = |selector: &str| match image(&world.conn, selector) {
        Ok(detail) => format!("{} {}", detail.image.name, detail.image.resolved),
        Err(SelectError::Ambiguous { total, .. }) => format!("{total} images"),
        Err(error) => error.to_string(),
    };
    let postgres = "docker.io/library/postgres:16 true";
    let full = digest(0xb2);
    let unresolved = world.texts("SELECT substr(ident, 1, 8) FROM p_image WHERE name LIKE 'ghcr%'");
    for alias in [
        full.as_str(),
        &full[7..],
        "digest:sha256:00000000000000000000000000000000000000000000000000000000000000b2",
        "postgres:16",
        "postgres",
        "docker.io/library/postgres",
        "library/postgres:16",
        "tag:16",
        "tag:postgres:16",
        "repo:*/postgres",
        "registry:docker.io",
        "postgres:15@sha256:00000000000000000000000000000000000000000000000000000000000000b2",
    ] {
        assert_eq!(select(alias), postgres, "{alias}");
    }
    assert_eq!(select(&unresolved[0]), "ghcr.io/team/migrate:3 false");
    assert_eq!(select("team/migrate"), "ghcr.io/team/migrate:3 false");
    assert_eq!(select("migrate:3"), "ghcr.io/team/migrate:3 false");
    assert_eq!(select("pay/api"), "2 images", "the declaration's tag is not what production runs");
    assert_eq!(
        select("00000"),
        "no image is known as \"00000\"; give a digest or its beginning (6 hex digits or more), \
        an id, a name or the end of one, or digest:, tag:, repo:, registry:, action: with a value"
    );
    assert_eq!(select("000000"), "2 images");
    let error = image(&world.conn, "pay/api").unwrap_err().to_string();
    assert!(error.contains("reg.example:5000/pay/api:1.4; ") || error.contains("(no digest known)"), "{error}");
    for hostile in ["", " ", "%", "'", "\u{0}", "repo:[", "tag:", "sha256:", "digest:zz", &"a/".repeat(5000)] {
        assert!(image(&world.conn, hostile).is_err(), "{hostile:?}");
    }
}

#[test]
fn one_image_shows_every_place_and_where_it_stands() {
    let world = inventory();
    let detail = image(&world.conn, &digest(0xa1)).unwrap();
    let json = serde_json::to_value(&detail).unwrap();
    let place = &json["uses"][0];
    assert_eq!(place["locus"], "eu/pay/Pod/api-1-x[api]");
    assert_eq!(place["role"], "app");
    let workload = serde_json::json!({"kind": "Deployment", "namespace": "pay", "name": "api", "context": "eu"});
    assert_eq!(place["workload"], workload);
    assert_eq!(place["as_written"], "reg.example:5000/pay/api:1.4");
    assert_eq!(place["running_digest"], digest(0xa1));
    assert!(place["evidence"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(place["locator"], serde_json::json!({"pointer": "/items/0/spec/api/image", "offset": 10, "length": 5}));
    assert_eq!(json["tag_history"][0]["entries"][0]["seen"][0]["host"], "n1");

    let id = world.texts("SELECT ident FROM p_image WHERE resolved = 0 AND name LIKE '%pay/api%'");
    let declared = image(&world.conn, &id[0]).unwrap();
    assert_eq!(declared.uses[0].locus, "deploy.yaml#/items/0/spec/api/image");
    assert_eq!(declared.uses[0].running_digest, None);
    assert_eq!(declared.candidates[0].digest.value, digest(0xa1), "offered, never adopted");
    assert!(declared.image.digests.is_empty());
}

#[test]
fn numbers_sources_and_what_the_one_liner_sees() {
    let world = inventory();
    let totals = totals(&world.conn).unwrap();
    assert_eq!((totals.images, totals.resolved, totals.uses, totals.running), (4, 2, 5, 3));
    assert_eq!((totals.workloads, totals.namespaces, totals.sources), (4, 3, 3));
    let api = "reg.example:5000/pay/api:1.4";
    assert_eq!(pod_images(&world.conn).unwrap(), [api, api, "postgres:16"]);
    assert_eq!(written_images(&world.conn).unwrap().len(), 3);
    let rows: Vec<_> = sources(&world.conn).unwrap().into_iter().map(|s| (s.context, s.path, s.status)).collect();
    assert_eq!(rows[0], (None, "deploy.yaml".into(), "read".into()));
    assert_eq!(rows[2].0.as_deref(), Some("us"));
}
