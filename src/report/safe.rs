//! Text that must not bite its reader: addresses that nobody follows by accident.

use std::borrow::Cow;

/// Endings of file names, which look like hosts and are none.
const FILES: [&str; 16] = [
    "json", "jsonl", "yaml", "yml", "txt", "csv", "log", "md", "toml", "env", "case", "tar", "gz", "zip", "eml", "html",
];

/// Endings of hosts that are none of files: a name of two parts that ends so is a host.
const ENDINGS: [&str; 26] = [
    "com", "net", "org", "info", "biz", "io", "dev", "app", "cloud", "xyz", "top", "ru", "cn", "site", "online",
    "shop", "club", "live", "tech", "eu", "de", "uk", "fr", "nl", "ch", "us",
];

/// Prefixes of targets, in front of what they name.
const PREFIXES: [&str; 8] = ["tag:", "repo:", "registry:", "digest:", "layer:", "pkg:", "action:", "account:"];

/// Makes addresses in a text harmless, as people in this trade write them: `hxxps://evil[.]example`,
/// `docker[.]io/evil/agent:1`, `203.0.113[.]9`, `mallory[@]evil[.]example`. A text without one is borrowed.
pub fn defang(text: &str) -> Cow<'_, str> {
    each_word(text, |word| {
        let prefix = PREFIXES.into_iter().find(|prefix| word.starts_with(prefix)).unwrap_or_default();
        let rest = word.get(prefix.len()..).unwrap_or_default();
        let made = match prefix {
            // What stands here is a host, however short it is and whatever it ends in.
            "registry:" if rest.contains('.') => Some(host_defanged(rest)),
            _ => defanged(rest),
        };
        made.map(|rest| format!("{prefix}{rest}"))
    })
}

/// A host, with or without a port and a path.
fn host_defanged(word: &str) -> String {
    defanged(word).unwrap_or_else(|| {
        let (host, path) = split_host(word);
        format!("{}{path}", host.replace('.', "[.]"))
    })
}

fn defanged(word: &str) -> Option<String> {
    if let Some((scheme, rest)) = word.split_once("://") {
        let scheme = scheme.replace("http", "hxxp").replace("ftp", "fxp");
        let (host, path) = split_host(rest);
        return Some(format!("{scheme}://{}{path}", host.replace('.', "[.]")));
    }
    if is_email(word) {
        return Some(word.replace('@', "[@]").replace('.', "[.]"));
    }
    let (host, path) = split_host(word);
    if is_ipv6(host) {
        return Some(format!("{}{path}", host.replace(':', "[:]")));
    }
    let named = host.split(':').next().unwrap_or_default();
    if is_ipv4(named) {
        return named.rsplit_once('.').map(|(front, last)| {
            let port = host.get(named.len()..).unwrap_or_default();
            format!("{front}[.]{last}{port}{path}")
        });
    }
    // A host in front of a path, or one that stands alone and is long enough to be no version and no file.
    let dots = named.matches('.').count();
    let known = || named.rsplit('.').next().is_some_and(|last| ENDINGS.contains(&last.to_ascii_lowercase().as_str()));
    let host_like = is_host(named) && (path.starts_with('/') && dots >= 1 || dots >= 2 || dots == 1 && known());
    host_like.then(|| format!("{}{path}", host.replace('.', "[.]")))
}

fn split_host(text: &str) -> (&str, &str) {
    let end = text.find('/').unwrap_or(text.len());
    (text.get(..end).unwrap_or_default(), text.get(end..).unwrap_or_default())
}

fn is_ipv4(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok())
}

/// Not `a::b`, which is a path in a program: an address has a digit in front.
fn is_ipv6(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || c == 'f') && text.parse::<std::net::Ipv6Addr>().is_ok()
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let last = text.rsplit('.').next().unwrap_or_default();
    let lower = last.to_ascii_lowercase();
    text.split('.').all(label)
        && last.len() >= 2
        && last.bytes().all(|b| b.is_ascii_alphabetic())
        && !FILES.contains(&lower.as_str())
}

fn is_email(word: &str) -> bool {
    let Some((local, host)) = word.split_once('@') else { return false };
    !local.is_empty() && !local.contains(['/', ':']) && host.contains('.') && is_host(host)
}

/// Replaces those words of a text that a rule has something for. Words end at blanks, quotes, brackets and commas, and
/// full stops behind them are not theirs.
fn each_word(text: &str, rule: impl Fn(&str) -> Option<String>) -> Cow<'_, str> {
    if !text.contains(['.', '@']) && !text.contains("://") && !text.contains("::") {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut copied = 0;
    let mut start = None;
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '`' | '*' | ',' | ';' | '|')
    };
    let places = text.char_indices().map(|(at, c)| (at, ends(c))).chain([(text.len(), true)]);
    for (at, end) in places {
        match (start, end) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                start = None;
                let word = text.get(from..at).unwrap_or_default().trim_end_matches(['.', ':', '!', '?']);
                if let Some(changed) = rule(word) {
                    out.push_str(text.get(copied..from).unwrap_or_default());
                    out.push_str(&changed);
                    copied = from + word.len();
                }
            }
            _ => {}
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_made_harmless_and_the_rest_stays() {
        let table = [
            ("see https://evil.example/a.b?c.", "see hxxps://evil[.]example/a.b?c."),
            ("(http://203.0.113.9:8080)", "(hxxp://203[.]0[.]113[.]9:8080)"),
            ("from 203.0.113.9, twice", "from 203.0.113[.]9, twice"),
            ("docker.io/harbourline/agent:1.5.0", "docker[.]io/harbourline/agent:1.5.0"),
            ("tag:registry.example:5000/a/b:1", "tag:registry[.]example:5000/a/b:1"),
            ("registry:eu.evil.example", "registry:eu[.]evil[.]example"),
            ("registry:evil9.com", "registry:evil9[.]com"),
            ("registry:x.example.md", "registry:x[.]example[.]md"),
            ("evil1.com, evil2.com:443", "evil1[.]com, evil2[.]com:443"),
            ("from 2001:db8::1", "from 2001[:]db8[:][:]1"),
            ("std::fs::read at 12:30:15 in main.rs", "std::fs::read at 12:30:15 in main.rs"),
            ("`evil.example.net`", "`evil[.]example[.]net`"),
            ("mallory@evil.example.", "mallory[@]evil[.]example."),
            ("node:20-slim", "node:20-slim"),
            ("teams/webshop/compose.yaml", "teams/webshop/compose.yaml"),
            ("version 1.5.0 of a.b.json", "version 1.5.0 of a.b.json"),
            ("agent@sha256:00ff", "agent@sha256:00ff"),
            ("", ""),
        ];
        for (text, wanted) in table {
            assert_eq!(defang(text), wanted, "{text}");
        }
        assert!(matches!(defang("nothing here"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "\\PC{0,60}") {
            let back = defang(&text).replace("[.]", ".").replace("[@]", "@").replace("[:]", ":").replace("hxxp", "http").replace("fxp", "ftp");
            let same = text.replace("[.]", ".").replace("[@]", "@").replace("[:]", ":").replace("hxxp", "http").replace("fxp", "ftp");
            prop_assert_eq!(back, same);
        }

        #[test]
        fn no_link_survives(host in "[a-z]{1,8}\\.[a-z]{2,5}", path in "[a-z/.]{0,10}") {
            let shown = defang(&format!("x https://{host}/{path} y")).into_owned();
            prop_assert!(!shown.contains("https://") && !shown.contains(&host), "{}", shown);
        }
    }
}
