//! A session on the real terminal: the runtime, the signals, the workers, and handing the terminal to the shell and back.

use crossterm::event::EventStream;
use std::io::{self, BufWriter, Stdout};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::clipboard::Clipboard;
use super::cycle::{Pause, Session};
use super::data::workers::Workers;
use super::keymap::read::{MAX_BYTES, merged};
use super::message::Msg;
use super::model::{Model, Settings};
use super::pace::{RealTime, Timer as _};
use super::screen::{Screen, panic_hook, raw_mode};
use super::theme::{Theme, Wishes};
use super::tty::Tty;
use super::{commands, handover, update, view};
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
}

/// Runs a session to its end. The runtime is built first, so that nothing is entered that could not run.
pub fn run(launch: &Launch, env: &Env) -> Result<(), String> {
    let failed = |error: io::Error| format!("the terminal: {error}; use the commands instead (hullbreach --help)");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let _log = crate::cli::log::start(env);
    let switch = crate::work::exercise::Switch::default();
    let env = switch.world(env);
    let (sender, inbox) = mpsc::channel(INBOX);
    let ((model, warnings), (theme, more)) = (model(launch, &env), theme(launch, &env));
    for warning in warnings.into_iter().chain(more) {
        let _ = sender.try_send(Msg::Warning(warning));
    }
    let workers = Workers::start(&env, sender.clone()).map_err(failed)?;
    let mut session = Session::new(model, theme, env, workers, RealTime, inbox);
    session.switch = switch;
    let outcome = runtime.block_on(async {
        let handed = Arc::new(AtomicBool::new(false));
        signals(&sender, &handed)?;
        let mut screen = Screen::new(BufWriter::new(io::stdout()), raw_mode)?;
        let scrolls = session.env.vars.get("TERM").is_some_and(|term| Tty::<Stdout>::can_scroll(term));
        screen.terminal().backend_mut().set_scrolls(scrolls);
        let restorer = screen.restorer();
        let before = Arc::from(std::panic::take_hook());
        std::panic::set_hook(Box::new(panic_hook(std::thread::current().id(), restorer, io::stdout, before)));
        screen.enter(session.model.settings.mouse)?;
        let step = update::begin(&mut session.model, launch.case.clone());
        session.carry(step, screen.terminal())?;
        hold(&mut session, &mut screen, &handed).await
    });
    let Session { carrier, inbox, .. } = session;
    // Workers that still have something to say must not wait for a loop that is gone.
    drop(inbox);
    carrier.end();
    outcome.map_err(failed)
}

/// The loop, and what interrupts it.
async fn hold(
    session: &mut Session<Workers, RealTime>,
    screen: &mut Screen<BufWriter<Stdout>>,
    handed: &AtomicBool,
) -> io::Result<()> {
    // One stream for the whole session: a stopped process takes no keys from the shell. Whoever hands the terminal to
    // somebody who runs beside us must let go of it first, because a stream that is merely not polled goes on eating keys.
    let mut input = EventStream::new();
    loop {
        let pause = session.run(screen.terminal(), &mut input).await?;
        match pause {
            Pause::Quit => {
                let_go(input);
                screen.leave();
                return Ok(());
            }
            Pause::Edit => {
                let_go(input);
                screen.leave();
                handed.store(true, Ordering::SeqCst);
                let outcome = edited(session).await;
                handed.store(false, Ordering::SeqCst);
                // The dropped streams may have left their word to wake behind. Keys that came together with that word would
                // wait for the key after them, so it is taken out before anybody can press one.
                let _ = crossterm::event::poll(WAKING);
                screen.enter(session.model.settings.mouse)?;
                input = EventStream::new();
                let step = update::update(&mut session.model, Msg::Edited(outcome));
                session.carry(step, screen.terminal())?;
            }
            Pause::Suspend if !can_suspend() => {
                let text = "no shell to go back to: this terminal has nothing else to run";
                let _ = update::update(&mut session.model, Msg::Warning(text.to_owned()));
            }
            Pause::Suspend => {
                screen.leave();
                stop()?;
                come_to_front()?;
                screen.enter(session.model.settings.mouse)?;
                session.stopped_itself = true;
            }
            Pause::Reenter => {
                come_to_front()?;
                screen.leave();
                screen.enter(session.model.settings.mouse)?;
            }
        }
        session.pace.changed(session.timer.now(), true);
    }
}

/// Ends a stream, and returns when nobody reads keys any more: what is typed from now on is the shell's or the editor's.
fn let_go(input: EventStream) {
    // Dropping only asks its thread to end, which may still hold the reader and eat the next key. A stream is made when
    // the reader is free; where the terminal is gone, that thread reads its end for ever and the reader never is.
    drop(input);
    let (free, is_free) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(EventStream::new());
        let _ = free.send(());
    });
    let _ = is_free.recv_timeout(LETTING_GO);
}

/// What the responder's editor makes of the text that waits for it. Signals are heard meanwhile.
async fn edited(session: &mut Session<Workers, RealTime>) -> Result<String, String> {
    let Some((name, text)) = session.editing.take() else { return Err("there is nothing to edit".to_owned()) };
    let editor = handover::editor(&session.env)?;
    let case = session.model.case.as_ref().map(|case| case.path.as_path());
    let file = handover::file(&session.env, case, &name);
    let waiting = tokio::task::spawn_blocking(move || handover::edit(&editor, &file, &text));
    waiting.await.unwrap_or_else(|error| Err(format!("the editor: {error}")))
}

/// Stops this job until someone sends it on: the whole of it, because a shell that runs us through a script goes on only
/// when the script is stopped, too.
fn stop() -> io::Result<()> {
    Ok(rustix::process::kill_process_group(rustix::process::getpgrp(), rustix::process::Signal::STOP)?)
}

/// How long a dropped stream may hold the reader of keys.
const LETTING_GO: Duration = Duration::from_secs(1);
/// How long the word to wake of a dropped stream is waited for.
const WAKING: Duration = Duration::from_millis(50);
/// How often it is asked whether the terminal is ours, before the system is asked to stop us.
const ASKED: u32 = 20;
/// How long it waits between two askings.
const BETWEEN: Duration = Duration::from_millis(10);

/// Waits until the terminal is ours. Sent on in the background (`bg`), it is the shell's.
fn come_to_front() -> io::Result<()> {
    // A shell may hand the terminal over a moment after it sent us on. Whoever stops in this moment is stopped while the
    // shell believes it runs, and needs a second `fg`.
    for _ in 0..ASKED {
        if in_front() {
            return Ok(());
        }
        std::thread::sleep(BETWEEN);
    }
    while !in_front() {
        // The system stops whoever waits for the output of a terminal that is another's (SIGTTOU), and looks whose it is
        // in the same step: there is no moment between looking and stopping in which an `fg` could be missed.
        match rustix::termios::tcdrain(io::stdin()) {
            Ok(()) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        // Where that signal is ignored, nobody was stopped.
        if !in_front() {
            stop()?;
        }
    }
    Ok(())
}

fn in_front() -> bool {
    let ours = rustix::process::getpgrp();
    !rustix::termios::tcgetpgrp(io::stdin()).is_ok_and(|front| front != ours)
}

/// A process that leads its session, or shares its group with the leader, has no shell that could continue it.
fn can_suspend() -> bool {
    let group = rustix::process::getpgrp();
    rustix::process::getsid(None).is_ok_and(|leader| leader != group)
}

/// A signal, whether it counts while the terminal is handed over, and what it becomes.
type Heard = (SignalKind, bool, fn() -> Msg);

/// Signals become messages. Those that a terminal sends to all who use it are the editor's while it is handed over.
fn signals(sender: &mpsc::Sender<Msg>, handed: &Arc<AtomicBool>) -> io::Result<()> {
    const TERMINAL_STOP: i32 = signal_hook::consts::SIGTSTP;
    const CONTINUE: i32 = signal_hook::consts::SIGCONT;
    let table: [Heard; 6] = [
        (SignalKind::terminate(), true, || Msg::Leave),
        (SignalKind::hangup(), true, || Msg::Leave),
        (SignalKind::interrupt(), false, || Msg::Leave),
        (SignalKind::quit(), false, || Msg::Leave),
        (SignalKind::from_raw(TERMINAL_STOP), false, || Msg::Suspend),
        (SignalKind::from_raw(CONTINUE), false, || Msg::Continued),
    ];
    for (kind, always, message) in table {
        let mut signal = signal(kind)?;
        let (sender, handed) = (sender.clone(), Arc::clone(handed));
        tokio::spawn(async move {
            while signal.recv().await.is_some() {
                if (always || !handed.load(Ordering::SeqCst)) && sender.send(message()).await.is_err() {
                    break;
                }
            }
        });
    }
    Ok(())
}

fn model(launch: &Launch, env: &Env) -> (Model, Vec<String>) {
    let commands = commands();
    let (own, trouble) = own_keymap(env);
    let (keymap, warnings) = merged(own.as_deref(), &commands, &view::ids());
    // One line has to do: where the file stands is told by the command `keys`.
    let warnings = warnings.into_iter().map(|w| format!("keymap.toml, line {}: {}", w.line, w.text));
    let clipboard = Clipboard::of(&env.vars);
    let silent = env.vars.get("HULLBREACH_BELL").is_some_and(|bell| bell == "off");
    let settings = Settings { read_only: launch.read_only, mouse: false, silent, clipboard, now: env.now() };
    (Model::new(view::VIEWS, commands, keymap, settings), trouble.into_iter().chain(warnings).collect())
}

/// Where the responder's own keys stand.
pub fn keymap_file(env: &Env) -> PathBuf {
    env.config_dir.join("keymap.toml")
}

/// The responder's own keymap, or why it cannot be read. No file is no trouble.
pub fn own_keymap(env: &Env) -> (Option<String>, Option<String>) {
    own_text(&keymap_file(env), "the keys are the usual ones")
}

/// A file of the responder's own; where it cannot be read, the second part says so and what holds instead.
fn own_text(file: &std::path::Path, instead: &str) -> (Option<String>, Option<String>) {
    use std::io::Read as _;
    let read = || -> io::Result<String> {
        let found = std::fs::File::open(file)?;
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
        Err(error) => (None, Some(format!("{}: {error}; {instead}", file.display()))),
    }
}

/// The theme, from what the responder set and what the terminal can do, and what is wrong with the responder's own.
fn theme(launch: &Launch, env: &Env) -> (Theme, Vec<String>) {
    let set = |name: &str| env.vars.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let file = env.config_dir.join("theme.toml");
    let (own, trouble) = own_text(&file, "the theme is the usual one");
    // The first of these that is set counts (POSIX, Environment Variables).
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or("UTF-8").to_ascii_uppercase();
    let utf8 = locale.contains("UTF-8") || locale.contains("UTF8");
    let wishes = Wishes { no_colour: set("NO_COLOR").is_some(), ascii: launch.ascii || !utf8 };
    let (theme, warnings) = Theme::choose(set("HULLBREACH_THEME"), own.as_deref(), wishes);
    let warnings = warnings.into_iter().map(|w| format!("theme, line {}: {}", w.line, w.reason));
    (theme, trouble.into_iter().chain(warnings).collect())
}
