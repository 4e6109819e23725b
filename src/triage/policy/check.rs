//! Whether a policy makes sense: a priority for everything, and none that gets milder where the facts get worse.
//!
//! Every combination is tried; there are a few thousand.

use std::collections::BTreeSet;

use super::read::Problem;
use super::{Policy, Row};
use crate::model::assessment::{Criticality, Exploitation, Exposure, Standing};
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;
use crate::triage::inputs::Inputs;

/// Most problems that are told of one policy.
const TOLD: usize = 50;

/// What is wrong with a policy, by line.
pub(super) fn check(policy: &Policy) -> Vec<Problem> {
    let mut problems = BTreeSet::new();
    compromise(policy, &mut problems);
    vulnerability(policy, &mut problems);
    problems.into_iter().take(TOLD).collect()
}

/// The verdicts that need a rule, the mildest first.
const OPEN: [Verdict; 4] = [Verdict::NotKnown, Verdict::ToCheck, Verdict::Suspect, Verdict::Bad];

/// What a rule may ask of an image, beside its verdict and where it stands.
fn situations() -> impl Iterator<Item = Inputs> {
    OPEN.into_iter().flat_map(|verdict| {
        Standing::ALL.into_iter().flat_map(move |standing| {
            Criticality::ALL.into_iter().flat_map(move |criticality| {
                Exposure::ALL.into_iter().flat_map(move |exposure| {
                    (0..8_u8).map(move |bits| Inputs {
                        verdict: Some(verdict),
                        standing,
                        criticality,
                        exposure,
                        amplified: bits & 1 != 0,
                        reach: bits & 2 != 0,
                        ancestor: bits & 4 != 0,
                        ..Inputs::UNKNOWN
                    })
                })
            })
        })
    })
}

/// Everything that is worse by one step.
fn worse(inputs: &Inputs) -> Vec<Inputs> {
    let mut worse = Vec::new();
    let verdict = OPEN.into_iter().find(|verdict| Some(*verdict) > inputs.verdict);
    worse.extend(verdict.map(|verdict| Inputs { verdict: Some(verdict), ..*inputs }));
    let up = |found: Option<Standing>| found.map(|standing| Inputs { standing, ..*inputs });
    worse.extend(up(Standing::ALL.into_iter().rev().find(|s| *s > inputs.standing)));
    let criticality = Criticality::ALL.into_iter().rev().find(|c| *c > inputs.criticality);
    worse.extend(criticality.map(|criticality| Inputs { criticality, ..*inputs }));
    let exposure = Exposure::ALL.into_iter().rev().find(|e| *e > inputs.exposure);
    worse.extend(exposure.map(|exposure| Inputs { exposure, ..*inputs }));
    worse.push(Inputs { amplified: true, ..*inputs });
    worse.push(Inputs { reach: true, ..*inputs });
    worse.push(Inputs { ancestor: true, ..*inputs });
    worse
}

fn compromise(policy: &Policy, problems: &mut BTreeSet<Problem>) {
    let rule = |inputs: &Inputs| policy.compromise.iter().find(|rule| rule.fits(inputs));
    for inputs in situations() {
        let words = |inputs: &Inputs| {
            let verdict = inputs.verdict.map_or("", Verdict::shown);
            format!("{verdict} {}", inputs.standing.shown())
        };
        let Some(own) = rule(&inputs) else {
            let reason = format!("no [[compromise]] rule is for {}", words(&inputs));
            problems.insert(Problem { line: 1, reason });
            continue;
        };
        for worse in worse(&inputs) {
            let Some(other) = rule(&worse).filter(|other| other.priority < own.priority) else { continue };
            let reason = format!(
                "{} gives {} to {}, but {} (line {}) gives {} to {}: what is worse must not be less urgent",
                other.name,
                other.priority,
                words(&worse),
                own.name,
                own.line,
                own.priority,
                words(&inputs)
            );
            problems.insert(Problem { line: other.line, reason });
        }
    }
}

fn vulnerability(policy: &Policy, problems: &mut BTreeSet<Problem>) {
    let states = [None, Some(Exploitation::None), Some(Exploitation::Poc), Some(Exploitation::Active)];
    for exposure in Exposure::ALL {
        for (at, state) in states.into_iter().enumerate() {
            let row = policy.row(state, exposure);
            within(row, problems);
            let next = states.get(at + 1).filter(|_| state.is_some()).map(|next| policy.row(*next, exposure));
            let wider = Exposure::ALL.into_iter().rev().find(|wider| *wider > exposure);
            for other in next.into_iter().chain(wider.map(|wider| policy.row(state, wider))) {
                compare(row, other, "what is worse must not be less urgent", problems);
            }
        }
        let (nothing, unknown) = (policy.row(Some(Exploitation::None), exposure), policy.row(None, exposure));
        compare(nothing, unknown, "an image that nobody scanned must not be safer than one without findings", problems);
    }
}

/// One row: a higher criticality, and what can be automated, are no less urgent.
fn within(row: &Row, problems: &mut BTreeSet<Problem>) {
    for (at, [no, yes]) in row.cells.iter().enumerate() {
        let level = Criticality::ALL.get(at).map_or("", |level| level.as_str());
        if yes < no {
            let reason = format!("{}: {level} is less urgent where it can be automated", row.name);
            problems.insert(Problem { line: row.line, reason });
        }
        let lower: Option<&[Priority; 2]> = row.cells.get(at + 1);
        if lower.is_some_and(|[lower_no, lower_yes]| lower_no > no || lower_yes > yes) {
            let reason = format!("{}: {level} is less urgent than the level below it", row.name);
            problems.insert(Problem { line: row.line, reason });
        }
    }
}

fn compare(row: &Row, worse: &Row, why: &str, problems: &mut BTreeSet<Problem>) {
    let pairs = row.cells.iter().flatten().zip(worse.cells.iter().flatten());
    if let Some((own, other)) = pairs.into_iter().find(|(own, other)| other < own) {
        let reason = format!("{} gives {other} where {} (line {}) gives {own}: {why}", worse.name, row.name, row.line);
        problems.insert(Problem { line: worse.line, reason });
    }
}
