//! Everything that the response of a case comes to at a time.

use std::collections::BTreeMap;

use super::conflicts::{Conflict, conflicts};
use super::{clocks, credentials, sets};
use crate::case::query::situation::{Numbers, numbers};
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::model::id::hex;
use crate::model::time::Micros;
use crate::model::tlp::Tlp;
use crate::respond::checklist::{Checklist, Inputs, Members};
use crate::respond::clock::Clocks;
use crate::respond::credentials::Credentials;
use crate::respond::incident::{Affected, First, Incident};
use crate::respond::situation::{Decision, Known, decisions};

/// Hosts that anybody can pull from, beside Docker Hub: what is of another host counts as internal.
const PUBLIC: [&str; 11] = [
    "ghcr.io",
    "quay.io",
    "gcr.io",
    "k8s.gcr.io",
    "registry.k8s.io",
    "public.ecr.aws",
    "mcr.microsoft.com",
    "registry.gitlab.com",
    "docker.elastic.co",
    "registry.access.redhat.com",
    "registry.redhat.io",
];
/// Docker Hub, as canonical names call it.
const DOCKER_HUB: &str = "docker.io";

/// The response at a time.
#[derive(Debug, Clone)]
pub struct Board {
    /// The time.
    pub now: Micros,
    /// What the case is called.
    pub title: String,
    /// When the case was made.
    pub began: Micros,
    /// The declaration.
    pub incident: Incident,
    /// The deadlines.
    pub clocks: Clocks,
    /// The tasks.
    pub checklist: Checklist,
    /// The credentials.
    pub credentials: Credentials,
    /// What needs a decision, the most pressing first.
    pub decisions: Vec<Decision>,
    /// Words that stand side by side and differ, wherever they are.
    pub conflicts: Vec<Conflict>,
    /// Open indicators, by state: bad, suspect, cleared.
    pub indicators: BTreeMap<&'static str, u64>,
    /// The sets that tasks are bound to.
    pub sets: BTreeMap<String, Members>,
    /// The inventory in numbers.
    pub numbers: Numbers,
    /// "The same picture", 64 hex digits.
    pub fingerprint: String,
}

impl Board {
    /// What it comes to now.
    pub fn of(case: &Case, state: &State) -> Result<Board, CaseError> {
        let now = case.env().now();
        let numbers = numbers(case.conn())?;
        let genesis = state.genesis.as_ref();
        let first = First {
            severity: genesis
                .and_then(|genesis| genesis.severity)
                .map(|severity| format!("{severity:?}").to_lowercase()),
            tlp: genesis.and_then(|genesis| genesis.tlp.as_deref()).and_then(Tlp::parse),
        };
        let incident = Incident::of(&state.response.incident(), &first);
        let clocks = clocks(state, now);
        let credentials = credentials(case, state)?;
        let sets = sets::of(&numbers, &credentials);
        let began = case.began()?;
        let zero = incident.since.unwrap_or(began);
        let inputs = Inputs { zero, now, clocks: &clocks, sets: &sets, roles: &incident.roles };
        let checklist = Checklist::of(&state.response, &inputs);
        let conflicts = conflicts(state, &incident, &clocks, &checklist, &credentials);
        let mut indicators = BTreeMap::new();
        state.indicators.open().for_each(|indicator| *indicators.entry(indicator.state.as_str()).or_default() += 1);
        let running = |word: &str| numbers.verdicts.iter().find(|row| row.verdict == word).map_or(0, |row| row.running);
        let decisions = decisions(&Known {
            incident: &incident,
            clocks: &clocks,
            checklist: &checklist,
            credentials: &credentials,
            indicators: state.indicators.open().count() as u64,
            running_bad: running("bad"),
            running_not_known: numbers.running_not_known,
            denied: numbers.trust.contexts_denied,
            conflicts: conflicts.len() as u64,
        });
        Ok(Board {
            now,
            conflicts,
            decisions,
            indicators,
            credentials,
            title: genesis.map_or_else(|| "a case without a title".to_owned(), |genesis| genesis.title.clone()),
            began,
            incident,
            checklist,
            sets,
            numbers,
            fingerprint: hex(&state.fingerprint()),
            clocks,
        })
    }

    /// What the alert counts.
    pub fn affected(&self) -> Affected {
        let of = |wanted: &dyn Fn(&str) -> bool| -> u64 {
            self.numbers.registries.iter().filter(|(host, _)| wanted(host)).map(|(_, images)| images).sum()
        };
        let public = |host: &str| PUBLIC.contains(&host);
        Affected {
            docker_hub: of(&|host| host == DOCKER_HUB),
            other_public: of(&public),
            internal: of(&|host| host != DOCKER_HUB && !public(host)),
            production: self.numbers.workloads_production,
            running: self.numbers.workloads_running,
        }
    }
}
