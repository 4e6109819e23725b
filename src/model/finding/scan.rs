//! What a scanner found in one image, or an SBOM lists of it.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use super::columns::{self, Columns};
use super::{Known, Severity};
use crate::model::digest::Digest;
use crate::model::fact::Spot;
use crate::model::time::Micros;

/// Who made a report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tool {
    /// `trivy`, `grype`, `syft`, or what the report says.
    #[serde(rename = "n", default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its version; empty where not told.
    #[serde(rename = "v", default, skip_serializing_if = "String::is_empty")]
    pub version: String,
}

/// The image that a report is of, by every name it has there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Subject {
    /// As the report calls it; may be a file or a folder.
    #[serde(rename = "n", default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The manifest's digest.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Digest>,
    /// The config's digest.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Digest>,
    /// Digests under which registries have it, of an index or a manifest.
    #[serde(rename = "d", default, skip_serializing_if = "Vec::is_empty")]
    pub digests: Vec<Digest>,
    /// References with their tags.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// One report of one image.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scan {
    /// Who made it.
    #[serde(rename = "by", default)]
    pub tool: Tool,
    /// When it was made.
    #[serde(rename = "at", default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Micros>,
    /// When the scanner's list of vulnerabilities was made.
    #[serde(rename = "db", default, skip_serializing_if = "Option::is_none")]
    pub database: Option<Micros>,
    /// What it is of.
    #[serde(rename = "of", default)]
    pub subject: Subject,
    /// The workload that the scanner says runs it, as `ReplicaSet shop/api-7c9 container api`; empty where it tells none.
    #[serde(rename = "w", default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// It looked for vulnerabilities: finding none then means that none was found.
    #[serde(rename = "fs", default, skip_serializing_if = "std::ops::Not::not")]
    pub searched: bool,
    /// It lists all packages that were seen: that one is not there then means that none was seen.
    #[serde(rename = "ps", default, skip_serializing_if = "std::ops::Not::not")]
    pub listed: bool,
    /// Every text that rows name by its place; the first is empty.
    #[serde(rename = "s", default)]
    pub texts: Vec<String>,
    /// Packages, in the order of the evidence.
    #[serde(rename = "p", default, with = "columns")]
    pub packages: Vec<Carried>,
    /// Findings, in the order of the evidence.
    #[serde(rename = "f", default, with = "columns")]
    pub findings: Vec<Found>,
    /// What the report knows of vulnerabilities beside what it found.
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<Known>,
    /// Where it stands, relative to the item.
    #[serde(rename = "o", default)]
    pub spot: Spot,
}

/// A package in an image. Texts by their place in [`Scan::texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Carried {
    /// The type of its package URL, as `deb`.
    pub kind: u32,
    /// Its name.
    pub name: u32,
    /// Its version, with an epoch where it has one.
    pub version: u32,
    /// The source it was built from; 0 where not told.
    pub source: u32,
    /// The diffID of the layer it came with; 0 where not told.
    pub layer: u32,
    /// First byte in the item.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
    /// Only a finding names it: it stands in no list of packages.
    pub only_found: bool,
}

/// A vulnerability found in a package. Texts by their place in [`Scan::texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Found {
    /// Its id, as `CVE-2024-3094` or `GHSA-…`.
    pub id: u32,
    /// Its CVE number, where the id is another's; 0 where it is the id, or none is told.
    pub alias: u32,
    /// Place in [`Scan::packages`].
    pub package: u32,
    /// The first version without it; 0 where not told.
    pub fixed: u32,
    /// What the distribution says of a fix, as `will_not_fix`; 0 where not told.
    pub status: u32,
    /// How severe, as the scanner says.
    pub severity: Severity,
    /// The CVSS vector by which it is judged; 0 where none is told.
    pub vector: u32,
    /// CVSS base score in tenths; 0 where none is told.
    pub score: u16,
    /// First byte in the item.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

impl Columns<8> for Carried {
    fn numbers(&self) -> [u64; 8] {
        let [kind, name, version, source, layer] =
            [self.kind, self.name, self.version, self.source, self.layer].map(u64::from);
        [kind, name, version, source, layer, self.offset, self.length, u64::from(self.only_found)]
    }

    fn of([kind, name, version, source, layer, offset, length, only]: [u64; 8]) -> Carried {
        let [kind, name, version, source, layer] = [kind, name, version, source, layer].map(small);
        Carried { kind, name, version, source, layer, offset, length, only_found: only != 0 }
    }
}

impl Columns<10> for Found {
    fn numbers(&self) -> [u64; 10] {
        let [id, alias, package, fixed, status, vector] =
            [self.id, self.alias, self.package, self.fixed, self.status, self.vector].map(u64::from);
        let (severity, score) = (u64::from(self.severity.index()), u64::from(self.score));
        [id, alias, package, fixed, status, severity, vector, score, self.offset, self.length]
    }

    fn of([id, alias, package, fixed, status, severity, vector, score, offset, length]: [u64; 10]) -> Found {
        let [id, alias, package, fixed, status, vector] = [id, alias, package, fixed, status, vector].map(small);
        let (severity, score) = (Severity::of(severity), u16::try_from(score).unwrap_or(0));
        Found { id, alias, package, fixed, status, severity, vector, score, offset, length }
    }
}

impl Scan {
    /// The text at a place; empty where there is none.
    pub fn text(&self, place: u32) -> &str {
        self.texts.get(place as usize).map_or("", String::as_str)
    }
}

/// Texts in the making, each once.
#[derive(Debug, Default)]
pub struct Texts {
    places: HashMap<Box<str>, u32>,
    all: Vec<String>,
}

impl Texts {
    /// The place of a text; 0 for an empty one.
    pub fn place(&mut self, text: &str) -> u32 {
        if self.all.is_empty() {
            self.all.push(String::new());
        }
        if text.is_empty() {
            return 0;
        }
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = u32::try_from(self.all.len()).unwrap_or(0);
        self.all.push(text.to_owned());
        self.places.insert(text.into(), place);
        place
    }

    /// All of them, by their places.
    pub fn finish(self) -> Vec<String> {
        self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_comes_back_as_it_was() {
        let mut texts = Texts::default();
        let [id, kind, name] = ["CVE-2024-3094", "deb", "liblzma5"].map(|text| texts.place(text));
        assert_eq!((texts.place(""), texts.place("deb")), (0, kind));
        let scan = Scan {
            subject: Subject { name: "pay/api:1".into(), ..Subject::default() },
            searched: true,
            packages: vec![Carried { kind, name, offset: 7, only_found: true, ..Carried::default() }],
            findings: vec![
                Found { id, severity: Severity::Critical, score: 98, offset: 900, length: 20, ..Found::default() },
                Found { id, severity: Severity::Low, offset: 30, ..Found::default() },
            ],
            texts: texts.finish(),
            ..Scan::default()
        };
        let text = serde_json::to_string(&scan).unwrap();
        let back: Scan = serde_json::from_str(&text).unwrap();
        assert_eq!(back, scan);
        assert_eq!((back.text(id), back.text(99)), ("CVE-2024-3094", ""));
    }
}
