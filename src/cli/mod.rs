//! The command line: arguments in, text or one JSON document out, an exit code that scripts can rely on.
//!
//! One file a command. Nothing here decides anything about a case: commands ask `case` and `work`, and say what came of
//! it. Everything printed went through [`out::Out`], which lets nothing from evidence reach a terminal raw.

pub mod args;
pub mod blast_args;
pub mod collect_args;
mod commands;
mod dress;
pub mod finding_args;
pub mod graph_args;
pub mod indicator_args;
mod locate;
pub(crate) mod log;
pub mod out;
pub mod reference;
pub mod response_args;
pub mod sightings_args;
pub mod summary_args;
pub mod system;
mod table;
pub mod triage_args;
pub mod words;

use clap::FromArgMatches as _;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::collect::redact::redact_text;
use crate::env::Env;
use crate::model::text::scrub_lines;
use crate::tui::Launch;
use crate::work::exercise;
use args::Args;
pub(crate) use commands::demo::{lay_out, play};
use out::Out;

/// How a command ended. The numbers are the command line's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed; nothing changed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// Done, but something was rejected, unreadable or out of reach.
    Gaps = 3,
    /// A check says no.
    No = 4,
    /// Interrupted; what was stored stays stored.
    Interrupted = 130,
}

/// The streams of a process.
pub struct Streams<'a> {
    /// Standard input; taken by the command that reads it.
    pub stdin: Option<Box<dyn Read + Send>>,
    /// Standard output.
    pub stdout: &'a mut dyn Write,
    /// Standard error.
    pub stderr: &'a mut dyn Write,
    /// Standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Set when the responder asks to stop.
    pub cancel: Arc<AtomicBool>,
}

/// What a command line came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// It is done.
    Ended(Exit),
    /// The terminal is to be opened.
    Terminal(Launch),
}

/// Runs one command line in process and returns its exit code. Where a terminal would be opened, its text is printed.
pub fn run(arguments: impl IntoIterator<Item = OsString>, env: &Env, streams: Streams<'_>) -> Exit {
    match run_or_open(arguments, env, streams, false) {
        Next::Ended(exit) => exit,
        Next::Terminal(_) => Exit::Failed,
    }
}

/// Runs one command line in process, or says that the terminal is to be opened. `interactive` tells that there is one:
/// standard input and output are both terminals.
pub fn run_or_open(
    arguments: impl IntoIterator<Item = OsString>,
    env: &Env,
    streams: Streams<'_>,
    interactive: bool,
) -> Next {
    let Streams { stdin, stdout, stderr, stdout_is_terminal, stderr_is_terminal, cancel } = streams;
    let columns = env.terminal.map_or(80, |(columns, _)| usize::from(columns).clamp(40, 100));
    let command = dress::command().term_width(columns);
    let arguments = dress::case_first(arguments.into_iter().collect());
    let parsed = command.try_get_matches_from(arguments).and_then(|found| Args::from_arg_matches(&found));
    let args = match parsed {
        Ok(args) => args,
        Err(error) => {
            let usage = error.use_stderr();
            let text = error.render().to_string();
            // Arguments are repeated in it; they may hold a secret, or what steers a terminal.
            let text = if usage { scrub_lines(&redact_text(&text)).into_owned() } else { text };
            let _ = if usage { stderr.write_all(text.as_bytes()) } else { stdout.write_all(text.as_bytes()) };
            return Next::Ended(if usage { Exit::Usage } else { Exit::Done });
        }
    };
    let ascii = args.global.ascii;
    let mut out = Out::new(stdout, stderr, env, args.global.json, ascii, stdout_is_terminal, stderr_is_terminal);
    let _log = log::start(env);
    let dumb = env.vars.get("TERM").is_some_and(|term| term == "dumb");
    let interactive = interactive && !dumb && !args.global.json && !args.global.dry_run;
    let (case, dry_run) = (args.global.case, args.global.dry_run);
    let named = match &args.command {
        Some(args::Command::Open(open)) => open.file.clone().or(case.clone()),
        _ => case.clone(),
    };
    // Whatever is asked of an exercise is asked at its own time.
    let makes_one = matches!(&args.command, Some(args::Command::New(_) | args::Command::Demo(_)));
    let asked = locate::file(named.as_deref(), env).ok().filter(|_| !makes_one);
    let world = asked.and_then(|path| exercise::world_of(&path, env));
    let env = world.as_ref().unwrap_or(env);
    let mut context = Context { env, out: &mut out, case, dry_run, stdin, cancel, interactive, launch: None };
    let outcome = commands::dispatch(args.command, &mut context);
    match (outcome, context.launch.take()) {
        (Ok(Exit::Done), Some(launch)) => Next::Terminal(launch),
        (Ok(exit), _) => Next::Ended(exit),
        (Err(failure), _) => {
            context.out.fail(&failure.text);
            Next::Ended(failure.exit)
        }
    }
}

/// What every command gets.
pub struct Context<'a, 'o> {
    /// The outside world.
    pub env: &'a Env,
    /// Where words go.
    pub out: &'a mut Out<'o>,
    /// `--case`.
    pub case: Option<std::path::PathBuf>,
    /// `--dry-run`.
    pub dry_run: bool,
    /// Standard input, until a command takes it.
    pub stdin: Option<Box<dyn Read + Send>>,
    /// Set when the responder asks to stop.
    pub cancel: Arc<AtomicBool>,
    /// There is a terminal that can be opened.
    pub interactive: bool,
    /// The terminal is to be opened with this when the command is done.
    pub launch: Option<Launch>,
}

/// Why a command failed, in words for people, and how it ends.
#[derive(Debug)]
pub struct Failure {
    /// What failed, where, why, what next.
    pub text: String,
    /// [`Exit::Failed`], or [`Exit::Usage`] where it was asked in a way that cannot be meant.
    pub exit: Exit,
}

impl Failure {
    /// Nothing was changed.
    pub fn new(text: impl Into<String>) -> Self {
        Failure { text: text.into(), exit: Exit::Failed }
    }

    /// An argument that cannot be meant.
    pub fn usage(text: impl Into<String>) -> Self {
        Failure { text: text.into(), exit: Exit::Usage }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::new(error.to_string())
    }
}

pub(crate) type Outcome = Result<Exit, Failure>;
