//! What a server asks for before it answers: `WWW-Authenticate`. Source: RFC 9110, section 11; Docker's "Token
//! authentication specification".

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// A name and a password.
    Basic,
    /// A token, which a server of its own hands out.
    Bearer {
        /// Its address.
        realm: String,
        /// What it calls the registry.
        service: String,
        /// What the token must be good for.
        scope: String,
    },
}

/// The most that is looked at.
const MOST: usize = 8 << 10;

/// The strongest of the challenges in the headers that can be met; a token before a password.
pub(super) fn strongest<'h>(headers: impl Iterator<Item = &'h str>) -> Option<Challenge> {
    let mut found = None;
    for header in headers {
        for (scheme, parameters) in parse(header.get(..header.len().min(MOST)).unwrap_or_default()) {
            let value = |name: &str| {
                parameters
                    .iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .map(|(_, v)| v.clone())
                    .unwrap_or_default()
            };
            if scheme.eq_ignore_ascii_case("bearer") && !value("realm").is_empty() {
                let (realm, service, scope) = (value("realm"), value("service"), value("scope"));
                return Some(Challenge::Bearer { realm, service, scope });
            }
            if scheme.eq_ignore_ascii_case("basic") {
                found = Some(Challenge::Basic);
            }
        }
    }
    found
}

/// Schemes with their parameters.
fn parse(header: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut rest = header.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c == ',' || c.is_whitespace()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let after = after.trim_start();
        match after.strip_prefix('=') {
            Some(after) if !word.is_empty() => {
                let (value, after) = value(after.trim_start());
                if let Some((_, parameters)) = found.last_mut() {
                    parameters.push((word.to_owned(), value));
                }
                rest = after;
            }
            Some(after) => rest = after,
            None => {
                if !word.is_empty() {
                    found.push((word.to_owned(), Vec::new()));
                }
                rest = after;
            }
        }
        rest = rest.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    }
    found
}

/// A value, quoted or not, and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return (value, inside.get(at + 1..).unwrap_or_default()),
            c => {
                value.push(c);
                escaped = false;
            }
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_strongest_challenge_is_met() {
        let bearer = |realm: &str, service: &str, scope: &str| {
            Some(Challenge::Bearer { realm: realm.into(), service: service.into(), scope: scope.into() })
        };
        let hub = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull""#;
        let table = [
            (hub, bearer("https://auth.docker.io/token", "registry.docker.io", "repository:library/nginx:pull")),
            ("Basic realm=\"Registry\"", Some(Challenge::Basic)),
            ("basic", Some(Challenge::Basic)),
            (r#"Basic realm="a, b", Bearer realm=https://t.example, service=x"#, bearer("https://t.example", "x", "")),
            (r#"BEARER Realm="https://t \"q\"""#, bearer("https://t \"q\"", "", "")),
            ("Bearer", None),
            ("Negotiate", None),
            ("", None),
            ("=,=,", None),
        ];
        for (header, wanted) in table {
            assert_eq!(strongest([header].into_iter()), wanted, "{header}");
        }
        let both = ["Basic", hub];
        assert!(matches!(strongest(both.into_iter()), Some(Challenge::Bearer { .. })));
    }

    proptest! {
        #[test]
        fn nothing_it_is_shown_stops_it(header in ".{0,80}", odd in "[a=\", \\\\]{0,40}") {
            match strongest([header.as_str(), odd.as_str()].into_iter()) {
                Some(Challenge::Bearer { realm, .. }) => {
                    prop_assert!(!realm.is_empty() && header.to_lowercase().contains("bearer"));
                }
                Some(Challenge::Basic) => prop_assert!(header.to_lowercase().contains("basic")),
                None => {}
            }
        }
    }
}
