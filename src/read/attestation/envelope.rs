//! What an attestation stands in: a DSSE envelope, a bundle of Sigstore, an answer of an attestation API; and the statement
//! inside, with its subjects.

use super::{metadata, slsa};
use crate::model::base64;
use crate::model::digest::Digest;
use crate::model::lineage::Named;
use crate::read::lineage::{self, Telling};
use crate::read::tree::{Node, parse_json_whole};
use crate::read::{Limits, sbom};

/// Envelopes in envelopes are followed so deep; an answer with a bundle with an envelope is four deep.
const DEEPEST: usize = 8;
/// Most subjects of one statement.
const SUBJECTS: usize = 1_000;

/// Reads whatever of these stands at `at`.
pub(super) fn read(node: Node<'_>, at: &str, depth: usize, limits: &Limits, told: &mut Telling<'_>) {
    if depth >= DEEPEST {
        return told.reject(at, "envelopes in envelopes: not followed any deeper");
    }
    for (key, inner) in [("bundle", node.get("bundle")), ("dsseEnvelope", node.get("dsseEnvelope"))] {
        if let Some(inner) = inner {
            return read(inner, &format!("{at}/{key}"), depth + 1, limits, told);
        }
    }
    if node.get("attestations").is_some() {
        for (i, inner) in node.list("attestations").enumerate().take(SUBJECTS) {
            read(inner, &format!("{at}/attestations/{i}"), depth + 1, limits, told);
        }
    } else if let Some(payload) = node.get("payload").filter(|_| node.get("payloadType").is_some()) {
        coded(payload, &format!("{at}/payload"), depth, limits, told);
    } else if node.get("predicateType").is_some() {
        statement(node, at, told);
    } else {
        metadata::read(node, at, told);
    }
}

/// Reads the statement in an envelope's payload.
fn coded(payload: Node<'_>, at: &str, depth: usize, limits: &Limits, told: &mut Telling<'_>) {
    let json = payload.text().and_then(|text| base64::decode(text.as_bytes())).and_then(|j| String::from_utf8(j).ok());
    let Some(json) = json else { return told.reject(at, "a payload that is no base64 of text") };
    match parse_json_whole(&json, limits) {
        Ok(tree) => {
            let Some(root) = tree.root() else { return };
            told.within(payload, at.to_owned(), |told| read(root, "", depth + 1, limits, told));
        }
        Err(error) => told.reject(at, format!("the statement in the payload: {}", error.reason)),
    }
}

fn statement(node: Node<'_>, at: &str, told: &mut Telling<'_>) {
    let subjects = subjects(node, at, told);
    let Some(predicate) = node.get("predicate") else { return };
    let pointer = format!("{at}/predicate");
    let kind = node.string_at("predicateType").unwrap_or_default();
    if kind.starts_with("https://slsa.dev/provenance/") {
        slsa::read(predicate, &pointer, &subjects, told);
    } else if kind.starts_with("https://spdx.dev/") || kind.starts_with("https://cyclonedx.org/") {
        sbom::read_attested(&kind, predicate, &pointer, told);
    } else {
        let kind: String = crate::model::text::scrub(&kind).chars().take(200).collect();
        told.note(format!("an attestation of a kind that says nothing of lineage: {kind}"));
    }
}

/// The images that a statement is about, each with its digest.
fn subjects(node: Node<'_>, at: &str, told: &mut Telling<'_>) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for (i, subject) in node.list("subject").enumerate() {
        let pointer = format!("{at}/subject/{i}");
        if i >= SUBJECTS {
            told.reject(&pointer, format!("more than the limit of {SUBJECTS} subjects; the rest is not read"));
            break;
        }
        let hex = subject.get("digest").and_then(|digest| digest.string_at("sha256"));
        let Some(digest) = hex.and_then(|hex| Digest::parse(&format!("sha256:{hex}")).ok()) else {
            told.reject(&pointer, "a subject without a SHA-256 digest");
            continue;
        };
        let name = subject.string_at("name").unwrap_or_default();
        let named = if name.starts_with("pkg:") { lineage::purl(&name) } else { lineage::reference(&name) };
        // `_` and names of files are no names of images.
        let named = named.filter(|named| named.as_written.contains(['/', ':']) || name.starts_with("pkg:"));
        let named = Named { digest: Some(digest.clone()), ..named.unwrap_or_default() };
        if !named.as_written.is_empty() {
            let spot = told.spot(subject, pointer);
            told.see(&format!("{}@{digest}", named.as_written), Some(&digest), &spot);
        }
        found.push(named);
    }
    found
}
