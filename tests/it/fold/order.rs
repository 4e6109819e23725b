//! No order and no grouping of readings may change what is known.

use hullbreach::case::indicators::{Entry, Indicators};
use hullbreach::case::project::{self, Fold};
use hullbreach::model::digest::RelationKind;
use hullbreach::model::fact::{Item, Role, Seen, SeenState, Sighting, SightingKind, Spot};
use hullbreach::model::id::Id;
use hullbreach::model::indicator::{ClearedBy, Indicator, State, Target, Window};
use hullbreach::model::time::Micros;
use proptest::prelude::*;

use super::world::{Evidence, With, World, digest, list, object, pod, running};

/// References that meet in all ways: same repository under several names, tags, digests, and no reference at all.
fn written(n: u8) -> String {
    match n % 7 {
        0 => "nginx:1".into(),
        1 => "docker.io/library/nginx:1".into(),
        2 => "nginx".into(),
        3 => format!("nginx:1@{}", digest(u64::from(n % 3))),
        4 => "reg.example:5000/a/b:2".into(),
        5 => "${IMAGE}".into(),
        _ => digest(2),
    }
}

fn seen(n: u8, hour: i64) -> Option<Seen> {
    let id = u64::from(n / 8 % 4);
    let base = running(&format!("nginx@{}", digest(id)), hour.min(i64::from(n % 5)));
    match n % 6 {
        0 => None,
        1 => Some(Seen { state: SeenState::Waiting, image_id: String::new(), started: None, ..base }),
        2 => Some(Seen { image: "nginx:other".into(), ..base }),
        3 => Some(Seen { image: digest(id + 1), ..base }),
        4 => Some(Seen { image_id: digest(id), ..base }),
        _ => Some(base),
    }
}

fn item(numbers: &[u8; 6], hour: i64) -> Item {
    let [kind, name, node, first, second, extra] = *numbers;
    let name = format!("o{}", name % 3);
    let node = format!("n{}", node % 3);
    let mut item = match kind % 5 {
        0 | 1 => pod("web", &name, &format!("u-{name}"), &node),
        2 => object("Pod", "web", &name, ""),
        3 => object("ReplicaSet", "web", &name, &format!("r-{name}")).owned("Deployment", "d", "d-uid"),
        _ => object("Deployment", "web", "d", "d-uid"),
    };
    if kind % 5 < 2 {
        item = item
            .owned("ReplicaSet", &name, &format!("r-{}", name))
            .phase(["Running", "Failed"][usize::from(extra % 2)]);
    }
    for (container, n) in [("a", first), ("b", second)] {
        item = item.uses(if n % 3 == 0 { Role::Init } else { Role::App }, container, &written(n));
        if kind % 5 < 2 {
            item.uses.last_mut().unwrap().seen = seen(n, hour);
        }
    }
    let kinds = [RelationKind::SameRecord, RelationKind::Contains, RelationKind::ConfigOf];
    if extra % 4 == 0 {
        let kind = kinds[usize::from(extra / 4 % 3)];
        item = item.relates(kind, u64::from(extra / 12 % 5), u64::from(extra / 60));
    }
    if extra % 5 == 0 {
        item.sightings.push(sighting(extra));
    }
    item
}

fn sighting(n: u8) -> Sighting {
    Sighting {
        kind: if n.is_multiple_of(2) { SightingKind::Pull } else { SightingKind::Cache },
        as_written: written(n / 2),
        digest: if n.is_multiple_of(3) { String::new() } else { digest(u64::from(n % 4)) },
        host: format!("n{}", n % 2),
        user: String::new(),
        from: (!n.is_multiple_of(7)).then_some(Micros(5)),
        to: Some(Micros(i64::from(n))),
        count: u64::from(n % 5) + 1,
        spot: Spot::default(),
    }
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let items = proptest::collection::vec(any::<[u8; 6]>(), 0..4);
    (items, 0..4_i64, any::<u8>(), 0..3_u8).prop_map(|(numbers, hour, shape, context)| {
        let items = numbers.iter().map(|n| item(n, hour)).collect();
        let mut evidence = list(&format!("f{}", shape % 3), hour, items);
        evidence = match shape % 6 {
            0 | 1 => evidence.whole(&[]),
            2 => evidence.whole(&["web"]),
            3 => evidence.whole(&[]).list_version("7", shape % 4 == 3),
            4 => evidence.format("image-table"),
            _ => evidence,
        };
        if shape % 4 != 0 {
            evidence = evidence.nodes(&[["n0", "n1", "m0"][usize::from(shape % 3)]]);
        }
        if context == 0 { evidence } else { evidence.context(&format!("c{context}")) }
    })
}

/// Distinct readings, an order for them, and where to settle on the way.
fn history() -> impl Strategy<Value = (Vec<Evidence>, Vec<Evidence>, Vec<bool>)> {
    proptest::collection::vec(evidence(), 1..7).prop_flat_map(|mut all| {
        all.sort_by_key(|e| e.acquisition.id);
        all.dedup_by_key(|e| e.acquisition.id);
        let settle = proptest::collection::vec(any::<bool>(), all.len());
        (Just(all.clone()), Just(all).prop_shuffle(), settle)
    })
}

/// Something that is bad or in doubt, about what the evidence may hold.
fn accused() -> impl Strategy<Value = Entry> {
    let targets = [
        "tag:docker.io/library/nginx:1".to_owned(),
        "tag:docker.io/library/nginx:latest".to_owned(),
        "registry:docker.io".to_owned(),
        "repo:a/*".to_owned(),
        format!("digest:{}", digest(1)),
        format!("digest:{}", digest(3)),
        "account:nobody".to_owned(),
    ];
    let window = proptest::option::of((0..4_i64, 0..4_i64).prop_map(|(from, hours)| Window {
        from: Some(Micros(from * 3_600_000_000)),
        to: Some(Micros((from + hours) * 3_600_000_000)),
        written: String::new(),
    }));
    let states = prop::sample::select(vec![State::Bad, State::Suspect]);
    (prop::sample::select(targets.to_vec()), states, window, any::<[u8; 16]>()).prop_map(
        |(target, state, window, id)| {
            let target = Target::parse(&target).unwrap();
            let indicator = Indicator { id: Id(id), target, state, window, cleared_by: ClearedBy::default() };
            let (source, reason, at) = (None, None, Micros(0));
            let (written, author, conflicts, words) = (String::new(), String::new(), vec![], vec![]);
            Entry { indicator, written, source, reason, author, at, since: at, open: true, conflicts, words }
        },
    )
}

/// The numbers of every image that anything uses, as the list has them. Images that were only seen count nothing.
fn listed(world: &World) -> Vec<String> {
    world.texts(
        "SELECT printf('%d: %d %d %d %d %d %d', i.id, uses, running, roles, workloads, first_seen, last_seen) || ' reach ' ||
         (SELECT group_concat(printf('%d %d %d: %d %d', context, namespace, workload, uses, running)) FROM p_reach r
          WHERE r.image = i.id) || ' called ' ||
         (SELECT group_concat(printf('%d: %d %d', name, uses, current)) FROM p_called c WHERE c.image = i.id)
         FROM p_image i WHERE i.uses > 0 ORDER BY i.id",
    )
}

/// The same, counted from the uses by SQLite.
fn counted(world: &World) -> Vec<String> {
    world.texts(
        "WITH v AS (SELECT u.*, o.context, o.namespace, o.workload FROM p_use u JOIN p_object o ON o.id = u.object
                    WHERE u.hidden = 0),
         reach AS (SELECT image, context, namespace, workload, count(*) n, sum(running) r FROM v GROUP BY 1, 2, 3, 4
                   ORDER BY 1, 2, 3, 4),
         called AS (SELECT image, name, count(*) n, sum(current) c FROM v GROUP BY 1, 2 ORDER BY 1, 2)
         SELECT printf('%d: %d %d %d %d %d %d', image, count(*), sum(running), sum(DISTINCT 1 << role),
             count(DISTINCT nullif(workload, 0)), min(first_seen), max(last_seen)) || ' reach ' ||
         (SELECT group_concat(printf('%d %d %d: %d %d', context, namespace, workload, n, r)) FROM reach
          WHERE reach.image = v.image) || ' called ' ||
         (SELECT group_concat(printf('%d: %d %d', name, n, c)) FROM called WHERE called.image = v.image)
         FROM v GROUP BY image ORDER BY image",
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_grouping_changes_the_projections((all, shuffled, settle) in history()) {
        let at_once = World::of(&all);
        let mut piecewise = World::new();
        let mut waiting = Vec::new();
        for (evidence, settle) in shuffled.into_iter().zip(settle) {
            waiting.push(evidence);
            if settle {
                piecewise.fold(&std::mem::take(&mut waiting));
            }
        }
        piecewise.fold(&waiting);
        prop_assert_eq!(at_once.images(), piecewise.images());
        prop_assert_eq!(counted(&at_once), listed(&at_once));
        prop_assert_eq!(counted(&piecewise), listed(&piecewise));
        prop_assert_eq!(at_once.hash(), piecewise.hash());
    }

    #[test]
    fn verdicts_that_follow_piece_by_piece_are_those_of_a_rebuild(
        (all, shuffled, settle) in history(),
        accused in proptest::collection::vec(accused(), 1..4),
    ) {
        let judged = |indicators: &Indicators| {
            let mut world = World::new();
            world.indicators = indicators.clone();
            world
        };
        let indicators = Indicators { entries: accused, ..Indicators::default() };
        let mut at_once = judged(&indicators);
        at_once.fold(&all);
        let mut piecewise = judged(&indicators);
        for (evidence, settle) in shuffled.iter().zip(settle) {
            if !settle {
                // The indicators came, and went again, between two imports.
                piecewise.indicators = Indicators::default();
                piecewise.fold(&[]);
                piecewise.indicators = indicators.clone();
            }
            piecewise.fold(std::slice::from_ref(evidence));
        }
        let verdicts = |world: &World| world.texts("SELECT name || resolved || verdict FROM p_image ORDER BY 1");
        prop_assert_eq!(verdicts(&at_once), verdicts(&piecewise));
        prop_assert_eq!(at_once.hash(), piecewise.hash());
        prop_assert!(verdicts(&at_once).iter().all(|line| !line.ends_with('0')), "every image has a verdict");
    }

    #[test]
    fn loading_without_indexes_changes_nothing(all in history(), from in 0..5_u64) {
        let (all, shuffled, _) = all;
        let usual = World::of(&all);
        let mut loaded = World::new().large_from(from);
        loaded.fold(&shuffled);
        prop_assert_eq!(counted(&loaded), listed(&loaded));
        prop_assert_eq!(loaded.hash(), usual.hash());
        prop_assert_eq!(loaded.schema(), usual.schema());
    }

    #[test]
    fn a_rebuild_gives_the_same(all in proptest::collection::vec(evidence(), 1..4)) {
        let mut all = all;
        all.sort_by_key(|e| e.acquisition.id);
        all.dedup_by_key(|e| e.acquisition.id);
        let mut world = World::of(&all);
        let before = world.hash();
        let tx = world.conn.transaction().unwrap();
        project::clear(&tx).unwrap();
        tx.commit().unwrap();
        prop_assert_eq!(world.hash(), [0; 32]);
        world.fold(&all);
        prop_assert_eq!(world.hash(), before);
    }
}

#[test]
fn the_hash_sees_every_tampering() {
    let mut items = vec![item(&[0, 0, 0, 5, 12, 4], 1), item(&[3, 0, 0, 0, 4, 5], 1)];
    items[0] = items[0].clone().relates(RelationKind::SameRecord, 1, 2);
    items[1].sightings.push(sighting(5));
    let world = World::of(&[list("f", 1, items).whole(&[]).context("eu")]);
    let honest = world.hash();
    for tampering in [
        "UPDATE p_image SET running = running + 1",
        "UPDATE p_image SET name = 'x'",
        "DELETE FROM p_use WHERE role = 0",
        "UPDATE p_use SET running = 1 - running",
        "UPDATE p_object SET gone = 1",
        "UPDATE p_text SET text = 'other' WHERE text = 'web'",
        "UPDATE p_written SET text = text || 'x'",
        "UPDATE p_digest SET claims = 15",
        "UPDATE p_name SET moved = 4",
        "UPDATE p_source SET as_of = 0",
        "UPDATE p_reach SET uses = 9",
        "UPDATE p_called SET current = 9",
        "UPDATE p_tag SET basis = 3",
        "DELETE FROM p_relation",
        "DELETE FROM p_sighting",
        "DELETE FROM p_cover",
        "UPDATE p_workload SET name = 'x'",
        "UPDATE p_image SET verdict = -4",
    ] {
        world.conn.execute_batch("SAVEPOINT s").unwrap();
        assert!(world.conn.execute(tampering, []).unwrap() > 0, "{tampering} changes nothing");
        assert_ne!(world.hash(), honest, "{tampering}");
        world.conn.execute_batch("ROLLBACK TO s; RELEASE s").unwrap();
    }
}

#[test]
fn the_same_acquisition_twice_is_refused() {
    let evidence = list("f", 1, vec![]);
    let mut world = World::of(std::slice::from_ref(&evidence));
    let tx = world.conn.transaction().unwrap();
    let mut fold = Fold::begin(&tx).unwrap();
    let items: Vec<Result<Item, project::ProjectError>> = vec![];
    assert!(fold.apply(&evidence.acquisition, &evidence.reading, &mut items.into_iter()).is_err());
}
