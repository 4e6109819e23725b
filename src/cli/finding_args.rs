//! The arguments of `findings`, `packages` and `scan`.

use clap::{Args as ClapArgs, ValueEnum};

/// Arguments of `findings`.
#[derive(Debug, ClapArgs)]
pub struct FindingsArgs {
    /// Which: severity:>=high kev:yes epss:>=0.1 -fixed:no package~ssl exploitation:active from-base:yes (a or b)
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// Order: danger, severity, cvss, epss, images, id, package
    #[arg(long, value_name = "KEY")]
    pub sort: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// Arguments of `packages`.
#[derive(Debug, ClapArgs)]
pub struct PackagesArgs {
    /// A package or the source it is built from, as openssl (which is libssl3 too), or pkg: with a package URL
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Only these versions: '<3.1.4-r1', '>=5.6.0 <5.6.2', '5.6.0 || 5.6.1'; each by its own kind's order
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    pub version: Option<String>,
}

/// Scanners that can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScannerArg {
    /// Trivy: vulnerabilities and packages
    Trivy,
    /// Grype: vulnerabilities
    Grype,
    /// Syft: packages
    Syft,
}

/// Arguments of `scan`.
#[derive(Debug, ClapArgs)]
pub struct ScanArgs {
    /// What to scan, as the scanner takes it (a reference, oci-dir:PATH); else every used image that no report is of
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// The scanner; else the first of trivy, grype and syft that is installed
    #[arg(long, value_enum)]
    pub with: Option<ScannerArg>,
    /// At most this many images, those that run most first
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// So many at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub jobs: usize,
    /// Seconds that one image may take
    #[arg(long = "time", value_name = "SECONDS", default_value_t = 600)]
    pub time: u64,
}
