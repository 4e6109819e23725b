//! The arguments of `graph`.

use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

/// How lineage is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// Bases with what stands on them; around one image what it stands on and what stands on it
    Outline,
    /// Every way from one image down to what stands on nothing, and how each step is known
    Paths,
    /// Graphviz
    Dot,
    /// Mermaid
    Mermaid,
    /// A drawing for any browser
    Svg,
    /// The same as --json
    Json,
}

/// Arguments of `graph`.
#[derive(Debug, ClapArgs)]
pub struct GraphArgs {
    /// Only what this image stands on and what stands on it; named as for image, or an unknown base as chain:sha256:...
    #[arg(long, value_name = "IMAGE")]
    pub focus: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value = "outline")]
    pub format: GraphFormat,
    /// The file to make; else standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
