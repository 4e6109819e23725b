//! The two lenses, and the worse of them.
//!
//! The compromise lens asks what the indicators say and where the image stands. The vulnerability lens asks how it is
//! attacked, how much depends on it and from where it is reached. VEX clears findings and so bears on the second only.

use super::inputs::Inputs;
use super::policy::Policy;
use crate::model::assessment::Exploitation;
use crate::model::priority::Priority;

/// A way of looking at an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lens {
    /// By what is bad or in doubt.
    Compromise,
    /// By what scans found.
    Vulnerability,
}

impl Lens {
    /// The word in JSON and views.
    pub fn as_str(self) -> &'static str {
        match self {
            Lens::Compromise => "compromise",
            Lens::Vulnerability => "vulnerability",
        }
    }
}

/// What one lens gives, and by which rule of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given<'p> {
    /// How urgent.
    pub priority: Priority,
    /// The rule's name.
    pub rule: &'p str,
    /// One level of it is for an amplifier.
    pub raised: bool,
}

/// The priority of an image by a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'p> {
    /// What the compromise lens gives; nothing where the indicators leave the image alone.
    pub compromise: Option<Given<'p>>,
    /// What the vulnerability lens gives.
    pub vulnerability: Given<'p>,
}

impl<'p> Decision<'p> {
    /// The lens that decides: the worse; of two alike, compromise.
    pub fn lens(&self) -> Lens {
        match self.compromise {
            Some(given) if given.priority >= self.vulnerability.priority => Lens::Compromise,
            _ => Lens::Vulnerability,
        }
    }

    /// What the deciding lens gives.
    pub fn given(&self) -> Given<'p> {
        match (self.lens(), self.compromise) {
            (Lens::Compromise, Some(given)) => given,
            _ => self.vulnerability,
        }
    }

    /// The priority.
    pub fn priority(&self) -> Priority {
        self.given().priority
    }
}

/// Judges one set of inputs.
pub fn judge<'p>(policy: &'p Policy, inputs: &Inputs) -> Decision<'p> {
    Decision { compromise: compromise(policy, inputs), vulnerability: vulnerability(policy, inputs) }
}

/// The first rule that fits.
fn compromise<'p>(policy: &'p Policy, inputs: &Inputs) -> Option<Given<'p>> {
    inputs.verdict.filter(|verdict| verdict.is_open())?;
    let rule = policy.compromise.iter().find(|rule| rule.fits(inputs))?;
    Some(Given { priority: rule.priority, rule: &rule.name, raised: false })
}

/// The worst of all points. An amplifier raises only what is known to be attackable: a machine's own agents all have such
/// rights, and a missing scan of them is no emergency.
fn vulnerability<'p>(policy: &'p Policy, inputs: &Inputs) -> Given<'p> {
    let given = |exploitation: Option<Exploitation>, automatable| {
        let row = policy.row(exploitation, inputs.exposure);
        let priority = row.priority(inputs.criticality, automatable);
        let raises = inputs.amplified && policy.raise && exploitation.is_some_and(|e| e >= Exploitation::Poc);
        let raised = if raises { priority.raised() } else { priority };
        Given { priority: raised, rule: &row.name, raised: raised != priority }
    };
    let worst = inputs
        .points
        .iter()
        .map(|(exploitation, automatable)| given(Some(exploitation), automatable))
        .reduce(|worst, next| if next.priority >= worst.priority { next } else { worst });
    worst.unwrap_or_else(|| given(None, true))
}
