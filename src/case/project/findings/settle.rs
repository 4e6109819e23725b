//! Settling: reports to images, what is known to findings, and both to a row for each image.
//!
//! Everything is computed from all there is, and written where it differs; so an incremental fold cannot come to anything
//! else than a rebuild. It is skipped where no report, no knowledge and no statement came, and no report changed its image.

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::error::ProjectError;
use super::bases::{self, Standing};
use super::join::{self, How, Joined, Joins, SEARCHED, Scanned};
use super::known::{self, Attack, Told};
use super::packed;
use super::risk::{self, Risk, Weighed};
use super::since::history;
use super::statements::{About, Statements};
use super::weighing::{OfImage, Weighing};
use crate::model::finding::{Cve, Exploitation};

/// Brings everything up to what was folded; the images that come to something else now.
pub(in super::super) fn settle(conn: &Connection, changed: bool) -> Result<BTreeSet<i64>, ProjectError> {
    let any: bool =
        conn.query_row("SELECT EXISTS (SELECT 1 FROM p_scan) OR EXISTS (SELECT 1 FROM p_scanned)", [], |r| r.get(0))?;
    if !any {
        return Ok(BTreeSet::new());
    }
    let scans = join::scans(conn)?;
    let joins = join::join(conn, &scans)?;
    let standing = bases::standing(conn, joins.keys().copied())?;
    let mut touched = write_joins(conn, &joins)?;
    touched.append(&mut write_bases(conn, &standing)?);
    if !changed && touched.is_empty() {
        return Ok(touched);
    }
    let mut findings = Findings::load(conn)?;
    let statements = Statements::load(conn)?;
    let mut stored = conn.prepare("SELECT findings, at FROM p_scan WHERE id = ?1")?;
    let (mut risks, mut cleared) = (BTreeMap::new(), BTreeMap::new());
    let nothing = Standing::default();
    for (image, reports) in &joins {
        let searched = searched(reports, &scans);
        if searched.is_empty() {
            continue;
        }
        let standing = standing.get(image).unwrap_or(&nothing);
        let about = if statements.is_empty() { BTreeMap::new() } else { statements.of(*image, &standing.ancestors) };
        let mut weighing = Weighing::new(&findings, standing, &about);
        for (scan, counts) in searched {
            let (rows, at): (Vec<u8>, i64) = stored.query_row([scan], |r| Ok((r.get(0)?, r.get(1)?)))?;
            weighing.report(&packed::found(&rows)?, at, counts);
        }
        let OfImage { risk, met, clear } = weighing.finish();
        findings.count(&met, clear.keys());
        risks.insert(*image, risk);
        if !clear.is_empty() {
            cleared.insert(*image, clear);
        }
    }
    findings.write(conn)?;
    write_cleared(conn, &cleared)?;
    touched.append(&mut write_risks(conn, &risks)?);
    Ok(touched)
}

/// The reports that looked for findings of an image, each with whether it counts. One that is known by a tag alone, where
/// others are known better, may be of another image, and is left out.
fn searched(reports: &BTreeMap<i64, Joined>, scans: &BTreeMap<i64, Scanned>) -> Vec<(i64, bool)> {
    let searched = |id: &i64| scans.get(id).is_some_and(|scan| scan.searched);
    let better = reports.iter().any(|(id, joined)| joined.how != How::Tag && searched(id));
    let of = reports.iter().filter(|(id, joined)| searched(id) && (joined.how != How::Tag || !better));
    of.map(|(id, joined)| (*id, joined.counts & SEARCHED != 0)).collect()
}

/// A finding with what is settled of it.
pub(super) struct Finding {
    pub weighed: Weighed,
    vulnerability: i64,
    cve: i64,
    kind: Box<str>,
    name: Box<str>,
    source: Box<str>,
    version: Box<str>,
    attack: Attack,
    /// Since when it has been which point.
    pub history: Box<[(i64, i64)]>,
    told: Told,
    /// As it was stored.
    before: [i64; SETTLED],
    images: i64,
    from_base: i64,
    cleared: i64,
}

/// The settled columns of `p_finding`.
const SETTLED: usize = 10;

impl Finding {
    pub fn about(&self) -> About<'_> {
        About {
            vulnerability: self.vulnerability,
            cve: self.cve,
            kind: &self.kind,
            name: &self.name,
            source: &self.source,
            version: &self.version,
        }
    }

    fn settled(&self) -> [i64; SETTLED] {
        let (epss, percentile) = self.told.epss.unwrap_or((-1, -1));
        [
            // The day is 0 where it is not told; not in the catalogue at all is -1.
            self.told.kev.unwrap_or(-1),
            epss,
            percentile,
            self.attack.exploitation.number(),
            self.attack.why as i64,
            self.attack.automatable.map_or(0, |yes| if yes { 2 } else { 1 }),
            self.attack.how as i64,
            self.images,
            self.from_base,
            self.cleared,
        ]
    }
}

/// All findings, by number.
pub(super) struct Findings {
    all: Vec<Option<Finding>>,
    /// The names of vulnerabilities by key: the number of the text, or of the CVE below zero.
    names: HashMap<i64, Box<str>>,
}

const FINDINGS: &str =
    "SELECT f.id, f.vulnerability, f.cve, f.fixed, f.severity, f.score, coalesce(v.text, ''), p.name,
    coalesce(k.text, ''), coalesce(n.text, ''), coalesce(o.text, ''), coalesce(e.text, ''), f.kev, f.epss, f.percentile,
    f.exploitation, f.exploitation_by, f.automatable, f.automatable_by, f.images, f.from_base, f.cleared,
    CASE f.cve WHEN 0 THEN (SELECT text FROM p_text t WHERE t.id = f.vulnerability) END
    FROM p_finding f JOIN p_package p ON p.id = f.package LEFT JOIN p_text v ON v.id = f.vector
    LEFT JOIN p_text k ON k.id = p.kind LEFT JOIN p_text n ON n.id = p.name LEFT JOIN p_text o ON o.id = p.source
    LEFT JOIN p_text e ON e.id = p.version";

impl Findings {
    fn load(conn: &Connection) -> Result<Findings, ProjectError> {
        let known = known::all(conn)?;
        let (mut all, mut names) = (Vec::new(), HashMap::new());
        let mut statement = conn.prepare(FINDINGS)?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            let id = usize::try_from(r.get::<_, i64>(0)?).unwrap_or(0);
            let (vulnerability, cve, fixed): (i64, i64, i64) = (r.get(1)?, r.get(2)?, r.get(3)?);
            let (severity, score, vector): (u8, i64, String) = (r.get(4)?, r.get(5)?, r.get(6)?);
            let told = known.get(&cve).copied().unwrap_or_default();
            let attack = Attack::of(&told, score, &vector);
            let key = (if cve == 0 { vulnerability } else { -cve }, r.get(7)?);
            // What nobody attacks is never named.
            if attack.exploitation != Exploitation::None && !names.contains_key(&key.0) {
                let text: Option<String> = r.get(12 + SETTLED)?;
                let name = text.unwrap_or_else(|| Cve(cve.unsigned_abs()).to_string());
                names.insert(key.0, name.into_boxed_str());
            }
            let epss = told.epss.map_or(0, |(score, _)| score);
            let (fixable, kev) = (fixed != 0, told.kev.is_some());
            let weighed = Weighed { key, severity, fixable, kev, epss, bit: attack.bit() };
            let text = |column| r.get::<_, String>(column).map(String::into_boxed_str);
            let mut before = [0; SETTLED];
            for (at, place) in before.iter_mut().enumerate() {
                *place = r.get(12 + at)?;
            }
            let finding = Finding {
                weighed,
                vulnerability,
                cve,
                kind: text(8)?,
                name: text(9)?,
                source: text(10)?,
                version: text(11)?,
                attack,
                history: history(&told, score, &vector).into_boxed_slice(),
                told,
                before,
                images: 0,
                from_base: 0,
                cleared: 0,
            };
            if all.len() <= id {
                all.resize_with(id + 1, || None);
            }
            if let Some(place) = all.get_mut(id) {
                *place = Some(finding);
            }
        }
        Ok(Findings { all, names })
    }

    /// The name of a vulnerability by its key.
    pub fn name(&self, key: i64) -> &str {
        self.names.get(&key).map_or("", |name| name)
    }

    pub fn get(&self, id: i64) -> Option<&Finding> {
        self.all.get(usize::try_from(id).ok()?)?.as_ref()
    }

    fn get_mut(&mut self, id: i64) -> Option<&mut Finding> {
        self.all.get_mut(usize::try_from(id).ok()?)?.as_mut()
    }

    /// Counts one more image for each finding that was met in it, and for those that are cleared there.
    fn count<'c>(&mut self, met: &HashMap<i64, bool>, cleared: impl Iterator<Item = &'c i64>) {
        for (id, from_base) in met {
            if let Some(finding) = self.get_mut(*id) {
                finding.images += 1;
                finding.from_base += i64::from(*from_base);
            }
        }
        for id in cleared {
            if let Some(finding) = self.get_mut(*id) {
                finding.cleared += 1;
            }
        }
    }

    fn write(&self, conn: &Connection) -> Result<(), ProjectError> {
        let mut update = conn.prepare(
            "UPDATE p_finding SET kev = ?2, epss = ?3, percentile = ?4, exploitation = ?5, exploitation_by = ?6,
             automatable = ?7, automatable_by = ?8, images = ?9, from_base = ?10, cleared = ?11 WHERE id = ?1",
        )?;
        for (id, finding) in self.all.iter().enumerate().filter_map(|(id, finding)| Some((id, finding.as_ref()?))) {
            let now = finding.settled();
            if now != finding.before {
                let [a, b, c, d, e, f, g, h, i, j] = now;
                update.execute(params![id as i64, a, b, c, d, e, f, g, h, i, j])?;
            }
        }
        Ok(())
    }
}

/// Writes which reports are of which images; those of which that is another answer than before.
fn write_joins(conn: &Connection, joins: &Joins) -> Result<BTreeSet<i64>, ProjectError> {
    let now: BTreeSet<[i64; 4]> = joins
        .iter()
        .flat_map(|(image, scans)| scans.iter().map(|(scan, j)| [*image, *scan, j.how as i64, j.counts]))
        .collect();
    replace(conn, "p_scanned", "image, scan, how, counts", &now)
}

/// Writes what scanned images stand on.
fn write_bases(conn: &Connection, standing: &BTreeMap<i64, Standing>) -> Result<BTreeSet<i64>, ProjectError> {
    let mut now = BTreeSet::new();
    for (image, standing) in standing {
        for (n, base) in (1..).zip(&standing.ancestors) {
            now.insert([*image, n, *base, standing.layers.len() as i64]);
        }
    }
    replace(conn, "p_standing", "image, n, base, layers", &now)
}

/// Makes a table hold these rows; the images of which it held others.
fn replace(
    conn: &Connection,
    table: &str,
    columns: &str,
    now: &BTreeSet<[i64; 4]>,
) -> Result<BTreeSet<i64>, ProjectError> {
    let mut statement = conn.prepare(&format!("SELECT {columns} FROM {table}"))?;
    let rows = statement.query_map([], |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?]))?;
    let before: BTreeSet<[i64; 4]> = rows.collect::<Result<_, _>>()?;
    if before == *now {
        return Ok(BTreeSet::new());
    }
    conn.execute(&format!("DELETE FROM {table}"), [])?;
    let mut insert = conn.prepare(&format!("INSERT INTO {table} ({columns}) VALUES (?1, ?2, ?3, ?4)"))?;
    for row in now {
        insert.execute(*row)?;
    }
    Ok(before.symmetric_difference(now).filter_map(|row| row.first().copied()).collect())
}

/// Findings that a statement clears, by image: source and offset of the statement, and its status.
type Cleared = BTreeMap<i64, BTreeMap<i64, (i64, i64, i64)>>;

fn write_cleared(conn: &Connection, cleared: &Cleared) -> Result<(), ProjectError> {
    conn.execute("DELETE FROM p_cleared", [])?;
    let mut insert = conn.prepare("INSERT INTO p_cleared VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (image, findings) in cleared {
        for (finding, (source, offset, status)) in findings {
            insert.execute([image, finding, source, offset, status])?;
        }
    }
    Ok(())
}

/// Writes the images' rows; those that changed.
fn write_risks(conn: &Connection, risks: &BTreeMap<i64, Risk>) -> Result<BTreeSet<i64>, ProjectError> {
    let before = risk::stored(conn)?;
    let mut touched = BTreeSet::new();
    let mut delete = conn.prepare("DELETE FROM p_risk WHERE image = ?1")?;
    for image in before.keys().filter(|image| !risks.contains_key(image)) {
        delete.execute([image])?;
        touched.insert(*image);
    }
    let places = (1..=risk::COLUMNS).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
    let mut write = conn.prepare(&format!("INSERT OR REPLACE INTO p_risk VALUES ({places})"))?;
    for (image, risk) in risks {
        if before.get(image) != Some(risk) {
            write.execute(rusqlite::params_from_iter([Value::Integer(*image)].into_iter().chain(risk.values())))?;
            touched.insert(*image);
        }
    }
    Ok(touched)
}
