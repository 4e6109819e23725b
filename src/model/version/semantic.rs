//! Semantic versions (semver.org 2.0, section 11), taken with mercy: a leading `v`, any number of components, and Ruby's
//! way to write a pre-release as one more component (`1.0.0.pre1`).

use std::cmp::Ordering;

use super::numbers;

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let ((release_a, before_a), (release_b, before_b)) = (parts(a), parts(b));
    let found = releases(release_a, release_b);
    found.then_with(|| match (before_a, before_b) {
        (None, None) => Ordering::Equal,
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(a), Some(b)) => identifiers(a, b),
    })
}

/// The release and the pre-release; build metadata does not count.
fn parts(version: &str) -> (&str, Option<&str>) {
    let version = version.strip_prefix(['v', 'V', '=']).unwrap_or(version);
    let version = version.split_once('+').map_or(version, |(version, _)| version);
    match version.split_once('-') {
        Some((release, before)) => (release, Some(before)),
        None => (version, None),
    }
}

/// Components one by one; a missing one is 0, and one with letters in it is older than any number.
fn releases(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (x, y) = (a.next(), b.next());
        if x.is_none() && y.is_none() {
            return Ordering::Equal;
        }
        let found = identifier(x.unwrap_or("0"), y.unwrap_or("0")).then_with(|| Ordering::Equal);
        if found != Ordering::Equal {
            // In a release letters are a pre-release, and older.
            let letters = |part: Option<&str>| part.is_some_and(|part| !is_numeric(part));
            return match (letters(x), letters(y)) {
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                _ => found,
            };
        }
    }
}

fn identifiers(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let found = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            // The one with more is the later.
            (Some(_), None) => return Ordering::Greater,
            (None, Some(_)) => return Ordering::Less,
            (Some(x), Some(y)) => identifier(x, y),
        };
        if found != Ordering::Equal {
            return found;
        }
    }
}

/// Numbers are compared as such and are older than words.
fn identifier(a: &str, b: &str) -> Ordering {
    match (is_numeric(a), is_numeric(b)) {
        (true, true) => numbers(a, b),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    }
}

fn is_numeric(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_order_of_the_specification_and_of_its_neighbours() {
        let ascending = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "v1.0.1",
            "1.2",
            "1.10.0",
            "1.10.0.1",
            "2.0.0-0.20240101000000-abcdefabcdef",
            "2.0.0",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        for (a, b) in [("1.0", "1.0.0"), ("v1.2.3+build", "1.2.3"), ("1.2.3+incompatible", "v1.2.3")] {
            assert_eq!(compare(a, b), Ordering::Equal, "{a} {b}");
        }
        assert_eq!(compare("1.0.0.pre1", "1.0.0"), Ordering::Less);
    }

    proptest! {
        #[test]
        fn valid_versions_are_ordered_as_by_cargo(
            a in "[0-9]{1,2}\\.[0-9]{1,2}\\.[0-9](-[a-c1-9]{1,3}(\\.[a-c1-9]{1,2})?)?",
            b in "[0-9]{1,2}\\.[0-9]{1,2}\\.[0-9](-[a-c1-9]{1,3}(\\.[a-c1-9]{1,2})?)?",
        ) {
            if let (Ok(x), Ok(y)) = (semver::Version::parse(&a), semver::Version::parse(&b)) {
                prop_assert_eq!(compare(&a, &b), x.cmp_precedence(&y), "{} {}", a, b);
            }
        }
    }
}
