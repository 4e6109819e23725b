//! All that decides the priority of an image, small enough to keep one for each of a hundred thousand.
//!
//! A policy is asked about these alone: two images with the same inputs have the same priority, so a changed policy is
//! asked once for each that differ, not once an image.
//!
//! That logs of pulls show no pull is no input: a log is written by who may have been breached, it has a beginning, and
//! what came through a mirror or out of a cache is in none. What nobody saw pulled is taken for pulled.

use super::vulnerability::Points;
use crate::model::assessment::{Criticality, Exposure, Standing};
use crate::model::verdict::Verdict;

/// What decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Inputs {
    /// The verdict about compromise; none without an open indicator.
    pub verdict: Option<Verdict>,
    /// Where it stands.
    pub standing: Standing,
    /// How much depends on it.
    pub criticality: Criticality,
    /// From where it is reached.
    pub exposure: Exposure,
    /// How it is attacked.
    pub points: Points,
    /// It runs with rights over its machine or its cluster, or builds others.
    pub amplified: bool,
    /// It could carry something outward: secrets, cloud roles, powerful accounts, and nothing holds it back.
    pub reach: bool,
    /// Something that runs and is High or Critical stands on it.
    pub ancestor: bool,
}

impl Inputs {
    /// What is taken of an image of which nothing is known.
    pub const UNKNOWN: Inputs = Inputs {
        verdict: None,
        standing: Standing::Files,
        criticality: Criticality::Medium,
        exposure: Exposure::Internal,
        points: Points::UNKNOWN,
        amplified: false,
        reach: false,
        ancestor: false,
    };

    /// The bits of each in [`Inputs::packed`].
    pub const STANDING: i64 = 0b11 << 4;
    /// See [`Inputs::STANDING`].
    pub const CRITICALITY: i64 = 0b11 << 6;
    /// See [`Inputs::STANDING`].
    pub const EXPOSURE: i64 = 0b11 << 8;
    /// See [`Inputs::STANDING`].
    pub const POINTS: i64 = 0b11_1111 << 10;

    /// As one number, the same for the same inputs.
    pub fn packed(&self) -> i64 {
        let verdict = self.verdict.map_or(0, Verdict::number) + 4;
        verdict
            | (self.standing as i64) << 4
            | (self.criticality as i64) << 6
            | (self.exposure as i64) << 8
            | i64::from(self.points.bits()) << 10
            | i64::from(self.amplified) << 16
            | i64::from(self.reach) << 17
            | i64::from(self.ancestor) << 18
    }

    /// From that number. Bits that no inputs have are read as what is not known.
    pub fn unpacked(packed: i64) -> Inputs {
        let field = |at: u32, width: u32| (packed >> at) & ((1 << width) - 1);
        let of = |number: i64| usize::try_from(number).unwrap_or(0);
        let (standing, criticality, exposure) = (of(field(4, 2)), of(field(6, 2)), of(field(8, 2)));
        Inputs {
            verdict: Verdict::from_number(field(0, 4) - 4),
            standing: worst_last(Standing::ALL).get(standing).copied().unwrap_or(Standing::Running),
            criticality: worst_last(Criticality::ALL).get(criticality).copied().unwrap_or(Criticality::Critical),
            exposure: worst_last(Exposure::ALL).get(exposure).copied().unwrap_or(Exposure::Internet),
            points: Points::from_bits(field(10, 6) as u8),
            amplified: field(16, 1) == 1,
            reach: field(17, 1) == 1,
            ancestor: field(18, 1) == 1,
        }
    }

    /// Each input in words, as an override remembers what it was set over: `verdict=bad standing=running …`.
    pub fn words(&self) -> String {
        let flags = [(self.amplified, "amplified"), (self.reach, "reach"), (self.ancestor, "ancestor")];
        let flags: Vec<&str> = flags.iter().filter(|(set, _)| *set).map(|(_, word)| *word).collect();
        format!(
            "verdict={} standing={} criticality={} exploitability={} exposure={} flags={}",
            self.verdict.map_or("none", Verdict::as_str),
            self.standing.as_str(),
            self.criticality.as_str(),
            self.points.word().as_str(),
            self.exposure.as_str(),
            flags.join(",")
        )
    }
}

/// A list that begins with the worst, as the numbers of its words go.
fn worst_last<T, const N: usize>(mut all: [T; N]) -> [T; N] {
    all.reverse();
    all
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Every combination of what the compromise lens and the axes of the other take, with one set of points.
    pub fn all(points: Points) -> impl Iterator<Item = Inputs> {
        let verdicts = Verdict::ALL.into_iter().map(Some).chain([None]);
        verdicts.flat_map(move |verdict| {
            Standing::ALL.into_iter().flat_map(move |standing| {
                Criticality::ALL.into_iter().flat_map(move |criticality| {
                    Exposure::ALL.into_iter().flat_map(move |exposure| {
                        (0..8_u8).map(move |bits| Inputs {
                            verdict,
                            standing,
                            criticality,
                            exposure,
                            points,
                            amplified: bits & 1 != 0,
                            reach: bits & 2 != 0,
                            ancestor: bits & 4 != 0,
                        })
                    })
                })
            })
        })
    }

    #[test]
    fn every_combination_is_a_number_of_its_own() {
        let mut seen = std::collections::HashSet::new();
        for bits in 0..64 {
            for inputs in all(Points::from_bits(bits)).filter(|inputs| bits == 0 || inputs.verdict.is_none()) {
                assert_eq!(Inputs::unpacked(inputs.packed()), inputs);
                assert!(seen.insert(inputs.packed()));
            }
        }
    }

    #[test]
    fn any_number_is_read() {
        for packed in [i64::MIN, -1, i64::MAX, 1 << 30, 0b11 << 8] {
            let read = Inputs::unpacked(packed);
            assert_eq!(Inputs::unpacked(read.packed()), read);
        }
        assert_eq!(Inputs::unpacked(0b11 << 8).exposure, Exposure::Internet);
    }

    #[test]
    fn words_tell_every_input() {
        let words = Inputs { amplified: true, verdict: Some(Verdict::Bad), ..Inputs::UNKNOWN }.words();
        assert_eq!(
            words,
            "verdict=bad standing=files criticality=medium exploitability=unknown exposure=internal flags=amplified"
        );
    }
}
