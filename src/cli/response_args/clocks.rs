//! Arguments of `clocks`.

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// Arguments of `clocks`.
#[derive(Debug, ClapArgs)]
pub struct ClocksArgs {
    /// What to do; without it, list
    #[command(subcommand)]
    pub action: Option<ClocksAction>,
    /// Those that do not apply too
    #[arg(long)]
    pub all: bool,
    /// End with exit code 4 where a deadline is missed or due soon (in a quarter of its time, between an hour and a day)
    #[arg(long)]
    pub check: bool,
}

/// Actions of `clocks`.
#[derive(Debug, Subcommand)]
pub enum ClocksAction {
    /// State when something was that deadlines run from
    Start(StartArgs),
    /// Say that a deadline was met
    Met(MetArgs),
    /// Say that something is not so, or that a deadline does not apply
    Deny(DenyArgs),
    /// Add deadlines of your own
    Add(AddClocksArgs),
    /// Give the holidays of a calendar
    Holidays(HolidaysArgs),
}

/// Arguments of `clocks start`.
#[derive(Debug, ClapArgs)]
pub struct StartArgs {
    /// A trigger (aware, personal-data, significant, material, major, ...) or one clock, as clocks lists them
    pub what: String,
    /// When it was: 2026-11-21T07:40Z, "2026-11-21 07:40" (UTC), 07:40Z (of the incident's day)
    #[arg(long, value_name = "TIME")]
    pub at: String,
    /// Who or what says so
    #[arg(long, value_name = "SOURCE")]
    pub source: String,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `clocks met`.
#[derive(Debug, ClapArgs)]
pub struct MetArgs {
    /// The clock, as clocks lists it
    pub clock: String,
    /// When it was met
    #[arg(long, value_name = "TIME")]
    pub at: String,
    /// What proves it: evidence:ID, event:HASH, a receipt's number, an address; may be repeated
    #[arg(long, value_name = "EVIDENCE", required = true)]
    pub evidence: Vec<String>,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `clocks deny`.
#[derive(Debug, ClapArgs)]
pub struct DenyArgs {
    /// A trigger or a clock
    pub what: String,
    /// Why, and who says so
    #[arg(long, value_name = "REASON")]
    pub reason: String,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `clocks add`.
#[derive(Debug, ClapArgs)]
pub struct AddClocksArgs {
    /// A file of deadlines (TOML, as in assets/clocks)
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
}

/// Arguments of `clocks holidays`.
#[derive(Debug, ClapArgs)]
pub struct HolidaysArgs {
    /// The calendar's name, as the rules call it (us)
    pub calendar: String,
    /// A file with a day a line, as 2026-12-25
    pub file: PathBuf,
}
