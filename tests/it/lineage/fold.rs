//! From readings to what the graph is built from: the same in any order, gone with its evidence, ids as the images list has them.

use super::*;
use crate::fold::world::{self, Evidence, World, list};
use hullbreach::case::query::filter::Filter;
use hullbreach::case::query::images::{Sort, images};
use hullbreach::case::query::lineage::{LineageFacts, lineage};
use hullbreach::model::digest::DigestKind;
use hullbreach::model::document::{Document, Listed};
use hullbreach::model::fact::{Role, Spot};
use hullbreach::model::lineage::{EdgeKind, LayerKind, Member, Named, ProofKind};
use proptest::prelude::*;

fn spot(offset: u64) -> Spot {
    Spot { pointer: "/x".into(), offset, length: 3 }
}

fn item(lineage: Lineage) -> Item {
    Item { lineage: lineage.kept(), ..Item::default() }
}

fn chain_of(image: Named, layers: &str) -> LayerChain {
    let layers = layers.chars().map(digest).collect();
    let (history, kind) = (Vec::new(), LayerKind::Uncompressed);
    LayerChain { image, kind, layers, history, created: None, flattened: false, spot: spot(1) }
}

fn claim(child: Named, parent: Named) -> LineageClaim {
    LineageClaim::new(child, parent, Some(EdgeKind::Base), ProofKind::Annotation, spot(2))
}

/// A document that is all of its evidence, whose bytes have this digest.
fn document(letter: char, hour: i64, lineage: Lineage) -> Evidence {
    let mut evidence = list(&format!("{letter}.json"), hour, vec![item(lineage)]).format("image-json");
    evidence.acquisition.original = digest(letter);
    evidence.acquisition.stored_bytes = 77;
    evidence.items[0].spot = Spot { pointer: String::new(), offset: 0, length: 77 };
    evidence
}

fn facts(evidence: &[Evidence]) -> LineageFacts {
    lineage(&World::of(evidence).conn).unwrap()
}

fn config(letter: char, layers: &str) -> Evidence {
    let document_facts = Document { kind: DigestKind::Config, config: None, lists: vec![] };
    let chains = vec![chain_of(Named::default(), layers)];
    document(letter, 1, Lineage { document: Some(document_facts), chains, ..Lineage::default() })
}

fn manifest(letter: char, of: char) -> Evidence {
    let document_facts = Document { kind: DigestKind::Manifest, config: Some(digest(of)), lists: vec![] };
    let claims =
        vec![claim(Named::default(), Named { as_written: "debian:12".into(), ..Named::by_digest(digest('d')) })];
    document(letter, 2, Lineage { document: Some(document_facts), claims, ..Lineage::default() })
}

fn index(letter: char, members: &[(char, &str)]) -> Evidence {
    let listed = |(manifest, platform): &(char, &str)| Listed {
        manifest: digest(*manifest),
        platform: Some((*platform).into()),
        spot: spot(3),
    };
    let lists = members.iter().map(listed).collect();
    let document_facts = Document { kind: DigestKind::Index, config: None, lists };
    document(letter, 3, Lineage { document: Some(document_facts), ..Lineage::default() })
}

#[test]
fn documents_get_the_digest_of_their_bytes() {
    let found = facts(&[config('c', "12"), manifest('a', 'c'), index('b', &[('a', "linux/amd64")])]);
    let image = found.images.iter().find(|row| row.digests.len() == 2).unwrap();
    assert_eq!(image.digests, [(digest('a'), DigestKind::Manifest), (digest('c'), DigestKind::Config)]);
    assert_eq!((image.id.as_str(), image.platform.as_deref()), (&"a".repeat(32)[..], Some("linux/amd64")));
    assert_eq!(found.layers, [digest('1'), digest('2')]);
    let [chain] = &found.chains[..] else { panic!("one chain") };
    assert_eq!(
        (found.images[chain.image.unwrap() as usize].id.as_str(), &chain.layers),
        (image.id.as_str(), &vec![0, 1])
    );
    let [row] = &found.claims[..] else { panic!("one claim") };
    assert_eq!(row.claim.child, Named::by_digest(digest('a')));
    assert_eq!((row.claim.parent.as_written.as_str(), &row.claim.parent.digest), ("debian:12", &Some(digest('d'))));
    assert_eq!((row.claim.kind, row.claim.confidence.thousandths()), (Some(EdgeKind::Base), 900));
    assert_eq!(found.sources[row.source as usize].path, "a.json");
    assert_eq!(
        found.members,
        [Member {
            index: digest('b'),
            manifest: digest('a'),
            platform: Some("linux/amd64".into()),
            spot: Spot::default()
        }]
    );
    let of = found.images.iter().find(|row| row.digests.iter().any(|(d, _)| *d == digest('b'))).unwrap();
    assert_eq!(of.digests, [(digest('b'), DigestKind::Index)]);
}

#[test]
fn a_document_that_was_printed_anew_has_no_digest_of_its_own() {
    // A line end stands behind it.
    let mut reprinted = manifest('a', 'c');
    reprinted.acquisition.stored_bytes = 78;
    let found = facts(&[reprinted, config('c', "12")]);
    assert_eq!(found.claims[0].claim.child, Named::by_digest(digest('c')), "its config stands for it");
    let mut packed = config('e', "12");
    packed.acquisition.transforms = vec!["gzip".into()];
    let found = facts(&[packed]);
    assert_eq!(
        (found.chains.len(), found.chains[0].image),
        (1, None),
        "layers that nobody names are layers all the same"
    );
    let mut unnamed = config('e', "12");
    unnamed.items[0].spot.pointer = "/3".into();
    assert_eq!(facts(&[unnamed]).chains[0].image, None);
}

#[test]
fn ids_are_those_of_the_images_list() {
    let pods = list(
        "pods.json",
        1,
        vec![
            world::With::runs(
                world::pod("pay", "api", "u1", "n1"),
                "api",
                "pay/api:7",
                &format!("pay/api@{}", sha('a')),
                1,
            ),
            world::With::uses(world::pod("pay", "web", "u2", "n1"), Role::App, "web", "pay/web:1"),
        ],
    );
    let scan = Lineage {
        chains: vec![chain_of(Named::by_digest(digest('c')), "12"), chain_of(Named::by_reference("pay/web:1"), "1")],
        configs: vec![digest('c')],
        ..Lineage::default()
    };
    let mut scanned = item(scan);
    scanned = world::With::relates(scanned, RelationKind::SameRecord, 0, 0);
    scanned.relations[0].a = digest('c');
    scanned.relations[0].b = digest('a');
    let world = World::of(&[pods, list("scan.json", 2, vec![scanned])]);
    let found = lineage(&world.conn).unwrap();
    let listed = images(&world.conn, &Filter::All, Sort::default(), None).unwrap();
    assert_eq!(listed.len(), 2);
    for row in &listed {
        let ours = found.images.iter().find(|image| image.id == row.id).unwrap();
        assert_eq!((&ours.name, ours.uses, ours.running, ours.listed), (&row.name, row.uses, row.running, true));
    }
    let ids: Vec<&str> = found.chains.iter().map(|c| found.images[c.image.unwrap() as usize].name.as_str()).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["docker.io/pay/api:7", "docker.io/pay/web:1"]);
    assert_eq!(found.images.iter().find(|i| i.name.contains("api")).unwrap().references, ["docker.io/pay/api:7"]);
}

#[test]
fn a_platform_narrows_an_index_down_and_nothing_else_does() {
    let both = index('b', &[('a', "linux/amd64"), ('e', "linux/arm64")]);
    let of = |platform: Option<&str>| {
        let image = Named { platform: platform.map(str::to_owned), ..Named::by_digest(digest('b')) };
        let lineage = Lineage { chains: vec![chain_of(image, "1")], ..Lineage::default() };
        let found = facts(&[both.clone(), list("s.json", 4, vec![item(lineage)])]);
        found.images[found.chains[0].image.unwrap() as usize].digests[0].0.clone()
    };
    assert_eq!(of(Some("linux/arm64")), digest('e'));
    assert_eq!(of(Some("linux/s390x")), digest('b'));
    assert_eq!(of(None), digest('b'));
}

#[test]
fn the_same_layers_are_one_row_and_who_tells_more_is_believed() {
    let plain = chain_of(Named::by_digest(digest('c')), "12");
    let told = LayerChain { history: vec!["00ff00ff00ff00ff".into()], ..plain.clone() };
    let of = |chain: &LayerChain, hour| {
        let lineage = Lineage { chains: vec![chain.clone()], ..Lineage::default() };
        list(&format!("{hour}.json"), hour, vec![item(lineage)])
    };
    for evidence in [[of(&told, 1), of(&plain, 2)], [of(&plain, 2), of(&told, 1)]] {
        let found = facts(&evidence);
        assert_eq!((found.chains.len(), &found.chains[0].history[..]), (1, &[0x00ff_00ff_00ff_00ff][..]));
        assert_eq!(found.sources[found.chains[0].source as usize].path, "1.json");
    }
    // Two kinds of layers, and two statements that differ, are kept apart.
    let compressed = LayerChain { kind: LayerKind::Compressed, ..plain.clone() };
    let other = chain_of(Named::by_digest(digest('c')), "13");
    assert_eq!(facts(&[of(&plain, 1), of(&compressed, 2), of(&other, 3)]).chains.len(), 3);
}

#[test]
fn claims_that_say_the_same_are_one_and_scratch_is_nothing() {
    let of = |claims: Vec<LineageClaim>, hour| {
        list(&format!("{hour}.json"), hour, vec![item(Lineage { claims, ..Lineage::default() })])
    };
    let (child, parent) = (Named::by_digest(digest('a')), Named::by_reference("debian:12"));
    let mut label = claim(child.clone(), parent.clone());
    label.proof = ProofKind::Label;
    let mut listed = claim(child.clone(), parent.clone());
    (listed.kind, listed.of, listed.top_layer) = (None, 3, Some(digest('1')));
    let found = facts(&[
        of(vec![claim(child.clone(), parent.clone()), label, listed], 1),
        of(
            vec![
                claim(child.clone(), parent),
                claim(child, Named::scratch()),
                claim(Named::default(), Named::scratch()),
            ],
            2,
        ),
    ]);
    let brief: Vec<(String, ProofKind, u16, Option<EdgeKind>)> = found
        .claims
        .iter()
        .map(|row| (row.claim.parent.as_written.clone(), row.claim.proof, row.claim.of, row.claim.kind))
        .collect();
    assert_eq!(
        brief,
        [
            ("debian:12".into(), ProofKind::Annotation, 3, None),
            ("debian:12".into(), ProofKind::Annotation, 1, Some(EdgeKind::Base)),
            ("debian:12".into(), ProofKind::Label, 1, Some(EdgeKind::Base)),
            ("scratch".into(), ProofKind::Annotation, 1, Some(EdgeKind::Base)),
        ]
    );
    assert!(found.claims[3].claim.parent.is_scratch());
    assert_eq!(found.claims[0].claim.top_layer, Some(digest('1')));
    // The later of two that say the same stands for both.
    assert_eq!(found.sources[found.claims[1].source as usize].path, "2.json");
}

/// Facts that meet in all ways.
fn evidence(numbers: &[u8], at: usize) -> Evidence {
    let letter = |n: u8| char::from(b'a' + n % 6);
    let named = |n: u8| match n % 5 {
        0 => Named::default(),
        1 => Named::by_reference("debian:12"),
        2 => Named::scratch(),
        3 => Named { platform: Some("linux/amd64".into()), ..Named::by_digest(digest(letter(n / 5))) },
        _ => Named::by_digest(digest(letter(n / 5))),
    };
    let mut lineage = Lineage::default();
    for (i, n) in numbers.iter().enumerate() {
        match n % 4 {
            0 => {
                let mut chain = chain_of(named(n / 4), ["1", "12", "123"][usize::from(n / 8 % 3)]);
                chain.flattened = n % 3 == 0;
                chain.history = if n % 7 == 0 { vec!["00ff00ff00ff00ff".into()] } else { vec![] };
                chain.spot.offset = i as u64;
                lineage.chains.push(chain);
            }
            1 => {
                let mut claim = claim(named(n / 4), named(n / 16));
                claim.spot.offset = i as u64;
                lineage.claims.push(claim);
            }
            2 => lineage.members.push(Member {
                index: digest(letter(n / 4)),
                manifest: digest(letter(n / 16)),
                platform: (n % 3 == 0).then(|| ["linux/amd64", "linux/arm64"][usize::from(n / 9 % 2)].to_owned()),
                spot: spot(i as u64),
            }),
            _ => {
                let kinds = [DigestKind::Config, DigestKind::Manifest, DigestKind::Index];
                let listed = Listed { manifest: digest(letter(n / 4)), platform: None, spot: spot(9) };
                lineage.document = Some(Document {
                    kind: kinds[usize::from(n / 4 % 3)],
                    config: (n % 2 == 0).then(|| digest(letter(n / 8))),
                    lists: if n % 3 == 0 { vec![listed] } else { vec![] },
                });
            }
        }
    }
    let first = numbers.first().copied().unwrap_or_default();
    let mut made = document(letter(first), i64::from(first % 3), lineage);
    made.acquisition.origin.path = format!("{at}.json");
    let a = &mut made.acquisition;
    a.id = hullbreach::model::acquisition::Acquisition::derive_id(&a.original, &a.origin, None, &a.options);
    made.reading.acquisition = a.id;
    made
}

proptest! {
    #[test]
    fn no_order_and_no_grouping_changes_anything(
        numbers in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..6), 1..6),
        order in any::<u64>(),
        cut in 0usize..6,
    ) {
        let all: Vec<Evidence> = numbers.iter().enumerate().map(|(at, n)| evidence(n, at)).collect();
        let one = World::of(&all);
        let mut shuffled = all.clone();
        shuffled.sort_by_key(|e| e.acquisition.id.0.iter().fold(order, |n, b| n.rotate_left(7) ^ u64::from(*b)));
        let mut parts = World::new();
        let cut = cut.min(shuffled.len());
        parts.fold(&shuffled[..cut]);
        parts.fold(&shuffled[cut..]);
        prop_assert_eq!(one.hash(), parts.hash());
        let (a, b) = (lineage(&one.conn).unwrap(), lineage(&parts.conn).unwrap());
        prop_assert_eq!(a, b);
    }
}
