//! `VulnerabilityReport` and `ClusterVulnerabilityReport` of trivy-operator (`aquasecurity.github.io/v1alpha1`), also as they
//! are collected from a cluster.
//!
//! Its digest is often not there, and its registry is `index.docker.io` where everybody else says `docker.io`.

use super::making::{Making, Package, Rating, Vulnerability};
use super::text;
use crate::model::digest::Digest;
use crate::model::fact::{Object, Sighting, SightingKind};
use crate::model::finding::{Report, Subject};
use crate::model::reference::Reference;
use crate::read::kubernetes::taken::Taken;
use crate::read::names;
use crate::read::tree::Node;

/// Reads an object.
pub(in crate::read) fn read(node: Node<'_>, taken: &mut Taken<'_>) {
    let Some(report) = node.get("report") else { return };
    let mut making = Making::new(node, taken.base, String::new());
    let scanner = report.get("scanner");
    let word = |key| text(scanner.and_then(|scanner| scanner.get(key)));
    let tool = super::trivy::tool(&word("name"), &word("version"));
    making.by(if tool.name.is_empty() { "trivy" } else { &tool.name }, &tool.version);
    let created = taken.time(report.get("updateTimestamp"));
    making.times(created, None);
    making.searched();
    making.run_by(run_by(&taken.object));
    subject(report, &mut making, taken);
    for (i, row) in report.list("vulnerabilities").enumerate() {
        if !found(row, &mut making) {
            let pointer = format!("/report/vulnerabilities/{i}");
            taken.reject(&pointer, "a finding without an id or without a package");
        }
    }
    taken.reports.push(Report::Scan(Box::new(making.finish())));
}

/// The workload that its labels name. A name that is too long for a label stands in the owner alone.
fn run_by(object: &Object) -> String {
    let label = |key: &str| object.labels.get(&format!("trivy-operator.{key}")).map_or("", String::as_str);
    let owner = object.owner.as_ref();
    let (kind, name) = match (label("resource.kind"), label("resource.name")) {
        ("", _) | (_, "") => owner.map_or(("", ""), |owner| (owner.kind.as_str(), owner.name.as_str())),
        told => told,
    };
    let namespace = label("resource.namespace");
    let namespace = if namespace.is_empty() { object.namespace.as_str() } else { namespace };
    super::place(kind, namespace, name, label("container.name"))
}

fn subject(report: Node<'_>, making: &mut Making, taken: &mut Taken<'_>) {
    let word = |path: &[&str]| text(report.path(path)).into_owned();
    let (server, repository) = (word(&["registry", "server"]), word(&["artifact", "repository"]));
    if repository.is_empty() {
        return;
    }
    let tag = word(&["artifact", "tag"]);
    let digest = Digest::parse(&word(&["artifact", "digest"])).ok();
    let server = if server == "index.docker.io" { "docker.io" } else { &server };
    let mut name = if server.is_empty() { repository } else { format!("{server}/{repository}") };
    if !tag.is_empty() {
        name = format!("{name}:{tag}");
    }
    if names::refusal(&name).is_some() || Reference::parse(&name).is_err() {
        return taken.reject("/report/artifact", "the artifact's name is no image reference");
    }
    // Beside a digest, a name without a tag must not be taken for `latest`.
    let as_written = match &digest {
        Some(digest) if tag.is_empty() => format!("{name}@{digest}"),
        _ => name.clone(),
    };
    if let Some(at) = report.get("artifact") {
        let spot = taken.spot(at, "/report/artifact".to_owned());
        taken.sightings.push(Sighting {
            kind: SightingKind::Record,
            as_written,
            digest: digest.as_ref().map(Digest::to_string).unwrap_or_default(),
            host: String::new(),
            user: String::new(),
            from: None,
            to: None,
            count: 1,
            spot,
        });
    }
    let tags = if tag.is_empty() { Vec::new() } else { vec![name.clone()] };
    *making.subject() = Subject { name, digests: digest.into_iter().collect(), tags, ..Subject::default() };
}

fn found(node: Node<'_>, making: &mut Making) -> bool {
    let [id, resource, purl, version, fixed, severity, score, cvss, kind, class] = node.pick([
        "vulnerabilityID",
        "resource",
        "packagePURL",
        "installedVersion",
        "fixedVersion",
        "severity",
        "score",
        "cvss",
        "packageType",
        "class",
    ]);
    let (id, resource) = (text(id), text(resource));
    if id.is_empty() || resource.is_empty() {
        return false;
    }
    let mut rating = cvss.map(super::trivy::rating).unwrap_or_default();
    if rating.score == 0 {
        let mut told = Rating::default();
        told.take(score.and_then(Node::text).as_deref(), "");
        rating = Rating { score: told.score, ..rating };
    }
    let (kind, class) = (text(kind), text(class));
    let (purl, version) = (text(purl), text(version));
    let (fixed, severity) = (text(fixed), text(severity));
    let ecosystem = if kind.is_empty() { &class } else { &kind };
    let package = Package { name: &resource, version: &version, ecosystem, purl: &purl, source: "", layer: "" };
    let vulnerability =
        Vulnerability { id: &id, aliases: Vec::new(), fixed: &fixed, status: "", severity: &severity, cvss: rating };
    let at = making.spot(node);
    making.found(&vulnerability, &package, &at);
    true
}
