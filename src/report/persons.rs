//! Persons in a text: their mail addresses, accounts and home folders, which stay out of what leaves.

use std::borrow::Cow;

use super::release::LEFT_OUT;

/// Kinds of credentials whose name is a person's.
const LOGINS: [&str; 2] = ["registry-account ", "access-token "];

/// Takes mail addresses out of a text, whatever stands around them.
pub fn without_addresses(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices('@') {
        let (before, after) = (text.get(copied..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let local = before.len() - before.trim_end_matches(in_local).len();
        let rest = after.trim_start_matches(in_host);
        let host = after.get(..after.len() - rest.len()).unwrap_or_default().trim_end_matches(['.', '-']);
        let name = before.get(before.len() - local..).unwrap_or_default();
        // `git@` is how repositories are addressed, and nobody.
        if name.is_empty() || name == "git" || !is_mail_host(host) {
            continue;
        }
        out.push_str(before.get(..before.len() - local).unwrap_or_default());
        out.push_str("(address left out)");
        copied = at + 1 + host.len();
    }
    rebuilt(text, out, copied)
}

fn in_local(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

fn in_host(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-')
}

/// Whether mail goes there: `corp.md` and `müller.de`, but neither `sha256` nor the version `1.0.0-beta.rc`.
fn is_mail_host(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let number = |label: &&&str| label.bytes().all(|b| b.is_ascii_digit());
    let last = labels.last().copied().unwrap_or_default();
    let ends = last.chars().count() >= 2 && (last.chars().all(char::is_alphabetic) || last.starts_with("xn--"));
    labels.len() >= 2
        && ends
        && labels.iter().all(|label| !label.is_empty())
        && labels.iter().take(2).filter(number).count() < 2
}

/// Takes the names of accounts out of a text: `account:NAME`.
pub fn without_accounts(text: &str) -> Cow<'_, str> {
    behind(
        text,
        &["account:"],
        |c| c.is_whitespace() || matches!(c, ',' | ';' | ')' | '`' | '"' | '\''),
        |root| format!("{root}{LEFT_OUT}"),
    )
}

/// Takes the names of persons out of the paths below their home folders, wherever they stand in a text.
pub fn without_homes(text: &str) -> Cow<'_, str> {
    let ends = |c: char| {
        c.is_whitespace() || matches!(c, '/' | '\\' | ',' | ';' | ':' | ')' | ']' | '}' | '>' | '`' | '"' | '\'')
    };
    behind(text, &["/home/", "/Users/", "\\Users\\"], ends, |_| "~".to_owned())
}

/// The same for a text that is one path, whose folders may have blanks in their names.
pub fn without_home(path: &str) -> Cow<'_, str> {
    behind(path, &["/home/", "/Users/", "\\Users\\"], |c| matches!(c, '/' | '\\'), |_| "~".to_owned())
}

/// Replaces each root together with the word behind it; a root with none behind it stays.
fn behind<'t>(
    text: &'t str,
    roots: &[&str],
    ends: impl Fn(char) -> bool,
    stands_in: impl Fn(&str) -> String,
) -> Cow<'t, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut places: Vec<(usize, &str)> = roots.iter().flat_map(|root| text.match_indices(root)).collect();
    places.sort_unstable();
    for (at, root) in places.into_iter().filter(|(at, _)| text.is_char_boundary(*at)) {
        let from = at + root.len();
        let below = text.get(from..).unwrap_or_default();
        let word = below.get(..below.find(&ends).unwrap_or(below.len())).unwrap_or_default();
        let word = word.trim_end_matches([':', '.']);
        // What was left out once stays as it is.
        if at < copied || word.is_empty() || below.starts_with(LEFT_OUT) {
            continue;
        }
        out.push_str(text.get(copied..at).unwrap_or_default());
        out.push_str(&stands_in(root));
        copied = from + word.len();
    }
    rebuilt(text, out, copied)
}

fn rebuilt(text: &str, mut out: String, copied: usize) -> Cow<'_, str> {
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// Takes the name of a login out of a sentence of the case: `registry-account alice docker.io/acme: revoked`. `known` has
/// kind and name of those that still stand, the longest first; of others, name and scope cannot be told apart, and both go.
pub fn without_login(text: &str, known: &[(String, String)]) -> Option<String> {
    let (at, kind) = LOGINS.iter().find_map(|kind| text.find(kind).map(|at| (at, *kind)))?;
    let from = at + kind.len();
    let (before, rest) = text.split_at(from);
    let word_ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', ':']);
    let named = known.iter().filter(|(of, _)| of == kind.trim_end());
    let gone = named.map(|(_, name)| name).find(|name| rest.strip_prefix(name.as_str()).is_some_and(word_ends));
    let length = gone.map_or_else(|| rest.find(": ").unwrap_or(rest.len()), String::len);
    Some(format!("{before}{LEFT_OUT}{}", rest.get(length..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_out_whatever_stands_around_them() {
        assert_eq!(without_addresses("Ana <ana@corp.example>, on call"), "Ana <(address left out)>, on call");
        for text in [
            "mailto:aa@corp.example",
            "`aa@corp.example`",
            "{aa@corp.example}",
            "aa@corp.example/x",
            "aa@corp.md",
            "aa@müller.de",
            "*aa@corp.example*",
            "aa@corp.example:22",
            "bb@b.example,aa@corp.example.",
        ] {
            let clean = without_addresses(text);
            assert!(!clean.contains('@') && clean.contains("(address left out)"), "{text}: {clean}");
        }
        for text in
            ["image@sha256:12", "git@github.com:a/b.git", "left-pad@1.3.0", "x@1.0.0-beta.rc", "@org/core", "a @ b.c"]
        {
            assert_eq!(without_addresses(text), text);
        }
    }

    #[test]
    fn every_home_folder_and_account_stays_out() {
        assert_eq!(without_home("/home/ana/dumps/pods.json"), "~/dumps/pods.json");
        assert_eq!(without_home("/Users/Ana Lee/x"), "~/x");
        assert_eq!(without_home("/Users/ana"), "~");
        assert_eq!(without_home("/srv/dumps/pods.json"), "/srv/dumps/pods.json");
        assert_eq!(without_homes("from /home/ana/a, then /Users/bob and on"), "from ~/a, then ~ and on");
        let text = "account:alice pushed, `account:bob` pulled: account:eve: again";
        let clean = "account:(left out) pushed, `account:(left out)` pulled: account:(left out): again";
        assert_eq!(without_accounts(text), clean);
        assert_eq!(without_accounts(clean), clean);
    }

    #[test]
    fn sentences_tell_of_logins_without_their_names() {
        let known = [("registry-account".to_owned(), "alice".to_owned())];
        let told = |text: &str| without_login(text, &known);
        assert_eq!(
            told("registry-account alice docker.io/acme: revoked x").as_deref(),
            Some("registry-account (left out) docker.io/acme: revoked x")
        );
        assert_eq!(
            told("took back: registry-account bob y: named").as_deref(),
            Some("took back: registry-account (left out): named")
        );
        assert_eq!(told("pull-secret regcred prod: revoked"), None);
    }
}
