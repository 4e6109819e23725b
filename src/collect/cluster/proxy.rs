//! Which proxy leads to a server: `proxy-url` of the kubeconfig, else the environment, as kubectl does it.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// The proxy's address for a host and port, if there is one.
pub(in crate::collect) fn of(
    vars: &BTreeMap<String, String>,
    configured: Option<&str>,
    host: &str,
    port: u16,
) -> Option<String> {
    if let Some(configured) = configured.filter(|url| !url.is_empty()) {
        return Some(configured.to_owned());
    }
    let variable = |names: [&str; 2]| names.iter().find_map(|name| vars.get(*name).filter(|value| !value.is_empty()));
    let proxy = variable(["HTTPS_PROXY", "https_proxy"])?;
    let exempt = variable(["NO_PROXY", "no_proxy"]).is_some_and(|list| is_exempt(list, host, port));
    // A machine's proxy never leads to the machine itself.
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    (!exempt && !here).then(|| if proxy.contains("://") { proxy.clone() } else { format!("http://{proxy}") })
}

/// Entries are `*`, names with or without their subdomains, addresses, networks as `10.0.0.0/8`; each with or without a
/// port.
fn is_exempt(list: &str, host: &str, port: u16) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        if entry == "*" {
            return true;
        }
        if let (Some(address), Some((network, bits))) = (address, entry.split_once('/')) {
            return is_within(address, network, bits);
        }
        let (name, wanted) = match entry.rsplit_once(':') {
            Some((name, number)) if !name.contains(':') => (name, number.parse::<u16>().ok()),
            _ => (entry, None),
        };
        if wanted.is_some_and(|wanted| wanted != port) {
            return false;
        }
        if let (Some(address), Ok(other)) = (address, name.parse::<IpAddr>()) {
            return address == other;
        }
        let name = name.trim_start_matches('*').to_ascii_lowercase();
        let bare = name.trim_start_matches('.');
        let host = host.to_ascii_lowercase();
        (!name.starts_with('.') && host == bare) || host.strip_suffix(bare).is_some_and(|before| before.ends_with('.'))
    })
}

fn is_within(address: IpAddr, network: &str, bits: &str) -> bool {
    let (Ok(network), Ok(bits)) = (network.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => {
            bits <= 32 && u32::from(a).checked_shr(32 - bits) == u32::from(n).checked_shr(32 - bits)
        }
        (IpAddr::V6(a), IpAddr::V6(n)) => {
            bits <= 128 && u128::from(a).checked_shr(128 - bits) == u128::from(n).checked_shr(128 - bits)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configured_one_wins_then_the_environment_but_for_what_is_exempt() {
        let vars = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<BTreeMap<_, _>>()
        };
        let proxy = vars(&[("HTTPS_PROXY", "proxy:3128")]);
        assert_eq!(of(&proxy, Some("socks5://localhost:1080"), "a.b", 443).as_deref(), Some("socks5://localhost:1080"));
        assert_eq!(of(&proxy, None, "a.b", 443).as_deref(), Some("http://proxy:3128"));
        assert_eq!(of(&vars(&[]), None, "a.b", 443), None);
        assert_eq!(of(&proxy, None, "127.0.0.1", 443), None);
        let table = [
            ("*", "a.b", true),
            ("a.b", "a.b", true),
            ("a.b", "x.a.b", true),
            (".a.b", "a.b", false),
            ("*.a.b", "x.A.b", true),
            ("a.b", "xa.b", false),
            ("a.b:443", "a.b", true),
            ("a.b:6443", "a.b", false),
            ("10.0.0.0/8", "10.2.3.4", true),
            ("10.0.0.0/8", "11.2.3.4", false),
            ("0.0.0.0/0", "11.2.3.4", true),
            ("10.0.0.0/99", "10.0.0.0", false),
            ("fd00::/8", "fd12::1", true),
            ("10.1.1.1", "10.1.1.1", true),
            (",, a.b ,", "a.b", true),
            ("", "a.b", false),
        ];
        for (list, host, exempt) in table {
            let vars = vars(&[("https_proxy", "http://p"), ("no_proxy", list)]);
            assert_eq!(of(&vars, None, host, 443).is_none(), exempt, "{list} {host}");
        }
    }
}
