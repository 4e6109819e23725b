//! What asking registries brings: documents as they come, and at the end what came of each image and each host.

use crate::collect::cluster::End;
use crate::collect::cluster::spool::Spooled;
use crate::model::digest::Digest;
use crate::model::time::Micros;

/// What is told while registries are asked.
pub enum Told {
    /// A body, to be stored.
    Document(Box<Document>),
    /// An image is done: the record of what was asked for it, to be stored after its documents.
    Image(Box<ImageTold>),
}

/// A body as it came.
pub struct Document {
    /// The server that was asked, as `https://registry.example`.
    pub server: String,
    /// The path that was asked for.
    pub path: String,
    /// The image for whose sake it was asked for.
    pub image: String,
    /// `Content-Type`, as it came.
    pub media: String,
    /// The connection was not encrypted.
    pub plain: bool,
    /// The server's own clock, as it wrote it.
    pub date: Option<String>,
    /// When it came.
    pub came: Micros,
    /// SHA-256 and size of the bytes as they came.
    pub original: (Digest, u64),
    /// The digest that was asked for, where one was.
    pub wanted: Option<Digest>,
    /// What it is to be read as.
    pub kind: DocumentKind,
    /// The bytes.
    pub bytes: Spooled,
    /// Why they are not what was asked for, or not all of it.
    pub broken: Option<String>,
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A manifest, an index or a config.
    Image,
    /// A list of tags, repositories or referrers.
    List,
    /// Statements about an image: by their content.
    Statement,
}

/// Something that refers to an image: a signature, an attestation, an SBOM. That it is there says nothing of whether it is
/// right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Referrer {
    /// What it refers to.
    pub subject: Digest,
    /// Its own digest.
    pub digest: Digest,
    /// `signature`, `attestation`, `sbom` or `other`.
    pub kind: &'static str,
    /// Its artifact type or media type, as written.
    pub media: String,
    /// How it was found: `referrers`, `tag sha256-…`, `index`.
    pub by: String,
}

/// What came of one image.
pub struct ImageTold {
    /// [`super::Wanted::name`].
    pub name: String,
    /// Its registry.
    pub registry: String,
    /// The server's address.
    pub server: String,
    /// How it ended.
    pub end: End,
    /// Why it is not `read`, and what to do.
    pub reason: String,
    /// What the name led to.
    pub digest: Option<Digest>,
    /// Documents that came now.
    pub documents: u32,
    /// Documents that the case held.
    pub held: u32,
    /// What refers to it.
    pub referrers: Vec<Referrer>,
    /// Parts that are missing, each with how and why.
    pub gaps: Vec<(String, End, String)>,
    /// Bytes that have another digest than was asked for.
    pub alarms: Vec<String>,
    /// The registry answered anything at all.
    pub answered: bool,
    /// When it was begun.
    pub began: Micros,
    /// The record: JSON lines; taken when it is stored.
    pub record: Vec<u8>,
}

impl ImageTold {
    /// All but the record.
    pub(super) fn summary(&self) -> ImageTold {
        ImageTold {
            name: self.name.clone(),
            registry: self.registry.clone(),
            server: self.server.clone(),
            end: self.end,
            reason: self.reason.clone(),
            digest: self.digest.clone(),
            documents: self.documents,
            held: self.held,
            referrers: self.referrers.clone(),
            gaps: self.gaps.clone(),
            alarms: self.alarms.clone(),
            answered: self.answered,
            began: self.began,
            record: Vec::new(),
        }
    }
}

/// What came of one registry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostTold {
    /// As references name it.
    pub registry: String,
    /// The address that was asked.
    pub server: String,
    /// How one proved who one is, in words; empty where nothing was asked for.
    pub login: String,
    /// Requests sent, and how many of them were repetitions.
    pub requests: u64,
    /// See above.
    pub repeated: u64,
    /// What is left of the limit, and the limit, where the registry tells.
    pub left: Option<(u64, u64)>,
    /// How often it asked to be left alone (429).
    pub slowed: u64,
    /// Why it was not asked any more.
    pub lost: Option<String>,
    /// Images that were not asked for because of that.
    pub unasked: u64,
    /// Lists that are missing, each with how and why.
    pub gaps: Vec<(String, End, String)>,
}

/// What came of everything.
#[derive(Default)]
pub struct Asked {
    /// Every image, without its record.
    pub images: Vec<ImageTold>,
    /// Every registry.
    pub hosts: Vec<HostTold>,
    /// It ended by being stopped.
    pub stopped: bool,
}
