//! Notices of a breach: text, mail, CSV and STIX, to what they may be naming.
//!
//! Owns what is proposed. Nothing here is ever applied: a notice can be the attacker's, or about somebody else. What it
//! names is shown to a responder with the line it stands on, who says yes to each or does not.

mod mail;
mod stix;
mod times;
mod tokens;
mod written;

use std::collections::BTreeSet;

use crate::model::text::scrub;

/// The most bytes of a notice that are looked at.
pub const LARGEST: usize = 16 << 20;
/// The most proposals of one notice; more are counted.
pub const MOST: usize = 500;
/// The most characters of a line that is shown with a proposal.
const SHOWN: usize = 200;

/// What kind of text a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Plain text, CSV among it.
    Text,
    /// A mail with its headers.
    Mail,
    /// A STIX 2.1 bundle or object.
    Stix,
}

impl Kind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Mail => "mail",
            Kind::Stix => "stix",
        }
    }
}

/// Something that may be an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The target with its prefix, as `indicator add` takes it.
    pub target: String,
    /// `bad` or `suspect`.
    pub state: &'static str,
    /// The window as `--window` takes it, where one is told.
    pub window: Option<String>,
    /// The line it stands on, from 1; of a STIX object its place in the bundle.
    pub line: usize,
    /// That line, made safe to show and cut.
    pub text: String,
}

/// What a notice names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What kind of text it is.
    pub kind: Kind,
    /// What is proposed, each target once.
    pub proposals: Vec<Proposal>,
    /// Windows that it tells, as `--window` takes them.
    pub windows: Vec<String>,
    /// Hosts that it names and that are no registries: for firewalls and logs, no targets of ours.
    pub hosts: Vec<String>,
    /// Proposals beyond the most that are made.
    pub beyond: usize,
}

/// One line of the notice's own text with what it tells of time.
struct Line {
    number: usize,
    text: String,
    window: Option<String>,
}

/// Reads a notice. Bytes that are no text are looked through as far as they are.
pub fn read(bytes: &[u8]) -> Notice {
    let bytes = bytes.get(..LARGEST).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let (kind, lines) = if let Some(lines) = stix::lines(&text) {
        (Kind::Stix, lines)
    } else if mail::is_mail(&text) {
        (Kind::Mail, plain(&mail::text(&text)))
    } else {
        (Kind::Text, plain(&text))
    };
    of_lines(kind, lines)
}

fn plain(text: &str) -> Vec<Line> {
    // Times are looked for in what dates in words come to; the lines that are shown stay as they are.
    let digits = written::digits(text);
    let dates = times::dates(&digits);
    // A clock time without a date is of the only day that is named, or of none.
    let day = if dates.len() == 1 { dates.into_iter().next() } else { None };
    let told = text.lines().enumerate().map(|(at, line)| Line {
        number: at + 1,
        window: times::window(&written::digits(line), day.as_deref()),
        text: line.to_owned(),
    });
    let mut lines: Vec<Line> = told.collect();
    for at in 1..lines.len() {
        let Some([first, second]) = lines.get_mut(at - 1..=at) else { continue };
        if first.window.is_none() && second.window.is_none() {
            let [first_text, second_text] = [&first.text, &second.text].map(|text| written::digits(text));
            let window = times::wrapped(&first_text, &second_text, day.as_deref());
            (first.window, second.window) = (window.clone(), window);
        }
    }
    lines
}

fn of_lines(kind: Kind, lines: Vec<Line>) -> Notice {
    let windows: BTreeSet<String> = lines.iter().filter_map(|line| line.window.clone()).collect();
    // One window in all is meant for everything that is named; of several none is guessed. Objects of STIX stand by themselves.
    let only = if windows.len() == 1 && kind != Kind::Stix { windows.first().cloned() } else { None };
    let (mut proposals, mut seen, mut hosts) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let mut beyond = 0;
    for line in &lines {
        let window = line.window.clone().or_else(|| only.clone());
        let found = tokens::targets(&line.text);
        hosts.extend(found.hosts);
        for target in found.targets {
            if !seen.insert(target.clone()) {
                continue;
            }
            if proposals.len() >= MOST {
                beyond += 1;
                continue;
            }
            proposals.push(Proposal {
                state: if calls_good(&line.text) { "suspect" } else { state(&target, window.is_some()) },
                target,
                window: window.clone(),
                line: line.number,
                text: scrub(line.text.trim()).chars().take(SHOWN).collect(),
            });
        }
    }
    Notice {
        kind,
        proposals,
        windows: windows.into_iter().collect(),
        hosts: hosts.into_iter().take(MOST).collect(),
        beyond,
    }
}

/// Content that is named by its digest is proposed as bad; a tag without a window would make all that it ever led to bad,
/// and a registry is in doubt at most.
fn state(target: &str, has_window: bool) -> &'static str {
    let exact = ["digest:", "layer:"].iter().any(|prefix| target.starts_with(prefix));
    if exact || target.starts_with("tag:") && has_window { "bad" } else { "suspect" }
}

/// Whether a line says of what it names that it is not what was breached. It is proposed all the same, never as bad: a
/// notice can be wrong, and who reads the line decides.
fn calls_good(line: &str) -> bool {
    const WORDS: [&str; 8] = [
        "known good",
        "known-good",
        "good digest",
        "legitimate",
        "not affected",
        "unaffected",
        "safe version",
        "fixed in",
    ];
    let line = line.to_ascii_lowercase();
    WORDS.iter().any(|word| line.contains(word)) && !line.contains("no longer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEX: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    fn targets(notice: &Notice) -> Vec<(&str, &str)> {
        notice.proposals.iter().map(|p| (p.target.as_str(), p.window.as_deref().unwrap_or(""))).collect()
    }

    #[test]
    fn text_is_looked_through_with_its_window() {
        let text = format!(
            "Between 2026-03-17 02:00 UTC and 2026-03-17 07:00 UTC an attacker pushed to Docker Hub.\n\
             Affected: harbourline/monitoring-agent:1.5.0\n\
             Digest sha256:{HEX}, which calls hxxps://evil[.]example/x\n\
             layer {}\n",
            HEX.replace('9', "8")
        );
        let notice = read(text.as_bytes());
        let window = "2026-03-17T02:00Z..2026-03-17T07:00Z";
        let wanted = [
            ("registry:docker.io".to_owned(), window),
            ("tag:docker.io/harbourline/monitoring-agent:1.5.0".to_owned(), window),
            (format!("digest:sha256:{HEX}"), window),
            (format!("layer:sha256:{}", HEX.replace('9', "8")), window),
        ];
        let wanted: Vec<(&str, &str)> = wanted.iter().map(|(t, w)| (t.as_str(), *w)).collect();
        assert_eq!(targets(&notice), wanted);
        assert_eq!(notice.hosts, ["evil.example"]);
        assert_eq!(notice.proposals.iter().map(|p| p.state).collect::<Vec<_>>(), ["suspect", "bad", "bad", "bad"]);
        assert_eq!((notice.proposals[1].line, notice.kind), (2, Kind::Text));
    }

    #[test]
    fn a_mail_is_decoded_and_its_headers_name_nothing() {
        let mail = "From: security@hub.example\r\nSubject: quay.io/header/image:1\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nimage quay.io/bad/agent=3A2 was re-pushed between 02:00Z and=\r\n 07:00Z on 2026-03-17\r\n\
            --b1\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n\
            PHA+Z2hjci5pby94L3k6OTwvcD4=\r\n--b1--\r\n";
        let notice = read(mail.as_bytes());
        assert_eq!(notice.kind, Kind::Mail);
        let window = "2026-03-17T02:00Z..2026-03-17T07:00Z";
        assert_eq!(targets(&notice), [("tag:quay.io/bad/agent:2", window), ("tag:ghcr.io/x/y:9", window)]);
    }

    #[test]
    fn a_bundle_of_stix_gives_its_patterns_and_times() {
        let bundle = format!(
            r#"{{"type":"bundle","id":"bundle--1","objects":[
            {{"type":"indicator","spec_version":"2.1","pattern":"[file:hashes.'SHA-256' = '{HEX}']",
              "valid_from":"2026-03-17T02:00:00Z","valid_until":"2026-03-17T07:00:00Z"}},
            {{"type":"indicator","pattern":"[domain-name:value = 'c2.example']"}}, 7, null]}}"#
        );
        let notice = read(bundle.as_bytes());
        let digest = format!("digest:sha256:{HEX}");
        let other = HEX.replace('9', "8");
        let three = format!(
            r#"{{"type":"bundle","id":"bundle--1","objects":[
            {{"type":"indicator","pattern":"[file:hashes.'SHA-256' = '{HEX}']",
              "valid_from":"2026-01-01T00:00:00Z","valid_until":"2026-01-02T00:00:00Z"}},
            {{"type":"indicator","pattern":"[file:hashes.'SHA-256' = '{other}']","valid_from":"2026-03-15T00:00:00Z"}},
            {{"type":"indicator","revoked":true,"pattern":"[file:hashes.'SHA-256' = '{}']"}}]}}"#,
            HEX.replace('9', "7")
        );
        let (first, second) = ("2026-01-01T00:00:00Z..2026-01-02T00:00:00Z", "2026-03-15T00:00:00Z..");
        let second = (format!("digest:sha256:{other}"), second);
        assert_eq!(targets(&read(three.as_bytes())), [(digest.as_str(), first), (second.0.as_str(), second.1)]);
        assert_eq!(targets(&notice), [(digest.as_str(), "2026-03-17T02:00:00Z..2026-03-17T07:00:00Z")]);
        assert_eq!((notice.kind, notice.hosts), (Kind::Stix, vec!["c2.example".to_owned()]));
    }

    #[test]
    fn what_a_notice_calls_good_is_never_proposed_as_bad_and_dates_may_be_words() {
        let text = format!(
            "Affected from March 19, 2026 17:43 UTC until March 20, 2026 05:40 UTC: aquasec/trivy:0.69.4\n\
             The legitimate digest is sha256:{HEX}\n"
        );
        let notice = read(text.as_bytes());
        let window = "2026-03-19T17:43Z..2026-03-20T05:40Z";
        let digest = format!("digest:sha256:{HEX}");
        assert_eq!(targets(&notice), [("tag:docker.io/aquasec/trivy:0.69.4", window), (digest.as_str(), window)]);
        assert_eq!(notice.proposals.iter().map(|p| p.state).collect::<Vec<_>>(), ["bad", "suspect"]);
    }

    #[test]
    fn rows_of_csv_have_windows_of_their_own() {
        let csv = format!(
            "image,digest,first_seen,last_seen\n\
             quay.io/a/b:1,sha256:{HEX},2026-03-17T02:00:00Z,2026-03-17T03:00:00Z\n\
             quay.io/a/c:1,,2026-03-17T04:00:00Z,2026-03-17T05:00:00Z\n"
        );
        let notice = read(csv.as_bytes());
        let windows: Vec<&str> = notice.proposals.iter().filter_map(|p| p.window.as_deref()).collect();
        assert_eq!(windows[0], "2026-03-17T02:00:00Z..2026-03-17T03:00:00Z");
        assert_eq!(windows[2], "2026-03-17T04:00:00Z..2026-03-17T05:00:00Z");
        assert_eq!(notice.windows.len(), 2);
    }

    #[test]
    fn proposals_are_bounded_and_the_rest_is_counted() {
        let text: String = (0..600).map(|n| format!("quay.io/a/b{n}:1\n")).collect();
        let notice = read(text.as_bytes());
        assert_eq!((notice.proposals.len(), notice.beyond), (MOST, 100));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "[a-z0-9:/.@\\[\\]=\\-{}\", \r\n]{0,200}") {
            read(&bytes);
            for proposal in read(text.as_bytes()).proposals {
                prop_assert!(crate::model::indicator::Asked::parse(&proposal.target).is_ok(), "{}", proposal.target);
            }
        }
    }
}
