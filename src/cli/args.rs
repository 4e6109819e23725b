//! The command line as a table: names, flags and their help.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

use super::blast_args::{BlastArgs, WavesArgs};
use super::collect_args::CollectArgs;
use super::finding_args::{FindingsArgs, PackagesArgs, ScanArgs};
use super::graph_args::GraphArgs;
use super::indicator_args::{IndicatorArgs, MirrorArgs};
use super::response_args;
use super::sightings_args::{KnownGoodArgs, SightingsArgs};
use super::summary_args::SummaryArgs;
use super::triage_args::{AssessArgs, ExplainArgs, PolicyArgs, TriageArgs};

/// What an on-call responder opens when a container registry, a base image or a publisher's credentials have been breached.
#[derive(Debug, Parser)]
#[command(name = "hullbreach", version, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed and nothing changed, 2 wrong usage, 3 done with gaps (counted and \
                        named), 4 a check says no, 130 interrupted."
)]
pub struct Args {
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do; without it, how to begin.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags of every command.
#[derive(Debug, ClapArgs)]
pub struct Global {
    /// The case file; else $HULLBREACH_CASE, else the only *.case file in this folder
    #[arg(short, long, global = true, value_name = "FILE")]
    pub case: Option<PathBuf>,
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Only ASCII in borders and marks
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Say what would be changed, and change nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
}

/// The commands. What each one is called and what its help says stands in the command table, which wins over the words
/// here; a test holds both together.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new case
    New(NewArgs),
    /// Make the exercise case from evidence this program carries, played to its end, and print its picture
    Demo(DemoArgs),
    /// Open a case in the terminal; elsewhere print its situation
    Open(OpenArgs),
    /// Import files, folders or standard input (-) as evidence
    Import(ImportArgs),
    /// Get evidence from live sources
    Collect(CollectArgs),
    /// List the images of the case
    Images(ImagesArgs),
    /// Show one image: every use, name and digest, and where each fact stands
    Image(ImageArgs),
    /// Show which image stands on which, and how that is known
    Graph(GraphArgs),
    /// Show what a target reaches: proven, likely, and what cannot be told
    Blast(BlastArgs),
    /// Show in which order to rebuild, and the smallest set of images to begin with
    Waves(WavesArgs),
    /// List findings: each vulnerability of a package once, with the images that have it
    Findings(FindingsArgs),
    /// Ask which images carry a package; the answer is yes, no, and where nobody looked
    Packages(PackagesArgs),
    /// Run an installed scanner over images that no report is of, and store its reports as evidence
    Scan(ScanArgs),
    /// Show what was read, how old it is, what is missing, and what the usual one-liner would have missed
    Coverage,
    /// List evidence, or show the bytes of one piece
    Evidence(EvidenceArgs),
    /// Say what is bad or in doubt, and list what was said
    Indicator(IndicatorArgs),
    /// Say which hosts show the content of others, and list what was said
    Mirror(MirrorArgs),
    /// List images by priority, P0 by cause and owner
    Triage(TriageArgs),
    /// Say how critical, exploitable or exposed images are
    Assess(AssessArgs),
    /// Print how many images stand in each cell, and the worst priority there
    Matrix,
    /// Say why an image has its priority
    Explain(ExplainArgs),
    /// Print, check, try or change the policy that makes priorities
    Policy(PolicyArgs),
    /// Write what people and machines receive of the case: Markdown, HTML, JSON, Slack, Jira, STIX, OpenVEX, Timesketch, CSV
    Summary(SummaryArgs),
    /// Show who saw, pulled and pushed which image when, and what no log tells
    Sightings(SightingsArgs),
    /// Say what was trusted before, and see what differs now
    KnownGood(KnownGoodArgs),
    /// Show the first screen as text
    Situation,
    /// Declare the incident, and print its alert
    Declare(response_args::DeclareArgs),
    /// Show who does what by when
    Checklist(response_args::ChecklistArgs),
    /// Show which deadlines run, from when, and what was filed
    Clocks(response_args::ClocksArgs),
    /// Show which credentials there are, and whether the old ones are proved dead
    Credentials(response_args::CredentialsArgs),
    /// Show what was said since you left, and what is open; with --note hand over to the next shift
    Handover(response_args::HandoverArgs),
    /// Show what happened, what we learned, what we did
    Timeline(response_args::TimelineArgs),
    /// List the events of the case
    Log(LogArgs),
    /// Take back your last change (or a named one); taking back a retraction is redo
    Undo(UndoArgs),
    /// Write something down about an image, evidence, an event or the case; without a text list the notes
    Note(NoteArgs),
    /// Destroy the bytes of a piece of evidence, for a leaked secret; a signed tombstone stays
    Expunge(ExpungeArgs),
    /// Read stored evidence again with this version's readers
    Reread,
    /// Check chains, signatures, evidence and projections
    Verify(VerifyArgs),
    /// Fold the projections anew from the events
    Rebuild,
    /// Write a read-only script with which another team collects evidence, or list what it asks for (--json)
    Kit(KitArgs),
    /// Print the keys of the terminal, with your own keymap merged in
    Keys,
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Write the man pages into a folder
    Man(ManArgs),
    /// Write a picture of each view over the exercise into a folder
    Screens(ScreensArgs),
}

/// Severities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SeverityArg {
    /// Critical
    Critical,
    /// High
    High,
    /// Medium
    Medium,
}

/// Arguments of `new`.
#[derive(Debug, ClapArgs)]
pub struct NewArgs {
    /// The file to make, NAME.case
    pub file: PathBuf,
    /// What it is about, in a few words
    #[arg(long, value_name = "TITLE")]
    pub title: String,
    /// How bad it is, where known
    #[arg(long, value_enum)]
    pub severity: Option<SeverityArg>,
    /// TLP 2.0 label: RED, AMBER+STRICT, AMBER, GREEN, CLEAR
    #[arg(long, value_name = "LABEL")]
    pub tlp: Option<String>,
    /// When the organisation became aware: a legal fact, stated and never inferred (2026-11-21T07:40Z, 07:40Z)
    #[arg(long, value_name = "TIME")]
    pub aware: Option<String>,
    /// Who or what says so
    #[arg(long, value_name = "SOURCE", requires = "aware")]
    pub aware_source: Option<String>,
    /// A Unix group that shares the file on this machine (mode 0660, in a folder of mode 2770)
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
}

/// Arguments of `demo`.
#[derive(Debug, ClapArgs)]
pub struct DemoArgs {
    /// Folder for the exercise case; else a new temporary one
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Print its picture and write every form of its summary into a folder beside it, also where there is a terminal
    #[arg(long)]
    pub summary: bool,
    /// As it is when the exercise begins, to be played; else as it was played to its end
    #[arg(long)]
    pub begin: bool,
}

/// Arguments of `open`.
#[derive(Debug, ClapArgs)]
pub struct OpenArgs {
    /// The case file; else as for every command
    pub file: Option<PathBuf>,
    /// Nothing can be changed: commands that would are not there
    #[arg(long)]
    pub read_only: bool,
}

/// Arguments of `completions`.
#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Arguments of `screens`.
#[derive(Debug, ClapArgs)]
pub struct ScreensArgs {
    /// The folder; made where it is missing
    pub dir: PathBuf,
}

/// Arguments of `man`.
#[derive(Debug, ClapArgs)]
pub struct ManArgs {
    /// The folder; made where it is missing
    pub dir: PathBuf,
}

/// Arguments of `import`.
#[derive(Debug, ClapArgs)]
pub struct ImportArgs {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Read as this format, whatever it looks like (kubernetes-json, kubernetes-yaml, image-table, reference-list, engine-json, machine-csv, owner-csv, ...)
    #[arg(long = "as", value_name = "FORMAT")]
    pub format: Option<String>,
    /// The cluster context or site it is of; name it whenever there is more than one
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
    /// The time it speaks of; else the file's time, or now for standard input
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Which column of a table holds what, as image="Container image"; may be given several times
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    /// A build argument for the Dockerfiles among it, as docker build takes it; may be repeated. It is recorded: no secrets
    #[arg(long = "build-arg", value_name = "NAME=VALUE")]
    pub build_args: Vec<String>,
    /// Seconds by which the clock of its source runs ahead (negative: behind)
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_negative_numbers = true)]
    pub clock_offset: i64,
    /// It is a part (a filtered list): it never says that something is gone
    #[arg(long)]
    pub partial: bool,
    /// Store the bytes without redaction; they are still never printed with their secrets
    #[arg(long)]
    pub keep_raw: bool,
}

/// Who owns the data that a collection script asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// A Kubernetes cluster
    Cluster,
    /// A machine with a container engine
    Host,
    /// A registry
    Registry,
    /// Builds
    Ci,
    /// Source control
    Scm,
}

/// Arguments of `kit`.
#[derive(Debug, ClapArgs)]
pub struct KitArgs {
    /// Only for the team that owns this; else one script for all, which is told the role when it is run
    #[arg(long, value_enum)]
    pub role: Option<RoleArg>,
    /// The file to make; else standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Arguments of `images`.
#[derive(Debug, ClapArgs)]
pub struct ImagesArgs {
    /// Which: registry:docker.io role:init running:>0 name~api -ns:dev needs:TAG mark:unreached owner:pay verdict:bad priority:P0 (a or b)
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// Order: name, running, uses, workloads, first-seen, last-seen, verdict, priority, due, rule; a leading - turns it around
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// Arguments of `image`.
#[derive(Debug, ClapArgs)]
pub struct ImageArgs {
    /// A digest or its first six or more digits, a name or its end (pay/api), tag:, repo:, digest:
    pub image: String,
}

/// Arguments of `evidence`.
#[derive(Debug, ClapArgs)]
pub struct EvidenceArgs {
    /// What to do; without it, list
    #[command(subcommand)]
    pub action: Option<EvidenceAction>,
}

/// Actions of `evidence`.
#[derive(Debug, Subcommand)]
pub enum EvidenceAction {
    /// Print the stored bytes of one piece
    Show {
        /// Its id or the first six or more digits
        id: String,
        /// The bytes as stored, not made safe for a terminal
        #[arg(long)]
        raw: bool,
        /// Only what stands at a locator: a JSON pointer (/items/3/spec), line:N, or FIRST+LENGTH in bytes
        #[arg(long, value_name = "LOCATOR")]
        at: Option<String>,
    },
}

/// Arguments of `log`.
#[derive(Debug, ClapArgs)]
pub struct LogArgs {
    /// Only events of this kind, as evidence.acquired
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
}

/// Arguments of `undo`.
#[derive(Debug, ClapArgs)]
pub struct UndoArgs {
    /// The event (the first six or more digits of its hash); else your last one
    pub event: Option<String>,
}

/// Arguments of `note`.
#[derive(Debug, ClapArgs)]
pub struct NoteArgs {
    /// The text; - reads it from standard input
    pub text: Vec<String>,
    /// What it is about: an image by any of its aliases, evidence:ID, event:HASH, task:ID, clock:ID, credential:NAME, indicator:ID or entry:ID; else the case
    #[arg(long, value_name = "TARGET")]
    pub on: Option<String>,
    /// Who may read it: RED, AMBER+STRICT, AMBER, GREEN, CLEAR; else the case's label
    #[arg(long, value_name = "LABEL", requires = "text")]
    pub tlp: Option<String>,
    /// It belongs to talks with counsel: it leaves the case only where asked for by name
    #[arg(long, requires = "text")]
    pub privileged: bool,
    /// It was seen what is stored of it: without this a text in which a secret was replaced is shown first, and nothing stored
    #[arg(long, requires = "text")]
    pub yes: bool,
}

/// Arguments of `expunge`.
#[derive(Debug, ClapArgs)]
pub struct ExpungeArgs {
    /// The evidence id or its first six or more digits
    pub blob: String,
    /// Why, for the record
    #[arg(long, value_name = "REASON")]
    pub reason: String,
}

/// Arguments of `verify`.
#[derive(Debug, ClapArgs)]
pub struct VerifyArgs {
    /// Also read all stored evidence again and compare what is found
    #[arg(long)]
    pub reread: bool,
}
