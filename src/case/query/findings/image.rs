//! What the reports of one image come to.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::list::{COLUMNS, FROM, FindingRow, read};
use crate::case::project::findings::packed::{FoundRow, found};
use crate::case::project::findings::{How, SEARCHED, points};
use crate::case::project::{ProjectError, Which};
use crate::case::query::image::Locator;
use crate::case::query::time;
use crate::model::finding::{Exploitation, VexStatus};
use crate::model::time::Micros;

/// A report of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportRow {
    /// Who made it.
    pub tool: String,
    /// Its version.
    pub version: String,
    /// When it was made; where it does not say so, the time of its reading.
    pub at: String,
    /// When its list of vulnerabilities was made; none where not told.
    pub database: Option<String>,
    /// How it is known to be of this image: `manifest-digest`, `config-digest`, `repo-digest`, `tag`.
    pub joined_by: &'static str,
    /// The workload that it says runs the image; none where it tells none.
    pub workload: Option<String>,
    /// It counts: no newer report of the same scanner is there, and none that is known better.
    pub counts: bool,
    /// Findings in it, as its rows are.
    pub findings: u64,
    /// Packages that it lists; none where it lists none.
    pub packages: Option<u64>,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    pub locator: Locator,
}

/// A finding in an image.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImageFinding {
    /// As in the list; its numbers are of the whole inventory.
    #[serde(flatten)]
    pub finding: FindingRow,
    /// It comes from what the image stands on.
    pub in_base: bool,
    /// The diffID of its layer; empty where not told.
    pub layer: String,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    pub locator: Locator,
}

/// A finding that a statement clears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClearedRow {
    /// The vulnerability.
    pub id: String,
    /// The package.
    pub package: String,
    /// What is said: `not_affected`, `fixed`.
    pub status: &'static str,
    /// Why; empty where no reason is given.
    pub justification: String,
    /// Who says it; empty where not told.
    pub author: String,
    /// When.
    pub at: String,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    pub locator: Locator,
}

/// What the reports of one image come to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ImageFindings {
    /// The reports, the newest first; none means that nobody scanned it.
    pub reports: Vec<ReportRow>,
    /// Somebody looked for vulnerabilities.
    pub scanned: bool,
    /// Each vulnerability of a package once, by severity.
    pub by_severity: BTreeMap<&'static str, u64>,
    /// How easily it is attacked, by what is known: `easy` (exploited, and by machines), `medium` (exploited), `hard` (a proof
    /// of concept), `n/a`; none where nobody scanned it.
    pub exploitability: Option<&'static str>,
    /// Those with a fix.
    pub fixable: u64,
    /// Those that come from what it stands on.
    pub from_base: u64,
    /// What that is; none where it is not known.
    pub base: Option<String>,
    /// Findings, those that are exploited first.
    pub findings: Vec<ImageFinding>,
    /// Findings that a statement clears; they count on no side of a verdict about compromise.
    pub cleared: Vec<ClearedRow>,
}

/// How many of an image's findings the list shows first.
const SHOWN: usize = 10_000;

/// Counts alone, for an image that may have thousands.
pub fn counts(conn: &Connection, image: i64) -> Result<Option<[u64; 6]>, ProjectError> {
    let sql = "SELECT negligible, low, unknown, medium, high, critical FROM p_risk WHERE image = ?1";
    let row = conn.query_row(sql, [image], |r| {
        let count = |column: usize| r.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok([count(0)?, count(1)?, count(2)?, count(3)?, count(4)?, count(5)?])
    });
    Ok(row.optional()?)
}

/// Everything that reports say of one image.
pub fn of_image(conn: &Connection, image: i64) -> Result<ImageFindings, ProjectError> {
    let mut all = ImageFindings { reports: reports(conn, image)?, ..ImageFindings::default() };
    if all.reports.is_empty() {
        return Ok(all);
    }
    let row = conn.query_row(
        "SELECT r.negligible, r.low, r.unknown, r.medium, r.high, r.critical, r.fixable, r.from_base,
         coalesce(i.name, d.value) FROM p_risk r LEFT JOIN p_image i ON i.id = r.base LEFT JOIN p_digest d ON d.id = r.base
         WHERE r.image = ?1",
        [image],
        |r| {
            let mut counts = BTreeMap::new();
            for (at, severity) in crate::model::finding::Severity::ALL.iter().enumerate() {
                counts.insert(severity.as_str(), r.get::<_, i64>(at)?.unsigned_abs());
            }
            let count = |column: usize| r.get::<_, i64>(column).map(i64::unsigned_abs);
            Ok((counts, count(6)?, count(7)?, r.get::<_, Option<String>>(8)?))
        },
    );
    let Some((by_severity, fixable, from_base, base)) = row.optional()? else { return Ok(all) };
    (all.scanned, all.by_severity, all.fixable, all.from_base, all.base) =
        (true, by_severity, fixable, from_base, base);
    let which = Which::These(BTreeSet::from([image]));
    all.exploitability = points(conn, &which)?.get(&image).map(|bits| word(*bits));
    all.cleared = cleared(conn, image)?;
    all.findings = found_in(conn, image, SHOWN)?;
    Ok(all)
}

/// The word for the worst of an image's points: see [`points`].
fn word(bits: u8) -> &'static str {
    match bits {
        bits if bits & 1 << 5 != 0 => "easy",
        bits if bits & 1 << 4 != 0 => "medium",
        bits if bits & 0b1100 != 0 => "hard",
        _ => "n/a",
    }
}

fn reports(conn: &Connection, image: i64) -> Result<Vec<ReportRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT coalesce(t.text, ''), coalesce(v.text, ''), c.at, c.database, x.how, x.counts, c.found, c.carried, c.listed,
         s.evidence, c.pointer, c.offset, c.length, w.text FROM p_scanned x JOIN p_scan c ON c.id = x.scan
         JOIN p_source s ON s.id = c.source LEFT JOIN p_text t ON t.id = c.tool LEFT JOIN p_text v ON v.id = c.version
         LEFT JOIN p_text w ON w.id = c.place
         WHERE x.image = ?1 ORDER BY c.at DESC, s.acquisition, c.offset, c.pointer",
    )?;
    let rows = statement.query_map([image], |r| {
        let count = |column: usize| r.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok(ReportRow {
            tool: r.get(0)?,
            version: r.get(1)?,
            at: time(r.get(2)?),
            database: r.get::<_, Option<i64>>(3)?.map(time),
            joined_by: How::of(r.get(4)?).map_or("", How::as_str),
            workload: r.get(13)?,
            counts: r.get::<_, i64>(5)? != 0,
            findings: count(6)?,
            packages: Some(count(7)?).filter(|_| r.get(8).unwrap_or(false)),
            evidence: r.get(9)?,
            locator: Locator { pointer: r.get(10)?, offset: r.get(11)?, length: r.get(12)? },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A row of a report that counts, and the evidence that it stands in.
struct Placed {
    row: FoundRow,
    evidence: Option<String>,
}

/// The findings of the reports that count and that nothing clears; each once, where it stands first.
fn placed(conn: &Connection, image: i64) -> Result<HashMap<i64, Placed>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT c.findings, s.evidence FROM p_scanned x JOIN p_scan c ON c.id = x.scan JOIN p_source s ON s.id = c.source
         WHERE x.image = ?1 AND x.counts & ?2 <> 0 ORDER BY s.acquisition, c.offset, c.pointer",
    )?;
    let mut clear = conn.prepare("SELECT finding FROM p_cleared WHERE image = ?1")?;
    let clear: BTreeSet<i64> = clear.query_map([image], |r| r.get(0))?.collect::<Result<_, _>>()?;
    let mut all = HashMap::new();
    let mut rows = statement.query([image, SEARCHED])?;
    while let Some(r) = rows.next()? {
        let evidence: Option<String> = r.get(1)?;
        for row in found(&r.get::<_, Vec<u8>>(0)?)?.into_iter().filter(|row| !clear.contains(&row.finding)) {
            all.entry(row.finding).or_insert_with(|| Placed { row, evidence: evidence.clone() });
        }
    }
    Ok(all)
}

fn found_in(conn: &Connection, image: i64, most: usize) -> Result<Vec<ImageFinding>, ProjectError> {
    let placed = placed(conn, image)?;
    let layers = base_layers(conn, image)?;
    let ids: Vec<String> = placed.keys().map(i64::to_string).collect();
    let sql = format!(
        "SELECT {COLUMNS} FROM {FROM} WHERE f.id IN (SELECT value FROM json_each(?1))
         ORDER BY f.exploitation DESC, f.severity DESC, f.score DESC, v.text, n.text, e.text, x.text LIMIT ?2"
    );
    let mut statement = conn.prepare(&sql)?;
    let mut layer = conn.prepare_cached("SELECT text FROM p_text WHERE id = ?1")?;
    let mut found = Vec::new();
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    for row in statement.query_map(params![format!("[{}]", ids.join(",")), limit], read)? {
        let finding = row?;
        let Some(Placed { row, evidence }) = placed.get(&finding.number) else { continue };
        let named = layer.query_row([row.layer], |r| r.get(0)).optional()?.unwrap_or_default();
        let (offset, length) = (row.offset as i64, row.length as i64);
        let locator = Locator { pointer: String::new(), offset, length };
        let in_base = layers.contains(&named);
        found.push(ImageFinding { finding, in_base, layer: named, evidence: evidence.clone(), locator });
    }
    Ok(found)
}

/// The layers that an image has from its nearest base.
fn base_layers(conn: &Connection, image: i64) -> Result<BTreeSet<String>, ProjectError> {
    let sql =
        "SELECT c.layers, x.layers FROM p_standing x JOIN p_digest d ON d.image = ?1 JOIN p_chain c ON c.digest = d.id
        AND c.kind = 0 WHERE x.image = ?1 AND x.n = 1 ORDER BY c.key";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([image])?;
    let mut found = BTreeSet::new();
    while let Some(r) = rows.next()? {
        let packed = r.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        let count = usize::try_from(r.get::<_, i64>(1)?).unwrap_or(0);
        let layers = crate::case::project::packed::each(packed).unwrap_or_default();
        let texts = layers.into_iter().take(count).filter_map(crate::case::project::packed::layer);
        found.extend(texts.map(|layer| layer.to_string()));
    }
    Ok(found)
}

/// The findings of an image that statements clear, each with the statement.
pub fn cleared(conn: &Connection, image: i64) -> Result<Vec<ClearedRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT v.text, n.text, c.status, coalesce(j.text, ''), coalesce(a.text, ''), x.at, s.evidence, x.pointer, x.offset,
         x.length FROM p_cleared c JOIN p_finding f ON f.id = c.finding JOIN p_package p ON p.id = f.package
         JOIN p_text v ON v.id = f.vulnerability JOIN p_text n ON n.id = p.name JOIN p_source s ON s.id = c.source
         LEFT JOIN p_vex x ON x.source = c.source AND x.offset = c.offset AND x.status = c.status
         LEFT JOIN p_text j ON j.id = x.justification LEFT JOIN p_text a ON a.id = x.author
         WHERE c.image = ?1 GROUP BY c.finding ORDER BY v.text, n.text",
    )?;
    let rows = statement.query_map([image], |r| {
        Ok(ClearedRow {
            id: r.get(0)?,
            package: r.get(1)?,
            status: VexStatus::of(r.get(2)?).as_str(),
            justification: r.get(3)?,
            author: r.get(4)?,
            at: time(r.get::<_, Option<i64>>(5)?.unwrap_or(0)),
            evidence: r.get(6)?,
            locator: Locator {
                pointer: r.get::<_, Option<String>>(7)?.unwrap_or_default(),
                offset: r.get::<_, Option<i64>>(8)?.unwrap_or(0),
                length: r.get::<_, Option<i64>>(9)?.unwrap_or(0),
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Why an image has a point: one finding, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// One line for people.
    pub text: String,
    /// What of it is no evidence of attacks but stands in for it; empty where nothing does.
    pub assumed: String,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// JSON pointer or `line:N`; empty where the bytes alone tell the place.
    pub locator: String,
    /// First byte of it.
    pub offset: i64,
    /// Bytes of it.
    pub length: i64,
}

/// What the reports of one image tell for judging: everything that VEX does not clear.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vulnerabilities {
    /// How its vulnerabilities are attacked (exploitation, automatable where told), each with the worst few.
    pub points: BTreeMap<(Exploitation, Option<bool>), Vec<Ground>>,
    /// Findings in all.
    pub findings: u64,
    /// Those with a fix.
    pub fixable: u64,
    /// Those that VEX clears.
    pub cleared: u64,
    /// The sources used, each with the time it speaks of and its evidence.
    pub snapshots: BTreeSet<(String, Micros, Option<String>)>,
}

/// Findings named for each point.
const GROUNDS: usize = 3;

/// What judging needs of one image; none where nobody scanned it.
pub fn vulnerability(conn: &Connection, image: i64) -> Result<Option<Vulnerabilities>, ProjectError> {
    let row = conn.query_row(
        "SELECT negligible + low + unknown + medium + high + critical, fixable, cleared FROM p_risk WHERE image = ?1",
        [image],
        |r| {
            let count = |column: usize| r.get::<_, i64>(column).map(i64::unsigned_abs);
            Ok(Vulnerabilities {
                findings: count(0)?,
                fixable: count(1)?,
                cleared: count(2)?,
                ..Vulnerabilities::default()
            })
        },
    );
    let Some(mut all) = row.optional()? else { return Ok(None) };
    let mut added = conn.prepare_cached("SELECT f.kev FROM p_finding f WHERE f.id = ?1")?;
    for found in found_in(conn, image, SHOWN)? {
        let row = &found.finding;
        let exploitation = Exploitation::parse(row.exploitation).unwrap_or_default();
        let grounds = all.points.entry((exploitation, row.automatable)).or_default();
        if grounds.len() < GROUNDS {
            let since: i64 = added.query_row([row.number], |r| r.get(0))?;
            let (text, assumed) = told(row, since);
            grounds.push(Ground {
                text,
                assumed,
                evidence: found.evidence.clone(),
                locator: found.locator.pointer.clone(),
                offset: found.locator.offset,
                length: found.locator.length,
            });
        }
    }
    let mut scans = conn.prepare(
        "SELECT coalesce(t.text, '') || ' scan', c.at, s.evidence FROM p_scanned x JOIN p_scan c ON c.id = x.scan
         JOIN p_source s ON s.id = c.source LEFT JOIN p_text t ON t.id = c.tool WHERE x.image = ?1 AND x.counts & ?2 <> 0",
    )?;
    for row in scans.query_map([image, SEARCHED], |r| Ok((r.get(0)?, Micros(r.get(1)?), r.get(2)?)))? {
        all.snapshots.insert(row?);
    }
    let mut known = conn.prepare(
        "SELECT CASE k.kind WHEN 1 THEN 'KEV' WHEN 2 THEN 'EPSS' ELSE 'vulnrichment' END, max(s.as_of), s.evidence
         FROM p_known k
         JOIN p_source s ON s.id = k.source GROUP BY k.kind",
    )?;
    for row in known.query_map([], |r| Ok((r.get(0)?, Micros(r.get(1)?), r.get(2)?)))? {
        all.snapshots.insert(row?);
    }
    Ok(Some(all))
}

/// A finding in words: what it is, and what stands in for what nobody told.
fn told(row: &FindingRow, kev: i64) -> (String, String) {
    let mut text = format!("{} in {} {}", row.id, row.package, row.installed);
    let score = row.cvss.map(|score| format!("CVSS {score:.1}"));
    let epss = row.epss.map(|share| format!("EPSS {share:.2}"));
    match row.exploitation_by {
        "kev" if kev > 0 => text.push_str(&format!(": in KEV since {}", time(kev).get(..10).unwrap_or_default())),
        "kev" => text.push_str(": in KEV"),
        by @ ("vulnrichment" | "cvss") => text.push_str(&format!(": exploitation {} by {by}", row.exploitation)),
        _ => text.push_str(&score.iter().map(|score| format!(": {score}")).collect::<String>()),
    }
    let mut assumed = Vec::new();
    match row.exploitation_by {
        "epss-proxy" => assumed.push(format!("{} taken for a PoC (proxy)", epss.unwrap_or_default())),
        "provisional" => {
            assumed.push(format!("{} with no other word taken for a PoC (provisional)", score.unwrap_or_default()))
        }
        _ => {}
    }
    match row.automatable_by {
        "derived" => assumed.push("automatable derived from its CVSS vector".to_owned()),
        "nothing" => assumed.push("automatable not told, taken for yes".to_owned()),
        _ => {}
    }
    (text, assumed.join("; "))
}
