//! Why an image has its verdict, as data; the words for people are made from it in one place.

use super::facts::{Moved, Pushed, Running, Seen};
use crate::model::id::Id;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// One of its digests is the one named.
    Digest,
    /// The index named contains it.
    InIndex,
    /// An index of it contains the manifest named.
    Contains,
    /// It has the layer named.
    Layer,
    /// Its layers begin with the stack named.
    Stack,
    /// It was seen under the name within the window.
    SeenInside(Seen),
    /// It goes by the name, which is meant whatever the time.
    NamedAlways,
    /// It stands in a namespace that is named.
    Namespace,
    /// Its digest was seen first within the window.
    FirstSeenInside,
    /// Its tag came to lead to it within the window, or may have.
    MovedInside(Moved),
    /// It was pushed within the window.
    PushedInside(Pushed),
    /// It was pushed by the account named.
    PushedBy(Pushed),
    /// It is of the registry named; that alone is no signal.
    OfRegistry,
    /// It goes by the name, but was not seen under it within the window.
    NotSeenInside,
    /// What its name led to elsewhere.
    Candidate(i64),
    /// Passed on from what it stands on, or what was built into it.
    PassedOn {
        /// The other image.
        parent: i64,
        /// `base`, `build-input`, `frontend`; `index` and `member` between an index and its images, `same-layers`.
        kind: &'static str,
        /// In thousandths.
        confidence: u16,
    },
    /// No digest of it is known.
    DigestUnknown,
    /// Where it is from is not known: its name is none, or depends on variables that nothing defines.
    NameUnknown,
    /// Its digests are of kinds that cannot be compared with the one named.
    Uncomparable,
    /// What it stands on is not known.
    BaseUnknown,
    /// What it stands on is known, but not what else its build took in.
    InputsUnknown,
    /// Its layers are not known.
    LayersUnknown,
    /// Its packages are not known.
    PackagesUnknown,
    /// Who pushed it is not known.
    PusherUnknown,
    /// Its digest ran before the window began.
    RanBefore(Running),
    /// A log says that its digest was pulled before the window began. That alone clears nothing.
    PulledBefore(Running),
    /// A responder cleared it for the window.
    Cleared(Id),
    /// Its layers are known, and the one named is not among them.
    LayerAbsent,
    /// Its layers are known, and do not begin with the stack named.
    StackAbsent,
    /// Everything that could tie it to what is named is known, and nothing does.
    Excluded,
}

impl Because {
    /// The word for it in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Because::Digest => "digest",
            Because::InIndex => "in-index",
            Because::Contains => "contains",
            Because::Layer => "layer",
            Because::Stack => "stack",
            Because::LayerAbsent => "layer-absent",
            Because::StackAbsent => "stack-absent",
            Because::InputsUnknown => "inputs-unknown",
            Because::SeenInside(_) => "seen-inside",
            Because::NamedAlways => "named",
            Because::Namespace => "namespace",
            Because::FirstSeenInside => "first-seen-inside",
            Because::MovedInside(_) => "moved-inside",
            Because::PushedInside(_) => "pushed-inside",
            Because::PushedBy(_) => "pushed-by",
            Because::OfRegistry => "of-registry",
            Because::NotSeenInside => "not-seen-inside",
            Because::Candidate(_) => "candidate",
            Because::PassedOn { .. } => "passed-on",
            Because::DigestUnknown => "digest-unknown",
            Because::NameUnknown => "name-unknown",
            Because::Uncomparable => "uncomparable",
            Because::BaseUnknown => "base-unknown",
            Because::LayersUnknown => "layers-unknown",
            Because::PackagesUnknown => "packages-unknown",
            Because::PusherUnknown => "pusher-unknown",
            Because::RanBefore(_) => "ran-before",
            Because::PulledBefore(_) => "pulled-before",
            Because::Cleared(_) => "cleared",
            Because::Excluded => "excluded",
        }
    }

    /// One line for people.
    pub fn text(&self) -> String {
        let thousandths = |n: u16| format!("{}.{:02}", n / 1000, n % 1000 / 10);
        match self {
            Because::Digest => "this is the digest that is named".to_owned(),
            Because::InIndex => "the index that is named contains it".to_owned(),
            Because::Contains => "its index contains the manifest that is named".to_owned(),
            Because::Layer => "it has the layer that is named".to_owned(),
            Because::Stack => "its layers begin with the stack that is named".to_owned(),
            Because::LayerAbsent => "its layers are known, and that one is not among them".to_owned(),
            Because::StackAbsent => "its layers are known, and do not begin with that stack".to_owned(),
            Because::InputsUnknown => "what it stands on is known, but not what else its build took in".to_owned(),
            Because::SeenInside(seen) => format!("seen under that name at {}, inside the window", seen.from),
            Because::NamedAlways => "it goes by that name, and no window is stated".to_owned(),
            Because::Namespace => "it stands in the namespace that is named".to_owned(),
            Because::FirstSeenInside => "its digest was first seen inside the window".to_owned(),
            Because::MovedInside(moved) => {
                format!("its tag came to lead to it between {} and {}", moved.after, moved.before)
            }
            Because::PushedInside(pushed) => format!("pushed at {}, inside the window", pushed.from),
            Because::PushedBy(pushed) => format!("pushed by that account at {}", pushed.from),
            Because::OfRegistry => "it is of that registry; no signal beside that".to_owned(),
            Because::NotSeenInside => "it goes by that name, but when it came is not known".to_owned(),
            Because::Candidate(_) => {
                "its digest is not known; the worst that its name led to elsewhere counts".to_owned()
            }
            Because::PassedOn { kind, confidence, .. } => {
                let from = match *kind {
                    "index" => "an index that lists it",
                    "member" => "an image of its index",
                    "same-layers" => "an image with the same layers",
                    "build-input" => "a build input of it",
                    "frontend" => "the frontend of its build",
                    _ => "its base",
                };
                format!("passed on from {from}, confidence {}", thousandths(*confidence))
            }
            Because::DigestUnknown => "its digest is not known".to_owned(),
            Because::NameUnknown => "where it is from is not known".to_owned(),
            Because::Uncomparable => "its digests are of kinds that cannot be compared with that one".to_owned(),
            Because::BaseUnknown => "what it stands on is not known".to_owned(),
            Because::LayersUnknown => "its layers are not known".to_owned(),
            Because::PackagesUnknown => "its packages are not known: cannot tell yet".to_owned(),
            Because::PusherUnknown => "who pushed it is not known".to_owned(),
            Because::RanBefore(running) => format!("its digest ran since {}, before the window", running.at),
            Because::PulledBefore(pulled) => {
                format!("a log says it was pulled at {}, before the window; a log alone clears nothing", pulled.at)
            }
            Because::Cleared(_) => "cleared for this window".to_owned(),
            Because::Excluded => "all that could tie it to that is known, and nothing does".to_owned(),
        }
    }

    /// Where the fact behind it stands, where one does.
    pub fn stands(&self) -> Option<&super::Stands> {
        match self {
            Because::SeenInside(seen) => seen.stands.as_deref(),
            Because::PushedInside(pushed) | Because::PushedBy(pushed) => pushed.stands.as_deref(),
            Because::RanBefore(running) | Because::PulledBefore(running) => running.stands.as_deref(),
            _ => None,
        }
    }
}
