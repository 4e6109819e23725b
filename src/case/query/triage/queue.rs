//! What to find out next: what is not known of images, ranked by what an answer would change.

use rusqlite::Connection;
use serde::Serialize;

use super::Court;
use crate::case::project::{Judge, ProjectError, Settled};
use crate::case::query::filter::Filter;
use crate::model::assessment::{Criticality, Exploitability, Exposure};
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;
use crate::triage::inputs::Inputs;
use crate::triage::vulnerability::Points;

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// It was set by hand, and the facts are others since.
    LookAgain,
    /// Whether the breach reached it.
    Verdict,
    /// Nobody scanned it.
    Scan,
    /// How critical it is.
    Criticality,
    /// From where it is reached.
    Exposure,
}

impl Question {
    /// In words for people.
    pub fn shown(self) -> &'static str {
        match self {
            Question::LookAgain => "set by hand, and its facts changed: look again",
            Question::Verdict => "did the breach reach it? layers, a Dockerfile or a pull log would tell",
            Question::Scan => "nobody scanned it",
            Question::Criticality => "how critical is it? no owner, label or class tells",
            Question::Exposure => "from where is it reached? its services were not read",
        }
    }
}

/// An image with a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueueRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The question.
    pub question: Question,
    /// Its priority now.
    pub priority: Priority,
    /// The most urgent that an answer could make it.
    pub worst: Priority,
    /// The least urgent.
    pub best: Priority,
    /// Places that run it.
    pub running: u64,
}

/// The questions, what would change most first; at most `limit`.
pub fn queue(conn: &Connection, limit: usize) -> Result<Vec<QueueRow>, ProjectError> {
    let court = Court::load(conn)?;
    let mut judge = Judge::new(&court.policies, court.judgements());
    let mut found = Vec::new();
    for row in super::stored(conn, &Filter::All)? {
        let by_hand = court.hands.names(row.image);
        let hand = |field| by_hand && court.hands.counts(row.image, field).is_some();
        for (question, answers) in answers(&row, &hand) {
            let priorities = answers.iter().map(|inputs| judge.priority(inputs).0);
            let (worst, best) = priorities.fold((row.computed, row.computed), |(w, b), p| (w.max(p), b.min(p)));
            if worst != best || question == Question::LookAgain {
                let gain = (worst.number() - best.number(), row.priority);
                let rank = (question != Question::LookAgain, std::cmp::Reverse(gain), std::cmp::Reverse(row.running));
                found.push((rank, question, worst, best, row.name.clone(), row.id.clone(), row.priority, row.running));
            }
        }
    }
    found.sort_by(|a, b| (&a.0, a.1, &a.4, &a.5).cmp(&(&b.0, b.1, &b.4, &b.5)));
    let shown = found.into_iter().take(limit);
    Ok(shown
        .map(|(_, question, worst, best, name, id, priority, running)| QueueRow {
            id,
            name,
            question,
            priority,
            worst,
            best,
            running,
        })
        .collect())
}

/// What is not known of an image, each with the inputs that the answers would make.
fn answers(row: &super::Stored, hand: &dyn Fn(crate::model::judgement::Field) -> bool) -> Vec<(Question, Vec<Inputs>)> {
    use crate::model::judgement::Field;
    let inputs = row.inputs;
    let mut found = Vec::new();
    if row.hand & Settled::ASKS_AGAIN != 0 {
        found.push((Question::LookAgain, Vec::new()));
    }
    if matches!(inputs.verdict, Some(Verdict::NotKnown | Verdict::ToCheck)) {
        let verdicts = [Verdict::NoLink, Verdict::Suspect, Verdict::Bad].map(Some);
        found.push((Question::Verdict, verdicts.map(|verdict| Inputs { verdict, ..inputs }).to_vec()));
    }
    if inputs.points.is_unknown() && !hand(Field::Exploitability) {
        let words = [Exploitability::Easy, Exploitability::Hard, Exploitability::NotKnownExploited];
        let scans = words.map(|word| Inputs { points: Points::of_word(word), ..inputs });
        found.push((Question::Scan, scans.to_vec()));
    }
    if row.assumed.criticality && !hand(Field::Criticality) {
        let levels = Criticality::ALL.map(|criticality| Inputs { criticality, ..inputs });
        found.push((Question::Criticality, levels.to_vec()));
    }
    if row.assumed.exposure && !hand(Field::Exposure) {
        let words = Exposure::ALL.map(|exposure| Inputs { exposure, ..inputs });
        found.push((Question::Exposure, words.to_vec()));
    }
    found
}
