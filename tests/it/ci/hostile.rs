//! Hostile files: bounded in what they say, never a panic.

use hullbreach::read::{Format, Limits, Segment, SegmentKind, read_segment};
use hullbreach::resolve::project::bake::plans;
use proptest::prelude::*;

use super::{read, read_as};
use hullbreach::model::recipe::Recipe;

const FORMATS: [Format; 9] = [
    Format::GithubActions,
    Format::GitlabCi,
    Format::CircleCi,
    Format::AzurePipelines,
    Format::Woodpecker,
    Format::Bitbucket,
    Format::HelmValues,
    Format::BakeHcl,
    Format::BakeJson,
];

/// Reads and, for bake files, plans; nothing may panic.
fn pass(format: Format, bytes: &[u8]) {
    let whole = read_as(format, bytes);
    for item in whole.items {
        serde_json::from_str::<hullbreach::model::fact::Item>(&serde_json::to_string(&item).unwrap()).unwrap();
        if let Some(Recipe::Bake(bake)) = item.recipe {
            plans("/w", &[&bake], &std::collections::BTreeMap::new());
        }
    }
}

#[test]
fn a_matrix_of_services_is_bounded() {
    let values: Vec<String> = (0..300).map(|i| i.to_string()).collect();
    let services: String = (0..500).map(|i| format!("      s{i}: {{image: 'a{i}:${{{{ matrix.v }}}}'}}\n")).collect();
    let text = format!(
        "on: x\njobs:\n  a:\n    runs-on: x\n    strategy: {{matrix: {{v: [{}]}}}}\n    services:\n{services}",
        values.join(",")
    );
    let whole = read("", &text);
    assert_eq!(whole.items[0].uses.len(), 20_000);
    assert_eq!(whole.rejects.len(), 1);
    assert!(whole.rejects[0].reason.contains("limit of 20000 images"));
}

#[test]
fn aliases_and_depth_meet_limits() {
    let mut laughs = "on: x\njobs: {a: {runs-on: x}}\na0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for i in 1..12 {
        laughs += &format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(","));
    }
    let segment = Segment { kind: SegmentKind::Item, pointer: String::new(), list: None, bytes: laughs.into_bytes() };
    let limits = Limits { nodes: 10_000, ..Limits::default() };
    let outcome = read_segment(Format::GithubActions, &segment, &limits);
    assert!(outcome.rejects[0].reason.contains("limit of 10000 values"));
    for format in FORMATS {
        pass(format, "[".repeat(5000).as_bytes());
        pass(format, "a:\n ".repeat(3000).as_bytes());
        pass(format, format!("{}x{}", "{\"a\":".repeat(100), "}".repeat(100)).as_bytes());
        pass(format, format!("{{\"target\":{{\"a\":{{\"args\":{}1{}}}}}}}", "[".repeat(90), "]".repeat(90)).as_bytes());
        pass(format, format!("target \"a\" {{\n  args = {}1{}\n}}\n", "[".repeat(60), "]".repeat(60)).as_bytes());
        pass(
            format,
            format!("target \"a\" {{\n  tags = [\"{}x{}\"]\n}}\n", "${\"".repeat(60), "\"}".repeat(60)).as_bytes(),
        );
        pass(format, format!("target \"a\" {{\n  tags = [{}x]\n}}\n", "!".repeat(10_000)).as_bytes());
        pass(format, format!("target \"a\" {{\n  tags = [a{}]\n}}\n", " ? b : a".repeat(5_000)).as_bytes());
    }
}

#[test]
fn variables_that_grow_are_bounded() {
    let mut text = "variable \"V0\" { default = \"xxxxxxxxxx\" }\n".to_owned();
    for i in 1..15 {
        let parts = format!("${{V{}}}", i - 1).repeat(40);
        text += &format!("variable \"V{i}\" {{ default = \"{parts}\" }}\n");
    }
    text += "target \"a\" {\n  tags = [V14, [V2, V2, V2], join(V2, [V2, V2, V2, V2, V2, V2, V2, V2])]\n}\n";
    let whole = read("", &text);
    let Some(Recipe::Bake(bake)) = &whole.items[0].recipe else { panic!("no bake file") };
    let all = plans("/w", &[bake], &std::collections::BTreeMap::new());
    let size: usize = all.iter().flat_map(|p| &p.plan.images).map(|u| u.resolved.as_ref().map_or(0, String::len)).sum();
    assert!(size < 1 << 20, "{size}");
}

#[test]
fn circles_of_targets_end() {
    let text = "target \"a\" {\n  inherits = [\"b\", \"b\"]\n}\ntarget \"b\" {\n  inherits = [\"a\", \"a\"]\n  tags = [\"x:1\"]\n}\n";
    let whole = read("", text);
    let Some(Recipe::Bake(bake)) = &whole.items[0].recipe else { panic!("no bake file") };
    let all = plans("/w", &[bake], &std::collections::BTreeMap::new());
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|planned| planned.plan.images.len() == 1));
}

/// Pieces that such files are made of.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "on: push\n",
        "jobs:\n",
        "  a:\n",
        "    ",
        "container: ",
        "image: ",
        "services:\n",
        "uses: ",
        "docker://",
        "- ",
        "${{ matrix.a }}",
        "strategy: {matrix: {a: [1, 2]}}\n",
        "steps:\n",
        "extends: ",
        "!reference [a, image]",
        "&x ",
        "*x",
        "<<: ",
        "$",
        "${",
        "}",
        "[[",
        "]]",
        "repository: ",
        "tag: ",
        "a/b:1",
        "\n",
        "target \"a\" {\n",
        "variable \"A\" {\n",
        "default = ",
        "tags = [",
        "]",
        "\"",
        "matrix = {",
        "\n}\n",
        "[redacted]",
        "é",
        "\u{202e}",
        "\t",
        "{\"target\":{\"a\":{",
        "\"tags\":[",
        "<<EOT\n",
        "EOT\n",
        "inherits = [\"a\"]\n",
        "pipelines:\n",
        "step:\n",
        "|\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for format in FORMATS {
            pass(format, &bytes);
        }
    }

    #[test]
    fn random_pieces_never_panic(text in pieces()) {
        hullbreach::read::detect(text.as_bytes(), true, "values.yaml");
        for format in FORMATS {
            pass(format, text.as_bytes());
        }
    }
}
