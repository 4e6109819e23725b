//! What touches an image directly, by one indicator: its digests, names, layers and the records of it.

use super::facts::{Called, Facts, NamedDigest, Pushed};
use super::reason::Because;
use super::{Grounds, is_before};
use crate::model::digest::{Digest, DigestKind};
use crate::model::indicator::{Indicator, State, Target, Window};
use crate::model::verdict::Verdict;

/// What an indicator says of an image, before anything is passed on or cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Direct {
    /// What it comes to; none where the image itself is excluded.
    pub verdict: Option<Verdict>,
    /// It is the very thing that is named: no time clears it.
    pub hard: bool,
    /// Its own content proves that it is not what is named: no base of it needs to be known for that.
    pub proved: bool,
    /// Why.
    pub because: Because,
}

impl Direct {
    fn soft(verdict: Verdict, because: Because) -> Direct {
        Direct { verdict: Some(verdict), hard: false, proved: false, because }
    }

    fn hard(indicator: &Indicator, because: Because) -> Direct {
        Direct { verdict: indicator.state.verdict(), hard: true, proved: false, because }
    }

    pub(super) fn excluded() -> Direct {
        Direct { verdict: None, hard: false, proved: false, because: Because::Excluded }
    }

    fn absent(because: Because) -> Direct {
        Direct { verdict: None, hard: false, proved: true, because }
    }
}

/// Judges one image by itself.
pub(super) fn direct(facts: &Facts, grounds: &Grounds, indicator: &Indicator) -> Direct {
    let found = match &indicator.target {
        Target::Digest(digest) => by_digest(facts, grounds, indicator, digest),
        Target::Layer(layer) => match &facts.layers {
            Some(layers) if layers.contains(layer) => Direct::hard(indicator, Because::Layer),
            Some(_) => Direct::absent(Because::LayerAbsent),
            None => Direct::soft(Verdict::NotKnown, Because::LayersUnknown),
        },
        Target::Chain(stack) => match &facts.layers {
            Some(_) if facts.stacks.contains(stack) => Direct::hard(indicator, Because::Stack),
            Some(_) => Direct::absent(Because::StackAbsent),
            None => Direct::soft(Verdict::NotKnown, Because::LayersUnknown),
        },
        Target::Package(url) => match facts.packages.get(url) {
            Some(true) => Direct::hard(indicator, Because::Package),
            // A copy may be linked in statically, so a list without it excludes nothing.
            Some(false) => Direct::soft(Verdict::NotKnown, Because::PackageNotListed),
            None => Direct::soft(Verdict::NotKnown, Because::PackagesUnknown),
        },
        Target::Account(account) => by_account(facts, indicator, account),
        Target::Tag(_) | Target::Repository(_) | Target::Registry(_) | Target::Action(_) => {
            by_name(facts, grounds, indicator)
        }
    };
    // An image without a digest may be anything that its name led to.
    if found.verdict.is_none() && !facts.resolved {
        return Direct::soft(Verdict::NotKnown, Because::DigestUnknown);
    }
    found
}

fn by_digest(facts: &Facts, grounds: &Grounds, indicator: &Indicator, digest: &Digest) -> Direct {
    if facts.digests.iter().any(|(own, _)| own == digest) {
        return Direct::hard(indicator, Because::Digest);
    }
    if facts.contained_in.contains(digest) {
        return Direct::hard(indicator, Because::InIndex);
    }
    if facts.contains.contains(digest) {
        return Direct::hard(indicator, Because::Contains);
    }
    if !facts.resolved {
        return Direct::soft(Verdict::NotKnown, Because::DigestUnknown);
    }
    let Some(named) = grounds.digests.get(digest.as_str()) else {
        return Direct::soft(Verdict::NotKnown, Because::Uncomparable);
    };
    let own = |kind| facts.digests.iter().any(|(_, own)| *own == kind);
    if can_compare(named, own, !facts.contains.is_empty()) {
        Direct::excluded()
    } else {
        Direct::soft(Verdict::NotKnown, Because::Uncomparable)
    }
}

/// Whether digests can tell an image from a digest that is named: `own` says of which kinds it has digests, `contains` that
/// one of them is an index whose content is known.
pub fn can_compare(named: &NamedDigest, own: impl Fn(DigestKind) -> bool, contains: bool) -> bool {
    let same_kind = named.kinds.iter().any(|kind| *kind != DigestKind::Unknown && own(*kind));
    // Two indexes may share a manifest, so that they differ says nothing unless what they contain is known.
    let whole = !named.kinds.contains(&DigestKind::Index) || named.contents;
    let by_content =
        named.contents && own(DigestKind::Manifest) || named.kinds.contains(&DigestKind::Manifest) && contains;
    same_kind && whole || by_content
}

fn by_account(facts: &Facts, indicator: &Indicator, account: &str) -> Direct {
    let by_it = |pushed: &&Pushed| pushed.account == account;
    let inside = |pushed: &&Pushed| in_window(indicator.window.as_ref(), pushed);
    if let Some(pushed) = facts.pushed.iter().filter(by_it).find(inside) {
        let verdict = indicator.state.verdict().unwrap_or(Verdict::NotKnown);
        return Direct::soft(verdict, Because::PushedBy(pushed.clone()));
    }
    Direct::soft(Verdict::NotKnown, Because::PusherUnknown)
}

fn in_window(window: Option<&Window>, pushed: &Pushed) -> bool {
    window.is_none_or(|window| window.meets(pushed.from, pushed.to))
}

fn by_name(facts: &Facts, grounds: &Grounds, indicator: &Indicator) -> Direct {
    let covered: Vec<usize> = (0..facts.names.len())
        .filter(|at| {
            facts.names.get(*at).is_some_and(|called| indicator.target.covers(&called.place, &grounds.mirrors))
        })
        .collect();
    if covered.is_empty() {
        let told = |called: &&Called| !called.claimed;
        let is_name = |called: &Called| called.place.is_reference || is_action(&called.place.canonical);
        let known = facts.names.iter().filter(told).any(is_name);
        return if known { Direct::excluded() } else { Direct::soft(Verdict::NotKnown, Because::NameUnknown) };
    }
    if indicator.target.is_whole_registry() {
        return of_registry(facts, indicator, &covered);
    }
    let stated = indicator.state.verdict().unwrap_or(Verdict::NotKnown);
    let any_name = matches!(indicator.target, Target::Repository(_));
    let Some(window) = &indicator.window else {
        let by_tag = |at: &usize| any_name || !facts.resolved || facts.names.get(*at).is_some_and(|c| c.by_tag);
        return if covered.iter().any(by_tag) {
            Direct::soft(stated, Because::NamedAlways)
        } else {
            Direct::soft(Verdict::NotKnown, Because::NotSeenInside)
        };
    };
    let inside = facts
        .seen
        .iter()
        .find(|seen| covered.contains(&seen.name) && (any_name || seen.by_tag) && window.meets(seen.from, seen.to));
    match inside.filter(|_| facts.resolved) {
        Some(seen) => Direct::soft(stated, Because::SeenInside(seen.clone())),
        // A namespace that is named is a signal by itself.
        None if any_name => Direct::soft(Verdict::Suspect, Because::Namespace),
        None if !facts.resolved => Direct::soft(Verdict::NotKnown, Because::DigestUnknown),
        None => Direct::soft(Verdict::NotKnown, Because::NotSeenInside),
    }
}

fn is_action(name: &str) -> bool {
    name.starts_with(crate::model::action::PREFIX)
}

/// A breached registry alone is no signal; a time within the window is.
fn of_registry(facts: &Facts, indicator: &Indicator, covered: &[usize]) -> Direct {
    let to_check = Direct::soft(Verdict::ToCheck, Because::OfRegistry);
    let Some(window) = &indicator.window else { return to_check };
    if let Some(pushed) = facts.pushed.iter().find(|pushed| window.meets(pushed.from, pushed.to)) {
        return Direct::soft(Verdict::Suspect, Because::PushedInside(pushed.clone()));
    }
    let covered = || covered.iter().filter_map(|at| facts.names.get(*at));
    if let Some(moved) = covered().filter_map(|called| called.moved).find(|m| window.meets(m.after, m.before)) {
        return Direct::soft(Verdict::Suspect, Because::MovedInside(moved));
    }
    // Under whatever name it was seen first: the bytes are the same.
    let first = facts.names.iter().filter_map(|called| called.first).min();
    if first.is_some_and(|first| window.holds(first)) {
        return Direct::soft(Verdict::Suspect, Because::FirstSeenInside);
    }
    to_check
}

/// The proof that an image was there before the indicator's window began: a container that ran with its digest. A log
/// alone is none, for whoever was in the registry may have written it.
pub(super) fn predates(facts: &Facts, indicator: &Indicator) -> Option<Because> {
    let window = indicator.window.as_ref().filter(|_| facts.resolved)?;
    let running = facts.running.as_ref().filter(|running| is_before(running.at, window))?;
    Some(Because::RanBefore(running.clone()))
}

/// What a log says that would clear it, if a log could.
pub(super) fn logged(facts: &Facts, indicator: &Indicator) -> Option<Because> {
    let window = indicator.window.as_ref().filter(|_| facts.resolved)?;
    let pulled = facts.pulled.as_ref().filter(|pulled| is_before(pulled.at, window))?;
    Some(Because::PulledBefore(pulled.clone()))
}

/// What a responder cleared: for a window that holds the indicator's whole window, and said of something more exact than
/// what is accused. What is named the same way at once is in conflict, and then the more severe counts.
pub(super) fn cleared(facts: &Facts, grounds: &Grounds, indicator: &Indicator) -> Option<(Verdict, Because)> {
    grounds
        .indicators
        .iter()
        .filter(|clearing| clearing.state == State::Cleared)
        .filter(|clearing| {
            clearing.target.exactness() > indicator.target.exactness() || is_other_digest(clearing, indicator)
        })
        .filter(|clearing| match (&clearing.window, &indicator.window) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(ours), Some(theirs)) => ours.covers(theirs),
        })
        .filter(|clearing| clears(facts, grounds, clearing))
        .map(|clearing| (clearing.cleared_by.verdict(), Because::Cleared(clearing.id)))
        .max_by_key(|(verdict, _)| *verdict)
}

/// A cleared digest stands against an accusation of another digest that it cannot be compared with.
fn is_other_digest(clearing: &Indicator, indicator: &Indicator) -> bool {
    matches!((&clearing.target, &indicator.target), (Target::Digest(ours), Target::Digest(theirs)) if ours != theirs)
}

fn clears(facts: &Facts, grounds: &Grounds, clearing: &Indicator) -> bool {
    match &clearing.target {
        Target::Digest(digest) => facts.digests.iter().any(|(own, _)| own == digest),
        // A name clears what goes by no other.
        target => {
            facts.names.iter().any(|called| !called.claimed)
                && facts.names.iter().all(|called| target.covers(&called.place, &grounds.mirrors))
        }
    }
}
