//! Grype's matches and Syft's artifacts (`grype/presenter/models`, `syft/format/syftjson/model`), of every schema so far.

use super::making::{Making, Package, Rating, Vulnerability};
use super::text;
use crate::model::digest::Digest;
use crate::model::finding::{Cve, Known, KnownFact, Report, Subject, millionths};
use crate::model::package::source_of_rpm;
use crate::model::reference::Reference;
use crate::model::time::Micros;
use crate::read::lineage::{Telling, digest_at};
use crate::read::tree::{Kind, Node};

/// Most digests or tags of one image.
const MOST_NAMES: usize = 100;

/// Reads a report of either.
pub(in crate::read) fn read(node: Node<'_>, told: &mut Telling<'_>) {
    let mut making = Making::new(node, told.base(), String::new());
    let [name, version, timestamp, database] = match node.get("descriptor") {
        Some(descriptor) => descriptor.pick(["name", "version", "timestamp", "db"]),
        None => [None; 4],
    };
    let (matches, artifacts) = (node.get("matches"), node.get("artifacts"));
    let fallback = if matches.is_some() { "grype" } else { "syft" };
    let name = text(name);
    making.by(if name.is_empty() { fallback } else { &name }, text(version).trim_matches(['[', ']']));
    let time = |node: Option<Node<'_>>| Micros::parse_rfc3339(&node?.text()?).filter(|time| time.0 > 0);
    // The list's age stands in one of two places, by Grype's version.
    let built = database.and_then(|db| db.get("built").or_else(|| db.path(&["status", "built"])));
    making.times(time(timestamp), time(built));
    if let Some(subject) = subject(node) {
        *making.subject() = subject;
    }
    if let Some(matches) = matches {
        making.searched();
        for (i, found) in matches.elements().enumerate() {
            if !self::found(found, &mut making) {
                told.reject(&format!("/matches/{i}"), "a finding without an id or without a package");
            }
        }
        if node.list("ignoredMatches").next().is_some() {
            told.note("findings that the scanner was told to leave out (VEX or ignore rules) are not among these");
        }
    }
    if let Some(artifacts) = artifacts.filter(|list| list.kind() == Kind::Array) {
        making.listed();
        for (i, artifact) in artifacts.elements().enumerate() {
            let at = making.spot(artifact);
            if with_package(artifact, |package| making.carries(package, &at)).is_none() {
                told.reject(&format!("/artifacts/{i}"), "a package without a name");
            }
        }
    }
    told.reports.push(Report::Scan(Box::new(making.finish())));
}

/// The image at `source.target` or `source.metadata`; for a folder or a file its name alone.
fn subject(node: Node<'_>) -> Option<Subject> {
    let source = node.get("source")?;
    let target = source.get("target").or_else(|| source.get("metadata"))?;
    if target.kind() != Kind::Object {
        return Some(Subject { name: target.string().unwrap_or_default(), ..Subject::default() });
    }
    let digests = target.list("repoDigests").take(MOST_NAMES);
    let digests = digests.filter_map(|name| Digest::parse(name.text()?.rsplit_once('@')?.1).ok()).collect();
    let mut tags: Vec<String> = target.list("tags").take(MOST_NAMES).filter_map(Node::string).collect();
    let name = target.string_at("userInput").or_else(|| source.string_at("name")).unwrap_or_default();
    let is_reference = name.contains([':', '/']) && Reference::parse(&name).is_ok();
    if tags.is_empty() && is_reference && target.get("imageID").is_some() {
        tags.push(name.clone());
    }
    let (manifest, config) = (digest_at(target, "manifestDigest"), digest_at(target, "imageID"));
    Some(Subject { name, manifest, config, digests, tags })
}

fn found(node: Node<'_>, making: &mut Making) -> bool {
    let [vulnerability, related, artifact] = node.pick(["vulnerability", "relatedVulnerabilities", "artifact"]);
    let (Some(vulnerability), Some(artifact)) = (vulnerability, artifact) else { return false };
    let [id, severity, cvss, fix, epss, exploited] =
        vulnerability.pick(["id", "severity", "cvss", "fix", "epss", "knownExploited"]);
    let (id, severity) = (text(id), text(severity));
    if id.is_empty() {
        return false;
    }
    let related: Vec<Node<'_>> = related.into_iter().flat_map(Node::elements).take(20).collect();
    let ids: Vec<_> = related.iter().map(|other| text(other.get("id"))).collect();
    let mut rating = cvss.map(rating).unwrap_or_default();
    if rating.score == 0 {
        for other in related.iter().filter_map(|other| other.get("cvss")) {
            let of_other = self::rating(other);
            rating.take(None, &of_other.vector);
        }
    }
    let version = fix.and_then(|fix| fix.list("versions").next());
    let (fixed, status) = (text(version), text(fix.and_then(|fix| fix.get("state"))));
    let found = Vulnerability {
        id: &id,
        aliases: ids.iter().map(AsRef::as_ref).collect(),
        fixed: &fixed,
        status: &status,
        severity: &severity,
        cvss: rating,
    };
    let at = making.spot(node);
    let taken = with_package(artifact, |package| {
        making.found(&found, package, &at);
        Some(())
    });
    if taken.is_none() {
        return false;
    }
    known(epss, exploited, making);
    true
}

/// The highest rating of a list.
fn rating(list: Node<'_>) -> Rating {
    let mut rating = Rating::default();
    for entry in list.elements().take(50) {
        let [version, vector, metrics] = entry.pick(["version", "vector", "metrics"]);
        let score = metrics.and_then(|metrics| metrics.get("baseScore")).and_then(Node::text);
        let newer = rating.vector.starts_with("CVSS:");
        if !newer || !text(version).starts_with('2') {
            rating.take(score.as_deref(), &text(vector));
        }
    }
    rating
}

/// What new versions of Grype know of a vulnerability beside the match.
fn known(epss: Option<Node<'_>>, exploited: Option<Node<'_>>, making: &mut Making) {
    for entry in epss.into_iter().flat_map(Node::elements).take(10) {
        let [cve, score, percentile] = entry.pick(["cve", "epss", "percentile"]);
        let told = (Cve::parse(&text(cve)), millionths(&text(score)), millionths(&text(percentile)));
        if let (Some(cve), Some(score), Some(percentile)) = told {
            let spot = making.spot(entry);
            making.known(Known { cve, fact: KnownFact::Epss { score, percentile }, spot });
        }
    }
    for entry in exploited.into_iter().flat_map(Node::elements).take(10) {
        let [cve, added, due, ransomware] = entry.pick(["cve", "dateAdded", "dueDate", "knownRansomwareCampaignUse"]);
        if let Some(cve) = Cve::parse(&text(cve)) {
            let [added, due] = [added, due].map(|day| crate::read::intel::day(&text(day)));
            let ransomware = text(ransomware).eq_ignore_ascii_case("known");
            let spot = making.spot(entry);
            making.known(Known { cve, fact: KnownFact::Kev { added, due, ransomware }, spot });
        }
    }
}

/// Reads a package; `None` where it has no name.
fn with_package<T>(node: Node<'_>, take: impl FnOnce(&Package<'_>) -> Option<T>) -> Option<T> {
    let [name, version, kind, purl, locations, upstreams, metadata] =
        node.pick(["name", "version", "type", "purl", "locations", "upstreams", "metadata"]);
    let name = text(name);
    if name.is_empty() {
        return None;
    }
    let (version, kind, purl) = (text(version), text(kind), text(purl));
    let layer = locations.and_then(|list| list.elements().next()).and_then(|first| first.get("layerID"));
    let layer = text(layer);
    let upstream = upstreams.and_then(|list| list.elements().next()).and_then(|first| first.get("name"));
    let source = match upstream {
        Some(name) => text(Some(name)),
        None => {
            // Alpine's origin, Debian's source, RPM's file of the source.
            let [origin, source, rpm] = match metadata {
                Some(metadata) => metadata.pick(["originPackage", "source", "sourceRpm"]),
                None => [None; 3],
            };
            text(origin.or(source).or(rpm))
        }
    };
    let source = source_of_rpm(&source);
    take(&Package { name: &name, version: &version, ecosystem: &kind, purl: &purl, source, layer: &layer })
}
