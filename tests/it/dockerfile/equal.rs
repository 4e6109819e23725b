//! A Dockerfile written in another way names the same images, and so does its redacted copy.

use hullbreach::collect::redact::{Shape, redact_segment};
use proptest::prelude::*;

use super::*;

/// What a file names: everything but spots.
fn named(text: &str) -> Vec<String> {
    uses(text)
}

/// One line of a stage: its words.
fn step() -> impl Strategy<Value = Vec<String>> {
    let words = |line: &'static str| Just(line.split(' ').map(str::to_owned).collect::<Vec<_>>());
    prop_oneof![
        words("RUN echo FROM x && make"),
        words("ENV A=b C=d"),
        words("ENV API_TOKEN=hunter2"),
        words("ARG B=c"),
        words("COPY a b"),
        words("COPY --from=r.io/tools:1 a b"),
        words("COPY --from=s0 a b"),
        words("COPY --from=0 a b"),
        words("RUN --mount=type=bind,from=r.io/cache:2,target=/x make"),
        words("RUN curl -u bob:hunter2 https://x"),
        words("ONBUILD COPY --from=r.io/later a b"),
        words("LABEL password=hunter2"),
        words("CMD [\"x\", \"--password\", \"y\"]"),
        words("USER u"),
    ]
}

fn stage() -> impl Strategy<Value = Vec<Vec<String>>> {
    let base = prop_oneof![
        Just("alpine"),
        Just("r.io:5000/a/b:1"),
        Just("s0"),
        Just("$G"),
        Just("scratch"),
        Just("${M}x"),
        Just("${G:-y}"),
    ];
    (base, prop::collection::vec(step(), 0..5)).prop_map(|(base, steps)| {
        let mut lines = vec![vec!["FROM".to_owned(), base.to_owned()]];
        lines.extend(steps);
        lines
    })
}

/// A Dockerfile as lines of words, its stages called s0, s1 and so on.
fn dockerfile() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(stage(), 1..4).prop_map(|stages| {
        let mut lines = vec![vec!["ARG".to_owned(), "G=r.io/g:1".to_owned()]];
        for (number, mut stage) in stages.into_iter().enumerate() {
            stage[0].extend(["AS".to_owned(), format!("s{number}")]);
            lines.extend(stage);
        }
        lines
    })
}

/// How a file is written.
#[derive(Debug, Clone)]
struct Style {
    upper: bool,
    newline: &'static str,
    escape: char,
    continued: bool,
    comments: bool,
    heredocs: bool,
    indent: &'static str,
    mark: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let newline = prop_oneof![Just("\n"), Just("\r\n")];
    let escape = prop_oneof![Just('\\'), Just('`')];
    let indent = prop_oneof![Just(""), Just("  "), Just("\t")];
    (flags, newline, escape, indent).prop_map(
        |((upper, continued, comments, heredocs, mark), newline, escape, indent)| Style {
            upper,
            newline,
            escape,
            continued,
            comments,
            heredocs,
            indent,
            mark,
        },
    )
}

fn write(lines: &[Vec<String>], style: &Style) -> String {
    let mut out = String::from(if style.mark { "\u{feff}" } else { "" });
    let end = style.newline;
    if style.escape != '\\' {
        out += &format!("# escape={}{end}", style.escape);
    }
    for words in lines {
        let mut words = words.clone();
        words[0] = if style.upper { words[0].clone() } else { words[0].to_lowercase() };
        let join = match (style.continued, style.comments) {
            (false, _) => " ".to_owned(),
            (true, false) => format!(" {} {end}  ", style.escape),
            (true, true) => format!(" {}{end}# FROM comment{end}{end}  ", style.escape),
        };
        if style.comments {
            out += &format!("{}# COPY --from=comment a b{end}", style.indent);
        }
        out += &format!("{}{}{end}", style.indent, words.join(&join));
        // A heredoc more never changes what is pulled in.
        if style.heredocs && words[0].eq_ignore_ascii_case("user") {
            out += &format!("RUN cat <<-A <<B{end}FROM a{end}\tA{end}COPY --from=b x y{end}B{end}");
        }
    }
    out
}

fn redacted(text: &str) -> String {
    let mut out = Vec::new();
    redact_segment(Shape::Dockerfile, text.as_bytes(), &mut out);
    String::from_utf8(out).unwrap()
}

proptest! {
    #[test]
    fn however_it_is_written(lines in dockerfile(), style in style()) {
        let plain = Style {
            upper: true, newline: "\n", escape: '\\', continued: false, comments: false, heredocs: false, indent: "",
            mark: false,
        };
        let text = write(&lines, &style);
        prop_assert_eq!(named(&text), named(&write(&lines, &plain)), "{}", text);
    }

    #[test]
    fn redacted_copies_name_the_same(lines in dockerfile(), style in style()) {
        let text = write(&lines, &style);
        let clean = redacted(&text);
        prop_assert!(!clean.contains("hunter2"), "{}", clean);
        prop_assert_eq!(named(&clean), named(&text), "{}", clean);
        prop_assert_eq!(clean.lines().count(), text.lines().count());
        prop_assert_eq!(redacted(&clean), clean);
    }

    #[test]
    fn redacting_anything_is_done_at_once(text in "(FROM|ENV|ARG|RUN|COPY|token|password|[ =\"'\\\\\n<:@#$a-c1]){0,40}") {
        let clean = redacted(&text);
        prop_assert_eq!(redacted(&clean), clean.clone());
        prop_assert_eq!(clean.matches('\n').count(), text.matches('\n').count());
    }
}
