//! What is passed on: from what an image stands on, from what was built into it, and to a name whose digest is not known
//! from what the name led to elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::Grounds;
use super::direct::{Direct, cleared, direct, logged, predates};
use super::facts::Facts;
use super::reason::Because;
use crate::model::indicator::Indicator;
use crate::model::verdict::Verdict;

/// Below this confidence, in thousandths, a verdict is passed on one step lower.
const SURE: u16 = 700;

/// One image that another stands on or was built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The other image.
    pub parent: i64,
    /// `base`, `build-input` or `frontend`; `index` or `member` between an index and its images; `same-layers`.
    pub kind: &'static str,
    /// In thousandths.
    pub confidence: u16,
}

/// Which image stands on which. Circles in it, which forged evidence can make, do no harm.
pub trait Lineage {
    /// What an image stands on directly and what was built into it.
    fn parents(&self, image: i64) -> Vec<Edge>;

    /// True where the parents are all there are: the base is known, or it is proved that there is none, and so is what was
    /// built in.
    fn is_complete(&self, image: i64) -> bool;

    /// True where at least all that it stands on is known, down to what stands on nothing.
    fn has_bases(&self, image: i64) -> bool {
        self.is_complete(image)
    }
}

/// The kind of an edge to what an image stands on.
const BASE: &str = "base";

/// Kinds of links between images that do not stand on each other: what is not known of one says nothing of the other.
const BESIDE: [&str; 3] = [INDEX, MEMBER, "same-layers"];
/// From an index to each image in it.
const INDEX: &str = "index";
/// From each image in an index to the index.
const MEMBER: &str = "member";

/// Nothing is known of what images stand on.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLineage;

impl Lineage for NoLineage {
    fn parents(&self, _: i64) -> Vec<Edge> {
        Vec::new()
    }

    fn is_complete(&self, _: i64) -> bool {
        false
    }
}

/// All images with the edges between them, made once for all indicators.
pub(super) struct Passing<'f> {
    images: &'f BTreeMap<i64, Facts>,
    parents: BTreeMap<i64, Vec<(Edge, bool)>>,
    children: BTreeMap<i64, Vec<i64>>,
    complete: BTreeSet<i64>,
    based: BTreeSet<i64>,
}

/// The state of one image while verdicts are passed on.
#[derive(Debug, Clone)]
struct Standing {
    direct: Direct,
    predates: Option<Because>,
    logged: Option<Because>,
    cleared: Option<(Verdict, Because)>,
    verdict: Verdict,
    hard: bool,
    /// The same without what only one of its own images makes it: an index with a bad image is bad for whoever pulls it, and
    /// its other images are not.
    whole: Sum,
    passed: Option<Because>,
}

impl Standing {
    /// The image without what is said of it only because it contains something.
    fn apart(&self) -> Standing {
        let mut apart = self.clone();
        if self.direct.because == Because::Contains {
            (apart.direct, apart.hard) = (Direct::excluded(), false);
        }
        apart
    }
}

/// What an image comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sum {
    verdict: Verdict,
    hard: bool,
}

impl<'f> Passing<'f> {
    pub fn new(images: &'f BTreeMap<i64, Facts>, lineage: &dyn Lineage) -> Passing<'f> {
        let (complete, based) = Default::default();
        let mut passing = Passing { images, parents: BTreeMap::new(), children: BTreeMap::new(), complete, based };
        for (key, facts) in images {
            let of_name = |candidate: &i64| (Edge { parent: *candidate, kind: "candidate", confidence: 1000 }, true);
            let mut parents: Vec<(Edge, bool)> = facts.candidates.iter().map(of_name).collect();
            parents.extend(lineage.parents(*key).into_iter().map(|edge| (edge, false)));
            for (edge, _) in &parents {
                passing.children.entry(edge.parent).or_default().push(*key);
            }
            if !parents.is_empty() {
                passing.parents.insert(*key, parents);
            }
            if lineage.is_complete(*key) {
                passing.complete.insert(*key);
            }
            if lineage.has_bases(*key) {
                passing.based.insert(*key);
            }
        }
        passing
    }

    /// The verdict of every image by one indicator, with its reasons.
    pub fn judge(&self, grounds: &Grounds, indicator: &Indicator) -> Vec<(i64, (Verdict, Vec<Because>))> {
        let mut standing: BTreeMap<i64, Standing> = BTreeMap::new();
        for (key, facts) in self.images {
            let mut own = Standing {
                direct: direct(facts, grounds, indicator),
                predates: predates(facts, indicator),
                logged: logged(facts, indicator),
                cleared: cleared(facts, grounds, indicator),
                verdict: Verdict::Predates,
                hard: false,
                whole: Sum { verdict: Verdict::Predates, hard: false },
                passed: None,
            };
            own.hard = own.direct.hard;
            own.verdict = self.settled(*key, &own, None);
            let apart = own.apart();
            own.whole = Sum { verdict: self.settled(*key, &apart, None), hard: apart.hard };
            standing.insert(*key, own);
        }
        self.pass_on(&mut standing);
        self.tell_from_whom(&mut standing);
        standing.into_iter().map(|(key, own)| (key, reasons(own, self.based.contains(&key)))).collect()
    }

    /// Passes verdicts on until nothing changes. Each only ever gets worse, so this ends whatever the edges are.
    fn pass_on(&self, standing: &mut BTreeMap<i64, Standing>) {
        let mut todo: BTreeSet<i64> = self.parents.keys().copied().collect();
        while let Some(key) = todo.pop_first() {
            let Some(worst) = self.worst_parent(key, standing, true) else { continue };
            let Some(own) = standing.get(&key) else { continue };
            let hard = own.hard || worst.hard;
            let verdict = self.settled(key, &Standing { hard, ..own.clone() }, Some(worst.verdict));
            let whole = self.whole(key, own, standing);
            if verdict > own.verdict || hard && !own.hard || whole != own.whole {
                if let Some(own) = standing.get_mut(&key) {
                    (own.hard, own.whole) = (hard, whole);
                    if verdict > own.verdict {
                        (own.verdict, own.passed) = (verdict, Some(worst.because));
                    }
                }
                todo.extend(self.children.get(&key).into_iter().flatten());
            }
        }
    }

    /// What an image comes to without its own images.
    fn whole(&self, key: i64, own: &Standing, standing: &BTreeMap<i64, Standing>) -> Sum {
        let Some(worst) = self.worst_parent(key, standing, false) else { return own.whole };
        let hard = own.whole.hard || worst.hard;
        let apart = Standing { hard, ..own.apart() };
        let verdict = self.settled(key, &apart, Some(worst.verdict)).max(own.whole.verdict);
        Sum { verdict, hard }
    }

    /// Says of what was passed on from whom it came in the end: on the way there may have been others first.
    fn tell_from_whom(&self, standing: &mut BTreeMap<i64, Standing>) {
        // Of what is not known because its base is not, the base is the reason.
        let open = |own: &Standing| own.verdict == Verdict::NotKnown && own.direct.because == Because::Excluded;
        let told = |own: &Standing| own.passed.is_some() || open(own);
        let passed: Vec<i64> = standing.iter().filter(|(_, own)| told(own)).map(|(key, _)| *key).collect();
        for key in passed {
            let Some(worst) = self.worst_parent(key, standing, true) else { continue };
            if let Some(own) = standing.get_mut(&key).filter(|own| own.verdict == worst.verdict) {
                own.passed = Some(worst.because);
            }
        }
    }

    /// The worst that is passed to an image; `members` is whether also from an index's own images to the index.
    fn worst_parent(&self, key: i64, standing: &BTreeMap<i64, Standing>, members: bool) -> Option<FromParent> {
        let edges = self.parents.get(&key)?;
        // Its own layers prove more about its base than what is not known of the base.
        let proved = standing.get(&key).is_some_and(|own| own.direct.proved);
        let from = |(edge, candidate): &(Edge, bool)| {
            // What is not at hand is not known.
            let (verdict, hard) = standing.get(&edge.parent).map_or((Verdict::NotKnown, false), |p| match edge.kind {
                INDEX => (p.whole.verdict, p.whole.hard),
                _ => (p.verdict, p.hard),
            });
            let verdict = if edge.confidence < SURE { verdict.lowered() } else { verdict };
            let because = match candidate {
                true => Because::Candidate(edge.parent),
                false => Because::PassedOn { parent: edge.parent, kind: edge.kind, confidence: edge.confidence },
            };
            let unknown = verdict == Verdict::NotKnown && (BESIDE.contains(&edge.kind) || proved && edge.kind == BASE);
            let says = verdict.is_open() && !unknown;
            says.then_some(FromParent { verdict, hard: hard && !candidate, because })
        };
        let all: Vec<FromParent> =
            edges.iter().filter(|(edge, _)| members || edge.kind != MEMBER).filter_map(from).collect();
        let hard = all.iter().any(|parent| parent.hard);
        // The first of the worst, so that the order of edges alone decides among equals.
        let worst = all.into_iter().reduce(|a, b| if b.verdict > a.verdict { b } else { a })?;
        Some(FromParent { hard, ..worst })
    }

    /// The verdict of an image by what touches it and what is passed to it.
    fn settled(&self, key: i64, own: &Standing, passed: Option<Verdict>) -> Verdict {
        if !own.hard {
            if own.predates.is_some() {
                return Verdict::Predates;
            }
            // What was cleared was judged by its bytes: only what is known of its parents stands against that.
            if let Some((verdict, _)) = &own.cleared {
                return passed.filter(|passed| *passed > Verdict::NotKnown).unwrap_or(*verdict);
            }
        }
        let open = own.direct.verdict.max(passed);
        match open {
            Some(verdict) => verdict,
            None if own.direct.proved || self.complete.contains(&key) => Verdict::NoLink,
            None => Verdict::NotKnown,
        }
    }
}

struct FromParent {
    verdict: Verdict,
    hard: bool,
    because: Because,
}

/// The reasons in the order of their weight: what decided comes first.
fn reasons(own: Standing, based: bool) -> (Verdict, Vec<Because>) {
    let verdict = own.verdict;
    let direct = Some(own.direct.because).filter(|because| *because != Because::Excluded);
    let mut reasons: Vec<Because> = Vec::new();
    match (verdict, own.passed) {
        (Verdict::Predates, None) if own.predates.is_some() => reasons.extend(own.predates),
        (_, Some(passed)) => {
            reasons.push(passed);
            reasons.extend(direct);
        }
        (verdict, None) if verdict.is_cleared() => reasons.extend(own.cleared.map(|(_, because)| because)),
        (Verdict::NoLink, None) => reasons.push(direct.unwrap_or(Because::Excluded)),
        (_, None) => reasons.extend(direct),
    }
    if reasons.is_empty() {
        reasons.push(if based { Because::InputsUnknown } else { Because::BaseUnknown });
    }
    if verdict.is_open() {
        reasons.extend(own.logged);
    }
    (verdict, reasons)
}
