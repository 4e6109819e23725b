//! ChainIDs: one digest that names a stack of layers.

use sha2::{Digest as _, Sha256};

use crate::model::digest::Digest;

/// The ChainID of layers, lowest first (OCI image specification, config.md, "Layer ChainID"): of one layer its own
/// digest, of more the SHA-256 over the ChainID of all but the topmost, a space, and the topmost. `None` of no layers.
pub fn chain_id<'d>(layers: impl IntoIterator<Item = &'d Digest>) -> Option<Digest> {
    layers.into_iter().fold(None, |below, layer| Some(extend(below.as_ref(), layer)))
}

/// The ChainIDs of layers, lowest first: of the lowest layer, of the lowest two, and so on.
pub fn chain_ids<'d>(layers: impl IntoIterator<Item = &'d Digest>) -> impl Iterator<Item = Digest> {
    layers.into_iter().scan(None, |below: &mut Option<Digest>, layer| {
        *below = Some(extend(below.as_ref(), layer));
        below.clone()
    })
}

/// The ChainID of a stack with one more layer on it.
fn extend(below: Option<&Digest>, layer: &Digest) -> Digest {
    let Some(below) = below else { return layer.clone() };
    let mut hash = Sha256::new();
    hash.update(below.as_str());
    hash.update(b" ");
    hash.update(layer.as_str());
    Digest::from_sha256(&hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_specification() {
        let [a, b, c] = [b"a", b"b", b"c"].map(|layer| Digest::of(layer));
        assert_eq!(chain_id([]), None);
        assert_eq!(chain_id([&a]), Some(a.clone()));
        let two = Digest::of(format!("{a} {b}").as_bytes());
        assert_eq!(chain_id([&a, &b]), Some(two.clone()));
        assert_eq!(chain_id([&a, &b, &c]), Some(Digest::of(format!("{two} {c}").as_bytes())));
        assert_ne!(chain_id([&b, &a]), chain_id([&a, &b]));
    }

    #[test]
    fn two_layers_come_to_the_known_value() {
        // Worked out with sha256sum over the two texts and a space.
        let first = Digest::parse(&format!("sha256:{}", "0".repeat(64))).unwrap();
        let second = Digest::parse(&format!("sha256:{}", "1".repeat(64))).unwrap();
        let known = "f94b891e05f6e37c90d87edfd5bb98a02d618a437c35f3a94b3b00e48e894631";
        assert_eq!(chain_id([&first, &second]).unwrap().hex(), known);
    }
}
