//! BuildKit's rules, one table each.

use super::*;

#[test]
fn rule_1_byte_order_mark_and_directives() {
    check(&[
        ("\u{feff}FROM a", &["base 0: a"]),
        ("# syntax=docker/dockerfile:1\nFROM a", &["frontend : docker/dockerfile:1", "base 0: a"]),
        ("#!/usr/bin/env x\n# syntax=x/y\nFROM a", &["frontend : x/y", "base 0: a"]),
        ("// syntax=x/y:2 --flag\n", &["frontend : x/y:2"]),
        ("{\"syntax\": \"x/y\", \"FROM\": 1}\n", &["frontend : x/y"]),
        ("FROM a\n# syntax=x/y\n", &["base 0: a"]),
        ("# a comment\n# syntax=x/y\nFROM a", &["base 0: a"]),
        ("# escape=`\nFROM `\n  a\nRUN x\\\nFROM b AS c", &["build-input 0: a unreached", "base c: b"]),
    ]);
    let text = "# syntax=docker/dockerfile:1\nFROM a";
    let with = |value| uses_of(text, &args(&[("BUILDKIT_SYNTAX", value)]));
    assert_eq!(with(Some("evil/frontend:2 x"))[0], "frontend : evil/frontend:2");
    assert_eq!(with(None)[0], "frontend : docker/dockerfile:1?BUILDKIT_SYNTAX");
    let bare = uses_of("FROM a", &args(&[("BUILDKIT_SYNTAX", Some("evil/frontend"))]));
    assert_eq!(bare, ["frontend : evil/frontend", "base 0: a"]);
}

#[test]
fn rule_2_continuation() {
    check(&[
        ("FROM \\\n  a", &["base 0: a"]),
        ("FROM \\\n# FROM no\n\n\n  # x\n  a \\\n AS b", &["base b: a"]),
        ("FROM a\nRUN x \\  \t\nFROM no\nFROM b", &["build-input 0: a unreached", "base 1: b"]),
        ("FROM a\nRUN x \\\\\nFROM b", &["build-input 0: a unreached", "base 1: b"]),
        ("FROM \\\r\n  a\r\nRUN x\r\n", &["base 0: a"]),
        ("FROM al\\\npine", &["base 0: alpine"]),
        ("FROM a\\", &["base 0: a"]),
    ]);
}

#[test]
fn rule_3_heredocs() {
    check(&[
        ("FROM a\nRUN <<EOF\nFROM no\nEOF\nCOPY --from=b x y", &["base 0: a", "build-input 0: b"]),
        (
            "FROM a\nCOPY <<A <<-'B C' /x\nFROM no\nA\nFROM no\n\tB C\nRUN --mount=from=b x",
            &["base 0: a", "build-input 0: b"],
        ),
        ("FROM a\nONBUILD RUN <<E\nFROM no\nE\nADD <<E /x\nCOPY --from=no a b\nE\n", &["base 0: a"]),
        ("FROM a\nCMD cat <<E\nCOPY --from=b x y", &["base 0: a", "build-input 0: b"]),
        ("FROM a\nRUN echo \"<<E\"\nCOPY --from=b x y", &["base 0: a", "build-input 0: b"]),
        ("FROM a\nRUN 3<<E cat\nFROM no\nE\r\n", &["base 0: a"]),
    ]);
}

#[test]
fn rule_4_from() {
    check(&[
        ("from a as B", &["base B: a"]),
        ("FrOm --platform=$BUILDPLATFORM a:1\tAS b", &["base b: a:1"]),
        (
            "FROM a@sha256:0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971",
            &["base 0: a@sha256:0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971"],
        ),
        ("FROM \"a\"", &["base 0: a"]),
        // Refused, but the image is not hidden.
        ("FROM a # why", &["base 0: a guessed"]),
        ("FROM a AS b # why", &["base b: a guessed"]),
        ("FROM a AS", &["base 0: a guessed"]),
        ("FROM {{ base }}:1\nCOPY --from=x a b", &["build-input 0: x"]),
    ]);
    for (text, rejects) in
        [("FROM a # why", 1), ("FROM", 1), ("FROM a b c d", 1), ("FROM a AS b", 0), ("FROM {{ a }}", 1)]
    {
        assert_eq!(parse(text, &Limits::default()).rejects.len(), rejects, "{text}");
    }
    let problem = pulled("FROM a AS arm/v7").problems;
    assert!(problem[0].1.contains("`arm/v7` is no name"), "{problem:?}");
}

#[test]
fn rule_5_global_scope() {
    check(&[
        ("ARG A=a\nARG B=${A}:1\nFROM $B", &["base 0: a:1"]),
        ("ARG A=a B=$A/b\nFROM $B", &["base 0: a/b"]),
        ("ARG B=$A\nARG A=a\nFROM $B", &["base 0: $B?A"]),
        ("ARG A=\"a\"\nFROM $A", &["base 0: a"]),
        ("ARG A\nFROM $A", &["base 0: $A?A"]),
        ("ARG A\nARG B=x/$A\nFROM $B", &["base 0: $B?A"]),
        // An ARG of a stage never counts for a later FROM.
        ("FROM a\nARG B=b\nFROM ${B:-c}", &["build-input 0: a unreached", "base 1: c"]),
        ("FROM a\nENV B=b\nFROM ${B}", &["build-input 0: a unreached", "base 1: ${B}?B"]),
        ("FROM a-${TARGETARCH}", &["base 0: a-${TARGETARCH}?TARGETARCH"]),
        ("FROM a-$TARGETSTAGE AS Last", &["base Last: a-last"]),
    ]);
    let text = "ARG A=a\nARG B=b\nFROM $A:${B}";
    assert_eq!(uses_of(text, &args(&[("A", Some("x"))])), ["base 0: x:b"]);
    // Passed on from an environment that nobody captured: it may be the default, or anything.
    assert_eq!(uses_of(text, &args(&[("A", None)])), ["base 0: $A:${B}?A"]);
    assert_eq!(uses_of("FROM $A", &args(&[("A", Some("x"))])), ["base 0: $A?A"]);
    assert!(pulled("FROM $A").problems[0].1.contains("no ARG before the first FROM declares `A`"));
    let request = Request { platform: Some("linux/arm/v6".into()), ..Request::default() };
    let text = "FROM a:$TARGETOS-$TARGETARCH-$TARGETVARIANT-${TARGETPLATFORM//\\//.}";
    assert_eq!(uses_of(text, &request), ["base 0: a:linux-arm-v6-linux.arm.v6"]);
}

#[test]
fn rule_6_word_expansion_reaches_from() {
    check(&[
        ("ARG V=20\nFROM node:${V:-18}", &["base 0: node:20"]),
        ("FROM node:${V:-18}", &["base 0: node:18"]),
        ("ARG R=\nFROM ${R:+$R/}node", &["base 0: node"]),
        ("ARG R=r.io\nFROM ${R:+$R/}node", &["base 0: r.io/node"]),
        ("ARG T=v1.2\nFROM a:${T#v}", &["base 0: a:1.2"]),
        ("ARG T=a/b\nFROM ${T/a/c}", &["base 0: c/b"]),
        // Words are cut before they are expanded: this FROM has three, and the first is broken.
        ("ARG B\nFROM ${B:?give base}", &[]),
        ("ARG B\nFROM ${B:?no}", &["base 0: ${B:?no}?B"]),
        ("ARG B=\nFROM $B", &["base 0: $B?B"]),
    ]);
    assert!(pulled("ARG B\nFROM ${B:?no}").problems[0].1.contains("B: no"));
    assert!(pulled("FROM ${B").problems[0].1.contains("`}` is missing"));
}

#[test]
fn rule_7_stages_are_looked_up_by_their_expanded_name() {
    check(&[
        ("FROM a AS b\nFROM b", &["base b: a"]),
        ("ARG S=b\nFROM a AS b\nFROM $S", &["base b: a"]),
        ("FROM a AS Builder\nFROM builder", &["base Builder: a"]),
        // Exact on the lower-cased name: not the stage, and no image either.
        ("FROM a AS builder\nFROM Builder", &["build-input builder: a guessed"]),
        ("FROM a AS b\nFROM x\nCOPY --from=B c d", &["build-input b: a", "base 1: x"]),
        // A stage shadows an image, from the next line on.
        ("FROM alpine AS alpine\nFROM alpine", &["base alpine: alpine"]),
        ("FROM a AS x\nFROM b AS x\nFROM x", &["build-input x: a unreached", "base x: b"]),
        ("FROM self AS self", &["base self: self"]),
        // A variable nobody knows may be any stage that fits.
        (
            "FROM a AS go-1\nFROM b AS js\nFROM go-$TARGETARCH",
            &["build-input go-1: a guessed", "build-input js: b unreached", "base 2: go-$TARGETARCH?TARGETARCH"],
        ),
    ]);
}

#[test]
fn rule_8_other_images() {
    check(&[
        ("FROM a\nFROM b\nCOPY --from=0 x y", &["build-input 0: a", "base 1: b"]),
        (
            "FROM a\nCOPY --from=c:1 x y\nCOPY --from=\"d\" [\"x\", \"y\"]",
            &["base 0: a", "build-input 0: c:1", "build-input 0: d"],
        ),
        (
            "FROM a\nRUN --mount=type=bind,from=c,target=/c --mount=type=cache,target=/d,FROM=d x",
            &["base 0: a", "build-input 0: c", "build-input 0: d"],
        ),
        ("FROM a\nRUN --mount='type=bind,\"from=c\"' x", &["base 0: a", "build-input 0: c"]),
        ("FROM a\nRUN --mount=type=cache,target=/x y\nRUN --mount=from=scratch y", &["base 0: a"]),
        // Buildah's dialect.
        ("ARG S=g\nFROM a\nARG S\nCOPY --from=$S x y", &["base 0: a", "build-input 0: g buildah-only"]),
        ("ARG S=g\nFROM a\nARG S=h\nRUN --mount=from=${S} y", &["base 0: a", "build-input 0: h buildah-only"]),
        ("ARG S=g\nFROM a\nCOPY --from=$S x y", &["base 0: a", "build-input 0: $S?S buildah-only"]),
        ("FROM a AS b\nFROM c\nARG S=b\nCOPY --from=$S x y", &["build-input b: a", "base 1: c"]),
        (
            "FROM a\nCOPY --from=later x y\nFROM c AS later",
            &["build-input 0: a unreached", "build-input 0: later unreached buildah-only", "base later: c"],
        ),
    ]);
    assert!(pulled("FROM a\nCOPY --from=$S x y").problems[0].1.contains("BuildKit expands no variables"));
    assert!(pulled("FROM a\nCOPY --from=7 x y").problems[0].1.contains("number 7"));
    assert!(pulled("FROM a AS b\nCOPY --from=b x y").problems[0].1.contains("circle"));
    let found = pulled("FROM a\nADD https://e.org/x.tar git@e.org:x.git local /y\nFROM b").materials;
    assert!(found.is_empty(), "an unreached stage fetches nothing: {found:?}");
    let found = pulled("FROM a\nADD https://e.org/x.tar git@e.org:x.git local /y").materials;
    assert_eq!(found.iter().map(|(_, m)| m.as_str()).collect::<Vec<_>>(), ["https://e.org/x.tar", "git@e.org:x.git"]);
}

#[test]
fn rule_9_targets() {
    let text =
        "FROM a AS one\nFROM b AS two\nCOPY --from=one x y\nFROM two AS three\nFROM d AS four\nCOPY --from=e x y";
    let target = |target: &str| uses_of(text, &Request { target: Some(target.to_owned()), ..Request::default() });
    let rest = ["build-input four: d unreached", "build-input four: e unreached"];
    assert_eq!(target("Three"), ["build-input one: a", "base two: b", rest[0], rest[1]]);
    assert_eq!(target("2"), target("three"));
    assert_eq!(target("one"), ["base one: a", "build-input two: b unreached", rest[0], rest[1]]);
    let last = uses(text);
    assert_eq!(
        last,
        ["build-input one: a unreached", "build-input two: b unreached", "base four: d", "build-input four: e"]
    );
    // A target that is not there says nothing of what is reached.
    let lost = resolve(&file(text), &Request { target: Some("five".into()), ..Request::default() });
    assert!(lost.problems[0].1.contains("no stage is called `five`"));
    assert!(lost.uses.iter().all(|u| !shown(u).contains("unreached")), "{:?}", lost.uses);
}

#[test]
fn rule_10_named_contexts() {
    let with = |text: &str, name: &str, value: &str| {
        let contexts = [(name.to_owned(), value.to_owned())].into();
        resolve(&file(text), &Request { contexts, ..Request::default() })
    };
    let text = "FROM alpine AS base\nCOPY --from=tools x y\nFROM base\nCOPY --from=golang:latest x y";
    let shown_with = |name, value| with(text, name, value).uses.iter().map(shown).collect::<Vec<_>>();
    assert_eq!(shown_with("alpine", "docker-image://r.io/a:3")[0], "base base: r.io/a:3");
    assert_eq!(shown_with("golang", "docker-image://r.io/go")[2], "build-input 1: r.io/go");
    // In a stage's place: its steps go with it.
    assert_eq!(shown_with("base", "docker-image://r.io/b"), ["base base: r.io/b", "build-input 1: golang:latest"]);
    for value in ["oci-layout://store@sha256:00", "target:other", "https://e.org/x.git", "git@e.org:x.git", "../dir"] {
        let found = with(text, "alpine", value);
        assert_eq!(
            found.uses.iter().map(shown).collect::<Vec<_>>(),
            ["build-input base: tools", "build-input 1: golang:latest"]
        );
        assert_eq!(found.materials.iter().map(|(_, m)| m.as_str()).collect::<Vec<_>>(), [value]);
    }
    assert_eq!(with("FROM alpine", "alpine", "docker-image://scratch").uses, []);
}

#[test]
fn rule_11_onbuild() {
    check(&[
        // Acts in a stage of this file.
        ("FROM a AS b\nONBUILD COPY --from=c x y\nFROM b AS d", &["base b: a", "build-input d: c"]),
        // Acts in builds elsewhere only.
        ("FROM a\nONBUILD RUN --mount=from=c x", &["base 0: a", "build-input 0: c guessed"]),
        ("FROM a\nONBUILD COPY --from=0 x y", &["base 0: a"]),
        // Acts nowhere.
        (
            "FROM a\nONBUILD COPY --from=c x y\nFROM d",
            &["build-input 0: a unreached", "build-input 0: c unreached guessed", "base 1: d"],
        ),
        // Not handed on to grandchildren, and the stage itself does not need it.
        (
            "FROM s AS s\nFROM a AS b\nONBUILD COPY --from=s x y\nFROM b AS c\nFROM c",
            &["build-input s: s", "base b: a"],
        ),
    ]);
    for text in ["FROM a\nONBUILD FROM b", "FROM a\nONBUILD ONBUILD RUN x", "FROM a\nONBUILD", "FROM a\nONBUILD FOO"] {
        assert_eq!(parse(text, &Limits::default()).rejects.len(), 1, "{text}");
    }
}

#[test]
fn rule_12_scratch_and_equal_names() {
    check(&[("FROM scratch\nCOPY x y", &[]), ("FROM a AS b\nFROM scratch\nCOPY --from=b x y", &["build-input b: a"])]);
    for name in ["docker.io/library/node", "index.docker.io/node", "node"] {
        let found = pulled(&format!("FROM {name}")).uses;
        let reference = hullbreach::model::reference::Reference::parse(&found[0].as_written).unwrap();
        assert_eq!(reference.canonical(), "docker.io/library/node:latest");
    }
}

#[test]
fn one_image_in_two_roles_is_two_uses() {
    check(&[("FROM a\nCOPY --from=a x y", &["base 0: a", "build-input 0: a"])]);
}

#[test]
fn spots_are_those_of_the_words() {
    let text = "\u{feff}# syntax=docker/dockerfile:1\r\nARG V=1\r\nFROM --platform=x \\\r\n# c\r\n  \"a\":$V AS b\r\n\
                COPY --from='c' \\\r\n x y\r\nRUN --mount=type=bind,\\\r\nfrom=d/e:1 x\r\n";
    let found = pulled(text).uses;
    let seen: Vec<(&str, &str)> = found
        .iter()
        .map(|u| {
            let at = usize::try_from(u.spot.offset).unwrap();
            (u.spot.pointer.as_str(), &text[at..at + usize::try_from(u.spot.length).unwrap()])
        })
        .collect();
    assert_eq!(seen, [("line:1", "docker/dockerfile:1"), ("line:5", "\"a\":$V"), ("line:6", "c"), ("line:9", "d/e:1")]);
    assert_eq!(
        found.iter().map(|u| u.as_written.as_str()).collect::<Vec<_>>(),
        ["docker/dockerfile:1", "\"a\":$V", "c", "d/e:1"]
    );
}
