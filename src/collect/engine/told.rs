//! What asking an engine brings: answers as they come, and at the end what came of each engine.

use crate::collect::cluster::End;
use crate::collect::cluster::spool::Spooled;
use crate::model::digest::Digest;
use crate::model::time::Micros;

/// What is told while engines are asked.
pub enum Told {
    /// A body, to be stored.
    Answer(Box<Answer>),
}

/// A body as it came.
pub struct Answer {
    /// The engine's address.
    pub address: String,
    /// What the engine calls its machine.
    pub machine: String,
    /// Product and version, as it says.
    pub version: String,
    /// The path that was asked for.
    pub path: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong with the connection; empty where all is well.
    pub warning: &'static str,
    /// When it came.
    pub came: Micros,
    /// SHA-256 and size of the bytes as they came.
    pub original: (Digest, u64),
    /// The bytes.
    pub bytes: Spooled,
    /// Why they are not all.
    pub broken: Option<String>,
}

/// What came of one engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineTold {
    /// Its address.
    pub address: String,
    /// What it calls its machine.
    pub machine: String,
    /// Product and version.
    pub version: String,
    /// How it ended.
    pub end: End,
    /// Why it was not asked any more.
    pub reason: String,
    /// Containers that it listed.
    pub containers: u64,
    /// Images that it listed.
    pub images: u64,
    /// Requests sent.
    pub requests: u64,
    /// What is missing, each with how and why.
    pub gaps: Vec<(String, End, String)>,
}

/// What came of all.
#[derive(Debug, Default)]
pub struct Asked {
    /// Every engine, in the order in which they were named.
    pub engines: Vec<EngineTold>,
    /// It ended by being stopped.
    pub stopped: bool,
}
