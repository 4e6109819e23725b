//! Builds that take another build's result as a named context: bake's `target:NAME`, compose's `service:NAME`.
//!
//! A result that has a name is that image. One without stands on what its own build stands on, and brings in what that
//! takes. What cannot be told stays as written.

use std::collections::BTreeMap;

use super::Plan;
use super::joiner::Joiner;
use crate::model::fact::{Mark, Role, Use};
use crate::model::recipe::{Dockerfile, Recipe};
use crate::resolve::build::{Outcome, Request, resolve};

/// Longest chain of builds that is followed.
const DEPTH: usize = 64;

/// The builds of one project by name, and what is known of their results.
pub(super) struct Results<'p> {
    /// How a context names one: `target:`, `service:`.
    prefix: &'static str,
    plans: BTreeMap<&'p str, &'p Plan>,
    /// Images that are not built: a service has one all the same.
    images: BTreeMap<&'p str, &'p Use>,
    known: BTreeMap<String, Option<Outcome>>,
}

impl<'p> Results<'p> {
    pub fn new(prefix: &'static str, plans: impl Iterator<Item = &'p Plan>) -> Self {
        let plans = plans.map(|plan| (plan.name.as_str(), plan)).collect();
        Results { prefix, plans, images: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// Adds the image that a name stands for where nothing builds it.
    pub fn image(&mut self, name: &'p str, used: &'p Use) {
        self.images.insert(name, used);
    }

    /// The plan with all that is known of the results it takes.
    pub fn filled<E>(&mut self, plan: &Plan, joiner: &mut Joiner<'_, '_, E>) -> Result<Plan, E> {
        let mut plan = plan.clone();
        self.fill(&mut plan.request, DEPTH, joiner)?;
        Ok(plan)
    }

    fn fill<E>(&mut self, request: &mut Request, depth: usize, joiner: &mut Joiner<'_, '_, E>) -> Result<(), E> {
        for value in request.contexts.values() {
            let Some(name) = value.strip_prefix(self.prefix) else { continue };
            if let Some(outcome) = self.outcome(name, depth, joiner)? {
                request.results.insert(value.clone(), outcome);
            }
        }
        Ok(())
    }

    fn outcome<E>(&mut self, name: &str, depth: usize, joiner: &mut Joiner<'_, '_, E>) -> Result<Option<Outcome>, E> {
        if let Some(known) = self.known.get(name) {
            return Ok(known.clone());
        }
        let Some(left) = depth.checked_sub(1) else { return Ok(None) };
        // Builds that wait for each other end here: neither has a result.
        self.known.insert(name.to_owned(), None);
        let outcome = match (self.plans.get(name).copied(), self.images.get(name)) {
            (Some(plan), _) => match plan.images.iter().find_map(named) {
                Some(base) => Some(Outcome { base: Some(base), inputs: Vec::new() }),
                None => self.stands(plan, left, joiner)?,
            },
            (None, Some(used)) => named(used).map(|base| Outcome { base: Some(base), inputs: Vec::new() }),
            (None, None) => None,
        };
        self.known.insert(name.to_owned(), outcome.clone());
        Ok(outcome)
    }

    /// What a build without a name comes to, by its Dockerfile.
    fn stands<E>(&mut self, plan: &Plan, depth: usize, joiner: &mut Joiner<'_, '_, E>) -> Result<Option<Outcome>, E> {
        let mut request = plan.request.clone();
        request.args.extend(joiner.args.iter().map(|(name, value)| (name.clone(), Some(value.clone()))));
        self.fill(&mut request, depth, joiner)?;
        if let Some((file, _)) = &plan.inline {
            return Ok(outcome(file, &request));
        }
        let Some(path) = &plan.dockerfile else { return Ok(None) };
        Ok(match joiner.file(path)?.as_deref() {
            Some(Recipe::Dockerfile(file)) => outcome(file, &request),
            _ => None,
        })
    }
}

/// What a Dockerfile comes to; `None` where its base cannot be told.
fn outcome(file: &Dockerfile, request: &Request) -> Option<Outcome> {
    let uses = resolve(file, request).uses;
    let needed = || uses.iter().filter(|used| !used.marks.contains(&Mark::Unreached));
    let base = needed().find(|used| used.role == Role::Base);
    if base.is_some_and(|used| named(used).is_none()) {
        return None;
    }
    let mut inputs: Vec<String> = needed().filter(|used| used.role == Role::BuildInput).filter_map(named).collect();
    inputs.sort();
    inputs.dedup();
    Some(Outcome { base: base.and_then(named), inputs })
}

/// The image that a use comes to, where that can be told.
fn named(used: &Use) -> Option<String> {
    let image = used.resolved.as_ref().unwrap_or(&used.as_written);
    (used.needs.is_empty() && !image.is_empty()).then(|| image.clone())
}
