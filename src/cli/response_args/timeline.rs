//! Arguments of `timeline`, `handover` and `situation`.

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

use crate::model::entry::{Lane, Precision};

/// A lane of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LaneArg {
    /// What happened
    Happened,
    /// What we learned
    Learned,
    /// What we did
    Did,
}

impl LaneArg {
    /// As the case knows it.
    pub fn lane(self) -> Lane {
        match self {
            LaneArg::Happened => Lane::Happened,
            LaneArg::Learned => Lane::Learned,
            LaneArg::Did => Lane::Did,
        }
    }
}

/// How exactly a time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PrecisionArg {
    /// To the second or better
    Exact,
    /// To the minute
    Minute,
    /// To the hour
    Hour,
    /// To the day
    Day,
    /// Roughly
    About,
}

impl PrecisionArg {
    /// As the case knows it.
    pub fn precision(self) -> Precision {
        match self {
            PrecisionArg::Exact => Precision::Exact,
            PrecisionArg::Minute => Precision::Minute,
            PrecisionArg::Hour => Precision::Hour,
            PrecisionArg::Day => Precision::Day,
            PrecisionArg::About => Precision::About,
        }
    }
}

/// Arguments of `timeline`.
#[derive(Debug, ClapArgs)]
pub struct TimelineArgs {
    /// What to do; without it, list
    #[command(subcommand)]
    pub action: Option<TimelineAction>,
    /// Only one lane
    #[arg(long, value_enum)]
    pub lane: Option<LaneArg>,
    /// Only from this time on
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only up to this time
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// Only entries that hold this text
    #[arg(long, value_name = "TEXT")]
    pub grep: Option<String>,
    /// Only what responders wrote or imported
    #[arg(long)]
    pub own: bool,
}

/// Actions of `timeline`.
#[derive(Debug, Subcommand)]
pub enum TimelineAction {
    /// Write an entry
    Add(AddEntryArgs),
    /// Say something else of an entry
    Edit(EditEntryArgs),
    /// Strike an entry through
    Retract(RetractEntryArgs),
    /// Import a timeline
    Import(ImportEntriesArgs),
}

/// What may be said of an entry.
#[derive(Debug, ClapArgs)]
pub struct EntryArgs {
    /// When it was found out; else now
    #[arg(long, value_name = "TIME")]
    pub discovered: Option<String>,
    /// How exactly the time is known; else as exactly as it is typed
    #[arg(long, value_enum)]
    pub precision: Option<PrecisionArg>,
    /// The zone of times without an offset, as Europe/Berlin; else UTC
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Seconds by which the clock of its source ran ahead (negative: behind)
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-315_360_000..=315_360_000))]
    pub skew: Option<i64>,
    /// What proves it: evidence:ID, event:HASH, a ticket, an address; may be repeated
    #[arg(long, value_name = "EVIDENCE")]
    pub evidence: Vec<String>,
    /// Who may read it: RED, AMBER+STRICT, AMBER, GREEN, CLEAR; else the case's label
    #[arg(long, value_name = "LABEL")]
    pub tlp: Option<String>,
    /// It belongs to talks with counsel: it leaves the case only where asked for by name
    #[arg(long)]
    pub privileged: bool,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `timeline add`.
#[derive(Debug, ClapArgs)]
pub struct AddEntryArgs {
    /// What it says
    #[arg(required = true)]
    pub text: Vec<String>,
    /// When it was: 2026-11-21T07:40Z, "2026-11-21 07:40", 07:40Z (of the incident's day); else now
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Its lane
    #[arg(long, value_enum, default_value = "happened")]
    pub lane: LaneArg,
    /// What else is said of it
    #[command(flatten)]
    pub says: EntryArgs,
}

/// Arguments of `timeline edit`.
#[derive(Debug, ClapArgs)]
pub struct EditEntryArgs {
    /// The entry: the first six or more digits of its id
    pub entry: String,
    /// What it says now
    #[arg(long, value_name = "TEXT")]
    pub text: Option<String>,
    /// When it was
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Its lane
    #[arg(long, value_enum)]
    pub lane: Option<LaneArg>,
    /// What else is said of it
    #[command(flatten)]
    pub says: EntryArgs,
}

/// Arguments of `timeline retract`.
#[derive(Debug, ClapArgs)]
pub struct RetractEntryArgs {
    /// The entry: the first six or more digits of its id
    pub entry: String,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub reason: String,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `timeline import`.
#[derive(Debug, ClapArgs)]
pub struct ImportEntriesArgs {
    /// A file of Timesketch (CSV, JSONL) or any CSV; - for standard input
    pub file: PathBuf,
    /// Which column holds what: message, datetime, kind, lane, discovered, tlp; may be repeated
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    /// The lane of what tells none
    #[arg(long, value_enum, default_value = "happened")]
    pub lane: LaneArg,
    /// The zone of times without an offset; else UTC
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Seconds by which the clock of its source runs ahead (negative: behind)
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-315_360_000..=315_360_000))]
    pub skew: i64,
    /// Who may read what tells nothing of it
    #[arg(long, value_name = "LABEL")]
    pub tlp: Option<String>,
    /// All of it belongs to talks with counsel
    #[arg(long)]
    pub privileged: bool,
    /// Store what was pasted; without it, what comes from standard input and had a secret in it is shown first, and nothing stored
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `handover`.
#[derive(Debug, ClapArgs)]
pub struct HandoverArgs {
    /// What the next shift must know; it is kept with the handover
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Since when; else since you left: your last word before a break of four hours or more
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long, requires = "note")]
    pub yes: bool,
}
