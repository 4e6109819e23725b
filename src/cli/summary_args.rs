//! The arguments of `summary`.

use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

use crate::report::{Audience, Topic};

/// Forms of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormArg {
    /// GitHub Markdown
    Md,
    /// One file for a browser, with nothing from outside
    Html,
    /// Everything, for scripts
    Json,
    /// Slack, in numbered messages
    Slack,
    /// Jira's wiki markup
    Jira,
    /// A STIX 2.1 bundle
    Stix,
    /// An OpenVEX 0.2.0 document
    Openvex,
    /// The timeline as JSON lines; as CSV where the file ends so
    Timesketch,
    /// One table: --table says which
    Csv,
}

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AudienceArg {
    /// Numbers and deadlines
    Executive,
    /// Everything
    Technical,
    /// What is affected, nothing of the inside
    Customer,
    /// Impact, times, measures, evidence
    Regulator,
}

impl From<AudienceArg> for Audience {
    fn from(audience: AudienceArg) -> Audience {
        match audience {
            AudienceArg::Executive => Audience::Executive,
            AudienceArg::Technical => Audience::Technical,
            AudienceArg::Customer => Audience::Customer,
            AudienceArg::Regulator => Audience::Regulator,
        }
    }
}

/// What leaves only where it is asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IncludeArg {
    /// What was said to counsel, or for them
    Privileged,
    /// Mail addresses, accounts, machines, home folders
    Personal,
}

/// Tables of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableArg {
    /// Images that are touched, may be, or were cleared
    Affected,
    /// What is bad or in doubt
    Indicators,
    /// What happened, was learned, was done
    Timeline,
    /// What responders wrote down
    Notes,
    /// What was acquired, by whom and how
    Evidence,
    /// What could not be read
    Unknown,
    /// Words that differ
    Conflicts,
}

impl From<TableArg> for Topic {
    fn from(table: TableArg) -> Topic {
        match table {
            TableArg::Affected => Topic::Affected,
            TableArg::Indicators => Topic::Indicators,
            TableArg::Timeline => Topic::Timeline,
            TableArg::Notes => Topic::Notes,
            TableArg::Evidence => Topic::Evidence,
            TableArg::Unknown => Topic::Unknown,
            TableArg::Conflicts => Topic::Conflicts,
        }
    }
}

/// Arguments of `summary`.
#[derive(Debug, ClapArgs)]
pub struct SummaryArgs {
    /// How it is written
    #[arg(long, value_enum, default_value = "md")]
    pub format: FormArg,
    /// The file to make; else standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Nothing above this TLP 2.0 label leaves; else the case's own
    #[arg(long, value_name = "LABEL")]
    pub tlp: Option<String>,
    /// Who reads it
    #[arg(long = "for", value_enum, value_name = "AUDIENCE", default_value = "technical")]
    pub audience: AudienceArg,
    /// What leaves only where it is asked for by name; several with commas between
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub include: Vec<IncludeArg>,
    /// The table that --format csv writes
    #[arg(long, value_enum, value_name = "TABLE")]
    pub table: Option<TableArg>,
    /// The time it speaks of; else the newest event's
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Who answers for it; else who wrote the newest event
    #[arg(long, value_name = "NAME")]
    pub author: Option<String>,
}
