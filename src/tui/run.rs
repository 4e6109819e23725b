//! A session on the real terminal: the runtime, the signals, the workers, and handing the terminal to the shell and back.

use crossterm::event::EventStream;
use std::io::{self, BufWriter, Stdout};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::cycle::{Pause, Session};
use super::data::workers::Workers;
use super::keymap::read::{MAX_BYTES, merged};
use super::message::Msg;
use super::model::{Model, Settings};
use super::pace::{RealTime, Timer as _};
use super::screen::{Screen, panic_hook, raw_mode};
use super::theme::{Theme, Wishes};
use super::{commands, update, view};
use crate::env::Env;

/// Messages that may wait for the loop; whoever has more waits, too.
const INBOX: usize = 1_024;

/// What the terminal was started for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Launch {
    /// The case to open; none offers one.
    pub case: Option<PathBuf>,
    /// Nothing may be changed.
    pub read_only: bool,
    /// Only ASCII in lines and marks.
    pub ascii: bool,
    /// Time of the exercise instead of today's.
    pub exercise: bool,
}

/// Runs a session to its end. The runtime is built first, so that nothing is entered that could not run.
pub fn run(launch: &Launch, env: &Env) -> Result<(), String> {
    let failed = |error: io::Error| format!("the terminal: {error}; use the commands instead (hullbreach --help)");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let _log = crate::cli::log::start(env);
    let env = if launch.exercise { crate::work::exercise::time(env) } else { env.clone() };
    let (sender, inbox) = mpsc::channel(INBOX);
    let (model, warnings) = model(launch, &env);
    for warning in warnings {
        let _ = sender.try_send(Msg::Warning(warning));
    }
    let workers = Workers::start(&env, sender.clone()).map_err(failed)?;
    let mut session = Session::new(model, theme(launch, &env), env, workers, RealTime, inbox);
    let outcome = runtime.block_on(async {
        signals(&sender)?;
        let mut screen = Screen::new(BufWriter::new(io::stdout()), raw_mode)?;
        let restorer = screen.restorer();
        let before = Arc::from(std::panic::take_hook());
        std::panic::set_hook(Box::new(panic_hook(std::thread::current().id(), restorer, io::stdout, before)));
        screen.enter(session.model.settings.mouse)?;
        let step = update::begin(&mut session.model, launch.case.clone());
        session.carry(step, screen.terminal())?;
        hold(&mut session, &mut screen).await
    });
    let Session { carrier, inbox, .. } = session;
    // Workers that still have something to say must not wait for a loop that is gone.
    drop(inbox);
    carrier.end();
    outcome.map_err(failed)
}

/// The loop, and what interrupts it.
async fn hold(session: &mut Session<Workers, RealTime>, screen: &mut Screen<BufWriter<Stdout>>) -> io::Result<()> {
    loop {
        let mut input = EventStream::new();
        let pause = session.run(screen.terminal(), &mut input).await?;
        // A stream that is merely not polled goes on eating keys: it is dropped before anyone else reads.
        drop(input);
        match pause {
            Pause::Quit => {
                screen.leave();
                return Ok(());
            }
            Pause::Suspend if !can_suspend() => {
                let text = "no shell to go back to: this terminal has nothing else to run";
                let _ = update::update(&mut session.model, Msg::Warning(text.to_owned()));
            }
            Pause::Suspend => {
                screen.leave();
                rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
                screen.enter(session.model.settings.mouse)?;
            }
            Pause::Reenter => {
                screen.leave();
                screen.enter(session.model.settings.mouse)?;
            }
        }
        session.pace.changed(session.timer.now(), true);
    }
}

/// A process that leads its session, or shares its group with the leader, has no shell that could continue it.
fn can_suspend() -> bool {
    let group = rustix::process::getpgrp();
    rustix::process::getsid(None).is_ok_and(|leader| leader != group)
}

/// Signals become messages.
fn signals(sender: &mpsc::Sender<Msg>) -> io::Result<()> {
    const TERMINAL_STOP: i32 = signal_hook::consts::SIGTSTP;
    const CONTINUE: i32 = signal_hook::consts::SIGCONT;
    let table: [(SignalKind, fn() -> Msg); 4] = [
        (SignalKind::terminate(), || Msg::Leave),
        (SignalKind::hangup(), || Msg::Leave),
        (SignalKind::from_raw(TERMINAL_STOP), || Msg::Suspend),
        (SignalKind::from_raw(CONTINUE), || Msg::Continued),
    ];
    for (kind, message) in table {
        let mut signal = signal(kind)?;
        let sender = sender.clone();
        tokio::spawn(async move { while signal.recv().await.is_some() && sender.send(message()).await.is_ok() {} });
    }
    Ok(())
}

fn model(launch: &Launch, env: &Env) -> (Model, Vec<String>) {
    let commands = commands();
    let (own, trouble) = own_keymap(env);
    let (keymap, warnings) = merged(own.as_deref(), &commands, &view::ids());
    let file = keymap_file(env);
    let warnings = warnings.into_iter().map(|w| format!("{}:{}: {}", file.display(), w.line, w.text));
    let settings = Settings { read_only: launch.read_only, mouse: false, now: env.now() };
    (Model::new(view::VIEWS, commands, keymap, settings), trouble.into_iter().chain(warnings).collect())
}

/// Where the responder's own keys stand.
pub fn keymap_file(env: &Env) -> PathBuf {
    env.config_dir.join("keymap.toml")
}

/// The responder's own keymap, or why it cannot be read. No file is no trouble.
pub fn own_keymap(env: &Env) -> (Option<String>, Option<String>) {
    use std::io::Read as _;
    let file = keymap_file(env);
    let read = || -> io::Result<String> {
        let found = std::fs::File::open(&file)?;
        if !found.metadata()?.is_file() {
            return Err(io::Error::other("is no regular file"));
        }
        let mut text = String::new();
        found.take(MAX_BYTES as u64 + 1).read_to_string(&mut text)?;
        Ok(text)
    };
    match read() {
        Ok(text) => (Some(text), None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (None, None),
        Err(error) => (None, Some(format!("{}: {error}; the keys are the usual ones", file.display()))),
    }
}

/// The theme that the responder asked for, as far as the terminal can show it. Warnings are said in the log, for a theme
/// is no reason to keep a responder from the case.
fn theme(launch: &Launch, env: &Env) -> Theme {
    let no_colour = env.vars.get("NO_COLOR").is_some_and(|value| !value.is_empty());
    let name = env.vars.get("HULLBREACH_THEME").map(String::as_str).filter(|name| !name.is_empty());
    let own = std::fs::read_to_string(env.config_dir.join("theme.toml")).ok();
    let (theme, warnings) = Theme::choose(name, own.as_deref(), Wishes { no_colour, ascii: launch.ascii });
    for warning in warnings {
        tracing::warn!("theme: line {}: {}", warning.line, warning.reason);
    }
    theme
}
