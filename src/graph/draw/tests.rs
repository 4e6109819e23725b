//! Drawings as text: escaped, complete, and the same each time.

use super::*;
use crate::graph::query::outline::Outline;
use crate::graph::query::why::why;
use crate::graph::testing::{base, claim, graph, image, node};
use crate::model::lineage::{EdgeKind, ProofKind};

/// Three images on an unknown base, one of which has a hostile name, and a build input.
fn world() -> Lineage {
    let hostile = "x\"]; click\\ <script>alert('&')</script>";
    let images = [image("a", &[1, 2, 3]), image(hostile, &[1, 2, 4]), image("golang", &[7, 8])];
    let input = claim("a", "golang", Some(EdgeKind::BuildInput), ProofKind::Dockerfile);
    graph(&images, &[input, base("a", "golang", ProofKind::Label)])
}

fn plain(_: NodeId) -> Mark {
    Mark::None
}

#[test]
fn the_selection_leaves_out_what_does_not_fit_and_says_so() {
    let graph = world();
    let all = Selection::all(&graph, 99);
    assert_eq!((all.nodes.len(), all.edges.len(), all.left_out), (4, 4, 0));
    let some = Selection::all(&graph, 3);
    assert_eq!((some.nodes.len(), some.left_out), (3, 1));
    let around = Selection::around(&graph, &[node(&graph, "golang")], 99);
    assert_eq!(
        around.nodes.iter().map(|node| graph.name(*node)).collect::<std::collections::BTreeSet<_>>(),
        ["a", "golang"].into()
    );
}

#[test]
fn svg_is_escaped_linked_and_without_scripts() {
    let graph = world();
    let bad = node(&graph, "golang");
    let mark = |node| if node == bad { Mark::Bad } else { Mark::None };
    let drawing = svg(&graph, &Selection::all(&graph, 99), "<Lineage> & more", &mark);
    assert!(drawing.starts_with("<svg xmlns="));
    assert!(!drawing.contains("<script") && drawing.contains("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"));
    assert!(drawing.contains("&lt;Lineage&gt; &amp; more"));
    assert_eq!(drawing.matches("<a href=\"#n-").count(), 4);
    assert_eq!(drawing.matches("<path ").count(), 4);
    assert!(drawing.contains(">!! golang</text>") && drawing.contains("class=\"bad\""));
    assert!(drawing.contains("a on golang: build input: dockerfile 0.95"));
    // Well formed: every tag that opens closes.
    for tag in ["svg", "g", "a", "title", "text", "style", "path"] {
        let opened = drawing.matches(&format!("<{tag} ")).count() + drawing.matches(&format!("<{tag}>")).count();
        assert_eq!(opened, drawing.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn dot_and_mermaid_are_escaped() {
    let graph = world();
    let all = Selection::all(&graph, 99);
    let dot = dot(&graph, &all, &plain);
    assert!(dot.contains("x\\\"]; click\\\\ <script>"), "{dot}");
    assert!(dot.contains("[style=dashed, label=\"0.95\""));
    let mermaid = mermaid(&graph, &all, &plain);
    assert!(mermaid.contains("x#34;#93;#59; click#92; #60;script#62;"), "{mermaid}");
    assert_eq!(mermaid.matches("-.->|\"build-input 0.95\"|").count(), 1);
    assert_eq!(mermaid.lines().count(), 1 + 4 + 4);
}

#[test]
fn json_has_the_promised_shape() {
    let graph = world();
    let value = serde_json::to_value(document(&graph, &Selection::all(&graph, 99))).unwrap();
    let shared = value["nodes"].as_array().unwrap().iter().find(|node| node["kind"] == "virtual").unwrap();
    assert_eq!((&shared["layers"], &shared["shared_by"]), (&2.into(), &2.into()));
    assert_eq!(shared["id"].as_str().map(str::len), Some(32));
    let edge = value["edges"].as_array().unwrap().iter().find(|edge| edge["kind"] == "build-input").unwrap();
    assert_eq!((&edge["confidence"], &edge["proof"][0]), (&0.95.into(), &"dockerfile".into()));
    let id = |name: &str| graph.node(node(&graph, name)).unwrap().id.to_string();
    assert_eq!((edge["from"].as_str(), edge["to"].as_str()), (Some(&*id("a")), Some(&*id("golang"))));
}

#[test]
fn the_outline_and_a_way_read_like_sentences() {
    let graph = graph(
        &[image("debian", &[1, 2]), image("node", &[1, 2, 3]), image("app", &[1, 2, 3, 4])],
        &[base("app", "node", ProofKind::Annotation)],
    );
    let text = outline(&graph, &Outline::new(&graph), 2, &plain);
    assert_eq!(text, "debian  2 images, 0 running\n  node  1 image, 0 running  [layers 1-2 equal 0.97]\n... +1 more\n");
    let found = why(&graph, &[node(&graph, "debian")], node(&graph, "app"), 1).surest.unwrap();
    let told = "debian\n  -> node  (layers 1-2 equal 0.97)\n  -> app  (layers 1-3 equal + annotation 0.99)\n";
    assert_eq!(path(&graph, &found), told);
    let nothing = Lineage::default();
    assert!(outline(&nothing, &Outline::new(&nothing), 9, &plain).contains("Import image configs"));
}

#[test]
fn long_names_keep_their_end() {
    let name = format!("registry.example.com/{}/app:1.2.3", "x".repeat(50));
    let graph = graph(&[image(&name, &[1]), image(&format!("corp/app@sha256:{}", "0".repeat(64)), &[2])], &[]);
    let labels: Vec<_> = (0..2).map(|node| label(&graph, node, 20)).collect();
    assert!(labels.iter().any(|label| label.starts_with('…') && label.ends_with("/app:1.2.3")), "{labels:?}");
    assert!(labels.iter().any(|label| label.ends_with("@000000000000")), "{labels:?}");
}
