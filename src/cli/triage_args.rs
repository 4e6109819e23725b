//! Arguments of `triage`, `assess`, `matrix`, `explain` and `policy`.

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// Arguments of `triage`.
#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub struct TriageArgs {
    /// What to do; without it, list
    #[command(subcommand)]
    pub action: Option<TriageAction>,
    /// Which, as for images: priority:P0 exposure:internet criticality:high standing:running
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// Actions of `triage`.
#[derive(Debug, Subcommand)]
pub enum TriageAction {
    /// Set a priority by hand; the computed one stays beside it
    Set(SetArgs),
    /// Stop the due time of an image
    Pause(PauseArgs),
    /// Let it run again
    Resume(PauseArgs),
    /// What to find out next, what would change most first
    Next(NextArgs),
}

/// Arguments of `triage set`.
#[derive(Debug, ClapArgs)]
pub struct SetArgs {
    /// The images, by any alias
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<String>,
    /// P0, P1, P2 or P3; computed leaves it to the policy again
    #[arg(long, value_name = "PRIORITY")]
    pub priority: String,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: String,
}

/// Arguments of `triage pause` and `triage resume`.
#[derive(Debug, ClapArgs)]
pub struct PauseArgs {
    /// The images, by any alias
    #[arg(required = true, value_name = "IMAGE")]
    pub images: Vec<String>,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: String,
}

/// Arguments of `triage next`.
#[derive(Debug, ClapArgs)]
pub struct NextArgs {
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
}

/// Arguments of `assess`.
#[derive(Debug, ClapArgs)]
pub struct AssessArgs {
    /// Images by any alias, then FIELD=VALUE: criticality=critical|high|medium|low, exploitability=easy|medium|hard|n/a|unknown, exposure=internet|internal|dev-only; an empty value leaves it to the facts
    #[arg(required = true, num_args = 1.., value_name = "IMAGE... FIELD=VALUE")]
    pub words: Vec<String>,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: String,
}

/// Arguments of `explain`.
#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// The image, by any alias
    pub image: String,
}

/// Arguments of `policy`.
#[derive(Debug, ClapArgs)]
pub struct PolicyArgs {
    /// What to do; without it, show
    #[command(subcommand)]
    pub action: Option<PolicyAction>,
}

/// Actions of `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyAction {
    /// Print the policy that counts
    Show,
    /// Whether a policy makes sense
    Check(FileArgs),
    /// Which images another policy would move
    Preview(FileArgs),
    /// Give the case another policy
    Set(PolicySetArgs),
}

/// Arguments of `policy check` and `policy preview`.
#[derive(Debug, ClapArgs)]
pub struct FileArgs {
    /// The policy, as `policy show` prints one; default is the built-in one
    pub file: PathBuf,
}

/// Arguments of `policy set`.
#[derive(Debug, ClapArgs)]
pub struct PolicySetArgs {
    /// The policy; default is the built-in one
    pub file: PathBuf,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: String,
}
