//! The record of what was asked for one image: a line for each question, with the headers of its answer. It is evidence like
//! any other, and all there is of an answer without a body.

use http::HeaderMap;
use serde_json::{Value, json};

use super::told::Referrer;
use crate::collect::wire;
use crate::model::digest::Digest;
use crate::model::time::Micros;

/// What the first member of a line about a question says.
pub const ANSWER: &str = "registry-answer";
/// What it says in a line about something that refers to an image.
pub const REFERRER: &str = "registry-referrer";

/// Headers that are kept. None of them holds what proves who one is; where a redirect leads is not kept, for its address may
/// be signed.
const KEPT: [&str; 17] = [
    "content-length",
    "content-type",
    "date",
    "docker-content-digest",
    "docker-distribution-api-version",
    "etag",
    "last-modified",
    "link",
    "oci-filters-applied",
    "oci-subject",
    "ratelimit-limit",
    "ratelimit-remaining",
    "retry-after",
    "server",
    "warning",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
];

/// One question and what came of it.
pub(super) struct Line<'l> {
    /// The registry, as references name it.
    pub registry: &'l str,
    /// The image for whose sake it was asked.
    pub image: &'l str,
    /// `HEAD /v2/…`.
    pub request: String,
    /// The name whose digest this tells; empty for others.
    pub name: &'l str,
    /// When it was answered.
    pub at: Micros,
    /// 0 where there was no answer.
    pub status: u16,
    /// Its headers.
    pub headers: Option<&'l HeaderMap>,
    /// The digest that the registry says.
    pub digest: Option<&'l Digest>,
    /// The digest that was asked for.
    pub wanted: Option<&'l Digest>,
    /// The digest of the bytes that came, and how many.
    pub computed: Option<(&'l Digest, u64)>,
    /// What is wrong.
    pub wrong: &'l str,
    /// It was refused before it was asked: there is no token for it.
    pub denied: bool,
}

/// The lines of one image.
#[derive(Default)]
pub(super) struct Record {
    bytes: Vec<u8>,
}

impl Record {
    /// Adds a question.
    pub fn answer(&mut self, line: &Line<'_>) {
        let mut value = json!({
            "hullbreach": ANSWER,
            "registry": line.registry,
            "image": line.image,
            "request": line.request,
            "at": line.at.rfc3339(),
            "status": line.status,
        });
        let mut set = |name: &str, told: Value| value[name] = told;
        if !line.name.is_empty() {
            set("name", line.name.into());
        }
        if let Some(headers) = line.headers {
            set("headers", json!(wire::words(headers, &KEPT)));
        }
        if let Some(digest) = line.digest {
            set("digest", digest.as_str().into());
        }
        if let Some(wanted) = line.wanted {
            set("wanted", wanted.as_str().into());
        }
        if let Some((computed, bytes)) = line.computed {
            set("computed", computed.as_str().into());
            set("bytes", bytes.into());
        }
        if !line.wrong.is_empty() {
            set("wrong", line.wrong.into());
        }
        if line.denied {
            set("denied", true.into());
        }
        self.push(&value);
    }

    /// Adds something that refers to the image.
    pub fn referrer(&mut self, registry: &str, image: &str, referrer: &Referrer) {
        self.push(&json!({
            "hullbreach": REFERRER,
            "registry": registry,
            "image": image,
            "subject": referrer.subject,
            "digest": referrer.digest,
            "kind": referrer.kind,
            "media_type": referrer.media,
            "by": referrer.by,
        }));
    }

    fn push(&mut self, value: &Value) {
        self.bytes.extend_from_slice(value.to_string().as_bytes());
        self.bytes.push(b'\n');
    }

    /// The lines.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_what_tells_and_nothing_that_proves_who_one_is() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("docker-content-digest", "sha256:x"),
            ("set-cookie", "session=secret"),
            ("location", "https://cdn.example/?X-Amz-Signature=secret"),
            ("www-authenticate", "Bearer realm=secret"),
            ("ratelimit-remaining", "7;w=21600"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let digest = Digest::of(b"m");
        let mut record = Record::default();
        record.answer(&Line {
            registry: "reg.example",
            image: "reg.example/a:1",
            request: "HEAD /v2/a/manifests/1".into(),
            name: "reg.example/a:1",
            at: Micros(0),
            status: 200,
            headers: Some(&headers),
            digest: Some(&digest),
            wanted: None,
            computed: None,
            wrong: "",
            denied: false,
        });
        let text = String::from_utf8(record.into_bytes()).unwrap();
        assert!(!text.contains("secret") && text.ends_with("}\n"), "{text}");
        let line: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["headers"]["ratelimit-remaining"], "7;w=21600");
        assert_eq!((&line["digest"], &line["at"]), (&json!(digest), &json!("1970-01-01T00:00:00Z")));
    }
}
