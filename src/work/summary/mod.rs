//! Gathers what a case knows into the model of a report.
//!
//! Owns the hand-over alone: which facts go in, and that every text of them is safe to show. What may leave, and in which
//! form, is for the report to say. The same events give the same model, whoever gathers it and whenever.

mod images;
mod lineage;
mod reach;
mod register;
mod response;
mod timeline;
mod urgent;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::case::indicators::Entry;
use crate::case::query::indicators::entries;
use crate::case::query::totals::{Totals as Counted, totals};
use crate::case::query::touched::touched_totals;
use crate::case::query::verdicts::tally;
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::model::clock::AWARE;
use crate::model::id::hex;
use crate::model::text::{scrub, scrub_lines};
use crate::model::time::Micros;
use crate::model::tlp::Tlp;
use crate::report::choice::Audience;
use crate::report::model::{
    Aware, Header, Impact, Indicator, Marking, Mention, Note, Report, TagStep, Tally, Totals, Unknown,
};
use crate::respond::clock::TriggerView;
use crate::work::lineage::Known;
use crate::work::response::Board;

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
    let known = Arc::new(Known::read(conn)?);
    let images = images::gather(conn, &known)?;
    let entries = entries(conn)?;
    let mut reach = reach::gather(conn, &known, &entries)?;
    let newest = state.events.last().map(|told| told.envelope.at.us);
    let at = stated.at.or(newest).unwrap_or_default();
    let board = Board::at(case, &state, at)?;
    let mut conflicts = response::conflicts(&board);
    let timeline = timeline::gather(case, &state, &mut conflicts)?;
    let indicators = entries.iter().map(|entry| indicator(entry, &mut reach.history)).collect();
    conflicts.sort();
    conflicts.dedup();
    let verdicts = tally(conn)?.into_iter().map(|(verdict, images, running)| Tally { verdict, images, running });
    let all = totals(conn)?;
    let impact = Impact {
        all: counted(&all),
        touched: counted(&touched_totals(conn)?),
        verdicts: verdicts.collect(),
        reached: reach.reached,
    };
    let unknown = Unknown {
        uncomparable: reach.uncomparable,
        unasked: response::unasked(&board),
        ..register::unknown(conn, &state, &impact, unreadable)?
    };
    Ok(Report {
        header: header(case, &state, &board, stated),
        summary: Vec::new(),
        impact: Some(impact),
        urgent: Some(urgent::gather(case, &board)?),
        lineage: lineage::gather(&known, &images.affected),
        affected: images.affected,
        cleared: images.cleared,
        indicators,
        decisions: response::decisions(&board),
        clocks: response::clocks(&board),
        tasks: response::tasks(&board),
        credentials: response::credentials(&board),
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

fn header(case: &Case, state: &State, board: &Board, stated: &Stated) -> Header {
    let genesis = state.genesis.as_ref();
    let newest = state.events.last();
    // A label that nobody can read may be any: the strictest is the safe one.
    let unreadable =
        genesis.and_then(|genesis| genesis.tlp.as_deref()).is_some_and(|label| Tlp::parse(label).is_none());
    let incident = &board.incident;
    let tlp = match incident.label {
        None if unreadable => Tlp::Red,
        _ => incident.label(),
    };
    let author = stated.author.clone().or_else(|| newest.map(|told| told.envelope.actor.clone()));
    Header {
        title: Some(genesis.map_or_else(|| "a case without a title".to_owned(), |genesis| line(&genesis.title))),
        case: case.id().to_string(),
        tlp,
        case_tlp: tlp,
        audience: Audience::default(),
        severity: incident.severity.as_deref().map(line),
        status: Some(incident.status.clone()),
        declared: incident.since,
        roles: incident
            .roles
            .iter()
            .map(|(duty, people)| (duty.as_str().to_owned(), people.iter().map(|who| line(who)).collect()))
            .collect(),
        aware: board.clocks.triggers.iter().find(|trigger| trigger.id == AWARE).and_then(aware),
        generated: board.now,
        began: state.events.first().map(|told| told.envelope.at.us).unwrap_or_default(),
        author: line(&author.unwrap_or_default()),
        tool: concat!("hullbreach ", env!("CARGO_PKG_VERSION")).to_owned(),
        state: hex(&state.fingerprint()),
        frontier: hex(&state.frontier()),
        events: state.events.len() as u64,
    }
}

fn aware(trigger: &TriggerView) -> Option<Aware> {
    Some(Aware {
        at: trigger.since?,
        written: trigger.written.as_deref().map(line).unwrap_or_default(),
        source: trigger.source.as_deref().map(line),
    })
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

fn indicator(entry: &Entry, history: &mut BTreeMap<String, Vec<TagStep>>) -> Indicator {
    let indicator = &entry.indicator;
    let target = line(&indicator.target.to_string());
    let window = indicator.window.as_ref();
    let state = if entry.open { indicator.state.as_str() } else { "withdrawn" };
    Indicator {
        id: indicator.id.to_string(),
        history: history.remove(&target).unwrap_or_default(),
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
    let mention = |mention: crate::case::notes::Mention| Mention {
        written: line(&mention.written),
        target: line(&mention.target),
    };
    let note = |note: crate::case::notes::Note| Note {
        at: Micros::parse_rfc3339(&note.claimed).unwrap_or_default(),
        event: note.event,
        author: line(&note.author),
        about: note.about.as_deref().map(line),
        text: note.text.map(|text| scrub_lines(&text).into_owned()),
        mentions: note.mentions.into_iter().map(mention).collect(),
        marking: Marking { tlp: note.tlp, privileged: note.privileged },
    };
    Ok(case.notes(state)?.into_iter().map(note).collect())
}
