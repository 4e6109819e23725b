//! VEX documents: OpenVEX, and what CycloneDX says in `vulnerabilities[].analysis`.
//!
//! Owns statements and what they are about, as far as it can be compared: an image by digest or by name. A product that is
//! named otherwise is counted and said, for it then clears nothing.

mod openvex;

pub(in crate::read) use openvex::read as read_openvex;

use crate::model::digest::Digest;
use crate::model::finding::Product;

/// The image that an identifier names: a package URL of an image, a digest, a reference.
pub(in crate::read) fn product(identifier: &str) -> Option<Product> {
    let identifier = identifier.trim();
    if let Some(named) = super::lineage::purl(identifier) {
        return Some(Product { digest: named.digest, name: named.as_written, packages: Vec::new() });
    }
    if identifier.contains("://") || identifier.starts_with("pkg:") || identifier.starts_with("urn:") {
        return None;
    }
    if let Ok(digest) = Digest::parse(identifier) {
        return Some(Product { digest: Some(digest), ..Product::default() });
    }
    // A bare word may be anything; a tag, a digest or a path makes it an image.
    let named = super::lineage::reference(identifier).filter(|_| identifier.contains([':', '/', '@']))?;
    Some(Product { digest: named.digest, name: named.as_written, packages: Vec::new() })
}
