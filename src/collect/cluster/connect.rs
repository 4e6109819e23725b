//! The connection to one cluster: addresses, authorities, proxies and credentials, put together for the client.
//!
//! The client is asked to send requests and nothing else: it retries nothing and parses nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri, header};
use kube::config::Cluster;
use kube::{Client, Config};
use std::collections::BTreeMap;
use std::time::Duration;

use super::config::Target;
use super::login::Login;
use super::proxy;
use super::trouble::chain;
use crate::collect::redact::redact_text;
use crate::collect::wire;

/// How long a connection may take to be made.
const CONNECT_TIME: Duration = Duration::from_secs(15);

/// A client for that cluster, with credentials at hand. The error says what is wrong with the configuration.
pub(super) fn connect(
    target: &Target,
    login: &Login,
    vars: &BTreeMap<String, String>,
    page_time: Duration,
) -> Result<Client, String> {
    let cluster = &target.connection;
    let wrong = |what: &str, why: String| format!("cluster {}: {what}: {}", target.cluster, redact_text(&why));
    let server = cluster.server.clone().unwrap_or_default();
    let server = if server.contains("://") { server } else { format!("https://{server}") };
    let url: Uri = server.parse().map_err(|e| wrong("its server is no address", format!("{e}")))?;
    let host = url.host().ok_or_else(|| wrong("its server is no address", server.clone()))?.to_owned();
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = url.port_u16().unwrap_or(if url.scheme_str() == Some("http") { 80 } else { 443 });
    let mut config = Config::new(url);
    config.root_cert = authority(cluster).map_err(|why| wrong("its certificate authority cannot be used", why))?;
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or(false);
    config.tls_server_name = cluster.tls_server_name.clone().filter(|name| !name.is_empty());
    config.auth_info = login.info.clone();
    config.default_retry = false;
    config.connect_timeout = Some(CONNECT_TIME.min(page_time));
    let agent = HeaderValue::from_static(concat!("hullbreach/", env!("CARGO_PKG_VERSION")));
    config.headers = vec![(header::USER_AGENT, agent)];
    if let Some(proxy) = proxy::of(vars, cluster.proxy_url.as_deref(), &host, port) {
        config.proxy_url = Some(proxy.parse().map_err(|e| wrong("its proxy is no address", format!("{e}")))?);
    }
    Client::try_from(config).map_err(|error| wrong("no connection can be set up", chain(&error)))
}

/// The certificates that may sign the server's own, as DER; `None` for those of the machine.
fn authority(cluster: &Cluster) -> Result<Option<Vec<Vec<u8>>>, String> {
    let data = cluster.certificate_authority_data.as_deref().filter(|data| !data.is_empty());
    let pem = match (data, cluster.certificate_authority.as_deref().filter(|path| !path.is_empty())) {
        (Some(data), _) => {
            let packed: String = data.split_whitespace().collect();
            STANDARD.decode(packed).map_err(|e| format!("certificate-authority-data: {e}"))?
        }
        (None, Some(path)) => std::fs::read(path).map_err(|e| format!("{path}: {e}"))?,
        (None, None) => return Ok(None),
    };
    wire::certificates(&pem).map(Some)
}
