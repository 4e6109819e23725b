//! What runs, what is gone, and whom it belongs to.

use hullbreach::model::fact::Role;

use super::world::{Evidence, With, World, digest, list, object, pod};

fn web(name: &str, uid: &str, node: &str) -> hullbreach::model::fact::Item {
    pod("web", name, uid, node).runs("c", "nginx:1", &format!("nginx@{}", digest(1)), 0)
}

fn running(evidence: &[Evidence]) -> Vec<String> {
    World::of(evidence).images()
}

#[test]
fn a_list_as_of_01_00_imported_after_one_of_03_00_does_not_make_its_pods_running() {
    let late = list("late", 3, vec![web("b", "b", "n1")]).whole(&[]);
    let early = list("early", 1, vec![web("a", "a", "n1")]).whole(&[]);
    let mut world = World::of(&[late]);
    world.fold(&[early]);
    assert_eq!(world.images(), ["docker.io/library/nginx:1 2 1"]);
}

#[test]
fn a_partial_reading_never_removes_anything() {
    let whole = list("whole", 1, vec![web("a", "a", "n1")]).whole(&[]);
    let partial = list("partial", 3, vec![web("b", "b", "n1")]);
    assert_eq!(running(&[whole, partial]), ["docker.io/library/nginx:1 2 2"]);
}

#[test]
fn a_list_of_one_namespace_removes_nothing_in_another() {
    let whole = list("whole", 1, vec![web("a", "a", "n1")]).whole(&[]);
    assert_eq!(running(&[whole.clone(), list("db", 3, vec![]).whole(&["db"])]), ["docker.io/library/nginx:1 1 1"]);
    assert_eq!(running(&[whole, list("web", 3, vec![]).whole(&["web"])]), ["docker.io/library/nginx:1 1 0"]);
}

#[test]
fn two_lists_of_one_time_remove_nothing_from_each_other() {
    let a = list("a", 1, vec![web("a", "a", "n1")]).whole(&[]);
    let b = list("b", 1, vec![web("b", "b", "n1")]).whole(&[]);
    assert_eq!(running(&[a, b]), ["docker.io/library/nginx:1 2 2"]);
}

#[test]
fn another_context_removes_nothing() {
    let eu = list("eu", 1, vec![web("a", "a", "n1")]).whole(&[]).context("eu");
    let us = list("us", 3, vec![web("b", "b", "n1")]).whole(&[]).context("us");
    assert_eq!(running(&[eu, us]), ["docker.io/library/nginx:1 2 2"]);
}

#[test]
fn unnamed_lists_that_share_no_node_are_of_two_clusters() {
    let one = list("one", 1, vec![web("same", "u1", "n1")]).whole(&[]).nodes(&["n1", "n2"]);
    let two = list("two", 3, vec![web("same", "u2", "m1")]).whole(&[]).nodes(&["m1"]);
    let three = list("three", 4, vec![]).whole(&[]).nodes(&["n2"]);
    assert_eq!(running(&[one.clone(), two.clone()]), ["docker.io/library/nginx:1 2 2"]);
    assert_eq!(running(&[one, two, three]), ["docker.io/library/nginx:1 2 1"]);
}

#[test]
fn the_last_page_of_a_list_is_known_as_a_page_once_another_is_there() {
    let before = list("before", 1, vec![web("a", "a", "n1")]).whole(&[]);
    let last = list("last", 3, vec![web("c", "c", "n1")]).whole(&[]).list_version("77", false);
    let first = list("first", 3, vec![web("b", "b", "n1")]).whole(&[]).list_version("77", true);
    let mut world = World::of(&[before, last]);
    assert_eq!(world.images(), ["docker.io/library/nginx:1 2 1"], "alone it looks like a whole list");
    world.fold(&[first]);
    assert_eq!(world.images(), ["docker.io/library/nginx:1 3 3"]);
}

#[test]
fn a_pod_that_ended_runs_nothing_and_a_restarted_container_runs_once() {
    let ended = list("p", 1, vec![web("a", "a", "n1").phase("Succeeded")]);
    assert_eq!(running(&[ended]), ["docker.io/library/nginx:1 1 0"]);
    let restarted = pod("web", "a", "a", "n1").runs("c", "nginx:2", &format!("nginx@{}", digest(2)), 2);
    let both = [list("p", 1, vec![web("a", "a", "n1")]), list("q", 2, vec![restarted])];
    assert_eq!(running(&both), ["docker.io/library/nginx:1 1 0", "docker.io/library/nginx:2 1 1"]);
}

#[test]
fn a_declaration_never_runs_and_is_never_gone() {
    let declared = list("deploy.yaml", 1, vec![object("Pod", "web", "a", "").uses(Role::App, "c", "nginx:1")]);
    let world = World::of(&[declared, list("pods", 3, vec![]).whole(&[])]);
    assert_eq!(world.images(), ["docker.io/library/nginx:1? 1 0"]);
    assert_eq!(world.texts("SELECT gone || '' FROM p_object"), ["0"]);
}

#[test]
fn a_text_table_adds_no_second_place_for_a_pod_that_json_shows() {
    let json = list("pods.json", 3, vec![web("a", "a", "n1")]);
    let row = |name| object("Pod", "web", name, "").uses(Role::App, "", "nginx:1");
    let table = list("pods.tsv", 1, vec![row("a"), row("only-here")]).format("image-table");
    let expected = ["docker.io/library/nginx:1 1 1", "docker.io/library/nginx:1? 1 0"];
    assert_eq!(running(&[json.clone(), table.clone()]), expected);
    let mut world = World::of(&[table]);
    assert_eq!(world.images(), ["docker.io/library/nginx:1? 2 0"]);
    world.fold(&[json]);
    assert_eq!(world.images(), expected);
}

#[test]
fn an_owner_that_comes_later_gives_its_pods_their_workload() {
    let workloads = |world: &World| {
        world.texts(
            "SELECT DISTINCT k.text || '/' || w.name FROM p_reach r JOIN p_workload w ON w.id = r.workload
            JOIN p_text k ON k.id = w.kind ORDER BY 1",
        )
    };
    let pods = list("pods", 1, vec![web("a", "a", "n1").owned("ReplicaSet", "api-1", "rs")]).context("eu");
    let mut world = World::of(&[pods]);
    assert_eq!(workloads(&world), ["ReplicaSet/api-1"]);
    let set =
        object("ReplicaSet", "web", "api-1", "rs").owned("Deployment", "api", "dep").uses(Role::App, "c", "nginx:1");
    world.fold(&[list("sets", 1, vec![set]).context("eu")]);
    assert_eq!(workloads(&world), ["Deployment/api"]);
    let rollout = object("Deployment", "web", "api", "dep").owned("App", "shop", "app").uses(Role::App, "c", "nginx:1");
    world.fold(&[list("elsewhere", 1, vec![rollout.clone()]).context("us")]);
    assert_eq!(workloads(&world), ["App/shop", "Deployment/api"], "another context's object owns nothing here");
    world.fold(&[list("deployments", 1, vec![rollout]).context("eu")]);
    assert_eq!(workloads(&world), ["App/shop"]);
}

#[test]
fn labels_tell_the_deployment_of_a_missing_replica_set() {
    let item = web("a", "a", "n1").owned("ReplicaSet", "api-1", "rs").likely("Deployment", "api");
    let world = World::of(&[list("pods", 1, vec![item])]);
    assert_eq!(world.texts("SELECT name FROM p_workload"), ["api"]);
}
