//! The facts that tell a priority, each with where it stands.

use rusqlite::{Connection, OptionalExtension as _};
use std::collections::BTreeSet;

use super::{BecauseRow, said_by_hand, seen, statements};
use crate::case::project::{Carried, Looked, ProjectError, Upon, Which, each_place, stored_facts, works};
use crate::case::query::findings::vulnerability;
use crate::case::query::image::Locator;
use crate::case::query::owners::owners;
use crate::case::query::triage::{Court, TriageRow};
use crate::case::query::verdicts::findings;
use crate::model::assessment::{Criticality, Standing};
use crate::model::judgement::Field;
use crate::model::text::scrub;
use crate::model::time::Micros;
use crate::triage::place::{Basis, Why};

/// Reasons of one kind that are listed.
const LISTED: usize = 8;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub because: Vec<BecauseRow>,
    /// What it could carry away, in words.
    pub reach: Vec<String>,
    /// A network policy of its namespace was read.
    pub egress_read: bool,
    /// The first statement (VEX) that takes a finding out of the vulnerability lens, by its place in `because`.
    pub stated: Option<usize>,
    /// Sources of what is known of vulnerabilities, each with the time it speaks of.
    pub snapshots: Vec<BecauseRow>,
    /// A place was seen to run it; else those that count as running only ask for it.
    pub runs: bool,
}

/// The places of an image, by what they tell.
#[derive(Default)]
struct Places {
    /// The worst places, and how many there are.
    standing: Option<(Standing, i64, u64)>,
    /// The places that were seen to run it: the first, and how many there are.
    running: Option<(i64, u64)>,
    criticality: Vec<(crate::model::assessment::Criticality, Why, i64)>,
    exposure: Vec<(crate::model::assessment::Exposure, Why, i64)>,
    amplifiers: Vec<(Why, i64)>,
    reach: Vec<(Why, i64)>,
    held_back: Vec<(Why, i64)>,
}

/// Whether an object is a machine whose list does not tell whether the image runs.
fn is_listed(conn: &Connection, object: i64) -> Result<bool, ProjectError> {
    let mut statement = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM p_object o JOIN p_text k ON k.id = o.kind JOIN p_use u ON u.object = o.id
         WHERE o.id = ?1 AND k.text = 'Device' AND u.state = 0)",
    )?;
    Ok(statement.query_row([object], |r| r.get(0))?)
}

/// So many places, in words.
fn many(n: u64) -> String {
    if n == 1 { "1 place".to_owned() } else { format!("{n} places") }
}

/// Everything that tells the priority of an image.
pub(super) fn facts(conn: &Connection, court: &Court, image: i64, row: &TriageRow) -> Result<Found, ProjectError> {
    let mut found = Found::default();
    by_hand(court, image, row, &mut found.because);
    verdict(conn, image, row, &mut found.because)?;
    found.snapshots = scans(conn, image, &mut found.because)?;
    let before = found.because.len();
    statements::because(conn, image, &mut found.because)?;
    found.stated = (found.because.len() > before).then_some(before);
    let places = places(conn, court, image)?;
    if let Some((standing, object, n)) = places.standing {
        let listed = standing == Standing::Kept && is_listed(conn, object)?;
        let word = if listed { "listed for a machine, not said to run," } else { standing.shown() };
        found.because.push(match (standing, places.running) {
            (Standing::Running, None) => stands(conn, format!("scheduled, not seen to run, in {}", many(n)), object)?,
            (Standing::Running, Some((object, running))) if running < n => {
                let text = format!("running in {}, scheduled in {} more", many(running), n - running);
                stands(conn, text, object)?
            }
            _ => stands(conn, format!("{word} in {}", many(n)), object)?,
        });
    }
    found.runs = places.running.is_some();
    seen::seen(conn, image, places.standing.map(|(standing, ..)| standing), &mut found.because)?;
    owner(conn, image, row, &mut found.because)?;
    let told = |(_, why, _): &&(crate::model::assessment::Criticality, Why, i64)| why.basis != Basis::Owner;
    let level = places.criticality.iter().filter(told).filter(|(level, ..)| level.as_str() == row.criticality);
    if let Some((level, why, object)) = level.min_by_key(|(_, why, object)| (why.basis, *object)) {
        found.because.push(fact(conn, format!("criticality {}", level.shown()), why, *object)?);
    } else {
        by_name(court, row, &mut found.because)?;
    }
    let exposed = places.exposure.iter().filter(|(word, ..)| word.as_str() == row.exposure);
    if let Some((word, why, object)) = exposed.min_by_key(|(_, why, object)| (why.basis, *object)) {
        found.because.push(fact(conn, word.shown().to_owned(), why, *object)?);
    }
    upon(conn, court, image, &mut found.because)?;
    builds(court, row, &mut found.because)?;
    each(conn, "power", &places.amplifiers, &mut found.because)?;
    each(conn, "could carry away", &places.reach, &mut found.because)?;
    each(conn, "held back", &places.held_back, &mut found.because)?;
    let mut seen = BTreeSet::new();
    found.reach =
        places.reach.iter().map(|(why, _)| why.text.clone()).filter(|text| seen.insert(text.clone())).collect();
    found.egress_read = !places.held_back.is_empty();
    Ok(found)
}

fn by_hand(court: &Court, image: i64, row: &TriageRow, because: &mut Vec<BecauseRow>) {
    for field in [Field::Priority, Field::Due, Field::Criticality, Field::Exploitability, Field::Exposure] {
        let Some(said) = court.hands.counts(image, field) else { continue };
        let value = said.value.as_deref().unwrap_or_default();
        let mut text = match field {
            Field::Due => format!("due time {value}"),
            field => said_by_hand(field, value),
        };
        text.push_str(&format!(" by {} at {}: {}", said.author, said.at, said.reason));
        if let Some(over) = said.over.as_ref().filter(|_| field == Field::Priority) {
            text.push_str(&format!(" (computed then: {} by {})", over.priority, over.rule));
            if row.asks_again {
                text.push_str(&format!("; its facts were then: {}", over.facts));
            }
        }
        because.push(BecauseRow {
            text: scrub(&text).into_owned(),
            evidence: None,
            locator: None,
            image: None,
            event: Some(said.hash.to_string()),
        });
    }
}

fn verdict(conn: &Connection, image: i64, row: &TriageRow, because: &mut Vec<BecauseRow>) -> Result<(), ProjectError> {
    let Some(verdict) = row.verdict else { return Ok(()) };
    for finding in findings(conn, image)?.into_iter().filter(|finding| finding.verdict == verdict).take(LISTED) {
        let window = finding.window.map(|window| format!(" for {window}")).unwrap_or_default();
        for reason in finding.reasons {
            because.push(BecauseRow {
                text: format!("{} by {}{window}: {}", finding.verdict, finding.target, reason.text),
                evidence: reason.evidence,
                locator: reason.locator,
                image: reason.image,
                event: None,
            });
        }
    }
    Ok(())
}

/// What scans tell: the worst points first, each with its grounds; and how old each source is.
fn scans(conn: &Connection, image: i64, because: &mut Vec<BecauseRow>) -> Result<Vec<BecauseRow>, ProjectError> {
    let Some(found) = vulnerability(conn, image)? else { return Ok(Vec::new()) };
    for ground in found.points.into_iter().rev().flat_map(|(_, grounds)| grounds).take(LISTED) {
        let proxy = if ground.assumed.is_empty() { String::new() } else { format!(" ({})", ground.assumed) };
        because.push(BecauseRow {
            text: format!("{}{proxy}", ground.text),
            evidence: ground.evidence,
            locator: Some(Locator { pointer: ground.locator, offset: ground.offset, length: ground.length }),
            image: None,
            event: None,
        });
    }
    let age = |(source, at, evidence): (String, Micros, Option<String>)| BecauseRow {
        text: scrub(&format!("{source} as of {at}")).into_owned(),
        evidence,
        locator: None,
        image: None,
        event: None,
    };
    Ok(found.snapshots.into_iter().map(age).collect())
}

/// All that the places of an image tell, looked at one by one.
fn places(conn: &Connection, court: &Court, image: i64) -> Result<Places, ProjectError> {
    let rules = &court.policy()?.facts;
    let mut looked = Looked::new(conn, rules)?;
    let mut places = Places::default();
    each_place(conn, &Which::These(BTreeSet::from([image])), |row| {
        let standing = looked.standing(row)?;
        places.standing = Some(match places.standing {
            Some((worst, object, n)) if worst == standing => (worst, object.min(row.object), n + 1),
            Some(worst) if worst.0 > standing => worst,
            _ => (standing, row.object, 1),
        });
        if row.running && standing == Standing::Running {
            let (first, n) = places.running.unwrap_or((row.object, 0));
            places.running = Some((first.min(row.object), n + 1));
        }
        if !works(row) {
            return Ok(());
        }
        let told = looked.told(row)?;
        let room = |n: usize| n < 10_000;
        if let Some((level, why)) = told.criticality.as_ref().filter(|_| room(places.criticality.len())) {
            places.criticality.push((*level, why.clone(), row.object));
        }
        if let Some((word, why)) = told.exposure.as_ref().filter(|_| room(places.exposure.len())) {
            places.exposure.push((*word, why.clone(), row.object));
        }
        for (all, new) in [(&mut places.amplifiers, &told.amplifiers), (&mut places.reach, &told.reach)] {
            if room(all.len()) {
                all.extend(new.iter().map(|why| (why.clone(), row.object)));
            }
        }
        places
            .held_back
            .extend(told.held_back.iter().filter(|_| told.reach.len() < 10_000).map(|why| (why.clone(), row.object)));
        Ok(())
    })?;
    Ok(places)
}

/// Each reason once, with how many places tell it.
fn each(conn: &Connection, what: &str, all: &[(Why, i64)], because: &mut Vec<BecauseRow>) -> Result<(), ProjectError> {
    let mut known: Vec<(&Why, i64, u64)> = Vec::new();
    for (why, object) in all {
        match known.iter_mut().find(|(known, ..)| known.text == why.text) {
            Some((_, first, n)) => (*first, *n) = ((*first).min(*object), *n + 1),
            None => known.push((why, *object, 1)),
        }
    }
    for (why, object, n) in known.iter().take(LISTED) {
        let many = if *n == 1 { String::new() } else { format!(" ({n} places)") };
        let mut row = fact(conn, what.to_owned(), why, *object)?;
        row.text.push_str(&many);
        because.push(row);
    }
    if known.len() > LISTED {
        because.push(BecauseRow {
            text: format!("{what}: {} more", known.len() - LISTED),
            evidence: None,
            locator: None,
            image: None,
            event: None,
        });
    }
    Ok(())
}

/// A reason with where the thing stands that tells it.
fn fact(conn: &Connection, what: String, why: &Why, object: i64) -> Result<BecauseRow, ProjectError> {
    stands(conn, format!("{what}: {}", why.text), if why.thing > 0 { why.thing } else { object })
}

fn stands(conn: &Connection, text: String, object: i64) -> Result<BecauseRow, ProjectError> {
    let sql = "SELECT s.evidence, o.pointer, o.offset, o.length, k.text, n.text, o.name FROM p_object o
        JOIN p_source s ON s.id = o.source JOIN p_text k ON k.id = o.kind JOIN p_text n ON n.id = o.namespace WHERE o.id = ?1";
    let found = conn.query_row(sql, [object], |r| {
        let locator = Locator { pointer: r.get(1)?, offset: r.get(2)?, length: r.get(3)? };
        let (kind, space, name): (String, String, String) = (r.get(4)?, r.get(5)?, r.get(6)?);
        let place = if space.is_empty() { format!("{kind} {name}") } else { format!("{kind} {space}/{name}") };
        Ok((r.get::<_, Option<String>>(0)?, locator, place))
    });
    Ok(match found.optional()? {
        Some((evidence, locator, place)) => BecauseRow {
            text: scrub(&format!("{text} [{place}]")).into_owned(),
            evidence,
            locator: Some(locator),
            image: None,
            event: None,
        },
        None => BecauseRow { text: scrub(&text).into_owned(), evidence: None, locator: None, image: None, event: None },
    })
}

/// What an owners' file says, where that is what counts.
fn owner(conn: &Connection, image: i64, row: &TriageRow, because: &mut Vec<BecauseRow>) -> Result<(), ProjectError> {
    let counts = |word: &str| word.to_lowercase().contains(row.criticality);
    let words = owners(conn, image)?;
    if let Some(word) = words.into_iter().find(|word| !word.criticality.is_empty() && counts(&word.criticality)) {
        let text = format!("criticality {}: owners' file, for {} {}", word.criticality, word.by, word.subject);
        because.push(BecauseRow {
            text: scrub(&text).into_owned(),
            evidence: word.evidence,
            locator: Some(word.locator),
            image: None,
            event: None,
        });
    }
    Ok(())
}

/// What runs and stands on it, where that makes it more critical or has a share in rule C4.
fn upon(conn: &Connection, court: &Court, image: i64, because: &mut Vec<BecauseRow>) -> Result<(), ProjectError> {
    let Some(carried) = Carried::read(conn)? else { return Ok(()) };
    let stored = stored_facts(conn)?;
    let runs = |image: i64| stored.get(&image).filter(|facts| facts.standing == Standing::Running);
    let (many, level) = court.policy()?.facts.fan_out;
    let Upon { running, .. } = carried.upon(image, many.max(1), |image| runs(image).map(|_| Criticality::Critical));
    let first = running.first().copied().filter(|_| running.len() as u64 >= many.max(1));
    let texts = first.map(|first| {
        (
            first,
            format!(
                "at least {many} images that run, or are scheduled to, stand on it: criticality {} or worse",
                level.shown()
            ),
        )
    });
    let worst = carried.upon(image, 0, |image| runs(image).map(|facts| facts.criticality)).worst;
    let worst = worst.filter(|(level, _)| *level >= Criticality::High);
    let carries = worst.map(|(level, other)| {
        (other, format!("an image that runs, or is scheduled to, and is {} stands on it", level.shown()))
    });
    for (other, text) in texts.into_iter().chain(carries) {
        let sql = "SELECT ident, name FROM p_image WHERE id = ?1";
        let found =
            conn.query_row(sql, [other], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))).optional()?;
        let name = found.as_ref().map_or_else(String::new, |(_, name)| format!(" [{name}]"));
        because.push(BecauseRow {
            text: scrub(&format!("{text}{name}")).into_owned(),
            evidence: None,
            locator: None,
            image: found.map(|(ident, _)| ident),
            event: None,
        });
    }
    Ok(())
}

/// The last part of its repository.
fn last_part(row: &TriageRow) -> &str {
    let repository = row.name.split('@').next().unwrap_or_default();
    let last = repository.rsplit('/').next().unwrap_or_default();
    last.split(':').next().unwrap_or_default()
}

/// An amplifier that its own name tells: it builds other images.
fn builds(court: &Court, row: &TriageRow, because: &mut Vec<BecauseRow>) -> Result<(), ProjectError> {
    let last = last_part(row);
    if court.policy()?.facts.is_builder(last) {
        let text = scrub(&format!("power: it runs or makes builds of other images, by its name {last}")).into_owned();
        because.push(BecauseRow { text, evidence: None, locator: None, image: None, event: None });
    }
    Ok(())
}

/// A criticality that only the image's own name tells.
fn by_name(court: &Court, row: &TriageRow, because: &mut Vec<BecauseRow>) -> Result<(), ProjectError> {
    let last = last_part(row);
    let class = court.policy()?.facts.class_of(last).filter(|class| class.level.as_str() == row.criticality);
    if let Some(class) = class.filter(|_| !row.assumed.contains(&"criticality")) {
        let text = format!("criticality {}: {}, by its name {last}", class.level.shown(), class.name);
        because.push(BecauseRow { text, evidence: None, locator: None, image: None, event: None });
    }
    Ok(())
}
