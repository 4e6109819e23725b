//! From layers and claims to edges: what each kind of evidence comes to, alone and against another.

use crate::graph::testing::{Image, base, claim, digest, edges, graph, image, node};
use crate::graph::{NodeKind, Standing};
use crate::model::lineage::{EdgeKind, LineageClaim, Member, Named, ProofKind};

fn standing(images: &[Image], claims: &[LineageClaim], name: &str) -> Standing {
    let graph = graph(images, claims);
    graph.node(node(&graph, name)).unwrap().standing
}

#[test]
fn layers_make_the_edge_to_the_deepest_image() {
    let graph = graph(&[image("app", &[1, 2, 3]), image("node", &[1, 2]), image("debian", &[1])], &[]);
    assert_eq!(edges(&graph), ["app -base/direct-> node 0.97", "node -base/direct-> debian 0.97"]);
}

#[test]
fn siblings_stand_on_a_virtual_node_until_its_image_appears() {
    let siblings = [image("a", &[1, 2, 3]), image("b", &[1, 2, 4])];
    let unnamed = graph(&siblings, &[]);
    let name = "unknown base, 2 layers, in 2 images";
    assert_eq!(edges(&unnamed), [format!("a -base/direct-> {name} 0.97"), format!("b -base/direct-> {name} 0.97")]);
    let virtual_node = node(&unnamed, name);
    assert_eq!(unnamed.node(virtual_node).unwrap().kind, NodeKind::Virtual);
    let chain_id = unnamed.unnamed(virtual_node).unwrap().chain_id.clone();
    assert_eq!(Some(chain_id.clone()), unnamed.chain_id(virtual_node));
    assert_eq!(unnamed.find_unnamed(&chain_id), Some(virtual_node));
    let named = graph(&[siblings[0].clone(), siblings[1].clone(), image("found", &[1, 2])], &[]);
    assert_eq!(edges(&named), ["a -base/direct-> found 0.97", "b -base/direct-> found 0.97"]);
    assert_eq!((named.len(), named.chain_id(node(&named, "found"))), (3, Some(chain_id)));
}

#[test]
fn a_responder_names_a_virtual_node_and_claims_suggest_names() {
    let images = [image("a", &[1, 2, 3]), image("b", &[1, 2, 4]), image("c", &[1, 2, 5])];
    let mut builder = crate::graph::testing::builder(&images);
    for (source, child) in (0..).zip(["a", "b"]) {
        builder.claim(base(child, "corp/base:7", ProofKind::Dockerfile), source);
    }
    let plain = builder.clone().build();
    let unnamed = node(&plain, "unknown base, 2 layers, in 3 images");
    let suggested = plain.unnamed(unnamed).unwrap().suggested.clone();
    assert_eq!(suggested, [(node(&plain, "docker.io/corp/base:7"), 2)]);
    let mut named = builder.build();
    assert!(named.call(&plain.chain_id(unnamed).unwrap(), "our base\u{202e}"));
    assert_eq!(named.name(unnamed), "our base\\u{202e}");
    assert_eq!(named.unnamed(unnamed).unwrap().name.as_deref(), Some("our base\\u{202e}"));
    assert!(!named.call(&digest("another"), "x"), "no virtual node has these layers");
}

#[test]
fn agreement_raises_and_ancestors_are_no_second_base() {
    let images = [image("app", &[1, 2, 3]), image("node", &[1, 2]), image("debian", &[1])];
    let claims = [
        base("app", "node", ProofKind::Annotation),
        base("app", "debian", ProofKind::Label),
        base("app", "debian", ProofKind::Annotation),
    ];
    let found = edges(&graph(&images, &claims));
    let expected =
        ["app -base/ancestor-> debian 0.92", "app -base/direct-> node 0.99", "node -base/direct-> debian 0.97"];
    assert_eq!(found, expected);
}

#[test]
fn an_inherited_label_names_the_grandparent_without_any_layers() {
    let claims = [
        base("corp/app:1", "corp/base:1", ProofKind::Dockerfile),
        base("corp/app:1", "debian:12", ProofKind::Label),
        base("corp/base:1", "debian:12", ProofKind::Label),
    ];
    let found = edges(&graph(&[], &claims));
    assert_eq!(
        found,
        [
            "docker.io/corp/app:1 -base/ancestor-> docker.io/library/debian:12 0.40",
            "docker.io/corp/app:1 -base/direct-> docker.io/corp/base:1 0.85",
            "docker.io/corp/base:1 -base/direct-> docker.io/library/debian:12 0.40",
        ]
    );
}

#[test]
fn what_contradicts_the_layers_is_kept_low_and_lowers_nothing() {
    let images = [image("app", &[1, 2, 3]), image("node", &[1, 2]), image("evil", &[7, 8])];
    let found = edges(&graph(&images, &[base("app", "evil", ProofKind::Annotation)]));
    assert_eq!(found, ["app -base/conflict-> evil 0.30", "app -base/direct-> node 0.97"]);
    let two = [base("app", "x", ProofKind::Annotation), base("app", "y", ProofKind::Dockerfile)];
    let found = edges(&graph(&[image("app", &[])], &two));
    assert!(found.iter().all(|edge| edge.contains("conflict")), "{found:?}");
}

#[test]
fn squashed_and_scratch_images_say_so() {
    let node_image = image("node", &[1, 2]);
    let squashed = Image { flattened: true, ..image("squashed", &[9]) };
    let annotated = [base("squashed", "node", ProofKind::Annotation)];
    assert_eq!(standing(&[squashed.clone(), node_image.clone()], &[], "squashed"), Standing::Flattened);
    assert_eq!(standing(&[squashed.clone(), node_image.clone()], &annotated, "squashed"), Standing::Based);
    assert_eq!(standing(&[image("one", &[9])], &[], "one"), Standing::OneLayer);
    // A label alone tells no base of what shows none.
    let labelled = |child| [base(child, "elsewhere", ProofKind::Label)];
    assert_eq!(standing(&[squashed, node_image.clone()], &labelled("squashed"), "squashed"), Standing::Flattened);
    assert_eq!(standing(&[image("one", &[9]), node_image.clone()], &labelled("one"), "one"), Standing::OneLayer);
    assert_eq!(standing(&[image("two", &[8, 9]), node_image.clone()], &labelled("two"), "two"), Standing::Based);
    assert_eq!(standing(&[image("one", &[9]), image("on it", &[9, 8])], &[], "one"), Standing::Bottom);
    let scratch = [base("static", "scratch", ProofKind::Dockerfile)];
    assert_eq!(standing(&[image("static", &[5])], &scratch, "static"), Standing::Scratch);
    assert_eq!(standing(&[image("none", &[])], &[], "none"), Standing::Unknown);
}

#[test]
fn scratch_images_share_a_layer_by_chance() {
    let images = [image("a", &[1, 2]), image("b", &[1, 3]), image("certificates", &[1])];
    let scratch = ["a", "b", "certificates"].map(|child| base(child, "scratch", ProofKind::Dockerfile));
    assert!(edges(&graph(&images[..2], &scratch[..2])).is_empty());
    let all = graph(&images, &scratch);
    assert_eq!(edges(&all), ["a -base/conflict-> certificates 0.30", "b -base/conflict-> certificates 0.30"]);
    let a = all.node(node(&all, "a")).unwrap();
    assert_eq!((a.disputed, a.standing), (true, Standing::Scratch));
}

#[test]
fn recompression_makes_no_edge_and_kinds_of_chains_never_mix() {
    let compressed = |name: &str, layers: &[u32]| Image { compressed: true, ..image(name, layers) };
    let images = [compressed("app", &[1, 2, 3]), image("node", &[1, 2]), compressed("zstd", &[11, 12])];
    assert!(edges(&graph(&images, &[])).is_empty());
    let images = [compressed("app", &[1, 2, 3]), compressed("node", &[1, 2])];
    assert_eq!(edges(&graph(&images, &[])), ["app -base/direct-> node 0.95"]);
}

#[test]
fn the_same_layers_with_another_config_are_two_images() {
    let with = |name: &str, layers: &[u32], history: &[u64]| Image { history: history.to_vec(), ..image(name, layers) };
    let old = with("old", &[1, 2], &[10, 11]);
    let new = with("new", &[1, 2], &[10, 12]);
    let app = with("app", &[1, 2, 3], &[10, 12, 13]);
    let both = graph(&[old.clone(), new.clone(), app.clone()], &[]);
    assert_eq!(edges(&both), ["app -base/direct-> new 0.99"]);
    let siblings: Vec<_> = both.same_layers(node(&both, "old")).collect();
    assert_eq!(siblings, [node(&both, "new")]);
    let unclear = graph(&[old.clone(), new, image("app", &[1, 2, 3])], &[]);
    assert!(edges(&unclear)[0].contains("app -base/alternative-> "));
    let further = with("further", &[1, 2], &[10, 11, 14]);
    let found = edges(&graph(&[old, further], &[]));
    assert_eq!(found, ["further -base/direct-> old 0.75"]);
}

#[test]
fn of_images_with_the_same_layers_the_one_made_last_before_is_shown() {
    let made = |name: &str, layers: &[u32], created| Image { created: Some(created), ..image(name, layers) };
    let images = [made("a", &[1, 2], 10), made("b", &[1, 2], 20), made("c", &[1, 2], 40), made("app", &[1, 2, 3], 30)];
    assert_eq!(edges(&graph(&images, &[])), ["app -base/alternative-> b 0.97"]);
    let pinned = [base("app", "a", ProofKind::Annotation)];
    assert_eq!(edges(&graph(&images, &pinned)), ["app -base/direct-> a 0.99"]);
}

#[test]
fn an_index_leads_to_the_image_of_the_right_platform() {
    let on =
        |name: &str, layers: &[u32], platform: &str| Image { platform: Some(platform.into()), ..image(name, layers) };
    let images = [
        on("app arm", &[11, 12], "linux/arm64"),
        on("base amd", &[1], "linux/amd64"),
        on("base arm", &[11], "linux/arm64"),
        on("no layers", &[], "linux/arm64"),
    ];
    let mut builder = crate::graph::testing::builder(&images);
    for manifest in ["base amd", "base arm"] {
        builder.member(&Member {
            index: digest("index"),
            manifest: digest(manifest),
            platform: None,
            spot: Default::default(),
        });
    }
    builder.claim(base("app arm", "index", ProofKind::Annotation), 0);
    builder.claim(base("no layers", "index", ProofKind::Annotation), 1);
    let graph = builder.build();
    assert_eq!(edges(&graph), ["app arm -base/direct-> base arm 0.99", "no layers -base/direct-> base arm 0.90"]);
    let index = node(&graph, "index");
    assert_eq!((graph.node(index).unwrap().kind, graph.members(index).len()), (NodeKind::Index, 2));
}

#[test]
fn a_tag_is_a_digest_only_where_layers_or_a_pin_say_so() {
    let tagged = |name: &str, layers: &[u32]| Image {
        references: vec!["docker.io/library/debian:12".into()],
        ..image(name, layers)
    };
    let from_tag = base("app", "debian:12", ProofKind::Dockerfile);
    let proven =
        graph(&[image("app", &[1, 2]), tagged("old", &[1]), tagged("new", &[7])], std::slice::from_ref(&from_tag));
    assert_eq!(edges(&proven), ["app -base/direct-> old 0.99"]);
    let not_proven = graph(&[image("app", &[]), tagged("old", &[1])], std::slice::from_ref(&from_tag));
    assert_eq!(edges(&not_proven), ["app -base/direct-> docker.io/library/debian:12 0.85"]);
    let pinned = Named { digest: Some(digest("old")), ..Named::by_reference("debian:12") };
    let pin = LineageClaim { parent: pinned, ..base("app", "old", ProofKind::Annotation) };
    let both = graph(&[image("app", &[])], &[from_tag, pin]);
    let name = format!("docker.io/library/debian:12@{}", digest("old"));
    assert_eq!(edges(&both), [format!("app -base/direct-> {name} 0.92")]);
}

#[test]
fn materials_are_bases_only_where_layers_say_so() {
    let material = |parent: &str, of| LineageClaim { of, ..claim("app", parent, None, ProofKind::Provenance) };
    let images = [image("app", &[1, 2]), image("node", &[1]), image("golang", &[7, 8])];
    let found = edges(&graph(&images, &[material("node", 3), material("golang", 3), material("frontend", 3)]));
    assert_eq!(
        found[..2],
        ["app -base/direct-> node 0.99".to_owned(), "app -build-input/direct-> golang 0.95".to_owned()]
    );
    assert!(found[2].starts_with("app -build-input/direct-> sha256:") && found[2].ends_with("0.85"));
    let alone = edges(&graph(&[image("app", &[])], &[material("node", 1)]));
    assert!(alone[0].starts_with("app -base/direct-> ") && alone[0].ends_with("0.85"));
    let several = edges(&graph(&[image("app", &[])], &[material("node", 2), material("golang", 2)]));
    assert!(several.iter().all(|edge| edge.contains("-build-input/") && edge.ends_with("0.50")), "{several:?}");
    let told = claim("app", "frontend", Some(EdgeKind::Frontend), ProofKind::Dockerfile);
    let frontend = edges(&graph(&[image("app", &[])], &[material("frontend", 2), material("golang", 2), told]));
    assert_eq!(frontend.iter().filter(|edge| edge.contains("-frontend/direct->")).count(), 1);
    assert_eq!(frontend.len(), 2);
}

#[test]
fn forged_circles_are_cut_and_layers_are_not() {
    let images = [image("app", &[1, 2]), image("node", &[1])];
    let claims = [base("node", "app", ProofKind::Statement), base("app", "app", ProofKind::Statement)];
    let found = edges(&graph(&images, &claims));
    // The layers contradict that the base stands on what stands on it.
    assert_eq!(found.len(), 2);
    assert!(found[0].starts_with("app -base/direct-> node") && found[0].ends_with("0.97"));
    assert!(found[1].starts_with("node -base/") && found[1].ends_with("cut"), "{found:?}");
    let circle = ["a", "b", "c"];
    let claims: Vec<_> = (0..3).map(|at| base(circle[at], circle[(at + 1) % 3], ProofKind::Annotation)).collect();
    let found = edges(&graph(&circle.map(|name| image(name, &[])), &claims));
    assert_eq!(found.iter().filter(|edge| edge.ends_with("cut")).count(), 1);
}

#[test]
fn unusable_claims_are_counted_with_the_reason() {
    let nothing = LineageClaim { parent: Named::default(), ..base("a", "b", ProofKind::Sbom) };
    let graph = graph(&[], &[nothing, base("scratch", "b", ProofKind::Sbom)]);
    assert_eq!(graph.rejected().iter().map(|(source, _)| *source).collect::<Vec<_>>(), [0, 1]);
    assert!(graph.is_empty());
}
