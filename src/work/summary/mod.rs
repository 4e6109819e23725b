//! Gathers what a case knows into the model of a report.
//!
//! Owns the hand-over alone: which facts go in, and that every text of them is safe to show. What may leave, and in which
//! form, is for the report to say. The same events give the same model, whoever gathers it and whenever.

mod images;
mod lineage;
mod register;
mod timeline;

use crate::case::events::kinds::{Awareness, Genesis};
use crate::case::query::indicators::entries;
use crate::case::query::totals::{Totals as Counted, totals};
use crate::case::query::touched::touched_totals;
use crate::case::query::verdicts::tally;
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::model::id::hex;
use crate::model::text::{scrub, scrub_lines};
use crate::model::time::Micros;
use crate::model::tlp::Tlp;
use crate::report::choice::Audience;
use crate::report::model::{Aware, Conflict, Header, Impact, Indicator, Marking, Note, Report, Tally, Totals};
use crate::work::lineage::Known;

/// What a responder states of the report itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stated {
    /// The time it speaks of; else the newest event's.
    pub at: Option<Micros>,
    /// Who answers for it; else who wrote the newest event.
    pub author: Option<String>,
}

/// The whole report of a case, before anything stays out.
pub fn gather(case: &Case, stated: &Stated) -> Result<Report, CaseError> {
    let (state, unreadable) = case.state()?;
    let conn = case.conn();
    let known = Known::read(conn)?;
    let images = images::gather(conn, &known)?;
    let indicators = entries(conn)?;
    let mut conflicts = Vec::new();
    let indicators = indicators.iter().map(|entry| indicator(entry, &mut conflicts)).collect();
    conflicts.sort();
    conflicts.dedup();
    let verdicts = tally(conn)?.into_iter().map(|(verdict, images, running)| Tally { verdict, images, running });
    let all = totals(conn)?;
    let impact = Impact { all: counted(&all), touched: counted(&touched_totals(conn)?), verdicts: verdicts.collect() };
    let unknown = register::unknown(conn, &state, &impact, unreadable)?;
    let timeline = timeline::gather(&state, &images.affected);
    Ok(Report {
        header: header(case, &state, stated),
        summary: Vec::new(),
        impact: Some(impact),
        lineage: lineage::gather(&known, &images.affected),
        affected: images.affected,
        cleared: images.cleared,
        indicators,
        timeline,
        notes: notes(case, &state)?,
        evidence: register::evidence(&state),
        unknown: Some(unknown),
        conflicts,
        left_out: Vec::new(),
    })
}

/// One line, safe to show.
fn line(text: &str) -> String {
    scrub(text).into_owned()
}

/// Nothing for an empty text.
fn some_line(text: &str) -> Option<String> {
    Some(line(text.trim())).filter(|text| !text.is_empty())
}

fn header(case: &Case, state: &State, stated: &Stated) -> Header {
    let genesis = state.genesis.as_ref();
    let newest = state.events.last();
    // A label that nobody can read may be any: the strictest is the safe one.
    let tlp = match genesis.and_then(|genesis| genesis.tlp.as_deref()) {
        None => Tlp::AmberStrict,
        Some(label) => Tlp::parse(label).unwrap_or(Tlp::Red),
    };
    let author = stated.author.clone().or_else(|| newest.map(|told| told.envelope.actor.clone()));
    Header {
        title: Some(genesis.map_or_else(|| "a case without a title".to_owned(), |genesis| line(&genesis.title))),
        case: case.id().to_string(),
        tlp,
        case_tlp: tlp,
        audience: Audience::default(),
        severity: genesis.and_then(severity),
        aware: genesis.and_then(|genesis| genesis.aware.as_ref()).map(aware),
        generated: stated.at.or_else(|| newest.map(|told| told.envelope.at.us)).unwrap_or_default(),
        began: state.events.first().map(|told| told.envelope.at.us).unwrap_or_default(),
        author: line(&author.unwrap_or_default()),
        tool: concat!("hullbreach ", env!("CARGO_PKG_VERSION")).to_owned(),
        state: hex(&state.fingerprint()),
        frontier: hex(&state.frontier()),
        events: state.events.len() as u64,
    }
}

fn severity(genesis: &Genesis) -> Option<String> {
    genesis.severity.map(|severity| format!("{severity:?}").to_lowercase())
}

fn aware(aware: &Awareness) -> Aware {
    Aware { at: aware.at, written: line(&aware.written), source: aware.source.as_deref().map(line) }
}

fn counted(totals: &Counted) -> Totals {
    Totals {
        images: totals.images,
        resolved: totals.resolved,
        images_running: totals.images_running,
        running: totals.running,
        running_resolved: totals.running_resolved,
        workloads: totals.workloads,
        namespaces: totals.namespaces,
        sources: totals.sources,
    }
}

fn indicator(entry: &crate::case::indicators::Entry, conflicts: &mut Vec<Conflict>) -> Indicator {
    let indicator = &entry.indicator;
    let target = line(&indicator.target.to_string());
    conflicts.extend(entry.conflicts.iter().map(|what| Conflict { about: target.clone(), what: line(what) }));
    let window = indicator.window.as_ref();
    let state = if entry.open { indicator.state.as_str() } else { "withdrawn" };
    Indicator {
        id: indicator.id.to_string(),
        target,
        state: state.to_owned(),
        from: window.and_then(|window| window.from),
        to: window.and_then(|window| window.to),
        window: window.map(|window| line(&window.written)),
        source: entry.source.as_deref().map(line),
        reason: entry.reason.as_deref().map(line),
        author: line(&entry.author),
        at: entry.at,
        marking: Marking::default(),
    }
}

fn notes(case: &Case, state: &State) -> Result<Vec<Note>, CaseError> {
    let note = |note: crate::case::notes::Note| Note {
        at: Micros::parse_rfc3339(&note.claimed).unwrap_or_default(),
        event: note.event,
        author: line(&note.author),
        about: note.about.as_deref().map(line),
        text: note.text.map(|text| scrub_lines(&text).into_owned()),
        marking: Marking::default(),
    };
    Ok(case.notes(state)?.into_iter().map(note).collect())
}
