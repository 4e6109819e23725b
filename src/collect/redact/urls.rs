//! Credentials before an `@`: `scheme://user:pass@host` and bare `user:pass@host`.
//!
//! An `@` before a digest is part of an image reference and is left alone.

use memchr::{memchr_iter, memmem};

use super::text::{Span, Spans};

/// Looked at before an `@`, in bytes; longer credentials are cut there, and the shorter part is still replaced.
const REACH: usize = 1024;

/// Words that stand before `:` without being a user: addresses and identities, not credentials.
const IDENTITIES: &[&[u8]] = &[b"mailto", b"npm", b"oidc", b"sso", b"system", b"acct", b"sip", b"git"];

/// Adds the user information of every address in a text.
pub(super) fn find(text: &[u8], spans: &mut Spans) {
    for at in memchr_iter(b'@', text) {
        if let Some(start) = user_information(text, at) {
            spans.push(text, Span { start, end: at, place: "url-userinfo" });
        }
    }
    if let Some(start) = cut_off(text) {
        spans.push(text, Span { start, end: text.len(), place: "url-userinfo" });
    }
}

/// Where the user information begins of an address that breaks off before its `@`, at the end of the text.
fn cut_off(text: &[u8]) -> Option<usize> {
    const IMAGES: &[&[u8]] = &[b"docker", b"docker-pullable", b"docker-image", b"containerd", b"cri-o", b"oci"];
    let low = text.len().saturating_sub(REACH);
    let tail = text.get(low..)?;
    let scheme = memmem::rfind(tail, b"://")?;
    let before = tail.get(..scheme)?;
    let name = before.iter().rposition(|b| !(b.is_ascii_alphanumeric() || b"+-.".contains(b))).map_or(0, |at| at + 1);
    let rest = tail.get(scheme + 3..)?;
    let colon = rest.iter().position(|b| *b == b':')?;
    let port = rest.get(colon + 1..)?;
    let plain = port.iter().all(|b| b.is_ascii_digit()) || port.starts_with(b"$") || port.starts_with(b"{");
    let ends = rest.iter().any(|b| ends_address(*b) || *b == b'/' || *b == b'@');
    (!plain && !ends && !IMAGES.contains(&before.get(name..)?)).then_some(low + scheme + 3)
}

fn ends_address(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\"'<>`\\".contains(&byte)
}

/// Where the user information that ends at this `@` begins.
fn user_information(text: &[u8], at: usize) -> Option<usize> {
    let after = text.get(at + 1..)?;
    let digest = [&b"sha256:"[..], b"sha384:", b"sha512:"].iter().any(|d| after.starts_with(d));
    let host = after.first().is_some_and(|b| b.is_ascii_alphanumeric() || b"[${*_".contains(b));
    if digest || !host {
        return None;
    }
    let low = at.saturating_sub(REACH);
    let before = text.get(low..at)?;
    let start = before.iter().rposition(|b| ends_address(*b)).map_or(0, |i| i + 1);
    let word = before.get(start..)?;
    match memmem::rfind(word, b"://") {
        Some(scheme) => in_url(word.get(scheme + 3..)?).then_some(low + start + scheme + 3),
        None => {
            let cut = word.iter().rposition(|b| b"=,|(){};".contains(b)).map_or(0, |i| i + 1);
            bare(word.get(cut..)?, after).then_some(low + start + cut)
        }
    }
}

/// What stands between `://` and `@` is user information, not a path with an `@` in it.
fn in_url(user: &[u8]) -> bool {
    if user.is_empty() || user == b"git" {
        return false;
    }
    let Some(slash) = user.iter().position(|b| b"/?#".contains(b)) else { return true };
    // `host:8443/x@v1` has a port before the slash; `user:pa/ss@host` has a password with a slash in it.
    let authority = user.get(..slash).unwrap_or_default();
    let tail = authority.iter().position(|b| *b == b':').and_then(|colon| authority.get(colon + 1..));
    tail.is_some_and(|port| !port.iter().all(u8::is_ascii_digit))
}

/// `user:pass` before `@host`, without a scheme.
fn bare(word: &[u8], host: &[u8]) -> bool {
    let Some(colon) = word.iter().position(|b| *b == b':') else { return false };
    let (user, pass) = (word.get(..colon).unwrap_or_default(), word.get(colon + 1..).unwrap_or_default());
    let named = host.iter().take_while(|b| b.is_ascii_alphanumeric() || b".-_".contains(b));
    let version = named.clone().all(|b| b.is_ascii_digit() || *b == b'.') && named.filter(|b| **b == b'.').count() != 3;
    !user.is_empty() && !pass.is_empty() && !word.contains(&b'/') && !version && !IDENTITIES.contains(&user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut spans = Spans::default();
        find(text.as_bytes(), &mut spans);
        spans.merged().iter().map(|s| &text[s.start..s.end]).collect()
    }

    #[test]
    fn credentials_before_a_host_are_found() {
        for (text, secret) in [
            ("https://user:hunter2@host/x", "user:hunter2"),
            ("postgresql://u:p@ss@db:5432/x", "u:p@ss"),
            ("postgresql://u:pa/ss@db", "u:pa/ss"),
            ("pull user:pass@registry.example/team/app:1", "user:pass"),
            ("https://ghp_token@github.com/x", "ghp_token"),
            ("clone https://bot:hunter", "bot:hunter"),
            ("X=admin:x1@10.0.0.5:27017", "admin:x1"),
        ] {
            assert_eq!(found(text), [secret], "{text}");
        }
    }

    #[test]
    fn digests_versions_and_identities_stay() {
        let hex = "0ddf971806f264da7750d44ac39298a63c7ed5720e03e86cb7bdc33f50ddf971";
        for text in [
            format!("docker-pullable://nginx@sha256:{hex}"),
            format!("registry:5000/a/b:1@sha256:{hex}"),
            "pkg:npm/lodash@4.17.21".into(),
            "https://host:8443/lib@1.2".into(),
            "mailto:bob@example.com and bob@example.com".into(),
            "npm:lodash@4.17.21 foo:bar@1.2".into(),
            "ssh://git@github.com/x".into(),
            "https://[redacted]@host".into(),
            "http://localhost:8080".into(),
            "docker-pullable://nginx:latest".into(),
        ] {
            assert!(found(&text).is_empty(), "{text}");
        }
    }
}
