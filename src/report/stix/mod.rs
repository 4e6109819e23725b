//! STIX 2.1 (OASIS): indicators, what was observed of them, and the report that holds them together, as one bundle.
//!
//! Ids never change from export to export: those of observables are UUIDs of version 5 over the properties that the
//! specification names, all others over the case and the thing, in a namespace of our own. There is no object for a
//! container image: a manifest is a `file` with its digest, an image a `software`.

mod objects;
mod pattern;

use std::io::Write;

use serde_json::{Map, Value, json};
use sha1::{Digest as _, Sha1};

use super::Written;
use super::model::Report;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;

/// The namespace of observables (STIX 2.1, section 2.9).
const OBSERVABLES: [u8; 16] =
    [0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7];
/// The namespace of everything else: any other than theirs, drawn once.
const OURS: [u8; 16] = [0x6b, 0x1d, 0x52, 0xc7, 0x0e, 0x94, 0x4f, 0x3a, 0xa8, 0x75, 0x31, 0xd0, 0x9c, 0xe2, 0x68, 0x4d];

/// Writes the bundle.
pub fn write(report: &Report, to: &mut dyn Write) -> Written {
    let bundle = bundle(report);
    serde_json::to_writer_pretty(&mut *to, &bundle)?;
    writeln!(to)?;
    Ok(())
}

/// The bundle as a value.
fn bundle(report: &Report) -> Value {
    let id = format!("bundle--{}", uuid(&format!("bundle:{}", report.header.case)));
    json!({ "type": "bundle", "id": id, "objects": objects::all(report) })
}

/// A UUID of version 5 in our namespace.
pub(super) fn uuid(name: &str) -> String {
    version_5(OURS, name)
}

/// RFC 9562, section 5.5.
fn version_5(namespace: [u8; 16], name: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(namespace);
    hash.update(name.as_bytes());
    let mut id = [0; 16];
    id.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    id[6] = id[6] & 0x0f | 0x50;
    id[8] = id[8] & 0x3f | 0x80;
    let hex = crate::model::id::hex(&id);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// The id of an observable. `contributing` are the properties that the specification names for its type: written by the
/// rules of RFC 8785, which for these strings are those of `serde_json` with sorted names.
fn observable(kind: &str, contributing: &Map<String, Value>) -> String {
    let written = Value::Object(contributing.clone()).to_string();
    format!("{kind}--{}", version_5(OBSERVABLES, &written))
}

/// A time with milliseconds, as the specification asks for.
fn time(at: Micros) -> String {
    at.datetime().map_or_else(|| at.rfc3339(), |time| time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// The definition of a label: fixed by OASIS (TLP 2.0 extension), the same in every bundle of the world.
fn marking(label: Tlp) -> Value {
    const EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
    json!({
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": marking_id(label),
        "created": "2022-10-01T00:00:00.000Z",
        "name": label.shown(),
        "extensions": {
            EXTENSION: { "extension_type": "property-extension", "tlp_2_0": label.as_str().to_ascii_lowercase() },
        },
    })
}

fn marking_id(label: Tlp) -> &'static str {
    match label {
        Tlp::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        Tlp::Green => "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        Tlp::Amber => "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        Tlp::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        Tlp::Red => "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_that_others_work_out() {
        // uuid.uuid5(uuid.NAMESPACE_DNS, "python.org") of Python's documentation.
        let dns = [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
        assert_eq!(version_5(dns, "python.org"), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
        assert_ne!(uuid("a"), uuid("b"));
    }

    #[test]
    fn times_have_milliseconds() {
        assert_eq!(time(Micros(1_773_734_400_000_000)), "2026-03-17T08:00:00.000Z");
        assert_eq!(time(Micros(1_773_734_400_123_456)), "2026-03-17T08:00:00.123Z");
    }
}
