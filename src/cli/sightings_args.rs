//! Arguments of `sightings` and `known-good`.

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// Arguments of `sightings`.
#[derive(Debug, ClapArgs)]
pub struct SightingsArgs {
    /// A digest or its beginning, a name or its end (pay/api), or registry:, repo:, tag:, digest: with a value; else all that logs tell of
    pub target: Option<String>,
    /// Count and list what lies inside, FROM..TO; else the windows of the open indicators
    #[arg(long, value_name = "FROM..TO")]
    pub window: Option<String>,
    /// At most this many sightings and images
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// Arguments of `known-good`.
#[derive(Debug, ClapArgs)]
pub struct KnownGoodArgs {
    /// What to do; without it, list
    #[command(subcommand)]
    pub action: Option<KnownGoodAction>,
}

/// Actions of `known-good`.
#[derive(Debug, Subcommand)]
pub enum KnownGoodAction {
    /// Say what was trusted before, and see what differs now
    Import(KnownGoodImportArgs),
    /// List what is known to be good, and what differs now
    List,
}

/// Arguments of `known-good import`.
#[derive(Debug, ClapArgs)]
pub struct KnownGoodImportArgs {
    /// A list of names and digests (text, CSV, JSON, YAML), a lockfile, release notes, an earlier case; - for standard input
    pub file: PathBuf,
    /// The time it speaks of; else the file's time
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}
