//! Which digests and names are one image: the traps that others fall into, each by name.

use hullbreach::model::digest::RelationKind::{ConfigOf, Contains, SameRecord};
use hullbreach::model::fact::{Role, Seen, SeenState};

use super::world::{Evidence, With, World, digest, list, object, pod, running};

const NGINX: &str = "docker.io/library/nginx:1.27";

fn moved(world: &World, name: &str) -> String {
    let words = ["unseen", "no", "uncomparable", "likely", "yes"];
    let number: i64 =
        world.conn.query_row("SELECT moved FROM p_name WHERE canonical = ?1", [name], |r| r.get(0)).unwrap();
    words[usize::try_from(number).unwrap()].to_owned()
}

fn runs_on(hour: i64, name: &str, node: &str, image_id: &str) -> Evidence {
    list("pods.json", hour, vec![pod("web", name, name, node).runs("c", "nginx:1.27", image_id, hour)])
}

#[test]
fn one_node_reports_the_index_and_another_the_manifest_not_moved() {
    let (index, manifest) = (format!("nginx@{}", digest(1)), format!("nginx@{}", digest(2)));
    let pods = [runs_on(1, "a", "n1", &index), runs_on(2, "b", "n2", &manifest)];
    assert_eq!(moved(&World::of(&pods), NGINX), "uncomparable", "nothing is known about the two digests");

    let inspect = list("inspect.json", 3, vec![object("", "", "", "").relates(Contains, 1, 2)]);
    let mut world = World::of(&pods);
    world.fold(&[inspect]);
    assert_eq!(moved(&world, NGINX), "no", "the index contains the manifest");
    assert_eq!(world.images(), [format!("{NGINX} 1 1"), format!("{NGINX} 1 1")], "an index is a group of its own");
}

#[test]
fn a_tag_with_two_manifests_over_time_moved() {
    let proof = list("inspect.json", 3, vec![object("", "", "", "").relates(ConfigOf, 11, 1).relates(ConfigOf, 12, 2)]);
    let id = |n| format!("docker.io/library/nginx@{}", digest(n));
    let world = World::of(&[runs_on(1, "a", "n1", &id(1)), runs_on(2, "b", "n2", &id(2)), proof]);
    assert_eq!(moved(&world, NGINX), "yes");
    assert_eq!(world.texts("SELECT DISTINCT moved || '' FROM p_image"), ["4"], "both images say so");
}

#[test]
fn one_node_with_two_unknown_digests_over_time_likely_moved() {
    let id = |n| format!("nginx@{}", digest(n));
    let world = World::of(&[runs_on(1, "a", "n1", &id(1)), runs_on(2, "b", "n1", &id(2))]);
    assert_eq!(moved(&world, NGINX), "likely");
}

#[test]
fn docker_pullable_is_the_same_digest_without_the_prefix() {
    let (old, new) =
        (format!("docker-pullable://nginx@{}", digest(1)), format!("docker.io/library/nginx@{}", digest(1)));
    let world = World::of(&[runs_on(1, "a", "n1", &old), runs_on(1, "b", "n2", &new)]);
    assert_eq!(world.images(), [format!("{NGINX} 2 2")]);
}

#[test]
fn a_plain_sha256_is_a_config() {
    let world = World::of(&[runs_on(1, "a", "n1", &digest(7))]);
    assert_eq!(
        world.texts("SELECT digests FROM p_image"),
        [format!(r#"[{{"value":"{}","kind":"config"}}]"#, digest(7))]
    );
}

#[test]
fn a_status_tag_that_differs_from_the_spec_is_one_more_name_of_one_image() {
    let seen = Seen { image: "nginx:stable".into(), ..running(&format!("nginx@{}", digest(1)), 1) };
    let world = World::of(&[list("p", 1, vec![pod("web", "a", "a", "n1").seen(Role::App, "c", "nginx:1.27", seen)])]);
    assert_eq!(world.images(), [format!("{NGINX} 1 1")]);
    assert_eq!(world.texts("SELECT tags FROM p_image"), [r#"["1.27","stable"]"#]);
}

#[test]
fn a_bare_config_in_the_status_image_is_the_image_of_the_image_id() {
    let seen = Seen { image: digest(9), ..running(&format!("nginx@{}", digest(1)), 1) };
    let by_config = pod("web", "b", "b", "n2").runs("c", "nginx:1.27", &digest(9), 1);
    let items = vec![pod("web", "a", "a", "n1").seen(Role::App, "c", "nginx:1.27", seen), by_config];
    assert_eq!(World::of(&[list("p", 1, items)]).images(), [format!("{NGINX} 2 2")]);
}

#[test]
fn an_edited_specification_does_not_join_two_images() {
    // The container still runs the old image while the specification names the new one by digest.
    let written = format!("nginx@{}", digest(2));
    let world = World::of(&[list(
        "p",
        1,
        vec![
            pod("web", "a", "a", "n1").runs("c", &written, &format!("nginx@{}", digest(1)), 1),
            pod("web", "b", "b", "n1").runs("c", &written, &format!("nginx@{}", digest(2)), 1),
        ],
    )]);
    assert_eq!(world.images().len(), 2);
}

#[test]
fn one_digest_under_ten_names_is_one_image() {
    let items = (0..10).map(|i| {
        let uid = format!("u{i}");
        pod("web", &uid, &uid, "n1").runs("c", &format!("mirror{i}.example/nginx:1"), &format!("x@{}", digest(1)), 1)
    });
    let mut world = World::of(&[list("p", 1, items.collect())]);
    assert_eq!(world.images(), ["mirror0.example/nginx:1 10 10"]);
    let more = pod("web", "more", "more", "n1").runs("c", "mirror7.example/nginx:1", &format!("x@{}", digest(1)), 1);
    world.fold(&[list("q", 1, vec![more])]);
    assert_eq!(world.images(), ["mirror7.example/nginx:1 11 11"], "called as it is most often used");
}

#[test]
fn a_compose_tag_does_not_adopt_what_production_runs() {
    let production = pod("web", "a", "a", "n1").runs("c", "node:20-slim", &format!("node@{}", digest(1)), 1);
    let compose = object("Service", "", "web", "").uses(Role::Service, "web", "node:20-slim");
    let world = World::of(&[list("pods.json", 1, vec![production]), list("compose.yaml", 1, vec![compose])]);
    let name = "docker.io/library/node:20-slim";
    assert_eq!(world.images(), [format!("{name} 1 1"), format!("{name}? 1 0")]);
}

#[test]
fn an_index_beside_two_platforms_joins_neither() {
    let names = |pod_name, node, config| {
        let seen = Seen { image: digest(config), ..running(&format!("nginx@{}", digest(1)), 1) };
        pod("web", pod_name, pod_name, node).seen(Role::App, "c", "nginx:1.27", seen)
    };
    let one = World::of(&[list("p", 1, vec![names("a", "n1", 8)])]);
    assert_eq!(one.texts("SELECT json_array_length(digests) || '' FROM p_image"), ["2"]);
    let two = World::of(&[list("p", 1, vec![names("a", "n1", 8), names("b", "n2", 9)])]);
    assert_eq!(
        two.texts("SELECT digests FROM p_image"),
        [format!(r#"[{{"value":"{}","kind":"unknown"}}]"#, digest(1))]
    );
}

#[test]
fn what_is_no_reference_is_an_image_of_its_own() {
    let items = vec![object("Pod", "a", "x", "").uses(Role::App, "c", "ghcr.io/Bad").uses(Role::App, "d", "${IMAGE}")];
    let world = World::of(&[list("m.yaml", 1, items)]);
    assert_eq!(world.images(), ["${IMAGE}? 1 0", "ghcr.io/Bad? 1 0"]);
    assert_eq!(world.texts("SELECT DISTINCT registry FROM p_image"), [""]);
}

#[test]
fn hostile_digests_that_share_their_first_half_are_two_images() {
    let near = |last| format!("x@sha256:{}{last}", "ab".repeat(31));
    let item = object("Pod", "a", "x", "").uses(Role::App, "c", &near("00")).uses(Role::App, "d", &near("01"));
    assert_eq!(World::of(&[list("m.yaml", 1, vec![item])]).images().len(), 2);
}

#[test]
fn relations_that_come_later_join_and_part_images() {
    let pods = list(
        "p",
        1,
        vec![
            pod("web", "a", "a", "n1").runs("c", "nginx:1.27", &format!("nginx@{}", digest(1)), 1),
            pod("web", "b", "b", "n2").runs("c", "nginx:1.27", &digest(2), 1),
        ],
    );
    let mut world = World::of(&[pods]);
    assert_eq!(world.images().len(), 2);
    world.fold(&[list("i1", 2, vec![object("", "", "", "").relates(SameRecord, 2, 1)])]);
    assert_eq!(world.images(), [format!("{NGINX} 2 2")]);
    world.fold(&[list("i2", 2, vec![object("", "", "", "").relates(SameRecord, 1, 3).relates(ConfigOf, 3, 4)])]);
    assert_eq!(world.images().len(), 2, "a digest beside two configs can only be an index");
}

#[test]
fn a_waiting_container_is_known_better_once_it_ran() {
    let waiting = Seen { state: SeenState::Waiting, started: None, ..running("", 1) };
    let early = list("p1", 1, vec![pod("web", "a", "a", "n1").seen(Role::App, "c", "nginx:1.27", waiting.clone())]);
    let later = list("p2", 2, vec![pod("web", "a", "a", "n1").runs("c", "nginx:1.27", &digest(1), 2)]);
    let again = list("p3", 3, vec![pod("web", "a", "a", "n1").seen(Role::App, "c", "nginx:1.27", waiting)]);
    assert_eq!(World::of(std::slice::from_ref(&early)).images(), [format!("{NGINX}? 1 0")]);
    assert_eq!(World::of(&[later.clone(), early.clone()]).images(), [format!("{NGINX} 1 1")]);
    let waits = World::of(&[early, later, again]).images();
    assert_eq!(waits, [format!("{NGINX} 1 0"), format!("{NGINX}? 1 0")], "what it waits for may be another digest");
}
