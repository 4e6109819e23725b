//! Findings, packages, what is known of vulnerabilities, and statements about them: each once, however many reports say it.
//!
//! A report's rows are kept packed, beside the report: 5,000,000 findings of 10,000 reports are then 10,000 rows. What
//! follows from them (which image a report is of, what it comes to for each image) is settled anew when anything of it
//! changed, from all of it, so that the order of evidence cannot matter. Nothing here gives a priority.

mod bases;
mod carriers;
mod dump;
mod join;
mod known;
pub(in crate::case) mod packed;
mod risk;
mod settle;
mod since;
mod statements;
mod weighing;

pub use carriers::PackageQuery;
pub(in crate::case) use carriers::{carried_at, carrying};
pub(in crate::case) use carriers::{each_list, fitting};
pub(super) use dump::{ROWS, dump};
pub(in crate::case) use join::{How, SEARCHED};
pub(in crate::case) use known::Basis;
pub(in crate::case) use risk::{grounds, points, told_after};
pub(super) use settle::settle;
pub(in crate::case) use since::Since;

use rusqlite::{Connection, OptionalExtension as _, Statement, params};
use std::collections::HashMap;

use super::books::Books;
use super::error::ProjectError;
use super::intern::remember;
use super::records::{Place, stamp};
use super::sources::{Stamp, count};
use crate::model::digest::Digest;
use crate::model::fact::Item;
use crate::model::finding::{Cve, Found, Known, KnownFact, Report, Scan, Statement as Vex};
use crate::resolve::claims::Claims;
use packed::{CarriedRow, FoundRow};

/// Kind, name, version, source.
type PackageKey = [i64; 4];
/// Vulnerability, CVE, package, fixed, status, severity, score, vector.
type FindingKey = [i64; 8];

/// Findings and packages, open for one fold.
pub(super) struct Findings<'t> {
    packages: HashMap<PackageKey, i64>,
    findings: HashMap<FindingKey, i64>,
    first: HashMap<[i64; 4], i64>,
    /// Something was added that may change what any image comes to.
    pub changed: bool,
    sql: Sql<'t>,
}

struct Sql<'t> {
    package: Statement<'t>,
    package_new: Statement<'t>,
    finding: Statement<'t>,
    finding_new: Statement<'t>,
    scan: Statement<'t>,
    subject: Statement<'t>,
    known: Statement<'t>,
    known_write: Statement<'t>,
    known_first: Statement<'t>,
    vex: Statement<'t>,
}

impl<'t> Findings<'t> {
    pub fn new(conn: &'t Connection) -> Result<Self, ProjectError> {
        let sql = Sql {
            package: conn
                .prepare("SELECT id FROM p_package WHERE name = ?2 AND kind = ?1 AND version = ?3 AND source = ?4")?,
            package_new: conn.prepare("INSERT INTO p_package (kind, name, version, source) VALUES (?1, ?2, ?3, ?4)")?,
            finding: conn.prepare(
                "SELECT id FROM p_finding WHERE vulnerability = ?1 AND cve = ?2 AND package = ?3 AND fixed = ?4
                AND status = ?5 AND severity = ?6 AND score = ?7 AND vector = ?8",
            )?,
            finding_new: conn.prepare(
                "INSERT INTO p_finding (vulnerability, cve, package, fixed, status, severity, score, vector)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?,
            scan: conn.prepare(
                "INSERT INTO p_scan (source, pointer, offset, length, tool, version, created, database, at, searched,
                listed, name, found, carried, findings, packages, place)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?,
            subject: conn.prepare("INSERT OR IGNORE INTO p_subject VALUES (?1, ?2, ?3, ?4)")?,
            known: conn.prepare(
                "SELECT k.source, s.as_of, k.offset FROM p_known k JOIN p_source s ON s.id = k.source
                WHERE k.cve = ?1 AND k.kind = ?2",
            )?,
            known_write: conn.prepare("INSERT OR REPLACE INTO p_known VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?,
            known_first: conn.prepare(
                "INSERT INTO p_known_first VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT DO UPDATE SET since = excluded.since WHERE excluded.since < since",
            )?,
            vex: conn.prepare(
                "INSERT OR REPLACE INTO p_vex VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?,
        };
        Ok(Findings { packages: HashMap::new(), findings: HashMap::new(), first: HashMap::new(), changed: false, sql })
    }

    /// Adds what an item reports.
    pub fn add(&mut self, books: &mut Books<'_, '_>, item: &Item, report: &Report) -> Result<(), ProjectError> {
        self.changed = true;
        match report {
            Report::Scan(scan) => {
                self.scan(books, item, scan)?;
                scan.known.iter().try_for_each(|known| self.known(books, item, known))
            }
            Report::Known(known) => known.iter().try_for_each(|known| self.known(books, item, known)),
            Report::Vex(statements) => statements.iter().try_for_each(|vex| self.vex(books, item, vex)),
        }
    }

    fn scan(&mut self, books: &mut Books<'_, '_>, item: &Item, scan: &Scan) -> Result<(), ProjectError> {
        let mut numbers = Vec::with_capacity(scan.texts.len());
        for text in &scan.texts {
            numbers.push(if text.is_empty() { 0 } else { books.interner.text(text)? });
        }
        let number = |place: u32| numbers.get(place as usize).copied().unwrap_or(0);
        let (mut packages, mut carried) = (Vec::with_capacity(scan.packages.len()), Vec::new());
        for row in &scan.packages {
            let id = self.package([row.kind, row.name, row.version, row.source].map(number))?;
            packages.push((id, number(row.layer)));
            // Beside a list, what only a finding names was not listed.
            carried.push(CarriedRow {
                package: id,
                layer: number(row.layer),
                offset: item.spot.offset.saturating_add(row.offset),
                length: row.length,
                only_found: row.only_found,
            });
        }
        let mut found = Vec::with_capacity(scan.findings.len());
        for row in &scan.findings {
            let Some((package, layer)) = packages.get(row.package as usize).copied() else { continue };
            let id = self.finding(self::key(row, package, scan, &number))?;
            let offset = item.spot.offset.saturating_add(row.offset);
            found.push(FoundRow { finding: id, layer, offset, length: row.length });
        }
        let place = Place::of(item, &scan.spot);
        let text = |books: &mut Books<'_, '_>, text: &str| books.interner.text(text);
        let (tool, version) = (text(books, &scan.tool.name)?, text(books, &scan.tool.version)?);
        let name = text(books, &scan.subject.name)?;
        let workload = if scan.place.is_empty() { 0 } else { text(books, &scan.place)? };
        // A report dated after it was got would stand before every later one, and its database would never seem old.
        let (created, database) = (books.source.stated(scan.created), books.source.stated(scan.database));
        let at = created.unwrap_or(books.source.as_of);
        let Place { pointer, offset, length } = place;
        let id = self.sql.scan.insert(params![
            books.source.id,
            pointer,
            offset,
            length,
            tool,
            version,
            created,
            database,
            at,
            scan.searched,
            scan.listed,
            name,
            count(found.len() as u64),
            count(carried.len() as u64),
            packed::pack_found(&found),
            packed::pack_carried(&carried),
            workload,
        ])?;
        self.subject(books, id, scan)
    }

    fn subject(&mut self, books: &mut Books<'_, '_>, scan: i64, told: &Scan) -> Result<(), ProjectError> {
        let subject = &told.subject;
        let manifest = subject.manifest.iter().map(|digest| (How::Manifest, digest));
        let config = subject.config.iter().map(|digest| (How::Config, digest));
        let others = subject.digests.iter().map(|digest| (How::Repository, digest));
        for (how, digest) in manifest.chain(config).chain(others) {
            let digest = books.interner.digest(digest, Claims::NONE)?;
            self.sql.subject.execute([scan, how as i64, digest, 0])?;
        }
        for tag in &subject.tags {
            let written = books.interner.written(tag)?;
            self.sql.subject.execute([scan, How::Tag as i64, 0, written.name])?;
            // A digest in a reference is one of the repository's.
            if written.digest != 0 {
                self.sql.subject.execute([scan, How::Repository as i64, written.digest, 0])?;
            }
        }
        Ok(())
    }

    fn package(&mut self, key: PackageKey) -> Result<i64, ProjectError> {
        if let Some(id) = self.packages.get(&key) {
            return Ok(*id);
        }
        let id = match self.sql.package.query_row(key, |r| r.get(0)).optional()? {
            Some(id) => id,
            None => self.sql.package_new.insert(key)?,
        };
        remember(&mut self.packages, key, id);
        Ok(id)
    }

    fn finding(&mut self, key: FindingKey) -> Result<i64, ProjectError> {
        if let Some(id) = self.findings.get(&key) {
            return Ok(*id);
        }
        let id = match self.sql.finding.query_row(key, |r| r.get(0)).optional()? {
            Some(id) => id,
            None => self.sql.finding_new.insert(key)?,
        };
        remember(&mut self.findings, key, id);
        Ok(id)
    }

    fn known(&mut self, books: &mut Books<'_, '_>, item: &Item, known: &Known) -> Result<(), ProjectError> {
        let (kind, [a, b, c]) = known::numbers(&known.fact);
        let place = Place::of(item, &known.spot);
        let cve = count(known.cve.0);
        if let Some([of, and]) = known::class(kind, [a, b, c]) {
            self.first([cve, kind, of, and], books.source.as_of)?;
        }
        let stored = self.sql.known.query_row([cve, kind], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).optional()?;
        if let Some((source, as_of, offset)) = stored {
            let old = Stamp { as_of, acquisition: books.sources.acquisition(source)?, offset };
            if !stamp(books.source, place.offset).beats(&old) {
                return Ok(());
            }
        }
        let Place { pointer, offset, length } = place;
        let pointer = if matches!(known.fact, KnownFact::Epss { .. }) { String::new() } else { pointer };
        self.sql.known_write.execute(params![cve, kind, a, b, c, books.source.id, pointer, offset, length])?;
        Ok(())
    }

    /// Remembers since when something is told of a vulnerability.
    fn first(&mut self, key: [i64; 4], as_of: i64) -> Result<(), ProjectError> {
        if self.first.get(&key).is_some_and(|known| *known <= as_of) {
            return Ok(());
        }
        let [cve, kind, a, b] = key;
        self.sql.known_first.execute([cve, kind, a, b, as_of])?;
        remember(&mut self.first, key, as_of);
        Ok(())
    }

    fn vex(&mut self, books: &mut Books<'_, '_>, item: &Item, vex: &Vex) -> Result<(), ProjectError> {
        let Place { pointer, offset, length } = Place::of(item, &vex.spot);
        let justification = books.interner.text(&vex.justification)?;
        let author = books.interner.text(&vex.author)?;
        let at = books.source.stated(vex.at).unwrap_or(books.source.as_of);
        for id in &vex.vulnerabilities {
            let vulnerability = books.interner.text(id.trim())?;
            for product in &vex.products {
                let digest = product.digest.as_ref();
                let digest = digest.map_or(Ok(0), |digest: &Digest| books.interner.digest(digest, Claims::NONE))?;
                let name = if product.name.is_empty() { 0 } else { books.interner.written(&product.name)?.name };
                let is_tagged = product.name.rsplit('/').next().is_some_and(|last| last.contains(':'));
                let whole = [String::new()];
                let packages = if product.packages.is_empty() { &whole[..] } else { &product.packages };
                for package in packages {
                    let package = if package.is_empty() { 0 } else { books.interner.text(package)? };
                    self.sql.vex.execute(params![
                        vulnerability,
                        digest,
                        name,
                        package,
                        books.source.id,
                        offset,
                        vex.status.number(),
                        is_tagged,
                        justification,
                        author,
                        at,
                        pointer,
                        length,
                    ])?;
                }
            }
        }
        Ok(())
    }
}

fn key(row: &Found, package: i64, scan: &Scan, number: &impl Fn(u32) -> i64) -> FindingKey {
    let cve = Cve::parse(scan.text(row.id)).or_else(|| Cve::parse(scan.text(row.alias)));
    [
        number(row.id),
        cve.map_or(0, |cve| count(cve.0)),
        package,
        number(row.fixed),
        number(row.status),
        i64::from(row.severity.index()),
        i64::from(row.score),
        number(row.vector),
    ]
}
