//! Whatever the bytes: nothing panics, hangs or grows without bound.

use hullbreach::collect::redact::{Shape, redact_segment};
use hullbreach::read::{Format, Segment, SegmentKind, detect, read_segment};
use proptest::prelude::*;

use super::*;

/// Everything that is ever done with a Dockerfile's bytes; tells how many bytes its facts and rejects take.
fn everything(bytes: &[u8]) -> usize {
    let _ = detect(bytes, true, "Dockerfile");
    let _ = detect(bytes, false, "");
    let mut clean = Vec::new();
    redact_segment(Shape::Dockerfile, bytes, &mut clean);
    assert_eq!(
        clean.iter().filter(|b| **b == b'\n').count(),
        bytes.iter().filter(|b| **b == b'\n').count(),
        "a line was lost"
    );
    let segment = Segment { kind: SegmentKind::Item, pointer: String::new(), list: None, bytes: bytes.to_vec() };
    let out = read_segment(Format::Dockerfile, &segment, &Limits::default());
    let text = String::from_utf8_lossy(bytes);
    let found = pulled(&text);
    for place in &found.uses {
        let at = usize::try_from(place.spot.offset).unwrap();
        assert!(at + usize::try_from(place.spot.length).unwrap() <= text.len(), "{place:?} is outside");
    }
    serde_json::to_vec(&(&out.items, &out.rejects)).unwrap().len()
}

const SAMPLE: &str = "\u{feff}# syntax=docker/dockerfile:1\r\n# escape=`\nARG A=b C=\"d e\"\nFROM --platform=$X ${A:-x}/y AS s0\n\
    ENV P=q R=\"s `\n # c\n t\"\nRUN --mount=type=bind,\"from=z\" <<E <<-'F G' cat\nFROM no\nE\n\tF G\n\
    ONBUILD COPY --from=s0 [\"a\", \"b\"] /x\nADD https://e.org/x `\n  /y\nFROM s0\nCOPY --from=0 a b\n";

#[test]
fn cut_off_anywhere() {
    for end in 0..=SAMPLE.len() {
        everything(SAMPLE.as_bytes().get(..end).unwrap());
    }
}

#[test]
fn large_and_strange_files() {
    const SIZE: usize = 64 << 10;
    const MIB: usize = 1 << 20;
    let repeated = |line: &str| format!("FROM a\n{}", line.repeat(SIZE / line.len()));
    for text in [
        "\\\n".repeat(MIB / 2),
        "FROM a\nRUN <<EOF\n".repeat(MIB / 17),
        format!("FROM a\nRUN {}\n", "<<EOF ".repeat(MIB / 6)),
        repeated("\\\\\n"),
        repeated("RUN <<EOF\nEOF\n"),
        format!("FROM a\nRUN {}\n{}", "<<EOF ".repeat(SIZE / 10), "EOF\n".repeat(SIZE / 10)),
        repeated("ONBUILD "),
        repeated("FROM a\n"),
        repeated("FROM $X AS a\n"),
        format!("{}FROM $X", repeated("FROM b AS a\n")),
        repeated("COPY --from=x a b\n"),
        repeated("ONBUILD COPY --from=x a b\n"),
        repeated("ENV a=b "),
        repeated("# c\n"),
        repeated("--x "),
        repeated("\"'"),
        format!("FROM {}", "${a:-".repeat(SIZE / 5)),
        format!("FROM {}", "x".repeat(SIZE)),
        "ARG A=b\n".repeat(SIZE / 8),
        "FOO\n".repeat(SIZE / 4),
        format!("COPY [{}", "[".repeat(SIZE)),
        format!("FROM a\nRUN --mount={} x", "from=a,".repeat(SIZE / 7)),
    ] {
        let said = everything(text.as_bytes());
        // A stage has two places, which for a name of one letter take more than it.
        assert!(said <= 16 * text.len(), "{said} bytes said of {}…", text.get(..40).unwrap());
    }
}

#[test]
fn values_that_double_each_other_end() {
    let mut text = String::from("ARG A0=xxxxxxxx\n");
    for n in 1..200 {
        text += &format!("ARG A{n}=$A{}$A{}\n", n - 1, n - 1);
    }
    text += "FROM $A199\n";
    let found = pulled(&text);
    assert_eq!(found.uses.iter().filter(|u| u.resolved.is_some()).count(), 0);
    assert!(!found.problems.is_empty());
}

#[test]
fn names_with_control_characters_are_not_handed_on() {
    let found = pulled("FROM a\u{1b}[2Jb\nCOPY --from=\u{7}x a b\n");
    assert_eq!(found.uses, []);
    assert_eq!(found.problems.len(), 2);
    let parsed = parse("\u{1b}[2J x\n", &Limits::default());
    assert!(parsed.rejects.iter().all(|r| !r.reason.contains('\u{1b}')), "{:?}", parsed.rejects);
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        everything(&bytes);
    }

    #[test]
    fn words_of_dockerfiles_in_any_order(
        text in "(FROM|ARG|RUN|COPY|ONBUILD|AS|--from=|--mount=|<<E|\nE\n|# escape=`|\\$\\{a:-|\\}|[ \n\"'\\\\`=a,\\[\\]]){0,60}",
    ) {
        everything(text.as_bytes());
    }

    #[test]
    fn flipped_bytes(at in 0..SAMPLE.len(), byte in any::<u8>()) {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        bytes[at] = byte;
        everything(&bytes);
    }
}
