//! Verdicts along lineage in a fold: the same in every order, before and after the indicators.

use std::collections::BTreeMap;

use hullbreach::case::indicators::{Entry, Indicators};
use hullbreach::case::project::settle_verdicts;
use hullbreach::model::digest::Digest;
use hullbreach::model::document::Lineage;
use hullbreach::model::fact::{Item, Role, Spot};
use hullbreach::model::id::Id;
use hullbreach::model::indicator::{ClearedBy, Indicator, State, Target, Window};
use hullbreach::model::lineage::{EdgeKind, LayerChain, LayerKind, LineageClaim, Named, ProofKind};
use hullbreach::model::time::Micros;
use proptest::prelude::*;

use crate::fold::world::{Evidence, With, World, list, pod};

/// Digests that differ from their first digit on, as real ones do.
fn parsed(n: u64) -> Digest {
    Digest::of(&n.to_be_bytes())
}

fn digest(n: u64) -> String {
    parsed(n).to_string()
}

fn item(lineage: Lineage) -> Item {
    Item { lineage: lineage.kept(), ..Item::default() }
}

/// The layers of an image.
fn layers(hour: i64, image: u64, layers: &[u64]) -> Evidence {
    let chain = LayerChain {
        image: Named::by_digest(parsed(image)),
        kind: LayerKind::Uncompressed,
        layers: layers.iter().map(|n| parsed(100 + n)).collect(),
        history: Vec::new(),
        created: None,
        flattened: false,
        spot: Spot::default(),
    };
    let lineage = Lineage { chains: vec![chain], ..Lineage::default() };
    list(&format!("layers-{image}-{layers:?}.json"), hour, vec![item(lineage)])
}

fn claim(hour: i64, child: Named, parent: Named, kind: EdgeKind, way: ProofKind) -> Evidence {
    let name = format!("claim-{child:?}-{parent:?}-{kind:?}.json");
    let claim = LineageClaim::new(child, parent, Some(kind), way, Spot::default());
    list(&name, hour, vec![item(Lineage { claims: vec![claim], ..Lineage::default() })])
}

fn runs(hour: i64, name: &str, image: u64, started: i64) -> Evidence {
    let id = format!("{}@{}", name.split(':').next().unwrap(), digest(image));
    let pod = pod("ns", &format!("p{image}-{hour}"), &format!("u{image}-{hour}"), "n1").runs("c", name, &id, started);
    list(&format!("pods-{image}-{hour}.json"), hour, vec![pod])
}

fn said(target: &str, window: Option<(i64, i64)>) -> Entry {
    const HOUR: i64 = 3_600_000_000;
    let window = window.map(|(from, to)| Window {
        from: Some(Micros(from * HOUR)),
        to: Some(Micros(to * HOUR)),
        written: String::new(),
    });
    let target = Target::parse(target).unwrap();
    let id = Id::derived("test", &[&target.to_string()]);
    let indicator = Indicator { id, target, state: State::Bad, window, cleared_by: ClearedBy::default() };
    let (written, author, conflicts, words) = (String::new(), String::new(), vec![], vec![]);
    Entry {
        indicator,
        written,
        source: None,
        reason: None,
        author,
        at: Micros(0),
        since: Micros(0),
        open: true,
        conflicts,
        words,
    }
}

fn accused(targets: &[&str]) -> Indicators {
    let entries = targets.iter().map(|target| said(target, None)).collect();
    Indicators { entries, ..Indicators::default() }
}

/// A world that folds each piece by itself, with indicators that come before the piece of that place.
fn folded(evidence: &[Evidence], indicators: &Indicators, at: usize) -> World {
    let mut world = World::new();
    for (n, piece) in evidence.iter().enumerate() {
        if n == at {
            world.indicators = indicators.clone();
            settle_verdicts(&world.conn, indicators, Some(&Default::default())).unwrap();
        }
        world.fold(std::slice::from_ref(piece));
    }
    world.indicators = indicators.clone();
    settle_verdicts(&world.conn, indicators, Some(&Default::default())).unwrap();
    world
}

fn verdicts(world: &World) -> BTreeMap<String, i64> {
    let mut statement = world.conn.prepare("SELECT name || ' ' || ident, verdict FROM p_image").unwrap();
    statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(Result::unwrap).collect()
}

/// A base, an app on it by layers, a job that took something out of the app, and another image.
fn pieces() -> Vec<Evidence> {
    vec![
        runs(1, "reg.example/base:1", 1, 1),
        runs(2, "reg.example/app:1", 2, 2),
        runs(3, "reg.example/job:1", 3, 3),
        runs(4, "reg.example/other:1", 4, 4),
        layers(5, 1, &[1]),
        layers(5, 2, &[1, 2]),
        layers(5, 4, &[8, 9]),
        claim(
            6,
            Named::by_digest(parsed(3)),
            Named::by_reference("reg.example/app:1"),
            EdgeKind::BuildInput,
            ProofKind::Dockerfile,
        ),
    ]
}

const BAD: i64 = 4;
const NOT_KNOWN: i64 = 1;

#[test]
fn verdicts_pass_along_layers_and_build_inputs_whenever_each_came() {
    let indicators = accused(&[&format!("digest:{}", digest(1))]);
    let pieces = pieces();
    let whole = {
        let mut world = World::new();
        world.indicators = indicators.clone();
        world.fold(&pieces);
        world
    };
    let of = |world: &World| -> Vec<i64> { verdicts(world).into_values().collect() };
    // app, base, job, other: names are sorted.
    assert_eq!(of(&whole), [BAD, BAD, BAD, NOT_KNOWN]);
    for at in 0..=pieces.len() {
        let one_by_one = folded(&pieces, &indicators, at);
        assert_eq!(one_by_one.hash(), whole.hash(), "indicators before piece {at}");
        let mut backwards = pieces.clone();
        backwards.reverse();
        assert_eq!(folded(&backwards, &indicators, at).hash(), whole.hash(), "backwards, indicators before {at}");
    }
}

#[test]
fn a_weak_word_passes_one_step_less_and_a_layer_is_proof() {
    let mut label =
        claim(6, Named::by_digest(parsed(4)), Named::by_digest(parsed(1)), EdgeKind::Base, ProofKind::Label);
    label.acquisition.context = None;
    let pieces = [vec![runs(1, "reg.example/base:1", 1, 1), runs(2, "reg.example/weak:1", 4, 1)], vec![label]].concat();
    let mut world = World::new();
    world.indicators = accused(&[&format!("digest:{}", digest(1))]);
    world.fold(&pieces);
    assert_eq!(verdicts(&world).into_values().collect::<Vec<_>>(), [BAD, 3], "a label alone makes a suspect");

    let mut world = World::new();
    world.indicators = accused(&[&format!("layer:{}", digest(102))]);
    world.fold(&self::pieces());
    // app has it; base and other have not; job took something out of app.
    assert_eq!(verdicts(&world).into_values().collect::<Vec<_>>(), [BAD, -1, BAD, -1]);
    let mut more = World::new();
    more.indicators = world.indicators.clone();
    let without: Vec<Evidence> =
        self::pieces().into_iter().filter(|e| !e.acquisition.origin.path.contains("layers-4")).collect();
    more.fold(&without);
    assert_eq!(
        verdicts(&more).into_values().next_back().unwrap(),
        NOT_KNOWN,
        "layers that nobody read exclude nothing"
    );
}

#[test]
fn a_base_that_stands_in_no_list_passes_on_what_is_known_of_its_name() {
    let child = || Named::by_digest(parsed(2));
    let pieces = vec![
        runs(2, "reg.example/app:1", 2, 2),
        claim(6, child(), Named::by_reference("docker.io/library/alpine:3.19"), EdgeKind::Base, ProofKind::Dockerfile),
    ];
    let mut world = World::new();
    world.indicators = accused(&["tag:docker.io/library/alpine:3.19"]);
    world.fold(&pieces);
    assert_eq!(verdicts(&world).into_values().collect::<Vec<_>>(), [BAD]);
    let stack = hullbreach::graph::chain_id(&[parsed(101), parsed(102)]).unwrap();
    let mut world = World::new();
    world.indicators = accused(&[&format!("chain:{stack}")]);
    let shared = [
        runs(1, "reg.example/a:1", 5, 1),
        runs(1, "reg.example/b:1", 6, 1),
        runs(1, "reg.example/c:1", 7, 1),
        layers(2, 5, &[1, 2, 3]),
        layers(2, 6, &[1, 2, 4]),
        layers(2, 7, &[1]),
    ];
    world.fold(&shared);
    assert_eq!(verdicts(&world).into_values().collect::<Vec<_>>(), [BAD, BAD, -1], "nobody's base can be named, too");
}

#[test]
fn what_ran_before_a_window_stays_cleared_below_a_bad_tag() {
    let entries = vec![said("tag:reg.example/base:1", Some((5, 9)))];
    let indicators = Indicators { entries, ..Indicators::default() };
    let pieces = [
        runs(6, "reg.example/base:1", 1, 6),
        runs(7, "reg.example/app:1", 2, 7),
        runs(8, "reg.example/old:1", 3, 1),
        layers(9, 1, &[1]),
        layers(9, 2, &[1, 2]),
        layers(9, 3, &[1, 3]),
    ];
    for at in 0..=pieces.len() {
        let world = folded(&pieces, &indicators, at);
        assert_eq!(verdicts(&world).into_values().collect::<Vec<_>>(), [BAD, BAD, -4], "app, base, old; {at}");
    }
}

/// Facts that meet in all ways, from a few numbers.
fn piece(n: u16, at: usize) -> Evidence {
    let image = u64::from(n / 8 % 5) + 1;
    let other = u64::from(n / 40 % 5) + 1;
    let name = |image: u64| format!("reg.example/i{}:1", image % 3);
    let hour = at as i64 % 4 + 1;
    match n % 8 {
        0 | 1 => runs(hour, &name(image), image, i64::from(n / 200 % 6)),
        2 => list(
            &format!("written-{at}.json"),
            hour,
            vec![pod("ns", &format!("w{at}"), &format!("w{at}"), "n1").uses(Role::App, "c", &name(image))],
        ),
        3 => layers(hour, image, [&[1][..], &[1, 2], &[1, 2, 3], &[4]][usize::from(n / 200 % 4)]),
        4 => claim(
            hour,
            Named::by_digest(parsed(image)),
            Named::by_digest(parsed(other)),
            EdgeKind::Base,
            ProofKind::Annotation,
        ),
        5 => claim(
            hour,
            Named::by_digest(parsed(image)),
            Named::by_reference(name(other)),
            EdgeKind::BuildInput,
            ProofKind::Dockerfile,
        ),
        6 => claim(
            hour,
            Named::by_reference(name(image)),
            Named::by_reference(name(other)),
            EdgeKind::Base,
            ProofKind::Label,
        ),
        _ => {
            let (kind, spot) = (hullbreach::model::digest::RelationKind::SameRecord, Spot::default());
            let relation = hullbreach::model::fact::Relation { kind, a: parsed(image), b: parsed(other), spot };
            let related = Item { relations: vec![relation], ..Item::default() };
            list(&format!("same-{at}.json"), hour, vec![related])
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn an_incremental_fold_is_a_rebuild_with_lineage_and_indicators_in_any_order(
        numbers in prop::collection::vec(any::<u16>(), 1..9),
        at in 0_usize..9,
        seed in any::<u64>(),
        which in 0_usize..5,
    ) {
        let targets = [
            format!("digest:{}", digest(1)),
            "tag:reg.example/i1:1".to_owned(),
            format!("layer:{}", digest(102)),
            "registry:reg.example".to_owned(),
            "repo:reg.example/i2".to_owned(),
        ];
        let entries = vec![said(&targets[which], (seed % 2 == 0).then_some((2, 4))), said(&targets[(which + 2) % 5], None)];
        let indicators = Indicators { entries, ..Indicators::default() };
        let mut pieces: Vec<Evidence> = numbers.iter().enumerate().map(|(at, n)| piece(*n, at)).collect();
        // The same evidence twice is one acquisition.
        let mut known = std::collections::BTreeSet::new();
        pieces.retain(|piece| known.insert(piece.acquisition.id));
        let mut whole = World::new();
        whole.indicators = indicators.clone();
        whole.fold(&pieces);
        let one_by_one = folded(&pieces, &indicators, at);
        prop_assert_eq!(verdicts(&whole), verdicts(&one_by_one));
        prop_assert_eq!(whole.hash(), one_by_one.hash());
        let mut shuffled = pieces;
        shuffled.sort_by_key(|e| e.acquisition.id.0.iter().fold(seed, |n, b| n.rotate_left(7) ^ u64::from(*b)));
        prop_assert_eq!(whole.hash(), folded(&shuffled, &indicators, at).hash());
    }
}
