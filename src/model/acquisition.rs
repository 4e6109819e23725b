//! One act of getting evidence: which bytes, from where, when and how.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::digest::Digest;
use super::id::Id;
use super::time::Micros;

/// Where evidence came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `file`, `stdin`, `cluster`, `registry`, `engine`.
    pub kind: OriginKind,
    /// The machine on which it was acquired.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// The import root: the absolute folder that was walked, or the folder of a single file; the address of a server.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub root: String,
    /// The path relative to the root; `-` for standard input; the API's path and page.
    pub path: String,
}

/// The kinds of origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OriginKind {
    /// A file.
    File,
    /// Standard input.
    Stdin,
    /// Carried inside the program: the exercise.
    Exercise,
    /// The API of a cluster.
    Cluster,
    /// A registry.
    Registry,
    /// The API of a container engine.
    Engine,
}

impl OriginKind {
    /// It was asked for over an API: what it gave was true when it came.
    pub fn is_live(self) -> bool {
        matches!(self, OriginKind::Cluster | OriginKind::Registry | OriginKind::Engine)
    }
}

/// By how much the clocks of what wrote a file and of what got it may differ, in microseconds.
pub const CLOCK_MARGIN: i64 = 86_400_000_000;

/// The record of one acquisition, as signed in an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acquisition {
    /// Derived from what was got and from where ([`Acquisition::derive_id`]): getting the same again adds nothing.
    pub id: Id,
    /// Where from.
    pub origin: Origin,
    /// The cluster context or site that a responder named with `--context`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// SHA-256 of the bytes as acquired. Never printed: short secrets could be guessed from it.
    pub original: Digest,
    /// Size of the bytes as acquired.
    pub original_bytes: u64,
    /// SHA-256 of the stored copy (decoded and redacted), the evidence id. `None` where nothing was stored because
    /// the bytes were not understood and not text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<Digest>,
    /// Size of the stored copy.
    #[serde(default)]
    pub stored_bytes: u64,
    /// Recorded transforms between original and stored copy, in order: `gunzip`, `utf-16le to utf-8`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transforms: Vec<String>,
    /// How many secrets were replaced, and by what kind of place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub redactions: BTreeMap<String, u64>,
    /// `--keep-raw`: stored without redaction.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raw: bool,
    /// When it was acquired (claimed by this machine's clock).
    pub acquired: Micros,
    /// The options that bear on reading: `as`, `as-of`, `map`, `build-arg`, `clock-offset`, `partial`. For a page of a live
    /// list, what was asked for: see [`super::live`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The file's modification time, where it had one; for a page of a live list, when the list's first page came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Micros>,
    /// Tool and version that acquired it.
    pub tool: String,
}

impl Acquisition {
    /// The identity of an act of getting evidence: same bytes, same place, same context and options are the same
    /// act however often it is repeated; the same bytes from two places are two acquisitions.
    pub fn derive_id(
        original: &Digest,
        origin: &Origin,
        context: Option<&str>,
        options: &BTreeMap<String, String>,
    ) -> Id {
        let place = match origin.kind {
            OriginKind::File => format!("file\0{}\0{}/{}", origin.host, origin.root.trim_end_matches('/'), origin.path),
            OriginKind::Stdin if origin.path == "-" => "stdin".to_owned(),
            // A member of an archive that came through it.
            OriginKind::Stdin => format!("stdin\0{}", origin.path),
            OriginKind::Exercise => format!("exercise\0{}", origin.path),
            OriginKind::Cluster => format!("cluster\0{}\0{}", origin.root, origin.path),
            OriginKind::Registry => format!("registry\0{}\0{}", origin.root, origin.path),
            OriginKind::Engine => format!("engine\0{}\0{}\0{}", origin.host, origin.root, origin.path),
        };
        let options: String = options.iter().map(|(k, v)| format!("{k}={v}\0")).collect();
        Id::derived("acquisition", &[original.as_str(), &place, context.unwrap_or("\0none"), &options])
    }

    /// The latest time that what was got can speak of: when it was got, or when its file was written, and a margin for
    /// clocks. What is stated to be later was stated by a wrong clock, or by somebody who wants it to be believed.
    pub fn latest(&self) -> Micros {
        let written = self.modified.filter(|_| self.origin.kind == OriginKind::File);
        let got = written.map_or(self.acquired, |written| written.max(self.acquired));
        Micros(got.0.saturating_add(CLOCK_MARGIN))
    }

    /// Root and path joined, as a person would name the place.
    pub fn place(&self) -> String {
        match self.origin.kind {
            OriginKind::Stdin => {
                format!("standard input{}", self.origin.path.strip_prefix('-').unwrap_or(&self.origin.path))
            }
            kind if kind.is_live() => format!("{}{}", self.origin.root, self.origin.path),
            _ if self.origin.root.is_empty() => self.origin.path.clone(),
            _ => format!("{}/{}", self.origin.root.trim_end_matches('/'), self.origin.path),
        }
    }
}
