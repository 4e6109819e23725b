//! Who carries a package: yes, no, and where nobody looked.
//!
//! A name means a source: openssl is `libssl3` too. A version is in a range by the order of its own kind of package. That a
//! package stands in no list does not clear an image: a copy may be linked in statically, or stand in a file without a
//! manager.

use rusqlite::Connection;
use serde::Serialize;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use crate::case::project::findings::PackageQuery;

use super::image::Locator;
use crate::case::project::ProjectError;
use crate::case::project::findings::packed::carried;
use crate::case::project::findings::{each_list, fitting};

/// An image that carries it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CarrierRow {
    /// The image's name.
    pub image: String,
    /// The image's id.
    pub id: String,
    /// The package's own name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// The source it was built from; empty where not told.
    pub source_package: String,
    /// The type of its package URL.
    pub ecosystem: String,
    /// Who says so.
    pub tool: String,
    /// Only a finding names it: no list of packages does.
    pub by_finding: bool,
    /// Places that run the image.
    pub running: u64,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    #[serde(flatten)]
    pub place: Bytes,
}

impl CarrierRow {
    /// Adds what another report tells of the same package: a list says more than a finding, and one may know the source.
    fn also(&mut self, mut other: CarrierRow) {
        if self.by_finding && !other.by_finding {
            std::mem::swap(self, &mut other);
        }
        if self.source_package.is_empty() {
            self.source_package = other.source_package;
        }
    }
}

/// A place in stored evidence, by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Bytes {
    /// First byte.
    pub offset: i64,
    /// Bytes.
    pub length: i64,
}

impl Bytes {
    /// As a locator.
    pub fn locator(self) -> Locator {
        Locator { pointer: String::new(), offset: self.offset, length: self.length }
    }
}

/// The answer. No number is a clearance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Carriers {
    /// Images that carry it, by name.
    pub yes: Vec<CarrierRow>,
    /// Images whose list of packages does not have it.
    pub no: u64,
    /// Images of which there is no list of packages.
    pub no_sbom: u64,
}

/// Asks who carries a package.
pub fn packages(conn: &Connection, query: &PackageQuery) -> Result<Carriers, ProjectError> {
    let fitting = fitting(conn, query)?;
    let mut images = conn.prepare("SELECT id, name, ident, running FROM p_image WHERE name NOT GLOB 'action:*'")?;
    let rows = images.query_map([], |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?, r.get(3)?))))?;
    let images: HashMap<i64, (String, String, i64)> = rows.collect::<Result<_, _>>()?;
    let (mut listed, mut found) = (BTreeSet::new(), BTreeMap::<(i64, [String; 3]), CarrierRow>::new());
    each_list(conn, |list| {
        let Some((name, ident, running)) = images.get(&list.image) else { return Ok(()) };
        if list.lists {
            listed.insert(list.image);
        }
        for row in carried(&list.packages)? {
            let Some(fits) = fitting.get(&row.package) else { continue };
            let by_finding = row.only_found;
            // Two scanners call one package by package URLs that differ: it is carried once.
            let key = [&fits.kind, &fits.name, &fits.version].map(String::clone);
            let told = CarrierRow {
                image: name.clone(),
                id: ident.clone(),
                package: fits.name.clone(),
                version: fits.version.clone(),
                source_package: fits.source.clone(),
                ecosystem: fits.kind.clone(),
                tool: list.tool.clone(),
                by_finding,
                running: running.unsigned_abs(),
                evidence: list.evidence.clone(),
                place: Bytes { offset: row.offset as i64, length: row.length as i64 },
            };
            match found.entry((list.image, key)) {
                Entry::Vacant(free) => drop(free.insert(told)),
                Entry::Occupied(mut known) => known.get_mut().also(told),
            }
        }
        Ok(())
    })?;
    let carrying: BTreeSet<i64> = found.keys().map(|(image, _)| *image).collect();
    let no = listed.difference(&carrying).count() as u64;
    let no_sbom = images.keys().filter(|image| !listed.contains(image) && !carrying.contains(image)).count() as u64;
    let mut yes: Vec<CarrierRow> = found.into_values().collect();
    yes.sort();
    Ok(Carriers { yes, no, no_sbom })
}
