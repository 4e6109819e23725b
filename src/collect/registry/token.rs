//! Tokens: what a registry's token server hands out for one repository and for reading. Credentials are sent to it only where
//! it belongs to the registry, for a registry that was breached may name any server it likes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Method};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::io::Read as _;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::host::Why;
use super::logins::Login;
use super::net::{Net, Sent, joined};
use crate::collect::cluster::Trouble;
use crate::collect::wire::{Bounds, escaped};
use crate::model::text::scrub;

/// A token that says nothing of its end is good for so long.
const USUAL: Duration = Duration::from_secs(60);
/// It is got anew so long before its end.
const EARLY: Duration = Duration::from_secs(10);
/// The largest answer of a token server, in bytes.
const MOST: u64 = 1 << 20;

/// A token at hand.
#[derive(Clone)]
pub(super) struct Token {
    /// The header that shows it.
    pub header: HeaderValue,
    until: Instant,
}

impl Token {
    /// It is not about to end.
    pub fn is_good(&self) -> bool {
        Instant::now() < self.until
    }
}

/// What a token is asked for with.
pub(super) struct Ask<'a> {
    /// The registry's address.
    pub server: &'a str,
    /// The token server's.
    pub realm: &'a str,
    /// What it calls the registry.
    pub service: &'a str,
    /// What the token must be good for.
    pub scope: &'a str,
    /// Who asks.
    pub login: &'a Login,
    /// Token servers that the responder named.
    pub named: &'a BTreeSet<String>,
    /// How long it may take.
    pub time: Duration,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    token: String,
    #[serde(default)]
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

/// Gets one. The error says what failed and what to do, and nothing of the credentials.
pub(super) async fn get(net: &Net, ask: &Ask<'_>) -> Result<Token, Why> {
    let words = |why: &str| format!("no token for {}: {why}", ask.server);
    let wrong = |why: String| Why::Trouble(Trouble::Lasting(words(&why)));
    let (server, path) =
        joined(ask.server, "/", ask.realm).ok_or_else(|| wrong("its realm is no address".to_owned()))?;
    net.may_be_plain(&server)?;
    if *ask.login != Login::Anonymous && !belongs(host_of(&server), host_of(ask.server), ask.named) {
        let host = host_of(&server);
        return Err(wrong(format!(
            "the registry sends its users to the token server {host}, which is of another domain, so the credentials were \
             not sent; if it is the right one: --token-host {host}"
        )));
    }
    let taken = net
        .ask(sent(ask, server, path), &Bounds { time: ask.time, bytes: MOST, larger: "no token is that long" })
        .await?;
    if taken.status != 200 {
        let status = taken.status;
        return Err(match (status, ask.login) {
            (401 | 403, Login::Anonymous) => Why::Denied(words(&format!(
                "{status}: the token server wants credentials; log in with docker login or podman login"
            ))),
            (401, login) => wrong(format!("401: the token server does not accept the {}; log in again", login.words())),
            (403, login) => Why::Denied(words(&format!("403: the {} are not good for it", login.words()))),
            (429 | 500..=599, _) => Trouble::Passing(words(&format!("{status} of the token server"))).into(),
            _ => wrong(format!("{status} of the token server")),
        });
    }
    let mut bytes = Vec::new();
    let read = taken.spool.into_reader().and_then(|mut reader| reader.read_to_end(&mut bytes));
    read.map_err(|error| wrong(error.to_string()))?;
    // The parser's own words could repeat a part of the token.
    let answer: Answer =
        serde_json::from_slice(&bytes).map_err(|_| wrong("the token server's answer is none".to_owned()))?;
    let token = if answer.token.is_empty() { answer.access_token } else { answer.token };
    let mut header =
        HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| wrong("it is no token".to_owned()))?;
    header.set_sensitive(true);
    let life = answer.expires_in.map_or(USUAL, Duration::from_secs).min(Duration::from_secs(86_400));
    Ok(Token { header, until: Instant::now() + life.saturating_sub(EARLY) })
}

fn sent(ask: &Ask<'_>, server: String, path: String) -> Sent {
    let mut parameters = vec![("service", ask.service), ("scope", ask.scope)];
    let mut sent =
        Sent { method: Method::GET, server, path, accept: "application/json", authorization: None, form: None };
    if let Login::Identity { token, .. } = ask.login {
        parameters.extend([("grant_type", "refresh_token"), ("client_id", "hullbreach"), ("refresh_token", token)]);
        sent.method = Method::POST;
        sent.form = Some(query(&parameters));
        return sent;
    }
    sent.authorization = basic(ask.login);
    let sign = if sent.path.contains('?') { '&' } else { '?' };
    sent.path = format!("{}{sign}{}", sent.path, query(&parameters));
    sent
}

fn query(parameters: &[(&str, &str)]) -> String {
    let parameters = parameters.iter().filter(|(_, value)| !value.is_empty());
    parameters.map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
}

/// The header of a name and a password.
pub(super) fn basic(login: &Login) -> Option<HeaderValue> {
    let Login::Password { user, password, .. } = login else { return None };
    let mut header = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// The host of scheme and authority, without port.
fn host_of(server: &str) -> &str {
    let authority = server.split_once("://").map_or(server, |(_, rest)| rest);
    match authority.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((address, _)) => address,
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// Whether a token server belongs to a registry: it is the same host, it is in the domain that the registry's host is in, or
/// the responder named it.
fn belongs(host: &str, registry: &str, named: &BTreeSet<String>) -> bool {
    let (host, registry) = (host.to_ascii_lowercase(), registry.to_ascii_lowercase());
    if host == registry || named.contains(&scrub(&host).into_owned()) {
        return true;
    }
    if host.parse::<IpAddr>().is_ok() || registry.parse::<IpAddr>().is_ok() {
        return false;
    }
    // `registry-1.docker.io` and `auth.docker.io`; a registry that is a domain itself, as `ghcr.io`, is its own.
    let parent = registry.split_once('.').map_or("", |(_, parent)| parent);
    let domain = if parent.contains('.') { parent } else { registry.as_str() };
    host == domain || host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_token_servers_of_the_same_domain_only() {
        let named = BTreeSet::from(["sso.other.example".to_owned()]);
        let table = [
            ("auth.docker.io", "registry-1.docker.io", true),
            ("ghcr.io", "ghcr.io", true),
            ("auth.ghcr.io", "ghcr.io", true),
            ("gitlab.com", "registry.gitlab.com", true),
            ("sso.corp.example", "registry.corp.example", true),
            ("evil.example", "registry.corp.example", false),
            ("corp.example.evil.io", "registry.corp.example", false),
            ("evilcorp.example", "registry.corp.example", false),
            ("evil.io", "ghcr.io", false),
            ("sso.other.example", "registry.corp.example", true),
            ("10.0.0.2", "10.0.0.1", false),
            ("10.0.0.1", "10.0.0.1", true),
            ("localhost", "localhost", true),
            ("io", "ghcr.io", false),
        ];
        for (host, registry, wanted) in table {
            assert_eq!(belongs(host, registry, &named), wanted, "{host} for {registry}");
        }
        assert_eq!(
            (host_of("https://[::1]:5000"), host_of("https://a.b:5000"), host_of("http://a")),
            ("::1", "a.b", "a")
        );
    }
}
