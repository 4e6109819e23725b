//! Packages in SBOMs, with the image that an SBOM is of; and what CycloneDX says of vulnerabilities in them.

use std::collections::HashMap;

use super::super::lineage::Telling;
use super::super::scan::{Making, Package, Rating, Vulnerability, text};
use super::super::tree::Node;
use super::super::vex;
use crate::model::digest::Digest;
use crate::model::finding::{Product, Report, Statement, Subject, VexStatus};
use crate::model::lineage::Named;
use crate::model::reference::Reference;
use crate::model::time::Micros;
use crate::read::lineage::Identity;
use crate::read::tree::cut;

/// Components in components are followed so deep.
const DEEPEST: usize = 16;
/// Most products of one statement.
const MOST_PRODUCTS: usize = 1_000;

/// All names of the image that an SBOM is of.
pub(super) fn subject(name: String, named: Option<&Named>, identity: Option<&Identity>) -> Subject {
    let mut subject = Subject { name, ..Subject::default() };
    if let Some(named) = named {
        // What stands beside a package URL's name is a manifest's or an index's digest.
        subject.digests.extend(named.digest.clone());
        let is_tagged = Reference::parse(&named.as_written).is_ok_and(|r| r.tag().is_some());
        subject.tags.extend(Some(named.as_written.clone()).filter(|_| is_tagged));
    }
    if let Some(identity) = identity {
        subject.config = identity.config.clone();
        subject.manifest = identity.manifest.clone();
        let digests = identity.digests.iter().filter_map(|(name, _)| Digest::parse(name.rsplit_once('@')?.1).ok());
        subject.digests.extend(digests);
        subject.tags.extend(identity.tags.iter().map(|(tag, _)| tag.clone()));
    }
    subject.digests.dedup();
    subject.tags.dedup();
    subject
}

/// Reads the packages and vulnerabilities of a BOM in CycloneDX.
pub(super) fn cyclonedx(node: Node<'_>, at: &str, subject: Subject, told: &mut Telling<'_>) {
    let mut making = Making::new(node, told.base(), at.to_owned()).within(told.inside());
    tool(node.path(&["metadata", "tools"]), &mut making);
    let created = node.path(&["metadata", "timestamp"]).and_then(|at| Micros::parse_rfc3339(&at.text()?));
    making.times(created, None);
    let product = Product {
        digest: subject.config.clone().or_else(|| subject.digests.first().cloned()),
        name: subject.tags.first().cloned().unwrap_or_default(),
        packages: Vec::new(),
    };
    *making.subject() = subject;
    if node.get("components").is_some() {
        making.listed();
    }
    let mut places = HashMap::new();
    components(node, 0, &mut making, &mut places);
    let listed: usize = node.list("vulnerabilities").count();
    let mut statements = Vec::new();
    for (i, row) in node.list("vulnerabilities").enumerate() {
        let pointer = format!("{at}/vulnerabilities/{i}");
        match of_bom(row, &product, &pointer, told) {
            Some(statement) => statements.push(statement),
            None if row.get("analysis").is_some() => {
                told.reject(
                    &pointer,
                    "an analysis of a product that is named so that it could be no image: it clears nothing",
                );
            }
            None => {}
        }
        if !found(row, &mut making, &places) && row.get("analysis").is_none() {
            told.reject(&pointer, "a vulnerability without an id, or in no component of this BOM");
        }
    }
    if listed > 0 && !places.is_empty() {
        making.searched();
    }
    if !making.is_empty() || node.get("components").is_some() {
        told.reports.push(Report::Scan(Box::new(making.finish())));
    }
    // What an image carries about itself is never applied: whoever made the image may have written it.
    if !statements.is_empty() && at.is_empty() {
        told.reports.push(Report::Vex(statements));
    }
}

/// Up to version 1.4 a list, later an object with `components`.
fn tool(tools: Option<Node<'_>>, making: &mut Making) {
    let Some(tools) = tools else { return };
    let list = tools.get("components").unwrap_or(tools);
    if let Some(first) = list.elements().next() {
        making.by(&text(first.get("name")).to_lowercase(), &text(first.get("version")));
    }
}

fn components(node: Node<'_>, depth: usize, making: &mut Making, places: &mut HashMap<String, u32>) {
    if depth >= DEEPEST {
        return;
    }
    for component in node.list("components") {
        let [kind, group, name, version, purl, properties, id] =
            component.pick(["type", "group", "name", "version", "purl", "properties", "bom-ref"]);
        let (kind, purl) = (text(kind), text(purl));
        let is_package = ["library", "framework"].contains(&&*kind) || !purl.is_empty() || kind.is_empty();
        if is_package && crate::read::lineage::purl(&purl).is_none() {
            let (mut source, mut layer, mut ecosystem) = (text(None), text(None), text(None));
            for property in properties.into_iter().flat_map(Node::elements).take(200) {
                let [name, value] = property.pick(["name", "value"]);
                match &*text(name) {
                    "aquasecurity:trivy:SrcName" => source = text(value),
                    "aquasecurity:trivy:LayerDiffID" | "syft:location:0:layerID" => layer = text(value),
                    "aquasecurity:trivy:PkgType" | "syft:package:type" => ecosystem = text(value),
                    "syft:metadata:originPackage" | "syft:metadata:source" => source = text(value),
                    _ => {}
                }
            }
            let (group, name, version) = (text(group), text(name), text(version));
            let name = if group.is_empty() { name } else { format!("{group}/{name}").into() };
            let package = Package {
                name: &name,
                version: &version,
                ecosystem: &ecosystem,
                purl: &purl,
                source: &source,
                layer: &layer,
            };
            let at = making.spot(component);
            if let Some(place) = making.carries(&package, &at) {
                let id = text(id);
                places.insert(if id.is_empty() { purl.into_owned() } else { id.into_owned() }, place);
            }
        }
        components(component, depth + 1, making, places);
    }
}

/// Adds a vulnerability for each component that it affects; false where it affects none here.
fn found(row: Node<'_>, making: &mut Making, places: &HashMap<String, u32>) -> bool {
    let [id, ratings, affects, references] = row.pick(["id", "ratings", "affects", "references"]);
    let id = text(id);
    if id.is_empty() {
        return false;
    }
    let (mut cvss, mut severity) = (Rating::default(), text(None));
    for entry in ratings.into_iter().flat_map(Node::elements).take(50) {
        let [method, score, vector, word] = entry.pick(["method", "score", "vector", "severity"]);
        if severity.is_empty() {
            severity = text(word);
        }
        if text(method) != "CVSSv2" || cvss.score == 0 {
            cvss.take(score.and_then(Node::text).as_deref(), &text(vector));
        }
    }
    let aliases: Vec<_> = references.into_iter().flat_map(Node::elements).take(20).map(|r| text(r.get("id"))).collect();
    let vulnerability = Vulnerability {
        id: &id,
        aliases: aliases.iter().map(AsRef::as_ref).collect(),
        fixed: "",
        status: "",
        severity: &severity,
        cvss,
    };
    let at = making.spot(row);
    let mut any = false;
    for affected in affects.into_iter().flat_map(Node::elements) {
        let reference = text(affected.get("ref"));
        if let Some(place) = places.get(&*reference) {
            making.found_in(&vulnerability, *place, &at);
            any = true;
        }
    }
    any
}

/// What an analysis says: of the components in the image of this BOM, or of the products that it names itself.
fn of_bom(row: Node<'_>, product: &Product, pointer: &str, told: &Telling<'_>) -> Option<Statement> {
    let [id, analysis, affects] = row.pick(["id", "analysis", "affects"]);
    let analysis = analysis?;
    let status = VexStatus::parse(&text(analysis.get("state")))?;
    let (id, [why, detail]) = (text(id), analysis.pick(["justification", "detail"]));
    let (mut products, mut packages) = (Vec::new(), Vec::new());
    for affected in affects.into_iter().flat_map(Node::elements).take(MOST_PRODUCTS) {
        // A reference into another BOM: what follows the sign names the component there.
        let reference = text(affected.get("ref"));
        let name = reference.rsplit_once('#').map_or(&*reference, |(_, name)| name);
        match vex::product(name) {
            Some(product) => products.push(product),
            None if name.starts_with("pkg:") => packages.push(cut(name.into())),
            None => {}
        }
    }
    if products.is_empty() && *product != Product::default() {
        products.push(Product { packages, ..product.clone() });
    }
    if id.is_empty() || products.is_empty() {
        return None;
    }
    let time = analysis.get("lastUpdated").or_else(|| analysis.get("firstIssued"));
    Some(Statement {
        vulnerabilities: vec![cut(id)],
        status,
        justification: why.or(detail).and_then(Node::string).unwrap_or_default(),
        author: String::new(),
        products,
        at: time.and_then(|at| Micros::parse_rfc3339(&at.text()?)),
        spot: told.spot(row, pointer.to_owned()),
    })
}

/// One package of an SPDX document, whatever its version and dress.
#[derive(Default)]
pub(super) struct Spdx<'s> {
    pub name: &'s str,
    pub version: &'s str,
    pub purl: &'s str,
    /// `built package from: bash 4.2.46-31.el7`
    pub source_info: &'s str,
    pub layer: &'s str,
}

impl<'s> Spdx<'s> {
    pub fn package(&self) -> Package<'s> {
        let built = self.source_info.split_once("built package from: ").map_or("", |(_, built)| built);
        let source = built.split_whitespace().next().unwrap_or_default();
        Package { name: self.name, version: self.version, ecosystem: "", purl: self.purl, source, layer: self.layer }
    }
}

/// True for what an SPDX document has among its packages that is no package of an image.
pub(super) fn is_other_purpose(purpose: &str) -> bool {
    ["container", "operating-system", "operatingSystem", "file", "device", "firmware", "archive", "install"]
        .iter()
        .any(|other| purpose.eq_ignore_ascii_case(other))
}

/// The scanner in `Tool: syft-1.2.3`.
pub(super) fn creator(text: &str) -> Option<(&str, &str)> {
    let tool = text.trim().strip_prefix("Tool:")?.trim();
    let at = tool
        .rfind(['-', ' '])
        .filter(|at| tool.get(at + 1..).is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit() || c == 'v')));
    Some(match at {
        Some(at) => (tool.get(..at).unwrap_or(tool), tool.get(at + 1..).unwrap_or_default()),
        None => (tool, ""),
    })
}
