//! Joins project files: compose with its environment, what it extends and includes, and the Dockerfiles it builds; bake
//! targets with theirs; a Dockerfile by itself.
//!
//! The outcome is a function of the file and of the files it asks for, whatever the order in which they came. Paths are
//! absolute, `/`-separated and lexically clean; a member of an archive is `/a/dump.tar.gz!/b/compose.yaml`, and no path
//! leads out of its archive.

pub mod bake;
mod build;
mod compose;
mod extends;
mod files;
mod given;
mod include;
mod interpolate;
mod joiner;
mod merge;
mod paths;
mod plan;
mod results;
mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub use plan::Plan;

use crate::model::fact::{Item, Object, Spot};
use crate::model::given::Given;
use crate::model::recipe::Recipe;
use crate::resolve::build::Request;
use joiner::Joiner;

/// What a project file comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Joined {
    /// Items to be folded, each in the file where its uses stand: its object, its uses with what they resolve to.
    pub items: Vec<Standing>,
    /// Which images are built, and from what.
    pub built: Vec<Built>,
    /// Credentials that the places of its items are given, by name.
    pub given: Vec<Lent>,
    /// Files that were asked for and are not there, with who asks.
    pub missing: Vec<Missing>,
    /// What is wrong in the files themselves: a circle, a variable that cannot be replaced, a Dockerfile that no builder
    /// would take.
    pub problems: Vec<Problem>,
    /// What builds get from outside that is no image of a registry, as written: sources of `ADD` from the network, contexts
    /// that are repositories or archives. Nothing is wrong with them, but a breach may come in that way too.
    pub materials: Vec<Problem>,
    /// Every path that was asked for, found or not. When one of them comes or changes, this file is joined anew.
    pub asked: BTreeSet<String>,
}

/// An item and the file it stands in.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The file's path.
    pub path: String,
    /// The item; spots count from the start of that file.
    pub item: Item,
}

/// An image that a build makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// The image's name, resolved as far as it goes.
    pub image: String,
    /// The service or target that is built; the uses of its item have it before their own names, `api/runtime`.
    pub part: String,
    /// The Dockerfile, or the asking file where it is inline.
    pub dockerfile: String,
    /// The stage, where one is named.
    pub target: Option<String>,
    /// The file that asks for the build, and where.
    pub asked_by: (String, Spot),
    /// The item (by position in [`Joined::items`]) that holds what the build pulls in; `None` where the Dockerfile is not
    /// at hand.
    pub item: Option<usize>,
}

/// A credential that a place is given, and where that is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Lent {
    /// The item (by position in [`Joined::items`]) whose object has the place.
    pub item: usize,
    /// The file in which the reference stands; its spot counts from that file's start.
    pub path: String,
    /// The credential.
    pub given: Given,
}

/// A file that was asked for and is not there.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// The path, or what was written where it cannot be told.
    pub path: String,
    /// Where it is asked for, in the joined file or one it led to.
    pub asked_by: (String, Spot),
    /// Why it is needed and what would help, in words for people.
    pub reason: String,
}

/// Something in a file that is to be told: what keeps it from being understood as a whole, or a material.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// Where in it; spots count from its start.
    pub spot: Spot,
    /// What is wrong, in words for people; of a material what it is, as written.
    pub reason: String,
}

/// Gives the file of a path, where it is at hand.
pub type Find<'f, E> = dyn FnMut(&str) -> Result<Option<Rc<Recipe>>, E> + 'f;

/// Joins one file. `args` are build arguments that a responder stated for it; `find` gives the file of a path.
pub fn join<E>(
    path: &str,
    recipe: &Recipe,
    args: &BTreeMap<String, String>,
    find: &mut Find<'_, E>,
) -> Result<Joined, E> {
    let mut joiner = Joiner::new(args, find);
    match recipe {
        Recipe::Dockerfile(file) => {
            let args = args.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect();
            let (uses, given) = joiner.pulled(path, file, &Request { args, ..Request::default() });
            let object = named_after(path, "Dockerfile");
            let item = joiner.stand(path, &object, uses);
            given.into_iter().for_each(|given| joiner.give(item, path, &Given { scope: object.name.clone(), ..given }));
        }
        Recipe::Compose(_) => compose::join(path, recipe, &mut joiner)?,
        Recipe::Bake(_) => bake::join(path, recipe, &mut joiner)?,
        // It says nothing alone.
        Recipe::Environment(_) => {}
    }
    Ok(joiner.joined)
}

/// The object of a file that has no name of its own: the path's last two parts.
fn named_after(path: &str, kind: &str) -> Object {
    let folder = paths::folder(path);
    let parent = paths::last(folder);
    let name = paths::last(path);
    let name = if parent.is_empty() { name.to_owned() } else { format!("{parent}/{name}") };
    Object { kind: kind.to_owned(), name, ..Object::default() }
}
