//! Drawings: what data says never breaks out of them.

use super::*;

/// A tag that would be markup, a string's end or a comment somewhere.
const HOSTILE: &str = "x.example/a\"><script>alert(1)</script>&x:1";

#[test]
fn svg_is_well_formed_and_runs_nothing() {
    let all = [inspected('a', HOSTILE, "12"), inspected('b', "registry.example/pay/api:7", "123")];
    let (_world, env) = case_of(&[("host.json", &json!(all).to_string())]);
    let dot = graph(&env, &["--format", "dot"]).out();
    assert!(dot.contains("a\\\"><script>") && !dot.contains("a\"><script>"), "{dot}");
    let svg = graph(&env, &["--format", "svg"]).out();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
    assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;") && svg.contains("pay/api:7"), "{svg}");
    balanced(&svg);
    for format in ["outline", "mermaid", "json"] {
        let text = graph(&env, &["--format", format]).out();
        assert!(text.contains("registry.example/pay/api:7"), "{text}");
    }
}

/// Fails where an element is not closed in order, or a sign stands bare that XML would read.
#[track_caller]
fn balanced(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        let bare = |after: &str| !["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|name| after.starts_with(name));
        assert!(!text.contains("]]>") && !part.split('&').skip(1).any(bare), "{part}");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split([' ', '\n']).next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn dot_and_mermaid_have_every_edge() {
    let (_world, env) = three();
    let dot = graph(&env, &["--format", "dot"]).out();
    assert!(dot.starts_with("digraph lineage {") && dot.ends_with("}\n"), "{dot}");
    assert_eq!(dot.matches(" -> ").count(), 2, "{dot}");
    let mermaid = graph(&env, &["--format", "mermaid"]).out();
    assert!(mermaid.contains("registry.example/pay/job:7"), "{mermaid}");
    let json = graph(&env, &["--format", "json"]).json();
    assert_eq!(json, graph(&env, &["--json"]).json());
    run(&env, ["graph", "--json", "--format", "svg"]).expect(Exit::Usage);
}

#[test]
fn a_file_is_made_and_never_written_over() {
    let (world, env) = three();
    let file = world.cases().join("lineage.svg");
    let planned = graph(&env, &["--format", "svg", "-o", "lineage.svg", "--dry-run"]).out();
    assert!(planned.contains("would write") && !file.exists(), "{planned}");
    assert!(graph(&env, &["--format", "svg", "-o", "lineage.svg"]).out().is_empty());
    let made = std::fs::read_to_string(&file).unwrap();
    assert_eq!(made, graph(&env, &["--format", "svg"]).out());
    let again = run(&env, ["graph", "-o", "lineage.svg"]).expect(Exit::Failed);
    assert!(again.err().contains("exists already"), "{}", again.err());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), made);
}
