//! What one version of a reader took out of one acquisition, in numbers; the facts are a blob of their own.

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::id::Id;
use super::time::Micros;

/// The record of one reading, as signed in an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What was read.
    pub acquisition: Id,
    /// The reader's format word, as `kubernetes-json`; `none` where no reader knew it.
    pub format: String,
    /// The reader's version; the highest one of an acquisition counts.
    pub version: u32,
    /// SHA-256 of the observations: JSON lines of [`super::fact::Item`] and [`Reject`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observations: Option<Digest>,
    /// Items read.
    #[serde(default)]
    pub items: u64,
    /// Facts stated by them.
    #[serde(default)]
    pub facts: u64,
    /// Items or fields that could not be understood.
    #[serde(default)]
    pub rejected: u64,
    /// The first of them; all are in the observations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejects: Vec<Reject>,
    /// How far it was understood.
    pub status: Status,
    /// Why it is not `read`, in words for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Things a responder should know though nothing was rejected (a capped list, a column that is missing).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What it can speak about.
    #[serde(default)]
    pub scope: Scope,
    /// The time it speaks of.
    pub as_of: AsOf,
}

/// How far evidence was understood. The words are the command line's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All of it.
    Read,
    /// Its good part; the rest is counted and named.
    Partial,
    /// No reader knows it.
    Unrecognised,
    /// It is an API's or a tool's refusal.
    Denied,
    /// A reader began and could not go on, or it is an API's failure.
    Failed,
}

impl Status {
    /// The word used in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Read => "read",
            Status::Partial => "partial",
            Status::Unrecognised => "unrecognised",
            Status::Denied => "denied",
            Status::Failed => "failed",
        }
    }
}

/// Something that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// JSON pointer or `line:N`.
    pub locator: String,
    /// Why, in words for people; scrubbed, no secrets.
    pub reason: String,
}

/// The time a reading speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOf {
    /// The time.
    pub at: Micros,
    /// Where the time is from.
    pub source: AsOfSource,
}

/// How an as-of time is known, the most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AsOfSource {
    /// `--as-of`.
    Stated,
    /// It is what was true when it was got: standard input, or nothing else tells.
    Acquired,
    /// The file's modification time.
    File,
    /// The newest time stated inside, a lower bound.
    Content,
}

impl AsOfSource {
    /// The words for people.
    pub fn as_str(self) -> &'static str {
        match self {
            AsOfSource::Stated => "stated",
            AsOfSource::Acquired => "when got",
            AsOfSource::File => "file time",
            AsOfSource::Content => "newest time inside",
        }
    }
}

/// What a reading can speak about. Only a complete one may say that something is gone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// Kinds listed, each with the namespaces it lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<KindScope>,
    /// True for a whole list of live objects: no `continue`, no rejects, not told to be partial.
    #[serde(default)]
    pub complete: bool,
    /// The list's `resourceVersion`, where it had one. Pages of one list share it, so a last page (no `continue` of its
    /// own) is known as a page when another page of the same list is in the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_version: Option<String>,
    /// The list went on (`continue` or `remainingItemCount`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub continues: bool,
    /// Names of the nodes mentioned, sorted, at most 5,000: two readings without a context name that share no node are of
    /// two clusters, and neither says that the other's pods are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<String>,
}

/// One kind's part of a scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindScope {
    /// Kind, as `Pod`.
    pub kind: String,
    /// The namespaces of its items, sorted.
    pub namespaces: Vec<String>,
    /// All namespaces were listed: the items are of two or more, which only a list over all namespaces gives.
    pub all: bool,
}
