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

/// A step of the first ten minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What to do.
    pub what: &'static str,
    /// The command line that does it.
    pub command: &'static str,
    /// Where it is done in the terminal; empty where it is not.
    pub place: &'static str,
    /// What shows that it is done: `aware`, `declared`, `indicator`, `sources`; empty where nothing does.
    pub done_by: &'static str,
}

/// What to do first in a case without images, in this order.
pub const STEPS: [Step; 7] = [
    step("state when you became aware", "hullbreach declare --aware TIME --aware-source WHO", "clocks.aware", "aware"),
    step("declare, say who leads", "hullbreach declare --role commander=WHO", "tasks.declare", "declared"),
    step("read the notice into indicators", "hullbreach indicator import notice.eml", "", "indicator"),
    step("ask the teams that own the data", "hullbreach kit", "", ""),
    step("collect what runs", "hullbreach collect cluster --all-contexts", "", ""),
    step("or import what you were given", "hullbreach import dumps/ src/   (i)", "evidence.import", "sources"),
    step("look at what is missing", "hullbreach coverage", "view.go coverage", ""),
];

const fn step(what: &'static str, command: &'static str, place: &'static str, done_by: &'static str) -> Step {
    Step { what, command, place, done_by }
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
    /// Images of the inventory.
    pub images: u64,
    /// Running images that are BAD.
    pub running_bad: u64,
    /// Running images that are NOT KNOWN.
    pub running_not_known: u64,
    /// Images that are P0.
    pub urgent: u64,
    /// Of them, those that run.
    pub urgent_running: u64,
    /// Of them, those whose time is over.
    pub urgent_overdue: u64,
    /// When the first of those is due, else the next.
    pub urgent_due: Option<Micros>,
    /// Images that CI jobs use and that are BAD or SUSPECT.
    pub ci_touched: u64,
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
    if known.images == 0 {
        let text = "no images yet: nothing that runs is known".to_owned();
        list.push(known.decision(Urgency::Now, text, "D4", Duty::Registry, "hullbreach import --help"));
    }
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
    priorities(known, list);
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
        let text = format!("contexts that refused to answer: {}; who can collect there?", known.denied);
        list.push(known.decision(Urgency::Ask, text, "D14", Duty::Cluster, "hullbreach coverage"));
    }
}

/// What must be done now, as the policy of the case has it.
fn priorities(known: &Known<'_>, list: &mut Vec<Decision>) {
    if known.urgent > 0 {
        let (urgency, late) = match known.urgent_overdue {
            0 => (Urgency::Soon, String::new()),
            overdue => (Urgency::Now, format!(", {overdue} overdue")),
        };
        let text = format!("{} P0, {} of them running{late}", known.urgent, known.urgent_running);
        let open = "hullbreach images --filter 'priority:P0'";
        let mut decision = known.decision(urgency, text, "D12", Duty::Commander, open);
        if let Some(due) = known.urgent_due {
            (decision.due, decision.due_at) = (Some(due.rfc3339()), Some(due));
        }
        list.push(decision);
    }
    if known.ci_touched > 0 && known.is_open("R7") {
        let text = format!("{} images that CI jobs use are BAD or SUSPECT: what could they read?", known.ci_touched);
        let open = "hullbreach images --filter 'role:ci (verdict:bad or verdict:suspect)'";
        list.push(known.decision(Urgency::Soon, text, "R7", Duty::Ci, open));
    }
}

fn credentials(known: &Known<'_>, list: &mut Vec<Decision>) {
    let members = known.credentials.members(None);
    if members.total > 0 && members.done < members.total {
        let near = known.credentials.credentials.iter().filter(|one| one.is_open() && one.beside_urgent).count();
        let near = if near > 0 { format!("; {near} in reach of P0 are not") } else { String::new() };
        let text = format!("credentials proved dead: {} of {}{near}", members.done, members.total);
        list.push(known.decision(Urgency::Soon, text, "R13", Duty::Identity, "hullbreach credentials"));
    }
    let questions = known.credentials.questions.iter().filter(|question| question.is_open()).count();
    if questions > 0 && known.is_open("R0") {
        let text = format!("kinds of credentials that nobody was asked about: {questions}");
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
        let text = format!("legal questions without an answer: {unanswered}; which deadlines run?");
        list.push(known.decision(Urgency::Ask, text, "N1", Duty::Legal, "hullbreach clocks"));
    }
}

fn tasks(known: &Known<'_>, list: &mut Vec<Decision>) {
    let overdue: Vec<&TaskView> = known.checklist.tasks.iter().filter(|task| task.overdue).collect();
    if let Some(first) = overdue.iter().min_by_key(|task| task.due_at) {
        let text = format!("tasks overdue: {}; the first: {}", overdue.len(), first.title);
        list.push(known.decision(Urgency::Soon, text, &first.id, Duty::Commander, "hullbreach checklist list --next"));
    }
    if known.conflicts > 0 {
        let text = format!("conflicts: {}; words that stand side by side and differ", known.conflicts);
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
        let seen = Seen {
            kind,
            name: "x".into(),
            scope: "y".into(),
            used_by: 1,
            places: vec![],
            said: Vec::new(),
            stands: Vec::new(),
            worst: Some(Verdict::Bad),
            urgent: true,
        };
        let credentials = Credentials::of(&records, vec![seen]);
        let incident = Incident { roles, ..Incident::default() };
        let mut known = Known {
            incident: &incident,
            clocks: &clocks,
            checklist: &checklist,
            credentials: &credentials,
            indicators: 1,
            images: 90,
            running_bad: 3,
            running_not_known: 64,
            urgent: 4,
            urgent_running: 3,
            urgent_overdue: 0,
            urgent_due: Some(Micros(60_000_000)),
            ci_touched: 2,
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
        assert_eq!((of("credentials proved dead: 0 of 1").who.as_str(), of("64 running").urgency), ("-", Urgency::Ask));
        assert_eq!(of("kinds of credentials that nobody was asked about: 12").who, "ida");
        let dead = of("credentials proved dead");
        assert!(dead.text.ends_with("; 1 in reach of P0 are not"), "{}", dead.text);
        let urgent = of("4 P0, 3 of them running");
        assert_eq!((urgent.urgency, urgent.due_at), (Urgency::Soon, Some(Micros(60_000_000))));
        assert_eq!(of("2 images that CI jobs use").role, Duty::Ci);
        known.urgent_overdue = 1;
        let late = decisions(&known);
        assert!(late.iter().any(|decision| decision.text.ends_with("1 overdue") && decision.urgency == Urgency::Now));
        (known.running_bad, known.images) = (0, 0);
        assert!(decisions(&known).iter().any(|decision| decision.text.starts_with("no images yet")));
        assert!(decisions(&known).iter().all(|decision| !decision.text.contains("running BAD")));
        let aware = FirstAware { at: Micros(0), written: String::new(), source: None };
        let stated = Clocks::of(&records, Some(&aware), Micros(0));
        known.clocks = &stated;
        assert!(decisions(&known).iter().all(|decision| !decision.text.contains("awareness")));
    }
}
