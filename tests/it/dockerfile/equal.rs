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

/// How instructions' words are written.
#[derive(Debug, Clone, Copy)]
enum Case {
    Upper,
    Lower,
    Mixed,
}

impl Case {
    fn of(self, word: &str) -> String {
        match self {
            Case::Upper => word.to_uppercase(),
            Case::Lower => word.to_lowercase(),
            Case::Mixed => {
                let turned =
                    |(n, c): (usize, char)| if n % 2 == 0 { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
                word.chars().enumerate().map(turned).collect()
            }
        }
    }
}

/// How a file is written.
#[derive(Debug, Clone)]
struct Style {
    case: Case,
    newline: &'static str,
    escape: char,
    continued: bool,
    /// The second word is broken in two.
    broken: bool,
    comments: bool,
    heredocs: bool,
    indent: &'static str,
    mark: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let case = prop_oneof![Just(Case::Upper), Just(Case::Lower), Just(Case::Mixed)];
    let newline = prop_oneof![Just("\n"), Just("\r\n")];
    let escape = prop_oneof![Just('\\'), Just('`')];
    let indent = prop_oneof![Just(""), Just("  "), Just("\t")];
    (flags, case, newline, escape, indent).prop_map(
        |((broken, continued, comments, heredocs, mark), case, newline, escape, indent)| Style {
            case,
            newline,
            escape,
            continued,
            broken,
            comments,
            heredocs,
            indent,
            mark,
        },
    )
}

/// The words of an instruction in a style: its own and `AS` in another case, the second one broken, `RUN` as a heredoc with
/// what it runs in lines of its own.
fn restyled(words: &[String], style: &Style) -> (Vec<String>, String) {
    let mut words = words.to_vec();
    let end = style.newline;
    let run = words[0] == "RUN";
    words[0] = style.case.of(&words[0]);
    words.iter_mut().filter(|word| *word == "AS").for_each(|word| *word = style.case.of(word));
    let mut body = String::new();
    if style.heredocs && run {
        let flags = 1 + words.iter().skip(1).take_while(|word| word.starts_with("--")).count();
        body = format!("{}{end}END{end}", words.split_off(flags).join(" "));
        words.push("<<END".to_owned());
    } else if style.broken && words[1].is_ascii() && words[1].len() > 2 && !words[1].starts_with('[') {
        let (start, rest) = words[1].split_at(words[1].len() / 2);
        words[1] = format!("{start}{}{end}{rest}", style.escape);
    }
    (words, body)
}

fn write(lines: &[Vec<String>], style: &Style) -> String {
    let mut out = String::from(if style.mark { "\u{feff}" } else { "" });
    let end = style.newline;
    if style.escape != '\\' {
        out += &format!("# escape={}{end}", style.escape);
    }
    for words in lines {
        let (words, body) = restyled(words, style);
        let join = match (style.continued, style.comments) {
            (false, _) => " ".to_owned(),
            (true, false) => format!(" {} {end}  ", style.escape),
            (true, true) => format!(" {}{end}# FROM comment{end}{end}  ", style.escape),
        };
        if style.comments {
            out += &format!("{}# COPY --from=comment a b{end}", style.indent);
        }
        out += &format!("{}{}{end}{body}", style.indent, words.join(&join));
        // A heredoc more never changes what is pulled in; before the first stage there is no place for one.
        if style.heredocs && !["from", "arg"].contains(&words[0].to_lowercase().as_str()) {
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
            case: Case::Upper, newline: "\n", escape: '\\', continued: false, broken: false, comments: false,
            heredocs: false, indent: "", mark: false,
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
