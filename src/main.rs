//! The door: this process's world, streams and signals go in, an exit code comes out.

use hullbreach::cli::{Streams, run, system};
use std::io::{BufWriter, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn main() -> ExitCode {
    let env = match system::env() {
        Ok(env) => env,
        Err(what) => {
            let _ = writeln!(std::io::stderr(), "hullbreach: {what}");
            return ExitCode::from(1);
        }
    };
    let cancel = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // The first one stops cleanly, with what is stored; a second one, while that takes its time, stops at once.
        let _ = signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&cancel));
        let _ = signal_hook::flag::register(signal, Arc::clone(&cancel));
    }
    let (stdout, mut stderr) = (std::io::stdout(), std::io::stderr());
    let (stdout_is_terminal, stderr_is_terminal) = (stdout.is_terminal(), stderr.is_terminal());
    let mut buffered = BufWriter::new(stdout.lock());
    let exit = run(
        std::env::args_os(),
        &env,
        Streams {
            stdin: Some(Box::new(system::Patient::new(Arc::clone(&cancel)))),
            stdout: &mut buffered,
            stderr: &mut stderr,
            stdout_is_terminal,
            stderr_is_terminal,
            cancel,
        },
    );
    let _ = buffered.flush();
    ExitCode::from(exit as u8)
}
