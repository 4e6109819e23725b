//! Cut, flipped, oversized and nested input: no panic, no hang, nothing lost, and what was good is kept.

use super::*;

const FILES: [&str; 7] = [
    "pod-single.json",
    "kubectl-first-pods.json",
    "kubectl-first-pods.yaml",
    "watch-dev-pods-2s.json",
    "kubectl-jsonpath-images.txt",
    "nodes.json",
    "cronjobs.json",
];

fn format_of(bytes: &[u8]) -> Format {
    read(bytes).format
}

#[test]
fn chunks_do_not_change_what_is_split() {
    for name in FILES {
        let bytes = fixture(name);
        let format = format_of(&bytes);
        let whole = segments(format, Limits::default(), &bytes, bytes.len());
        for chunk in [1, 13, 1000, 4096] {
            assert!(segments(format, Limits::default(), &bytes, chunk) == whole, "{name} in chunks of {chunk}");
        }
    }
}

#[test]
fn a_file_cut_at_any_of_fifty_places_keeps_every_whole_item() {
    for name in FILES {
        let bytes = fixture(name);
        let format = format_of(&bytes);
        let items = read(&bytes).items;
        for i in 0..50 {
            let cut = bytes.len() * i / 50;
            let whole = read_as(format, Limits::default(), &bytes[..cut]);
            let kept = items.iter().filter(|item| item.spot.offset + item.spot.length <= cut as u64).count();
            assert!(
                whole.items.len() >= kept.saturating_sub(1),
                "{name} cut at {cut}: {} of {kept}",
                whole.items.len()
            );
            if format == Format::KubernetesJson && i > 0 {
                assert!(whole.collected.status != Status::Read, "{name} cut at {cut} is said to be whole");
                assert_eq!(whole.items.len(), kept, "{name} cut at {cut}");
            }
            assert!(!whole.collected.scope.complete, "{name} cut at {cut} is said to be complete");
        }
    }
}

#[test]
fn fifty_flipped_bits_harm_nothing_but_themselves() {
    for name in FILES {
        let bytes = fixture(name);
        let format = format_of(&bytes);
        let mut random = 0x2545_F491_4F6C_DD1Du64;
        for _ in 0..50 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let mut flipped = bytes.clone();
            let at = (random >> 8) as usize % flipped.len();
            flipped[at] ^= 1 << (random & 7);
            read_as(format, Limits::default(), &flipped);
            detect(&flipped, true, "");
        }
    }
}

#[test]
fn one_damaged_item_of_a_printed_list_is_named_and_the_rest_is_read() {
    let bytes = fixture("kubectl-first-pods.json");
    let items = read(&bytes).items;
    let third = items[2].spot.offset as usize;
    let quote = third + bytes[third..].iter().position(|b| *b == b'"').unwrap();
    let mut damaged = bytes.clone();
    damaged[quote] = b'x';
    let whole = read_as(Format::KubernetesJson, Limits::default(), &damaged);
    assert_eq!(whole.items.len(), items.len() - 1, "{:?}", whole.rejects);
    assert_eq!(whole.rejects[0].locator, "/items/2");
    assert_eq!(whole.collected.status, Status::Partial);
}

#[test]
fn limits_are_named_and_what_was_good_is_kept() {
    let limits = Limits { segment: 2000, depth: 20, items: 3, aliases: 10, nodes: 500, ..Limits::default() };
    let deep = format!(
        "{{\"items\":[{{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{{\"name\":\"a\"}}}},{}{}]}}",
        "[".repeat(100),
        "]".repeat(100)
    );
    let whole = read_as(Format::KubernetesJson, limits, deep.as_bytes());
    assert_eq!(whole.items.len(), 1);
    assert!(whole.collected.reason.contains("limit of 20 levels"), "{}", whole.collected.reason);
    let long = format!("{{\"items\":[{{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}},\"{}\"]}}", "x".repeat(5000));
    let whole = read_as(Format::KubernetesJson, limits, long.as_bytes());
    assert_eq!((whole.items.len(), whole.collected.status), (1, Status::Partial));
    let large =
        format!("{{\"items\":[{{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}},{{\"a\":\"{}\"}}]}}", "x".repeat(5000));
    let whole = read_as(Format::KubernetesJson, limits, large.as_bytes());
    assert!(whole.collected.reason.contains("limit of 2000 bytes"), "{}", whole.collected.reason);
    let many = format!("{{\"items\":[{}{{}}]}}", "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"},".repeat(9));
    let whole = read_as(Format::KubernetesJson, limits, many.as_bytes());
    assert_eq!(whole.items.len(), 3);
    assert!(whole.collected.reason.contains("limit of 3 for one file"), "{}", whole.collected.reason);
    let mut laughs = "apiVersion: v1\nkind: Pod\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..9 {
        laughs += &format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", "));
    }
    let whole = read_as(Format::KubernetesYaml, limits, laughs.as_bytes());
    assert_eq!(whole.collected.status, Status::Failed);
    assert!(whole.collected.reason.contains("limit of"), "{}", whole.collected.reason);
    let line = format!("nginx:1\n{}\n", "x".repeat(5000));
    let whole = read_as(Format::ReferenceList, limits, line.as_bytes());
    assert!(whole.collected.reason.contains("line:2"), "{}", whole.collected.reason);
}

#[test]
fn an_unfinished_yaml_list_is_said_to_be_one() {
    let whole = read_text("apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a, uid: u}\n");
    assert_eq!((whole.items.len(), whole.collected.status), (1, Status::Partial));
    assert!(!whole.collected.scope.complete && whole.collected.reason.contains("cut off"));
}

#[test]
fn two_lists_or_a_loose_object_are_no_complete_list() {
    let list = r#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a","uid":"u"}}]}"#;
    assert!(read_text(list).collected.scope.complete);
    assert!(!read_text(&format!("{list}\n{list}")).collected.scope.complete);
    let loose = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"b","uid":"u"}}"#;
    assert!(!read_text(&format!("{list}\n{loose}")).collected.scope.complete);
    assert!(!read_text(loose).collected.scope.complete);
    assert!(!read_text(&format!("[{loose}]")).collected.scope.complete);
}

/// Redaction stands between splitting and reading and replaces contents of strings only; splitting what it left behind
/// must give the same items, or no locator would hold.
#[test]
fn redacted_bytes_split_at_the_same_places() {
    for (name, before, after) in [
        ("kubectl-first-pods.json", "\": \"", "\": \"[removed] "),
        ("watch-dev-pods-2s.json", "\"uid\":\"", "\"uid\":\"{[ removed"),
        ("kubectl-first-pods.yaml", "name: ", "name: removed-"),
        ("kubectl-jsonpath-images.txt", "nginx", "[a much longer removed text]"),
    ] {
        let bytes = fixture(name);
        let format = format_of(&bytes);
        let redacted = String::from_utf8(bytes.clone()).unwrap().replace(before, after);
        assert!(redacted.len() > bytes.len(), "{name}: nothing was replaced");
        let pointers = |bytes: &[u8]| {
            let items = segments(format, Limits::default(), bytes, 4096).0.into_iter();
            items.filter(|s| s.kind == SegmentKind::Item).map(|s| s.pointer).collect::<Vec<_>>()
        };
        assert_eq!(pointers(&bytes), pointers(redacted.as_bytes()), "{name}");
    }
}

fn any_format() -> impl Strategy<Value = Format> {
    proptest::sample::select(Format::ALL.to_vec())
}

/// Texts made of what the formats are made of, so that their corners are met.
fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let parts = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "\\",
        "\n",
        "\r\n",
        " ",
        "  ",
        "- ",
        "---\n",
        "...\n",
        "items:\n",
        "\"items\":[",
        "kind: Pod\n",
        "\"kind\":\"Pod\"",
        "a: |\n",
        "&x ",
        "*x",
        "<<: ",
        "#",
        "é",
        "\u{feff}",
        "{{",
        "NAME   IMAGE\n",
        "\t",
        "nginx:1",
        "image: a/b:1\n",
        "'",
        "{\n",
        "}\n",
        "  {\n",
        "  },\n",
        "null",
        "1",
        "\u{0}",
    ];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..60).prop_map(|p| p.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_bytes_in_any_chunks_split_the_same(bytes in fragments(), format in any_format(), chunk in 1usize..20, limit in 1usize..80) {
        for limits in [Limits::default(), Limits { segment: limit, ..Limits::default() }] {
            let items = |chunk| {
                let (segments, error) = segments(format, limits, &bytes, chunk);
                (segments.into_iter().filter(|s| s.kind == SegmentKind::Item).collect::<Vec<_>>(), error)
            };
            prop_assert_eq!(items(chunk), items(bytes.len()));
        }
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in fragments(), noise in proptest::collection::vec(any::<u8>(), 0..200), format in any_format()) {
        for bytes in [&bytes, &noise] {
            let whole = read_as(format, Limits::default(), bytes);
            // A log of pulls comes to sums, not to an item a row.
            let items = whole.items.len() + whole.collected.summed.len();
            prop_assert_eq!(whole.collected.items, items as u64);
            detect(bytes, true, "");
        }
    }
}
