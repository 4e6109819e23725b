//! What is said from here of tasks, credentials, deadlines and entries: the same words as on the command line.

use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::model::clock::AWARE;
use crate::model::entry::{EntrySays, Lane, Precision};
use crate::model::time::Micros;
use crate::respond::checklist::CLAIM;
use crate::respond::clock::Clocks;
use crate::tui::data::{Bench, Deed, Done};
use crate::work::response::{
    ClockWord, CredentialWord, Planned, TaskWord, clock_word, clocks, credential_word, declared, entry_added,
    entry_retracted, task_word,
};

/// A word, and what is typed with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Who does a task.
    Assign,
    /// What proves that a task is done.
    Done,
    /// Why a task will not be.
    Waive,
    /// Why a task is open again.
    Reopen,
    /// The old credential was revoked.
    Revoked,
    /// A new one was made.
    Reissued,
    /// The old one was tried and refused.
    Dead,
    /// Why a credential is none of ours.
    Dismiss,
    /// Since when a deadline runs, and who says so.
    Start,
    /// Since when the organisation is aware, and who says so.
    Aware,
    /// The incident is declared, or something else is said of it.
    Declare,
    /// What a deadline asks for was done.
    Met,
    /// Why a deadline does not apply.
    Deny,
    /// An entry of the timeline.
    Entry,
    /// Why an entry does not hold.
    Strike,
    /// Rows that hold a text; nothing is said.
    Filter,
}

impl Word {
    /// The word that a command gives.
    pub fn of(command: &str) -> Option<Word> {
        Some(match command {
            "tasks.assign" => Word::Assign,
            "tasks.done" => Word::Done,
            "tasks.waive" => Word::Waive,
            "tasks.reopen" => Word::Reopen,
            "creds.revoked" => Word::Revoked,
            "creds.reissued" => Word::Reissued,
            "creds.dead" => Word::Dead,
            "creds.dismiss" => Word::Dismiss,
            "clocks.aware" => Word::Aware,
            "tasks.declare" => Word::Declare,
            "clocks.begin" => Word::Start,
            "clocks.filed" => Word::Met,
            "clocks.off" => Word::Deny,
            "time.add" => Word::Entry,
            "time.retract" => Word::Strike,
            "tasks.filter" | "creds.filter" | "clocks.filter" | "time.filter" => Word::Filter,
            _ => return None,
        })
    }

    /// Before what is typed.
    pub fn verb(self) -> &'static str {
        match self {
            Word::Assign => "assign",
            Word::Done => "done",
            Word::Waive => "waive",
            Word::Reopen => "reopen",
            Word::Revoked => "revoked",
            Word::Reissued => "reissued",
            Word::Dead => "proved dead",
            Word::Dismiss => "dismiss",
            Word::Aware => "aware",
            Word::Declare => "declare",
            Word::Start => "start",
            Word::Met => "met",
            Word::Deny => "does not apply",
            Word::Entry => "add",
            Word::Strike => "strike",
            Word::Filter => "/",
        }
    }

    /// What is to be typed.
    pub fn asks(self) -> &'static str {
        match self {
            Word::Assign => "who does it",
            Word::Done => "what proves it: evidence:ID, event:HASH, a ticket, an address",
            Word::Waive | Word::Reopen | Word::Dismiss | Word::Deny | Word::Strike => "why",
            Word::Revoked | Word::Reissued => "[TIME, else now] and what proves it, where anything does",
            Word::Dead => "[TIME, else now] and what proves it: who was refused where",
            Word::Declare => "severity=critical commander=WHO scribe=WHO channel=NAME; Enter alone declares",
            Word::Start | Word::Aware => "TIME, and who or what says so: it is a legal fact",
            Word::Met => "[TIME, else now] and what proves it: the receipt",
            Word::Entry => "[happened | learned | did] [TIME, else now] and the text",
            Word::Filter => "a text in any column",
        }
    }

    /// Nothing may be typed, too.
    pub fn may_be_empty(self) -> bool {
        matches!(self, Word::Revoked | Word::Reissued | Word::Declare | Word::Filter)
    }

    /// It is about the marked row.
    pub fn needs_row(self) -> bool {
        !matches!(self, Word::Aware | Word::Declare | Word::Entry | Word::Filter)
    }
}

/// Says it.
#[derive(Debug)]
pub struct Say {
    /// Of what: the row's key.
    pub key: String,
    /// What.
    pub word: Word,
    /// What was typed.
    pub text: String,
}

impl Deed for Say {
    fn title(&self) -> String {
        self.word.verb().to_owned()
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        store(bench, |case, state| self.planned(case, state, bench))
    }
}

impl Say {
    fn planned(&self, case: &Case, state: &State, bench: &Bench<'_>) -> Result<Planned, CaseError> {
        let text = self.text.trim();
        let task = |word: TaskWord| task_word(case, state, &self.key, &word);
        let credential = |word: CredentialWord| credential_word(case, state, &self.key, &word);
        let clock = |word: ClockWord| clock_word(case, state, &self.key, &word);
        // The time is read where there is one; it never lies ahead.
        let timed = || -> Result<(Micros, Vec<String>), CaseError> {
            let (at, _, rest) = moment(text, case, bench.env.now())?;
            let rest = Some(rest.to_owned()).filter(|rest| !rest.is_empty());
            Ok((at, rest.into_iter().collect()))
        };
        match self.word {
            Word::Assign => {
                let until = Micros(bench.env.now().0.saturating_add(CLAIM));
                task(TaskWord::Claim { who: text.to_owned(), until })
            }
            Word::Done => task(TaskWord::Done(vec![text.to_owned()])),
            Word::Waive => task(TaskWord::Waive(text.to_owned())),
            Word::Reopen => task(TaskWord::Reopen(text.to_owned())),
            Word::Revoked => {
                let (at, evidence) = timed()?;
                credential(CredentialWord { revoked: Some(at), evidence, ..CredentialWord::default() })
            }
            Word::Reissued => {
                let (at, evidence) = timed()?;
                credential(CredentialWord { reissued: Some(at), evidence, ..CredentialWord::default() })
            }
            Word::Dead => {
                let (at, evidence) = proved(timed()?)?;
                credential(CredentialWord { proved_dead: Some(at), evidence, ..CredentialWord::default() })
            }
            Word::Dismiss => {
                credential(CredentialWord { dismissed: Some(text.to_owned()), ..CredentialWord::default() })
            }
            Word::Start => started(case, state, &self.key, text, bench.env.now()),
            Word::Aware => started(case, state, AWARE, text, bench.env.now()),
            Word::Declare => declared(state, text, bench.env.now()),
            Word::Met => {
                let (at, evidence) = proved(timed()?)?;
                clock(ClockWord::Met { at, evidence })
            }
            Word::Deny => clock(ClockWord::Deny(text.to_owned())),
            Word::Entry => entry(case, text, bench.env.now()),
            Word::Strike => entry_retracted(case, state, &self.key, text),
            Word::Filter => Err(CaseError::Refused("nothing is said by looking".to_owned())),
        }
    }
}

/// Without a proof it is not so.
fn proved((at, evidence): (Micros, Vec<String>)) -> Result<(Micros, Vec<String>), CaseError> {
    match evidence.is_empty() {
        true => Err(CaseError::Refused("what proves it? Type it behind the time".to_owned())),
        false => Ok((at, evidence)),
    }
}

/// A deadline is started by what it waits for, so that all that run from the same do; by itself where it waits for nothing
/// that can be stated.
fn started(case: &Case, state: &State, key: &str, text: &str, now: Micros) -> Result<Planned, CaseError> {
    let (at, written, source) = moment(text, case, now)?;
    if written.is_empty() || source.is_empty() {
        return Err(CaseError::Refused("type the time, then who or what says so; neither is ever inferred".to_owned()));
    }
    let all: Clocks = clocks(state, now);
    let what = all.get(key).and_then(|clock| clock.waits_for.clone()).unwrap_or_else(|| key.to_owned());
    let word = ClockWord::Start { at, written: written.to_owned(), source: source.to_owned() };
    clock_word(case, state, &what, &word)
}

/// An entry, with its lane in front where it is not about what was done.
fn entry(case: &Case, text: &str, now: Micros) -> Result<Planned, CaseError> {
    let (before, rest) = laned(text);
    let (at, written, rest) = moment(rest, case, now)?;
    // Whoever is tired types the time first.
    let (behind, rest) = if before.is_none() && !written.is_empty() { laned(rest) } else { (None, rest) };
    let lane = before.or(behind).unwrap_or(Lane::Did);
    let says = match written {
        "" => EntrySays::default(),
        written => EntrySays {
            written: Some(written.to_owned()),
            precision: Some(Precision::of(written)),
            ..EntrySays::default()
        },
    };
    entry_added(case, lane, at, rest, says)
}

/// A lane in front of a text, and the rest.
fn laned(text: &str) -> (Option<Lane>, &str) {
    let (first, behind) = text.split_once(' ').unwrap_or((text, ""));
    let lane = Lane::ALL.into_iter().find(|lane| lane.as_str() == first);
    (lane, if lane.is_some() { behind.trim_start() } else { text })
}

/// A time in front of a text, as it was typed, and the rest; now where there is none. One without a day is of the
/// incident's. What is said was done, so that no time lies ahead.
fn moment<'t>(text: &'t str, case: &Case, now: Micros) -> Result<(Micros, &'t str, &'t str), CaseError> {
    let (at, typed, rest) = timed(text, case.incident_day()?, now);
    if at > now {
        return Err(CaseError::Refused(format!("{typed}: that is still to come; say what was done")));
    }
    Ok((at, typed, rest))
}

/// The same, pure.
fn timed(text: &str, day: Micros, now: Micros) -> (Micros, &str, &str) {
    // A day and a time are two words.
    let blanks = text.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at);
    let mut ends: Vec<usize> = blanks.take(2).collect();
    if ends.len() < 2 {
        ends.push(text.len());
    }
    for end in ends.into_iter().rev() {
        let (typed, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        if let Some(at) = Micros::parse_stated(typed, day) {
            return (at, typed.trim(), rest.trim());
        }
    }
    (now, "", text)
}

/// Claims a task for whoever sits here.
#[derive(Debug)]
pub struct Claim {
    /// Which.
    pub task: String,
}

impl Deed for Claim {
    fn title(&self) -> String {
        format!("claim {}", self.task)
    }

    fn run(&self, bench: &Bench<'_>) -> Result<Done, String> {
        let until = Micros(bench.env.now().0.saturating_add(CLAIM));
        let word = TaskWord::Claim { who: bench.env.user.clone(), until };
        store(bench, |case, state| task_word(case, state, &self.task, &word))
    }
}

fn store(bench: &Bench<'_>, plan: impl FnOnce(&Case, &State) -> Result<Planned, CaseError>) -> Result<Done, String> {
    let mut case = bench.stoppable()?;
    let (state, _) = case.state().map_err(|e| bench.failed(e))?;
    let planned = plan(&case, &state).map_err(|e| bench.failed(e))?;
    case.say_all(&state.response, vec![planned.statement]).map_err(|e| bench.failed(e))?;
    // It is stored; what is shown follows now, or when the case is opened again.
    case.refresh().map_err(|e| format!("it is stored, but not shown yet: {e}; open the case again"))?;
    let notes: String = planned.notes.iter().map(|note| format!("; {note}")).collect();
    Ok(Done { said: format!("{}{notes}; u takes it back", planned.text), ..Done::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_off_the_front() {
        let day = Micros::parse_rfc3339("2026-03-17T07:40:00Z").unwrap();
        let read = |text: &'static str| {
            let (at, typed, rest) = timed(text, day, Micros(5));
            (at.to_minute(), typed, rest)
        };
        assert_eq!(read("08:00Z the ciso"), ("2026-03-17 08:00Z".to_owned(), "08:00Z", "the ciso"));
        assert_eq!(read("2026-03-18 09:30Z x"), ("2026-03-18 09:30Z".to_owned(), "2026-03-18 09:30Z", "x"));
        assert_eq!(read("2026-03-18 x y"), ("2026-03-18 00:00Z".to_owned(), "2026-03-18", "x y"));
        assert_eq!(read("08:00Z"), ("2026-03-17 08:00Z".to_owned(), "08:00Z", ""));
        assert_eq!(timed("ticket 8 was closed", day, Micros(5)), (Micros(5), "", "ticket 8 was closed"));
        assert_eq!(timed("", day, Micros(5)), (Micros(5), "", ""));
        assert_eq!(timed("é ü ö", day, Micros(5)), (Micros(5), "", "é ü ö"));
    }

    #[test]
    fn every_command_that_types_has_a_word() {
        let table = crate::tui::commands();
        for id in
            ["tasks.declare", "clocks.aware", "tasks.assign", "creds.dead", "clocks.begin", "time.add", "time.filter"]
        {
            assert!(Word::of(id).is_some() && table.get(id).is_some(), "{id}");
        }
        assert_eq!(Word::of("tasks.only"), None);
    }
}
