//! What asking a cluster brings: pages as they come, and at the end what came of each list.

use std::collections::BTreeMap;

use super::kinds::{Kind, List};
use super::spool::Spooled;
use crate::model::digest::Digest;
use crate::model::time::Micros;

/// What is told while a cluster is asked.
pub enum Told {
    /// A page, or a refusal in place of one.
    Page(Box<Page>),
    /// What the cluster serves beyond its own kinds, or which namespaces it has: needed to go on after an interruption.
    Learned(Learned),
}

/// One answer, to be stored.
pub struct Page {
    /// The context it is of.
    pub context: String,
    /// The server's address.
    pub server: String,
    /// [`super::Target::warning`].
    pub warning: &'static str,
    /// What was asked for.
    pub list: List,
    /// The path with all parameters, as it was sent.
    pub request: String,
    /// Which page of the list it is, from 1.
    pub number: u32,
    /// When the list's first page came: all its pages speak of that time.
    pub began: Micros,
    /// The HTTP status; 0 where there was no answer.
    pub status: u16,
    /// The server's own clock, as it wrote it.
    pub date: Option<String>,
    /// SHA-256 and size of the bytes as they came.
    pub original: (Digest, u64),
    /// Bytes of managed fields that were left out.
    pub left_out: u64,
    /// The token of the next page.
    pub next: Option<String>,
    /// An earlier page had become too old: what changed meanwhile may be missing or stand there twice.
    pub inconsistent: bool,
    /// The bytes; `None` where there was no answer.
    pub bytes: Option<Spooled>,
    /// Why they are not all, or what is wrong with them.
    pub broken: Option<String>,
}

/// What is needed to go on after an interruption.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    /// The context it is of.
    pub context: String,
    /// Kinds beyond the cluster's own.
    pub kinds: Option<Vec<Kind>>,
    /// Its namespaces.
    pub namespaces: Option<Vec<String>>,
}

/// What a collection that was interrupted had got of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// Pages that are in the case.
    pub pages: u32,
    /// When the first one came.
    pub began: Micros,
    /// The token of the next one; `None` where it was the last.
    pub next: Option<String>,
    /// It was refused.
    pub denied: bool,
    /// See [`Page::inconsistent`].
    pub inconsistent: bool,
}

/// What an interrupted collection left.
#[derive(Debug, Clone, Default)]
pub struct Left {
    /// By [`List::path`].
    pub lists: BTreeMap<String, Before>,
    /// What it had learned.
    pub learned: Learned,
}

/// How a list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// All of it is there.
    Read,
    /// All of it is there, but of two times.
    Inconsistent,
    /// A part of it is there.
    Partial,
    /// The user may not.
    Denied,
    /// The cluster does not have it.
    Missing,
    /// There was no answer.
    Failed,
    /// It was not asked for any more.
    Stopped,
}

impl End {
    /// The word in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            End::Read => "read",
            End::Inconsistent | End::Partial => "partial",
            End::Denied => "denied",
            End::Missing => "missing",
            End::Failed => "failed",
            End::Stopped => "stopped",
        }
    }
}

/// What came of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// [`List::path`].
    pub path: String,
    /// [`List::words`].
    pub words: String,
    /// The kind's name.
    pub kind: String,
    /// The namespace; `None` for all.
    pub namespace: Option<String>,
    /// Pages got now.
    pub pages: u32,
    /// Objects in them.
    pub items: u64,
    /// How it ended.
    pub end: End,
    /// Why it is not all there, and what to do.
    pub reason: String,
}

/// What came of one context.
#[derive(Default)]
pub struct Asked {
    /// The context.
    pub context: String,
    /// Every list that was asked for, or taken as answered before.
    pub lists: Vec<Listed>,
    /// Requests sent.
    pub requests: u64,
    /// How many of them were repetitions.
    pub repeated: u64,
    /// Why no more was asked: no connection, no credentials, a server that was lost.
    pub failure: Option<String>,
    /// The answer that says so, where nothing else came: stored only beside what other clusters gave.
    pub refusal: Option<Box<Page>>,
    /// It ended by being stopped.
    pub stopped: bool,
    /// What is worth knowing beside the lists.
    pub notes: Vec<String>,
}

impl Asked {
    /// True where something is missing.
    pub fn has_gaps(&self) -> bool {
        self.stopped
            || self.failure.is_some()
            || !self.notes.is_empty()
            || self.lists.iter().any(|list| list.end != End::Read)
    }

    /// True where anything at all was answered with objects.
    pub fn has_pages(&self) -> bool {
        self.lists.iter().any(|list| list.pages > 0)
    }
}
