//! The arguments of `graph`.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
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
#[command(args_conflicts_with_subcommands = true)]
pub struct GraphArgs {
    /// What to do; without it, show
    #[command(subcommand)]
    pub action: Option<GraphAction>,
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

/// Actions of `graph`.
#[derive(Debug, Subcommand)]
pub enum GraphAction {
    /// Give an unknown base a name, until an image with its layers is read
    Name(NameArgs),
}

/// Arguments of `graph name`.
#[derive(Debug, ClapArgs)]
pub struct NameArgs {
    /// The unknown base: chain:sha256:... or the beginning of its id, as graph shows it
    #[arg(value_name = "BASE")]
    pub base: String,
    /// What to call it; nothing takes its name away
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// How that is known
    #[arg(long, value_name = "REASON")]
    pub reason: String,
}
