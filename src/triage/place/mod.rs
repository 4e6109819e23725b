//! What one place of use tells of an image: how critical it is, from where it is reached, what gives it power, and what it
//! could carry away. Each with the reason and the thing that tells it.
//!
//! What nothing tells stays untold: defaults are for `image`, which sees all places together.

mod amplifiers;
mod around;
mod criticality;
mod exposure;
#[cfg(test)]
mod tests;
mod traits;

pub use around::{Account, Around, NetworkPolicy, Opening, Service, fits_selector};
pub use traits::{Traits, kept_detail, kept_label};

use super::policy::FactRules;
use crate::model::assessment::{Criticality, Exposure};
use crate::model::fact::{Mark, Role};

/// How something came to be known, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// A responder said so.
    Hand,
    /// An owners' file.
    Owner,
    /// A label.
    Label,
    /// An annotation.
    Annotation,
    /// The pod's priority class.
    PriorityClass,
    /// What the cluster or engine is configured to do.
    Configured,
    /// The name of a namespace or an environment.
    Environment,
    /// What it does, by its name.
    Class,
    /// Nothing: the default.
    Assumed,
}

/// A reason, with the object that tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// One line for people.
    pub text: String,
    /// How it is known.
    pub basis: Basis,
    /// The number of the object that tells it; 0 for the place's own.
    pub thing: i64,
}

impl Why {
    fn own(basis: Basis, text: impl Into<String>) -> Why {
        Why { text: text.into(), basis, thing: 0 }
    }

    fn of(thing: i64, basis: Basis, text: impl Into<String>) -> Why {
        Why { text: text.into(), basis, thing }
    }
}

/// A place of use as it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Kind of the object, as `Pod`.
    pub kind: &'a str,
    /// Its namespace; for what is of no cluster, empty.
    pub namespace: &'a str,
    /// What the object says of itself.
    pub traits: &'a Traits,
    /// What stands around it.
    pub around: &'a Around,
    /// The part the image plays.
    pub role: Role,
    /// The container's name.
    pub container: &'a str,
    /// What bears on the place itself.
    pub marks: &'a [Mark],
    /// What an owners' file says of its workload or namespace: the word, and the number of the row.
    pub owner: Option<(&'a str, i64)>,
    /// It runs on a node of the control plane, by the number of the node.
    pub control_plane: Option<i64>,
}

/// What a place tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// How critical; `None` where nothing tells.
    pub criticality: Option<(Criticality, Why)>,
    /// From where it is reached; `None` where nothing tells.
    pub exposure: Option<(Exposure, Why)>,
    /// What gives it power.
    pub amplifiers: Vec<Why>,
    /// What it could carry away.
    pub reach: Vec<Why>,
    /// The network policy that holds back what goes out; `None` where none does or none was read.
    pub held_back: Option<Why>,
}

impl Told {
    /// It could carry something away, and nothing holds it back.
    pub fn reaches(&self) -> bool {
        !self.reach.is_empty() && self.held_back.is_none()
    }
}

/// What a place tells, by a policy.
pub fn told(place: &Place<'_>, rules: &FactRules) -> Told {
    let (amplifiers, reach) = (amplifiers::amplifiers(place, rules), amplifiers::reach(place));
    Told {
        criticality: criticality::criticality(place, rules),
        exposure: exposure::exposure(place, rules),
        amplifiers,
        reach,
        held_back: amplifiers::held_back(place),
    }
}

/// True for an object of a continuous-integration file: what stands for its namespace is the name of a workflow.
fn is_ci(kind: &str) -> bool {
    kind.starts_with("CI")
}
