//! No order and no grouping of project files may change what is known.

use proptest::prelude::*;

use super::small::{file, join};
use crate::fold::world::{Evidence, With, World, list, object, pod};
use hullbreach::case::project;
use hullbreach::model::fact::Role;

/// Paths under `/dumps` that ask for each other, round in circles too.
const PATHS: [&str; 5] = ["a/compose", "a/Dockerfile", "a/.env", "b/compose", "b/Dockerfile"];
const IMAGES: [&str; 6] = ["nginx:1", "${BASE}", "${TAG}", "docker.io/library/nginx:1", "${BASE} ", "a/b@c"];
const VALUES: [Option<&str>; 4] = [None, Some("nginx:1"), Some("python:3"), Some("")];

fn recipe() -> impl Strategy<Value = Evidence> {
    (any::<[u8; 8]>(), 0..3_i64, 0..3_i64).prop_map(|(n, hour, got)| {
        let pick = |n: u8| format!("/dumps/{}", PATHS[usize::from(n) % PATHS.len()]);
        let value = |n: u8| VALUES[usize::from(n) % VALUES.len()];
        let asks: Vec<String> = (0..n[1] % 3).map(|i| pick(n[2].wrapping_add(i))).collect();
        let from: Vec<String> = (0..n[1] / 3 % 2).map(|i| pick(n[3].wrapping_add(i))).collect();
        let images: Vec<&str> = (0..n[4] % 3).map(|i| IMAGES[usize::from(n[5].wrapping_add(i)) % 6]).collect();
        let (asks, from): (Vec<&str>, Vec<&str>) =
            (asks.iter().map(String::as_str).collect(), from.iter().map(String::as_str).collect());
        let names = [("BASE", value(n[6])), ("TAG", value(n[6] / 4))];
        let mut evidence = file(PATHS[usize::from(n[0]) % PATHS.len()], hour, &names, &images, &asks, &from).got(got);
        if n[7] % 4 == 0 {
            evidence = evidence.build_args(&[("BASE", ["redis:7", "nginx:1"][usize::from(n[7] / 4 % 2)])]);
        }
        if n[7] % 5 == 0 {
            evidence = evidence.context("eu");
        }
        if n[7] % 7 == 0 { evidence.host("other") } else { evidence }
    })
}

fn owner(subject: &str, name: &str, owner: &str) -> hullbreach::model::fact::Item {
    let mut item = object("Ownership", "", name, "");
    let details = &mut item.object.as_mut().unwrap().details;
    for (key, value) in [("subject", subject), ("owner", owner), ("criticality", "high")] {
        details.insert(key.into(), value.into());
    }
    item
}

fn other() -> impl Strategy<Value = Evidence> {
    (any::<u8>(), 0..3_i64).prop_map(|(n, hour)| {
        let items = vec![
            pod("web", "a", "a", "n1").uses(Role::App, "c", IMAGES[usize::from(n % 6)]),
            owner("image", "nginx:1", ["ana", "bo"][usize::from(n / 8 % 2)]),
            owner(["namespace", "image"][usize::from(n / 16 % 2)], "web", "cy"),
        ];
        list(&format!("owners{}", n % 2), hour, items)
    })
}

fn history() -> impl Strategy<Value = (Vec<Evidence>, Vec<Evidence>, Vec<bool>)> {
    proptest::collection::vec(prop_oneof![4 => recipe().boxed(), 1 => other().boxed()], 1..9).prop_flat_map(
        |mut all| {
            all.sort_by_key(|e| e.acquisition.id);
            all.dedup_by_key(|e| e.acquisition.id);
            let settle = proptest::collection::vec(any::<bool>(), all.len());
            (Just(all.clone()), Just(all).prop_shuffle(), settle)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_grouping_of_project_files_changes_the_projections((all, shuffled, settle) in history()) {
        let mut at_once = World::joining(join);
        at_once.fold(&all);
        let mut loaded = World::joining(join).large_from(2);
        loaded.fold(&shuffled);
        prop_assert_eq!(loaded.hash(), at_once.hash());
        prop_assert_eq!(loaded.schema(), at_once.schema());
        let mut piecewise = World::joining(join);
        let mut waiting = Vec::new();
        for (evidence, settle) in shuffled.into_iter().zip(settle) {
            waiting.push(evidence);
            if settle {
                piecewise.fold(&std::mem::take(&mut waiting));
            }
        }
        piecewise.fold(&waiting);
        prop_assert_eq!(at_once.images(), piecewise.images());
        prop_assert_eq!(at_once.hash(), piecewise.hash());
        let tx = piecewise.conn.transaction().unwrap();
        project::clear(&tx).unwrap();
        tx.commit().unwrap();
        prop_assert_eq!(piecewise.hash(), [0; 32]);
        let mut reversed = World::joining(join);
        let all: Vec<Evidence> = all.into_iter().rev().collect();
        reversed.fold(&all);
        prop_assert_eq!(at_once.hash(), reversed.hash());
    }
}

#[test]
fn files_that_nobody_asked_for_are_folded_in_and_others_anew() {
    let mut world = World::joining(join);
    world.fold(&[file("a/compose", 1, &[], &["nginx:1"], &["/dumps/a/Dockerfile"], &[])]);
    world.fold(&[file("b/compose", 1, &[], &["nginx:1"], &["/dumps/a/Dockerfile"], &[])]);
    world.fold(&[list("a/pods.json", 1, vec![])]);
    assert_eq!(world.anew, 0);
    world.fold(&[file("a/Dockerfile", 1, &[], &["python:3"], &[], &[]).host("other")]);
    assert_eq!(world.anew, 0, "a path of another machine is another file");
    world.fold(&[file("a/Dockerfile", 1, &[], &["python:3"], &[], &[])]);
    assert_eq!(world.anew, 1, "it was asked for");
    world.fold(&[file("b/compose", 2, &[], &["nginx:2"], &[], &[])]);
    assert_eq!(world.anew, 2, "it takes the place of another");
    let images =
        ["docker.io/library/nginx:1? 2 0", "docker.io/library/nginx:2? 1 0", "docker.io/library/python:3? 2 0"];
    assert_eq!(world.images(), images);
}

#[test]
fn the_hash_sees_every_tampering_with_project_files() {
    let mut world = World::joining(join);
    let asks = ["/dumps/a/Dockerfile", "/dumps/a/gone"];
    world.fold(&[
        file("a/compose", 1, &[("BASE", Some("python:3"))], &[], &asks, &[]),
        file("a/Dockerfile", 1, &[], &["${BASE}", "${OTHER}"], &[], &[]).build_args(&[("X", "y")]),
        list("owners.csv", 1, vec![owner("image", "nginx:1", "ana")]),
    ]);
    let honest = world.hash();
    for tampering in [
        "UPDATE p_use SET resolved = 0 WHERE resolved <> 0",
        "UPDATE p_use SET needs = 0 WHERE needs <> 0 AND hidden = 0",
        "UPDATE p_use SET marks = 0 WHERE marks <> 0",
        "UPDATE p_use SET hidden = 0 WHERE hidden = 1",
        "UPDATE p_recipe SET recipe = '{}'",
        "DELETE FROM p_asked",
        "UPDATE p_built SET target = 'x'",
        "UPDATE p_built SET object = 0",
        "UPDATE p_missing SET reason = ''",
        "UPDATE p_owner SET owner = 'x'",
        "UPDATE p_source SET args = ''",
    ] {
        world.conn.execute_batch("SAVEPOINT s").unwrap();
        assert!(world.conn.execute(tampering, []).unwrap() > 0, "{tampering} changes nothing");
        assert_ne!(world.hash(), honest, "{tampering}");
        world.conn.execute_batch("ROLLBACK TO s; RELEASE s").unwrap();
    }
}
