//! Python's order (PEP 440), by the crate that the Python tools in Rust use.

use std::cmp::Ordering;
use std::str::FromStr as _;

use pep440_rs::Version;

/// Versions that PEP 440 does not know are ordered as text and numbers.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    match (Version::from_str(a), Version::from_str(b)) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => super::deb::part(a, b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_pep() {
        let ascending =
            ["1.0.dev1", "1.0a1", "1.0b2.dev3", "1.0b2", "1.0rc1", "1.0", "1.0+local", "1.0.post1", "1!0.1"];
        for pair in ascending.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(compare("1.0", "1.0.0"), Ordering::Equal);
        assert_eq!(compare("2004d", "2004e"), Ordering::Less);
    }
}
