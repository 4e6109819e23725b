//! Where each deadline stands: from its rule, what was stated, and the time.

use serde::Serialize;
use std::collections::BTreeMap;

use super::catalog::Catalog;
use super::days::{Holidays, holidays};
use super::deadline::{deadline, zone};
use crate::model::clock::{AWARE, Applies, ClockRule, ClockState, Offset};
use crate::model::record::{Record, Records, Thing};
use crate::model::time::Micros;

/// A deadline that is nearer than this is soon, in microseconds: a quarter of its time, at least an hour, at most a day.
const SOON: (i64, i64) = (3_600_000_000, 86_400_000_000);

/// Something that deadlines run from, as it was stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TriggerView {
    /// Its id.
    pub id: String,
    /// The question that answers it.
    pub question: String,
    /// When it was; none where nobody stated it, or it was stated not to be so.
    pub at: Option<String>,
    /// The time as it was typed.
    pub written: Option<String>,
    /// Who or what says so.
    pub source: Option<String>,
    /// It was stated that it is not so.
    pub denied: bool,
    /// Words that stand side by side and differ; the earliest time counts.
    pub contested: Option<String>,
    /// Every time that was ever stated, the first first: time, author, source.
    pub history: Vec<Stated>,
    /// The same as a number.
    #[serde(skip)]
    pub since: Option<Micros>,
}

/// One statement of a trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stated {
    /// The time that was stated; none where it was stated not to be so.
    pub at: Option<String>,
    /// Who stated it.
    pub author: String,
    /// Who or what says so.
    pub source: Option<String>,
    /// When it was stated.
    pub stated: String,
}

/// A deadline with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockView {
    /// Its id.
    pub id: String,
    /// The regime.
    pub regime: String,
    /// What is to be done.
    pub title: String,
    /// Where it stands.
    pub state: ClockState,
    /// What it runs from.
    pub trigger: String,
    /// Since when it runs, RFC 3339.
    pub started: Option<String>,
    /// How long, in words.
    pub offset: String,
    /// When it is due, RFC 3339; none where it does not run, or has no number.
    pub due: Option<String>,
    /// The same in the regulator's zone.
    pub due_local: Option<String>,
    /// The trigger that must be stated before it runs; none where it runs, or waits for something else.
    pub waits_for: Option<String>,
    /// Why it stands so: what is missing, who said that it does not apply.
    pub why: String,
    /// When it was met.
    pub met: Option<String>,
    /// It was met after it was due.
    pub late: bool,
    /// What proves that it was met.
    pub evidence: Vec<String>,
    /// It is due soon, or over.
    pub soon: bool,
    /// Words that stand side by side and differ.
    pub conflicts: Vec<String>,
    /// What is to be told.
    pub content: Vec<String>,
    /// Where the rule stands.
    pub source: String,
    /// The day on which it was looked up.
    pub as_of: String,
    /// Somebody held it against the official text.
    pub verified: bool,
    /// What is doubtful about the rule.
    pub note: String,
    /// The due time as a number.
    #[serde(skip)]
    pub due_at: Option<Micros>,
    /// From when on it is soon.
    #[serde(skip)]
    pub near_at: Option<Micros>,
}

impl ClockView {
    /// Where the rule stands, and how far it can be relied on.
    pub fn authority(&self) -> String {
        match self.verified {
            true => format!("{} (verified {})", self.source, self.as_of),
            false => format!("{} (NOT VERIFIED against the official text; written down {})", self.source, self.as_of),
        }
    }
}

/// All deadlines of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clocks {
    /// Those that are missed or run first, by due time; then the others in the order of their rules.
    pub clocks: Vec<ClockView>,
    /// What they run from, stated or not.
    pub triggers: Vec<TriggerView>,
}

/// What was stated when a case began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstAware {
    /// When.
    pub at: Micros,
    /// As it was typed.
    pub written: String,
    /// Who or what says so.
    pub source: Option<String>,
}

impl Clocks {
    /// Where all of them stand now.
    pub fn of(records: &Records, aware: Option<&FirstAware>, now: Micros) -> Clocks {
        let catalog = Catalog::of(records);
        let mut triggers = BTreeMap::new();
        for (id, question) in &catalog.triggers {
            let record = records.get(Thing::Trigger, id);
            triggers.insert(id.clone(), trigger(id, question, record, aware.filter(|_| id == AWARE)));
        }
        let calendars: BTreeMap<String, Holidays> = records
            .all(Thing::Calendar)
            .filter_map(|record| Some((record.id.clone(), holidays(&record.latest::<String>("days")?).ok()?)))
            .collect();
        let judge = Judge { records, triggers: &triggers, calendars: &calendars, now };
        let mut clocks: Vec<ClockView> = catalog.clocks.iter().map(|rule| judge.view(rule)).collect();
        clocks.sort_by_key(|clock| match clock.state {
            ClockState::Missed | ClockState::Running => (0, clock.due_at.unwrap_or(Micros(i64::MAX))),
            ClockState::NotStarted => (1, Micros(0)),
            ClockState::Met => (2, Micros(0)),
            ClockState::NotApplicable => (3, Micros(0)),
        });
        Clocks { clocks, triggers: triggers.into_values().collect() }
    }

    /// The deadline of an id.
    pub fn get(&self, id: &str) -> Option<&ClockView> {
        self.clocks.iter().find(|clock| clock.id == id)
    }

    /// What was stated of a trigger.
    pub fn trigger(&self, id: &str) -> Option<&TriggerView> {
        self.triggers.iter().find(|trigger| trigger.id == id)
    }

    /// Those that a check says no to: missed, or due soon.
    pub fn alarming(&self) -> impl Iterator<Item = &ClockView> {
        self.clocks.iter().filter(|clock| clock.soon)
    }
}

/// Whether a deadline that runs from `start` to `due` is soon at `now`.
pub fn soon(start: Micros, due: Micros, now: Micros) -> bool {
    now >= near(start, due)
}

/// From when on it is.
fn near(start: Micros, due: Micros) -> Micros {
    let quarter = due.0.saturating_sub(start.0) / 4;
    Micros(due.0.saturating_sub(quarter.clamp(SOON.0, SOON.1)))
}

fn trigger(id: &str, question: &str, record: Option<&Record>, first: Option<&FirstAware>) -> TriggerView {
    let mut history: Vec<Stated> = Vec::new();
    let standing = record.map(|record| record.standing::<Micros>("at")).unwrap_or_default();
    if let Some(first) = first {
        let at = Some(first.at.rfc3339());
        let stated = "when the case was made".to_owned();
        history.push(Stated { at, author: String::new(), source: first.source.clone(), stated });
    }
    for word in record.into_iter().flat_map(|record| &record.words) {
        if !word.says.contains_key("at") && !word.says.contains_key("so") {
            continue;
        }
        history.push(Stated {
            at: word.says.get("at").and_then(serde_json::Value::as_i64).map(|at| Micros(at).rfc3339()),
            author: word.author.clone(),
            source: word.says.get("source").and_then(|source| source.as_str()).map(str::to_owned),
            stated: word.at.rfc3339(),
        });
    }
    // Who says that it is so wins against who denies it at the same time: a deadline that runs for nothing harms nobody.
    let denied = record.is_some_and(|record| record.most::<bool>("so") == Some(false));
    let earliest = standing.iter().map(|(word, at)| (*at, *word)).min_by_key(|(at, _)| *at);
    let text = |word: &crate::model::record::Word, field: &str| word.says.get(field)?.as_str().map(str::to_owned);
    let (since, written, source) = match (earliest, first) {
        _ if denied => (None, None, None),
        (Some((at, word)), _) => (Some(at), text(word, "written"), text(word, "source")),
        (None, Some(first)) => (Some(first.at), Some(first.written.clone()), first.source.clone()),
        (None, None) => (None, None, None),
    };
    TriggerView {
        id: id.to_owned(),
        question: question.to_owned(),
        at: since.map(Micros::rfc3339),
        written,
        source,
        denied,
        contested: record
            .and_then(|record| record.clash("at").or_else(|| record.clash("so")))
            .map(|clash| contested(&clash)),
        history,
        since,
    }
}

/// A clash of times in words: numbers of microseconds tell nobody anything.
fn contested(clash: &str) -> String {
    let shown = |word: &str| {
        let digits: String = word.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
        match digits.parse::<i64>() {
            Ok(at) if digits.len() > 12 && digits == word => Micros(at).rfc3339(),
            _ => word.to_owned(),
        }
    };
    clash.split(' ').map(shown).collect::<Vec<_>>().join(" ")
}

struct Judge<'r> {
    records: &'r Records,
    triggers: &'r BTreeMap<String, TriggerView>,
    calendars: &'r BTreeMap<String, Holidays>,
    now: Micros,
}

/// Since when a clock runs, or what it lacks.
type Start = Result<Micros, String>;

impl Judge<'_> {
    fn view(&self, rule: &ClockRule) -> ClockView {
        let record = self.records.get(Thing::Clock, &rule.id);
        let start = self.start(rule, record);
        let due = start.as_ref().ok().and_then(|start| self.due(rule, *start));
        let met = met(record);
        let applies = record.and_then(|record| record.most::<bool>("applies"));
        let stated = record.is_some_and(|record| !record.standing::<Micros>("start").is_empty());
        let reason = record.and_then(|record| record.latest::<String>("reason")).unwrap_or_default();
        let off = rule.applies == Applies::Off && applies != Some(true) && !stated;
        let (state, why) = match (&start, met, due) {
            (_, Some(_), _) => (ClockState::Met, String::new()),
            _ if applies == Some(false) => (ClockState::NotApplicable, said(&reason, "said not to apply")),
            _ if off => (ClockState::NotApplicable, said(&rule.note, &format!("off; for {}", rule.applies_if))),
            (Err(why), ..) if why.is_empty() => (ClockState::NotApplicable, said(&reason, "its condition was denied")),
            (Err(why), ..) => (ClockState::NotStarted, why.clone()),
            (Ok(_), None, Some(due)) if due < self.now => (ClockState::Missed, "nothing was filed by then".to_owned()),
            (Ok(_), None, Some(_)) => (ClockState::Running, String::new()),
            (Ok(_), None, None) => (ClockState::Running, "without undue delay; there is no number".to_owned()),
        };
        let runs = matches!(state, ClockState::Running | ClockState::Missed | ClockState::Met);
        let (start, due) = (start.ok().filter(|_| runs), due.filter(|_| runs));
        let is_near = start.zip(due).is_some_and(|(start, due)| soon(start, due, self.now));
        ClockView {
            id: rule.id.clone(),
            regime: rule.regime.clone(),
            title: rule.title.clone(),
            state,
            trigger: rule.after.clone().unwrap_or_else(|| rule.trigger.clone()),
            started: start.map(Micros::rfc3339),
            offset: if rule.count == 0 { "without undue delay".to_owned() } else { rule.offset().to_string() },
            due: due.map(Micros::rfc3339),
            waits_for: self.waits_for(rule).filter(|_| state == ClockState::NotStarted),
            due_local: due.and_then(|due| local(due, &rule.zone)),
            why,
            met: met.map(Micros::rfc3339),
            late: met.zip(due).is_some_and(|(met, due)| met > due),
            evidence: record.map(|record| record.members("evidence").into_iter().collect()).unwrap_or_default(),
            soon: state == ClockState::Missed || (state == ClockState::Running && is_near),
            conflicts: record.map(|r| r.clashes(&["met", "start", "applies"])).unwrap_or_default(),
            content: rule.content.clone(),
            source: rule.source.clone(),
            as_of: rule.as_of.clone(),
            verified: rule.verified,
            note: rule.note.clone(),
            due_at: due,
            near_at: start.zip(due).map(|(start, due)| near(start, due)),
        }
    }

    /// Since when it runs. An empty reason says that it does not apply.
    fn start(&self, rule: &ClockRule, record: Option<&Record>) -> Start {
        if let Some(start) = record.and_then(|record| record.least::<Micros>("start")) {
            return Ok(start);
        }
        if !rule.condition.is_empty() {
            let condition = self.triggers.get(&rule.condition);
            match condition {
                Some(condition) if condition.denied => return Err(String::new()),
                Some(condition) if condition.since.is_some() => {}
                _ => return Err(format!("needs \"{}\"", rule.condition)),
            }
        }
        if let Some(after) = &rule.after {
            let filed = met(self.records.get(Thing::Clock, after));
            return filed.ok_or_else(|| format!("runs from the filing of {after}"));
        }
        match self.triggers.get(&rule.trigger) {
            Some(trigger) if trigger.denied => Err(String::new()),
            trigger => trigger.and_then(|trigger| trigger.since).ok_or_else(|| format!("needs \"{}\"", rule.trigger)),
        }
    }

    /// The trigger that is missing; a filing that it runs from is none.
    fn waits_for(&self, rule: &ClockRule) -> Option<String> {
        let open =
            |id: &&String| !id.is_empty() && self.triggers.get(*id).is_none_or(|trigger| trigger.since.is_none());
        let trigger = Some(&rule.trigger).filter(|_| rule.after.is_none());
        [Some(&rule.condition), trigger].into_iter().flatten().find(open).cloned()
    }

    fn due(&self, rule: &ClockRule, start: Micros) -> Option<Micros> {
        if rule.count == 0 {
            return None;
        }
        let (zone, none) = (zone(&rule.zone)?, Holidays::new());
        let off = self.calendars.get(&rule.calendar).unwrap_or(&none);
        let due = deadline(start, rule.offset(), zone, off);
        let bound = rule.no_later.as_ref().and_then(|bound| {
            let since = self.triggers.get(&bound.trigger)?.since?;
            deadline(since, Offset { count: bound.count, unit: bound.unit }, zone, off)
        });
        due.into_iter().chain(bound).min()
    }
}

/// When a filing was made: of several words the latest time, which leaves the least room to be wrong about what follows
/// being late.
fn met(record: Option<&Record>) -> Option<Micros> {
    record?.most::<Micros>("met")
}

fn said(reason: &str, otherwise: &str) -> String {
    if reason.is_empty() { otherwise.to_owned() } else { reason.to_owned() }
}

fn local(due: Micros, name: &str) -> Option<String> {
    let zone = zone(name).filter(|_| !name.is_empty())?;
    Some(due.datetime()?.with_timezone(&zone).format("%a %Y-%m-%d %H:%M %Z").to_string())
}
