//! Which case a command is about, and errors that say what, where, why and what next.

use hullbreach::cli::Exit;

use super::{exercise, piped};
use crate::support::{World, new};
use hullbreach::case::Case;

#[test]
fn the_case_is_named_or_the_only_one_here() {
    let world = World::new();
    let mut env = world.ana();
    let said = piped(&env, &["images"]).ended(Exit::Failed);
    assert!(said.stderr.contains("no case") && said.stderr.contains("hullbreach new"), "{}", said.stderr);
    for name in ["a.case", "b.case"] {
        drop(Case::create(&world.cases().join(name), &new(name), &env).unwrap());
        if name == "a.case" {
            piped(&env, &["images"]).ended(Exit::Done);
        }
    }
    let said = piped(&env, &["images"]).ended(Exit::Failed);
    assert!(["a.case", "b.case", "--case"].iter().all(|word| said.stderr.contains(word)), "{}", said.stderr);
    piped(&env, &["images", "--case", "b.case"]).ended(Exit::Done);
    env.vars.insert("HULLBREACH_CASE".to_owned(), "a.case".to_owned());
    let log = |arguments: &[&str]| piped(&env, arguments).ended(Exit::Done).stdout;
    assert!(log(&["log"]).contains("a.case") && log(&["log", "-c", "b.case"]).contains("b.case"));
    let said = piped(&env, &["images", "-c", "missing.case"]).ended(Exit::Failed);
    assert!(said.stderr.contains("missing.case"), "{}", said.stderr);
}

#[test]
fn a_name_of_several_images_lists_them_with_what_tells_them_apart() {
    let world = World::new();
    let env = exercise(&world);
    for json in [&["image", "api-service"][..], &["image", "api-service", "--json"]] {
        let said = piped(&env, json).ended(Exit::Failed);
        assert!(said.stdout.is_empty());
        let lines: Vec<&str> = said.stderr.lines().collect();
        assert_eq!(lines.len(), 8, "{}", said.stderr);
        assert!(lines[0].contains("could be 6 images") && lines[1].contains("RUNNING"), "{}", said.stderr);
        for line in &lines[2..] {
            let id = line.split_whitespace().next().unwrap();
            piped(&env, &["image", id]).ended(Exit::Done);
        }
    }
    let said = piped(&env, &["image", "no-such-image"]).ended(Exit::Failed);
    assert!(said.stderr.contains("no-such-image") && said.stderr.contains("give a digest"), "{}", said.stderr);
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_place() {
    let world = World::new();
    drop(world.new_case());
    let env = world.ana();
    let cut = world.root().join("cut.json");
    std::fs::write(&cut, r#"{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a"}},{"metadata""#)
        .unwrap();
    let said = piped(&env, &["import", cut.to_str().unwrap()]).ended(Exit::Gaps);
    assert!(
        ["cut.json", "/items/1", "cut off", "get it again"].iter().all(|w| said.stdout.contains(w)),
        "{}",
        said.stdout
    );
    let said = piped(&env, &["import", "nowhere.json"]).ended(Exit::Failed);
    assert!(said.stderr.contains("nowhere.json") && said.stderr.contains("check the path"), "{}", said.stderr);
}
