//! What targets reach: images, workloads, namespaces, credentials, machines, and what can bring them back.
//!
//! Owns the one answer that the command line, the terminal and reports share. What follows from what is for
//! [`crate::graph`] to say, and which images a target means for the rules of verdicts; here both are put together with
//! where images are used. An indicator is not needed: every target can be asked about. Changes nothing.

mod asks;
mod below;
mod counted;
mod rows;
mod starts;

use rusqlite::Connection;
use serde::Serialize;
use std::sync::Arc;

pub use rows::{ReachedImage, ReachedWorkload};

use crate::case::beside;
use crate::case::project::ProjectError;
use crate::case::query::holds::CredentialCell;
use crate::case::query::reached::{ComesBack, NamespaceCell};
use crate::case::query::targets::TargetError;
use crate::graph::draw::link_words;
use crate::graph::{Blast, Link, NodeId, Path, Thresholds, Why, why};
use crate::model::indicator::{State, Target, Window};
use crate::work::lineage::Known;

pub use crate::graph::{Missing, Reach as Surety};

/// Why a question could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum BlastError {
    /// What was typed means no one thing.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The projections could not be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
}

impl From<rusqlite::Error> for BlastError {
    fn from(error: rusqlite::Error) -> Self {
        BlastError::Project(error.into())
    }
}

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The target.
    pub target: Target,
    /// The time that is meant; `None` for always.
    pub window: Option<Window>,
    /// What an open indicator on this very target says; `None` without one.
    pub state: Option<State>,
    /// Nothing that was read so far names it.
    pub unseen: bool,
}

/// The question that a text asks: everything that `indicator add` takes. Without a window of its own it takes that of the
/// open indicator on the same target.
pub fn question(conn: &Connection, text: &str, window: Option<Window>) -> Result<Question, BlastError> {
    starts::question(conn, text, window)
}

/// The question of a target that is known already, as of an image under the marker.
pub fn question_of(conn: &Connection, target: &Target) -> Result<Question, BlastError> {
    starts::question(conn, &target.to_string(), None)
}

/// The questions of all open indicators that call something bad or suspect.
pub fn open_questions(conn: &Connection) -> Result<Vec<Question>, BlastError> {
    Ok(starts::open_questions(conn)?)
}

/// One digest that a tag led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagStep {
    /// The digest.
    pub digest: String,
    /// `index`, `manifest`, `config` or `unknown`.
    pub kind: String,
    /// When it was seen under the tag first, RFC 3339.
    pub first_seen: String,
    /// And last.
    pub last_seen: String,
    /// `was` before what is meant, `meant`, `later`, or `unclear` where the window cannot be told.
    pub part: &'static str,
}

/// What a target stands on itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Below {
    /// The id of the base, as in `graph`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// It is meant or reached itself.
    pub implicated: bool,
    /// How many images of the inventory stand on it.
    pub images: u32,
}

/// A question with what is known of its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targeted {
    /// The question.
    pub question: Question,
    /// What the tag led to, in order; empty for what is no tag.
    pub history: Vec<TagStep>,
    /// What it stands on, each base once.
    pub below: Vec<Below>,
}

/// Counts of the answer: proven, likely, cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Images; those that are named count as proven.
    pub images: [u64; 3],
    /// Workloads; each counts once, by the surest of its images.
    pub workloads: [u64; 3],
    /// Credentials by name, proven and likely. Of the rest it cannot be told.
    pub credentials: [u64; 2],
    /// Images, proven or likely, that run.
    pub running: u64,
    /// Places that run one of them.
    pub places: u64,
    /// Images, of which it cannot be told, that run.
    pub running_cannot_tell: u64,
    /// Of the running ones, those in a context or namespace that calls itself production.
    pub production: u64,
    /// Of the running ones, those that the internet reaches; `None` where none is known to be and of one or more
    /// nothing tells.
    pub internet: Option<u64>,
    /// Namespaces with a proven or likely image.
    pub namespaces: u64,
    /// Images, proven or likely, kept on a node and running nowhere.
    pub cached: u64,
    /// CI jobs that use a proven or likely image.
    pub builders: u64,
    /// Machines and devices that do.
    pub devices: u64,
    /// Images that layers exclude. What a build took from elsewhere is known only where somebody says so.
    pub excluded: u64,
    /// Images of which nobody could tell but that were cleared, as by having run before the window.
    pub cleared: u64,
    /// Images, proven or likely, that evidence tells of and no place is known to have: they are in no list.
    pub unlisted: u64,
    /// Images known only by a digest that cannot be compared with the one named.
    pub uncomparable: u64,
    /// Of them, those that run.
    pub uncomparable_running: u64,
}

/// A credential that a proven or likely image's places can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReachedCredential {
    /// Which.
    #[serde(flatten)]
    pub cell: CredentialCell,
    /// Whether a proven image's place holds it.
    pub proven: bool,
    /// Workloads and jobs that hold it and use such an image.
    pub objects: u64,
}

/// One step of a way to an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The node.
    pub node: NodeId,
    /// Its id, as in `graph`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it is known that the last one leads here, in words; empty for the first.
    pub how: String,
    /// Where the claim stands: the id of the evidence and the place in it; `None` for what layers show.
    pub stands: Option<(String, String)>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Reach {
    /// What was asked.
    pub targets: Vec<Targeted>,
    /// Every image that is reached or of which it cannot be told: proven, likely, cannot tell; in each those that run in
    /// most places first.
    pub images: Vec<ReachedImage>,
    /// Workloads in the same order.
    pub workloads: Vec<ReachedWorkload>,
    /// Namespaces with a proven or likely image.
    pub namespaces: Vec<NamespaceCell>,
    /// Credentials that their places can use, names only.
    pub credentials: Vec<ReachedCredential>,
    /// Where proven and likely images can come back from.
    pub comes_back: Vec<ComesBack>,
    /// The counts.
    pub counts: Counts,
    /// The graph it was answered from.
    pub known: Arc<Known>,
    blast: Blast,
    meant: Vec<NodeId>,
}

/// What questions reach. `known` is the graph of the same state of the case.
pub fn reach(conn: &Connection, known: Arc<Known>, questions: Vec<Question>) -> Result<Reach, BlastError> {
    reach_with(conn, known, questions, None)
}

/// As [`reach`], for the only question of a process. In a large case what it takes is read side by side.
pub fn reach_once(conn: &Connection, questions: Vec<Question>) -> Result<Reach, BlastError> {
    if rows::is_large(conn)? {
        return reach_side_by_side(conn, questions);
    }
    reach(conn, Arc::new(Known::read(conn)?), questions)
}

/// The same, on two connections whatever the size of the case.
pub fn reach_side_by_side(conn: &Connection, questions: Vec<Question>) -> Result<Reach, BlastError> {
    let second = beside(conn);
    // One look at the file for all that is asked; else SQLite takes a lock for each of many thousand questions.
    let _look = conn.is_autocommit().then(|| conn.unchecked_transaction()).transpose()?;
    let (known, ahead) = std::thread::scope(|scope| {
        let ahead = second.map(|conn| scope.spawn(|| rows::Ahead::read(conn)));
        let known = Known::read(conn);
        (known, ahead.and_then(|thread| thread.join().ok()))
    });
    reach_with(conn, Arc::new(known?), questions, ahead.transpose()?)
}

fn reach_with(
    conn: &Connection,
    known: Arc<Known>,
    questions: Vec<Question>,
    ahead: Option<rows::Ahead>,
) -> Result<Reach, BlastError> {
    let starts = starts::starts(conn, &known, &questions)?;
    let (bad, doubtful): (Vec<NodeId>, Vec<NodeId>) =
        (starts.bad.iter().copied().collect(), starts.doubtful.iter().copied().collect());
    let mut blast = Blast::with_doubt(&known.graph, &bad, &doubtful, Thresholds::default());
    if let Some(carriers) = starts::carriers(conn, &questions)? {
        let listed = |node| known.number(node).is_some_and(|number| carriers.contains_key(&number));
        blast.leave_open(&known.graph, |node| if listed(node) { Missing::NotListed } else { Missing::Packages });
    }
    let judged = questions.iter().all(|question| question.state.is_some());
    let gathered = rows::gather(conn, (&known, ahead), &starts, &blast, judged)?;
    let mut targets = Vec::with_capacity(questions.len());
    for question in questions {
        targets.push(below::targeted(conn, &known, question, &starts, &blast)?);
    }
    let rows::Gathered { images, workloads, namespaces, credentials, comes_back, counts } = gathered;
    let meant = bad;
    Ok(Reach { targets, images, workloads, namespaces, credentials, comes_back, counts, known, blast, meant })
}

impl Reach {
    /// The surest way to an image, from what is meant to it; empty where none is known.
    pub fn path(&self, node: NodeId) -> Vec<Step> {
        self.steps(&self.blast.search.path(node))
    }

    /// Every way to an image: the surest, the shortest where it is another, and at most so many others.
    pub fn why(&self, node: NodeId, most: usize) -> Why {
        why(&self.known.graph, &self.meant, node, most)
    }

    /// A way in words.
    pub fn steps(&self, path: &Path) -> Vec<Step> {
        path.iter().filter_map(|(node, link)| self.step(*node, *link)).collect()
    }

    fn step(&self, node: NodeId, link: Link) -> Option<Step> {
        let graph = &self.known.graph;
        let stands = match link {
            Link::Edge(number) => graph.edge(number).and_then(|edge| self.known.first_claim(edge)),
            _ => None,
        };
        Some(Step {
            node,
            id: graph.node(node)?.id.to_string(),
            name: graph.name(node).to_owned(),
            how: link_words(graph, link),
            stands,
        })
    }

    /// Whether a node is reached only as another name or as the index of something: where that is rebuilt, so is this.
    pub fn is_alias(&self, node: NodeId) -> bool {
        let last = self.blast.search.path(node).last().map(|(_, link)| *link);
        matches!(last, Some(Link::Name | Link::Listed | Link::Member))
    }

    /// The images by who answers for them, in the order of the list: those of one owner together, nobody's last.
    pub fn by_owner(&self) -> Vec<(Option<&str>, Vec<&ReachedImage>)> {
        let mut groups: Vec<(Option<&str>, Vec<&ReachedImage>)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for image in self.images.iter().filter(|image| image.reach != Surety::CannotTell) {
            let owner = image.owner.as_deref();
            let at = *places.entry(owner).or_insert_with(|| {
                groups.push((owner, Vec::new()));
                groups.len() - 1
            });
            if let Some((_, images)) = groups.get_mut(at) {
                images.push(image);
            }
        }
        groups.sort_by_key(|(owner, _)| owner.is_none());
        groups
    }

    /// The images of which it cannot be told.
    pub fn cannot_tell(&self) -> impl Iterator<Item = &ReachedImage> {
        self.images.iter().filter(|image| image.reach == Surety::CannotTell)
    }
}
