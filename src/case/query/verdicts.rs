//! Why an image has its verdict, and what a change of indicators would come to.

use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

use super::image::Locator;
use crate::case::indicators::Indicators;
use crate::case::project::findings::carried_at;
use crate::case::project::{Detail, ProjectError, Stands, Support, Which, claimed, grounds_of};
use crate::graph::Thresholds;
use crate::model::id::Id;
use crate::model::indicator::{Target, Window};
use crate::model::text::scrub;
use crate::model::verdict::Verdict;
use crate::triage::verdict::{Because, Finding, Grounds, Judgement};

/// What one indicator comes to for an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingRow {
    /// The indicator's id.
    pub indicator: String,
    /// What it is about.
    pub target: String,
    /// Its state.
    pub state: &'static str,
    /// The verdict by this indicator alone.
    pub verdict: &'static str,
    /// The window that the verdict is for, RFC 3339 with two dots between; none without one.
    pub window: Option<String>,
    /// Why; the first reason decided.
    pub reasons: Vec<ReasonRow>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonRow {
    /// The word for it, as `seen-inside`.
    pub because: &'static str,
    /// In words for people.
    pub text: String,
    /// The other image, where it is passed on: its id, or `chain:` and a ChainID for layers that no known image is.
    pub image: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where the fact was, as the name of a machine; empty where not told.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// SHA-256 of the stored evidence.
    pub evidence: Option<String>,
    /// Where it stands in the evidence.
    pub locator: Option<Locator>,
}

/// What each open indicator comes to for one image, the worst first.
pub fn findings(conn: &Connection, image: i64) -> Result<Vec<FindingRow>, ProjectError> {
    let grounds = grounds_of(conn, &claimed(conn)?)?;
    if !grounds.is_open() {
        return Ok(Vec::new());
    }
    let which = Which::These(BTreeSet::from([image]));
    let support = Support::load(conn, which, Stands::read(conn, &grounds)?, &grounds, Detail::Reasons)?;
    let Some(judgement) = support.judged(&grounds).remove(&image) else { return Ok(Vec::new()) };
    judgement.findings.iter().filter_map(|finding| row(conn, image, &support, &grounds, finding).transpose()).collect()
}

fn row(
    conn: &Connection,
    image: i64,
    support: &Support,
    grounds: &Grounds,
    finding: &Finding,
) -> Result<Option<FindingRow>, ProjectError> {
    let Some(indicator) = grounds.indicators.get(finding.indicator) else { return Ok(None) };
    let mut reasons: Vec<ReasonRow> =
        finding.reasons.iter().map(|because| reason(conn, support, because)).collect::<Result<_, _>>()?;
    if let Target::Package(url) = &indicator.target {
        let mut package = reasons.iter_mut().filter(|row| row.because == Because::Package.as_str());
        package.try_for_each(|row| shown_at(conn, image, url, row))?;
    }
    Ok(Some(FindingRow {
        indicator: indicator.id.to_string(),
        target: indicator.target.to_string(),
        state: indicator.state.as_str(),
        verdict: finding.verdict.as_str(),
        window: finding.window.as_ref().map(Window::shown),
        reasons,
    }))
}

/// Says which package it is, and where a report says so.
fn shown_at(conn: &Connection, image: i64, url: &str, row: &mut ReasonRow) -> Result<(), ProjectError> {
    if let Some(at) = carried_at(conn, image, url)? {
        row.text = scrub(&format!("it carries {}, which is meant ({})", at.package, at.tool)).into_owned();
        row.evidence = at.evidence;
        row.locator = Some(Locator { pointer: String::new(), offset: at.offset, length: at.length });
    }
    Ok(())
}

fn reason(conn: &Connection, support: &Support, because: &Because) -> Result<ReasonRow, ProjectError> {
    let stands = because.stands();
    let other = match because {
        Because::Candidate(image) | Because::PassedOn { parent: image, .. } => {
            let shown = "SELECT ident, name FROM p_image WHERE id = ?1";
            let listed = conn.query_row(shown, [image], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
            listed.or_else(|| support.shown(*image))
        }
        _ => None,
    };
    let (image, name): (Option<String>, Option<String>) = other.unzip();
    Ok(ReasonRow {
        because: because.as_str(),
        text: because.text(),
        image,
        name,
        about: stands.map(|stands| stands.about.clone()).unwrap_or_default(),
        evidence: stands.and_then(|stands| stands.evidence.clone()),
        locator: stands.map(|stands| Locator {
            pointer: stands.locator.clone(),
            offset: stands.offset,
            length: stands.length,
        }),
    })
}

/// How many images have each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Spread {
    /// Confirmed: named itself, or standing on it by layers or a pinned statement.
    pub proven: u64,
    /// With a signal; or passed on by a build input, a name or another step that is not certain.
    pub likely: u64,
    /// In scope without a signal.
    pub to_check: u64,
    /// Neither linked nor excluded. These are more than those of which a blast cannot tell: that asks for bases alone, and a
    /// verdict for what was built in from elsewhere too.
    pub cannot_tell: u64,
    /// Cleared for the window.
    pub cleared: u64,
    /// Proved to have nothing to do with it.
    pub no_link: u64,
}

/// An image whose verdict would be another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The verdict now.
    pub from: Option<&'static str>,
    /// The verdict then.
    pub to: Option<&'static str>,
}

/// What a change of indicators comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Preview {
    /// Images by the indicator alone; all zero where it is withdrawn.
    pub images: Spread,
    /// Places that run what is proven or likely.
    pub running: u64,
    /// Images known only by digests that cannot be compared with the one named.
    pub uncomparable: u64,
    /// Images whose verdict gets worse.
    pub worse: u64,
    /// Images whose verdict gets milder.
    pub milder: u64,
    /// The first of both, the worst first.
    pub changed: Vec<Moved>,
}

/// Changes listed.
const LISTED: usize = 50;

/// Compares two sets of indicators, and counts what one of the new ones comes to by itself.
pub fn preview(
    conn: &Connection,
    now: &Indicators,
    then: &Indicators,
    of: Option<Id>,
) -> Result<Preview, ProjectError> {
    let (now, then) = (grounds_of(conn, now)?, grounds_of(conn, then)?);
    let mut all = then.clone();
    // The facts that are kept depend on the windows.
    all.indicators.extend(now.indicators.iter().cloned());
    let support = Support::load(conn, Which::All, Stands::read(conn, &all)?, &all, Detail::Verdicts)?;
    let (before, after) = (support.judged(&now), support.judged(&then));
    let mut preview = Preview::default();
    let of = of.and_then(|id| then.indicators.iter().position(|indicator| indicator.id == id));
    if let Some(of) = of {
        count(conn, &after, &support.of_all(&then), of, &mut preview)?;
    }
    changes(conn, &before, &after, &mut preview)?;
    Ok(preview)
}

fn count(
    conn: &Connection,
    judged: &BTreeMap<i64, Judgement>,
    all: &BTreeMap<i64, Judgement>,
    of: usize,
    preview: &mut Preview,
) -> Result<(), ProjectError> {
    let mut running = conn.prepare("SELECT running FROM p_image WHERE id = ?1")?;
    for (image, judgement) in judged {
        let Some(finding) = judgement.findings.iter().find(|finding| finding.indicator == of) else { continue };
        let spread = &mut preview.images;
        let slot = match finding.verdict {
            Verdict::Bad if is_certain(*image, all, of) => &mut spread.proven,
            Verdict::Bad | Verdict::Suspect => &mut spread.likely,
            Verdict::ToCheck => &mut spread.to_check,
            Verdict::NotKnown => &mut spread.cannot_tell,
            Verdict::NoLink => &mut spread.no_link,
            Verdict::Predates | Verdict::SignedOk | Verdict::RebuiltEqual => &mut spread.cleared,
        };
        *slot += 1;
        preview.uncomparable += u64::from(finding.reasons.contains(&Because::Uncomparable));
        if finding.verdict >= Verdict::Suspect {
            preview.running += running.query_row([image], |r| r.get::<_, i64>(0))?.unsigned_abs();
        }
    }
    Ok(())
}

/// Whether every step from what an indicator names to an image is certain, as a blast counts it.
fn is_certain(image: i64, all: &BTreeMap<i64, Judgement>, of: usize) -> bool {
    /// Ways are short; a circle of claims is not followed for ever.
    const STEPS: usize = 1_000;
    let proven = Thresholds::default().proven.thousandths();
    let mut at = image;
    for _ in 0..STEPS {
        let findings = all.get(&at).map(|judgement| judgement.findings.as_slice()).unwrap_or_default();
        let finding = findings.iter().find(|finding| finding.indicator == of);
        at = match finding.and_then(|finding| finding.reasons.first()) {
            Some(Because::PassedOn { parent, kind: "base" | "index", confidence }) if *confidence >= proven => *parent,
            Some(Because::PassedOn { .. } | Because::Candidate(_)) | None => return false,
            Some(_) => return true,
        };
    }
    false
}

fn changes(
    conn: &Connection,
    before: &BTreeMap<i64, Judgement>,
    after: &BTreeMap<i64, Judgement>,
    preview: &mut Preview,
) -> Result<(), ProjectError> {
    let number = |verdict: Option<Verdict>| verdict.map_or(0, Verdict::number);
    let mut changed = Vec::new();
    for (image, then) in after {
        let now = before.get(image).and_then(|judgement| judgement.verdict);
        match number(then.verdict).cmp(&number(now)) {
            std::cmp::Ordering::Greater => preview.worse += 1,
            std::cmp::Ordering::Less => preview.milder += 1,
            std::cmp::Ordering::Equal => continue,
        }
        changed.push((std::cmp::Reverse(number(then.verdict)), *image, now, then.verdict));
    }
    changed.sort_unstable_by_key(|(verdict, image, ..)| (*verdict, *image));
    let mut name = conn.prepare("SELECT ident, name FROM p_image WHERE id = ?1")?;
    for (_, image, from, to) in changed.into_iter().take(LISTED) {
        let (id, shown) = name.query_row([image], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let (from, to) = (from.map(Verdict::as_str), to.map(Verdict::as_str));
        preview.changed.push(Moved { id, name: shown, from, to });
    }
    Ok(())
}

/// How many images have each verdict, the worst first; empty without an open indicator.
pub fn tally(conn: &Connection) -> Result<Vec<(Verdict, u64, u64)>, ProjectError> {
    let mut statement = conn.prepare(
        "SELECT verdict, count(*), sum(running > 0) FROM p_image WHERE verdict <> 0 GROUP BY verdict ORDER BY verdict DESC",
    )?;
    let rows = statement.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?, r.get::<_, i64>(2)?)))?;
    let mut found = Vec::new();
    for row in rows {
        let (number, images, running) = row?;
        found.extend(Verdict::from_number(number).map(|v| (v, images.unsigned_abs(), running.unsigned_abs())));
    }
    Ok(found)
}
