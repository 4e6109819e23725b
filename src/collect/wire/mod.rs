//! Questions to servers and engines, and their answers as bytes: what the cluster, the registry and the engine share.
//!
//! An answer goes through a [`Filter`] into a spool while it comes, so one of any size takes the same memory, and its hash
//! is that of the bytes as they came. Nothing here knows what was asked, keeps a credential, or changes anything anywhere.

mod incoming;
mod trust;
mod way;

pub(in crate::collect) use incoming::{Bounds, Filter, Incoming, Plain, Taken, cut_off};
pub(in crate::collect) use trust::{certificates, machine_and};
pub(in crate::collect) use way::Way;

use http::{HeaderMap, HeaderName, header};
use std::time::Duration;

/// The text of a header; `None` where there is none, or it is no text.
pub(in crate::collect) fn word(headers: &HeaderMap, name: impl http::header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// How long a server asks to be left alone, where it says so in seconds.
pub(in crate::collect) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    word(headers, header::RETRY_AFTER).and_then(|text| text.trim().parse().ok()).map(Duration::from_secs)
}

/// The texts of some headers by name, each cut to a length that a record can hold.
pub(in crate::collect) fn words(headers: &HeaderMap, names: &[&str]) -> std::collections::BTreeMap<String, String> {
    /// The most characters of one header.
    const MOST: usize = 1_000;
    let told = |name: &&str| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let text = word(headers, &name)?;
        Some((name.as_str().to_owned(), text.chars().take(MOST).collect()))
    };
    names.iter().filter_map(told).collect()
}

/// A value in a query.
pub(in crate::collect) fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
