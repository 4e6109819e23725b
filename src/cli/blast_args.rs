//! The arguments of `blast` and `waves`.

use clap::Args as ClapArgs;

/// Arguments of `blast`.
#[derive(Debug, ClapArgs)]
pub struct BlastArgs {
    /// A digest or its beginning, a name or its end, or registry:, repo:, tag:, digest:, layer:, chain:, action:, account:
    /// with a value; several are asked about at once; else all that open indicators call bad or suspect
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Only what came between these times, as FROM..TO; else the window of the open indicator on the same target
    #[arg(long, value_name = "FROM..TO")]
    pub window: Option<String>,
    /// Rows of each list at most; counts are always of all
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// Arguments of `waves`.
#[derive(Debug, ClapArgs)]
pub struct WavesArgs {
    /// What is to be replaced, named as for blast; else all that open indicators call bad or suspect
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Count only these: priorities as P0,P1, or verdicts as bad,suspect
    #[arg(long = "for", value_name = "CLASSES", value_delimiter = ',')]
    pub classes: Vec<String>,
    /// Images of each wave at most; counts are always of all
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}
