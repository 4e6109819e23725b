//! How old what is known is, which reports fit no image, and how much comes from bases.

use rusqlite::Connection;
use serde::Serialize;

use crate::case::project::ProjectError;
use crate::case::query::image::Locator;
use crate::case::query::time;

/// A source of knowledge, with its age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotRow {
    /// `KEV`, `EPSS`, `vulnrichment`, `VEX`, or a scanner's name with `scan` or `sbom` behind.
    pub source: String,
    /// The oldest and the newest time that it speaks of.
    pub oldest: String,
    /// The newest.
    pub newest: String,
    /// The oldest list of vulnerabilities that a scanner used; none where not told.
    pub database: Option<String>,
    /// Facts, or reports.
    pub count: u64,
}

/// Every source that bears on findings, with its age.
pub fn snapshots(conn: &Connection) -> Result<Vec<SnapshotRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT CASE k.kind WHEN 1 THEN 'KEV' WHEN 2 THEN 'EPSS' ELSE 'vulnrichment' END, min(s.as_of), max(s.as_of), NULL,
         count(*) FROM p_known k JOIN p_source s ON s.id = k.source GROUP BY k.kind
         UNION ALL SELECT 'VEX', min(v.at), max(v.at), NULL, count(*) FROM p_vex v HAVING count(*) > 0
         UNION ALL SELECT coalesce(nullif(t.text, ''), 'unnamed') || CASE WHEN c.searched THEN ' scan' ELSE ' sbom' END,
         min(c.oldest), max(c.newest), min(c.database), sum(c.count)
         FROM (SELECT tool, searched, min(at) AS oldest, max(at) AS newest, min(database) AS database, count(*) AS count
         FROM p_scan GROUP BY tool, searched) c LEFT JOIN p_text t ON t.id = c.tool
         GROUP BY 1 ORDER BY 1",
    )?;
    let rows = statement.query_map([], |r| {
        Ok(SnapshotRow {
            source: r.get(0)?,
            oldest: time(r.get(1)?),
            newest: time(r.get(2)?),
            database: r.get::<_, Option<i64>>(3)?.map(time),
            count: r.get::<_, i64>(4)?.unsigned_abs(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A report that is of no image that anybody uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StrayRow {
    /// What the report calls its image.
    pub name: String,
    /// Who made it.
    pub tool: String,
    /// When.
    pub at: String,
    /// Findings in it.
    pub findings: u64,
    /// Packages in it.
    pub packages: u64,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Its path.
    pub path: String,
    /// Where it stands in the evidence.
    pub locator: Locator,
    /// The workload that the report says runs it; none where it tells none.
    pub workload: Option<String>,
    /// Why it fits none, in words.
    pub reason: &'static str,
    /// What would join it, in words.
    pub would_join: &'static str,
}

/// Why a report fits no image, and what would join it, by what it calls its image by: digests, or tags, or neither.
fn unjoined(by_digest: bool, by_tag: bool) -> (&'static str, &'static str) {
    match (by_digest, by_tag) {
        (true, _) => (
            "no image that anything uses has one of its digests",
            "import where it runs or is kept: kubectl get pods,nodes -A -o json, or docker inspect of it",
        ),
        (false, true) => (
            "it is known by its tag alone, and nothing that was read uses that tag",
            "import where that tag is used, or scan the image by its digest",
        ),
        (false, false) => (
            "it tells neither digest nor tag: a folder, a file or an archive was scanned",
            "scan the image by its name: trivy image --format json NAME | hullbreach import -",
        ),
    }
}

/// Reports that fit no image, the first of them by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Strays {
    /// All of them.
    pub count: u64,
    /// The first.
    pub rows: Vec<StrayRow>,
}

/// Reports that fit no image of the inventory: none that any place uses. At most so many are told.
pub fn stray(conn: &Connection, most: Option<u64>) -> Result<Strays, ProjectError> {
    let mut all = conn.prepare(
        "SELECT s.path, c.offset, coalesce(n.text, ''), c.id FROM p_scan c JOIN p_source s ON s.id = c.source
         LEFT JOIN p_text n ON n.id = c.name WHERE NOT EXISTS (SELECT 1 FROM p_scanned x JOIN p_image i ON i.id = x.image
         WHERE x.scan = c.id AND i.uses > 0)",
    )?;
    let called = all.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
    let mut called: Vec<(String, i64, String, i64)> = called.collect::<Result<_, _>>()?;
    called.sort_unstable();
    let most = most.map_or(called.len(), |most| usize::try_from(most).unwrap_or(usize::MAX));
    let rows = called.iter().take(most).map(|(.., scan)| stray_row(conn, *scan)).collect::<Result<_, _>>()?;
    Ok(Strays { count: called.len() as u64, rows })
}

fn stray_row(conn: &Connection, scan: i64) -> Result<StrayRow, ProjectError> {
    let mut statement = conn.prepare_cached(
        "SELECT coalesce(n.text, ''), coalesce(t.text, ''), c.at, c.found, c.carried, s.evidence, s.path, c.pointer,
         c.offset, c.length, EXISTS (SELECT 1 FROM p_subject j WHERE j.scan = c.id AND j.kind < 4),
         EXISTS (SELECT 1 FROM p_subject j WHERE j.scan = c.id AND j.kind = 4),
         (SELECT w.text FROM p_text w WHERE w.id = c.place)
         FROM p_scan c JOIN p_source s ON s.id = c.source LEFT JOIN p_text n ON n.id = c.name
         LEFT JOIN p_text t ON t.id = c.tool WHERE c.id = ?1",
    )?;
    let row = statement.query_row([scan], |r| {
        let count = |column: usize| r.get::<_, i64>(column).map(i64::unsigned_abs);
        let (reason, would_join) = unjoined(r.get(10)?, r.get(11)?);
        Ok(StrayRow {
            name: r.get(0)?,
            tool: r.get(1)?,
            at: time(r.get(2)?),
            findings: count(3)?,
            packages: count(4)?,
            evidence: r.get(5)?,
            path: r.get(6)?,
            locator: Locator { pointer: r.get(7)?, offset: r.get(8)?, length: r.get(9)? },
            workload: r.get(12)?,
            reason,
            would_join,
        })
    })?;
    Ok(row)
}

/// What comes from one base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BaseShare {
    /// The base's id.
    pub id: String,
    /// Its name; empty where it is in no inventory.
    pub name: String,
    /// Scanned images that stand on it.
    pub images: u64,
    /// Critical findings in them that come from it.
    pub criticals: u64,
    /// All findings in them that come from it.
    pub findings: u64,
}

/// How much of all findings comes from bases.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Shares {
    /// Critical findings, each vulnerability of a package once an image.
    pub criticals: u64,
    /// All findings, in the same way.
    pub findings: u64,
    /// Scanned images.
    pub scanned: u64,
    /// Images of the inventory that nobody scanned.
    pub unscanned: u64,
    /// Findings that statements clear.
    pub cleared: u64,
    /// The bases, those with the most critical findings first.
    pub bases: Vec<BaseShare>,
}

/// What of all that is critical comes from bases.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FromBases {
    /// Critical findings, each vulnerability of a package once an image.
    pub criticals: u64,
    /// The bases that some of them come from, those with the most first.
    pub bases: Vec<BaseShare>,
}

impl FromBases {
    /// In words: `74 % of the criticals come from 3 bases (89 of 120)`; none where nothing does.
    pub fn shown(&self) -> Option<String> {
        let from: u64 = self.bases.iter().map(|base| base.criticals).sum();
        if self.criticals == 0 || from == 0 {
            return None;
        }
        let percent = from.saturating_mul(100) / self.criticals;
        let bases = if self.bases.len() == 1 { "1 base".to_owned() } else { format!("{} bases", self.bases.len()) };
        Some(format!("{percent} % of the criticals come from {bases} ({from} of {})", self.criticals))
    }
}

/// Counts what is critical and comes from bases, without what else [`shares`] counts.
pub fn from_bases(conn: &Connection) -> Result<FromBases, ProjectError> {
    let sql = "SELECT coalesce(sum(critical), 0) FROM p_risk";
    let criticals = conn.query_row(sql, [], |r| r.get::<_, i64>(0))?.unsigned_abs();
    let bases = bases(conn)?.into_iter().filter(|base| base.criticals > 0).collect();
    Ok(FromBases { criticals, bases })
}

/// Counts them.
pub fn shares(conn: &Connection) -> Result<Shares, ProjectError> {
    let mut shares = conn.query_row(
        "SELECT coalesce(sum(critical), 0), coalesce(sum(critical + high + medium + unknown + low + negligible), 0), count(*),
         (SELECT count(*) FROM p_image i WHERE i.uses > 0 AND i.name NOT GLOB 'action:*'
          AND NOT EXISTS (SELECT 1 FROM p_risk r WHERE r.image = i.id)), coalesce(sum(cleared), 0) FROM p_risk",
        [],
        |r| {
            let count = |column: usize| r.get::<_, i64>(column).map(i64::unsigned_abs);
            let (criticals, findings, scanned, unscanned) = (count(0)?, count(1)?, count(2)?, count(3)?);
            Ok(Shares { criticals, findings, scanned, unscanned, cleared: count(4)?, bases: Vec::new() })
        },
    )?;
    shares.bases = bases(conn)?;
    Ok(shares)
}

/// The bases that findings come from, those with the most that is critical first.
fn bases(conn: &Connection) -> Result<Vec<BaseShare>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT coalesce(i.ident, ''), coalesce(i.name, d.value, ''), count(*), sum(r.critical_from_base), sum(r.from_base)
         FROM p_risk r LEFT JOIN p_image i ON i.id = r.base LEFT JOIN p_digest d ON d.id = r.base
         WHERE r.base <> 0 AND r.from_base > 0 GROUP BY r.base ORDER BY 4 DESC, 5 DESC, 2",
    )?;
    let rows = statement.query_map([], |r| {
        let count = |column: usize| r.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok(BaseShare { id: r.get(0)?, name: r.get(1)?, images: count(2)?, criticals: count(3)?, findings: count(4)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
