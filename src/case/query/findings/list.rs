//! The list of distinct findings.

use rusqlite::{Connection, Row, params_from_iter};
use serde::Serialize;

use super::filter::FindingFilter;
use crate::case::project::ProjectError;
use crate::case::project::findings::Basis;
use crate::model::finding::{Exploitation, Severity};

/// A vulnerability in a version of a package.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingRow {
    /// Its id, as the scanner has it.
    pub id: String,
    /// The package's name.
    pub package: String,
    /// The version in it.
    pub installed: String,
    /// The first version without it; empty where none is told.
    pub fixed: String,
    /// How severe, as the scanner says.
    pub severity: Severity,
    /// CVSS base score; none where none is told.
    pub cvss: Option<f64>,
    /// It stands in CISA's catalogue of known exploited vulnerabilities.
    pub kev: bool,
    /// EPSS score; none where none is told.
    pub epss: Option<f64>,
    /// Images that have it, those left out in which a statement clears it.
    pub images: u64,
    /// Those of them in which it comes from what they stand on.
    pub from_base: u64,
    /// Images in which a statement (VEX) clears it.
    pub cleared: u64,
    /// The CVSS vector; empty where none is told.
    pub vector: String,
    /// What the distribution says of a fix; empty where nothing.
    pub status: String,
    /// The type of the package's URL, as `deb`.
    pub ecosystem: String,
    /// The source that the package was built from; empty where not told.
    pub source_package: String,
    /// EPSS percentile.
    pub percentile: Option<f64>,
    /// `active`, `poc`, `none`.
    pub exploitation: &'static str,
    /// What tells that: `kev`, `vulnrichment`, `cvss`; or stands in for it: `epss-proxy`, `provisional`, `nothing`.
    pub exploitation_by: &'static str,
    /// Whether it can be automated; none where nothing tells.
    pub automatable: Option<bool>,
    /// What tells that: `vulnrichment`, `cvss`, `derived`, `nothing`.
    pub automatable_by: &'static str,
    /// Its number within the projections, for what is asked next.
    #[serde(skip)]
    pub number: i64,
}

/// What the list is sorted by; ties go by score, id and package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FindingSort {
    /// Exploited first, then by severity and score.
    #[default]
    Danger,
    /// The most severe first.
    Severity,
    /// The highest score first.
    Cvss,
    /// The highest EPSS first.
    Epss,
    /// In the most images first.
    Images,
    /// By id.
    Id,
    /// By package.
    Package,
}

impl FindingSort {
    const ALL: [(&str, FindingSort, &str); 7] = [
        ("danger", FindingSort::Danger, "f.exploitation DESC, f.severity DESC, f.score DESC"),
        ("severity", FindingSort::Severity, "f.severity DESC, f.score DESC"),
        ("cvss", FindingSort::Cvss, "f.score DESC"),
        ("epss", FindingSort::Epss, "f.epss DESC"),
        ("images", FindingSort::Images, "f.images DESC, f.severity DESC"),
        ("id", FindingSort::Id, "v.text"),
        ("package", FindingSort::Package, "n.text"),
    ];

    /// Parses a key's word.
    pub fn parse(text: &str) -> Result<FindingSort, String> {
        let found = Self::ALL.iter().find(|(word, ..)| *word == text);
        found.map(|(_, sort, _)| *sort).ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|(word, ..)| *word).collect();
            format!("findings are not sorted by {text:?}; sort by {}", words.join(", "))
        })
    }

    fn order(self) -> &'static str {
        Self::ALL.iter().find(|(_, sort, _)| *sort == self).map_or("f.id", |(_, _, order)| order)
    }
}

pub(super) const COLUMNS: &str =
    "v.text, n.text, coalesce(e.text, ''), coalesce(x.text, ''), f.severity, f.score, f.kev,
    f.epss, f.images, f.from_base, f.cleared, coalesce(c.text, ''), coalesce(t.text, ''), coalesce(k.text, ''),
    coalesce(o.text, ''), f.percentile, f.exploitation, f.exploitation_by, f.automatable, f.automatable_by, f.id";

pub(super) const FROM: &str = "p_finding f JOIN p_package p ON p.id = f.package JOIN p_text v ON v.id = f.vulnerability
    JOIN p_text n ON n.id = p.name LEFT JOIN p_text e ON e.id = p.version LEFT JOIN p_text x ON x.id = f.fixed
    LEFT JOIN p_text c ON c.id = f.vector LEFT JOIN p_text t ON t.id = f.status LEFT JOIN p_text k ON k.id = p.kind
    LEFT JOIN p_text o ON o.id = p.source";

pub(super) fn read(r: &Row<'_>) -> rusqlite::Result<FindingRow> {
    let share = |column: usize| r.get::<_, i64>(column).map(|n| (n >= 0).then_some(n as f64 / 1_000_000.0));
    let count = |column: usize| r.get::<_, i64>(column).map(i64::unsigned_abs);
    let score: i64 = r.get(5)?;
    let automatable: i64 = r.get(18)?;
    Ok(FindingRow {
        id: r.get(0)?,
        package: r.get(1)?,
        installed: r.get(2)?,
        fixed: r.get(3)?,
        severity: Severity::of(count(4)?),
        cvss: (score > 0).then_some(score as f64 / 10.0),
        kev: r.get::<_, i64>(6)? >= 0,
        epss: share(7)?,
        images: count(8)?,
        from_base: count(9)?,
        cleared: count(10)?,
        vector: r.get(11)?,
        status: r.get(12)?,
        ecosystem: r.get(13)?,
        source_package: r.get(14)?,
        percentile: share(15)?,
        exploitation: Exploitation::of(r.get(16)?).as_str(),
        exploitation_by: Basis::of(r.get(17)?).as_str(),
        automatable: (automatable > 0).then_some(automatable == 2),
        automatable_by: Basis::of(r.get(19)?).as_str(),
        number: r.get(20)?,
    })
}

/// Findings that images have, or had until a statement cleared them. What only reports say that fit no image, or that a newer
/// report does not say any more, is not among them.
const PRESENT: &str = "f.images + f.cleared > 0";

/// The findings that a filter lets through, in order, at most so many.
pub fn findings(
    conn: &Connection,
    filter: &FindingFilter,
    sort: FindingSort,
    limit: Option<u64>,
) -> Result<Vec<FindingRow>, ProjectError> {
    let limit = limit.map_or(-1, |n| i64::try_from(n).unwrap_or(i64::MAX));
    let texts = "v.text, n.text, p.version, f.fixed";
    // Which rows are shown is found by what they are sorted by; what else they are called is looked up for those alone.
    let by_text = matches!(sort, FindingSort::Id | FindingSort::Package);
    let (named, ties) = match by_text {
        true => ("JOIN p_text v ON v.id = f.vulnerability JOIN p_text n ON n.id = p.name", "v.text, n.text, f.id"),
        false => ("", "f.id"),
    };
    let (order, condition) = (sort.order(), &filter.sql);
    let all = limit < 0;
    let chosen = if all {
        format!("{PRESENT} AND {condition}")
    } else {
        format!(
            "f.id IN (SELECT f.id FROM p_finding f JOIN p_package p ON p.id = f.package {named}
             WHERE {PRESENT} AND {condition} ORDER BY {order}, f.score DESC, {ties} LIMIT ?)"
        )
    };
    let limited = if all { " LIMIT ?" } else { "" };
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE {chosen} ORDER BY {order}, f.score DESC, {texts}{limited}");
    let mut statement = conn.prepare(&sql)?;
    let values = filter.values.iter().cloned().chain([rusqlite::types::Value::Integer(limit)]);
    let rows = statement.query_map(params_from_iter(values), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many findings a filter lets through.
pub fn count(conn: &Connection, filter: &FindingFilter) -> Result<u64, ProjectError> {
    let condition = &filter.sql;
    let sql = format!(
        "SELECT count(*) FROM p_finding f JOIN p_package p ON p.id = f.package WHERE {PRESENT} AND {condition}"
    );
    Ok(conn.query_row(&sql, params_from_iter(filter.values.iter()), |r| r.get::<_, i64>(0))?.unsigned_abs())
}
