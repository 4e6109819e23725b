//! Arguments of `indicator` and `mirror`.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

use crate::model::indicator::{ClearedBy, State};

/// Arguments of `indicator`.
#[derive(Debug, ClapArgs)]
pub struct IndicatorArgs {
    /// What to do; without it, list
    #[command(subcommand)]
    pub action: Option<IndicatorAction>,
}

/// Actions of `indicator`.
#[derive(Debug, Subcommand)]
pub enum IndicatorAction {
    /// Say what is bad or in doubt
    Add(AddArgs),
    /// List the indicators
    List(ListArgs),
    /// Say something else of an indicator
    Set(SetArgs),
    /// Withdraw an indicator
    Retract(RetractArgs),
    /// Read a notice and propose indicators
    Import(NoticeArgs),
}

/// What is said of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StateArg {
    /// Known bad
    Bad,
    /// In doubt
    Suspect,
    /// Known good for a window
    Cleared,
}

impl StateArg {
    /// As the case knows it.
    pub fn state(self) -> State {
        match self {
            StateArg::Bad => State::Bad,
            StateArg::Suspect => State::Suspect,
            StateArg::Cleared => State::Cleared,
        }
    }
}

/// How something is known to be good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClearedByArg {
    /// It was there before the window
    Predates,
    /// Its signature was checked against an identity that the breach does not touch
    Signed,
    /// It was built again from its sources with the same digest
    Rebuilt,
}

impl ClearedByArg {
    /// As the case knows it.
    pub fn cleared_by(self) -> ClearedBy {
        match self {
            ClearedByArg::Predates => ClearedBy::Predates,
            ClearedByArg::Signed => ClearedBy::Signed,
            ClearedByArg::Rebuilt => ClearedBy::Rebuilt,
        }
    }
}

/// Arguments of `indicator add`.
#[derive(Debug, ClapArgs)]
pub struct AddArgs {
    /// A digest or its beginning, a name or its end (pay/api), or registry:, repo:, tag:, digest:, layer:, pkg:, action:, account: with a value
    pub target: String,
    /// What is said of it
    #[arg(long, value_enum)]
    pub state: StateArg,
    /// When, FROM..TO: 02:00Z..07:00Z (of the incident's day), 2026-03-17T02:00Z.., ..2026-03-17
    #[arg(long, value_name = "FROM..TO")]
    pub window: Option<String>,
    /// For cleared: how it is known to be good; predates where nothing is said
    #[arg(long, value_enum)]
    pub by: Option<ClearedByArg>,
    /// Who or what says so
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
}

/// Arguments of `indicator list`.
#[derive(Debug, ClapArgs)]
pub struct ListArgs {
    /// Those that were withdrawn too
    #[arg(long)]
    pub all: bool,
}

/// Arguments of `indicator set`.
#[derive(Debug, ClapArgs)]
pub struct SetArgs {
    /// The indicator: the first six or more digits of its id, or its target
    pub indicator: String,
    /// What is said of it now
    #[arg(long, value_enum)]
    pub state: Option<StateArg>,
    /// When; widening a window judges everything again
    #[arg(long, value_name = "FROM..TO")]
    pub window: Option<String>,
    /// For cleared: how it is known to be good
    #[arg(long, value_enum)]
    pub by: Option<ClearedByArg>,
    /// Who or what says so
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
}

/// Arguments of `indicator retract`.
#[derive(Debug, ClapArgs)]
pub struct RetractArgs {
    /// The indicator: the first six or more digits of its id, or its target
    pub indicator: String,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
}

/// Arguments of `indicator import`.
#[derive(Debug, ClapArgs)]
pub struct NoticeArgs {
    /// A notice: text, mail, CSV or STIX 2.1 JSON; - for standard input
    pub file: PathBuf,
}

/// Arguments of `mirror`.
#[derive(Debug, ClapArgs)]
pub struct MirrorArgs {
    /// What to do; without it, list
    #[command(subcommand)]
    pub action: Option<MirrorAction>,
}

/// Actions of `mirror`.
#[derive(Debug, Subcommand)]
pub enum MirrorAction {
    /// Say that a host has the content of another
    Add {
        /// HOST=UPSTREAM, as mirror.corp=docker.io or registry.corp/dockerhub=docker.io
        mirror: String,
    },
    /// List the mirrors
    List,
    /// Say that a host is no mirror any more
    Remove {
        /// HOST or HOST=UPSTREAM, as it is listed
        mirror: String,
    },
}
