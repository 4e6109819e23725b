//! What needs a decision now: worked out from what is known, the most pressing first.

use serde::Serialize;

use super::checklist::{Checklist, TaskView};
use super::clock::Clocks;
use super::credentials::Credentials;
use super::incident::Incident;
use crate::model::clock::{AWARE, ClockState};
use crate::model::task::Duty;
use crate::model::time::Micros;

/// How pressing something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    /// Now.
    Now,
    /// Soon.
    Soon,
    /// It must be asked.
    Ask,
}

impl Urgency {
    /// The sign before it.
    pub fn sign(self) -> &'static str {
        match self {
            Urgency::Now => "!!",
            Urgency::Soon => "!",
            Urgency::Ask => "?",
        }
    }
}

/// Something that needs a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// How pressing it is.
    pub urgency: Urgency,
    /// What it is, in words.
    pub text: String,
    /// Who decides.
    pub role: Duty,
    /// The people of that role; `-` for nobody.
    pub who: String,
    /// By when, RFC 3339.
    pub due: Option<String>,
    /// The task that it closes.
    pub task: Option<String>,
    /// The command that opens it.
    pub open: String,
    /// The due time as a number.
    #[serde(skip)]
    pub due_at: Option<Micros>,
}

/// What decisions are worked out from.
pub struct Known<'k> {
    /// The declaration.
    pub incident: &'k Incident,
    /// The deadlines.
    pub clocks: &'k Clocks,
    /// The tasks.
    pub checklist: &'k Checklist,
    /// The credentials.
    pub credentials: &'k Credentials,
    /// Open indicators.
    pub indicators: u64,
    /// Running images that are BAD.
    pub running_bad: u64,
    /// Running images that are NOT KNOWN.
    pub running_not_known: u64,
    /// Contexts of which something was denied.
    pub denied: u64,
    /// Conflicts, wherever they are.
    pub conflicts: u64,
}

/// What needs a decision, the most pressing first, then by due time.
pub fn decisions(known: &Known<'_>) -> Vec<Decision> {
    let mut list = Vec::new();
    declaration(known, &mut list);
    images(known, &mut list);
    credentials(known, &mut list);
    deadlines(known, &mut list);
    tasks(known, &mut list);
    list.sort_by_key(|decision| (decision.urgency, decision.due_at.unwrap_or(Micros(i64::MAX))));
    list
}

impl Known<'_> {
    fn decision(&self, urgency: Urgency, text: String, task: &str, role: Duty, open: &str) -> Decision {
        let task: Option<&TaskView> = self.checklist.get(task);
        let role = task.and_then(|task| task.role).unwrap_or(role);
        let claimed = task.map(|task| task.claimed_by.join(", ")).filter(|who| !who.is_empty());
        let due_at = task.and_then(|task| task.due_at);
        Decision {
            urgency,
            text,
            role,
            who: claimed.unwrap_or_else(|| self.incident.who(role)),
            due: due_at.map(Micros::rfc3339),
            task: task.map(|task| task.id.clone()),
            open: open.to_owned(),
            due_at,
        }
    }

    /// The task is neither done nor waived, or there is none of that id.
    fn is_open(&self, task: &str) -> bool {
        self.checklist.get(task).is_none_or(TaskView::is_open)
    }
}

fn declaration(known: &Known<'_>, list: &mut Vec<Decision>) {
    let open = "hullbreach declare --help";
    if known.incident.since.is_none() {
        list.push(known.decision(
            Urgency::Now,
            "not declared: nobody is told, nobody leads".into(),
            "D1",
            Duty::Commander,
            open,
        ));
    } else if !known.incident.roles.contains_key(&Duty::Commander) {
        list.push(known.decision(Urgency::Now, "declared, and nobody leads".into(), "D1", Duty::Commander, open));
    }
    match known.clocks.trigger(AWARE) {
        Some(aware) if aware.contested.is_some() => {
            let text = "awareness is contested; the earliest time counts".to_owned();
            list.push(known.decision(Urgency::Soon, text, "D2", Duty::Legal, "hullbreach clocks"));
        }
        Some(aware) if aware.at.is_some() || aware.denied => {}
        _ => {
            let text = "awareness time is not stated: no legal deadline runs".to_owned();
            list.push(known.decision(Urgency::Now, text, "D2", Duty::Scribe, "hullbreach clocks start aware --help"));
        }
    }
}

fn images(known: &Known<'_>, list: &mut Vec<Decision>) {
    if known.indicators == 0 {
        let text = "no indicator: no image has a verdict".to_owned();
        list.push(known.decision(Urgency::Now, text, "D6", Duty::Security, "hullbreach indicator add --help"));
    }
    if known.running_bad > 0 && known.is_open("C6") {
        let text = format!("{} running BAD: isolate, or keep for forensics?", known.running_bad);
        list.push(known.decision(
            Urgency::Now,
            text,
            "C6",
            Duty::Commander,
            "hullbreach images --filter 'verdict:bad running:>0'",
        ));
    }
    if known.running_not_known > 0 && known.is_open("D15") {
        let text = format!("{} running NOT KNOWN: their layers or Dockerfiles are needed", known.running_not_known);
        list.push(known.decision(
            Urgency::Ask,
            text,
            "D15",
            Duty::Security,
            "hullbreach images --filter 'verdict:not-known running:>0'",
        ));
    }
    if known.denied > 0 {
        let text = format!("{} contexts refused to answer: who can collect there?", known.denied);
        list.push(known.decision(Urgency::Ask, text, "D14", Duty::Cluster, "hullbreach coverage"));
    }
}

fn credentials(known: &Known<'_>, list: &mut Vec<Decision>) {
    let members = known.credentials.members(None);
    if members.total > 0 && members.done < members.total {
        let text = format!("{} credentials, {} proved dead", members.total, members.done);
        list.push(known.decision(Urgency::Soon, text, "R13", Duty::Identity, "hullbreach credentials"));
    }
    let questions = known.credentials.questions.iter().filter(|question| question.is_open()).count();
    if questions > 0 && known.is_open("R0") {
        let text = format!("{questions} kinds of credentials that nobody was asked about");
        list.push(known.decision(Urgency::Ask, text, "R0", Duty::Identity, "hullbreach credentials"));
    }
}

fn deadlines(known: &Known<'_>, list: &mut Vec<Decision>) {
    for clock in known.clocks.alarming() {
        let words = if clock.state == ClockState::Missed { "is missed" } else { "is due soon" };
        let text = format!("{} {words}: {}", clock.regime, clock.title);
        let mut decision = known.decision(Urgency::Now, text, "", Duty::Legal, "hullbreach clocks");
        (decision.due, decision.due_at) = (clock.due.clone(), clock.due_at);
        list.push(decision);
    }
    let unanswered =
        known.clocks.triggers.iter().filter(|trigger| trigger.id != AWARE && trigger.at.is_none() && !trigger.denied);
    let unanswered = unanswered.count();
    if unanswered > 0 && known.is_open("N1") {
        let text = format!("{unanswered} legal questions without an answer: which deadlines run?");
        list.push(known.decision(Urgency::Ask, text, "N1", Duty::Legal, "hullbreach clocks"));
    }
}

fn tasks(known: &Known<'_>, list: &mut Vec<Decision>) {
    let overdue: Vec<&TaskView> = known.checklist.tasks.iter().filter(|task| task.overdue).collect();
    if let Some(first) = overdue.iter().min_by_key(|task| task.due_at) {
        let text = format!("{} tasks overdue, the first: {}", overdue.len(), first.title);
        list.push(known.decision(Urgency::Soon, text, &first.id, Duty::Commander, "hullbreach checklist list --next"));
    }
    if known.conflicts > 0 {
        let text = format!("{} conflicts: words that stand side by side and differ", known.conflicts);
        list.push(known.decision(Urgency::Soon, text, "", Duty::Commander, "hullbreach situation"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::Records;
    use crate::model::verdict::Verdict;
    use crate::respond::checklist::Inputs;
    use crate::respond::clock::FirstAware;
    use crate::respond::credentials::Seen;
    use std::collections::BTreeMap;

    #[test]
    fn what_is_pressing_comes_first_with_who_decides_and_by_when() {
        let records = Records::default();
        let clocks = Clocks::of(&records, None, Micros(0));
        let roles = BTreeMap::from([(Duty::Identity, ["ida".to_owned()].into())]);
        let inputs = Inputs { zero: Micros(0), now: Micros(0), clocks: &clocks, sets: &BTreeMap::new(), roles: &roles };
        let checklist = Checklist::of(&records, &inputs);
        let kind = crate::model::credential::CredentialKind::PullSecret;
        let seen =
            Seen { kind, name: "x".into(), scope: "y".into(), used_by: 1, places: vec![], worst: Some(Verdict::Bad) };
        let credentials = Credentials::of(&records, vec![seen]);
        let incident = Incident { roles, ..Incident::default() };
        let mut known = Known {
            incident: &incident,
            clocks: &clocks,
            checklist: &checklist,
            credentials: &credentials,
            indicators: 1,
            running_bad: 3,
            running_not_known: 64,
            denied: 2,
            conflicts: 0,
        };
        let list = decisions(&known);
        let texts: Vec<&str> = list.iter().map(|decision| decision.text.as_str()).collect();
        assert!(
            texts[0].starts_with("not declared") && texts[1].starts_with("awareness time is not stated"),
            "{texts:?}"
        );
        let of = |start: &str| list.iter().find(|decision| decision.text.starts_with(start)).unwrap();
        let bad = of("3 running BAD");
        assert_eq!(
            (bad.urgency, bad.task.as_deref(), bad.due_at),
            (Urgency::Now, Some("C6"), Some(Micros(3_600_000_000)))
        );
        assert_eq!((of("1 credentials, 0").who.as_str(), of("64 running").urgency), ("-", Urgency::Ask));
        assert_eq!(of("12 kinds").who, "ida");
        known.running_bad = 0;
        assert!(decisions(&known).iter().all(|decision| !decision.text.contains("running BAD")));
        let aware = FirstAware { at: Micros(0), written: String::new(), source: None };
        let stated = Clocks::of(&records, Some(&aware), Micros(0));
        known.clocks = &stated;
        assert!(decisions(&known).iter().all(|decision| !decision.text.contains("awareness")));
    }
}
