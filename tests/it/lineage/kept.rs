//! The graph that is kept beside a case: the same answers as from the facts, never those of another state.

use super::*;
use crate::fold::world::{Evidence, World, list, pod};
use crate::support::World as Place;
use crate::support::command::{arg, run};
use crate::support::tamper;
use hullbreach::case::project;
use hullbreach::case::query::lineage::{Compiled, compiled, is_kept};
use hullbreach::cli::Exit;
use hullbreach::env::Env;
use hullbreach::graph::draw::{Selection, document as drawn};
use hullbreach::model::lineage::{EdgeKind, LayerKind, Named, ProofKind};
use proptest::prelude::*;
use serde_json::{Value, json};

use hullbreach::model::fact::Spot;

/// The graph in words that do not depend on the order of arrival.
fn told(compiled: &Compiled) -> String {
    serde_json::to_string(&drawn(&compiled.graph, &Selection::all(&compiled.graph, usize::MAX))).unwrap()
}

fn inspected(id: char, tag: &str, layers: &str) -> Value {
    let layers: Vec<String> = layers.chars().map(sha).collect();
    json!({
        "Id": sha(id), "RepoTags": [tag], "RepoDigests": [], "Created": "2026-03-01T00:00:00Z", "Architecture": "amd64",
        "Os": "linux", "Config": {"Labels": null}, "RootFS": {"Type": "layers", "Layers": layers},
    })
}

fn import(world: &Place, env: &Env, file: &str, value: &Value) {
    let path = world.cases().join(file);
    std::fs::write(&path, value.to_string()).unwrap();
    run(env, ["import", "--context", "eu", &arg(&path)]).expect(Exit::Done);
}

fn kept(world: &Place) -> bool {
    is_kept(&tamper::raw(&world.path())).unwrap()
}

fn pods(image: &str, id: char) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n", "uid": "u"},
        "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": image}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": "c", "image": image, "imageID": sha(id), "ready": true,
            "restartCount": 0, "state": {"running": {"startedAt": "2026-03-10T00:00:00Z"}}}]}})
}

/// Evidence of lineage is kept as a graph; places alone are not, and whoever asks then gets them all the same.
#[test]
fn what_is_kept_is_of_the_state_that_is_asked_about() {
    let world = Place::new();
    drop(world.new_case());
    let env = world.ana();
    import(
        &world,
        &env,
        "a.json",
        &json!([inspected('a', "r.example/base:1", "12"), inspected('b', "r.example/app:1", "123")]),
    );
    assert!(kept(&world));
    let blast = || run(&env, ["blast", "--json", "base:1"]).expect(Exit::Done).json();
    let running = |found: &Value| {
        let mut images = found["images"].as_array().unwrap().iter();
        images.find(|image| image["name"] == "r.example/app:1").unwrap()["running"].as_u64()
    };
    assert_eq!(running(&blast()), Some(0));
    import(&world, &env, "p.json", &pods("r.example/app:1", 'b'));
    assert!(!kept(&world), "places came, and nothing of lineage");
    let after = blast();
    assert_eq!((after["images"].as_array().unwrap().len(), running(&after)), (2, Some(1)));
    import(&world, &env, "c.json", &json!([inspected('c', "r.example/job:1", "124")]));
    assert!(kept(&world));
    assert_eq!(blast()["images"].as_array().unwrap().len(), 3);
    run(&env, ["verify"]).expect(Exit::Done);
    run(&env, ["undo"]).expect(Exit::Done);
    assert_eq!(blast(), after, "what was taken back is in no graph");
    run(&env, ["verify"]).expect(Exit::Done);
}

/// Bytes that are no graph are told in the log and built anew; nobody gets another answer.
#[test]
fn damaged_bytes_cost_time_and_nothing_else() {
    let world = Place::new();
    drop(world.new_case());
    let env = world.ana();
    import(
        &world,
        &env,
        "a.json",
        &json!([inspected('a', "r.example/base:1", "12"), inspected('b', "r.example/app:1", "123")]),
    );
    let graph = || run(&env, ["graph", "--json"]).expect(Exit::Done).json();
    let before = graph();
    assert_eq!(before["edges"].as_array().unwrap().len(), 1);
    for change in [
        "UPDATE p_lineage SET bytes = x'' WHERE n = 1",
        "UPDATE p_lineage SET bytes = randomblob(length(bytes)) WHERE n = 1",
        "DELETE FROM p_lineage WHERE n = 1",
        "UPDATE p_lineage SET bytes = x'07' WHERE n = 0",
        "DELETE FROM p_lineage",
    ] {
        tamper::run(&world.path(), change);
        assert_eq!(graph(), before, "{change}");
    }
    run(&env, ["rebuild"]).expect(Exit::Done);
    assert!(kept(&world));
    assert_eq!(graph(), before);
}

fn chain(image: char, layers: &str) -> Item {
    let layers = layers.chars().map(digest).collect();
    let chain = LayerChain {
        image: Named::by_digest(digest(image)),
        kind: LayerKind::Uncompressed,
        layers,
        history: Vec::new(),
        created: None,
        flattened: false,
        spot: Spot { pointer: "/l".into(), offset: 1, length: 3 },
    };
    item(Lineage { chains: vec![chain], ..Lineage::default() })
}

fn claim(child: char, parent: char) -> Item {
    let named = |letter| Named::by_digest(digest(letter));
    let claim = LineageClaim::new(
        named(child),
        named(parent),
        Some(EdgeKind::Base),
        ProofKind::Annotation,
        Spot { pointer: "/c".into(), offset: 5, length: 2 },
    );
    item(Lineage { claims: vec![claim], ..Lineage::default() })
}

fn item(lineage: Lineage) -> Item {
    Item { lineage: lineage.kept(), ..Item::default() }
}

/// Layers, claims in circles, or a place that runs one of the images.
fn evidence(n: u8, at: usize) -> Evidence {
    let letter = |n: u8| char::from(b'a' + n % 5);
    let items = match n % 3 {
        0 => vec![chain(letter(n / 3), ["1", "12", "123", "13"][usize::from(n / 15 % 4)])],
        1 => vec![claim(letter(n / 3), letter(n / 15))],
        _ => vec![pod("prod", &format!("p{at}"), &format!("u{at}"), "n1")],
    };
    list(&format!("{at}.json"), 1, items)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever came in which order, and whenever it was kept: what is read is what is built of all the facts.
    #[test]
    fn what_is_read_is_what_would_be_built(
        numbers in prop::collection::vec((any::<u8>(), any::<bool>()), 1..7), turn in 0usize..7,
    ) {
        let all: Vec<Evidence> = numbers.iter().enumerate().map(|(at, (n, _))| evidence(*n, at)).collect();
        let mut world = World::new();
        for (one, (_, keep)) in all.iter().zip(&numbers) {
            world.fold(std::slice::from_ref(one));
            if *keep {
                project::keep(&world.conn).unwrap();
            }
            prop_assert!(project::is_true_to_facts(&world.conn).unwrap());
        }
        let read = compiled(&world.conn, || {}).unwrap();
        prop_assert_eq!(read.to_bytes(), Compiled::built(&world.conn, || {}).unwrap().to_bytes());
        let mut turned = all;
        let by = turn % turned.len();
        turned.rotate_left(by);
        prop_assert_eq!(told(&read), told(&compiled(&World::of(&turned).conn, || {}).unwrap()));
    }
}
