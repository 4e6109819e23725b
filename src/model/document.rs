//! What one item of evidence says of lineage, and documents that are named by their own bytes.
//!
//! A manifest, an index and a config do not say their own digest: it is that of their bytes. A reader sees a redacted copy, so
//! it only says what the document is; whoever has the original's digest at hand puts it in. In a [`LayerChain`] and in a
//! [`LineageClaim`] of such an item, [`Named::default`] stands for the document itself.

use serde::{Deserialize, Serialize};

use super::digest::{Digest, DigestKind};
use super::fact::Spot;
use super::lineage::{LayerChain, LineageClaim, Member};

/// What an item says of lineage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lineage {
    /// The document that the item is, where it is one that is named by the digest of its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// Digests that the record proves to be of configs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub configs: Vec<Digest>,
    /// What other digests are proved to name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<(Digest, DigestKind)>,
    /// Layers of images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chains: Vec<LayerChain>,
    /// Members of indexes whose digest is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// What stands on what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<LineageClaim>,
}

/// A document that is named by the digest of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What its digest names; never [`DigestKind::Unknown`].
    pub kind: DigestKind,
    /// The config of a manifest. It stands for the image where the document's own digest cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Digest>,
    /// The images of an index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<Listed>,
}

/// An image listed in the index that the document is. Attestations and other artefacts are no images and are not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its manifest, or an index in the index.
    #[serde(rename = "m")]
    pub manifest: Digest,
    /// `os/architecture` or `os/architecture/variant`.
    #[serde(default, rename = "p", skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Where it stands, relative to the item.
    #[serde(default, rename = "at")]
    pub spot: Spot,
}

impl Lineage {
    /// How many facts it states.
    pub fn facts(&self) -> u64 {
        let document = self.document.as_ref().map_or(0, |d| 1 + d.lists.len());
        let digests = self.configs.len() + self.kinds.len();
        (document + digests + self.chains.len() + self.members.len() + self.claims.len()) as u64
    }

    /// For an item: `None` where nothing is said.
    pub fn kept(self) -> Option<Box<Lineage>> {
        (self != Lineage::default()).then(|| Box::new(self))
    }

    /// Forgets where in the item each part stands: what was read of a redacted copy stands elsewhere in the raw one.
    pub fn forget_places(&mut self) {
        let listed = self.document.iter_mut().flat_map(|d| &mut d.lists).map(|l| &mut l.spot);
        let chains = self.chains.iter_mut().map(|c| &mut c.spot);
        let members = self.members.iter_mut().map(|m| &mut m.spot);
        let claims = self.claims.iter_mut().map(|c| &mut c.spot);
        listed.chain(chains).chain(members).chain(claims).for_each(|spot| (spot.offset, spot.length) = (0, 0));
    }
}

#[cfg(test)]
mod tests {
    use super::super::lineage::{Named, ProofKind};
    use super::*;

    fn spot() -> Spot {
        Spot { pointer: "/manifests/0".into(), offset: 7, length: 9 }
    }

    fn said() -> Lineage {
        let listed = Listed { manifest: Digest::of(b"m"), platform: Some("linux/amd64".into()), spot: spot() };
        let claim =
            LineageClaim::new(Named::default(), Named::by_reference("debian"), None, ProofKind::Annotation, spot());
        let document = Document { kind: DigestKind::Index, config: None, lists: vec![listed] };
        Lineage { document: Some(document), claims: vec![claim], ..Lineage::default() }
    }

    #[test]
    fn nothing_said_is_nothing_kept() {
        assert_eq!(Lineage::default().kept(), None);
        assert_eq!((said().facts(), said().kept().is_some()), (3, true));
    }

    #[test]
    fn it_is_read_back_as_it_was_written() {
        let text = serde_json::to_string(&said()).unwrap();
        assert_eq!(serde_json::from_str::<Lineage>(&text).unwrap(), said());
    }

    #[test]
    fn forgotten_places_keep_their_pointers() {
        let mut lineage = said();
        lineage.forget_places();
        let forgotten = Spot { offset: 0, length: 0, ..spot() };
        assert_eq!((&lineage.claims[0].spot, &lineage.document.unwrap().lists[0].spot), (&forgotten, &forgotten));
    }
}
