//! The policy: which facts make which priority, and how long there is. It is data, so that a case can change it and a
//! responder can read it.
//!
//! A policy that could be loaded has a priority for every combination, and none in which a worse fact is less urgent; see
//! [`check`].

mod check;
mod read;
mod rules;
#[cfg(test)]
mod tests;
mod window;

pub use read::{MAX_BYTES, Problem};
pub use rules::{Class, FactRules};
pub use window::Window;

use super::inputs::Inputs;
use crate::model::assessment::{Criticality, Exploitation, Exposure, Standing};
use crate::model::priority::Priority;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;

/// The policy that every case begins with.
pub const DEFAULT: &str = include_str!("../../../assets/policy/default.toml");

/// A policy that passed its checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What it is called, as `default-1`.
    pub name: String,
    /// As it was written.
    pub text: String,
    /// How facts of the case become inputs.
    pub facts: FactRules,
    /// An amplifier raises a known exploitation by one level.
    pub raise: bool,
    pub(super) compromise: Vec<CompromiseRule>,
    /// By exploitation (the unknown one last) and exposure, each in the order of its `ALL`.
    rows: [[Row; 3]; 4],
    windows: [Window; 4],
}

/// A rule of the compromise lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CompromiseRule {
    pub name: String,
    pub line: usize,
    pub verdict: Verdict,
    /// Empty for everywhere.
    pub standings: Vec<Standing>,
    /// One of these must hold; empty for always.
    pub any_of: Vec<Condition>,
    pub priority: Priority,
}

/// What a rule of the compromise lens may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Condition {
    Critical,
    High,
    Internet,
    Amplified,
    Reach,
    Ancestor,
    /// Never holds: nothing proves that logs of pulls are complete (see [`Inputs`]). Policies may still name it.
    CompleteLogs,
}

impl Condition {
    fn holds(self, inputs: &Inputs) -> bool {
        match self {
            Condition::Critical => inputs.criticality == Criticality::Critical,
            Condition::High => inputs.criticality >= Criticality::High,
            Condition::Internet => inputs.exposure == Exposure::Internet,
            Condition::Amplified => inputs.amplified,
            Condition::Reach => inputs.reach,
            Condition::Ancestor => inputs.ancestor,
            Condition::CompleteLogs => false,
        }
    }
}

impl CompromiseRule {
    /// True where it decides about these inputs, unless one before it does.
    pub fn fits(&self, inputs: &Inputs) -> bool {
        inputs.verdict == Some(self.verdict)
            && (self.standings.is_empty() || self.standings.contains(&inputs.standing))
            && (self.any_of.is_empty() || self.any_of.iter().any(|condition| condition.holds(inputs)))
    }
}

/// A row of the vulnerability lens: one exploitation and exposure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub name: String,
    pub line: usize,
    /// By criticality in the order of `ALL`, each not automatable and automatable.
    pub cells: [[Priority; 2]; 4],
}

impl Row {
    /// The cell of a criticality.
    pub fn priority(&self, criticality: Criticality, automatable: bool) -> Priority {
        let [critical, high, medium, low] = self.cells;
        let [no, yes] = match criticality {
            Criticality::Critical => critical,
            Criticality::High => high,
            Criticality::Medium => medium,
            Criticality::Low => low,
        };
        if automatable { yes } else { no }
    }
}

impl Policy {
    /// Reads a policy and checks it. Every problem names its line.
    ///
    /// # Errors
    /// What is wrong with it, by line; never empty.
    pub fn parse(text: &str) -> Result<Policy, Vec<Problem>> {
        let policy = read::read(text)?;
        let problems = check::check(&policy);
        if problems.is_empty() { Ok(policy) } else { Err(problems) }
    }

    /// The policy that every case begins with. A test holds that it can be read.
    pub fn built_in() -> Option<Policy> {
        Policy::parse(DEFAULT).ok()
    }

    /// The row of an exploitation, none for an image that nobody scanned.
    pub(super) fn row(&self, exploitation: Option<Exploitation>, exposure: Exposure) -> &Row {
        let [active, poc, none, unknown] = &self.rows;
        let [internet, internal, dev_only] = match exploitation {
            Some(Exploitation::Active) => active,
            Some(Exploitation::Poc) => poc,
            Some(Exploitation::None) => none,
            None => unknown,
        };
        match exposure {
            Exposure::Internet => internet,
            Exposure::Internal => internal,
            Exposure::DevOnly => dev_only,
        }
    }

    /// How long there is for a priority.
    pub fn window(&self, priority: Priority) -> Window {
        let [p0, p1, p2, p3] = self.windows;
        match priority {
            Priority::P0 => p0,
            Priority::P1 => p1,
            Priority::P2 => p2,
            Priority::P3 => p3,
        }
    }

    /// When an image that reached a priority then is due.
    pub fn due(&self, priority: Priority, reached: Micros) -> Micros {
        self.window(priority).after(reached)
    }
}
