//! CVE records (CVE JSON 5) with what CISA adds to them, its vulnrichment: SSVC decision points and whether it stands in the
//! catalogue of exploited vulnerabilities.

use crate::model::finding::{Cve, Exploitation, Known, KnownFact};
use crate::read::lineage::parse;
use crate::read::outcome::Outcome;
use crate::read::scan::text;
use crate::read::tree::Node;
use crate::read::{Limits, Segment};

/// Reads a record.
pub(in crate::read) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let Some(tree) = parse(source, segment, limits, out) else { return };
    let Some(root) = tree.root() else { return };
    let metadata = root.get("cveMetadata");
    let Some(cve) = metadata.and_then(|metadata| Cve::parse(&text(metadata.get("cveId")))) else {
        return out.reject(segment.pointer.clone(), "a CVE record without its number");
    };
    let base = root.start();
    let mut found = Vec::new();
    for (i, container) in root.path(&["containers", "adp"]).into_iter().flat_map(Node::elements).enumerate().take(50) {
        for (j, metric) in container.list("metrics").enumerate().take(200) {
            let Some(other) = metric.get("other") else { continue };
            let Some(content) = other.get("content") else { continue };
            let spot = other.spot(base, format!("/containers/adp/{i}/metrics/{j}/other"));
            let fact = match &*text(other.get("type")) {
                "ssvc" => {
                    out.newest = out.newest.max(content.get("timestamp").and_then(|at| super::day(&at.text()?)));
                    ssvc(content)
                }
                "kev" => {
                    let added = content.get("dateAdded").and_then(|date| super::day(&date.text()?));
                    KnownFact::Kev { added, due: None, ransomware: false }
                }
                _ => continue,
            };
            found.push(Known { cve, fact, spot });
        }
    }
    let updated = metadata.and_then(|metadata| metadata.get("dateUpdated")).and_then(|at| super::day(&at.text()?));
    out.newest = out.newest.max(updated);
    super::finish(root.spot(0, segment.pointer.clone()), found, out);
}

/// The points stand in an array of objects with one member each; their words are written in any case.
fn ssvc(content: Node<'_>) -> KnownFact {
    let (mut exploitation, mut automatable, mut total) = (None, None, None);
    for option in content.list("options").take(50) {
        for (key, value) in option.members() {
            let word = text(Some(value)).trim().to_ascii_lowercase();
            match text(Some(key)).trim().to_ascii_lowercase().as_str() {
                "exploitation" => exploitation = Exploitation::parse(&word),
                "automatable" => automatable = yes(&word),
                "technical impact" => {
                    total = if word == "total" { Some(true) } else { (word == "partial").then_some(false) }
                }
                _ => {}
            }
        }
    }
    KnownFact::Ssvc { exploitation, automatable, total }
}

fn yes(word: &str) -> Option<bool> {
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}
