//! The door: this process's world, streams and signals go in, an exit code comes out.

use hullbreach::cli::{Next, Streams, run_or_open, system};
use hullbreach::env::Env;
use hullbreach::tui;
use std::io::{BufWriter, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn main() -> ExitCode {
    // Before anything could want TLS: two providers in one process, or none, end in a panic.
    hullbreach::collect::cluster::install_tls();
    let env = match system::env() {
        Ok(env) => env,
        Err(what) => {
            let _ = writeln!(std::io::stderr(), "hullbreach: {what}");
            return ExitCode::from(1);
        }
    };
    let cancel = Arc::new(AtomicBool::new(false));
    let mut at_once = Vec::new();
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // The first one stops cleanly, with what is stored; a second one, while that takes its time, stops at once.
        at_once.extend(signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&cancel)));
        let _ = signal_hook::flag::register(signal, Arc::clone(&cancel));
    }
    let (stdout, mut stderr) = (std::io::stdout(), std::io::stderr());
    let (stdout_is_terminal, stderr_is_terminal) = (stdout.is_terminal(), stderr.is_terminal());
    let interactive = stdout_is_terminal && std::io::stdin().is_terminal();
    // Not locked: should the terminal fail, another thread must be able to put it back.
    let mut buffered = BufWriter::new(stdout);
    let streams = Streams {
        stdin: Some(Box::new(system::Patient::new(Arc::clone(&cancel)))),
        stdout: &mut buffered,
        stderr: &mut stderr,
        stdout_is_terminal,
        stderr_is_terminal,
        cancel,
    };
    let next = run_or_open(std::env::args_os(), &env, streams, interactive);
    let _ = buffered.flush();
    match next {
        Next::Ended(exit) => ExitCode::from(exit as u8),
        Next::Terminal(launch) => {
            // The terminal must always be put back: it ends by itself, also when asked twice.
            for id in at_once {
                signal_hook::low_level::unregister(id);
            }
            terminal(&launch, &env)
        }
    }
}

fn terminal(launch: &tui::Launch, env: &Env) -> ExitCode {
    match tui::run(launch, env) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            let _ = writeln!(std::io::stderr(), "hullbreach: {what}");
            ExitCode::from(1)
        }
    }
}
