//! Requests over the network: one client for each server, redirects followed by hand. Credentials go to the server they are
//! for and to no other; from TLS to plain text nothing is followed but where the responder named the host.

use http::{HeaderValue, Method, Request, Uri, header};
use kube::{Client, Config};
use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;

use super::settings::Settings;
use crate::collect::cluster::trouble::{Advice, chain};
use crate::collect::cluster::{Trouble, World, proxy};
use crate::collect::redact::redact_text;
use crate::collect::wire::{self, Bounds, Incoming, Plain, Taken, Way};

/// Redirects that are followed for one request.
const MOST_REDIRECTS: usize = 5;

const ADVICE: Advice = Advice {
    unknown: "the server's certificate is not signed by an authority that this machine trusts: name the registry's own \
              with --ca, and make sure that nothing stands between you and the registry",
    other_name: "the server's certificate is for another name: compare the registry's address",
    no_tls: "the server does not speak TLS; if that is as it should be, say so with --plain-http",
    wants_certificate: "the server wants a client certificate, which this command cannot show",
    refuses_certificate: "the server refuses the connection's certificate",
    other: "compare the registry's authority with --ca",
};

/// What is sent.
pub(super) struct Sent {
    /// `HEAD`, `GET`; `POST` to a token server alone.
    pub method: Method,
    /// Scheme and authority, as `https://registry.example:5000`.
    pub server: String,
    /// Path and query.
    pub path: String,
    /// What is accepted; empty for anything.
    pub accept: &'static str,
    /// The `Authorization` header.
    pub authorization: Option<HeaderValue>,
    /// A form to be posted.
    pub form: Option<String>,
}

/// The network, as the responder's machine sees it.
pub(super) struct Net {
    pub world: World,
    settings: Settings,
    /// Authorities beside those of the machine, with them; `None` where there are only those.
    authorities: Option<Vec<Vec<u8>>>,
    clients: RefCell<HashMap<String, Client>>,
}

impl Net {
    /// Reads the file of authorities; nothing is sent yet.
    pub fn new(settings: &Settings, world: &World) -> Result<Net, String> {
        let authorities = match &settings.authority {
            None => None,
            Some(path) => {
                let failed = |why: String| format!("--ca {}: {why}", path.display());
                let pem = std::fs::read(path).map_err(|error| failed(format!("it cannot be read: {error}")))?;
                Some(wire::machine_and(wire::certificates(&pem).map_err(failed)?))
            }
        };
        let (settings, world) = (settings.clone(), world.clone());
        Ok(Net { world, settings, authorities, clients: RefCell::default() })
    }

    /// Sends a request and takes the whole answer in, following redirects.
    pub async fn ask(&self, mut sent: Sent, bounds: &Bounds) -> Result<Taken<()>, Trouble> {
        for _ in 0..=MOST_REDIRECTS {
            let taken = self.once(&sent, bounds).await?;
            let target = wire::word(&taken.headers, header::LOCATION).filter(|_| is_redirect(taken.status));
            let Some(target) = target else { return Ok(taken) };
            let (server, path) = joined(&sent.server, &sent.path, target)
                .ok_or_else(|| Trouble::Lasting("it redirects to what is no address".to_owned()))?;
            if server != sent.server {
                // What proves who one is, is for the server that was asked and for nobody else.
                sent.authorization = None;
                self.may_be_plain(&server)?;
            }
            if sent.method == Method::POST {
                return Err(Trouble::Lasting("a token server that redirects: not followed".to_owned()));
            }
            (sent.server, sent.path) = (server, path);
        }
        Err(Trouble::Lasting(format!("more than {MOST_REDIRECTS} redirects")))
    }

    /// Nothing is sent without TLS but to the hosts that were named for it.
    pub fn may_be_plain(&self, server: &str) -> Result<(), Trouble> {
        let Some(host) = server.strip_prefix("http://") else { return Ok(()) };
        if self.settings.plain.contains(host) {
            return Ok(());
        }
        Err(Trouble::Lasting(format!(
            "{host} would be asked without TLS; if that is as it should be: --plain-http {host}"
        )))
    }

    async fn once(&self, sent: &Sent, bounds: &Bounds) -> Result<Taken<()>, Trouble> {
        if self.world.stop.now() {
            return Err(Trouble::Stopped);
        }
        let way = Way::Network(self.client(&sent.server).map_err(Trouble::Lasting)?);
        let mut request = Request::builder().method(&sent.method).uri(&sent.path);
        request = request.header(header::ACCEPT_ENCODING, "identity");
        if !sent.accept.is_empty() {
            request = request.header(header::ACCEPT, sent.accept);
        }
        if let Some(authorization) = &sent.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        if sent.form.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let body = sent.form.clone().unwrap_or_default().into_bytes();
        let request =
            request.body(body).map_err(|_| Trouble::Lasting("its address cannot be written as one".to_owned()))?;
        let mut incoming = Incoming::new(&self.world, Plain);
        let told = |error: &(dyn Error + 'static)| Trouble::advised(error, &ADVICE);
        let ended = incoming.come(way.send(request), bounds, &self.world, told).await;
        incoming.end(ended)
    }

    fn client(&self, server: &str) -> Result<Client, String> {
        if let Some(client) = self.clients.borrow().get(server) {
            return Ok(client.clone());
        }
        let client = self.connect(server)?;
        self.clients.borrow_mut().insert(server.to_owned(), client.clone());
        Ok(client)
    }

    fn connect(&self, server: &str) -> Result<Client, String> {
        let wrong = |what: &str, why: String| format!("{server}: {what}: {}", redact_text(&why));
        let url: Uri = server.parse().map_err(|e| wrong("it is no address", format!("{e}")))?;
        let host = url.host().ok_or_else(|| wrong("it is no address", server.to_owned()))?.to_owned();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = url.port_u16().unwrap_or(if url.scheme_str() == Some("http") { 80 } else { 443 });
        let mut config = Config::new(url.clone());
        config.root_cert = self.authorities.clone();
        config.default_retry = false;
        config.connect_timeout = Some(self.settings.page_time.min(std::time::Duration::from_secs(15)));
        let agent = HeaderValue::from_static(concat!("hullbreach/", env!("CARGO_PKG_VERSION")));
        config.headers = vec![(header::USER_AGENT, agent)];
        if let Some(proxy) = proxy::of(&self.world.env.vars, None, host, port) {
            config.proxy_url = Some(proxy.parse().map_err(|e| wrong("its proxy is no address", format!("{e}")))?);
        }
        Client::try_from(config).map_err(|error| wrong("no connection can be set up", chain(&error)))
    }
}

fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads: scheme and authority, and path with query.
pub(super) fn joined(server: &str, path: &str, target: &str) -> Option<(String, String)> {
    let whole = if target.contains("://") {
        target.to_owned()
    } else if let Some(rest) = target.strip_prefix("//") {
        format!("{}://{rest}", server.split_once("://")?.0)
    } else if target.starts_with('/') {
        format!("{server}{target}")
    } else {
        let path = path.split('?').next().unwrap_or_default();
        format!("{server}{}/{target}", path.rsplit_once('/').map_or("", |(before, _)| before))
    };
    let uri: Uri = whole.split('#').next()?.parse().ok()?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?;
    // User-info in an address would be a way to send credentials.
    let authority = uri.authority()?.as_str();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Some((format!("{scheme}://{authority}"), path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_are_joined_as_addresses_are() {
        let of = |target: &str| {
            joined("https://reg.example:5000", "/v2/a/blobs/x?y", target).map(|(s, p)| format!("{s} {p}"))
        };
        let table = [
            ("https://cdn.example/b?sig=1", Some("https://cdn.example /b?sig=1")),
            ("http://cdn.example", Some("http://cdn.example /")),
            ("//cdn.example/b", Some("https://cdn.example /b")),
            ("/v2/b", Some("https://reg.example:5000 /v2/b")),
            ("c", Some("https://reg.example:5000 /v2/a/blobs/c")),
            ("https://u:p@cdn.example/b", Some("https://cdn.example /b")),
            ("ftp://cdn.example/b", None),
            ("https://", None),
        ];
        for (target, wanted) in table {
            assert_eq!(of(target).as_deref(), wanted, "{target}");
        }
    }
}
