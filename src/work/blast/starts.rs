//! Where a blast starts: the images that its targets mean, and those of which nobody can tell whether they are meant.

use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

use super::{BlastError, Question};
use crate::case::project::ProjectError;
use crate::case::query::direct::{self, Uncomparable, named, uncomparable};
use crate::case::query::indicators::entries;
use crate::case::query::targets::target;
use crate::graph::NodeId;
use crate::model::id::Id;
use crate::model::indicator::{ClearedBy, Indicator, State, Target, Window};
use crate::model::verdict::Verdict;
use crate::triage::verdict::Because;
use crate::work::lineage::Known;

/// The nodes that are meant.
#[derive(Debug, Clone, Default)]
pub(super) struct Starts {
    /// What is named.
    pub bad: BTreeSet<NodeId>,
    /// What may be.
    pub doubtful: BTreeSet<NodeId>,
    /// By image number: what the targets alone come to.
    pub verdicts: BTreeMap<i64, Verdict>,
    /// Images known only by a digest that cannot be compared with one of the targets.
    pub uncomparable: Uncomparable,
}

/// Reads what a responder typed. The window is that of the open indicator on the same target, where there is one.
pub(super) fn question(conn: &Connection, text: &str, window: Option<Window>) -> Result<Question, BlastError> {
    let meant = target(conn, text)?;
    let open = entries(conn)?.into_iter().filter(|entry| entry.open && entry.indicator.target == meant.target);
    let accused = open.map(|entry| entry.indicator).filter(|indicator| indicator.state != State::Cleared);
    let worst = accused.max_by_key(|indicator| indicator.state);
    Ok(Question {
        window: window.or_else(|| worst.as_ref().and_then(|indicator| indicator.window.clone())),
        state: worst.map(|indicator| indicator.state),
        target: meant.target,
        unseen: meant.unseen,
    })
}

/// What every open indicator asks that calls something bad or suspect, each target once.
pub(super) fn open_questions(conn: &Connection) -> Result<Vec<Question>, ProjectError> {
    let mut questions: Vec<Question> = Vec::new();
    for Indicator { target, window, state, .. } in entries(conn)?.into_iter().filter(|e| e.open).map(|e| e.indicator) {
        let asked = Question { target, window, state: Some(state), unseen: false };
        if state != State::Cleared && !questions.contains(&asked) {
            questions.push(asked);
        }
    }
    Ok(questions)
}

/// The nodes of all questions.
pub(super) fn starts(conn: &Connection, known: &Known, questions: &[Question]) -> Result<Starts, ProjectError> {
    let mut starts = Starts::default();
    for question in questions {
        match &question.target {
            Target::Layer(layer) => starts.bad.extend(known.graph.with_layer(layer)),
            Target::Chain(stack) => starts.bad.extend(known.graph.with_stack(stack)),
            _ => starts.of_indicator(conn, known, &indicator(question))?,
        }
    }
    let Starts { bad, doubtful, .. } = &mut starts;
    doubtful.retain(|node| !bad.contains(node));
    Ok(starts)
}

/// Where packages are asked about, the images of which a list is known; `None` where none is. What carries a package does
/// not stand on another that does: layers exclude nothing then.
pub(super) fn carriers(conn: &Connection, questions: &[Question]) -> Result<Option<BTreeMap<i64, bool>>, ProjectError> {
    let mut found: Option<BTreeMap<i64, bool>> = None;
    for question in questions {
        if let Target::Package(url) = &question.target {
            found.get_or_insert_default().extend(direct::carriers(conn, url)?);
        }
    }
    Ok(found)
}

/// What is asked, as if it were said to be bad.
fn indicator(question: &Question) -> Indicator {
    Indicator {
        id: Id::derived("question", &[&question.target.to_string()]),
        target: question.target.clone(),
        state: State::Bad,
        window: question.window.clone(),
        cleared_by: ClearedBy::default(),
    }
}

impl Starts {
    fn of_indicator(&mut self, conn: &Connection, known: &Known, indicator: &Indicator) -> Result<(), ProjectError> {
        for found in named(conn, indicator)? {
            let worst = self.verdicts.entry(found.image).or_insert(found.verdict);
            *worst = found.verdict.max(*worst);
            let Some(node) = known.node(found.image) else { continue };
            // What its name led to elsewhere is meant; that it may be that is for the graph to follow.
            // So is an index one of whose images is meant: its other images are not.
            if matches!(found.because, Because::Candidate(_) | Because::Contains) {
                continue;
            }
            if found.verdict > Verdict::NotKnown {
                self.bad.insert(node);
            } else if found.verdict == Verdict::NotKnown {
                self.doubtful.insert(node);
            }
        }
        if let Target::Digest(digest) = &indicator.target {
            // What only a claim names has no digest of its own in the projections.
            let half = digest.hex().get(..32).and_then(Id::parse);
            self.bad.extend(half.and_then(|id| known.graph.find(id.0)));
            let counted = uncomparable(conn, indicator)?;
            self.uncomparable.images += counted.images;
            self.uncomparable.running += counted.running;
        }
        Ok(())
    }
}
