//! Which images carry a package, by what their reports list: one answer for views and for verdicts.

use rusqlite::{Connection, params_from_iter};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::error::ProjectError;
use super::join::LISTED;
use super::packed::carried;
use crate::model::package::{PackageUrl, relatives};
use crate::model::version::{BadRange, Range, Scheme};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageQuery {
    names: BTreeSet<String>,
    /// The type of package URL that is meant; none for every.
    kind: Option<String>,
    range: Range,
}

impl PackageQuery {
    /// A name, in any ecosystem, and a range of versions as people write it.
    pub fn new(name: &str, range: &str) -> Result<PackageQuery, BadRange> {
        let name = name.trim();
        let mut names: BTreeSet<String> = relatives(name).into_iter().map(str::to_owned).collect();
        names.extend(relatives(&name.to_ascii_lowercase()).into_iter().map(str::to_owned));
        names.insert(python_name(name));
        Ok(PackageQuery { names, kind: None, range: Range::parse(range)? })
    }

    /// A package URL with a range behind its `@`; none for what is none.
    pub fn of_url(text: &str) -> Option<PackageQuery> {
        let text = text.trim();
        let whole = if text.starts_with("pkg:") { text.to_owned() } else { format!("pkg:{text}") };
        let url = PackageUrl::parse(&whole)?;
        let query = PackageQuery::new(&url.name(), &url.full_version()).ok()?;
        Some(PackageQuery { kind: Some(url.kind).filter(|kind| kind != "generic"), ..query })
    }

    /// Whether every version is asked for.
    pub fn is_of_all_versions(&self) -> bool {
        self.range.is_all()
    }

    /// The same package in a range of versions.
    pub fn within(self, range: &str) -> Result<PackageQuery, BadRange> {
        Ok(PackageQuery { range: Range::parse(range)?, ..self })
    }
}

/// A name as Python's packages are compared: lower case, with one hyphen for dots, hyphens and underscores (PEP 503).
fn python_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    lower.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// A package that fits.
pub(in crate::case) struct Fits {
    pub name: String,
    pub version: String,
    pub source: String,
    pub kind: String,
}

/// Packages that fit, by number.
pub(in crate::case) fn fitting(conn: &Connection, query: &PackageQuery) -> Result<HashMap<i64, Fits>, ProjectError> {
    let numbered = |n: usize| format!("?{n}");
    let places = (1..=query.names.len()).map(numbered).collect::<Vec<_>>().join(", ");
    // Java's packages are named by group and artefact; people name the artefact. A whole package URL names both.
    let artefacts = match query.kind {
        Some(_) => String::new(),
        None => format!(
            "UNION SELECT c.id FROM p_package c JOIN p_text m ON m.id = c.name
             WHERE c.kind = (SELECT id FROM p_text WHERE text = 'maven')
             AND instr(m.text, ':') > 0 AND substr(m.text, instr(m.text, ':') + 1) IN ({places})"
        ),
    };
    // Scanners write Python's names as their authors did.
    let python = match query.kind.as_deref() {
        None | Some("pypi") => format!(
            "UNION SELECT y.id FROM p_package y JOIN p_text m ON m.id = y.name
             WHERE y.kind = (SELECT id FROM p_text WHERE text = 'pypi')
             AND replace(replace(lower(m.text), '_', '-'), '.', '-') IN ({places})"
        ),
        _ => String::new(),
    };
    let sql = format!(
        "WITH named AS MATERIALIZED (SELECT id FROM p_text WHERE text IN ({places}))
         SELECT p.id, n.text, coalesce(v.text, ''), coalesce(s.text, ''), coalesce(k.text, '') FROM p_package p
         JOIN p_text n ON n.id = p.name LEFT JOIN p_text v ON v.id = p.version LEFT JOIN p_text s ON s.id = p.source
         LEFT JOIN p_text k ON k.id = p.kind
         WHERE p.id IN (SELECT a.id FROM named JOIN p_package a ON a.name = named.id
         UNION SELECT b.id FROM named JOIN p_package b ON b.source = named.id AND b.source <> 0 {artefacts} {python})"
    );
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map(params_from_iter(&query.names), |r| {
        Ok((r.get(0)?, Fits { name: r.get(1)?, version: r.get(2)?, source: r.get(3)?, kind: r.get(4)? }))
    })?;
    let mut found = HashMap::new();
    for row in rows {
        let (id, fits): (i64, Fits) = row?;
        // Syft wrote Alpine's packages as `alpine` before package URLs had `apk`.
        let same = |kind: &String| *kind == fits.kind || (kind == "apk" && fits.kind == "alpine");
        let kind = query.kind.as_ref().is_none_or(same);
        if kind && query.range.holds(Scheme::of(&fits.kind), &fits.version) {
            found.insert(id, fits);
        }
    }
    Ok(found)
}

/// A report of an image that counts.
pub(in crate::case) struct List {
    pub image: i64,
    /// It lists all packages that were seen.
    pub lists: bool,
    pub packages: Vec<u8>,
    pub tool: String,
    pub evidence: Option<String>,
}

/// Hands over every report that counts, image by image.
pub(in crate::case) fn each_list(
    conn: &Connection,
    mut each: impl FnMut(List) -> Result<(), ProjectError>,
) -> Result<(), ProjectError> {
    let mut statement = conn.prepare(
        "SELECT x.image, x.counts, c.packages, coalesce(t.text, ''), s.evidence FROM p_scanned x
         JOIN p_scan c ON c.id = x.scan JOIN p_source s ON s.id = c.source LEFT JOIN p_text t ON t.id = c.tool
         WHERE x.counts <> 0 ORDER BY x.image, s.acquisition, c.offset, c.pointer",
    )?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let (tool, evidence) = (r.get(3)?, r.get(4)?);
        let lists = r.get::<_, i64>(1)? & LISTED != 0;
        each(List { image: r.get(0)?, lists, packages: r.get(2)?, tool, evidence })?;
    }
    Ok(())
}

/// Which images carry what a package URL asks for: true where a report says so, false where there is a list of packages
/// without it. Those of which there is none are not among them.
pub(in crate::case) fn carrying(conn: &Connection, url: &str) -> Result<BTreeMap<i64, bool>, ProjectError> {
    let Some(query) = PackageQuery::of_url(url) else { return Ok(BTreeMap::new()) };
    let fitting = fitting(conn, &query)?;
    let mut found = BTreeMap::new();
    each_list(conn, |list| {
        if carried(&list.packages)?.iter().any(|row| fitting.contains_key(&row.package)) {
            found.insert(list.image, true);
        } else if list.lists {
            found.entry(list.image).or_insert(false);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Where a report says that an image carries a package.
pub(in crate::case) struct CarriedAt {
    /// The package's name and version.
    pub package: String,
    /// The scanner.
    pub tool: String,
    /// SHA-256 of the stored report.
    pub evidence: Option<String>,
    pub offset: i64,
    pub length: i64,
}

/// Where the first of the reports of an image that count says that it carries what a package URL asks for.
pub(in crate::case) fn carried_at(conn: &Connection, image: i64, url: &str) -> Result<Option<CarriedAt>, ProjectError> {
    let Some(query) = PackageQuery::of_url(url) else { return Ok(None) };
    let fitting = fitting(conn, &query)?;
    let mut statement = conn.prepare(
        "SELECT c.packages, coalesce(t.text, ''), s.evidence FROM p_scanned x JOIN p_scan c ON c.id = x.scan
         JOIN p_source s ON s.id = c.source LEFT JOIN p_text t ON t.id = c.tool
         WHERE x.image = ?1 AND x.counts <> 0 ORDER BY s.acquisition, c.offset, c.pointer",
    )?;
    let mut rows = statement.query([image])?;
    while let Some(r) = rows.next()? {
        for row in carried(&r.get::<_, Vec<u8>>(0)?)? {
            if let Some(fits) = fitting.get(&row.package) {
                return Ok(Some(CarriedAt {
                    package: format!("{} {}", fits.name, fits.version).trim_end().to_owned(),
                    tool: r.get(1)?,
                    evidence: r.get(2)?,
                    offset: i64::try_from(row.offset).unwrap_or(0),
                    length: i64::try_from(row.length).unwrap_or(0),
                }));
            }
        }
    }
    Ok(None)
}
