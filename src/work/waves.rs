//! In which order to rebuild what is reached, and where to begin.
//!
//! Owns the choice of what is to be rebuilt: what proven or likely stands on, or took from, what is meant, and was not
//! cleared. What is meant itself is replaced from outside, not rebuilt here. The order is [`crate::graph::waves`]'s.

use std::collections::HashMap;

use super::blast::{Reach, ReachedImage, Surety};
use crate::graph::{NodeId, Urgency, waves};
use crate::model::priority::Priority;
use crate::model::verdict::Verdict;

/// Words that images can be counted by, each of one kind: priorities, verdicts of open indicators, or how surely they are
/// reached.
const PRIORITIES: [&str; 4] = ["P0", "P1", "P2", "P3"];
const VERDICTS: [&str; 4] = ["bad", "suspect", "to-check", "not-known"];
const SURETIES: [&str; 2] = ["proven", "likely"];

fn all_words() -> impl Iterator<Item = &'static str> {
    PRIORITIES.into_iter().chain(VERDICTS).chain(SURETIES)
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPlan {
    /// A word that counts nothing.
    #[error("{word:?} is no class; take some of {}", all_words().collect::<Vec<_>>().join(","))]
    Word {
        /// As typed.
        word: String,
    },
}

/// Images that can be rebuilt at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedWave {
    /// From 1.
    pub n: usize,
    /// The most urgent first, then those that most others wait for.
    pub images: Vec<ReachedImage>,
    /// How many of each class it rebuilds.
    pub clears: Vec<u32>,
    /// How many of each class are left after it.
    pub left: Vec<u32>,
}

/// An image to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// The image.
    pub image: ReachedImage,
    /// Others to rebuild that stand on it.
    pub on_it: u32,
    /// How many of each class are clean once this and those before it, and all on them, are rebuilt.
    pub clears: Vec<u32>,
    /// How many are left then.
    pub left: Vec<u32>,
}

/// The order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// What is counted, the most urgent first.
    pub classes: Vec<String>,
    /// How many there are of each class before anything is rebuilt.
    pub before: Vec<u32>,
    /// Wave after wave.
    pub waves: Vec<PlannedWave>,
    /// Where to begin, the one that most others stand on first.
    pub begin: Vec<Begin>,
    /// Ids of images in circles of claims, for which the order is a proposal.
    pub circular: Vec<String>,
}

/// The order in which to rebuild what an answer reaches. Without classes, by verdict where there are any.
pub fn plan(found: &Reach, classes: &[String]) -> Result<Plan, NoPlan> {
    let mut rows: HashMap<NodeId, &ReachedImage> = HashMap::new();
    for image in found.images.iter().filter(|image| is_affected(image) && !found.is_alias(image.node)) {
        rows.insert(image.node, image);
    }
    let classes = classes_of(classes, rows.values().copied())?;
    let class_of = |node: NodeId| {
        let words = rows.get(&node).map(|image| words(image))?;
        classes.iter().position(|class| words.contains(&class.as_str()))
    };
    let mut affected: Vec<NodeId> = rows.keys().copied().collect();
    affected.sort_unstable();
    let graph = &found.known.graph;
    let order = waves(graph, &affected, &Urgency { classes: classes.len(), class: &class_of });
    let row = |node: &NodeId| rows.get(node).map(|image| (*image).clone());
    let planned = (1..).zip(order.waves).map(|(n, wave)| PlannedWave {
        n,
        images: wave.images.iter().filter_map(row).collect(),
        clears: wave.clears,
        left: wave.left,
    });
    let begin = order.first.into_iter().filter_map(|first| {
        let image = row(&first.image)?;
        Some(Begin { image, on_it: first.on_it, clears: first.clears, left: first.left })
    });
    let circular = order.circular.iter().filter_map(|node| rows.get(node).map(|image| image.id.clone()));
    Ok(Plan {
        before: order.before,
        waves: planned.collect(),
        begin: begin.collect(),
        circular: circular.collect(),
        classes,
    })
}

/// What waits for a rebuild: nothing that was cleared, and not what is meant itself.
fn is_affected(image: &ReachedImage) -> bool {
    image.distance > 0 && image.reach != Surety::CannotTell && image.verdict.is_none_or(Verdict::is_open)
}

fn words(image: &ReachedImage) -> [&'static str; 3] {
    [image.priority.map_or("", Priority::as_str), image.verdict.map_or("", Verdict::as_str), image.reach.as_str()]
}

fn classes_of<'i>(
    asked: &[String],
    images: impl Iterator<Item = &'i ReachedImage> + Clone,
) -> Result<Vec<String>, NoPlan> {
    let mut classes: Vec<String> = Vec::with_capacity(asked.len());
    for word in asked {
        let known = all_words().find(|known| known.eq_ignore_ascii_case(word.trim()));
        let class = known.ok_or_else(|| NoPlan::Word { word: word.clone() })?;
        // Twice the same is once: images are counted in the first class that they are of.
        if !classes.iter().any(|known| known == class) {
            classes.push(class.to_owned());
        }
    }
    if !classes.is_empty() {
        return Ok(classes);
    }
    let judged = images.clone().any(|image| image.verdict.is_some());
    let all: &[&str] = if judged { &VERDICTS } else { &SURETIES };
    let used = |class: &&&str| images.clone().any(|image| words(image).contains(class));
    Ok(all.iter().filter(used).map(|class| (*class).to_owned()).collect())
}
