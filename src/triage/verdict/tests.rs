//! The rules as tables.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::*;
use crate::model::digest::{Digest, DigestKind};
use crate::model::indicator::{ClearedBy, Place};
use crate::model::reference::Reference;

const HOUR: i64 = 3_600_000_000;

fn at(hour: i64) -> Micros {
    Micros(hour * HOUR)
}

fn digest(n: u64) -> Digest {
    Digest::parse(&format!("sha256:{n:064x}")).unwrap()
}

fn window(from: i64, to: i64) -> Option<Window> {
    Some(Window { from: Some(at(from)), to: Some(at(to)), written: String::new() })
}

fn says(target: &str, state: State, window: Option<Window>) -> Indicator {
    let target = Target::parse(target).unwrap();
    Indicator { id: Id::derived("test", &[&target.to_string()]), target, state, window, cleared_by: ClearedBy::Signed }
}

fn place(name: &str) -> Arc<Place> {
    let reference = Reference::parse(name).unwrap();
    let canonical = reference.canonical();
    Arc::new(Place {
        is_reference: true,
        registry: reference.registry().to_owned(),
        repository: reference.repository().to_owned(),
        tag: canonical.strip_prefix(&format!("{}:", reference.name())).map(str::to_owned),
        canonical,
    })
}

/// An image with a digest of unknown kind, asked for by that name and first known at that hour.
fn image(n: u64, name: &str, first: i64) -> Facts {
    let called = Called { place: place(name), first: Some(at(first)), by_tag: true, claimed: false, moved: None };
    Facts { resolved: true, digests: vec![(digest(n), DigestKind::Unknown)], names: vec![called], ..Facts::default() }
}

/// A name without a digest.
fn unresolved(name: &str, candidates: &[i64]) -> Facts {
    let called = Called { place: place(name), first: None, by_tag: false, claimed: false, moved: None };
    Facts { names: vec![called], candidates: candidates.to_vec(), ..Facts::default() }
}

fn seen(mut facts: Facts, hour: i64) -> Facts {
    facts.seen.push(Seen { name: 0, by_tag: true, from: at(hour), to: at(hour), stands: None });
    facts
}

fn ran(mut facts: Facts, since: Micros) -> Facts {
    facts.runs(Running { at: since, stands: None });
    facts
}

fn pushed(mut facts: Facts, hour: i64, account: &str) -> Facts {
    facts.pushed.push(Pushed { from: at(hour), to: at(hour), account: account.into(), stands: None });
    facts
}

fn by(images: &[(i64, Facts)], indicators: &[Indicator], lineage: &dyn Lineage) -> BTreeMap<i64, Judgement> {
    let grounds = Grounds { indicators: indicators.to_vec(), ..Grounds::default() };
    judge(&images.iter().cloned().collect(), &grounds, lineage)
}

/// The verdict of one image alone and the word of the first reason.
fn one(facts: Facts, indicator: Indicator) -> (Verdict, &'static str) {
    let judged = by(&[(1, facts)], &[indicator], &NoLineage);
    let finding = judged[&1].findings[0].clone();
    assert_eq!(judged[&1].verdict, Some(finding.verdict));
    (finding.verdict, finding.reasons[0].as_str())
}

/// Edges made by hand; what has edges is complete.
struct Edges(Vec<(i64, i64, u16)>, Vec<i64>);

impl Lineage for Edges {
    fn parents(&self, image: i64) -> Vec<Edge> {
        let edge =
            |(_, parent, confidence): &(i64, i64, u16)| Edge { parent: *parent, kind: "base", confidence: *confidence };
        self.0.iter().filter(|(child, ..)| *child == image).map(edge).collect()
    }

    fn is_complete(&self, image: i64) -> bool {
        self.1.contains(&image)
    }
}

const AGENT: &str = "harbourline/agent:1.5";
const TAG: &str = "tag:docker.io/harbourline/agent:1.5";

#[test]
fn without_an_indicator_there_is_no_verdict() {
    let judged = by(&[(1, image(1, AGENT, 3))], &[], &NoLineage);
    assert_eq!(judged[&1], Judgement::default());
    let cleared = says("registry:docker.io", State::Cleared, window(2, 7));
    assert_eq!(by(&[(1, image(1, AGENT, 3))], &[cleared], &NoLineage)[&1].verdict, None);
}

#[test]
fn what_is_not_known_because_of_its_base_says_so() {
    let images = [(1, image(1, AGENT, 3)), (2, image(2, "harbourline/app:1", 3))];
    let judged = by(&images, &[says(TAG, State::Bad, window(2, 7))], &Edges(vec![(2, 1, 970)], vec![]));
    let reason = &judged[&2].findings[0].reasons[0];
    assert_eq!(judged[&2].verdict, Some(Verdict::NotKnown));
    assert_eq!(*reason, Because::PassedOn { parent: 1, kind: "base", confidence: 970 });
    // Where nothing is told of its base, that is the reason.
    let alone = by(&images, &[says(TAG, State::Bad, window(2, 7))], &NoLineage);
    assert_eq!(alone[&2].findings[0].reasons[0], Because::BaseUnknown);
}

#[test]
fn a_tag_with_a_window_is_bad_only_for_what_was_seen_under_it_inside() {
    let bad = || says(TAG, State::Bad, window(2, 7));
    let other = || image(1, "harbourline/other:1.5", 3);
    let pinned = |mut facts: Facts| {
        facts.seen.iter_mut().for_each(|seen| seen.by_tag = false);
        facts
    };
    let table = [
        (seen(image(1, AGENT, 3), 3), Verdict::Bad, "seen-inside"),
        (seen(image(1, AGENT, 3), 8), Verdict::NotKnown, "not-seen-inside"),
        (image(1, AGENT, 3), Verdict::NotKnown, "not-seen-inside"),
        (pinned(seen(image(1, AGENT, 3), 3)), Verdict::NotKnown, "not-seen-inside"),
        (ran(seen(image(1, AGENT, 1), 3), at(1)), Verdict::Predates, "ran-before"),
        (ran(seen(image(1, AGENT, 3), 3), at(3)), Verdict::Bad, "seen-inside"),
        (seen(other(), 3), Verdict::NotKnown, "base-unknown"),
        (ran(other(), at(1)), Verdict::Predates, "ran-before"),
        (unresolved(AGENT, &[]), Verdict::NotKnown, "digest-unknown"),
    ];
    for (facts, verdict, because) in table {
        assert_eq!(one(facts.clone(), bad()), (verdict, because), "{facts:?}");
    }
    assert_eq!(one(seen(image(1, AGENT, 3), 3), says(TAG, State::Suspect, window(2, 7))).0, Verdict::Suspect);
    assert_eq!(one(image(1, AGENT, 3), says(TAG, State::Bad, None)), (Verdict::Bad, "named"));
    assert_eq!(one(unresolved(AGENT, &[]), says(TAG, State::Bad, None)), (Verdict::Bad, "named"));
}

#[test]
fn only_a_start_well_before_the_window_predates() {
    let bad = says(TAG, State::Bad, window(2, 7));
    let since = |before: i64| one(ran(image(1, AGENT, 1), Micros(at(2).0 - before)), bad.clone()).0;
    assert_eq!((since(SKEW), since(SKEW - 1), since(0)), (Verdict::Predates, Verdict::NotKnown, Verdict::NotKnown));
    let open = Window { from: None, to: Some(at(7)), written: String::new() };
    assert_eq!(one(ran(image(1, AGENT, 1), at(0)), says(TAG, State::Bad, Some(open))).0, Verdict::NotKnown);
    // The time at which a list was taken or a file was written is none of a container's start.
    assert_eq!(one(seen(image(1, AGENT, 0), 0), bad).0, Verdict::NotKnown);
}

#[test]
fn a_log_alone_clears_nothing_and_is_told() {
    let mut pulled = seen(image(1, AGENT, 1), 3);
    pulled.pulls(Running { at: at(0), stands: None });
    let judged = by(&[(1, pulled.clone())], &[says(TAG, State::Bad, window(2, 7))], &NoLineage);
    let words: Vec<&str> = judged[&1].findings[0].reasons.iter().map(Because::as_str).collect();
    assert_eq!((judged[&1].verdict, words), (Some(Verdict::Bad), vec!["seen-inside", "pulled-before"]));
    let judged = by(&[(1, pulled)], &[says("registry:quay.io", State::Bad, window(2, 7))], &NoLineage);
    assert_eq!(judged[&1].verdict, Some(Verdict::NotKnown));
}

#[test]
fn layers_that_exclude_need_no_base_but_what_was_built_in_counts() {
    let layer = says(&format!("layer:{}", digest(7)), State::Bad, None);
    let with = |layers: Option<&[u64]>, n| Facts {
        layers: layers.map(|layers| layers.iter().map(|n| digest(*n)).collect()),
        ..image(n, AGENT, 1)
    };
    struct Kinds(Vec<(i64, i64, &'static str)>);
    impl Lineage for Kinds {
        fn parents(&self, image: i64) -> Vec<Edge> {
            let edge = |(_, parent, kind): &(i64, i64, &'static str)| Edge { parent: *parent, kind, confidence: 970 };
            self.0.iter().filter(|(child, ..)| *child == image).map(edge).collect()
        }
        fn is_complete(&self, _: i64) -> bool {
            false
        }
    }
    let images = [
        (1, with(None, 1)),
        (2, with(Some(&[5]), 2)),
        (3, with(Some(&[5]), 3)),
        (4, with(Some(&[7]), 4)),
        (5, with(Some(&[5]), 5)),
        (6, with(Some(&[5]), 6)),
    ];
    let links = vec![(2, 1, "base"), (3, 1, "build-input"), (5, 4, "build-input"), (6, 1, "index")];
    let judged = by(&images, &[layer], &Kinds(links));
    let verdict = |n: i64| judged[&n].verdict.unwrap();
    assert_eq!(verdict(1), Verdict::NotKnown, "its layers are not known");
    assert_eq!(verdict(2), Verdict::NoLink, "its own layers say more than its base's that nobody knows");
    assert_eq!(verdict(3), Verdict::NotKnown, "it took something from what nobody knows");
    assert_eq!((verdict(4), verdict(5)), (Verdict::Bad, Verdict::Bad));
    assert_eq!(judged[&5].findings[0].reasons[0].text(), "passed on from a build input of it, confidence 0.97");
    assert_eq!(verdict(6), Verdict::NoLink, "what is not known beside it says nothing of it");
}

#[test]
fn a_breached_registry_alone_is_one_set_to_check_and_a_signal_makes_a_suspect() {
    let breached = || says("registry:docker.io", State::Bad, window(2, 7));
    let mut moved = image(1, AGENT, 9);
    moved.names[0].moved = Some(Moved { after: at(6), before: at(9) });
    let table = [
        (image(1, AGENT, 1), Verdict::ToCheck, "of-registry"),
        (image(1, AGENT, 8), Verdict::ToCheck, "of-registry"),
        (image(1, AGENT, 3), Verdict::Suspect, "first-seen-inside"),
        (moved, Verdict::Suspect, "moved-inside"),
        (pushed(image(1, AGENT, 9), 3, ""), Verdict::Suspect, "pushed-inside"),
        (pushed(unresolved(AGENT, &[]), 3, ""), Verdict::Suspect, "pushed-inside"),
        (ran(image(1, AGENT, 1), at(1)), Verdict::Predates, "ran-before"),
        (unresolved(AGENT, &[]), Verdict::ToCheck, "of-registry"),
        (image(1, "quay.io/x/y:1", 3), Verdict::NotKnown, "base-unknown"),
    ];
    for (facts, verdict, because) in table {
        assert_eq!(one(facts.clone(), breached()), (verdict, because), "{facts:?}");
    }
    assert_eq!(one(image(1, AGENT, 3), says("registry:docker.io", State::Bad, None)).0, Verdict::ToCheck);
    let judged = by(&[(1, image(1, AGENT, 1)), (2, image(2, AGENT, 3))], &[breached()], &NoLineage);
    assert_eq!((judged[&1].set, judged[&2].set), (Some(breached().id), None));
}

#[test]
fn a_named_namespace_and_a_named_account_are_signals() {
    let repo = |window| says("repo:harbourline/*", State::Bad, window);
    assert_eq!(one(image(1, AGENT, 9), repo(window(2, 7))), (Verdict::Suspect, "namespace"));
    assert_eq!(one(seen(image(1, AGENT, 3), 3), repo(window(2, 7))), (Verdict::Bad, "seen-inside"));
    assert_eq!(one(image(1, AGENT, 9), repo(None)), (Verdict::Bad, "named"));
    assert_eq!(one(image(1, AGENT, 9), says("repo:docker.io/*", State::Bad, window(2, 7))).0, Verdict::ToCheck);
    let account = says("account:ci-bot", State::Suspect, window(2, 7));
    assert_eq!(one(pushed(image(1, AGENT, 9), 3, "ci-bot"), account.clone()), (Verdict::Suspect, "pushed-by"));
    assert_eq!(one(pushed(image(1, AGENT, 9), 3, "ana"), account.clone()), (Verdict::NotKnown, "pusher-unknown"));
    assert_eq!(one(pushed(image(1, AGENT, 9), 9, "ci-bot"), account).0, Verdict::NotKnown);
}

#[test]
fn digests_are_matched_by_proof_and_never_across_kinds() {
    let bad = |n| says(&format!("digest:{}", digest(n)), State::Bad, None);
    let of_kind = |n, kind| Facts { digests: vec![(digest(n), kind)], ..image(n, AGENT, 1) };
    let in_index = Facts { contained_in: vec![digest(9)], ..image(1, AGENT, 1) };
    let contains = Facts { contains: vec![digest(9)], ..image(1, AGENT, 1) };
    assert_eq!(one(image(9, AGENT, 1), bad(9)), (Verdict::Bad, "digest"));
    assert_eq!(one(in_index, bad(9)), (Verdict::Bad, "in-index"));
    assert_eq!(one(contains, bad(9)), (Verdict::Bad, "contains"));
    assert_eq!(one(image(1, AGENT, 1), bad(9)), (Verdict::NotKnown, "uncomparable"));
    assert_eq!(one(unresolved(AGENT, &[]), bad(9)), (Verdict::NotKnown, "digest-unknown"));
    // What is named itself is not cleared by having run before the window.
    let windowed = says(&format!("digest:{}", digest(9)), State::Bad, window(2, 7));
    assert_eq!(one(ran(image(9, AGENT, 1), at(0)), windowed.clone()).0, Verdict::Bad);
    assert_eq!(one(ran(image(1, AGENT, 1), at(0)), windowed).0, Verdict::Predates);

    let named = |kind, contents| NamedDigest { kinds: BTreeSet::from([kind]), contents };
    let table = [
        (DigestKind::Manifest, named(DigestKind::Manifest, false), true),
        (DigestKind::Config, named(DigestKind::Manifest, false), false),
        (DigestKind::Unknown, named(DigestKind::Unknown, false), false),
        (DigestKind::Index, named(DigestKind::Index, false), false),
        (DigestKind::Manifest, named(DigestKind::Index, true), true),
        (DigestKind::Manifest, named(DigestKind::Index, false), false),
    ];
    for (own, known, compared) in table {
        let grounds = Grounds {
            indicators: vec![bad(9)],
            digests: BTreeMap::from([(digest(9).to_string(), known.clone())]),
            ..Grounds::default()
        };
        let images = BTreeMap::from([(1, of_kind(1, own))]);
        let verdict = judge(&images, &grounds, &Edges(vec![], vec![1]))[&1].verdict;
        let wanted = if compared { Verdict::NoLink } else { Verdict::NotKnown };
        assert_eq!(verdict, Some(wanted), "{own:?} {known:?}");
    }
}

#[test]
fn layers_prove_what_they_hold_and_packages_cannot_be_told_yet() {
    let layer = || says(&format!("layer:{}", digest(7)), State::Bad, None);
    let with =
        |layers: &[u64]| Facts { layers: Some(layers.iter().map(|n| digest(*n)).collect()), ..image(1, AGENT, 1) };
    assert_eq!(one(with(&[5, 7]), layer()), (Verdict::Bad, "layer"));
    assert_eq!(one(image(1, AGENT, 1), layer()), (Verdict::NotKnown, "layers-unknown"));
    assert_eq!(one(with(&[5]), layer()), (Verdict::NoLink, "layer-absent"));
    let stack = || says(&format!("chain:{}", digest(7)), State::Bad, None);
    let on = |stacks: &[u64]| Facts { stacks: stacks.iter().map(|n| digest(*n)).collect(), ..with(&[]) };
    assert_eq!(one(on(&[7]), stack()), (Verdict::Bad, "stack"));
    assert_eq!(one(on(&[]), stack()), (Verdict::NoLink, "stack-absent"));
    assert_eq!(one(image(1, AGENT, 1), stack()), (Verdict::NotKnown, "layers-unknown"));
    let package = says("pkg:deb/debian/xz-utils@>=5.6.0", State::Bad, None);
    assert_eq!(one(image(1, AGENT, 1), package), (Verdict::NotKnown, "packages-unknown"));
}

#[test]
fn an_unknown_digest_takes_the_worst_that_its_name_led_to_and_never_what_clears() {
    let bad = says(TAG, State::Bad, window(2, 7));
    let good = || ran(image(2, AGENT, 1), at(0));
    let worst = |images: &[(i64, Facts)]| by(images, std::slice::from_ref(&bad), &NoLineage)[&-1].verdict.unwrap();
    let evil = || seen(image(3, AGENT, 3), 3);
    assert_eq!(worst(&[(-1, unresolved(AGENT, &[2, 3])), (2, good()), (3, evil())]), Verdict::Bad);
    assert_eq!(worst(&[(-1, unresolved(AGENT, &[2])), (2, good())]), Verdict::NotKnown);
    assert_eq!(worst(&[(-1, unresolved(AGENT, &[99]))]), Verdict::NotKnown, "what is not at hand is not known");
}

#[test]
fn verdicts_are_passed_on_and_one_step_lower_where_it_is_not_sure() {
    let bad = says(&format!("digest:{}", digest(1)), State::Bad, None);
    let known = NamedDigest { kinds: BTreeSet::from([DigestKind::Manifest]), contents: false };
    let manifest = |n, name| Facts { digests: vec![(digest(n), DigestKind::Manifest)], ..image(n, name, 1) };
    let images: BTreeMap<i64, Facts> = (1..=5).map(|n| (n as i64, manifest(n, AGENT))).collect();
    let grounds = Grounds {
        indicators: vec![bad],
        digests: BTreeMap::from([(digest(1).to_string(), known)]),
        ..Grounds::default()
    };
    let verdicts = |edges: &[(i64, i64, u16)], complete: &[i64]| {
        let judged = judge(&images, &grounds, &Edges(edges.to_vec(), complete.to_vec()));
        judged.values().map(|judgement| judgement.verdict.unwrap()).collect::<Vec<_>>()
    };
    use Verdict::{Bad, NoLink, NotKnown, Suspect, ToCheck};
    assert_eq!(
        verdicts(&[(2, 1, 970), (3, 2, 699), (4, 3, 300)], &[1, 2, 3, 4, 5]),
        [Bad, Bad, Suspect, ToCheck, NoLink]
    );
    assert_eq!(verdicts(&[(2, 1, 700)], &[2]), [Bad, Bad, NotKnown, NotKnown, NotKnown]);
    // A forged circle ends, and passes on what is in it.
    assert_eq!(verdicts(&[(1, 3, 900), (2, 1, 900), (3, 2, 900)], &[4, 5]), [Bad, Bad, Bad, NoLink, NoLink]);
    // What stands on something unknown is not proved to have no link.
    assert_eq!(verdicts(&[(4, 5, 990), (5, 77, 990)], &[4, 5])[3..], [NotKnown, NotKnown]);
}

#[test]
fn what_ran_before_a_window_is_not_touched_by_what_came_in_it_but_by_what_it_holds() {
    let tag = says(TAG, State::Bad, window(2, 7));
    let images = [(1, seen(image(1, AGENT, 3), 3)), (2, ran(image(2, "pay/api:1", 1), at(0)))];
    let edges = Edges(vec![(2, 1, 990)], vec![1, 2]);
    assert_eq!(by(&images, &[tag], &edges)[&2].verdict, Some(Verdict::Predates));
    let proven = says(&format!("digest:{}", digest(1)), State::Bad, window(2, 7));
    let judged = by(&images, &[proven], &edges);
    assert_eq!(judged[&2].verdict, Some(Verdict::Bad), "it is proved to hold the digest that is named");
    assert_eq!(judged[&2].findings[0].reasons[0].as_str(), "passed-on");
}

#[test]
fn what_is_cleared_is_cleared_for_its_window_and_against_what_is_wider_only() {
    let cleared = |target: &str, from, to| says(target, State::Cleared, window(from, to));
    let own = format!("digest:{}", digest(1));
    let facts = || seen(image(1, AGENT, 3), 3);
    let verdict = |accused: Indicator, cleared: Indicator| {
        by(&[(1, facts())], &[accused, cleared], &NoLineage)[&1].verdict.unwrap()
    };
    let tag = |from, to| says(TAG, State::Bad, window(from, to));
    assert_eq!(verdict(tag(2, 7), cleared(&own, 2, 7)), Verdict::SignedOk);
    assert_eq!(verdict(tag(2, 8), cleared(&own, 2, 7)), Verdict::Bad, "the window was widened");
    assert_eq!(verdict(tag(2, 7), cleared(TAG, 2, 7)), Verdict::Bad, "the same said otherwise: the most severe wins");
    assert_eq!(verdict(says(TAG, State::Bad, None), cleared(&own, 2, 7)), Verdict::Bad, "no window covers always");
    assert_eq!(verdict(says(&own, State::Bad, None), cleared(&own, 0, 99)), Verdict::Bad);
    let breached = || says("registry:docker.io", State::Bad, window(2, 7));
    assert_eq!(verdict(breached(), cleared("repo:harbourline/agent", 2, 7)), Verdict::SignedOk);
    assert_eq!(verdict(breached(), cleared("repo:other/*", 2, 7)), Verdict::Suspect);
}

#[test]
fn a_mirror_is_its_upstream_for_matching() {
    let grounds = Grounds {
        indicators: vec![says("registry:docker.io", State::Bad, window(2, 7))],
        mirrors: vec![Mirror::parse("registry.corp/dockerhub=docker.io").unwrap()],
        ..Grounds::default()
    };
    let images = BTreeMap::from([
        (1, image(1, "registry.corp/dockerhub/library/nginx:1", 3)),
        (2, image(2, "registry.corp/own/nginx:1", 3)),
    ]);
    let judged = judge(&images, &grounds, &NoLineage);
    assert_eq!((judged[&1].verdict, judged[&2].verdict), (Some(Verdict::Suspect), Some(Verdict::NotKnown)));
}

#[test]
fn a_name_that_depends_on_what_nobody_defined_is_not_excluded() {
    let symbolic = Called { place: Arc::default(), first: None, by_tag: false, claimed: false, moved: None };
    let facts = Facts { names: vec![symbolic], ..Facts::default() };
    assert_eq!(one(facts, says(TAG, State::Bad, None)), (Verdict::NotKnown, "name-unknown"));
}
