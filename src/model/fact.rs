//! What a reader takes out of evidence: facts, each with the spot where it stands.
//!
//! A reading's observations are a sequence of [`Item`]s in the order of the evidence, one for each object, document
//! or line that says something. Facts stay symbolic: names are kept as written, nothing is resolved here.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::digest::{Digest, RelationKind};
use super::document::Lineage;
use super::finding::Report;
use super::given::Given;
use super::known_good::Known;
pub use super::mark::{Mark, UnknownMark, capability};
use super::pulls::Pulls;
use super::recipe::Recipe;
use super::referrer::Referrer;
pub use super::sighting::{Sighting, SightingKind};
use super::time::Micros;

/// Where something stands. In an [`Item`], `offset` counts bytes from the start of the stored evidence; in the facts
/// inside it, from the start of the item, and `pointer` is relative to the item's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spot {
    /// JSON pointer (RFC 6901) for JSON and YAML, `line:N` (from 1) for text; empty for the whole.
    #[serde(rename = "p", default, skip_serializing_if = "String::is_empty")]
    pub pointer: String,
    /// First byte.
    #[serde(rename = "o", default, skip_serializing_if = "is_zero")]
    pub offset: u64,
    /// Number of bytes.
    #[serde(rename = "n", default, skip_serializing_if = "is_zero")]
    pub length: u64,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// One object, document or line of evidence and all that it says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Item {
    /// Where the item stands in the stored evidence.
    #[serde(rename = "at")]
    pub spot: Spot,
    /// The object it describes, where it describes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<Object>,
    /// Places where an image is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Use>,
    /// Digests and tags seen at a place in a time interval.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sightings: Vec<Sighting>,
    /// Digests that one record names together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// A project file that says nothing alone: it is joined with the others of its project when folded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Recipe>,
    /// What it says of lineage: layers, members of indexes, what stands on what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lineage: Option<Box<Lineage>>,
    /// What a log of pulls comes to: the log as a whole, or one image in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pulls: Option<Box<Pulls>>,
    /// What it says of vulnerabilities and packages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Report>,
    /// What is known to be good: see [`Known`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<Known>,
    /// What refers to an image.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub referrers: Vec<Referrer>,
    /// Credentials that its object is given, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
}

/// An object of an orchestrator, named as its API names it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Object {
    /// Kind, as `Pod`.
    pub kind: String,
    /// API group and version, as `apps/v1`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub api: String,
    /// Namespace; empty for cluster-scoped objects and where none was written.
    #[serde(default, rename = "ns", skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// Name; for a nameless item (`generateName`) the prefix as written.
    pub name: String,
    /// The API server's uid. An object that has one was read from a live cluster; one without is a declaration in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// The controlling owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// The owner's owner where labels tell it without the owner at hand: a ReplicaSet's Deployment by
    /// `pod-template-hash`, a Job's CronJob by its scheduled-time suffix. No uid.
    #[serde(default, rename = "top", skip_serializing_if = "Option::is_none")]
    pub likely_top: Option<Owner>,
    /// The node it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// `status.phase`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// `metadata.creationTimestamp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Micros>,
    /// Labels, kept for triage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Names of `imagePullSecrets`, never contents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pull_secrets: Vec<String>,
    /// What later rooms reason about, by kind: selectors, ports, hosts, subjects, values. Scrubbed JSON without floats.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, serde_json::Value>,
}

/// A reference to an owner.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Owner {
    /// Kind, as `ReplicaSet`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// uid, where written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
}

/// The part an image plays where it is used. The words are the command line's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A main container.
    App,
    /// An init container that ends before the main ones start.
    Init,
    /// An ephemeral (debug) container.
    Ephemeral,
    /// A native sidecar: an init container with `restartPolicy: Always`.
    Sidecar,
    /// An image volume.
    Volume,
    /// A compose service.
    Service,
    /// A machine or device.
    Device,
    /// A CI job's container.
    Ci,
    /// A CI action.
    Action,
    /// What a built target finally stands on.
    Base,
    /// Another image pulled in by a build.
    BuildInput,
    /// A Dockerfile frontend.
    Frontend,
    /// An image kept on a node.
    NodeCache,
    /// Named by an SBOM.
    Sbom,
    /// Named by a scan.
    Scan,
    /// Named in a plain list of references.
    Listed,
    /// Found by walking a kind whose schema is not known; lower confidence.
    Field,
}

impl Role {
    /// Every role, in the order of its bit in [`Role::bit`].
    pub const ALL: [Role; 17] = [
        Role::App,
        Role::Init,
        Role::Ephemeral,
        Role::Sidecar,
        Role::Volume,
        Role::Service,
        Role::Device,
        Role::Ci,
        Role::Action,
        Role::Base,
        Role::BuildInput,
        Role::Frontend,
        Role::NodeCache,
        Role::Sbom,
        Role::Scan,
        Role::Listed,
        Role::Field,
    ];

    /// The word used in JSON, filters and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::App => "app",
            Role::Init => "init",
            Role::Ephemeral => "ephemeral",
            Role::Sidecar => "sidecar",
            Role::Volume => "volume",
            Role::Service => "service",
            Role::Device => "device",
            Role::Ci => "ci",
            Role::Action => "action",
            Role::Base => "base",
            Role::BuildInput => "build-input",
            Role::Frontend => "frontend",
            Role::NodeCache => "node-cache",
            Role::Sbom => "sbom",
            Role::Scan => "scan",
            Role::Listed => "listed",
            Role::Field => "field",
        }
    }

    /// The role's place in [`Role::ALL`].
    pub fn index(self) -> u8 {
        Role::ALL.iter().position(|r| *r == self).map_or(0, |i| i as u8)
    }

    /// The role's bit in a set of roles.
    pub fn bit(self) -> u32 {
        1 << self.index()
    }

    /// The role of a word.
    pub fn parse(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.as_str() == word)
    }
}

/// A place an image is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// The part it plays.
    pub role: Role,
    /// Container, volume or field name: tells uses of one object and role apart.
    #[serde(default, rename = "c", skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The image exactly as written, before any normalisation.
    #[serde(rename = "w")]
    pub as_written: String,
    /// What was seen to run, or to be kept, at this very place.
    #[serde(default, rename = "r", skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    /// Confidence in thousandths that this names an image; 1000 for fields whose schema is known.
    #[serde(default = "full", rename = "k", skip_serializing_if = "is_full")]
    pub confidence: u16,
    /// What `as_written` comes to once the variables in it are replaced; `None` where it is the reference itself.
    #[serde(default, rename = "x", skip_serializing_if = "Option::is_none")]
    pub resolved: Option<String>,
    /// Names of the variables that nothing defines, sorted: with any of them the image stays unresolved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// What bears on the place beside its image, sorted: see [`Mark`].
    #[serde(default, rename = "m", skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// Where `as_written` stands, relative to the item.
    #[serde(default, rename = "at")]
    pub spot: Spot,
}

impl Use {
    /// A use of an image at a spot, with nothing else told.
    pub fn new(role: Role, name: impl Into<String>, as_written: impl Into<String>, spot: Spot) -> Self {
        Use {
            role,
            name: name.into(),
            as_written: as_written.into(),
            seen: None,
            confidence: full(),
            resolved: None,
            needs: Vec::new(),
            marks: Vec::new(),
            spot,
        }
    }
}

fn full() -> u16 {
    1000
}

fn is_full(n: &u16) -> bool {
    *n == 1000
}

/// What a runtime reported for one container, or a node for one kept image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Whether it runs.
    #[serde(rename = "s")]
    pub state: SeenState,
    /// `status…image` as reported; may name another tag of the same digest, or a config digest.
    #[serde(default, rename = "i", skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// `status…imageID` as reported; see [`super::reported`].
    #[serde(default, rename = "d", skip_serializing_if = "String::is_empty")]
    pub image_id: String,
    /// `state.running.startedAt` (or `terminated.startedAt`): never pod creation.
    #[serde(default, rename = "t", skip_serializing_if = "Option::is_none")]
    pub started: Option<Micros>,
    /// `state.terminated.finishedAt`.
    #[serde(default, rename = "e", skip_serializing_if = "Option::is_none")]
    pub finished: Option<Micros>,
    /// Where the report stands, relative to the item.
    #[serde(default, rename = "at")]
    pub spot: Spot,
}

/// The state a runtime reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeenState {
    /// Running as of the reading.
    Running,
    /// Waiting: pulling, failing to pull, crash-looping, not yet started.
    Waiting,
    /// Ended.
    Terminated,
    /// Kept on a node, not (known to be) running.
    Cached,
}

/// Two digests that a record relates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// How.
    pub kind: RelationKind,
    /// The first.
    pub a: Digest,
    /// The second.
    pub b: Digest,
    /// Where it stands, relative to the item.
    #[serde(default, rename = "at")]
    pub spot: Spot,
}

impl Item {
    /// How many facts the item states: its object, uses, sightings, relations and credentials, what its recipe names and what
    /// it says of lineage.
    pub fn facts(&self) -> u64 {
        let named = self.recipe.as_ref().map_or(0, Recipe::facts);
        named
            + self.lineage.as_ref().map_or(0, |lineage| lineage.facts())
            + self.pulls.as_ref().map_or(0, |pulls| pulls.facts())
            + self.reports.iter().map(Report::facts).sum::<u64>()
            + u64::from(self.object.is_some())
            + (self.uses.len() + self.sightings.len() + self.relations.len() + self.known.len() + self.referrers.len())
                as u64
            + self.given.len() as u64
    }
}
