//! What must hold for any images, indicators and edges.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::*;
use crate::model::digest::{Digest, DigestKind};
use crate::model::indicator::{ClearedBy, Place};

/// Hours are few, so that times meet windows.
const HOUR: i64 = 3_600_000_000;
const IMAGES: i64 = 4;

fn digest(n: u64) -> Digest {
    Digest::of(&n.to_be_bytes())
}

fn place(n: usize) -> Arc<Place> {
    let (registry, repository) = [("docker.io", "a/x"), ("docker.io", "a/y"), ("m.corp", "a/x"), ("", "${X}")][n % 4];
    let canonical = if registry.is_empty() { repository.to_owned() } else { format!("{registry}/{repository}:1") };
    Arc::new(Place {
        canonical,
        is_reference: !registry.is_empty(),
        registry: registry.into(),
        repository: repository.into(),
        tag: (!registry.is_empty()).then(|| "1".into()),
    })
}

fn moment() -> impl Strategy<Value = Micros> {
    (0_i64..12).prop_map(|hour| Micros(hour * HOUR))
}

fn running() -> impl Strategy<Value = Option<Running>> {
    proptest::option::of(moment().prop_map(|at| Running { at, stands: None }))
}

fn span() -> impl Strategy<Value = (Micros, Micros)> {
    (moment(), moment()).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

fn called() -> impl Strategy<Value = Called> {
    let bits = (any::<bool>(), any::<bool>());
    (0_usize..4, proptest::option::of(moment()), bits, proptest::option::of(span())).prop_map(
        |(name, first, (by_tag, claimed), moved)| {
            let moved = moved.map(|(after, before)| Moved { after, before });
            Called { place: place(name), first, by_tag, claimed, moved }
        },
    )
}

fn facts() -> impl Strategy<Value = Facts> {
    let kind =
        prop::sample::select(vec![DigestKind::Unknown, DigestKind::Manifest, DigestKind::Index, DigestKind::Config]);
    let digests = proptest::collection::vec((0_u64..5, kind).prop_map(|(n, kind)| (digest(n), kind)), 1..3);
    let some = || proptest::collection::vec((0_u64..5).prop_map(digest), 0..2);
    let seen = (0_usize..2, any::<bool>(), span());
    let seen = seen.prop_map(|(name, by_tag, (from, to))| Seen { name, by_tag, from, to, stands: None });
    let pushed = (span(), "[ab]").prop_map(|((from, to), account)| Pushed { from, to, account, stands: None });
    let few = || proptest::collection::btree_set((0_u64..5).prop_map(digest), 0..3);
    let layers = (proptest::option::of(few()), few());
    (
        (any::<bool>(), digests, some(), some(), layers),
        proptest::collection::vec(called(), 1..3),
        proptest::collection::vec(seen, 0..3),
        proptest::collection::vec(pushed, 0..2),
        (running(), running(), proptest::collection::vec(1..=IMAGES, 0..2)),
    )
        .prop_map(|((resolved, digests, contained_in, contains, (layers, stacks)), names, seen, pushed, rest)| {
            let (running, pulled, candidates) = rest;
            let seen = seen.into_iter().filter(|seen| seen.name < names.len()).collect();
            let known = Facts { resolved, names, seen, pushed, ..Facts::default() };
            match resolved {
                true => Facts { digests, contained_in, contains, running, pulled, layers, stacks, ..known },
                false => Facts { candidates, ..known },
            }
        })
}

fn window() -> impl Strategy<Value = Option<Window>> {
    let end = || proptest::option::of(moment());
    proptest::option::of((end(), end()).prop_map(|(from, to)| {
        let (from, to) = match (from, to) {
            (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
            ends => ends,
        };
        Window { from, to, written: String::new() }
    }))
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        (0_u64..5).prop_map(|n| Target::Digest(digest(n))),
        (0_u64..5).prop_map(|n| Target::Layer(digest(n))),
        (0_u64..5).prop_map(|n| Target::Chain(digest(n))),
        prop::sample::select(vec![
            "tag:docker.io/a/x:1",
            "tag:m.corp/a/x:1",
            "repo:a/*",
            "repo:docker.io/a/y",
            "repo:docker.io/*",
            "registry:docker.io",
            "registry:*",
            "account:a",
            "pkg:deb/debian/xz",
        ])
        .prop_map(|text| Target::parse(text).unwrap()),
    ]
}

fn indicator(states: &'static [State]) -> impl Strategy<Value = Indicator> {
    let by = prop::sample::select(vec![ClearedBy::Predates, ClearedBy::Signed, ClearedBy::Rebuilt]);
    (target(), prop::sample::select(states), window(), by, any::<u128>()).prop_map(
        |(target, state, window, cleared_by, id)| Indicator {
            id: Id(id.to_be_bytes()),
            target,
            state,
            window,
            cleared_by,
        },
    )
}

const ACCUSING: &[State] = &[State::Bad, State::Suspect];
const ANY: &[State] = &[State::Bad, State::Suspect, State::Cleared];

#[derive(Debug, Clone, Default)]
struct Edges {
    edges: Vec<(i64, i64, u16, &'static str)>,
    complete: BTreeSet<i64>,
}

impl Lineage for Edges {
    fn parents(&self, image: i64) -> Vec<Edge> {
        let edge = |(_, parent, confidence, kind): &(i64, i64, u16, &'static str)| Edge {
            parent: *parent,
            kind,
            confidence: *confidence,
        };
        self.edges.iter().filter(|(child, ..)| *child == image).map(edge).collect()
    }

    fn is_complete(&self, image: i64) -> bool {
        self.complete.contains(&image)
    }
}

fn edges() -> impl Strategy<Value = Edges> {
    let kind = prop::sample::select(vec!["base", "build-input", "frontend", "index", "member", "same-layers"]);
    let edge = (1..=IMAGES, 1..=IMAGES + 1, prop::sample::select(vec![300_u16, 699, 700, 990]), kind);
    (proptest::collection::vec(edge, 0..6), proptest::collection::btree_set(1..=IMAGES, 0..4))
        .prop_map(|(edges, complete)| Edges { edges, complete })
}

#[derive(Debug, Clone)]
struct World {
    images: BTreeMap<i64, Facts>,
    grounds: Grounds,
    edges: Edges,
}

impl World {
    fn verdicts(&self) -> BTreeMap<i64, Option<Verdict>> {
        let judged = judge(&self.images, &self.grounds, &self.edges);
        judged.into_iter().map(|(image, judgement)| (image, judgement.verdict)).collect()
    }
}

fn world() -> impl Strategy<Value = World> {
    let images = proptest::collection::vec(facts(), IMAGES as usize);
    let mirrors = prop::sample::select(vec![vec![], vec![Mirror::parse("m.corp=docker.io").unwrap()]]);
    let kinds = prop::sample::select(vec![DigestKind::Unknown, DigestKind::Manifest, DigestKind::Index]);
    let known = proptest::collection::btree_map(0_u64..5, (kinds, any::<bool>()), 0..4);
    (images, proptest::collection::vec(indicator(ANY), 1..4), mirrors, known, edges()).prop_map(
        |(images, indicators, mirrors, known, edges)| {
            let named = |(n, (kind, contents)): (u64, (DigestKind, bool))| {
                let contents = contents && kind == DigestKind::Index;
                (digest(n).to_string(), NamedDigest { kinds: BTreeSet::from([kind]), contents })
            };
            let grounds = Grounds { indicators, mirrors, digests: known.into_iter().map(named).collect() };
            World { images: (1..).zip(images).collect(), grounds, edges }
        },
    )
}

/// No verdict is milder than any open one and worse than what is proved or cleared, as when verdicts are merged.
fn weight(verdict: Option<Verdict>) -> i64 {
    verdict.map_or(0, Verdict::number)
}

fn assert_no_milder(before: &World, after: &World) -> Result<(), TestCaseError> {
    for (image, then) in after.verdicts() {
        let now = before.verdicts()[&image];
        prop_assert!(weight(then) >= weight(now), "image {}: {:?} became {:?}", image, now, then);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_image_has_a_verdict_exactly_where_something_is_accused(world in world()) {
        for verdict in world.verdicts().values() {
            prop_assert_eq!(verdict.is_some(), world.grounds.is_open());
        }
    }

    #[test]
    fn one_more_indicator_makes_no_verdict_milder(world in world(), more in indicator(ACCUSING), at in 0_usize..4) {
        // The first one makes verdicts out of none; from then on they only get worse.
        prop_assume!(world.grounds.is_open());
        let mut after = world.clone();
        let at = at.min(after.grounds.indicators.len());
        after.grounds.indicators.insert(at, more);
        assert_no_milder(&world, &after)?;
    }

    #[test]
    fn a_wider_window_makes_no_verdict_milder(world in world(), at in 0_usize..3, by in window()) {
        let mut after = world.clone();
        let at = at % after.grounds.indicators.len();
        let indicator = &mut after.grounds.indicators[at];
        prop_assume!(indicator.state != State::Cleared);
        let (Some(old), Some(by)) = (&indicator.window, by) else { return Ok(()) };
        indicator.window = Some(old.hull(&by));
        assert_no_milder(&world, &after)?;
    }

    #[test]
    fn a_more_severe_state_makes_no_verdict_milder(world in world(), at in 0_usize..3) {
        prop_assume!(world.grounds.is_open());
        let mut after = world.clone();
        let at = at % after.grounds.indicators.len();
        after.grounds.indicators[at].state = State::Bad;
        assert_no_milder(&world, &after)?;
    }

    #[test]
    fn taking_away_what_clears_makes_no_verdict_milder(world in world(), image in 1..=IMAGES, what in 0_usize..6) {
        let mut after = world.clone();
        let facts = after.images.get_mut(&image).unwrap();
        match what {
            0 => facts.running = None,
            1 if facts.layers.as_ref().is_some_and(BTreeSet::is_empty) && facts.stacks.is_empty() => facts.layers = None,
            1 => {}
            2 => facts.digests.iter_mut().for_each(|(_, kind)| *kind = DigestKind::Unknown),
            3 => after.edges.complete.clear(),
            4 => after.grounds.digests.clear(),
            _ => after.grounds.indicators.retain(|indicator| indicator.state != State::Cleared),
        }
        assert_no_milder(&world, &after)?;
    }

    #[test]
    fn taking_any_evidence_away_never_proves_anything(world in world(), image in 1..=IMAGES, what in 0_usize..7) {
        let mut after = world.clone();
        let facts = after.images.get_mut(&image).unwrap();
        match what {
            0 => facts.seen.clear(),
            1 => facts.pushed.clear(),
            2 => facts.contained_in.clear(),
            3 => facts.layers = None,
            4 => facts.candidates.clear(),
            5 => facts.names.iter_mut().for_each(|called| called.moved = None),
            _ => {
                // Where an edge goes, what the image stands on is no longer all known.
                after.edges.edges.retain(|(child, ..)| *child != image);
                after.edges.complete.remove(&image);
            }
        }
        // What was open may become another open verdict, but what was never cleared or excluded does not become so.
        let clears = |world: &World, image: &i64| {
            let facts = &world.images[image];
            facts.running.is_some()
                || world.grounds.indicators.iter().any(|indicator| indicator.state == State::Cleared)
        };
        for (image, then) in after.verdicts() {
            let now = world.verdicts()[&image];
            if weight(now) > 0 && what != 2 && !clears(&world, &image) {
                // Its own layers prove what they hold, whatever was said of a base or an input.
                let by_layers = |i: &Indicator| matches!(i.target, Target::Layer(_) | Target::Chain(_));
                let proved = world.images[&image].layers.is_some() && world.grounds.indicators.iter().any(by_layers);
                prop_assert!(
                    weight(then) > 0 || world.edges.complete.contains(&image) || proved,
                    "image {}: {:?} to {:?}", image, now, then
                );
            }
        }
    }

    #[test]
    fn a_log_decides_nothing(world in world(), image in 1..=IMAGES, at in moment()) {
        let mut after = world.clone();
        after.images.get_mut(&image).unwrap().pulled = Some(Running { at, stands: None });
        prop_assert_eq!(world.verdicts(), after.verdicts());
    }

    #[test]
    fn one_more_edge_makes_no_open_verdict_milder(
        world in world(), child in 1..=IMAGES, parent in 1..=IMAGES, at in 0_u16..1000, kind in 0_usize..3,
    ) {
        let mut after = world.clone();
        after.edges.edges.push((child, parent, at, ["base", "build-input", "frontend"][kind]));
        assert_no_milder(&world, &after)?;
    }

    #[test]
    fn the_order_of_everything_is_irrelevant(world in world(), seed in any::<u64>()) {
        let mut other = world.clone();
        let turn = seed as usize;
        other.grounds.indicators.rotate_left(turn % world.grounds.indicators.len());
        other.edges.edges.reverse();
        for facts in other.images.values_mut() {
            facts.seen.reverse();
            facts.pushed.reverse();
            facts.digests.reverse();
            facts.candidates.reverse();
        }
        prop_assert_eq!(world.verdicts(), other.verdicts());
    }

    #[test]
    fn kept_sightings_say_what_all_of_them_say(world in world()) {
        let mut tally = Tally::new(world.grounds.windows());
        let mut kept = world.clone();
        for (image, facts) in &mut kept.images {
            facts.seen.retain(|seen| tally.is_news(*image, seen));
        }
        prop_assert_eq!(world.verdicts(), kept.verdicts());
    }
}
