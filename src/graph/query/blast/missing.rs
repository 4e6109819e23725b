//! What is missing where it cannot be told whether an image is reached, and what would tell.

/// Why it cannot be told whether an image is reached, and with that what would tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Missing {
    /// A way leads there, with a step too weak to count. A better proof of it would tell.
    WeakStep,
    /// It is, or stands on, something of which it is not known whether it is meant. When its digest came would tell.
    Doubt,
    /// Only a name is known, no digest. The running digest would tell.
    Digest,
    /// Only an index is known, not what is in it. The index itself would tell.
    Manifest,
    /// Neither layers nor a base are known. The image's config would tell.
    Layers,
    /// Layers were merged. Its Dockerfile or provenance would tell.
    Flattened,
    /// One layer that may be from scratch or flattened. Its Dockerfile or provenance would tell.
    OneLayer,
    /// Its layers are known as a registry keeps them, those of what is bad by their content. The image's config would tell.
    OtherLayers,
    /// The layers of what is bad are not known, or only as a registry keeps them. They would tell.
    LayersOfBad,
    /// What is bad is a package, and of the image's packages there is no list. That would tell.
    Packages,
    /// There is a list without the package; a copy may be linked in statically. No list can tell.
    NotListed,
}

impl Missing {
    /// Every reason.
    pub const ALL: [Missing; 11] = [
        Missing::WeakStep,
        Missing::Doubt,
        Missing::Digest,
        Missing::Manifest,
        Missing::Layers,
        Missing::Flattened,
        Missing::OneLayer,
        Missing::OtherLayers,
        Missing::LayersOfBad,
        Missing::Packages,
        Missing::NotListed,
    ];

    /// What is the matter, for people.
    pub fn reason(self) -> &'static str {
        match self {
            Missing::WeakStep => "a step on the way is too weak",
            Missing::Doubt => "not known whether its digest is the one meant",
            Missing::Digest => "tag only, no digest",
            Missing::Manifest => "only an index, its images not known",
            Missing::Layers => "no layers and no base known",
            Missing::Flattened => "squashed, base not visible",
            Missing::OneLayer => "one layer: from scratch or squashed",
            Missing::OtherLayers => "layers told otherwise than the bad image's",
            Missing::LayersOfBad => "layers of the bad image not known",
            Missing::Packages => "no list of its packages",
            Missing::NotListed => "not in its list of packages, may be linked in",
        }
    }

    /// What would tell, for people.
    pub fn would_tell(self) -> &'static str {
        match self {
            Missing::WeakStep => "the image's config (layers) or its provenance",
            Missing::Doubt => "the digest, and since when it is there",
            Missing::Digest => "the digest that runs",
            Missing::Manifest => "the index, as the registry has it",
            Missing::Layers | Missing::OtherLayers => "the image's config (layers)",
            Missing::Flattened | Missing::OneLayer => "its Dockerfile or provenance",
            Missing::LayersOfBad => "the bad image's config (layers)",
            Missing::Packages => "its SBOM, or a scan that lists packages",
            Missing::NotListed => "who built it: what is linked in statically",
        }
    }
}
