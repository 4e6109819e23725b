//! One image with every use, name and digest, and where each fact stands.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::builds::{BuiltRow, built_by};
use super::findings::{ImageFindings, of_image};
use super::images::{COLUMNS, DigestCell, ImageRow, StoredRow};
use super::owners::{OwnerRow, owners};
use super::referrers::{MemberRow, ReferrerRow, members, referrers};
use super::select::{SelectError, single_or_holder};
use super::sightings::{SightingRow, sightings};
use super::time;
use super::verdicts::{FindingRow, findings};
use crate::case::project::{ProjectError, history, join_pointers, role_of, state_word};
use crate::read::Format;
use crate::resolve::claims::Claims;
use crate::resolve::tags::{TagEntry, movement};

/// All that is known of an image.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImageDetail {
    /// As in the list.
    pub image: ImageRow,
    /// Every place, by locus.
    pub uses: Vec<UseRow>,
    /// Every name it goes by.
    pub names: Vec<NameRow>,
    /// Digests of which evidence claims two kinds.
    pub contradictions: Vec<String>,
    /// For an unresolved image: digests seen under its name elsewhere. Never taken for its own.
    pub candidates: Vec<CandidateRow>,
    /// Where it was seen without being used, by events and the like.
    pub sightings: Vec<SightingRow>,
    /// Where each of its tags led.
    pub tag_history: Vec<TagHistory>,
    /// The builds that give an image its name.
    pub built_by: Vec<BuiltRow>,
    /// Who answers for it, the most exact word first.
    pub owners: Vec<OwnerRow>,
    /// What each open indicator comes to, the worst first.
    pub findings: Vec<FindingRow>,
    /// What reports say of vulnerabilities in it.
    pub vulnerabilities: ImageFindings,
    /// What registries list as referring to it: signatures, attestations, SBOMs. None of it was checked.
    pub referrers: Vec<ReferrerRow>,
    /// When a registry last answered what refers to it; none where none was asked.
    pub referrers_asked: Option<String>,
    /// The manifests that its index lists, by platform.
    pub members: Vec<MemberRow>,
    /// Only the first uses are here; the rest is still being read.
    #[serde(skip)]
    pub beginning: bool,
}

/// A place that uses an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UseRow {
    /// `context/namespace/Kind/name[container]` (`-` for an unnamed context), or `path#pointer` for a declaration,
    /// `path:LINE` in a Dockerfile.
    pub locus: String,
    /// Role.
    pub role: &'static str,
    /// Container, service or volume; of what a build pulls in, the stage, with the service or target that is built in front:
    /// `api/runtime`.
    pub name: String,
    /// The top owner, where the place has one.
    pub workload: Option<WorkloadCell>,
    /// As written there.
    pub as_written: String,
    /// What that comes to once its variables are replaced, where it is another text.
    pub resolved: Option<String>,
    /// Variables in it that nothing defines, sorted; with any of them the place is unresolved.
    pub needs: Vec<String>,
    /// What bears on the place beside its image, sorted: `unreached`, `profile:debug`, …
    pub marks: Vec<String>,
    /// The digest that was seen to run there.
    pub running_digest: Option<String>,
    /// The digest by which the place belongs to this image, seen there or written there.
    pub digest: Option<String>,
    /// `running`, `waiting`, `terminated`, `cached`, or none where nothing was told.
    pub state: Option<&'static str>,
    /// It runs as of its latest reading and nothing later says otherwise.
    pub running: bool,
    /// The latest reading of the place shows it and nothing later says that the place is gone.
    pub current: bool,
    /// The node.
    pub node: Option<String>,
    /// Start of the container.
    pub started: Option<String>,
    /// The earliest as-of that shows it.
    pub first_seen: String,
    /// The latest.
    pub last_seen: String,
    /// In thousandths; below 1000 where the field's schema is not known.
    pub confidence: i64,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    pub locator: Locator,
}

/// A spot in stored evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Locator {
    /// JSON pointer or `line:N`.
    pub pointer: String,
    /// First byte.
    pub offset: i64,
    /// Bytes.
    pub length: i64,
}

/// A workload as named in views.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct WorkloadCell {
    /// Kind.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Context; empty for the unnamed one.
    pub context: String,
}

/// A name of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameRow {
    /// Canonical.
    pub name: String,
    /// The earliest time.
    pub first_seen: String,
    /// The latest.
    pub last_seen: String,
}

/// A digest seen under an unresolved image's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CandidateRow {
    /// The digest.
    #[serde(flatten)]
    pub digest: DigestCell,
    /// The id of its image, where that is used anywhere.
    pub image: Option<String>,
    /// The earliest time.
    pub first_seen: String,
    /// The latest.
    pub last_seen: String,
}

/// The digests a tag led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagHistory {
    /// The name with the tag.
    pub name: String,
    /// `yes`, `likely`, `uncomparable`, `no`, `unseen`.
    pub moved: &'static str,
    /// Each digest with where and since when, the earliest first.
    pub entries: Vec<TagSeen>,
}

/// A digest that a tag led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagSeen {
    /// The digest.
    #[serde(flatten)]
    pub digest: DigestCell,
    /// The first time on each host; an empty host where none was told.
    pub seen: Vec<HostSeen>,
}

/// A host and a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostSeen {
    /// Node or machine.
    pub host: String,
    /// Since when.
    pub from: String,
}

/// The one image that a selector means, with everything known of it.
pub fn image(conn: &Connection, selector: &str) -> Result<ImageDetail, SelectError> {
    let image = single_or_holder(conn, selector)?;
    let sql = format!("SELECT {COLUMNS} FROM p_image i WHERE i.id = ?1");
    let row = conn.query_row(&sql, [image], StoredRow::read)?.shown()?;
    let mut uses = uses(conn, image)?;
    // A pod that was made anew has the place of the one before it: the rest tells them apart, for rows come in the order
    // of their import, which must not be seen.
    uses.sort_by(|a, b| {
        (&a.locus, &a.as_written, &a.digest, &a.first_seen, &a.last_seen, &a.started, &a.node, &a.evidence)
            .cmp(&(&b.locus, &b.as_written, &b.digest, &b.first_seen, &b.last_seen, &b.started, &b.node, &b.evidence))
            .then_with(|| {
                (&a.workload, &a.resolved, &a.needs, &a.marks).cmp(&(&b.workload, &b.resolved, &b.needs, &b.marks))
            })
            .then_with(|| (a.locator.offset, &a.locator.pointer).cmp(&(b.locator.offset, &b.locator.pointer)))
    });
    let (referrers, referrers_asked) = referrers(conn, image)?;
    Ok(ImageDetail {
        names: names(conn, image, &row)?,
        contradictions: contradictions(conn, image)?,
        candidates: if row.resolved { Vec::new() } else { candidates(conn, -image)? },
        sightings: sightings(conn, image)?,
        tag_history: tag_history(conn, image)?,
        built_by: built_by(conn, image)?,
        owners: owners(conn, image)?,
        findings: findings(conn, image)?,
        vulnerabilities: of_image(conn, image)?,
        referrers,
        referrers_asked,
        members: members(conn, image)?,
        image: row,
        uses,
        beginning: false,
    })
}

/// The same, quickly: only the first uses, at most so many, and nothing that takes the rest of them. None where it has no
/// more uses than that: the whole comes as quickly.
pub fn image_beginning(conn: &Connection, selector: &str, most: u64) -> Result<Option<ImageDetail>, SelectError> {
    let image = single_or_holder(conn, selector)?;
    let sql = format!("SELECT {COLUMNS} FROM p_image i WHERE i.id = ?1");
    let row = conn.query_row(&sql, [image], StoredRow::read)?.shown()?;
    if row.uses <= most {
        return Ok(None);
    }
    // Close to the order of the whole, so that what is shown first stays in front.
    let first = format!("{USES} AND u.image = ?1 ORDER BY oc.text, ons.text, ok.text, o.name, c.text LIMIT ?2");
    let mut statement = conn.prepare(&first)?;
    let uses = statement.query_map([image, i64::try_from(most).unwrap_or(i64::MAX)], read_use)?;
    Ok(Some(ImageDetail {
        names: names(conn, image, &row)?,
        contradictions: contradictions(conn, image)?,
        candidates: Vec::new(),
        sightings: Vec::new(),
        tag_history: Vec::new(),
        built_by: Vec::new(),
        owners: Vec::new(),
        findings: Vec::new(),
        vulnerabilities: ImageFindings::default(),
        referrers: Vec::new(),
        referrers_asked: None,
        members: Vec::new(),
        image: row,
        uses: uses.collect::<Result<_, _>>()?,
        beginning: true,
    }))
}

/// Places that count, one row each; a condition may follow.
pub(super) const USES: &str = "SELECT u.role, c.text, w.text, d.value, u.state, u.running, u.current, u.started, u.first_seen,
    u.last_seen, u.confidence, s.evidence, s.path, u.item, f.text, u.offset, u.length, o.origin, oc.text, ok.text, ons.text,
    o.name, h.text, wl.name, wk.text, wn.text, s.format, rt.text, nt.text, mt.text, s.place, u.image
    FROM p_use u JOIN p_object o ON o.id = u.object JOIN p_text c ON c.id = u.container
    JOIN p_written w ON w.id = u.written LEFT JOIN p_digest d ON d.id = u.digest JOIN p_source s ON s.id = u.source
    JOIN p_text f ON f.id = u.field JOIN p_text oc ON oc.id = o.context JOIN p_text ok ON ok.id = o.kind
    JOIN p_text ons ON ons.id = o.namespace LEFT JOIN p_text h ON h.id = o.node
    LEFT JOIN p_workload wl ON wl.id = o.workload LEFT JOIN p_text wk ON wk.id = wl.kind
    LEFT JOIN p_text wn ON wn.id = wl.namespace LEFT JOIN p_text rt ON rt.id = u.resolved
    LEFT JOIN p_text nt ON nt.id = u.needs LEFT JOIN p_text mt ON mt.id = u.marks WHERE u.hidden = 0";

fn uses(conn: &Connection, image: i64) -> Result<Vec<UseRow>, ProjectError> {
    let mut statement = conn.prepare(&format!("{USES} AND u.image = ?1"))?;
    let rows = statement.query_map([image], read_use)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A list in a column; none for NULL.
fn listed(r: &Row<'_>, column: usize) -> rusqlite::Result<Vec<String>> {
    let Some(text) = r.get::<_, Option<String>>(column)? else { return Ok(Vec::new()) };
    let damaged = |e| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(e));
    serde_json::from_str(&text).map_err(damaged)
}

pub(super) fn read_use(r: &Row<'_>) -> rusqlite::Result<UseRow> {
    let digest: Option<String> = r.get(3)?;
    let state = state_word(r.get(4)?);
    let (item, field): (String, String) = (r.get(13)?, r.get(14)?);
    let locator = Locator { pointer: join_pointers(&item, &field), offset: r.get(15)?, length: r.get(16)? };
    let context: String = r.get(18)?;
    let workload: Option<String> = r.get(23)?;
    let workload = match workload {
        None => None,
        Some(name) => Some(WorkloadCell { kind: r.get(24)?, namespace: r.get(25)?, name, context: context.clone() }),
    };
    Ok(UseRow {
        locus: locus(r, &context, &locator)?,
        role: role_of(r.get(0)?).map_or("field", |role| role.as_str()),
        name: r.get(1)?,
        workload,
        as_written: r.get(2)?,
        resolved: r.get(27)?,
        needs: listed(r, 28)?,
        marks: listed(r, 29)?,
        running_digest: digest.clone().filter(|_| state == Some("running")),
        digest,
        state,
        running: r.get(5)?,
        current: r.get(6)?,
        node: r.get(22)?,
        started: r.get::<_, Option<i64>>(7)?.map(time),
        first_seen: time(r.get(8)?),
        last_seen: time(r.get(9)?),
        confidence: r.get(10)?,
        evidence: r.get(11)?,
        locator,
    })
}

/// The number in `p_object.origin` of a declaration.
const DECLARED: i64 = 2;

fn locus(r: &Row<'_>, context: &str, locator: &Locator) -> rusqlite::Result<String> {
    let (path, origin): (String, i64) = (r.get(12)?, r.get(17)?);
    if origin == DECLARED {
        return Ok(place_in(&path, &r.get::<_, String>(26)?, &locator.pointer));
    }
    let (kind, namespace, name, container): (String, String, String, String) =
        (r.get(19)?, r.get(20)?, r.get(21)?, r.get(1)?);
    let mut parts = vec![if context.is_empty() { "-" } else { context }];
    parts.extend([namespace.as_str(), &kind, &name].into_iter().filter(|part| !part.is_empty()));
    let container = if container.is_empty() { container } else { format!("[{container}]") };
    Ok(format!("{}{container}", parts.join("/")))
}

/// A place in a file, as people write it: `path:LINE` in a Dockerfile, else `path#pointer`.
pub(super) fn place_in(path: &str, format: &str, pointer: &str) -> String {
    match pointer.strip_prefix("line:").filter(|_| format == Format::Dockerfile.as_str()) {
        Some(line) => format!("{path}:{line}"),
        None => format!("{path}#{pointer}"),
    }
}

fn names(conn: &Connection, image: i64, row: &ImageRow) -> Result<Vec<NameRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT n.canonical, min(t.first_seen), max(t.last_seen) FROM p_digest d JOIN p_tag t ON t.digest = d.id
         JOIN p_name n ON n.id = t.name WHERE d.image = ?1 GROUP BY n.canonical ORDER BY n.canonical",
    )?;
    let read = |r: &Row<'_>| Ok(NameRow { name: r.get(0)?, first_seen: time(r.get(1)?), last_seen: time(r.get(2)?) });
    let mut names: Vec<NameRow> = statement.query_map([image], read)?.collect::<Result<_, _>>()?;
    if names.is_empty() {
        let (first_seen, last_seen) = (row.first_seen.clone(), row.last_seen.clone());
        names.push(NameRow { name: row.name.clone(), first_seen, last_seen });
    }
    Ok(names)
}

fn contradictions(conn: &Connection, image: i64) -> Result<Vec<String>, ProjectError> {
    let mut statement = conn.prepare("SELECT value, claims FROM p_digest WHERE image = ?1 ORDER BY value")?;
    let mut found = Vec::new();
    for row in statement.query_map([image], |r| Ok((r.get(0)?, Claims::from_bits(r.get(1)?))))? {
        let (value, claims): (String, Claims) = row?;
        if claims.contradict() {
            found.push(value);
        }
    }
    Ok(found)
}

fn candidates(conn: &Connection, name: i64) -> Result<Vec<CandidateRow>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT d.value, d.claims, i.ident, t.first_seen, t.last_seen FROM p_tag t JOIN p_digest d ON d.id = t.digest
         LEFT JOIN p_image i ON i.id = d.image WHERE t.name = ?1 AND t.basis = 2 ORDER BY t.first_seen, d.value",
    )?;
    let rows = statement.query_map([name], |r| {
        let kind = Claims::from_bits(r.get(1)?).kind().as_str().to_owned();
        Ok(CandidateRow {
            digest: DigestCell { value: r.get(0)?, kind },
            image: r.get(2)?,
            first_seen: time(r.get(3)?),
            last_seen: time(r.get(4)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every tag that the image goes by, with all digests that tag led to, those of other images too.
fn tag_history(conn: &Connection, image: i64) -> Result<Vec<TagHistory>, ProjectError> {
    let mut names = conn.prepare(
        "SELECT DISTINCT n.id, n.canonical FROM p_name n WHERE n.tag IS NOT NULL AND (n.id = -?1 OR n.id IN
         (SELECT t.name FROM p_digest d JOIN p_tag t ON t.digest = d.id WHERE d.image = ?1)) ORDER BY n.canonical",
    )?;
    let mut value = conn.prepare("SELECT value FROM p_digest WHERE id = ?1")?;
    let mut histories = Vec::new();
    for row in names.query_map([image], |r| Ok((r.get(0)?, r.get(1)?)))? {
        let (id, name): (i64, String) = row?;
        let mut entries = history(conn, id)?;
        let moved = movement(&entries).as_str();
        entries.sort_by_key(earliest);
        let mut shown = Vec::new();
        for entry in entries {
            let digest = value.query_row([entry.digest], |r| r.get(0))?;
            shown.push(tag_seen(entry, digest));
        }
        histories.push(TagHistory { name, moved, entries: shown });
    }
    Ok(histories)
}

fn earliest(entry: &TagEntry) -> i64 {
    entry.seen.iter().map(|(_, from)| *from).min().unwrap_or(i64::MAX)
}

fn tag_seen(entry: TagEntry, value: String) -> TagSeen {
    let seen = entry.seen.into_iter().map(|(host, from)| HostSeen { host, from: time(from) }).collect();
    TagSeen { digest: DigestCell { value, kind: entry.kind.as_str().to_owned() }, seen }
}
