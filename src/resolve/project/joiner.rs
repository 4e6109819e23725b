//! What a join has found so far, and the files it asks for.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Find, Joined, Lent, Missing, Problem, Standing};
use crate::model::fact::{Item, Object, Spot, Use};
use crate::model::given::Given;
use crate::model::recipe::{Compose, Dockerfile, Environment, Recipe};
use crate::resolve::build::{self, Request};

/// Most uses of one join. One Dockerfile that many services build could make more than memory holds.
const USES: usize = 500_000;

/// Most problems and missing files that are named.
const NAMED: usize = 10_000;

/// A join in the making.
pub(super) struct Joiner<'a, 'f, E> {
    pub args: &'a BTreeMap<String, String>,
    pub joined: Joined,
    find: &'a mut Find<'f, E>,
    found: BTreeMap<String, Option<Rc<Recipe>>>,
    left: usize,
}

impl<'a, 'f, E> Joiner<'a, 'f, E> {
    pub fn new(args: &'a BTreeMap<String, String>, find: &'a mut Find<'f, E>) -> Self {
        Joiner { args, joined: Joined::default(), find, found: BTreeMap::new(), left: USES }
    }

    /// The file of a path; each is asked for once.
    pub fn file(&mut self, path: &str) -> Result<Option<Rc<Recipe>>, E> {
        if let Some(known) = self.found.get(path) {
            return Ok(known.clone());
        }
        let found = (self.find)(path)?;
        self.joined.asked.insert(path.to_owned());
        self.found.insert(path.to_owned(), found.clone());
        Ok(found)
    }

    /// Makes the joined file itself known, so that it is found by its path.
    pub fn know(&mut self, path: &str, recipe: Rc<Recipe>) {
        self.found.insert(path.to_owned(), Some(recipe));
    }

    /// Whether a compose file stands at a path.
    pub fn has_compose(&mut self, path: &str) -> Result<bool, E> {
        Ok(matches!(self.file(path)?.as_deref(), Some(Recipe::Compose(_))))
    }

    /// Names a file that is not there.
    pub fn missing(&mut self, path: impl Into<String>, asked_by: (&str, &Spot), reason: impl Into<String>) {
        if self.joined.missing.len() < NAMED {
            let asked_by = (asked_by.0.to_owned(), asked_by.1.clone());
            self.joined.missing.push(Missing { path: path.into(), asked_by, reason: reason.into() });
        }
    }

    /// Names what is wrong in a file.
    pub fn problem(&mut self, path: &str, spot: &Spot, reason: impl Into<String>) {
        let problem = Problem { path: path.to_owned(), spot: spot.clone(), reason: reason.into() };
        if self.joined.problems.len() < NAMED && !self.joined.problems.contains(&problem) {
            self.joined.problems.push(problem);
        }
    }

    /// Does something whose findings go to `told` instead. Files it asks for are asked for all the same.
    pub fn apart<T>(&mut self, told: &mut Joined, work: impl FnOnce(&mut Self) -> T) -> T {
        std::mem::swap(&mut self.joined, told);
        let done = work(self);
        std::mem::swap(&mut self.joined, told);
        self.joined.asked.append(&mut told.asked);
        done
    }

    /// Names what was found missing or wrong apart.
    pub fn tell(&mut self, told: Joined) {
        for Missing { path, asked_by: (asker, spot), reason } in told.missing {
            self.missing(path, (&asker, &spot), reason);
        }
        for problem in told.problems {
            self.problem(&problem.path, &problem.spot, problem.reason);
        }
    }

    /// What a Dockerfile's build pulls in, and the credentials that it mounts.
    pub fn pulled(&mut self, path: &str, file: &Dockerfile, request: &Request) -> (Vec<Use>, Vec<Given>) {
        if self.left == 0 {
            return (Vec::new(), Vec::new());
        }
        let pulled = build::resolve(file, request);
        for (spot, reason) in pulled.problems {
            self.problem(path, &spot, reason);
        }
        for (spot, reason) in pulled.materials {
            let material = Problem { path: path.to_owned(), spot, reason };
            if self.joined.materials.len() < NAMED && !self.joined.materials.contains(&material) {
                self.joined.materials.push(material);
            }
        }
        (pulled.uses, pulled.given)
    }

    /// Keeps an item with its uses; its number.
    pub fn stand(&mut self, path: &str, object: &Object, mut uses: Vec<Use>) -> usize {
        if uses.len() > self.left {
            uses.truncate(self.left);
            let reason = "the builds of this file come to more than 500000 images; the rest is not followed";
            self.problem(path, &Spot::default(), reason);
        }
        self.left -= uses.len();
        let item = Item { object: Some(object.clone()), uses, ..Item::default() };
        self.joined.items.push(Standing { path: path.to_owned(), item });
        self.joined.items.len() - 1
    }
}

/// Most credentials of one join.
const GIVEN: usize = 100_000;

impl<E> Joiner<'_, '_, E> {
    /// Notes a credential that a place of an item is given, said in the file at a path.
    pub fn give(&mut self, item: usize, path: &str, given: &Given) {
        if self.joined.given.len() < GIVEN {
            self.joined.given.push(Lent { item, path: path.to_owned(), given: given.clone() });
        }
    }
}

/// The compose file in a recipe.
pub(super) fn as_compose(recipe: &Recipe) -> Option<&Compose> {
    match recipe {
        Recipe::Compose(file) => Some(file),
        _ => None,
    }
}

/// The environment file in a recipe.
pub(super) fn as_environment(recipe: &Recipe) -> Option<&Environment> {
    match recipe {
        Recipe::Environment(file) => Some(file),
        _ => None,
    }
}
