//! Every form of a word, and words made to hurt.

use super::*;
use proptest::prelude::*;

fn lookup(name: &str) -> Value<'static> {
    match name {
        "v" => Value::Set("node:20".into()),
        "path" => Value::Set("a/b/c".into()),
        "empty" => Value::Set("".into()),
        "q" => Value::Unknown,
        _ => Value::Unset,
    }
}

fn of(word: &str) -> Result<Expanded, ExpandError> {
    expand(word, '\\', &lookup)
}

#[test]
fn every_form() {
    for (word, expected) in [
        // Plain.
        ("a", "a"),
        ("$v", "node:20"),
        ("${v}", "node:20"),
        ("x$v-y", "xnode:20-y"),
        ("$empty", ""),
        // Defaults: `:` takes an empty value for none.
        ("${v:-w}", "node:20"),
        ("${v-w}", "node:20"),
        ("${empty:-w}", "w"),
        ("${empty-w}", ""),
        ("${no:-w}", "w"),
        ("${no-w}", "w"),
        ("${no:-}", ""),
        // Alternatives.
        ("${v:+w}", "w"),
        ("${v+w}", "w"),
        ("${empty:+w}", ""),
        ("${empty+w}", "w"),
        ("${no:+w}", ""),
        ("${no+w}", ""),
        // Refusals that do not happen.
        ("${v:?e}", "node:20"),
        ("${v?e}", "node:20"),
        ("${empty?e}", ""),
        // Patterns.
        ("${path#*/}", "b/c"),
        ("${path##*/}", "c"),
        ("${path%/*}", "a/b"),
        ("${path%%/*}", "a"),
        ("${v#node}", ":20"),
        ("${v%x}", "node:20"),
        ("${path/b/x}", "a/x/c"),
        ("${path/\\//-}", "a-b/c"),
        ("${path//\\//-}", "a-b-c"),
        ("${path//?/x}", "xxxxx"),
        // Nested.
        ("${no:-${v}}", "node:20"),
        ("${no:-${nor:-$v}}", "node:20"),
        ("${v:+${path##*/}}", "c"),
        ("${path#${no:-a/}}", "b/c"),
        // A brace too many is text.
        ("${v}}", "node:20}"),
        ("${no:-a {b}", "a {b"),
        // The shell's own names are never set.
        ("a$1b", "ab"),
        ("a$@b", "ab"),
        ("${1:-x}", "x"),
        ("$", "$"),
        ("a$.b", "a$.b"),
    ] {
        let found = of(word).unwrap();
        assert_eq!(found.text, expected, "{word}");
        assert!(found.missing.is_empty() && found.refusal.is_none(), "{word}: {found:?}");
    }
}

#[test]
fn quotes_and_escapes() {
    for (word, expected) in [
        ("'$v'", "$v"),
        ("\"$v\"", "node:20"),
        ("\"'$v'\"", "'node:20'"),
        ("'\"x\"'", "\"x\""),
        ("\\$v", "$v"),
        ("\\\\$v", "\\node:20"),
        ("\"\\$v\\x\\\"\"", "$v\\x\""),
        ("${no:-'a b'}", "a b"),
        ("${no:-\"}\"}", "}"),
        ("${no:-\\$v}", "$v"),
        ("a\\", "a"),
        ("al\"pi\"ne", "alpine"),
        ("grün$v", "grünnode:20"),
    ] {
        assert_eq!(of(word).unwrap().text, expected, "{word}");
    }
    assert_eq!(expand("`$v\\$v", '`', &lookup).unwrap().text, "$v\\node:20");
}

#[test]
fn what_is_missing_is_named() {
    for (word, text, missing) in [
        ("$no", "", &["no"][..]),
        ("a:${no}", "a:", &["no"]),
        ("${no}${nor}", "", &["no", "nor"]),
        ("${no#x}", "", &["no"]),
        ("${no/x/y}", "", &["no"]),
        ("${no:-$nor}", "", &["nor"]),
        // The word of a default that is not used is not asked for.
        ("${v:-$nor}", "node:20", &[]),
        ("${no:+$nor}", "", &[]),
        // Nobody knows whether the default is used.
        ("${q:-w}", "w", &["q"]),
        ("${q-w}", "w", &["q"]),
        ("${q+w}", "w", &["q"]),
        ("$q", "", &["q"]),
        ("${path#$no}", "a/b/c", &["no"]),
    ] {
        let found = of(word).unwrap();
        assert_eq!(found.text, text, "{word}");
        assert_eq!(found.missing.iter().map(String::as_str).collect::<Vec<_>>(), missing, "{word}");
    }
}

#[test]
fn refusals_carry_their_message() {
    for (word, refusal) in [
        ("${no:?give a base}", "no: give a base"),
        ("${no?}", "no: must be set"),
        ("${empty:?give $v}", "empty: give node:20"),
    ] {
        let found = of(word).unwrap();
        assert_eq!(found.refusal.as_deref(), Some(refusal), "{word}");
        assert_eq!(found.missing.len(), 1, "{word}");
    }
}

#[test]
fn what_cannot_be_expanded() {
    for (word, error) in [
        ("${v", ExpandError::Open('}')),
        ("${", ExpandError::Open('}')),
        ("${v:-x", ExpandError::Open('}')),
        ("${v/x}", ExpandError::Open('/')),
        ("${v/x/y", ExpandError::Open('}')),
        ("'x", ExpandError::Open('\'')),
        ("\"x", ExpandError::Open('"')),
        ("${}", ExpandError::NoName),
        ("${{v}", ExpandError::NoName),
        ("${:-x}", ExpandError::NoName),
        ("${v:=x}", ExpandError::Form),
        ("${v:x}", ExpandError::Form),
        ("${v!}", ExpandError::Form),
        ("${.}", ExpandError::Form),
        ("${v:#x}", ExpandError::Form),
        ("${v#\\x}", ExpandError::Pattern),
    ] {
        assert_eq!(of(word), Err(error), "{word}");
    }
}

#[test]
fn depth_length_and_work_are_bounded() {
    assert_eq!(of(&"${a:-".repeat(100_000)), Err(ExpandError::TooMuch));
    let long = |_: &str| Value::Set("x".repeat(LONGEST / 2).into());
    assert_eq!(expand("$a$b$c", '\\', &long), Err(ExpandError::TooMuch));
    let word = format!("${{a//{}/y}}", "x*".repeat(100));
    assert_eq!(expand(&word, '\\', &long), Err(ExpandError::TooMuch));
    assert_eq!(expand(&format!("${{a//x/{}}}", "y".repeat(LONGEST)), '\\', &long), Err(ExpandError::TooMuch));
}

proptest! {
    #[test]
    fn any_word_ends(word in "[a${}:+?%#/\"'\\\\v-]{0,60}") {
        if let Ok(found) = of(&word) {
            prop_assert!(found.text.len() <= LONGEST);
        }
    }

    #[test]
    fn text_without_signs_stays(word in "[a-zA-Z0-9./:@_-]{0,40}") {
        prop_assert_eq!(of(&word).unwrap().text, word);
    }
}
