//! Arguments of `declare` and `checklist`.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

use crate::cli::args::SeverityArg;

/// How far the response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusArg {
    /// Being looked into
    Investigating,
    /// It does not spread any more
    Contained,
    /// Being put right
    Recovering,
    /// Over
    Closed,
}

impl StatusArg {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            StatusArg::Investigating => "investigating",
            StatusArg::Contained => "contained",
            StatusArg::Recovering => "recovering",
            StatusArg::Closed => "closed",
        }
    }
}

/// Arguments of `declare`.
#[derive(Debug, ClapArgs)]
pub struct DeclareArgs {
    /// How bad it is
    #[arg(long, value_enum)]
    pub severity: Option<SeverityArg>,
    /// How far the response is
    #[arg(long, value_enum)]
    pub status: Option<StatusArg>,
    /// What it is about, in a line
    #[arg(long, value_name = "TEXT")]
    pub scope: Option<String>,
    /// Where responders talk, out of reach of what is breached
    #[arg(long, value_name = "TEXT")]
    pub channel: Option<String>,
    /// TLP 2.0 label: RED, AMBER+STRICT, AMBER, GREEN, CLEAR
    #[arg(long, value_name = "LABEL")]
    pub tlp: Option<String>,
    /// When the organisation became aware: a legal fact, stated and never inferred
    #[arg(long, value_name = "TIME", requires = "aware_source")]
    pub aware: Option<String>,
    /// Who or what says so
    #[arg(long, value_name = "SOURCE", requires = "aware")]
    pub aware_source: Option<String>,
    /// Who plays a part: commander, scribe, registry, ci, cluster, security, identity, legal, communications, vendor, platform, development, operations; may be repeated
    #[arg(long, value_name = "ROLE=WHO")]
    pub role: Vec<String>,
    /// Who does not any more; may be repeated
    #[arg(long, value_name = "ROLE=WHO")]
    pub no_role: Vec<String>,
    /// A further action that was begun; may be repeated
    #[arg(long, value_name = "TEXT")]
    pub action: Vec<String>,
}

/// Arguments of `checklist`.
#[derive(Debug, ClapArgs)]
pub struct ChecklistArgs {
    /// What to do; without it, list
    #[command(subcommand)]
    pub action: Option<ChecklistAction>,
}

/// Actions of `checklist`.
#[derive(Debug, Subcommand)]
pub enum ChecklistAction {
    /// List the tasks
    List(TasksArgs),
    /// Add a task, or the tasks of a file
    Add(AddTaskArgs),
    /// Say that somebody does it
    Claim(ClaimArgs),
    /// Say that it is done
    Done(DoneArgs),
    /// Say that it will not be done
    Waive(ReasonArgs),
    /// Say that it is open again
    Reopen(ReasonArgs),
}

/// Arguments of `checklist list`.
#[derive(Debug, Default, ClapArgs)]
pub struct TasksArgs {
    /// Only yours: claimed by you, or of a role that you play
    #[arg(long)]
    pub mine: bool,
    /// Only what can be done next, the first due first
    #[arg(long)]
    pub next: bool,
    /// Only those that are neither done nor waived
    #[arg(long)]
    pub open: bool,
    /// Only of a role
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// Only of a stage (first-hour, containment, ...)
    #[arg(long, value_name = "STAGE")]
    pub phase: Option<String>,
}

/// Arguments of `checklist add`.
#[derive(Debug, ClapArgs)]
pub struct AddTaskArgs {
    /// What is to be done
    #[arg(required_unless_present = "from")]
    pub title: Option<String>,
    /// A file of tasks (TOML, as assets/checklists)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["title", "phase", "role", "due", "closes", "parent", "after"])]
    pub from: Option<PathBuf>,
    /// The stage: first-hour, day-1, assessment, containment, recovery, forensics, communication, hardening, review
    #[arg(long, value_name = "STAGE", default_value = "containment")]
    pub phase: String,
    /// Who does it
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// When it is due, counted from the declaration: 15m, 4h, 30d, 5bd, 1mo
    #[arg(long, value_name = "TIME")]
    pub due: Option<String>,
    /// What closes it
    #[arg(long, value_name = "TEXT")]
    pub closes: Option<String>,
    /// The task it is a part of
    #[arg(long, value_name = "TASK")]
    pub parent: Option<String>,
    /// A task that comes before it; may be repeated
    #[arg(long, value_name = "TASK")]
    pub after: Vec<String>,
}

/// Arguments of `checklist claim`.
#[derive(Debug, ClapArgs)]
pub struct ClaimArgs {
    /// The task
    pub task: String,
    /// For how long: 30m, 4h; then it is open again by itself
    #[arg(long = "for", value_name = "TIME", default_value = "4h")]
    pub how_long: String,
    /// Who does it; else you
    #[arg(long = "as", value_name = "WHO")]
    pub who: Option<String>,
}

/// Arguments of `checklist done`.
#[derive(Debug, ClapArgs)]
pub struct DoneArgs {
    /// The task
    pub task: String,
    /// What proves it: evidence:ID, event:HASH, a ticket, an address; may be repeated
    #[arg(long, value_name = "EVIDENCE", required = true)]
    pub evidence: Vec<String>,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `checklist waive` and `checklist reopen`.
#[derive(Debug, ClapArgs)]
pub struct ReasonArgs {
    /// The task
    pub task: String,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: String,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long)]
    pub yes: bool,
}
