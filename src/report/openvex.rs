//! OpenVEX 0.2.0: which images are affected by this case, one statement a digest.
//!
//! The specification calls a statement without products invalid though its schema takes it, and allows no field for a
//! label: that travels in the file's name. What is not known by the digest of a manifest or an index is left out, because
//! a statement about a tag would be about whatever the tag leads to tomorrow.

use std::io::Write;

use serde_json::{Value, json};

use super::model::{Affected, Report};
use super::stix::uuid;
use super::{ReportError, Written};
use crate::model::verdict::Verdict;

const CONTEXT: &str = "https://openvex.dev/ns/v0.2.0";

/// Writes it.
pub fn write(report: &Report, to: &mut dyn Write) -> Written {
    const NONE: &str = "no image with a verdict is known by the digest of its manifest or index, and OpenVEX needs at least one: \
                        collect registry manifests, or take another form";
    let header = &report.header;
    let vulnerability = vulnerability(&header.case);
    let statements: Vec<Value> =
        report.affected.iter().chain(&report.cleared).filter_map(|image| statement(image, &vulnerability)).collect();
    if statements.is_empty() {
        return Err(ReportError::Nothing(NONE));
    }
    let id = uuid(&format!("openvex:{}:{}:{}", header.case, header.audience.as_str(), header.tlp.as_str()));
    let author = if header.author.is_empty() { "not stated" } else { &header.author };
    let document = json!({
        "@context": CONTEXT,
        "@id": format!("urn:uuid:{id}"),
        "author": author,
        "timestamp": header.generated.rfc3339(),
        // Events are only ever added, so their number goes up with every change.
        "version": header.events.max(1),
        "tooling": header.tool,
        "statements": statements,
    });
    serde_json::to_writer_pretty(&mut *to, &document)?;
    writeln!(to)?;
    Ok(())
}

/// How many images with a verdict have no statement.
pub fn without_statement(report: &Report) -> usize {
    report.affected.iter().chain(&report.cleared).filter(|image| image.address().is_none()).count()
}

/// What stands in place of a CVE that does not exist yet.
fn vulnerability(case: &str) -> Value {
    let short = case.get(..12).unwrap_or(case).to_ascii_uppercase();
    json!({
        "name": format!("CASE-{short}"),
        "description": "The image is touched by the breach that this case is about, as its indicators say",
    })
}

fn statement(image: &Affected, vulnerability: &Value) -> Option<Value> {
    let digest = image.address()?;
    let product = json!({
        "@id": purl(image, &digest.value)?,
        "hashes": { "sha-256": digest.value.strip_prefix("sha256:")? },
    });
    let mut statement = json!({ "vulnerability": vulnerability, "products": [product] });
    let fields = match image.verdict {
        Verdict::Bad => json!({
            "status": "affected",
            "action_statement": "Do not pull or run it. Replace it with a build from verified sources, and renew every secret \
                                 that it could read.",
        }),
        verdict if verdict.is_open() => json!({
            "status": "under_investigation",
            "status_notes": format!("Verdict {}", verdict.shown()),
        }),
        Verdict::RebuiltEqual => json!({
            "status": "fixed",
            "status_notes": "Rebuilt from verified sources, and equal to what is published",
        }),
        verdict => json!({
            "status": "not_affected",
            "justification": "vulnerable_code_not_present",
            "impact_statement": format!("Cleared for the window of the breach: {}", verdict.shown()),
        }),
    };
    if let (Value::Object(statement), Value::Object(fields)) = (&mut statement, fields) {
        statement.extend(fields);
    }
    Some(statement)
}

/// The package URL of an image, type `oci`: no namespace, the last part of the repository as its name, the digest as its
/// version. None where the name has no repository.
fn purl(image: &Affected, digest: &str) -> Option<String> {
    let name = image.repository.rsplit('/').next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let place = format!("{}/{}", image.registry, image.repository);
    Some(format!("pkg:oci/{}@{}?repository_url={}", percent(&name, ""), percent(digest, ""), percent(&place, "/")))
}

/// Percent-encodes all but letters, digits, `-._~` and what is named.
fn percent(text: &str, kept: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b) || kept.as_bytes().contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_urls_are_those_of_the_specification() {
        assert_eq!(percent("sha256:00ff", ""), "sha256%3A00ff");
        assert_eq!(percent("registry.example:5000/a b", "/"), "registry.example%3A5000/a%20b");
    }
}
