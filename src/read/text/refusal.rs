//! What stands where an answer would have: an API's `Status`, or the last words of `kubectl`.

use super::is_beside;
use crate::model::text::scrub;
use crate::read::Limits;
use crate::read::kubernetes::refused;
use crate::read::outcome::{Outcome, Refused};
use crate::read::tree::parse_json;

const BEGINNINGS: [&str; 17] = [
    "Error from server",
    "error: ",
    "Error: ",
    "Unable to connect to the server",
    "The connection to the server",
    "Please enter Username:",
    "404 page not found",
    "couldn't get ",
    "No resources found",
    "Unauthorized",
    "Forbidden",
    // Engines, curl and the tools of forges, as a collection script keeps their last words.
    "permission denied while trying to connect",
    "Got permission denied",
    "Cannot connect to the",
    "curl: (",
    "gh: ",
    "fatal: ",
];

/// Whether a line is a refusal.
fn is_refusal_line(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
}

/// Whether a text is nothing but refusals and what stands beside them.
pub(in crate::read) fn is_refusal(text: &str) -> bool {
    text.len() < 64 << 10
        && text.lines().any(is_refusal_line)
        && text.lines().all(|l| is_refusal_line(l) || is_beside(l))
}

/// Whether the last words of a tool, as a collection script keeps them (`*.err`), say that it was denied something.
pub(in crate::read) fn is_denial(text: &str, name: &str) -> bool {
    name.ends_with(".err") && text.len() < 64 << 10 && text.lines().any(is_denied)
}

fn is_denied(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["permission denied", "access denied", "forbidden", "unauthorized", ": denied"]
        .iter()
        .any(|word| line.contains(word))
}

/// Reads a refusal.
pub(in crate::read) fn read_refusal(source: &str, limits: &Limits, out: &mut Outcome) {
    if source.trim_start().starts_with('{')
        && let Ok(tree) = parse_json(source, limits)
        && let Some(said) = tree.root().and_then(refused)
    {
        return out.said.refusals.push(said);
    }
    let lines = || source.lines();
    let found = lines().find(|line| is_refusal_line(line)).or_else(|| lines().find(|line| is_denied(line)));
    // What whoever got it calls a refusal is one, in words that nobody here knows.
    let Some(line) = found.or_else(|| lines().find(|line| !line.trim().is_empty())) else { return };
    let line = line.trim();
    let line: String = line.chars().take(500).collect();
    let denied = ["(Forbidden)", "(Unauthorized)", "You must be logged in", "Unauthorized", "Forbidden"];
    let denied = denied.iter().chain(&["permission denied", "(HTTP 401)", "(HTTP 403)", "error: 401", "error: 403"]);
    let denied = denied.into_iter().any(|words| line.contains(words)) || is_denied(&line);
    out.said.refusals.push(Refused { denied, message: scrub(&line).into_owned() });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_of_a_tool_are_a_refusal_where_they_say_so() {
        let text = "ls: cannot open directory '/var/lib/x': Permission denied\n";
        assert!(is_denial(text, "kit/files.err") && !is_denial(text, "notes.txt"));
        assert!(!is_denial("warning: slow\n", "kit/files.err"));
        let mut out = Outcome::default();
        read_refusal(text, &Limits::default(), &mut out);
        assert!(out.said.refusals.iter().all(|said| said.denied) && out.said.refusals.len() == 1);
    }

    #[test]
    fn refusals_and_who_refused() {
        for (text, denied) in [
            ("$ kubectl get pods\nError from server (Forbidden): pods is forbidden\nrc=1\n", true),
            ("error: You must be logged in to the server (Unauthorized)\n", true),
            // Nobody refused: kubectl had no credentials and asked for some before it asked the server.
            ("Please enter Username: error: EOF\n", false),
            ("Unable to connect to the server: tls: x509: certificate signed by unknown authority\n", false),
            (
                "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n",
                false,
            ),
            ("404 page not found\n", false),
            (
                "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock\n",
                true,
            ),
            ("gh: Resource not accessible by integration (HTTP 403)\n", true),
            ("curl: (22) The requested URL returned error: 401\n", true),
            ("curl: (6) Could not resolve host: registry.corp\n", false),
        ] {
            assert!(is_refusal(text), "{text}");
            let mut out = Outcome::default();
            read_refusal(text, &Limits::default(), &mut out);
            assert_eq!(out.said.refusals[0].denied, denied, "{text}");
        }
        assert!(!is_refusal("NAME   READY\nError from server: x\n") && !is_refusal("") && !is_refusal("a:1\n"));
    }
}
