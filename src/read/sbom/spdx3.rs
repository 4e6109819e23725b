//! SPDX 3 in JSON-LD: elements of a graph, among them packages that are images and `descendantOf` and `ancestorOf` between
//! them.

use std::collections::HashMap;

use super::packages::{self, Spdx};
use crate::model::digest::Digest;
use crate::model::finding::Report;
use crate::model::lineage::{EdgeKind, Named, ProofKind};
use crate::model::time::Micros;
use crate::read::lineage::{self, Telling};
use crate::read::scan::{Making, text};
use crate::read::tree::Node;

/// Most targets of one relationship.
const MOST: usize = 1_000;

/// Reads a document that stands at `at`.
pub(super) fn read(node: Node<'_>, at: &str, told: &mut Telling<'_>) {
    let mut images = HashMap::new();
    for element in node.list("@graph") {
        if let (Some(id), Some(named)) = (element.string_at("spdxId"), image(element)) {
            images.insert(id, named);
        }
    }
    listed(node, at, &images, told);
    if images.is_empty() {
        return;
    }
    for (i, element) in node.list("@graph").enumerate() {
        let pointer = || format!("{at}/@graph/{i}");
        if let Some(named) = element.text_of("spdxId").and_then(|id| images.get(id.as_ref()))
            && !named.as_written.is_empty()
        {
            let spot = told.spot(element, pointer());
            let text =
                named.digest.as_ref().map_or_else(|| named.as_written.clone(), |d| format!("{}@{d}", named.as_written));
            told.see(&text, named.digest.as_ref(), &spot);
        }
        let descends = match element.text_of("relationshipType").as_deref() {
            Some("descendantOf") => true,
            Some("ancestorOf") => false,
            _ => continue,
        };
        let Some(from) = element.string_at("from").and_then(|from| images.get(&from)) else { continue };
        for to in element.list("to").take(MOST).filter_map(|to| images.get(&to.string()?)) {
            let (child, parent) = if descends { (from, to) } else { (to, from) };
            let spot = told.spot(element, pointer());
            told.claim(child, parent.clone(), Some(EdgeKind::Base), ProofKind::Sbom, &spot);
        }
    }
}

/// Hands over the packages of the document.
fn listed(node: Node<'_>, at: &str, images: &HashMap<String, Named>, told: &mut Telling<'_>) {
    let mut making = Making::new(node, told.base(), at.to_owned()).within(told.inside());
    making.listed();
    let root = node.list("@graph").find_map(|element| {
        let is_document = text(element.get("type")) == "SpdxDocument";
        element.list("rootElement").next().and_then(Node::string).filter(|_| is_document)
    });
    for element in node.list("@graph") {
        let [kind, id, created, name, version, url, purpose] = element.pick([
            "type",
            "spdxId",
            "created",
            "name",
            "software_packageVersion",
            "software_packageUrl",
            "software_primaryPurpose",
        ]);
        match &*text(kind) {
            "CreationInfo" => {
                let created = created.and_then(|at| Micros::parse_rfc3339(&at.text()?));
                told.time(element.get("created"), true);
                making.times(created, None);
            }
            "software_Package" => {
                let (id, url) = (text(id), text(url));
                if let Some(named) = images.get(&*id) {
                    *making.subject() = packages::subject(text(name).into_owned(), Some(named), None);
                } else if !url.is_empty()
                    || !(packages::is_other_purpose(&text(purpose)) || root.as_deref() == Some(&*id))
                {
                    let (name, version) = (text(name), text(version));
                    let package = Spdx { name: &name, version: &version, purl: &url, ..Spdx::default() };
                    let spot = making.spot(element);
                    making.carries(&package.package(), &spot);
                }
            }
            "Tool" => making.by(&text(name).to_lowercase(), ""),
            _ => {}
        }
    }
    told.reports.push(Report::Scan(Box::new(making.finish())));
}

/// The image that an element is; `None` for others.
fn image(element: Node<'_>) -> Option<Named> {
    let url = element.text_of("software_packageUrl").and_then(|url| lineage::purl(&url));
    let other = || element.list("externalIdentifier").find_map(|id| lineage::purl(&id.text_of("identifier")?));
    let by_name = || {
        let container = element.text_of("software_primaryPurpose").is_some_and(|purpose| purpose == "container");
        let named = lineage::reference(&element.string_at("name").filter(|_| container)?)?;
        let version = element.string_at("software_packageVersion");
        Some(Named { digest: version.and_then(|v| Digest::parse(&v).ok()).or(named.digest), ..named })
    };
    url.or_else(other).or_else(by_name)
}
