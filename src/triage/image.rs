//! What all places of an image come to.
//!
//! What is told anywhere counts, the worst of it. A place that tells nothing counts as the default where the image was
//! seen there; one that only a file names says nothing about places that are known.

use super::inputs::Inputs;
use super::place::{Basis, Told};
use super::policy::FactRules;
use super::vulnerability::Points;
use crate::model::assessment::{Criticality, Exposure, Standing};
use crate::model::verdict::Verdict;

/// What one place told, without its reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// How critical.
    pub criticality: Option<(Criticality, Basis)>,
    /// From where it is reached.
    pub exposure: Option<Exposure>,
    /// Something gives it power.
    pub amplified: bool,
    /// It could carry something away.
    pub reaches: bool,
    /// When the word of owners that makes it as critical was first said, in microseconds; 0 where none does.
    pub owned: i64,
}

impl From<&Told> for Facts {
    fn from(told: &Told) -> Facts {
        Facts {
            criticality: told.criticality.as_ref().map(|(level, why)| (*level, why.basis)),
            exposure: told.exposure.as_ref().map(|(word, _)| *word),
            amplified: !told.amplifiers.is_empty(),
            reaches: told.reaches(),
            owned: 0,
        }
    }
}

/// What was taken for granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Assumed {
    /// Nothing tells a criticality.
    pub criticality: bool,
    /// Nothing tells an exposure.
    pub exposure: bool,
}

impl Assumed {
    /// As a stored number.
    pub fn bits(self) -> i64 {
        i64::from(self.criticality) | i64::from(self.exposure) << 1
    }

    /// From that number.
    pub fn of_bits(bits: i64) -> Assumed {
        Assumed { criticality: bits & 1 != 0, exposure: bits & 2 != 0 }
    }
}

/// The places of one image, added up. The order in which they are added plays no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gathered {
    /// The worst place.
    pub standing: Standing,
    /// Since when it is known to stand there, in microseconds.
    pub since: i64,
    criticality: Option<(Criticality, Basis)>,
    owned: i64,
    exposure: Option<Exposure>,
    /// A place where it was seen tells nothing.
    silent: (bool, bool),
    amplified: bool,
    reaches: bool,
}

impl Default for Gathered {
    fn default() -> Self {
        Gathered {
            standing: Standing::Files,
            since: i64::MAX,
            criticality: None,
            owned: 0,
            exposure: None,
            silent: (false, false),
            amplified: false,
            reaches: false,
        }
    }
}

/// What is known of an image as a whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct Whole<'a> {
    /// The level in an owners' file for the image or its repository, and when that was first said.
    pub owner: Option<(Criticality, i64)>,
    /// The last part of its repository.
    pub name: &'a str,
    /// How it is attacked.
    pub points: Points,
    /// Its verdict.
    pub verdict: Option<Verdict>,
}

impl Gathered {
    /// Where it stands, without what the place tells: things that are no place of use of their own.
    pub fn stand(&mut self, standing: Standing, since: i64) {
        if standing > self.standing || self.since == i64::MAX {
            (self.standing, self.since) = (standing.max(self.standing), since);
        } else if standing == self.standing {
            self.since = self.since.min(since);
        }
    }

    /// One place more.
    pub fn add(&mut self, standing: Standing, since: i64, facts: &Facts) {
        self.stand(standing, since);
        let seen = standing > Standing::Files;
        match facts.criticality {
            // Of two that are alike, the surer.
            Some((level, basis)) => {
                let better = |(known, sure): (Criticality, Basis)| level > known || level == known && basis < sure;
                if self.criticality.is_none_or(better) {
                    (self.criticality, self.owned) = (Some((level, basis)), facts.owned);
                } else if self.criticality == Some((level, basis)) {
                    self.owned = self.owned.min(facts.owned);
                }
            }
            None => self.silent.0 |= seen,
        }
        match facts.exposure {
            Some(exposure) => self.exposure = self.exposure.max(Some(exposure)),
            None => self.silent.1 |= seen,
        }
        self.amplified |= facts.amplified;
        self.reaches |= facts.reaches;
    }

    /// The inputs for a policy, and what of them was taken for granted.
    pub fn inputs(&self, whole: &Whole<'_>, rules: &FactRules) -> (Inputs, Assumed) {
        let (criticality, basis) = self.criticality(whole, rules);
        let told = self.exposure.filter(|told| !(self.silent.1 && *told < rules.exposure));
        let inputs = Inputs {
            verdict: whole.verdict,
            standing: self.standing,
            criticality,
            exposure: told.unwrap_or(rules.exposure),
            points: whole.points,
            amplified: self.amplified || rules.is_builder(whole.name),
            reach: self.reaches,
            // What stands on it is known only when all images are gathered: see `stood_upon`.
            ancestor: false,
        };
        (inputs, Assumed { criticality: basis == Basis::Assumed, exposure: told.is_none() })
    }

    /// When the word of owners that makes it as critical as it is was first said, in microseconds; 0 where facts do.
    pub fn owned(&self, whole: &Whole<'_>, rules: &FactRules) -> i64 {
        match (self.criticality(whole, rules).1, whole.owner) {
            (Basis::Owner, Some((_, since))) => since,
            (Basis::Owner, None) => self.owned,
            _ => 0,
        }
    }

    /// How critical it is, and how that is known.
    pub fn criticality(&self, whole: &Whole<'_>, rules: &FactRules) -> (Criticality, Basis) {
        let of_places = self.criticality.filter(|(told, _)| !(self.silent.0 && *told < rules.criticality));
        let mut found = match (whole.owner, of_places) {
            (Some((level, _)), _) => (level, Basis::Owner),
            (None, Some(told)) => told,
            (None, None) => (rules.criticality, Basis::Assumed),
        };
        let little = found.1 == Basis::Environment && found.0 < rules.criticality;
        if let Some(class) = rules.class_of(whole.name)
            && found.1 >= Basis::Environment
            && !little
            && (class.level > found.0 || found.1 == Basis::Assumed && class.level == found.0)
        {
            found = (class.level, Basis::Class);
        }
        found
    }
}

/// Adds what stands on an image: so many images that run, and how critical the worst of them is. A base of many is as
/// critical as the policy says of such; what carries something High has a share in rule C4.
pub fn stood_upon(
    inputs: &mut Inputs,
    assumed: &mut Assumed,
    running: u64,
    worst: Option<Criticality>,
    rules: &FactRules,
) {
    let (many, level) = rules.fan_out;
    if running >= many.max(1) && level > inputs.criticality {
        inputs.criticality = level;
        assumed.criticality = false;
    }
    inputs.ancestor = worst.is_some_and(|level| level >= Criticality::High);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::policy::Policy;
    use proptest::prelude::*;

    fn rules() -> FactRules {
        Policy::built_in().unwrap().facts
    }

    fn facts(criticality: Option<Criticality>, exposure: Option<Exposure>) -> Facts {
        Facts { criticality: criticality.map(|level| (level, Basis::Label)), exposure, ..Facts::default() }
    }

    #[test]
    fn what_nothing_tells_is_assumed_and_said_so() {
        let (inputs, assumed) = Gathered::default().inputs(&Whole::default(), &rules());
        assert_eq!((inputs.criticality, inputs.exposure), (Criticality::Medium, Exposure::Internal));
        assert_eq!(Assumed::of_bits(assumed.bits()), Assumed { criticality: true, exposure: true });
    }

    #[test]
    fn a_place_that_was_seen_and_tells_nothing_keeps_the_default() {
        let low = facts(Some(Criticality::Low), Some(Exposure::DevOnly));
        let with = |standing| {
            let mut gathered = Gathered::default();
            gathered.add(Standing::Running, 5, &low);
            gathered.add(standing, 4, &Facts::default());
            let (inputs, assumed) = gathered.inputs(&Whole::default(), &rules());
            (inputs.criticality, inputs.exposure, assumed.criticality)
        };
        assert_eq!(with(Standing::Files), (Criticality::Low, Exposure::DevOnly, false));
        assert_eq!(with(Standing::Running), (Criticality::Medium, Exposure::Internal, true));
    }

    #[test]
    fn owners_and_names() {
        let rules = rules();
        let of = |whole: Whole<'_>, told: Option<(Criticality, Basis)>| {
            let mut gathered = Gathered::default();
            gathered.add(Standing::Running, 0, &Facts { criticality: told, ..Facts::default() });
            gathered.criticality(&whole, &rules)
        };
        let owner = Whole { owner: Some((Criticality::Low, 7)), name: "postgres", ..Whole::default() };
        assert_eq!(of(owner, None), (Criticality::Low, Basis::Owner));
        assert_eq!(Gathered::default().owned(&owner, &rules), 7);
        let named = Whole { owner: None, ..owner };
        let mut told = Gathered::default();
        for since in [9, 4] {
            let criticality = Some((Criticality::Critical, Basis::Owner));
            told.add(Standing::Running, 0, &Facts { criticality, owned: since, ..Facts::default() });
        }
        assert_eq!((told.owned(&named, &rules), Gathered::default().owned(&named, &rules)), (4, 0));
        assert_eq!(of(named, None), (Criticality::High, Basis::Class));
        assert_eq!(of(named, Some((Criticality::Medium, Basis::Label))), (Criticality::Medium, Basis::Label));
        assert_eq!(of(named, Some((Criticality::Low, Basis::Environment))), (Criticality::Low, Basis::Environment));
    }

    #[test]
    fn what_stands_on_it_raises_and_never_lowers() {
        let rules = rules();
        let with = |criticality, running, worst| {
            let (mut inputs, mut assumed) =
                (Inputs { criticality, ..Inputs::UNKNOWN }, Assumed { criticality: true, exposure: true });
            stood_upon(&mut inputs, &mut assumed, running, worst, &rules);
            (inputs.criticality, inputs.ancestor, assumed.criticality)
        };
        assert_eq!(with(Criticality::Medium, 25, Some(Criticality::Medium)), (Criticality::High, false, false));
        assert_eq!(with(Criticality::Medium, 24, Some(Criticality::High)), (Criticality::Medium, true, true));
        assert_eq!(with(Criticality::Critical, 25, None), (Criticality::Critical, false, true));
    }

    #[test]
    fn since_is_that_of_the_worst_place() {
        let mut gathered = Gathered::default();
        gathered.add(Standing::Files, 1, &Facts::default());
        gathered.add(Standing::Running, 9, &Facts::default());
        gathered.add(Standing::Running, 7, &Facts::default());
        gathered.stand(Standing::Kept, 2);
        assert_eq!((gathered.standing, gathered.since), (Standing::Running, 7));
    }

    fn any_facts() -> impl Strategy<Value = (Standing, i64, Facts)> {
        let standing = prop::sample::select(Standing::ALL.to_vec());
        let criticality = prop::option::of((
            prop::sample::select(Criticality::ALL.to_vec()),
            prop::sample::select(vec![Basis::Owner, Basis::Label, Basis::Class]),
        ));
        let exposure = prop::option::of(prop::sample::select(Exposure::ALL.to_vec()));
        (standing, 0..5_i64, criticality, exposure, any::<bool>(), any::<bool>(), 0..3_i64).prop_map(
            |(standing, since, criticality, exposure, amplified, reaches, owned)| {
                (standing, since, Facts { criticality, exposure, amplified, reaches, owned })
            },
        )
    }

    proptest! {
        #[test]
        fn the_order_of_places_plays_no_part(places in prop::collection::vec(any_facts(), 0..6)) {
            let gather = |places: &mut dyn Iterator<Item = &(Standing, i64, Facts)>| {
                let mut gathered = Gathered::default();
                places.for_each(|(standing, since, facts)| gathered.add(*standing, *since, facts));
                gathered
            };
            prop_assert_eq!(gather(&mut places.iter()), gather(&mut places.iter().rev()));
        }

        #[test]
        fn one_seen_place_more_never_lowers(places in prop::collection::vec(any_facts(), 1..6), more in any_facts()) {
            let rules = rules();
            let mut gathered = Gathered::default();
            places.iter().for_each(|(standing, since, facts)| gathered.add(*standing, *since, facts));
            let seen_before = gathered.standing > Standing::Files;
            let before = gathered.inputs(&Whole::default(), &rules).0;
            gathered.add(more.0, more.1, &more.2);
            let after = gathered.inputs(&Whole::default(), &rules).0;
            prop_assert!(after.standing >= before.standing && after.amplified >= before.amplified);
            // What is told may say less than what was assumed while nothing was.
            if seen_before && gathered.criticality.is_some() && places.iter().any(|p| p.2.criticality.is_some()) {
                prop_assert!(after.criticality >= before.criticality);
            }
        }
    }
}
