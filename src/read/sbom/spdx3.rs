//! SPDX 3 in JSON-LD: elements of a graph, among them packages that are images and `descendantOf` and `ancestorOf` between
//! them.

use std::collections::HashMap;

use crate::model::digest::Digest;
use crate::model::lineage::{EdgeKind, Named, ProofKind};
use crate::read::lineage::{self, Telling};
use crate::read::tree::Node;

/// Most targets of one relationship.
const MOST: usize = 1_000;

/// Reads a document that stands at `at`.
pub(super) fn read(node: Node<'_>, at: &str, told: &mut Telling<'_>) {
    super::later(told);
    let mut images = HashMap::new();
    for element in node.list("@graph") {
        if let (Some(id), Some(named)) = (element.string_at("spdxId"), image(element)) {
            images.insert(id, named);
        }
    }
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
