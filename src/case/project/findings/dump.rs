//! The fingerprint's part: reports written out by what they say, whatever numbers their texts have.

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::super::error::ProjectError;
use super::packed;

/// Rows that a query can write out.
pub(in super::super) const ROWS: [(&str, &str); 7] = [
    (
        "known",
        "SELECT k.cve, k.kind, k.a, k.b, k.c, s.acquisition, k.pointer, k.offset, k.length FROM p_known k
         LEFT JOIN p_source s ON s.id = k.source",
    ),
    ("known first", "SELECT cve, kind, a, b, since FROM p_known_first"),
    (
        "vex",
        "SELECT t.text, d.value, n.canonical, p.text, s.acquisition, v.offset, v.status, v.tagged, j.text, a.text, v.at,
         v.pointer, v.length FROM p_vex v JOIN p_text t ON t.id = v.vulnerability LEFT JOIN p_digest d ON d.id = v.digest
         LEFT JOIN p_name n ON n.id = v.name LEFT JOIN p_text p ON p.id = v.package LEFT JOIN p_source s ON s.id = v.source
         LEFT JOIN p_text j ON j.id = v.justification LEFT JOIN p_text a ON a.id = v.author",
    ),
    (
        "scanned",
        "SELECT coalesce(d.value, un.canonical), x.image > 0, s.acquisition, c.pointer, c.offset, t.text, x.how, x.counts
         FROM p_scanned x JOIN p_scan c ON c.id = x.scan LEFT JOIN p_source s ON s.id = c.source
         LEFT JOIN p_text t ON t.id = c.name LEFT JOIN p_digest d ON d.id = x.image LEFT JOIN p_name un ON un.id = -x.image",
    ),
    (
        "standing",
        "SELECT d.value, x.n, b.value, x.layers FROM p_standing x LEFT JOIN p_digest d ON d.id = x.image
         LEFT JOIN p_digest b ON b.id = x.base",
    ),
    (
        "risk",
        "SELECT coalesce(d.value, un.canonical), r.image > 0, r.points, r.worst, r.negligible, r.low, r.unknown, r.medium,
         r.high, r.critical, r.fixable, r.cleared, r.kev, r.epss, r.critical_from_base, r.from_base, b.value, r.oldest,
         r.newest, r.told, r.grounds FROM p_risk r LEFT JOIN p_digest d ON d.id = r.image LEFT JOIN p_name un ON un.id = -r.image
         LEFT JOIN p_digest b ON b.id = r.base",
    ),
    (
        "cleared",
        "SELECT coalesce(d.value, un.canonical), c.image > 0, v.text, n.text, e.text, s.acquisition, c.offset, c.status
         FROM p_cleared c JOIN p_finding f ON f.id = c.finding JOIN p_package p ON p.id = f.package
         LEFT JOIN p_text v ON v.id = f.vulnerability LEFT JOIN p_text n ON n.id = p.name LEFT JOIN p_text e ON e.id = p.version
         LEFT JOIN p_digest d ON d.id = c.image LEFT JOIN p_name un ON un.id = -c.image LEFT JOIN p_source s ON s.id = c.source",
    ),
];

const PACKAGES: &str =
    "SELECT p.id, k.text, n.text, v.text, s.text FROM p_package p LEFT JOIN p_text k ON k.id = p.kind
    LEFT JOIN p_text n ON n.id = p.name LEFT JOIN p_text v ON v.id = p.version LEFT JOIN p_text s ON s.id = p.source";

const FINDINGS: &str =
    "SELECT f.id, f.package, v.text, x.text, t.text, c.text, f.cve, f.severity, f.score, f.kev, f.epss,
    f.percentile, f.exploitation, f.exploitation_by, f.automatable, f.automatable_by, f.images, f.from_base, f.cleared
    FROM p_finding f LEFT JOIN p_text v ON v.id = f.vulnerability LEFT JOIN p_text x ON x.id = f.fixed
    LEFT JOIN p_text t ON t.id = f.status LEFT JOIN p_text c ON c.id = f.vector";

const SCANS: &str =
    "SELECT c.id, s.acquisition, c.pointer, c.offset, c.length, t.text, v.text, c.created, c.database, c.at,
    c.searched, c.listed, n.text, c.findings, c.packages, w.text FROM p_scan c LEFT JOIN p_source s ON s.id = c.source
    LEFT JOIN p_text t ON t.id = c.tool LEFT JOIN p_text v ON v.id = c.version LEFT JOIN p_text n ON n.id = c.name
    LEFT JOIN p_text w ON w.id = c.place";

const SUBJECTS: &str = "SELECT j.kind, d.value, n.canonical FROM p_subject j LEFT JOIN p_digest d ON d.id = j.digest
    LEFT JOIN p_name n ON n.id = j.name WHERE j.scan = ?1 ORDER BY 1, 2, 3";

type Hash = [u8; 32];

/// Writes out each report, hashed.
pub(in super::super) fn dump(conn: &Connection, add: &mut dyn FnMut(&Hash)) -> Result<(), ProjectError> {
    let packages = hashes(conn, PACKAGES, 1, |_| None)?;
    let findings = hashes(conn, FINDINGS, 2, |package| packages.get(&package).copied())?;
    let mut layer = conn.prepare("SELECT text FROM p_text WHERE id = ?1")?;
    let mut layers: HashMap<i64, String> = HashMap::from([(0, String::new())]);
    let mut subjects = conn.prepare(SUBJECTS)?;
    let mut statement = conn.prepare(SCANS)?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let mut hash = Sha256::new();
        hash.update(b"scan");
        (1..13).chain([15]).try_for_each(|column| value(r, column, &mut hash))?;
        let mut named = subjects.query([r.get::<_, i64>(0)?])?;
        while let Some(subject) = named.next()? {
            (0..3).try_for_each(|column| value(subject, column, &mut hash))?;
        }
        let found = packed::found(&r.get::<_, Vec<u8>>(13)?)?;
        let carried = packed::carried(&r.get::<_, Vec<u8>>(14)?)?;
        let of_found = found.iter().map(|row| (findings.get(&row.finding), row.layer, row.offset, row.length, false));
        let of_carried =
            carried.iter().map(|row| (packages.get(&row.package), row.layer, row.offset, row.length, row.only_found));
        for (what, number, offset, length, only) in of_found.chain(of_carried) {
            if let Entry::Vacant(place) = layers.entry(number) {
                place.insert(layer.query_row([number], |r| r.get(0))?);
            }
            hash.update(what.unwrap_or(&[0; 32]));
            hash.update(layers.get(&number).map_or("", String::as_str));
            hash.update([0, u8::from(only)]);
            hash.update(offset.to_be_bytes());
            hash.update(length.to_be_bytes());
        }
        add(&hash.finalize().into());
    }
    Ok(())
}

/// A hash for each row by its number: over its columns from `first`, and over the row that column 1 names.
fn hashes(
    conn: &Connection,
    query: &str,
    first: usize,
    named: impl Fn(i64) -> Option<Hash>,
) -> Result<HashMap<i64, Hash>, ProjectError> {
    let mut statement = conn.prepare(query)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut found = HashMap::new();
    while let Some(r) = rows.next()? {
        let mut hash = Sha256::new();
        if first > 1 {
            hash.update(named(r.get(1)?).unwrap_or_default());
        }
        (first..columns).try_for_each(|column| value(r, column, &mut hash))?;
        found.insert(r.get(0)?, hash.finalize().into());
    }
    Ok(found)
}

fn value(r: &rusqlite::Row<'_>, column: usize, hash: &mut Sha256) -> Result<(), ProjectError> {
    use rusqlite::types::ValueRef;
    let (kind, bytes): (u8, Vec<u8>) = match r.get_ref(column)? {
        ValueRef::Null => (b'N', Vec::new()),
        ValueRef::Integer(n) => (b'I', n.to_be_bytes().to_vec()),
        ValueRef::Real(x) => (b'R', x.to_be_bytes().to_vec()),
        ValueRef::Text(bytes) => (b'T', bytes.to_vec()),
        ValueRef::Blob(bytes) => (b'B', bytes.to_vec()),
    };
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
    Ok(())
}
