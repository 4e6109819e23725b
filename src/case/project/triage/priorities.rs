//! The priority of each image: what a policy makes of its inputs, what was set by hand, and since when.
//!
//! Images with the same inputs share the answer. A priority was reached when the last fact came without which the image
//! would be less urgent; taking a fact for another that says the same does not make it later.

use rusqlite::{Connection, params};
use std::collections::{BTreeMap, HashMap};

use super::gather::Plain;
use super::hand::{Hands, policy};
use crate::case::judgements::Judgements;
use crate::case::project::error::ProjectError;
use crate::case::project::findings::{self, Since};
use crate::case::project::verdicts::stored as indicators;
use crate::model::assessment::Criticality;
use crate::model::judgement::Field;
use crate::model::priority::Priority;
use crate::model::time::Micros;
use crate::model::verdict::Verdict;
use crate::triage::inputs::Inputs;
use crate::triage::lens::{Decision, judge};
use crate::triage::policy::Policy;
use crate::triage::vulnerability::Points;

/// Policies of the past that are asked since when a priority holds.
const PAST: usize = 8;

/// Asks the policies; remembers what they answered.
pub(in crate::case) struct Judge<'p> {
    policies: &'p [Policy],
    /// The policies in the order in which they began to count, each with when; the built-in one first.
    past: Vec<(Micros, Policy)>,
    begun: Micros,
    /// The criticality of what nothing tells one of.
    assumed: Criticality,
    known: HashMap<i64, (Priority, Micros)>,
    rules: HashMap<i64, &'p str>,
}

/// The rule of a priority that was set by hand.
pub(in crate::case) const BY_HAND: &str = "by hand";

/// Stands for the due time of an image while that is paused.
pub(in crate::case) const NEVER: i64 = i64::MAX;

impl<'p> Judge<'p> {
    /// A judge by policies, which are never none.
    pub fn new(policies: &'p [Policy], judgements: &Judgements) -> Judge<'p> {
        let begun = judgements.begun.unwrap_or(Micros(i64::MIN));
        let mut past: Vec<(Micros, Policy)> = policy(None).into_iter().map(|built_in| (begun, built_in)).collect();
        for entry in judgements.entries.iter().filter(|entry| entry.field == Field::Policy) {
            let said = entry.before.iter().rev().take(PAST).rev();
            past.extend(said.filter_map(|(at, text)| Some((*at, policy(text.as_deref())?))));
        }
        let assumed = policies.last().map_or(Inputs::UNKNOWN.criticality, |policy| policy.facts.criticality);
        Judge { policies, past, begun, assumed, known: HashMap::new(), rules: HashMap::new() }
    }

    /// What the most severe of the policies says, with that policy.
    pub fn decide(&self, inputs: &Inputs) -> Option<(Decision<'p>, &'p Policy)> {
        let decided = self.policies.iter().map(|policy| (judge(policy, inputs), policy));
        decided.reduce(|worst, next| if next.0.priority() > worst.0.priority() { next } else { worst })
    }

    /// The priority, and since when the policies of the case give it to these inputs.
    pub fn priority(&mut self, inputs: &Inputs) -> (Priority, Micros) {
        let key = inputs.packed();
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let priority = self.decide(inputs).map_or(Priority::P0, |(decision, _)| decision.priority());
        let mut since = self.begun;
        let mut later: Option<Micros> = None;
        for (at, policy) in self.past.iter().rev() {
            if judge(policy, inputs).priority() < priority {
                since = later.unwrap_or(self.begun);
                break;
            }
            later = Some(*at);
        }
        self.known.insert(key, (priority, since));
        (priority, since)
    }

    /// The rule that gives these inputs their priority.
    fn rule(&mut self, packed: i64) -> &'p str {
        if let Some(known) = self.rules.get(&packed) {
            return known;
        }
        let rule = self.decide(&Inputs::unpacked(packed)).map_or("", |(decision, _)| decision.given().rule);
        self.rules.insert(packed, rule);
        rule
    }

    /// What the list of images tells of a priority: when it is due, and by which rule it is.
    fn listed(&mut self, image: i64, settled: &Settled, hands: &Hands) -> (i64, &'p str) {
        let due = due(self.policies, hands, image, settled).map_or(NEVER, |due| due.0);
        let by_hand = settled.hand & Settled::OVERRIDDEN != 0;
        (due, if by_hand { BY_HAND } else { self.rule(settled.inputs) })
    }

    /// When the last fact came without which the image would be less urgent.
    fn reached(&mut self, image: i64, row: &Row, inputs: &Inputs, hands: &Hands, stated: &[Micros]) -> Micros {
        let (priority, since) = self.priority(inputs);
        let stated = usize::try_from(row.indicator - 1).ok().and_then(|at| stated.get(at));
        let told = self.facts_reached(row, inputs, priority, stated.map_or(i64::MIN, |at| at.0));
        let mut reached = since.max(self.begun).max(Micros(row.since)).max(Micros(told));
        if !hands.names(image) {
            return reached;
        }
        let plain = &row.plain;
        // What makes it no more urgent than facts do, all of it together, is no reason.
        if self.priority(&Inputs { verdict: inputs.verdict, ..*plain }).0 >= priority {
            return reached;
        }
        for (field, without) in [
            (Field::Criticality, Inputs { criticality: plain.criticality, ..*inputs }),
            (Field::Exposure, Inputs { exposure: plain.exposure, ..*inputs }),
            (Field::Exploitability, Inputs { points: plain.points, ..*inputs }),
        ] {
            if let Some(said) = hands.counts(image, field)
                && self.priority(&without).0 < priority
            {
                reached = reached.max(said.at);
            }
        }
        reached
    }

    /// When indicators, reports, intelligence and owners had told enough for a priority, whichever of them told it first; the
    /// least number where nothing of that was needed. What was said by hand stands in place of what they tell.
    fn facts_reached(&mut self, row: &Row, inputs: &Inputs, priority: Priority, stated: i64) -> i64 {
        // So it is of nearly all of a hundred thousand.
        if row.told.is_none() && row.owned.max(stated) <= self.begun.0 {
            return i64::MIN;
        }
        let points = row.told.as_ref().filter(|_| inputs.points == row.plain.points);
        let steps = points.map(|told| told.steps(inputs.points.bits())).unwrap_or_default();
        let owned = if inputs.criticality == row.plain.criticality { row.owned } else { 0 };
        let mut times: Vec<i64> = steps.iter().map(|(at, _)| *at).chain([i64::MIN, stated, owned]).collect();
        times.sort_unstable();
        times.dedup();
        let known_at = |at: i64| Inputs {
            verdict: inputs.verdict.filter(|_| stated <= at),
            points: match steps.iter().rev().find(|(since, _)| *since <= at) {
                Some((_, bits)) => Points::from_bits(*bits),
                None if steps.is_empty() => inputs.points,
                None => Points::UNKNOWN,
            },
            criticality: if owned <= at || owned == 0 { inputs.criticality } else { self.assumed },
            ..*inputs
        };
        let then: Vec<(i64, Inputs)> = times.into_iter().map(|at| (at, known_at(at))).collect();
        let enough = |(_, known): &&(i64, Inputs)| self.priority(known).0 >= priority;
        then.iter().find(enough).map_or(i64::MIN, |(at, _)| *at)
    }

    /// All that a row comes to.
    fn settled(&mut self, image: i64, row: &Row, hands: &Hands, stated: &[Micros]) -> Settled {
        let plain = Inputs { verdict: row.verdict, ..row.plain };
        let inputs = if hands.names(image) { hands.apply(image, &plain) } else { plain };
        let computed = self.priority(&inputs).0;
        let mut settled = Settled {
            inputs: inputs.packed(),
            computed,
            priority: computed,
            reached: self.reached(image, row, &inputs, hands, stated),
            hand: if inputs == plain { 0 } else { Settled::ASSESSED },
        };
        if let Some((priority, said, over)) = hands.overriding(image) {
            settled.priority = priority;
            // To say what is so already does not make it later.
            if priority != computed {
                settled.reached = said.at.max(self.begun);
            }
            let changed = over.is_some_and(|over| is_changed(&over.facts, &inputs, &plain, &row.grounds));
            settled.hand |= Settled::OVERRIDDEN | if changed { Settled::ASKS_AGAIN } else { 0 };
        }
        if hands.paused_since(image).is_some() {
            settled.hand |= Settled::PAUSED;
        }
        settled
    }
}

/// The facts of an image in words: its inputs, and the vulnerabilities that make it as exploitable as it is where no person
/// says how exploitable it is.
pub(in crate::case) fn facts(inputs: &Inputs, plain: &Inputs, grounds: &str) -> String {
    let mut words = inputs.words();
    if inputs.points == plain.points && !grounds.is_empty() {
        words.push_str(VULNERABILITIES);
        words.push_str(grounds);
    }
    words
}

const VULNERABILITIES: &str = " vulnerabilities=";

/// True where the facts of an image are others than those that an override remembers. One that was made before
/// vulnerabilities were remembered is asked about the rest.
fn is_changed(then: &str, inputs: &Inputs, plain: &Inputs, grounds: &str) -> bool {
    if then.contains(VULNERABILITIES) { then != facts(inputs, plain, grounds) } else { then != inputs.words() }
}

/// When an image is due: the shortest window of the policies from when it reached its priority, and the time for which that
/// stood still; none while it does.
fn due(policies: &[Policy], hands: &Hands, image: i64, settled: &Settled) -> Option<Micros> {
    if settled.hand & Settled::PAUSED != 0 {
        return None;
    }
    let due = policies.iter().map(|policy| policy.due(settled.priority, settled.reached)).min()?;
    Some(Micros(due.0.saturating_add(hands.paused(image))))
}

/// An image as it is stored.
struct Row {
    plain: Inputs,
    since: i64,
    verdict: Option<Verdict>,
    indicator: i64,
    /// When owners' word that counts was first said.
    owned: i64,
    /// Since when each point is known, where any came after the case began.
    told: Option<Since>,
    /// What makes it as exploitable as it is, where its priority was set by hand.
    grounds: String,
}

/// What decides about an image, and what that comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::case) struct Settled {
    /// Packed inputs, with what was said by hand.
    pub inputs: i64,
    /// By the policy.
    pub computed: Priority,
    /// The one that counts.
    pub priority: Priority,
    /// Since when.
    pub reached: Micros,
    /// What was said by hand, in bits.
    pub hand: i64,
}

impl Settled {
    /// A part of the assessment was set by hand, to another value than facts tell.
    pub const ASSESSED: i64 = 1;
    /// The priority was set by hand.
    pub const OVERRIDDEN: i64 = 2;
    /// The due time stands still.
    pub const PAUSED: i64 = 4;
    /// The facts are others than when the priority was set by hand.
    pub const ASKS_AGAIN: i64 = 8;

    /// As it is stored; the last is that of the images list.
    fn numbers(&self) -> [i64; 6] {
        let priority = self.priority.number();
        [self.inputs, self.computed.number(), self.reached.0, self.hand, priority, priority]
    }
}

/// An image with what it came to before and what it comes to now.
pub(in crate::case) struct Asked<'p> {
    /// Its number.
    pub image: i64,
    /// The priority that is stored; `None` before the first.
    pub stored: Option<Priority>,
    /// What it comes to now.
    pub settled: Settled,
    /// When it is due ([`NEVER`] while that is paused), and by which rule.
    listed: (i64, &'p str),
    /// It is stored just so.
    same: bool,
}

/// Asks the policies about every image. `plain` stands in place of what is stored of the facts, where other rules made
/// them.
pub(in crate::case) fn ask<'p>(
    conn: &Connection,
    judgements: &Judgements,
    policies: &'p [Policy],
    plain: Option<&BTreeMap<i64, Plain>>,
) -> Result<Vec<Asked<'p>>, ProjectError> {
    let hands = Hands::resolve(conn, judgements.clone())?;
    let stated: Vec<Micros> = indicators(conn)?.iter().map(|entry| entry.since).collect();
    let mut judge = Judge::new(policies, judgements);
    let told = findings::told_after(conn, judge.begun.0)?;
    let mut asked = Vec::new();
    let mut statement = conn.prepare(
        "SELECT t.image, t.plain, t.since, i.verdict, i.indicator, t.inputs, t.computed, t.reached, t.hand, t.priority,
         i.priority, i.due, i.rule, t.owned FROM p_triage t JOIN p_image i ON i.id = t.image",
    )?;
    let mut rows = statement.query([])?;
    while let Some(r) = rows.next()? {
        let image = r.get(0)?;
        let instead = plain.and_then(|plain| plain.get(&image));
        let row = Row {
            plain: instead.map_or(Inputs::unpacked(r.get(1)?), |plain| plain.inputs),
            since: instead.map_or(r.get(2)?, |plain| plain.since),
            verdict: Verdict::from_number(r.get(3)?),
            indicator: r.get(4)?,
            owned: instead.map_or(r.get(13)?, |plain| plain.owned),
            told: told.get(&image).copied(),
            grounds: match hands.overriding(image) {
                Some(_) => findings::grounds(conn, image)?,
                None => String::new(),
            },
        };
        let settled = judge.settled(image, &row, &hands, &stated);
        let mut known = [0; 6];
        for (at, known) in known.iter_mut().enumerate() {
            *known = r.get(5 + at)?;
        }
        let [.., shown] = known;
        let listed = judge.listed(image, &settled, &hands);
        let stands = (r.get::<_, i64>(11)?, r.get_ref(12)?.as_str().unwrap_or_default());
        let same = known == settled.numbers() && stands == listed;
        asked.push(Asked { image, stored: Priority::from_number(shown), settled, listed, same });
    }
    Ok(asked)
}

/// Asks the policies about every image, and writes what is other than before.
pub(super) fn settle(conn: &Connection, judgements: &Judgements, policies: &[Policy]) -> Result<(), ProjectError> {
    let asked = ask(conn, judgements, policies, None)?;
    let mut triage = conn.prepare(
        "UPDATE p_triage SET inputs = ?2, computed = ?3, reached = ?4, hand = ?5, priority = ?6 WHERE image = ?1",
    )?;
    let mut list = conn.prepare("UPDATE p_image SET priority = ?2, due = ?3, rule = ?4 WHERE id = ?1")?;
    for Asked { image, settled, listed: (due, rule), .. } in asked.iter().filter(|asked| !asked.same) {
        let [inputs, computed, reached, hand, priority, _] = settled.numbers();
        triage.execute(params![image, inputs, computed, reached, hand, priority])?;
        list.execute(params![image, priority, due, rule])?;
    }
    Ok(())
}
