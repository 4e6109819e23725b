//! What one indicator says of the images it may name, by themselves: nothing is passed on along lineage.
//!
//! The rules are those of verdicts, so that a question about a target and an indicator on it never disagree.

use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::case::project::{CLAIMED, Detail, ProjectError, Support, Which, grounds_by};
use crate::model::digest::DigestKind;
use crate::model::indicator::{Indicator, Place, Target};
use crate::model::mirror::Mirror;
use crate::model::verdict::Verdict;
use crate::resolve::claims::Claims;
use crate::triage::verdict::{Because, can_compare};

/// An image that an indicator may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its number in the projections, or that of a name without a digest, turned negative.
    pub image: i64,
    /// What the indicator alone comes to.
    pub verdict: Verdict,
    /// Why.
    pub because: Because,
}

/// The images that a digest, a name, a pattern, an account or a package may mean, by number. Layers and stacks are asked of
/// those who know them.
pub fn named(conn: &Connection, indicator: &Indicator) -> Result<Vec<Named>, ProjectError> {
    let grounds = grounds_by(conn, indicator)?;
    let images = match &indicator.target {
        Target::Digest(digest) => of_digest(conn, digest.as_str())?,
        Target::Account(account) => pushed_by(conn, account)?,
        Target::Package(url) => {
            carriers(conn, url)?.into_iter().filter(|(_, carries)| *carries).map(|(i, _)| i).collect()
        }
        Target::Layer(_) | Target::Chain(_) => BTreeSet::new(),
        target => of_names(conn, target, &grounds.mirrors)?,
    };
    if images.is_empty() {
        return Ok(Vec::new());
    }
    let support = Support::alone(conn, Which::These(images.clone()), &images, &grounds, Detail::Verdicts)?;
    let mut found = Vec::new();
    for (image, judgement) in support.of_all(&grounds).into_iter().filter(|(image, _)| images.contains(image)) {
        let Some(finding) = judgement.findings.into_iter().next() else { continue };
        let because = finding.reasons.into_iter().next().unwrap_or(Because::BaseUnknown);
        found.push(Named { image, verdict: finding.verdict, because });
    }
    Ok(found)
}

/// The image of a digest, the indexes that contain it and the images it contains.
fn of_digest(conn: &Connection, digest: &str) -> Result<BTreeSet<i64>, ProjectError> {
    let mut statement = conn.prepare(
        "WITH own AS MATERIALIZED (SELECT id, image FROM p_digest WHERE value = ?1)
         SELECT image FROM own UNION
         SELECT m.image FROM own JOIN p_relation r ON r.a = own.id AND r.kind = 1 JOIN p_digest m ON m.id = r.b UNION
         SELECT x.image FROM own JOIN p_relation r ON r.b = own.id AND r.kind = 1 JOIN p_digest x ON x.id = r.a",
    )?;
    let rows = statement.query_map([digest], |r| r.get(0))?;
    let mut images: BTreeSet<i64> = rows.collect::<Result<_, _>>()?;
    images.remove(&0);
    Ok(images)
}

fn pushed_by(conn: &Connection, account: &str) -> Result<BTreeSet<i64>, ProjectError> {
    // A push that names no digest may have been of any image of its name.
    let mut statement = conn.prepare(
        "WITH pushed (digest, written) AS (
           SELECT s.digest, s.written FROM p_sighting s WHERE s.user = ?1 AND s.kind = 3
           UNION SELECT p.digest, p.written FROM p_puller u JOIN p_pull p ON p.id = u.pull WHERE u.user = ?1 AND p.kind = 3),
         unnamed (name) AS (SELECT w.name FROM pushed JOIN p_written w ON w.id = pushed.written WHERE pushed.digest = 0)
         SELECT d.image FROM pushed JOIN p_digest d ON d.id = pushed.digest WHERE d.image <> 0
         UNION SELECT -name FROM unnamed
         UNION SELECT d.image FROM unnamed JOIN p_tag t ON t.name = unnamed.name JOIN p_digest d ON d.id = t.digest
           WHERE d.image <> 0",
    )?;
    let rows = statement.query_map([account], |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Of which images a list of packages is known: true where it has one that a package URL means.
pub fn carriers(conn: &Connection, url: &str) -> Result<BTreeMap<i64, bool>, ProjectError> {
    crate::case::project::carrying(conn, url)
}

/// Every image that goes by a covered name, and each such name where nobody knows its digest.
fn of_names(conn: &Connection, target: &Target, mirrors: &[Mirror]) -> Result<BTreeSet<i64>, ProjectError> {
    let exact = match target {
        Target::Tag(name) if mirrors.is_empty() => Some(name.as_str()),
        _ => None,
    };
    // In words of its own, so that one name is looked up and not all are read.
    let whose = if exact.is_some() { "canonical = ?1" } else { "?1 IS NULL" };
    let columns = "SELECT id, canonical, parsed, registry, repository, tag FROM p_name";
    let mut names = conn.prepare(&format!("{columns} WHERE {whose}"))?;
    let mut of_name =
        conn.prepare("SELECT DISTINCT d.image FROM p_tag t JOIN p_digest d ON d.id = t.digest WHERE t.name = ?1")?;
    let mut claimed: HashMap<i64, Vec<i64>> = HashMap::new();
    let mut claims = conn.prepare(CLAIMED)?;
    for claim in claims.query_map([], |r| Ok((r.get(1)?, r.get(0)?)))? {
        let (name, image) = claim?;
        claimed.entry(name).or_default().push(image);
    }
    let mut images = BTreeSet::new();
    let mut rows = names.query([exact])?;
    while let Some(r) = rows.next()? {
        let name: i64 = r.get(0)?;
        let place = Place {
            canonical: r.get(1)?,
            is_reference: r.get(2)?,
            registry: r.get(3)?,
            repository: r.get(4)?,
            tag: r.get(5)?,
        };
        if target.covers(&place, mirrors) {
            images.insert(-name);
            images.extend(claimed.get(&name).into_iter().flatten());
            for image in of_name.query_map([name], |r| r.get(0))? {
                images.insert(image?);
            }
        }
    }
    images.remove(&0);
    Ok(images)
}

/// What is known only by a digest that cannot be compared with the one named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uncomparable {
    /// Images.
    pub images: u64,
    /// Of them, those that run.
    pub running: u64,
}

/// Counts the images of the list for which a digest is no proof either way.
pub fn uncomparable(conn: &Connection, indicator: &Indicator) -> Result<Uncomparable, ProjectError> {
    let Target::Digest(digest) = &indicator.target else { return Ok(Uncomparable::default()) };
    let (grounds, meant) = (grounds_by(conn, indicator)?, of_digest(conn, digest.as_str())?);
    let (kinds, containing) = (kinds(conn)?, containing(conn)?);
    let named = grounds.digests.get(digest.as_str());
    let mut found = Uncomparable::default();
    let mut statement = conn.prepare("SELECT id, running > 0 FROM p_image WHERE resolved = 1")?;
    for row in statement.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, bool>(1)?)))? {
        let (image, runs) = row?;
        let own = |kind| kinds.get(&image).is_some_and(|own| own.contains(&kind));
        let told = named.is_some_and(|named| can_compare(named, own, containing.contains(&image)));
        if !told && !meant.contains(&image) {
            found.images += 1;
            found.running += u64::from(runs);
        }
    }
    Ok(found)
}

/// Of which kinds the digests of each image are. Nearly all have one or two.
fn kinds(conn: &Connection) -> Result<HashMap<i64, Vec<DigestKind>>, ProjectError> {
    let mut kinds: HashMap<i64, Vec<DigestKind>> = HashMap::new();
    let mut statement = conn.prepare("SELECT image, claims FROM p_digest WHERE image <> 0")?;
    for row in statement.query_map([], |r| Ok((r.get(0)?, Claims::from_bits(r.get(1)?).kind())))? {
        let (image, kind) = row?;
        let own = kinds.entry(image).or_default();
        if !own.contains(&kind) {
            own.push(kind);
        }
    }
    Ok(kinds)
}

/// Images that are indexes whose content is known.
fn containing(conn: &Connection) -> Result<HashSet<i64>, ProjectError> {
    let mut statement =
        conn.prepare("SELECT DISTINCT d.image FROM p_relation r JOIN p_digest d ON d.id = r.a WHERE r.kind = 1")?;
    let rows = statement.query_map([], |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
