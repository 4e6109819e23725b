//! Version orders, one for each kind of package, and ranges over them.
//!
//! A version is text as a package manager wrote it. It is never "parsed or refused": what an order does not know is still
//! ordered, by the rules nearest to it, so that no package falls out of an answer. Which order counts is told by the package
//! URL's type (package-url/purl-spec). Nothing here looks a version up.

mod apk;
mod deb;
mod maven;
mod python;
mod range;
mod rpm;
mod semantic;

pub use range::{BadRange, Range};

use std::cmp::Ordering;

/// The order of versions of one kind of package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Alpine: `3.1.4-r1`.
    Apk,
    /// Debian and Ubuntu: `1:1.2.11.dfsg-4+deb12u1` (deb-version(7)).
    Deb,
    /// RPM: `1:1.0.2k-16.el7` (rpm-version(7)).
    Rpm,
    /// Java (Maven POM reference, "Version Order Specification").
    Maven,
    /// Python (PEP 440).
    Python,
    /// Semantic versions (semver.org 2.0) and what npm, Go, Cargo, Ruby, .NET and PHP make of them.
    Semantic,
    /// Anything else: runs of digits count as numbers, the rest as text, as dpkg does it.
    Other,
}

impl Scheme {
    /// The order for a package URL's type.
    pub fn of(kind: &str) -> Scheme {
        match kind {
            "apk" | "alpine" => Scheme::Apk,
            "deb" => Scheme::Deb,
            "rpm" => Scheme::Rpm,
            "maven" => Scheme::Maven,
            "pypi" => Scheme::Python,
            "npm" | "golang" | "cargo" | "gem" | "nuget" | "composer" | "hex" | "pub" | "swift" | "conan" => {
                Scheme::Semantic
            }
            _ => Scheme::Other,
        }
    }

    /// Which of two versions is the later one.
    pub fn compare(self, a: &str, b: &str) -> Ordering {
        let (a, b) = (a.trim(), b.trim());
        match self {
            Scheme::Apk => apk::compare(a, b),
            Scheme::Deb => deb::compare(a, b),
            Scheme::Rpm => rpm::compare(a, b),
            Scheme::Maven => maven::compare(a, b),
            Scheme::Python => python::compare(a, b),
            Scheme::Semantic => semantic::compare(a, b),
            Scheme::Other => deb::part(a, b),
        }
    }

    /// What stands before the revision that a distribution counts, and that revision; without an epoch.
    fn parts(self, version: &str) -> (&str, Option<&str>) {
        match self {
            Scheme::Apk => match version.rsplit_once("-r") {
                Some((upstream, revision)) if is_number(revision) => (upstream, Some(revision)),
                _ => (version, None),
            },
            Scheme::Deb | Scheme::Rpm => {
                let version = epoch(version).1;
                match version.rsplit_once('-') {
                    Some((upstream, revision)) => (upstream, Some(revision)),
                    None => (version, None),
                }
            }
            _ => (version, None),
        }
    }
}

/// The version that a package really holds: Debian names a version that was taken back `5.6.1+really5.4.5-1`, so that it
/// counts as newer (debian-policy and deb-version(7) know no other way down). Only what follows `really` is inside.
pub fn really(version: &str) -> String {
    match version.split_once("+really") {
        None => version.to_owned(),
        Some((before, inside)) => match before.split_once(':') {
            Some((epoch, _)) => format!("{epoch}:{inside}"),
            None => inside.to_owned(),
        },
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The epoch before a colon, none counting as 0, and the rest.
fn epoch(version: &str) -> (&str, &str) {
    match version.split_once(':') {
        Some((epoch, rest)) if is_number(epoch) => (epoch, rest),
        _ => ("0", version),
    }
}

/// Two runs of digits of any length as numbers.
fn numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Cuts the digits from the front of a text.
fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Scheme; 7] =
        [Scheme::Apk, Scheme::Deb, Scheme::Rpm, Scheme::Maven, Scheme::Python, Scheme::Semantic, Scheme::Other];

    #[test]
    fn what_was_taken_back_counts_as_what_it_holds() {
        assert_eq!(really("5.6.1+really5.4.5-1"), "5.4.5-1");
        assert_eq!(really("1:5.6.1+really5.4.5-1"), "1:5.4.5-1");
        assert_eq!(really("5.6.1-1"), "5.6.1-1");
    }

    proptest! {
        #[test]
        fn every_order_is_one_whatever_the_text(a in ".{0,16}", b in "[0-9a-z.:~^+_-]{0,16}", c in "[0-9][0-9.a-c_-]{0,8}") {
            for scheme in ALL {
                for (x, y) in [(&a, &b), (&b, &c), (&a, &c)] {
                    prop_assert_eq!(scheme.compare(x, x), Ordering::Equal, "{:?} {}", scheme, x);
                    prop_assert_eq!(scheme.compare(x, y), scheme.compare(y, x).reverse(), "{:?} {} {}", scheme, x, y);
                }
            }
        }

        #[test]
        fn three_versions_have_an_order(mut versions in prop::collection::vec("[0-9]{1,2}(\\.[0-9]{1,2}){0,2}", 3)) {
            for scheme in ALL {
                versions.sort_by(|a, b| scheme.compare(a, b));
                prop_assert!(scheme.compare(&versions[0], &versions[2]) != Ordering::Greater, "{:?} {:?}", scheme, versions);
            }
        }
    }
}
