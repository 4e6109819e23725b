//! What evidence says of lineage: layer chains, members of indexes, and claims that one image stands on another.
//!
//! Owns the words of lineage. Everything here is symbolic, as a reader found it: images are named by digest or as
//! written, nothing is looked up, and nothing is decided. Which claims become edges is for the graph to say.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::digest::Digest;
use super::fact::Spot;
use super::time::Micros;

/// What a child has of its parent. The three are never mixed: a build input is no base. The words are the command
/// line's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdgeKind {
    /// The child's lowest layers are the parent's.
    Base,
    /// The build took something from the parent: an earlier stage's root, `COPY --from`, `RUN --mount=from`.
    BuildInput,
    /// The parent read the Dockerfile (`# syntax=`).
    Frontend,
}

impl EdgeKind {
    /// Every kind, the strongest tie first.
    pub const ALL: [EdgeKind; 3] = [EdgeKind::Base, EdgeKind::BuildInput, EdgeKind::Frontend];

    /// The word used in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            EdgeKind::Base => "base",
            EdgeKind::BuildInput => "build-input",
            EdgeKind::Frontend => "frontend",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<EdgeKind> {
        EdgeKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A way of knowing that one image stands on another. The words are the command line's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofKind {
    /// The parent's diffIDs are a strict prefix of the child's. Never claimed by a reader: the graph works it out.
    Layers,
    /// The same of compressed layer digests, where diffIDs are not known. Never claimed by a reader either.
    CompressedLayers,
    /// A material of SLSA provenance (v0.2 `materials`, v1 `resolvedDependencies`).
    Provenance,
    /// `org.opencontainers.image.base.*` as an annotation of a manifest, an index, or a descriptor inside an index.
    Annotation,
    /// The same keys as a label of the config, which children inherit: may name the grandparent.
    Label,
    /// `FROM`, `COPY --from`, `RUN --mount=from` or `# syntax=` of the Dockerfile that builds the child.
    Dockerfile,
    /// The run image that buildpacks left in `io.buildpacks.lifecycle.metadata`.
    Buildpacks,
    /// `moby.buildkit.buildinfo.v1`, which BuildKit 0.10 and 0.11 left in the config.
    BuildInfo,
    /// `FROM …@sha256:…` in the comment of a history entry.
    HistoryComment,
    /// The parent's history is a prefix of the child's. Never claimed by a reader: the graph works it out.
    HistoryPrefix,
    /// Ancestry in an SPDX or CycloneDX document.
    Sbom,
    /// A responder said so.
    Statement,
}

impl ProofKind {
    /// Every way, in the order of [`ProofKind::index`].
    pub const ALL: [ProofKind; 12] = [
        ProofKind::Layers,
        ProofKind::CompressedLayers,
        ProofKind::Provenance,
        ProofKind::Annotation,
        ProofKind::Label,
        ProofKind::Dockerfile,
        ProofKind::Buildpacks,
        ProofKind::BuildInfo,
        ProofKind::HistoryComment,
        ProofKind::HistoryPrefix,
        ProofKind::Sbom,
        ProofKind::Statement,
    ];

    /// The word used in JSON and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            ProofKind::Layers => "layers",
            ProofKind::CompressedLayers => "compressed-layers",
            ProofKind::Provenance => "provenance",
            ProofKind::Annotation => "annotation",
            ProofKind::Label => "label",
            ProofKind::Dockerfile => "dockerfile",
            ProofKind::Buildpacks => "buildpacks",
            ProofKind::BuildInfo => "build-info",
            ProofKind::HistoryComment => "history-comment",
            ProofKind::HistoryPrefix => "history-prefix",
            ProofKind::Sbom => "sbom",
            ProofKind::Statement => "statement",
        }
    }

    /// The way's place in [`ProofKind::ALL`].
    pub fn index(self) -> u8 {
        ProofKind::ALL.iter().position(|way| *way == self).map_or(0, |at| at as u8)
    }

    /// The way of a word.
    pub fn parse(word: &str) -> Option<ProofKind> {
        ProofKind::ALL.into_iter().find(|way| way.as_str() == word)
    }

    /// How far a reader trusts a plain claim of this kind before anything else agrees or disagrees. `pinned`: the parent
    /// is named by digest. An `ARG` default takes [`Confidence::ARG_DEFAULT`], one of several candidates
    /// [`Confidence::ONE_OF`] instead.
    pub fn confidence(self, pinned: bool) -> Confidence {
        Confidence::new(match (self, pinned) {
            (ProofKind::Layers, _) => 970,
            (ProofKind::CompressedLayers, _) => 950,
            (ProofKind::Annotation, true) => 900,
            (ProofKind::Annotation, false) => 600,
            (ProofKind::Dockerfile | ProofKind::Statement, true) => 950,
            (ProofKind::Buildpacks, _) => 950,
            (ProofKind::Provenance | ProofKind::Sbom | ProofKind::HistoryComment, _) => 850,
            (ProofKind::Dockerfile | ProofKind::Statement, false) => 850,
            (ProofKind::HistoryPrefix, _) => 750,
            (ProofKind::BuildInfo, _) => 700,
            (ProofKind::Label, _) => 400,
        })
    }
}

/// How sure, in thousandths from 0 to 1000.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(from = "u16", into = "u16")]
pub struct Confidence(u16);

impl Confidence {
    /// A Dockerfile's `FROM` that rests on the default of an `ARG`, which a build may replace.
    pub const ARG_DEFAULT: Confidence = Confidence(700);
    /// One of several candidates, of which a variable that nobody knows picks one.
    pub const ONE_OF: Confidence = Confidence(300);
    /// Below this a verdict is inherited one step lower.
    pub const STRONG: Confidence = Confidence(700);
    /// As sure as evidence makes it: agreement never goes past this.
    pub const CAP: Confidence = Confidence(990);

    /// From thousandths; more than 1000 counts as 1000.
    pub fn new(thousandths: u16) -> Self {
        Confidence(thousandths.min(1000))
    }

    /// In thousandths.
    pub fn thousandths(self) -> u16 {
        self.0
    }
}

impl From<u16> for Confidence {
    fn from(thousandths: u16) -> Self {
        Confidence::new(thousandths)
    }
}

impl From<Confidence> for u16 {
    fn from(confidence: Confidence) -> u16 {
        confidence.0
    }
}

/// Two decimals as people read them, cut and never rounded up: `0.97`.
impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 1000, self.0 % 1000 / 10)
    }
}

impl fmt::Debug for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An image as evidence names it: by digest, by a reference as written, or by both.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Named {
    /// Index, manifest or config digest, whichever stands there.
    #[serde(default, rename = "d", skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// The reference as written, decoded from a package URL where it stands in one; empty where none is written.
    #[serde(default, rename = "w", skip_serializing_if = "String::is_empty")]
    pub as_written: String,
    /// `os/architecture` or `os/architecture/variant`, where the evidence narrows an index down to it.
    #[serde(default, rename = "p", skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
}

impl Named {
    /// The word that Dockerfiles and annotations use for standing on nothing.
    pub const SCRATCH: &'static str = "scratch";

    /// Named by digest alone.
    pub fn by_digest(digest: Digest) -> Self {
        Named { digest: Some(digest), ..Named::default() }
    }

    /// Named by a reference alone.
    pub fn by_reference(as_written: impl Into<String>) -> Self {
        Named { as_written: as_written.into(), ..Named::default() }
    }

    /// Standing on nothing.
    pub fn scratch() -> Self {
        Named::by_reference(Named::SCRATCH)
    }

    /// Whether this says: nothing. `scratch` is no image (a reserved word of Dockerfiles).
    pub fn is_scratch(&self) -> bool {
        self.digest.is_none() && self.as_written == Named::SCRATCH
    }
}

/// What the layers of a chain are named by. The two are never compared with each other: compression changes the digest
/// of a layer, never its diffID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerKind {
    /// diffIDs: digests of the uncompressed layers, from a config's `rootfs.diff_ids`.
    #[default]
    Uncompressed,
    /// Digests of the layers as a registry keeps them, from a manifest.
    Compressed,
}

impl LayerKind {
    /// The word used in JSON and projections.
    pub fn as_str(self) -> &'static str {
        match self {
            LayerKind::Uncompressed => "uncompressed",
            LayerKind::Compressed => "compressed",
        }
    }
}

/// The layers of one image, lowest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerChain {
    /// Whose they are. By the manifest's digest where it is known, else the config's, else only a name.
    #[serde(rename = "i")]
    pub image: Named,
    /// What `layers` are named by.
    #[serde(default, rename = "k")]
    pub kind: LayerKind,
    /// The layers, lowest first, empty ones included: they are part of the chain. At most [`LayerChain::MOST`].
    #[serde(rename = "l")]
    pub layers: Vec<Digest>,
    /// One word of 16 hex digits for each history entry, empty ones included: the first half of SHA-256 over its
    /// `created`, `created_by` and `empty_layer` as stored, see [`history_word`]. Empty where no history is known.
    #[serde(default, rename = "h", skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<String>,
    /// The config's `created`.
    #[serde(default, rename = "c", skip_serializing_if = "Option::is_none")]
    pub created: Option<Micros>,
    /// The record itself says that layers were merged (`docker build --squash`, `docker import`): the base cannot be
    /// seen in what is left.
    #[serde(default, rename = "f", skip_serializing_if = "std::ops::Not::not")]
    pub flattened: bool,
    /// Where it stands, relative to the item.
    #[serde(default, rename = "at")]
    pub spot: Spot,
}

impl LayerChain {
    /// Most layers that an image is read with; engines refuse images with more than 127.
    pub const MOST: usize = 1_000;
}

/// The word of a history entry in [`LayerChain::history`], over what is stored (after redaction).
pub fn history_word(created: &str, created_by: &str, empty_layer: bool) -> String {
    let empty = if empty_layer { "empty" } else { "" };
    let id = super::id::Id::derived("history", &[created, created_by, empty]).to_string();
    id.get(..16).unwrap_or_default().to_owned()
}

/// An image listed in an index. Attestations and other artefacts that an index lists are no images and no members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The index.
    #[serde(rename = "x")]
    pub index: Digest,
    /// The manifest in it.
    #[serde(rename = "m")]
    pub manifest: Digest,
    /// `os/architecture` or `os/architecture/variant`.
    #[serde(default, rename = "p", skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Where it stands, relative to the item.
    #[serde(default, rename = "at")]
    pub spot: Spot,
}

/// One statement that one image stands on another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineageClaim {
    /// The image that stands on the other.
    #[serde(rename = "c")]
    pub child: Named,
    /// The image it stands on, or [`Named::scratch`].
    #[serde(rename = "p")]
    pub parent: Named,
    /// What the child has of the parent; `None` where the statement does not tell a base from a build input, as the
    /// materials of provenance.
    #[serde(default, rename = "k", skip_serializing_if = "Option::is_none")]
    pub kind: Option<EdgeKind>,
    /// How it is known.
    #[serde(rename = "v")]
    pub proof: ProofKind,
    /// How far this statement alone is trusted; see [`ProofKind::confidence`].
    #[serde(rename = "s")]
    pub confidence: Confidence,
    /// How many parents the same statement lists for the same child: the image materials of one provenance, the
    /// candidates for one unresolved variable. 1 where this is the only one.
    #[serde(default = "one", rename = "of", skip_serializing_if = "is_one")]
    pub of: u16,
    /// The child's layer that the statement says is the parent's topmost, as diffID: buildpacks' `topLayer`, the layers
    /// below a history comment.
    #[serde(default, rename = "t", skip_serializing_if = "Option::is_none")]
    pub top_layer: Option<Digest>,
    /// Where it stands, relative to the item.
    #[serde(default, rename = "at")]
    pub spot: Spot,
}

impl LineageClaim {
    /// A plain claim, trusted as [`ProofKind::confidence`] has it.
    pub fn new(child: Named, parent: Named, kind: Option<EdgeKind>, proof: ProofKind, spot: Spot) -> Self {
        let confidence = proof.confidence(parent.digest.is_some());
        LineageClaim { child, parent, kind, proof, confidence, of: 1, top_layer: None, spot }
    }
}

fn one() -> u16 {
    1
}

fn is_one(n: &u16) -> bool {
    *n == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for kind in EdgeKind::ALL {
            assert_eq!(EdgeKind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{:?}", kind.as_str()));
        }
        for (at, way) in ProofKind::ALL.into_iter().enumerate() {
            assert_eq!(ProofKind::parse(way.as_str()), Some(way));
            assert_eq!(usize::from(way.index()), at);
            assert_eq!(serde_json::to_string(&way).unwrap(), format!("{:?}", way.as_str()));
        }
        assert_eq!((EdgeKind::parse("bases"), ProofKind::parse("")), (None, None));
    }

    #[test]
    fn confidence_is_bounded_and_never_rounded_up() {
        let shown = |n| Confidence::new(n).to_string();
        assert_eq!([shown(0), shown(979), shown(1000), shown(9999)], ["0.00", "0.97", "1.00", "1.00"]);
        assert_eq!(serde_json::from_str::<Confidence>("60000").unwrap().thousandths(), 1000);
        for way in ProofKind::ALL {
            assert!(way.confidence(true) >= way.confidence(false), "{way:?}");
            assert!(way.confidence(true) <= Confidence::CAP, "{way:?}");
        }
    }

    #[test]
    fn scratch_is_a_word_and_no_digest() {
        assert!(Named::scratch().is_scratch());
        assert!(!Named::by_reference("docker.io/library/scratch").is_scratch());
        assert!(!Named { digest: Some(Digest::of(b"")), ..Named::scratch() }.is_scratch());
    }

    #[test]
    fn a_claim_keeps_all_it_was_told() {
        let mut claim = LineageClaim::new(
            Named::by_reference("team/app:1"),
            Named { platform: Some("linux/arm64".into()), ..Named::by_digest(Digest::of(b"base")) },
            None,
            ProofKind::Provenance,
            Spot { pointer: "/predicate/materials/0".into(), ..Spot::default() },
        );
        claim.of = 3;
        let text = serde_json::to_string(&claim).unwrap();
        assert_eq!(serde_json::from_str::<LineageClaim>(&text).unwrap(), claim);
        let chain = LayerChain {
            image: Named::by_digest(Digest::of(b"app")),
            kind: LayerKind::Compressed,
            layers: vec![Digest::of(b"1"), Digest::of(b"2")],
            history: vec![history_word("2026-11-19T02:14:00Z", "ADD file in /", false)],
            created: None,
            flattened: true,
            spot: Spot::default(),
        };
        let text = serde_json::to_string(&chain).unwrap();
        assert_eq!(serde_json::from_str::<LayerChain>(&text).unwrap(), chain);
    }

    #[test]
    fn a_history_word_tells_every_part_apart() {
        let words = [
            history_word("a", "b", false),
            history_word("a", "b", true),
            history_word("ab", "", false),
            history_word("", "ab", false),
        ];
        for (at, word) in words.iter().enumerate() {
            assert_eq!(word.len(), 16);
            assert!(!words[at + 1..].contains(word));
        }
    }
}
