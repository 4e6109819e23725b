//! What project files come to once they are joined.

use hullbreach::model::fact::Role;

use super::small::{file, join};
use crate::fold::world::{Evidence, With, World, list, object, pod};

fn world(evidence: &[Evidence]) -> World {
    let mut world = World::joining(join);
    world.fold(evidence);
    world
}

const PYTHON: &str = "docker.io/library/python:3? 1 0";

#[test]
fn a_variable_gives_the_image_its_name_and_what_was_written_stays() {
    let world = world(&[file("Dockerfile", 1, &[("BASE", Some("python:3"))], &["${BASE}"], &[], &[])]);
    assert_eq!(world.images(), [PYTHON]);
    assert_eq!(world.texts("SELECT w.text FROM p_use u JOIN p_written w ON w.id = u.written"), ["${BASE}"]);
    assert_eq!(world.texts("SELECT registry || '/' || repository FROM p_image"), ["docker.io/library/python"]);
}

#[test]
fn a_variable_that_nothing_defines_stays_symbolic() {
    let world = world(&[file("Dockerfile", 1, &[], &["${BASE}"], &[], &[])]);
    assert_eq!(world.images(), ["${BASE}? 1 0"]);
    assert_eq!(world.texts("SELECT t.text FROM p_use u JOIN p_text t ON t.id = u.needs"), [r#"["BASE"]"#]);
}

#[test]
fn words_that_the_grammar_takes_are_no_image_while_they_need_a_variable() {
    let mut item = object("CIJob", "", "build", "").uses(Role::Ci, "job", "node");
    item.uses[0].needs = vec!["B".into(), "A".into(), "B".into()];
    let world = world(&[list("ci.yaml", 1, vec![item])]);
    assert_eq!(world.images(), ["node? 1 0"]);
    assert_eq!(world.texts("SELECT t.text FROM p_use u JOIN p_text t ON t.id = u.needs"), [r#"["A","B"]"#]);
}

#[test]
fn a_resolved_digest_is_the_image_digest() {
    let pinned = format!("python:3@{}", crate::fold::world::digest(3));
    let world = world(&[file("Dockerfile", 1, &[("BASE", Some(&pinned))], &["${BASE}"], &[], &[])]);
    assert_eq!(world.images(), ["docker.io/library/python:3 1 0"]);
}

#[test]
fn build_arguments_that_a_responder_states_are_used_whatever_came_first() {
    let plain = file("Dockerfile", 1, &[], &["${BASE}"], &[], &[]).got(2);
    let stated =
        |got, value| file("Dockerfile", 1, &[], &["${BASE}"], &[], &[]).got(got).build_args(&[("BASE", value)]);
    assert_eq!(world(&[plain.clone(), stated(3, "python:3")]).images(), [PYTHON]);
    assert_eq!(world(&[stated(3, "python:3"), plain]).images(), [PYTHON]);
}

#[test]
fn one_dockerfile_built_twice_names_both_bases_and_hides_what_its_default_lacks() {
    let ask = ["/dumps/Dockerfile"];
    let all = [
        file("Dockerfile", 1, &[], &["${BASE}"], &[], &[]),
        file("a/compose", 1, &[("BASE", Some("python:3"))], &[], &ask, &[]),
        file("b/compose", 1, &[("BASE", Some("python:2"))], &[], &ask, &[]),
    ];
    let world = world(&all);
    assert_eq!(world.images(), ["docker.io/library/python:2? 1 0", PYTHON]);
    let built = world.texts(
        "SELECT n.canonical || ' ' || b.dockerfile || ' ' || b.asked_by || ' ' || (b.object > 0) || (b.source > 0)
        FROM p_built b JOIN p_name n ON n.id = b.name ORDER BY 1",
    );
    assert_eq!(
        built,
        [
            "docker.io/library/built-dumps-a-compose:latest /dumps/Dockerfile /dumps/a/compose 11",
            "docker.io/library/built-dumps-b-compose:latest /dumps/Dockerfile /dumps/b/compose 11"
        ]
    );
}

#[test]
fn a_stage_that_a_build_asks_for_is_one_place_whichever_came_first() {
    let dockerfile = file("Dockerfile", 1, &[("BASE", Some("python:3"))], &["${BASE}", "alpine:3"], &[], &[]);
    let asks = |base| file("a/compose", 1, &[("BASE", base)], &[], &["/dumps/Dockerfile"], &[]);
    for (base, images) in [
        (None, &["docker.io/library/alpine:3? 1 0", PYTHON][..]),
        // Built by itself it stands on another image than in the project: both are there.
        (Some("python:2"), &["docker.io/library/alpine:3? 1 0", "docker.io/library/python:2? 1 0", PYTHON]),
    ] {
        let mut piecewise = world(std::slice::from_ref(&dockerfile));
        piecewise.fold(&[asks(base)]);
        assert_eq!(
            (piecewise.anew, piecewise.images().as_slice()),
            (0, &images.iter().map(|i| (*i).to_owned()).collect::<Vec<_>>()[..])
        );
        assert_eq!(world(&[asks(base), dockerfile.clone()]).images(), images);
    }
}

#[test]
fn a_build_that_comes_later_hides_what_the_default_lacks() {
    let mut world = world(&[file("Dockerfile", 1, &[], &["${BASE}"], &[], &[])]);
    assert_eq!(world.images(), ["${BASE}? 1 0"]);
    world.fold(&[file("a/compose", 1, &[("BASE", Some("python:3"))], &[], &["/dumps/Dockerfile"], &[])]);
    assert_eq!(world.anew, 0);
    assert_eq!(world.images(), [PYTHON]);
}

#[test]
fn a_word_that_a_build_replaces_by_a_context_is_no_image_of_its_own() {
    let dockerfile = file("Dockerfile", 1, &[], &["basectx"], &[], &[]);
    let asks = file("a/compose", 1, &[("basectx", Some("python:3"))], &[], &["/dumps/Dockerfile"], &[]);
    let mut piecewise = world(std::slice::from_ref(&dockerfile));
    piecewise.fold(std::slice::from_ref(&asks));
    assert_eq!(piecewise.images(), [PYTHON]);
    assert_eq!(world(&[asks, dockerfile]).images(), [PYTHON]);
}

#[test]
fn two_builds_of_one_base_are_one_place_with_the_marks_of_both() {
    let ask = ["/dumps/Dockerfile"];
    let base = [("BASE", Some("python:3"))];
    let world = world(&[
        file("Dockerfile", 1, &[], &["${BASE}"], &[], &[]),
        file("b/compose", 1, &base, &[], &ask, &[]),
        file("a/compose", 1, &base, &[], &ask, &[]),
    ]);
    assert_eq!(world.images(), [PYTHON]);
    let marks = world.texts("SELECT t.text FROM p_use u JOIN p_text t ON t.id = u.marks");
    assert_eq!(marks, [r#"["profile:/dumps/a/compose","profile:/dumps/b/compose"]"#]);
}

#[test]
fn files_of_variables_count_whenever_they_come() {
    let compose = file("a/compose", 1, &[], &["${BASE}"], &[], &["/dumps/a/.env"]);
    let env = file("a/.env", 1, &[("BASE", Some("python:3"))], &[], &[], &[]);
    let mut piecewise = world(std::slice::from_ref(&compose));
    assert_eq!(piecewise.images(), ["${BASE}? 1 0"]);
    piecewise.fold(std::slice::from_ref(&env));
    assert_eq!(piecewise.images(), [PYTHON]);
    assert_eq!(world(&[env, compose]).images(), [PYTHON]);
}

#[test]
fn the_latest_reading_of_a_path_answers_and_the_older_stays_as_history() {
    let ask = ["/dumps/Dockerfile"];
    let world = world(&[
        file("Dockerfile", 3, &[], &["python:3"], &[], &[]),
        file("Dockerfile", 1, &[], &["python:2"], &[], &[]),
        file("compose", 1, &[], &[], &ask, &[]),
    ]);
    assert_eq!(world.images(), ["docker.io/library/python:2? 1 0", "docker.io/library/python:3? 1 0"]);
    let current =
        world.texts("SELECT n.canonical || ' ' || u.current FROM p_use u JOIN p_name n ON n.id = u.name ORDER BY 1");
    let expected = ["docker.io/library/python:2 0", "docker.io/library/python:3 1", "docker.io/library/python:3 1"];
    assert_eq!(current, expected);
}

#[test]
fn the_path_of_one_machine_is_not_that_of_another() {
    let compose = file("compose", 1, &[], &[], &["/dumps/Dockerfile"], &[]);
    let dockerfile = file("Dockerfile", 1, &[], &["python:3"], &[], &[]).host("other");
    let world = world(&[compose, dockerfile]);
    assert_eq!(world.texts("SELECT path FROM p_missing"), ["/dumps/Dockerfile"]);
    assert_eq!(world.texts("SELECT count(*) || '' FROM p_built"), ["0"]);
}

#[test]
fn spots_in_a_document_of_a_file_count_from_the_start_of_the_file() {
    let mut second = file("compose", 1, &[], &["python:3"], &[], &[]);
    second.items[0].spot.offset = 100;
    let world = world(&[second]);
    assert_eq!(world.texts("SELECT u.offset || ' ' || u.length FROM p_use u"), ["110 4"]);
}

#[test]
fn a_project_is_a_workload_and_a_dockerfile_is_none() {
    let world = world(&[
        file("Dockerfile", 1, &[], &["python:3"], &[], &[]),
        file("compose", 1, &[], &[], &["/dumps/Dockerfile"], &[]),
    ]);
    let workloads = world.texts("SELECT k.text || '/' || w.name FROM p_workload w JOIN p_text k ON k.id = w.kind");
    assert_eq!(workloads, ["ComposeProject/shop"]);
}

#[test]
fn a_cluster_beside_project_files_stays_as_it_is() {
    let pods = list("pods.json", 1, vec![pod("web", "a", "a", "n1").uses(Role::App, "c", "${BASE}")]);
    let world = world(&[pods, file("Dockerfile", 1, &[("BASE", Some("python:3"))], &["${BASE}"], &[], &[])]);
    assert_eq!(world.images(), ["${BASE}? 1 0", PYTHON]);
}
