//! The incident as it is declared: how bad, who may read, who plays which part; and the alert that says so.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::record::Record;
use crate::model::task::Duty;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;

/// How bad it may be, the mildest first.
pub const SEVERITIES: [&str; 3] = ["medium", "high", "critical"];
/// How far the response is, the least complete first.
pub const STATUSES: [&str; 4] = ["investigating", "contained", "recovering", "closed"];

/// What was stated when the case was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct First {
    /// How bad.
    pub severity: Option<String>,
    /// Who may read.
    pub tlp: Option<Tlp>,
}

/// The incident as it is declared now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Incident {
    /// When it was declared, RFC 3339; none where it was not.
    pub declared: Option<String>,
    /// One of [`SEVERITIES`].
    pub severity: Option<String>,
    /// One of [`STATUSES`]; `investigating` where nothing is said.
    pub status: String,
    /// Who may read; AMBER+STRICT where nothing is said.
    pub tlp: String,
    /// What it is about.
    pub scope: Option<String>,
    /// Where responders talk, out of reach of what is breached.
    pub channel: Option<String>,
    /// Who plays which part.
    pub roles: BTreeMap<Duty, BTreeSet<String>>,
    /// Further actions that were begun, in words.
    pub actions: Vec<String>,
    /// Words that stand side by side and differ.
    pub conflicts: Vec<String>,
    /// The label as such.
    #[serde(skip)]
    pub label: Option<Tlp>,
    /// The time of the declaration as a number.
    #[serde(skip)]
    pub since: Option<Micros>,
}

impl Incident {
    /// What the record comes to: the most severe, the strictest, the least complete of words at once.
    pub fn of(record: &Record, first: &First) -> Incident {
        let ranked = |field: &str, order: &[&str]| -> Option<usize> {
            let words = record.standing::<String>(field);
            words.iter().filter_map(|(_, word)| order.iter().position(|known| known == word)).max()
        };
        let least = |field: &str, order: &[&str]| -> Option<usize> {
            let words = record.standing::<String>(field);
            words.iter().filter_map(|(_, word)| order.iter().position(|known| known == word)).min()
        };
        let severity = ranked("severity", &SEVERITIES).and_then(|at| SEVERITIES.get(at)).map(|word| (*word).to_owned());
        let status = least("status", &STATUSES).and_then(|at| STATUSES.get(at)).copied().unwrap_or("investigating");
        let label = record.most::<Tlp>("tlp").or(first.tlp);
        let roles = Duty::ALL
            .into_iter()
            .map(|duty| (duty, record.members(&format!("role:{}", duty.as_str()))))
            .filter(|(_, people)| !people.is_empty());
        let since = record.least::<Micros>("declared");
        Incident {
            declared: since.map(Micros::rfc3339),
            severity: severity.or_else(|| first.severity.clone()),
            status: status.to_owned(),
            tlp: label.unwrap_or(Tlp::AmberStrict).shown(),
            scope: record.latest("scope"),
            channel: record.latest("channel"),
            roles: roles.collect(),
            actions: record.members("action").into_iter().collect(),
            conflicts: record.clashes(&["severity", "status", "tlp", "scope", "channel"]),
            label,
            since,
        }
    }

    /// The label that what is unlabelled takes.
    pub fn label(&self) -> Tlp {
        self.label.unwrap_or(Tlp::AmberStrict)
    }

    /// Who plays a part, in words; `-` for nobody.
    pub fn who(&self, duty: Duty) -> String {
        let people: Vec<&str> = self.roles.get(&duty).into_iter().flatten().map(String::as_str).collect();
        if people.is_empty() { "-".to_owned() } else { people.join(", ") }
    }
}

/// What the alert counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Affected {
    /// Images of Docker Hub.
    pub docker_hub: u64,
    /// Images of registries that no public one is known to be.
    pub internal: u64,
    /// Images of other public registries.
    pub other_public: u64,
    /// Workloads that run where a name says production.
    pub production: u64,
    /// Workloads that run.
    pub running: u64,
}

/// Something that an alert ticks off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Action {
    /// In words.
    pub text: String,
    /// It is so.
    pub done: bool,
}

/// The alert, as the guide words it.
pub fn alert(title: &str, incident: &Incident, affected: &Affected, actions: &[Action], next: &str) -> Vec<String> {
    let or = |text: &Option<String>, otherwise: &str| text.clone().unwrap_or_else(|| otherwise.to_owned());
    let severity = incident.severity.as_deref().map_or_else(|| "not stated".to_owned(), str::to_uppercase);
    let mut lines = vec![
        format!("SECURITY INCIDENT ALERT  {}", incident.tlp),
        format!("Incident: {title}"),
        format!("Time: {}", incident.since.map_or_else(|| "not declared".to_owned(), Micros::to_minute)),
        format!("Severity: {severity}"),
        format!("Scope: {}", or(&incident.scope, "Container infrastructure - potential supply chain compromise")),
        format!("Status: ACTIVE, {}", incident.status.to_uppercase()).replace("ACTIVE, CLOSED", "CLOSED"),
        String::new(),
        "Affected systems (what is in use; which of it is touched, the verdicts say):".to_owned(),
        format!("- Docker Hub images: {}", affected.docker_hub),
        format!("- Internal registries: {} images", affected.internal),
        format!("- Other public registries: {} images", affected.other_public),
        format!(
            "- Production deployments: {} (of {} workloads that run; production by the name of context or namespace)",
            affected.production, affected.running
        ),
        String::new(),
        "Actions initiated:".to_owned(),
    ];
    lines.extend(actions.iter().map(|action| format!("- [{}] {}", if action.done { 'x' } else { ' ' }, action.text)));
    lines.push(String::new());
    for (duty, people) in &incident.roles {
        lines.push(format!("{}: {}", duty.as_str(), people.iter().cloned().collect::<Vec<_>>().join(", ")));
    }
    lines.push(format!("Talk: {}", or(&incident.channel, "no channel named: hullbreach declare --channel")));
    lines.push(format!("Next steps: {next}"));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::Word;
    use serde_json::{Value, json};

    fn record(words: &[Value]) -> Record {
        let words = words.iter().enumerate().map(|(n, says)| Word {
            event: n.to_string(),
            author: format!("p{n}"),
            at: Micros(0),
            says: says.as_object().unwrap().clone().into_iter().collect(),
            replaces: Vec::new(),
        });
        Record { id: "incident".into(), words: words.collect() }
    }

    #[test]
    fn of_words_at_once_the_safest_counts_and_all_are_shown() {
        let record = record(&[
            json!({"severity": "high", "tlp": "AMBER", "status": "closed", "declared": 20}),
            json!({"severity": "critical", "tlp": "RED", "status": "contained", "declared": 10}),
        ]);
        let incident = Incident::of(&record, &First::default());
        assert_eq!(incident.severity.as_deref(), Some("critical"));
        assert_eq!((incident.status.as_str(), incident.tlp.as_str()), ("contained", "TLP:RED"));
        assert_eq!(incident.since, Some(Micros(10)));
        assert_eq!(incident.conflicts.len(), 3, "{:?}", incident.conflicts);
    }

    #[test]
    fn what_the_case_began_with_stands_until_something_else_is_said() {
        let first = First { severity: Some("high".into()), tlp: Some(Tlp::Green) };
        let incident = Incident::of(&Record::default(), &first);
        assert_eq!((incident.severity.as_deref(), incident.label()), (Some("high"), Tlp::Green));
        assert_eq!(Incident::of(&Record::default(), &First::default()).tlp, "TLP:AMBER+STRICT");
        let changed = Incident::of(&record(&[json!({"severity": "medium"})]), &first);
        assert_eq!(changed.severity.as_deref(), Some("medium"));
    }

    #[test]
    fn the_alert_has_the_lines_of_the_guide() {
        let incident =
            json!({"severity": "critical", "role:commander:ana": true, "declared": 1_773_733_201_000_001_i64});
        let incident = Incident::of(&record(&[incident]), &First::default());
        let actions = [Action { text: "Vulnerability scanning complete".into(), done: false }];
        let affected = Affected { docker_hub: 7, internal: 3, other_public: 1, production: 2, running: 5 };
        let text = alert("Hub", &incident, &affected, &actions, "x").join("\n");
        for line in [
            "Time: 2026-03-17 07:40Z",
            "Severity: CRITICAL",
            "Status: ACTIVE, INVESTIGATING",
            "- Docker Hub images: 7",
            "- Internal registries: 3 images",
            "- Production deployments: 2 (",
            "- [ ] Vulnerability scanning complete",
            "commander: ana",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
