//! What is left out of a body on its way, and what stays.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn trimmed(text: &[u8], chunk: usize) -> (Vec<u8>, Said, u64) {
    let (mut trimmer, mut out) = (Trimmer::default(), Vec::new());
    text.chunks(chunk).for_each(|part| trimmer.push(part, &mut out));
    let (said, left_out) = trimmer.finish(&mut out);
    (out, said, left_out)
}

/// The slow, obvious way.
fn without(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Object(metadata)) = map.get_mut("metadata") {
                metadata.remove("managedFields");
            }
            map.values_mut().for_each(without);
        }
        Value::Array(list) => list.iter_mut().for_each(without),
        _ => {}
    }
}

#[test]
fn managed_fields_go_wherever_they_stand_and_nothing_else() {
    let list = json!({"kind": "PodList", "metadata": {"continue": "to\"ken", "resourceVersion": "7"}, "items": [
        {"metadata": {"managedFields": [{"a": ["}", "]", "\\\""]}], "name": "first"}, "spec": {"managedFields": 1}},
        {"metadata": {"name": "last", "managedFields": []}},
        {"metadata": {"managedFields": {"only": null}}},
        {"metadata": {"labels": {"a": "b"}, "managedFields": "x", "name": "middle"}},
        {"spec": {"template": {"metadata": {"managedFields": [1, 2], "a": 1}}}, "metadata": {}},
    ]});
    for text in [list.to_string(), serde_json::to_string_pretty(&list).unwrap()] {
        let mut expected = list.clone();
        without(&mut expected);
        for chunk in [1, 2, 3, 7, 64, text.len()] {
            let (out, said, left_out) = trimmed(text.as_bytes(), chunk);
            let found: Value =
                serde_json::from_slice(&out).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out)));
            assert_eq!(found, expected, "chunks of {chunk}");
            assert_eq!(left_out as usize, text.len() - out.len());
            assert_eq!((said.kind.as_str(), said.next.as_deref()), ("PodList", Some("to\"ken")));
            assert_eq!((said.items, said.closed), (5, true));
            assert_eq!(said.names, ["first", "last", "middle"]);
        }
    }
}

#[test]
fn what_is_no_json_or_cut_off_comes_through_as_it_came() {
    for text in [
        "404 page not found\n",
        "",
        "{\"a\":",
        "<html>{\"metadata\":{\"x\":1",
        "}{]",
        "{}{\"metadata\":{\"managedFields\":1}}",
    ] {
        for chunk in [1, 3, 100] {
            assert_eq!(trimmed(text.as_bytes(), chunk).0, text.as_bytes(), "{text}");
        }
    }
    let (out, said, _) = trimmed(br#"{"metadata":{"name":"a","managedFields":[{"x""#, 5);
    assert_eq!(out, br#"{"metadata":{"name":"a""#);
    assert!(!said.closed);
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    assert_eq!(trimmed(&deep, 4096).0, deep);
}

#[test]
fn a_refusal_says_why_and_how_to_go_on() {
    let text = br#"{"kind":"Status","metadata":{"continue":"abc"},"message":"too old","reason":"Expired","code":410}"#;
    let (_, said, _) = trimmed(text, 4);
    assert_eq!((said.kind.as_str(), said.message.as_str(), said.next.as_deref()), ("Status", "too old", Some("abc")));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z\"\\\\{}\\[\\],:é]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 5, |inner| {
        let name = prop_oneof![
            Just("metadata".to_owned()),
            Just("managedFields".to_owned()),
            Just("items".to_owned()),
            "[a-c\"]{1,2}"
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..5).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_document_comes_out_as_the_slow_way_makes_it(value in any_json(), chunk in 1..40usize, pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let mut expected = value;
        without(&mut expected);
        let (out, _, _) = trimmed(text.as_bytes(), chunk);
        prop_assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), expected);
    }

    #[test]
    fn any_bytes_at_all_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..300), chunk in 1..40usize) {
        let (out, _, left_out) = trimmed(&bytes, chunk);
        prop_assert_eq!(out.len() + left_out as usize, bytes.len());
    }
}
