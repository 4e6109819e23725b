//! Everything that the response of a case comes to at a time.

use std::collections::BTreeMap;

use super::conflicts::{Conflict, conflicts};
use super::{clocks, credentials, incident, sets};
use crate::case::query::situation::{Numbers, Spread, numbers, running_base_known};
use crate::case::query::triage::urgent::{Urgent, urgent};
use crate::case::state::State;
use crate::case::{Case, CaseError};
use crate::model::id::hex;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::respond::checklist::{Checklist, Inputs, Members};
use crate::respond::clock::Clocks;
use crate::respond::credentials::Credentials;
use crate::respond::incident::{Affected, Incident};
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

/// What a board is made from.
struct Found {
    numbers: Numbers,
    credentials: Credentials,
    whole: bool,
}

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
    /// What must be done now.
    pub urgent: Urgent,
    /// Credentials were looked for, and bases counted.
    pub whole: bool,
    /// "The same picture", 64 hex digits.
    pub fingerprint: String,
}

impl Board {
    /// What it comes to now.
    pub fn of(case: &Case, state: &State) -> Result<Board, CaseError> {
        Board::at(case, state, case.env().now())
    }

    /// What it comes to at a time, from all that was ever said.
    pub fn at(case: &Case, state: &State, now: Micros) -> Result<Board, CaseError> {
        let mut numbers = numbers(case.conn())?;
        numbers.trust.running_base_known = running_base_known(case.conn())?;
        let credentials = credentials(case, state)?;
        Board::made(case, state, now, Found { numbers, credentials, whole: true })
    }

    /// What it comes to now as far as counts tell: credentials are those that responders named, and images whose base is
    /// known are not counted. In a large case the whole takes seconds, and this does not.
    pub fn glance(case: &Case, state: &State) -> Result<Board, CaseError> {
        let credentials = Credentials::of(&state.response, Vec::new());
        let found = Found { numbers: numbers(case.conn())?, credentials, whole: false };
        Board::made(case, state, case.env().now(), found)
    }

    fn made(case: &Case, state: &State, now: Micros, found: Found) -> Result<Board, CaseError> {
        let Found { numbers, credentials, whole } = found;
        let genesis = state.genesis.as_ref();
        let incident = incident(state);
        let clocks = clocks(state, now);
        let sets = if whole { sets::of(&numbers, &credentials) } else { BTreeMap::new() };
        let began = case.began()?;
        let zero = incident.since.unwrap_or(began);
        let inputs = Inputs { zero, now, clocks: &clocks, sets: &sets, roles: &incident.roles };
        let checklist = Checklist::of(&state.response, &inputs);
        let conflicts = conflicts(state, &incident, &clocks, &checklist, &credentials);
        let mut indicators = BTreeMap::new();
        state.indicators.open().for_each(|indicator| *indicators.entry(indicator.state.as_str()).or_default() += 1);
        let urgent = urgent(case.conn(), now)?;
        let decisions = decisions(&Known {
            incident: &incident,
            clocks: &clocks,
            checklist: &checklist,
            credentials: &credentials,
            indicators: state.indicators.open().count() as u64,
            images: numbers.images,
            running_bad: numbers.of(Verdict::Bad).map_or(0, |row| row.running),
            running_not_known: numbers.running_not_known,
            urgent: urgent.images,
            urgent_running: numbers.running_priorities.P0,
            urgent_overdue: urgent.overdue,
            urgent_due: urgent.first_overdue.or(urgent.next_due),
            ci_touched: numbers.ci_touched,
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
            urgent,
            whole,
            fingerprint: hex(&state.fingerprint()),
            clocks,
        })
    }

    /// What the alert counts.
    pub fn affected(spread: &Spread) -> Affected {
        let of = |wanted: &dyn Fn(&str) -> bool| -> u64 {
            spread.registries.iter().filter(|(host, _)| wanted(host)).map(|(_, images)| images).sum()
        };
        let public = |host: &str| PUBLIC.contains(&host);
        Affected {
            docker_hub: of(&|host| host == DOCKER_HUB),
            other_public: of(&public),
            internal: of(&|host| host != DOCKER_HUB && !public(host)),
            production: spread.workloads_production,
            running: spread.workloads_running,
        }
    }
}
