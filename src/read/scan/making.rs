//! A scan in the making: each text once, each package once, findings in the order of the evidence.

use std::collections::HashMap;

use crate::model::digest::Digest;
use crate::model::fact::Spot;
use crate::model::finding::{Carried, Cve, Found, Known, Scan, Severity, Subject, Texts, Tool, cvss};
use crate::model::package::{PackageUrl, kind_of};
use crate::model::time::Micros;
use crate::read::tree::{Node, cut};

/// A package as a report tells it; empty texts are not told.
#[derive(Debug, Clone, Default)]
pub(in crate::read) struct Package<'r> {
    pub name: &'r str,
    pub version: &'r str,
    /// The scanner's word for the ecosystem.
    pub ecosystem: &'r str,
    pub purl: &'r str,
    pub source: &'r str,
    /// The diffID of its layer.
    pub layer: &'r str,
}

/// A vulnerability as a report tells it.
#[derive(Debug, Clone, Default)]
pub(in crate::read) struct Vulnerability<'r> {
    pub id: &'r str,
    /// Other ids; the first CVE number counts.
    pub aliases: Vec<&'r str>,
    pub fixed: &'r str,
    pub status: &'r str,
    pub severity: &'r str,
    pub cvss: Rating,
}

/// The CVSS rating that counts: the highest score there is.
#[derive(Debug, Clone, Default)]
pub(in crate::read) struct Rating {
    pub score: u16,
    pub vector: String,
}

impl Rating {
    /// Takes a rating where it is higher than the one before. A score that is not told is that of the vector.
    pub fn take(&mut self, told: Option<&str>, vector: &str) {
        let score = told.and_then(tenths).filter(|score| *score > 0).or_else(|| cvss::score(vector)).unwrap_or(0);
        // Of two equal scores the vector that tells more counts: a later version's.
        if score > self.score || (score == self.score && vector > self.vector.as_str()) {
            *self = Rating { score, vector: cut(vector.into()) };
        }
    }
}

/// A score in tenths.
fn tenths(text: &str) -> Option<u16> {
    let score: f64 = text.parse().ok()?;
    (0.0..=10.0).contains(&score).then(|| (score * 10.0).round() as u16)
}

/// Kind, name, version, layer: what makes two mentions one package.
type Key = [u32; 4];

#[derive(Debug, Default)]
pub(in crate::read) struct Making {
    texts: Texts,
    scan: Scan,
    packages: HashMap<Key, u32>,
    /// First byte of the document in its segment.
    base: u64,
    /// Where everything stands, while a document is read that stands coded in a string.
    inside: Option<Spot>,
}

impl Making {
    /// Of the document or part at a node, in an item whose document begins at `base`.
    pub fn new(node: Node<'_>, base: u64, pointer: String) -> Making {
        let spot = node.spot(base, pointer);
        Making { base, scan: Scan { spot, ..Scan::default() }, ..Making::default() }
    }

    /// The same in a document that stands coded in a string, where `inside` says so: all of it stands where the string does.
    pub fn within(mut self, inside: Option<Spot>) -> Making {
        if let Some(spot) = &inside {
            self.scan.spot = spot.clone();
        }
        self.inside = inside;
        self
    }

    /// Of a text that is no tree.
    pub fn of_text(spot: Spot) -> Making {
        Making { scan: Scan { spot, ..Scan::default() }, ..Making::default() }
    }

    pub fn by(&mut self, name: &str, version: &str) {
        self.scan.tool = Tool { name: cut(name.into()), version: cut(version.into()) };
    }

    pub fn times(&mut self, created: Option<Micros>, database: Option<Micros>) {
        (self.scan.created, self.scan.database) = (created, database);
    }

    pub fn subject(&mut self) -> &mut Subject {
        &mut self.scan.subject
    }

    /// The workload that the scanner says runs it.
    pub fn run_by(&mut self, place: String) {
        self.scan.place = cut(place.into());
    }

    /// It looked for vulnerabilities.
    pub fn searched(&mut self) {
        self.scan.searched = true;
    }

    /// It lists all packages that were seen.
    pub fn listed(&mut self) {
        self.scan.listed = true;
    }

    pub fn known(&mut self, known: Known) {
        self.scan.known.push(known);
    }

    /// Where a node stands.
    pub fn spot(&self, node: Node<'_>) -> Spot {
        self.inside.clone().unwrap_or_else(|| node.spot(self.base, String::new()))
    }

    /// Adds a package that a list names; its place.
    pub fn carries(&mut self, package: &Package<'_>, at: &Spot) -> Option<u32> {
        let (key, carried) = self.carried(package, at)?;
        let place = u32::try_from(self.scan.packages.len()).ok()?;
        self.scan.packages.push(carried);
        self.packages.entry(key).or_insert(place);
        Some(place)
    }

    /// Adds a finding in a package that may stand in a list too.
    pub fn found(&mut self, vulnerability: &Vulnerability<'_>, package: &Package<'_>, at: &Spot) {
        let Some((key, carried)) = self.carried(package, at) else { return };
        let place = match self.packages.get(&key) {
            Some(place) => *place,
            None => {
                let Ok(place) = u32::try_from(self.scan.packages.len()) else { return };
                self.scan.packages.push(Carried { only_found: true, ..carried });
                self.packages.insert(key, place);
                place
            }
        };
        self.found_in(vulnerability, place, at);
    }

    /// Adds a finding in a package that was added.
    pub fn found_in(&mut self, vulnerability: &Vulnerability<'_>, package: u32, at: &Spot) {
        let id = vulnerability.id.trim();
        if id.is_empty() {
            return;
        }
        let alias = vulnerability.aliases.iter().filter(|_| Cve::parse(id).is_none()).find(|a| Cve::parse(a).is_some());
        let mut place = |text: &str| self.texts.place(&cut(text.trim().into()));
        let found = Found {
            id: place(id),
            alias: alias.map_or(0, |alias| place(alias)),
            package,
            fixed: place(vulnerability.fixed),
            status: place(vulnerability.status),
            severity: severity(vulnerability),
            vector: place(&vulnerability.cvss.vector),
            score: vulnerability.cvss.score,
            offset: at.offset,
            length: at.length,
        };
        self.scan.findings.push(found);
    }

    fn carried(&mut self, package: &Package<'_>, at: &Spot) -> Option<(Key, Carried)> {
        let url = PackageUrl::parse(package.purl);
        let told = package.name.trim();
        // Java is known by group and name, which scanners tell apart from each other.
        let name = match &url {
            Some(url) if told.is_empty() || url.kind == "maven" => url.name().into_owned(),
            _ => told.to_owned(),
        };
        if name.is_empty() {
            return None;
        }
        let kind = url.as_ref().map(|url| url.kind.clone());
        let kind = kind.or_else(|| kind_of(package.ecosystem).map(str::to_owned));
        let kind = kind.unwrap_or_else(|| package.ecosystem.trim().to_ascii_lowercase());
        let version = full_version(package.version.trim(), url.as_ref());
        let upstream = || url.as_ref()?.upstream().map(|(name, _)| name);
        let source = Some(package.source.trim().to_owned()).filter(|source| !source.is_empty()).or_else(upstream);
        let layer = Digest::parse(package.layer).map(|layer| layer.to_string()).unwrap_or_default();
        let mut place = |text: &str| self.texts.place(&cut(text.into()));
        let [kind, name, version, layer] = [&kind, &name, &version, &layer].map(|text| place(text));
        let source = source.map_or(0, |source| place(&source));
        let (offset, length) = (at.offset, at.length);
        let carried = Carried { kind, name, version, source, layer, offset, length, only_found: false };
        Some(([kind, name, version, layer], carried))
    }

    /// The references that the image goes by.
    pub fn tags(&self) -> &[String] {
        &self.scan.subject.tags
    }

    /// True while it says nothing of packages or vulnerabilities.
    pub fn is_empty(&self) -> bool {
        self.scan.packages.is_empty() && self.scan.findings.is_empty()
    }

    pub fn finish(mut self) -> Scan {
        self.scan.texts = self.texts.finish();
        self.scan
    }
}

/// The version as the package manager knows it: some reports leave out the epoch or the release that stands in the URL.
fn full_version(told: &str, url: Option<&PackageUrl>) -> String {
    let Some(url) = url else { return told.to_owned() };
    let full = url.full_version();
    let is_more = ["deb", "rpm"].contains(&url.kind.as_str()) && full.len() > told.len() && full.contains(told);
    if told.is_empty() || is_more { full } else { told.to_owned() }
}

/// What the scanner says; where it says nothing, what the score comes to (CVSS 3.1, section 5).
fn severity(vulnerability: &Vulnerability<'_>) -> Severity {
    match Severity::parse(vulnerability.severity) {
        Severity::Unknown => match vulnerability.cvss.score {
            0 => Severity::Unknown,
            1..=39 => Severity::Low,
            40..=69 => Severity::Medium,
            70..=89 => Severity::High,
            _ => Severity::Critical,
        },
        told => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_in_a_list_and_in_findings_is_one() {
        let mut making = Making::of_text(Spot::default());
        let listed = Package {
            name: "libssl3",
            version: "3.1.4-r0",
            purl: "pkg:apk/alpine/libssl3@3.1.4-r0",
            ..Package::default()
        };
        making.carries(&listed, &Spot::default());
        let found = Package { ecosystem: "alpine", purl: "", ..listed };
        let vulnerability = Vulnerability {
            id: "GHSA-x",
            aliases: vec!["CVE-2023-5363"],
            cvss: Rating { score: 75, ..Rating::default() },
            ..Vulnerability::default()
        };
        making.found(&vulnerability, &found, &Spot::default());
        let scan = making.finish();
        assert_eq!((scan.packages.len(), scan.findings.len()), (1, 1));
        assert_eq!((scan.text(scan.findings[0].alias), scan.findings[0].severity), ("CVE-2023-5363", Severity::High));
        assert_eq!(scan.text(scan.packages[0].kind), "apk");
    }

    #[test]
    fn versions_are_as_the_package_manager_knows_them() {
        let full = |told: &str, url: &str| full_version(told, PackageUrl::parse(url).as_ref());
        assert_eq!(full("4.2.46", "pkg:rpm/centos/bash@4.2.46-31.el7?arch=x86_64"), "4.2.46-31.el7");
        assert_eq!(full("1.0.2k-16.el7", "pkg:rpm/centos/openssl@1.0.2k-16.el7?epoch=1"), "1:1.0.2k-16.el7");
        assert_eq!(full("1:2.0", "pkg:deb/debian/a@2.0"), "1:2.0");
        assert_eq!(full("2.0", ""), "2.0");
    }

    #[test]
    fn the_highest_rating_counts() {
        let mut rating = Rating::default();
        rating.take(Some("5"), "AV:N/AC:L/Au:N/C:P/I:N/A:N");
        rating.take(None, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N");
        rating.take(Some("nonsense"), "neither");
        assert_eq!((rating.score, &rating.vector[..6]), (53, "CVSS:3"));
    }
}
