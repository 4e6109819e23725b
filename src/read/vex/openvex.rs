//! OpenVEX (specification 0.2.0, and 0.0.x where products are texts).

use super::product;
use crate::model::digest::Digest;
use crate::model::fact::Item;
use crate::model::finding::{Product, Report, Statement, VexStatus};
use crate::model::time::Micros;
use crate::read::lineage::parse;
use crate::read::outcome::Outcome;
use crate::read::scan::text;
use crate::read::tree::{Kind, Node, cut};
use crate::read::{Limits, Segment};

/// Most products of one statement, and parts of one product.
const MOST: usize = 1_000;

/// Reads a document.
pub(in crate::read) fn read(source: &str, segment: &Segment, limits: &Limits, out: &mut Outcome) {
    let Some(tree) = parse(source, segment, limits, out) else { return };
    let Some(root) = tree.root() else { return };
    let author = text(root.get("author")).into_owned();
    let time = |node: Node<'_>| {
        let at = node.get("last_updated").or_else(|| node.get("timestamp"));
        at.and_then(|at| Micros::parse_rfc3339(&at.text()?))
    };
    let written = time(root);
    let mut statements = Vec::new();
    for (i, node) in root.list("statements").enumerate() {
        let pointer = format!("/statements/{i}");
        let at = time(node).or(written);
        out.newest = out.newest.max(at);
        let spot = node.spot(root.start(), pointer.clone());
        match statement(node) {
            Ok(found) => statements.push(Statement { author: cut(author.as_str().into()), at, spot, ..found }),
            Err(reason) => out.reject(format!("{}{pointer}", segment.pointer), reason),
        }
    }
    out.newest = out.newest.max(written);
    if !statements.is_empty() {
        let spot = root.spot(0, segment.pointer.clone());
        out.items.push(Item { spot, reports: vec![Report::Vex(statements)], ..Item::default() });
    }
}

fn statement(node: Node<'_>) -> Result<Statement, &'static str> {
    let [vulnerability, products, status, justification, impact] =
        node.pick(["vulnerability", "products", "status", "justification", "impact_statement"]);
    let status = VexStatus::parse(&text(status)).ok_or("a statement without a status that is one")?;
    let mut vulnerabilities = Vec::new();
    match vulnerability {
        Some(node) if node.kind() == Kind::Object => {
            vulnerabilities.extend(node.get("name").and_then(Node::string));
            vulnerabilities.extend(node.list("aliases").take(50).filter_map(Node::string));
            if vulnerabilities.is_empty() {
                let id = text(node.get("@id"));
                vulnerabilities.extend(id.rsplit('/').next().filter(|id| !id.is_empty()).map(str::to_owned));
            }
        }
        Some(node) => vulnerabilities.extend(node.string()),
        None => {}
    }
    if vulnerabilities.is_empty() {
        return Err("a statement without a vulnerability");
    }
    let products: Vec<Product> =
        products.into_iter().flat_map(Node::elements).take(MOST).filter_map(of_product).collect();
    if products.is_empty() {
        return Err("none of the statement's products is named so that it could be an image: it clears nothing");
    }
    let justification = justification.or(impact).and_then(Node::string).unwrap_or_default();
    let (author, at, spot) = (String::new(), None, crate::model::fact::Spot::default());
    Ok(Statement { vulnerabilities, status, justification, author, products, at, spot })
}

fn of_product(node: Node<'_>) -> Option<Product> {
    if node.kind() == Kind::Text {
        return product(&node.text()?);
    }
    let [id, identifiers, hashes, parts] = node.pick(["@id", "identifiers", "hashes", "subcomponents"]);
    let named = identifiers.into_iter().flat_map(Node::members).filter_map(|(_, value)| value.text());
    let mut found =
        id.and_then(Node::text).into_iter().chain(named).find_map(|name| product(&name)).unwrap_or_default();
    if found.digest.is_none() {
        let hash =
            hashes.and_then(|hashes| hashes.get("sha-256").or_else(|| hashes.get("sha256"))).and_then(Node::text);
        found.digest =
            hash.and_then(|hex| Digest::parse(&format!("sha256:{}", hex.trim_start_matches("sha256:"))).ok());
    }
    if found == Product::default() {
        return None;
    }
    let part = |part: Node<'_>| match part.kind() {
        Kind::Text => part.string(),
        _ => part.string_at("@id").or_else(|| part.path(&["identifiers", "purl"])?.string()),
    };
    found.packages = parts.into_iter().flat_map(Node::elements).take(MOST).filter_map(part).collect();
    Some(found)
}
